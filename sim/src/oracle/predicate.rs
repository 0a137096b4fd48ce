//! What a case expects in the end, as written in suites: `on(cup_red, desk) & unmoved(any:fruit)`.

use hearth_types::BasicColour;
use std::fmt;

/// Which things are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectRef {
    /// The model of this name.
    Model(String),
    /// Any of this category or kind (an id or one of its English names).
    Any(String),
    /// Any of this dominant colour and this shape, kind or category.
    AnyColoured {
        /// The colour.
        colour: BasicColour,
        /// A shape, kind or category.
        what: String,
    },
}

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonRef {
    /// Whoever gave the command.
    Me,
    /// The person of this id.
    Named(String),
}

/// One thing that must be so in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predicate {
    /// The robot is in the room, at the place, or by the person.
    At(String),
    /// The person of this id is in the room or beside the place.
    PersonAt(String, String),
    /// The thing stands on the place.
    On(ObjectRef, String),
    /// The robot holds the thing.
    Held(ObjectRef),
    /// The person has taken the thing from the robot.
    Handed(ObjectRef, PersonRef),
    /// The thing is where it was at the start.
    Unmoved(ObjectRef),
    /// The robot said one of these. Judged by the caller.
    Said(Vec<String>),
    /// The robot asked something. Judged by the caller.
    Asked,
    /// The robot refused. Judged by the caller.
    Refused,
}

/// Why a text is no list of predicates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("predicate {number} (\"{text}\"): {problem}; {expected}")]
pub struct PredicateError {
    /// Which of those joined by `&`, from 1.
    pub number: usize,
    /// Its text.
    pub text: String,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub expected: String,
}

const FORMS: &str = "write at(ROOM_OR_PLACE), at(PERSON, ROOM_OR_PLACE), on(OBJECT, PLACE), held(OBJECT), handed(OBJECT, PERSON), unmoved(OBJECT), said(WORDS|WORDS), asked or refused";

impl Predicate {
    /// Reads predicates joined by `&`.
    ///
    /// # Errors
    /// [`PredicateError`] says which one and what would be right.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, PredicateError> {
        split_outside_parentheses(text)
            .into_iter()
            .enumerate()
            .map(|(index, part)| {
                Self::parse(part.trim()).map_err(|(problem, expected)| PredicateError {
                    number: index + 1,
                    text: part.trim().to_owned(),
                    problem,
                    expected,
                })
            })
            .collect()
    }

    fn parse(text: &str) -> Result<Self, (String, String)> {
        let (name, arguments) = call(text)?;
        let arguments: Vec<&str> = match (name, arguments) {
            ("said", Some(words)) => return said(words),
            (_, None) => Vec::new(),
            (_, Some(list)) => list.split(',').map(str::trim).collect(),
        };
        if let Some(empty) = arguments.iter().position(|it| it.is_empty()) {
            return Err((format!("argument {} is empty", empty + 1), FORMS.to_owned()));
        }
        match (name, arguments.as_slice()) {
            ("at", [place]) => Ok(Self::At((*place).to_owned())),
            ("at", [person, place]) => {
                Ok(Self::PersonAt((*person).to_owned(), (*place).to_owned()))
            }
            ("on", [object, place]) => Ok(Self::On(ObjectRef::parse(object)?, (*place).to_owned())),
            ("held", [object]) => Ok(Self::Held(ObjectRef::parse(object)?)),
            ("handed", [object, "me"]) => {
                Ok(Self::Handed(ObjectRef::parse(object)?, PersonRef::Me))
            }
            ("handed", [object, person]) => Ok(Self::Handed(
                ObjectRef::parse(object)?,
                PersonRef::Named((*person).to_owned()),
            )),
            ("unmoved", [object]) => Ok(Self::Unmoved(ObjectRef::parse(object)?)),
            ("asked", []) => Ok(Self::Asked),
            ("refused", []) => Ok(Self::Refused),
            ("at" | "on" | "held" | "handed" | "unmoved" | "asked" | "refused", given) => Err((
                format!("\"{name}\" does not take {} argument(s)", given.len()),
                FORMS.to_owned(),
            )),
            _ => Err((format!("\"{name}\" is not a predicate"), FORMS.to_owned())),
        }
    }
}

/// Cuts at `&`, but not within parentheses: words that were said may hold one.
fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '&' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn call(text: &str) -> Result<(&str, Option<&str>), (String, String)> {
    if text.is_empty() {
        return Err(("it is empty".to_owned(), FORMS.to_owned()));
    }
    let Some((name, rest)) = text.split_once('(') else {
        return Ok((text, None));
    };
    match rest.strip_suffix(')') {
        Some(arguments) => Ok((name.trim(), Some(arguments))),
        None => Err((
            "its parenthesis is not closed at the end".to_owned(),
            FORMS.to_owned(),
        )),
    }
}

