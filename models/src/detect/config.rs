//! Detectors as configuration files name them.

use crate::files::Hash;
use hearth_types::check::within;
use hearth_types::{Checked, RangeError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where `./hearth models fetch ssd-mobilenet-v2-coco` puts the model.
const SSD_FOLDER: &str = ".sysroot/models/ssd-mobilenet-v2-coco";

/// A detector that others trained, and its files.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DetectorConfig {
    /// Our own model: what phrases say, in colour and depth. The manifest names its files.
    HearthGround(GroundConfig),
    /// OWLv2 or OWL-ViT: looks for what phrases say.
    Owl(OwlConfig),
    /// YOLO, or YOLO-World with a vocabulary fixed at the export: knows its classes.
    Yolo(YoloConfig),
    /// SSD of TensorFlow's model zoo, run by OpenCV: knows COCO's classes.
    Ssd(SsdConfig),
}

/// hearth-ground has nothing to choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroundConfig {}

/// An ONNX export of OWLv2 or OWL-ViT.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwlConfig {
    /// The ONNX file; weights outside the graph lie beside it.
    pub file: PathBuf,
    /// The file's hash, if it is to be compared.
    #[serde(default)]
    pub sha256: Option<Hash>,
    /// CLIP's `tokenizer.json`.
    pub tokenizer: PathBuf,
    /// Which of the two: they treat pictures differently.
    pub variant: OwlVariant,
    /// \[px\] Side of the pictures, where the graph leaves it open; 960 (OWLv2) or 768 (OWL-ViT).
    #[serde(default)]
    pub image_px: Option<u32>,
    /// What becomes of a phrase, in place of `{}`.
    #[serde(default = "OwlConfig::prompt")]
    pub prompt: String,
    /// \[0, 1\] What fills OWLv2's pictures up to a square: 0 since transformers 4.5x, 0.5 before.
    #[serde(default)]
    pub pad: f32,
    /// \[0, 1\] Boxes whose best query scores less are dropped.
    #[serde(default = "OwlConfig::min_score")]
    pub min_score: f32,
    /// \[0, 1\] Of two boxes that overlap by more (intersection over union), the better stays. 1 keeps all.
    #[serde(default = "OwlConfig::max_overlap")]
    pub max_overlap: f32,
    /// More boxes than this are not given.
    #[serde(default = "most")]
    pub most: usize,
    /// Makes probabilities of logits.
    #[serde(default)]
    pub calibration: Calibration,
}

/// Which OWL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OwlVariant {
    /// Fills pictures up to a square at the right or bottom; tells objectness.
    Owlv2,
    /// Squeezes pictures into a square.
    Owlvit,
}

/// The probability of a logit is the logistic function of `scale * logit + bias`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the formula above says it")]
pub struct Calibration {
    pub scale: f32,
    pub bias: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            scale: 1.0,
            bias: 0.0,
        }
    }
}

/// An ONNX export of YOLO.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YoloConfig {
    /// The ONNX file.
    pub file: PathBuf,
    /// The file's hash, if it is to be compared.
    #[serde(default)]
    pub sha256: Option<Hash>,
    /// Names of the classes in the model's order; by default those that the file itself names.
    #[serde(default)]
    pub classes: Vec<String>,
    /// What the output looks like.
    #[serde(default)]
    pub layout: YoloLayout,
    /// \[px\] Side of the pictures, where neither graph nor metadata say it; 640.
    #[serde(default)]
    pub image_px: Option<u32>,
    /// \[0, 1\] Boxes whose best class scores less are dropped.
    #[serde(default = "YoloConfig::min_score")]
    pub min_score: f32,
    /// \[0, 1\] Of two boxes of a class that overlap by more (intersection over union), the better stays.
    #[serde(default = "YoloConfig::max_overlap")]
    pub max_overlap: f32,
    /// More boxes than this are not given.
    #[serde(default = "most")]
    pub most: usize,
    /// Words and the names of the classes that they mean, beside a list for COCO's.
    #[serde(default)]
    pub synonyms: BTreeMap<String, String>,
    /// \[0, 1\] Classes that lie this near a phrase by the text tower, if there is one, are meant too.
    #[serde(default = "min_similarity")]
    pub min_similarity: f32,
}

/// What a YOLO export gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YoloLayout {
    /// One of those below, by the output's shape.
    #[default]
    Auto,
    /// `[1, 4 + classes, n]`: centre, size, scores (v8, v9, v11, World).
    V8,
    /// `[1, n, 5 + classes]`: centre, size, objectness, scores (v5, v7).
    V5,
    /// `[1, n, 6]`: corners, score, class; nothing to suppress (v10, and exports with `nms=True`).
    EndToEnd,
}

