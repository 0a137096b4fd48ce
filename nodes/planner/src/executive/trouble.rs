//! How a command ends other than well.

use hearth_types::{Evidence, TaskVerdict};

/// Why a command does not go on. The texts are in the command's language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// Tried, not achieved.
    Failed { reason: String, evidence: Evidence },
    /// Not tried: it cannot be done.
    Refused { reason: String },
    /// A question stayed unanswered.
    Asked { question: String },
}

impl Trouble {
    pub(crate) fn failed(reason: String, evidence: Evidence) -> Self {
        Self::Failed { reason, evidence }
    }

    pub(crate) fn refused(reason: String) -> Self {
        Self::Refused { reason }
    }

    /// The words for it.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Failed { reason, .. } | Self::Refused { reason } => reason,
            Self::Asked { question } => question,
        }
    }

    pub(crate) fn evidence(&self) -> Evidence {
        match self {
            Self::Failed { evidence, .. } => evidence.clone(),
            // Nothing was tried: nothing was sensed.
            _ => Evidence {
                text: String::new(),
                frame: None,
            },
        }
    }

    /// `begun`: whether something of the command was already carried out, so that it cannot
    /// count as refused.
    pub(crate) fn into_verdict(self, begun: bool) -> TaskVerdict {
        match self {
            Self::Refused { reason } if !begun => TaskVerdict::Refused { reason },
            Self::Refused { reason } | Self::Failed { reason, .. } => {
                TaskVerdict::Failed { reason }
            }
            Self::Asked { question } => TaskVerdict::Asked { question },
        }
    }
}

/// The outcome of a skill.
pub(crate) type Outcome<T> = Result<T, Trouble>;
