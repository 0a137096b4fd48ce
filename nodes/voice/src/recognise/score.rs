//! How likely it is that a sound says one of many given texts.

use super::search::Decoder;
use crate::VoiceError;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// How far texts are looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scope {
    /// So many of the likeliest texts are enough.
    pub texts: usize,
    /// What is less likely does not count (natural logarithm).
    pub least: f64,
    /// Tokens that the decoder is asked about at most: each takes its time.
    pub tokens: usize,
}

/// The natural logarithm of the probability of the likeliest texts, their ends included; none for all others.
///
/// A text gets less likely with each token, so whatever is likeliest so far is gone on with (uniform-cost search): the first that is
/// whole is the likeliest of all, and what begins alike is computed once.
pub(super) fn scores<D: Decoder>(
    decoder: &mut D,
    first: &(Vec<f32>, D::State),
    texts: &[Vec<i64>],
    scope: Scope,
) -> Result<Vec<Option<f64>>, VoiceError> {
    let mut found = vec![None; texts.len()];
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by(|a, b| texts[*a].cmp(&texts[*b]));
    let mut open = BinaryHeap::new();
    let begin = Open {
        log_probability: 0.0,
        texts: order,
        said: 0,
        after: None,
    };
    let state = Rc::new(first.1.clone());
    begin.go_on(
        texts,
        &first.0,
        &state,
        decoder.end(),
        scope.least,
        &mut open,
    );
    let (mut whole, mut asked) = (0, 0);
    while let Some(it) = open.pop() {
        let Some((state, token)) = &it.after else {
            continue;
        };
        if *token == decoder.end() {
            it.texts
                .iter()
                .for_each(|text| found[*text] = Some(it.log_probability));
            whole += it.texts.len();
            if whole >= scope.texts {
                break;
            }
            continue;
        }
        if asked == scope.tokens {
            break;
        }
        asked += 1;
        let (scores, state) = decoder.step(state, *token)?;
        let state = Rc::new(state);
        it.go_on(
            texts,
            &scores,
            &state,
            decoder.end(),
            scope.least,
            &mut open,
        );
    }
    Ok(found)
}

/// Texts that begin alike.
struct Open<S> {
    /// Of what they begin with, the last token included.
    log_probability: f64,
    texts: Vec<usize>,
    /// Tokens of them that were looked at.
    said: usize,
    /// What is remembered before the last token, and that token.
    after: Option<(Rc<S>, i64)>,
}

impl<S> Open<S> {
    /// Parts what begins alike by what comes next.
    fn go_on(
        &self,
        texts: &[Vec<i64>],
        scores: &[f32],
        state: &Rc<S>,
        end: i64,
        least: f64,
        open: &mut BinaryHeap<Self>,
    ) {
        let total = log_sum(scores);
        let next = |text: &usize| texts[*text].get(self.said).copied().unwrap_or(end);
        for same in self.texts.chunk_by(|a, b| next(a) == next(b)) {
            let Some(token) = same.first().map(next) else {
                continue;
            };
            let score = usize::try_from(token).ok().and_then(|it| scores.get(it));
            let chance = score.map_or(f64::NEG_INFINITY, |it| f64::from(*it) - total);
            let log_probability = self.log_probability + chance;
            if log_probability >= least {
                open.push(Self {
                    log_probability,
                    texts: same.to_vec(),
                    said: self.said + 1,
                    after: Some((Rc::clone(state), token)),
                });
            }
        }
    }
}

impl<S> Ord for Open<S> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.log_probability.total_cmp(&other.log_probability)
    }
}

impl<S> PartialOrd for Open<S> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<S> PartialEq for Open<S> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<S> Eq for Open<S> {}

/// The logarithm of the sum of what the scores are logarithms of. Scores that are no numbers do not count.
fn log_sum(scores: &[f32]) -> f64 {
    let finite = || scores.iter().copied().filter(|it| it.is_finite());
    let top = f64::from(finite().fold(f32::NEG_INFINITY, f32::max));
    top + finite()
        .map(|it| (f64::from(it) - top).exp())
        .sum::<f64>()
        .ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens 0 to 2 of which 0 ends; each is likelier the nearer it is to how many were said.
    struct Counting {
        steps: usize,
    }

    fn scores_after(said: usize) -> Vec<f32> {
        (0..3).map(|it| -(it as f32 - said as f32).abs()).collect()
    }

    impl Decoder for Counting {
        type State = usize;

        fn end(&self) -> i64 {
            0
        }

        fn step(&mut self, state: &usize, _token: i64) -> Result<(Vec<f32>, usize), VoiceError> {
            self.steps += 1;
            Ok((scores_after(state + 1), state + 1))
        }
    }

    const ALL: Scope = Scope {
        texts: usize::MAX,
        least: -100.0,
        tokens: usize::MAX,
    };

    fn of(texts: &[&[i64]], scope: Scope) -> (Vec<Option<f64>>, usize) {
        let mut decoder = Counting { steps: 0 };
        let texts: Vec<Vec<i64>> = texts.iter().map(|it| it.to_vec()).collect();
        let found = scores(&mut decoder, &(scores_after(0), 0), &texts, scope).unwrap();
        (found, decoder.steps)
    }

    #[test]
    fn a_text_is_as_likely_as_its_tokens_together() {
        let (found, steps) = of(&[&[1, 2], &[1, 1], &[], &[7]], ALL);
        let chance = |said: usize, token: usize| {
            let scores = scores_after(said);
            f64::from(scores[token]) - log_sum(&scores)
        };
        let expected = [
            Some(chance(0, 1) + chance(1, 2) + chance(2, 0)),
            Some(chance(0, 1) + chance(1, 1) + chance(2, 0)),
            Some(chance(0, 0)),
            None,
        ];
        for (found, expected) in found.iter().zip(expected) {
            let round = |it: f64| (it * 1e6).round();
            assert_eq!(found.map(round), expected.map(round));
        }
        assert_eq!(steps, 3, "what they begin with is looked at once");
    }

    #[test]
    fn no_more_is_looked_at_than_it_takes() {
        let texts: [&[i64]; 4] = [&[1, 1, 1, 1, 1], &[], &[2, 2, 2, 2], &[1, 2]];
        let (all, most) = of(&texts, ALL);
        let (found, steps) = of(&texts, Scope { texts: 1, ..ALL });
        let likeliest = all.iter().flatten().copied().fold(f64::MIN, f64::max);
        assert_eq!(found.iter().flatten().count(), 1);
        assert_eq!(found.iter().flatten().next(), Some(&likeliest));
        assert!(steps < most, "{steps} of {most}");
        assert_eq!(of(&texts, Scope { least: -0.1, ..ALL }), (vec![None; 4], 0));
        assert_eq!(of(&texts, Scope { tokens: 2, ..ALL }).1, 2);
    }
}