/// SSD MobileNet v2 of TensorFlow's model zoo.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SsdConfig {
    /// The frozen graph (`.pb`); by default the one that the manifest names.
    #[serde(default = "SsdConfig::file")]
    pub file: PathBuf,
    /// Its hash, if it is to be compared.
    #[serde(default)]
    pub sha256: Option<Hash>,
    /// The description of it for OpenCV (`.pbtxt`); by default the one that the manifest names.
    #[serde(default = "SsdConfig::graph")]
    pub graph: PathBuf,
    /// \[px\] Side of the pictures; 300.
    #[serde(default = "SsdConfig::image_px")]
    pub image_px: u32,
    /// \[0, 1\] Boxes that score less are dropped.
    #[serde(default = "SsdConfig::min_score")]
    pub min_score: f32,
    /// More boxes than this are not given.
    #[serde(default = "most")]
    pub most: usize,
    /// Words and the names of COCO's classes that they mean, beside those known.
    #[serde(default)]
    pub synonyms: BTreeMap<String, String>,
    /// \[0, 1\] Classes that lie this near a phrase by the text tower, if there is one, are meant too.
    #[serde(default = "min_similarity")]
    pub min_similarity: f32,
}

fn most() -> usize {
    100
}

fn min_similarity() -> f32 {
    0.6
}

impl OwlConfig {
    fn prompt() -> String {
        "{}".to_owned()
    }

    fn min_score() -> f32 {
        0.1
    }

    fn max_overlap() -> f32 {
        0.6
    }
}

impl YoloConfig {
    fn min_score() -> f32 {
        0.25
    }

    fn max_overlap() -> f32 {
        0.45
    }
}

impl SsdConfig {
    fn file() -> PathBuf {
        Path::new(SSD_FOLDER).join("frozen_inference_graph.pb")
    }

    fn graph() -> PathBuf {
        Path::new(SSD_FOLDER).join("ssd_mobilenet_v2_coco_2018_03_29.pbtxt")
    }

    fn image_px() -> u32 {
        300
    }

    fn min_score() -> f32 {
        0.3
    }
}

impl DetectorConfig {
    /// Reads relative paths from `root`, the checkout.
    pub fn root_at(&mut self, root: &Path) {
        let paths: Vec<&mut PathBuf> = match self {
            Self::HearthGround(_) => Vec::new(),
            Self::Owl(it) => vec![&mut it.file, &mut it.tokenizer],
            Self::Yolo(it) => vec![&mut it.file],
            Self::Ssd(it) => vec![&mut it.file, &mut it.graph],
        };
        paths.into_iter().for_each(|it| *it = root.join(&*it));
    }
}

impl Checked for DetectorConfig {
    fn check(&self) -> Result<(), RangeError> {
        let share = |key: &str, value: f32| within(key, f64::from(value), 0.0, 1.0);
        let side = |px: Option<u32>| {
            px.map_or(Ok(()), |it| within("image_px", f64::from(it), 32.0, 4096.0))
        };
        match self {
            Self::HearthGround(GroundConfig {}) => Ok(()),
            Self::Owl(it) => {
                share("pad", it.pad)?;
                share("min_score", it.min_score)?;
                share("max_overlap", it.max_overlap)?;
                within(
                    "calibration.scale",
                    f64::from(it.calibration.scale),
                    1e-3,
                    1e3,
                )?;
                within(
                    "calibration.bias",
                    f64::from(it.calibration.bias),
                    -1e3,
                    1e3,
                )?;
                if !it.prompt.contains("{}") {
                    return Err(RangeError::new(
                        "prompt",
                        &it.prompt,
                        "a text with `{}` for the phrase",
                    ));
                }
                side(it.image_px)?;
                at_least_one(it.most)
            }
            Self::Yolo(it) => {
                share("min_score", it.min_score)?;
                share("max_overlap", it.max_overlap)?;
                share("min_similarity", it.min_similarity)?;
                side(it.image_px)?;
                at_least_one(it.most)
            }
            Self::Ssd(it) => {
                share("min_score", it.min_score)?;
                share("min_similarity", it.min_similarity)?;
                side(Some(it.image_px))?;
                at_least_one(it.most)
            }
        }
    }
}

fn at_least_one(most: usize) -> Result<(), RangeError> {
    match most {
        0 => Err(RangeError::new("most", 0, "1 or more")),
        _ => Ok(()),
    }
}
