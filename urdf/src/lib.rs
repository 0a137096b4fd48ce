//! Robot descriptions: reads any URDF into links, joints, limits, sensors and kinematic chains.
//!
//! Start at [`RobotModel::parse`]. What the reader passes over is listed ([`Ignored`]), what is
//! wrong is named with file and line ([`UrdfError`]). `ember/ember.urdf` is the reference robot.

mod chain;
mod check;
mod error;
mod model;
mod read;
mod sensor;
mod tree;

pub use chain::{Chain, Jacobian};
pub use error::{ChainError, Ignored, UrdfError};
pub use model::{
    ActuatedJoint, Collision, Geometry, Inertial, Joint, JointKind, Limits, Link, Mimic,
    RobotModel, Visual, Wheel,
};
pub use sensor::{CameraSpec, LidarSpec, SensorKind, SensorSpec};

#[cfg(test)]
mod tests;
