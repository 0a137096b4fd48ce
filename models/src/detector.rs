//! What every detector of this crate takes and gives.

use crate::ModelError;

/// A colour picture, with depth where there is some.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// \[px\]
    pub width: usize,
    /// \[px\]
    pub height: usize,
    /// Red, green, blue of each pixel, row by row from the top left; `width * height * 3` bytes.
    pub rgb: &'a [u8],
    /// \[m\] Depth along the optical axis, in the order of `rgb`'s pixels; 0 or NaN where there is none.
    pub depth_m: Option<&'a [f32]>,
    /// \[px\] The camera's focal length, by which detectors tell how large things are; `None` if it is not known.
    pub focal_px: Option<f32>,
}

impl<'a> Picture<'a> {
    /// Refuses a picture whose sides and data do not fit.
    pub fn check(&self) -> Result<(), ModelError> {
        let pixels = self
            .width
            .checked_mul(self.height)
            .filter(|it| *it > 0 && it.checked_mul(3) == Some(self.rgb.len()));
        let Some(pixels) = pixels else {
            return Err(ModelError::Input(format!(
                "a picture of {} x {} pixels with {} bytes of colour; it must have width * height * 3, and a pixel at least",
                self.width,
                self.height,
                self.rgb.len()
            )));
        };
        if let Some(focal_px) = self.focal_px.filter(|it| !(1.0..1e5).contains(it)) {
            return Err(ModelError::Input(format!(
                "a picture with a focal length of {focal_px} px; it must be between 1 and 100000"
            )));
        }
        match self.depth_m {
            Some(depth_m) if depth_m.len() != pixels => Err(ModelError::Input(format!(
                "a picture of {} x {} pixels with {} depths; it must have width * height, or none",
                self.width,
                self.height,
                depth_m.len()
            ))),
            _ => Ok(()),
        }
    }
}

/// A thing that a detector found.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxDetection {
    /// \[px\] Left, top, right, bottom.
    pub box_px: [f32; 4],
    /// 0 to 1: how surely there is a thing at all.
    pub objectness: f32,
    /// For each query, the calibrated probability that the thing is what it asks for.
    pub scores: Vec<f32>,
    /// The class by the detector's own list, if it has one.
    pub class: Option<String>,
}

/// Finds what English phrases ask for in a picture.
pub trait ImageTextDetector: Send {
    /// What to look for from now on. A detector of fixed classes maps the phrases to these.
    fn set_queries(&mut self, phrases: &[String]) -> Result<(), ModelError>;

    /// What is in the picture, best first.
    fn detect(&mut self, picture: &Picture) -> Result<Vec<BoxDetection>, ModelError>;

    /// Scores of given boxes (per box, per query) in the picture of the last `detect`, if the model can.
    fn score_boxes(&mut self, boxes: &[[f32; 4]]) -> Option<Vec<Vec<f32>>> {
        let _ = boxes;
        None
    }
}
