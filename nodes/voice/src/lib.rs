//! Sound to speech to text, and text to speech. Nothing leaves the robot.

mod error;
pub mod recognise;
pub mod sound;
pub mod speech;

pub use error::VoiceError;
