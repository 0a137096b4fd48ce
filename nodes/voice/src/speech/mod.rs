//! Where in a stream of sound somebody speaks.

mod segment;
mod silero;

pub use segment::{Segment, SegmentConfig, SegmentEvent, Segmenter};
pub use silero::{FRAME, Silero, VOICE_ACTIVITY};
