//! Where the robot is: odometry carried forward, corrected by each scan against the map.
//!
//! A Kalman filter whose measurement is a robust alignment of the scan with the map's distance
//! field. When the map stops explaining the scans, poses drawn around the estimate are tried; when
//! that fails too, it says so by its standard deviations.
//!
//! Or the correction comes from somebody else (`source: external`), and nothing is matched here.

pub mod external;
pub mod field;
pub mod matching;
pub mod trail;

use crate::config::Provider;
use external::External;
use field::MapField;
use hearth_types::{
    Imu, LaserScan, Localization, OccupancyGrid, Odometry, Point2, Pose2, PoseHint, Stamp,
};
use matching::{Alignment, Weights};
use nalgebra::Matrix3;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trail::OdometryTrail;

pub use crate::config::LocalizationConfig;

/// Too few points to tell anything.
const FEWEST_POINTS: usize = 20;
/// Scans in a row that the map explains badly before other poses are tried.
const POOR_SCANS: u32 = 4;
/// Standard deviations that a scan may move the pose by.
const SIGMAS: f64 = 4.0;
/// \[0, 1\] A pose found far from where odometry says must explain this much of the scan.
const BELIEVABLE: f64 = 0.55;

/// \[rad\] Between two scans gyroscope and wheels do not differ by more, unless the wheels slip.
const SLIPPED_RAD: f64 = 0.03;

/// Sums up the yaw rate between scans.
#[derive(Clone, Copy, Debug, Default)]
struct Gyro {
    last: Option<(Stamp, f64)>,
    turned_rad: f64,
    covered_secs: f64,
}

impl Gyro {
    fn push(&mut self, imu: &Imu) {
        let rate = imu.angular_velocity_rad_s[2];
        if !rate.is_finite() {
            self.last = None;
            return;
        }
        if let Some((stamp, before)) = self.last {
            let secs = imu.stamp.secs_since(stamp);
            if secs > 0.0 && secs < 0.05 {
                self.turned_rad += 0.5 * (rate + before) * secs;
                self.covered_secs += secs;
            }
        }
        self.last = Some((imu.stamp, rate));
    }

    /// The angle since the last call; `None` if it was not measured without gaps.
    fn take(&mut self) -> Option<f64> {
        let whole = self.covered_secs > 0.08 && self.covered_secs < 0.3;
        let turned_rad = std::mem::take(&mut self.turned_rad);
        self.covered_secs = 0.0;
        whole.then_some(turned_rad)
    }
}

/// Tracks the robot's pose in the map.
#[derive(Clone, Debug)]
pub struct Localizer {
    config: LocalizationConfig,
    field: MapField,
    base_from_laser: Pose2,
    trail: OdometryTrail,
    map_from_odom: Pose2,
    /// Where odometry was at the last scan.
    anchor_in_odom: Option<Pose2>,
    /// Of the base's x, y, yaw in `map`.
    covariance: Matrix3<f64>,
    explained: f64,
    poor_scans: u32,
    latest: Option<Localization>,
    rng: ChaCha8Rng,
    start_in_map: Pose2,
    gyro: Gyro,
    external: External,
}

impl Localizer {
    /// Starts at `start_in_map` on `map`; where somebody else localises, nowhere until they say something.
    pub fn new(
        config: LocalizationConfig,
        map: &OccupancyGrid,
        start_in_map: Pose2,
        base_from_laser: Pose2,
    ) -> Self {
        let start_std = [config.start_std_m, config.start_std_m, config.start_std_rad];
        Self {
            field: MapField::new(map, 2),
            base_from_laser,
            trail: OdometryTrail::default(),
            map_from_odom: start_in_map,
            anchor_in_odom: None,
            covariance: diagonal(start_std),
            explained: 1.0,
            poor_scans: 0,
            latest: None,
            rng: ChaCha8Rng::seed_from_u64(config.seed),
            start_in_map,
            gyro: Gyro::default(),
            external: External::default(),
            config,
        }
    }

