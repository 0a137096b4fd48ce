//! What sound devices have in common.

use cpal::ErrorKind;
use std::time::Duration;

/// A device that is there gives or takes sound without end, be it silence. One that did not for so long is gone, whether or not the
/// system says so: where a sound server dies, nothing else tells.
pub(crate) const MOST_PATIENCE: Duration = Duration::from_secs(3);

/// What the system says of a stream.
pub(crate) struct Fault {
    /// Sound servers have passing faults of all kinds, above all at the start of a stream: where one stays, there is no sound.
    pub is_end: bool,
    pub message: String,
}

impl From<cpal::Error> for Fault {
    fn from(error: cpal::Error) -> Self {
        Self {
            is_end: error.kind() == ErrorKind::DeviceNotAvailable,
            message: error.to_string(),
        }
    }
}
