//! Whisper base: Mandarin (and English), and which of the two it is.

mod encoder;
mod mel;

use super::search::{Decoder, Found, Search, SearchConfig};
use super::{Hypothesis, Recogniser, Scope, failed, taken};
use crate::VoiceError;
use crate::sound::secs;
use crate::words::is_cjk;
use hearth_models::{Held, Input, Manifest, ModelError, Runtime, Session, SessionOptions};
use hearth_types::Language;
use ndarray::{Array2, Array5};
use serde::Deserialize;
use tokenizers::Tokenizer;

pub use encoder::{WHISPER_ENCODER, WhisperEncoder};

/// The model's second part, as the manifest calls it.
pub const WHISPER_DECODER: &str = "whisper-base-decoder";

const END: i64 = 50_257;
const START: i64 = 50_258;
const ENGLISH: i64 = 50_259;
const CHINESE: i64 = 50_260;
const TRANSCRIBE: i64 = 50_359;
const BEFORE: i64 = 50_361;
const NO_SPEECH: usize = 50_362;
const NO_TIMES: i64 = 50_363;

/// Said as if it stood before, it has the model write simplified characters. No command is in it.
const STYLE: &str = " 以下是普通话的句子。";
/// Half of what the decoder can look at.
const MOST_EXPECTED: usize = 200;
const TOKENS_A_SECOND: f64 = 8.0;
const MARGIN: f64 = 4.0;
const BRANCHES: usize = 12;

/// The recogniser.
pub struct Whisper {
    encoder: WhisperEncoder,
    network: Network,
    tokenizer: Tokenizer,
    style: Vec<i64>,
    search: Option<Search<Remembered>>,
    language: Option<(Language, f64)>,
}

/// `config.json`, as far as it is used.
#[derive(Deserialize)]
struct Suppressed {
    suppress_ids: Vec<usize>,
    suppress_ids_begin: Vec<usize>,
}

impl Whisper {
    /// Opens the model that the manifest names, behind this encoder.
    ///
    /// # Errors
    /// A model that is missing or another.
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
        encoder: WhisperEncoder,
    ) -> Result<Self, VoiceError> {
        let decoder = manifest.model(WHISPER_DECODER)?;
        let wrong = |name: &str, message: String| -> VoiceError {
            let path = decoder.file(name).map(|it| it.path.clone());
            ModelError::Format {
                path: path.unwrap_or_default(),
                message,
            }
            .into()
        };
        let suppressed: Suppressed = serde_json::from_slice(&decoder.read("config.json")?)
            .map_err(|it| wrong("config.json", it.to_string()))?;
        let tokenizer = Tokenizer::from_bytes(decoder.read("tokenizer.json")?)
            .map_err(|it| wrong("tokenizer.json", it.to_string()))?;
        let style = tokenizer
            .encode_fast(STYLE, false)
            .map_err(|it| wrong("tokenizer.json", it.to_string()))?;
        Ok(Self {
            encoder,
            network: Network {
                session: Session::open(runtime, decoder, options)?,
                suppressed,
                heard: None,
            },
            style: style.get_ids().iter().map(|it| i64::from(*it)).collect(),
            tokenizer,
            search: None,
            language: None,
        })
    }

    /// Expects to hear the likes of this, in Mandarin: how people speak to a robot, what is in their home. What is beyond some 200
    /// tokens is left out, from the beginning.
    ///
    /// # Errors
    /// A text that makes no tokens.
    pub fn expecting(mut self, text: &str) -> Result<Self, VoiceError> {
        let encoded = self.tokenizer.encode_fast(format!(" {text}"), false);
        let encoded = encoded.map_err(|it| failed(WHISPER_DECODER, &it.to_string()))?;
        let tokens = encoded.get_ids();
        let newest = &tokens[tokens.len().saturating_sub(MOST_EXPECTED)..];
        self.style = newest.iter().map(|it| i64::from(*it)).collect();
        Ok(self)
    }

    fn hypothesis(&self, found: &Found) -> Result<Hypothesis, VoiceError> {
        let tokens: Vec<u32> = found
            .tokens
            .iter()
            .filter_map(|it| u32::try_from(*it).ok())
            .collect();
        let text = self
            .tokenizer
            .decode(&tokens, true)
            .map_err(|it| failed(WHISPER_DECODER, &it.to_string()))?;
        // Told to write English, it writes Chinese where it hears Chinese.
        let is_chinese = text.chars().any(is_cjk);
        let language = self.language.map_or(Language::Zh, |it| it.0);
        Ok(Hypothesis {
            text: text.trim().to_owned(),
            language: if is_chinese { Language::Zh } else { language },
            log_probability: found.log_probability,
            confidence: found.confidence(),
            is_sounds: false,
        })
    }
}

