//! What people say and what the robot answers.

use crate::Stamp;
use serde::{Deserialize, Serialize};

/// A language of commands and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Chinese (Mandarin); input in Simplified or Traditional characters, output in Simplified.
    Zh,
}

/// Something a person said or typed to the robot.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// When it ended.
    pub stamp: Stamp,
    /// The words.
    pub text: String,
    /// If known; else the planner detects it.
    pub language: Option<Language>,
    /// \[0, 1\] The recogniser's confidence; 1 for typed text.
    pub confidence: f64,
    /// The speaker's id in the home, if known. `None` is whoever stands before the robot.
    pub speaker: Option<String>,
}

/// Something for the robot to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// When it was decided.
    pub stamp: Stamp,
    /// The words.
    pub text: String,
    /// Their language.
    pub language: Language,
}