    /// The map's distance field.
    pub fn field(&self) -> &MapField {
        &self.field
    }

    /// Takes wheel odometry; what is not finite or not newer is ignored.
    pub fn on_odometry(&mut self, odometry: &Odometry) {
        if !self.trail.push(odometry) {
            return;
        }
        if self.is_external() {
            self.external.on_odometry(odometry);
        } else if self.anchor_in_odom.is_none() {
            let odom_from_base = odometry.odom_from_base;
            self.map_from_odom = self.start_in_map.compose(&odom_from_base.inverse());
            self.anchor_in_odom = Some(odom_from_base);
        }
    }

    /// Whether somebody else says where the robot is.
    pub fn is_external(&self) -> bool {
        self.config.source == Provider::External
    }

    /// Takes what somebody else says, if the configuration has it so.
    pub fn on_localization(&mut self, now: Stamp, said: &Localization) {
        let odom_from_base = self.trail.newest().map(|it| it.odom_from_base);
        if self.is_external() && self.external.take(now, said, odom_from_base) {
            self.map_from_odom = said.map_from_odom;
            self.latest = Some(*said);
        }
    }

    /// Begins again where somebody says that the robot is. What is not finite is ignored, and so is everything where
    /// somebody else localises.
    pub fn on_hint(&mut self, hint: &PoseHint) {
        let stds = [hint.position_std_m, hint.position_std_m, hint.yaw_std_rad];
        let sane = hint.base_in_map.is_finite() && stds.iter().all(|it| *it >= 0.0 && *it < 10.0);
        if self.is_external() || !sane {
            return;
        }
        self.start_in_map = hint.base_in_map;
        self.anchor_in_odom = self.trail.newest().map(|it| it.odom_from_base);
        if let Some(odom_from_base) = self.anchor_in_odom {
            self.map_from_odom = hint.base_in_map.compose(&odom_from_base.inverse());
        }
        self.covariance = diagonal(stds);
        self.explained = 1.0;
        self.poor_scans = 0;
    }

    /// Takes an inertial measurement: it tells when the wheels slip.
    pub fn on_imu(&mut self, imu: &Imu) {
        if !self.is_external() {
            self.gyro.push(imu);
        }
    }

    /// Takes a scan. `None` if it could not be used at all, or is not needed.
    pub fn on_scan(&mut self, scan: &LaserScan) -> Option<Localization> {
        if self.is_external() {
            return None;
        }
        let odom_from_base = self.trail.pose_at(scan.stamp)?;
        let anchor = self.anchor_in_odom?;
        let mut moved = anchor.inverse().compose(&odom_from_base);
        if let Some(turned_rad) = self.gyro.take() {
            let slipped_rad = hearth_types::wrap_angle(turned_rad - moved.yaw_rad);
            if slipped_rad.abs() > SLIPPED_RAD {
                // The wheels turned the robot otherwise than they say: believe the gyroscope.
                let believed = Pose2::new(moved.x_m, moved.y_m, turned_rad);
                let base_in_map = self.map_from_odom.compose(&anchor).compose(&believed);
                self.map_from_odom = base_in_map.compose(&odom_from_base.inverse());
                moved.yaw_rad += slipped_rad.abs();
                self.covariance += diagonal([0.02, 0.02, 0.5 * slipped_rad]);
            }
        }
        self.predict(&moved);
        self.anchor_in_odom = Some(odom_from_base);

        let points = scan_points(scan, &self.base_from_laser);
        let prior = self.map_from_odom.compose(&odom_from_base);
        if points.len() >= FEWEST_POINTS {
            if let Some(found) = self.correct(&points, &prior) {
                self.map_from_odom = found.pose_in_map.compose(&odom_from_base.inverse());
                self.covariance = found.covariance;
                self.explained = found.explained;
            }
        } else {
            self.explained = 0.0;
        }
        let localization = Localization {
            stamp: scan.stamp,
            map_from_odom: self.map_from_odom,
            position_std_m: self.covariance[(0, 0)].max(self.covariance[(1, 1)]).sqrt(),
            yaw_std_rad: self.covariance[(2, 2)].sqrt(),
        };
        self.latest = Some(localization);
        Some(localization)
    }

