//! Looking at tokens, and what both grammars ask of them.

use super::lexicon::{colour_of, shape_of};
use super::noun;
use super::sense::{Ask, Determiner, Localizer, Noun, Pronoun, Role, Sense, Verb};
use super::text::Token;
use crate::ast::{
    Control, Courtesy, Gesture, Impossible, Pattern, PlaceRef, Relation, State, Superlative,
};
use hearth_types::{BasicColour, Home, Posture, ShapeCue};

/// The most nested descriptions that are followed ("… next to the bowl next to …").
pub(super) const MAX_DEPTH: usize = 6;

/// The tokens of an utterance, and the home that its names mean.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub tokens: &'a [Token],
    pub home: &'a Home,
    /// Places of a shared name, and those that a looser use of it covers.
    pub looser_places: &'a [(Vec<String>, Vec<String>)],
}

macro_rules! senses {
    ($(#[$doc:meta] $name:ident: $variant:ident -> $type:ty;)*) => {
        $(#[$doc]
        pub fn $name(&self, at: usize) -> Option<$type> {
            self.find(at, |it| match it {
                Sense::$variant(it) => Some(*it),
                _ => None,
            })
        })*
    };
}

impl Cursor<'_> {
    senses! {
        /// The class of verb.
        verb: Verb -> Verb;
        /// The role.
        role: Role -> Role;
        /// The spatial relation.
        relation: Relation -> Relation;
        /// 上, 里
        localizer: Localizer -> Localizer;
        /// "biggest"
        superlative: Superlative -> Superlative;
        /// "striped"
        pattern: Pattern -> Pattern;
        /// "dots"
        pattern_part: PatternPart -> Pattern;
        /// "empty"
        state: State -> State;
        /// "sitting"
        pose: Pose -> Posture;
        /// "waving"
        gesture: Gesture -> Gesture;
        /// "the"
        determiner: Determiner -> Determiner;
        /// "it"
        pronoun: Pronoun -> Pronoun;
        /// "what"
        ask: Ask -> Ask;
        /// "two"
        number: Number -> u32;
        /// "stop"
        order: Order -> Control;
        /// "hello"
        courtesy: Courtesy -> Courtesy;
        /// "climb"
        impossible: Impossible -> Impossible;
    }

    fn find<T>(&self, at: usize, pick: impl Fn(&Sense) -> Option<T>) -> Option<T> {
        self.tokens.get(at)?.senses.iter().find_map(pick)
    }

    pub fn has(&self, at: usize, sense: &Sense) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.senses.contains(sense))
    }

    pub fn is_end(&self, at: usize) -> bool {
        at >= self.tokens.len()
    }

    pub fn is_unknown(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|it| it.senses.is_empty())
    }

    pub fn colour(&self, at: usize) -> Option<BasicColour> {
        colour_of(&self.tokens.get(at)?.senses)
    }

    pub fn shape(&self, at: usize) -> Option<ShapeCue> {
        shape_of(&self.tokens.get(at)?.senses)
    }

    /// The noun that matters most: what the home names comes first.
    pub fn noun(&self, at: usize) -> Option<(Noun, bool)> {
        self.find(at, |it| match it {
            Sense::Noun { noun, plural } => Some((noun.clone(), *plural)),
            _ => None,
        })
    }

    /// "wearing a hat", in English
    pub fn detail(&self, at: usize) -> Option<String> {
        self.find(at, |it| match it {
            Sense::Detail(detail) => Some(detail.clone()),
            _ => None,
        })
    }

    pub fn wish(&self, at: usize) -> Option<String> {
        self.find(at, |it| match it {
            Sense::Wish(category) => Some(category.clone()),
            _ => None,
        })
    }

    pub fn is_separator(&self, at: usize) -> bool {
        [
            Sense::And,
            Sense::Then,
            Sense::Or,
            Sense::Comma,
            Sense::Period,
        ]
        .iter()
        .any(|it| self.has(at, it))
    }

    /// The first token at or after `at` that is not mere politeness.
    pub fn skip_fillers(&self, mut at: usize) -> usize {
        while self.is_mere_filler(at) {
            at += 1;
        }
        at
    }

    /// Whether the token can be nothing but politeness and the like.
    fn is_mere_filler(&self, at: usize) -> bool {
        self.has(at, &Sense::Filler)
            && !self.starts_noun(at)
            && self.verb(at).is_none()
            && self.ask(at).is_none()
            && self.courtesy(at).is_none()
            && self.role(at).is_none()
    }

    /// The first token at or after `at` that is neither a separator nor a filler.
    pub fn skip_separators(&self, mut at: usize) -> usize {
        while self.is_separator(at) || self.is_mere_filler(at) {
            at += 1;
        }
        at
    }

    pub fn starts_noun(&self, at: usize) -> bool {
        self.noun(at).is_some()
    }

    /// Those of the places that are in the room; "the office table" is the desk.
    pub fn within(&self, place: &PlaceRef, room: &str) -> Option<PlaceRef> {
        noun::within(place, room, self.home).or_else(|| {
            let PlaceRef::AnyOf(ids) = place else {
                return None;
            };
            self.looser_places
                .iter()
                .filter(|(exact, _)| exact == ids)
                .find_map(|(_, all)| noun::within(&PlaceRef::AnyOf(all.clone()), room, self.home))
        })
    }

    /// Tokens `from..to` as they were said.
    pub fn words(&self, from: usize, to: usize) -> String {
        let mut words = String::new();
        let tokens = self.tokens.get(from..to.min(self.tokens.len()));
        for (i, token) in tokens.unwrap_or_default().iter().enumerate() {
            let glued = token.is_cjk || i == 0 || self.tokens[from + i - 1].is_cjk;
            if !glued && token.surface != "'s" {
                words.push(' ');
            }
            words.push_str(&token.surface);
        }
        words
    }
}
