//! All that is needed to open models.

use crate::detect::{self, DetectorConfig};
use crate::{ImageTextDetector, Manifest, ModelError, Runtime, SessionOptions, TextTower};
use std::path::Path;

/// ONNX Runtime, the manifest, and how models are run.
#[derive(Debug)]
pub struct Models {
    /// ONNX Runtime.
    pub runtime: Runtime,
    /// Which models there are.
    pub manifest: Manifest,
    /// Threads and execution providers.
    pub options: SessionOptions,
}

impl Models {
    /// Of the checkout at `root`.
    ///
    /// # Errors
    /// If ONNX Runtime or the manifest is missing or wrong.
    pub fn load(root: &Path, options: SessionOptions) -> Result<Self, ModelError> {
        Ok(Self {
            runtime: Runtime::load_default(root)?,
            manifest: Manifest::load(root)?,
            options,
        })
    }

    /// Opens a detector. One of fixed classes gets the text tower too, so that it understands near matches of its
    /// classes' names; without the tower it goes on with the names alone.
    ///
    /// # Errors
    /// If one of its files is missing or not what it should be.
    pub fn detector(
        &self,
        config: &DetectorConfig,
    ) -> Result<Box<dyn ImageTextDetector>, ModelError> {
        let has_classes = matches!(config, DetectorConfig::Yolo(_) | DetectorConfig::Ssd(_));
        let tower = if has_classes { self.tower() } else { None };
        detect::build(config, self, tower)
    }

    fn tower(&self) -> Option<TextTower> {
        TextTower::open(&self.runtime, &self.manifest, &self.options)
            .inspect_err(|error| tracing::warn!("only the classes' own names are known: {error}"))
            .ok()
    }
}
