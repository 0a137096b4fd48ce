//! Sound to speech to text, and text to speech. Nothing leaves the robot.

mod config;
mod dialogue;
mod echo;
mod error;
pub mod listen;
pub mod microphone;
pub mod mouth;
pub mod recognise;
pub mod sound;
pub mod speech;
mod spoken_stop;
pub mod understand;
pub mod wake;
pub mod words;

pub use config::{Attention, Config, MouthConfig};
pub use dialogue::Dialogue;
pub use error::VoiceError;
pub use spoken_stop::SpokenStop;