impl Recogniser for Whisper {
    fn languages(&self) -> &[Language] {
        &[Language::Zh, Language::En]
    }

    fn recognise(
        &mut self,
        sound: &[f32],
        language: Option<Language>,
    ) -> Result<Hypothesis, VoiceError> {
        self.search = None;
        let encoded = self.encoder.hear(sound)?;
        self.network.heard = Some([encoded.keys, encoded.values]);
        let (first, _) = self.network.run(&[START], None)?;
        let chances = softmax(&first);
        let (found, sure) = told_apart(&chances);
        let language = language.unwrap_or(found);
        self.language = Some((language, if language == found { sure } else { 1.0 - sure }));
        let no_speech = chances.get(NO_SPEECH).copied().unwrap_or(0.0);
        let mut prompt = Vec::new();
        let token = match language {
            Language::En => ENGLISH,
            Language::Zh => {
                prompt.push(BEFORE);
                prompt.extend(&self.style);
                CHINESE
            }
        };
        prompt.extend([START, token, TRANSCRIBE, NO_TIMES]);
        let (mut scores, state) = self.network.run(&prompt, None)?;
        self.network.forbid(&mut scores, true);
        let config = SearchConfig {
            most_tokens: 12 + (secs(sound.len()) * TOKENS_A_SECOND) as usize,
            margin: MARGIN,
            branches: BRANCHES,
        };
        let (found, search) = Search::begin(&mut self.network, config, &scores, state)?;
        let mut hypothesis = self.hypothesis(&found)?;
        if no_speech > 0.6 && hypothesis.confidence < (-1.0_f64).exp() {
            hypothesis.text.clear();
        } else {
            self.search = Some(search);
        }
        Ok(hypothesis)
    }

    fn alternatives(&mut self, most: usize) -> Result<Vec<Hypothesis>, VoiceError> {
        let mut others = Vec::new();
        while let (true, Some(search)) = (others.len() < most, &mut self.search) {
            let Some(found) = search.next(&mut self.network)? else {
                break;
            };
            others.push(self.hypothesis(&found)?);
        }
        others.sort_by(|a, b| b.log_probability.total_cmp(&a.log_probability));
        Ok(others)
    }

    fn scores(&mut self, texts: &[String], scope: Scope) -> Result<Vec<Option<f64>>, VoiceError> {
        let Some(search) = &self.search else {
            return Ok(vec![None; texts.len()]);
        };
        let mut tokens = Vec::with_capacity(texts.len());
        for text in texts {
            // English begins with a space, as everywhere in a sentence.
            let begins = if text.starts_with(is_cjk) { "" } else { " " };
            let text = self.tokenizer.encode_fast(format!("{begins}{text}"), false);
            let text = text.map_err(|it| failed(WHISPER_DECODER, &it.to_string()))?;
            tokens.push(text.get_ids().iter().map(|it| i64::from(*it)).collect());
        }
        search.scores(&mut self.network, &tokens, scope)
    }

    fn language(&self) -> Option<(Language, f64)> {
        self.language
    }
}

