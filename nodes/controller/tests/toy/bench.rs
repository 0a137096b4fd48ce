//! The node in the toy world.

use super::{STEP_SECS, ToyWorld, two_rooms};
use hearth_controller::config::Config;
use hearth_controller::node::ControllerNode;
use hearth_types::{
    BaseCommand, JointStates, Message, MotionFailure, MotionGoal, MotionId, MotionReport,
    MotionRequest, MotionState, Node, Outbox, Pose2, RobotParams, Stamp,
};
use hearth_urdf::RobotModel;
use std::sync::Arc;

const URDF: &str = include_str!("../../../../urdf/ember/ember.urdf");

/// The node, the world and a gate that lets everything through.
pub struct Bench {
    pub node: ControllerNode,
    pub world: ToyWorld,
    pub joints: JointStates,
    pub reports: Vec<MotionReport>,
    pub bases: Vec<BaseCommand>,
    /// What else the node sent.
    pub sent: Vec<Message>,
    pub sense: bool,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        let (model, _) = RobotModel::parse(URDF, "ember.urdf").expect("a robot");
        let (home, blocks) = two_rooms();
        let world = ToyWorld::new(blocks, home.start_in_map, 1);
        let names = |it: &str| it.to_owned();
        let robot = RobotParams {
            urdf: names("urdf/ember/ember.urdf"),
            radius_m: 0.22,
            left_wheel_joint: names("left_wheel_joint"),
            right_wheel_joint: names("right_wheel_joint"),
            gripper_joint: names("left_finger_joint"),
            laser_link: names("laser_link"),
            imu_link: names("imu_link"),
        };
        let count = model.actuated().len();
        let node =
            ControllerNode::new(config, &robot, &Arc::new(model), Arc::new(home)).expect("fits");
        Self {
            node,
            world,
            joints: JointStates {
                stamp: Stamp::ZERO,
                position: stowed(count),
                velocity: vec![0.0; count],
                effort: vec![0.0; count],
            },
            reports: vec![],
            bases: vec![],
            sent: vec![],
            sense: true,
        }
    }

    pub fn give(&mut self, message: &Message) {
        let mut out = Outbox::new();
        self.node.step(self.world.now(), message, &mut out);
        for message in out.drain() {
            match message {
                Message::Base(base) => {
                    assert!(base.valid_until > base.stamp);
                    self.world.wanted = (base.forward_m_s, base.yaw_rate_rad_s);
                    self.bases.push(base);
                }
                Message::Joints(command) => {
                    for (i, target) in command.targets.iter().enumerate() {
                        if let Some(target) = target {
                            self.joints.position[i] = target.position;
                        }
                    }
                }
                Message::MotionReport(report) => self.reports.push((*report).clone()),
                other => self.sent.push(other),
            }
        }
    }

    pub fn ask(&mut self, id: u64, goal: MotionGoal) {
        let request = MotionRequest {
            stamp: self.world.now(),
            id: MotionId(id),
            goal,
        };
        self.give(&Message::MotionRequest(Arc::new(request)));
    }

    pub fn run(&mut self, secs: f64) {
        for _ in 0..(secs / STEP_SECS) as usize {
            self.world.step();
            if self.sense {
                self.give(&Message::Odometry(self.world.odometry()));
                self.joints.stamp = self.world.now();
                self.give(&Message::JointStates(Arc::new(self.joints.clone())));
                if self.world.millis.is_multiple_of(96) {
                    let scan = self.world.scan();
                    self.give(&Message::Scan(Arc::new(scan)));
                }
            }
            self.give(&Message::Tick(()));
        }
    }

    /// Runs until request `id` ends.
    pub fn end_of(&mut self, id: u64, limit_secs: f64) -> MotionState {
        for _ in 0..(limit_secs / 0.2) as usize {
            self.run(0.2);
            if let Some(end) = self.finals(id).first() {
                return end.clone();
            }
        }
        panic!("request {id} did not end: {:?}", self.reports);
    }

    pub fn finals(&self, id: u64) -> Vec<MotionState> {
        self.reports
            .iter()
            .filter(|it| it.id == MotionId(id))
            .filter(|it| !matches!(it.state, MotionState::Running { .. }))
            .map(|it| it.state.clone())
            .collect()
    }
}

fn stowed(count: usize) -> Vec<f64> {
    let mut position = vec![0.0; count];
    position[..5].copy_from_slice(&[0.55, -1.134, 3.098, -2.395, 0.0]);
    position
}

pub fn drive_to(x: f64, y: f64, yaw: f64) -> MotionGoal {
    MotionGoal::DriveTo {
        goal_in_map: Pose2::new(x, y, yaw),
        tolerance_m: 0.05,
        tolerance_rad: 0.1,
    }
}

pub fn failure(state: &MotionState) -> Option<&MotionFailure> {
    match state {
        MotionState::Failed { failure, .. } => Some(failure),
        _ => None,
    }
}
