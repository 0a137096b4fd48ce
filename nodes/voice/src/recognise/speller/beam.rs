//! Sequences of known words that a sound may say, the likeliest first.
//!
//! Prefix beam search over a tree of the words' units (Graves and Jaitly, "Towards End-to-End Speech Recognition with Recurrent Neural
//! Networks", ICML 2014; Hannun et al., arXiv:1408.2873): what begins alike is counted once, over all ways in which it may lie in time.

use super::chances::{Chances, either};
use super::lexicon::{Lexicon, ROOT};
use super::units::{NOTHING, SPACE, UNITS};
use std::collections::HashMap;

/// Beginnings that are kept, and how much less likely than the likeliest they may be (natural logarithm).
const BEAM: usize = 160;
const MOST_BEHIND: f64 = 12.0;
/// Units that are less likely at a moment are not gone on with.
const LEAST: f64 = -8.0;

/// What is known to begin the sound so far: words, and then a part of one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Begun {
    words: usize,
    node: usize,
}

/// How likely it is: with nothing behind its last unit, and without.
#[derive(Clone, Copy)]
struct Chance {
    rests: f64,
    sounds: f64,
}

impl Default for Chance {
    fn default() -> Self {
        Self {
            rests: f64::NEG_INFINITY,
            sounds: f64::NEG_INFINITY,
        }
    }
}

impl Chance {
    fn all(self) -> f64 {
        either(self.rests, self.sounds)
    }
}

/// Sequences of words that came up: each is another one and a word.
#[derive(Default)]
struct Sequences {
    all: Vec<(usize, usize)>,
    known: HashMap<(usize, usize), usize>,
    /// What a word behind another costs.
    costs: HashMap<(Option<usize>, Option<usize>), f64>,
}

impl Sequences {
    /// 0 is the empty one.
    fn with(&mut self, before: usize, word: usize) -> usize {
        *self.known.entry((before, word)).or_insert_with(|| {
            self.all.push((before, word));
            self.all.len()
        })
    }

    fn last(&self, sequence: usize) -> Option<usize> {
        Some(self.all[sequence.checked_sub(1)?].1)
    }

    fn words(&self, mut sequence: usize) -> Vec<usize> {
        let mut words = Vec::new();
        while let Some((before, word)) = sequence.checked_sub(1).map(|it| self.all[it]) {
            words.push(word);
            sequence = before;
        }
        words.reverse();
        words
    }
}

impl Lexicon {
    /// What may have been said, the likeliest first.
    pub fn said(&self, chances: &Chances, most: usize) -> Vec<String> {
        let mut sequences = Sequences::default();
        let start = Begun {
            words: 0,
            node: ROOT,
        };
        let begins = Chance {
            rests: 0.0,
            ..Chance::default()
        };
        let mut beam = vec![(start, begins)];
        for moment in 0..chances.moments() {
            let row: Vec<f64> = (0..UNITS).map(|it| chances.at(moment, it)).collect();
            let mut next: HashMap<Begun, Chance> = HashMap::new();
            for (begun, chance) in &beam {
                self.follow(*begun, *chance, &row, &mut sequences, &mut next);
            }
            beam = next.into_iter().collect();
            let by_chance = |a: &(Begun, Chance), b: &(Begun, Chance)| {
                let place = |it: &Begun| (it.words, it.node);
                let likelier = b.1.all().total_cmp(&a.1.all());
                likelier.then_with(|| place(&a.0).cmp(&place(&b.0)))
            };
            beam.sort_by(by_chance);
            let least = beam.first().map_or(0.0, |it| it.1.all()) - MOST_BEHIND;
            let likely = beam.partition_point(|it| it.1.all() >= least);
            beam.truncate(likely.min(BEAM));
        }
        let mut whole: HashMap<usize, f64> = HashMap::new();
        for (begun, chance) in beam {
            let words = match self.nodes[begun.node].word {
                Some(word) => sequences.with(begun.words, word),
                None if begun.node == ROOT && begun.words > 0 => begun.words,
                None => continue,
            };
            let before = sequences.last(begun.words);
            let mut cost = self.cost(sequences.last(words), None);
            if words != begun.words {
                cost += self.cost(before, sequences.last(words));
            }
            let sum = whole.entry(words).or_insert(f64::NEG_INFINITY);
            *sum = either(*sum, chance.all() - cost);
        }
        let mut whole: Vec<(usize, f64)> = whole.into_iter().collect();
        whole.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        whole.truncate(most);
        let text = |it: (usize, f64)| self.text(&sequences.words(it.0));
        whole.into_iter().map(text).collect()
    }

