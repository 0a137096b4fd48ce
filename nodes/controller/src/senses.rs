//! What the controller knows of its surroundings, brought together for driving.

use crate::config::Config;
use crate::localization::{Localizer, valid_rays};
use crate::nav::costmap::Costmap;
use crate::nav::{Sight, Twist};
use hearth_types::{
    Home, Imu, LaserScan, Localization, Odometry, Point2, Pose2, PoseHint, Stamp, World,
};
use std::collections::VecDeque;

/// \[m\] Points further away than this do not matter within one scan's time.
const NEAR_M: f64 = 1.6;
/// \[m\] Between the poses that are remembered, and how many are.
const TRAIL_STEP_M: f64 = 0.02;
const TRAIL_LENGTH: usize = 60;
/// \[m\] Where a ray that met nothing is taken to end: beyond where obstacles are marked.
const NOTHING_M: f64 = 6.0;

/// Pose, obstacles and the way just driven.
#[derive(Clone, Debug)]
pub struct Senses {
    localizer: Localizer,
    costmap: Costmap,
    base_from_laser: Pose2,
    near_in_odom: Vec<Point2>,
    points_in_base: Vec<Point2>,
    trail_in_map: VecDeque<Pose2>,
    scanned: Option<Stamp>,
}

impl Senses {
    /// At the home's start.
    pub fn new(config: &Config, home: &Home, base_from_laser: Pose2) -> Self {
        let localizer = Localizer::new(
            config.localization.clone(),
            &home.map,
            home.start_in_map,
            base_from_laser,
        );
        let costmap = Costmap::new(config.navigation.clone(), home, localizer.field());
        Self {
            localizer,
            costmap,
            base_from_laser,
            near_in_odom: Vec::new(),
            points_in_base: Vec::new(),
            trail_in_map: VecDeque::with_capacity(TRAIL_LENGTH),
            scanned: None,
        }
    }

    /// The pose tracker.
    pub fn localizer(&self) -> &Localizer {
        &self.localizer
    }

    /// The obstacles.
    pub fn costmap(&self) -> &Costmap {
        &self.costmap
    }

    /// Mutable, to forget obstacles.
    pub fn costmap_mut(&mut self) -> &mut Costmap {
        &mut self.costmap
    }

    /// Where the robot just was, newest last.
    pub fn trail_in_map(&self) -> &VecDeque<Pose2> {
        &self.trail_in_map
    }

    /// When the newest usable scan was taken.
    pub fn scanned(&self) -> Option<Stamp> {
        self.scanned
    }

    /// Takes odometry.
    pub fn on_odometry(&mut self, odometry: &Odometry) {
        self.localizer.on_odometry(odometry);
        let Some(base_in_map) = self.localizer.base_in_map() else {
            return;
        };
        let moved = self
            .trail_in_map
            .back()
            .is_none_or(|it| it.distance_m(&base_in_map) >= TRAIL_STEP_M);
        if moved {
            if self.trail_in_map.len() == TRAIL_LENGTH {
                self.trail_in_map.pop_front();
            }
            self.trail_in_map.push_back(base_in_map);
        }
    }

    /// Takes an inertial measurement.
    pub fn on_imu(&mut self, imu: &Imu) {
        self.localizer.on_imu(imu);
    }

    /// Begins again where somebody says that the robot is.
    pub fn on_hint(&mut self, hint: &PoseHint) {
        self.localizer.on_hint(hint);
        self.trail_in_map.clear();
    }

    /// Takes what somebody else says of where the robot is; ignored where it finds that out itself.
    pub fn on_localization(&mut self, now: Stamp, said: &Localization) {
        self.localizer.on_localization(now, said);
    }

    /// Takes a scan; the correction of the pose that follows from it.
    pub fn on_scan(&mut self, now: Stamp, scan: &LaserScan) -> Option<Localization> {
        let localization = self.localizer.on_scan(scan);
        if localization.is_some() || self.localizer.is_external() {
            self.note_obstacles(now, scan);
        }
        localization
    }

    /// Notes what the scan shows where the robot believes to be.
    fn note_obstacles(&mut self, now: Stamp, scan: &LaserScan) {
        let map_from_odom = self.localizer.map_from_odom();
        let Some((map_from_odom, odom_from_base)) =
            map_from_odom.zip(self.localizer.odom_from_base_at(scan.stamp))
        else {
            return;
        };
        let odom_from_laser = odom_from_base.compose(&self.base_from_laser);
        let laser_in_map = map_from_odom.compose(&odom_from_laser);
        self.scanned = Some(scan.stamp);
        self.near_in_odom.clear();
        let mut hits_in_map = Vec::with_capacity(scan.ranges_m.len());
        for (angle_rad, range_m) in valid_rays(scan) {
            let in_laser = polar(angle_rad, range_m);
            if range_m < NEAR_M {
                self.near_in_odom.push(odom_from_laser.transform(&in_laser));
            }
            hits_in_map.push(laser_in_map.transform(&in_laser));
        }
        for (i, range) in scan.ranges_m.iter().enumerate() {
            if *range == f32::INFINITY {
                let angle_rad = scan.angle_min_rad + i as f64 * scan.angle_increment_rad;
                hits_in_map.push(laser_in_map.transform(&polar(angle_rad, NOTHING_M)));
            }
        }
        let now_secs = now.as_secs_f64();
        self.costmap.on_scan(
            now_secs,
            &laser_in_map,
            &hits_in_map,
            self.localizer.field(),
        );
        self.costmap.refresh(now_secs);
    }

    /// Takes what the camera sees.
    pub fn on_world(&mut self, now: Stamp, world: &World) {
        if let Some(base_in_map) = self.localizer.base_in_map() {
            self.costmap
                .on_world(now.as_secs_f64(), world, &base_in_map);
        }
    }

    /// What driving may look at now; `None` before the first odometry.
    pub fn sight(&mut self, now: Stamp) -> Option<Sight<'_>> {
        let base_in_map = self.localizer.base_in_map()?;
        let odometry = self.localizer.odometry()?;
        let base_from_odom = odometry.odom_from_base.inverse();
        self.points_in_base.clear();
        self.points_in_base.extend(
            self.near_in_odom
                .iter()
                .map(|it| base_from_odom.transform(it)),
        );
        Some(Sight {
            now,
            base_in_map,
            measured: Twist::new(odometry.forward_m_s, odometry.yaw_rate_rad_s),
            costmap: &self.costmap,
            points_in_base: &self.points_in_base,
        })
    }
}

fn polar(angle_rad: f64, range_m: f64) -> Point2 {
    let (sin, cos) = angle_rad.sin_cos();
    Point2::new(range_m * cos, range_m * sin)
}
