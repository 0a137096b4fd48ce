//! What holds whatever the gate is fed with.

mod common;

use common::{Event, Scenario, TICK_SECS, config, gate, model, params};
use hearth_safety::{Gate, GateConfig};
use hearth_types::{
    ActuatorFrame, BaseCommand, EStop, GateReport, GateVerdict, Heartbeat, Imu, JointCommand,
    JointStates, JointTarget, LaserScan, MAX_JOINTS, Message, Odometry, Pose2, Stamp, Topic,
    Watched,
};
use hearth_urdf::RobotModel;
use proptest::prelude::*;
use std::sync::Arc;

/// Anything, but often something that makes sense.
fn number(scale: f64) -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -scale..scale,
        1 => Just(0.0),
        1 => any::<f64>(),
        1 => prop_oneof![
            Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY),
            Just(f64::MAX), Just(f64::MIN), Just(f64::MIN_POSITIVE),
        ],
    ]
}

/// Around the tick at which the message comes, or any.
fn age() -> impl Strategy<Value = i64> {
    prop_oneof![8 => Just(0), 4 => -100i64..2000, 1 => any::<i64>()]
}

fn stamp(now: Stamp, age_millis: i64) -> Stamp {
    let nanos = age_millis.saturating_mul(1_000_000);
    Stamp::from_nanos(now.as_nanos().saturating_add_signed(nanos.saturating_neg()))
}

#[derive(Clone, Debug)]
enum Input {
    Base(i64, i64, f64, f64),
    Joints(i64, i64, Vec<Option<(f64, f64, Option<f64>)>>),
    Odometry(i64, [f64; 5]),
    Imu(i64, [f64; 3]),
    JointStates(i64, Vec<f64>),
    Scan(i64, [f64; 4], Vec<f32>),
    EStop(i64, bool),
    Heartbeat(i64, Watched),
    /// All that the gate needs, sound and fresh, and a command for everything.
    Sound(f64, f64, f64),
    Ticks(u8),
}

fn input() -> impl Strategy<Value = Input> {
    let target =
        proptest::option::of((number(2.0), number(3.0), proptest::option::of(number(30.0))));
    let ranges = prop_oneof![
        3 => proptest::collection::vec(0.2f32..4.0, 360),
        1 => proptest::collection::vec(any::<f32>(), 0..500),
    ];
    let geometry = prop_oneof![
        3 => Just([-3.1, 0.01745, 0.25, 10.0]),
        1 => [number(7.0), number(1.0), number(1.0), number(20.0)],
    ];
    prop_oneof![
        4 => (age(), -500i64..50, number(0.6), number(1.5))
            .prop_map(|(a, life, v, w)| Input::Base(a, life, v, w)),
        2 => (age(), -500i64..50, proptest::collection::vec(target, MAX_JOINTS))
            .prop_map(|(a, life, targets)| Input::Joints(a, life, targets)),
        4 => (age(), [number(1.0), number(1.0), number(4.0), number(0.6), number(1.5)])
            .prop_map(|(a, it)| Input::Odometry(a, it)),
        4 => (age(), [-0.5..0.5f64, -0.5..0.5, 9.3..10.3]).prop_map(|(a, it)| Input::Imu(a, it)),
        1 => (age(), [number(10.0), number(10.0), number(10.0)]).prop_map(|(a, it)| Input::Imu(a, it)),
        4 => (age(), proptest::collection::vec(number(1.5), 8))
            .prop_map(|(a, it)| Input::JointStates(a, it)),
        1 => (age(), proptest::collection::vec(number(1.5), 0..20))
            .prop_map(|(a, it)| Input::JointStates(a, it)),
        3 => (age(), geometry, ranges).prop_map(|(a, g, it)| Input::Scan(a, g, it)),
        1 => (age(), prop_oneof![1 => Just(true), 3 => Just(false)])
            .prop_map(|(a, it)| Input::EStop(a, it)),
        2 => (age(), prop_oneof![Just(Watched::Planner), Just(Watched::Perception)])
            .prop_map(|(a, it)| Input::Heartbeat(a, it)),
        8 => (-0.5..0.8f64, -2.0..2.0f64, -2.0..2.0f64)
            .prop_map(|(v, w, q)| Input::Sound(v, w, q)),
        12 => (1u8..20).prop_map(Input::Ticks),
    ]
}

