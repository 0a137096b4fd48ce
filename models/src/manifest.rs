//! `models/manifest.yaml`: which models there are, and what their files must be.

mod check;
mod expand;

use crate::ModelError;
use crate::files::PinnedFile;
use check::{check, line_of};
use expand::expand;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// The manifest's place in a checkout.
pub const MANIFEST: &str = "models/manifest.yaml";

/// Where fetched files are.
const SYSROOT: &str = ".sysroot";

/// The models that Hearth knows.
#[derive(Clone, Debug)]
pub struct Manifest {
    path: PathBuf,
    models: Vec<ModelEntry>,
}

/// One model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Its name, as `all-minilm-l6-v2`.
    pub id: String,
    /// What Hearth uses it for.
    pub purpose: String,
    /// Where it is from.
    pub source: String,
    /// The weights' licence, by its SPDX name.
    pub licence: String,
    /// How its files come to be there.
    pub fetch: Fetch,
    /// Memory and time that it takes.
    pub cost: String,
    /// Its files, the model itself first. Relative to the checkout in the manifest, absolute once loaded.
    pub files: Vec<PinnedFile>,
    /// What the graph must be, if it is one that ONNX Runtime runs.
    #[serde(default)]
    pub onnx: Option<OnnxSpec>,
}

/// How a model's files come to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fetch {
    /// `./hearth` fetches them before it needs them.
    Default,
    /// `./hearth models fetch ID` fetches them.
    OnRequest,
    /// They are in the repository.
    Committed,
}

/// What an ONNX graph must be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnnxSpec {
    /// Version of ONNX's own operators that the graph is written in. None for a graph in ONNX Runtime's own format
    /// (`.ort`), which does not say.
    #[serde(default)]
    pub opset: Option<u32>,
    /// The folder of the weights, if they are outside the graph.
    #[serde(default)]
    pub weights: Option<PathBuf>,
    /// All inputs. In the file `past.{0..7}.key` stands for eight.
    pub inputs: Vec<TensorSpec>,
    /// All outputs, likewise.
    pub outputs: Vec<TensorSpec>,
}

/// What an input or output must be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorSpec {
    /// Its name in the graph.
    pub name: String,
    /// The type of its elements.
    #[serde(rename = "type")]
    pub element: ElementType,
    /// Its dimensions.
    pub shape: Vec<Dimension>,
}

/// A type of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ElementType {
    F16,
    F32,
    F64,
    I32,
    I64,
    U8,
    Bool,
}

/// One dimension of a shape.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Dimension {
    /// Always this long.
    Fixed(u32),
    /// As long as one likes, by the name that it has in the graph (or any, where it has none).
    Free(String),
}

impl fmt::Display for TensorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let element = format!("{:?}", self.element).to_lowercase();
        let shape: Vec<String> = self.shape.iter().map(ToString::to_string).collect();
        write!(f, "{} {element} [{}]", self.name, shape.join(", "))
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(length) => length.fmt(f),
            Self::Free(name) => name.fmt(f),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    models: Vec<ModelEntry>,
}

impl Manifest {
    /// Reads the manifest of the checkout at `root`. Whether the files are there is not looked at.
    pub fn load(root: &Path) -> Result<Self, ModelError> {
        let path = root.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(|source| ModelError::Read {
            path: path.clone(),
            hint: String::new(),
            source,
        })?;
        Self::from_text(root, &path, &text)
    }

    /// As [`Manifest::load`], from text; `path` is what errors name.
    pub fn from_text(root: &Path, path: &Path, text: &str) -> Result<Self, ModelError> {
        let raw: RawManifest =
            serde_yaml::from_str(text).map_err(|error| ModelError::Manifest {
                path: path.to_owned(),
                line: error.location().map(|it| it.line()),
                message: error.to_string(),
            })?;
        let mut ids = BTreeSet::new();
        let mut models = raw.models;
        for model in &mut models {
            let problem = model.onnx.as_mut().and_then(expand);
            let problem = problem.or_else(|| check(model)).or_else(|| {
                (!ids.insert(model.id.clone()))
                    .then(|| ("id".to_owned(), "is there twice".to_owned()))
            });
            if let Some((key, problem)) = problem {
                return Err(ModelError::Manifest {
                    path: path.to_owned(),
                    line: line_of(text, &model.id, &key),
                    message: format!("models[{}].{key} {problem}", model.id),
                });
            }
            for file in &mut model.files {
                file.path = root.join(&file.path);
            }
            if let Some(folder) = model.onnx.as_mut().and_then(|it| it.weights.as_mut()) {
                *folder = root.join(&*folder);
            }
        }
        Ok(Self {
            path: path.to_owned(),
            models,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All models, in the file's order.
    pub fn models(&self) -> &[ModelEntry] {
        &self.models
    }

    /// The model called `id`.
    pub fn model(&self, id: &str) -> Result<&ModelEntry, ModelError> {
        self.models
            .iter()
            .find(|it| it.id == id)
            .ok_or_else(|| ModelError::Unknown {
                id: id.to_owned(),
                known: self.models.iter().map(|it| it.id.clone()).collect(),
            })
    }
}

impl ModelEntry {
    /// The model's file of that name, as `tokenizer.json`.
    pub fn file(&self, name: &str) -> Result<&PinnedFile, ModelError> {
        self.files
            .iter()
            .find(|it| it.path.file_name().is_some_and(|it| it == name))
            .ok_or_else(|| {
                ModelError::Input(format!("the manifest names no file {name} of {}", self.id))
            })
    }

    /// The content of the model's file of that name, once it has been compared.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, ModelError> {
        let file = self.file(name)?;
        file.read(&self.hint(file))
    }

    /// Whether all files are there, of the right size; their hashes are not looked at.
    pub fn is_present(&self) -> bool {
        self.missing().is_none()
    }

    /// What to do about the first file that is not there or of another size.
    pub fn missing(&self) -> Option<String> {
        let missing = self.files.iter().find(|it| !it.is_present())?;
        Some(self.hint(missing))
    }

    /// Compares every file with its size and hash.
    pub fn verify_files(&self) -> Result<(), ModelError> {
        let mut files = self.files.iter();
        files.try_for_each(|it| it.verify(&self.hint(it)))
    }

    /// \[bytes\] Of all files.
    pub fn bytes(&self) -> u64 {
        self.files
            .iter()
            .map(|it| it.bytes)
            .fold(0, u64::saturating_add)
    }

    /// What to do where this file is missing or another.
    pub(crate) fn hint(&self, file: &PinnedFile) -> String {
        let fetched = file.path.components().any(|it| it.as_os_str() == SYSROOT);
        match self.fetch {
            _ if !fetched => "it is in the repository: `git checkout` brings it back".to_owned(),
            Fetch::OnRequest => format!("`./hearth models fetch {}` fetches it", self.id),
            Fetch::Default | Fetch::Committed => "`./hearth models fetch` fetches it".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
