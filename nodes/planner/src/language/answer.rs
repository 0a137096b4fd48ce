//! Replies to a question of the robot's.

use super::Parser;
use super::data::RawAnswers;
use super::sense::Sense;
use super::text;
use crate::ast::ObjectRef;

/// What a reply to a question says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// One of the options, by index.
    Option(usize),
    /// "yes"
    Yes,
    /// "no"
    No,
    /// "whichever"
    Whichever,
    /// "neither"
    Neither,
    /// A description that the options' descriptions did not settle ("the one on the left",
    /// "the apple"): to be resolved against the world.
    Description(Box<ObjectRef>),
}

/// What an option of a question is called and what sets it apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswerOption {
    /// Words that name it, of either language ("red cup", "红色的杯子", "the kitchen table").
    pub names: Vec<String>,
    /// Its colour.
    pub colour: Option<hearth_types::BasicColour>,
    /// The id of the place where it is, or of the place or person that it is.
    pub id: Option<String>,
}

impl Parser {
    /// Understands a reply to "which one?" or to a yes-no question; `None` if it is no reply to it
    /// (then it may be a new command: try [`Parser::parse`] first where both are possible).
    pub fn parse_answer(&self, reply: &str, options: &[AnswerOption]) -> Option<Answer> {
        if reply.chars().count() > super::MAX_ANSWER_CHARS {
            return None;
        }
        let folded = text::fold(reply, &self.lexicon.traditional);
        let plain = self.lexicon.key(&strip(&folded));
        if plain.is_empty() {
            return None;
        }
        for (_, answers) in &self.lexicon.answers {
            if let Some(answer) = fixed(answers, &plain, options.len()) {
                return Some(answer);
            }
        }
        let tokens = text::tokens(reply, &self.lexicon);
        if let Some(index) = ordinal(&tokens, options.len()) {
            return Some(Answer::Option(index));
        }
        if let Some(index) = by_name(&self.lexicon.traditional, &plain, options) {
            return Some(Answer::Option(index));
        }
        if let Some(index) = by_feature(&tokens, options) {
            return Some(Answer::Option(index));
        }
        for (_, answers) in &self.lexicon.answers {
            if let Some(answer) = leading(answers, &plain) {
                return Some(answer);
            }
        }
        self.parse_object(reply)
            .map(|it| Answer::Description(Box::new(it)))
    }
}

fn strip(folded: &str) -> String {
    folded
        .chars()
        .map(|c| if matches!(c, '.' | ',' | '&') { ' ' } else { c })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn fixed(answers: &RawAnswers, plain: &str, options: usize) -> Option<Answer> {
    let tail = |words: &[String]| words.iter().any(|it| it == plain);
    if tail(&answers.whichever) {
        Some(Answer::Whichever)
    } else if tail(&answers.neither) {
        Some(Answer::Neither)
    } else if tail(&answers.last) && options > 0 {
        Some(Answer::Option(options - 1))
    } else if tail(&answers.former) && options > 0 {
        Some(Answer::Option(0))
    } else if tail(&answers.yes) {
        Some(Answer::Yes)
    } else if tail(&answers.no) {
        Some(Answer::No)
    } else {
        None
    }
}

/// "yes please do", "不要这个": the first words say it.
fn leading(answers: &RawAnswers, plain: &str) -> Option<Answer> {
    let starts = |words: &[String]| {
        words.iter().any(|it| {
            plain.strip_prefix(it.as_str()).is_some_and(|rest| {
                rest.starts_with(' ') || (!it.is_ascii() && rest.chars().count() <= 4)
            })
        })
    };
    if starts(&answers.whichever) {
        Some(Answer::Whichever)
    } else if starts(&answers.neither) {
        Some(Answer::Neither)
    } else if starts(&answers.no) {
        Some(Answer::No)
    } else if starts(&answers.yes) {
        Some(Answer::Yes)
    } else {
        None
    }
}

fn ordinal(tokens: &[text::Token], options: usize) -> Option<usize> {
    let found = tokens
        .iter()
        .flat_map(|it| &it.senses)
        .find_map(|it| match it {
            Sense::Ordinal(n) => Some(*n),
            _ => None,
        })?;
    let index = if found < 0 {
        options.checked_sub(usize::try_from(found.unsigned_abs()).ok()?)?
    } else {
        usize::try_from(found).ok()?.checked_sub(1)?
    };
    (index < options).then_some(index)
}

/// The one option whose name is in the reply, or whose name holds the reply.
fn by_name(
    traditional: &std::collections::HashMap<char, char>,
    plain: &str,
    options: &[AnswerOption],
) -> Option<usize> {
    let spaced = format!(" {plain} ");
    let score = |option: &AnswerOption| {
        option
            .names
            .iter()
            .map(|name| strip(&text::fold(name, traditional)))
            .filter(|name| {
                if name.is_ascii() {
                    spaced.contains(&format!(" {name} "))
                } else {
                    !name.is_empty() && plain.contains(name.as_str())
                }
            })
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0)
    };
    let scores: Vec<usize> = options.iter().map(score).collect();
    only_best(&scores)
}

/// "the red one", "the one on the desk": features in the reply that one option alone has.
fn by_feature(tokens: &[text::Token], options: &[AnswerOption]) -> Option<usize> {
    let score = |option: &AnswerOption| {
        tokens
            .iter()
            .flat_map(|it| &it.senses)
            .filter(|sense| match sense {
                Sense::Colour(colour) => option.colour == Some(*colour),
                Sense::Noun { noun, .. } => option.id.as_ref().is_some_and(|id| names(noun, id)),
                _ => false,
            })
            .count()
    };
    let scores: Vec<usize> = options.iter().map(score).collect();
    only_best(&scores)
}

fn names(noun: &super::sense::Noun, id: &str) -> bool {
    use super::sense::Noun;
    match noun {
        Noun::Places(ids) => ids.iter().any(|it| it == id),
        Noun::Room(it) | Noun::Person(it) | Noun::Kind(it) | Noun::Item(it) => it == id,
        _ => false,
    }
}

fn only_best(scores: &[usize]) -> Option<usize> {
    let best = scores.iter().copied().max().filter(|&it| it > 0)?;
    let mut at = scores.iter().enumerate().filter(|(_, it)| **it == best);
    let (index, _) = at.next()?;
    at.next().is_none().then_some(index)
}
