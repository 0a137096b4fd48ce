//! What a frame says about places in it: that nobody is there any more, or that something stands there.

use crate::measure::Measurement;
use crate::person_track::PersonTrack;
use crate::tracks::ObjectTrack;
use crate::view::View;
use hearth_types::{OrientedRect, Point2, Point3, Pose2};

/// \[m\] Obstacles are thinned to one point a square of this side.
const THINNING_M: f32 = 0.05;
/// \[m\] Obstacles farther than this are left to later frames.
const OBSTACLE_RANGE_M: f32 = 3.5;

/// \[m\] What is farther away is not judged.
const FARTHEST_M: f64 = 2.8;
/// Of another thing's volume, what is a part of it has at most this.
const MOST_OF_ANOTHER: f64 = 0.3;
/// \[m\] What is farther behind what is seen than this is hidden by it; a thing's middle is not.
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
        0.3 * width.min(length).max(0.02) + noise_m(range),
    ) > 0.6
}

/// Whether the frame shows the place where the thing should be, and in it a part of another thing, which is larger.
pub(crate) fn is_part_of(view: &View, track: &ObjectTrack, other: &Measurement) -> bool {
    let volume = |it: &[f64; 3]| it.iter().product::<f64>();
    let range = (track.centre_in_map - view.camera_in_map()).norm();
    if range > FARTHEST_M || volume(&track.size_m) > MOST_OF_ANOTHER * volume(&other.size_m) {
        return false;
    }
    let margin_m = noise_m(range);
    let [length, width, height] = other.size_m;
    let [x, y] = [other.centre_in_map.x, other.centre_in_map.y];
    let footprint = OrientedRect {
        centre_in_map: Pose2::new(x, y, other.yaw_rad),
        size_m: [length, width],
    };
    let (mut all, mut of_other) = (0, 0);
    for point in inside(track) {
        all += 1;
        let rise = (point.z - other.centre_in_map.z).abs();
        let is_inside =
            footprint.contains(&point.xy(), margin_m) && rise <= height / 2.0 + margin_m;
        // Not where something else hides it: there it may be as before.
        of_other += i32::from(is_inside && shown(view, &point, margin_m).is_some());
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
        let Some((seen_m, depth_m)) = shown(view, &sample, margin_m) else {
            continue;
        };
        judged += 1;
        empty += i32::from(seen_m > depth_m + margin_m);
    }
    if judged * 2 < all || judged == 0 {
        return 0.0;
    }
    f64::from(empty) / f64::from(judged)
}

/// \[m\] The depth seen where the point is, and its own; `None` where it is out of view or something nearer hides it.
fn shown(view: &View, point: &Point3, margin_m: f64) -> Option<(f64, f64)> {
    let (pixel, depth_m) = view.project(point)?;
    let seen_m = f64::from(view.depth_m[pixel]);
    let is_hidden = seen_m < depth_m - margin_m - MOST_BEHIND_M;
    (seen_m > 0.0 && !view.own[pixel] && !is_hidden).then_some((seen_m, depth_m))
}

/// \[m\] How far off a thing's place may be, by its distance \[m\].
fn noise_m(range: f64) -> f64 {
    0.012 + 0.004 * range * range
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
