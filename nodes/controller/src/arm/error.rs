//! What can be wrong with an arm's set-up.

/// Why an arm cannot be driven as configured.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ArmError {
    /// A link or the way to it is missing.
    #[error("arm.{key}: {source}")]
    Chain {
        /// The configuration's key.
        key: &'static str,
        /// What is missing.
        source: hearth_urdf::ChainError,
    },
    /// A joint is missing.
    #[error("arm.{key}: the robot has no actuated joint {name:?}")]
    UnknownJoint {
        /// The configuration's key.
        key: &'static str,
        /// The name in it.
        name: String,
    },
    /// A position is out of a joint's limits.
    #[error("arm.stow: {joint} is {value}, but must be from {lower} to {upper}")]
    StowOutOfLimits {
        /// The joint.
        joint: String,
        /// The configured position.
        value: f64,
        /// Its lower limit.
        lower: f64,
        /// Its upper limit.
        upper: f64,
    },
    /// No jerk-limited motion was found.
    #[error("no trajectory: {detail}")]
    Trajectory {
        /// The generator's words.
        detail: String,
    },
}
