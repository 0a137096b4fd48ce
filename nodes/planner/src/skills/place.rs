//! Putting down. Done means: the gripper is empty, and the thing is seen where it was put.

use super::{go, look};
use crate::dialogue::memory::Held;
use crate::executive::matching;
use crate::executive::robot::{Robot, Step};
use crate::executive::trouble::Outcome;
use hearth_types::{
    Approach, Evidence, MotionEvidence, MotionFailure, MotionGoal, PlaceTarget, Point3, Stamp,
    WorldObject,
};

/// Spots that are gone to, and that are looked at whether the arm reaches them from anywhere.
const ATTEMPTS: usize = 4;
const SPOTS: usize = 20;
/// Sides from which a spot is tried.
const SIDES: usize = 3;

/// Puts what is held on a place, near `beside_in_map` if that is given.
pub(crate) async fn place(
    robot: &Robot,
    id: &str,
    beside_in_map: Option<Point3>,
) -> Outcome<WorldObject> {
    let step = robot.begin("place", &[("on", id)]);
    match attempts(robot, id, beside_in_map, &step).await {
        Ok((seen, evidence)) => {
            step.succeed(evidence);
            Ok(seen)
        }
        Err(trouble) => Err(step.fail(trouble)),
    }
}

async fn attempts(
    robot: &Robot,
    id: &str,
    beside_in_map: Option<Point3>,
    step: &Step<'_>,
) -> Outcome<(WorldObject, Evidence)> {
    let name = robot.place_name(id);
    let Some(held) = robot.with(|it| it.memory.held.clone()) else {
        return Err(robot.refused("nothing_held", &[]));
    };
    let known = robot.home.place(id);
    if known.is_none_or(|it| it.surfaces.is_empty()) {
        return Err(robot.refused("no_surface", &[("place", &name)]));
    }
    let thing = robot.the_thing(&held.what);
    look::look_over(robot, id, step).await?;
    let mut tried: Vec<Point3> = Vec::new();
    let mut last = MotionFailure::NoPose;
    let mut gone_to = 0;
    while gone_to < ATTEMPTS && tried.len() < SPOTS {
        robot.check_budget()?;
        let Some(spot) = best_spot(robot, id, beside_in_map, &tried) else {
            break;
        };
        tried.push(spot);
        let reached = reach(robot, id, spot).await;
        if reached == Err(MotionFailure::NoPose) {
            // That took no way: another spot may do.
            continue;
        }
        gone_to += 1;
        if let Err(failure) = reached {
            last = go::recover(robot, failure, step).await;
            continue;
        }
        // Where the neck does not reach, the spot stays as it was seen before.
        let _ = robot.look(spot).await;
        let spot = nearest_free(robot, id, &spot).unwrap_or(spot);
        let began = robot.now();
        let goal = MotionGoal::Place(target(robot, id, spot, &held));
        match robot.motion(goal).await {
            Ok(evidence) => {
                return verify(robot, id, &name, &held, spot, began, &evidence).await;
            }
            Err((failure, evidence)) => {
                let dropped = failure == MotionFailure::Dropped;
                last = go::recover(robot, failure, step).await;
                if !evidence.holding && !dropped {
                    // It ended badly after letting go: what is seen decides.
                    return verify(robot, id, &name, &held, spot, began, &evidence).await;
                }
                if !evidence.holding {
                    robot.with(|it| it.memory.held = None);
                    return Err(robot.failed("lost_on_way", &[("thing", &thing)]));
                }
            }
        }
    }
    if tried.is_empty() {
        return Err(robot.failed("place_full", &[("place", &name)]));
    }
    let why = go::why(robot, &last);
    let values = [("thing", &*thing), ("place", &*name), ("why", &*why)];
    Err(robot.failed("cannot_place", &values))
}

/// The spots of all the place's surfaces that are free, best first; those of the surfaces that
/// an arm reaches best (table height) before others.
fn free_spots(robot: &Robot, id: &str) -> Vec<Point3> {
    let world = robot.world();
    let mut views: Vec<_> = world.surfaces.iter().filter(|it| it.place == id).collect();
    let height_m = |surface: usize| {
        let place = robot.home.place(id);
        place
            .and_then(|it| it.surfaces.get(surface))
            .map_or(0.0, |it| it.height_m)
    };
    views.sort_by(|a, b| {
        let off = |surface: usize| (height_m(surface) - 0.7).abs();
        off(a.surface).total_cmp(&off(b.surface))
    });
    views
        .into_iter()
        .flat_map(|it| it.free_spots_in_map.iter().copied())
        .collect()
}

