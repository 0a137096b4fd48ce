//! Pictures fitted into another shape without distorting them, by OpenCV, as YOLO's own code does it.

use super::nms::within_picture;
use crate::{ModelError, Picture};
use ndarray::Array4;
use opencv::core::{BORDER_CONSTANT, Mat, Scalar, Size, Vec3b, copy_make_border};
use opencv::imgproc::{INTER_LINEAR, resize};
use opencv::prelude::*;

/// The level of what surrounds the picture.
const GREY: f64 = 114.0;

/// How a picture lies in the model's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Letterbox {
    /// \[px\] The model's picture.
    width: usize,
    height: usize,
    /// \[px\] The picture within it.
    inner_width: usize,
    inner_height: usize,
    left: usize,
    top: usize,
    /// \[px\] The picture before.
    original: (usize, usize),
}

impl Letterbox {
    /// Of a picture with at least a pixel, into `width * height`.
    pub(super) fn new(picture: &Picture, width: usize, height: usize) -> Self {
        let scale =
            (height as f64 / picture.height as f64).min(width as f64 / picture.width as f64);
        let side = |px: usize| ((px as f64 * scale).round_ties_even() as usize).max(1);
        let (inner_width, inner_height) = (side(picture.width), side(picture.height));
        let before = |free: usize| (free as f64 / 2.0 - 0.1).round_ties_even().max(0.0) as usize;
        Self {
            width,
            height,
            inner_width,
            inner_height,
            left: before(width.saturating_sub(inner_width)),
            top: before(height.saturating_sub(inner_height)),
            original: (picture.width, picture.height),
        }
    }

    /// The model's picture: `[1, 3, height, width]`, levels 0 to 1.
    pub(super) fn pixels(&self, picture: &Picture) -> Result<Array4<f32>, ModelError> {
        let boxed = self.boxed(picture).map_err(|it| unfit(&it))?;
        let levels = boxed.data_typed::<Vec3b>().map_err(|it| unfit(&it))?;
        let planes =
            (0..3).flat_map(|channel| levels.iter().map(move |it| f32::from(it[channel]) / 255.0));
        let shape = (1, 3, self.height, self.width);
        Array4::from_shape_vec(shape, planes.collect())
            .map_err(|it| ModelError::Input(it.to_string()))
    }

    fn boxed(&self, picture: &Picture) -> opencv::Result<Mat> {
        let original = as_mat(picture)?;
        let mut inner = Mat::default();
        if (self.inner_width, self.inner_height) == self.original {
            original.copy_to(&mut inner)?;
        } else {
            let size = Size::new(self.inner_width as i32, self.inner_height as i32);
            resize(&original, &mut inner, size, 0.0, 0.0, INTER_LINEAR)?;
        }
        let mut boxed = Mat::default();
        let after =
            |all: usize, inner: usize, before: usize| all.saturating_sub(inner + before) as i32;
        copy_make_border(
            &inner,
            &mut boxed,
            self.top as i32,
            after(self.height, self.inner_height, self.top),
            self.left as i32,
            after(self.width, self.inner_width, self.left),
            BORDER_CONSTANT,
            Scalar::all(GREY),
        )?;
        Ok(boxed)
    }

    /// A box (left, top, right, bottom) of the model's picture, in the original, if it has a part there.
    pub(super) fn back(&self, box_px: [f32; 4]) -> Option<[f32; 4]> {
        let (width, height) = (self.original.0 as f32, self.original.1 as f32);
        let (across, down) = (
            self.inner_width as f32 / width,
            self.inner_height as f32 / height,
        );
        let x = |it: f32| (it - self.left as f32) / across;
        let y = |it: f32| (it - self.top as f32) / down;
        let [left, top, right, bottom] = box_px;
        within_picture([x(left), y(top), x(right), y(bottom)], width, height)
    }
}

/// The picture as OpenCV has it, in red, green, blue.
pub(crate) fn as_mat<'a>(
    picture: &Picture<'a>,
) -> opencv::Result<opencv::boxed_ref::BoxedRef<'a, Mat>> {
    Mat::new_rows_cols_with_bytes::<Vec3b>(picture.height as i32, picture.width as i32, picture.rgb)
}

pub(super) fn unfit(error: &opencv::Error) -> ModelError {
    ModelError::Input(format!("OpenCV cannot take the picture: {}", error.message))
}
