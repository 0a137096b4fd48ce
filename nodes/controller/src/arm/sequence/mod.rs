//! Carries out the arm's tasks, tick by tick. Sans IO: measurements in, set points out.

mod script;

use super::gripper::{Fingers, Grip};
use super::planning::{Held, Planner};
use super::touch::Feel;
use super::{ArmModel, GripperPose, GripperState, Motion, Posture, Scene};
use hearth_types::{
    GraspTarget, JointStates, JointTarget, MAX_JOINTS, MotionFailure, PlaceTarget, Point2, Pose2,
    Stamp,
};
use std::collections::VecDeque;
use std::sync::Arc;

/// What the arm shall do.
#[derive(Clone, Debug, PartialEq)]
pub enum ArmTask {
    /// Open, reach, close, lift, fold.
    Grasp(GraspTarget),
    /// Put down what is held, withdraw, fold.
    Place(PlaceTarget),
    /// Hold out what is held until it is pulled; then let go and fold.
    Offer {
        /// Where the person is.
        person_in_map: Point2,
        /// \[s\] How long to wait for the pull.
        patience_secs: f64,
    },
    /// Fold, keeping what is held.
    Stow,
    /// Put the gripper somewhere, in `base_link`.
    Reach(GripperPose),
}

/// How a task ended.
pub type ArmOutcome = Result<(), MotionFailure>;

/// What a tick gives.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmTick {
    /// Set points of arm and gripper; `None` for other joints, and before the first task.
    pub targets: [Option<JointTarget>; MAX_JOINTS],
    /// What it is at, in a word or two.
    pub phase: &'static str,
    /// In the tick in which the task ends.
    pub outcome: Option<ArmOutcome>,
}

/// What the gripper's sensors show.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ArmEvidence {
    /// \[m\]
    pub gripper_width_m: f64,
    /// \[N\] Positive closes.
    pub gripper_effort_n: f64,
    /// Closed, with effort, on something that keeps the fingers apart.
    pub holding: bool,
    /// \[m\] From the gripper's centre down to the bottom of what is held.
    pub held_below_m: Option<f64>,
    /// A pull was felt in the task that ended last.
    pub pull_felt: bool,
}

/// One step of a task.
#[derive(Clone, Debug)]
enum Step {
    Move {
        motion: Motion,
        phase: &'static str,
        watch: Watch,
    },
    /// Like a move, but ends as soon as the load's weight is gone from the lift.
    Lower {
        motion: Motion,
    },
    Open {
        width_m: f64,
    },
    Close,
    /// Nothing moves for so many seconds.
    Rest {
        secs: f64,
    },
    /// Until the person pulls.
    AwaitPull {
        patience_secs: f64,
    },
    /// What was held is no longer.
    Released,
    /// Whether the hand is empty now, as far as weight and fingers tell.
    Confirm,
}

/// What ends a move early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Watch {
    /// Resistance.
    Touch,
    /// Resistance, and that what is held stays held.
    Load,
}

/// Carries out one task at a time; between tasks it holds the arm and what is in the gripper.
#[derive(Debug)]
pub struct ArmSequencer {
    arm: Arc<ArmModel>,
    scene: Scene,
    steps: VecDeque<Step>,
    /// \[s\] How far the step's motion has run; stands still while the arm lags behind.
    run_secs: f64,
    step_since: Option<Stamp>,
    last: Option<Stamp>,
    /// Set point of the arm; `None` before the first task.
    wanted: Option<(Posture, Posture)>,
    grip: Grip,
    feel: Feel,
    rest: Option<Posture>,
    /// Efforts less the arm's own weight, when the task began.
    load: Posture,
    held: Option<Held>,
    pending: Option<Held>,
    lost_since: Option<Stamp>,
    failure: Option<MotionFailure>,
    pull_felt: bool,
    active: bool,
    state: GripperState,
}

/// \[s\] How long the arm may take to settle after a motion.
const SETTLE_SECS: f64 = 1.2;
/// \[s\] Nothing felt between the fingers for so long: it is lost. Bridges noise and jolts.
const LOST_SECS: f64 = 0.12;
/// \[N\] An empty hand and free fingers feel less, for noise.
const FREE_HAND_N: f64 = 1.5;
/// \[s\] Fingers that have not come to rest by then are stuck.
const FINGERS_SECS: f64 = 4.0;

