//! The speller: known words in a noisy sound, in both languages, by how they are spelt.
//!
//! It goes on from Whisper's encoder: a small network that was taught on speech in rooms and noise (models/spell) says which letter, or
//! which part of a syllable, is heard each 20 ms. It has no sense of language; only words that it is told of count.

mod beam;
mod chances;
mod lexicon;
mod spot;
mod units;
mod usual;

use super::{Hypothesis, NameFit, Recogniser, Scope, WhisperEncoder, failed};
use crate::VoiceError;
use crate::words::is_cjk;
use chances::Chances;
use hearth_models::{Manifest, Runtime, Session, SessionOptions};
use hearth_types::Language;
use lexicon::Lexicon;
use ndarray::{Array2, Axis, Ix3};
use spot::Names;
use units::{UNITS, units};

pub use usual::Spoken;

/// The model, as the manifest calls it.
pub const SPELLER: &str = "hearth-spell";

/// \[0, 1\] Known words that fit less than this are none that were said.
const LEAST: f64 = 0.55;
const MOST_SAID: usize = 24;
/// Moments between two words that are a pause.
const PAUSE: usize = 14;
/// Samples in a moment.
const MOMENT: usize = 320;

/// The recogniser.
pub struct Speller {
    encoder: WhisperEncoder,
    session: Session,
    lexicons: Vec<(Language, Lexicon)>,
    names: Names,
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
    /// Opens the model that the manifest names, behind this encoder, for what is said in each language to whoever has these
    /// names.
    ///
    /// # Errors
    /// A model that is missing or another.
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
        encoder: WhisperEncoder,
        spoken: &[(Language, Spoken)],
        names: &[String],
    ) -> Result<Self, VoiceError> {
        let lexicon =
            |(language, spoken): &(Language, Spoken)| (*language, Lexicon::new(spoken, *language));
        Ok(Self {
            encoder,
            session: Session::open(runtime, manifest.model(SPELLER)?, options)?,
            lexicons: spoken.iter().map(lexicon).collect(),
            names: Names::new(names),
            heard: None,
        })
    }

    fn chances(&mut self, sound: &[f32]) -> Result<Chances, VoiceError> {
        let rows = self.encoder.hear(sound)?.rows;
        if rows.is_empty() {
            return Ok(Chances::new(Array2::zeros((0, UNITS))));
        }
        let input = rows.view().insert_axis(Axis(0)).to_owned();
        let mut outputs = self.session.run([("heard", input.into())])?;
        let units = outputs.take::<f32>("units")?;
        let units = units
            .into_dimensionality::<Ix3>()
            .map_err(|it| failed(SPELLER, &it.to_string()))?;
        Ok(Chances::new(units.index_axis_move(Axis(0), 0)))
    }
}

/// The words with commas around a correction that stands by itself ("the apple, no, the orange"), if there is one. `times` are those
/// of the text's units.
fn with_pauses(text: &str, times: &[(usize, usize)], corrections: &[String]) -> Option<String> {
    let is_chinese = text.chars().any(is_cjk);
    let words: Vec<&str> = text
        .split_inclusive(|it: char| it == ' ' || is_cjk(it))
        .collect();
    // When each word begins and ends.
    let mut spans = Vec::new();
    let mut at = 0;
    for word in &words {
        let sounds = units(word.trim())?.len();
        spans.push((times.get(at)?.0, times.get(at + sounds - 1)?.1));
        // The space between two words of English is a unit, too.
        at += sounds + usize::from(!is_chinese);
    }
    let pause = |word: usize| spans[word].0 >= spans[word - 1].1 + PAUSE;
    for first in 1..words.len() {
        for last in (first..words.len() - 1).rev() {
            let said = words[first..=last].concat();
            if pause(first) && pause(last + 1) && corrections.iter().any(|it| it == said.trim()) {
                let (before, after) = (words[..first].concat(), words[last + 1..].concat());
                let comma = if is_chinese { "，" } else { ", " };
                let parts = [before.trim(), said.trim(), after.as_str()];
                return Some(parts.join(comma));
            }
        }
    }
    None
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
            let hypothesis = |text| Hypothesis {
                text,
                language,
                log_probability,
                confidence: (behind / units.len() as f64).exp(),
                is_sounds: true,
            };
            if said.is_empty()
                && let (Some(times), Some((_, lexicon))) = (chances.times(&units), lexicon)
            {
                let corrected = with_pauses(&text, &times, lexicon.corrections());
                said.extend(corrected.map(hypothesis));
            }
            said.push(hypothesis(text));
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
                is_sounds: false,
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
        let language = |text: &str| {
            if text.chars().any(is_cjk) {
                Language::Zh
            } else {
                Language::En
            }
        };
        let score = |text: &String| {
            let lexicon = self.lexicons.iter().find(|it| it.0 == language(text));
            let unusual = lexicon.map_or(0.0, |it| it.1.unusual(text));
            let score = heard.chances.of(&units(text)?) - unusual;
            (score >= scope.least).then_some(score)
        };
        Ok(texts.iter().map(score).collect())
    }

    fn name_in(&mut self, sound: &[f32], from: usize) -> Result<Option<NameFit>, VoiceError> {
        let chances = self.chances(sound)?;
        Ok(self
            .names
            .spotted(&chances, from / MOMENT)
            .map(|it| NameFit {
                from: it.from * MOMENT,
                until: (it.until * MOMENT).min(sound.len()),
                behind: it.behind,
                behind_after_pause: it.behind_after_pause,
            }))
    }

    fn best_fit(&self) -> Option<f64> {
        self.heard.as_ref().map(|it| it.most)
    }

    fn language(&self) -> Option<(Language, f64)> {
        self.heard.as_ref().and_then(|it| it.language)
    }
}

#[cfg(test)]
mod tests {
    use super::with_pauses;

    #[test]
    fn whoever_corrects_themselves_pauses() {
        let corrections = ["no".to_owned(), "不".to_owned()];
        let letters = |at: usize, count: usize| (at..at + count).map(|it| (it, it + 1));
        let paused =
            |text: &str, times: Vec<(usize, usize)>| with_pauses(text, &times, &corrections);
        let times = letters(0, 3).chain(letters(20, 4)).chain(letters(40, 5));
        assert_eq!(
            paused("cup no a pen", times.collect()).unwrap(),
            "cup, no, a pen"
        );
        assert_eq!(paused("cup no a pen", letters(0, 12).collect()), None);
        let times = vec![(0, 1), (1, 2), (20, 21), (22, 23), (50, 51), (51, 52)];
        assert_eq!(paused("拿不拿", times).unwrap(), "拿，不，拿");
    }
}
