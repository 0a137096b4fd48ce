//! What may be wrong with a configuration file.

use hearth_types::RangeError;
use std::path::{Path, PathBuf};

/// Why a configuration file was not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is missing or unreadable.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what its format asks for: YAML syntax, unknown or missing keys, types.
    #[error("{}{}: {message}", path.display(), line_suffix(*line))]
    Parse {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// The parser's words; they name the key.
        message: String,
    },
    /// A value is out of range.
    #[error("{}{}: {section}.{range}", path.display(), line_suffix(*line))]
    Range {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// The section.
        section: String,
        /// Key, value and what would be right.
        range: Box<RangeError>,
    },
    /// A section is not there.
    #[error("{}: the section `{section}` is missing", path.display())]
    MissingSection {
        /// The file.
        path: PathBuf,
        /// The section.
        section: String,
    },
    /// A value parses but makes no sense with the rest of the file.
    #[error("{}: {key}: {found}, but it must be {expected}", path.display())]
    Inconsistent {
        /// The file.
        path: PathBuf,
        /// Where, as `places[kitchen_table].room`.
        key: String,
        /// What is there.
        found: String,
        /// What would be right.
        expected: String,
    },
}

fn line_suffix(line: Option<usize>) -> String {
    line.map(|it| format!(":{it}")).unwrap_or_default()
}

impl ConfigError {
    pub(super) fn yaml(path: &Path, error: &serde_yaml::Error) -> Self {
        Self::Parse {
            path: path.to_owned(),
            line: error.location().map(|it| it.line()),
            message: error.to_string(),
        }
    }

    pub(super) fn parse(path: &Path, line: Option<usize>, message: impl Into<String>) -> Self {
        Self::Parse {
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }
}

/// The file's text.
pub(super) fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })
}
