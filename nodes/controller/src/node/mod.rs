//! The node: one motion at a time, from request to exactly one final report.

mod begin;
mod driving;
mod job;
mod limbs;
mod outside;
mod seek;
mod tried;
mod watch;

use crate::arm::ArmError;
use crate::config::Config;
use crate::nav::Twist;
use crate::nav::drive::Smoother;
use crate::senses::Senses;
use hearth_types::{
    BaseCommand, GateReport, Heartbeat, Home, JointStates, Message, MotionEvidence, MotionFailure,
    MotionReport, MotionRequest, MotionState, Node, Outbox, Pose2, RobotParams, Stamp, Topic,
    Watched, World,
};
use hearth_urdf::RobotModel;
use job::{Job, Progress};
use limbs::Limbs;
use outside::Outside;
use std::sync::Arc;
use tried::Tried;
use watch::Watch;

/// \[s\] Between ticks.
pub const PERIOD_SECS: f64 = 0.008;
/// \[s\] Between signs of life.
const BEAT_SECS: f64 = 0.1;
/// \[s\] How long a command holds without a newer one.
pub const DEADLINE_SECS: f64 = 0.1;

/// Why a controller cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ControllerError {
    /// The robot's parameters name a link that its URDF has not.
    #[error("the URDF of {robot:?} has no link {link:?}")]
    UnknownLink {
        /// The robot.
        robot: String,
        /// The link.
        link: String,
    },
    /// The arm or the head does not suit.
    #[error(transparent)]
    Arm(#[from] ArmError),
}

/// A motion under way.
struct Active {
    request: Arc<MotionRequest>,
    job: Job,
    deadline: Stamp,
    phase: &'static str,
}

/// Carries out motions.
pub struct ControllerNode {
    config: Config,
    home: Arc<Home>,
    senses: Senses,
    limbs: Limbs,
    joints: Option<Arc<JointStates>>,
    world: Option<Arc<World>>,
    watch: Watch,
    active: Option<Active>,
    waiting: Option<Arc<MotionRequest>>,
    tried: Tried,
    smoother: Smoother,
    outside: Outside,
    last_tick: Option<Stamp>,
    last_beat: Option<Stamp>,
}

impl ControllerNode {
    /// For a robot in a home.
    ///
    /// # Errors
    /// If the robot's parameters and its URDF do not fit each other.
    pub fn new(
        mut config: Config,
        robot: &RobotParams,
        model: &Arc<RobotModel>,
        home: Arc<Home>,
    ) -> Result<Self, ControllerError> {
        config.navigation.robot_radius_m = robot.radius_m;
        let rest = vec![0.0; model.actuated().len()];
        let laser =
            model
                .link_pose(&robot.laser_link, &rest)
                .ok_or(ControllerError::UnknownLink {
                    robot: model.name.clone(),
                    link: robot.laser_link.clone(),
                })?;
        let base_from_laser = Pose2::new(
            laser.translation.x,
            laser.translation.y,
            laser.rotation.euler_angles().2,
        );
        Ok(Self {
            senses: Senses::new(&config, &home, base_from_laser),
            limbs: Limbs::new(&config.arm, model, &home)?,
            joints: None,
            world: None,
            watch: Watch::default(),
            active: None,
            waiting: None,
            tried: Tried::default(),
            smoother: Smoother::default(),
            outside: Outside::default(),
            last_tick: None,
            last_beat: None,
            config,
            home,
        })
    }

    fn tick(&mut self, now: Stamp, out: &mut Outbox) {
        let period_secs = self
            .last_tick
            .map_or(PERIOD_SECS, |it| now.secs_since(it))
            .clamp(0.001, 0.05);
        self.last_tick = Some(now);
        if self
            .last_beat
            .is_none_or(|it| now.secs_since(it) >= BEAT_SECS)
        {
            self.last_beat = Some(now);
            out.push(Message::Heartbeat(Heartbeat {
                stamp: now,
                node: Watched::Controller,
            }));
        }
        if self.active.is_none()
            && let Some(request) = self.waiting.take()
        {
            self.begin(now, request, out);
        }
        // None where a driver outside moves the base.
        let mut wanted = Some(Twist::STOP);
        if let Some(mut active) = self.active.take() {
            let progress = self.advance(now, &mut active);
            if let Some(pose) = active.job.take_chosen() {
                self.tried.add(pose);
            }
            if let Some(route) = active.job.take_route() {
                out.push(Message::Route(Arc::new(route)));
            }
            match progress {
                Progress::Go(twist, phase) => {
                    wanted = Some(twist);
                    self.go_on(now, active, phase, out);
                }
                Progress::Outside(phase) => {
                    wanted = None;
                    self.go_on(now, active, phase, out);
                }
                Progress::Done => {
                    let state = MotionState::Succeeded(self.evidence());
                    self.report(now, &active.request, state, out);
                }
                Progress::Failed(failure) => self.fail(now, &active.request, failure, out),
            }
        }
        if self.active.is_none() {
            self.outside.take_back(now);
        }
        self.outside.send(out);
        if self.holds_base(now) {
            wanted = Some(Twist::STOP);
        }
        match wanted {
            Some(it) => self.command_base(now, it, period_secs, out),
            None => self.smoother.stop(),
        }
        self.command_joints(now, out);
    }

