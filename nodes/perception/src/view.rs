//! One frame, prepared: every pixel in space and in a perceptual colour space.

use crate::{Config, PerceptionError};
use hearth_types::{Isometry3, Point3, RgbdFrame};
use opencv::core::{Mat, MatTraitConstManual, Vec3b};
use opencv::imgproc;
use std::sync::Arc;

/// A point in `map`, in metres; single precision is plenty for a home.
pub type P3 = nalgebra::Point3<f32>;

/// Frames larger than this are refused: their cost is not what the robot was built for.
const MOST_PIXELS: usize = 4_000_000;

/// A frame with what follows from it and from where the camera was.
#[derive(Debug)]
pub struct View {
    /// As the camera sent it.
    pub frame: Arc<RgbdFrame>,
    /// Pose of the camera's optical frame.
    pub map_from_camera: Isometry3,
    /// \[m\] Smoothed depth; 0 where there is none.
    pub depth_m: Vec<f32>,
    /// Each pixel in `map`; only where `depth_m` is not 0.
    pub points: Vec<P3>,
    /// Each pixel's CIE L*a*b*.
    pub lab: Vec<[f32; 3]>,
    /// Pixels that show the robot itself or what it holds.
    pub own: Vec<bool>,
    /// \[0, 1\] How far the measurement can be trusted; less while the camera turns.
    pub steadiness: f64,
    /// \[m\], \[m\] Depth noise: `sigma = noise.0 + noise.1 * z^2`.
    noise: (f32, f32),
}

impl View {
    /// Prepares a frame.
    ///
    /// # Errors
    /// [`PerceptionError::Frame`] if the buffers do not fit the size or the camera model is not
    /// finite and positive.
    pub fn new(
        frame: Arc<RgbdFrame>,
        map_from_camera: Isometry3,
        steadiness: f64,
        config: &Config,
    ) -> Result<Self, PerceptionError> {
        check(&frame)?;
        if !map_from_camera
            .to_homogeneous()
            .iter()
            .all(|it| it.is_finite())
        {
            return Err(PerceptionError::Frame(
                "the camera's pose is not finite".into(),
            ));
        }
        let depth_m = smooth(&frame, config);
        let lab = to_lab(&frame)?;
        let points = to_points(&frame, &depth_m, &map_from_camera);
        let own = vec![false; depth_m.len()];
        Ok(Self {
            frame,
            map_from_camera,
            depth_m,
            points,
            lab,
            own,
            steadiness,
            noise: (config.depth_noise_m as f32, config.depth_noise_per_m as f32),
        })
    }

    /// \[px\] Image width.
    pub fn width(&self) -> usize {
        self.frame.width
    }

    /// \[px\] Image height.
    pub fn height(&self) -> usize {
        self.frame.height
    }

    /// Where the camera was, in `map`.
    pub fn camera_in_map(&self) -> Point3 {
        self.map_from_camera.translation.vector.into()
    }

    /// The pixel's point in `map`, where depth is known and the pixel does not show the robot.
    pub fn point(&self, pixel: usize) -> Option<&P3> {
        (self.depth_m[pixel] > 0.0 && !self.own[pixel]).then(|| &self.points[pixel])
    }

    /// \[m\] One standard deviation of a single pixel's depth at this range.
    pub fn sigma_m(&self, depth_m: f32) -> f32 {
        self.noise.0 + self.noise.1 * depth_m * depth_m
    }

    /// \[m\] What one pixel covers, across the line of sight, at this range.
    pub fn pixel_m(&self, depth_m: f32) -> f32 {
        depth_m / self.frame.intrinsics.fx as f32
    }

    /// The pixel that sees the point and the point's depth, if it is in the image.
    pub fn project(&self, point_in_map: &Point3) -> Option<(usize, f64)> {
        let in_camera = self.map_from_camera.inverse_transform_point(point_in_map);
        let (u, v) = self.frame.intrinsics.project(&in_camera)?;
        let (u, v) = (u.round(), v.round());
        let inside = u >= 0.0 && v >= 0.0 && u < self.width() as f64 && v < self.height() as f64;
        inside.then(|| (v as usize * self.width() + u as usize, in_camera.z))
    }
}

