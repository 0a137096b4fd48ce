//! The last centimetres: onto the goal's point, then to its heading.

use super::clearance::along_arc;
use super::tracker::turn_rate;
use super::{Sight, Twist};
use crate::config::NavigationConfig;
use hearth_types::{Pose2, Stamp, wrap_angle};

/// \[m\] Nearer than this the bearing to the goal means nothing any more.
const AT_POINT_M: f64 = 0.008;
/// Times the robot tries again when it comes to rest out of tolerance.
const TRIES: u32 = 5;
/// \[s\] Standing still before the result is judged: the localisation settles.
const SETTLE_SECS: f64 = 0.35;
/// \[s\] Docking takes a few seconds; longer is a back and forth that something in the way causes.
const DOCK_SECS: f64 = 10.0;

/// Where a drive ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriveGoal {
    /// The pose.
    pub pose_in_map: Pose2,
    /// \[m\] How near is near enough.
    pub tolerance_m: f64,
    /// \[rad\] How well the heading must fit.
    pub tolerance_rad: f64,
    /// \[m\] Being this near counts as arrived if something keeps it from coming nearer.
    pub slack_m: f64,
}

/// How docking goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Docking {
    /// Drive so.
    Go(Twist),
    /// Within tolerance, at rest.
    Done,
    /// Something is in the way, or it does not get there.
    Stuck,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    ToPoint { turning: bool },
    ToHeading,
    Settle { since: Stamp },
}

/// The state of docking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dock {
    phase: Phase,
    began: Option<Stamp>,
    tries: u32,
}

impl Default for Dock {
    fn default() -> Self {
        Self {
            phase: Phase::ToPoint { turning: false },
            began: None,
            tries: 0,
        }
    }
}

impl Dock {
    /// One tick.
    pub fn tick(
        &mut self,
        config: &NavigationConfig,
        sight: &Sight<'_>,
        goal: &DriveGoal,
    ) -> Docking {
        let began = *self.began.get_or_insert(sight.now);
        if sight.now.secs_since(began) > DOCK_SECS {
            return Docking::Stuck;
        }
        match self.phase {
            Phase::ToPoint { turning } => self.go_to_point(config, sight, goal, turning),
            Phase::ToHeading => self.turn_to_heading(config, sight, goal),
            Phase::Settle { since } => self.settle(sight, goal, since),
        }
    }

    fn go_to_point(
        &mut self,
        config: &NavigationConfig,
        sight: &Sight<'_>,
        goal: &DriveGoal,
        turning: bool,
    ) -> Docking {
        let near_m = AT_POINT_M.min(0.5 * goal.tolerance_m);
        let local = sight
            .base_in_map
            .inverse()
            .transform(&goal.pose_in_map.point());
        let distance_m = local.coords.norm();
        if distance_m <= near_m || (distance_m < 0.03 && local.x.abs() <= 0.004) {
            self.phase = Phase::ToHeading;
            return Docking::Go(Twist::STOP);
        }
        let ahead = local.y.atan2(local.x);
        // A short way back is driven backwards instead of turning twice.
        let backwards = distance_m < 0.2 && ahead.abs() > 1.9;
        let bearing = if backwards {
            wrap_angle(ahead + std::f64::consts::PI)
        } else {
            ahead
        };
        // What is off by less is steered away on the last way.
        let wide = if distance_m > 0.15 { 0.35 } else { 0.2 };
        let turning = bearing.abs() > if turning { 0.05 } else { wide };
        let keep_heading = distance_m < 0.03;
        self.phase = Phase::ToPoint { turning };
        if turning && !keep_heading {
            let rate = turn_rate(
                bearing,
                config.max_yaw_rate_rad_s,
                config.max_yaw_accel_rad_s2,
            );
            return Docking::Go(Twist::new(0.0, at_least(rate, 0.1)));
        }
        let sign = if backwards { -1.0 } else { 1.0 };
        let clear = along_arc(config, sight, 0.0, sign * distance_m);
        if clear.free_m < 0.02 && distance_m > 0.03 {
            return Docking::Stuck;
        }
        let fastest = if clear.gap_m < 0.12 || backwards {
            config.creep_m_s
        } else {
            0.2
        };
        let speed = (0.3 * distance_m).sqrt().clamp(0.03, fastest);
        let steer = if keep_heading {
            0.0
        } else {
            (3.0 * bearing).clamp(-0.5, 0.5)
        };
        Docking::Go(Twist::new(sign * speed, steer))
    }

    fn turn_to_heading(
        &mut self,
        config: &NavigationConfig,
        sight: &Sight<'_>,
        goal: &DriveGoal,
    ) -> Docking {
        let error = wrap_angle(goal.pose_in_map.yaw_rad - sight.base_in_map.yaw_rad);
        if error.abs() <= (0.4 * goal.tolerance_rad).clamp(0.006, 0.1) {
            self.phase = Phase::Settle { since: sight.now };
            return Docking::Go(Twist::STOP);
        }
        let rate = turn_rate(
            error,
            config.max_yaw_rate_rad_s,
            0.6 * config.max_yaw_accel_rad_s2,
        );
        Docking::Go(Twist::new(0.0, at_least(rate, 0.1)))
    }

    fn settle(&mut self, sight: &Sight<'_>, goal: &DriveGoal, since: Stamp) -> Docking {
        if sight.now.secs_since(since) < SETTLE_SECS {
            return Docking::Go(Twist::STOP);
        }
        let off_m = sight.base_in_map.distance_m(&goal.pose_in_map);
        let off_rad = wrap_angle(goal.pose_in_map.yaw_rad - sight.base_in_map.yaw_rad).abs();
        if off_m <= goal.tolerance_m && off_rad <= goal.tolerance_rad {
            return Docking::Done;
        }
        self.tries += 1;
        if self.tries > TRIES {
            return Docking::Stuck;
        }
        self.phase = if off_m > goal.tolerance_m {
            Phase::ToPoint { turning: true }
        } else {
            Phase::ToHeading
        };
        Docking::Go(Twist::STOP)
    }
}

fn at_least(rate: f64, least: f64) -> f64 {
    rate.abs().max(least).copysign(rate)
}