impl ArmSequencer {
    /// A sequencer that commands nothing until the first task.
    pub fn new(arm: Arc<ArmModel>) -> Self {
        Self {
            arm,
            scene: Scene::default(),
            steps: VecDeque::new(),
            run_secs: 0.0,
            step_since: None,
            last: None,
            wanted: None,
            grip: Grip::new(),
            feel: Feel::new(),
            rest: None,
            load: [0.0; MAX_JOINTS],
            held: None,
            pending: None,
            lost_since: None,
            failure: None,
            pull_felt: false,
            active: false,
            state: GripperState::default(),
        }
    }

    /// Begins a task; the one before is dropped. The base must stand still until it ends. `scene`
    /// is what stands around, without the thing that is to be grasped.
    ///
    /// # Errors
    /// The reason if it cannot be begun; the arm then holds where it is.
    pub fn start(
        &mut self,
        task: &ArmTask,
        base_in_map: &Pose2,
        states: &JointStates,
        scene: Scene,
    ) -> Result<(), MotionFailure> {
        self.stop();
        let invalid = |what: &str| MotionFailure::Invalid(what.to_owned());
        let from = self
            .arm
            .measured(states)
            .ok_or_else(|| invalid("no joint states"))?;
        if !base_in_map.is_finite() {
            return Err(invalid("the base's pose is not finite"));
        }
        // What the motors were told last is where motions begin, or they would jump by the drives'
        // steady error; unless the arm was moved since.
        let from = match &self.wanted {
            Some((wanted, _)) if self.is_near(wanted, &from) => self.merged(wanted, &from),
            _ => from,
        };
        self.scene = scene;
        self.pull_felt = false;
        self.load = self.feel.efforts();
        let own = self.arm.gravity_efforts(&from);
        for (load, own) in self.load.iter_mut().zip(own) {
            *load -= own;
        }
        self.wanted = Some((from, [0.0; MAX_JOINTS]));
        self.steps = self.script(task, base_in_map, &from)?;
        self.active = true;
        Ok(())
    }

    /// Drops the task, if there is one. The arm holds where its set point is.
    pub fn stop(&mut self) {
        self.steps.clear();
        self.step_since = None;
        self.run_secs = 0.0;
        self.failure = None;
        self.pending = None;
        self.active = false;
        if let Some((_, velocity)) = &mut self.wanted {
            *velocity = [0.0; MAX_JOINTS];
        }
    }

    /// Whether a task is under way.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// Whether something is in the gripper, as the last tick's measurements show.
    pub fn is_holding(&self) -> bool {
        self.held.is_some() && self.grip.is_held(&self.arm)
    }

    /// What is in the gripper and how it is held, if that is known.
    pub(crate) fn held(&self) -> Option<&Held> {
        self.held.as_ref().filter(|_| self.is_holding())
    }

    /// What the gripper's sensors showed in the last tick.
    pub fn evidence(&self) -> ArmEvidence {
        ArmEvidence {
            gripper_width_m: self.state.width_m,
            gripper_effort_n: self.state.effort_n,
            holding: self.is_holding(),
            held_below_m: self.held.as_ref().map(|it| it.below_m),
            pull_felt: self.pull_felt,
        }
    }

    /// Takes measurements, advances the task, gives set points. Call it every control tick, also
    /// between tasks; not while the gate holds the robot.
    pub fn tick(&mut self, now: Stamp, states: &JointStates) -> ArmTick {
        let mut targets = [None; MAX_JOINTS];
        let measured = self.arm.measured(states);
        let gripper = GripperState::measured(&self.arm, states);
        let (Some(measured), Some(gripper)) = (measured, gripper) else {
            return ArmTick {
                targets,
                phase: "waiting for joints",
                outcome: None,
            };
        };
        self.state = gripper;
        let secs = self
            .last
            .map_or(0.0, |it| now.secs_since(it))
            .clamp(0.0, 0.1);
        self.last = Some(now);
        let arm = Arc::clone(&self.arm);
        let wanted = self.wanted.map_or(measured, |it| it.0);
        self.feel.tick(&arm, now, states, &wanted);
        let (phase, outcome) = self.advance(now, secs, &measured);
        if let Some((position, velocity)) = &self.wanted {
            for joint in &arm.joints {
                targets[joint.index] = Some(JointTarget {
                    position: position[joint.index],
                    velocity: velocity[joint.index],
                    max_effort: None,
                });
            }
            targets[arm.gripper.index] = Some(self.grip.tick(&arm, now, &gripper));
        }
        ArmTick {
            targets,
            phase,
            outcome,
        }
    }