    /// What can come after `begun` at a moment.
    fn follow(
        &self,
        begun: Begun,
        chance: Chance,
        row: &[f64],
        sequences: &mut Sequences,
        next: &mut HashMap<Begun, Chance>,
    ) {
        let last = match begun {
            Begun {
                words: 0,
                node: ROOT,
            } => NOTHING,
            Begun { node: ROOT, .. } => SPACE,
            _ => self.nodes[begun.node].unit,
        };
        let stays = next.entry(begun).or_default();
        stays.rests = either(stays.rests, chance.all() + row[NOTHING]);
        if last != NOTHING {
            stays.sounds = either(stays.sounds, chance.sounds + row[last]);
        }
        let mut go = |to: Begun, unit: usize, cost: f64| {
            if row[unit] < LEAST {
                return;
            }
            // The same unit once more needs nothing between.
            let from = if unit == last {
                chance.rests
            } else {
                chance.all()
            };
            let there = next.entry(to).or_default();
            there.sounds = either(there.sounds, from + row[unit] - cost);
        };
        for (unit, node) in &self.nodes[begun.node].after {
            go(
                Begun {
                    node: *node,
                    ..begun
                },
                *unit,
                0.0,
            );
        }
        let Some(word) = self.nodes[begun.node].word else {
            return;
        };
        let key = (sequences.last(begun.words), Some(word));
        let cost = *sequences
            .costs
            .entry(key)
            .or_insert_with(|| self.cost(key.0, key.1));
        let words = sequences.with(begun.words, word);
        if self.is_spaced {
            go(Begun { words, node: ROOT }, SPACE, cost);
        } else {
            for (unit, node) in &self.nodes[ROOT].after {
                go(Begun { words, node: *node }, *unit, cost);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::units::units;
    use super::super::usual::Spoken;
    use super::*;
    use hearth_types::Language;
    use ndarray::Array2;

    /// Each unit of the text for two moments and a pause, `clear` sure; the rest is spread evenly.
    fn said(text: &str, clear: f32) -> Chances {
        let units = units(text).unwrap();
        let mut moments = vec![NOTHING];
        moments.extend(units.iter().flat_map(|it| [*it, *it, NOTHING]));
        let rest = ((1.0 - clear) / (UNITS - 1) as f32).ln();
        let mut all = Array2::from_elem((moments.len(), UNITS), rest);
        for (moment, unit) in moments.iter().enumerate() {
            all[[moment, *unit]] = clear.ln();
        }
        Chances::new(all)
    }

    fn lexicon(words: &[&str], sentences: &[&str], language: Language) -> Lexicon {
        let list = |of: &[&str]| of.iter().map(|it| (*it).to_owned()).collect();
        let spoken = Spoken {
            words: list(words),
            classes: Vec::new(),
            sentences: list(sentences),
            corrections: Vec::new(),
        };
        Lexicon::new(&spoken, language)
    }

    #[test]
    fn known_words_are_found_where_others_were_spelt() {
        let words = [
            "bring",
            "me",
            "the",
            "red",
            "cup",
            "cap",
            "bed",
            "kitchen table",
            "table",
        ];
        let english = lexicon(&words, &[], Language::En);
        for (spelt, wanted) in [
            ("bring me the red cup", "bring me the red cup"),
            ("brin me the ret cup", "bring me the red cup"),
            ("the kitchn table", "the kitchen table"),
        ] {
            let found = english.said(&said(spelt, 0.6), 5);
            assert_eq!(found[0], wanted, "{spelt}");
        }
    }

    #[test]
    fn of_two_that_are_as_near_the_usual_one_was_said() {
        let words = ["get", "it", "me", "the", "cup"];
        let english = lexicon(&words, &["get me the cup"], Language::En);
        assert_eq!(
            english.said(&said("et me the cup", 0.4), 1),
            ["get me the cup"]
        );
    }

    #[test]
    fn words_of_mandarin_that_sound_the_same_are_told_apart_by_their_neighbours() {
        let words = ["八", "把", "苹果", "那", "拿", "给我", "给"];
        let mandarin = lexicon(&words, &["把苹果拿给我"], Language::Zh);
        let found = mandarin.said(&said("八平果哪给我", 0.7), 3);
        assert_eq!(found[0], "把苹果拿给我");
    }

    #[test]
    fn of_no_sound_and_no_words_comes_nothing() {
        let none = Chances::new(Array2::zeros((0, UNITS)));
        let english = lexicon(&["red"], &[], Language::En);
        assert!(english.said(&none, 3).is_empty());
        let empty = lexicon(&[], &[], Language::En);
        assert!(empty.said(&said("red", 0.9), 3).is_empty());
    }
}
