//! Inverse kinematics: damped least squares with joint limits, from several fixed starts.

use super::{ArmModel, GripperPose, Posture};
use nalgebra::{Matrix6, Vector6};

const MAX_STEPS: usize = 60;
/// \[m\]
const POSITION_TOLERANCE_M: f64 = 2e-4;
const ANGLE_TOLERANCE_RAD: f64 = 2e-3;
/// \[m/rad\] What an error of angle counts against one of position.
const ANGLE_WEIGHT: f64 = 0.25;
/// Starts besides the one given.
const STARTS: usize = 14;

impl ArmModel {
    /// The posture that puts the gripper there, found from `start`; `None` if the search ends
    /// elsewhere. Other joints keep their positions.
    pub fn solve_from(&self, goal: &GripperPose, start: &Posture) -> Option<Posture> {
        let goal = goal.isometry();
        if !goal.translation.vector.iter().all(|it| it.is_finite()) {
            return None;
        }
        let mut posture = *start;
        self.clamp(&mut posture);
        for step in 0..MAX_STEPS {
            let (tip, mut jacobian) = self.chain.pose_and_jacobian(&posture);
            let away = goal.translation.vector - tip.translation.vector;
            let turn = (goal.rotation * tip.rotation.inverse()).scaled_axis();
            if away.norm() < POSITION_TOLERANCE_M && turn.norm() < ANGLE_TOLERANCE_RAD {
                return Some(posture);
            }
            // What is still far off after many steps sits in a corner of the limits.
            if step > MAX_STEPS / 2 && away.norm() > 0.15 {
                return None;
            }
            let mut error = Vector6::zeros();
            error.fixed_rows_mut::<3>(0).copy_from(&away);
            error
                .fixed_rows_mut::<3>(3)
                .copy_from(&(turn * ANGLE_WEIGHT));
            for row in 3..6 {
                jacobian.row_mut(row).scale_mut(ANGLE_WEIGHT);
            }
            let damping = 1e-5 + 0.003 * error.norm_squared().min(1.0);
            let normal = &jacobian * jacobian.transpose() + Matrix6::identity() * damping;
            let weights = normal.cholesky()?.solve(&error);
            let change = jacobian.transpose() * weights;
            let largest = change.amax();
            let scale = if largest > 0.5 { 0.5 / largest } else { 1.0 };
            for (column, joint) in self.joints.iter().enumerate() {
                posture[joint.index] += change[column] * scale;
            }
            self.clamp(&mut posture);
        }
        None
    }

    /// All clearly different postures that put the gripper there, the nearest to `near` first.
    pub fn solve(&self, goal: &GripperPose, near: &Posture) -> Vec<Posture> {
        let mut found: Vec<Posture> = Vec::new();
        let spread = (1..=STARTS).map(|it| self.start(it, near));
        let wound = [0.1, 0.9].map(|share| self.wound_up(share, near));
        for start in std::iter::once(*near).chain(spread).chain(wound) {
            if let Some(posture) = self.solve_from(goal, &start)
                && found.iter().all(|it| self.distance_rad(it, &posture) > 0.2)
            {
                found.push(posture);
            }
        }
        found.sort_by(|a, b| {
            self.distance_rad(a, near)
                .total_cmp(&self.distance_rad(b, near))
        });
        found
    }

    /// The n-th start: a Halton sequence over the turning joints' ranges, so that starts spread
    /// and are the same in every run.
    fn start(&self, n: usize, near: &Posture) -> Posture {
        const BASES: [usize; 8] = [2, 3, 5, 7, 11, 13, 17, 19];
        // The middle part of the range: starts at the limits get stuck there.
        self.at_shares(near, BASES.map(|base| 0.1 + 0.8 * radical_inverse(n, base)))
    }

    /// A start with every turning joint at this share of its range: goals behind the robot whose
    /// joints all turn the same way, nearly once around together, are reached from nowhere else.
    fn wound_up(&self, share: f64, near: &Posture) -> Posture {
        self.at_shares(near, std::iter::repeat(share))
    }

    /// The turning joints at these shares of their ranges, the others as they are.
    fn at_shares(&self, near: &Posture, shares: impl IntoIterator<Item = f64>) -> Posture {
        let mut posture = *near;
        let turning = self.joints.iter().filter(|it| !it.slides);
        for (joint, share) in turning.zip(shares) {
            posture[joint.index] = joint.lower + share * (joint.upper - joint.lower);
        }
        posture
    }
}

fn radical_inverse(mut n: usize, base: usize) -> f64 {
    let (mut value, mut place) = (0.0, 1.0);
    while n > 0 {
        place /= base as f64;
        value += (n % base) as f64 * place;
        n /= base;
    }
    value
}

#[cfg(test)]
mod tests {
    use crate::arm::{GripperPose, tests::ember};
    use hearth_types::Point3;
    use proptest::prelude::*;

    #[test]
    fn what_is_out_of_reach_has_no_posture() {
        let arm = ember();
        for (x, z) in [(1.2, 0.7), (0.5, 1.6), (5.0, 0.5), (f64::NAN, 0.5)] {
            let goal = GripperPose {
                position: Point3::new(x, 0.0, z),
                heading_rad: 0.0,
                pitch_rad: 0.0,
            };
            assert!(arm.solve(&goal, arm.stow_posture()).is_empty(), "{goal:?}");
        }
    }

    #[test]
    fn a_point_before_the_robot_is_reached_from_the_fold() {
        let arm = ember();
        for pitch_rad in [0.0, 0.6, std::f64::consts::FRAC_PI_2] {
            let position = Point3::new(0.5, 0.0, 0.75);
            let goal = GripperPose {
                position,
                heading_rad: 0.0,
                pitch_rad,
            };
            let found = arm.solve(&goal, arm.stow_posture());
            assert!(!found.is_empty(), "pitch {pitch_rad}");
        }
    }

    #[test]
    fn what_only_joints_wound_up_the_same_way_reach_is_reached() {
        let arm = ember();
        for turned in [
            [0.25, 1.926_733_7, 2.263_857_4, 2.263_732_4, 0.0],
            [0.5, -1.358_757, -2.569_615, -2.075_077, 0.251_831],
        ] {
            let mut posture = *arm.stow_posture();
            posture[..5].copy_from_slice(&turned);
            let goal = arm.gripper_pose(&posture);
            assert!(!arm.solve(&goal, arm.stow_posture()).is_empty(), "{goal:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn where_a_posture_is_some_posture_leads(
            lift in 0.25..1.05f64,
            shoulder in -1.5..2.0f64,
            elbow in -2.6..2.6f64,
            yaw in -2.3..2.3f64,
            pitch in -0.3..1.57f64,
        ) {
            let arm = ember();
            let mut posture = *arm.stow_posture();
            posture[..5].copy_from_slice(&[lift, shoulder, elbow, yaw, pitch]);
            let goal = arm.gripper_pose(&posture);
            let found = arm.solve(&goal, arm.stow_posture());
            prop_assert!(!found.is_empty(), "{goal:?}");
            for it in found {
                let reached = arm.gripper_pose(&it);
                prop_assert!((reached.position - goal.position).norm() < 1e-3);
                let turn = hearth_types::wrap_angle(reached.heading_rad - goal.heading_rad);
                prop_assert!(turn.abs() < 1e-2 && (reached.pitch_rad - goal.pitch_rad).abs() < 1e-2);
                for joint in &arm.joints {
                    prop_assert!((joint.lower..=joint.upper).contains(&it[joint.index]));
                }
            }
        }
    }
}
