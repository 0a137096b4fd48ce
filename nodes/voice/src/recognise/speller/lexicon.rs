//! Known words as a tree of their units, and how they usually follow each other.

use super::units::units;
use super::usual::{Spoken, Usual};
use hearth_types::Language;

/// Where all words begin.
pub(super) const ROOT: usize = 0;

/// Known words of a language.
pub(super) struct Lexicon {
    pub(super) nodes: Vec<Node>,
    /// Words that have the same units, by their places in the list.
    alike: Vec<Vec<usize>>,
    words: Vec<String>,
    corrections: Vec<String>,
    usual: Usual,
    /// Whether a space stands between words.
    pub(super) is_spaced: bool,
}

/// A place in the tree.
#[derive(Default)]
pub(super) struct Node {
    /// By which one comes to it.
    pub unit: usize,
    /// Units that may follow, and the nodes that they lead to.
    pub after: Vec<(usize, usize)>,
    /// The words that end here, by their place in `alike`.
    pub word: Option<usize>,
}

impl Lexicon {
    /// Of a language's words and phrases; those that have no units are left out.
    pub fn new(spoken: &Spoken, language: Language) -> Self {
        let mut lexicon = Self {
            nodes: vec![Node::default()],
            alike: Vec::new(),
            words: spoken.words.clone(),
            corrections: spoken.corrections.clone(),
            usual: Usual::new(spoken),
            is_spaced: language == Language::En,
        };
        for (index, text) in spoken.words.iter().enumerate() {
            if let Some(units) = units(text) {
                lexicon.add(index, &units);
            }
        }
        lexicon
    }

    fn add(&mut self, index: usize, units: &[usize]) {
        let mut at = ROOT;
        for unit in units {
            let known = self.nodes[at].after.iter().find(|it| it.0 == *unit);
            at = if let Some((_, node)) = known {
                *node
            } else {
                let node = self.nodes.len();
                self.nodes.push(Node {
                    unit: *unit,
                    ..Node::default()
                });
                self.nodes[at].after.push((*unit, node));
                node
            };
        }
        let alike = &mut self.alike;
        let word = *self.nodes[at].word.get_or_insert_with(|| {
            alike.push(Vec::new());
            alike.len() - 1
        });
        self.alike[word].push(index);
    }

    /// Words by which somebody takes back what was said before.
    pub fn corrections(&self) -> &[String] {
        &self.corrections
    }

    /// How unusual a text is (natural logarithm).
    pub fn unusual(&self, text: &str) -> f64 {
        self.usual.of_text(text)
    }

    /// How unusual words of one sound are behind those of another, at least.
    pub(super) fn cost(&self, before: Option<usize>, word: Option<usize>) -> f64 {
        let all = |word: Option<usize>| -> Vec<Option<usize>> {
            word.map_or(vec![None], |it| {
                self.alike[it].iter().copied().map(Some).collect()
            })
        };
        let after = all(word);
        let each = all(before).into_iter().flat_map(|a| {
            let usual = &self.usual;
            after.iter().map(move |b| usual.cost(a, *b))
        });
        each.fold(f64::INFINITY, f64::min)
    }

    /// Of words that sound alike those that usually follow each other.
    pub(super) fn text(&self, sounds: &[usize]) -> String {
        let mut ways: Vec<(f64, Vec<usize>)> = vec![(0.0, Vec::new())];
        for sound in sounds {
            let best = |word: &usize| {
                let with = |(cost, before): &(f64, Vec<usize>)| {
                    let cost = cost + self.usual.cost(before.last().copied(), Some(*word));
                    (cost, [before.as_slice(), &[*word]].concat())
                };
                let ways = ways.iter().map(with);
                ways.min_by(|a, b| a.0.total_cmp(&b.0))
            };
            ways = self.alike[*sound].iter().filter_map(best).collect();
        }
        let best = ways.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
        let words = best.map_or(Vec::new(), |it| it.1);
        let words: Vec<&str> = words.iter().map(|it| self.words[*it].as_str()).collect();
        words.join(if self.is_spaced { " " } else { "" })
    }
}
