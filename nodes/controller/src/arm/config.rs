//! The section `controller.arm` of the robot's configuration.

use hearth_types::{RangeError, check};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How the arm, the gripper and the head are used. Limits come from the URDF.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArmConfig {
    /// The link between the fingertips, x forward, y along the opening.
    pub tip_link: String,
    /// The joint that opens the gripper; its opening is twice the joint's position.
    pub gripper_joint: String,
    /// The joint that turns the head about z.
    pub pan_joint: String,
    /// The joint that tilts the head, positive down.
    pub tilt_joint: String,
    /// The camera's optical frame.
    pub camera_link: String,
    /// The folded posture, by joint.
    pub stow: BTreeMap<String, f64>,
    /// \[0, 1\] Part of the joints' speed limits that is used.
    pub speed_share: f64,
    /// \[rad/s^2\]
    pub joint_accel_rad_s2: f64,
    /// \[m/s^2\] Of joints that slide.
    pub lift_accel_m_s2: f64,
    /// \[s\] Time in which acceleration builds up.
    pub jerk_secs: f64,
    /// \[m/s\] Gripper's speed on the last way to a thing.
    pub approach_speed_m_s: f64,
    /// \[N\] Effort with which the gripper holds.
    pub grip_effort_n: f64,
    /// \[m\] Fingers nearer to each other than this hold nothing. The rim of a cup may be 5 mm thick.
    pub empty_width_m: f64,
    /// \[m\] How far above the surface a thing is let go.
    pub release_gap_m: f64,
    /// \[m\] Height of the gripper when it holds something out to a person.
    pub offer_height_m: f64,
    /// \[m\] Lowest point of what is carried stays above this, free of the lidar.
    pub carry_floor_m: f64,
}

impl Default for ArmConfig {
    fn default() -> Self {
        let stow = [
            ("lift_joint", 0.55),
            ("shoulder_joint", -1.134),
            ("elbow_joint", 3.098),
            ("wrist_yaw_joint", -2.395),
            ("wrist_pitch_joint", 0.0),
        ];
        Self {
            tip_link: "gripper_centre".to_owned(),
            gripper_joint: "left_finger_joint".to_owned(),
            pan_joint: "head_pan_joint".to_owned(),
            tilt_joint: "head_tilt_joint".to_owned(),
            camera_link: "camera_optical_frame".to_owned(),
            stow: stow.map(|(name, at)| (name.to_owned(), at)).into(),
            speed_share: 0.8,
            joint_accel_rad_s2: 3.0,
            lift_accel_m_s2: 0.5,
            jerk_secs: 0.15,
            approach_speed_m_s: 0.1,
            grip_effort_n: 14.0,
            empty_width_m: 0.003,
            release_gap_m: 0.006,
            offer_height_m: 0.95,
            carry_floor_m: 0.3,
        }
    }
}

impl ArmConfig {
    /// Whether every value is in its range.
    ///
    /// # Errors
    /// Names the key, the value and the range.
    pub fn check(&self) -> Result<(), RangeError> {
        let within =
            |key: &str, value, min, max| check::within(&format!("arm.{key}"), value, min, max);
        within("speed_share", self.speed_share, 0.05, 1.0)?;
        within("joint_accel_rad_s2", self.joint_accel_rad_s2, 0.2, 30.0)?;
        within("lift_accel_m_s2", self.lift_accel_m_s2, 0.05, 5.0)?;
        within("jerk_secs", self.jerk_secs, 0.02, 2.0)?;
        within("approach_speed_m_s", self.approach_speed_m_s, 0.01, 0.5)?;
        within("grip_effort_n", self.grip_effort_n, 0.5, 200.0)?;
        within("empty_width_m", self.empty_width_m, 0.0005, 0.03)?;
        within("release_gap_m", self.release_gap_m, 0.0, 0.03)?;
        within("offer_height_m", self.offer_height_m, 0.3, 1.5)?;
        within("carry_floor_m", self.carry_floor_m, 0.0, 1.0)
    }
}
