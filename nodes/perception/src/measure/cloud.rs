//! The points of a segment.

use crate::fits;
use crate::segment::Segment;
use crate::surfaces::Surfaces;
use crate::view::{P3, View};

const MOST_POINTS: usize = 320;

/// What is known before a form is chosen.
pub(super) struct Cloud {
    pub points: Vec<P3>,
    pub base: f32,
    pub top: f32,
    /// \[m\] A pixel's width at the thing's range.
    pub pixel_m: f32,
    /// \[m\] The points' noise.
    pub sigma_m: f32,
    /// Unit vector in the plane, away from the camera.
    pub away: [f32; 2],
    pub top_seen: bool,
    /// Tangent of the angle at which the camera looks down on it.
    pub steepness: f32,
}

pub(super) fn cloud(view: &View, surfaces: &Surfaces, segment: &Segment) -> Option<Cloud> {
    let step = segment.pixels.len().div_ceil(MOST_POINTS).max(1);
    let all: Vec<usize> = segment
        .pixels
        .iter()
        .copied()
        .filter(|&it| view.depth_m[it] > 0.0)
        .collect();
    if all.len() < 8 {
        return None;
    }
    let points: Vec<P3> = all
        .iter()
        .step_by(step)
        .map(|&it| view.points[it])
        .collect();
    let count = points.len() as f32;
    let (mx, my) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), it| (x + it.x, y + it.y));
    let (mx, my) = (mx / count, my / count);
    let fit = &surfaces.fits[segment.surface];
    let base = fit.height_at(mx, my);
    let mut heights: Vec<f32> = all.iter().map(|&it| view.points[it].z).collect();
    let rank = ((heights.len() - 1) as f32 * 0.985) as usize;
    let top = (*heights.select_nth_unstable_by(rank, f32::total_cmp).1).max(base + 0.003);
    let mut depths: Vec<f32> = all.iter().map(|&it| view.depth_m[it]).collect();
    let middle = depths.len() / 2;
    let depth = *depths.select_nth_unstable_by(middle, f32::total_cmp).1;
    let camera = view.camera_in_map();
    let (dx, dy) = (mx - camera.x as f32, my - camera.y as f32);
    let distance = dx.hypot(dy).max(1e-3);
    Some(Cloud {
        points,
        base,
        top,
        pixel_m: view.pixel_m(depth),
        sigma_m: 0.4 * view.sigma_m(depth),
        away: [dx / distance, dy / distance],
        // At least about 7 degrees from above.
        top_seen: camera.z as f32 - top > 0.12 * distance,
        steepness: (camera.z as f32 - top) / distance,
    })
}

impl Cloud {
    /// Whether the extent along the line of sight can be seen: from above, over a top that is as
    /// deep as the rest.
    pub fn back_seen(&self) -> bool {
        let upper = self.top - (0.25 * (self.top - self.base)).max(0.01);
        let along = |low: f32| {
            let points = self.points.iter().filter(|it| it.z > low);
            let (near, far) =
                fits::span(points.map(|it| self.away[0] * it.x + self.away[1] * it.y));
            far - near
        };
        self.top_seen && along(upper) > 0.75 * along(f32::MIN)
    }
}
