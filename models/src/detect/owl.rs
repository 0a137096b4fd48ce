//! OWL-ViT and OWLv2: detectors of what any phrase asks for, from the usual ONNX exports (`pixel_values`, `input_ids`
//! and `attention_mask` in; `logits`, `pred_boxes` and, of OWLv2, `objectness_logits` out).
//!
//! Pictures and boxes are treated as transformers' processors do it; `tests/detectors/owl.rs` compares.

use super::config::{OwlConfig, OwlVariant};
use super::graph::{input_side, of_type, wrong_graph};
use super::nms::{Candidate, suppress, within_picture};
use super::resample::{Axis, Planes};
use super::tokens::ClipTokens;
use crate::manifest::ElementType;
use crate::{
    BoxDetection, ImageTextDetector, ModelError, Picture, Runtime, Session, SessionOptions,
};
use ndarray::{Array2, Array4, ArrayD};
use std::path::PathBuf;

const MEAN: [f32; 3] = [0.481_454_66, 0.457_827_5, 0.408_210_73];
const DEVIATION: [f32; 3] = [0.268_629_54, 0.261_302_6, 0.275_777_1];

/// An OWL-ViT or OWLv2 model.
#[derive(Debug)]
pub struct OwlDetector {
    config: OwlConfig,
    session: Session,
    tokenizer: ClipTokens,
    side_px: usize,
    has_mask: bool,
    has_objectness: bool,
    /// Token ids and mask of the queries.
    queries: Option<(Array2<i64>, Array2<i64>)>,
}

impl OwlDetector {
    /// Opens the model that the configuration names.
    pub fn open(
        config: &OwlConfig,
        runtime: &Runtime,
        options: &SessionOptions,
    ) -> Result<Self, ModelError> {
        let session = Session::open_file(runtime, &config.file, config.sha256, options)?;
        let wrong = |message: String| wrong_graph(&config.file, message);
        let (inputs, outputs) = (session.inputs(), session.outputs());
        let pixels = of_type(&inputs, "pixel_values", ElementType::F32, 4).map_err(&wrong)?;
        of_type(&inputs, "input_ids", ElementType::I64, 2).map_err(&wrong)?;
        of_type(&outputs, "logits", ElementType::F32, 3).map_err(&wrong)?;
        of_type(&outputs, "pred_boxes", ElementType::F32, 3).map_err(&wrong)?;
        let unknown = inputs.iter().find(|it| {
            !["pixel_values", "input_ids", "attention_mask"].contains(&it.name.as_str())
        });
        if let Some(unknown) = unknown {
            return Err(wrong(format!(
                "it wants an input {unknown}, which an OWL export has not"
            )));
        }
        let default_px = config.image_px.unwrap_or(match config.variant {
            OwlVariant::Owlv2 => 960,
            OwlVariant::Owlvit => 768,
        });
        let (width, height) = input_side(&pixels.shape, default_px).map_err(&wrong)?;
        if width != height {
            return Err(wrong(format!(
                "its pictures are {width} x {height} pixels, not square"
            )));
        }
        Ok(Self {
            tokenizer: ClipTokens::open(&config.tokenizer)?,
            side_px: width,
            has_mask: inputs.iter().any(|it| it.name == "attention_mask"),
            has_objectness: outputs.iter().any(|it| it.name == "objectness_logits"),
            config: config.clone(),
            session,
            queries: None,
        })
    }

    /// What the model sees: `[1, 3, side, side]`.
    pub fn pixels(&self, picture: &Picture) -> Result<Array4<f32>, ModelError> {
        picture.check()?;
        let side = self.side_px;
        let colours = Planes::of_rgb(picture.width, picture.rgb);
        let levels = match self.config.variant {
            OwlVariant::Owlvit => {
                let across = Axis::pillow_bicubic(picture.width, side);
                let down = Axis::pillow_bicubic(picture.height, side);
                let resized = colours.resized(&across, &down);
                resized
                    .planes
                    .map(|plane| plane.into_iter().map(rescaled).collect())
            }
            OwlVariant::Owlv2 => {
                let square = picture.width.max(picture.height);
                let axis = Axis::blurred_linear(square, side);
                let padded = colours
                    .planes
                    .map(|plane| self.padded(&plane, picture.width, square));
                let padded = Planes {
                    width: square,
                    planes: padded,
                };
                padded.resized(&axis, &axis).planes
            }
        };
        let normalised =
            levels
                .iter()
                .enumerate()
                .flat_map(|(channel, plane): (usize, &Vec<f32>)| {
                    plane
                        .iter()
                        .map(move |it| (it - MEAN[channel]) / DEVIATION[channel])
                });
        let shape = (1, 3, side, side);
        Array4::from_shape_vec(shape, normalised.collect())
            .map_err(|it| ModelError::Input(it.to_string()))
    }

