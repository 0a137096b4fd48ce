//! The tops of furniture on which things stand.

use super::room::Flat;
use crate::noise::Noise;
use hearth_types::{Place, Point2, Side, Surface, Vector3};
use std::f64::consts::{FRAC_PI_2, PI};

/// \[m\] How far from an edge from which it is seen a thing stands.
const NEAR_EDGE_M: f64 = 0.55;

/// Outward direction of a place's side in `map`.
pub(super) fn outward_rad(place: &Place, side: Side) -> f64 {
    place.footprint.centre_in_map.yaw_rad
        + match side {
            Side::Front => 0.0,
            Side::Left => FRAC_PI_2,
            Side::Back => PI,
            Side::Right => -FRAC_PI_2,
        }
}

/// Draws one; larger ones are likelier.
pub(super) fn surface<'a>(flat: &'a Flat, draw: &mut Noise) -> Option<(&'a Place, &'a Surface)> {
    let all: Vec<(&Place, &Surface, f64)> = flat
        .places()
        .iter()
        .flat_map(|place| place.surfaces.iter().map(move |it| (place, it)))
        .map(|(place, it)| {
            let area = it.area.size_m[0] * it.area.size_m[1];
            (place, it, area.clamp(0.1, 0.5))
        })
        .collect();
    let total: f64 = all.iter().map(|it| it.2).sum();
    let mut at = draw.between(0.0, total);
    for (place, surface, weight) in &all {
        at -= weight;
        if at < 0.0 {
            return Some((place, surface));
        }
    }
    None
}

/// Whether a spot is near an edge from which it is seen.
pub(super) fn is_near_edge(place: &Place, surface: &Surface, spot: &Point2) -> bool {
    place.open_sides.iter().any(|side| {
        let turn = outward_rad(place, *side) - surface.area.centre_in_map.yaw_rad;
        let outward = Vector3::new(turn.cos(), turn.sin(), 0.0);
        let half =
            surface.area.size_m[0] * outward.x.abs() + surface.area.size_m[1] * outward.y.abs();
        let local = surface.area.local(spot);
        half / 2.0 - (local.x * outward.x + local.y * outward.y) < NEAR_EDGE_M
    })
}
