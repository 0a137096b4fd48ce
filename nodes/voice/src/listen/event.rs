//! What the ears notice.

use crate::sound::Level;
use crate::speech::Segment;
use crate::understand::Interpretation;
use hearth_types::Language;

/// What the ears notice. Times are in seconds of the sound's own, from its beginning.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// How loud the last second was.
    Level(Level),
    /// Somebody speaks.
    Began {
        /// From when on.
        at_secs: f64,
    },
    /// The words so far.
    Partial {
        /// When.
        at_secs: f64,
        /// As the recogniser wrote them.
        text: String,
        /// Their language.
        language: Language,
    },
    /// "Stop": it acts at once.
    Stop {
        /// When it was noticed.
        at_secs: f64,
        /// The word.
        word: String,
    },
    /// Somebody said something.
    Said(Said),
    /// A sound that was no speech, or too short.
    Nothing {
        /// Where.
        segment: Segment,
    },
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Where in the stream.
    pub segment: Segment,
    /// What was heard and understood.
    pub interpretation: Interpretation,
    /// Whether it is said to the robot.
    pub to_robot: bool,
    /// Whether it stopped the robot already.
    pub stopped: bool,
    /// Whether it is the robot's own voice.
    pub is_echo: bool,
}
