//! Picking up. Done means: the fingers are closed on something of a plausible width, and the
//! thing is not seen any more where it was.

use super::{felt, go, place, search};
use crate::ast::ObjectRef;
use crate::dialogue::memory::Held;
use crate::executive::robot::{Robot, Step};
use crate::executive::trouble::{Outcome, Trouble};
use hearth_types::{
    Approach, Evidence, GraspTarget, MotionEvidence, MotionFailure, MotionGoal, Stamp, WorldObject,
};

/// What is felt to be the thing meant with less than this is not kept.
const LEAST_BELIEF: f64 = 0.45;
/// Base poses that are tried for reaching a thing.
const POSES: usize = 4;

/// Picks up a thing that was found.
pub(crate) async fn pick(robot: &Robot, what: &ObjectRef, found: &WorldObject) -> Outcome<()> {
    let step = robot.begin("pick", &[("what", &what.words)]);
    if let Some(trouble) = impossible(robot, what, found) {
        return Err(step.fail(trouble));
    }
    match attempts(robot, what, found, &step).await {
        Ok(evidence) => {
            step.succeed(evidence);
            Ok(())
        }
        Err(trouble) => Err(step.fail(trouble)),
    }
}

/// What no gripper of this width can take. Hollow things may be taken by their rim.
fn impossible(robot: &Robot, what: &ObjectRef, object: &WorldObject) -> Option<Trouble> {
    let (size_m, shape) = robot.home.form_of(object);
    let narrowest_m = size_m[1].min(size_m[2].max(0.02));
    (!shape.is_hollow() && narrowest_m > robot.config.gripper_max_m).then(|| {
        let thing = robot.the_thing(what);
        robot.failed("too_wide", &[("thing", &thing)])
    })
}

async fn attempts(
    robot: &Robot,
    what: &ObjectRef,
    found: &WorldObject,
    step: &Step<'_>,
) -> Outcome<Evidence> {
    let mut object = found.clone();
    let (mut pose, mut grasp, mut attempt) = (0, 0, 0);
    let mut last = MotionFailure::NoPose;
    // Of a grasp that closed on something, but went wrong behind that, or left the thing seen where it had been.
    let mut doubted: Option<MotionEvidence> = None;
    while attempt < robot.config.grasp_attempts && pose < POSES {
        robot.check_budget()?;
        if let Err(failure) = reach(robot, &object, pose).await {
            last = go::recover(robot, failure, step).await;
            pose += 1;
            continue;
        }
        // The neck may not reach so near; the world's belief stands then.
        let _ = robot.look(object.centre_in_map).await;
        let Some(fresh) = search::refreshed(robot, what, &object) else {
            // Not there any more, and the fingers are still closed on something: the doubt is gone, not the thing.
            if let Some(evidence) = doubted.filter(|_| holds(robot))
                && let Ok(seen) = verify(robot, &object, &evidence).await
            {
                return accept(robot, what, &object, &evidence, seen, step).await;
            }
            let thing = robot.the_thing(what);
            return Err(robot.failed(
                "gone",
                &[("thing", &thing), ("is", robot.replies.is(&thing))],
            ));
        };
        object = fresh;
        attempt += 1;
        match robot.motion(grasp_goal(robot, &object, grasp)).await {
            Ok(evidence) => match verify(robot, &object, &evidence).await {
                Ok(seen) => return accept(robot, what, &object, &evidence, seen, step).await,
                Err(why) => {
                    step.note(why);
                    doubted = Some(evidence).filter(|it| it.holding);
                    last = MotionFailure::MissedGrasp;
                    grasp += 1;
                }
            },
            Err((failure, evidence)) => {
                doubted = Some(evidence).filter(|it| it.holding);
                let elsewhere = matches!(
                    failure,
                    MotionFailure::Unreachable | MotionFailure::NoPose | MotionFailure::Touched
                );
                last = go::recover(robot, failure, step).await;
                // A way of grasping that failed twice from one pose may work from another.
                if elsewhere || grasp % 2 == 1 {
                    pose += 1;
                }
                grasp += 1;
            }
        }
    }
    let (thing, why) = (robot.the_thing(what), go::why(robot, &last));
    Err(robot.failed("cannot_pick", &[("thing", &thing), ("why", &why)]))
}

/// Keeps what was taken, if it feels like what is meant.
async fn accept(
    robot: &Robot,
    what: &ObjectRef,
    object: &WorldObject,
    evidence: &MotionEvidence,
    seen: Evidence,
    step: &Step<'_>,
) -> Outcome<Evidence> {
    keep(robot, what, object, evidence);
    let belief = felt::belief(robot, what, object, evidence.gripper_width_m);
    if belief < robot.config.sure_from.min(LEAST_BELIEF) {
        step.note(format!("{}; but {belief:.2} by its width", seen.text));
        return Err(put_back(robot, what, object).await);
    }
    Ok(seen)
}

/// Whether the fingers were closed on something when the newest motion ended.
fn holds(robot: &Robot) -> bool {
    robot.with(|board| board.newest_evidence().is_some_and(|it| it.holding))
}

