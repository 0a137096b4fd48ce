//! Trained models: which there are and what their files must be (`manifest.yaml`), ONNX Runtime to run them, and what
//! Hearth makes of them: detectors and the text tower.
//!
//! Nothing is downloaded at run time; `./hearth models fetch` does that. A file that is not the pinned one is an error.
//!
//! ```no_run
//! # fn main() -> Result<(), hearth_models::ModelError> {
//! use hearth_models::{Manifest, Runtime, SessionOptions, TextTower};
//!
//! let root = std::path::Path::new("/path/to/the/checkout");
//! let runtime = Runtime::load_default(root)?;
//! let mut tower = TextTower::open(&runtime, &Manifest::load(root)?, &SessionOptions::default())?;
//! let embedding = tower.embed("a striped mug")?;
//! # Ok(())
//! # }
//! ```

mod decode;
pub mod detect;
mod detector;
mod error;
mod files;
mod fit;
mod ground;
mod look;
mod manifest;
mod options;
pub mod remote;
mod session;
mod set;
mod tensor;
mod text;
mod words;

pub use decode::overlap;
pub use detector::{BoxDetection, ImageTextDetector, Picture};
pub use error::ModelError;
pub use files::{Hash, PinnedFile};
pub use ground::{Ground, IMAGE_TOWER, LOOK_AT_PEOPLE, LOOK_AT_THINGS, PERSON, THING};
pub use manifest::{
    Dimension, ElementType, Fetch, MANIFEST, Manifest, ModelEntry, OnnxSpec, TensorSpec,
};
pub use options::{PROVIDERS, SessionOptions};
pub use session::{Held, Input, LIBRARY, Runtime, Session};
pub use set::Models;
pub use tensor::{Element, Outputs, Tensor};
pub use text::{EMBEDDING, TEXT_TOWER, TextTower};
pub use words::TEXT_MAP;
