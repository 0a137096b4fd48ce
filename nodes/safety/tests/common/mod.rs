//! A plain world for the gate: a round robot that does what the gate lets through, posts that a
//! lidar sees, sensors that can be killed, commands that can cease.
#![allow(dead_code, clippy::unwrap_used)]

pub mod world;

use hearth_safety::{Gate, GateConfig};
use hearth_types::{
    ActuatorFrame, BaseCommand, Checked, EStop, GateReport, GateVerdict, JointCommand, JointTarget,
    MAX_JOINTS, Message, RobotParams, Stamp,
};
use hearth_urdf::RobotModel;
pub use world::{Post, World};

pub const RADIUS_M: f64 = 0.22;
pub const TICK_SECS: f64 = 0.004;
/// Folded: every arm link within the base's circle.
pub const FOLDED: [f64; 8] = [0.6, -1.57, 3.0, -2.5, 0.0, 0.0, 0.0, 0.0];
/// Stretched out ahead.
pub const OUT: [f64; 8] = [0.6, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

pub fn repository(path: &str) -> String {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|it| panic!("{path}: {it}"))
}

pub fn config() -> GateConfig {
    section("safety")
}

pub fn params() -> RobotParams {
    section("robot")
}

fn section<T: serde::de::DeserializeOwned + Checked>(name: &str) -> T {
    let text = repository("launch/config/ember.yaml");
    let all: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let section: T = serde_yaml::from_value(all[name].clone()).unwrap();
    section.check().unwrap();
    section
}

pub fn model() -> RobotModel {
    let text = repository("urdf/ember/ember.urdf");
    RobotModel::parse(&text, "ember.urdf").unwrap().0
}

pub fn gate() -> Gate {
    Gate::new(&model(), &params(), config()).unwrap()
}

/// What the person who writes the test does to the robot, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    KillScan,
    KillOdometry,
    KillJointStates,
    KillImu,
    KillController,
    KillPlanner,
    KillPerception,
    RevivePerception,
    Drive(f64, f64),
    DriveNan,
    EStop(bool),
    SpokenStop(bool),
    Tip,
    Post(f64, f64),
    Arm([f64; 8]),
}

pub struct Scenario {
    gate: Gate,
    now: Stamp,
    pub world: World,
    events: Vec<(f64, Event)>,
    controller_lives: bool,
    drive: Option<(f64, f64)>,
    arm: Option<[f64; 8]>,
    last: ActuatorFrame,
}

/// How it went.
pub struct Run {
    pub verdict: GateVerdict,
    pub worst: GateVerdict,
    pub pose: hearth_types::Pose2,
    pub joints: [f64; 8],
    pub speed_m_s: f64,
    pub top_speed_m_s: f64,
    pub least_gap_m: f64,
    pub log: Vec<(Stamp, ActuatorFrame, GateReport)>,
}

impl Scenario {
    pub fn open_floor() -> Self {
        Self {
            gate: gate(),
            now: Stamp::ZERO,
            world: World::empty(FOLDED),
            events: Vec::new(),
            controller_lives: true,
            drive: None,
            arm: None,
            last: ActuatorFrame {
                stamp: Stamp::ZERO,
                forward_m_s: 0.0,
                yaw_rate_rad_s: 0.0,
                joints: [None; MAX_JOINTS],
            },
        }
    }

    /// 0.9 m wide along x, from -1 m to 8 m.
    pub fn corridor() -> Self {
        let mut scenario = Self::open_floor();
        for i in -50..400 {
            let x_m = f64::from(i) * 0.02;
            scenario = scenario.post(x_m, -0.46, 0.01).post(x_m, 0.46, 0.01);
        }
        scenario
    }

    pub fn wall_at(mut self, x_m: f64) -> Self {
        for i in -100..=100 {
            self = self.post(x_m, f64::from(i) * 0.02, 0.01);
        }
        self
    }

    pub fn post(mut self, x_m: f64, y_m: f64, radius_m: f64) -> Self {
        self.world.posts.push(Post { x_m, y_m, radius_m });
        self
    }

    pub fn seed(mut self, seed: u64) -> Self {
        self.world.noise = seed.wrapping_mul(2).wrapping_add(1);
        self
    }

