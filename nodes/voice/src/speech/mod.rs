//! Where in a stream of sound somebody speaks.

mod foreground;
mod segment;
mod silero;

pub use foreground::Foreground;
pub use segment::{Segment, SegmentConfig, SegmentEvent, Segmenter};
pub use silero::{FRAME, Silero, VOICE_ACTIVITY};
