//! Takes the base to a pose: plan, follow, dock; and what to do when something is in the way.

use super::clearance::along_arc;
use super::dock::{Dock, Docking, DriveGoal};
use super::potential::Potential;
use super::route;
use super::tracker::{Tracker, turn_rate};
use super::{Sight, Twist};
use crate::config::NavigationConfig;
use hearth_types::{MotionFailure, Point2, Pose2, Stamp, wrap_angle};
use std::collections::VecDeque;

/// \[m\] Of route left when docking begins.
const DOCK_FROM_M: f64 = 0.3;
/// \[s\] Without getting nearer before something else is tried.
const STUCK_SECS: f64 = 4.0;
/// \[m\] How far it backs off.
const BACK_OFF_M: f64 = 0.22;
/// Recoveries before the way counts as blocked.
const RECOVERIES: u32 = 4;

/// How a drive goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Drive {
    /// Drive so; what it is at.
    Go(Twist, &'static str),
    /// There, at rest.
    Done,
    /// Not there.
    Failed(MotionFailure),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Plan,
    Leave { back_to: Point2, since: Stamp },
    Follow,
    Dock(Dock),
    Wait { until: Stamp },
    BackOff { back_to: Point2, since: Stamp },
}

/// One drive to one goal.
#[derive(Clone, Debug)]
pub struct Driver {
    config: NavigationConfig,
    goal: DriveGoal,
    phase: Phase,
    tracker: Tracker,
    planned: Option<Stamp>,
    best_remaining_m: f64,
    last_progress: Option<(Stamp, Pose2)>,
    recoveries: u32,
    blocked_since: Option<Stamp>,
    may_leave: bool,
    route_changed: bool,
    settled_for_less: bool,
}

impl Driver {
    /// Starts a drive.
    pub fn new(config: NavigationConfig, goal: DriveGoal) -> Self {
        Self {
            config,
            goal,
            phase: Phase::Plan,
            tracker: Tracker::default(),
            planned: None,
            best_remaining_m: f64::INFINITY,
            last_progress: None,
            recoveries: 0,
            blocked_since: None,
            may_leave: true,
            route_changed: false,
            settled_for_less: false,
        }
    }

    /// Where it goes.
    pub fn goal(&self) -> &DriveGoal {
        &self.goal
    }

    /// The route, if it changed since the last call.
    pub fn take_route(&mut self) -> Option<Vec<Point2>> {
        std::mem::take(&mut self.route_changed).then(|| self.tracker.route().to_vec())
    }

    /// A point on the way to look at: some way ahead.
    pub fn look_ahead(&self, ahead_m: f64) -> Option<Point2> {
        let ahead = self.tracker.ahead();
        let first = ahead.first()?;
        ahead
            .iter()
            .find(|it| (*it - first).norm() >= ahead_m)
            .or(ahead.last())
            .copied()
    }

    /// One tick. `trail` holds where the robot just was, newest last.
    pub fn tick(&mut self, sight: &Sight<'_>, trail: &VecDeque<Pose2>) -> Drive {
        if !self.goal.pose_in_map.is_finite() {
            return Drive::Failed(MotionFailure::Invalid("the goal is not finite".into()));
        }
        match self.phase {
            Phase::Plan => self.plan(sight, trail),
            Phase::Leave { back_to, since } | Phase::BackOff { back_to, since } => {
                self.back(sight, &back_to, since)
            }
            Phase::Follow => self.follow(sight, trail),
            Phase::Dock(dock) => self.dock(sight, trail, dock),
            Phase::Wait { until } => {
                if sight.now >= until {
                    self.phase = Phase::Plan;
                }
                Drive::Go(Twist::STOP, "waiting")
            }
        }
    }

    fn plan(&mut self, sight: &Sight<'_>, trail: &VecDeque<Pose2>) -> Drive {
        let near_m = sight.base_in_map.distance_m(&self.goal.pose_in_map);
        if near_m <= 0.1_f64.max(self.goal.tolerance_m) {
            self.phase = Phase::Dock(Dock::default());
            return Drive::Go(Twist::STOP, "docking");
        }
        if !self.replan(sight) {
            return self.wait_or_give_up(sight);
        }
        self.blocked_since = None;
        self.last_progress = Some((sight.now, sight.base_in_map));
        self.best_remaining_m = f64::INFINITY;
        self.phase = Phase::Follow;
        let bearing = self.tracker.bearing_rad(sight).unwrap_or(0.0);
        // Where something is near it backs off before it turns away.
        if std::mem::take(&mut self.may_leave)
            && sight.is_tight()
            && bearing.abs() > 0.5
            && let Some(back_to) = point_behind(sight, trail, 0.14)
        {
            self.phase = Phase::Leave {
                back_to,
                since: sight.now,
            };
        }
        Drive::Go(Twist::STOP, "planning")
    }

