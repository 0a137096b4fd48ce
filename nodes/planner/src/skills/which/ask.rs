//! Asking which thing is meant.

use super::Spot;
use crate::ast::{Noun, ObjectRef};
use crate::dialogue::question::{self, Question};
use crate::executive::robot::Robot;
use crate::executive::trouble::{Outcome, Trouble};
use crate::language::AnswerOption;
use crate::phrases;
use hearth_types::{CatalogueItem, Language, ObjectId, WorldObject};

/// Words that name nothing here: a model that knows words may know them all the same. Of a "toy bus" it is clear what sort of
/// thing it is; for a word that says nothing the robot asks before it goes through the home.
pub(super) async fn unknown(robot: &Robot, what: &ObjectRef, word: &str) -> Outcome<ObjectRef> {
    let refused = || robot.refused("unknown_thing", &[("thing", word)]);
    let english = robot.language() == Language::En && word.is_ascii();
    let says_what = |word: &str| {
        robot
            .parser
            .parse_object(word)
            .is_some_and(|it| names_thing(&it))
    };
    let is_clear = word.split(' ').any(says_what);
    let has_model = robot.with(|it| it.has_model).unwrap_or(is_clear);
    if !english || !robot.config.offer_unknown_words || !has_model {
        return Err(refused());
    }
    if !is_clear {
        let question = robot.text("look_for_unknown", &[("thing", word)]);
        let answer = robot.ask(&question, Question::Confirm).await?;
        if question::yes(&robot.parser, &answer) != Some(true) {
            return Err(refused());
        }
    }
    let what = ObjectRef {
        noun: Noun::Described(word.to_lowercase()),
        ..what.clone()
    };
    robot.look_also_for(phrases::about_thing(&robot.home, &what));
    Ok(what)
}

fn names_thing(what: &ObjectRef) -> bool {
    matches!(
        what.noun,
        Noun::Kind(_) | Noun::Item(_) | Noun::Category(_) | Noun::OneOf(_) | Noun::Described(_)
    )
}

/// Asks which of several things that all fit is meant, by colour or by place. Returns the others;
/// none where nothing tells them apart.
pub(crate) async fn tell_apart(robot: &Robot, things: &[WorldObject]) -> Outcome<Vec<ObjectId>> {
    let mut groups = grouped(things, |it| format!("{:?}", it.colour.name));
    let by_colour = groups.len() > 1;
    if !by_colour {
        groups = grouped(things, |it| it.place.clone().unwrap_or_default());
    }
    if groups.len() < 2 {
        return Ok(Vec::new());
    }
    let language = robot.language();
    let (mut names, mut choices) = (Vec::new(), Vec::new());
    for group in &groups {
        let Some(thing) = group.first() else { continue };
        let at = match &thing.place {
            Some(id) => robot.at_phrase(&Spot::Place(id.clone())),
            None => robot.text_inside("on_floor", &[]),
        };
        let colour = robot.replies.colour(language, thing.colour.name);
        let name = match by_colour {
            true => robot.text_inside("the_coloured_one", &[("colour", &colour)]),
            false => robot.text_inside("the_one_at", &[("at", &at)]),
        };
        choices.push(AnswerOption {
            names: vec![name.clone(), if by_colour { colour } else { at }],
            colour: by_colour.then_some(thing.colour.name),
            id: thing.place.clone().filter(|_| !by_colour),
        });
        names.push(name);
    }
    let list = robot.replies.list(language, &names, "or");
    let question = robot.text("which_one", &[("options", &list)]);
    let words = robot
        .ask(&question, Question::Which(choices.clone()))
        .await?;
    let chosen = question::choose(robot, &words, &choices).ok_or(Trouble::Asked { question })?;
    let others = groups.iter().enumerate().filter(|(at, _)| *at != chosen);
    Ok(others.flat_map(|(_, it)| it).map(|it| it.id).collect())
}

fn grouped(things: &[WorldObject], key: impl Fn(&WorldObject) -> String) -> Vec<Vec<&WorldObject>> {
    let mut groups: Vec<(String, Vec<&WorldObject>)> = Vec::new();
    for thing in things {
        let key = key(thing);
        match groups.iter_mut().find(|(it, _)| *it == key) {
            Some((_, group)) => group.push(thing),
            None => groups.push((key, vec![thing])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Asks which of the items is meant.
pub(crate) async fn ask_which(
    robot: &Robot,
    what: &ObjectRef,
    options: &[&CatalogueItem],
) -> Outcome<ObjectRef> {
    let question = if options.len() <= 4 {
        let language = robot.language();
        let names: Vec<String> = options
            .iter()
            .map(|it| {
                robot
                    .replies
                    .the(language, &robot.replies.name(language, &it.names))
            })
            .collect();
        let list = robot.replies.list(language, &names, "or");
        robot.text("which_one", &[("options", &list)])
    } else {
        let name = robot.thing_name(what);
        robot.text("which_of_kind", &[("thing", &name)])
    };
    let choices: Vec<_> = options
        .iter()
        .map(|it| question::item_option(&robot.home, it))
        .collect();
    let words = robot
        .ask(&question, Question::Which(choices.clone()))
        .await?;
    question::choose(robot, &words, &choices)
        .and_then(|it| options.get(it))
        .map(|it| only(what, it))
        .ok_or(Trouble::Asked { question })
}

/// The description, narrowed to one item.
pub(super) fn only(what: &ObjectRef, item: &CatalogueItem) -> ObjectRef {
    ObjectRef {
        noun: question::as_item(item),
        colour: None,
        ..what.clone()
    }
}
