//! Somebody else says where the robot is.

mod toy;

use hearth_controller::config::{Config, Provider};
use hearth_types::{Localization, Message, MotionFailure, MotionState, Pose2, Stamp};
use toy::bench::{Bench, drive_to, failure};

/// What a perfect localiser would say now, with this standard deviation.
fn truth(bench: &Bench, position_std_m: f64) -> Localization {
    let world = &bench.world;
    Localization {
        stamp: world.now(),
        map_from_odom: world.base_in_map.compose(&world.odom_from_base.inverse()),
        position_std_m,
        yaw_std_rad: 0.05,
    }
}

fn external() -> Bench {
    let mut config = Config::default();
    config.localization.source = Provider::External;
    let mut bench = Bench::with(config);
    // Not where the home's map says that it starts.
    bench.world.base_in_map = Pose2::new(2.6, 2.2, 0.4);
    bench
}

/// Lets time pass, while the truth is told twice a second.
fn run_told(bench: &mut Bench, secs: f64) {
    for _ in 0..(secs / 0.5) as usize {
        let said = truth(bench, 0.05);
        bench.give(&Message::Localization(said));
        bench.run(0.5);
    }
}

fn says_where_it_is(bench: &Bench) -> bool {
    bench
        .sent
        .iter()
        .any(|it| matches!(it, Message::Localization(_)))
}

#[test]
fn drives_by_it_and_says_nothing_of_its_own() {
    let mut bench = external();
    run_told(&mut bench, 0.5);
    bench.ask(1, drive_to(5.0, 1.0, 0.0));
    run_told(&mut bench, 40.0);

    let ends = bench.finals(1);
    assert!(matches!(ends[..], [MotionState::Succeeded(_)]), "{ends:?}");
    let off_m = bench
        .world
        .base_in_map
        .distance_m(&Pose2::new(5.0, 1.0, 0.0));
    assert!(off_m < 0.1, "{off_m:.3} m off in truth");
    assert!(bench.world.smallest_gap_m > 0.0);
    assert!(!says_where_it_is(&bench));
}

#[test]
fn is_lost_when_it_falls_silent_on_the_way() {
    let mut bench = external();
    run_told(&mut bench, 0.5);
    bench.ask(1, drive_to(6.0, 1.0, 0.0));
    run_told(&mut bench, 2.0);

    let end = bench.end_of(1, 8.0);

    assert_eq!(failure(&end), Some(&MotionFailure::Lost));
    bench.run(1.0);
    assert!(bench.world.forward_m_s.abs() < 0.01, "it stands");
}

#[test]
fn is_lost_when_it_is_too_inexact() {
    let mut bench = external();
    run_told(&mut bench, 0.5);
    bench.ask(1, drive_to(6.0, 1.0, 0.0));
    run_told(&mut bench, 1.0);
    let vague = truth(&bench, 0.7);
    bench.give(&Message::Localization(vague));

    let end = bench.end_of(1, 0.4);

    assert_eq!(failure(&end), Some(&MotionFailure::Lost));
}

#[test]
fn standing_still_it_needs_no_news() {
    let mut bench = external();
    run_told(&mut bench, 0.5);
    bench.run(30.0);
    bench.ask(1, drive_to(3.2, 2.4, 0.4));

    assert!(matches!(bench.end_of(1, 20.0), MotionState::Succeeded(_)));
}

#[test]
fn nobody_said_anything_yet() {
    let mut bench = external();
    bench.run(0.3);
    bench.ask(1, drive_to(5.0, 1.0, 0.0));

    let end = bench.end_of(1, 4.0);

    assert_eq!(failure(&end), Some(&MotionFailure::Lost));
    assert!(bench.bases.is_empty(), "the base was not moved");
}

#[test]
fn what_is_not_finite_is_ignored() {
    let mut bench = external();
    run_told(&mut bench, 0.5);
    bench.ask(1, drive_to(2.9, 2.3, 0.4));
    for value in [f64::NAN, f64::INFINITY] {
        let said = Localization {
            stamp: Stamp::MAX,
            map_from_odom: Pose2 {
                x_m: value,
                ..Pose2::default()
            },
            position_std_m: value,
            yaw_std_rad: value,
        };
        bench.give(&Message::Localization(said));
    }

    assert!(matches!(bench.end_of(1, 20.0), MotionState::Succeeded(_)));
}

#[test]
fn a_robot_that_localises_itself_does_not_listen() {
    let drive = |told: bool| {
        let mut bench = Bench::new();
        bench.run(0.3);
        bench.ask(1, drive_to(3.0, 2.5, 0.0));
        for _ in 0..40 {
            if told {
                let wrong = Localization {
                    map_from_odom: Pose2::new(50.0, 50.0, 1.0),
                    ..truth(&bench, 9.0)
                };
                bench.give(&Message::Localization(wrong));
            }
            bench.run(0.5);
        }
        assert!(says_where_it_is(&bench));
        (bench.reports, bench.bases)
    };

    assert_eq!(drive(true), drive(false));
}
