//! The data files of words, as they are written.

use super::sense::{Ask, Determiner, Localizer, Pronoun, Role, Verb};
use crate::ast::{Control, Courtesy, Gesture, Impossible, Pattern, Relation, State, Superlative};
use hearth_types::{BasicColour, Language, Posture, ShapeCue};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What is wrong with a file of words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    /// Not YAML, an unknown key, or a value of the wrong kind.
    #[error("{file}: {source}")]
    Syntax {
        /// The file.
        file: String,
        /// With key, line and column.
        source: serde_yaml::Error,
    },
    /// A value that makes no sense.
    #[error("{file}: key {key}: {problem}")]
    Value {
        /// The file.
        file: String,
        /// The key.
        key: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// The file cannot be read.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
}

type Words = Vec<String>;

/// One language's file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLexicon {
    pub language: Option<Language>,
    pub verbs: HashMap<Verb, Words>,
    pub wishes: HashMap<String, Words>,
    pub roles: HashMap<Role, Words>,
    pub relations: HashMap<Relation, Words>,
    pub localizers: HashMap<Localizer, Words>,
    pub colours: HashMap<BasicColour, Words>,
    pub superlatives: HashMap<Superlative, Words>,
    pub patterns: HashMap<Pattern, Words>,
    /// What is on a thing that has the pattern: "dots".
    pub pattern_parts: HashMap<Pattern, Words>,
    /// "with", before such parts.
    pub bears: Words,
    pub states: HashMap<State, Words>,
    pub poses: HashMap<Posture, Words>,
    pub gestures: HashMap<Gesture, Words>,
    /// Things that are known by their word only: the English name, and what people say.
    pub described: BTreeMap<String, Words>,
    /// What else is said of people: in English, and what people say.
    pub details: BTreeMap<String, Words>,
    /// Verbs that with what follows are said of people.
    pub doing: Words,
    pub floor: Words,
    pub open_questions: RawOpen,
    pub shapes: HashMap<ShapeCue, Words>,
    pub determiners: HashMap<Determiner, Words>,
    pub pronouns: HashMap<Pronoun, Words>,
    pub nouns: RawNouns,
    pub wearing: Words,
    pub numbers: HashMap<u32, Words>,
    pub ordinals: HashMap<i32, Words>,
    pub measures: Words,
    pub adjectives: Words,
    pub joins: RawJoins,
    pub questions: HashMap<Ask, Words>,
    pub be: Words,
    pub have: Words,
    pub whether: Words,
    pub ask_particles: Words,
    pub control: HashMap<Control, Words>,
    pub stay: Words,
    pub courtesy: HashMap<Courtesy, Words>,
    pub impossible: HashMap<Impossible, Words>,
    pub nowhere: Words,
    pub negation: Words,
    pub corrections: Words,
    pub unsupported: Words,
    pub benefit: Words,
    pub down: Words,
    pub postures: Words,
    pub linkers: Words,
    pub fillers: Words,
    pub rewrites: HashMap<String, String>,
    pub plurals: HashMap<String, String>,
    pub heads: HashMap<String, Words>,
    pub answers: RawAnswers,
    pub explanations: HashMap<String, String>,
    pub verb_words: HashMap<String, String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawNouns {
    pub thing: Words,
    pub things: Words,
    pub person: Words,
    pub people: Words,
    pub nobody: Words,
    pub clothes: Words,
    pub trousers: Words,
}