    /// The newest correction.
    pub fn latest(&self) -> Option<&Localization> {
        self.latest.as_ref()
    }

    /// The newest odometry.
    pub fn odometry(&self) -> Option<&Odometry> {
        self.trail.newest()
    }

    /// The base in `odom` at `stamp`.
    pub fn odom_from_base_at(&self, stamp: Stamp) -> Option<Pose2> {
        self.trail.pose_at(stamp)
    }

    /// Pose of `odom` in `map`; `None` before somebody who should say it did.
    pub fn map_from_odom(&self) -> Option<Pose2> {
        let known = !self.is_external() || self.external.is_known();
        known.then_some(self.map_from_odom)
    }

    /// The base in `map`, carried forward by odometry; `None` before there is any.
    pub fn base_in_map(&self) -> Option<Pose2> {
        let newest = self.trail.newest()?;
        Some(self.map_from_odom()?.compose(&newest.odom_from_base))
    }

    /// \[0, 1\] The part of the last scan that the map explains.
    pub fn explained(&self) -> f64 {
        self.explained
    }

    /// Whether it no longer knows where the robot is.
    pub fn is_lost(&self) -> bool {
        let config = &self.config;
        if self.is_external() {
            let now = self.trail.newest().map_or(Stamp::ZERO, |it| it.stamp);
            let age_secs = config.external_age_secs;
            return self.external.is_lost(now, age_secs, config.lost_std_m);
        }
        self.covariance[(0, 0)].max(self.covariance[(1, 1)]).sqrt() > config.lost_std_m
    }

    /// Grows the uncertainty by what odometry gets wrong over `moved` (in the base's frame).
    fn predict(&mut self, moved: &Pose2) {
        let distance_m = moved.x_m.hypot(moved.y_m).min(1.0);
        let turned_rad = moved.yaw_rad.abs();
        let config = &self.config;
        let std_m = config.odometry_slip * distance_m + 0.01 * turned_rad + config.rest_std_m;
        let std_rad = config.odometry_slip * (turned_rad + distance_m) + config.rest_std_rad;
        // The heading's error carries the position sideways.
        let yaw = self.map_from_odom.yaw_rad + self.anchor_in_odom.map_or(0.0, |it| it.yaw_rad);
        let (sin, cos) = yaw.sin_cos();
        let (dx, dy) = (
            cos * moved.x_m - sin * moved.y_m,
            sin * moved.x_m + cos * moved.y_m,
        );
        let carry = Matrix3::new(1.0, 0.0, -dy, 0.0, 1.0, dx, 0.0, 0.0, 1.0);
        self.covariance =
            carry * self.covariance * carry.transpose() + diagonal([std_m, std_m, std_rad]);
        let sane = self.covariance.iter().all(|it| it.is_finite());
        if !sane || self.covariance[(0, 0)].max(self.covariance[(1, 1)]) > 4.0 {
            self.covariance = diagonal([2.0, 2.0, 1.0]);
        }
    }

    /// The pose that the scan and the prior agree on.
    fn correct(&mut self, points: &[Point2], prior: &Pose2) -> Option<Alignment> {
        let weights = Weights {
            point_std_m: self.config.point_std_m,
            scan_worth: self.config.scan_worth,
            explained_m: self.config.explained_m,
        };
        let tracked = matching::align(&self.field, points, prior, &self.covariance, &weights)?;
        if tracked.explained >= self.config.least_explained && self.is_plausible(&tracked, prior) {
            self.poor_scans = 0;
            return Some(tracked);
        }
        self.poor_scans = self.poor_scans.saturating_add(1);
        // People and boxes only shorten rays; rays through walls mean a wrong pose.
        let laser_in_map = prior.compose(&self.base_from_laser);
        let through =
            matching::contradicted_part(&self.field, points, prior, &laser_in_map.point());
        let contradicted = through > self.config.most_contradicted;
        if contradicted
            && self.poor_scans >= POOR_SCANS
            && let Some(found) = self.search(points, prior, &weights)
            && found.explained >= BELIEVABLE
            && found.explained > tracked.explained + 0.15
        {
            self.poor_scans = 0;
            return Some(found);
        }
        // Trust odometry, ever less.
        let doubt_m = if contradicted { 0.1 } else { 0.003 };
        let doubt = diagonal([doubt_m, doubt_m, 0.2 * doubt_m]);
        Some(Alignment {
            pose_in_map: *prior,
            covariance: self.covariance + doubt,
            explained: tracked.explained,
        })
    }

