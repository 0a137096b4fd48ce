//! Hearth's simulated world: a robot from its URDF in a home from its SDF, on MuJoCo.
//!
//! Start at [`Simulation`]. Truth is only in [`oracle`], which tests and benchmarks use and no
//! node can reach.

mod config;
mod contacts;
mod drives;
mod error;
mod mjcf;
mod model;
mod noise;
pub mod oracle;
mod people;
pub mod render;
pub mod scene;
pub mod sdf;
mod sensors;
mod simulation;

pub use config::{
    CameraNoise, ImuNoise, JointNoise, LidarNoise, OdometryNoise, PeopleConfig, SimConfig,
};
pub use error::SimError;
pub use scene::Scene;
pub use sensors::{Picture, View};
pub use simulation::Simulation;
