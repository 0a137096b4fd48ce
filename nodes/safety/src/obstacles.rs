//! What stands around the robot, as the lidar sees it, and where the lidar does not see.

use crate::config::ObstacleConfig;
use crate::robot::RobotLimits;
use crate::sweep::Arc;
use hearth_types::{LaserScan, Point2, Pose2, Stamp};
use std::f64::consts::{PI, TAU};

/// Points that are kept; allocated once.
const MAX_POINTS: usize = 4096;
/// \[m\] What is farther from the base plays no role.
const FAR_M: f64 = 3.0;
/// \[m\] Beyond the lidar's shortest range: rays that are missing beside something that close are
/// missing because it is too close.
const CLOSE_M: f64 = 0.08;
/// Directions around the robot that are told apart.
const BINS: usize = 360;

/// A point on an obstacle. In `odom`, so that the robot's motion since the scan is accounted for.
#[derive(Clone, Copy, Debug)]
struct Seen {
    at_in_odom: Point2,
    stamp: Stamp,
    /// False for what stands in for a direction in which nothing could be measured.
    measured: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum View {
    /// Hidden by the robot itself.
    Blind,
    /// No ray at all.
    Unknown,
    /// Only invalid rays.
    Missing,
    /// Something close to the lidar's shortest range.
    Close,
    /// Something farther, or nothing.
    Clear,
}

/// The newest scan as points, and what is remembered of blind sectors.
#[derive(Clone, Debug)]
pub struct Obstacles {
    points: Vec<Seen>,
    newest: Option<Stamp>,
    usable: bool,
}

/// Free distances along an arc, in metres; infinite where nothing is within reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clearance {
    /// Until the creep margin is used up.
    pub creep_m: f64,
    /// Until the side margin is.
    pub side_m: f64,
}

