//! Shapes the base's velocity: limits, ramps, obstacles.

use crate::config::GateConfig;
use crate::obstacles::{Clearance, Obstacles, leads_into_blind};
use crate::robot::RobotLimits;
use crate::sweep::Arc;
use hearth_types::{GateVerdict, Pose2};

/// \[m/s\] Rather than to crawl slower than this up to an obstacle, the base stands.
const STAND_M_S: f64 = 0.02;

/// Velocity of the base.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Velocity {
    /// \[m/s\] Along +x.
    pub forward_m_s: f64,
    /// \[rad/s\] About +z.
    pub yaw_rate_rad_s: f64,
}

impl Velocity {
    /// Standing still.
    pub const ZERO: Self = Self {
        forward_m_s: 0.0,
        yaw_rate_rad_s: 0.0,
    };

    fn scaled(self, factor: f64) -> Self {
        Self {
            forward_m_s: self.forward_m_s * factor,
            yaw_rate_rad_s: self.yaw_rate_rad_s * factor,
        }
    }
}

/// What the base does in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaseStep {
    /// The velocity that passes.
    pub velocity: Velocity,
    /// The worst that was done to the wanted one.
    pub verdict: GateVerdict,
    /// \[m\] Beyond the footprint, in the direction of motion; if a scan and odometry are there.
    pub clearance_m: Option<f64>,
}

/// The base's surroundings in one tick.
pub struct Surroundings<'a> {
    /// What the lidar sees.
    pub obstacles: &'a Obstacles,
    /// The base, now.
    pub odom_from_base: Pose2,
}

/// Brings `wanted` (finite; `None` to stop) as close as is safe. `last` is the velocity that passed
/// `dt_secs` ago.
pub fn shape(
    config: &GateConfig,
    robot: &RobotLimits,
    around: Option<&Surroundings>,
    arm_is_out: bool,
    wanted: Option<Velocity>,
    last: Velocity,
    dt_secs: f64,
) -> BaseStep {
    let mut verdict = GateVerdict::Pass;
    let mut target = within_limits(config, robot, wanted.unwrap_or(Velocity::ZERO));
    if arm_is_out {
        let slow = slowed_for_arm(config, target);
        if slow != target {
            verdict = verdict.max(GateVerdict::ArmMoving);
        }
        target = slow;
    }
    // Obstacles limit where the robot wants to go and, while it brakes or turns round, where it goes.
    let mut clearance_m = None;
    if let Some(around) = around {
        let heading = if target.forward_m_s == 0.0 {
            last
        } else {
            target
        };
        let free = clearance(config, robot, around, heading);
        clearance_m = Some((free.creep_m + config.obstacles.creep_margin_m).min(9.9));
        let allowed_m_s = allowed_speed(config, free, heading.forward_m_s >= 0.0);
        // To start takes more room than to go on, so that noise does not make the base twitch.
        let least_m_s = if last.forward_m_s == 0.0 { 2.0 } else { 1.0 } * STAND_M_S;
        let allowed_m_s = if allowed_m_s < least_m_s {
            0.0
        } else {
            allowed_m_s
        };
        if target.forward_m_s.abs() > allowed_m_s {
            verdict = verdict.max(if allowed_m_s == 0.0 {
                GateVerdict::ObstacleNear
            } else {
                GateVerdict::SlowZone
            });
            target = slowed_to(config, target, allowed_m_s);
        }
    }
    let velocity = ramped(config, robot, target, last, dt_secs);
    if wanted.is_some_and(|it| it != velocity) {
        verdict = verdict.max(GateVerdict::Limited);
    }
    BaseStep {
        velocity,
        verdict,
        clearance_m,
    }
}

/// Clamped to the limits of base and wheels; the latter keep the path's curve.
fn within_limits(config: &GateConfig, robot: &RobotLimits, wanted: Velocity) -> Velocity {
    let base = &config.base;
    let clamped = Velocity {
        forward_m_s: wanted
            .forward_m_s
            .clamp(-base.max_reverse_m_s, base.max_forward_m_s),
        yaw_rate_rad_s: wanted
            .yaw_rate_rad_s
            .clamp(-base.max_yaw_rate_rad_s, base.max_yaw_rate_rad_s),
    };
    let rim_m_s = clamped.forward_m_s.abs() + clamped.yaw_rate_rad_s.abs() * robot.half_track_m;
    if rim_m_s > robot.rim_speed_m_s {
        clamped.scaled(robot.rim_speed_m_s / rim_m_s)
    } else {
        clamped
    }
}

