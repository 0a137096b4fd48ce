//! The `controller:` section of the robot's configuration, checked.

use crate::arm::ArmConfig;
use hearth_types::{Checked, RangeError, check};
use serde::Deserialize;

/// How the controller works. Speeds and ranges of joints come from the URDF.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where am I.
    pub localization: LocalizationConfig,
    /// How to drive.
    pub navigation: NavigationConfig,
    /// Where to stand.
    pub approach: ApproachConfig,
    /// Arm, gripper, head.
    pub arm: ArmConfig,
}

/// Who does a part of the work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The controller itself.
    #[default]
    Own,
    /// Somebody else, who sends messages.
    External,
}

/// How the pose is tracked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LocalizationConfig {
    /// Who says where the robot is: by matching scans with the map, or [`hearth_types::Message::Localization`]
    /// from outside. Then only `lost_std_m` and `external_age_secs` of this section matter.
    pub source: Provider,
    /// \[s\] Lost if on the way nothing came from outside for longer.
    pub external_age_secs: f64,
    /// Of the random draws when lost.
    pub seed: u64,
    /// \[m\] How well the start is known.
    pub start_std_m: f64,
    /// \[rad\] How well the start's heading is known.
    pub start_std_rad: f64,
    /// Error of odometry by metre driven or radian turned.
    pub odometry_slip: f64,
    /// \[m\] Error that a scan's interval adds even at rest.
    pub rest_std_m: f64,
    /// \[rad\] Error that a scan's interval adds even at rest.
    pub rest_std_rad: f64,
    /// \[m\] Error of a ray against the map.
    pub point_std_m: f64,
    /// How many independent rays a scan is worth.
    pub scan_worth: f64,
    /// \[m\] A ray's end this near to the map's surfaces is explained by it.
    pub explained_m: f64,
    /// \[0, 1\] If the map explains less of a scan, the alignment is not believed.
    pub least_explained: f64,
    /// \[0, 1\] If more of the rays go through walls, the pose is looked for elsewhere.
    pub most_contradicted: f64,
    /// Poses drawn a scan when looking for the pose.
    pub search_samples: usize,
    /// \[m\] Lost above this standard deviation.
    pub lost_std_m: f64,
}

impl Default for LocalizationConfig {
    fn default() -> Self {
        Self {
            source: Provider::Own,
            external_age_secs: 5.0,
            seed: 1,
            start_std_m: 0.1,
            start_std_rad: 0.1,
            odometry_slip: 0.06,
            rest_std_m: 0.001,
            rest_std_rad: 0.0007,
            point_std_m: 0.04,
            scan_worth: 24.0,
            explained_m: 0.1,
            least_explained: 0.3,
            most_contradicted: 0.15,
            search_samples: 150,
            lost_std_m: 0.6,
        }
    }
}

/// How the base drives.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NavigationConfig {
    /// \[m\] Radius of the base; not a key of its own, it comes from the section `robot`.
    #[serde(skip, default = "default_radius_m")]
    pub robot_radius_m: f64,
    /// Who drives to goals that are not near: the controller, or whoever takes
    /// [`hearth_types::Message::NavGoal`]. The last approach is the controller's either way.
    pub driver: Provider,
    /// \[m\] Least gap on the way.
    pub margin_m: f64,
    /// \[m\] Gap from which on the way costs no more.
    pub comfort_m: f64,
    /// What it costs to drive without the comfortable gap, in lengths of way.
    pub clearance_cost: f64,
    /// \[m/s\] Fastest.
    pub max_speed_m_s: f64,
    /// \[rad/s\] Fastest turn.
    pub max_yaw_rate_rad_s: f64,
    /// \[m/s^2\]
    pub max_accel_m_s2: f64,
    /// \[rad/s^2\]
    pub max_yaw_accel_rad_s2: f64,
    /// \[m/s\] Speed for the last centimetres and backwards.
    pub creep_m_s: f64,
    /// \[m\] Gap beside the robot at which it drives at full speed; it slows below.
    pub slow_gap_m: f64,
    /// \[s\] How often the route is planned anew.
    pub replan_secs: f64,
    /// \[s\] How long an obstacle that the lidar saw is believed without being seen.
    pub lidar_memory_secs: f64,
    /// \[s\] The same for what only the camera saw.
    pub camera_memory_secs: f64,
    /// \[s\] How long to wait for people to clear the way.
    pub patience_secs: f64,
    /// \[m\] Space kept around the middle of a person.
    pub person_radius_m: f64,
}

impl Default for NavigationConfig {
    fn default() -> Self {
        Self {
            robot_radius_m: default_radius_m(),
            driver: Provider::Own,
            margin_m: 0.03,
            comfort_m: 0.3,
            clearance_cost: 6.0,
            max_speed_m_s: 0.5,
            max_yaw_rate_rad_s: 1.2,
            max_accel_m_s2: 0.6,
            max_yaw_accel_rad_s2: 3.0,
            creep_m_s: 0.08,
            slow_gap_m: 0.35,
            replan_secs: 1.0,
            lidar_memory_secs: 40.0,
            camera_memory_secs: 20.0,
            patience_secs: 8.0,
            person_radius_m: 0.35,
        }
    }
}

