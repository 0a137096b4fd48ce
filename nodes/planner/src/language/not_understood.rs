//! Why a text has no meaning, and how to say so.

use super::assemble::Missing;
use super::frame::Frame;
use super::lexicon::Lexicon;
use super::sense::Verb;
use hearth_types::Language;

/// Why a text has no meaning for the robot. [`super::Parser::explain`] words it for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotUnderstood {
    /// No words.
    #[error("nothing was said")]
    Empty {
        /// Of the answer.
        language: Language,
    },
    /// More than [`super::MAX_CHARS`].
    #[error("longer than {} characters", super::MAX_CHARS)]
    TooLong {
        /// Of the answer.
        language: Language,
    },
    /// Words that fit nowhere.
    #[error("not understood: {words:?}")]
    UnknownWords {
        /// Of the text.
        language: Language,
        /// As they were said.
        words: String,
    },
    /// Words that are known but ask for nothing.
    #[error("no request in {words:?}")]
    NoRequest {
        /// Of the text.
        language: Language,
        /// As they were said.
        words: String,
    },
    /// A request that lacks something: ask, and [`super::Parser::complete`] it with the answer.
    #[error("the request lacks something: {:?}", .0.missing)]
    Incomplete(Box<Incomplete>),
    /// Two orders that cannot both be meant.
    #[error("{first:?} contradicts {second:?}")]
    Contradiction {
        /// Of the text.
        language: Language,
        /// One, as it was said.
        first: String,
        /// The other.
        second: String,
    },
}

/// A request that lacks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// Of the text.
    pub language: Language,
    /// What it lacks.
    pub missing: Missing,
    pub(super) frames: Vec<Frame>,
    pub(super) at: usize,
}

impl NotUnderstood {
    /// The language to answer in.
    pub fn language(&self) -> Language {
        match self {
            Self::Empty { language }
            | Self::TooLong { language }
            | Self::UnknownWords { language, .. }
            | Self::NoRequest { language, .. }
            | Self::Contradiction { language, .. } => *language,
            Self::Incomplete(it) => it.language,
        }
    }
}

pub(super) fn explain(lexicon: &Lexicon, trouble: &NotUnderstood) -> String {
    let language = trouble.language();
    let template = |key: &str| {
        let found = lexicon.explanations.get(&(language, key.to_owned()));
        found.cloned().unwrap_or_else(|| trouble.to_string())
    };
    match trouble {
        NotUnderstood::Empty { .. } => template("empty"),
        NotUnderstood::TooLong { .. } => template("too_long"),
        NotUnderstood::UnknownWords { words, .. } => {
            template("unknown_words").replace("{words}", words)
        }
        NotUnderstood::NoRequest { words, .. } => template("no_request").replace("{words}", words),
        NotUnderstood::Contradiction { first, second, .. } => template("contradiction")
            .replace("{first}", first)
            .replace("{second}", second),
        NotUnderstood::Incomplete(it) => {
            let verb = it.frames.get(it.at).and_then(|frame| frame.verb);
            let key = match it.missing {
                Missing::Object => "missing_object",
                Missing::Place => "missing_place",
                Missing::Goal => "missing_goal",
                Missing::Person => "missing_person",
            };
            let verb = verb_key(verb);
            let word = lexicon.verb_words.get(&(language, verb.to_owned()));
            template(key).replace("{verb}", word.map_or(verb, String::as_str))
        }
    }
}

fn verb_key(verb: Option<Verb>) -> &'static str {
    match verb {
        Some(Verb::Take | Verb::Grasp) => "take",
        Some(Verb::Put) => "put",
        Some(Verb::Give) => "give",
        Some(Verb::Count) => "count",
        Some(Verb::Find | Verb::Look | Verb::See) => "find",
        _ => "bring",
    }
}
