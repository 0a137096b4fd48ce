//! Phrases and the classes of a detector that knows only these.

use crate::{ModelError, TextTower};
use std::collections::BTreeMap;

/// The share of a class' things that a phrase means which says more than the class ("a striped mug"), since the
/// detector cannot tell them apart. No more than a guess, but it lets a detector that can tell win.
const QUALIFIED: f32 = 0.5;

/// Characters of a phrase that are looked at.
const MAX_CHARS: usize = 200;

/// What comes after one of these (or after a word in -ing) says more about the thing, but not what it is.
const AFTER_THE_NOUN: [&str; 16] = [
    "of", "on", "in", "at", "with", "without", "to", "for", "from", "by", "near", "behind",
    "under", "next", "that", "which",
];
const BEFORE_THE_NOUN: [&str; 10] = [
    "a", "an", "the", "some", "any", "my", "your", "his", "her", "their",
];

/// Which classes phrases mean.
#[derive(Debug)]
pub(super) struct Classes {
    names: Vec<String>,
    by_word: BTreeMap<String, usize>,
    tower: Option<TextTower>,
    min_similarity: f32,
    /// For each query, the classes and how much of their probability counts.
    meant: Vec<Vec<(usize, f32)>>,
}

impl Classes {
    /// `synonyms` are words for names of classes; those of classes that do not exist are ignored.
    pub(super) fn new<'a>(
        names: Vec<String>,
        synonyms: impl IntoIterator<Item = (&'a str, &'a str)>,
        tower: Option<TextTower>,
        min_similarity: f32,
    ) -> Self {
        let mut by_word: BTreeMap<String, usize> = BTreeMap::new();
        for (index, name) in names.iter().enumerate() {
            by_word.entry(name.to_lowercase()).or_insert(index);
        }
        for (word, name) in synonyms {
            if let Some(index) = by_word.get(&name.to_lowercase()).copied() {
                by_word.entry(word.to_lowercase()).or_insert(index);
            }
        }
        Self {
            names,
            by_word,
            tower,
            min_similarity,
            meant: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn name(&self, class: usize) -> Option<&str> {
        self.names.get(class).map(String::as_str)
    }

    pub(super) fn set_queries(&mut self, phrases: &[String]) -> Result<(), ModelError> {
        let meant = phrases.iter().map(|it| self.meaning(it));
        self.meant = meant.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Each query's probability, from each class'.
    pub(super) fn scores(&self, probability: impl Fn(usize) -> f32) -> Vec<f32> {
        let score = |classes: &Vec<(usize, f32)>| {
            let all = classes
                .iter()
                .map(|(class, share)| share * probability(*class));
            all.fold(0.0, f32::max).min(1.0)
        };
        self.meant.iter().map(score).collect()
    }

    fn meaning(&mut self, phrase: &str) -> Result<Vec<(usize, f32)>, ModelError> {
        let phrase: String = phrase
            .chars()
            .take(MAX_CHARS)
            .collect::<String>()
            .to_lowercase();
        let words: Vec<&str> = phrase
            .split(|it: char| !it.is_alphanumeric() && it != '-' && it != '\'')
            .filter(|it| !it.is_empty())
            .skip_while(|it| BEFORE_THE_NOUN.contains(it))
            .collect();
        if let Some(class) = self.word(&words) {
            return Ok(vec![(class, 1.0)]);
        }
        let ends = |(at, it): (usize, &&str)| {
            at > 0 && (AFTER_THE_NOUN.contains(it) || (it.len() > 4 && it.ends_with("ing")))
        };
        let end = words
            .iter()
            .enumerate()
            .position(ends)
            .unwrap_or(words.len());
        let nouns = (0..end).find_map(|start| self.word(&words[start..end]));
        match nouns {
            Some(class) => Ok(vec![(class, QUALIFIED)]),
            None => self.similar(&words.join(" ")),
        }
    }

    /// The class that these words name, in the singular or plural.
    fn word(&self, words: &[&str]) -> Option<usize> {
        let word = words.join(" ");
        let one = word.strip_suffix('s').unwrap_or(&word);
        let found = self.by_word.get(&word).or_else(|| self.by_word.get(one));
        found
            .or_else(|| self.by_word.get(one.strip_suffix('e')?))
            .copied()
    }

    /// The classes whose names lie near the phrase, by the text tower.
    fn similar(&mut self, phrase: &str) -> Result<Vec<(usize, f32)>, ModelError> {
        let Some(tower) = self.tower.as_mut().filter(|_| !phrase.is_empty()) else {
            return Ok(Vec::new());
        };
        let wanted = tower.embed(phrase)?;
        let mut found = Vec::new();
        for (class, name) in self.names.iter().enumerate() {
            let name = tower.embed(name)?;
            let similarity: f32 = wanted.iter().zip(&name).map(|(a, b)| a * b).sum();
            if similarity >= self.min_similarity {
                found.push((class, similarity.min(1.0)));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(phrase: &str) -> Vec<f32> {
        let names = ["person", "cup", "dining table", "wine glass", "tie"].map(str::to_owned);
        let synonyms = [
            ("mug", "cup"),
            ("people", "person"),
            ("table", "dining table"),
            ("lion", "zebra"),
        ];
        let mut classes = Classes::new(names.to_vec(), synonyms, None, 0.6);
        classes.set_queries(&[phrase.to_owned()]).unwrap();
        (0..5)
            .map(|class| classes.scores(|it| f32::from(u8::from(it == class)))[0])
            .collect()
    }

    #[test]
    fn a_class_by_its_name_or_a_word_for_it_counts_in_full() {
        for phrase in ["cup", "a cup", "The mugs!", "CUPS"] {
            assert_eq!(scores(phrase), [0.0, 1.0, 0.0, 0.0, 0.0], "{phrase}");
        }
        assert_eq!(scores("the wine glasses"), [0.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(scores("people"), [1.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn what_it_cannot_tell_counts_half() {
        for phrase in ["a striped mug", "cup of tea", "big red cup with a handle"] {
            assert_eq!(scores(phrase), [0.0, 0.5, 0.0, 0.0, 0.0], "{phrase}");
        }
        assert_eq!(scores("a person wearing a tie"), [0.5, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(scores("person on the table"), [0.5, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn what_is_no_class_means_none() {
        for phrase in [
            "lion",
            "something to drink",
            "",
            "   ",
            "ing",
            "the",
            "s",
            "杯子",
            &"x".repeat(10_000),
        ] {
            assert_eq!(scores(phrase), [0.0; 5], "{phrase}");
        }
    }
}
