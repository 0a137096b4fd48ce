//! Finding things in one frame.

use crate::measure::{self, Measurement};
use crate::naming::Namer;
use crate::segment;
use crate::surfaces::Surfaces;
use crate::view::View;
use crate::{Config, PerceptionError};

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
}

/// Finds things in a frame. Fusion does not care by which means.
pub trait Detector: Send {
    /// All things in the frame.
    ///
    /// # Errors
    /// If the frame cannot be worked on; perception then reports a fault and goes on.
    fn detect(
        &mut self,
        view: &View,
        surfaces: &Surfaces,
    ) -> Result<Vec<ObjectDetection>, PerceptionError>;
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
    fn detect(
        &mut self,
        view: &View,
        surfaces: &Surfaces,
    ) -> Result<Vec<ObjectDetection>, PerceptionError> {
        Ok(segment::find(view, surfaces, &self.config)
            .into_iter()
            .filter_map(|segment| {
                let measurement = measure::measure(view, surfaces, &segment)?;
                let scores = self.namer.log_likelihoods(&measurement);
                Some(ObjectDetection {
                    box_px: bounding_box(view, &segment.pixels),
                    pixels: segment.pixels,
                    measurement,
                    scores,
                })
            })
            .collect())
    }
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
