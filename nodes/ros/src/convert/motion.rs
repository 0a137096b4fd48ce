//! The contract between planner and controller, over ROS.

use super::text;
use super::time::{self, given_at};
use super::transforms::{header, point, point3, pose2, pose2d};
use super::world::{shape, shape_word};
use super::{BadInput, finite};
use hearth_types::{
    Approach, GraspTarget, MotionEvidence, MotionFailure, MotionGoal, MotionId, MotionReport,
    MotionRequest, MotionState, ObjectId, PlaceTarget, Point2, Point3, Stamp,
};
use r2r::geometry_msgs::msg::{Point, Vector3};
use r2r::hearth_interfaces::msg;

/// The message files' constants as numbers.
mod number {
    use r2r::hearth_interfaces::msg::{MotionReport, MotionRequest};

    macro_rules! numbers {
        ($($of:ident: $($name:ident)*;)*) => {
            $($(pub const $name: u8 = $of::$name as u8;)*)*
        };
    }
    numbers! {
        MotionRequest: DRIVE_TO APPROACH_PLACE APPROACH_POINT APPROACH_PERSON LOOK_AT TURN GRASP PLACE OFFER STOW STOP VIEW REACH;
        MotionReport: RUNNING SUCCEEDED FAILED;
    }
}

/// A request for ROS.
pub fn request_msg(request: &MotionRequest, session: u64) -> msg::MotionRequest {
    use msg::MotionRequest as M;
    let mut out = M {
        header: header(request.stamp, "map"),
        id: request.id.0,
        session,
        ..Default::default()
    };
    let target = |out: &mut M, it: &Point3| {
        out.has_target = true;
        out.target = point(it);
    };
    match &request.goal {
        MotionGoal::DriveTo {
            goal_in_map,
            tolerance_m,
            tolerance_rad,
        } => {
            out.kind = number::DRIVE_TO;
            out.pose = pose2d(goal_in_map);
            out.tolerance_position = *tolerance_m;
            out.tolerance_angle = *tolerance_rad;
        }
        MotionGoal::ApproachPlace {
            place,
            target_in_map,
            approach,
            variant,
        } => {
            out.kind = number::APPROACH_PLACE;
            out.place = text::to_ros(place);
            if let Some(it) = target_in_map {
                target(&mut out, it);
            }
            (out.approach, out.variant) = (approach_number(*approach), *variant as u32);
        }
        MotionGoal::ApproachPoint {
            target_in_map,
            approach,
            variant,
        } => {
            out.kind = number::APPROACH_POINT;
            target(&mut out, target_in_map);
            (out.approach, out.variant) = (approach_number(*approach), *variant as u32);
        }
        MotionGoal::ApproachPerson { person_in_map } => {
            out.kind = number::APPROACH_PERSON;
            target(&mut out, &lifted(person_in_map));
        }
        MotionGoal::LookAt { target_in_map } => {
            out.kind = number::LOOK_AT;
            target(&mut out, target_in_map);
        }
        MotionGoal::Turn { angle_rad } => {
            out.kind = number::TURN;
            out.angle = *angle_rad;
        }
        MotionGoal::Grasp(it) => {
            out.kind = number::GRASP;
            grasp_into(&mut out, it);
        }
        MotionGoal::Place(it) => {
            out.kind = number::PLACE;
            target(&mut out, &it.spot_in_map);
            out.has_headroom = it.headroom_m.is_some();
            out.headroom = it.headroom_m.unwrap_or(0.0);
            out.held_below = it.held_below_m;
        }
        MotionGoal::Offer {
            person_in_map,
            patience_secs,
        } => {
            out.kind = number::OFFER;
            target(&mut out, &lifted(person_in_map));
            out.patience = *patience_secs;
        }
        MotionGoal::Stow => out.kind = number::STOW,
        MotionGoal::Stop => out.kind = number::STOP,
    }
    out
}

