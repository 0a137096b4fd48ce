//! The gate: takes what it is told and sees, and decides what reaches the motors.

use crate::base::{self, Surroundings, Velocity};
use crate::config::GateConfig;
use crate::joints::SetPoint;
use crate::obstacles::Obstacles;
use crate::robot::{GateError, RobotLimits};
use crate::tilt::Tilt;
use hearth_types::{
    ActuatorFrame, BaseCommand, EStop, GateReport, GateVerdict, Heartbeat, JointCommand,
    JointStates, JointTarget, MAX_JOINTS, Message, Odometry, Pose2, RobotParams, Stamp, Watched,
};
use hearth_urdf::RobotModel;

/// \[s\] Stamps may be this far ahead of the gate's clock; more is a broken clock, not a fresh value.
const AHEAD_SECS: f64 = 0.05;
/// \[s\] Longest tick that speeds are carried over: after a longer pause they change no faster.
const MAX_TICK_SECS: f64 = 0.02;

/// The safety gate. See the crate's documentation for what it promises.
#[derive(Clone, Debug)]
pub struct Gate {
    config: GateConfig,
    robot: RobotLimits,
    base_command: Option<BaseCommand>,
    joint_command: Option<JointCommand>,
    odometry: Option<Odometry>,
    joints_measured: Option<Measured>,
    obstacles: Obstacles,
    tilt: Tilt,
    perception: Option<Stamp>,
    planner: Option<Stamp>,
    /// When the latched emergency stop was engaged.
    e_stopped: Option<Stamp>,
    /// A latch of its own: releasing a spoken stop never releases the button's.
    spoken_stop: Option<Stamp>,
    velocity: Velocity,
    set_points: [Option<SetPoint>; MAX_JOINTS],
    last_tick: Option<Stamp>,
}

#[derive(Clone, Copy, Debug)]
struct Measured {
    stamp: Stamp,
    position: [f64; MAX_JOINTS],
}

impl Gate {
    /// A gate for a robot.
    ///
    /// # Errors
    /// If the URDF lacks what the parameters name.
    pub fn new(
        model: &RobotModel,
        params: &RobotParams,
        config: GateConfig,
    ) -> Result<Self, GateError> {
        Ok(Self {
            robot: RobotLimits::new(model, params, &config)?,
            config,
            base_command: None,
            joint_command: None,
            odometry: None,
            joints_measured: None,
            obstacles: Obstacles::new(),
            tilt: Tilt::default(),
            perception: None,
            planner: None,
            e_stopped: None,
            spoken_stop: None,
            velocity: Velocity::ZERO,
            set_points: [None; MAX_JOINTS],
            last_tick: None,
        })
    }

    /// Takes a message. A measurement that is not finite counts as not received: it goes stale. A
    /// command that is not finite is kept, and refused at the tick.
    pub fn receive(&mut self, message: &Message) {
        match message {
            Message::Base(it) => self.base_command = Some(*it),
            Message::Joints(it) => self.joint_command = Some(*it),
            Message::EStop(it) => {
                latch(&mut self.e_stopped, *it);
                self.forget_commands();
            }
            Message::SpokenStop(it) => {
                latch(&mut self.spoken_stop, *it);
                self.forget_commands();
            }
            Message::Heartbeat(it) => self.receive_heartbeat(*it),
            Message::Odometry(it) if is_plausible(it) => self.odometry = Some(*it),
            Message::Scan(it) => {
                if let Some(odometry) = &self.odometry {
                    let pose = pose_at(odometry, it.stamp);
                    let config = &self.config.obstacles;
                    self.obstacles.receive(config, &self.robot, &pose, it);
                }
            }
            Message::Imu(it) => {
                let frame = &self.robot.base_from_imu;
                self.tilt.receive(&self.config.tilt, frame, it);
            }
            Message::JointStates(it) => self.receive_joints(it),
            _ => {}
        }
    }

    /// What was commanded before a stop or its release does not go on after.
    fn forget_commands(&mut self) {
        self.base_command = None;
        self.joint_command = None;
    }

    fn receive_heartbeat(&mut self, heartbeat: Heartbeat) {
        let newest = match heartbeat.node {
            Watched::Perception => &mut self.perception,
            Watched::Planner => &mut self.planner,
            // Its commands are its signs of life.
            Watched::Controller => return,
        };
        *newest = Some(heartbeat.stamp);
    }

