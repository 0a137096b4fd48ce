//! Motor controllers: what a robot's own drive electronics do between set points.

use hearth_types::JointTarget;

/// How stiff a joint's drive is, and how strong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Drive {
    /// \[N m/rad\] or \[N/m\].
    pub stiffness: f64,
    /// \[N m s/rad\] or \[N s/m\].
    pub damping: f64,
    /// \[N m\] or \[N\].
    pub max_effort: f64,
}

impl Drive {
    /// A position drive for a joint that moves `inertia` (with the motor's own), which reaches its
    /// full effort at an error of `full_effort_error` and is critically damped.
    pub fn position(inertia: f64, max_effort: f64, full_effort_error: f64) -> Self {
        // At least 6 Hz, or heavy joints would lag behind their set points.
        let stiffness = (38.0_f64.powi(2) * inertia).max(max_effort / full_effort_error);
        Self {
            stiffness,
            damping: 2.0 * (stiffness * inertia).sqrt(),
            max_effort,
        }
    }

    /// The effort towards the set point.
    pub fn effort(&self, target: &JointTarget, position: f64, velocity: f64) -> f64 {
        let limit = target
            .max_effort
            .map_or(self.max_effort, |it| it.clamp(0.0, self.max_effort));
        let effort = self.stiffness * (target.position - position)
            + self.damping * (target.velocity - velocity);
        if effort.is_finite() {
            effort.clamp(-limit, limit)
        } else {
            0.0
        }
    }
}

/// A wheel's speed drive: proportional and integral, since scrubbing tyres would slow down a
/// merely proportional one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WheelDrive {
    /// \[N m s/rad\].
    pub gain: f64,
    /// \[N m/rad\].
    pub integral_gain: f64,
    /// \[N m\].
    pub max_effort: f64,
    /// \[rad/s\].
    pub max_rate_rad_s: f64,
}

impl WheelDrive {
    /// \[N m\] The effort towards the wheel's rate for the next `secs`; `integral` is the drive's memory.
    pub fn effort(&self, wanted_rad_s: f64, rate_rad_s: f64, integral: &mut f64, secs: f64) -> f64 {
        let wanted = wanted_rad_s.clamp(-self.max_rate_rad_s, self.max_rate_rad_s);
        let error = wanted - rate_rad_s;
        if !error.is_finite() {
            return 0.0;
        }
        let sum = (*integral + self.integral_gain * error * secs)
            .clamp(-self.max_effort, self.max_effort);
        let effort = self.gain * error + sum;
        // At its limit the drive must not go on summing up what it cannot give.
        if effort.abs() < self.max_effort || error * *integral < 0.0 {
            *integral = sum;
        }
        effort.clamp(-self.max_effort, self.max_effort)
    }
}

#[cfg(test)]
mod tests {
    use super::Drive;
    use hearth_types::JointTarget;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_more_effort_than_allowed(
            position in proptest::num::f64::ANY, velocity in proptest::num::f64::ANY,
            allowed in proptest::option::of(0.0..50.0_f64),
        ) {
            let drive = Drive::position(0.1, 20.0, 0.05);
            let target = JointTarget { position, velocity, max_effort: allowed };
            let effort = drive.effort(&target, 0.0, 0.0);
            prop_assert!(effort.abs() <= allowed.unwrap_or(20.0).min(20.0));
        }
    }
}
