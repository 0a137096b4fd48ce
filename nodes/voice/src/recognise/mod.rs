//! Speech to text, whatever the language and the model.

mod moonshine;
mod repeats;
mod score;
mod search;
mod speller;
mod tokens;
mod whisper;

use crate::VoiceError;
use hearth_models::{Held, ModelError};
use hearth_types::Language;
use std::collections::BTreeMap;

pub use moonshine::{MOONSHINE_DECODER, MOONSHINE_ENCODER, Moonshine};
pub use repeats::without_repeats;
pub use score::Scope;
pub use search::{Decoder, Found, Search, SearchConfig};
pub use speller::{SPELLER, Speller, Spoken};
pub use tokens::{Vocabulary, VocabularyError};
pub use whisper::{WHISPER_DECODER, WHISPER_ENCODER, Whisper, WhisperEncoder};

/// What may have been said.
#[derive(Clone, Debug, PartialEq)]
pub struct Hypothesis {
    /// The words.
    pub text: String,
    /// Their language.
    pub language: Language,
    /// Natural logarithm of the probability of all tokens together.
    pub log_probability: f64,
    /// \[0, 1\] The mean probability of a token (geometric).
    pub confidence: f64,
    /// Whether it is sure of sounds alone: other words that sound the same are as likely.
    pub is_sounds: bool,
}

/// Where one of the robot's names fits best in a sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NameFit {
    /// The first sample.
    pub from: usize,
    /// The sample behind it.
    pub until: usize,
    /// How much less likely it is than what fits best there, by letter or part of a syllable (natural logarithm); 0 or more.
    pub behind: f64,
    /// The same with a pause before it; of a Chinese name, which has nothing before it, the same.
    pub behind_after_pause: f64,
}

/// Somebody who can be asked again about the last sound.
pub trait Second {
    /// What each who heard it took it for.
    fn heard(&self) -> Vec<&Hypothesis>;

    /// Other things that it may have been, likely ones first; up to `most` of each who heard it.
    ///
    /// # Errors
    /// A model that fails.
    fn alternatives(&mut self, most: usize) -> Result<Vec<Hypothesis>, VoiceError>;

    /// How much less likely the likeliest of these texts are than what was heard (natural logarithm of a factor; below zero for what is
    /// likelier); none for all others.
    ///
    /// # Errors
    /// A model that fails.
    fn behind(&mut self, texts: &[String]) -> Result<Vec<Option<f64>>, VoiceError>;
}

/// A model that hears words in sound.
///
/// It may keep what it needs to say more about the last sound that it was given.
pub trait Recogniser: Send {
    /// The languages that it knows.
    fn languages(&self) -> &[Language];

    /// The likeliest words in `sound` (mono, 16 kHz). `language` is a wish, for models that know several. No words at
    /// all is an answer too: an empty text.
    ///
    /// # Errors
    /// A model that fails.
    fn recognise(
        &mut self,
        sound: &[f32],
        language: Option<Language>,
    ) -> Result<Hypothesis, VoiceError>;

    /// Up to `most` other things that the last sound may have been, the likeliest first.
    ///
    /// # Errors
    /// A model that fails.
    fn alternatives(&mut self, most: usize) -> Result<Vec<Hypothesis>, VoiceError>;

    /// How likely the last sound says the likeliest of these texts (natural logarithm of the probability of all tokens together); none
    /// for all others.
    ///
    /// # Errors
    /// A model that fails.
    fn scores(&mut self, texts: &[String], scope: Scope) -> Result<Vec<Option<f64>>, VoiceError>;

    /// The natural logarithm of the probability of what fits the last sound best, with which scores are compared; none for that of
    /// what it heard.
    fn best_fit(&self) -> Option<f64> {
        None
    }

    /// Where one of the robot's names fits best in this sound, not beginning before sample `from`; none for whoever does not listen
    /// for them, and for no sound.
    ///
    /// # Errors
    /// A model that fails.
    fn name_in(&mut self, _sound: &[f32], _from: usize) -> Result<Option<NameFit>, VoiceError> {
        Ok(None)
    }

    /// Whether it is fast enough to be asked again and again while somebody speaks.
    fn is_quick(&self) -> bool {
        true
    }

    /// The language of the last sound and how sure that is \[0, 1\], if the model can tell.
    fn language(&self) -> Option<(Language, f64)> {
        None
    }
}

/// That a model gave something that cannot be gone on with.
fn failed(model: &str, message: &str) -> VoiceError {
    VoiceError::Model(ModelError::Run {
        model: model.to_owned(),
        message: message.to_owned(),
    })
}

/// An output of a model that is held.
fn taken(model: &str, held: &mut BTreeMap<String, Held>, name: &str) -> Result<Held, VoiceError> {
    held.remove(name)
        .ok_or_else(|| failed(model, &format!("it gives no {name}")))
}
