//! Piper's voices: a network that speaks phonemes. Which phonemes, espeak-ng says.

use super::Speech;
use super::program::{MOST_CHARS, phonemes};
use crate::VoiceError;
use hearth_models::{Runtime, Session, SessionOptions, Tensor};
use hearth_types::Language;
use ndarray::{Array1, Array2};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// \[s\] Between two sentences.
const SENTENCE_PAUSE_SECS: f64 = 0.25;
/// What ends a sentence, and what ends a part of one; as Piper's voices learned them.
const MARKS: [(&str, char); 6] = [
    (".。…", '.'),
    ("?？", '?'),
    ("!！", '!'),
    (",，、", ','),
    (";；", ';'),
    (":：", ':'),
];
const BEGIN: char = '^';
const END: char = '$';
const PAD: char = '_';
const SPACE: char = ' ';

/// What a voice's JSON file says; the rest of it is not needed.
#[derive(Clone, Debug, Deserialize)]
struct Description {
    audio: Audio,
    espeak: Espeak,
    #[serde(default)]
    inference: Inference,
    #[serde(default = "one")]
    num_speakers: u32,
    phoneme_id_map: HashMap<String, Vec<i64>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Clone, Debug, Deserialize)]
struct Espeak {
    voice: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
struct Inference {
    noise_scale: f32,
    length_scale: f32,
    noise_w: f32,
}

impl Default for Inference {
    fn default() -> Self {
        Self {
            noise_scale: 0.667,
            length_scale: 1.0,
            noise_w: 0.8,
        }
    }
}

fn one() -> u32 {
    1
}

/// A voice that is ready to speak.
pub struct Piper {
    path: PathBuf,
    session: Session,
    description: Description,
    program: String,
    /// espeak-ng's voice that gives its phonemes.
    voice: String,
}

impl Piper {
    /// Opens `path` and the JSON file beside it (`path` with `.json` behind it). `key` is where the configuration names it;
    /// `program` gives phonemes, for Mandarin by `voice_zh`: what most of these voices name reads tones as English.
    ///
    /// # Errors
    /// A file that is missing or no voice of Piper's, with the key.
    pub fn open(
        runtime: &Runtime,
        path: &Path,
        key: &str,
        program: &str,
        voice_zh: &str,
    ) -> Result<Self, VoiceError> {
        let wrong = |file: &Path, message: String| VoiceError::Voice {
            key: key.to_owned(),
            path: file.to_owned(),
            message,
        };
        let json = PathBuf::from(format!("{}.json", path.display()));
        let read = |file: &Path| {
            std::fs::metadata(file).map_err(|it| {
                let right = "expected a voice of Piper's, NAME.onnx with NAME.onnx.json beside it";
                wrong(file, format!("cannot be read ({it}); {right}"))
            })
        };
        read(path)?;
        read(&json)?;
        let text = std::fs::read_to_string(&json).map_err(|it| wrong(&json, it.to_string()))?;
        let description: Description = serde_json::from_str(&text)
            .map_err(|it| wrong(&json, format!("is no description of a voice: {it}")))?;
        let known = |it: &char| description.phoneme_id_map.contains_key(&it.to_string());
        if let Some(lacks) = [BEGIN, END, PAD].iter().find(|it| !known(it)) {
            let message = format!("its phoneme_id_map lacks {lacks:?}, which Piper's voices have");
            return Err(wrong(&json, message));
        }
        let rate_hz = description.audio.sample_rate;
        if !(8_000..=96_000).contains(&rate_hz) {
            let message =
                format!("audio.sample_rate is {rate_hz}, but it must be in [8000, 96000]");
            return Err(wrong(&json, message));
        }
        let options = SessionOptions::default();
        let session = Session::open_file(runtime, path, None, &options)
            .map_err(|it| wrong(path, it.to_string()))?;
        let inputs: Vec<String> = session.inputs().into_iter().map(|it| it.name).collect();
        if ["input", "input_lengths", "scales"]
            .iter()
            .any(|it| !inputs.iter().any(|found| found == it))
        {
            let message = format!(
                "is no voice of Piper's: its inputs are {}, but they must be input, input_lengths, scales",
                inputs.join(", ")
            );
            return Err(wrong(path, message));
        }
        let voice = match description.espeak.voice.as_str() {
            "cmn" | "zh" => voice_zh.to_owned(),
            other => other.to_owned(),
        };
        Ok(Self {
            path: path.to_owned(),
            session,
            description,
            program: program.to_owned(),
            voice,
        })
    }

    /// What a text sounds like, sentence by sentence; `take` is given each as soon as it is there, and says whether to go on.
    ///
    /// # Errors
    /// espeak-ng is missing, or the network fails.
    pub fn speak(
        &mut self,
        text: &str,
        take: &mut dyn FnMut(Speech) -> bool,
    ) -> Result<(), VoiceError> {
        let text: String = text.chars().take(MOST_CHARS).collect();
        for sentence in sentences(&text) {
            let ids = self.ids(&sentence)?;
            if ids.is_empty() {
                continue;
            }
            let mut samples = self.run(ids)?;
            let rate_hz = self.description.audio.sample_rate;
            let pause = (SENTENCE_PAUSE_SECS * f64::from(rate_hz)) as usize;
            samples.resize(samples.len() + pause, 0.0);
            if !take(Speech { rate_hz, samples }) {
                break;
            }
        }
        Ok(())
    }

