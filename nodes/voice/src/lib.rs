//! Sound to speech to text, and text to speech. Nothing leaves the robot.

mod config;
mod conversation;
mod device;
mod dialogue;
mod echo;
mod error;
pub mod listen;
pub mod microphone;
pub mod mouth;
mod node;
pub mod recognise;
pub mod sound;
mod speaking;
pub mod speech;
mod spoken_stop;
pub mod understand;
pub mod wake;
pub mod words;

pub use config::{Attention, Config, MouthConfig, PiperConfig};
pub use conversation::{Brought, Conversation};
pub use dialogue::Dialogue;
pub use error::VoiceError;
pub use node::VoiceNode;
pub use speaking::Speaking;
pub use spoken_stop::SpokenStop;
