//! Turns a way over cells into a smooth route.

use super::costmap::Costmap;
use hearth_types::Point2;

/// \[m\] Between a route's points.
pub const SPACING_M: f64 = 0.05;

/// Straightens, resamples and rounds off a way without giving up its clearance. `keep_m` is the
/// distance to obstacles that shortcuts need not exceed.
pub fn smooth(costmap: &Costmap, way: &[Point2], keep_m: f64) -> Vec<Point2> {
    let straight = straighten(costmap, way, keep_m);
    let mut route = resample(&straight);
    for _ in 0..12 {
        relax(costmap, &mut route, keep_m);
    }
    route
}

/// \[m\] The length of a polyline.
pub fn length_m(points: &[Point2]) -> f64 {
    points.windows(2).map(|it| (it[1] - it[0]).norm()).sum()
}

fn straighten(costmap: &Costmap, way: &[Point2], keep_m: f64) -> Vec<Point2> {
    let mut kept = Vec::new();
    let Some(&first) = way.first() else {
        return kept;
    };
    kept.push(first);
    let mut at = 0;
    while at + 1 < way.len() {
        let mut next = at + 1;
        // What the way itself keeps, its shortcut must keep too.
        let mut along_m = costmap
            .distance_m(&way[at])
            .min(costmap.distance_m(&way[next]));
        for candidate in at + 2..way.len() {
            along_m = along_m.min(costmap.distance_m(&way[candidate]));
            let span_m = (way[candidate] - way[at]).norm();
            if span_m > 3.0 {
                break;
            }
            if least_distance_m(costmap, &way[at], &way[candidate]) >= along_m.min(keep_m) - 1e-6 {
                next = candidate;
            }
        }
        kept.push(way[next]);
        at = next;
    }
    kept
}

/// \[m\] The least distance to obstacles along a segment.
pub fn least_distance_m(costmap: &Costmap, a: &Point2, b: &Point2) -> f64 {
    let steps = ((b - a).norm() / 0.04).ceil().clamp(1.0, 1000.0) as usize;
    (0..=steps)
        .map(|i| costmap.distance_m(&(a + (b - a) * (i as f64 / steps as f64))))
        .fold(f64::INFINITY, f64::min)
}

fn resample(points: &[Point2]) -> Vec<Point2> {
    let mut out = Vec::new();
    for pair in points.windows(2) {
        let length_m = (pair[1] - pair[0]).norm();
        let steps = (length_m / SPACING_M).ceil().max(1.0) as usize;
        for i in 0..steps {
            out.push(pair[0] + (pair[1] - pair[0]) * (i as f64 / steps as f64));
        }
    }
    out.extend(points.last());
    out
}

/// One round of averaging neighbours, where that costs no clearance.
fn relax(costmap: &Costmap, route: &mut [Point2], keep_m: f64) {
    for i in 1..route.len().saturating_sub(1) {
        let middle = nalgebra::center(&route[i - 1], &route[i + 1]);
        let moved = route[i] + (middle - route[i]) * 0.7;
        let (old_m, new_m) = (costmap.distance_m(&route[i]), costmap.distance_m(&moved));
        if new_m >= old_m.min(keep_m) - 1e-6 {
            route[i] = moved;
        }
    }
}
