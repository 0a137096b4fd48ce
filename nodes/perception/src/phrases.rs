//! Phrases that are looked for, and how well they describe one thing or person.

use crate::evidence::Evidence;
use hearth_types::PhraseMatch;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The phrases that are looked for, in the order of the detector's log odds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    phrases: Vec<Arc<str>>,
}

impl Asked {
    /// These, each once, at most [`hearth_types::MOST_PHRASES`].
    pub fn new(phrases: &[String]) -> Self {
        let mut kept: Vec<Arc<str>> = Vec::new();
        for phrase in phrases {
            if kept.len() < hearth_types::MOST_PHRASES && !kept.iter().any(|it| **it == **phrase) {
                kept.push(phrase.as_str().into());
            }
        }
        Self { phrases: kept }
    }

    /// In order.
    pub fn phrases(&self) -> &[Arc<str>] {
        &self.phrases
    }
}

/// What frames said of phrases, as log odds. Evidence of phrases that are no longer asked stays with the thing: asked
/// again, they need not be looked for anew.
#[derive(Clone, Debug, Default)]
pub(crate) struct PhraseEvidence {
    known: BTreeMap<Arc<str>, Evidence>,
}

/// So many phrases are remembered for a thing.
const MOST_REMEMBERED: usize = 64;
/// Log odds before anything was seen: most phrases describe few things.
const PRIOR: f64 = -0.7;

impl PhraseEvidence {
    /// Takes a frame's log odds, one for each phrase that is asked; none if the detector cannot tell.
    pub fn add(&mut self, asked: &Asked, log_odds: &[f64], quality: f64, azimuth_rad: f64) {
        if log_odds.len() != asked.phrases.len() {
            return;
        }
        for (phrase, value) in asked.phrases.iter().zip(log_odds) {
            if !self.known.contains_key(phrase) && self.known.len() >= MOST_REMEMBERED {
                self.known.retain(|it, _| asked.phrases.contains(it));
            }
            self.known
                .entry(Arc::clone(phrase))
                .or_default()
                // Calibrated log odds have the prior in them; evidence is what is beyond it.
                .add(&[value - PRIOR], quality, azimuth_rad);
        }
    }

    /// For those that are asked and of which something is known.
    pub fn publish(&self, asked: &Asked) -> Vec<PhraseMatch> {
        let matched = |phrase: &Arc<str>| {
            let log_odds = PRIOR + self.known.get(phrase)?.total().first()?;
            Some(PhraseMatch {
                phrase: Arc::clone(phrase),
                probability: 1.0 / (1.0 + (-log_odds).exp()),
            })
        };
        asked.phrases.iter().filter_map(matched).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, PhraseEvidence};
    use hearth_types::match_of;

    fn asked(phrases: &[&str]) -> Asked {
        Asked::new(&phrases.iter().map(|&it| it.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn evidence_grows_with_views_and_outlives_the_question() {
        let stripes = asked(&["striped cup", "spotted cup"]);
        let mut evidence = PhraseEvidence::default();
        evidence.add(&stripes, &[1.0, -2.0], 1.0, 0.0);
        let once = match_of(&evidence.publish(&stripes), "striped cup").unwrap();
        evidence.add(&stripes, &[1.0, -2.0], 1.0, 1.0);
        let twice = match_of(&evidence.publish(&stripes), "striped cup").unwrap();
        assert!(0.5 < once && once < twice && twice < 1.0, "{once} {twice}");
        assert!(match_of(&evidence.publish(&stripes), "spotted cup").unwrap() < 0.1);

        let other = asked(&["vase"]);
        assert!(
            evidence.publish(&other).is_empty(),
            "nothing is known of it yet"
        );
        evidence.add(&other, &[-3.0], 1.0, 0.0);
        assert_eq!(evidence.publish(&stripes).len(), 2);
    }

    #[test]
    fn a_detector_without_words_says_nothing() {
        let stripes = asked(&["striped cup"]);
        let mut evidence = PhraseEvidence::default();
        evidence.add(&stripes, &[], 1.0, 0.0);
        assert!(evidence.publish(&stripes).is_empty());
    }

    #[test]
    fn keeps_each_phrase_once_and_not_too_many() {
        assert_eq!(asked(&["cup", "cup"]).phrases().len(), 1);
        let many: Vec<String> = (0..100).map(|it| it.to_string()).collect();
        assert_eq!(
            Asked::new(&many).phrases().len(),
            hearth_types::MOST_PHRASES
        );
    }
}
