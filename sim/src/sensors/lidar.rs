//! The planar lidar.

use crate::config::LidarNoise;
use crate::mjcf::group;
use crate::noise::{Noise, Stream};
use hearth_types::{LaserScan, Stamp};
use mujoco_rs::prelude::{MjData, MjModel};
use std::sync::Arc;

/// What the lidar is like.
#[derive(Clone, Debug)]
pub(crate) struct Lidar {
    pub body: usize,
    pub rays: usize,
    pub angle_min_rad: f64,
    pub angle_max_rad: f64,
    pub range_min_m: f64,
    pub range_max_m: f64,
    pub noise_m: f64,
}

impl Lidar {
    fn increment_rad(&self) -> f64 {
        (self.angle_max_rad - self.angle_min_rad) / (self.rays.max(2) - 1) as f64
    }
}

/// One turn. Its own housing does not block it; the rest of the robot does, at ranges below the
/// minimum, which receivers ignore.
pub(crate) fn read_scan(
    data: &mut MjData<Arc<MjModel>>,
    lidar: &Lidar,
    stamp: Stamp,
    noise: &mut Noise,
    config: &LidarNoise,
) -> LaserScan {
    let origin = data.xpos()[lidar.body];
    let m = data.xmat()[lidar.body];
    let rays: Vec<[f64; 3]> = (0..lidar.rays)
        .map(|ray| {
            let (sin, cos) = (lidar.angle_min_rad + ray as f64 * lidar.increment_rad()).sin_cos();
            [
                m[0] * cos + m[1] * sin,
                m[3] * cos + m[4] * sin,
                m[6] * cos + m[7] * sin,
            ]
        })
        .collect();
    let mut groups = [0; 6];
    groups[group::STATIC_COLLISION] = 1;
    groups[group::DYNAMIC_COLLISION] = 1;
    let cutoff = lidar.range_max_m + 0.1;
    let (_, distances) = data.multi_ray(
        &origin,
        &rays,
        Some(&groups),
        true,
        Some(lidar.body),
        cutoff,
        None,
    );
    let ranges_m = distances
        .iter()
        .map(|distance| {
            let range = distance + noise.gaussian(lidar.noise_m);
            let lost = noise.uniform() < config.dropout;
            if *distance < 0.0 || lost || range > lidar.range_max_m {
                f32::INFINITY
            } else {
                range.max(0.0) as f32
            }
        })
        .collect();
    LaserScan {
        stamp,
        angle_min_rad: lidar.angle_min_rad,
        angle_increment_rad: lidar.increment_rad(),
        range_min_m: lidar.range_min_m,
        range_max_m: lidar.range_max_m,
        ranges_m,
    }
}

/// The stream of one scan's noise.
pub(crate) fn scan_noise(seed: u64, index: u64) -> Noise {
    Noise::new(seed, Stream::Lidar, index)
}
