//! Where the camera was when a frame was taken.

use hearth_types::{Isometry3, JointStates, Localization, Odometry, Pose2, Stamp, wrap_angle};
use std::collections::VecDeque;
use std::sync::Arc;

/// Recent odometry, joints and localisation, to look up by time.
#[derive(Debug, Default)]
pub struct PoseBuffer {
    odometry: VecDeque<Odometry>,
    joints: VecDeque<Arc<JointStates>>,
    localization: Option<Localization>,
}

/// The robot at one instant.
#[derive(Clone, Debug)]
pub struct RobotState {
    /// Pose of `base_link` in `map`.
    pub map_from_base: Pose2,
    /// Joint positions, in the model's order.
    pub positions: Vec<f64>,
    /// \[rad/s\] How fast the base turns.
    pub yaw_rate_rad_s: f64,
    /// \[rad/s\] The fastest of the joints that were asked about.
    pub joint_rate_rad_s: f64,
}

/// About two seconds at 125 Hz.
const KEPT: usize = 256;
/// \[s\] A frame may be this much newer than the newest state.
const MAX_AGE_SECS: f64 = 0.1;

impl PoseBuffer {
    /// Takes odometry; values that are not finite or go back in time are dropped.
    pub fn add_odometry(&mut self, odometry: Odometry) {
        let newer = self
            .odometry
            .back()
            .is_none_or(|it| it.stamp < odometry.stamp);
        if newer && odometry.odom_from_base.is_finite() && odometry.yaw_rate_rad_s.is_finite() {
            push_bounded(&mut self.odometry, odometry);
        }
    }

    /// Takes joint states; as for odometry.
    pub fn add_joints(&mut self, joints: &Arc<JointStates>) {
        let newer = self.joints.back().is_none_or(|it| it.stamp < joints.stamp);
        if newer && joints.position.iter().all(|it| it.is_finite()) {
            push_bounded(&mut self.joints, Arc::clone(joints));
        }
    }

    /// Takes the localisation's correction.
    pub fn add_localization(&mut self, localization: Localization) {
        if localization.map_from_odom.is_finite() {
            self.localization = Some(localization);
        }
    }

    /// \[m\], \[rad\] How sure localisation is; `None` before it has spoken.
    pub fn localization(&self) -> Option<&Localization> {
        self.localization.as_ref()
    }

    /// The robot at `stamp`, interpolated. `None` while something is missing or too old.
    /// `watched` are indices of joints whose speed matters.
    pub fn at(&self, stamp: Stamp, watched: &[usize]) -> Option<RobotState> {
        let localization = self.localization.as_ref()?;
        let (before, after) = bracket(&self.odometry, stamp, |it| it.stamp)?;
        let t = fraction(before.stamp, after.stamp, stamp);
        let (a, b) = (before.odom_from_base, after.odom_from_base);
        let odom_from_base = Pose2::new(
            a.x_m + (b.x_m - a.x_m) * t,
            a.y_m + (b.y_m - a.y_m) * t,
            a.yaw_rad + wrap_angle(b.yaw_rad - a.yaw_rad) * t,
        );
        let (first, second) = bracket(&self.joints, stamp, |it| it.stamp)?;
        if first.position.len() != second.position.len() {
            return None;
        }
        let t = fraction(first.stamp, second.stamp, stamp);
        let positions = first
            .position
            .iter()
            .zip(&second.position)
            .map(|(a, b)| a + (b - a) * t)
            .collect();
        let joint_rate_rad_s = watched
            .iter()
            .filter_map(|&index| second.velocity.get(index))
            .filter(|it| it.is_finite())
            .fold(0.0, |most: f64, it| most.max(it.abs()));
        Some(RobotState {
            map_from_base: localization.map_from_odom.compose(&odom_from_base),
            positions,
            yaw_rate_rad_s: before.yaw_rate_rad_s,
            joint_rate_rad_s,
        })
    }
}

/// The base's pose in space, then the camera's: `map_from_camera`.
pub fn map_from_camera(map_from_base: &Pose2, base_from_camera: &Isometry3) -> Isometry3 {
    map_from_base.to_isometry3() * base_from_camera
}

fn push_bounded<T>(queue: &mut VecDeque<T>, value: T) {
    if queue.len() >= KEPT {
        queue.pop_front();
    }
    queue.push_back(value);
}

fn bracket<T>(
    queue: &VecDeque<T>,
    stamp: Stamp,
    stamp_of: impl Fn(&T) -> Stamp,
) -> Option<(&T, &T)> {
    let split = queue.partition_point(|it| stamp_of(it) <= stamp);
    match (
        split.checked_sub(1).and_then(|it| queue.get(it)),
        queue.get(split),
    ) {
        (Some(before), Some(after)) => Some((before, after)),
        (Some(newest), None) => {
            (stamp.secs_since(stamp_of(newest)) <= MAX_AGE_SECS).then_some((newest, newest))
        }
        (None, Some(oldest)) => {
            (stamp_of(oldest).secs_since(stamp) <= MAX_AGE_SECS).then_some((oldest, oldest))
        }
        (None, None) => None,
    }
}

fn fraction(before: Stamp, after: Stamp, at: Stamp) -> f64 {
    let span = after.secs_since(before);
    if span <= 0.0 {
        return 0.0;
    }
    (at.secs_since(before) / span).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odometry(millis: u64, x_m: f64, yaw_rad: f64) -> Odometry {
        Odometry {
            stamp: Stamp::from_millis(millis),
            odom_from_base: Pose2::new(x_m, 0.0, yaw_rad),
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
        }
    }

    fn joints(millis: u64, position: f64) -> Arc<JointStates> {
        Arc::new(JointStates {
            stamp: Stamp::from_millis(millis),
            position: vec![position],
            velocity: vec![0.3],
            effort: vec![0.0],
        })
    }

    #[test]
    fn the_camera_is_where_the_robot_was_when_the_frame_was_taken() {
        let mut buffer = PoseBuffer::default();
        buffer.add_localization(Localization {
            stamp: Stamp::ZERO,
            map_from_odom: Pose2::new(1.0, 0.0, 0.0),
            position_std_m: 0.01,
            yaw_std_rad: 0.01,
        });
        buffer.add_odometry(odometry(100, 0.0, 3.1));
        buffer.add_odometry(odometry(200, 0.2, -3.1));
        buffer.add_joints(&joints(100, 0.0));
        buffer.add_joints(&joints(200, 1.0));
        let state = buffer.at(Stamp::from_millis(150), &[0]).unwrap();
        assert!((state.map_from_base.x_m - 1.1).abs() < 1e-9);
        // Across the wrap: half way from 3.1 to -3.1 is pi, not zero.
        assert!(state.map_from_base.yaw_rad.abs() > 3.1);
        assert!((state.positions[0] - 0.5).abs() < 1e-9);
        assert!((state.joint_rate_rad_s - 0.3).abs() < 1e-9);
        assert!(buffer.at(Stamp::from_millis(900), &[0]).is_none());
    }
}
