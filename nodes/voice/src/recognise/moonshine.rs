//! Moonshine: English, a small network whose work grows with the length of the sound.

use super::search::{Decoder, Found, Search, SearchConfig};
use super::tokens::Vocabulary;
use super::{Hypothesis, Recogniser, Scope, failed};
use crate::VoiceError;
use crate::sound::{RATE_HZ, secs};
use hearth_models::{Held, Input, Manifest, ModelError, Runtime, Session, SessionOptions};
use hearth_types::Language;
use ndarray::{Array1, Array2, Array4, Axis};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The model's first part, as the manifest calls it.
pub const MOONSHINE_ENCODER: &str = "moonshine-base-en-encoder";
/// The model's second part, as the manifest calls it.
pub const MOONSHINE_DECODER: &str = "moonshine-base-en-decoder";

const LAYERS: usize = 8;
const HEADS: usize = 8;
const WIDTH: usize = 52;
const TOKENS: usize = 32_768;
const BEGIN: i64 = 1;
const END: i64 = 2;
/// Nobody speaks faster; whoever seems to is a decoder that lost its place.
const TOKENS_A_SECOND: f64 = 6.5;
/// Shorter sound is filled up with silence: the network needs something to hear.
const LEAST_SAMPLES: usize = RATE_HZ as usize / 2;
/// Silence before the sound.
const LEAD_SAMPLES: usize = RATE_HZ as usize / 10;
/// Longer sound is cut: memory grows with it.
const MOST_SAMPLES: usize = RATE_HZ as usize * 30;
/// Another token this near in probability (e to the power of it) is an alternative.
const MARGIN: f64 = 4.0;
/// \[0, 1\] Where the network would rather say nothing, words less sure than this are none.
const LEAST_CONFIDENCE: f64 = 0.35;
const BRANCHES: usize = 12;

/// The recogniser.
pub struct Moonshine {
    encoder: Session,
    network: Network,
    search: Option<Search<Remembered>>,
}

impl Moonshine {
    /// Opens the model that the manifest names.
    ///
    /// # Errors
    /// A model that is missing or another.
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
    ) -> Result<Self, VoiceError> {
        let decoder = manifest.model(MOONSHINE_DECODER)?;
        let file = decoder.file("tokenizer.bin")?;
        let vocabulary =
            Vocabulary::read(&decoder.read("tokenizer.bin")?, TOKENS).map_err(|it| {
                ModelError::Format {
                    path: file.path.clone(),
                    message: it.to_string(),
                }
            })?;
        Ok(Self {
            encoder: Session::open(runtime, manifest.model(MOONSHINE_ENCODER)?, options)?,
            network: Network {
                session: Session::open(runtime, decoder, options)?,
                vocabulary,
                names: Names::new(),
                heard: None,
            },
            search: None,
        })
    }

    fn hypothesis(&self, found: &Found) -> Hypothesis {
        Hypothesis {
            text: self.network.vocabulary.text(&found.tokens),
            language: Language::En,
            log_probability: found.log_probability,
            confidence: found.confidence(),
            is_sounds: false,
        }
    }
}

impl Recogniser for Moonshine {
    fn languages(&self) -> &[Language] {
        &[Language::En]
    }

    fn recognise(
        &mut self,
        sound: &[f32],
        _language: Option<Language>,
    ) -> Result<Hypothesis, VoiceError> {
        self.search = None;
        let mut sound = sound[..sound.len().min(MOST_SAMPLES)].to_vec();
        let config = SearchConfig {
            most_tokens: 4 + (secs(sound.len()) * TOKENS_A_SECOND) as usize,
            margin: MARGIN,
            branches: BRANCHES,
        };
        // The network does not like to begin in the middle of a sound.
        sound.splice(0..0, std::iter::repeat_n(0.0, LEAD_SAMPLES));
        sound.resize(sound.len().max(LEAST_SAMPLES), 0.0);
        let input = Array1::from(sound).insert_axis(Axis(0));
        let (_, mut held) = self
            .encoder
            .run_holding([("input_values", Input::Tensor(input.into()))], &[])?;
        self.network.heard = held.remove("last_hidden_state");
        let (mut scores, state) = self.network.start()?;
        let nothing = forbid_end(&mut scores);
        let (found, search) = Search::begin(&mut self.network, config, &scores, state)?;
        let mut hypothesis = self.hypothesis(&found);
        if nothing && hypothesis.confidence < LEAST_CONFIDENCE {
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
            others.push(self.hypothesis(&found));
        }
        others.sort_by(|a, b| b.log_probability.total_cmp(&a.log_probability));
        Ok(others)
    }

    fn scores(&mut self, texts: &[String], scope: Scope) -> Result<Vec<Option<f64>>, VoiceError> {
        let Some(search) = &self.search else {
            return Ok(vec![None; texts.len()]);
        };
        let vocabulary = &self.network.vocabulary;
        let tokens: Vec<Vec<i64>> = texts.iter().map(|it| vocabulary.tokens(it)).collect();
        search.scores(&mut self.network, &tokens, scope)
    }
}