fn slowed_for_arm(config: &GateConfig, target: Velocity) -> Velocity {
    let share = |limit: f64, value: f64| if value > limit { limit / value } else { 1.0 };
    let forward = share(config.arm.speed_m_s, target.forward_m_s.abs());
    let yaw = share(config.arm.yaw_rate_rad_s, target.yaw_rate_rad_s.abs());
    target.scaled(forward.min(yaw))
}

fn clearance(
    config: &GateConfig,
    robot: &RobotLimits,
    around: &Surroundings,
    heading: Velocity,
) -> Clearance {
    // Standing or turning in place: what is straight ahead, for the report.
    let arc = Arc::of(heading.forward_m_s, heading.yaw_rate_rad_s).or(Arc::of(1.0, 0.0));
    let Some(arc) = arc else {
        return Clearance {
            creep_m: 0.0,
            side_m: 0.0,
        };
    };
    let (obstacles, pose) = (around.obstacles, &around.odom_from_base);
    obstacles.clearance(&config.obstacles, robot, pose, &arc)
}

/// \[m/s\] The speed from which the robot still stops in time. At creep speed only the creep margin
/// is kept; faster, the wider margins are.
fn allowed_speed(config: &GateConfig, free: Clearance, forward: bool) -> f64 {
    let obstacles = &config.obstacles;
    let stops_within = |free_m: f64| {
        let slowing = config.base.max_deceleration_m_s2;
        let reacting = slowing * obstacles.reaction_secs;
        // Solves free = v * reaction + v^2 / (2 * deceleration).
        (reacting * reacting + 2.0 * slowing * free_m.max(0.0)).sqrt() - reacting
    };
    let creeping = stops_within(free.creep_m).min(obstacles.creep_speed_m_s);
    let ahead_m = free.side_m - (obstacles.stop_margin_m - obstacles.side_margin_m);
    let mut driving = stops_within(ahead_m);
    if ahead_m < obstacles.slow_zone_m {
        driving = driving.min(obstacles.slow_speed_m_s);
    }
    let mut allowed = creeping.max(driving);
    if leads_into_blind(obstacles, forward) {
        allowed = allowed.min(obstacles.blind_speed_m_s);
    }
    allowed
}

/// Keeps the path's curve down to creep speed. Below it the robot may still turn away.
fn slowed_to(config: &GateConfig, target: Velocity, allowed_m_s: f64) -> Velocity {
    let speed = target.forward_m_s.abs();
    let turning = allowed_m_s.max(config.obstacles.creep_speed_m_s).min(speed) / speed;
    Velocity {
        forward_m_s: allowed_m_s.copysign(target.forward_m_s),
        yaw_rate_rad_s: target.yaw_rate_rad_s * turning,
    }
}

/// One tick towards the target within the limits of acceleration, and of the wheels on the way.
fn ramped(
    config: &GateConfig,
    robot: &RobotLimits,
    target: Velocity,
    last: Velocity,
    dt_secs: f64,
) -> Velocity {
    let base = &config.base;
    let mut forward = ramp(
        last.forward_m_s,
        target.forward_m_s,
        base.max_acceleration_m_s2 * dt_secs,
        base.max_deceleration_m_s2 * dt_secs,
    );
    // Gain only the speed that the wheels have left while they turn.
    let left = robot.rim_speed_m_s - last.yaw_rate_rad_s.abs() * robot.half_track_m;
    let most = left.max(last.forward_m_s.abs());
    forward = forward.clamp(-most, most);
    let turn = base.max_yaw_acceleration_rad_s2 * dt_secs;
    let yaw = ramp(last.yaw_rate_rad_s, target.yaw_rate_rad_s, turn, turn);
    let most = ((robot.rim_speed_m_s - forward.abs()) / robot.half_track_m).max(0.0);
    Velocity {
        forward_m_s: forward,
        yaw_rate_rad_s: yaw.clamp(-most, most),
    }
}

/// From `last` towards `target` by at most `gain` away from zero and `loss` towards it; a change of
/// sign takes a tick at zero.
fn ramp(last: f64, target: f64, gain: f64, loss: f64) -> f64 {
    if last * target < 0.0 || target.abs() < last.abs() {
        let goal = if last * target < 0.0 {
            0.0
        } else {
            target.abs()
        };
        (last.abs() - loss).max(goal).copysign(last)
    } else {
        (last.abs() + gain).min(target.abs()).copysign(target)
    }
}