fn grasp_into(out: &mut msg::MotionRequest, grasp: &GraspTarget) {
    let [x, y, z] = grasp.size_m;
    out.object = grasp.object.0;
    out.has_target = true;
    out.target = point(&grasp.centre_in_map);
    out.yaw = grasp.yaw_rad;
    out.size = Vector3 { x, y, z };
    out.shape = shape_word(grasp.shape);
    out.support_height = grasp.support_height_m;
    out.has_headroom = grasp.headroom_m.is_some();
    out.headroom = grasp.headroom_m.unwrap_or(0.0);
    out.variant = grasp.variant as u32;
}

/// A request from ROS.
///
/// # Errors
/// [`BadInput`].
pub fn request(message: &msg::MotionRequest, now: Stamp) -> Result<MotionRequest, BadInput> {
    Ok(MotionRequest {
        stamp: given_at(&message.header.stamp, now),
        id: MotionId(message.id),
        goal: goal(message)?,
    })
}

fn goal(message: &msg::MotionRequest) -> Result<MotionGoal, BadInput> {
    let target = || place(&message.target);
    let variant = message.variant as usize;
    let approach = if message.approach == number::REACH {
        Approach::Reach
    } else {
        Approach::View
    };
    let headroom_m = message
        .has_headroom
        .then(|| finite("headroom", message.headroom))
        .transpose()?;
    Ok(match message.kind {
        number::DRIVE_TO => {
            let goal_in_map = pose2(&message.pose);
            if !goal_in_map.is_finite() {
                return Err(BadInput::NotFinite { field: "pose" });
            }
            MotionGoal::DriveTo {
                goal_in_map,
                tolerance_m: finite("tolerance_position", message.tolerance_position)?,
                tolerance_rad: finite("tolerance_angle", message.tolerance_angle)?,
            }
        }
        number::APPROACH_PLACE => MotionGoal::ApproachPlace {
            place: message.place.clone(),
            target_in_map: message.has_target.then(target).transpose()?,
            approach,
            variant,
        },
        number::APPROACH_POINT => MotionGoal::ApproachPoint {
            target_in_map: target()?,
            approach,
            variant,
        },
        number::APPROACH_PERSON => MotionGoal::ApproachPerson {
            person_in_map: target()?.xy(),
        },
        number::LOOK_AT => MotionGoal::LookAt {
            target_in_map: target()?,
        },
        number::TURN => MotionGoal::Turn {
            angle_rad: finite("angle", message.angle)?,
        },
        number::GRASP => MotionGoal::Grasp(GraspTarget {
            object: ObjectId(message.object),
            centre_in_map: target()?,
            yaw_rad: finite("yaw", message.yaw)?,
            size_m: [
                finite("size", message.size.x)?,
                finite("size", message.size.y)?,
                finite("size", message.size.z)?,
            ],
            shape: shape(&message.shape)?,
            support_height_m: finite("support_height", message.support_height)?,
            headroom_m,
            variant,
        }),
        number::PLACE => MotionGoal::Place(PlaceTarget {
            spot_in_map: target()?,
            headroom_m,
            held_below_m: finite("held_below", message.held_below)?,
        }),
        number::OFFER => MotionGoal::Offer {
            person_in_map: target()?.xy(),
            patience_secs: finite("patience", message.patience)?.max(0.0),
        },
        number::STOW => MotionGoal::Stow,
        number::STOP => MotionGoal::Stop,
        other => {
            return Err(BadInput::Unknown {
                field: "kind",
                value: other.to_string(),
            });
        }
    })
}

fn place(target: &Point) -> Result<Point3, BadInput> {
    let target = point3(target);
    for value in target.iter() {
        finite("target", *value)?;
    }
    Ok(target)
}

fn lifted(point: &Point2) -> Point3 {
    Point3::new(point.x, point.y, 0.0)
}

fn approach_number(approach: Approach) -> u8 {
    match approach {
        Approach::View => number::VIEW,
        Approach::Reach => number::REACH,
    }
}

