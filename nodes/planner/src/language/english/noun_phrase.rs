//! English noun phrases: determiners and adjectives, then nouns, then what narrows them.

use crate::ast::{self, ObjectRef, Pattern, PersonRef, PlaceRef, Quantity};
use crate::language::cursor::{Cursor, MAX_DEPTH};
use crate::language::frame::Phrase;
use crate::language::noun::{Parts, as_place, nearest};
use crate::language::sense::{Determiner, Noun, Pronoun, Role, Sense};

use super::looks::all_looks;

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
    let mut parts = Parts::default();
    let (content, end) = collect(cursor, start, &mut parts);
    parts.words = cursor.words(content, end);
    let is_person = matches!(parts.nouns.last(), Some((Noun::AnyPerson, _)));
    let end = if is_person && !parts.unknown {
        all_looks(cursor, end, &mut parts)
    } else {
        end
    };
    let phrase = parts.finish(cursor, Quantity::Any)?;
    Some(after_head(cursor, phrase, end, depth))
}

fn pronoun(cursor: &Cursor, at: usize) -> Option<(Phrase, usize)> {
    let pronoun = cursor.pronoun(at)?;
    // "that cup", "those", "this one": a determiner where a noun follows.
    let determines = cursor.determiner(at).is_some() && cursor.continues_noun(at + 1);
    if determines {
        return None;
    }
    let thing = |plural| {
        let words = cursor.words(at, at + 1);
        let noun = ast::Noun::Pronoun { plural };
        Phrase::Object(ObjectRef::new(noun, Quantity::The, words))
    };
    let phrase = match pronoun {
        Pronoun::It => thing(false),
        Pronoun::Them => thing(true),
        Pronoun::Person => Phrase::Person(PersonRef::Pronoun),
        Pronoun::Speaker => Phrase::Person(PersonRef::Speaker),
        Pronoun::Here => Phrase::Place(PlaceRef::Here),
        Pronoun::There => Phrase::Place(PlaceRef::There),
        Pronoun::Origin => Phrase::Place(PlaceRef::Origin),
    };
    // "them all", "it all"
    let all = cursor.determiner(at + 1) == Some(Determiner::All) && !cursor.continues_noun(at + 2);
    Some((phrase, at + 1 + usize::from(all)))
}

/// Determiners, modifiers and nouns; returns where the describing words begin and end.
fn collect(cursor: &Cursor, start: usize, parts: &mut Parts) -> (usize, usize) {
    let mut at = start;
    let mut content = start;
    loop {
        let fresh = parts.is_headless();
        let goes_on = cursor.continues_noun(at + 1);
        if fresh && cursor.has(at, &Sense::Measure) && cursor.role(at + 1) == Some(Role::Of) {
            at += 2;
            content = at;
        } else if let Some(determiner) = cursor
            .determiner(at)
            .filter(|_| fresh && cursor.noun(at).is_none_or(|_| goes_on))
        {
            parts.determiner.get_or_insert(determiner);
            at += 1;
            if cursor.role(at) == Some(Role::Of) {
                at += 1;
            }
            content = at;
        } else if let Some(number) = cursor
            .number(at)
            .filter(|_| fresh && (goes_on || cursor.noun(at).is_none()))
        {
            parts.number = Some(number);
            at += 1;
            if cursor.role(at) == Some(Role::Of) {
                at += 1;
                // "two of the cups": two, not all.
                if cursor.determiner(at).is_some() {
                    at += 1;
                }
            }
            content = at;
        } else if let Some(superlative) = cursor.superlative(at).filter(|_| {
            // "left over" is not "left".
            let clear = goes_on || parts.determiner.is_some() || !cursor.has(at, &Sense::Filler);
            fresh && clear && parts.superlative.is_none() && !cursor.words(at, at + 1).contains(' ')
        }) {
            parts.superlative = Some(superlative);
            at += 1;
            // "the biggest of the fruits", "the largest in size"
            if cursor.role(at) == Some(Role::Of) && cursor.relation(at).is_none() {
                at += 1;
                at += usize::from(cursor.determiner(at).is_some());
            }
        } else if let Some(colour) = cursor
            .colour(at)
            .filter(|_| fresh && (goes_on || cursor.noun(at).is_none()))
        {
            parts.colour = Some(colour);
            at += 1;
            if is_second_colour(cursor, at) {
                parts.pattern = Some(Pattern::TwoTone);
                at += 2;
            }
        } else if fresh && cursor.pattern(at).is_some() && (goes_on || parts.determiner.is_some()) {
            parts.pattern = cursor.pattern(at);
            at += 1;
        } else if fresh && cursor.state(at).is_some() && (goes_on || parts.determiner.is_some()) {
            parts.state = cursor.state(at);
            at += 1;
        } else if fresh && goes_on && (cursor.pose(at).is_some() || cursor.gesture(at).is_some()) {
            parts.looks.posture = parts.looks.posture.or(cursor.pose(at));
            parts.looks.gesture = parts.looks.gesture.or(cursor.gesture(at));
            at += 1;
        } else if fresh && goes_on && cursor.shape(at).is_some() {
            parts.shape = cursor.shape(at);
            at += 1;
        } else if fresh && is_ordinal(cursor, at) && goes_on {
            // "the second biggest apple" is no apple that can be told apart.
            parts.unknown = true;
            at += 1;
            at += usize::from(cursor.superlative(at).is_some());
        } else if fresh && cursor.has(at, &Sense::Adjective) && goes_on
            || cursor.words(at, at + 1) == "'s" && !fresh
        {
            at += 1;
        } else if let Some((noun, plural)) = cursor
            .noun(at)
            .filter(|_| is_noun_here(cursor, at, fresh, start))
        {
            if let (Noun::Room(room), true) = (&noun, noun_follows(cursor, at + 1)) {
                parts.room = Some(room.clone());
            } else {
                parts.nouns.push((noun, plural));
            }
            if cursor.determiner(at) == Some(Determiner::All) {
                parts.determiner = Some(Determiner::All);
            }
            at += 1;
        } else if cursor.is_unknown(at) || names_nothing(cursor, at, parts) {
            parts.unknown = true;
            at += 1;
        } else {
            return (content, at);
        }
    }
}

