//! How words usually follow each other when people talk to a robot: a bigram of words and of classes of words (Brown et al.,
//! "Class-Based n-gram Models of Natural Language", 1992), counted in sentences such as `bring me the {thing} from the {place}`.

use std::collections::{HashMap, HashSet};

/// What a word costs that has followed the one before, and a share of how seldom it did so.
const SEEN: f64 = 0.4;
const SELDOM: f64 = 0.35;
/// A word of the sentences that was never there, and one of none.
const UNSEEN: f64 = 3.0;
const UNHEARD_OF: f64 = 3.5;

/// What a word costs that is where it usually is.
const EVERY_DAY: f64 = 1.0;
/// Letters of the longest word or phrase that is looked for.
const LONGEST: usize = 40;

/// Before the first word, and behind the last.
const EDGE: usize = 0;

/// How a language is spoken to a robot in this home.
#[derive(Clone, Debug, Default)]
pub struct Spoken {
    /// All words and phrases that count.
    pub words: Vec<String>,
    /// Words that stand for each other in the sentences, under the name that they have there.
    pub classes: Vec<(&'static str, Vec<String>)>,
    /// What people say; `{class}` is any word of it.
    pub sentences: Vec<String>,
    /// Words by which somebody takes back what was said before.
    pub corrections: Vec<String>,
}

/// The counts.
pub(super) struct Usual {
    /// Where in the list each word is.
    places: HashMap<String, usize>,
    /// Of each word: itself (1 behind its place, for `EDGE` is 0) and its classes, as far as sentences have them.
    symbols: Vec<Vec<usize>>,
    pairs: HashMap<(usize, usize), u32>,
    totals: HashMap<usize, u32>,
}

impl Usual {
    /// Of these words, by their places in the list.
    pub fn new(spoken: &Spoken) -> Self {
        let class = |name: &str| {
            let found = spoken.classes.iter().position(|it| it.0 == name)?;
            Some(spoken.words.len() + 1 + found)
        };
        let mut usual = Self {
            places: spoken.words.iter().cloned().zip(0..).collect(),
            symbols: vec![Vec::new(); spoken.words.len()],
            pairs: HashMap::new(),
            totals: HashMap::new(),
        };
        for sentence in &spoken.sentences {
            let mut before = Some(EDGE);
            for symbol in symbols(sentence, &usual.places, &class) {
                usual.count(before, symbol);
                before = symbol;
            }
            usual.count(before, Some(EDGE));
        }
        let pairs = usual.pairs.keys();
        let heard_of: HashSet<usize> = pairs.flat_map(|it| [it.0, it.1]).collect();
        for (index, it) in usual.symbols.iter_mut().enumerate() {
            it.extend(heard_of.contains(&(index + 1)).then_some(index + 1));
        }
        for (name, words) in &spoken.classes {
            let symbol = class(name).filter(|it| heard_of.contains(it));
            for word in words {
                if let (Some(symbol), Some(index)) = (symbol, usual.places.get(word)) {
                    usual.symbols[*index].push(symbol);
                }
            }
        }
        usual
    }

    fn count(&mut self, before: Option<usize>, symbol: Option<usize>) {
        if let (Some(before), Some(symbol)) = (before, symbol) {
            *self.pairs.entry((before, symbol)).or_default() += 1;
            *self.totals.entry(before).or_default() += 1;
        }
    }

    /// How unusual a text is, read as the known words that make it most usual (natural logarithm; 0 for what people say every day).
    pub fn of_text(&self, text: &str) -> f64 {
        let text = text.to_lowercase();
        let letters: Vec<usize> = text
            .char_indices()
            .map(|it| it.0)
            .chain([text.len()])
            .collect();
        // Of each place in the text: the words that may end there, with what all up to there costs.
        let mut ends: Vec<Vec<(Option<usize>, f64)>> = vec![Vec::new(); letters.len()];
        ends[0].push((None, 0.0));
        for from in 0..letters.len() - 1 {
            if ends[from].is_empty() {
                continue;
            }
            let before = std::mem::take(&mut ends[from]);
            let first = text[letters[from]..].chars().next().unwrap_or(' ');
            if !first.is_alphanumeric() {
                ends[from + 1].extend(before);
                continue;
            }
            let mut is_known = false;
            let most = (from + LONGEST).min(letters.len() - 1);
            for until in from + 1..=most {
                let (begin, end) = (letters[from], letters[until]);
                let Some(word) = word_between(&text, begin, end, &self.places) else {
                    continue;
                };
                is_known = true;
                let costs = before
                    .iter()
                    .map(|it| it.1 + self.cost(it.0, Some(word)) - EVERY_DAY);
                let least = costs.fold(f64::INFINITY, f64::min);
                ends[until].push((Some(word), least));
            }
            if !is_known {
                let least = before.iter().map(|it| it.1).fold(f64::INFINITY, f64::min);
                ends[from + 1].push((None, least + UNHEARD_OF));
            }
        }
        let last = ends.last().map_or(&[][..], Vec::as_slice);
        let costs = last.iter().map(|it| it.1 + self.cost(it.0, None));
        costs.fold(f64::INFINITY, f64::min).max(0.0)
    }

