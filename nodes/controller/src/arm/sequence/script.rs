//! Tasks as lists of steps, and what to do when one fails.

use super::{ArmSequencer, ArmTask, Step, Watch};
use crate::arm::collision::Margins;
use crate::arm::grasp::GraspStyle;
use crate::arm::planning::{GraspPlan, Held};
use crate::arm::{ArmError, HeldShape, Motion, Pace, Posture};
use hearth_types::{GraspTarget, Isometry3, MotionFailure, PlaceTarget, Point2, Point3, Pose2};
use std::collections::VecDeque;

type Steps = VecDeque<Step>;

/// \[0, 1\] Of the travel speed, with something in the gripper.
const CARRY_SHARE: f64 = 0.7;
/// \[m\] Opened beyond the held width to let go.
const LET_GO_M: f64 = 0.05;
/// \[m\] The same with one finger inside of what is held: further apart they would spread in it, between its far wall and its handle.
const LET_RIM_GO_M: f64 = 0.024;

impl ArmSequencer {
    pub(super) fn script(
        &mut self,
        task: &ArmTask,
        base_in_map: &Pose2,
        from: &Posture,
    ) -> Result<Steps, MotionFailure> {
        match task {
            ArmTask::Grasp(target) => self.grasp_script(target, base_in_map, from),
            ArmTask::Place(target) => self.place_script(target, base_in_map, from),
            ArmTask::Offer {
                person_in_map,
                patience_secs,
            } => {
                let person = base_in_map.inverse().transform(person_in_map);
                self.offer_script(&person, *patience_secs, from)
            }
            ArmTask::Stow => self.stow_script(from),
            ArmTask::Reach(pose) => {
                let scene = self.scene.clone();
                let planner = self.planner(&scene);
                let goals = self.arm.solve(pose, from);
                let mut ways = goals.iter().filter_map(|it| planner.travel(from, it, None));
                let way = ways.next().ok_or(MotionFailure::Unreachable)?;
                let travel = self.travel(&way, "reaching", Watch::Touch, Pace::Travel)?;
                Ok(VecDeque::from([travel]))
            }
        }
    }

    fn grasp_script(
        &mut self,
        target: &GraspTarget,
        base_in_map: &Pose2,
        from: &Posture,
    ) -> Result<Steps, MotionFailure> {
        let finite = target
            .centre_in_map
            .iter()
            .chain(&target.size_m)
            .all(|it| it.is_finite());
        if !finite || !target.yaw_rad.is_finite() || !target.support_height_m.is_finite() {
            return Err(MotionFailure::Invalid(
                "the target is not finite".to_owned(),
            ));
        }
        if self.is_holding() {
            return Err(MotionFailure::Invalid(
                "something is in the gripper".to_owned(),
            ));
        }
        let scene = self.scene.clone();
        let plan = self.planner(&scene).grasp(target, base_in_map, from);
        let plan = plan.ok_or(MotionFailure::Unreachable)?;
        let steps = self.grasp_steps(&plan)?;
        self.held = None;
        self.grip.open(plan.candidate.opening_m);
        self.pending = Some(plan.held);
        Ok(steps)
    }

    fn grasp_steps(&self, plan: &GraspPlan) -> Result<Steps, MotionFailure> {
        let arm = &self.arm;
        let slow = Pace::Gripper(arm.config.approach_speed_m_s);
        let approach = Motion::along(arm, &plan.approach, slow).map_err(invalid)?;
        let lift = Motion::along(arm, &plan.lift, slow).map_err(invalid)?;
        Ok(VecDeque::from([
            self.travel(&plan.to_standoff, "reaching", Watch::Touch, Pace::Travel)?,
            Step::Open {
                width_m: plan.candidate.opening_m,
            },
            Step::Move {
                motion: approach,
                phase: "approaching",
                watch: Watch::Touch,
            },
            Step::Close,
            Step::Move {
                motion: lift,
                phase: "lifting",
                watch: Watch::Load,
            },
            self.travel(
                &plan.carry,
                "folding",
                Watch::Load,
                Pace::Share(CARRY_SHARE),
            )?,
        ]))
    }

