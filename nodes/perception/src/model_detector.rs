//! Things cut out by geometry, named by an image+text model.
//!
//! The geometric stage gives each thing's pixels, place, size and form; the model says how well words describe it,
//! and finds people. What the model does not see at all keeps the catalogue's colours as its only evidence.

use crate::detector::{
    Detector, GESTURES, ObjectDetection, POSTURES, PersonLook, Seen, bounding_box, measured,
};
use crate::naming::Namer;
use crate::surfaces::Surfaces;
use crate::view::View;
use crate::{Config, PerceptionError};
use hearth_models::{BoxDetection, ImageTextDetector, ModelError, Picture, overlap};
use hearth_types::{CatalogueItem, Gesture, Posture};
use std::ops::Range;
use std::sync::Arc;

/// A box and a segment that overlap by more than this show the same thing.
const SAME_THING: f32 = 0.35;
/// No answer of a model is surer than this, in log odds.
const SUREST: f64 = 6.0;
/// So many of an item's names are asked for.
const NAMES: usize = 3;

fn gesture_phrase(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Waving => "a person waving",
        Gesture::RaisingLeftArm => "a person raising their left arm",
        Gesture::RaisingRightArm => "a person raising their right arm",
        Gesture::PointingLeft => "a person pointing to the left",
        Gesture::PointingRight => "a person pointing to the right",
        Gesture::None => "a person",
    }
}

fn posture_phrase(posture: Posture) -> &'static str {
    match posture {
        Posture::Standing => "a person standing",
        Posture::Sitting => "a person sitting",
        Posture::Lying => "a person lying down",
        Posture::Unknown => "a person",
    }
}

/// The queries that are always asked, and where whose are.
#[derive(Debug, Default)]
struct Vocabulary {
    texts: Vec<String>,
    /// Of each catalogue item.
    items: Vec<Range<usize>>,
    gestures: Range<usize>,
    postures: Range<usize>,
}

impl Vocabulary {
    fn new(catalogue: &[CatalogueItem]) -> Self {
        let mut it = Self::default();
        for item in catalogue {
            let names = item.names.en.iter().take(NAMES).cloned();
            let range = it.add(names);
            it.items.push(range);
        }
        it.gestures = it.add(GESTURES.map(|it| gesture_phrase(it).to_owned()));
        it.postures = it.add(POSTURES.map(|it| posture_phrase(it).to_owned()));
        it
    }

    fn add(&mut self, texts: impl IntoIterator<Item = String>) -> Range<usize> {
        let start = self.texts.len();
        self.texts.extend(texts);
        start..self.texts.len()
    }
}

/// The detector.
pub struct ModelDetector {
    config: Config,
    namer: Namer,
    model: Box<dyn ImageTextDetector>,
    vocabulary: Vocabulary,
}

impl ModelDetector {
    /// A detector for a household's things, and for what it is told to look for.
    ///
    /// # Errors
    /// If the model cannot work on the catalogue's names.
    pub fn new(
        config: Config,
        catalogue: &[CatalogueItem],
        mut model: Box<dyn ImageTextDetector>,
    ) -> Result<Self, PerceptionError> {
        let vocabulary = Vocabulary::new(catalogue);
        model.set_queries(&vocabulary.texts)?;
        Ok(Self {
            namer: Namer::new(catalogue),
            config,
            model,
            vocabulary,
        })
    }

    /// For each segment the model's probabilities, from the box that covers it or, if none does, from what it makes of
    /// the place.
    fn scores_of(
        &mut self,
        segments: &[[f32; 4]],
        boxes: &[BoxDetection],
    ) -> Vec<Option<Vec<f32>>> {
        let mut scores: Vec<Option<Vec<f32>>> = segments
            .iter()
            .map(|segment| {
                let covering = boxes
                    .iter()
                    .map(|it| (overlap(&it.box_px, segment), it))
                    .filter(|it| it.0 > SAME_THING)
                    .max_by(|a, b| a.0.total_cmp(&b.0));
                covering.map(|it| it.1.scores.clone())
            })
            .collect();
        let missing: Vec<usize> = (0..segments.len())
            .filter(|&it| scores[it].is_none())
            .collect();
        let asked: Vec<[f32; 4]> = missing.iter().map(|&it| segments[it]).collect();
        if let Some(answers) = self.model.score_boxes(&asked) {
            for (index, answer) in missing.into_iter().zip(answers) {
                scores[index] = Some(answer);
            }
        }
        scores
    }

    fn phrases(&self, scores: &[f32]) -> Vec<f64> {
        let asked = scores.get(self.vocabulary.texts.len()..);
        asked.unwrap_or_default().iter().map(log_odds).collect()
    }