    /// Whether an alignment lies where the prior allows it.
    fn is_plausible(&self, found: &Alignment, prior: &Pose2) -> bool {
        let offset = nalgebra::Vector3::new(
            found.pose_in_map.x_m - prior.x_m,
            found.pose_in_map.y_m - prior.y_m,
            hearth_types::wrap_angle(found.pose_in_map.yaw_rad - prior.yaw_rad),
        );
        let leeway = self.covariance + diagonal([0.02, 0.02, 0.02]);
        leeway
            .try_inverse()
            .is_some_and(|it| (offset.transpose() * it * offset)[0] <= SIGMAS * SIGMAS)
    }

    /// Tries poses drawn around the estimate, wider the longer it goes on.
    fn search(&mut self, points: &[Point2], prior: &Pose2, weights: &Weights) -> Option<Alignment> {
        let some: Vec<Point2> = points.iter().step_by(6).copied().collect();
        let spread = (f64::from(self.poor_scans) * 0.1).clamp(0.3, 1.5);
        let mut best: Vec<(f64, Pose2)> = Vec::with_capacity(self.config.search_samples);
        for _ in 0..self.config.search_samples {
            let pose = Pose2::new(
                prior.x_m + spread * self.spread(),
                prior.y_m + spread * self.spread(),
                prior.yaw_rad + 0.5 * spread * self.spread(),
            );
            let score = matching::likelihood(&self.field, &some, &pose, 0.12);
            best.push((score, pose));
        }
        best.sort_by(|a, b| b.0.total_cmp(&a.0));
        let loose = diagonal([0.2, 0.2, 0.15]);
        best.iter()
            .take(4)
            .filter_map(|(_, pose)| matching::align(&self.field, points, pose, &loose, weights))
            .max_by(|a, b| a.explained.total_cmp(&b.explained))
    }

    /// Roughly normal: the sum of three uniform draws.
    fn spread(&mut self) -> f64 {
        (0..3).map(|_| self.rng.random_range(-1.0..1.0)).sum()
    }
}

/// The scan's valid points in the base's frame.
pub fn scan_points(scan: &LaserScan, base_from_laser: &Pose2) -> Vec<Point2> {
    valid_rays(scan)
        .map(|(angle_rad, range_m)| {
            let (sin, cos) = angle_rad.sin_cos();
            base_from_laser.transform(&Point2::new(range_m * cos, range_m * sin))
        })
        .collect()
}

/// Angle and range, in `laser_link`, of each ray that hit something.
pub fn valid_rays(scan: &LaserScan) -> impl Iterator<Item = (f64, f64)> + '_ {
    let usable = scan.angle_min_rad.is_finite() && scan.angle_increment_rad.is_finite();
    scan.ranges_m
        .iter()
        .enumerate()
        .filter(move |_| usable)
        .map(|(i, &range)| {
            let angle_rad = scan.angle_min_rad + i as f64 * scan.angle_increment_rad;
            (angle_rad, f64::from(range))
        })
        // Spelled so that NaN fails.
        .filter(|&(_, range_m)| range_m >= scan.range_min_m && range_m < scan.range_max_m)
}

fn diagonal(std: [f64; 3]) -> Matrix3<f64> {
    Matrix3::from_diagonal(&nalgebra::Vector3::new(
        std[0] * std[0],
        std[1] * std[1],
        std[2] * std[2],
    ))
}