/// How questions begin and end, whatever they are about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawOpen {
    pub starts: Words,
    pub ends: Words,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawJoins {
    pub and: Words,
    pub then: Words,
    pub or: Words,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAnswers {
    pub yes: Words,
    pub no: Words,
    pub whichever: Words,
    pub neither: Words,
    pub last: Words,
    pub former: Words,
}

impl RawAnswers {
    pub fn all_mut(&mut self) -> [&mut Words; 6] {
        [
            &mut self.yes,
            &mut self.no,
            &mut self.whichever,
            &mut self.neither,
            &mut self.last,
            &mut self.former,
        ]
    }
}

/// The words of every language: what [`super::Parser`] is made from.
#[derive(Clone, Debug)]
pub struct LexiconData {
    pub(super) languages: Vec<RawLexicon>,
    /// Pairs of a Traditional character and its Simplified form.
    pub(super) traditional: HashMap<char, char>,
}

impl LexiconData {
    /// The files that Hearth ships.
    ///
    /// # Errors
    /// When a shipped file is wrong, which a test rules out.
    pub fn embedded() -> Result<Self, LexiconError> {
        Self::from_texts(
            &[
                ("en.yaml", include_str!("../../data/en.yaml")),
                ("zh.yaml", include_str!("../../data/zh.yaml")),
            ],
            include_str!("../../data/traditional.txt"),
        )
    }

    /// The files of a folder (`en.yaml`, `zh.yaml`, `traditional.txt`); one that is not there is
    /// taken from those that Hearth ships.
    ///
    /// # Errors
    /// Naming the file, and the key or line.
    pub fn from_folder(folder: &Path) -> Result<Self, LexiconError> {
        let read = |name: &str, shipped: &str| {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => Ok((path.display().to_string(), text)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    Ok((name.to_owned(), shipped.to_owned()))
                }
                Err(source) => Err(LexiconError::Read {
                    file: path.display().to_string(),
                    source,
                }),
            }
        };
        let en = read("en.yaml", include_str!("../../data/en.yaml"))?;
        let zh = read("zh.yaml", include_str!("../../data/zh.yaml"))?;
        let traditional = read(
            "traditional.txt",
            include_str!("../../data/traditional.txt"),
        )?;
        Self::from_texts(&[(&en.0, &en.1), (&zh.0, &zh.1)], &traditional.1)
    }

    /// The text with Simplified characters in the place of Traditional ones, as the parser reads it.
    pub fn simplified(&self, text: &str) -> String {
        let simple = |it: char| self.traditional.get(&it).copied().unwrap_or(it);
        text.chars().map(simple).collect()
    }

    /// From (file name, content) of each language, and the table of Traditional characters.
    ///
    /// # Errors
    /// Naming the file, and the key or line.
    pub fn from_texts(files: &[(&str, &str)], traditional: &str) -> Result<Self, LexiconError> {
        let languages = files
            .iter()
            .map(|(file, text)| read_language(file, text))
            .collect::<Result<_, _>>()?;
        let mut pairs = HashMap::new();
        for (number, line) in traditional.lines().enumerate() {
            for pair in line.split_whitespace().filter(|_| !line.starts_with('#')) {
                let mut chars = pair.chars();
                match (chars.next(), chars.next(), chars.next()) {
                    (Some(from), Some(to), None) => pairs.insert(from, to),
                    _ => {
                        return Err(LexiconError::Value {
                            file: "traditional.txt".to_owned(),
                            key: format!("line {}", number + 1),
                            problem: format!("{pair:?} is not a pair of characters"),
                        });
                    }
                };
            }
        }
        Ok(Self {
            languages,
            traditional: pairs,
        })
    }
}

fn read_language(file: &str, text: &str) -> Result<RawLexicon, LexiconError> {
    let raw: RawLexicon = serde_yaml::from_str(text).map_err(|source| LexiconError::Syntax {
        file: file.to_owned(),
        source,
    })?;
    let value = |key: &str, problem: &str| LexiconError::Value {
        file: file.to_owned(),
        key: key.to_owned(),
        problem: problem.to_owned(),
    };
    if raw.language.is_none() {
        return Err(value("language", "is missing: give en or zh"));
    }
    if raw.verbs.is_empty() {
        return Err(value("verbs", "is empty: no command could be understood"));
    }
    if raw.verbs.values().flatten().any(|it| it.trim().is_empty()) {
        return Err(value("verbs", "holds an empty word"));
    }
    Ok(raw)
}
