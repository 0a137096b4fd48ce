//! Where to stand to look at something, to reach it, or to meet a person.
//!
//! Poses all around the target are tried; those that are free, on an open side and can be driven
//! to are scored. The best of each direction are the variants.

pub mod sight_line;

use crate::config::ApproachConfig;
use crate::localization::field::MapField;
use crate::nav::costmap::Costmap;
use crate::nav::potential::Potential;
use hearth_types::{Approach, Home, Place, Point2, Point3, Pose2, Side, wrap_angle};
use std::f64::consts::TAU;

/// Directions that are tried around a target.
const DIRECTIONS: usize = 60;
/// \[rad\] The head looks down no further.
const STEEPEST_RAD: f64 = 1.1;
/// \[m\] Height of the camera.
const CAMERA_M: f64 = 1.2;

/// \[m\] From the shoulder, over the floor: where an arm of usual size works best, and how far from
/// that it may still reach. Only a first guess; the arm itself judges the best of these.
const HANDY_M: f64 = 0.5;
const HANDY_WITHIN_M: f64 = 0.24;
/// \[m\] The shoulder in the base's frame.
const SHOULDER: Point2 = Point2::new(-0.04, 0.14);
/// \[rad\] How far beside the robot's heading the target may be, to its left.
const ASIDE_RAD: [f64; 7] = [-0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6];
/// \[rad\] With its shoulder turned to the target the arm reaches up to 0.2 m further, such as into the
/// middle of a table of which only one side is free.
const FAR_ASIDE_RAD: [f64; 2] = [0.9, 1.2];
/// Candidates of one direction that the arm judges first.
const JUDGED_EACH: usize = 8;

/// What an approach is judged by.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Where robots may stand.
    pub config: &'a ApproachConfig,
    /// The home.
    pub home: &'a Home,
    /// The map's walls.
    pub field: &'a MapField,
    /// Obstacles.
    pub costmap: &'a Costmap,
    /// The cost of driving to each spot from where the robot is.
    pub potential: &'a Potential,
}

/// A pose that suits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Where the base would stand.
    pub base_in_map: Pose2,
    /// The lower, the better.
    pub cost: f64,
    /// \[rad\] From the target to the base.
    pub direction_rad: f64,
}

/// Poses beside a target that are free and can be driven to, best first. `place` is what the target
/// is on, if anything. Whether the arm reaches it from there is only guessed.
pub fn candidates(
    around: &Surroundings<'_>,
    approach: Approach,
    place: Option<&Place>,
    target: &Point3,
) -> Vec<Candidate> {
    let mut all = Vec::new();
    for step in 0..DIRECTIONS {
        let direction_rad = wrap_angle(TAU * step as f64 / DIRECTIONS as f64);
        match approach {
            Approach::View => view_poses(around, place, target, direction_rad, &mut all),
            Approach::Reach => reach_poses(around, place, target, direction_rad, &mut all),
        }
    }
    all.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    all
}

/// The best few of each direction, best first: what is worth judging more closely. And the others,
/// for when none of these will do.
pub fn shortlist(all: &[Candidate], apart_rad: f64) -> (Vec<Candidate>, Vec<Candidate>) {
    let mut leaders: Vec<(f64, usize)> = Vec::new();
    all.iter().partition(|candidate| {
        let near = |it: &&mut (f64, usize)| {
            wrap_angle(it.0 - candidate.direction_rad).abs() < 0.5 * apart_rad
        };
        match leaders.iter_mut().find(near) {
            Some((_, count)) => {
                *count += 1;
                *count <= JUDGED_EACH
            }
            None => {
                leaders.push((candidate.direction_rad, 1));
                true
            }
        }
    })
}

/// Poses before a person, facing them, best first.
pub fn poses_before_person(around: &Surroundings<'_>, person: &Point2) -> Vec<Candidate> {
    let wanted_m = around.config.person_distance_m;
    let chest = Point3::new(person.x, person.y, 1.1);
    let mut all = Vec::new();
    for step in 0..DIRECTIONS {
        let direction_rad = wrap_angle(TAU * step as f64 / DIRECTIONS as f64);
        for extra_m in [0.0, 0.1, 0.2, 0.35, 0.5] {
            let spot = polar(person, direction_rad, wanted_m + extra_m);
            let Some(drive_m) = standing_cost(around, None, &spot, 0.05) else {
                continue;
            };
            let camera = Point3::new(spot.x, spot.y, CAMERA_M);
            if !sight_line::is_visible(around.home, around.field, None, &camera, &chest) {
                continue;
            }
            all.push(Candidate {
                base_in_map: facing(&spot, person),
                cost: 0.25 * drive_m + 2.0 * extra_m + tightness(around, &spot),
                direction_rad,
            });
        }
    }
    distinct(all, around.config.variant_angle_rad, &[], person)
}

fn view_poses(
    around: &Surroundings<'_>,
    place: Option<&Place>,
    target: &Point3,
    direction_rad: f64,
    all: &mut Vec<Candidate>,
) {
    let config = around.config;
    let best_m = 0.6 * config.view_min_m + 0.4 * config.view_max_m;
    for step in 0..10 {
        let away_m =
            config.view_min_m + (config.view_max_m - config.view_min_m) * f64::from(step) / 9.0;
        let spot = polar(&target.xy(), direction_rad, away_m);
        let steep_rad = (CAMERA_M - target.z).atan2(away_m);
        if steep_rad > STEEPEST_RAD || !on_open_side(place, &spot) {
            continue;
        }
        let Some(drive_m) = standing_cost(around, place, &spot, 0.06) else {
            continue;
        };
        let camera = Point3::new(spot.x, spot.y, CAMERA_M);
        if !sight_line::is_visible(around.home, around.field, place, &camera, target) {
            continue;
        }
        all.push(Candidate {
            base_in_map: facing(&spot, &target.xy()),
            cost: 0.12 * drive_m + 1.2 * (away_m - best_m).abs() + tightness(around, &spot),
            direction_rad,
        });
    }
}

