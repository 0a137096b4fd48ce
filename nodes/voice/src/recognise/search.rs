//! From a decoder's probabilities to words: the likeliest, and what else it may have been.
//!
//! The likeliest is found greedily. Where a token was in doubt, the decoder's state is kept, so that a search for others
//! goes on from there and says nothing twice.

use super::repeats::{begun_again, repeated_run, without_repeats};
use super::score::{Scope, scores};
use crate::VoiceError;

/// A network that says one token after another.
pub trait Decoder {
    /// What it remembers of the tokens so far. Cheap to clone.
    type State: Clone;

    /// The token that ends what is said.
    fn end(&self) -> i64;

    /// Whether two tokens sound the same: a full stop and an exclamation mark, `red` and `Red`. Then the less likely is no
    /// alternative.
    fn sound_alike(&self, _a: i64, _b: i64) -> bool {
        false
    }

    /// Scores of the token after `token`, and what is remembered then.
    ///
    /// # Errors
    /// A model that fails.
    fn step(
        &mut self,
        state: &Self::State,
        token: i64,
    ) -> Result<(Vec<f32>, Self::State), VoiceError>;
}

/// How far the search goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchConfig {
    /// Tokens after which it is cut.
    pub most_tokens: usize,
    /// Where another token is this near (difference of natural logarithms), it is an alternative.
    pub margin: f64,
    /// Alternatives that are kept in mind.
    pub branches: usize,
}

/// Tokens with their probability.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Without the one that ends.
    pub tokens: Vec<i64>,
    /// Natural logarithm of the probability of all, the end included.
    pub log_probability: f64,
    /// How many tokens that is about.
    pub counted: usize,
}

impl Found {
    /// \[0, 1\] The mean probability of a token (geometric).
    pub fn confidence(&self) -> f64 {
        (self.log_probability / self.counted.max(1) as f64).exp()
    }
}

/// What was said before, and how likely that is.
struct Start {
    tokens: Vec<i64>,
    log_probability: f64,
}

/// Where it could have gone on otherwise.
struct Branch<S> {
    /// The probability includes `token`.
    start: Start,
    token: i64,
    state: S,
    /// By which branches are tried: what the way that it left came to, less what leaving it costs.
    promise: f64,
}

/// A search over one sound.
pub struct Search<S> {
    config: SearchConfig,
    branches: Vec<Branch<S>>,
    /// Scores of the first token, and what was remembered then.
    first: (Vec<f32>, S),
}

impl<S: Clone> Search<S> {
    /// Finds the likeliest: from the first scores (those after the prompt) on.
    ///
    /// # Errors
    /// A decoder that fails.
    pub fn begin<D: Decoder<State = S>>(
        decoder: &mut D,
        config: SearchConfig,
        scores: &[f32],
        state: S,
    ) -> Result<(Found, Self), VoiceError> {
        let mut search = Self {
            config,
            branches: Vec::new(),
            first: (scores.to_vec(), state.clone()),
        };
        let start = Start {
            tokens: Vec::new(),
            log_probability: 0.0,
        };
        let found = search.follow(decoder, start, scores.to_vec(), state)?;
        Ok((found, search))
    }

    /// How likely the likeliest of these are to be what was said, as [`Found::log_probability`].
    ///
    /// # Errors
    /// A decoder that fails.
    pub fn scores<D: Decoder<State = S>>(
        &self,
        decoder: &mut D,
        texts: &[Vec<i64>],
        scope: Scope,
    ) -> Result<Vec<Option<f64>>, VoiceError> {
        scores(decoder, &self.first, texts, scope)
    }

    /// The next alternative, likely ones first; none when none is left.
    ///
    /// # Errors
    /// A decoder that fails.
    pub fn next<D: Decoder<State = S>>(
        &mut self,
        decoder: &mut D,
    ) -> Result<Option<Found>, VoiceError> {
        let Some(best) = extreme(&self.branches, f64::total_cmp) else {
            return Ok(None);
        };
        let Branch {
            mut start,
            token,
            state,
            ..
        } = self.branches.swap_remove(best);
        if token == decoder.end() {
            return Ok(Some(Found {
                counted: start.tokens.len() + 1,
                tokens: start.tokens,
                log_probability: start.log_probability,
            }));
        }
        let (scores, state) = decoder.step(&state, token)?;
        start.tokens.push(token);
        self.follow(decoder, start, scores, state).map(Some)
    }

    /// Takes the likeliest token until the end, noting where others were near.
    fn follow<D: Decoder<State = S>>(
        &mut self,
        decoder: &mut D,
        start: Start,
        mut scores: Vec<f32>,
        mut state: S,
    ) -> Result<Found, VoiceError> {
        let Start {
            mut tokens,
            mut log_probability,
        } = start;
        let mut counted = tokens.len();
        let mut noted: Vec<Branch<S>> = Vec::new();
        loop {
            let ranked = best(&scores, 3);
            let Some((token, chance)) = ranked.first().copied() else {
                break;
            };
            for (other, less) in &ranked[1..] {
                if chance - less <= self.config.margin && !decoder.sound_alike(token, *other) {
                    noted.push(Branch {
                        start: Start {
                            tokens: tokens.clone(),
                            log_probability: log_probability + less,
                        },
                        token: *other,
                        state: state.clone(),
                        promise: less - chance,
                    });
                }
            }
            forget(&mut noted, self.config.branches);
            log_probability += chance;
            counted += 1;
            if token == decoder.end() {
                break;
            }
            if tokens.len() >= self.config.most_tokens {
                // Nobody says so much in that time: it lost its place and began again.
                let same = |a, b| a == b || decoder.sound_alike(a, b);
                tokens.truncate(begun_again(&tokens, same));
                break;
            }
            tokens.push(token);
            if repeated_run(&tokens).is_some() {
                break;
            }
            (scores, state) = decoder.step(&state, token)?;
        }
        noted
            .iter_mut()
            .for_each(|it| it.promise += log_probability);
        self.branches.append(&mut noted);
        forget(&mut self.branches, self.config.branches);
        tokens.truncate(without_repeats(&tokens).len());
        Ok(Found {
            tokens,
            log_probability,
            counted,
        })
    }
}

/// Keeps the `most` that promise most.
fn forget<S>(branches: &mut Vec<Branch<S>>, most: usize) {
    while branches.len() > most {
        let Some(worst) = extreme(branches, |a, b| b.total_cmp(a)) else {
            return;
        };
        branches.swap_remove(worst);
    }
}

fn extreme<S>(
    branches: &[Branch<S>],
    order: impl Fn(&f64, &f64) -> std::cmp::Ordering,
) -> Option<usize> {
    (0..branches.len()).max_by(|a, b| order(&branches[*a].promise, &branches[*b].promise))
}

/// The `count` likeliest tokens with the natural logarithms of their probabilities. Scores that are no numbers are none.
fn best(scores: &[f32], count: usize) -> Vec<(i64, f64)> {
    let finite = || scores.iter().enumerate().filter(|it| it.1.is_finite());
    let top = finite().map(|it| *it.1).fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = finite().map(|it| f64::from(*it.1 - top).exp()).sum();
    let mut ranked: Vec<(i64, f32)> = Vec::with_capacity(count + 1);
    for (token, score) in finite() {
        let at = ranked.partition_point(|it| it.1 >= *score);
        if at < count {
            ranked.insert(at, (token as i64, *score));
            ranked.truncate(count);
        }
    }
    let log = |score: f32| f64::from(score - top) - sum.ln();
    ranked
        .into_iter()
        .map(|(token, score)| (token, log(score)))
        .collect()
}

#[cfg(test)]
mod tests;
