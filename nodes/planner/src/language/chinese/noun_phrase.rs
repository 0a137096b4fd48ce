//! Chinese noun phrases: what describes comes first, linked by 的, and the head last.

use super::builder::Builder;
use crate::ast::{self, ObjectRef, PersonRef, PlaceRef, Quantity, Relation};
use crate::language::cursor::{Cursor, MAX_DEPTH};
use crate::language::frame::Phrase;
use crate::language::sense::{Pronoun, Role, Sense};

/// The noun phrase that starts here, and where it ends.
pub(in crate::language) fn noun_phrase(
    cursor: &Cursor,
    start: usize,
    depth: usize,
) -> Option<(Phrase, usize)> {
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(found) = pronoun(cursor, start) {
        return Some(found);
    }
    if let Some(category) = cursor.wish(start) {
        let noun = ast::Noun::Category(category);
        let words = cursor.words(start, start + 1);
        let object = ObjectRef::new(noun, Quantity::Any, words);
        return Some((Phrase::Object(object), start + 1));
    }
    if let Some(found) = located(cursor, start, depth) {
        return Some(found);
    }
    let mut builder = Builder::new(cursor, start, depth);
    while builder.step() {}
    builder.finish(start)
}

/// 坐在沙发上的人, 在书桌上的苹果
fn located(cursor: &Cursor, start: usize, depth: usize) -> Option<(Phrase, usize)> {
    let at = start + usize::from(cursor.has(start, &Sense::Posture));
    if cursor.role(at) != Some(Role::On) {
        return None;
    }
    let (mut phrase, end) = noun_phrase(cursor, at + 1, depth + 1)?;
    if let Phrase::Person(PersonRef::Anyone { looks, .. }) = &mut phrase {
        looks.posture = looks.posture.or(cursor.pose(start));
    }
    is_placed(&phrase).then_some((phrase, end))
}

/// Whether the phrase says where its thing or person is.
pub(super) fn is_placed(phrase: &Phrase) -> bool {
    matches!(
        phrase,
        Phrase::Object(ObjectRef { at: Some(_), .. })
            | Phrase::Person(
                PersonRef::Anyone { at: Some(_), .. } | PersonRef::Named { at: Some(_), .. }
            )
    )
}

fn pronoun(cursor: &Cursor, at: usize) -> Option<(Phrase, usize)> {
    let pronoun = cursor.pronoun(at)?;
    let determines = cursor.determiner(at).is_some()
        && (cursor.continues_noun(at + 1) || cursor.has(at + 1, &Sense::Measure));
    if determines {
        return None;
    }
    let thing = |plural| {
        let words = cursor.words(at, at + 1);
        let noun = ast::Noun::Pronoun { plural };
        Phrase::Object(ObjectRef::new(noun, Quantity::The, words))
    };
    let mut end = at + 1;
    let phrase = match pronoun {
        Pronoun::It => thing(false),
        Pronoun::Them => thing(true),
        Pronoun::Person => Phrase::Person(PersonRef::Pronoun),
        Pronoun::Speaker => Phrase::Person(PersonRef::Speaker),
        Pronoun::Here => Phrase::Place(PlaceRef::Here),
        Pronoun::There => Phrase::Place(PlaceRef::There),
        Pronoun::Origin => Phrase::Place(PlaceRef::Origin),
    };
    let is_person = matches!(phrase, Phrase::Person(_));
    while is_person && (cursor.localizer(end).is_some() || cursor.has(end, &Sense::Linker)) {
        end += 1;
    }
    Some((phrase, end))
}

/// 水果里最大的: the biggest of the fruits, not what is in them.
pub(super) fn among(object: &mut ObjectRef) {
    let of_category = matches!(
        &object.relation,
        Some((Relation::Inside, other)) if matches!(other.noun, ast::Noun::Category(_))
    );
    if of_category
        && object.noun == ast::Noun::Anything
        && let Some((_, other)) = object.relation.take()
    {
        object.noun = other.noun;
    }
}

pub(super) fn trim_links(words: &str) -> String {
    words.trim_matches('的').to_owned()
}
