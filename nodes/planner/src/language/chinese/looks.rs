//! What Chinese says of people: 穿红衣服, 坐着, 举着左手.

use crate::ast::Looks;
use crate::language::cursor::Cursor;
use crate::language::sense::{Noun, Role, Sense};

/// One thing that is said of a person, and where it ends (before 的).
pub(super) fn looks(cursor: &Cursor, start: usize) -> Option<(Looks, usize)> {
    // 在挥手, 正在挥手
    let progressive = cursor.role(start) == Some(Role::On)
        || cursor.has(start, &Sense::Filler) && cursor.pose(start).is_none();
    let at = start + usize::from(progressive);
    if let gesture @ Some(_) = cursor.gesture(at) {
        let looks = Looks {
            gesture,
            ..Looks::default()
        };
        return Some((looks, after_aspect(cursor, at + 1)));
    }
    if let posture @ Some(_) = cursor.pose(at) {
        let looks = Looks {
            posture,
            ..Looks::default()
        };
        return Some((looks, after_floor(cursor, at + 1)));
    }
    if let detail @ Some(_) = cursor.detail(at) {
        let looks = Looks {
            detail,
            ..Looks::default()
        };
        return Some((looks, after_aspect(cursor, at + 1)));
    }
    clothes(cursor, at)
}

/// 着, 了
fn after_aspect(cursor: &Cursor, mut at: usize) -> usize {
    while matches!(cursor.words(at, at + 1).as_str(), "着" | "了") {
        at += 1;
    }
    at
}

/// 在地上: where people lie, if nothing else is said.
fn after_floor(cursor: &Cursor, at: usize) -> usize {
    let at = after_aspect(cursor, at);
    let on = at + usize::from(cursor.role(at) == Some(Role::On));
    if cursor.has(on, &Sense::Floor) {
        on + 1
    } else {
        at
    }
}

/// 穿红色衣服, 穿着蓝裤子
fn clothes(cursor: &Cursor, start: usize) -> Option<(Looks, usize)> {
    if !cursor.has(start, &Sense::Wearing) {
        return None;
    }
    let mut at = after_aspect(cursor, start + 1);
    let colour = cursor.colour(at)?;
    at += 1;
    let linked = at + usize::from(cursor.has(at, &Sense::Linker));
    let (shirt, trousers, end) = match cursor.noun(linked) {
        Some((Noun::Clothes, _)) => (Some(colour), None, linked + 1),
        Some((Noun::Trousers, _)) => (None, Some(colour), linked + 1),
        _ => (Some(colour), None, at),
    };
    let looks = Looks {
        shirt,
        trousers,
        ..Looks::default()
    };
    Some((looks, end))
}
