//! Trained models: which there are and what their files must be (`manifest.yaml`), ONNX Runtime to run them, and what
//! Hearth makes of them: detectors and the text tower.
//!
//! Nothing is downloaded at run time; `./hearth models fetch` does that. A file that is not the pinned one is an error.

mod detector;
mod error;

pub use detector::{BoxDetection, ImageTextDetector, Picture};
pub use error::ModelError;
