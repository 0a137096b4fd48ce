//! What else a stretch of sounds may say: sequences of words that the robot knows, the nearest in sound first.
//!
//! A recogniser that is in doubt hears the sounds about right and writes other words. All known words that sound like some part of
//! what was heard are edges of a lattice over its sounds; the cheapest paths through it are what may have been said. Which of
//! them it was is for the recogniser to judge again, and for the planner, whether it means anything.

use crate::words::{Names, Piece, change, gap, is_cjk, sounds, sounds_in};

/// Paths that are kept up to each sound, and at the end.
const BEAM: usize = 100;
const MOST_PATHS: usize = 1_000;
/// Longer texts are not looked at: nobody speaks so to a robot, and it takes its time.
const MOST_SOUNDS: usize = 120;
/// A word may be so much longer or shorter than what was heard of it.
const MOST_SHIFT: usize = 3;
/// A word may be so far from what was heard, for each of its sounds, and at least so far.
const MOST_APART: f64 = 0.36;
const LEAST_APART: f64 = 0.45;
/// Each word costs as much as about so much of a sound: few long words are likelier than many short ones.
const A_WORD: f64 = 0.15;
/// A word that does not begin or end where one was heard, or is written otherwise.
const OTHER_EDGE: f64 = 0.1;
const OTHER_SPELLING: f64 = 0.1;
/// A sound that belongs to no word costs so much more than one within a word.
const STRAY: f64 = 1.3;

/// The words that the robot knows of a language.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    words: Vec<Word>,
    glue: &'static str,
    /// Whether whoever writes them spells sounds: not so in Chinese, where many characters sound alike.
    is_spelt: bool,
}

#[derive(Clone, Debug)]
struct Word {
    text: String,
    sounds: Vec<char>,
}

/// Words that may have been said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Guess {
    /// The words.
    pub text: String,
    /// \[0, 1\] How far that sounds from what was heard.
    pub apart: f64,
}

impl Vocabulary {
    /// Of these words and phrases; `glue` stands between two.
    pub fn new(words: Vec<String>, glue: &'static str) -> Self {
        let mut words: Vec<Word> = words
            .into_iter()
            .map(|text| Word {
                sounds: sounds(&text),
                text,
            })
            .filter(|it| !it.sounds.is_empty())
            .collect();
        words.sort_by(|a, b| a.text.cmp(&b.text));
        words.dedup_by(|a, b| a.text == b.text);
        Self {
            words,
            glue,
            is_spelt: !glue.is_empty(),
        }
    }

    /// What `text` may be instead, the nearest first.
    pub fn guesses(&self, text: &str) -> Vec<Guess> {
        let heard = Heard::new(text);
        let count = heard.sounds.len();
        if count == 0 || count > MOST_SOUNDS {
            return Vec::new();
        }
        let mut paths: Vec<Vec<Path>> = vec![Vec::new(); count + 1];
        paths[0].push(Path::default());
        for at in 0..count {
            cheapest(&mut paths[at], BEAM);
            if paths[at].is_empty() {
                continue;
            }
            let mut edges = self.edges(&heard, at);
            edges.push(Edge {
                until: at + 1,
                cost: gap(heard.sounds[at]) * STRAY,
                word: None,
            });
            for (index, from) in paths[at].clone().iter().enumerate() {
                for edge in &edges {
                    paths[edge.until].push(Path {
                        cost: from.cost + edge.cost,
                        from: (at, index),
                        word: edge.word,
                    });
                }
            }
            // Of the many that end there only the cheapest can matter; the list stays short.
            let longest = paths[at + 1..].iter_mut();
            longest
                .filter(|it| it.len() > 8 * MOST_PATHS)
                .for_each(|it| cheapest(it, MOST_PATHS));
        }
        cheapest(&mut paths[count], MOST_PATHS);
        let ends = 0..paths[count].len();
        let guess = |index| Guess {
            text: self.text(&paths, (count, index)),
            apart: (paths[count][index].cost / count as f64).min(1.0),
        };
        ends.map(guess).filter(|it| !it.text.is_empty()).collect()
    }

    fn text(&self, paths: &[Vec<Path>], mut at: (usize, usize)) -> String {
        let mut words = Vec::new();
        while at.0 > 0 {
            let path = &paths[at.0][at.1];
            words.extend(path.word.map(|it| self.words[it].text.as_str()));
            at = path.from;
        }
        words.reverse();
        words.join(self.glue)
    }

    /// Words that sound like what was heard from `from` on.
    fn edges(&self, heard: &Heard, from: usize) -> Vec<Edge> {
        let rest = &heard.sounds[from..];
        let mut edges = Vec::new();
        let mut row = Vec::new();
        for (word, it) in self.words.iter().enumerate() {
            let most = (MOST_APART * it.sounds.len() as f64).max(LEAST_APART);
            let columns = rest.len().min(it.sounds.len() + MOST_SHIFT);
            ends(&it.sounds, &rest[..columns], most, &mut row);
            for (length, cost) in row.iter().enumerate().skip(1) {
                let until = from + length;
                if *cost > most || it.sounds.len().abs_diff(length) > MOST_SHIFT {
                    continue;
                }
                let otherwise = heard.otherwise(from, until, &it.text);
                // Who writes words as they are spelt has told "to" from "two".
                if *cost == 0.0
                    && otherwise == OTHER_SPELLING
                    && self.is_spelt
                    && heard.is_known(from, until, self)
                {
                    continue;
                }
                edges.push(Edge {
                    until,
                    cost: cost + A_WORD + otherwise,
                    word: Some(word),
                });
            }
        }
        edges
    }
}

/// What was heard, with where its words are.
struct Heard {
    sounds: Vec<char>,
    /// Where each word begins, and what it is; then the end.
    words: Vec<(usize, String)>,
}