/// Where the robot stands to look and to reach.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApproachConfig {
    /// \[m\] Least gap between the base and furniture where it stands.
    pub gap_m: f64,
    /// \[m\] Nearest distance over the floor from which to look at something.
    pub view_min_m: f64,
    /// \[m\] Furthest distance over the floor from which to look at something.
    pub view_max_m: f64,
    /// \[m\] Distance to a person, body to middle.
    pub person_distance_m: f64,
    /// \[rad\] Directions nearer to each other than this are the same variant.
    pub variant_angle_rad: f64,
}

impl Default for ApproachConfig {
    fn default() -> Self {
        Self {
            gap_m: 0.05,
            view_min_m: 0.55,
            view_max_m: 1.2,
            person_distance_m: 0.85,
            variant_angle_rad: 0.6,
        }
    }
}

fn default_radius_m() -> f64 {
    0.22
}

impl Checked for Config {
    fn check(&self) -> Result<(), RangeError> {
        self.localization.check()?;
        self.navigation.check()?;
        self.approach.check()?;
        self.arm.check()
    }
}

impl LocalizationConfig {
    fn check(&self) -> Result<(), RangeError> {
        let section = "localization";
        within(
            section,
            "external_age_secs",
            self.external_age_secs,
            0.5,
            60.0,
        )?;
        within(section, "start_std_m", self.start_std_m, 0.001, 2.0)?;
        within(section, "start_std_rad", self.start_std_rad, 0.001, 1.5)?;
        within(section, "odometry_slip", self.odometry_slip, 0.001, 0.5)?;
        within(section, "rest_std_m", self.rest_std_m, 1e-5, 0.1)?;
        within(section, "rest_std_rad", self.rest_std_rad, 1e-5, 0.1)?;
        within(section, "point_std_m", self.point_std_m, 0.005, 0.5)?;
        within(section, "scan_worth", self.scan_worth, 1.0, 1000.0)?;
        within(section, "explained_m", self.explained_m, 0.02, 0.5)?;
        within(section, "least_explained", self.least_explained, 0.05, 0.95)?;
        within(
            section,
            "most_contradicted",
            self.most_contradicted,
            0.01,
            1.0,
        )?;
        let samples = self.search_samples as f64;
        within(section, "search_samples", samples, 1.0, 2000.0)?;
        within(section, "lost_std_m", self.lost_std_m, 0.05, 1.9)
    }
}

impl NavigationConfig {
    fn check(&self) -> Result<(), RangeError> {
        let section = "navigation";
        within(section, "margin_m", self.margin_m, 0.0, 0.3)?;
        within(section, "comfort_m", self.comfort_m, 0.05, 2.0)?;
        within(section, "clearance_cost", self.clearance_cost, 0.0, 100.0)?;
        within(section, "max_speed_m_s", self.max_speed_m_s, 0.1, 2.0)?;
        within(
            section,
            "max_yaw_rate_rad_s",
            self.max_yaw_rate_rad_s,
            0.1,
            6.0,
        )?;
        within(section, "max_accel_m_s2", self.max_accel_m_s2, 0.05, 5.0)?;
        within(
            section,
            "max_yaw_accel_rad_s2",
            self.max_yaw_accel_rad_s2,
            0.1,
            20.0,
        )?;
        within(section, "creep_m_s", self.creep_m_s, 0.02, 0.1)?;
        within(section, "slow_gap_m", self.slow_gap_m, 0.05, 2.0)?;
        within(section, "replan_secs", self.replan_secs, 0.1, 10.0)?;
        within(
            section,
            "lidar_memory_secs",
            self.lidar_memory_secs,
            0.5,
            600.0,
        )?;
        within(
            section,
            "camera_memory_secs",
            self.camera_memory_secs,
            0.5,
            600.0,
        )?;
        within(section, "patience_secs", self.patience_secs, 0.0, 120.0)?;
        within(section, "person_radius_m", self.person_radius_m, 0.1, 1.0)
    }
}

impl ApproachConfig {
    fn check(&self) -> Result<(), RangeError> {
        let section = "approach";
        within(section, "gap_m", self.gap_m, 0.02, 0.3)?;
        within(section, "view_min_m", self.view_min_m, 0.2, 2.0)?;
        within(section, "view_max_m", self.view_max_m, self.view_min_m, 4.0)?;
        within(
            section,
            "person_distance_m",
            self.person_distance_m,
            0.5,
            2.0,
        )?;
        within(
            section,
            "variant_angle_rad",
            self.variant_angle_rad,
            0.1,
            3.0,
        )
    }
}

fn within(
    section: &'static str,
    key: &'static str,
    value: f64,
    min: f64,
    max: f64,
) -> Result<(), RangeError> {
    check::within(&format!("{section}.{key}"), value, min, max)
}
