//! Whether the camera sees a point from a spot, as far as the home's description tells.

use crate::localization::field::MapField;
use hearth_types::{Home, Place, Point2, Point3, Surface};

/// \[m\] Between the points of the line that are checked.
const STEP_M: f64 = 0.04;

/// The surface of a place that a point lies on.
pub fn surface_below<'a>(place: &'a Place, target: &Point3) -> Option<&'a Surface> {
    place
        .surfaces
        .iter()
        .filter(|it| it.height_m <= target.z + 0.04 && it.area.contains(&target.xy(), 0.08))
        .max_by(|a, b| a.height_m.total_cmp(&b.height_m))
}

/// Whether nothing that the home's description holds stands between `camera` and `target`, both in
/// `map`. `own` is the place on which the target is.
pub fn is_visible(
    home: &Home,
    field: &MapField,
    own: Option<&Place>,
    camera: &Point3,
    target: &Point3,
) -> bool {
    if own.is_some_and(|it| hidden_by_board(it, camera, target)) {
        return false;
    }
    let length_m = (target.xy() - camera.xy()).norm();
    let steps = (length_m / STEP_M).ceil().clamp(1.0, 500.0) as usize;
    (1..steps).all(|i| {
        let point = camera + (target - camera) * (i as f64 / steps as f64);
        let flat = point.xy();
        if own.is_some_and(|it| it.footprint.contains(&flat, 0.1)) {
            return true;
        }
        match place_at(home, &flat) {
            Some(place) => place.height_m < point.z,
            None => field.distance_m(&flat).is_some_and(|it| it > -0.01),
        }
    })
}

fn place_at<'a>(home: &'a Home, point: &Point2) -> Option<&'a Place> {
    home.places
        .iter()
        .find(|it| it.height_m > 0.0 && it.footprint.contains(point, 0.05))
}

/// Whether the board above the target's surface hides it.
fn hidden_by_board(place: &Place, camera: &Point3, target: &Point3) -> bool {
    let Some(surface) = surface_below(place, target) else {
        return false;
    };
    let Some(headroom_m) = surface.headroom_m else {
        return false;
    };
    let board_m = surface.height_m + headroom_m;
    let fall_m = camera.z - target.z;
    if fall_m <= 0.0 || camera.z <= board_m {
        return false;
    }
    let part = (board_m - target.z) / fall_m;
    let crossing = target + (camera - target) * part;
    surface.area.contains(&crossing.xy(), 0.0)
}
