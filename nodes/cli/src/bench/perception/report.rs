//! What the figures are made of.

use super::judge::Judge;
use super::measures::share;
use super::phrases::Phrase;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The cases of the output: by kind, by sort of phrase, the phrases that went wrong, what people were taken to do.
pub fn cases(judge: &Judge, phrases: &[Phrase]) -> Vec<Value> {
    let mut cases: Vec<Value> = judge
        .kinds
        .iter()
        .map(|(kind, it)| {
            json!({"part": "kind", "kind": kind, "phrase": phrases[it.phrase].text, "things": it.truths,
                   "average_precision": it.average_precision()})
        })
        .collect();
    for (part, asked) in [("hard", &judge.compound), ("novel", &judge.novel)] {
        let mut sorts: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
        let mut wrong: BTreeMap<&str, u64> = BTreeMap::new();
        for (phrase, right) in asked {
            let phrase = &phrases[*phrase];
            sorts.entry(&phrase.sort).or_default().push(*right);
            if !right {
                *wrong.entry(&phrase.text).or_default() += 1;
            }
        }
        for (sort, right) in sorts {
            let asked = right.len();
            cases.push(json!({"part": part, "type": sort, "asked": asked, "right": share(right)}));
        }
        cases.push(json!({"part": part, "wrong": wrong}));
    }
    for (part, told) in [("gestures", &judge.gestures), ("postures", &judge.postures)] {
        let mut taken_for: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for (said, guess) in told {
            *taken_for.entry(said).or_default().entry(guess).or_default() += 1;
        }
        cases.push(json!({"part": part, "taken_for": taken_for}));
    }
    cases
}