    /// Finds a route from here. False if there is none.
    fn replan(&mut self, sight: &Sight<'_>) -> bool {
        self.planned = Some(sight.now);
        let start = sight.base_in_map.point();
        let goal = self.goal.pose_in_map.point();
        let potential = Potential::new(&self.config, sight.costmap, &start, Some(&goal));
        let Some(mut way) = potential.way_to(&goal) else {
            return false;
        };
        if let Some(first) = way.first_mut() {
            *first = start;
        }
        let keep_m = self.config.robot_radius_m + self.config.comfort_m;
        let route = route::smooth(sight.costmap, &way, keep_m);
        // A way around is longer: progress starts anew.
        if route::length_m(&route) > self.best_remaining_m + 0.3 {
            self.best_remaining_m = f64::INFINITY;
        }
        self.tracker.set(route);
        self.route_changed = true;
        true
    }

    fn wait_or_give_up(&mut self, sight: &Sight<'_>) -> Drive {
        let since = *self.blocked_since.get_or_insert(sight.now);
        if sight.now.secs_since(since) > self.config.patience_secs {
            return Drive::Failed(MotionFailure::Blocked);
        }
        self.phase = Phase::Wait {
            until: sight.now.plus_secs(0.5),
        };
        Drive::Go(Twist::STOP, "waiting")
    }

    fn follow(&mut self, sight: &Sight<'_>, trail: &VecDeque<Pose2>) -> Drive {
        let old = self
            .planned
            .is_none_or(|it| sight.now.secs_since(it) >= self.config.replan_secs);
        let blocked = old && self.is_route_blocked(sight);
        if old && (blocked || self.tracker.ahead().len() > 12) && !self.replan(sight) {
            self.phase = Phase::Plan;
            return self.wait_or_give_up(sight);
        }
        let Some(following) = self.tracker.follow(&self.config, sight) else {
            self.phase = Phase::Plan;
            return Drive::Go(Twist::STOP, "planning");
        };
        let goal_m = sight.base_in_map.distance_m(&self.goal.pose_in_map);
        if following.remaining_m <= DOCK_FROM_M && goal_m <= DOCK_FROM_M {
            self.phase = Phase::Dock(Dock::default());
            self.last_progress = Some((sight.now, sight.base_in_map));
            return Drive::Go(following.twist, "docking");
        }
        self.note_progress(sight, following.remaining_m);
        if self.is_stuck(sight) {
            return self.recover(sight, trail);
        }
        Drive::Go(following.twist, "driving")
    }

    fn dock(&mut self, sight: &Sight<'_>, trail: &VecDeque<Pose2>, mut dock: Dock) -> Drive {
        let docking = dock.tick(&self.config, sight, &self.goal);
        self.phase = Phase::Dock(dock);
        match docking {
            Docking::Done => Drive::Done,
            Docking::Stuck => {
                // What keeps it from the last centimetres seldom goes away: one more try.
                self.recoveries = self.recoveries.max(RECOVERIES - 1);
                self.recover(sight, trail)
            }
            Docking::Go(twist) => {
                let moved = self.last_progress.is_none_or(|(_, pose)| {
                    pose.distance_m(&sight.base_in_map) > 0.01
                        || wrap_angle(pose.yaw_rad - sight.base_in_map.yaw_rad).abs() > 0.03
                });
                if moved {
                    self.last_progress = Some((sight.now, sight.base_in_map));
                }
                if self.is_stuck(sight) {
                    return self.recover(sight, trail);
                }
                Drive::Go(twist, "docking")
            }
        }
    }

    /// Reverses towards a point on the trail.
    fn back(&mut self, sight: &Sight<'_>, back_to: &Point2, since: Stamp) -> Drive {
        let local = sight.base_in_map.inverse().transform(back_to);
        let clear = along_arc(&self.config, sight, 0.0, -0.1);
        let over = local.x >= -0.01 || clear.free_m < 0.03 || sight.now.secs_since(since) > 6.0;
        if over {
            self.phase = Phase::Plan;
            return Drive::Go(Twist::STOP, "backing");
        }
        // Reversing, the tail must turn towards the point.
        let steer = (1.5 * (local.y / local.x)).clamp(-0.3, 0.3);
        Drive::Go(Twist::new(-self.config.creep_m_s, steer), "backing")
    }

    fn recover(&mut self, sight: &Sight<'_>, trail: &VecDeque<Pose2>) -> Drive {
        let off_m = sight.base_in_map.distance_m(&self.goal.pose_in_map);
        if off_m <= self.goal.slack_m && !self.settled_for_less {
            // As near as it gets: what is left is the heading.
            self.settled_for_less = true;
            self.goal.pose_in_map.x_m = sight.base_in_map.x_m;
            self.goal.pose_in_map.y_m = sight.base_in_map.y_m;
            self.goal.tolerance_m = self.goal.tolerance_m.max(0.03);
            self.last_progress = Some((sight.now, sight.base_in_map));
            self.phase = Phase::Dock(Dock::default());
            return Drive::Go(Twist::STOP, "docking");
        }
        self.recoveries += 1;
        self.last_progress = Some((sight.now, sight.base_in_map));
        if self.recoveries > RECOVERIES {
            return Drive::Failed(MotionFailure::Blocked);
        }
        let behind = point_behind(sight, trail, BACK_OFF_M);
        self.phase = match behind {
            Some(back_to) if self.recoveries.is_multiple_of(2) => Phase::BackOff {
                back_to,
                since: sight.now,
            },
            _ => Phase::Wait {
                until: sight.now.plus_secs(1.5),
            },
        };
        Drive::Go(Twist::STOP, "recovering")
    }

