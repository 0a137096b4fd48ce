//! The `perception` section of the robot's configuration.

use hearth_models::detect::DetectorConfig;
use hearth_types::check::within;
use hearth_types::{Checked, RangeError};
use serde::Deserialize;

/// How perception works. Every key has a default.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The model that says what things are and what people do. Without one, the catalogue's colours
    /// say it, and words beyond the catalogue mean nothing.
    pub detector: Option<DetectorConfig>,
    /// Link of the camera's optical frame (x right, y down, z forward).
    pub camera_frame: String,
    /// Link between the fingertips; what is near it is taken to be held.
    pub gripper_frame: String,
    /// The joint that opens the gripper, by half of its width.
    pub gripper_joint: String,
    /// \[m\] Everything within this distance of the gripper's centre is the robot's own, unless
    /// the gripper is wide open.
    pub held_radius_m: f64,
    /// \[s\] How late results arrive in lockstep simulation.
    pub latency_secs: f64,
    /// \[m\] Depth beyond this is not used.
    pub max_range_m: f64,
    /// \[m\] Things farther than this are not measured.
    pub max_object_range_m: f64,
    /// \[m\] What rises at least this much above a surface is a thing.
    pub min_rise_m: f64,
    /// \[m\] The sensor's noise at range z is `depth_noise_m + depth_noise_per_m * z^2`.
    pub depth_noise_m: f64,
    /// \[1/m\] See `depth_noise_m`.
    pub depth_noise_per_m: f64,
    /// \[m\] How far the map and the localisation may be off.
    pub place_tolerance_m: f64,
    /// \[rad/s\] Frames taken while the camera turns faster are skipped.
    pub max_camera_rate_rad_s: f64,
    /// \[m\] Sightings of a thing may be this far apart.
    pub association_gate_m: f64,
    /// Things believed in less than this are forgotten.
    pub forget_below: f64,
    /// \[m\] A surface seen from farther does not count as seen well.
    pub well_seen_range_m: f64,
    /// \[m\] Free spots lie within this distance of an open side's edge, so that the arm reaches them.
    pub spot_reach_m: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            detector: None,
            camera_frame: "camera_optical_frame".into(),
            gripper_frame: "gripper_centre".into(),
            gripper_joint: "left_finger_joint".into(),
            held_radius_m: 0.12,
            latency_secs: 0.08,
            max_range_m: 5.0,
            max_object_range_m: 2.6,
            min_rise_m: 0.012,
            depth_noise_m: 0.001,
            depth_noise_per_m: 0.002,
            place_tolerance_m: 0.03,
            max_camera_rate_rad_s: 0.7,
            association_gate_m: 0.10,
            forget_below: 0.12,
            well_seen_range_m: 2.0,
            spot_reach_m: 0.28,
        }
    }
}

impl Config {
    /// \[m\] One standard deviation of the depth at this range.
    pub fn depth_sigma_m(&self, range_m: f32) -> f32 {
        self.depth_noise_m as f32 + self.depth_noise_per_m as f32 * range_m * range_m
    }
}

impl Checked for Config {
    fn check(&self) -> Result<(), RangeError> {
        self.detector.iter().try_for_each(Checked::check)?;
        within("held_radius_m", self.held_radius_m, 0.0, 0.5)?;
        within("latency_secs", self.latency_secs, 0.0, 2.0)?;
        within("max_range_m", self.max_range_m, 0.5, 20.0)?;
        within("max_object_range_m", self.max_object_range_m, 0.3, 10.0)?;
        within("min_rise_m", self.min_rise_m, 0.003, 0.1)?;
        within("depth_noise_m", self.depth_noise_m, 0.0, 0.05)?;
        within("depth_noise_per_m", self.depth_noise_per_m, 0.0, 0.05)?;
        within("place_tolerance_m", self.place_tolerance_m, 0.0, 0.2)?;
        within(
            "max_camera_rate_rad_s",
            self.max_camera_rate_rad_s,
            0.05,
            10.0,
        )?;
        within("association_gate_m", self.association_gate_m, 0.01, 0.5)?;
        within("forget_below", self.forget_below, 0.01, 0.9)?;
        within("well_seen_range_m", self.well_seen_range_m, 0.3, 10.0)?;
        within("spot_reach_m", self.spot_reach_m, 0.05, 2.0)?;
        Ok(())
    }
}
