//! Files of known content.

use crate::ModelError;
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

/// A file that must have exactly this content.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedFile {
    /// Where it is.
    pub path: PathBuf,
    /// \[bytes\] Its size.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Hash,
}

/// A SHA-256, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// From 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .chars()
            .map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()))
            .collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|it| it.iter().fold(0, |sum, it| sum << 4 | it))
            .collect();
        (digits.len() == 64).then_some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|it| write!(f, "{it:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "sha256 is {text:?}, but it must be 64 hexadecimal digits"
            ))
        })
    }
}

impl PinnedFile {
    /// Whether it is there and of the right size.
    pub fn is_present(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|it| it.is_file() && it.len() == self.bytes)
    }

    /// Compares size and hash. `hint` says what to do about a file that is missing or another.
    pub fn verify(&self, hint: &str) -> Result<(), ModelError> {
        let mut file = self.open(hint)?;
        let mut hasher = Sha256::new();
        let mut block = vec![0; 1 << 18];
        loop {
            match file.read(&mut block) {
                Ok(0) => break,
                Ok(count) => hasher.update(&block[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.unreadable(hint, error)),
            }
        }
        self.compare(Hash(hasher.finalize().into()), hint)
    }

    /// The content, once it has been compared.
    pub fn read(&self, hint: &str) -> Result<Vec<u8>, ModelError> {
        let mut content = Vec::new();
        let mut file = self.open(hint)?;
        file.read_to_end(&mut content)
            .map_err(|error| self.unreadable(hint, error))?;
        self.compare(Hash::of(&content), hint)?;
        Ok(content)
    }

    /// Opens it if its size is right, which finds a file cut short without reading it.
    fn open(&self, hint: &str) -> Result<File, ModelError> {
        let file = File::open(&self.path).map_err(|error| self.unreadable(hint, error))?;
        let found = file
            .metadata()
            .map_err(|error| self.unreadable(hint, error))?
            .len();
        if found == self.bytes {
            return Ok(file);
        }
        Err(self.differs("size in bytes", self.bytes, found, hint))
    }

    fn compare(&self, found: Hash, hint: &str) -> Result<(), ModelError> {
        if found == self.sha256 {
            return Ok(());
        }
        Err(self.differs("sha256", self.sha256, found, hint))
    }

    fn differs(
        &self,
        what: &str,
        expected: impl fmt::Display,
        found: impl fmt::Display,
        hint: &str,
    ) -> ModelError {
        ModelError::Differs {
            path: self.path.clone(),
            what: what.to_owned(),
            expected: format!("{expected}; {hint}"),
            found: found.to_string(),
        }
    }

    fn unreadable(&self, hint: &str, source: std::io::Error) -> ModelError {
        ModelError::Read {
            path: self.path.clone(),
            hint: format!("; {hint}"),
            source,
        }
    }
}
