use super::*;
use std::collections::HashMap;

const END: i64 = 9;

/// A language of few sentences: what may follow what, with its probability.
struct Grammar(HashMap<Vec<i64>, Vec<(i64, f32)>>);

impl Grammar {
    fn scores(&self, so_far: &[i64]) -> Vec<f32> {
        let mut scores = vec![-20.0; 10];
        for (token, chance) in self.0.get(so_far).into_iter().flatten() {
            scores[*token as usize] = chance.ln();
        }
        scores
    }
}

impl Decoder for Grammar {
    type State = Vec<i64>;

    fn end(&self) -> i64 {
        END
    }

    fn step(&mut self, state: &Vec<i64>, token: i64) -> Result<(Vec<f32>, Vec<i64>), VoiceError> {
        let mut state = state.clone();
        state.push(token);
        Ok((self.scores(&state), state))
    }
}

const CONFIG: SearchConfig = SearchConfig {
    most_tokens: 20,
    margin: 4.0,
    branches: 8,
};

fn all(mut grammar: Grammar) -> Vec<(Vec<i64>, f64)> {
    let first = grammar.scores(&[]);
    let (found, mut search) =
        Search::begin(&mut grammar, CONFIG, &first, Vec::new()).expect("found");
    let mut all = vec![(found.tokens, found.log_probability.exp())];
    while let Some(found) = search.next(&mut grammar).expect("found") {
        all.push((found.tokens, found.log_probability.exp()));
    }
    all
}

#[test]
fn gives_the_likeliest_first_and_each_other_once() {
    let found = all(Grammar(HashMap::from([
        (vec![], vec![(1, 0.6), (2, 0.4)]),
        (vec![1], vec![(3, 0.7), (4, 0.3)]),
        (vec![1, 3], vec![(END, 1.0)]),
        (vec![1, 4], vec![(END, 1.0)]),
        (vec![2], vec![(END, 0.9), (5, 0.1)]),
        (vec![2, 5], vec![(END, 1.0)]),
    ])));
    let said: Vec<&[i64]> = found.iter().map(|it| it.0.as_slice()).collect();
    assert_eq!(said, [&[1, 3][..], &[2], &[1, 4], &[2, 5]]);
    for (found, expected) in found.iter().zip([0.42, 0.36, 0.18, 0.04]) {
        assert!((found.1 - expected).abs() < 1e-3, "{found:?}");
    }
}

#[test]
fn a_decoder_that_loops_is_stopped() {
    struct Stuck;
    impl Decoder for Stuck {
        type State = ();
        fn end(&self) -> i64 {
            END
        }
        fn step(&mut self, (): &(), _: i64) -> Result<(Vec<f32>, ()), VoiceError> {
            Ok((vec![0.0, 5.0, 0.0], ()))
        }
    }
    let (found, _) = Search::begin(&mut Stuck, CONFIG, &[0.0, 5.0, 0.0], ()).expect("an end");
    assert_eq!(found.tokens, [1]);
    assert!(found.confidence() > 0.9, "{found:?}");
}

#[test]
fn scores_that_are_no_numbers_end_it() {
    assert!(best(&[f32::NAN, f32::NAN], 3).is_empty());
    let ranked = best(&[f32::NAN, 1.0, f32::INFINITY, 2.0], 3);
    assert_eq!(ranked.iter().map(|it| it.0).collect::<Vec<_>>(), [3, 1]);
}
