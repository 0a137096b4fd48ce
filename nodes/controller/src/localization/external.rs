//! Where the robot is, as somebody else says: the newest correction, and how long it holds.

use hearth_types::{Localization, Odometry, Pose2, Stamp};

/// Localisers such as AMCL say something new only after 0.25 m or 0.2 rad. As long as odometry shows no
/// more than this since the last word, none is due, and odometry alone is good enough.
const CARRIED_M: f64 = 0.3;
const CARRIED_RAD: f64 = 0.3;

/// What was said last.
#[derive(Clone, Copy, Debug)]
struct Word {
    stamp: Stamp,
    position_std_m: f64,
    /// Where odometry was then; none before there was any.
    odom_from_base: Option<Pose2>,
    /// Up to here the word is as good as new.
    holds_until: Stamp,
    /// The robot has gone on since.
    left: bool,
}

/// The age of what somebody else says.
#[derive(Clone, Copy, Debug, Default)]
pub struct External {
    word: Option<Word>,
}

impl External {
    /// Whether anything was said yet.
    pub fn is_known(&self) -> bool {
        self.word.is_some()
    }

    /// Takes a correction; false if it is not finite, or older than the last. Transforms are sent with stamps
    /// ahead of time, so that they can be used for a while: such a stamp counts as `now`.
    pub fn take(&mut self, now: Stamp, said: &Localization, odom_from_base: Option<Pose2>) -> bool {
        let finite = said.map_from_odom.is_finite()
            && said.position_std_m.is_finite()
            && said.yaw_std_rad.is_finite();
        let stamp = said.stamp.min(now);
        if !finite || self.word.is_some_and(|it| stamp < it.stamp) {
            return false;
        }
        self.word = Some(Word {
            stamp,
            position_std_m: said.position_std_m,
            odom_from_base,
            holds_until: stamp,
            left: false,
        });
        true
    }

    /// Takes odometry: at rest the last word goes on holding.
    pub fn on_odometry(&mut self, odometry: &Odometry) {
        let Some(word) = &mut self.word else {
            return;
        };
        let then = word.odom_from_base.get_or_insert(odometry.odom_from_base);
        let moved = then.inverse().compose(&odometry.odom_from_base);
        word.left |= moved.x_m.hypot(moved.y_m) > CARRIED_M || moved.yaw_rad.abs() > CARRIED_RAD;
        if !word.left {
            word.holds_until = word.holds_until.max(odometry.stamp);
        }
    }

    /// Whether nothing was said, nothing for longer than `age_secs`, or nothing that is exact enough.
    pub fn is_lost(&self, now: Stamp, age_secs: f64, lost_std_m: f64) -> bool {
        self.word.is_none_or(|it| {
            let holds = now.secs_since(it.holds_until) <= age_secs;
            !holds || it.position_std_m > lost_std_m
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(secs: f64, std_m: f64) -> Localization {
        Localization {
            stamp: Stamp::from_secs_f64(secs),
            map_from_odom: Pose2::new(1.0, 2.0, 0.5),
            position_std_m: std_m,
            yaw_std_rad: 0.1,
        }
    }

    fn odometry(secs: f64, x_m: f64, yaw_rad: f64) -> Odometry {
        Odometry {
            stamp: Stamp::from_secs_f64(secs),
            odom_from_base: Pose2::new(x_m, 0.0, yaw_rad),
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
        }
    }

    fn lost(external: &External, secs: f64) -> bool {
        external.is_lost(Stamp::from_secs_f64(secs), 5.0, 0.6)
    }

    /// Told at one second, where odometry is zero.
    fn told() -> External {
        let mut external = External::default();
        let pose = Some(Pose2::default());
        assert!(external.take(Stamp::from_secs_f64(1.0), &said(1.0, 0.1), pose));
        external
    }

    #[test]
    fn it_holds_at_rest_and_grows_old_on_the_way() {
        let mut external = told();
        assert!(lost(&External::default(), 0.0), "nothing was said yet");

        external.on_odometry(&odometry(100.0, 0.05, 0.1));
        assert!(!lost(&external, 100.0));

        external.on_odometry(&odometry(103.0, 0.6, 0.1));
        assert!(!lost(&external, 104.9));
        external.on_odometry(&odometry(106.0, 0.0, 0.0));
        assert!(lost(&external, 106.0), "coming back does not make it new");
    }

    #[test]
    fn what_is_inexact_is_lost_and_what_is_not_finite_is_not_taken() {
        let mut external = told();
        let now = Stamp::from_secs_f64(2.0);
        for wrong in [
            said(2.0, f64::NAN),
            Localization {
                map_from_odom: Pose2 {
                    x_m: f64::INFINITY,
                    ..Pose2::default()
                },
                ..said(2.0, 0.1)
            },
            said(0.5, 0.1),
        ] {
            assert!(!external.take(now, &wrong, None), "{wrong:?}");
        }
        assert!(!lost(&external, 2.0));

        assert!(external.take(now, &said(2.0, 0.7), None));
        assert!(lost(&external, 2.0));
    }

    #[test]
    fn a_stamp_from_the_future_counts_as_now() {
        let mut external = told();
        let far = Localization {
            stamp: Stamp::MAX,
            ..said(0.0, 0.1)
        };

        assert!(external.take(Stamp::from_secs_f64(2.0), &far, None));
        assert!(lost(&external, 7.1));
        assert!(external.take(Stamp::from_secs_f64(8.0), &said(7.9, 0.1), None));
        assert!(!lost(&external, 8.0));
    }
}
