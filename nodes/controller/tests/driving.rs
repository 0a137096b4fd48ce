//! Driving in a toy world: doorways, boxes that the map lacks, dead ends, docking.

mod toy;

use hearth_controller::config::Config;
use hearth_controller::nav::Twist;
use hearth_controller::nav::dock::DriveGoal;
use hearth_controller::nav::drive::{Drive, Driver, Smoother};
use hearth_controller::senses::Senses;
use hearth_types::{MotionFailure, Pose2, wrap_angle};
use std::f64::consts::{FRAC_PI_2, PI};
use toy::{ToyWorld, block, two_rooms};

struct Outcome {
    end: Drive,
    secs: f64,
    off_m: f64,
    off_rad: f64,
    smallest_gap_m: f64,
    localization_worst_m: f64,
}

struct Trial {
    config: Config,
    world: ToyWorld,
    senses: Senses,
    smoother: Smoother,
}

impl Trial {
    fn new(extra: &[toy::Block], seed: u64) -> Self {
        let (home, mut blocks) = two_rooms();
        blocks.extend_from_slice(extra);
        let config = Config::default();
        Self {
            world: ToyWorld::new(blocks, home.start_in_map, seed),
            senses: Senses::new(&config, &home, Pose2::default()),
            smoother: Smoother::default(),
            config,
        }
    }

    fn drive(&mut self, x: f64, y: f64, yaw: f64, limit_secs: f64) -> Outcome {
        let goal = DriveGoal {
            pose_in_map: Pose2::new(x, y, yaw),
            tolerance_m: 0.02,
            tolerance_rad: 0.03,
        };
        let mut driver = Driver::new(self.config.navigation.clone(), goal);
        let started = self.world.millis;
        self.world.smallest_gap_m = f64::INFINITY;
        let mut localization_worst_m = 0.0_f64;
        let mut phase = "";
        let end = loop {
            self.world.step();
            let secs = (self.world.millis - started) as f64 / 1000.0;
            self.senses.on_odometry(&self.world.odometry());
            if self.world.millis % 96 == 0 {
                let scan = self.world.scan();
                self.senses.on_scan(self.world.now(), &scan);
            }
            if let Some(found) = self.senses.localizer().base_in_map() {
                localization_worst_m =
                    localization_worst_m.max(found.distance_m(&self.world.base_in_map));
            }
            let trail = self.senses.trail_in_map().clone();
            let Some(sight) = self.senses.sight(self.world.now()) else {
                continue;
            };
            let drive = driver.tick(&sight, &trail);
            let wanted = match &drive {
                Drive::Go(twist, now) => {
                    if *now != phase {
                        phase = now;
                        println!("{secs:.2} {phase} at {:?}", self.world.base_in_map);
                    }
                    *twist
                }
                _ => Twist::STOP,
            };
            let twist = self
                .smoother
                .shape(&self.config.navigation, wanted, toy::STEP_SECS);
            self.world.wanted = (twist.forward_m_s, twist.yaw_rate_rad_s);
            if !matches!(drive, Drive::Go(..)) || secs > limit_secs {
                break drive;
            }
        };
        let at = self.world.base_in_map;
        let outcome = Outcome {
            end,
            secs: (self.world.millis - started) as f64 / 1000.0,
            off_m: at.distance_m(&goal.pose_in_map),
            off_rad: wrap_angle(at.yaw_rad - yaw).abs(),
            smallest_gap_m: self.world.smallest_gap_m,
            localization_worst_m,
        };
        println!(
            "{:?} after {:.1} s, off {:.3} m {:.3} rad, gap {:.3} m, loc {:.3} m",
            outcome.end, outcome.secs, outcome.off_m, outcome.off_rad, outcome.smallest_gap_m, localization_worst_m
        );
        outcome
    }
}

fn assert_arrived(outcome: &Outcome) {
    assert_eq!(outcome.end, Drive::Done);
    assert!(outcome.off_m < 0.03, "{} m off", outcome.off_m);
    assert!(outcome.off_rad < 0.04, "{} rad off", outcome.off_rad);
    assert!(outcome.smallest_gap_m > 0.0, "touched: {} m", outcome.smallest_gap_m);
}

#[test]
fn drives_through_a_doorway_and_back_without_touching() {
    for seed in 0..3 {
        let mut trial = Trial::new(&[], seed);

        let there = trial.drive(5.0, 1.0, FRAC_PI_2, 40.0);
        let back = trial.drive(1.5, 2.5, PI, 40.0);

        for outcome in [there, back] {
            assert_arrived(&outcome);
            assert!(outcome.smallest_gap_m > 0.1, "too near: {} m", outcome.smallest_gap_m);
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
    assert!(docked.smallest_gap_m > 0.015, "gap {}", docked.smallest_gap_m);

    let away = trial.drive(7.4, 1.0, 0.0, 40.0);
    assert_arrived(&away);
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