    /// Runs the step that is due.
    fn advance(
        &mut self,
        now: Stamp,
        secs: f64,
        measured: &Posture,
    ) -> (&'static str, Option<ArmOutcome>) {
        if !self.active {
            self.watch_load(now);
            return ("idle", None);
        }
        let Some(step) = self.steps.front().cloned() else {
            self.active = false;
            let outcome = self.failure.take().map_or(Ok(()), Err);
            return ("done", Some(outcome));
        };
        let since = *self.step_since.get_or_insert(now);
        let in_step_secs = now.secs_since(since);
        let phase = phase_of(&step);
        let arm = Arc::clone(&self.arm);
        match step {
            Step::Move { motion, watch, .. } => {
                self.follow(&motion, secs);
                let over_secs = self.run_secs - motion.duration_secs();
                if watch == Watch::Load && self.watch_load(now) {
                    self.recover(MotionFailure::Dropped, measured);
                } else if self.feel.resisted(now) {
                    self.recover(MotionFailure::Touched, measured);
                } else if over_secs >= 0.0 && (self.is_settled(measured) || over_secs > SETTLE_SECS)
                {
                    self.next();
                }
            }
            Step::Lower { motion } => {
                self.follow(&motion, secs);
                let before = self.rest.is_none() && self.run_secs > 0.35 * motion.duration_secs();
                if before {
                    self.rest = Some(self.feel.efforts());
                }
                let over_secs = self.run_secs - motion.duration_secs();
                let landed = self.load_is_gone() || self.feel.resisted(now);
                if landed || (over_secs >= 0.0 && self.is_settled(measured)) || over_secs > 0.8 {
                    if landed {
                        self.halt(measured);
                    }
                    self.next();
                }
            }
            Step::Open { width_m } => {
                self.grip.open(width_m);
                let open = self.grip.fingers(&arm, now) == Fingers::Open;
                if (open && in_step_secs > 0.1) || in_step_secs > FINGERS_SECS {
                    self.next();
                }
            }
            Step::Close => {
                self.grip.close();
                match self.grip.fingers(&arm, now) {
                    Fingers::Holding => {
                        self.held = self.pending.take();
                        self.next();
                    }
                    Fingers::Empty => self.recover(MotionFailure::MissedGrasp, measured),
                    _ if in_step_secs > FINGERS_SECS => {
                        self.recover(MotionFailure::MissedGrasp, measured);
                    }
                    _ => {}
                }
            }
            Step::Rest { secs } => {
                if in_step_secs >= secs {
                    self.next();
                }
            }
            Step::AwaitPull { patience_secs } => {
                self.await_pull(now, in_step_secs, patience_secs, measured)
            }
            Step::Released => {
                self.held = None;
                self.next();
            }
            Step::Confirm => {
                // Taken with one hand and kept with the other is not taken.
                if self.hangs_on(measured) {
                    self.failure = Some(MotionFailure::NotTaken);
                }
                self.next();
            }
        }
        (phase, None)
    }

    fn await_pull(
        &mut self,
        now: Stamp,
        in_step_secs: f64,
        patience_secs: f64,
        measured: &Posture,
    ) {
        if self.watch_load(now) {
            // Taken so fast that the fingers felt it first: it is gone while it was held out.
            self.pull_felt = true;
            self.next();
            return;
        }
        // A person may pull before the arm has come to rest, so what is compared with is not what
        // is felt now, but what the arm's weight and the load from before explain.
        let mut rest = self.arm.gravity_efforts(measured);
        for (rest, load) in rest.iter_mut().zip(self.load) {
            *rest += load;
        }
        let force_n = self.feel.pull_n(&self.arm, measured, &rest);
        if self.feel.is_pulled(now, force_n) {
            self.pull_felt = true;
            self.next();
        } else if in_step_secs > patience_secs {
            self.give_up(MotionFailure::NotTaken, measured);
        }
    }