/// English or Mandarin, and how sure that is.
fn told_apart(chances: &[f64]) -> (Language, f64) {
    let of = |token: i64| {
        usize::try_from(token)
            .ok()
            .and_then(|it| chances.get(it).copied())
            .unwrap_or(0.0)
    };
    let (english, chinese) = (of(ENGLISH), of(CHINESE));
    let sum = (english + chinese).max(f64::MIN_POSITIVE);
    if chinese >= english {
        (Language::Zh, chinese / sum)
    } else {
        (Language::En, english / sum)
    }
}

fn softmax(scores: &[f32]) -> Vec<f64> {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f64> = scores.iter().map(|it| f64::from(*it - top).exp()).collect();
    let sum: f64 = raised.iter().sum();
    raised.into_iter().map(|it| it / sum).collect()
}

/// The decoder.
struct Network {
    session: Session,
    suppressed: Suppressed,
    /// Keys and values of the sound.
    heard: Option<[Held; 2]>,
}

/// Keys and values of the words so far.
#[derive(Clone)]
struct Remembered {
    keys: Held,
    values: Held,
}

const LAYERS: usize = 6;
const HEADS: usize = 8;
const WIDTH: usize = 64;

impl Network {
    /// Scores of what follows the last of `tokens`.
    fn run(
        &mut self,
        tokens: &[i64],
        state: Option<&Remembered>,
    ) -> Result<(Vec<f32>, Remembered), VoiceError> {
        let [cross_keys, cross_values] = self
            .heard
            .clone()
            .ok_or_else(|| failed(WHISPER_DECODER, "nothing was heard"))?;
        let tokens = Array2::from_shape_vec((1, tokens.len()), tokens.to_vec())
            .map_err(|it| failed(WHISPER_DECODER, &it.to_string()))?;
        let (keys, values) = match state {
            Some(it) => (Input::Held(&it.keys), Input::Held(&it.values)),
            None => {
                let keys = Array5::<f32>::zeros((LAYERS, 1, HEADS, WIDTH, 0));
                let values = Array5::<f32>::zeros((LAYERS, 1, HEADS, 0, WIDTH));
                (Input::Tensor(keys.into()), Input::Tensor(values.into()))
            }
        };
        let inputs = [
            ("tokens", Input::Tensor(tokens.into())),
            ("keys", keys),
            ("values", values),
            ("cross_keys", Input::Held(&cross_keys)),
            ("cross_values", Input::Held(&cross_values)),
        ];
        let (mut outputs, mut held) = self.session.run_holding(inputs, &["logits"])?;
        let scores = outputs.take::<f32>("logits")?;
        let state = Remembered {
            keys: taken(WHISPER_DECODER, &mut held, "keys_after")?,
            values: taken(WHISPER_DECODER, &mut held, "values_after")?,
        };
        Ok((scores.into_iter().collect(), state))
    }

    /// Takes out what is never said; at the beginning also the end and a mere space.
    fn forbid(&self, scores: &mut [f32], begins: bool) {
        let at_begin = self.suppressed.suppress_ids_begin.iter().filter(|_| begins);
        for token in self.suppressed.suppress_ids.iter().chain(at_begin) {
            if let Some(score) = scores.get_mut(*token) {
                *score = f32::NEG_INFINITY;
            }
        }
        let special = usize::try_from(START).unwrap_or(usize::MAX);
        scores
            .iter_mut()
            .skip(special)
            .for_each(|it| *it = f32::NEG_INFINITY);
    }
}

impl Decoder for Network {
    type State = Remembered;

    fn end(&self) -> i64 {
        END
    }

    fn step(
        &mut self,
        state: &Remembered,
        token: i64,
    ) -> Result<(Vec<f32>, Remembered), VoiceError> {
        let (mut scores, state) = self.run(&[token], Some(state))?;
        self.forbid(&mut scores, false);
        Ok((scores, state))
    }
}
