//! The gate that every actuator command passes, whatever planner, model or network do.
//!
//! Its promises, each with a property test in `tests/`:
//! - No output ever exceeds a limit of the URDF or of the configuration: speed, acceleration,
//!   joint range, joint velocity, effort.
//! - The base moves only on a command whose deadline has not passed, with a fresh scan, fresh odometry,
//!   fresh joint states, upright, and with the emergency stop released. Otherwise it comes to a stand
//!   on a ramp of the configured deceleration, which takes bounded time.
//! - The speed towards what the lidar sees is one from which the robot still stops before it.
//! - Joints without a live command, or without joint states, come to rest and hold. Motors are not
//!   cut: the lift would fall.
//! - The emergency stop latches until it is released on purpose.
//!
//! Read in this order: [`Gate::tick`], `base`, `obstacles`, `sweep`, `joints`, `tilt`, [`GateConfig`].

mod base;
mod config;
mod gate;
mod joints;
mod node;
mod obstacles;
mod robot;
mod sweep;
mod tilt;

pub use config::{
    AgeConfig, ArmConfig, BaseConfig, GateConfig, JointConfig, ObstacleConfig, TiltConfig,
};
pub use gate::Gate;
pub use node::GateNode;
pub use robot::GateError;
