//! How far a round robot can go along an arc until it touches a point.

use std::f64::consts::TAU;

/// A point in `base_link`, in metres.
pub type Xy = [f64; 2];

/// Below this curvature an arc counts as straight: 5 mm off after 1 m.
const STRAIGHT_PER_M: f64 = 0.01;

/// Motion of the base's centre: forward or reverse, on an arc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arc {
    forward: bool,
    /// \[1/m\] Yaw rate over forward speed, positive to the left of +x.
    curvature_per_m: f64,
}

impl Arc {
    /// The arc of a velocity; `None` if it only turns or stands.
    pub fn of(forward_m_s: f64, yaw_rate_rad_s: f64) -> Option<Self> {
        (forward_m_s != 0.0).then(|| Self {
            forward: forward_m_s > 0.0,
            curvature_per_m: yaw_rate_rad_s / forward_m_s,
        })
    }

    /// \[m\] What the centre travels until a circle of `radius_m` around it touches `point`;
    /// infinite if it never does. Zero if it touches already and the motion leads further in.
    pub fn travel_m(&self, point: Xy, radius_m: f64) -> f64 {
        // Reverse is forward in a mirror at the y axis, right is left in one at the x axis.
        let x = if self.forward { point[0] } else { -point[0] };
        let y = point[1] * self.curvature_per_m.signum();
        let curvature = self.curvature_per_m.abs();
        if x.hypot(y) <= radius_m {
            return if x > 0.0 { 0.0 } else { f64::INFINITY };
        }
        if curvature < STRAIGHT_PER_M {
            straight_m(x, y, radius_m)
        } else {
            turning_m(x, y, radius_m, 1.0 / curvature)
        }
    }
}

fn straight_m(x: f64, y: f64, radius_m: f64) -> f64 {
    if x <= 0.0 || y.abs() >= radius_m {
        return f64::INFINITY;
    }
    x - (radius_m * radius_m - y * y).sqrt()
}

/// Forward on a circle to the left. The point is outside the robot.
fn turning_m(x: f64, y: f64, radius_m: f64, turn_m: f64) -> f64 {
    // Seen from the turn's centre at (0, turn_m).
    let apart = x.hypot(turn_m - y);
    if (turn_m - apart).abs() >= radius_m || apart < 1e-9 {
        return f64::INFINITY;
    }
    let bearing = x.atan2(turn_m - y).rem_euclid(TAU);
    let cos = (turn_m * turn_m + apart * apart - radius_m * radius_m) / (2.0 * turn_m * apart);
    let touching = cos.clamp(-1.0, 1.0).acos();
    turn_m * (bearing - touching).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn straight_ahead_and_behind() {
        let ahead = Arc::of(0.3, 0.0).unwrap();
        let back = Arc::of(-0.3, 0.0).unwrap();
        assert!((ahead.travel_m([1.0, 0.0], 0.2) - 0.8).abs() < 1e-12);
        assert!((back.travel_m([-1.0, 0.0], 0.2) - 0.8).abs() < 1e-12);
        assert_eq!(back.travel_m([1.0, 0.0], 0.2), f64::INFINITY);
        assert_eq!(
            ahead.travel_m([1.0, 0.21], 0.2),
            f64::INFINITY,
            "passes beside"
        );
        assert_eq!(ahead.travel_m([0.1, 0.0], 0.2), 0.0, "touches");
        assert_eq!(ahead.travel_m([-0.1, 0.0], 0.2), f64::INFINITY, "leaves");
        assert_eq!(Arc::of(0.0, 1.0), None, "turns in place");
    }

    proptest! {
        /// Against the plain way: walk along the arc in small steps.
        #[test]
        fn agrees_with_walking(
            v in prop_oneof![-0.6..-0.02, 0.02..0.6],
            w in -1.5..1.5f64,
            x in -1.5..1.5f64,
            y in -1.5..1.5f64,
        ) {
            let radius = 0.25;
            prop_assume!(x.hypot(y) > radius + 0.01);
            let travel = Arc::of(v, w).unwrap().travel_m([x, y], radius);
            let step_secs = 0.001 / v.abs();
            let mut pose = hearth_types::Pose2::default();
            let mut walked = f64::INFINITY;
            for step in 0..4000 {
                let gap = (x - pose.x_m).hypot(y - pose.y_m) - radius;
                if gap <= 0.0 {
                    walked = f64::from(step) * 0.001;
                    break;
                }
                let half = pose.yaw_rad + w * step_secs / 2.0;
                pose = hearth_types::Pose2::new(
                    pose.x_m + v * step_secs * half.cos(),
                    pose.y_m + v * step_secs * half.sin(),
                    pose.yaw_rad + w * step_secs,
                );
            }
            // A graze may be seen by one and not by the other: compare with a slimmer and a
            // fatter robot.
            let slim = Arc::of(v, w).unwrap().travel_m([x, y], radius - 0.006);
            let fat = Arc::of(v, w).unwrap().travel_m([x, y], radius + 0.006);
            if slim < 3.9 {
                prop_assert!(walked <= slim + 0.01, "{walked} {travel} {slim}");
            }
            if walked < 3.9 {
                prop_assert!(fat <= walked + 0.01, "{walked} {travel} {fat}");
            }
        }
    }
}
