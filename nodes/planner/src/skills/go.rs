//! Going places. Arrival is judged by localisation, not by the motion's end.

use crate::executive::robot::{Robot, Step};
use crate::executive::trouble::{Outcome, Trouble};
use crate::skills::which::Spot;
use hearth_types::{
    Approach, Evidence, MotionEvidence, MotionFailure, MotionGoal, Point2, Point3, Pose2, Room,
};

/// \[m\] Standing at most this far from its footprint counts as being at a place.
const AT_PLACE_M: f64 = 1.3;
/// Approach poses that are tried before giving up.
const VARIANTS: usize = 4;
/// \[m\] Kept from walls when a spot in a room is chosen.
const CLEARANCE_M: f64 = 0.40;

/// Drives beside a place, trying further poses when one is blocked. Returns the variant that worked.
pub(crate) async fn approach(
    robot: &Robot,
    place: &str,
    target_in_map: Option<Point3>,
    approach: Approach,
    first_variant: usize,
    step: &Step<'_>,
) -> Outcome<usize> {
    let mut last = MotionFailure::NoPose;
    for variant in first_variant..first_variant + VARIANTS {
        robot.check_budget()?;
        let goal = MotionGoal::ApproachPlace {
            place: place.to_owned(),
            target_in_map,
            approach,
            variant,
        };
        match robot.motion(goal).await {
            Ok(_) => return Ok(variant),
            Err((MotionFailure::Dropped, _)) => return Err(lost(robot)),
            Err((MotionFailure::NoPose, _)) if variant > first_variant => break,
            Err((failure, _)) => last = recover(robot, failure, step).await,
        }
    }
    Err(cannot_reach(robot, place, &last))
}

/// What was carried fell down on the way.
pub(crate) fn lost(robot: &Robot) -> Trouble {
    robot.failed("lost_on_way", &[])
}

/// The trouble of a place that cannot be driven to.
fn cannot_reach(robot: &Robot, place: &str, failure: &MotionFailure) -> Trouble {
    let why = why(robot, failure);
    let place = robot.place_name(place);
    robot.failed("cannot_reach_place", &[("place", &place), ("why", &why)])
}

/// Notes a failed drive and lets what can pass pass by. Hands the failure back.
pub(crate) async fn recover(
    robot: &Robot,
    failure: MotionFailure,
    step: &Step<'_>,
) -> MotionFailure {
    step.note(why(robot, &failure));
    match failure {
        MotionFailure::Blocked | MotionFailure::Halted | MotionFailure::Lost => {
            robot.pause(2.0).await;
        }
        _ => {}
    }
    failure
}

/// A motion's failure, in the command's language.
pub(crate) fn why(robot: &Robot, failure: &MotionFailure) -> String {
    let key = match failure {
        MotionFailure::Blocked => "why_blocked",
        MotionFailure::NoPose => "why_no_pose",
        MotionFailure::Unreachable => "why_unreachable",
        MotionFailure::MissedGrasp => "why_missed",
        MotionFailure::Dropped => "why_dropped",
        MotionFailure::NothingHeld => "why_nothing_held",
        MotionFailure::NotTaken => "why_not_taken",
        MotionFailure::Touched => "why_touched",
        MotionFailure::TimedOut => "why_timed_out",
        MotionFailure::Halted => "why_halted",
        MotionFailure::Lost => "why_lost",
        MotionFailure::Invalid(_) | MotionFailure::Superseded => "why_invalid",
    };
    robot.text_inside(key, &[])
}

/// Goes to a place or room, as a step of its own.
pub(crate) async fn go_to(robot: &Robot, spot: &Spot) -> Outcome<()> {
    let name = robot.spot_name(spot);
    let step = robot.begin("go_to", &[("target", spot.id())]);
    let arrived = match spot {
        Spot::Place(id) => to_place(robot, id, &step).await,
        Spot::Room(id) => to_room(robot, id, &name, &step).await,
    };
    match arrived {
        Ok(evidence) => {
            step.succeed(evidence);
            Ok(())
        }
        Err(trouble) => Err(step.fail(trouble)),
    }
}

async fn to_place(robot: &Robot, id: &str, step: &Step<'_>) -> Outcome<Evidence> {
    let mut trouble = approach(robot, id, None, Approach::View, 0, step)
        .await
        .err();
    let Some(place) = robot.home.place(id) else {
        return Err(robot.refused("unknown_place", &[("place", id)]));
    };
    if trouble.is_some() && place.height_m <= 0.0 {
        let goal_in_map = place.footprint.centre_in_map;
        if drive(robot, goal_in_map, step).await.is_ok() {
            trouble = None;
        }
    }
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    let gap_m = place.footprint.distance_m(&robot.base_in_map().point());
    if gap_m <= AT_PLACE_M {
        Ok(robot.evidence(format!("localisation: {gap_m:.2} m from {id}")))
    } else {
        let name = robot.place_name(id);
        Err(robot.failed("not_arrived", &[("place", &name)]))
    }
}

async fn to_room(robot: &Robot, id: &str, name: &str, step: &Step<'_>) -> Outcome<Evidence> {
    let Some(room) = robot.home.room(id) else {
        return Err(robot.refused("unknown_place", &[("place", id)]));
    };
    enter(robot, room, name, step).await?;
    if room.contains(&robot.base_in_map().point()) {
        Ok(robot.evidence(format!("localisation: inside {id}")))
    } else {
        Err(robot.failed("not_arrived", &[("place", name)]))
    }
}

