//! Colour and depth images, and how they become one frame.

use super::time::{self, measured_at};
use super::{BadInput, finite};
use crate::cdr::ImageView;
use hearth_types::{Intrinsics, RgbdFrame, Stamp};
use r2r::sensor_msgs::msg::CameraInfo;
use std::collections::VecDeque;

/// Longest side \[px\] of an image.
const LONGEST_SIDE: u32 = 8192;
/// \[s\] Colour and depth that were exposed further apart do not make one frame.
const APART_SECS: f64 = 0.02;
/// So many images wait for their counterpart.
const WAITING: usize = 3;

/// Brings colour, depth and camera info together. Images stay in the bytes in which they arrived until both
/// are there; of older ones the newest pair wins.
#[derive(Debug, Default)]
pub struct FramePairer {
    intrinsics: Option<(Intrinsics, [u32; 2])>,
    colour: VecDeque<(Stamp, Vec<u8>)>,
    depth: VecDeque<(Stamp, Vec<u8>)>,
}

impl FramePairer {
    /// Takes the camera's calibration.
    ///
    /// # Errors
    /// [`BadInput`]: no focal length, or not finite.
    pub fn take_info(&mut self, info: &CameraInfo) -> Result<(), BadInput> {
        let k = |at: usize| info.k.get(at).copied().unwrap_or(0.0);
        let intrinsics = Intrinsics {
            fx: finite("k[0]", k(0))?,
            fy: finite("k[4]", k(4))?,
            cx: finite("k[2]", k(2))?,
            cy: finite("k[5]", k(5))?,
        };
        if !(intrinsics.fx > 1.0 && intrinsics.fy > 1.0) {
            return Err(BadInput::Size {
                what: "the focal length k[0], k[4]",
                found: format!("{}, {}", intrinsics.fx, intrinsics.fy),
                expected: "more than one pixel".to_owned(),
            });
        }
        self.intrinsics = Some((intrinsics, [info.width, info.height]));
        Ok(())
    }

    /// Takes a colour image; a frame, if its depth is there.
    ///
    /// # Errors
    /// [`BadInput`].
    pub fn take_colour(
        &mut self,
        bytes: Vec<u8>,
        now: Stamp,
    ) -> Result<Option<RgbdFrame>, BadInput> {
        let stamp = measured_at(&ImageView::parse(&bytes)?.stamp(), now)?;
        keep(&mut self.colour, stamp, bytes);
        self.pair(stamp)
    }

    /// Takes a depth image; a frame, if its colour is there.
    ///
    /// # Errors
    /// [`BadInput`].
    pub fn take_depth(
        &mut self,
        bytes: Vec<u8>,
        now: Stamp,
    ) -> Result<Option<RgbdFrame>, BadInput> {
        let stamp = measured_at(&ImageView::parse(&bytes)?.stamp(), now)?;
        keep(&mut self.depth, stamp, bytes);
        self.pair(stamp)
    }

    fn pair(&mut self, stamp: Stamp) -> Result<Option<RgbdFrame>, BadInput> {
        let near = |images: &VecDeque<(Stamp, Vec<u8>)>| {
            let apart = |it: &(Stamp, Vec<u8>)| it.0.secs_since(stamp).abs();
            let nearest = images
                .iter()
                .enumerate()
                .min_by(|a, b| apart(a.1).total_cmp(&apart(b.1)))?;
            (apart(nearest.1) <= APART_SECS).then_some(nearest.0)
        };
        let (Some(colour), Some(depth)) = (near(&self.colour), near(&self.depth)) else {
            return Ok(None);
        };
        let Some((intrinsics, size)) = self.intrinsics else {
            return Ok(None);
        };
        // Older images have lost their chance.
        let colour = self.colour.drain(..=colour).next_back();
        let depth = self.depth.drain(..=depth).next_back();
        match (colour, depth) {
            (Some(colour), Some(depth)) => frame(&colour.1, &depth.1, intrinsics, size).map(Some),
            _ => Ok(None),
        }
    }
}

fn keep(images: &mut VecDeque<(Stamp, Vec<u8>)>, stamp: Stamp, bytes: Vec<u8>) {
    while images.len() >= WAITING {
        images.pop_front();
    }
    images.push_back((stamp, bytes));
}

/// One frame from the bytes of both images.
fn frame(
    colour: &[u8],
    depth: &[u8],
    intrinsics: Intrinsics,
    info_size: [u32; 2],
) -> Result<RgbdFrame, BadInput> {
    let (colour, depth) = (ImageView::parse(colour)?, ImageView::parse(depth)?);
    let size = [colour.width, colour.height];
    for (what, found) in [
        ("the depth image's size", [depth.width, depth.height]),
        ("camera_info's size", info_size),
    ] {
        if found != size {
            return Err(BadInput::Size {
                what,
                found: format!("{}x{}", found[0], found[1]),
                expected: format!("the colour image's, {}x{}", size[0], size[1]),
            });
        }
    }
    Ok(RgbdFrame {
        stamp: time::from_ros(&colour.stamp()),
        width: colour.width as usize,
        height: colour.height as usize,
        rgb: rgb(&colour)?,
        depth_m: depth_m(&depth)?,
        intrinsics,
    })
}

