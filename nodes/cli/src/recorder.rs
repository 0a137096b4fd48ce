//! Collects from the stream of messages what a report needs.

use crate::report::StepReport;
use hearth_types::{
    Detections, Evidence, Language, Message, Odometry, PlanStep, Point2, Pose2, Stamp, StepState,
    TaskEvent, TaskVerdict, World,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Frames that are kept in case that a verdict turns out to rest on them (about 13 s of them).
const KEPT_FRAMES: usize = 64;
/// Decisive frames that are written for one command; the latest count.
const KEPT_EVIDENCE: usize = 8;
/// \[m\] Shorter moves do not make a new point of the path.
const PATH_STEP_M: f64 = 0.02;
/// Below these an actuator counts as at rest.
const MOTION_M_S: f64 = 0.005;
const MOTION_RAD_S: f64 = 0.01;

/// One command, as it was observed.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// When it was given.
    pub began: Stamp,
    /// First actuator motion after it.
    pub first_motion: Option<Stamp>,
    /// Its language.
    pub language: Option<Language>,
    /// Its meaning.
    pub meaning: Option<String>,
    /// Its plan.
    pub plan: Vec<PlanStep>,
    /// How its steps ended.
    pub steps: Vec<StepReport>,
    /// What was said.
    pub spoken: Vec<String>,
    /// How it ended: whether it was understood, and the verdict.
    pub finished: Option<(Stamp, bool, TaskVerdict)>,
    /// The robot's path.
    pub path_in_map: Vec<Point2>,
    /// Frames that decided: what for, and the frame with its detections.
    pub evidence: VecDeque<(String, Arc<Detections>)>,
}

/// Watches all messages. Feed it with [`Recorder::observe`].
#[derive(Debug, Default)]
pub struct Recorder {
    current: Observed,
    step_began: BTreeMap<usize, Stamp>,
    has_asked: bool,
    frames: VecDeque<Arc<Detections>>,
    map_from_odom: Option<Pose2>,
    world: Option<Arc<World>>,
}

impl Recorder {
    /// Begins a new command at `now`.
    pub fn begin(&mut self, now: Stamp) {
        self.current = Observed {
            began: now,
            ..Observed::default()
        };
        self.step_began.clear();
        self.has_asked = false;
    }

    /// Takes the finished record of the command.
    pub fn take(&mut self) -> Observed {
        std::mem::take(&mut self.current)
    }

    /// Whether the robot has asked something since the command.
    pub fn has_asked(&self) -> bool {
        self.has_asked
    }

    /// Whether the command has ended.
    pub fn is_finished(&self) -> bool {
        self.current.finished.is_some()
    }

    /// The newest world.
    pub fn world(&self) -> Option<&World> {
        self.world.as_deref()
    }

    /// Takes note of a message at simulated time `now`.
    pub fn observe(&mut self, now: Stamp, message: &Message) {
        match message {
            Message::Task(event) => self.task(now, event),
            Message::Say(say) => self.current.spoken.push(say.text.clone()),
            Message::World(world) => self.world = Some(Arc::clone(world)),
            Message::Detections(detections) => {
                if self.frames.len() == KEPT_FRAMES {
                    self.frames.pop_front();
                }
                self.frames.push_back(Arc::clone(detections));
            }
            Message::Localization(it) => self.map_from_odom = Some(it.map_from_odom),
            Message::Odometry(odometry) => self.path(odometry),
            Message::Actuators(frame) if self.current.first_motion.is_none() => {
                let moves = frame.forward_m_s.abs() > MOTION_M_S
                    || frame.yaw_rate_rad_s.abs() > MOTION_RAD_S
                    || frame
                        .joints
                        .iter()
                        .flatten()
                        .any(|it| it.velocity.abs() > MOTION_RAD_S);
                if moves {
                    self.current.first_motion = Some(now);
                }
            }
            _ => {}
        }
    }

    fn path(&mut self, odometry: &Odometry) {
        let Some(map_from_odom) = self.map_from_odom else {
            return;
        };
        let at = map_from_odom.compose(&odometry.odom_from_base).point();
        let path = &mut self.current.path_in_map;
        if path
            .last()
            .is_none_or(|last| (at - last).norm() >= PATH_STEP_M)
        {
            path.push(at);
        }
    }

    fn task(&mut self, now: Stamp, event: &TaskEvent) {
        match event {
            TaskEvent::Understood {
                language, meaning, ..
            } => {
                self.current.language = Some(*language);
                self.current.meaning = Some(meaning.clone());
            }
            TaskEvent::Planned { steps, .. } => self.current.plan.clone_from(steps),
            TaskEvent::Step {
                stamp,
                index,
                state,
                ..
            } => self.step(*stamp, *index, state),
            TaskEvent::Finished {
                understood,
                verdict,
                ..
            } => {
                self.current.finished = Some((now, *understood, verdict.clone()));
            }
            TaskEvent::Asked { .. } => self.has_asked = true,
            TaskEvent::Heard { .. } => {}
        }
    }

    fn step(&mut self, stamp: Stamp, index: usize, state: &StepState) {
        let (name, reason, evidence) = match state {
            StepState::Started => {
                self.step_began.insert(index, stamp);
                return;
            }
            StepState::Note(_) => return,
            StepState::Succeeded(evidence) => ("succeeded", None, evidence),
            StepState::Failed { reason, evidence } => ("failed", Some(reason.clone()), evidence),
        };
        let began = self.step_began.get(&index).copied().unwrap_or(stamp);
        let skill = self
            .current
            .plan
            .get(index)
            .map(|it| it.skill.clone())
            .unwrap_or_default();
        self.keep_frame(&format!("{}-{skill}", index + 1), evidence);
        self.current.steps.push(StepReport {
            index,
            skill,
            state: name,
            reason,
            evidence: evidence.text.clone(),
            simulated_secs: stamp.secs_since(began),
        });
    }

    fn keep_frame(&mut self, what: &str, evidence: &Evidence) {
        let Some(stamp) = evidence.frame else { return };
        if let Some(frame) = self.frames.iter().rev().find(|it| it.frame.stamp == stamp) {
            if self.current.evidence.len() == KEPT_EVIDENCE {
                self.current.evidence.pop_front();
            }
            self.current
                .evidence
                .push_back((what.to_owned(), Arc::clone(frame)));
        }
    }
}
