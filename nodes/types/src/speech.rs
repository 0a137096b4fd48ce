//! Sound, what people say by it, and what the robot answers.

use crate::Stamp;
use serde::{Deserialize, Serialize};

/// A language of commands and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Chinese (Mandarin); input in Simplified or Traditional characters, output in Simplified.
    Zh,
}

impl Language {
    /// As written in messages, files and on the terminal: `en` or `zh`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

/// Something a person said or typed to the robot.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// When it ended.
    pub stamp: Stamp,
    /// The words.
    pub text: String,
    /// If known; else the planner detects it.
    pub language: Option<Language>,
    /// \[0, 1\] The recogniser's confidence; 1 for typed text.
    pub confidence: f64,
    /// The speaker's id in the home, if known. `None` is whoever stands before the robot.
    pub speaker: Option<String>,
}

/// Something for the robot to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// When it was decided.
    pub stamp: Stamp,
    /// The words.
    pub text: String,
    /// Their language.
    pub language: Language,
}

/// A portion of sound, as somebody's microphone gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// When it came in.
    pub stamp: Stamp,
    /// Where it is from.
    pub source: SoundSource,
    /// \[1/s\] Samples a second.
    pub rate_hz: u32,
    /// One channel, in \[-1, 1\].
    pub samples: Vec<f32>,
}

/// Where sound is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SoundSource {
    /// Somebody else who sends it (on ROS, the topic `audio`).
    Sent,
    /// The microphone of this computer. While it gives sound, the other is not heard.
    Microphone,
}

/// What was heard and what was understood by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// When it was understood.
    pub stamp: Stamp,
    /// As the recogniser wrote it.
    pub heard: String,
    /// What was taken for meant.
    pub understood: String,
    /// How the one became the other.
    pub how: HowHeard,
    /// The language.
    pub language: Language,
    /// In the command language's notation, if it makes sense.
    pub meaning: Option<String>,
    /// \[0, 1\] The recogniser's confidence.
    pub confidence: f64,
    /// Whether it was said to the robot.
    pub to_robot: bool,
    /// Whether it is the robot's own voice.
    pub is_echo: bool,
    /// Whether it stopped the robot.
    pub stopped: bool,
    /// Whether the robot asks first if that was meant.
    pub asks: bool,
}

/// How what was heard became what was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HowHeard {
    /// Words so far, while somebody still speaks.
    Partial,
    /// As they were heard.
    AsHeard,
    /// Without fillers, repeats and corrections.
    Tidied,
    /// Other words that it may have been.
    Alternative,
    /// With a name of the home that sounds alike.
    SoundsAlike,
}

/// What the mouth is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum MouthOrder {
    /// Say this; what it is saying ends.
    Say {
        /// Chosen by whoever orders; comes back in the report.
        id: u64,
        /// The words.
        text: String,
        /// Their language.
        language: Language,
    },
    /// Be silent, in the middle of a word.
    Hush,
}

/// What goes to the loudspeaker now, told in portions as they are played, before their echo is heard.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayedSound {
    /// When the last sample was on its way.
    pub stamp: Stamp,
    /// One channel at 16 kHz, in \[-1, 1\].
    pub samples: Vec<f32>,
}

/// The mouth has ended, by itself or because it was told to.
#[derive(Clone, Debug, PartialEq)]
pub struct MouthReport {
    /// Of the order.
    pub id: u64,
    /// What went wrong, if it did not say it.
    pub trouble: Option<String>,
}