/// Drives to a free spot in the room; nearest to its middle first.
pub(crate) async fn enter(
    robot: &Robot,
    room: &Room,
    name: &str,
    step: &Step<'_>,
) -> Outcome<MotionEvidence> {
    let mut last = MotionFailure::NoPose;
    for spot in spots_in_room(robot, room).into_iter().take(4) {
        robot.check_budget()?;
        let heading_rad = robot.base_in_map().heading_to_rad(&spot);
        match drive(robot, Pose2::new(spot.x, spot.y, heading_rad), step).await {
            Ok(evidence) => return Ok(evidence),
            Err(failure) => last = failure,
        }
    }
    let why = why(robot, &last);
    Err(robot.failed("cannot_reach_place", &[("place", name), ("why", &why)]))
}

/// Drives to a spot, whichever way it then looks; whether that went well.
pub(crate) async fn to_point(robot: &Robot, spot: Point2, step: &Step<'_>) -> bool {
    let heading_rad = robot.base_in_map().heading_to_rad(&spot);
    let goal_in_map = Pose2::new(spot.x, spot.y, heading_rad);
    robot.check_budget().is_ok() && drive(robot, goal_in_map, step).await.is_ok()
}

async fn drive(
    robot: &Robot,
    goal_in_map: Pose2,
    step: &Step<'_>,
) -> Result<MotionEvidence, MotionFailure> {
    let goal = MotionGoal::DriveTo {
        goal_in_map,
        tolerance_m: 0.25,
        tolerance_rad: 3.2,
    };
    match robot.motion(goal).await {
        Ok(evidence) => Ok(evidence),
        Err((failure, _)) => Err(recover(robot, failure, step).await),
    }
}

/// Spots that the map shows free, spread out, nearest to the room's middle first.
pub(crate) fn spots_in_room(robot: &Robot, room: &Room) -> Vec<Point2> {
    let corners = &room.outline_in_map;
    let count = corners.len().max(1) as f64;
    let middle = corners.iter().fold(Point2::origin(), |sum, it| {
        Point2::new(sum.x + it.x / count, sum.y + it.y / count)
    });
    let (low, high) = bounds(corners);
    let spacing_m = ((high.x - low.x).max(high.y - low.y) / 40.0).max(0.2);
    let mut free: Vec<Point2> = (0..=40)
        .flat_map(|i| (0..=40).map(move |j| (i, j)))
        .map(|(i, j)| Point2::new(low.x + i as f64 * spacing_m, low.y + j as f64 * spacing_m))
        .filter(|it| room.contains(it) && is_clear(robot, room, it))
        .collect();
    free.sort_by(|a, b| (a - middle).norm().total_cmp(&(b - middle).norm()));
    let mut spread: Vec<Point2> = Vec::new();
    for it in free {
        if spread.iter().all(|other| (other - it).norm() > 0.6) {
            spread.push(it);
        }
    }
    if spread.is_empty() {
        spread.push(middle);
    }
    spread
}

/// The corners of the box around these points that have the least and the largest coordinates.
pub(crate) fn bounds(points: &[Point2]) -> (Point2, Point2) {
    let first = points.first().copied().unwrap_or_else(Point2::origin);
    points.iter().fold((first, first), |(low, high), it| {
        (low.inf(it), high.sup(it))
    })
}

fn is_clear(robot: &Robot, room: &Room, point: &Point2) -> bool {
    let inside = (0..8).all(|i| {
        let (sin, cos) = (f64::from(i) * std::f64::consts::FRAC_PI_4).sin_cos();
        let edge = Point2::new(point.x + CLEARANCE_M * cos, point.y + CLEARANCE_M * sin);
        room.contains(&edge)
    });
    let home = &robot.home;
    let beside_furniture = home
        .places
        .iter()
        .filter(|it| it.height_m > 0.0)
        .all(|it| !it.footprint.contains(point, CLEARANCE_M));
    inside && beside_furniture && map_is_free(robot, point)
}

fn map_is_free(robot: &Robot, point: &Point2) -> bool {
    let map = &robot.home.map;
    let Some((x, y)) = map.cell(point) else {
        return map.width == 0;
    };
    let reach = (CLEARANCE_M / map.resolution_m.max(0.01)).ceil() as usize;
    (y.saturating_sub(reach)..=(y + reach).min(map.height.saturating_sub(1))).all(|cy| {
        (x.saturating_sub(reach)..=(x + reach).min(map.width.saturating_sub(1)))
            .all(|cx| map.occupied.get(cy * map.width + cx) != Some(&true))
    })
}

/// Goes back to where the robot was first spoken to.
pub(crate) async fn go_back(robot: &Robot) -> Outcome<()> {
    let step = robot.begin("go_back", &[]);
    let Some(goal_in_map) = robot.with(|it| it.memory.spoken_at_in_map) else {
        return Err(step.fail(robot.failed("nowhere_back", &[])));
    };
    let mut last = MotionFailure::Blocked;
    for _ in 0..3 {
        if let Err(trouble) = robot.check_budget() {
            return Err(step.fail(trouble));
        }
        match drive(robot, goal_in_map, &step).await {
            Ok(_) => {
                let gap_m = goal_in_map.distance_m(&robot.base_in_map());
                if gap_m < 0.6 {
                    step.succeed(robot.evidence(format!("localisation: {gap_m:.2} m from there")));
                    return Ok(());
                }
            }
            Err(failure) => last = failure,
        }
    }
    let why = why(robot, &last);
    Err(step.fail(robot.failed("cannot_go_back", &[("why", &why)])))
}