    /// The numbers of a sentence's phonemes, with pads between them; none if nothing of it is spoken.
    fn ids(&self, clauses: &[(String, Option<char>)]) -> Result<Vec<i64>, VoiceError> {
        let map = &self.description.phoneme_id_map;
        let of = |it: char| {
            map.get(it.encode_utf8(&mut [0; 4]))
                .map_or(&[][..], |it| it)
        };
        let mut spoken = Vec::new();
        for (clause, mark) in clauses {
            let ipa = phonemes(&self.program, &self.voice, clause)?;
            if !spoken.is_empty() {
                spoken.push(SPACE);
            }
            spoken.extend(without_switches(&ipa));
            spoken.extend(*mark);
        }
        if !spoken.iter().any(|it| it.is_alphabetic()) {
            return Ok(Vec::new());
        }
        let mut ids = of(BEGIN).to_vec();
        ids.extend(of(PAD));
        for phoneme in spoken {
            let known = of(phoneme);
            if !known.is_empty() {
                ids.extend(known);
                ids.extend(of(PAD));
            }
        }
        ids.extend(of(END));
        Ok(ids)
    }

    fn run(&mut self, ids: Vec<i64>) -> Result<Vec<f32>, VoiceError> {
        let count = ids.len();
        let scales = &self.description.inference;
        let scales = vec![scales.noise_scale, scales.length_scale, scales.noise_w];
        let shaped = Array2::from_shape_vec((1, count), ids)
            .map_err(|it| VoiceError::Mouth(it.to_string()))?;
        let mut inputs: Vec<(&str, Tensor)> = vec![
            ("input", shaped.into()),
            ("input_lengths", Array1::from_vec(vec![count as i64]).into()),
            ("scales", Array1::from_vec(scales).into()),
        ];
        if self.description.num_speakers > 1 {
            inputs.push(("sid", Array1::from_vec(vec![0_i64]).into()));
        }
        let mut outputs = self.session.run(inputs)?;
        let samples: Vec<f32> = outputs.take::<f32>("output")?.into_iter().collect();
        if samples.iter().all(|it| it.is_finite()) {
            Ok(samples)
        } else {
            Err(VoiceError::Mouth(format!(
                "{} gives sound that is no number",
                self.path.display()
            )))
        }
    }
}

/// Sentences of clauses, each with the mark behind it.
fn sentences(text: &str) -> Vec<Vec<(String, Option<char>)>> {
    let mark_of = |c: char| MARKS.iter().find(|it| it.0.contains(c)).map(|it| it.1);
    let mut sentences = vec![Vec::new()];
    let mut clause = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        // A point or a comma within a number or a word is a part of it.
        let inside = c.is_ascii() && chars.get(at + 1).is_some_and(|it| !it.is_whitespace());
        let Some(mark) = mark_of(*c).filter(|_| !inside) else {
            clause.push(if c.is_control() { ' ' } else { *c });
            continue;
        };
        if clause.chars().any(char::is_alphanumeric)
            && let Some(sentence) = sentences.last_mut()
        {
            sentence.push((std::mem::take(&mut clause), Some(mark)));
        }
        clause.clear();
        if matches!(mark, '.' | '?' | '!') {
            sentences.push(Vec::new());
        }
    }
    if clause.chars().any(char::is_alphanumeric)
        && let Some(sentence) = sentences.last_mut()
    {
        sentence.push((clause, Some('.')));
    }
    sentences.retain(|it| !it.is_empty());
    sentences
}

/// IPA on one line, without espeak-ng's notes on the language: `(en)`.
fn without_switches(ipa: &str) -> Vec<char> {
    let mut phonemes = Vec::new();
    let mut inside = false;
    for c in ipa.trim().chars() {
        match c {
            '(' => inside = true,
            ')' => inside = false,
            _ if inside => {}
            '\n' | '\r' => phonemes.push(SPACE),
            other => phonemes.push(other),
        }
    }
    phonemes
}

/// The key of the configuration that names a language's voice.
pub(super) fn key(language: Language) -> &'static str {
    match language {
        Language::En => "voice.mouth.piper.en",
        Language::Zh => "voice.mouth.piper.zh",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_sentences_and_clauses() {
        let clauses = |text: &str| {
            let joined = |it: Vec<(String, Option<char>)>| {
                let parts = it.into_iter().map(|(text, mark)| {
                    format!(
                        "{}{}",
                        text.trim(),
                        mark.map(String::from).unwrap_or_default()
                    )
                });
                parts.collect::<Vec<_>>().join("|")
            };
            sentences(text).into_iter().map(joined).collect::<Vec<_>>()
        };
        assert_eq!(
            clauses("I have found it, at last. It is 1.5 m away! Shall I"),
            ["I have found it,|at last.", "It is 1.5 m away!", "Shall I."]
        );
        assert_eq!(
            clauses("好的，我去厨房。等一下"),
            ["好的,|我去厨房.", "等一下."]
        );
        assert!(clauses("... !? ").is_empty());
    }

    #[test]
    fn notes_on_the_language_are_not_spoken() {
        let spoken: String = without_switches("(en)hˈaɪ(cmn)\nðˈɛɹ")
            .into_iter()
            .collect();
        assert_eq!(spoken, "hˈaɪ ðˈɛɹ");
    }
}