async fn reach(robot: &Robot, object: &WorldObject, variant: usize) -> Result<(), MotionFailure> {
    let target = object.centre_in_map;
    let goal = match &object.place {
        Some(place) => MotionGoal::ApproachPlace {
            place: place.clone(),
            target_in_map: Some(target),
            approach: Approach::Reach,
            variant,
        },
        None => MotionGoal::ApproachPoint {
            target_in_map: target,
            approach: Approach::Reach,
            variant,
        },
    };
    robot.motion(goal).await.map(|_| ()).map_err(|it| it.0)
}

fn grasp_goal(robot: &Robot, object: &WorldObject, variant: usize) -> MotionGoal {
    let headroom_m = object
        .place
        .as_deref()
        .and_then(|it| robot.home.place(it))
        .and_then(|it| {
            it.surfaces.iter().min_by(|a, b| {
                let off = |height_m: f64| (height_m - object.support_height_m).abs();
                off(a.height_m).total_cmp(&off(b.height_m))
            })
        })
        .and_then(|it| it.headroom_m);
    let (size_m, shape) = robot.home.form_of(object);
    MotionGoal::Grasp(GraspTarget {
        object: object.id,
        centre_in_map: object.centre_in_map,
        yaw_rad: object.yaw_rad,
        size_m,
        shape,
        support_height_m: object.support_height_m,
        headroom_m,
        variant,
    })
}

/// What shows that it is held; or what speaks against it.
async fn verify(
    robot: &Robot,
    object: &WorldObject,
    evidence: &MotionEvidence,
) -> Result<Evidence, String> {
    let width_m = evidence.gripper_width_m;
    if !evidence.holding || width_m < robot.config.gripper_min_m {
        return Err(format!("gripper closed to {width_m:.3} m: nothing held"));
    }
    let widest_m = object.size_m[0].max(object.size_m[2]) + 0.03;
    if width_m > widest_m {
        return Err(format!(
            "gripper {width_m:.3} m is wider than the thing ({widest_m:.3} m)"
        ));
    }
    let lifted = robot.now();
    for round in 0..2 {
        // A look that fails shows nothing: then the gripper alone decides.
        let _ = robot.look(object.centre_in_map).await;
        match spot_of(robot, object, lifted) {
            SpotSeen::Empty => {
                let place = object.place.as_deref().unwrap_or("floor");
                return Ok(robot.evidence(format!(
                    "gripper {width_m:.3} m at {:.1} N; {place} seen without it",
                    evidence.gripper_effort_n
                )));
            }
            SpotSeen::Hidden if round == 0 => see_spot(robot, object).await,
            SpotSeen::Hidden => {
                return Ok(robot.evidence(format!(
                    "gripper {width_m:.3} m at {:.1} N; its spot is hidden from view",
                    evidence.gripper_effort_n
                )));
            }
            SpotSeen::StillThere => {}
        }
    }
    Err("it is still seen where it was".into())
}

/// Goes to where the spot can be seen from.
async fn see_spot(robot: &Robot, object: &WorldObject) {
    if let Some(place) = &object.place {
        let goal = MotionGoal::ApproachPlace {
            place: place.clone(),
            target_in_map: Some(object.centre_in_map),
            approach: Approach::View,
            variant: 0,
        };
        // From where it does not get there, it looks all the same.
        let _ = robot.motion(goal).await;
    }
}

/// Puts back what turned out to be something else, and takes it for that no more.
async fn put_back(robot: &Robot, what: &ObjectRef, object: &WorldObject) -> Trouble {
    robot.with(|it| it.memory.mistaken.push(object.id));
    let thing = robot.the_thing(what);
    let Some(origin) = &object.place else {
        return robot.failed("not_found", &[("thing", &thing)]);
    };
    if let Ok(seen) = place::place(robot, origin, Some(object.centre_in_map)).await {
        robot.with(|it| it.memory.mistaken.push(seen.id));
    }
    let place = robot.place_name(origin);
    robot.failed("found_unsure", &[("thing", &thing), ("place", &place)])
}

enum SpotSeen {
    Empty,
    StillThere,
    Hidden,
}

fn spot_of(robot: &Robot, object: &WorldObject, since: Stamp) -> SpotSeen {
    let world = robot.world();
    let mut here = world.objects.iter().filter(|it| {
        (it.centre_in_map - object.centre_in_map).norm() < 0.06 && it.existence >= 0.5
    });
    match here.next() {
        None if world.stamp > since => SpotSeen::Empty,
        None => SpotSeen::Hidden,
        Some(it) if it.last_seen > since => SpotSeen::StillThere,
        Some(_) => SpotSeen::Hidden,
    }
}

fn keep(robot: &Robot, what: &ObjectRef, object: &WorldObject, evidence: &MotionEvidence) {
    let below_m = evidence
        .held_below_m
        .unwrap_or(object.size_m[2] / 2.0)
        .clamp(0.0, 0.4);
    robot.with(|board| {
        board.memory.dropped = false;
        board.memory.held = Some(Held {
            object: object.id,
            items: object.hypotheses.iter().map(|it| it.item.clone()).collect(),
            size_m: object.size_m,
            below_m,
            origin: object.place.clone(),
            what: what.clone(),
        });
    });
}

impl Robot {
    /// "the red cup".
    pub(crate) fn the_thing(&self, what: &ObjectRef) -> String {
        let name = self.thing_name(what);
        self.replies.the(self.language(), &name)
    }
}