/// The rows of an image without their padding.
fn rows<'a>(
    image: &ImageView<'a>,
    bytes_a_pixel: usize,
) -> Result<impl Iterator<Item = &'a [u8]> + use<'a>, BadInput> {
    let (width, height, step) = (
        image.width as usize,
        image.height as usize,
        image.step as usize,
    );
    if width == 0 || height == 0 || image.width.max(image.height) > LONGEST_SIDE {
        return Err(BadInput::Size {
            what: "the image's size",
            found: format!("{width}x{height}"),
            expected: format!("at least one pixel, and no side over {LONGEST_SIDE}"),
        });
    }
    let row = width * bytes_a_pixel;
    if step < row || image.data.len() < step * (height - 1) + row {
        return Err(BadInput::Size {
            what: "the image's data",
            found: format!("{} bytes with {step} a row", image.data.len()),
            expected: format!("{height} rows of {row} bytes ({})", image.encoding),
        });
    }
    let data = image.data;
    Ok((0..height).map(move |y| &data[y * step..y * step + row]))
}

/// The colours of an image, three bytes a pixel.
///
/// # Errors
/// [`BadInput`]: an encoding that has no colours, or fewer bytes than its size wants.
pub fn rgb(image: &ImageView) -> Result<Vec<u8>, BadInput> {
    let pixels = image.width as usize * image.height as usize;
    let mut rgb = Vec::new();
    let channels: (usize, [usize; 3]) = match image.encoding {
        "rgb8" | "8UC3" => (3, [0, 1, 2]),
        "bgr8" => (3, [2, 1, 0]),
        "rgba8" => (4, [0, 1, 2]),
        "bgra8" | "8UC4" => (4, [2, 1, 0]),
        "mono8" | "8UC1" => (1, [0, 0, 0]),
        other => {
            return Err(BadInput::Unknown {
                field: "the colour image's encoding",
                value: other.to_owned(),
            });
        }
    };
    let rows = rows(image, channels.0)?;
    rgb.reserve_exact(3 * pixels);
    for row in rows {
        match channels {
            (3, [0, 1, 2]) => rgb.extend_from_slice(row),
            (count, [r, g, b]) => {
                rgb.extend(row.chunks_exact(count).flat_map(|it| [it[r], it[g], it[b]]));
            }
        }
    }
    Ok(rgb)
}

/// Metres; 0 where there is none.
fn depth_m(image: &ImageView) -> Result<Vec<f32>, BadInput> {
    let pixels = image.width as usize * image.height as usize;
    let big = image.is_bigendian;
    let mut depth_m = Vec::new();
    match image.encoding {
        "32FC1" => {
            let rows = rows(image, 4)?;
            depth_m.reserve_exact(pixels);
            depth_m.extend(rows.flat_map(|it| it.chunks_exact(4)).map(|it| {
                let four = [it[0], it[1], it[2], it[3]];
                let value = if big {
                    f32::from_be_bytes(four)
                } else {
                    f32::from_le_bytes(four)
                };
                // Drivers write NaN or infinity for "none".
                if value.is_finite() && value > 0.0 {
                    value
                } else {
                    0.0
                }
            }));
        }
        "16UC1" | "mono16" => {
            let rows = rows(image, 2)?;
            depth_m.reserve_exact(pixels);
            depth_m.extend(rows.flat_map(|it| it.chunks_exact(2)).map(|it| {
                let two = [it[0], it[1]];
                let millimetres = if big {
                    u16::from_be_bytes(two)
                } else {
                    u16::from_le_bytes(two)
                };
                f32::from(millimetres) * 1e-3
            }));
        }
        other => {
            return Err(BadInput::Unknown {
                field: "the depth image's encoding",
                value: other.to_owned(),
            });
        }
    }
    Ok(depth_m)
}

/// A colour image for ROS, in bytes.
pub fn colour_bytes(frame: &RgbdFrame, frame_id: &str) -> Vec<u8> {
    image_bytes(frame, frame_id, "rgb8", 3, &frame.rgb)
}

/// A depth image for ROS, in bytes: `32FC1`, metres, NaN where there is none (REP 118).
pub fn depth_bytes(frame: &RgbdFrame, frame_id: &str) -> Vec<u8> {
    let none = |it: f32| if it > 0.0 { it } else { f32::NAN };
    let data: Vec<u8> = frame
        .depth_m
        .iter()
        .flat_map(|it| none(*it).to_le_bytes())
        .collect();
    image_bytes(frame, frame_id, "32FC1", 4, &data)
}

fn image_bytes(
    frame: &RgbdFrame,
    frame_id: &str,
    encoding: &str,
    bytes_a_pixel: usize,
    data: &[u8],
) -> Vec<u8> {
    let stamp = time::to_ros(frame.stamp);
    ImageView {
        sec: stamp.sec,
        nanosec: stamp.nanosec,
        frame: frame_id,
        height: frame.height as u32,
        width: frame.width as u32,
        encoding,
        is_bigendian: false,
        step: (frame.width * bytes_a_pixel) as u32,
        data,
    }
    .to_bytes()
}

/// The calibration for ROS: a rectified pinhole camera.
pub fn info_msg(frame: &RgbdFrame, frame_id: &str) -> CameraInfo {
    let Intrinsics { fx, fy, cx, cy } = frame.intrinsics;
    CameraInfo {
        header: super::transforms::header(frame.stamp, frame_id),
        height: frame.height as u32,
        width: frame.width as u32,
        distortion_model: "plumb_bob".to_owned(),
        d: vec![0.0; 5],
        k: vec![fx, 0.0, cx, 0.0, fy, cy, 0.0, 0.0, 1.0],
        r: vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        p: vec![fx, 0.0, cx, 0.0, 0.0, fy, cy, 0.0, 0.0, 0.0, 1.0, 0.0],
        ..Default::default()
    }
}

#[cfg(test)]
mod tests;
