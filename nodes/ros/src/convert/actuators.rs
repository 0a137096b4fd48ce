//! What the gate lets through, to the robot's drivers; and, for a simulated robot, back.

use super::transforms::header;
use super::{BadInput, finite};
use hearth_types::{ActuatorFrame, JointTarget, MAX_JOINTS, Stamp};
use r2r::builtin_interfaces::msg::Duration;
use r2r::geometry_msgs::msg::{Twist, TwistStamped, Vector3};
use r2r::sensor_msgs::msg::JointState;
use r2r::trajectory_msgs::msg::{JointTrajectory, JointTrajectoryPoint};

/// The base's velocity.
pub fn twist_msg(frame: &ActuatorFrame) -> Twist {
    Twist {
        linear: Vector3 {
            x: frame.forward_m_s,
            y: 0.0,
            z: 0.0,
        },
        angular: Vector3 {
            x: 0.0,
            y: 0.0,
            z: frame.yaw_rate_rad_s,
        },
    }
}

/// The base's velocity, with its time.
pub fn twist_stamped_msg(frame: &ActuatorFrame) -> TwistStamped {
    TwistStamped {
        header: header(frame.stamp, "base_link"),
        twist: twist_msg(frame),
    }
}

/// Joints of a group by name and by index into the robot's actuated joints.
pub type Group = [(String, usize)];

/// Set points of a group; joints without one are left out.
pub fn joint_state_msg(frame: &ActuatorFrame, group: &Group) -> JointState {
    let mut out = JointState {
        header: header(frame.stamp, ""),
        ..Default::default()
    };
    for (name, target) in targets(frame, group) {
        out.name.push(name.clone());
        out.position.push(target.position);
        out.velocity.push(target.velocity);
        // ROS has no "unlimited": the driver's own limit.
        out.effort.push(target.max_effort.unwrap_or(0.0));
    }
    out
}

/// A trajectory of one point, `ahead_secs` from now, where the joints will be if they go on as they do. `None`
/// until every joint of the group has a set point: drivers want all of them.
///
/// Its start is "at once" (a zero stamp); after its end the driver holds: losing us stops the arm.
pub fn trajectory_msg(
    frame: &ActuatorFrame,
    group: &Group,
    ahead_secs: f64,
) -> Option<JointTrajectory> {
    let all: Vec<(&String, JointTarget)> = targets(frame, group).collect();
    if all.len() != group.len() {
        return None;
    }
    let ahead = Stamp::from_secs_f64(ahead_secs).as_nanos();
    Some(JointTrajectory {
        header: header(Stamp::ZERO, ""),
        joint_names: all.iter().map(|it| it.0.clone()).collect(),
        points: vec![JointTrajectoryPoint {
            positions: all
                .iter()
                .map(|it| it.1.position + it.1.velocity * ahead_secs)
                .collect(),
            time_from_start: Duration {
                sec: (ahead / 1_000_000_000) as i32,
                nanosec: (ahead % 1_000_000_000) as u32,
            },
            ..Default::default()
        }],
    })
}

/// The set points of a group that are known.
pub fn targets<'a>(
    frame: &'a ActuatorFrame,
    group: &'a Group,
) -> impl Iterator<Item = (&'a String, JointTarget)> {
    group.iter().filter_map(|(name, index)| {
        let target = frame.joints.get(*index).copied().flatten()?;
        Some((name, target))
    })
}

/// For a simulated robot: the velocity that its wheels are to have.
///
/// # Errors
/// [`BadInput::NotFinite`].
pub fn velocity(twist: &Twist) -> Result<(f64, f64), BadInput> {
    Ok((
        finite("linear.x", twist.linear.x)?,
        finite("angular.z", twist.angular.z)?,
    ))
}

/// For a simulated robot: set points by name. Unknown joints are an error, so that a misspelt one is noticed.
///
/// # Errors
/// [`BadInput`].
pub fn joint_targets(
    message: &JointState,
    names: &[String],
) -> Result<[Option<JointTarget>; MAX_JOINTS], BadInput> {
    let mut joints = [None; MAX_JOINTS];
    if message.position.len() != message.name.len() {
        return Err(BadInput::Size {
            what: "the number of positions",
            found: message.position.len().to_string(),
            expected: message.name.len().to_string(),
        });
    }
    let value = |of: &[f64], at: usize| of.get(at).copied().unwrap_or(0.0);
    for (at, name) in message.name.iter().enumerate() {
        let index = names
            .iter()
            .position(|it| it == name)
            .filter(|it| *it < MAX_JOINTS)
            .ok_or_else(|| BadInput::Unknown {
                field: "joint",
                value: name.clone(),
            })?;
        let effort = finite("effort", value(&message.effort, at))?;
        joints[index] = Some(JointTarget {
            position: finite("position", message.position[at])?,
            velocity: finite("velocity", value(&message.velocity, at))?,
            max_effort: (effort > 0.0).then_some(effort),
        });
    }
    Ok(joints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> ActuatorFrame {
        let mut joints = [None; MAX_JOINTS];
        joints[1] = Some(JointTarget {
            position: 0.5,
            velocity: 0.2,
            max_effort: Some(9.0),
        });
        joints[2] = Some(JointTarget {
            position: 1.0,
            velocity: 0.0,
            max_effort: None,
        });
        ActuatorFrame {
            stamp: Stamp::from_millis(40),
            forward_m_s: 0.3,
            yaw_rate_rad_s: -0.2,
            joints,
        }
    }

    fn names() -> Vec<String> {
        ["lift", "elbow", "wrist"].map(str::to_owned).into()
    }

    fn group(indices: &[usize]) -> Vec<(String, usize)> {
        indices
            .iter()
            .map(|&it| (names()[it].clone(), it))
            .collect()
    }

    #[test]
    fn set_points_survive_the_way_to_a_simulated_robot() {
        let message = joint_state_msg(&frame(), &group(&[0, 1, 2]));
        assert_eq!(message.name, ["elbow", "wrist"]);
        assert_eq!(joint_targets(&message, &names()), Ok(frame().joints));
        assert_eq!(velocity(&twist_msg(&frame())), Ok((0.3, -0.2)));
    }

    #[test]
    fn a_trajectory_leads_the_set_point_by_its_velocity() {
        let it = trajectory_msg(&frame(), &group(&[1, 2]), 0.1).expect("all are known");
        assert_eq!(it.points[0].positions, [0.52, 1.0]);
        assert_eq!(it.points[0].time_from_start.nanosec, 100_000_000);
        assert_eq!(trajectory_msg(&frame(), &group(&[0, 1]), 0.1), None);
    }

    #[test]
    fn nonsense_does_not_reach_a_simulated_robot() {
        let mut message = joint_state_msg(&frame(), &group(&[1]));
        message.position[0] = f64::NAN;
        assert!(joint_targets(&message, &names()).is_err());
        message.position.clear();
        assert!(joint_targets(&message, &names()).is_err());
        message.name = vec!["tail".into()];
        message.position = vec![0.0];
        let error = joint_targets(&message, &names()).expect_err("unknown");
        assert_eq!(error.to_string(), "joint \"tail\" is unknown");
    }
}
