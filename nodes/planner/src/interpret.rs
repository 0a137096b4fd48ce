//! The seam between words and meanings: the parser of this crate, or another one.

use crate::ast::Meaning;
use hearth_types::Language;

/// Turns words into a meaning. No IO, no clock, total over any text.
pub trait Interpret: Send {
    /// What the text means. `hint` is its language, if that is known.
    ///
    /// # Errors
    /// When the text means nothing that a robot is asked to do.
    fn interpret(&self, text: &str, hint: Option<Language>) -> Result<Meaning, Misunderstanding>;
}

/// Why words have no meaning for the robot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misunderstanding {
    /// There were no words.
    #[error("no words")]
    Empty,
    /// Far more words than a command has.
    #[error("too many words")]
    TooLong,
    /// Words, but no command or question that is known.
    #[error("no command that is known")]
    NoCommand,
}

impl Misunderstanding {
    /// The key of what the robot says then.
    pub(crate) fn reply(self) -> &'static str {
        match self {
            Self::Empty => "nothing_heard",
            Self::TooLong => "too_long",
            Self::NoCommand => "not_understood",
        }
    }
}