impl Obstacles {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self {
            points: Vec::with_capacity(MAX_POINTS),
            newest: None,
            usable: false,
        }
    }

    /// When the newest scan was made, if enough of it was valid.
    pub fn newest(&self) -> Option<Stamp> {
        self.newest.filter(|_| self.usable)
    }

    /// Takes a scan that was made with the base at `odom_from_base`.
    pub fn receive(
        &mut self,
        config: &ObstacleConfig,
        robot: &RobotLimits,
        odom_from_base: &Pose2,
        scan: &LaserScan,
    ) {
        let sound = scan.angle_min_rad.is_finite()
            && scan.angle_increment_rad.is_finite()
            && scan.range_min_m >= 0.0
            && odom_from_base.is_finite();
        if !sound {
            return;
        }
        self.keep_what_the_robot_hides(config, robot, odom_from_base, scan.stamp);
        self.newest = Some(scan.stamp);
        self.usable = true;
        let mut views = [View::Unknown; BINS];
        for (bin, view) in views.iter_mut().enumerate() {
            if is_blind(config, bin_angle_rad(bin)) {
                *view = View::Blind;
            }
        }
        for (index, range_m) in scan.ranges_m.iter().enumerate() {
            let range_m = f64::from(*range_m);
            let in_range = range_m >= scan.range_min_m && range_m <= scan.range_max_m;
            let angle_rad = robot.base_from_laser.yaw_rad
                + scan.angle_min_rad
                + index as f64 * scan.angle_increment_rad;
            if !angle_rad.is_finite() {
                continue;
            }
            let view = &mut views[bin(angle_rad)];
            // In a blind sector the lidar measures the robot itself.
            if *view == View::Blind {
                continue;
            }
            if !in_range && range_m != f64::INFINITY {
                if *view == View::Unknown {
                    *view = View::Missing;
                }
                continue;
            }
            *view = if range_m < scan.range_min_m + CLOSE_M || *view == View::Close {
                View::Close
            } else {
                View::Clear
            };
            if range_m < FAR_M {
                let (sin, cos) = angle_rad.sin_cos();
                let laser = robot.base_from_laser;
                let at = Point2::new(laser.x_m + range_m * cos, laser.y_m + range_m * sin);
                self.push(odom_from_base, at, scan.stamp, true);
            }
        }
        let count = |view| views.iter().filter(|it| **it == view).count() as f64;
        let missing = count(View::Missing);
        let valid = count(View::Clear) + count(View::Close);
        self.usable &= valid > 0.0 && missing <= config.max_invalid_share * (missing + valid);
        self.fill_gaps(config, robot, odom_from_base, scan, &views);
    }

    /// Free distance along the arc with the base at `odom_from_base`.
    pub fn clearance(
        &self,
        config: &ObstacleConfig,
        robot: &RobotLimits,
        odom_from_base: &Pose2,
        arc: &Arc,
    ) -> Clearance {
        let base_from_odom = odom_from_base.inverse();
        let (sin, cos) = base_from_odom.yaw_rad.sin_cos();
        let creep_radius_m = robot.radius_m + config.creep_margin_m;
        let side_radius_m = robot.radius_m + config.side_margin_m;
        let mut nearest = Clearance {
            creep_m: f64::INFINITY,
            side_m: f64::INFINITY,
        };
        for seen in &self.points {
            let at = seen.at_in_odom;
            let point = [
                base_from_odom.x_m + cos * at.x - sin * at.y,
                base_from_odom.y_m + sin * at.x + cos * at.y,
            ];
            nearest.creep_m = shorter(nearest.creep_m, arc.travel_m(point, creep_radius_m));
            nearest.side_m = shorter(nearest.side_m, arc.travel_m(point, side_radius_m));
        }
        nearest
    }

    fn keep_what_the_robot_hides(
        &mut self,
        config: &ObstacleConfig,
        robot: &RobotLimits,
        odom_from_base: &Pose2,
        now: Stamp,
    ) {
        let laser_from_odom = odom_from_base.compose(&robot.base_from_laser).inverse();
        self.points.retain(|it| {
            let at = laser_from_odom.transform(&it.at_in_odom);
            let angle_rad = at.y.atan2(at.x) + robot.base_from_laser.yaw_rad;
            let age_secs = now.secs_since(it.stamp);
            it.measured
                && (0.0..=config.blind_memory_secs).contains(&age_secs)
                && at.x.hypot(at.y) < FAR_M / 2.0
                && is_blind(config, angle_rad)
        });
        // New points must find room.
        self.points.truncate(MAX_POINTS / 4);
    }

    /// Puts an obstacle that touches the robot wherever many directions side by side are unknown,
    /// or few beside something close.
    fn fill_gaps(
        &mut self,
        config: &ObstacleConfig,
        robot: &RobotLimits,
        odom_from_base: &Pose2,
        scan: &LaserScan,
        views: &[View; BINS],
    ) {
        let view = |bin: usize| views[bin % BINS];
        let known = |bin: usize| !matches!(view(bin), View::Unknown | View::Missing);
        // Begin where no gap is cut in two; if all is unknown, the scan is lost anyway.
        let Some(first) = (0..BINS).find(|it| known(*it)) else {
            return;
        };
        let mut gap = first + 1..first + 1;
        for bin in first + 1..=first + BINS {
            if !known(bin) {
                gap.end = bin + 1;
                continue;
            }
            let beside_close = view(bin) == View::Close || view(gap.start - 1) == View::Close;
            let too_close = beside_close && gap.clone().any(|it| view(it) == View::Missing);
            if too_close || gap.len() as f64 * TAU / BINS as f64 > config.max_gap_rad {
                for bin in gap {
                    let (sin, cos) = bin_angle_rad(bin % BINS).sin_cos();
                    let at = Point2::new(robot.radius_m * cos, robot.radius_m * sin);
                    self.push(odom_from_base, at, scan.stamp, false);
                }
            }
            gap = bin + 1..bin + 1;
        }
    }

    fn push(&mut self, odom_from_base: &Pose2, at_in_base: Point2, stamp: Stamp, measured: bool) {
        if self.points.len() < MAX_POINTS {
            self.points.push(Seen {
                at_in_odom: odom_from_base.transform(&at_in_base),
                stamp,
                measured,
            });
        } else {
            // Rather no scan than half of one.
            self.usable = false;
        }
    }
}

/// The shorter of two distances, and none if one is NaN.
fn shorter(a_m: f64, b_m: f64) -> f64 {
    if a_m < b_m {
        a_m
    } else if b_m <= a_m {
        b_m
    } else {
        0.0
    }
}

fn bin(angle_rad: f64) -> usize {
    (angle_rad.rem_euclid(TAU) / TAU * BINS as f64) as usize % BINS
}

fn bin_angle_rad(bin: usize) -> f64 {
    (bin as f64 + 0.5) / BINS as f64 * TAU
}

fn is_blind(config: &ObstacleConfig, angle_rad: f64) -> bool {
    let within = |[from, to]: &[f64; 2]| (angle_rad - from).rem_euclid(TAU) <= to - from;
    config.blind_sectors_rad.iter().any(within)
}

/// Whether driving that way (forward or reverse) leads into a blind sector: the strip that the
/// robot sweeps meets every direction less than a right angle off.
pub fn leads_into_blind(config: &ObstacleConfig, forward: bool) -> bool {
    let heading_rad = if forward { 0.0 } else { PI };
    config.blind_sectors_rad.iter().any(|[from, to]| {
        let half_rad = (to - from) / 2.0;
        let off_rad = hearth_types::wrap_angle(from + half_rad - heading_rad).abs();
        off_rad - half_rad < PI / 2.0
    })
}
