//! Words about what the camera sees, between planner, perception and a vision-language server.

use crate::{Language, Stamp};
use std::sync::Arc;

/// More phrases than this at a time are not looked for.
pub const MOST_PHRASES: usize = 16;

/// What the planner wants perception to look for beside the household's catalogue. Replaces what
/// was asked before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queries {
    /// Short English descriptions ("striped mug", "person waving"); at most [`MOST_PHRASES`].
    pub phrases: Vec<String>,
}

/// How well a phrase describes a thing or a person seen.
#[derive(Clone, Debug, PartialEq)]
pub struct PhraseMatch {
    /// As in [`Queries`].
    pub phrase: Arc<str>,
    /// \[0, 1\] Calibrated, fused over frames.
    pub probability: f64,
}

/// The probability of a phrase among matches, if it was looked for.
pub fn match_of(matches: &[PhraseMatch], phrase: &str) -> Option<f64> {
    let found = matches.iter().find(|it| &*it.phrase == phrase);
    found.map(|it| it.probability)
}

/// An open question about the newest picture, for a vision-language server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisualQuestion {
    /// Which; the answer carries it too.
    pub id: u64,
    /// When it was asked.
    pub stamp: Stamp,
    /// As the person said it.
    pub text: String,
    /// In which language to answer.
    pub language: Language,
}

/// What the server said. Words only: never evidence for a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisualAnswer {
    /// Of the question.
    pub id: u64,
    /// Its answer, or why there is none.
    pub text: Result<String, String>,
    /// Who answered ("qwen2-vl at localhost:8080"), for people to know whose words these are.
    pub server: String,
}
