//! Pictures of any size, brought to the size that a network takes without changing their proportions.

use crate::{ModelError, Picture};
use opencv::core::{Mat, MatTraitConst, MatTraitConstManual, Size};
use opencv::imgproc;

/// How a picture lies in a network's input: scaled, from the top left corner on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fit {
    from: (usize, usize),
    to: (usize, usize),
    scale: f32,
}

/// A picture of the network's size.
pub(crate) struct Fitted {
    pub rgb: Vec<u8>,
    pub depth_m: Option<Vec<f32>>,
}

/// What is left over beside a picture of other proportions.
const GREY: u8 = 128;

impl Fit {
    /// Of a picture of `from` (width, height) in an input of `to`.
    pub fn new(from: (usize, usize), to: (usize, usize)) -> Self {
        let scale = (to.0 as f32 / from.0 as f32).min(to.1 as f32 / from.1 as f32);
        Self { from, to, scale }
    }

    /// A box of the input as one of the picture, within it.
    pub fn back(&self, box_px: [f32; 4]) -> [f32; 4] {
        let most = [self.from.0 as f32, self.from.1 as f32];
        let mut result = box_px.map(|it| it / self.scale);
        for (index, value) in result.iter_mut().enumerate() {
            *value = value.clamp(0.0, most[index % 2]);
        }
        result
    }

    /// Pixels of the input in a pixel of the picture.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// A box of the picture as one of the input.
    pub fn forth(&self, box_px: [f32; 4]) -> [f32; 4] {
        box_px.map(|it| it * self.scale)
    }

    /// The picture as the network takes it. Depth keeps its values: between two surfaces there is nothing.
    pub fn apply(&self, picture: &Picture) -> Result<Fitted, ModelError> {
        if self.from == self.to {
            return Ok(Fitted {
                rgb: picture.rgb.to_vec(),
                depth_m: picture.depth_m.map(<[f32]>::to_vec),
            });
        }
        let side = |length: usize, most: usize| {
            ((length as f32 * self.scale).round() as usize).clamp(1, most)
        };
        let size = (side(self.from.0, self.to.0), side(self.from.1, self.to.1));
        let fail = |it: opencv::Error| ModelError::Input(format!("resizing the picture: {it}"));
        let rows = self.from.1 as i32;
        let rgb = Mat::from_slice(picture.rgb)
            .and_then(|it| it.reshape(3, rows)?.try_clone())
            .and_then(|it| resized(&it, size, imgproc::INTER_AREA))
            .and_then(|it| Ok(it.data_bytes()?.to_vec()))
            .map_err(fail)?;
        let depth_m = picture.depth_m.map(|depth_m| {
            let image = Mat::from_slice(depth_m)?.reshape(1, rows)?.try_clone()?;
            resized(&image, size, imgproc::INTER_NEAREST)?
                .data_typed()
                .map(<[f32]>::to_vec)
        });
        let depth_m = depth_m.transpose().map_err(fail)?;
        Ok(Fitted {
            rgb: self.framed(&rgb, size, 3, GREY),
            depth_m: depth_m.map(|it| self.framed(&it, size, 1, 0.0)),
        })
    }

    fn framed<T: Copy>(
        &self,
        values: &[T],
        size: (usize, usize),
        channels: usize,
        empty: T,
    ) -> Vec<T> {
        let (row, whole) = (size.0 * channels, self.to.0 * channels);
        let mut result = vec![empty; whole * self.to.1];
        for (from, to) in values.chunks_exact(row).zip(result.chunks_exact_mut(whole)) {
            to[..row].copy_from_slice(from);
        }
        result
    }
}

fn resized(image: &Mat, size: (usize, usize), how: i32) -> opencv::Result<Mat> {
    let mut result = Mat::default();
    let size = Size::new(size.0 as i32, size.1 as i32);
    imgproc::resize(image, &mut result, size, 0.0, 0.0, how)?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::Fit;
    use crate::Picture;

    #[test]
    fn keeps_proportions_and_finds_the_way_back() {
        let fit = Fit::new((640, 360), (320, 240));
        assert_eq!(
            fit.back([10.0, 20.0, 320.0, 240.0]),
            [20.0, 40.0, 640.0, 360.0]
        );
        assert_eq!(
            fit.forth([20.0, 40.0, 640.0, 360.0]),
            [10.0, 20.0, 320.0, 180.0]
        );
    }

    #[test]
    fn averages_colours_and_never_invents_depth() {
        let rgb = [[200; 6], [100; 6]].concat();
        let depth_m = [1.0, 3.0, 1.0, 3.0];
        let picture = Picture {
            width: 2,
            height: 2,
            rgb: &rgb,
            depth_m: Some(&depth_m),
            focal_px: None,
        };
        let small = Fit::new((2, 2), (1, 1)).apply(&picture).unwrap();
        assert_eq!(small.rgb, [150; 3]);
        assert!(small.depth_m.is_some_and(|it| depth_m.contains(&it[0])));
        let wide = Fit::new((2, 2), (4, 2)).apply(&picture).unwrap();
        assert_eq!(wide.rgb[6..12], [128; 6], "grey beside it");
        assert_eq!(wide.depth_m.unwrap()[2..4], [0.0; 2]);
    }
}
