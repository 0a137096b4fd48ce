//! From a clean rendering to what an RGB-D camera gives.

use crate::config::CameraNoise;
use crate::noise::{Noise, quick_gaussian};

/// \[m\] Nothing drawn is farther.
const BACKGROUND_M: f32 = 29.0;
/// The flat has no ceiling in its description: what would be seen over its walls, as sRGB.
const CEILING: [u8; 3] = [226, 224, 218];

/// Puts a ceiling's colour where nothing was drawn.
pub(super) fn fill_background(rgb: &mut [u8], depth_m: &[f32]) {
    for (pixel, _) in rgb
        .chunks_exact_mut(3)
        .zip(depth_m)
        .filter(|(_, depth)| **depth > BACKGROUND_M)
    {
        pixel.copy_from_slice(&CEILING);
    }
}

/// Adds exposure changes and pixel noise.
pub(crate) fn worn_rgb(
    clean: &[u8],
    rgb_std: f64,
    noise: &mut Noise,
    config: &CameraNoise,
) -> Vec<u8> {
    let gain = 1.0 + noise.gaussian(config.exposure_std) as f32;
    let std = (rgb_std * 255.0) as f32;
    let mut rgb = Vec::with_capacity(clean.len());
    for pixel in clean.chunks_exact(3) {
        let bits = noise.bits();
        // A sensor's noise is mostly in brightness: one draw for all channels, a smaller one a channel.
        let common = quick_gaussian(bits as u32) * std;
        let single = (bits >> 32) as u32;
        for (channel, value) in pixel.iter().enumerate() {
            let own = ((single >> (8 * channel)) & 0xff) as f32 / 73.9 - 1.725;
            let noisy = f32::from(*value) * gain + common + own * std * 0.5;
            rgb.push(noisy.round().clamp(0.0, 255.0) as u8);
        }
    }
    rgb
}

/// Adds noise that grows with distance, drops what is out of range, at edges and at grazing angles.
pub(crate) fn worn_depth(
    clean: &[f32],
    width: usize,
    focal_px: f32,
    range_m: [f64; 2],
    noise: &mut Noise,
    config: &CameraNoise,
) -> Vec<f32> {
    let mut depth = vec![0.0; clean.len()];
    let height = clean.len() / width.max(1);
    let range = range_m[0] as f32..range_m[1] as f32;
    for row in 0..height {
        for column in 0..width {
            let at = row * width + column;
            let z = clean[at];
            let bits = noise.bits();
            if !range.contains(&z) {
                continue;
            }
            let right = if column + 1 < width { clean[at + 1] } else { z };
            let left = if column > 0 { clean[at - 1] } else { z };
            let below = if row + 1 < height {
                clean[at + width]
            } else {
                z
            };
            let above = if row > 0 { clean[at - width] } else { z };
            let steps = [right - z, z - left, below - z, z - above];
            let largest = steps.iter().fold(0.0_f32, |most, it| most.max(it.abs()));
            // Depth change per lateral metre: tangent of the angle between view and normal.
            let slope = largest * focal_px / z;
            let chance = if largest > 0.03 + 0.02 * z {
                config.edge_dropout as f32
            } else if slope > 8.0 {
                config.grazing_dropout as f32
            } else {
                config.random_dropout as f32
            };
            let draw = (bits >> 40) as f32 / (1 << 24) as f32;
            if draw < chance {
                continue;
            }
            let std = config.depth_std_m as f32 + config.depth_std_per_m as f32 * z * z;
            depth[at] = z + quick_gaussian(bits as u32) * std;
        }
    }
    depth
}