fn said(words: &str) -> Result<Predicate, (String, String)> {
    let words: Vec<String> = words
        .split('|')
        .map(|it| it.trim().to_owned())
        .filter(|it| !it.is_empty())
        .collect();
    if words.is_empty() {
        return Err((
            "no words are given".to_owned(),
            "write said(WORDS|OTHER WORDS)".to_owned(),
        ));
    }
    Ok(Predicate::Said(words))
}

impl ObjectRef {
    /// Reads `MODEL`, `any:CATEGORY` or `any:COLOUR SHAPE`.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn parse(text: &str) -> Result<Self, (String, String)> {
        let Some(description) = text.strip_prefix("any:") else {
            return if text.contains(char::is_whitespace) {
                Err((
                    format!("a model's name has no spaces, but \"{text}\" does"),
                    "write a model's name, any:CATEGORY or any:COLOUR SHAPE".to_owned(),
                ))
            } else {
                Ok(Self::Model(text.to_owned()))
            };
        };
        let description = description.trim();
        if description.is_empty() {
            return Err((
                "nothing follows any:".to_owned(),
                "write any:CATEGORY or any:COLOUR SHAPE".to_owned(),
            ));
        }
        let coloured = description
            .split_once(char::is_whitespace)
            .and_then(|(first, rest)| Some((colour_named(first)?, rest.trim().to_owned())));
        Ok(match coloured {
            Some((colour, what)) => Self::AnyColoured { colour, what },
            None => Self::Any(description.to_owned()),
        })
    }
}

/// The colour of this English name.
fn colour_named(name: &str) -> Option<BasicColour> {
    use BasicColour::{Black, Blue, Brown, Green, Grey, Orange, Pink, Purple, Red, White, Yellow};
    Some(match name {
        "red" => Red,
        "orange" => Orange,
        "yellow" => Yellow,
        "green" => Green,
        "blue" => Blue,
        "purple" => Purple,
        "pink" => Pink,
        "brown" => Brown,
        "black" => Black,
        "grey" | "gray" => Grey,
        "white" => White,
        _ => return None,
    })
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(name) => write!(f, "{name}"),
            Self::Any(what) => write!(f, "any:{what}"),
            Self::AnyColoured { colour, what } => {
                write!(f, "any:{} {what}", format!("{colour:?}").to_lowercase())
            }
        }
    }
}

impl fmt::Display for PersonRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => write!(f, "me"),
            Self::Named(name) => write!(f, "{name}"),
        }
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(place) => write!(f, "at({place})"),
            Self::PersonAt(person, place) => write!(f, "at({person}, {place})"),
            Self::On(object, place) => write!(f, "on({object}, {place})"),
            Self::Held(object) => write!(f, "held({object})"),
            Self::Handed(object, person) => write!(f, "handed({object}, {person})"),
            Self::Unmoved(object) => write!(f, "unmoved({object})"),
            Self::Said(words) => write!(f, "said({})", words.join("|")),
            Self::Asked => write!(f, "asked"),
            Self::Refused => write!(f, "refused"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ObjectRef, PersonRef, Predicate};
    use hearth_types::BasicColour;
    use proptest::prelude::*;

    #[test]
    fn reads_every_form() {
        let text = "at(kitchen) & at(ben, office) & on(apple, desk) & held(any:drinks) & handed(any:red cup, me) & \
                    unmoved(bowl) & said(yes & no|二) & asked & refused";
        let red_cup = ObjectRef::AnyColoured {
            colour: BasicColour::Red,
            what: "cup".to_owned(),
        };
        assert_eq!(
            Predicate::parse_all(text).unwrap(),
            [
                Predicate::At("kitchen".to_owned()),
                Predicate::PersonAt("ben".to_owned(), "office".to_owned()),
                Predicate::On(ObjectRef::Model("apple".to_owned()), "desk".to_owned()),
                Predicate::Held(ObjectRef::Any("drinks".to_owned())),
                Predicate::Handed(red_cup, PersonRef::Me),
                Predicate::Unmoved(ObjectRef::Model("bowl".to_owned())),
                Predicate::Said(vec!["yes & no".to_owned(), "二".to_owned()]),
                Predicate::Asked,
                Predicate::Refused,
            ]
        );
    }

    #[test]
    fn says_which_predicate_is_wrong_and_what_would_be_right() {
        let error = Predicate::parse_all("at(kitchen) & on(apple)").unwrap_err();
        assert_eq!(error.number, 2);
        let text = error.to_string();
        assert!(
            text.contains("1 argument") && text.contains("on(OBJECT, PLACE)"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
            let _ = Predicate::parse_all(&text);
        }

        #[test]
        fn what_is_written_is_read_again(
            object in "[a-z_]{1,9}", place in "[a-z_]{1,9}", which in 0..3_usize,
        ) {
            let reference = [
                ObjectRef::Model(object.clone()),
                ObjectRef::Any(object.clone()),
                ObjectRef::AnyColoured { colour: BasicColour::Grey, what: object },
            ][which].clone();
            let all = [Predicate::On(reference.clone(), place), Predicate::Held(reference)];
            let text = format!("{} & {}", all[0], all[1]);
            prop_assert_eq!(Predicate::parse_all(&text).unwrap(), all);
        }
    }
}