    fn receive_joints(&mut self, states: &JointStates) {
        let count = self.robot.joints.len();
        let Some(measured) = states.position.get(..count) else {
            return;
        };
        if measured.iter().all(|it| it.is_finite()) {
            let mut position = [0.0; MAX_JOINTS];
            position[..count].copy_from_slice(measured);
            self.joints_measured = Some(Measured {
                stamp: states.stamp,
                position,
            });
        }
    }

    /// Advances one tick. Total: cannot fail, block, allocate or read a clock.
    pub fn tick(&mut self, now: Stamp) -> (ActuatorFrame, GateReport) {
        let since = |last: Stamp| now.secs_since(last).clamp(0.0, MAX_TICK_SECS);
        let dt_secs = self.last_tick.map_or(0.0, since);
        self.last_tick = Some(now);

        let (joints_verdict, arm_moves) = self.tick_joints(now, dt_secs);
        let stop = self.reason_to_stop(now);
        let wanted = stop.is_none().then(|| self.commanded()).flatten();
        let around = self
            .odometry
            .filter(|_| self.scan_is_fresh(now))
            .map(|it| Surroundings {
                obstacles: &self.obstacles,
                odom_from_base: pose_at(&it, now),
            });
        let step = base::shape(
            &self.config,
            &self.robot,
            around.as_ref(),
            arm_moves || self.arm_is_out(),
            wanted,
            self.velocity,
            dt_secs,
        );
        self.velocity = step.velocity;
        let verdict = stop
            .unwrap_or_default()
            .max(step.verdict)
            .max(joints_verdict);
        let report = GateReport {
            stamp: now,
            verdict,
            clearance_m: step.clearance_m,
        };
        (self.frame(now), report)
    }

    fn is_e_stopped(&self) -> bool {
        self.e_stopped.is_some() || self.spoken_stop.is_some()
    }

    /// The worst reason for the base to stand, if there is one.
    fn reason_to_stop(&self, now: Stamp) -> Option<GateVerdict> {
        let age = &self.config.age;
        let imu_lost =
            self.config.tilt.imu_required && !fresh(self.tilt.newest(), now, age.imu_secs);
        let base = self.base_command.as_ref();
        let reasons = [
            (self.is_e_stopped(), GateVerdict::EStopped),
            (self.tilt.is_tilted() || imu_lost, GateVerdict::Tilted),
            (!self.scan_is_fresh(now), GateVerdict::ScanLost),
            (
                !fresh(self.odometry.map(|it| it.stamp), now, age.odometry_secs),
                GateVerdict::OdometryLost,
            ),
            (!self.joints_are_fresh(now), GateVerdict::JointStatesLost),
            (self.perception_is_lost(now), GateVerdict::PerceptionLost),
            (self.planner_is_lost(now), GateVerdict::PlannerLost),
            (self.has_invalid_command(now), GateVerdict::CommandInvalid),
            (
                base.is_some_and(|it| !self.is_live(now, it.stamp, it.valid_until) && moves(it)),
                GateVerdict::CommandStale,
            ),
            (
                base.is_none_or(|it| !self.is_live(now, it.stamp, it.valid_until)),
                GateVerdict::Idle,
            ),
        ];
        let applying = reasons.iter().filter(|(applies, _)| *applies);
        applying.map(|(_, verdict)| *verdict).max()
    }

    fn commanded(&self) -> Option<Velocity> {
        self.base_command.map(|it| Velocity {
            forward_m_s: it.forward_m_s,
            yaw_rate_rad_s: it.yaw_rate_rad_s,
        })
    }

    fn scan_is_fresh(&self, now: Stamp) -> bool {
        fresh(self.obstacles.newest(), now, self.config.age.scan_secs)
    }

    fn perception_is_lost(&self, now: Stamp) -> bool {
        let limit_secs = self.config.age.perception_secs;
        limit_secs.is_some_and(|it| !fresh(self.perception, now, it))
    }

    fn planner_is_lost(&self, now: Stamp) -> bool {
        let limit_secs = self.config.age.planner_secs;
        limit_secs.is_some_and(|it| !fresh(self.planner, now, it))
    }

    fn joints_are_fresh(&self, now: Stamp) -> bool {
        let stamp = self.joints_measured.map(|it| it.stamp);
        fresh(stamp, now, self.config.age.joint_states_secs)
    }

    /// Whether a command's deadline, and the gate's own for commands, have yet to come.
    fn is_live(&self, now: Stamp, stamp: Stamp, valid_until: Stamp) -> bool {
        now <= valid_until && fresh(Some(stamp), now, self.config.age.command_secs)
    }

