//! The section `voice` of the parameter file.

use crate::speech::SegmentConfig;
use crate::understand::UnderstandConfig;
use crate::wake::WakeConfig;
use hearth_types::Language;
use hearth_types::check::{Checked, RangeError, within};
use serde::Deserialize;
use std::path::PathBuf;

/// How the robot listens and speaks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Languages that are listened for, the likelier first. With one, nothing else is heard.
    pub languages: Vec<Language>,
    /// When the robot listens at all.
    pub attention: Attention,
    /// \[s\] After its name alone, or after a question of its own, the robot listens for this long without its name.
    pub attention_secs: f64,
    /// The robot's name.
    pub wake: WakeConfig,
    /// When speech begins and ends.
    pub speech: SegmentConfig,
    /// What counts as understood.
    pub understand: UnderstandConfig,
    /// \[s\] While somebody speaks, this often the words so far are looked at; 0 for never.
    pub partial_secs: f64,
    /// \[s\] Words so far are not looked at beyond this length: it costs more than it brings.
    pub partial_most_secs: f64,
    /// How the robot speaks.
    pub mouth: MouthConfig,
    /// The microphone's name, or a part of it, as the system calls it; without, the system's usual one.
    pub microphone: Option<String>,
}

/// When the robot listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// Whatever is said.
    Always,
    /// What begins with its name.
    WakeWord,
    /// While a button is held.
    PushToTalk,
}

/// How the robot speaks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MouthConfig {
    /// The program that speaks, as it is called.
    pub program: String,
    /// English: a voice of espeak-ng.
    pub voice_en: String,
    /// Mandarin: a voice of espeak-ng. Its `cmn` reads tones as English; this one does not.
    pub voice_zh: String,
    /// Words a minute.
    pub words_per_minute: u32,
    /// \[s\] The room still sounds so long after the last word.
    pub echo_secs: f64,
    /// Whether the robot's own voice is taken out of what it hears. It then plays what the program says itself, so as to know it.
    pub cancel_echo: bool,
    /// Whether whoever speaks to the robot, or says its name, interrupts it. "Stop" always does.
    pub barge_in: bool,
    /// Voices of Piper's, which take the program's place in their languages; it still says how words are spoken.
    pub piper: PiperConfig,
}

/// Files of Piper's voices, `NAME.onnx` with `NAME.onnx.json` beside it, relative to the checkout.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PiperConfig {
    /// English.
    pub en: Option<PathBuf>,
    /// Mandarin.
    pub zh: Option<PathBuf>,
}

impl Default for MouthConfig {
    fn default() -> Self {
        Self {
            program: "espeak-ng".to_owned(),
            voice_en: "en-gb".to_owned(),
            voice_zh: "cmn-latn-pinyin".to_owned(),
            words_per_minute: 165,
            echo_secs: 0.4,
            cancel_echo: true,
            barge_in: true,
            piper: PiperConfig::default(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            languages: vec![Language::En, Language::Zh],
            attention: Attention::Always,
            attention_secs: 8.0,
            wake: WakeConfig::default(),
            speech: SegmentConfig::default(),
            understand: UnderstandConfig::default(),
            partial_secs: 0.7,
            partial_most_secs: 6.0,
            mouth: MouthConfig::default(),
            microphone: None,
        }
    }
}

impl Checked for Config {
    fn check(&self) -> Result<(), RangeError> {
        let twice = self.languages.len() > 1 && self.languages[0] == self.languages[1];
        if self.languages.is_empty() || self.languages.len() > 2 || twice {
            let found = format!("{:?}", self.languages).to_lowercase();
            return Err(RangeError::new(
                "languages",
                found,
                "en, zh or both, each once",
            ));
        }
        within("attention_secs", self.attention_secs, 0.0, 120.0)?;
        if self.partial_secs != 0.0 {
            within("partial_secs", self.partial_secs, 0.2, 10.0)?;
        }
        within("partial_most_secs", self.partial_most_secs, 0.0, 30.0)?;
        within("mouth.echo_secs", self.mouth.echo_secs, 0.0, 5.0)?;
        let rate = f64::from(self.mouth.words_per_minute);
        within("mouth.words_per_minute", rate, 60.0, 400.0)?;
        let inside = |section: &str, error: RangeError| RangeError {
            key: format!("{section}.{}", error.key),
            ..error
        };
        self.speech.check().map_err(|it| inside("speech", it))?;
        self.wake.check().map_err(|it| inside("wake", it))?;
        let understand = self.understand.check();
        understand.map_err(|it| inside("understand", it))
    }
}
