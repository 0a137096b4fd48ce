//! What a frame says about places in it: that nobody is there any more, or that something stands there.

use crate::measure::Measurement;
use crate::person_track::PersonTrack;
use crate::tracks::ObjectTrack;
use crate::view::View;
use hearth_types::{Point2, Point3};

/// \[m\] Obstacles are thinned to one point a square of this side.
const THINNING_M: f32 = 0.05;
/// \[m\] Obstacles farther than this are left to later frames.
const OBSTACLE_RANGE_M: f32 = 3.5;

/// \[m\] What is farther away is not judged.
const FARTHEST_M: f64 = 2.8;
/// Of another thing's volume, what is a part of it has at most this.
const MOST_OF_ANOTHER: f64 = 0.3;
/// \[m\] Its middle is behind what is seen of its surface by this much at most.
const MOST_BEHIND_M: f64 = 0.03;

/// Whether the frame shows what is behind the place where the thing should be.
pub(crate) fn seen_empty(view: &View, track: &ObjectTrack) -> bool {
    let [length, width, _] = track.size_m;
    let range = (track.centre_in_map - view.camera_in_map()).norm();
    if range > FARTHEST_M {
        return false;
    }
    through(
        view,
        inside(track),
        0.3 * width.min(length).max(0.02) + 0.012 + 0.004 * range * range,
    ) > 0.6
}

/// Whether the frame shows the place where the thing should be, and in it a part of another thing, which is larger.
pub(crate) fn is_part_of(view: &View, track: &ObjectTrack, other: &Measurement) -> bool {
    let volume = |it: &[f64; 3]| it.iter().product::<f64>();
    let range = (track.centre_in_map - view.camera_in_map()).norm();
    if range > FARTHEST_M || volume(&track.size_m) > MOST_OF_ANOTHER * volume(&other.size_m) {
        return false;
    }
    let margin_m = 0.012 + 0.004 * range * range;
    let (sin, cos) = other.yaw_rad.sin_cos();
    let (mut all, mut of_other) = (0, 0);
    for point in inside(track) {
        all += 1;
        let from = point - other.centre_in_map;
        let along = [
            cos * from.x + sin * from.y,
            cos * from.y - sin * from.x,
            from.z,
        ];
        let is_inside = along
            .iter()
            .zip(other.size_m)
            .all(|(it, size)| it.abs() < size / 2.0 + margin_m);
        // Not where something else hides it: there it may be as before.
        let is_shown = view.project(&point).is_some_and(|(pixel, depth_m)| {
            let seen_m = f64::from(view.depth_m[pixel]);
            seen_m > depth_m - margin_m - MOST_BEHIND_M && !view.own[pixel]
        });
        of_other += i32::from(is_inside && is_shown);
    }
    f64::from(of_other) > 0.6 * f64::from(all)
}

/// Some points inside of the thing.
fn inside(track: &ObjectTrack) -> impl Iterator<Item = Point3> {
    let [length, width, height] = track.size_m;
    let reach = 0.25 * width.min(length);
    let centre = track.centre_in_map;
    [0.15, 0.5, 0.8].into_iter().flat_map(move |z| {
        [
            (0.0, 0.0),
            (reach, 0.0),
            (-reach, 0.0),
            (0.0, reach),
            (0.0, -reach),
        ]
        .map(|(x, y)| centre + hearth_types::Vector3::new(x, y, (z - 0.5) * height))
    })
}

/// Whether the frame shows what is behind the place where the person should be.
pub(crate) fn person_gone(view: &View, track: &PersonTrack) -> bool {
    let at = track.position_in_map;
    let samples = (0..8).map(|it| {
        Point3::new(
            at.x,
            at.y,
            track.head_height_m - 0.12 - 0.07 * f64::from(it),
        )
    });
    through(view, samples, 0.35) > 0.7
}

/// The part of the points behind which something is seen, by more than the margin; 0 if fewer
/// than half of them are in view.
fn through(view: &View, samples: impl Iterator<Item = Point3>, margin_m: f64) -> f64 {
    let (mut all, mut judged, mut empty) = (0, 0, 0);
    for sample in samples {
        all += 1;
        let Some((pixel, depth_m)) = view.project(&sample) else {
            continue;
        };
        let seen_m = f64::from(view.depth_m[pixel]);
        if seen_m <= 0.0 || view.own[pixel] || seen_m < depth_m - margin_m - 0.03 {
            continue;
        }
        judged += 1;
        empty += i32::from(seen_m > depth_m + margin_m);
    }
    if judged * 2 < all || judged == 0 {
        return 0.0;
    }
    f64::from(empty) / f64::from(judged)
}

/// Where something is that a robot would hit, thinned.
pub(crate) fn obstacles(view: &View) -> Vec<Point2> {
    let mut counts: std::collections::BTreeMap<(i32, i32), u32> = Default::default();
    for pixel in (0..view.depth_m.len()).step_by(2) {
        let Some(point) = view.point(pixel) else {
            continue;
        };
        let near = view.depth_m[pixel] < OBSTACLE_RANGE_M;
        if near && point.z > 0.05 && point.z < 1.4 {
            let cell = (
                (point.x / THINNING_M).floor() as i32,
                (point.y / THINNING_M).floor() as i32,
            );
            *counts.entry(cell).or_default() += 1;
        }
    }
    let middle = |it: i32| (f64::from(it) + 0.5) * f64::from(THINNING_M);
    counts
        .into_iter()
        .filter(|(_, count)| *count >= 3)
        .map(|((x, y), _)| Point2::new(middle(x), middle(y)))
        .collect()
}
