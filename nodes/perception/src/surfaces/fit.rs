//! A surface's height, tilt and colour out of a frame.

use super::{HEIGHT_TOLERANCE_M, SurfaceFit};
use crate::colour::{self, Paint};
use crate::view::View;

/// Slopes beyond this are not a tilted robot any more.
const MOST_SLOPE: f32 = 0.04;
/// Fewer pixels do not measure a surface.
const FEWEST_PIXELS: usize = 60;

/// Measures a surface's height, tilt and colour from the pixels that may show it bare.
pub(super) fn measure(view: &View, fit: &mut SurfaceFit, members: &[usize]) {
    let width = view.width();
    let nominal = fit.offset_m;
    let level: Vec<usize> = members
        .iter()
        .copied()
        .filter(|&at| {
            let point = &view.points[at];
            let below = at + 2 * width;
            (point.z - nominal).abs() < HEIGHT_TOLERANCE_M
                && below < view.depth_m.len()
                && view.depth_m[below] > 0.0
                && (view.points[below].z - point.z).abs() < 0.006 + view.sigma_m(view.depth_m[at])
        })
        .collect();
    if level.len() < FEWEST_PIXELS {
        return;
    }
    let Some(peak) = densest_height(view, &level, nominal) else {
        return;
    };
    fit.offset_m = peak;
    for gate in [0.012, 0.008] {
        let inliers: Vec<usize> = level
            .iter()
            .copied()
            .filter(|&at| {
                let point = &view.points[at];
                let sigma = view.sigma_m(view.depth_m[at]);
                (point.z - fit.height_at(point.x, point.y)).abs() < gate + sigma
            })
            .collect();
        if inliers.len() < FEWEST_PIXELS {
            return;
        }
        refine(view, fit, &inliers);
        fit.measured = true;
        let step = (inliers.len() / 400).max(1);
        let bare: Vec<[f32; 3]> = inliers
            .iter()
            .step_by(step)
            .map(|&at| view.lab[at])
            .collect();
        fit.paint = colour::dominant(&bare)
            .first()
            .map(|it| Paint::from_lab(it.lab));
    }
}

fn densest_height(view: &View, level: &[usize], nominal: f32) -> Option<f32> {
    const BIN_M: f32 = 0.004;
    let bins = (2.0 * HEIGHT_TOLERANCE_M / BIN_M) as usize + 1;
    let mut counts = vec![0_u32; bins];
    for &at in level {
        let bin = ((view.points[at].z - nominal + HEIGHT_TOLERANCE_M) / BIN_M) as usize;
        counts[bin.min(bins - 1)] += 1;
    }
    let window = |it: usize| {
        counts[it.saturating_sub(2)..(it + 3).min(bins)]
            .iter()
            .sum::<u32>()
    };
    let best = (0..bins).max_by_key(|&it| (window(it), counts[it], std::cmp::Reverse(it)))?;
    // Weighted by count within the window, so that the answer is finer than a bin.
    let span = best.saturating_sub(2)..(best + 3).min(bins);
    let total: u32 = counts[span.clone()].iter().sum();
    let mean: f32 = span.map(|it| it as f32 * counts[it] as f32).sum::<f32>() / total.max(1) as f32;
    Some(nominal - HEIGHT_TOLERANCE_M + (mean + 0.5) * BIN_M)
}

/// Least squares for height and tilt. Tilt only where the pixels spread enough to show it, and
/// with a pull towards level.
fn refine(view: &View, fit: &mut SurfaceFit, inliers: &[usize]) {
    let count = inliers.len() as f64;
    let mut normal = nalgebra::Matrix3::<f64>::zeros();
    let mut right = nalgebra::Vector3::<f64>::zeros();
    for &at in inliers {
        let point = &view.points[at];
        let row = nalgebra::Vector3::new(
            1.0,
            f64::from(point.x - fit.origin[0]),
            f64::from(point.y - fit.origin[1]),
        );
        normal += row * row.transpose();
        right += row * f64::from(point.z);
    }
    let mean = right[0] / count;
    // Equivalent to this many pixels 1 m away that say "level".
    let level = 12.0 + 0.02 * count;
    normal[(1, 1)] += level;
    normal[(2, 2)] += level;
    let solved = normal
        .lu()
        .solve(&right)
        .filter(|it| it.iter().all(|v| v.is_finite()));
    match solved {
        Some(it) if it[1].abs() < f64::from(MOST_SLOPE) && it[2].abs() < f64::from(MOST_SLOPE) => {
            fit.offset_m = it[0] as f32;
            fit.slope = [it[1] as f32, it[2] as f32];
        }
        _ => {
            fit.offset_m = mean as f32;
            fit.slope = [0.0; 2];
        }
    }
}