    fn place_script(
        &mut self,
        target: &PlaceTarget,
        base_in_map: &Pose2,
        from: &Posture,
    ) -> Result<Steps, MotionFailure> {
        let below = target.held_below_m;
        if !target.spot_in_map.iter().all(|it| it.is_finite()) || !(0.0..1.0).contains(&below) {
            return Err(MotionFailure::Invalid("the spot is not finite".to_owned()));
        }
        let mut held = self.held_now(from, Some(below))?;
        held.below_m = below;
        let flat = base_in_map.inverse().transform(&target.spot_in_map.xy());
        let spot = Point3::new(flat.x, flat.y, target.spot_in_map.z);
        let scene = self.scene.clone();
        let plan = self
            .planner(&scene)
            .place(&spot, target.headroom_m, &held, from);
        let plan = plan.ok_or(MotionFailure::Unreachable)?;
        let arm = &self.arm;
        let slow = Pace::Gripper(0.6 * arm.config.approach_speed_m_s);
        let lower = Motion::along(arm, &plan.lower, slow).map_err(invalid)?;
        let back = Motion::along(arm, &plan.withdraw, slow).map_err(invalid)?;
        let open = self.let_go_m(held.style);
        Ok(VecDeque::from([
            self.travel(
                &plan.to_above,
                "reaching",
                Watch::Load,
                Pace::Share(CARRY_SHARE),
            )?,
            Step::Lower { motion: lower },
            Step::Open { width_m: open },
            Step::Released,
            Step::Rest { secs: 0.2 },
            Step::Move {
                motion: back,
                phase: "withdrawing",
                watch: Watch::Touch,
            },
            self.travel(&plan.fold, "folding", Watch::Touch, Pace::Travel)?,
        ]))
    }

    fn offer_script(
        &mut self,
        person: &Point2,
        patience_secs: f64,
        from: &Posture,
    ) -> Result<Steps, MotionFailure> {
        if !person.coords.iter().all(|it| it.is_finite()) || !patience_secs.is_finite() {
            return Err(MotionFailure::Invalid(
                "the person's place is not finite".to_owned(),
            ));
        }
        let held = self.held_now(from, None)?;
        let scene = self.scene.clone();
        let planner = self.planner(&scene);
        let way = planner
            .offer(person, &held, from)
            .ok_or(MotionFailure::Unreachable)?;
        let reached = *way.last().ok_or(MotionFailure::Unreachable)?;
        // First out of the thing's way.
        let away = planner
            .let_slide(&reached, held.style)
            .unwrap_or(vec![reached]);
        let fold = planner.fold(away.last().unwrap_or(&reached));
        let slow = Pace::Gripper(self.arm.config.approach_speed_m_s);
        let away = Motion::along(&self.arm, &away, slow).map_err(invalid)?;
        let open = self.let_go_m(held.style);
        let calm = Pace::Share(0.6);
        Ok(VecDeque::from([
            self.travel(&way, "holding out", Watch::Load, calm)?,
            Step::AwaitPull {
                patience_secs: patience_secs.clamp(0.0, 600.0),
            },
            Step::Open { width_m: open },
            Step::Released,
            Step::Rest { secs: 0.3 },
            Step::Move {
                motion: away,
                phase: "withdrawing",
                watch: Watch::Touch,
            },
            self.travel(&fold, "folding", Watch::Touch, calm)?,
            Step::Rest { secs: 0.4 },
            Step::Confirm,
        ]))
    }

    /// \[m\] How wide the fingers open to let go.
    fn let_go_m(&self, style: GraspStyle) -> f64 {
        let more_m = match style {
            GraspStyle::Rim => LET_RIM_GO_M,
            GraspStyle::Top | GraspStyle::Side => LET_GO_M,
        };
        (self.state.width_m + more_m).min(2.0 * self.arm.gripper.upper)
    }

    fn stow_script(&mut self, from: &Posture) -> Result<Steps, MotionFailure> {
        let scene = self.scene.clone();
        let planner = self.planner(&scene);
        let held = self.held.as_ref().filter(|_| self.is_holding());
        let goal = held
            .and_then(|it| planner.carry_posture(it))
            .unwrap_or(self.arm.stow);
        let mut way = Vec::new();
        // From among things: first straight back.
        let clear = self.arm.is_clear(from, &scene, None, Margins::TRAVEL);
        if !clear && let Some(line) = planner.back_off(from, GraspStyle::Side) {
            way = line;
        }
        let start = way.last().copied().unwrap_or(*from);
        way.extend(planner.fold_to(&start, &goal, held.map(|it| &it.shape)));
        let (watch, pace) = if held.is_some() {
            (Watch::Load, Pace::Share(CARRY_SHARE))
        } else {
            (Watch::Touch, Pace::Travel)
        };
        Ok(VecDeque::from([self.travel(&way, "folding", watch, pace)?]))
    }

