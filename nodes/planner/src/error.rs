//! What can be wrong with the planner's data.

/// Why a planner could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlannerError {
    /// The replies' data file is malformed.
    #[error("replies.yaml: {reason}")]
    Replies {
        /// What, with key and line.
        reason: String,
    },
    /// The list of usual places is malformed.
    #[error("usual_places.yaml: {reason}")]
    UsualPlaces {
        /// What, with key and line.
        reason: String,
    },
    /// The words' data files are malformed.
    #[error(transparent)]
    Words(#[from] crate::language::LexiconError),
}
