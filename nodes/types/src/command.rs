//! Commands to actuators. Nodes send [`BaseCommand`] and [`JointCommand`] to the safety gate;
//! only the gate makes [`ActuatorFrame`]s, and only those reach motors.

use crate::Stamp;

/// The most actuated joints (without wheels) a robot may have; commands are arrays of this size
/// so that the gate's tick allocates nothing.
pub const MAX_JOINTS: usize = 16;

/// Velocity command for the mobile base.
///
/// Frame: `base_link` (REP 103: +x forward, +z up).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaseCommand {
    /// When it was computed, on the runtime's clock.
    pub stamp: Stamp,
    /// The gate stops the base once this has passed.
    pub valid_until: Stamp,
    /// \[m/s\] Speed along +x.
    pub forward_m_s: f64,
    /// \[rad/s\] Rate about +z, counter-clockwise positive.
    pub yaw_rate_rad_s: f64,
}

impl BaseCommand {
    /// Stands still.
    pub fn stop(now: Stamp, valid_until: Stamp) -> Self {
        Self {
            stamp: now,
            valid_until,
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
        }
    }
}

/// Where one joint should be now, and how fast it should be moving.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointTarget {
    /// \[rad\] or \[m\].
    pub position: f64,
    /// \[rad/s\] or \[m/s\] Feed-forward.
    pub velocity: f64,
    /// \[N m\] or \[N\] The most effort the motor may use, at most the URDF's limit; `None` for
    /// that limit. The gripper uses it to hold without crushing.
    pub max_effort: Option<f64>,
}

/// Set points for joints, by index into the robot model's actuated joints. `None` leaves a joint
/// where its last command put it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointCommand {
    /// When it was computed.
    pub stamp: Stamp,
    /// The gate holds the joints where they are once this has passed.
    pub valid_until: Stamp,
    /// One entry a joint.
    pub targets: [Option<JointTarget>; MAX_JOINTS],
}

/// What the gate lets through, every tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActuatorFrame {
    /// The tick.
    pub stamp: Stamp,
    /// \[m/s\] Speed along +x.
    pub forward_m_s: f64,
    /// \[rad/s\] Rate about +z.
    pub yaw_rate_rad_s: f64,
    /// One entry an actuated joint; `None` until the joint's position is known: motor off/brake.
    pub joints: [Option<JointTarget>; MAX_JOINTS],
}
