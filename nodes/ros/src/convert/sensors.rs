//! Scans, odometry, inertial measurements and joint states.

use super::time::{self, measured_at};
use super::transforms::{header, pose, yaw_rad};
use super::{BadInput, finite};
use hearth_types::{Imu, JointStates, LaserScan, Odometry, Pose2, PoseHint, Stamp};
use r2r::geometry_msgs::msg::{Quaternion, Twist, Vector3};
use r2r::{nav_msgs, sensor_msgs};

/// More rays than any planar lidar has.
const MOST_RAYS: usize = 20_000;

/// A scan from ROS. Single invalid ranges are the scan's own business; its geometry must make sense.
///
/// # Errors
/// [`BadInput`].
pub fn scan(msg: sensor_msgs::msg::LaserScan, now: Stamp) -> Result<LaserScan, BadInput> {
    let stamp = measured_at(&msg.header.stamp, now)?;
    if msg.ranges.is_empty() || msg.ranges.len() > MOST_RAYS {
        return Err(BadInput::Size {
            what: "the number of ranges",
            found: msg.ranges.len().to_string(),
            expected: format!("between 1 and {MOST_RAYS}"),
        });
    }
    let increment = finite("angle_increment", f64::from(msg.angle_increment))?;
    let span_rad = increment.abs() * msg.ranges.len() as f64;
    // Spelled so that a zero increment is refused too.
    if !(span_rad > 1e-3 && span_rad < 6.5) {
        return Err(BadInput::Size {
            what: "ranges times angle_increment",
            found: format!("{span_rad} rad"),
            expected: "at most a turn".to_owned(),
        });
    }
    let range_min_m = finite("range_min", f64::from(msg.range_min))?;
    let range_max_m = finite("range_max", f64::from(msg.range_max))?;
    if !(range_min_m >= 0.0 && range_max_m > range_min_m) {
        return Err(BadInput::Size {
            what: "range_max",
            found: format!("{range_max_m} m"),
            expected: format!("more than range_min, {range_min_m} m"),
        });
    }
    Ok(LaserScan {
        stamp,
        angle_min_rad: finite("angle_min", f64::from(msg.angle_min))?,
        angle_increment_rad: increment,
        range_min_m,
        range_max_m,
        ranges_m: msg.ranges,
    })
}

/// A scan for ROS; `period_secs` is the time of a turn.
pub fn scan_msg(scan: &LaserScan, frame: &str, period_secs: f64) -> sensor_msgs::msg::LaserScan {
    let rays = scan.ranges_m.len().max(1);
    let last = scan.angle_min_rad + scan.angle_increment_rad * (rays - 1) as f64;
    sensor_msgs::msg::LaserScan {
        header: header(scan.stamp, frame),
        angle_min: scan.angle_min_rad as f32,
        angle_max: last as f32,
        angle_increment: scan.angle_increment_rad as f32,
        time_increment: (period_secs / rays as f64) as f32,
        scan_time: period_secs as f32,
        range_min: scan.range_min_m as f32,
        range_max: scan.range_max_m as f32,
        ranges: scan.ranges_m.clone(),
        intensities: Vec::new(),
    }
}

/// Odometry from ROS.
///
/// # Errors
/// [`BadInput`].
pub fn odometry(msg: &nav_msgs::msg::Odometry, now: Stamp) -> Result<Odometry, BadInput> {
    let stamp = measured_at(&msg.header.stamp, now)?;
    let position = &msg.pose.pose.position;
    let yaw_rad = yaw_rad(&msg.pose.pose.orientation).ok_or(BadInput::NotFinite {
        field: "pose.orientation",
    })?;
    Ok(Odometry {
        stamp,
        odom_from_base: Pose2 {
            x_m: finite("pose.position.x", position.x)?,
            y_m: finite("pose.position.y", position.y)?,
            yaw_rad,
        },
        forward_m_s: finite("twist.linear.x", msg.twist.twist.linear.x)?,
        yaw_rate_rad_s: finite("twist.angular.z", msg.twist.twist.angular.z)?,
    })
}