fn reach_poses(
    around: &Surroundings<'_>,
    place: Option<&Place>,
    target: &Point3,
    direction_rad: f64,
    all: &mut Vec<Candidate>,
) {
    for step in 0..16 {
        let away_m = 0.30 + 0.04 * f64::from(step);
        let spot = polar(&target.xy(), direction_rad, away_m);
        if !on_open_side(place, &spot) {
            continue;
        }
        let Some(drive_m) = standing_cost(around, place, &spot, around.config.gap_m) else {
            continue;
        };
        let straight = facing(&spot, &target.xy());
        let turned = |aside: f64| {
            let base = Pose2::new(spot.x, spot.y, straight.yaw_rad - aside);
            let flat = base.inverse().transform(&target.xy());
            let off_m = ((flat - SHOULDER).norm() - HANDY_M).abs();
            let quality = (flat.x > 0.2 && off_m < HANDY_WITHIN_M).then_some(1.0 - off_m)?;
            Some((base, quality - 0.15 * f64::abs(aside)))
        };
        for asides in [&ASIDE_RAD[..], &FAR_ASIDE_RAD[..]] {
            let found = asides.iter().filter_map(|it| turned(*it));
            if let Some((base_in_map, quality)) = found.max_by(|a, b| a.1.total_cmp(&b.1)) {
                all.push(Candidate {
                    base_in_map,
                    cost: 0.12 * drive_m + 1.5 * (1.0 - quality) + tightness(around, &spot),
                    direction_rad,
                });
            }
        }
    }
}

/// \[m\] What it costs to drive to the spot; `None` if the robot cannot stand there with `gap_m` around
/// it, or not get there.
fn standing_cost(
    around: &Surroundings<'_>,
    _place: Option<&Place>,
    spot: &Point2,
    gap_m: f64,
) -> Option<f64> {
    if around.costmap.gap_m(spot) < gap_m {
        return None;
    }
    // Cells are coarse: the spot's own may count as too tight though the spot is not.
    let mut best: Option<f64> = None;
    for (dx, dy) in [
        (0.0, 0.0),
        (0.06, 0.0),
        (-0.06, 0.0),
        (0.0, 0.06),
        (0.0, -0.06),
    ] {
        let near = Point2::new(spot.x + dx, spot.y + dy);
        if let Some(cost_m) = around.potential.cost_m(&near) {
            best = Some(best.map_or(cost_m, |it: f64| it.min(cost_m)));
        }
    }
    best
}

/// What a tight spot costs.
fn tightness(around: &Surroundings<'_>, spot: &Point2) -> f64 {
    0.6 * (1.0 - around.costmap.gap_m(spot) / 0.12).clamp(0.0, 1.0)
}

/// Whether the spot lies on a side from which the place may be approached.
fn on_open_side(place: Option<&Place>, spot: &Point2) -> bool {
    let Some(place) = place else { return true };
    if place.open_sides.is_empty() || place.height_m <= 0.0 {
        return true;
    }
    let local = place.footprint.local(spot);
    let beyond_x = local.x.abs() - place.footprint.size_m[0] / 2.0;
    let beyond_y = local.y.abs() - place.footprint.size_m[1] / 2.0;
    let side = match (beyond_x > beyond_y, local.x > 0.0, local.y > 0.0) {
        (true, true, _) => Side::Front,
        (true, false, _) => Side::Back,
        (false, _, true) => Side::Left,
        (false, _, false) => Side::Right,
    };
    place.open_sides.contains(&side)
}

/// The best candidate of each clearly different direction from the target, best first; directions
/// of the poses in `used` are left out.
pub fn distinct(
    mut all: Vec<Candidate>,
    apart_rad: f64,
    used: &[Pose2],
    target: &Point2,
) -> Vec<Candidate> {
    all.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut taken: Vec<f64> = used
        .iter()
        .map(|it| (it.y_m - target.y).atan2(it.x_m - target.x))
        .collect();
    let mut kept = Vec::new();
    for candidate in all {
        let fresh = taken
            .iter()
            .all(|it| wrap_angle(it - candidate.direction_rad).abs() >= apart_rad);
        if fresh {
            taken.push(candidate.direction_rad);
            kept.push(candidate);
        }
    }
    kept
}

fn polar(centre: &Point2, direction_rad: f64, away_m: f64) -> Point2 {
    let (sin, cos) = direction_rad.sin_cos();
    Point2::new(centre.x + away_m * cos, centre.y + away_m * sin)
}

fn facing(spot: &Point2, target: &Point2) -> Pose2 {
    let at = Pose2::new(spot.x, spot.y, 0.0);
    Pose2::new(spot.x, spot.y, at.heading_to_rad(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_each_direction_come_first_and_no_other_is_lost() {
        let all: Vec<Candidate> = (0..60)
            .map(|it| Candidate {
                base_in_map: Pose2::default(),
                cost: f64::from(it),
                direction_rad: f64::from(it % 3),
            })
            .collect();

        let (first, others) = shortlist(&all, 0.6);

        assert_eq!(first.len(), 3 * JUDGED_EACH);
        assert_eq!(first.len() + others.len(), all.len());
        assert!(first.iter().all(|it| it.cost < others[0].cost));
    }
}