    fn is_route_blocked(&self, sight: &Sight<'_>) -> bool {
        let position = sight.base_in_map.point();
        let least_m = self.config.robot_radius_m + 0.01;
        let goal = self.goal.pose_in_map.point();
        self.tracker
            .ahead()
            .iter()
            .take_while(|it| (*it - position).norm() < 3.0)
            .any(|it| {
                (it - position).norm() > 0.1
                    && (it - goal).norm() > 0.15
                    && sight.costmap.distance_m(it) < least_m
            })
    }

    fn note_progress(&mut self, sight: &Sight<'_>, remaining_m: f64) {
        let turned = self.last_progress.is_none_or(|(_, pose)| {
            wrap_angle(pose.yaw_rad - sight.base_in_map.yaw_rad).abs() > 0.3
        });
        if remaining_m < self.best_remaining_m - 0.04 {
            self.best_remaining_m = remaining_m;
            self.last_progress = Some((sight.now, sight.base_in_map));
        } else if turned && let Some((since, pose)) = &mut self.last_progress {
            // Turning is progress once, not for ever.
            let late = since.plus_secs(1.0);
            *since = late.min(sight.now);
            *pose = sight.base_in_map;
        }
    }

    fn is_stuck(&self, sight: &Sight<'_>) -> bool {
        self.last_progress
            .is_none_or(|(since, _)| sight.now.secs_since(since) > STUCK_SECS)
    }
}

/// The newest point of the trail that lies straight behind, about `distance_m` away.
fn point_behind(sight: &Sight<'_>, trail: &VecDeque<Pose2>, distance_m: f64) -> Option<Point2> {
    let to_base = sight.base_in_map.inverse();
    trail
        .iter()
        .rev()
        .take_while(|it| it.distance_m(&sight.base_in_map) < 2.0 * distance_m)
        .map(Pose2::point)
        .find(|it| {
            let local = to_base.transform(it);
            local.x <= -0.8 * distance_m && local.y.abs() <= 0.35 * distance_m
        })
}

/// Turns in place by an angle, measured by odometry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    left_rad: f64,
    last_yaw_rad: Option<f64>,
    tolerance_rad: f64,
}

impl Turn {
    /// By this angle, counter-clockwise positive.
    pub fn by(angle_rad: f64, tolerance_rad: f64) -> Self {
        Self {
            left_rad: angle_rad,
            last_yaw_rad: None,
            tolerance_rad,
        }
    }

    /// The rate to turn at; `None` when done.
    pub fn tick(&mut self, config: &NavigationConfig, yaw_in_odom_rad: f64) -> Option<Twist> {
        if let Some(last) = self.last_yaw_rad {
            self.left_rad -= wrap_angle(yaw_in_odom_rad - last);
        }
        self.last_yaw_rad = Some(yaw_in_odom_rad);
        if self.left_rad.abs() <= self.tolerance_rad {
            return None;
        }
        let accel = 0.5 * config.max_yaw_accel_rad_s2;
        let rate = turn_rate(self.left_rad, config.max_yaw_rate_rad_s, accel);
        Some(Twist::new(0.0, rate.abs().max(0.05).copysign(rate)))
    }
}

/// Brings the wanted speeds within what the base can follow smoothly.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Smoother {
    last: Twist,
}

impl Smoother {
    /// The speeds to command now, `period_secs` after the last.
    pub fn shape(&mut self, config: &NavigationConfig, wanted: Twist, period_secs: f64) -> Twist {
        let up = config.max_accel_m_s2 * period_secs;
        // Braking may be harder than speeding up.
        let slowing = wanted.forward_m_s.abs() < self.last.forward_m_s.abs();
        let step = if slowing { 2.0 * up } else { up };
        let turn = config.max_yaw_accel_rad_s2 * period_secs;
        self.last = Twist::new(
            towards(self.last.forward_m_s, wanted.forward_m_s, step),
            towards(self.last.yaw_rate_rad_s, wanted.yaw_rate_rad_s, turn),
        );
        self.last
    }

    /// Stands still at once.
    pub fn stop(&mut self) {
        self.last = Twist::STOP;
    }

    /// The last command.
    pub fn last(&self) -> Twist {
        self.last
    }
}

fn towards(from: f64, to: f64, step: f64) -> f64 {
    if !to.is_finite() {
        return 0.0;
    }
    from + (to - from).clamp(-step, step)
}