/// Odometry for ROS.
pub fn odometry_msg(odometry: &Odometry) -> nav_msgs::msg::Odometry {
    let mut msg = nav_msgs::msg::Odometry {
        header: header(odometry.stamp, "odom"),
        child_frame_id: "base_link".to_owned(),
        ..Default::default()
    };
    msg.pose.pose = pose(&odometry.odom_from_base);
    msg.twist.twist = Twist {
        linear: vector([odometry.forward_m_s, 0.0, 0.0]),
        angular: vector([0.0, 0.0, odometry.yaw_rate_rad_s]),
    };
    msg
}

/// An inertial measurement from ROS.
///
/// # Errors
/// [`BadInput`].
pub fn imu(msg: &sensor_msgs::msg::Imu, now: Stamp) -> Result<Imu, BadInput> {
    let stamp = measured_at(&msg.header.stamp, now)?;
    let three = |field, it: &Vector3| -> Result<[f64; 3], BadInput> {
        Ok([
            finite(field, it.x)?,
            finite(field, it.y)?,
            finite(field, it.z)?,
        ])
    };
    Ok(Imu {
        stamp,
        angular_velocity_rad_s: three("angular_velocity", &msg.angular_velocity)?,
        linear_acceleration_m_s2: three("linear_acceleration", &msg.linear_acceleration)?,
    })
}

/// An inertial measurement for ROS. It has no orientation, and says so as `sensor_msgs/Imu` wants it.
pub fn imu_msg(imu: &Imu, frame: &str) -> sensor_msgs::msg::Imu {
    let mut msg = sensor_msgs::msg::Imu {
        header: header(imu.stamp, frame),
        orientation: Quaternion {
            x: 0.0,
            y: 0.0,
            z: 0.0,
            w: 1.0,
        },
        angular_velocity: vector(imu.angular_velocity_rad_s),
        linear_acceleration: vector(imu.linear_acceleration_m_s2),
        ..Default::default()
    };
    if let Some(first) = msg.orientation_covariance.first_mut() {
        *first = -1.0;
    }
    msg
}

/// Joint states as drivers publish them: any joints, in any order, several publishers on one topic. Puts them into
/// the order of the robot's actuated joints.
///
/// On ROS an effort points along its joint's axis, and a gripper's joint opens along it. Hearth counts a
/// gripper's effort as positive when it closes, so that one sign changes here.
#[derive(Clone, Debug)]
pub struct JointCollector {
    names: Vec<String>,
    gripper: Option<usize>,
    /// Position, velocity, effort and when, for each.
    newest: Vec<Option<([f64; 3], Stamp)>>,
}

impl JointCollector {
    /// \[s\] Joints of one whole may be measured this far apart.
    const APART_SECS: f64 = 0.1;

    /// For joints in this order.
    pub fn new(names: impl IntoIterator<Item = String>, gripper: &str) -> Self {
        let names: Vec<String> = names.into_iter().collect();
        Self {
            newest: vec![None; names.len()],
            gripper: names.iter().position(|it| it == gripper),
            names,
        }
    }

    /// Takes a message; all joints, once all are known. The stamp is the oldest of them, so that one driver's
    /// silence shows.
    ///
    /// # Errors
    /// [`BadInput`]; then nothing of the message is kept.
    pub fn take(
        &mut self,
        msg: &sensor_msgs::msg::JointState,
        now: Stamp,
    ) -> Result<Option<JointStates>, BadInput> {
        let stamp = measured_at(&msg.header.stamp, now)?;
        let count = msg.name.len();
        for (what, found) in [
            ("the number of positions", msg.position.len()),
            ("the number of velocities", msg.velocity.len()),
            ("the number of efforts", msg.effort.len()),
        ] {
            let may_lack = what != "the number of positions" && found == 0;
            if found != count && !may_lack {
                return Err(BadInput::Size {
                    what,
                    found: found.to_string(),
                    expected: count.to_string(),
                });
            }
        }
        let value = |of: &[f64], at: usize| of.get(at).copied().unwrap_or(0.0);
        let mut fresh = Vec::with_capacity(count);
        for (at, name) in msg.name.iter().enumerate() {
            // Wheels and followers are not ours to know.
            let Some(index) = self.names.iter().position(|it| it == name) else {
                continue;
            };
            let effort = finite("effort", value(&msg.effort, at))?;
            let values = [
                finite("position", value(&msg.position, at))?,
                finite("velocity", value(&msg.velocity, at))?,
                if self.gripper == Some(index) {
                    -effort
                } else {
                    effort
                },
            ];
            fresh.push((index, values));
        }
        if fresh.is_empty() {
            return Ok(None);
        }
        for (index, values) in fresh {
            self.newest[index] = Some((values, stamp));
        }
        Ok(self.whole())
    }

