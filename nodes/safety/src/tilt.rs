//! Whether the robot stands upright, from gravity as the IMU feels it.

use crate::config::TiltConfig;
use hearth_types::{Imu, Isometry3, Stamp, Vector3};

/// \[m/s^2\] Weaker than this, down is not known: the robot falls.
const FALLING_M_S2: f64 = 4.0;

/// The averaged direction of gravity.
#[derive(Clone, Debug, Default)]
pub struct Tilt {
    newest: Option<Stamp>,
    up_in_base: Vector3,
    tilted: bool,
}

impl Tilt {
    /// Takes a measurement. What is not finite counts as not measured.
    pub fn receive(&mut self, config: &TiltConfig, base_from_imu: &Isometry3, imu: &Imu) {
        let felt = Vector3::from(imu.linear_acceleration_m_s2);
        // Spelled so that NaN counts as not measured.
        let plausible = felt.norm() < 1e3;
        if !plausible {
            return;
        }
        let felt = base_from_imu.rotation * felt;
        self.up_in_base = match self.newest {
            Some(newest) => {
                let age_secs = imu.stamp.secs_since(newest).clamp(0.0, config.filter_secs);
                self.up_in_base.lerp(&felt, age_secs / config.filter_secs)
            }
            None => felt,
        };
        self.newest = Some(imu.stamp);
        // Cannot fall below the limit again without clearly standing up.
        let limit_rad = if self.tilted {
            0.7 * config.max_rad
        } else {
            config.max_rad
        };
        let up = self.up_in_base;
        let angle_rad = up.x.hypot(up.y).atan2(up.z);
        self.tilted = up.norm() < FALLING_M_S2 || angle_rad > limit_rad;
    }

    /// When the newest measurement was made.
    pub fn newest(&self) -> Option<Stamp> {
        self.newest
    }

    /// Whether the robot leans or falls.
    pub fn is_tilted(&self) -> bool {
        self.tilted
    }
}
