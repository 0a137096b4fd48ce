//! Between ROS messages and Hearth's: pure functions, one module a field.
//!
//! What comes from ROS may be anything. Each conversion either gives a value that Hearth's types promise, or
//! a [`BadInput`] that says what is wrong; none panics. What goes to ROS is always sound.

pub mod actuators;
pub mod audio;
pub mod camera;
pub mod hearing;
pub mod localization;
pub mod markers;
pub mod motion;
pub mod query;
pub mod safety;
pub mod sensors;
pub mod task;
pub mod text;
pub mod time;
pub mod transforms;
pub mod world;

/// Why a message from ROS was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadInput {
    /// A number is NaN or infinite.
    #[error("{field} is not finite")]
    NotFinite {
        /// Which.
        field: &'static str,
    },
    /// The stamp is far from the clock.
    #[error("its stamp is {ahead_secs} s off the clock (another clock? see use_sim_time)")]
    Stamp {
        /// \[s\] Positive: in the future. As text, so that errors can be compared.
        ahead_secs: String,
    },
    /// The frame is not the one that it must be.
    #[error("frame_id is {found:?}, but it must be {expected:?}")]
    Frame {
        /// As given.
        found: String,
        /// As it must be.
        expected: String,
    },
    /// Sizes do not fit each other.
    #[error("{what} is {found}, but it must be {expected}")]
    Size {
        /// Of what.
        what: &'static str,
        /// As given.
        found: String,
        /// As it must be.
        expected: String,
    },
    /// A number that is none of those that it may be.
    #[error("{field} is {found}, but it must be {expected}")]
    Range {
        /// Which.
        field: &'static str,
        /// As given. As text, so that errors can be compared.
        found: String,
        /// As it must be.
        expected: &'static str,
    },
    /// A value that the type has not.
    #[error("{field} {value:?} is unknown")]
    Unknown {
        /// Which field.
        field: &'static str,
        /// As given.
        value: String,
    },
    /// The message could not be read at all.
    #[error("it cannot be decoded: {0}")]
    Undecodable(String),
}

/// The number, if it is one.
pub(crate) fn finite(field: &'static str, value: f64) -> Result<f64, BadInput> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(BadInput::NotFinite { field })
    }
}

/// The number, if it is a probability.
pub(crate) fn probability(field: &'static str, value: f64) -> Result<f64, BadInput> {
    if (0.0..=1.0).contains(&finite(field, value)?) {
        Ok(value)
    } else {
        Err(BadInput::Range {
            field,
            found: value.to_string(),
            expected: "in [0, 1]",
        })
    }
}