fn messages(now: Stamp, input: &Input) -> Vec<Message> {
    vec![match input {
        Input::Base(age, life, forward_m_s, yaw_rate_rad_s) => Message::Base(BaseCommand {
            stamp: stamp(now, *age),
            valid_until: stamp(now, *life),
            forward_m_s: *forward_m_s,
            yaw_rate_rad_s: *yaw_rate_rad_s,
        }),
        Input::Joints(age, life, given) => {
            let mut targets = [None; MAX_JOINTS];
            for (target, given) in targets.iter_mut().zip(given) {
                *target = given.map(|(position, velocity, max_effort)| JointTarget {
                    position,
                    velocity,
                    max_effort,
                });
            }
            Message::Joints(JointCommand {
                stamp: stamp(now, *age),
                valid_until: stamp(now, *life),
                targets,
            })
        }
        Input::Odometry(age, [x_m, y_m, yaw_rad, forward_m_s, yaw_rate_rad_s]) => {
            Message::Odometry(Odometry {
                stamp: stamp(now, *age),
                odom_from_base: Pose2 {
                    x_m: *x_m,
                    y_m: *y_m,
                    yaw_rad: *yaw_rad,
                },
                forward_m_s: *forward_m_s,
                yaw_rate_rad_s: *yaw_rate_rad_s,
            })
        }
        Input::Imu(age, felt) => Message::Imu(Imu {
            stamp: stamp(now, *age),
            angular_velocity_rad_s: [0.0; 3],
            linear_acceleration_m_s2: *felt,
        }),
        Input::JointStates(age, position) => Message::JointStates(Arc::new(JointStates {
            stamp: stamp(now, *age),
            position: position.clone(),
            velocity: Vec::new(),
            effort: Vec::new(),
        })),
        Input::Scan(age, [from, step, min, max], ranges_m) => Message::Scan(Arc::new(LaserScan {
            stamp: stamp(now, *age),
            angle_min_rad: *from,
            angle_increment_rad: *step,
            range_min_m: *min,
            range_max_m: *max,
            ranges_m: ranges_m.clone(),
        })),
        Input::EStop(age, engaged) => Message::EStop(EStop {
            stamp: stamp(now, *age),
            engaged: *engaged,
        }),
        Input::Heartbeat(age, node) => Message::Heartbeat(Heartbeat {
            stamp: stamp(now, *age),
            node: *node,
        }),
        Input::Sound(v, w, q) => return sound(now, *v, *w, *q),
        Input::Ticks(_) => return Vec::new(),
    }]
}

fn sound(now: Stamp, v: f64, w: f64, q: f64) -> Vec<Message> {
    let mut inputs = vec![
        Input::Odometry(0, [0.0; 5]),
        Input::Imu(0, [0.0, 0.0, 9.81]),
        Input::JointStates(0, common::FOLDED.to_vec()),
        Input::Scan(0, [-3.1, 0.01745, 0.25, 10.0], vec![3.0; 360]),
        Input::Heartbeat(0, Watched::Planner),
        Input::Heartbeat(0, Watched::Perception),
        Input::Base(0, -100, v, w),
        Input::Joints(0, -100, vec![Some((q, 0.0, None)); 8]),
    ];
    inputs.drain(..).flat_map(|it| messages(now, &it)).collect()
}

/// Feeds the gate; `check` sees every tick, with the frame before it.
fn feed(
    gate: &mut Gate,
    inputs: &[Input],
    keep: impl Fn(&Message) -> bool,
    mut check: impl FnMut(Stamp, &ActuatorFrame, &ActuatorFrame, &GateReport),
) {
    let mut now = Stamp::from_millis(5000);
    let (mut last, _) = gate.tick(now);
    for input in inputs {
        messages(now, input)
            .iter()
            .filter(|it| keep(it))
            .for_each(|it| gate.receive(it));
        let ticks = if let Input::Ticks(count) = input {
            *count
        } else {
            0
        };
        for _ in 0..ticks {
            now = now.plus_secs(TICK_SECS);
            let (frame, report) = gate.tick(now);
            check(now, &last, &frame, &report);
            last = frame;
        }
    }
}

