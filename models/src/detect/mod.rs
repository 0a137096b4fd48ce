//! Detectors chosen by configuration: our own, and those that others trained (OWLv2, OWL-ViT, YOLO, SSD). Each of these
//! treats pictures and answers as the implementation it was made for does; `models/tests/detectors` compares.

mod classes;
mod coco;
mod config;
mod graph;
mod letterbox;
mod nms;
mod owl;
mod resample;
mod ssd;
mod tokens;
mod yolo;
mod yolo_metadata;

pub use config::{
    Calibration, DetectorConfig, GroundConfig, OwlConfig, OwlVariant, SsdConfig, YoloConfig,
    YoloLayout,
};
pub(crate) use letterbox::as_mat;
pub use owl::OwlDetector;
pub use ssd::SsdDetector;
pub use yolo::YoloDetector;

use crate::{Ground, ImageTextDetector, ModelError, Models, TextTower};
use hearth_types::Checked;

/// Opens the detector that a configuration names. With the text tower, one of fixed classes also understands phrases
/// that are near a class' name ("something like a mug"), not just its names and the words known for them.
pub fn build(
    config: &DetectorConfig,
    models: &Models,
    tower: Option<TextTower>,
) -> Result<Box<dyn ImageTextDetector>, ModelError> {
    config.check()?;
    let Models {
        runtime,
        manifest,
        options,
    } = models;
    Ok(match config {
        DetectorConfig::HearthGround(_) => Box::new(Ground::open(runtime, manifest, options)?),
        DetectorConfig::Owl(it) => Box::new(OwlDetector::open(it, runtime, options)?),
        DetectorConfig::Yolo(it) => Box::new(YoloDetector::open(it, runtime, options, tower)?),
        DetectorConfig::Ssd(it) => Box::new(SsdDetector::open(it, tower)?),
    })
}
