//! What may be wrong with sound, with who makes it and with who hears it.

use hearth_models::ModelError;
use std::path::PathBuf;

/// Why nothing is heard or said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VoiceError {
    /// A file is missing or unreadable.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no sound that Hearth reads.
    #[error("{}: {message}", path.display())]
    Wav {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// Sound of a rate that no microphone has.
    #[error("sound at {rate_hz} Hz is not taken; it must have between {least_hz} and {most_hz} Hz")]
    Rate {
        /// The rate.
        rate_hz: u32,
        /// The least.
        least_hz: u32,
        /// The most.
        most_hz: u32,
    },
    /// The sound could not be brought to 16 kHz.
    #[error("resampling failed: {0}")]
    Resample(String),
    /// No microphone, or one that does not work.
    #[error("{0}")]
    Microphone(String),
    /// A voice that the configuration names is missing or none.
    #[error("{key}: {}: {message}", path.display())]
    Voice {
        /// Where the configuration names it.
        key: String,
        /// The file.
        path: PathBuf,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// No loudspeaker, or one that cannot be opened.
    #[error("{0}")]
    Loudspeaker(String),
    /// Nothing that speaks.
    #[error("{0}")]
    Mouth(String),
    /// A model is missing, wrong, or failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The words that the voice needs are wrong.
    #[error("nodes/voice/data/{file}: {message}")]
    Words {
        /// The file.
        file: &'static str,
        /// What is wrong.
        message: String,
    },
}
