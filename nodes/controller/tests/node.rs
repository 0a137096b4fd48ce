//! The node in a toy world: every request ends in exactly one final report.

mod toy;

use hearth_types::{
    Approach, EStop, GateReport, GateVerdict, Imu, JointStates, LaserScan, Message, MotionFailure,
    MotionGoal, MotionState, Odometry, Point3, Pose2, Stamp, World,
};
use std::sync::Arc;
use toy::bench::{Bench, drive_to, failure};

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
