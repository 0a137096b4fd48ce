//! Arm, gripper and head as the node uses them.

use super::ControllerError;
use super::job::ArmGoal;
use crate::config::Config;
use hearth_types::{
    JointCommand, JointStates, JointTarget, MAX_JOINTS, MotionEvidence, MotionFailure, Point3,
    Pose2, RobotParams, Stamp, World,
};
use hearth_urdf::RobotModel;
use std::sync::Arc;

pub enum ArmState {
    Moving(&'static str),
    Done,
    Failed(MotionFailure),
}

pub struct Limbs {
    pan: usize,
    tilt: usize,
    gripper: usize,
    head: [f64; 2],
    goal: Option<[f64; 2]>,
    joints: Option<Arc<JointStates>>,
}

impl Limbs {
    pub fn new(
        _: &Config,
        robot: &RobotParams,
        model: &Arc<RobotModel>,
    ) -> Result<Self, ControllerError> {
        let find = |name: &str| {
            model
                .joint_index(name)
                .ok_or_else(|| ControllerError::Limbs(format!("no joint {name}")))
        };
        Ok(Self {
            pan: find("head_pan_joint")?,
            tilt: find("head_tilt_joint")?,
            gripper: find(&robot.gripper_joint)?,
            head: [0.0; 2],
            goal: None,
            joints: None,
        })
    }

    pub fn on_joints(&mut self, joints: &Arc<JointStates>) {
        if self.joints.is_none() {
            let at = |i: usize| joints.position.get(i).copied().unwrap_or(0.0);
            self.head = [at(self.pan), at(self.tilt)];
        }
        self.joints = Some(joints.clone());
    }

    pub fn is_ready(&self) -> bool {
        self.joints.is_some()
    }

    pub fn is_folded(&self) -> bool {
        true
    }

    pub fn is_holding(&self) -> bool {
        false
    }

    pub fn reach(&self, target_in_base: &Point3) -> Option<f64> {
        let away_m = (target_in_base.x + 0.04).hypot(target_in_base.y - 0.14);
        (target_in_base.x > 0.2 && (0.3..0.72).contains(&away_m))
            .then(|| 1.0 - (away_m - 0.5).abs())
    }

    pub fn start(&mut self, goal: &ArmGoal, _: Stamp) -> Result<(), MotionFailure> {
        match goal {
            ArmGoal::Stow => Ok(()),
            _ => Err(MotionFailure::Unreachable),
        }
    }

    pub fn halt(&mut self) {}

    pub fn tick(&mut self, _: Stamp, _: &Pose2, _: Option<&World>) -> ArmState {
        ArmState::Done
    }

    pub fn look_at(&mut self, target_in_map: &Point3, base_in_map: &Pose2) -> bool {
        let flat = base_in_map.inverse().transform(&target_in_map.xy());
        let pan = flat.y.atan2(flat.x);
        let tilt = (1.2 - target_in_map.z).atan2(flat.coords.norm().max(0.05));
        self.goal = Some([pan.clamp(-2.75, 2.75), tilt.clamp(-0.65, 1.15)]);
        pan.abs() < 2.75
    }

    pub fn head_is_steady(&self) -> bool {
        self.goal.is_none_or(|goal| {
            self.joints.as_ref().is_some_and(|it| {
                let at = |i: usize| it.position.get(i).copied().unwrap_or(9.0);
                (at(self.pan) - goal[0]).abs() < 0.03 && (at(self.tilt) - goal[1]).abs() < 0.03
            })
        })
    }

    pub fn command(
        &mut self,
        now: Stamp,
        valid_until: Stamp,
        period_secs: f64,
    ) -> Option<JointCommand> {
        self.joints.as_ref()?;
        let goal = self.goal?;
        let mut targets = [None; MAX_JOINTS];
        for (i, index) in [self.pan, self.tilt].into_iter().enumerate() {
            let step = (goal[i] - self.head[i]).clamp(-1.2 * period_secs, 1.2 * period_secs);
            self.head[i] += step;
            if let Some(target) = targets.get_mut(index) {
                *target = Some(JointTarget {
                    position: self.head[i],
                    velocity: step / period_secs,
                    max_effort: None,
                });
            }
        }
        Some(JointCommand {
            stamp: now,
            valid_until,
            targets,
        })
    }

    pub fn evidence(&self, base_in_map: Pose2) -> MotionEvidence {
        let at = |values: &[f64]| values.get(self.gripper).copied().unwrap_or(0.0);
        MotionEvidence {
            base_in_map,
            gripper_width_m: self
                .joints
                .as_ref()
                .map_or(0.0, |it| 2.0 * at(&it.position)),
            gripper_effort_n: self.joints.as_ref().map_or(0.0, |it| at(&it.effort)),
            holding: false,
            held_below_m: None,
            pull_felt: false,
        }
    }
}
