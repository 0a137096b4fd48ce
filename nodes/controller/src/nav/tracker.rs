//! Follows a route: pure pursuit, slowed by curves, narrow gaps and what lies ahead.

use super::clearance::along_arc;
use super::{Sight, Twist};
use crate::config::NavigationConfig;
use hearth_types::{Point2, wrap_angle};

/// \[rad\] Turns in place if the route lies further off than this …
const TURN_FROM_RAD: f64 = 0.85;
/// \[rad\] … until it lies nearer than this.
const TURN_TO_RAD: f64 = 0.2;
/// \[rad\] The same where something is near: a curve would lead into it.
const TIGHT_TURN_FROM_RAD: f64 = 0.3;
/// \[rad\] Facing the route.
const FACING_RAD: f64 = 0.05;
/// \[m/s^2\] Sideways acceleration in curves.
const SIDEWAYS_M_S2: f64 = 0.4;

/// \[m\] Kept to things ahead unless creeping.
const STOP_GAP_M: f64 = 0.12;

/// A route and how far along it the robot is.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    route: Vec<Point2>,
    at: usize,
    turning: bool,
}

/// What to do to follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Following {
    /// The speeds wanted.
    pub twist: Twist,
    /// \[m\] Left to drive.
    pub remaining_m: f64,
    /// Something is right ahead.
    pub blocked: bool,
    /// It turns in place.
    pub turning: bool,
}

impl Tracker {
    /// Follows another route.
    pub fn set(&mut self, route: Vec<Point2>) {
        self.route = route;
        self.at = 0;
    }

    /// The route.
    pub fn route(&self) -> &[Point2] {
        &self.route
    }

    /// The part of the route that is still ahead.
    pub fn ahead(&self) -> &[Point2] {
        &self.route[self.at.min(self.route.len())..]
    }

    /// \[rad\] Where the route leads, relative to the robot's heading.
    pub fn bearing_rad(&mut self, sight: &Sight<'_>) -> Option<f64> {
        self.advance(&sight.base_in_map.point());
        let target = self.point_ahead(&sight.base_in_map.point(), 0.3)?;
        let heading = sight.base_in_map.heading_to_rad(&target);
        Some(wrap_angle(heading - sight.base_in_map.yaw_rad))
    }

    /// The speeds that follow the route from here.
    pub fn follow(&mut self, config: &NavigationConfig, sight: &Sight<'_>) -> Option<Following> {
        let position = sight.base_in_map.point();
        self.advance(&position);
        let remaining_m = self.remaining_m(&position);
        let reach_m = (0.28 + 0.5 * sight.measured.forward_m_s.abs()).clamp(0.28, 0.6);
        let target = self.point_ahead(&position, reach_m)?;
        let local = sight.base_in_map.inverse().transform(&target);
        let bearing = local.y.atan2(local.x);
        self.turning = bearing.abs()
            > match (self.turning, sight.is_tight()) {
                (true, _) => TURN_TO_RAD,
                (false, true) => TIGHT_TURN_FROM_RAD,
                (false, false) => TURN_FROM_RAD,
            };
        if !self.turning {
            let distance_m = local.coords.norm().max(0.05);
            let curvature = 2.0 * bearing.sin() / distance_m;
            let (speed, blocked) = self.speed(config, sight, curvature, remaining_m);
            // If there is no way along the curve, there may be one straight to the route.
            if speed > 0.0 || bearing.abs() <= FACING_RAD {
                return Some(Following {
                    twist: Twist::new(speed, speed * curvature),
                    remaining_m,
                    blocked,
                    turning: false,
                });
            }
        }
        let rate = turn_rate(
            bearing,
            config.max_yaw_rate_rad_s,
            config.max_yaw_accel_rad_s2,
        );
        Some(Following {
            twist: Twist::new(0.0, rate),
            remaining_m,
            blocked: false,
            turning: true,
        })
    }

    /// Moves on to the nearest point of the route, never back.
    fn advance(&mut self, position: &Point2) {
        let end = (self.at + 30).min(self.route.len());
        let window = self.route.get(self.at..end).unwrap_or(&[]);
        let nearest = window
            .iter()
            .enumerate()
            .min_by(|a, b| (a.1 - position).norm().total_cmp(&(b.1 - position).norm()));
        if let Some((offset, _)) = nearest {
            self.at += offset;
        }
    }

    fn point_ahead(&self, position: &Point2, reach_m: f64) -> Option<Point2> {
        let ahead = self.ahead();
        ahead
            .iter()
            .find(|it| (*it - position).norm() >= reach_m)
            .or(ahead.last())
            .copied()
    }

    fn remaining_m(&self, position: &Point2) -> f64 {
        let ahead = self.ahead();
        let first_m = ahead.first().map_or(0.0, |it| (it - position).norm());
        first_m + super::route::length_m(ahead)
    }

    fn speed(
        &self,
        config: &NavigationConfig,
        sight: &Sight<'_>,
        curvature: f64,
        remaining_m: f64,
    ) -> (f64, bool) {
        let brake = 0.7 * config.max_accel_m_s2;
        let fastest = config.max_speed_m_s;
        let stop_m = sight.measured.forward_m_s.max(0.0).powi(2) / (2.0 * brake);
        let clear = along_arc(config, sight, curvature, stop_m + 0.35);
        let in_curve = (SIDEWAYS_M_S2 / curvature.abs().max(1e-3)).sqrt();
        let in_turn = config.max_yaw_rate_rad_s / curvature.abs().max(1e-3);
        let openness = (clear.gap_m / config.slow_gap_m).clamp(0.0, 1.0);
        let in_gap = config.creep_m_s + (fastest - config.creep_m_s) * openness;
        // Faster than creeping it stops well before things, as the safety gate wants it.
        let to_stop = (2.0 * brake * (clear.free_m - STOP_GAP_M).max(0.0)).sqrt();
        let to_stop = to_stop.max(if clear.free_m > 0.03 {
            config.creep_m_s
        } else {
            0.0
        });
        let to_end = (2.0 * brake * remaining_m).sqrt().max(config.creep_m_s);
        let speed = fastest
            .min(in_curve)
            .min(in_turn)
            .min(in_gap)
            .min(to_stop)
            .min(to_end);
        (speed, clear.free_m < 0.1 && clear.free_m < remaining_m)
    }
}

/// The rate at which to turn so that it comes to rest at `error_rad` from here.
pub fn turn_rate(error_rad: f64, max_rate: f64, max_accel: f64) -> f64 {
    let stopping = (2.0 * 0.5 * max_accel * error_rad.abs()).sqrt();
    let rate = (3.0 * error_rad.abs()).min(stopping).min(max_rate);
    rate.copysign(error_rad)
}
