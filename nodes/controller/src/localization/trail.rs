//! The last odometry, so that a scan meets the pose at its own stamp.

use hearth_types::{Odometry, Pose2, Stamp, wrap_angle};
use std::collections::VecDeque;

/// How many are kept: half a second at 125 Hz.
const KEPT: usize = 64;
/// \[s\] A scan this far off the newest or oldest odometry still uses it.
const NEAR_SECS: f64 = 0.1;

/// Recent odometry, oldest first.
#[derive(Clone, Debug, Default)]
pub struct OdometryTrail {
    entries: VecDeque<Odometry>,
}

impl OdometryTrail {
    /// Adds one; ignores what is not finite or not newer than the last.
    pub fn push(&mut self, odometry: &Odometry) -> bool {
        let finite = odometry.odom_from_base.is_finite()
            && odometry.forward_m_s.is_finite()
            && odometry.yaw_rate_rad_s.is_finite();
        let newer = self
            .entries
            .back()
            .is_none_or(|last| last.stamp < odometry.stamp);
        if !finite || !newer {
            return false;
        }
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(*odometry);
        true
    }

    /// The newest.
    pub fn newest(&self) -> Option<&Odometry> {
        self.entries.back()
    }

    /// The pose in `odom` at `stamp`, between the two nearest entries.
    pub fn pose_at(&self, stamp: Stamp) -> Option<Pose2> {
        let after = self.entries.partition_point(|it| it.stamp < stamp);
        let later = self.entries.get(after);
        let earlier = after.checked_sub(1).and_then(|i| self.entries.get(i));
        match (earlier, later) {
            (Some(a), Some(b)) => {
                let span_secs = b.stamp.secs_since(a.stamp);
                let part = (stamp.secs_since(a.stamp) / span_secs).clamp(0.0, 1.0);
                Some(between(&a.odom_from_base, &b.odom_from_base, part))
            }
            (Some(only), None) | (None, Some(only)) => {
                (stamp.secs_since(only.stamp).abs() <= NEAR_SECS).then_some(only.odom_from_base)
            }
            (None, None) => None,
        }
    }
}

fn between(a: &Pose2, b: &Pose2, part: f64) -> Pose2 {
    Pose2::new(
        a.x_m + (b.x_m - a.x_m) * part,
        a.y_m + (b.y_m - a.y_m) * part,
        a.yaw_rad + wrap_angle(b.yaw_rad - a.yaw_rad) * part,
    )
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

    #[test]
    fn interpolates_also_across_the_turn_of_the_circle() {
        let mut trail = OdometryTrail::default();
        trail.push(&odometry(0, 0.0, 3.1));
        trail.push(&odometry(10, 1.0, -3.1));

        let pose = trail.pose_at(Stamp::from_millis(5)).expect("covered");

        assert!((pose.x_m - 0.5).abs() < 1e-9);
        assert!((pose.yaw_rad.abs() - std::f64::consts::PI).abs() < 1e-9);
        assert!(trail.pose_at(Stamp::from_millis(500)).is_none());
    }

    #[test]
    fn refuses_nonsense_and_the_past() {
        let mut trail = OdometryTrail::default();
        assert!(trail.push(&odometry(10, 0.0, 0.0)));
        assert!(!trail.push(&odometry(5, 0.0, 0.0)));
        assert!(!trail.push(&odometry(20, f64::INFINITY, 0.0)));
    }
}
