//! Configuration files: the robot's parameters, the home, the map.
//!
//! Everything is checked on the way in. An error names the file, the line or the key, what was
//! found and what would be right.

mod error;
mod home;
mod home_raw;
mod map;
mod params;

pub use error::ConfigError;
pub use home::load_home;
pub use map::load_map;
pub use params::{Params, SECTIONS};
