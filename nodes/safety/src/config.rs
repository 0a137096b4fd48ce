//! The section `safety` of the robot's parameter file.

use hearth_types::check::within;
use hearth_types::{Checked, RangeError};
use serde::Deserialize;

/// What the gate allows. Limits of wheels and joints are in the URDF; values here only lower them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateConfig {
    /// Speeds and accelerations of the base.
    pub base: BaseConfig,
    /// Speeds and accelerations of the joints.
    pub joints: JointConfig,
    /// How old things may be.
    pub age: AgeConfig,
    /// Distances to what the lidar sees.
    pub obstacles: ObstacleConfig,
    /// Driving with the arm out.
    pub arm: ArmConfig,
    /// Falling over.
    pub tilt: TiltConfig,
}

/// Speeds and accelerations of the base.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseConfig {
    /// \[m/s\] Forward.
    pub max_forward_m_s: f64,
    /// \[m/s\] Backward, a positive number.
    pub max_reverse_m_s: f64,
    /// \[rad/s\] Either way.
    pub max_yaw_rate_rad_s: f64,
    /// \[m/s^2\] Gaining speed.
    pub max_acceleration_m_s2: f64,
    /// \[m/s^2\] Losing speed; every stop is a ramp of this.
    pub max_deceleration_m_s2: f64,
    /// \[rad/s^2\] Both ways.
    pub max_yaw_acceleration_rad_s2: f64,
}

/// Speeds and accelerations of the joints.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointConfig {
    /// The part of the URDF's velocity limits that may be used.
    pub velocity_share: f64,
    /// \[s\] From rest to that velocity, and back: the acceleration limit.
    pub ramp_secs: f64,
}

/// How old things may be.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeConfig {
    /// \[s\] A command is not obeyed for longer, whatever deadline it carries.
    pub command_secs: f64,
    /// \[s\] The scan.
    pub scan_secs: f64,
    /// \[s\] Odometry.
    pub odometry_secs: f64,
    /// \[s\] Joint states.
    pub joint_states_secs: f64,
    /// \[s\] The inertial measurement.
    pub imu_secs: f64,
    /// \[s\] The newest camera frame that perception has been through; `None` for a robot that moves without
    /// perception.
    pub perception_secs: Option<f64>,
    /// \[s\] The planner's sign of life; `None` for a robot that somebody else commands.
    pub planner_secs: Option<f64>,
}

/// Distances to what the lidar sees, all beyond the footprint.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObstacleConfig {
    /// \[s\] From a decision here to slower wheels.
    pub reaction_secs: f64,
    /// \[m\] Kept ahead when stopped from more than creep speed.
    pub stop_margin_m: f64,
    /// \[m\] Kept at the sides when passing at more than creep speed.
    pub side_margin_m: f64,
    /// \[m/s\] Up to this speed only `creep_margin_m` is kept, all around: for docking.
    pub creep_speed_m_s: f64,
    /// \[m\] Kept always.
    pub creep_margin_m: f64,
    /// \[m\] Nearer than this ahead, `slow_speed_m_s` holds.
    pub slow_zone_m: f64,
    /// \[m/s\] In the slow-down zone.
    pub slow_speed_m_s: f64,
    /// \[rad\] Sectors that the robot itself hides from the lidar, as pairs from, to
    /// (counter-clockwise) in `base_link`.
    pub blind_sectors_rad: Vec<[f64; 2]>,
    /// \[m/s\] Towards a blind sector.
    pub blind_speed_m_s: f64,
    /// \[s\] How long what was seen in a blind sector before the robot hid it is remembered.
    pub blind_memory_secs: f64,
    /// \[rad\] Invalid rays side by side over a wider angle count as an obstacle that touches: what
    /// is too near for the lidar looks like that.
    pub max_gap_rad: f64,
    /// The scan is lost if a larger part of its rays outside blind sectors is invalid.
    pub max_invalid_share: f64,
}

/// Driving with the arm out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmConfig {
    /// Links whose distance from the base's axis tells how far the arm reaches out.
    pub reach_links: Vec<String>,
    /// \[m\] Up to this reach the arm counts as folded.
    pub folded_reach_m: f64,
    /// Joints that count as moving the arm.
    pub joints: Vec<String>,
    /// \[m/s\] The base's speed while the arm is out or moves.
    pub speed_m_s: f64,
    /// \[rad/s\] The base's turning rate while the arm is out or moves.
    pub yaw_rate_rad_s: f64,
}