fn check(frame: &RgbdFrame) -> Result<(), PerceptionError> {
    let wrong = |text: String| Err(PerceptionError::Frame(text));
    let Some(pixels) = frame.width.checked_mul(frame.height) else {
        return wrong("its size overflows".into());
    };
    if pixels == 0 || pixels > MOST_PIXELS || frame.width < 8 || frame.height < 8 {
        return wrong(format!("{} x {} pixels", frame.width, frame.height));
    }
    if frame.rgb.len() != pixels * 3 || frame.depth_m.len() != pixels {
        return wrong(format!(
            "{} colour bytes and {} depths for {} x {} pixels",
            frame.rgb.len(),
            frame.depth_m.len(),
            frame.width,
            frame.height
        ));
    }
    let lens = &frame.intrinsics;
    let usable = (1.0..1e5).contains(&lens.fx)
        && (1.0..1e5).contains(&lens.fy)
        && lens.cx.abs() < 1e5
        && lens.cy.abs() < 1e5;
    if !usable {
        return wrong(format!("camera model {lens:?}"));
    }
    Ok(())
}

/// A mean over each pixel's neighbours at about its own depth: less noise, the same edges.
fn smooth(frame: &RgbdFrame, config: &Config) -> Vec<f32> {
    let (width, height) = (frame.width, frame.height);
    let far = config.max_range_m as f32;
    let raw: Vec<f32> = frame
        .depth_m
        .iter()
        .map(|&it| if it > 0.1 && it < far { it } else { 0.0 })
        .collect();
    let mut smoothed = raw.clone();
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let at = y * width + x;
            let centre = raw[at];
            if centre == 0.0 {
                continue;
            }
            let gate = 3.0 * config.depth_sigma_m(centre) + 0.004 * centre;
            let (mut sum, mut count) = (0.0, 0.0);
            for row in [at - width, at, at + width] {
                for &depth in &raw[row - 1..=row + 1] {
                    if (depth - centre).abs() < gate {
                        sum += depth;
                        count += 1.0;
                    }
                }
            }
            smoothed[at] = sum / count;
        }
    }
    smoothed
}

fn to_points(frame: &RgbdFrame, depth_m: &[f32], map_from_camera: &Isometry3) -> Vec<P3> {
    let rotation = map_from_camera
        .rotation
        .to_rotation_matrix()
        .into_inner()
        .cast::<f32>();
    let origin = map_from_camera.translation.vector.cast::<f32>();
    let lens = &frame.intrinsics;
    let columns: Vec<_> = (0..frame.width)
        .map(|u| rotation.column(0) * ((u as f64 - lens.cx) / lens.fx) as f32)
        .collect();
    let mut points = Vec::with_capacity(depth_m.len());
    for (v, row) in depth_m.chunks_exact(frame.width).enumerate() {
        let base =
            rotation.column(2) + rotation.column(1) * ((v as f64 - lens.cy) / lens.fy) as f32;
        for (&depth, column) in row.iter().zip(&columns) {
            points.push(P3::from(origin + (base + column) * depth));
        }
    }
    points
}

fn to_lab(frame: &RgbdFrame) -> Result<Vec<[f32; 3]>, PerceptionError> {
    // One thread: the answer must not depend on how work is split, and nodes share two cores.
    opencv::core::set_num_threads(1)?;
    let flat = Mat::from_bytes::<Vec3b>(&frame.rgb)?;
    let mut lab = Mat::default();
    imgproc::cvt_color_def(&flat, &mut lab, imgproc::COLOR_RGB2Lab)?;
    let lab = lab.data_typed::<Vec3b>()?;
    Ok(lab
        .iter()
        .map(|it| {
            let [l, a, b] = it.0.map(f32::from);
            [l * (100.0 / 255.0), a - 128.0, b - 128.0]
        })
        .collect())
}
