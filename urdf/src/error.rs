//! What can be wrong with a robot description.

/// Why a URDF was not accepted. Every message names the file and, where there is one, the line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UrdfError {
    /// The text is not well-formed XML.
    #[error("{file}:{line}: not well-formed XML: {detail}")]
    Xml {
        /// As given by the caller.
        file: String,
        /// Counted from 1.
        line: usize,
        /// The XML reader's words.
        detail: String,
    },
    /// An element or attribute is missing, unreadable or contradicts another.
    #[error("{file}:{line}: {problem}; {remedy}")]
    Invalid {
        /// As given by the caller.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// More joints move than commands have room for.
    #[error("{file}: {joints} joints are actuated, but a robot may have at most {max}")]
    TooManyJoints {
        /// As given by the caller.
        file: String,
        /// How many the file has.
        joints: usize,
        /// [`hearth_types::MAX_JOINTS`].
        max: usize,
    },
    /// The file is too large or too deeply nested to be a robot description.
    #[error("{file}: too {what} for a robot description")]
    TooLarge {
        /// As given by the caller.
        file: String,
        /// In which way.
        what: &'static str,
    },
}

/// Something in the file that the reader passes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// Line in the file, counted from 1.
    pub line: usize,
    /// What, and why if not for lack of a use.
    pub what: String,
}

impl std::fmt::Display for Ignored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Why no kinematic chain leads from one link to another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// There is no link of this name.
    #[error("there is no link {name:?}")]
    UnknownLink {
        /// The name asked for.
        name: String,
    },
    /// The tip does not hang on the base.
    #[error("link {tip:?} does not hang on link {base:?}")]
    NotBelow {
        /// The chain's base.
        base: String,
        /// The chain's tip.
        tip: String,
    },
}