fn assert_base_within(config: &GateConfig, last: &ActuatorFrame, frame: &ActuatorFrame) {
    let (v, w) = (frame.forward_m_s, frame.yaw_rate_rad_s);
    let base = &config.base;
    assert!(
        v <= base.max_forward_m_s && v >= -base.max_reverse_m_s,
        "{v}"
    );
    assert!(w.abs() <= base.max_yaw_rate_rad_s, "{w}");
    // Wheels of 0.08 m radius, 0.34 m apart, 7.5 rad/s.
    assert!(v.abs() + w.abs() * 0.17 <= 0.6 + 1e-9, "{v} {w}");
    let gained = v.abs() - last.forward_m_s.abs();
    assert!(
        v * last.forward_m_s >= 0.0,
        "from {} to {v} at once",
        last.forward_m_s
    );
    assert!(
        gained <= base.max_acceleration_m_s2 * TICK_SECS + 1e-9,
        "{gained}"
    );
    assert!(
        -gained <= base.max_deceleration_m_s2 * TICK_SECS + 1e-9,
        "{gained}"
    );
    let turn = (w - last.yaw_rate_rad_s).abs();
    assert!(
        turn <= base.max_yaw_acceleration_rad_s2 * TICK_SECS + 1e-9,
        "{turn}"
    );
}

