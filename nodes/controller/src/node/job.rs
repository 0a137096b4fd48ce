//! What a motion does at each tick.

use super::driving::DriveJob;
use super::limbs::{ArmState, Limbs};
use super::outside::Outside;
use super::seek::Seek;
use crate::arm::{ArmTask, Gaze};
use crate::config::Config;
use crate::nav::Twist;
use crate::nav::dock::DriveGoal;
use crate::nav::drive::Turn;
use crate::senses::Senses;
use hearth_types::{MotionFailure, Point2, Point3, Pose2, Stamp, World, wrap_angle};

/// What a job works with.
pub struct Context<'a> {
    /// The tick.
    pub now: Stamp,
    /// Settings.
    pub config: &'a Config,
    /// Pose and obstacles.
    pub senses: &'a mut Senses,
    /// Arm, gripper and head.
    pub limbs: &'a mut Limbs,
    /// What perception last said.
    pub world: Option<&'a World>,
    /// A driver outside, where one is to be used.
    pub outside: &'a mut Outside,
    /// The controller commands no speed, nor holds the base to bring it to rest.
    pub at_rest: bool,
}

/// How a job goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// On; the base moves so.
    Go(Twist, &'static str),
    /// On; a driver outside moves the base.
    Outside(&'static str),
    /// Ended as asked.
    Done,
    /// Ended otherwise.
    Failed(MotionFailure),
}

/// A motion under way.
pub enum Job {
    /// Looking for where to stand, to drive there.
    Seek(Box<SeekJob>),
    /// Driving, the arm folded first.
    Drive(Box<DriveJob>),
    /// Turning in place, the arm folded first.
    Turn(Stowing, Turn),
    /// Pointing the camera.
    Look(LookJob),
    /// The arm at work, the base at rest.
    Arm(ArmJob),
    /// Braking.
    Stop(Stop),
}

impl Job {
    /// Drives to the first goal, or the next if that is blocked. Looks at `look_at` near the end.
    pub fn drive(config: &Config, goals: Vec<DriveGoal>, look_at: Option<Point3>) -> Self {
        Self::Drive(Box::new(DriveJob::new(config, goals, look_at)))
    }

    /// Turns in place.
    pub fn turn(turn: Turn) -> Self {
        Self::Turn(Stowing::default(), turn)
    }

    /// Looks at a point of the map.
    pub fn look(target_in_map: Point3) -> Self {
        Self::Look(LookJob {
            target_in_map,
            turn: None,
            turned: false,
        })
    }

    /// Moves the arm.
    pub fn arm(task: ArmTask) -> Self {
        Self::Arm(ArmJob {
            task,
            started: false,
        })
    }

    /// Whether it moves the base over the floor.
    pub fn drives(&self) -> bool {
        matches!(self, Self::Drive(_) | Self::Turn(..) | Self::Seek(_))
    }

    /// The route, if it changed.
    pub fn take_route(&mut self) -> Option<Vec<Point2>> {
        match self {
            Self::Drive(job) => job.take_route(),
            _ => None,
        }
    }

    /// The pose that a search has chosen, once.
    pub fn take_chosen(&mut self) -> Option<Pose2> {
        match self {
            Self::Drive(job) => job.chosen.take(),
            _ => None,
        }
    }

    /// One tick.
    pub fn tick(&mut self, context: &mut Context<'_>) -> Progress {
        match self {
            Self::Seek(job) => match job.seek.tick(context) {
                Ok(None) => Seek::under_way(),
                Ok(Some(poses)) => {
                    let chosen = poses.first().copied();
                    let goals = poses.iter().take(3).map(|it| DriveGoal {
                        pose_in_map: *it,
                        ..job.goal
                    });
                    let target = job.seek.target_in_map;
                    *self = Self::drive(context.config, goals.collect(), Some(target));
                    if let Self::Drive(drive) = self {
                        drive.chosen = chosen;
                    }
                    Seek::under_way()
                }
                Err(progress) => progress,
            },
            Self::Drive(job) => job.tick(context),
            Self::Turn(stowing, turn) => stowing
                .tick(context)
                .unwrap_or_else(|| turn_on(turn, context, "turning")),
            Self::Look(job) => job.tick(context),
            Self::Arm(job) => job.tick(context),
            Self::Stop(job) => job.tick(context),
        }
    }
}

/// A search, and how near to its result the drive must come.
pub struct SeekJob {
    /// The search.
    pub seek: Seek,
    /// Tolerances; the pose is filled in.
    pub goal: DriveGoal,
}

/// Folds the arm before the base moves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stowing {
    started: bool,
    done: bool,
}

