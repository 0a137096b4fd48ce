use crate::sdf::SdfError;
use std::path::PathBuf;

/// Why the simulator could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// The world's file is wrong.
    #[error(transparent)]
    Sdf(#[from] SdfError),
    /// A file could not be read.
    #[error("{}: cannot be read", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The rules for placing things are wrong.
    #[error("{file}: {problem}; {expected}")]
    Rules {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
        /// What would be right.
        expected: String,
    },
    /// A thing could not be placed as asked.
    #[error("cannot place {object:?} on {place:?}: {reason}")]
    Placement {
        /// The model.
        object: String,
        /// The place.
        place: String,
        /// Why.
        reason: String,
    },
    /// The robot's description lacks something that the simulator needs.
    #[error("robot {robot:?}: {problem}; {expected}")]
    Robot {
        /// Its name.
        robot: String,
        /// What is wrong.
        problem: String,
        /// What would be right.
        expected: String,
    },
    /// A configuration value is out of range.
    #[error("{key}: {value} is out of range; {expected}")]
    Config {
        /// The key.
        key: &'static str,
        /// Its value.
        value: f64,
        /// What would be right.
        expected: &'static str,
    },
    /// MuJoCo refused the composed model.
    #[error("MuJoCo refuses the composed model: {0}")]
    Model(String),
    /// The camera's renderer did not start.
    #[error(
        "the camera's renderer did not start: {0}; it needs EGL with a software driver (Debian: libegl1 libgl1-mesa-dri)"
    )]
    Renderer(String),
}