fn assert_joints_within(
    model: &RobotModel,
    last: &ActuatorFrame,
    frame: &ActuatorFrame,
    ramp_secs: f64,
) {
    for (index, limits) in model.actuated().iter().enumerate() {
        let Some(target) = &frame.joints[index] else {
            assert!(last.joints[index].is_none());
            continue;
        };
        assert!(target.position >= limits.lower && target.position <= limits.upper);
        assert!(target.velocity.abs() <= limits.velocity + 1e-9);
        let effort = target.max_effort.expect("always capped");
        assert!(effort >= 0.0 && effort <= limits.effort);
        let Some(before) = &last.joints[index] else {
            continue;
        };
        let moved = (target.position - before.position).abs();
        assert!(
            moved <= limits.velocity * TICK_SECS + 1e-9,
            "{}: {moved}",
            limits.name
        );
        let at_end = target.position == limits.lower || target.position == limits.upper;
        let change = (target.velocity - before.velocity).abs();
        let most = limits.velocity / ramp_secs * TICK_SECS + 1e-9;
        assert!(
            at_end || change <= most,
            "{}: {change} > {most}",
            limits.name
        );
    }
    assert!(
        frame.joints[model.actuated().len()..]
            .iter()
            .all(Option::is_none)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_leaves_the_limits(inputs in proptest::collection::vec(input(), 0..150)) {
        let (config, model) = (config(), model());
        feed(&mut gate(), &inputs, |_| true, |_, last, frame, _| {
            assert_base_within(&config, last, frame);
            assert_joints_within(&model, last, frame, config.joints.ramp_secs);
        });
    }

    /// Whatever else is fed, if one needed input is missing or old, speed only falls.
    #[test]
    fn nothing_moves_on_stale_inputs(
        inputs in proptest::collection::vec(input(), 0..150),
        lacking in 0..5usize,
    ) {
        let lacks = [Topic::Base, Topic::Odometry, Topic::Imu, Topic::JointStates, Topic::Scan];
        let keep = |it: &Message| it.topic() != lacks[lacking];
        feed(&mut gate(), &inputs, keep, |_, _, frame, report| {
            assert_eq!((frame.forward_m_s, frame.yaw_rate_rad_s), (0.0, 0.0));
            let quiet = report.verdict == GateVerdict::Idle || report.verdict == GateVerdict::Limited;
            assert!(report.verdict.stops_base() || (lacking == 0 && quiet), "{report:?}");
            if lacking == 3 {
                assert!(frame.joints.iter().all(Option::is_none));
            }
        });
    }

    /// Stopping takes bounded time, from whatever speed.
    #[test]
    fn stands_half_a_second_after_its_inputs_cease(
        speed in 0.0..0.5f64, turn in -1.0..1.0f64, ceased in 0..5usize,
    ) {
        let event = [
            Event::KillScan, Event::KillOdometry, Event::KillJointStates, Event::KillImu,
            Event::KillController,
        ][ceased];
        let run = Scenario::open_floor().drive(speed, turn).at(1.5, event).run_for(2.4);
        let last = run.log.last().unwrap().1;
        assert_eq!((last.forward_m_s, last.yaw_rate_rad_s), (0.0, 0.0));
    }

    #[test]
    fn the_latch_holds(inputs in proptest::collection::vec(input(), 0..150)) {
        let mut gate = gate();
        let mut latched = false;
        let mut now = Stamp::from_millis(5000);
        let (mut last, _) = gate.tick(now);
        for input in &inputs {
            for message in messages(now, input) {
                gate.receive(&message);
                if let Message::EStop(it) = message {
                    // Releases may or may not be too old to count; engaging always counts.
                    latched = it.engaged;
                }
            }
            now = now.plus_secs(TICK_SECS);
            let (frame, report) = gate.tick(now);
            if latched {
                prop_assert_eq!(report.verdict, GateVerdict::EStopped);
                let slower = frame.forward_m_s.abs() < last.forward_m_s.abs();
                prop_assert!(slower || frame.forward_m_s == 0.0);
                let slower = frame.yaw_rate_rad_s.abs() < last.yaw_rate_rad_s.abs();
                prop_assert!(slower || frame.yaw_rate_rad_s == 0.0);
            }
            last = frame;
        }
    }

    /// Any commands among any posts: the robot does not touch what it can see. Forward only: what
    /// the mast hides is another story.
    #[test]
    fn touches_nothing_that_it_sees(
        posts in proptest::collection::vec((0.3..2.5f64, 0.0..6.3f64, 0.015..0.2f64), 1..12),
        commands in proptest::collection::vec((0.0..0.6f64, -1.5..1.5f64), 8),
        seed in any::<u64>(),
    ) {
        let mut scenario = Scenario::open_floor().seed(seed);
        for (distance, angle, radius) in posts {
            // Clear of the robot at the start.
            let from = distance + radius;
            scenario = scenario.post(from * angle.cos(), from * angle.sin(), radius);
        }
        for (index, (v, w)) in commands.into_iter().enumerate() {
            scenario = scenario.at(0.2 + index as f64, Event::Drive(v, w));
        }
        let run = scenario.run_for(8.5);
        prop_assert!(run.least_gap_m > 0.0, "{} m", run.least_gap_m);
    }
}

#[test]
fn a_robot_whose_parts_are_not_in_the_urdf_gets_no_gate() {
    let mut robot = params();
    robot.left_wheel_joint = "paddle".into();
    let error = Gate::new(&model(), &robot, config()).unwrap_err();
    assert!(error.to_string().contains("`paddle`"), "{error}");

    let mut limits = config();
    limits.arm.joints.push("tail_joint".into());
    let error = Gate::new(&model(), &params(), limits).unwrap_err();
    assert!(error.to_string().contains("`tail_joint`"), "{error}");
}

/// The other way round: the arbitrary inputs above do make the robot move.
#[test]
fn sound_inputs_move_it() {
    let mut gate = gate();
    let mut top = 0.0f64;
    let inputs = vec![[Input::Sound(0.5, 0.2, 0.3), Input::Ticks(19)]; 20].concat();
    feed(
        &mut gate,
        &inputs,
        |_| true,
        |_, _, frame, _| {
            top = top.max(frame.forward_m_s);
        },
    );
    assert!(top > 0.1, "{top}");
}
