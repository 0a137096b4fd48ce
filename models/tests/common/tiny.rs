//! A checkout whose only model is `data/tiny.onnx`: y = 2 x.

use super::common::runtime;
use hearth_models::{Hash, Manifest, ModelError, Session, SessionOptions};
use tempfile::TempDir;

/// The file.
pub const TINY: &[u8] = include_bytes!("../data/tiny.onnx");

/// The manifest's facts about the tiny model, as they are right.
pub const FACTS: &str = "opset: 20
      inputs: [{name: x, type: f32, shape: [rows, 3]}]
      outputs: [{name: y, type: f32, shape: [rows, 3]}]";

/// Opens the model of [`checkout`].
pub fn open_with(
    content: &[u8],
    facts: &str,
    options: &SessionOptions,
) -> Result<Session, ModelError> {
    let root = checkout(content, facts);
    let manifest = Manifest::load(root.path())?;
    Session::open(&runtime(), manifest.model("tiny")?, options)
}

/// A checkout whose only model has this file, which the manifest pins, and these facts in the manifest.
pub fn checkout(content: &[u8], facts: &str) -> TempDir {
    let root = TempDir::new().expect("a folder");
    std::fs::create_dir(root.path().join("models")).expect("a folder");
    let manifest = format!(
        "models:
  - id: tiny
    purpose: tests
    source: models/export/tiny.py
    licence: Apache-2.0
    fetch: committed
    cost: nothing
    files:
      - {{path: models/tiny.onnx, bytes: {}, sha256: {}}}
    onnx:
      {facts}
",
        content.len(),
        Hash::of(content)
    );
    std::fs::write(root.path().join("models/manifest.yaml"), manifest).expect("written");
    std::fs::write(root.path().join("models/tiny.onnx"), content).expect("written");
    root
}
