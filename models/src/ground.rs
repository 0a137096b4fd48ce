//! hearth-ground: our own text-conditioned detector for RGB-D pictures (`models/train` has its recipe,
//! `models/hearth-ground.md` its card).
//!
//! One pass of a convolutional network gives, for each of 40 x 30 places of the picture, how much it is the middle of
//! a thing or of a person, the box around it and an embedding. A phrase becomes a vector through a sentence embedding
//! and one linear map; its product with a place's embedding is the calibrated log odds that it describes what is there.

use crate::decode::{Cell, Maps, least_overlapping};
use crate::fit::Fit;
use crate::manifest::Manifest;
use crate::options::SessionOptions;
use crate::session::{Runtime, Session};
use crate::text::{EMBEDDING, TextTower};
use crate::{BoxDetection, ImageTextDetector, ModelError, Picture};
use ndarray::{Array1, Array2, Array4, Axis, s};

/// The image tower in the manifest.
pub const IMAGE_TOWER: &str = "hearth-ground";
/// The map from sentence embeddings to the image tower's space.
pub const TEXT_MAP: &str = "hearth-ground-text";
/// [`BoxDetection::class`] of people; all else is a [`THING`].
pub const PERSON: &str = "person";
/// See [`PERSON`].
pub const THING: &str = "thing";

/// \[px\] What the network takes.
const WIDTH: usize = 320;
/// \[px\] See `WIDTH`.
const HEIGHT: usize = 240;
/// A middle below this is no detection.
const LEAST_HEAT: f32 = 0.08;
/// At most so many detections a picture.
const MOST: usize = 60;
/// Of two that overlap by more than this, the surer one stays.
const MOST_OVERLAP: f32 = 0.55;

/// The detector.
#[derive(Debug)]
pub struct Ground {
    image: Session,
    words: Session,
    text: TextTower,
    queries: Queries,
    maps: Option<(Maps, Fit)>,
}

/// Phrases in the image tower's space.
#[derive(Debug, Default)]
struct Queries {
    /// One row a phrase.
    vectors: Array2<f32>,
    bias: f32,
}

impl Queries {
    /// The probability of each phrase for what has this embedding.
    fn scores(&self, embedding: &Array1<f32>) -> Vec<f32> {
        let log_odds = self.vectors.dot(embedding) + self.bias;
        log_odds.mapv(|it| 1.0 / (1.0 + (-it).exp())).to_vec()
    }
}

impl Ground {
    /// Opens the three networks.
    ///
    /// # Errors
    /// [`ModelError`] if a file is missing or is not what the manifest says.
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            image: Session::open(runtime, manifest.model(IMAGE_TOWER)?, options)?,
            words: Session::open(runtime, manifest.model(TEXT_MAP)?, options)?,
            text: TextTower::open(runtime, manifest, options)?,
            queries: Queries::default(),
            maps: None,
        })
    }
}

impl ImageTextDetector for Ground {
    fn set_queries(&mut self, phrases: &[String]) -> Result<(), ModelError> {
        if phrases.is_empty() {
            self.queries = Queries::default();
            return Ok(());
        }
        let mut sentences = Array2::zeros((phrases.len(), EMBEDDING));
        for (mut row, phrase) in sentences.axis_iter_mut(Axis(0)).zip(phrases) {
            row.assign(&ndarray::aview1(&self.text.embed(phrase)?));
        }
        let mut outputs = self.words.run([("sentence", sentences.into())])?;
        let wrong = |it: ndarray::ShapeError| ModelError::Run {
            model: TEXT_MAP.to_owned(),
            message: it.to_string(),
        };
        let bias = outputs.take::<f32>("bias")?;
        let vectors = outputs.take::<f32>("query")?;
        self.queries = Queries {
            vectors: vectors.into_dimensionality().map_err(wrong)?,
            bias: bias.first().copied().unwrap_or_default(),
        };
        Ok(())
    }

    fn detect(&mut self, picture: &Picture) -> Result<Vec<BoxDetection>, ModelError> {
        self.maps = None;
        let (input, fit) = input(picture)?;
        let mut outputs = self.image.run([("picture", input.into())])?;
        let maps = Maps::new(
            outputs.take("middles")?,
            outputs.take("boxes")?,
            outputs.take("embedding")?,
        )
        .map_err(|message| ModelError::Run {
            model: IMAGE_TOWER.to_owned(),
            message,
        })?;
        let peaks = least_overlapping(maps.peaks(LEAST_HEAT), MOST_OVERLAP, MOST);
        let found = peaks
            .into_iter()
            .map(|peak| BoxDetection {
                box_px: fit.back(peak.box_px),
                objectness: peak.heat,
                scores: self.queries.scores(&maps.embedding(peak.cell)),
                class: Some(if peak.cell.is_person { PERSON } else { THING }.to_owned()),
            })
            .collect();
        self.maps = Some((maps, fit));
        Ok(found)
    }

    fn score_boxes(&mut self, boxes: &[[f32; 4]]) -> Option<Vec<Vec<f32>>> {
        let (maps, fit) = self.maps.as_ref()?;
        let score = |box_px: &[f32; 4]| {
            let cell: Cell = maps.hottest_within(&fit.forth(*box_px));
            self.queries.scores(&maps.embedding(cell))
        };
        Some(boxes.iter().map(score).collect())
    }
}

/// What the network takes: colours from -2 to 2, and half a metre over depth, doubled, at most 4; 0 where there is
/// none. Inverse depth is linear over a plane.
fn input(picture: &Picture) -> Result<(Array4<f32>, Fit), ModelError> {
    picture.check()?;
    let fit = Fit::new((picture.width, picture.height), (WIDTH, HEIGHT));
    let resized = fit.apply(picture)?;
    let mut input = Array4::zeros((1, 4, HEIGHT, WIDTH));
    for (index, pixel) in resized.rgb.chunks_exact(3).enumerate() {
        let (y, x) = (index / WIDTH, index % WIDTH);
        for (channel, value) in pixel.iter().enumerate() {
            input[[0, channel, y, x]] = (f32::from(*value) / 255.0 - 0.5) * 4.0;
        }
    }
    if let Some(depth_m) = &resized.depth_m {
        let mut inverse = input.slice_mut(s![0, 3, .., ..]);
        for (value, depth_m) in inverse.iter_mut().zip(depth_m) {
            *value = if *depth_m > 0.0 && depth_m.is_finite() {
                (0.5 / depth_m.max(1e-3)).min(2.0) * 2.0
            } else {
                0.0
            };
        }
    }
    Ok((input, fit))
}
