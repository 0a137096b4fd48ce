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
        parts.looks = std::mem::take(&mut parts.looks).or(looks);
        end = next;
    }
}

/// "who is", "and", "currently"
fn is_link(cursor: &Cursor, at: usize) -> bool {
    let acts = cursor.pose(at).is_some()
        || cursor.gesture(at).is_some()
        || cursor.detail(at).is_some()
        || cursor.has(at, &Sense::Doing);
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
    let known = cursor.detail(at).map(|it| (it, at + 1));
    let detail = known
        .or_else(|| cursor.has(at, &Sense::Doing).then(|| rest(cursor, at)))
        .map(|(detail, end)| {
            let looks = Looks {
                detail: Some(detail),
                ..Looks::default()
            };
            (looks, end)
        });
    detail
        .or_else(|| clothes(cursor, at))
        .or_else(|| otherwise(cursor, at))
}

/// "wearing a hat", "with long hair", "in a striped shirt": as it is said.
fn otherwise(cursor: &Cursor, at: usize) -> Option<(Looks, usize)> {
    let worn = cursor.has(at, &Sense::Wearing);
    let links = worn || matches!(cursor.role(at), Some(Role::With | Role::In));
    let (detail, end) = rest(cursor, at);
    let last = cursor.noun(end.checked_sub(1)?);
    let says = match last {
        Some((Noun::Clothes | Noun::Trousers, _)) => true,
        Some((Noun::Described(_), _)) => worn || cursor.role(at) == Some(Role::With),
        None => worn || cursor.role(at) == Some(Role::With) && cursor.is_unknown(end - 1),
        Some(_) => false,
    };
    let looks = Looks {
        detail: Some(detail.trim_start_matches("who is ").to_owned()),
        ..Looks::default()
    };
    (links && says && end > at + 1).then_some((looks, end))
}

/// The words from here to what is no part of a description, and where they end.
pub(super) fn rest(cursor: &Cursor, at: usize) -> (String, usize) {
    let ends = |at: usize| {
        let role = cursor
            .role(at)
            .is_some_and(|it| it != Role::Of && it != Role::With);
        let verb = cursor.verb(at).is_some() && !cursor.starts_noun(at);
        cursor.is_end(at)
            || cursor.is_separator(at)
            || role
            || verb
            || cursor.has(at, &Sense::Wearing)
            || cursor.has(at, &Sense::Be)
            || matches!(cursor.noun(at), Some((Noun::Room(_) | Noun::Places(_), _)))
            || cursor.relation(at).is_some()
            || cursor.pose(at).is_some()
            || cursor.gesture(at).is_some()
            || cursor.has(at, &Sense::Filler) && !cursor.starts_noun(at)
    };
    let mut end = at + 1;
    while !ends(end) {
        end += 1;
    }
    (cursor.words(at, end).to_lowercase(), end)
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
        // "in the orange box", "with the red hat": the colour is of that.
        Some(_) if !cursor.is_separator(at) => return None,
        _ => (Some(colour), None, at),
    };
    let looks = Looks {
        shirt,
        trousers,
        ..Looks::default()
    };
    Some((looks, next))
}