    /// The token ids and the mask of phrases: `[phrases, 16]` each.
    pub fn tokens(&self, phrases: &[String]) -> Result<(Array2<i64>, Array2<i64>), ModelError> {
        let prompted: Vec<String> = phrases
            .iter()
            .map(|it| self.config.prompt.replace("{}", it))
            .collect();
        self.tokenizer.encode(&prompted)
    }

    /// Levels of one colour, 0 to 1, with the picture at the top left of a square.
    fn padded(&self, plane: &[u8], width: usize, square: usize) -> Vec<f32> {
        let mut padded = vec![self.config.pad; square * square];
        for (row, old) in padded
            .chunks_exact_mut(square)
            .zip(plane.chunks_exact(width))
        {
            row.iter_mut()
                .zip(old)
                .for_each(|(new, old)| *new = rescaled(*old));
        }
        padded
    }

    fn detections(&self, picture: &Picture, found: &Raw) -> Vec<BoxDetection> {
        let (width, height) = (picture.width as f32, picture.height as f32);
        let (across, down) = match self.config.variant {
            OwlVariant::Owlv2 => (width.max(height), width.max(height)),
            OwlVariant::Owlvit => (width, height),
        };
        let probability = |logit: f32| {
            1.0 / (1.0
                + (-(self.config.calibration.scale * logit + self.config.calibration.bias)).exp())
        };
        let scores = |index: usize| -> Vec<f32> {
            let row = found.logits.index_axis(ndarray::Axis(0), 0);
            row.index_axis(ndarray::Axis(0), index)
                .iter()
                .map(|it| probability(*it))
                .collect()
        };
        let candidate = |index: usize| {
            let scores = scores(index);
            let label = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
            let [x, y, w, h] = [0, 1, 2, 3].map(|it| found.boxes[[0, index, it]]);
            let corners = [
                (x - w / 2.0) * across,
                (y - h / 2.0) * down,
                (x + w / 2.0) * across,
                (y + h / 2.0) * down,
            ];
            let box_px = within_picture(corners, width, height)?;
            (scores[label] > self.config.min_score).then_some(Candidate {
                box_px,
                score: scores[label],
                label,
                index,
            })
        };
        let all = (0..found.boxes.shape()[1]).filter_map(candidate).collect();
        let kept = suppress(all, self.config.max_overlap, false, self.config.most);
        let objectness = |it: &Candidate| {
            let logit = found.objectness.as_ref().map(|all| all[[0, it.index]]);
            let logit = logit.filter(|it| !it.is_nan());
            logit.map_or(it.score, |logit| 1.0 / (1.0 + (-logit).exp()))
        };
        kept.iter()
            .map(|it| BoxDetection {
                box_px: it.box_px,
                objectness: objectness(it),
                scores: scores(it.index)
                    .into_iter()
                    .map(|it| if it.is_finite() { it } else { 0.0 })
                    .collect(),
                class: None,
            })
            .collect()
    }
}

/// What the model gave, with shapes that fit each other.
struct Raw {
    logits: ArrayD<f32>,
    boxes: ArrayD<f32>,
    objectness: Option<ArrayD<f32>>,
}

fn rescaled(level: u8) -> f32 {
    f32::from(level) / 255.0
}

impl ImageTextDetector for OwlDetector {
    fn set_queries(&mut self, phrases: &[String]) -> Result<(), ModelError> {
        self.queries = match phrases {
            [] => None,
            _ => Some(self.tokens(phrases)?),
        };
        Ok(())
    }

    fn detect(&mut self, picture: &Picture) -> Result<Vec<BoxDetection>, ModelError> {
        picture.check()?;
        let Some((ids, mask)) = self.queries.clone() else {
            return Ok(Vec::new());
        };
        let count = ids.nrows();
        let pixels = self.pixels(picture)?;
        let mut outputs = if self.has_mask {
            let inputs = [
                ("input_ids", ids.into()),
                ("pixel_values", pixels.into()),
                ("attention_mask", mask.into()),
            ];
            self.session.run(inputs)?
        } else {
            self.session
                .run([("input_ids", ids.into()), ("pixel_values", pixels.into())])?
        };
        let found = Raw {
            logits: outputs.take("logits")?,
            boxes: outputs.take("pred_boxes")?,
            objectness: match self.has_objectness {
                true => Some(outputs.take("objectness_logits")?),
                false => None,
            },
        };
        let boxes = found.boxes.shape().get(1).copied().unwrap_or(0);
        let fits = found.boxes.shape() == [1, boxes, 4]
            && found.logits.shape() == [1, boxes, count]
            && found
                .objectness
                .as_ref()
                .is_none_or(|it| it.shape() == [1, boxes]);
        if !fits {
            let message = format!(
                "logits {:?} and boxes {:?}, where [1, n, {count}] and [1, n, 4] were expected",
                found.logits.shape(),
                found.boxes.shape()
            );
            return Err(ModelError::Run {
                model: self.path().display().to_string(),
                message,
            });
        }
        Ok(self.detections(picture, &found))
    }
}

impl OwlDetector {
    fn path(&self) -> &PathBuf {
        &self.config.file
    }
}