/// Falling over.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TiltConfig {
    /// \[rad\] From upright.
    pub max_rad: f64,
    /// \[s\] Over which the measured acceleration is averaged, so that driving is not taken for tilt.
    pub filter_secs: f64,
    /// Whether the robot stands still without an IMU.
    pub imu_required: bool,
}

impl Checked for GateConfig {
    fn check(&self) -> Result<(), RangeError> {
        let base = &self.base;
        within("base.max_forward_m_s", base.max_forward_m_s, 0.0, 3.0)?;
        within("base.max_reverse_m_s", base.max_reverse_m_s, 0.0, 3.0)?;
        within("base.max_yaw_rate_rad_s", base.max_yaw_rate_rad_s, 0.0, 6.0)?;
        within(
            "base.max_acceleration_m_s2",
            base.max_acceleration_m_s2,
            0.05,
            5.0,
        )?;
        within(
            "base.max_deceleration_m_s2",
            base.max_deceleration_m_s2,
            0.2,
            5.0,
        )?;
        within(
            "base.max_yaw_acceleration_rad_s2",
            base.max_yaw_acceleration_rad_s2,
            0.2,
            20.0,
        )?;
        within(
            "joints.velocity_share",
            self.joints.velocity_share,
            0.01,
            1.0,
        )?;
        within("joints.ramp_secs", self.joints.ramp_secs, 0.02, 2.0)?;
        let age = &self.age;
        within("age.command_secs", age.command_secs, 0.01, 1.0)?;
        within("age.scan_secs", age.scan_secs, 0.02, 1.0)?;
        within("age.odometry_secs", age.odometry_secs, 0.01, 0.5)?;
        within("age.joint_states_secs", age.joint_states_secs, 0.01, 0.5)?;
        within("age.imu_secs", age.imu_secs, 0.01, 0.5)?;
        if let Some(secs) = age.perception_secs {
            within("age.perception_secs", secs, 0.1, 3.0)?;
        }
        if let Some(secs) = age.planner_secs {
            within("age.planner_secs", secs, 0.05, 3.0)?;
        }
        self.obstacles.check()?;
        within("arm.folded_reach_m", self.arm.folded_reach_m, 0.0, 2.0)?;
        within("arm.speed_m_s", self.arm.speed_m_s, 0.0, 0.5)?;
        within("arm.yaw_rate_rad_s", self.arm.yaw_rate_rad_s, 0.0, 1.5)?;
        within("tilt.max_rad", self.tilt.max_rad, 0.02, 0.8)?;
        within("tilt.filter_secs", self.tilt.filter_secs, 0.01, 2.0)
    }
}

impl Checked for ObstacleConfig {
    fn check(&self) -> Result<(), RangeError> {
        within("obstacles.reaction_secs", self.reaction_secs, 0.01, 1.0)?;
        within("obstacles.creep_margin_m", self.creep_margin_m, 0.005, 0.3)?;
        within(
            "obstacles.side_margin_m",
            self.side_margin_m,
            self.creep_margin_m,
            0.5,
        )?;
        within(
            "obstacles.stop_margin_m",
            self.stop_margin_m,
            self.side_margin_m,
            1.0,
        )?;
        within("obstacles.creep_speed_m_s", self.creep_speed_m_s, 0.0, 0.1)?;
        within("obstacles.slow_zone_m", self.slow_zone_m, 0.0, 3.0)?;
        within(
            "obstacles.slow_speed_m_s",
            self.slow_speed_m_s,
            self.creep_speed_m_s,
            1.0,
        )?;
        within("obstacles.blind_speed_m_s", self.blind_speed_m_s, 0.0, 0.3)?;
        within(
            "obstacles.blind_memory_secs",
            self.blind_memory_secs,
            0.0,
            60.0,
        )?;
        within("obstacles.max_gap_rad", self.max_gap_rad, 0.0, 0.5)?;
        within(
            "obstacles.max_invalid_share",
            self.max_invalid_share,
            0.0,
            0.9,
        )?;
        for [from, to] in &self.blind_sectors_rad {
            let width = to - from;
            if !(from.abs() <= 6.3 && width > 0.0 && width < 3.0) {
                return Err(RangeError::new(
                    "obstacles.blind_sectors_rad",
                    format!("[{from}, {to}]"),
                    "from < to, in radians, less than 3 wide",
                ));
            }
        }
        Ok(())
    }
}
