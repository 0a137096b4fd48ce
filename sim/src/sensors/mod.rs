//! Sensors with noise. Each reads the physics and makes the message that a driver would send.

mod body;
mod camera;
mod cull;
mod egl;
mod lidar;
mod pixels;
mod shade;
mod worker;

pub(crate) use body::{Encoders, JointTruth, read_imu, read_joints};
pub(crate) use camera::{Camera, Shot};
pub use camera::{Picture, View};
pub(crate) use cull::Sight;
pub(crate) use egl::{alone, release_thread};
pub(crate) use lidar::{Lidar, read_scan, scan_noise};
pub(crate) use pixels::{worn_depth, worn_rgb};
pub(crate) use shade::shade;