const FAILURES: [(&str, MotionFailure); 12] = [
    ("blocked", MotionFailure::Blocked),
    ("no_pose", MotionFailure::NoPose),
    ("unreachable", MotionFailure::Unreachable),
    ("missed_grasp", MotionFailure::MissedGrasp),
    ("dropped", MotionFailure::Dropped),
    ("nothing_held", MotionFailure::NothingHeld),
    ("not_taken", MotionFailure::NotTaken),
    ("touched", MotionFailure::Touched),
    ("timed_out", MotionFailure::TimedOut),
    ("halted", MotionFailure::Halted),
    ("lost", MotionFailure::Lost),
    ("superseded", MotionFailure::Superseded),
];

/// A report for ROS.
pub fn report_msg(report: &MotionReport, session: u64) -> msg::MotionReport {
    let mut out = msg::MotionReport {
        header: header(report.stamp, "map"),
        id: report.id.0,
        session,
        ..Default::default()
    };
    match &report.state {
        MotionState::Running { phase } => {
            out.state = number::RUNNING;
            out.phase = (*phase).to_owned();
        }
        MotionState::Succeeded(evidence) => {
            out.state = number::SUCCEEDED;
            evidence_into(&mut out, evidence);
        }
        MotionState::Failed { failure, evidence } => {
            out.state = number::FAILED;
            evidence_into(&mut out, evidence);
            let known = FAILURES.iter().find(|it| it.1 == *failure);
            out.failure = known.map_or("invalid", |it| it.0).to_owned();
            if let MotionFailure::Invalid(detail) = failure {
                out.detail = text::to_ros(detail);
            }
        }
    }
    out
}

fn evidence_into(out: &mut msg::MotionReport, evidence: &MotionEvidence) {
    out.base_in_map = pose2d(&evidence.base_in_map);
    out.gripper_width = evidence.gripper_width_m;
    out.gripper_effort = evidence.gripper_effort_n;
    out.holding = evidence.holding;
    out.has_held_below = evidence.held_below_m.is_some();
    out.held_below = evidence.held_below_m.unwrap_or(0.0);
    out.pull_felt = evidence.pull_felt;
}

/// A report from ROS.
///
/// # Errors
/// [`BadInput`]: a report whose evidence is not sound is no evidence.
pub fn report(message: &msg::MotionReport) -> Result<MotionReport, BadInput> {
    let state = match message.state {
        number::RUNNING => MotionState::Running { phase: "" },
        number::SUCCEEDED => MotionState::Succeeded(evidence(message)?),
        number::FAILED => {
            let known = FAILURES.iter().find(|it| it.0 == message.failure);
            let failure = match known {
                Some(it) => it.1.clone(),
                None if message.failure == "invalid" => {
                    MotionFailure::Invalid(message.detail.clone())
                }
                None => {
                    return Err(BadInput::Unknown {
                        field: "failure",
                        value: message.failure.clone(),
                    });
                }
            };
            MotionState::Failed {
                failure,
                evidence: evidence(message)?,
            }
        }
        other => {
            return Err(BadInput::Unknown {
                field: "state",
                value: other.to_string(),
            });
        }
    };
    Ok(MotionReport {
        stamp: time::from_ros(&message.header.stamp),
        id: MotionId(message.id),
        state,
    })
}

fn evidence(message: &msg::MotionReport) -> Result<MotionEvidence, BadInput> {
    let base_in_map = pose2(&message.base_in_map);
    if !base_in_map.is_finite() {
        return Err(BadInput::NotFinite {
            field: "base_in_map",
        });
    }
    Ok(MotionEvidence {
        base_in_map,
        gripper_width_m: finite("gripper_width", message.gripper_width)?,
        gripper_effort_n: finite("gripper_effort", message.gripper_effort)?,
        holding: message.holding,
        held_below_m: message
            .has_held_below
            .then(|| finite("held_below", message.held_below))
            .transpose()?,
        pull_felt: message.pull_felt,
    })
}

#[cfg(test)]
mod tests;