/// "the plate": a word that is known, but not as a thing, where only a thing can be.
fn names_nothing(cursor: &Cursor, at: usize, parts: &Parts) -> bool {
    let determined = parts.determiner.is_some() && parts.is_headless();
    let other = cursor.role(at).is_some()
        || cursor.relation(at).is_some()
        || cursor.is_separator(at)
        || cursor.has(at, &Sense::Filler)
        || cursor.has(at, &Sense::Unsupported)
        || cursor.pronoun(at).is_some()
        || cursor.colour(at).is_some()
        || cursor.superlative(at).is_some();
    determined && !cursor.is_end(at) && !other && cursor.noun(at).is_none()
}

/// "black and white bowl", but not "the red and the blue cup", nor "red and blue cups".
fn is_second_colour(cursor: &Cursor, and: usize) -> bool {
    // "black and white striped bowl"
    let noun = and + 2 + usize::from(cursor.pattern(and + 2).is_some());
    cursor.has(and, &Sense::And)
        && cursor.colour(and + 1).is_some()
        && cursor.noun(and + 1).is_none()
        && cursor.noun(noun).is_some_and(|(_, plural)| !plural)
}

fn is_ordinal(cursor: &Cursor, at: usize) -> bool {
    cursor
        .tokens
        .get(at)
        .is_some_and(|it| it.senses.iter().any(|it| matches!(it, Sense::Ordinal(_))))
}

fn noun_follows(cursor: &Cursor, at: usize) -> bool {
    let at = at + usize::from(cursor.words(at, at + 1) == "'s");
    cursor.is_unknown(at)
        || cursor
            .noun(at)
            .is_some_and(|(it, _)| !matches!(it, Noun::AnyPerson | Noun::Person(_) | Noun::Nowhere))
            && cursor.verb(at).is_none()
}

/// Whether a word that has a noun among its senses is one here.
fn is_noun_here(cursor: &Cursor, at: usize, fresh: bool, start: usize) -> bool {
    // After a noun, a word that may be a verb or a preposition is one ("the apple place it").
    let other = cursor.verb(at).is_some()
        || cursor.impossible(at).is_some()
        || cursor.has(at, &Sense::Filler)
        || cursor.role(at).is_some()
        || cursor.determiner(at).is_some()
        || cursor.pronoun(at).is_some();
    fresh || !other || start == at
}

/// What may follow a finished phrase and belongs to it: a place's room or neighbour.
fn after_head(cursor: &Cursor, phrase: Phrase, end: usize, depth: usize) -> (Phrase, usize) {
    let Phrase::Place(place) = &phrase else {
        return (phrase, end);
    };
    let at = cursor.skip_fillers(end);
    let role = cursor.role(at);
    let relation = cursor.relation(at);
    if relation.is_none() && !matches!(role, Some(Role::In | Role::At | Role::Of | Role::From)) {
        return (phrase, end);
    }
    let Some((other, after)) = noun_phrase(cursor, at + 1, depth + 1) else {
        return (phrase, end);
    };
    let narrowed = match as_place(&other) {
        Some(PlaceRef::Room(room)) => cursor.within(place, &room),
        Some(PlaceRef::Place(other)) => nearest(place, &other, cursor.home),
        _ => None,
    };
    match narrowed {
        Some(place) => (Phrase::Place(place), after),
        None => (phrase, end),
    }
}