    fn has_invalid_command(&self, now: Stamp) -> bool {
        let base = self.base_command.as_ref().is_some_and(|it| {
            self.is_live(now, it.stamp, it.valid_until)
                && !(it.forward_m_s.is_finite() && it.yaw_rate_rad_s.is_finite())
        });
        let joints = self.joint_command.as_ref().is_some_and(|it| {
            self.is_live(now, it.stamp, it.valid_until) && !it.targets.iter().flatten().all(finite)
        });
        base || joints
    }

    /// Moves the set points. Says what was done to the command and whether the arm moves.
    fn tick_joints(&mut self, now: Stamp, dt_secs: f64) -> (GateVerdict, bool) {
        let Some(measured) = self.joints_measured else {
            return (GateVerdict::Pass, false);
        };
        let halted = self.is_e_stopped()
            || self.tilt.is_tilted()
            || !self.joints_are_fresh(now)
            || self.perception_is_lost(now)
            || self.planner_is_lost(now)
            || self.has_invalid_command(now);
        let command = self
            .joint_command
            .filter(|it| !halted && self.is_live(now, it.stamp, it.valid_until));
        let mut limited = false;
        let mut arm_moves = false;
        for (index, limits) in self.robot.joints.iter().enumerate() {
            let set_point = self.set_points[index]
                .get_or_insert_with(|| SetPoint::at(limits, measured.position[index]));
            match &command {
                Some(command) => {
                    let target = command.targets[index]
                        .as_ref()
                        .map(|it| (it, command.stamp));
                    limited |= set_point.follow(limits, target, now, dt_secs);
                }
                None => set_point.hold(limits, dt_secs),
            }
            arm_moves |= limits.of_arm && set_point.velocity.abs() > 0.05 * limits.velocity;
        }
        let verdict = if limited {
            GateVerdict::Limited
        } else {
            GateVerdict::Pass
        };
        (verdict, arm_moves)
    }

    fn arm_is_out(&self) -> bool {
        // Unknown counts as out.
        self.joints_measured.is_none_or(|it| {
            let positions = &it.position[..self.robot.joints.len()];
            !self.robot.is_folded(&self.config, positions)
        })
    }

    fn frame(&self, now: Stamp) -> ActuatorFrame {
        ActuatorFrame {
            stamp: now,
            forward_m_s: self.velocity.forward_m_s,
            yaw_rate_rad_s: self.velocity.yaw_rate_rad_s,
            joints: self.set_points.map(|it| {
                it.map(|it| JointTarget {
                    position: it.position,
                    velocity: it.velocity,
                    max_effort: Some(it.max_effort),
                })
            }),
        }
    }
}

/// Spelled so that a missing, old or impossibly new stamp counts as stale.
fn fresh(stamp: Option<Stamp>, now: Stamp, max_age_secs: f64) -> bool {
    stamp.is_some_and(|it| (-AHEAD_SECS..=max_age_secs).contains(&now.secs_since(it)))
}

fn moves(command: &BaseCommand) -> bool {
    command.forward_m_s != 0.0 || command.yaw_rate_rad_s != 0.0
}

fn finite(target: &JointTarget) -> bool {
    target.position.is_finite()
        && target.velocity.is_finite()
        && target.max_effort.is_none_or(f64::is_finite)
}

/// Finite, and no farther or faster than a robot in a home can be.
fn is_plausible(odometry: &Odometry) -> bool {
    let pose = odometry.odom_from_base;
    pose.x_m.abs() < 1e5
        && pose.y_m.abs() < 1e5
        && pose.yaw_rad.is_finite()
        && odometry.forward_m_s.abs() < 100.0
        && odometry.yaw_rate_rad_s.abs() < 100.0
}

/// The base's pose at `when`, carried on from the measurement at its own speed.
fn pose_at(odometry: &Odometry, when: Stamp) -> Pose2 {
    let secs = when.secs_since(odometry.stamp).clamp(-0.1, 0.1);
    let turn_rad = odometry.yaw_rate_rad_s * secs;
    let pose = odometry.odom_from_base;
    let (sin, cos) = (pose.yaw_rad + turn_rad / 2.0).sin_cos();
    let way_m = odometry.forward_m_s * secs;
    Pose2::new(
        pose.x_m + way_m * cos,
        pose.y_m + way_m * sin,
        pose.yaw_rad + turn_rad,
    )
}

/// Engages or releases. A release that is older than the stop does not end it.
fn latch(stopped: &mut Option<Stamp>, e_stop: EStop) {
    if e_stop.engaged {
        *stopped = (*stopped).max(Some(e_stop.stamp));
    } else if stopped.is_some_and(|it| e_stop.stamp >= it) {
        *stopped = None;
    }
}
