//! Shapes the joints' set points: ranges, velocities, accelerations, efforts.

use crate::robot::JointLimits;
use hearth_types::{JointTarget, Stamp};

/// \[s\] How far a target is carried on at its own velocity, so that commands at half the gate's
/// rate make an even motion.
const CARRY_ON_SECS: f64 = 0.02;

/// One joint's set point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetPoint {
    /// \[rad\] or \[m\]
    pub position: f64,
    /// \[rad/s\] or \[m/s\] As the position moves.
    pub velocity: f64,
    /// \[N m\] or \[N\]
    pub max_effort: f64,
    /// Where the last command put the joint.
    goal: f64,
}

impl SetPoint {
    /// Where the joint is measured to be.
    pub fn at(limits: &JointLimits, measured: f64) -> Self {
        let position = measured.clamp(limits.lower, limits.upper);
        Self {
            position,
            velocity: 0.0,
            max_effort: limits.effort,
            goal: position,
        }
    }

    /// One tick towards the target, or towards where the last command put the joint. Says whether
    /// the command had to be limited.
    pub fn follow(
        &mut self,
        limits: &JointLimits,
        target: Option<(&JointTarget, Stamp)>,
        now: Stamp,
        dt_secs: f64,
    ) -> bool {
        let mut ahead = 0.0;
        let mut outside = false;
        if let Some((target, since)) = target {
            let age_secs = now.secs_since(since).clamp(0.0, CARRY_ON_SECS);
            let wanted = target.position + target.velocity * age_secs;
            self.goal = wanted.clamp(limits.lower, limits.upper);
            let within = wanted == self.goal;
            if within && age_secs < CARRY_ON_SECS {
                ahead = target.velocity.clamp(-limits.velocity, limits.velocity);
            }
            let effort = target.max_effort.unwrap_or(limits.effort);
            self.max_effort = effort.clamp(0.0, limits.effort);
            outside = !within || effort > limits.effort;
        }
        let limited = self.towards(limits, ahead, dt_secs);
        limited || outside
    }

    /// One tick of coming to rest; the joint then holds.
    pub fn hold(&mut self, limits: &JointLimits, dt_secs: f64) {
        let loss = limits.acceleration * dt_secs;
        let velocity = (self.velocity.abs() - loss)
            .max(0.0)
            .copysign(self.velocity);
        self.move_by(limits, velocity, dt_secs);
        self.goal = self.position;
    }

    fn towards(&mut self, limits: &JointLimits, ahead: f64, dt_secs: f64) -> bool {
        if dt_secs <= 0.0 {
            return false;
        }
        let error = self.goal - self.position;
        let wanted = error / dt_secs;
        // Not faster than it can brake before the goal.
        let braking = (2.0 * limits.acceleration * error.abs()).sqrt();
        let change = limits.acceleration * dt_secs;
        let velocity = wanted
            .clamp(ahead - braking, ahead + braking)
            .clamp(self.velocity - change, self.velocity + change)
            .clamp(-limits.velocity, limits.velocity);
        self.move_by(limits, velocity, dt_secs);
        (velocity - wanted).abs() > 1e-9
    }

    fn move_by(&mut self, limits: &JointLimits, velocity: f64, dt_secs: f64) {
        if dt_secs > 0.0 {
            let position = self.position + velocity * dt_secs;
            self.position = position.clamp(limits.lower, limits.upper);
            // At the end of its range the joint stands.
            self.velocity = if self.position == position {
                velocity
            } else {
                0.0
            };
        }
    }
}
