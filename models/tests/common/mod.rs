//! What the tests of this crate share.

use hearth_models::{LIBRARY, Runtime};
use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// ONNX Runtime as set-up left it.
pub fn runtime() -> Runtime {
    Runtime::load(&root().join(LIBRARY))
        .unwrap_or_else(|error| panic!("{error}. `./hearth` sets up what the tests need"))
}
