//! The speller: known words in a noisy sound, in both languages, by how they are spelt.
//!
//! It goes on from Whisper's encoder: a small network that was taught on speech in rooms and noise (models/spell) says which letter, or
//! which part of a syllable, is heard each 20 ms. It has no sense of language; only words that it is told of count.

mod chances;
mod lexicon;
mod units;
mod usual;

use super::{Hypothesis, Recogniser, Scope, WhisperEncoder};
use crate::VoiceError;
use chances::Chances;
use hearth_models::{Manifest, ModelError, Runtime, Session, SessionOptions};
use hearth_types::Language;
use lexicon::Lexicon;
use ndarray::{Axis, Ix3};
use units::units;

pub use usual::Spoken;

/// The model, as the manifest calls it.
pub const SPELLER: &str = "hearth-spell";

/// \[0, 1\] Known words that fit less than this are none that were said.
const LEAST: f64 = 0.55;
const MOST_SAID: usize = 24;

/// The recogniser.
pub struct Speller {
    encoder: WhisperEncoder,
    session: Session,
    lexicons: Vec<(Language, Lexicon)>,
    heard: Option<Heard>,
}

struct Heard {
    chances: Chances,
    /// Of whatever fits best, known or not.
    most: f64,
    language: Option<(Language, f64)>,
    /// The likeliest known words first.
    said: Vec<Hypothesis>,
}

impl Speller {
    /// Opens the model that the manifest names, behind this encoder, for what is said in each language.
    ///
    /// # Errors
    /// A model that is missing or another.
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
        encoder: WhisperEncoder,
        spoken: &[(Language, Spoken)],
    ) -> Result<Self, VoiceError> {
        let lexicon =
            |(language, spoken): &(Language, Spoken)| (*language, Lexicon::new(spoken, *language));
        Ok(Self {
            encoder,
            session: Session::open(runtime, manifest.model(SPELLER)?, options)?,
            lexicons: spoken.iter().map(lexicon).collect(),
            heard: None,
        })
    }

    fn chances(&mut self, sound: &[f32]) -> Result<Chances, VoiceError> {
        let rows = self.encoder.hear(sound)?.rows;
        let input = rows.view().insert_axis(Axis(0)).to_owned();
        let mut outputs = self.session.run([("heard", input.into())])?;
        let units = outputs.take::<f32>("units")?;
        let units = units.into_dimensionality::<Ix3>().map_err(|it| {
            VoiceError::Model(ModelError::Run {
                model: SPELLER.to_owned(),
                message: it.to_string(),
            })
        })?;
        Ok(Chances::new(units.index_axis_move(Axis(0), 0)))
    }
}

impl Recogniser for Speller {
    fn languages(&self) -> &[Language] {
        &[Language::Zh, Language::En]
    }

    fn recognise(
        &mut self,
        sound: &[f32],
        language: Option<Language>,
    ) -> Result<Hypothesis, VoiceError> {
        let chances = self.chances(sound)?;
        let (spelt, way) = chances.likeliest();
        let found = chances.language();
        let language = language.or(found.map(|it| it.0)).unwrap_or(Language::En);
        let lexicon = self.lexicons.iter().find(|it| it.0 == language);
        let texts = lexicon.map_or(Vec::new(), |it| it.1.said(&chances, MOST_SAID));
        // All ways of the likeliest spelling, not that one way.
        let most = chances.of(&spelt).max(way);
        let mut said = Vec::new();
        for text in texts {
            let Some(units) = units(&text) else { continue };
            let log_probability = chances.of(&units);
            let behind = (log_probability - most).min(0.0);
            said.push(Hypothesis {
                text,
                language,
                log_probability,
                confidence: (behind / units.len() as f64).exp(),
            });
        }
        let best = said
            .first()
            .filter(|it| it.confidence >= LEAST)
            .cloned()
            .unwrap_or(Hypothesis {
                text: String::new(),
                language,
                log_probability: most,
                confidence: 0.0,
            });
        self.heard = Some(Heard {
            chances,
            most,
            language: found,
            said,
        });
        Ok(best)
    }

    fn alternatives(&mut self, _most: usize) -> Result<Vec<Hypothesis>, VoiceError> {
        let heard = self.heard.as_ref();
        Ok(heard.map_or(Vec::new(), |it| it.said.clone()))
    }

    fn scores(&mut self, texts: &[String], scope: Scope) -> Result<Vec<Option<f64>>, VoiceError> {
        let Some(heard) = &self.heard else {
            return Ok(vec![None; texts.len()]);
        };
        let score = |text: &String| {
            let score = heard.chances.of(&units(text)?);
            (score >= scope.least.min(heard.most)).then_some(score)
        };
        Ok(texts.iter().map(score).collect())
    }

    fn best_fit(&self) -> Option<f64> {
        self.heard.as_ref().map(|it| it.most)
    }

    fn language(&self) -> Option<(Language, f64)> {
        self.heard.as_ref().and_then(|it| it.language)
    }
}
