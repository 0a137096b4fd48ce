//! What a noun phrase amounts to once its parts are known; shared by both grammars.

use super::cursor::Cursor;
use super::frame::Phrase;
use super::sense::{Determiner, Noun};
use crate::ast::{
    self, Looks, ObjectRef, Pattern, PersonRef, PlaceRef, Quantity, Relation, State, Superlative,
};
use hearth_types::{BasicColour, Home, Posture, ShapeCue};

/// The parts of a noun phrase, as a grammar collects them.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub determiner: Option<Determiner>,
    /// 个 without a number: "some".
    pub measured: bool,
    pub number: Option<u32>,
    pub colour: Option<BasicColour>,
    pub superlative: Option<Superlative>,
    pub pattern: Option<Pattern>,
    /// "with red dots", in English
    pub detail: Option<String>,
    pub state: Option<State>,
    pub shape: Option<ShapeCue>,
    /// Known nouns in order, with whether they are plural.
    pub nouns: Vec<(Noun, bool)>,
    /// Whether a word among the nouns names nothing.
    pub unknown: bool,
    /// A room that narrows the place ("the kitchen table").
    pub room: Option<String>,
    pub relation: Option<(Relation, Box<ObjectRef>)>,
    pub at: Option<PlaceRef>,
    /// What was said of a person.
    pub looks: Looks,
    /// The words that describe, without determiner and number.
    pub words: String,
}

impl Parts {
    pub fn is_headless(&self) -> bool {
        self.nouns.is_empty() && !self.unknown
    }

    /// Whether anything was said that picks out a thing.
    pub fn says_something(&self) -> bool {
        !self.is_headless()
            || self.superlative.is_some()
            || self.colour.is_some()
            || self.pattern.is_some()
            || self.state.is_some()
            || self.shape.is_some()
            || self.relation.is_some()
            || self.at.is_some()
            || self.number.is_some()
    }

    fn quantity(&self, plural: bool, bare: Quantity) -> Quantity {
        match (self.number, self.determiner) {
            (Some(1), Some(Determiner::The)) => Quantity::The,
            (Some(1), _) => Quantity::Any,
            (Some(n), _) => Quantity::Exactly(n),
            (None, Some(Determiner::All)) => Quantity::All,
            (None, Some(Determiner::The)) if plural => Quantity::All,
            (None, Some(Determiner::The)) => Quantity::The,
            _ if self.superlative.is_some() => Quantity::The,
            (None, Some(Determiner::Any)) => Quantity::Any,
            (None, None) if self.measured => Quantity::Any,
            (None, None) => bare,
        }
    }

    fn object(&self, noun: ast::Noun, plural: bool, bare: Quantity) -> ObjectRef {
        ObjectRef {
            noun,
            colour: self.colour,
            pattern: self.pattern,
            // "the lying bottle"
            state: self.state.or(match self.looks.posture {
                Some(Posture::Lying) => Some(State::Lying),
                _ => None,
            }),
            detail: self.detail.clone(),
            superlative: self.superlative,
            quantity: self.quantity(plural, bare),
            relation: self.relation.clone(),
            at: self.at.clone(),
            words: self.words.clone(),
        }
    }

    /// The phrase. `bare` is the quantity of a noun with no determiner.
    pub fn finish(self, cursor: &Cursor, bare: Quantity) -> Option<Phrase> {
        if !self.says_something() {
            return None;
        }
        let determined = self.determiner.is_some();
        if self.unknown {
            let noun = ast::Noun::Unknown(self.words.clone());
            let object = self.object(noun, false, bare);
            return Some(Phrase::Unknown { object, determined });
        }
        let Some((head, plural)) = self.nouns.last().cloned() else {
            let noun = self.shape.map_or(ast::Noun::Anything, ast::Noun::Shape);
            return Some(Phrase::Object(self.object(noun, false, Quantity::The)));
        };
        let noun = match self.item_of(&head, cursor.home).unwrap_or(head) {
            Noun::Kind(id) => ast::Noun::Kind(id),
            Noun::Category(id) => ast::Noun::Category(id),
            Noun::Item(id) => ast::Noun::Item(id),
            Noun::OneOf(nouns) => ast::Noun::OneOf(nouns),
            Noun::Shape(shape) => ast::Noun::Shape(shape),
            Noun::Thing => self.shape.map_or(ast::Noun::Anything, ast::Noun::Shape),
            Noun::Described(name) => ast::Noun::Described(name),
            Noun::Clothes | Noun::Trousers => match self.nouns.first().cloned() {
                // "Anna's shirt": what Anna wears.
                Some((Noun::Person(id), _)) => {
                    return Some(Phrase::Person(PersonRef::Named { id, at: self.at }));
                }
                Some((Noun::AnyPerson, _)) => {
                    let (at, looks) = (self.at, self.looks);
                    return Some(Phrase::Person(PersonRef::Anyone { at, looks }));
                }
                _ => ast::Noun::Unknown(self.words.clone()),
            },
            Noun::Nowhere => return Some(Phrase::Nowhere(self.words)),
            Noun::Room(id) => return Some(Phrase::Place(PlaceRef::Room(id))),
            Noun::Places(ids) => return Some(Phrase::Place(self.place(ids, cursor))),
            Noun::Person(id) => {
                return Some(Phrase::Person(PersonRef::Named { id, at: self.at }));
            }
            Noun::AnyPerson => {
                let shirt = self.looks.shirt.or(self.colour);
                let (at, looks) = (
                    self.at,
                    Looks {
                        shirt,
                        ..self.looks
                    },
                );
                return Some(Phrase::Person(PersonRef::Anyone { at, looks }));
            }
        };
        let mut object = self.object(noun, plural, bare);
        // "the kitchen apple": a room before a thing is where it is.
        if object.at.is_none() {
            object.at = self.room.map(PlaceRef::Room);
        }
        Some(Phrase::Object(object))
    }

