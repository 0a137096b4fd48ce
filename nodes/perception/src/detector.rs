//! Finding things in one frame.

use crate::measure::{self, Measurement};
use crate::naming::Namer;
use crate::segment;
use crate::surfaces::Surfaces;
use crate::view::View;
use crate::{Config, PerceptionError};
use hearth_types::{Gesture, Posture};
use std::sync::Arc;

/// A thing found in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectDetection {
    /// \[px\] Left, top, right, bottom.
    pub box_px: [f64; 4],
    /// Its pixels, as indices into the frame, ascending.
    pub pixels: Vec<usize>,
    /// Where and how it is.
    pub measurement: Measurement,
    /// For each item of the catalogue how well it explains what was seen, as a log likelihood up
    /// to a constant; the last entry is "something else".
    pub scores: Vec<f64>,
    /// For each phrase that is looked for, the log odds that it describes the thing; empty if
    /// nothing can tell.
    pub matches: Vec<f64>,
}

/// What a detector found in one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Things.
    pub things: Vec<ObjectDetection>,
    /// People, if it can tell.
    pub people: Vec<PersonLook>,
}

/// Gestures in the order of [`PersonLook::gestures`].
pub const GESTURES: [Gesture; 5] = [
    Gesture::Waving,
    Gesture::RaisingLeftArm,
    Gesture::RaisingRightArm,
    Gesture::PointingLeft,
    Gesture::PointingRight,
];

/// Postures in the order of [`PersonLook::postures`].
pub const POSTURES: [Posture; 3] = [Posture::Standing, Posture::Sitting, Posture::Lying];

/// What a model says about a person in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonLook {
    /// \[px\] Left, top, right, bottom.
    pub box_px: [f64; 4],
    /// \[0, 1\] How surely it is a person.
    pub probability: f64,
    /// Whether the picture's top and sides cut nothing off: arms beyond its edge may do anything.
    pub shows_arms: bool,
    /// Log odds of each of [`GESTURES`].
    pub gestures: [f64; 5],
    /// Log odds of each of [`POSTURES`].
    pub postures: [f64; 3],
    /// For each phrase that is looked for, the log odds that it describes them.
    pub matches: Vec<f64>,
}

/// Finds things in a frame. Fusion does not care by which means.
pub trait Detector: Send {
    /// All things and people in the frame.
    ///
    /// # Errors
    /// If the frame cannot be worked on; perception then reports a fault and goes on.
    fn detect(&mut self, view: &View, surfaces: &Surfaces) -> Result<Seen, PerceptionError>;

    /// Which phrases to look for from the next frame on. A detector without words ignores them.
    ///
    /// # Errors
    /// If the model cannot work on the phrases; it then goes on without them.
    fn look_for(&mut self, phrases: &[Arc<str>]) -> Result<(), PerceptionError> {
        let _ = phrases;
        Ok(())
    }
}

/// Segments on surfaces, named by colour, size and form.
#[derive(Clone, Debug)]
pub struct GeometricDetector {
    config: Config,
    namer: Namer,
}

impl GeometricDetector {
    /// A detector for the items that the namer knows.
    pub fn new(config: Config, namer: Namer) -> Self {
        Self { config, namer }
    }
}

impl Detector for GeometricDetector {
    fn detect(&mut self, view: &View, surfaces: &Surfaces) -> Result<Seen, PerceptionError> {
        let things = measured(view, surfaces, &self.config)
            .map(|(pixels, measurement)| ObjectDetection {
                box_px: bounding_box(view, &pixels),
                pixels,
                scores: self.namer.log_likelihoods(&measurement),
                measurement,
                matches: Vec::new(),
            })
            .collect();
        Ok(Seen {
            things,
            people: Vec::new(),
        })
    }
}

/// What rises above the surfaces: the pixels of each thing, and its measures.
pub(crate) fn measured(
    view: &View,
    surfaces: &Surfaces,
    config: &Config,
) -> impl Iterator<Item = (Vec<usize>, Measurement)> {
    segment::find(view, surfaces, config)
        .into_iter()
        .filter_map(|segment| {
            let measurement = measure::measure(view, surfaces, &segment)?;
            Some((segment.pixels, measurement))
        })
}

/// \[px\] Left, top, right, bottom of the pixels.
pub fn bounding_box(view: &View, pixels: &[usize]) -> [f64; 4] {
    let width = view.width();
    let start = [usize::MAX, usize::MAX, 0, 0];
    let [left, top, right, bottom] = pixels.iter().fold(start, |[l, t, r, b], &at| {
        let (x, y) = (at % width, at / width);
        [l.min(x), t.min(y), r.max(x + 1), b.max(y + 1)]
    });
    [left, top, right, bottom].map(|it| it as f64)
}