/// The decoder.
struct Network {
    session: Session,
    vocabulary: Vocabulary,
    names: Names,
    /// What the encoder made of the sound.
    heard: Option<Held>,
}

/// Keys and values of all layers: those of the words so far, and those of the sound, which stay.
#[derive(Clone)]
struct Remembered {
    words: Arc<Vec<Held>>,
    sound: Arc<Vec<Held>>,
}

/// The graph's names of keys and values.
struct Names {
    words_in: Vec<String>,
    words_out: Vec<String>,
    sound_in: Vec<String>,
    sound_out: Vec<String>,
}

impl Names {
    fn new() -> Self {
        let all = |prefix: &str, side: &str| {
            (0..LAYERS)
                .flat_map(|layer| {
                    ["key", "value"].map(|it| format!("{prefix}.{layer}.{side}.{it}"))
                })
                .collect()
        };
        Self {
            words_in: all("past_key_values", "decoder"),
            words_out: all("present", "decoder"),
            sound_in: all("past_key_values", "encoder"),
            sound_out: all("present", "encoder"),
        }
    }
}

impl Network {
    /// Scores of the first word.
    fn start(&mut self) -> Result<(Vec<f32>, Remembered), VoiceError> {
        let nothing = || Input::Tensor(Array4::<f32>::zeros((1, HEADS, 0, WIDTH)).into());
        let heard = self
            .heard
            .clone()
            .ok_or_else(|| failed(MOONSHINE_DECODER, "nothing was heard"))?;
        let names = &self.names;
        let mut inputs = token(BEGIN, false);
        inputs.push(("encoder_hidden_states", Input::Held(&heard)));
        for name in names.words_in.iter().chain(&names.sound_in) {
            inputs.push((name, nothing()));
        }
        let (mut outputs, mut held) = self.session.run_holding(inputs, &["logits"])?;
        let state = Remembered {
            words: Arc::new(taken(&mut held, &names.words_out)?),
            sound: Arc::new(taken(&mut held, &names.sound_out)?),
        };
        Ok((last(&mut outputs)?, state))
    }
}

impl Decoder for Network {
    type State = Remembered;

    fn end(&self) -> i64 {
        END
    }

    fn sound_alike(&self, a: i64, b: i64) -> bool {
        self.vocabulary.sound_alike(a, b)
    }

    fn step(
        &mut self,
        state: &Remembered,
        next: i64,
    ) -> Result<(Vec<f32>, Remembered), VoiceError> {
        let heard = self
            .heard
            .clone()
            .ok_or_else(|| failed(MOONSHINE_DECODER, "nothing was heard"))?;
        let names = &self.names;
        let mut inputs = token(next, true);
        inputs.push(("encoder_hidden_states", Input::Held(&heard)));
        let words = names.words_in.iter().zip(state.words.iter());
        let sound = names.sound_in.iter().zip(state.sound.iter());
        for (name, value) in words.chain(sound) {
            inputs.push((name, Input::Held(value)));
        }
        let (mut outputs, mut held) = self.session.run_holding(inputs, &["logits"])?;
        let state = Remembered {
            words: Arc::new(taken(&mut held, &names.words_out)?),
            sound: Arc::clone(&state.sound),
        };
        Ok((last(&mut outputs)?, state))
    }
}

fn token<'a>(token: i64, use_cache: bool) -> Vec<(&'a str, Input<'a>)> {
    let ids = Array2::from_elem((1, 1), token);
    let branch = Array1::from_elem(1, use_cache);
    vec![
        ("input_ids", Input::Tensor(ids.into())),
        ("use_cache_branch", Input::Tensor(branch.into())),
    ]
}

fn taken(held: &mut BTreeMap<String, Held>, names: &[String]) -> Result<Vec<Held>, VoiceError> {
    let take = |name: &String| super::taken(MOONSHINE_DECODER, held, name);
    names.iter().map(take).collect()
}

/// Takes out the end: that nothing was said is not for the first word to say, since somebody was heard to speak. Whether
/// it was the likeliest.
fn forbid_end(scores: &mut [f32]) -> bool {
    let Some(end) = usize::try_from(END).ok().and_then(|it| scores.get_mut(it)) else {
        return false;
    };
    let score = std::mem::replace(end, f32::NEG_INFINITY);
    scores.iter().all(|it| *it <= score)
}

/// The scores after the last token.
fn last(outputs: &mut hearth_models::Outputs) -> Result<Vec<f32>, VoiceError> {
    let logits = outputs.take::<f32>("logits")?;
    let all = logits.into_raw_vec_and_offset().0;
    let start = all.len().saturating_sub(TOKENS);
    Ok(all[start..].to_vec())
}
