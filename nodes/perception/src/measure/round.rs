//! The circle of what is round and upright.

use super::cloud::Cloud;
use crate::fits::{self, Circle};
use crate::view::P3;

/// The circle of an upright round wall: from the outer wall if it shows, else from the rim.
pub(super) fn best_circle(cloud: &Cloud, width_seen: f32) -> Option<Circle> {
    let height = cloud.top - cloud.base;
    let band = (0.12 * height).max(0.006 + cloud.sigma_m);
    let fits_width = |it: &Circle| {
        (0.010..0.20).contains(&it.radius_m) && (2.0 * it.radius_m / width_seen - 1.0).abs() < 0.35
    };
    let rim = fits::circle(outline(cloud, cloud.top - band).into_iter()).filter(fits_width);
    // A bottle's neck is no part of its wall.
    let tall = height > 1.4 * width_seen;
    let below = if tall {
        cloud.base + 0.6 * height
    } else {
        cloud.top - band
    };
    let wall = fits::circle(
        cloud
            .points
            .iter()
            .filter(|it| it.z < below)
            .map(|it| [it.x, it.y]),
    )
    .filter(fits_width);
    if tall && wall.is_some() {
        return wall;
    }
    match (rim, wall) {
        (Some(rim), Some(wall)) => Some(if wall.rms_m < 0.7 * rim.rms_m {
            wall
        } else {
            rim
        }),
        (rim, wall) => rim.or(wall),
    }
}

/// The outermost points above `z`, by direction from their middle.
fn outline(cloud: &Cloud, z: f32) -> Vec<[f32; 2]> {
    const SECTORS: usize = 36;
    let upper: Vec<&P3> = cloud.points.iter().filter(|it| it.z > z).collect();
    if upper.len() < 6 {
        return Vec::new();
    }
    let low_high = |axis: usize| fits::span(upper.iter().map(|it| it[axis]));
    let (x, y) = (low_high(0), low_high(1));
    let middle = [(x.0 + x.1) / 2.0, (y.0 + y.1) / 2.0];
    let mut far: [Option<(f32, [f32; 2])>; SECTORS] = [None; SECTORS];
    for point in upper {
        let (dx, dy) = (point.x - middle[0], point.y - middle[1]);
        let turn = dy.atan2(dx) / std::f32::consts::TAU + 0.5;
        let sector = ((turn * SECTORS as f32) as usize).min(SECTORS - 1);
        let distance = dx.hypot(dy);
        if far[sector].is_none_or(|it| distance > it.0) {
            far[sector] = Some((distance, [point.x, point.y]));
        }
    }
    far.into_iter().flatten().map(|it| it.1).collect()
}
