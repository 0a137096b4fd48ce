//! What may be wrong with a model, its files or what it is given.

use std::path::PathBuf;

/// Why a model was not opened or did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file is missing or unreadable.
    #[error("{}: cannot be read{hint}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What to do about it, with a colon before it; may be empty.
        hint: String,
        /// Why.
        source: std::io::Error,
    },
    /// The manifest is not what its format asks for.
    #[error("{}{}: {message}", path.display(), line.map(|it| format!(":{it}")).unwrap_or_default())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// Key, value and what would be right.
        message: String,
    },
    /// No such model in the manifest.
    #[error("there is no model {id:?}; the manifest has {}", known.join(", "))]
    Unknown {
        /// What was asked for.
        id: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A file is not the one that the manifest pins.
    #[error("{}: the file has {what} {found}, the manifest says {expected}", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
        /// Size, sha256, opset, input or output.
        what: String,
        /// What the manifest says.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// The file is no sound model.
    #[error("{}: {message}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// ONNX Runtime's library is missing or unfit.
    #[error("{}: ONNX Runtime cannot be loaded: {message}", path.display())]
    Library {
        /// The shared library.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// A key of the configuration has a value that makes no sense.
    #[error(transparent)]
    Option(#[from] hearth_types::RangeError),
    /// A model was given what it does not take.
    #[error("{0}")]
    Input(String),
    /// The model failed while it worked.
    #[error("{model}: {message}")]
    Run {
        /// The model's id.
        model: String,
        /// ONNX Runtime's words.
        message: String,
    },
}
