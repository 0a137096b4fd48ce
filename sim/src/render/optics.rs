//! What a camera makes of a clean picture: exposure, colour, blur, noise.

use crate::config::CameraNoise;
use crate::noise::Noise;
use crate::sensors::{shade, worn_depth, worn_rgb};

/// \[m\] Nothing drawn is farther.
const BACKGROUND_M: f32 = 29.0;

/// What the robot's camera is like on a usual day.
#[derive(Clone, Debug)]
pub(super) struct Sensor {
    pub width: usize,
    pub focal_px: f32,
    pub rgb_std: f64,
    pub depth_range_m: [f64; 2],
    pub noise: CameraNoise,
}

/// Wears both pictures down; `ceiling` is sRGB of what is seen over the walls.
pub(super) fn worn(
    mut rgb: Vec<u8>,
    depth_m: &[f32],
    ceiling: [u8; 3],
    sensor: &Sensor,
    draw: &mut Noise,
) -> (Vec<u8>, Vec<f32>) {
    for (pixel, _) in rgb
        .chunks_exact_mut(3)
        .zip(depth_m)
        .filter(|(_, depth)| **depth > BACKGROUND_M)
    {
        pixel.copy_from_slice(&ceiling);
    }
    shade(&mut rgb, depth_m, sensor.width, sensor.focal_px);
    let metered = metered(&rgb, draw);
    develop(&mut rgb, metered, draw);
    if draw.uniform() < 0.2 {
        let length = draw.between(2.0, 7.0);
        let turn = draw.between(0.0, std::f64::consts::PI);
        let step = [turn.cos(), turn.sin()].map(|it| it * length / 2.0);
        let taps: Vec<[i32; 2]> = [-1.0, -0.5, 0.0, 0.5, 1.0]
            .map(|it| step.map(|along| (along * it).round() as i32))
            .to_vec();
        rgb = averaged(&rgb, sensor.width, &taps);
    }
    if draw.uniform() < 0.15 {
        rgb = averaged(&rgb, sensor.width, &[[0, 0], [0, 0], [1, 0], [0, 1]]);
        rgb = averaged(&rgb, sensor.width, &[[0, 0], [0, 0], [-1, 0], [0, -1]]);
    }
    let rgb_std = sensor.rgb_std * draw.between(0.3, 2.5);
    let rgb = worn_rgb(&rgb, rgb_std, draw, &sensor.noise);
    let more = draw.between(0.4, 2.2);
    let noise = CameraNoise {
        depth_std_m: sensor.noise.depth_std_m * more,
        depth_std_per_m: sensor.noise.depth_std_per_m * more,
        edge_dropout: (sensor.noise.edge_dropout * draw.between(0.3, 1.8)).min(1.0),
        grazing_dropout: (sensor.noise.grazing_dropout * draw.between(0.3, 1.6)).min(1.0),
        random_dropout: sensor.noise.random_dropout * draw.between(0.0, 8.0),
        ..sensor.noise
    };
    let mut depth = worn_depth(
        depth_m,
        sensor.width,
        sensor.focal_px,
        sensor.depth_range_m,
        draw,
        &noise,
    );
    if draw.uniform() < 0.2 {
        for _ in 0..=draw.index(3) {
            drop_out(&mut depth, sensor.width, draw);
        }
    }
    (rgb, depth)
}

/// The gain of an automatic exposure that does its work more or less.
fn metered(rgb: &[u8], draw: &mut Noise) -> f64 {
    let sum: u64 = rgb.iter().map(|it| u64::from(*it)).sum();
    let mean = (sum as f64 / rgb.len().max(1) as f64).max(5.0);
    let wanted = draw.between(75.0, 150.0);
    (wanted / mean).powf(draw.between(0.3, 1.0)).clamp(0.5, 3.0)
}

/// Exposure, white balance and gamma.
fn develop(rgb: &mut [u8], metered: f64, draw: &mut Noise) {
    let exposure = metered * draw.gaussian(0.1).exp().clamp(0.75, 1.35);
    let gains = [draw.gaussian(0.06), 0.0, draw.gaussian(0.06)].map(|it| exposure * (1.0 + it));
    let gamma = draw.between(0.8, 1.25);
    let tables = gains.map(|gain| {
        let mut table = [0_u8; 256];
        for (value, out) in table.iter_mut().enumerate() {
            let light = (value as f64 / 255.0 * gain).min(1.0).powf(gamma);
            *out = (light * 255.0).round() as u8;
        }
        table
    });
    for pixel in rgb.chunks_exact_mut(3) {
        for (channel, value) in pixel.iter_mut().enumerate() {
            *value = tables[channel][usize::from(*value)];
        }
    }
}

/// The mean of each pixel's neighbours at the given offsets.
fn averaged(rgb: &[u8], width: usize, taps: &[[i32; 2]]) -> Vec<u8> {
    let height = rgb.len() / 3 / width.max(1);
    let mut out = Vec::with_capacity(rgb.len());
    for y in 0..height as i32 {
        let rows: Vec<usize> = taps
            .iter()
            .map(|it| (y + it[1]).clamp(0, height as i32 - 1) as usize * width)
            .collect();
        for x in 0..width as i32 {
            let mut sum = [0_u32; 3];
            for (tap, row) in taps.iter().zip(&rows) {
                let at = (row + (x + tap[0]).clamp(0, width as i32 - 1) as usize) * 3;
                for (sum, value) in sum.iter_mut().zip(&rgb[at..at + 3]) {
                    *sum += u32::from(*value);
                }
            }
            out.extend(sum.map(|it| (it / taps.len() as u32) as u8));
        }
    }
    out
}

/// A patch without depth, as shiny surfaces leave.
fn drop_out(depth_m: &mut [f32], width: usize, draw: &mut Noise) {
    let height = depth_m.len() / width.max(1);
    let (x, y) = (draw.index(width) as f64, draw.index(height) as f64);
    let (rx, ry) = (draw.between(2.0, 14.0), draw.between(2.0, 14.0));
    let rows = (y - ry).max(0.0) as usize..((y + ry) as usize).min(height);
    for row in rows {
        for column in (x - rx).max(0.0) as usize..((x + rx) as usize).min(width) {
            let (dx, dy) = ((column as f64 - x) / rx, (row as f64 - y) / ry);
            if dx * dx + dy * dy < 1.0 {
                depth_m[row * width + column] = 0.0;
            }
        }
    }
}