impl Heard {
    fn new(text: &str) -> Self {
        let mut heard = Self {
            sounds: Vec::new(),
            words: Vec::new(),
        };
        let is_chinese = text.chars().any(is_cjk);
        for piece in Piece::cut(text, &Names::default()) {
            if !piece.is_mark() {
                let begins = heard.sounds.len();
                heard.sounds.extend(sounds_in(&piece.text, is_chinese));
                heard.words.push((begins, piece.key));
            }
        }
        heard.words.push((heard.sounds.len(), String::new()));
        heard
    }

    /// Whether the sounds are one heard word that is in the vocabulary.
    fn is_known(&self, from: usize, until: usize, vocabulary: &Vocabulary) -> bool {
        let at = self.words.binary_search_by_key(&from, |it| it.0);
        let Some([(_, word), (end, _)]) = at.ok().and_then(|it| self.words.get(it..it + 2)) else {
            return false;
        };
        let known = |it: &Word| it.text.cmp(word);
        *end == until && vocabulary.words.binary_search_by(known).is_ok()
    }

    /// What it costs to read the sounds from `from` to `until` as `text`, over what they sound like.
    fn otherwise(&self, from: usize, until: usize, text: &str) -> f64 {
        let word = |at: usize| self.words.binary_search_by_key(&at, |it| it.0).ok();
        let (Some(first), Some(end)) = (word(from), word(until)) else {
            let edges = [from, until].into_iter().filter(|it| word(*it).is_none());
            return OTHER_EDGE * edges.count() as f64 + OTHER_SPELLING;
        };
        let mut left = text;
        for (_, word) in &self.words[first.min(end)..end] {
            match left.trim_start().strip_prefix(word.as_str()) {
                Some(rest) => left = rest,
                None => return OTHER_SPELLING,
            }
        }
        if left.is_empty() { 0.0 } else { OTHER_SPELLING }
    }
}

struct Edge {
    until: usize,
    cost: f64,
    word: Option<usize>,
}

#[derive(Clone, Debug, Default)]
struct Path {
    cost: f64,
    from: (usize, usize),
    word: Option<usize>,
}

fn cheapest(paths: &mut Vec<Path>, most: usize) {
    paths.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    paths.truncate(most);
}

/// What it costs that all of `word` was said in the first 0, 1, … of `heard`: an alignment's last row. Empty where all cost more
/// than `most`.
fn ends(word: &[char], heard: &[char], most: f64, row: &mut Vec<f64>) {
    row.clear();
    row.push(0.0);
    for sound in heard {
        row.push(row[row.len() - 1] + gap(*sound));
    }
    for said in word {
        let mut diagonal = row[0];
        row[0] += gap(*said);
        let mut least = row[0];
        for (at, sound) in heard.iter().enumerate() {
            let changed = diagonal + change(*said, *sound);
            diagonal = row[at + 1];
            row[at + 1] = changed
                .min(row[at] + gap(*sound))
                .min(diagonal + gap(*said));
            least = least.min(row[at + 1]);
        }
        if least > most {
            row.clear();
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn english() -> Vocabulary {
        let words = [
            "bring",
            "me",
            "the",
            "red",
            "green",
            "cup",
            "apple",
            "apples",
            "from",
            "kitchen table",
            "teddy bear",
            "put",
            "it",
            "on",
            "bed",
            "take",
            "and",
            "i",
            "i'd like",
            "banana",
        ];
        Vocabulary::new(words.map(str::to_owned).into(), " ")
    }

    fn mandarin() -> Vocabulary {
        let words = [
            "沙发上",
            "沙发",
            "上",
            "的",
            "蓝",
            "杯子",
            "蓝杯子",
            "拿",
            "过来",
            "拿过来",
            "把",
            "橙汁",
            "橙子",
            "放到",
            "冰箱",
        ];
        Vocabulary::new(words.map(str::to_owned).into(), "")
    }

    fn is_among(vocabulary: &Vocabulary, heard: &str, said: &str) -> bool {
        vocabulary.guesses(heard).iter().any(|it| it.text == said)
    }

    #[test]
    fn what_is_known_is_its_own_first_guess() {
        let guesses = english().guesses("Bring me the red cup from the kitchen table.");
        assert_eq!(
            guesses[0].text,
            "bring me the red cup from the kitchen table"
        );
        assert_eq!(
            mandarin().guesses("把橙汁放到冰箱上。")[0].text,
            "把橙汁放到冰箱上"
        );
    }

    #[test]
    fn what_was_said_is_among_what_it_may_have_been() {
        for (heard, said) in [
            (
                "take the teddy there and put it on the bad",
                "take the teddy bear and put it on the bed",
            ),
            ("bring me the Reddish cop", "bring me the red cup"),
            ("Id light the Manana", "i'd like the banana"),
        ] {
            assert!(is_among(&english(), heard, said), "{heard}");
        }
        for (heard, said) in [
            ("刷发上的蓝币子拿过来", "沙发上的蓝杯子拿过来"),
            ("把成汁放到冰箱上", "把橙汁放到冰箱上"),
        ] {
            assert!(is_among(&mandarin(), heard, said), "{heard}");
        }
    }

    #[test]
    fn what_is_far_from_all_words_is_nothing() {
        assert!(!is_among(
            &english(),
            "what is the weather",
            "bring me the red cup"
        ));
        assert!(english().guesses("").is_empty());
    }

    proptest! {
        #[test]
        fn is_total_and_nearest_first(text in "\\PC{0,80}") {
            let guesses = english().guesses(&text);
            prop_assert!(guesses.is_sorted_by(|a, b| a.apart <= b.apart));
            prop_assert!(guesses.iter().all(|it| (0.0..=1.0).contains(&it.apart)));
        }
    }
}
