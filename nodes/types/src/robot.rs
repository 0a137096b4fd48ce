//! What the URDF does not say about a robot: which of its parts play which role.

use crate::check::{Checked, RangeError, within};
use serde::Deserialize;

/// The section `robot` of the robot's parameter file. Limits are not here: they are in the URDF.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RobotParams {
    /// The robot's description, relative to the repository's root.
    pub urdf: String,
    /// \[m\] Radius of the circle around `base_link` that holds the base and the folded arm.
    pub radius_m: f64,
    /// The left driven wheel.
    pub left_wheel_joint: String,
    /// The right driven wheel.
    pub right_wheel_joint: String,
    /// The joint that opens and closes the gripper.
    pub gripper_joint: String,
    /// The lidar's frame.
    pub laser_link: String,
    /// The inertial sensor's frame.
    pub imu_link: String,
}

impl Checked for RobotParams {
    fn check(&self) -> Result<(), RangeError> {
        within("radius_m", self.radius_m, 0.05, 2.0)?;
        for (key, value) in [
            ("urdf", &self.urdf),
            ("left_wheel_joint", &self.left_wheel_joint),
            ("right_wheel_joint", &self.right_wheel_joint),
            ("gripper_joint", &self.gripper_joint),
            ("laser_link", &self.laser_link),
            ("imu_link", &self.imu_link),
        ] {
            if value.trim().is_empty() {
                return Err(RangeError::new(key, "empty", "a name of the URDF"));
            }
        }
        Ok(())
    }
}
