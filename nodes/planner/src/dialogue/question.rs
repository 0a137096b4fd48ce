//! Questions that wait for an answer.

use crate::ast::{Meaning, Noun, ObjectRef};
use crate::executive::matching;
use crate::executive::robot::Robot;
use crate::language::{Answer, AnswerOption, Incomplete, Parser};
use hearth_types::{CatalogueItem, Home};

/// A question, with what would answer it.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Which of these?
    Which(Vec<AnswerOption>),
    /// What is missing in the command?
    Missing(Box<Incomplete>),
    /// Yes or no?
    Confirm,
}

impl Question {
    /// Whether the words answer it.
    pub(crate) fn accepts(&self, parser: &Parser, words: &str) -> bool {
        match self {
            Self::Which(options) => parser.parse_answer(words, options).is_some(),
            Self::Confirm => yes(parser, words).is_some(),
            Self::Missing(incomplete) => parser.complete(incomplete, words).is_ok(),
        }
    }
}

/// Whether the words say yes or no, if they say either.
pub(crate) fn yes(parser: &Parser, words: &str) -> Option<bool> {
    match parser.parse_answer(words, &[])? {
        Answer::Yes | Answer::Whichever => Some(true),
        Answer::No | Answer::Neither => Some(false),
        _ => None,
    }
}

/// An option that stands for a thing of the household.
pub(crate) fn item_option(home: &Home, item: &CatalogueItem) -> AnswerOption {
    let kind = home.kind(&item.kind);
    let kind_names = kind
        .iter()
        .flat_map(|it| it.names.en.iter().chain(&it.names.zh));
    let own = item.names.en.iter().chain(&item.names.zh);
    AnswerOption {
        names: own.chain(kind_names).cloned().collect(),
        colour: item.colours.first().copied(),
        id: Some(item.names.id.clone()),
    }
}

/// An option that stands for a place.
pub(crate) fn place_option(home: &Home, id: &str) -> AnswerOption {
    let place = home.place(id);
    let room = place.and_then(|it| home.room(&it.room));
    let names = place
        .map(|it| &it.names)
        .into_iter()
        .chain(room.map(|it| &it.names));
    AnswerOption {
        names: names
            .flat_map(|it| it.en.iter().chain(&it.zh))
            .cloned()
            .collect(),
        colour: None,
        id: Some(id.to_owned()),
    }
}

/// Which option the words mean. "Whichever" is the first.
pub(crate) fn choose(robot: &Robot, words: &str, options: &[AnswerOption]) -> Option<usize> {
    match robot.parser.parse_answer(words, options)? {
        Answer::Option(index) => Some(index),
        Answer::Whichever => Some(0),
        Answer::Description(what) => described(robot, &what, options),
        _ => None,
    }
}

/// The one option that a description fits.
fn described(robot: &Robot, what: &ObjectRef, options: &[AnswerOption]) -> Option<usize> {
    let items = matching::items(&robot.home, what);
    let mut fitting = options.iter().enumerate().filter(|(_, option)| {
        items
            .iter()
            .any(|it| option.id.as_ref() == Some(&it.names.id))
    });
    match (fitting.next(), fitting.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}

/// The noun of one certain thing.
pub(crate) fn as_item(item: &CatalogueItem) -> Noun {
    Noun::Item(item.names.id.clone())
}

/// Asks for what a command lacks, until nothing is missing or nobody answers.
pub(crate) async fn complete(
    robot: &Robot,
    mut incomplete: Box<Incomplete>,
) -> crate::executive::trouble::Outcome<Meaning> {
    use crate::language::NotUnderstood;
    loop {
        let trouble = NotUnderstood::Incomplete(incomplete.clone());
        let question = robot.parser.explain(&trouble);
        let words = robot
            .ask(&question, Question::Missing(incomplete.clone()))
            .await?;
        match robot.parser.complete(&incomplete, &words) {
            Ok(meaning) => return Ok(meaning),
            Err(NotUnderstood::Incomplete(more)) if more != incomplete => incomplete = more,
            Err(_) => return Err(crate::executive::trouble::Trouble::Asked { question }),
        }
    }
}
