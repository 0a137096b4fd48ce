//! How far the base can go along an arc before it comes too near to something.

use super::Sight;
use crate::config::NavigationConfig;
use hearth_types::{Point2, Pose2};

/// \[m\] Between the poses that are checked.
const STEP_M: f64 = 0.04;
/// \[m\] The gap to a lidar point that must remain.
const SCAN_GAP_M: f64 = 0.02;
/// \[m\] The gap to the costmap that must remain. Its cells are coarse.
const MAP_GAP_M: f64 = 0.005;

/// What lies along an arc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArcClearance {
    /// \[m\] Along the arc until the gap becomes too small; at most the length that was asked.
    pub free_m: f64,
    /// \[m\] The smallest gap along the free part.
    pub gap_m: f64,
}

/// Follows an arc of `curvature` (1/m, left positive) for `length_m`, backwards if that is negative.
pub fn along_arc(
    config: &NavigationConfig,
    sight: &Sight<'_>,
    curvature: f64,
    length_m: f64,
) -> ArcClearance {
    let radius_m = config.robot_radius_m;
    let origin = Point2::origin();
    let scan_now_m = nearest_m(sight.points_in_base, &origin) - radius_m;
    let map_now_m = sight.costmap.gap_m(&sight.base_in_map.point());
    // Whoever stands too near already may move, but not nearer.
    let scan_least_m = SCAN_GAP_M.min(scan_now_m - 0.003);
    let map_least_m = MAP_GAP_M.min(map_now_m - 0.003);
    let mut gap_m = scan_now_m.min(map_now_m);
    let steps = (length_m.abs() / STEP_M).ceil().clamp(1.0, 200.0) as usize;
    let sign = length_m.signum();
    for i in 1..=steps {
        let at_m = length_m.abs() * i as f64 / steps as f64;
        let pose = arc_pose(curvature, sign * at_m);
        let scan_m = nearest_m(sight.points_in_base, &pose.point()) - radius_m;
        let map_m = sight
            .costmap
            .gap_m(&sight.base_in_map.transform(&pose.point()));
        if scan_m < scan_least_m || map_m < map_least_m {
            let free_m = length_m.abs() * (i - 1) as f64 / steps as f64;
            return ArcClearance { free_m, gap_m };
        }
        gap_m = gap_m.min(scan_m).min(map_m);
    }
    ArcClearance {
        free_m: length_m.abs(),
        gap_m,
    }
}

/// The pose after `length_m` along an arc that starts at the origin.
pub fn arc_pose(curvature: f64, length_m: f64) -> Pose2 {
    let turned = curvature * length_m;
    if turned.abs() < 1e-6 {
        return Pose2::new(length_m, 0.0, turned);
    }
    Pose2::new(
        turned.sin() / curvature,
        (1.0 - turned.cos()) / curvature,
        turned,
    )
}

fn nearest_m(points: &[Point2], centre: &Point2) -> f64 {
    points
        .iter()
        .map(|it| (it - centre).norm_squared())
        .fold(f64::INFINITY, f64::min)
        .sqrt()
        .min(10.0)
}