    /// How unusual it is that one word follows another; none stands for the beginning and for the end (natural logarithm).
    pub fn cost(&self, before: Option<usize>, word: Option<usize>) -> f64 {
        let of = |word: Option<usize>| word.map_or(&[EDGE][..], |it| &self.symbols[it]);
        let seen = of(before).iter().flat_map(|a| {
            of(word).iter().filter_map(|b| {
                let count = f64::from(*self.pairs.get(&(*a, *b))?);
                Some((f64::from(self.totals[a]) / count).ln())
            })
        });
        match seen.reduce(f64::min) {
            Some(seldom) => SEEN + SELDOM * seldom,
            None if of(word).is_empty() => UNHEARD_OF,
            None => UNSEEN,
        }
    }
}

/// The words and classes of a sentence, the longest that are known; none where none is.
fn symbols(
    sentence: &str,
    places: &HashMap<String, usize>,
    class: &dyn Fn(&str) -> Option<usize>,
) -> Vec<Option<usize>> {
    let mut symbols = Vec::new();
    let mut left = sentence;
    while let Some(first) = left.chars().next() {
        let (symbol, rest) =
            if let Some((name, rest)) = left.strip_prefix('{').and_then(|it| it.split_once('}')) {
                (class(name), rest)
            } else if !first.is_alphanumeric() {
                left = &left[first.len_utf8()..];
                continue;
            } else if let Some((word, length)) = longest(left, places) {
                (Some(word + 1), &left[length..])
            } else {
                let letters = left.find(|it: char| !it.is_ascii_alphabetic());
                let length = letters.filter(|it| *it > 0).unwrap_or(if first.is_ascii() {
                    left.len()
                } else {
                    first.len_utf8()
                });
                (None, &left[length..])
            };
        symbols.push(symbol);
        left = rest;
    }
    symbols
}

/// A known word between two places of a text, neither of which is inside of another word.
fn word_between(
    text: &str,
    from: usize,
    until: usize,
    places: &HashMap<String, usize>,
) -> Option<usize> {
    let word = places.get(&text[from..until])?;
    let inside = |at: usize| text[..at].ends_with(is_letter) && text[at..].starts_with(is_letter);
    (!inside(from) && !inside(until)).then_some(*word)
}

fn is_letter(it: char) -> bool {
    it.is_ascii_alphabetic() || it == '\''
}

/// The longest known word that a text begins with, and its length.
fn longest(text: &str, places: &HashMap<String, usize>) -> Option<(usize, usize)> {
    let mut ends: Vec<usize> = text.char_indices().skip(1).map(|it| it.0).collect();
    ends.push(text.len());
    let mut longest_first = ends.into_iter().rev();
    longest_first.find_map(|end| Some((word_between(text, 0, end, places)?, end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|it| (*it).to_owned()).collect()
    }

    fn spoken() -> Spoken {
        Spoken {
            words: list(&[
                "bring", "me", "the", "cup", "red cup", "get", "it", "ink", "from", "desk",
            ]),
            classes: vec![
                ("thing", list(&["cup", "red cup"])),
                ("place", list(&["desk"])),
            ],
            sentences: list(&[
                "get me the {thing}",
                "bring me the {thing} from the {place}, dear",
            ]),
            ..Spoken::default()
        }
    }

    #[test]
    fn what_people_say_costs_less_than_what_nobody_says() {
        let (spoken, of) = (spoken(), |word: &str| {
            spoken().words.iter().position(|it| it == word)
        });
        let usual = Usual::new(&spoken);
        let cost = |a: &str, b: &str| usual.cost(of(a), of(b));
        assert!(cost("get", "me") < cost("it", "me"));
        assert!(cost("the", "red cup") < cost("the", "ink"));
        assert_eq!(cost("the", "red cup"), cost("the", "cup"));
        assert!(cost("the", "cup") < cost("the", "desk"));
        assert!(usual.cost(None, of("get")) < usual.cost(None, of("the")));
        assert!(usual.cost(of("cup"), None) < usual.cost(of("from"), None));
    }

    #[test]
    fn sentences_of_chinese_need_no_spaces() {
        let spoken = Spoken {
            words: list(&["把", "八", "拿给我", "苹果"]),
            classes: vec![("thing", list(&["苹果"]))],
            sentences: list(&["请把{thing}拿给我。"]),
            ..Spoken::default()
        };
        let usual = Usual::new(&spoken);
        assert!(usual.cost(Some(0), Some(3)) < usual.cost(Some(1), Some(3)));
    }

    proptest! {
        #[test]
        fn any_sentence_is_taken(sentence in "\\PC{0,40}") {
            let usual = Usual::new(&Spoken { sentences: vec![sentence], ..spoken() });
            prop_assert!(usual.cost(None, Some(0)).is_finite());
        }
    }
}