    /// Moves the set point along, unless the arm cannot follow.
    fn follow(&mut self, motion: &Motion, secs: f64) {
        if !self.feel.lags() {
            self.run_secs += secs;
        }
        if let (Some(sample), Some((position, velocity))) =
            (motion.sample(self.run_secs), &mut self.wanted)
        {
            let lags = self.feel.lags();
            for joint in &self.arm.joints {
                position[joint.index] = sample.0[joint.index];
                velocity[joint.index] = if lags { 0.0 } else { sample.1[joint.index] };
            }
        }
    }

    fn next(&mut self) {
        self.steps.pop_front();
        self.step_since = None;
        self.run_secs = 0.0;
        self.rest = None;
        if let Some((_, velocity)) = &mut self.wanted {
            *velocity = [0.0; MAX_JOINTS];
        }
    }

    /// Sets the set point to where the arm is.
    fn halt(&mut self, measured: &Posture) {
        if let Some((wanted, velocity)) = &mut self.wanted {
            for joint in &self.arm.joints {
                wanted[joint.index] = measured[joint.index];
            }
            *velocity = [0.0; MAX_JOINTS];
        }
    }

    /// Whether what was held is lost; then it is held no more.
    fn watch_load(&mut self, now: Stamp) -> bool {
        if self.held.is_none() || self.grip.is_held(&self.arm) {
            self.lost_since = None;
            return false;
        }
        let since = *self.lost_since.get_or_insert(now);
        if now.secs_since(since) < LOST_SECS {
            return false;
        }
        self.held = None;
        self.lost_since = None;
        true
    }

    /// Whether the lift carries clearly less than before.
    fn load_is_gone(&self) -> bool {
        let (Some(rest), Some(lift)) = (self.rest, self.arm.lift) else {
            return false;
        };
        // More than noise, less than the lightest thing that could topple.
        rest[lift.index] - self.feel.efforts()[lift.index] > 4.0
    }

    /// Whether, with the fingers open and the arm folded, something still weighs on the hand, pulls
    /// it or holds the fingers.
    fn hangs_on(&self, measured: &Posture) -> bool {
        let own = self.arm.gravity_efforts(measured);
        let force_n = self.feel.pull_n(&self.arm, measured, &own);
        force_n > FREE_HAND_N || self.state.effort_n.abs() > FREE_HAND_N
    }

    fn is_near(&self, wanted: &Posture, measured: &Posture) -> bool {
        self.arm.joints.iter().all(|it| {
            let tolerance = if it.slides { 0.02 } else { 0.06 };
            (wanted[it.index] - measured[it.index]).abs() < tolerance
        })
    }

    fn is_settled(&self, measured: &Posture) -> bool {
        let Some((wanted, _)) = &self.wanted else {
            return true;
        };
        self.arm.joints.iter().all(|it| {
            let tolerance = if it.slides { 0.003 } else { 0.012 };
            (wanted[it.index] - measured[it.index]).abs() < tolerance
        })
    }

    fn merged(&self, wanted: &Posture, measured: &Posture) -> Posture {
        let mut merged = *measured;
        for joint in &self.arm.joints {
            merged[joint.index] = wanted[joint.index];
        }
        merged
    }

    fn planner<'a>(&'a self, scene: &'a Scene) -> Planner<'a> {
        Planner {
            arm: &self.arm,
            scene,
        }
    }
}

fn phase_of(step: &Step) -> &'static str {
    match step {
        Step::Move { phase, .. } => phase,
        Step::Lower { .. } => "lowering",
        Step::Open { .. } => "opening",
        Step::Close => "closing",
        Step::Rest { .. } | Step::Released | Step::Confirm => "waiting",
        Step::AwaitPull { .. } => "offering",
    }
}
