//! The node in a toy world: every request ends in exactly one final report.

mod toy;

use hearth_controller::config::Config;
use hearth_controller::node::ControllerNode;
use hearth_types::{
    Approach, BaseCommand, EStop, GateReport, GateVerdict, Imu, JointStates, LaserScan, Message,
    MotionFailure, MotionGoal, MotionId, MotionReport, MotionRequest, MotionState, Node, Odometry,
    Outbox, Point3, Pose2, RobotParams, Stamp, World,
};
use hearth_urdf::RobotModel;
use std::sync::Arc;
use toy::{ToyWorld, two_rooms};

const URDF: &str = include_str!("../../../urdf/ember/ember.urdf");

/// The node, the world and a gate that lets everything through.
struct Bench {
    node: ControllerNode,
    world: ToyWorld,
    joints: JointStates,
    reports: Vec<MotionReport>,
    bases: Vec<BaseCommand>,
    sense: bool,
}

impl Bench {
    fn new() -> Self {
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
        let node = ControllerNode::new(Config::default(), &robot, &Arc::new(model), Arc::new(home))
            .expect("fits");
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
            sense: true,
        }
    }

    fn give(&mut self, message: &Message) {
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
                _ => {}
            }
        }
    }

    fn ask(&mut self, id: u64, goal: MotionGoal) {
        let request = MotionRequest {
            stamp: self.world.now(),
            id: MotionId(id),
            goal,
        };
        self.give(&Message::MotionRequest(Arc::new(request)));
    }

    fn run(&mut self, secs: f64) {
        for _ in 0..(secs / toy::STEP_SECS) as usize {
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
    fn end_of(&mut self, id: u64, limit_secs: f64) -> MotionState {
        for _ in 0..(limit_secs / 0.2) as usize {
            self.run(0.2);
            if let Some(end) = self.finals(id).first() {
                return end.clone();
            }
        }
        panic!("request {id} did not end: {:?}", self.reports);
    }

    fn finals(&self, id: u64) -> Vec<MotionState> {
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

fn drive_to(x: f64, y: f64, yaw: f64) -> MotionGoal {
    MotionGoal::DriveTo {
        goal_in_map: Pose2::new(x, y, yaw),
        tolerance_m: 0.05,
        tolerance_rad: 0.1,
    }
}

fn failure(state: &MotionState) -> Option<&MotionFailure> {
    match state {
        MotionState::Failed { failure, .. } => Some(failure),
        _ => None,
    }
}

#[test]
fn drives_reports_phases_and_says_where_it_ended() {
    let mut bench = Bench::new();
    bench.run(0.3);
    bench.ask(1, drive_to(5.0, 1.0, 0.0));

    let end = bench.end_of(1, 40.0);

    let MotionState::Succeeded(evidence) = end else {
        panic!("{end:?}")
    };
    assert!(evidence.base_in_map.distance_m(&Pose2::new(5.0, 1.0, 0.0)) < 0.06);
    let phases: Vec<_> = bench
        .reports
        .iter()
        .filter_map(|it| match it.state {
            MotionState::Running { phase } => Some(phase),
            _ => None,
        })
        .collect();
    assert!(phases.contains(&"driving"), "{phases:?}");
    bench.run(1.0);
    assert_eq!(bench.finals(1).len(), 1);
}

#[test]
fn a_newer_request_takes_over() {
    let mut bench = Bench::new();
    bench.run(0.3);
    bench.ask(1, drive_to(5.0, 1.0, 0.0));
    bench.run(3.0);
    bench.ask(2, MotionGoal::Stop);

    let end = bench.end_of(2, 3.0);

    assert!(matches!(end, MotionState::Succeeded(_)));
    assert_eq!(bench.finals(1).len(), 1);
    assert_eq!(
        failure(&bench.finals(1)[0]),
        Some(&MotionFailure::Superseded)
    );
    assert!(bench.world.forward_m_s.abs() < 0.01);
}

#[test]
fn approaches_a_table_in_different_ways_until_there_is_none_left() {
    let mut bench = Bench::new();
    bench.run(0.3);
    let mut ends = Vec::new();
    for variant in 0..12 {
        bench.ask(
            variant,
            MotionGoal::ApproachPlace {
                place: "table".into(),
                target_in_map: None,
                approach: Approach::View,
                variant: variant as usize,
            },
        );
        match bench.end_of(variant, 90.0) {
            MotionState::Succeeded(evidence) => ends.push(evidence.base_in_map),
            state => {
                assert_eq!(failure(&state), Some(&MotionFailure::NoPose));
                break;
            }
        }
    }
    assert!((2..12).contains(&ends.len()), "{ends:?}");
    for (i, a) in ends.iter().enumerate() {
        for b in &ends[i + 1..] {
            assert!(a.distance_m(b) > 0.3, "{a:?} is {b:?}");
        }
    }
    assert!(bench.world.smallest_gap_m > 0.0);
}

#[test]
fn looks_and_turns() {
    let mut bench = Bench::new();
    bench.run(0.3);
    bench.ask(
        1,
        MotionGoal::LookAt {
            target_in_map: Point3::new(2.5, 3.5, 0.8),
        },
    );
    assert!(matches!(bench.end_of(1, 6.0), MotionState::Succeeded(_)));
    let before = bench.world.base_in_map.yaw_rad;
    bench.ask(2, MotionGoal::Turn { angle_rad: -1.0 });
    assert!(matches!(bench.end_of(2, 10.0), MotionState::Succeeded(_)));
    bench.run(0.5);
    let turned = bench.world.base_in_map.yaw_rad - before;
    assert!((turned + 1.0).abs() < 0.1, "turned {turned}");
}

#[test]
fn ends_when_the_senses_fall_silent_or_the_gate_halts() {
    let mut bench = Bench::new();
    bench.run(0.3);
    bench.ask(1, drive_to(5.0, 1.0, 0.0));
    bench.run(1.0);
    bench.sense = false;
    let end = bench.end_of(1, 6.0);
    assert_eq!(failure(&end), Some(&MotionFailure::Halted));

    bench.sense = true;
    bench.run(0.5);
    bench.ask(2, drive_to(5.0, 1.0, 0.0));
    let report = GateReport {
        stamp: bench.world.now(),
        verdict: GateVerdict::EStopped,
        clearance_m: None,
    };
    bench.give(&Message::Gate(report));
    let end = bench.end_of(2, 8.0);
    assert_eq!(failure(&end), Some(&MotionFailure::Halted));
}

#[test]
fn requests_before_the_first_measurement_wait_a_little() {
    let mut bench = Bench::new();
    bench.ask(1, drive_to(2.5, 2.5, 0.0));
    bench.run(0.5);
    assert!(bench.finals(1).is_empty());
    assert!(matches!(bench.end_of(1, 20.0), MotionState::Succeeded(_)));
}

#[test]
fn nonsense_is_refused_or_ignored() {
    let mut bench = Bench::new();
    bench.run(0.3);
    let nan = f64::NAN;
    let goals = [
        drive_to(nan, 1.0, 0.0),
        MotionGoal::ApproachPlace {
            place: "moon".into(),
            target_in_map: None,
            approach: Approach::Reach,
            variant: 0,
        },
        MotionGoal::LookAt {
            target_in_map: Point3::new(nan, nan, nan),
        },
        MotionGoal::Turn {
            angle_rad: f64::INFINITY,
        },
    ];
    for (i, goal) in goals.into_iter().enumerate() {
        bench.ask(i as u64, goal);
        let end = bench.end_of(i as u64, 2.0);
        assert!(
            matches!(failure(&end), Some(MotionFailure::Invalid(_))),
            "{end:?}"
        );
    }
    let stamp = bench.world.now();
    for message in [
        Message::Odometry(Odometry {
            stamp: Stamp::MAX,
            odom_from_base: Pose2 {
                x_m: nan,
                y_m: nan,
                yaw_rad: nan,
            },
            forward_m_s: nan,
            yaw_rate_rad_s: nan,
        }),
        Message::Scan(Arc::new(LaserScan {
            stamp,
            angle_min_rad: nan,
            angle_increment_rad: nan,
            range_min_m: nan,
            range_max_m: nan,
            ranges_m: vec![f32::NAN; 5000],
        })),
        Message::JointStates(Arc::new(JointStates {
            stamp,
            position: vec![],
            velocity: vec![nan],
            effort: vec![nan; 99],
        })),
        Message::Imu(Imu {
            stamp,
            angular_velocity_rad_s: [nan; 3],
            linear_acceleration_m_s2: [nan; 3],
        }),
        Message::World(Arc::new(World {
            obstacles_in_map: vec![hearth_types::Point2::new(nan, 1e300); 50],
            ..World::default()
        })),
        Message::EStop(EStop {
            stamp,
            engaged: true,
        }),
    ] {
        bench.give(&message);
    }
    bench.ask(9, drive_to(2.5, 2.5, 0.0));
    assert!(matches!(bench.end_of(9, 20.0), MotionState::Succeeded(_)));
}
