//! What the map says stands there. Legs of tables and chairs look like people's, and so does what is on high furniture.

use crate::view::View;
use hearth_types::{Home, OccupancyGrid, Place, Point2};
use nalgebra::Point3;

/// \[m\] Furniture lower than this cannot be taken for a person's head.
const LOW_FURNITURE_M: f64 = 1.05;
/// \[m\] Nobody sits higher.
const SEAT_M: f64 = 0.62;
/// \[m\] How well the camera sees, and not farther.
const NEAR_M: f64 = 6.0;
/// \[m\] A point of furniture is within this of where the map has it; a cell of the plan view, which is wide itself.
const POINT_MARGIN_M: f64 = 0.05;
const CELL_MARGIN_M: f64 = 0.08;

/// The furniture that the camera may see well.
pub(super) struct Furniture<'a> {
    /// As tall as heads, or with a surface on which things are: nobody is there, at any height.
    occupied: Vec<&'a Place>,
    /// Where somebody may sit or lie.
    seats: Vec<&'a Place>,
}

impl<'a> Furniture<'a> {
    pub fn near(home: &'a Home, view: &View) -> Self {
        let camera = view.camera_in_map();
        let here = Point2::new(camera.x, camera.y);
        let places = home.places.iter();
        let (occupied, seats) = places
            .filter(|it| it.footprint.distance_m(&here) < NEAR_M)
            .partition(|it| holds_nobody(it));
        Self { occupied, seats }
    }

    /// Whether a point is where nobody is.
    pub fn is_occupied(&self, point: &Point3<f32>) -> bool {
        is_in(&self.occupied, &flat(point), POINT_MARGIN_M)
    }

    /// Whether a point is that of a seat, not of whoever is on it.
    pub fn is_seat(&self, point: &Point3<f32>) -> bool {
        let at = flat(point);
        self.seats.iter().any(|it| {
            let highest = it.surfaces.last().map_or(it.height_m, |it| it.height_m);
            f64::from(point.z) < highest + POINT_MARGIN_M
                && it.footprint.contains(&at, POINT_MARGIN_M)
        })
    }

    /// Whether what is as high as heads at a cell of the plan view is furniture or a wall.
    pub fn blocks(&self, map: &OccupancyGrid, at: &Point2) -> bool {
        if is_in(&self.occupied, at, CELL_MARGIN_M) {
            return true;
        }
        // A seat is on the map as well; whoever sits on it is not.
        if is_in(&self.seats, at, 0.0) || map.resolution_m <= 0.0 {
            return false;
        }
        let Some((x, y)) = map.cell(at) else {
            return false;
        };
        let margin = (0.10 / map.resolution_m).ceil().clamp(0.0, 20.0) as usize;
        (y.saturating_sub(margin)..=(y + margin).min(map.height.saturating_sub(1))).any(|row| {
            (x.saturating_sub(margin)..=(x + margin).min(map.width.saturating_sub(1)))
                .any(|column| map.is_occupied(column, row))
        })
    }
}

fn holds_nobody(it: &Place) -> bool {
    it.height_m > LOW_FURNITURE_M || it.surfaces.iter().any(|it| it.height_m > SEAT_M)
}

fn is_in(places: &[&Place], at: &Point2, margin_m: f64) -> bool {
    places.iter().any(|it| it.footprint.contains(at, margin_m))
}

fn flat(point: &Point3<f32>) -> Point2 {
    Point2::new(f64::from(point.x), f64::from(point.y))
}