    pub fn arm(mut self, joints: [f64; 8]) -> Self {
        self.world.joints = joints;
        self
    }

    /// From 0.2 s on, when the sensors have come up.
    pub fn drive(self, forward_m_s: f64, yaw_rate_rad_s: f64) -> Self {
        self.at(0.2, Event::Drive(forward_m_s, yaw_rate_rad_s))
    }

    pub fn at(mut self, secs: f64, event: Event) -> Self {
        self.events.push((secs, event));
        self
    }

    pub fn run_for(&mut self, secs: f64) -> Run {
        let until = self.now.plus_secs(secs);
        let mut run = Run {
            verdict: GateVerdict::Pass,
            worst: GateVerdict::Pass,
            pose: self.world.pose,
            joints: self.world.joints,
            speed_m_s: 0.0,
            top_speed_m_s: 0.0,
            least_gap_m: f64::INFINITY,
            log: Vec::new(),
        };
        while self.now < until {
            let report = self.tick();
            run.verdict = report.verdict;
            // Before the first commands there are none: not what a scenario is about.
            if self.now > Stamp::from_millis(210) {
                run.worst = run.worst.max(report.verdict);
            }
            run.top_speed_m_s = run.top_speed_m_s.max(self.last.forward_m_s.abs());
            run.least_gap_m = run.least_gap_m.min(self.world.gap_m());
            run.log.push((self.now, self.last, report));
        }
        run.pose = self.world.pose;
        run.joints = self.world.joints;
        run.speed_m_s = self.last.forward_m_s;
        run
    }

    fn tick(&mut self) -> GateReport {
        self.now = self.now.plus_secs(TICK_SECS);
        self.world.obey(&self.last);
        let now = self.now;
        let due = |(secs, _): &(f64, Event)| now >= Stamp::from_secs_f64(*secs);
        while let Some(index) = self.events.iter().position(due) {
            let (_, event) = self.events.remove(index);
            self.happen(event);
        }
        for message in self.world.sense(self.now, &self.last) {
            self.gate.receive(&message);
        }
        if self.controller_lives && self.now.as_nanos().is_multiple_of(8_000_000) {
            self.command();
        }
        let (frame, report) = self.gate.tick(self.now);
        self.last = frame;
        report
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::KillScan => self.world.scan_lives = false,
            Event::KillOdometry => self.world.odometry_lives = false,
            Event::KillJointStates => self.world.joint_states_live = false,
            Event::KillImu => self.world.imu_lives = false,
            Event::KillPlanner => self.world.planner_lives = false,
            Event::KillPerception => self.world.perception_lives = false,
            Event::RevivePerception => self.world.perception_lives = true,
            Event::KillController => self.controller_lives = false,
            Event::Drive(forward, yaw) => self.drive = Some((forward, yaw)),
            Event::DriveNan => self.drive = Some((f64::NAN, 0.0)),
            Event::Tip => self.world.lean_rad = 0.5,
            Event::Post(x_m, y_m) => self.world.posts.push(Post {
                x_m,
                y_m,
                radius_m: 0.06,
            }),
            Event::Arm(joints) => self.arm = Some(joints),
            Event::EStop(engaged) => self.gate.receive(&Message::EStop(EStop {
                stamp: self.now,
                engaged,
            })),
            Event::SpokenStop(engaged) => self.gate.receive(&Message::SpokenStop(EStop {
                stamp: self.now,
                engaged,
            })),
        }
    }

    fn command(&mut self) {
        let valid_until = self.now.plus_secs(0.1);
        if let Some((forward_m_s, yaw_rate_rad_s)) = self.drive {
            self.gate.receive(&Message::Base(BaseCommand {
                stamp: self.now,
                valid_until,
                forward_m_s,
                yaw_rate_rad_s,
            }));
        }
        if let Some(arm) = self.arm {
            let mut targets = [None; MAX_JOINTS];
            for (target, position) in targets.iter_mut().zip(arm) {
                *target = Some(JointTarget {
                    position,
                    velocity: 0.0,
                    max_effort: None,
                });
            }
            self.gate.receive(&Message::Joints(JointCommand {
                stamp: self.now,
                valid_until,
                targets,
            }));
        }
    }
}
