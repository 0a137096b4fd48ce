//! Taking, bringing, giving, putting.

use super::{Missing, Trouble, brings, go, recipient, with_place};
use crate::ast::{Command, Impossible, ObjectRef, PersonRef, PlaceRef};
use crate::language::frame::{Frame, Link};
use crate::language::sense::{Role, Verb};
use crate::language::slots::Slots;

pub(super) fn carry(
    verb: Verb,
    frame: &Frame,
    slots: &Slots,
    implied: &mut bool,
) -> Result<Vec<Command>, Trouble> {
    if let Some(refused) = too_heavy(verb, frame, slots) {
        return Ok(vec![refused]);
    }
    if slots.things.is_empty() {
        // "get to the kitchen"
        let goes = matches!(verb, Verb::Fetch) && !slots.goals.is_empty();
        if goes {
            return go(Verb::Go, frame, slots);
        }
        return Err(Trouble::Missing(Missing::Object));
    }
    let recipient = recipient(slots);
    let goal = slots.goals.last();
    match (goal, &recipient) {
        (Some(PlaceRef::Here), None) => return Ok(brings(&slots.things, &PersonRef::Speaker)),
        (Some(goal), None | Some(PersonRef::Speaker)) => return Ok(puts(&slots.things, goal)),
        _ => {}
    }
    match (verb, recipient) {
        // "to the office, to Mei": that is where she is.
        (_, Some(to)) => Ok(brings(&slots.things, &with_place(&to, goal))),
        (Verb::Take, None) if !frame.benefit => Ok(slots
            .things
            .iter()
            .cloned()
            .map(|what| Command::Take { what })
            .collect()),
        (Verb::Give, None) if !frame.benefit => Err(Trouble::Missing(Missing::Person)),
        (_, None) => {
            *implied = matches!(verb, Verb::Fetch | Verb::Take);
            Ok(brings(&slots.things, &PersonRef::Speaker))
        }
    }
}

/// Furniture and people are not carried, and nothing is taken out of somebody's hand.
fn too_heavy(verb: Verb, frame: &Frame, slots: &Slots) -> Option<Command> {
    let refuse = |why| {
        Some(Command::Impossible {
            why,
            words: frame.words.clone(),
        })
    };
    if verb == Verb::Want {
        return None;
    }
    if !slots.handled.is_empty() && slots.things.is_empty() {
        return refuse(Impossible::Weight);
    }
    if slots.from_person {
        return refuse(Impossible::Skill);
    }
    let whom = slots
        .persons
        .iter()
        .any(|(link, _)| *link == Link::Bare || *link == Link::Role(Role::Object));
    let guides = slots.things.is_empty() && whom && !slots.goals.is_empty();
    if guides {
        return refuse(Impossible::Skill);
    }
    None
}

pub(super) fn puts(things: &[ObjectRef], on: &PlaceRef) -> Vec<Command> {
    let each = things.iter().cloned();
    each.map(|what| Command::Put {
        what,
        on: on.clone(),
    })
    .collect()
}

pub(super) fn put(frame: &Frame, slots: &Slots) -> Result<Vec<Command>, Trouble> {
    if let Some(refused) = too_heavy(Verb::Put, frame, slots) {
        return Ok(vec![refused]);
    }
    if slots.things.is_empty() {
        return Err(Trouble::Missing(Missing::Object));
    }
    if let Some(goal) = slots.goals.last() {
        return Ok(puts(&slots.things, goal));
    }
    if let Some(to) = recipient(slots) {
        return Ok(brings(&slots.things, &to));
    }
    if frame.back {
        return Ok(puts(&slots.things, &PlaceRef::Origin));
    }
    let down = slots.things.iter().all(ObjectRef::is_pronoun);
    if down {
        return Ok(puts(&slots.things, &PlaceRef::Here));
    }
    Err(Trouble::Missing(Missing::Place))
}