    fn thing(
        &self,
        view: &View,
        (pixels, measurement): (Vec<usize>, crate::measure::Measurement),
        scores: Option<&Vec<f32>>,
    ) -> ObjectDetection {
        let (names, matches) = match scores {
            Some(scores) => {
                let of_item = |range: &Range<usize>| mean(&scores[range.clone()]);
                let odds: Vec<f64> = self.vocabulary.items.iter().map(of_item).collect();
                (
                    self.namer.log_likelihoods_with(&measurement, &odds),
                    self.phrases(scores),
                )
            }
            None => (self.namer.log_likelihoods(&measurement), Vec::new()),
        };
        ObjectDetection {
            box_px: bounding_box(view, &pixels),
            pixels,
            measurement,
            scores: names,
            matches,
        }
    }

    fn person(&self, frame_width: usize, found: &BoxDetection) -> PersonLook {
        let odds =
            |range: &Range<usize>, index: usize| log_odds(&found.scores[range.start + index]);
        PersonLook {
            box_px: found.box_px.map(f64::from),
            probability: f64::from(found.objectness),
            shows_arms: shows_arms(found.box_px, frame_width),
            gestures: std::array::from_fn(|it| odds(&self.vocabulary.gestures, it)),
            postures: std::array::from_fn(|it| odds(&self.vocabulary.postures, it)),
            matches: self.phrases(&found.scores),
        }
    }
}

impl Detector for ModelDetector {
    fn detect(&mut self, view: &View, surfaces: &Surfaces) -> Result<Seen, PerceptionError> {
        let frame = &view.frame;
        let picture = Picture {
            width: frame.width,
            height: frame.height,
            rgb: &frame.rgb,
            depth_m: Some(&frame.depth_m),
            focal_px: Some(frame.intrinsics.fx as f32),
        };
        let mut found = self.model.detect(&picture)?;
        let fixed = self.vocabulary.texts.len();
        // A detector that breaks its word about queries must not bring perception down.
        found.retain(|it| it.scores.len() >= fixed);
        let (people, boxes): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|it| it.class.as_deref() == Some(hearth_models::PERSON));
        let segments: Vec<_> = measured(view, surfaces, &self.config).collect();
        let outlines: Vec<[f32; 4]> = segments
            .iter()
            .map(|it| bounding_box(view, &it.0).map(|it| it as f32))
            .collect();
        let scores = self.scores_of(&outlines, &boxes);
        let things = segments.into_iter().zip(scores);
        Ok(Seen {
            things: things
                .map(|(it, scores)| self.thing(view, it, scores.as_ref()))
                .collect(),
            people: people
                .iter()
                .map(|it| self.person(frame.width, it))
                .collect(),
        })
    }

    fn look_for(&mut self, phrases: &[Arc<str>]) -> Result<(), PerceptionError> {
        let mut texts = self.vocabulary.texts.clone();
        let fixed = texts.len();
        texts.extend(phrases.iter().map(|it| it.to_string()));
        if let Err(error) = self.model.set_queries(&texts) {
            texts.truncate(fixed);
            self.model.set_queries(&texts)?;
            return Err(error.into());
        }
        Ok(())
    }
}

/// Boxes are as exact as this part of the picture's width.
const EDGE: f32 = 0.0125;

/// Whether a person's box keeps off the picture's top and sides. That the bottom cuts off legs is usual, and hides no arm.
fn shows_arms([left, top, right, _]: [f32; 4], width_px: usize) -> bool {
    let width_px = width_px as f32;
    let edge_px = EDGE * width_px;
    left > edge_px && top > edge_px && right < width_px - edge_px
}

fn log_odds(probability: &f32) -> f64 {
    let it = f64::from(*probability).clamp(1e-6, 1.0 - 1e-6);
    let odds = (it / (1.0 - it)).ln();
    if odds.is_finite() {
        odds.clamp(-SUREST, SUREST)
    } else {
        -SUREST
    }
}

fn mean(probabilities: &[f32]) -> f64 {
    if probabilities.is_empty() {
        return -SUREST;
    }
    probabilities.iter().map(log_odds).sum::<f64>() / probabilities.len() as f64
}

impl From<ModelError> for PerceptionError {
    fn from(error: ModelError) -> Self {
        Self::Model(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::shows_arms;

    #[test]
    fn arms_show_unless_the_pictures_top_or_sides_cut_through_the_person() {
        assert!(shows_arms([100.0, 20.0, 180.0, 240.0], 320));
        assert!(!shows_arms([257.0, 31.0, 318.0, 240.0], 320));
        assert!(!shows_arms([2.0, 31.0, 60.0, 240.0], 320));
        assert!(!shows_arms([100.0, 0.0, 180.0, 240.0], 320));
    }
}
