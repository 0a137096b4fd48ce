//! What English says of people: "in the red shirt", "sitting", "raising her left arm".

use crate::ast::Looks;
use crate::language::cursor::Cursor;
use crate::language::noun::Parts;
use crate::language::sense::{Noun, Role, Sense};

/// All that is said of a person after the noun; returns where it ends.
pub(super) fn all_looks(cursor: &Cursor, mut end: usize, parts: &mut Parts) -> usize {
    loop {
        let mut at = end;
        while is_link(cursor, at) {
            at += 1;
        }
        let Some((looks, next)) = looks(cursor, at) else {
            return end;
        };
        parts.looks = parts.looks.or(looks);
        end = next;
    }
}

/// "who is", "and", "currently"
fn is_link(cursor: &Cursor, at: usize) -> bool {
    let acts = cursor.pose(at).is_some() || cursor.gesture(at).is_some();
    !acts && (cursor.has(at, &Sense::Filler) || cursor.has(at, &Sense::And))
}

/// One thing that is said of a person, and where it ends.
pub(super) fn looks(cursor: &Cursor, at: usize) -> Option<(Looks, usize)> {
    if let gesture @ Some(_) = cursor.gesture(at) {
        let looks = Looks {
            gesture,
            ..Looks::default()
        };
        return Some((looks, at + 1));
    }
    if let posture @ Some(_) = cursor.pose(at) {
        let looks = Looks {
            posture,
            ..Looks::default()
        };
        return Some((looks, after_floor(cursor, at + 1)));
    }
    clothes(cursor, at)
}

/// "on the floor": where people lie, if nothing else is said.
fn after_floor(cursor: &Cursor, at: usize) -> usize {
    let mut end = at;
    while matches!(cursor.role(end), Some(Role::On | Role::In | Role::At)) {
        end += 1;
    }
    if end == at {
        return at;
    }
    end += usize::from(cursor.determiner(end).is_some());
    if cursor.has(end, &Sense::Floor) {
        end + 1
    } else {
        at
    }
}

/// "in the red shirt", "wearing blue", "with a green sweater".
fn clothes(cursor: &Cursor, start: usize) -> Option<(Looks, usize)> {
    let links = cursor.has(start, &Sense::Wearing)
        || matches!(cursor.role(start), Some(Role::In | Role::With));
    if !links {
        return None;
    }
    let mut at = start + 1;
    while cursor.determiner(at).is_some() || cursor.has(at, &Sense::Wearing) {
        at += 1;
    }
    let colour = cursor.colour(at)?;
    at += 1;
    while cursor.has(at, &Sense::Adjective) {
        at += 1;
    }
    let (shirt, trousers, next) = match cursor.noun(at) {
        Some((Noun::Trousers, _)) => (None, Some(colour), at + 1),
        Some((Noun::Clothes, _)) => (Some(colour), None, at + 1),
        // "in the orange box": the colour is of a thing, and so is the preposition.
        Some(_) if cursor.role(start) == Some(Role::In) && !cursor.is_separator(at) => {
            return None;
        }
        _ => (Some(colour), None, at),
    };
    let looks = Looks {
        shirt,
        trousers,
        ..Looks::default()
    };
    Some((looks, next))
}
