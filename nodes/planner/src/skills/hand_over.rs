//! Handing over. Done means: the person's pull was felt, and the gripper is empty.

use super::go;
use super::people::{self, Wanted};
use crate::executive::robot::{Robot, Step};
use crate::executive::trouble::Outcome;
use hearth_types::{Evidence, MotionFailure, MotionGoal, Point2, Point3};

/// Offers before giving up.
const OFFERS: usize = 2;
/// Approaches before giving up.
const APPROACHES: usize = 4;

/// Brings what is held to the person and lets them take it.
pub(crate) async fn hand_over(
    robot: &Robot,
    wanted: &Wanted,
    person_in_map: Point2,
) -> Outcome<()> {
    let step = robot.begin("hand_over", &[("to", &people::name(robot, wanted))]);
    if robot.with(|it| it.memory.held.is_none()) {
        return Err(step.fail(robot.refused("nothing_held", &[])));
    }
    match offers(robot, wanted, person_in_map, &step).await {
        Ok(evidence) => {
            robot.with(|it| it.memory.held = None);
            step.succeed(evidence);
            Ok(())
        }
        Err(trouble) => Err(step.fail(trouble)),
    }
}

/// Drives before the person. Returns where they are seen to be from there.
pub(crate) async fn approach(
    robot: &Robot,
    wanted: &Wanted,
    person_in_map: Point2,
    step: &Step<'_>,
) -> Outcome<Point2> {
    let mut at = person_in_map;
    let mut last = MotionFailure::Blocked;
    for _ in 0..APPROACHES {
        robot.check_budget()?;
        match robot
            .motion(MotionGoal::ApproachPerson { person_in_map: at })
            .await
        {
            Ok(_) => {
                // Where they were is good enough if they are not seen from so near.
                let _ = robot.look(Point3::new(at.x, at.y, 1.2)).await;
                return Ok(refreshed(robot, wanted, at));
            }
            Err((MotionFailure::Dropped, _)) => return Err(go::lost(robot)),
            Err((failure, _)) => {
                last = go::recover(robot, failure, step).await;
                at = refreshed(robot, wanted, at);
            }
        }
    }
    let (person, why) = (people::name(robot, wanted), go::why(robot, &last));
    Err(robot.failed("cannot_reach_person", &[("person", &person), ("why", &why)]))
}

/// Where the person is now: the one seen nearest to where they were.
fn refreshed(robot: &Robot, wanted: &Wanted, at: Point2) -> Point2 {
    if let (Wanted::Named(_), Some(person)) = (wanted, people::seen(robot, wanted, None)) {
        return person.position_in_map;
    }
    let world = robot.world();
    people::present(&world)
        .map(|it| it.position_in_map)
        .filter(|it| (it - at).norm() < 1.2)
        .min_by(|a, b| (a - at).norm().total_cmp(&(b - at).norm()))
        .unwrap_or(at)
}

async fn offers(
    robot: &Robot,
    wanted: &Wanted,
    person_in_map: Point2,
    step: &Step<'_>,
) -> Outcome<Evidence> {
    let mut at = person_in_map;
    let mut last = MotionFailure::NotTaken;
    for attempt in 0..OFFERS {
        at = approach(robot, wanted, at, step).await?;
        robot.say(&robot.text(
            if attempt == 0 {
                "here_you_are"
            } else {
                "please_take"
            },
            &[],
        ));
        let goal = MotionGoal::Offer {
            person_in_map: at,
            patience_secs: robot.config.offer_patience_secs,
        };
        let (failure, evidence) = match robot.motion(goal).await {
            Ok(evidence) if evidence.pull_felt && !evidence.holding => {
                let width_m = evidence.gripper_width_m;
                let text = format!("pull felt; gripper empty ({width_m:.3} m)");
                return Ok(robot.evidence(text));
            }
            Ok(evidence) => (MotionFailure::NotTaken, evidence),
            Err(it) => it,
        };
        if !evidence.holding && !evidence.pull_felt {
            robot.with(|it| it.memory.held = None);
            let person = people::name(robot, wanted);
            return Err(robot.failed("lost_at_offer", &[("person", &person)]));
        }
        last = go::recover(robot, failure, step).await;
    }
    let (person, why) = (people::name(robot, wanted), go::why(robot, &last));
    Err(robot.failed("cannot_hand_over", &[("person", &person), ("why", &why)]))
}
