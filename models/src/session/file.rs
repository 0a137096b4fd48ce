//! Models that the manifest does not name: files that somebody brings, whose graph the adapters check themselves.

use super::{Session, commit, element};
use crate::files::Hash;
use crate::manifest::{Dimension, OnnxSpec, TensorSpec};
use crate::options::SessionOptions;
use crate::{ModelError, Runtime};
use hearth_types::Checked;
use ort::value::{Outlet, ValueType};
use std::path::Path;

impl Session {
    /// Opens any ONNX file, of that hash if one is given. What it takes and gives, the caller checks.
    pub fn open_file(
        runtime: &Runtime,
        path: &Path,
        sha256: Option<Hash>,
        options: &SessionOptions,
    ) -> Result<Self, ModelError> {
        options.check()?;
        let content = std::fs::read(path).map_err(|source| ModelError::Read {
            path: path.to_owned(),
            hint: String::new(),
            source,
        })?;
        let found = sha256.map(|it| (it, Hash::of(&content)));
        if let Some((expected, found)) = found.filter(|(expected, found)| expected != found) {
            return Err(ModelError::Differs {
                path: path.to_owned(),
                what: "sha256".to_owned(),
                expected: expected.to_string(),
                found: found.to_string(),
            });
        }
        let spec = OnnxSpec {
            opset: None,
            weights: path.parent().map(Path::to_owned),
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        let accelerators: Vec<&str> = options.accelerators().collect();
        let id = path.display().to_string();
        let mut session = commit(runtime, &content, &spec, options, &accelerators);
        if let (Err(error), false) = (&session, accelerators.is_empty()) {
            tracing::warn!("{id} goes on without {}: {error}", accelerators.join(", "));
            session = commit(runtime, &content, &spec, options, &[]);
        }
        let session = session.map_err(|error| ModelError::Format {
            path: path.to_owned(),
            message: format!("ONNX Runtime cannot load it: {error}"),
        })?;
        Ok(Self { id, session })
    }

    /// The inputs of types that Hearth knows.
    pub fn inputs(&self) -> Vec<TensorSpec> {
        self.session.inputs().iter().filter_map(spec_of).collect()
    }

    /// The outputs of types that Hearth knows.
    pub fn outputs(&self) -> Vec<TensorSpec> {
        self.session.outputs().iter().filter_map(spec_of).collect()
    }

    /// What the file says of itself under `key`.
    pub fn metadata(&self, key: &str) -> Option<String> {
        self.session.metadata().ok()?.custom(key)
    }
}

fn spec_of(outlet: &Outlet) -> Option<TensorSpec> {
    let ValueType::Tensor {
        ty,
        shape,
        dimension_symbols,
    } = outlet.dtype()
    else {
        return None;
    };
    let dimension = |(index, length): (usize, &i64)| match u32::try_from(*length) {
        Ok(length) => Dimension::Fixed(length),
        Err(_) => Dimension::Free(
            dimension_symbols
                .get(index)
                .map_or("?", String::as_str)
                .to_owned(),
        ),
    };
    Some(TensorSpec {
        name: outlet.name().to_owned(),
        element: element(*ty)?,
        shape: shape.iter().enumerate().map(dimension).collect(),
    })
}