fn best_spot(
    robot: &Robot,
    id: &str,
    beside_in_map: Option<Point3>,
    tried: &[Point3],
) -> Option<Point3> {
    let mut spots = free_spots(robot, id);
    spots.retain(|it| tried.iter().all(|other| (other - it).norm() > 0.08));
    if let Some(beside) = beside_in_map {
        spots.sort_by(|a, b| (a - beside).norm().total_cmp(&(b - beside).norm()));
    }
    spots.into_iter().next()
}

fn nearest_free(robot: &Robot, id: &str, spot: &Point3) -> Option<Point3> {
    free_spots(robot, id)
        .into_iter()
        .filter(|it| (it - spot).norm() < 0.15)
        .min_by(|a, b| (a - spot).norm().total_cmp(&(b - spot).norm()))
}

async fn reach(robot: &Robot, id: &str, spot: Point3) -> Result<(), MotionFailure> {
    let mut last = MotionFailure::NoPose;
    for variant in 0..SIDES {
        let goal = MotionGoal::ApproachPlace {
            place: id.to_owned(),
            target_in_map: Some(spot),
            approach: Approach::Reach,
            variant,
        };
        match robot.motion(goal).await {
            Ok(_) => return Ok(()),
            Err((MotionFailure::NoPose, _)) => break,
            Err((failure, _)) => last = failure,
        }
    }
    Err(last)
}

fn target(robot: &Robot, id: &str, spot_in_map: Point3, held: &Held) -> PlaceTarget {
    let headroom_m = robot
        .home
        .place(id)
        .and_then(|it| {
            it.surfaces.iter().min_by(|a, b| {
                let off = |height_m: f64| (height_m - spot_in_map.z).abs();
                off(a.height_m).total_cmp(&off(b.height_m))
            })
        })
        .and_then(|it| it.headroom_m);
    PlaceTarget {
        spot_in_map,
        headroom_m,
        held_below_m: held.below_m,
    }
}

async fn verify(
    robot: &Robot,
    id: &str,
    name: &str,
    held: &Held,
    spot: Point3,
    began: Stamp,
    evidence: &MotionEvidence,
) -> Outcome<(WorldObject, Evidence)> {
    let thing = robot.the_thing(&held.what);
    let values = [("thing", &*thing), ("place", name)];
    if evidence.holding {
        return Err(robot.failed("still_held", &values));
    }
    robot.with(|it| it.memory.held = None);
    for variant in 0..3 {
        if variant > 0 {
            let goal = MotionGoal::ApproachPlace {
                place: id.to_owned(),
                target_in_map: Some(spot),
                approach: Approach::View,
                variant: variant - 1,
            };
            if robot.motion(goal).await.is_err() {
                continue;
            }
        }
        // What is not seen is not claimed: a failed look leads to the next.
        let _ = robot.look(spot).await;
        if let Some(seen) = put_there(robot, id, held, spot, began) {
            let text = format!(
                "gripper empty ({:.3} m); seen on {id}, {:.2} m from the spot",
                evidence.gripper_width_m,
                (seen.centre_in_map.xy() - spot.xy()).norm()
            );
            return Ok((seen, robot.evidence(text)));
        }
    }
    Err(robot.failed("placed_unseen", &values))
}

/// The thing of the right size or name that is seen at the spot since it was put there.
fn put_there(
    robot: &Robot,
    id: &str,
    held: &Held,
    spot: Point3,
    began: Stamp,
) -> Option<WorldObject> {
    let world = robot.world();
    world
        .objects
        .iter()
        .filter(|it| it.last_seen > began && it.existence >= 0.4)
        .filter(|it| it.place.as_deref() == Some(id))
        .filter(|it| is_it(robot, held, spot, began, it))
        .min_by(|a, b| {
            let gap = |it: &WorldObject| (it.centre_in_map.xy() - spot.xy()).norm();
            gap(a).total_cmp(&gap(b))
        })
        .cloned()
}

/// Whether this is what was put down: by its name nearby; by its size only where it was put, if it
/// was not there before and has no other name.
fn is_it(robot: &Robot, held: &Held, spot: Point3, began: Stamp, seen: &WorldObject) -> bool {
    let gap_m = (seen.centre_in_map.xy() - spot.xy()).norm();
    let sure_from = robot.config.sure_from;
    let named = matching::name_of(&robot.home, seen, sure_from).map(|it| &it.names.id);
    let same_name = match named {
        Some(name) => held.items.iter().take(2).any(|item| item == name),
        None => false,
    };
    let fits = matching::fit(&robot.home, &held.what, seen) >= sure_from;
    if same_name || fits {
        return gap_m < 0.25;
    }
    let volume = |size: &[f64; 3]| size.iter().product::<f64>().max(1e-9);
    let ratio = volume(&seen.size_m) / volume(&held.size_m);
    let is_new = seen.first_seen > began || seen.id == held.object;
    let other_name = named.is_some_and(|it| !held.items.contains(it));
    gap_m < 0.12 && is_new && !other_name && (0.4..2.5).contains(&ratio)
}
