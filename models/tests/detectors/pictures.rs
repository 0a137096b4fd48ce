//! Pictures and expected numbers in `fixtures/`.

use crate::common::root;
use hearth_models::{BoxDetection, Picture};
use opencv::core::Mat;
use opencv::imgcodecs::{IMREAD_COLOR, imread};
use opencv::imgproc::{COLOR_BGR2RGB, cvt_color_def};
use opencv::prelude::*;
use serde::de::DeserializeOwned;
use std::path::PathBuf;

pub fn fixture(name: &str) -> PathBuf {
    root().join("models/tests/fixtures").join(name)
}

pub fn expected<T: DeserializeOwned>(name: &str) -> T {
    let text = std::fs::read_to_string(fixture(name)).expect("the fixture");
    serde_json::from_str(&text).expect("the fixture's format")
}

/// A picture with its own data.
pub struct Image {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Image {
    pub fn read(name: &str) -> Self {
        let bgr = imread(fixture(name), IMREAD_COLOR).expect("a picture");
        let mut rgb = Mat::default();
        cvt_color_def(&bgr, &mut rgb, COLOR_BGR2RGB).expect("a colour picture");
        Self {
            width: rgb.cols() as usize,
            height: rgb.rows() as usize,
            rgb: rgb.data_bytes().expect("a continuous picture").to_vec(),
        }
    }

    pub fn plain(width: usize, height: usize, level: u8) -> Self {
        Self {
            width,
            height,
            rgb: vec![level; width * height * 3],
        }
    }

    /// The part of a box that lies in the picture.
    pub fn cut(&self, [left, top, right, bottom]: [f32; 4]) -> Option<[f32; 4]> {
        let (width, height) = (self.width as f32, self.height as f32);
        let inside = [
            left.max(0.0),
            top.max(0.0),
            right.min(width),
            bottom.min(height),
        ];
        (inside[2] > inside[0] && inside[3] > inside[1]).then_some(inside)
    }

    pub fn picture(&self) -> Picture<'_> {
        Picture {
            width: self.width,
            height: self.height,
            rgb: &self.rgb,
            depth_m: None,
            focal_px: None,
        }
    }
}

pub fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|it| (*it).to_owned()).collect()
}

/// The largest difference between two lists of the same length.
pub fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |worst, it| if it <= worst { worst } else { it })
}

/// Every `down`th row and `across`th column of each plane.
pub fn sampled(pixels: &ndarray::Array4<f32>, down: usize, across: usize) -> Vec<f32> {
    let sampled = pixels.slice(ndarray::s![0, .., ..;down, ..;across]);
    sampled.iter().copied().collect()
}

pub fn classes(found: &[BoxDetection]) -> Vec<&str> {
    found.iter().filter_map(|it| it.class.as_deref()).collect()
}