    /// What is held; if it came into the gripper unseen, a guess at its shape.
    fn held_now(&self, from: &Posture, below_m: Option<f64>) -> Result<Held, MotionFailure> {
        if !self.grip.is_held(&self.arm) {
            return Err(MotionFailure::NothingHeld);
        }
        if let Some(held) = &self.held {
            return Ok(held.clone());
        }
        let pose = self.arm.gripper_pose(from);
        let below_m = below_m.unwrap_or(0.05);
        let size_m = [self.state.width_m, self.state.width_m, 2.0 * below_m];
        let upright = pose.isometry().rotation.inverse();
        let tip_from_object = Isometry3::from_parts(nalgebra::Translation3::identity(), upright);
        Ok(Held {
            shape: HeldShape::new(&tip_from_object, size_m),
            pitch_rad: pose.pitch_rad,
            below_m,
            height_m: 2.0 * below_m,
            offset_m: [0.0; 2],
            size_m,
            turn_rad: 0.0,
            style: if pose.pitch_rad > 1.0 {
                GraspStyle::Top
            } else {
                GraspStyle::Side
            },
        })
    }

    fn travel(
        &self,
        way: &[Posture],
        phase: &'static str,
        watch: Watch,
        pace: Pace,
    ) -> Result<Step, MotionFailure> {
        let motion = Motion::through(&self.arm, way, pace).map_err(invalid)?;
        Ok(Step::Move {
            motion,
            phase,
            watch,
        })
    }

    /// Backs off from where the arm is and folds; the task then ends with this failure. A second
    /// failure on that way ends it at once, with the arm where it is.
    pub(super) fn recover(&mut self, failure: MotionFailure, measured: &Posture) {
        if self.failure.is_some() {
            self.halt(measured);
            self.steps.clear();
            return;
        }
        let load_lost = matches!(failure, MotionFailure::Dropped | MotionFailure::MissedGrasp);
        self.pending = None;
        let style = self.held.as_ref().map_or(GraspStyle::Side, |it| it.style);
        self.halt(measured);
        self.next();
        self.steps.clear();
        self.failure = Some(failure);
        let from = self.wanted.map_or(*measured, |it| it.0);
        let scene = self.scene.clone();
        let keeps = self.held.clone().filter(|_| !load_lost);
        let mut way = Vec::new();
        let mut start = from;
        let planner = self.planner(&scene);
        if let Some(line) = planner.back_off(&from, style) {
            start = line.last().copied().unwrap_or(from);
            way = line;
        }
        let goal = keeps.as_ref().and_then(|it| planner.carry_posture(it));
        let shape = keeps.as_ref().map(|it| &it.shape);
        let fold = planner.fold_to(&start, &goal.unwrap_or(self.arm.stow), shape);
        let slow = Pace::Gripper(self.arm.config.approach_speed_m_s);
        let back = Motion::along(&self.arm, &way, slow);
        let fold = Motion::through(&self.arm, &fold, Pace::Share(CARRY_SHARE));
        let mut steps = VecDeque::new();
        if keeps.is_none() {
            steps.push_back(Step::Open {
                width_m: 2.0 * self.arm.gripper.upper,
            });
            steps.push_back(Step::Released);
        }
        for motion in [back, fold].into_iter().flatten() {
            steps.push_back(Step::Move {
                motion,
                phase: "backing off",
                watch: Watch::Touch,
            });
        }
        self.steps = steps;
    }

    /// Folds with what is held; the task then ends with this failure.
    pub(super) fn give_up(&mut self, failure: MotionFailure, measured: &Posture) {
        self.next();
        self.steps.clear();
        let from = self.wanted.map_or(*measured, |it| it.0);
        self.steps = self.stow_script(&from).unwrap_or_default();
        self.failure = Some(failure);
    }
}

fn invalid(error: ArmError) -> MotionFailure {
    MotionFailure::Invalid(error.to_string())
}
