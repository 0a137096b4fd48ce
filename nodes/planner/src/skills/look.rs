//! Looking places over.

use super::go;
use crate::executive::robot::{Robot, Step};
use crate::executive::trouble::Outcome;
use hearth_types::{Approach, Place, Point2, Point3, Stamp};

/// \[m\] A look serves about this much of a surface's length.
const LOOK_SPACING_M: f64 = 0.7;
/// At most so many looks at one surface from one pose.
const LOOKS_A_SURFACE: usize = 5;

/// What is known of a place after looking.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// \[0, 1\] Of the least seen of its surfaces.
    pub(crate) coverage: f64,
    /// When the robot stood before it and began to look.
    pub(crate) from: Stamp,
}

/// Drives beside the place and looks over its surfaces; from a second side if too little was seen.
pub(crate) async fn look_over(robot: &Robot, id: &str, step: &Step<'_>) -> Outcome<Seen> {
    let began = robot.now();
    let Some(place) = robot.home.place(id) else {
        return Err(robot.refused("unknown_place", &[("place", id)]));
    };
    let variant = go::approach(robot, id, None, Approach::View, 0, step).await?;
    let from = robot.now();
    sweep(robot, place, began).await;
    let mut coverage = coverage(robot, place, began);
    if coverage < robot.config.coverage_wanted && !place.surfaces.is_empty() {
        step.note(robot.text("note_second_side", &[]));
        // That there is no second side is no failure: the coverage tells what was seen.
        if go::approach(robot, id, None, Approach::View, variant + 1, step)
            .await
            .is_ok()
        {
            sweep(robot, place, began).await;
            coverage = self::coverage(robot, place, began);
        }
    }
    Ok(Seen { coverage, from })
}

/// Looks from one side at all surfaces, and skips what was well seen already.
async fn sweep(robot: &Robot, place: &Place, began: Stamp) {
    for (index, surface) in place.surfaces.iter().enumerate() {
        for target in look_points(robot, place, index) {
            if surface_coverage(robot, place, index, began) >= 0.95 {
                break;
            }
            // A look that fails shows as missing coverage.
            let _ = robot.look(target).await;
        }
        let _ = surface;
    }
    if place.surfaces.is_empty()
        && let Some(target) = super::which::middle_of(robot, &place.names.id)
    {
        let _ = robot.look(target).await;
    }
}

/// Points along a surface's longer side, its middle first.
fn look_points(robot: &Robot, place: &Place, index: usize) -> Vec<Point3> {
    let Some(surface) = place.surfaces.get(index) else {
        return Vec::new();
    };
    let height_m = robot
        .world()
        .surfaces
        .iter()
        .find(|it| it.place == place.names.id && it.surface == index)
        .and_then(|it| it.measured_height_m)
        .unwrap_or(surface.height_m);
    let [along_x, along_y] = surface.area.size_m;
    let long_m = along_x.max(along_y);
    let count = ((long_m / LOOK_SPACING_M).ceil() as usize).clamp(1, LOOKS_A_SURFACE);
    let mut points: Vec<(f64, Point3)> = (0..count)
        .map(|i| {
            let along = ((i as f64 + 0.5) / count as f64 - 0.5) * long_m;
            let local = if along_x >= along_y {
                Point2::new(along, 0.0)
            } else {
                Point2::new(0.0, along)
            };
            let at = surface.area.centre_in_map.transform(&local);
            (along.abs(), Point3::new(at.x, at.y, height_m))
        })
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points.into_iter().map(|it| it.1).collect()
}

fn surface_coverage(robot: &Robot, place: &Place, index: usize, began: Stamp) -> f64 {
    robot
        .world()
        .surfaces
        .iter()
        .find(|it| it.place == place.names.id && it.surface == index)
        .filter(|it| it.last_seen >= began)
        .map_or(0.0, |it| it.coverage)
}

/// \[0, 1\] Of the least seen of a place's surfaces; 1 for a place without any. Only what was
/// looked at since `since` counts.
pub(crate) fn coverage(robot: &Robot, place: &Place, since: Stamp) -> f64 {
    (0..place.surfaces.len())
        .map(|index| surface_coverage(robot, place, index, since))
        .fold(1.0, f64::min)
}
