//! Driving in a toy world: doorways, boxes that the map lacks, dead ends, docking.

mod toy;

use hearth_controller::nav::drive::Drive;
use hearth_types::MotionFailure;
use std::f64::consts::{FRAC_PI_2, PI};
use toy::block;
use toy::trial::{Outcome, Trial};

fn assert_arrived(outcome: &Outcome) {
    assert_eq!(outcome.end, Drive::Done);
    assert!(outcome.off_m < 0.03, "{} m off", outcome.off_m);
    assert!(outcome.off_rad < 0.04, "{} rad off", outcome.off_rad);
    assert!(
        outcome.smallest_gap_m > 0.0,
        "touched: {} m",
        outcome.smallest_gap_m
    );
}

#[test]
fn drives_through_a_doorway_and_back_without_touching() {
    for seed in 0..3 {
        let mut trial = Trial::new(&[], seed);

        let there = trial.drive(5.0, 1.0, FRAC_PI_2, 40.0);
        let back = trial.drive(1.5, 2.5, PI, 40.0);

        for outcome in [there, back] {
            assert_arrived(&outcome);
            assert!(
                outcome.smallest_gap_m > 0.1,
                "too near: {} m",
                outcome.smallest_gap_m
            );
            assert!(outcome.secs < 25.0, "slow: {} s", outcome.secs);
            assert!(outcome.localization_worst_m < 0.04);
        }
    }
}

#[test]
fn docks_close_to_a_table_and_leaves_it_again() {
    let mut trial = Trial::new(&[], 4);
    // The table's front edge is at y = 2.65: 4 cm from the base.
    let docked = trial.drive(6.6, 2.39, FRAC_PI_2, 60.0);
    assert_arrived(&docked);
    assert!(
        docked.smallest_gap_m > 0.015,
        "gap {}",
        docked.smallest_gap_m
    );

    let away = trial.drive(7.4, 1.0, 0.0, 40.0);
    assert_arrived(&away);
}

#[test]
fn leaves_a_table_along_which_it_stands_slantwise() {
    for (seed, towards_rad) in [0.5, 0.67, 0.8].into_iter().enumerate() {
        for y in [2.34, 2.36, 2.38] {
            let mut trial = Trial::new(&[], seed as u64);
            assert_arrived(&trial.drive(6.8, y, PI - towards_rad, 60.0));

            let around = trial.drive(5.2, 3.2, FRAC_PI_2, 60.0);

            assert_arrived(&around);
            assert!(around.smallest_gap_m > 2.65 - 0.22 - y - 0.02);
        }
    }
}

#[test]
fn goes_around_a_box_that_the_map_lacks() {
    let mut trial = Trial::new(&[block(2.8, 2.1, 0.4, 0.6)], 2);

    let outcome = trial.drive(5.0, 1.5, 0.0, 60.0);

    assert_arrived(&outcome);
}

#[test]
fn says_blocked_when_the_only_doorway_is_closed() {
    let mut trial = Trial::new(&[block(4.0, 2.0, 0.1, 0.8)], 2);

    let outcome = trial.drive(5.0, 1.5, 0.0, 90.0);

    assert_eq!(outcome.end, Drive::Failed(MotionFailure::Blocked));
    assert!(outcome.smallest_gap_m > 0.0);
    assert!(outcome.secs < 45.0, "{} s", outcome.secs);
}

#[test]
fn says_blocked_when_closed_in() {
    let mut trial = Trial::new(
        &[
            block(2.1, 2.5, 0.1, 1.3),
            block(0.9, 2.5, 0.1, 1.3),
            block(1.5, 3.1, 1.3, 0.1),
            block(1.5, 1.9, 1.3, 0.1),
        ],
        2,
    );

    let outcome = trial.drive(3.0, 2.5, 0.0, 90.0);

    assert_eq!(outcome.end, Drive::Failed(MotionFailure::Blocked));
    assert!(outcome.smallest_gap_m > 0.0);
}

#[test]
fn a_goal_that_is_no_number_is_refused() {
    let mut trial = Trial::new(&[], 2);

    let outcome = trial.drive(f64::NAN, 2.5, 0.0, 5.0);

    assert!(matches!(
        outcome.end,
        Drive::Failed(MotionFailure::Invalid(_))
    ));
}
