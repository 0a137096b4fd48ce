//! The controller: where the robot is, how it drives, and what its arm and head do.
//!
//! [`node::ControllerNode`] carries out one `MotionRequest` at a time and reports how it ends. All
//! its commands go to the safety gate, each with a deadline. Start reading in [`node`].

pub mod approach;
pub mod arm;
pub mod config;
pub mod localization;
pub mod nav;
pub mod node;
pub mod senses;