impl Stowing {
    /// `None` once the arm is folded.
    pub fn tick(&mut self, context: &mut Context<'_>) -> Option<Progress> {
        if self.done {
            return None;
        }
        if !self.started {
            if context.limbs.is_folded() {
                self.done = true;
                return None;
            }
            self.started = true;
            if let Err(failure) = start_arm(context, &ArmTask::Stow) {
                return Some(Progress::Failed(failure));
            }
            return Some(Progress::Go(Twist::STOP, "folding"));
        }
        match context.limbs.state() {
            ArmState::Moving(_) => Some(Progress::Go(Twist::STOP, "folding")),
            ArmState::Done => {
                self.done = true;
                None
            }
            ArmState::Failed(failure) => Some(Progress::Failed(failure)),
        }
    }
}

/// Points the camera.
pub struct LookJob {
    target_in_map: Point3,
    turn: Option<Turn>,
    turned: bool,
}

impl LookJob {
    fn tick(&mut self, context: &mut Context<'_>) -> Progress {
        let Some(base_in_map) = context.senses.localizer().base_in_map() else {
            return Progress::Failed(MotionFailure::Lost);
        };
        if let Some(turn) = &mut self.turn {
            let progress = turn_on(turn, context, "turning");
            context.limbs.look_at(&self.target_in_map, &base_in_map);
            if progress == Progress::Done {
                self.turn = None;
            } else {
                return progress;
            }
        }
        context.limbs.look_at(&self.target_in_map, &base_in_map);
        match context.limbs.gaze(context.now) {
            Gaze::Moving => Progress::Go(Twist::STOP, "looking"),
            Gaze::Settled => Progress::Done,
            // Turning with the arm out could hit something.
            Gaze::OutOfRange if self.turned || !context.limbs.is_folded() => {
                Progress::Failed(MotionFailure::Unreachable)
            }
            Gaze::OutOfRange => {
                let heading = base_in_map.heading_to_rad(&self.target_in_map.xy());
                let aside = wrap_angle(heading - base_in_map.yaw_rad);
                self.turn = Some(Turn::by(aside, 0.1));
                self.turned = true;
                Progress::Go(Twist::STOP, "turning")
            }
        }
    }
}

/// The arm at work.
pub struct ArmJob {
    task: ArmTask,
    started: bool,
}

impl ArmJob {
    fn tick(&mut self, context: &mut Context<'_>) -> Progress {
        if !self.started {
            self.started = true;
            if let Err(failure) = start_arm(context, &self.task) {
                return Progress::Failed(failure);
            }
            return Progress::Go(Twist::STOP, "planning");
        }
        match context.limbs.state() {
            ArmState::Moving(phase) => Progress::Go(Twist::STOP, phase),
            ArmState::Done => Progress::Done,
            ArmState::Failed(failure) => Progress::Failed(failure),
        }
    }
}

/// Brakes to a stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stop {
    still_since: Option<Stamp>,
}

impl Stop {
    fn tick(&mut self, context: &mut Context<'_>) -> Progress {
        context.limbs.halt();
        let still = context
            .senses
            .localizer()
            .odometry()
            .is_some_and(|it| it.forward_m_s.abs() < 0.01 && it.yaw_rate_rad_s.abs() < 0.02);
        if !still {
            self.still_since = None;
            return Progress::Go(Twist::STOP, "braking");
        }
        let since = *self.still_since.get_or_insert(context.now);
        if context.now.secs_since(since) >= 0.15 {
            return Progress::Done;
        }
        Progress::Go(Twist::STOP, "braking")
    }
}

fn turn_on(turn: &mut Turn, context: &Context<'_>, phase: &'static str) -> Progress {
    let Some(odometry) = context.senses.localizer().odometry() else {
        return Progress::Failed(MotionFailure::Lost);
    };
    let yaw_rad = odometry.odom_from_base.yaw_rad;
    match turn.tick(&context.config.navigation, yaw_rad) {
        Some(twist) => Progress::Go(twist, phase),
        None => Progress::Done,
    }
}

fn start_arm(context: &mut Context<'_>, task: &ArmTask) -> Result<(), MotionFailure> {
    let base_in_map = context.senses.localizer().base_in_map();
    let base_in_map = base_in_map.ok_or(MotionFailure::Lost)?;
    context.limbs.start(task, &base_in_map, context.world)
}
