//! Drives in the toy world.

use super::{Block, STEP_SECS, ToyWorld, two_rooms};
use hearth_controller::config::Config;
use hearth_controller::nav::Twist;
use hearth_controller::nav::dock::DriveGoal;
use hearth_controller::nav::drive::{Drive, Driver, Smoother};
use hearth_controller::senses::Senses;
use hearth_types::{Home, Pose2, wrap_angle};

pub struct Outcome {
    pub end: Drive,
    pub secs: f64,
    pub off_m: f64,
    pub off_rad: f64,
    pub smallest_gap_m: f64,
    pub localization_worst_m: f64,
}

pub struct Trial {
    pub config: Config,
    pub world: ToyWorld,
    pub senses: Senses,
    pub smoother: Smoother,
}

impl Trial {
    pub fn new(extra: &[Block], seed: u64) -> Self {
        let (home, mut blocks) = two_rooms();
        blocks.extend_from_slice(extra);
        Self::in_home(&home, blocks, seed)
    }

    pub fn in_home(home: &Home, blocks: Vec<Block>, seed: u64) -> Self {
        let config = Config::default();
        Self {
            world: ToyWorld::new(blocks, home.start_in_map, seed),
            senses: Senses::new(&config, home, Pose2::default()),
            smoother: Smoother::default(),
            config,
        }
    }

    pub fn drive(&mut self, x: f64, y: f64, yaw: f64, limit_secs: f64) -> Outcome {
        let goal = DriveGoal {
            pose_in_map: Pose2::new(x, y, yaw),
            tolerance_m: 0.02,
            tolerance_rad: 0.03,
            slack_m: 0.0,
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
            if self.world.millis.is_multiple_of(96) {
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
                .shape(&self.config.navigation, wanted, STEP_SECS);
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
            outcome.end,
            outcome.secs,
            outcome.off_m,
            outcome.off_rad,
            outcome.smallest_gap_m,
            localization_worst_m
        );
        outcome
    }
}