    fn go_on(&mut self, now: Stamp, mut active: Active, phase: &'static str, out: &mut Outbox) {
        if phase != active.phase {
            active.phase = phase;
            self.report(now, &active.request, MotionState::Running { phase }, out);
        }
        self.active = Some(active);
    }

    /// Whether the base, just taken back from a driver outside, must come to rest first.
    fn holds_base(&mut self, now: Stamp) -> bool {
        self.outside
            .holds_base(now, self.senses.localizer().odometry())
    }

    /// What the job under way wants, or why it must end.
    fn advance(&mut self, now: Stamp, active: &mut Active) -> Progress {
        if now >= active.deadline {
            return Progress::Failed(MotionFailure::TimedOut);
        }
        if let Some(failure) = self.watch.failure(now, &self.senses, active.job.drives()) {
            return Progress::Failed(failure);
        }
        let at_rest = !self.holds_base(now) && self.smoother.last() == Twist::STOP;
        active.job.tick(&mut job::Context {
            now,
            config: &self.config,
            senses: &mut self.senses,
            limbs: &mut self.limbs,
            world: self.world.as_deref(),
            outside: &mut self.outside,
            at_rest,
        })
    }

    /// Sends the base's speeds of this tick to the gate.
    fn command_base(&mut self, now: Stamp, wanted: Twist, period_secs: f64, out: &mut Outbox) {
        // The zero that ends a ramp is told too, or the gate would go on missing a command.
        let was_moving = self.smoother.last() != Twist::STOP;
        let twist = self
            .smoother
            .shape(&self.config.navigation, wanted, period_secs);
        let moves = was_moving || twist != Twist::STOP;
        if self.active.is_some() || moves || self.holds_base(now) {
            out.push(Message::Base(BaseCommand {
                stamp: now,
                valid_until: now.plus_secs(DEADLINE_SECS),
                forward_m_s: twist.forward_m_s,
                yaw_rate_rad_s: twist.yaw_rate_rad_s,
            }));
        }
    }

    /// Sends the joints' set points of this tick to the gate.
    fn command_joints(&mut self, now: Stamp, out: &mut Outbox) {
        let valid_until = now.plus_secs(DEADLINE_SECS);
        if let Some(command) = self
            .limbs
            .command(now, valid_until, self.watch.holds_joints())
        {
            out.push(Message::Joints(command));
        }
    }

    fn fail(
        &mut self,
        now: Stamp,
        request: &MotionRequest,
        failure: MotionFailure,
        out: &mut Outbox,
    ) {
        self.limbs.halt();
        let evidence = self.evidence();
        self.report(now, request, MotionState::Failed { failure, evidence }, out);
    }

    fn report(&self, now: Stamp, request: &MotionRequest, state: MotionState, out: &mut Outbox) {
        out.push(Message::MotionReport(Arc::new(MotionReport {
            stamp: now,
            id: request.id,
            state,
        })));
    }

    fn evidence(&self) -> MotionEvidence {
        let base_in_map = self.senses.localizer().base_in_map().unwrap_or_default();
        self.limbs.evidence(base_in_map)
    }
}

impl Node for ControllerNode {
    fn name(&self) -> &'static str {
        "controller"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[
            Topic::Scan,
            Topic::Odometry,
            Topic::Imu,
            Topic::JointStates,
            Topic::Localization,
            Topic::PoseHint,
            Topic::World,
            Topic::Gate,
            Topic::EStop,
            Topic::NavStatus,
            Topic::MotionRequest,
        ]
    }

    fn period_secs(&self) -> Option<f64> {
        Some(PERIOD_SECS)
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        match input {
            // A stamp from the future would make all that follows look old.
            Message::Scan(it) if is_ahead(it.stamp, now) => {}
            Message::Odometry(it) if is_ahead(it.stamp, now) => {}
            Message::Imu(it) if is_ahead(it.stamp, now) => {}
            Message::Scan(scan) => {
                if let Some(localization) = self.senses.on_scan(now, scan) {
                    out.push(Message::Localization(localization));
                }
            }
            Message::Odometry(odometry) => self.senses.on_odometry(odometry),
            Message::Localization(it) => self.senses.on_localization(now, it),
            Message::PoseHint(it) => self.senses.on_hint(it),
            Message::Imu(imu) => self.senses.on_imu(imu),
            Message::JointStates(joints) => {
                self.limbs.on_joints(joints);
                self.joints = Some(joints.clone());
            }
            Message::World(world) => {
                self.senses.on_world(now, world);
                self.world = Some(world.clone());
            }
            Message::Gate(report) => self.watch.on_gate(now, report),
            Message::NavStatus(status) => self.outside.on_status(now, status),
            Message::MotionRequest(request) => self.take(now, request.clone(), out),
            Message::Tick(()) => self.tick(now, out),
            _ => {}
        }
    }
}

fn is_ahead(stamp: Stamp, now: Stamp) -> bool {
    stamp.secs_since(now) > 0.5
}

/// What the gate last said; kept here so that the modules below share one name for it.
pub(crate) type Gate = GateReport;