    fn whole(&self) -> Option<JointStates> {
        let all: Vec<&([f64; 3], Stamp)> = self
            .newest
            .iter()
            .map(Option::as_ref)
            .collect::<Option<_>>()?;
        let oldest = all.iter().map(|it| it.1).min()?;
        let newest = all.iter().map(|it| it.1).max()?;
        let stamp = if newest.secs_since(oldest) <= Self::APART_SECS {
            newest
        } else {
            oldest
        };
        let column = |at: usize| all.iter().map(|it| it.0[at]).collect();
        Some(JointStates {
            stamp,
            position: column(0),
            velocity: column(1),
            effort: column(2),
        })
    }
}

/// Joint states for ROS: efforts along the joints' axes (see [`JointCollector`]).
pub fn joint_states_msg(
    states: &JointStates,
    names: &[String],
    gripper: &str,
) -> sensor_msgs::msg::JointState {
    let along_axis = |(name, effort): (&String, &f64)| {
        if name == gripper { -effort } else { *effort }
    };
    sensor_msgs::msg::JointState {
        header: header(states.stamp, ""),
        name: names.to_vec(),
        position: states.position.clone(),
        velocity: states.velocity.clone(),
        effort: names.iter().zip(&states.effort).map(along_axis).collect(),
    }
}

/// \[m\], \[rad\] How sure a person is who does not tell.
const HINT_STDS: (f64, f64) = (0.3, 0.2);

/// Standard deviations \[m\] of the position and \[rad\] of the heading, from a pose's covariance; where that is zero or
/// nonsense, `otherwise`.
pub fn pose_stds(
    msg: &r2r::geometry_msgs::msg::PoseWithCovarianceStamped,
    otherwise: (f64, f64),
) -> (f64, f64) {
    // Rows and columns are x, y, z, roll, pitch, yaw.
    let std = |at: usize, otherwise: f64| {
        let variance = msg.pose.covariance.get(at).copied().unwrap_or(0.0);
        if variance > 0.0 && variance < 100.0 {
            variance.sqrt()
        } else {
            otherwise
        }
    };
    let position_std_m = std(0, otherwise.0).max(std(7, otherwise.0));
    (position_std_m, std(35, otherwise.1))
}

/// A person's word for where the robot is (RViz's "2D Pose Estimate").
///
/// # Errors
/// [`BadInput`].
pub fn pose_hint(
    msg: &r2r::geometry_msgs::msg::PoseWithCovarianceStamped,
    now: Stamp,
) -> Result<PoseHint, BadInput> {
    if msg.header.frame_id.trim_start_matches('/') != "map" {
        return Err(BadInput::Frame {
            found: msg.header.frame_id.clone(),
            expected: "map".to_owned(),
        });
    }
    let pose = &msg.pose.pose;
    let (position_std_m, yaw_std_rad) = pose_stds(msg, HINT_STDS);
    Ok(PoseHint {
        stamp: now,
        base_in_map: Pose2 {
            x_m: finite("pose.position.x", pose.position.x)?,
            y_m: finite("pose.position.y", pose.position.y)?,
            yaw_rad: yaw_rad(&pose.orientation).ok_or(BadInput::NotFinite {
                field: "pose.orientation",
            })?,
        },
        position_std_m,
        yaw_std_rad,
    })
}

fn vector([x, y, z]: [f64; 3]) -> Vector3 {
    Vector3 { x, y, z }
}

/// A clock's reading.
pub fn clock_msg(now: Stamp) -> r2r::rosgraph_msgs::msg::Clock {
    r2r::rosgraph_msgs::msg::Clock {
        clock: time::to_ros(now),
    }
}

#[cfg(test)]
mod tests;