    /// "the corn flakes box": the item before its kind's name says which.
    fn item_of(&self, head: &Noun, home: &Home) -> Option<Noun> {
        let is_kind = |kind: &str| match head {
            Noun::Kind(id) => id == kind,
            Noun::OneOf(nouns) => nouns
                .iter()
                .any(|it| matches!(it, ast::Noun::Kind(id) if id == kind)),
            _ => false,
        };
        let before = self.nouns.split_last()?.1;
        before.iter().rev().map(|it| &it.0).find_map(|noun| {
            let Noun::Item(id) = noun else { return None };
            home.item(id)
                .is_some_and(|item| is_kind(&item.kind))
                .then(|| noun.clone())
        })
    }

    fn place(&self, ids: Vec<String>, cursor: &Cursor) -> PlaceRef {
        let place = place_of(ids);
        let Some(room) = &self.room else { return place };
        // "the kitchen sofa", where there is none.
        cursor
            .within(&place, room)
            .unwrap_or_else(|| PlaceRef::Unknown(self.words.clone()))
    }
}

/// One place, or one of several.
pub(super) fn place_of(mut ids: Vec<String>) -> PlaceRef {
    match ids.len() {
        1 => PlaceRef::Place(ids.remove(0)),
        _ => PlaceRef::AnyOf(ids),
    }
}

/// Those of the places that are in the room, if any is.
pub(super) fn within(place: &PlaceRef, room: &str, home: &Home) -> Option<PlaceRef> {
    let ids = match place {
        PlaceRef::Place(id) => std::slice::from_ref(id),
        PlaceRef::AnyOf(ids) => ids.as_slice(),
        _ => return None,
    };
    let inside: Vec<String> = ids
        .iter()
        .filter(|id| home.place(id).is_some_and(|it| it.room == room))
        .cloned()
        .collect();
    (!inside.is_empty()).then(|| place_of(inside))
}

/// The one of the places that is nearest to another ("the table next to the sofa").
pub(super) fn nearest(place: &PlaceRef, other: &str, home: &Home) -> Option<PlaceRef> {
    let PlaceRef::AnyOf(ids) = place else {
        return None;
    };
    let other = home.place(other)?.footprint;
    ids.iter()
        .filter_map(|id| home.place(id))
        .map(|it| (other.distance_m(&it.footprint.centre_in_map.point()), it))
        .filter(|(distance_m, _)| distance_m.is_finite())
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, it)| PlaceRef::Place(it.names.id.clone()))
}

/// An unknown phrase as the place that it must be.
pub(super) fn as_place(phrase: &Phrase) -> Option<PlaceRef> {
    match phrase {
        Phrase::Place(place) => Some(place.clone()),
        Phrase::Unknown { object, .. } => Some(PlaceRef::Unknown(object.words.clone())),
        _ => None,
    }
}

impl Cursor<'_> {
    /// Whether the token may be part of a description (and is not the start of something else).
    pub fn continues_noun(&self, at: usize) -> bool {
        self.noun(at).is_some()
            || self.is_unknown(at)
            || self.colour(at).is_some()
            || self.superlative(at).is_some()
            || self.pattern(at).is_some()
            || self.state(at).is_some()
            || self.gesture(at).is_some()
            || self.has(at, &super::sense::Sense::Adjective)
            || self.number(at).is_some()
    }
}
