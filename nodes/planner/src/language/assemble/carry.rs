//! Taking, bringing, giving, putting.

use super::{Missing, Trouble, brings, go, recipients, with_place};
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
    let to = recipients(slots);
    let speaker = [PersonRef::Speaker];
    let goal = slots.goals.last();
    match goal {
        Some(PlaceRef::Here) if to.is_empty() => return Ok(brings(&slots.things, &speaker)),
        Some(goal) if to.is_empty() || to == speaker => return Ok(puts(&slots.things, goal)),
        _ => {}
    }
    if !to.is_empty() {
        // "to the office, to Mei": that is where she is.
        let to: Vec<PersonRef> = to.iter().map(|it| with_place(it, goal)).collect();
        return Ok(brings(&slots.things, &to));
    }
    match verb {
        Verb::Take if !frame.benefit => Ok(takes(&slots.things)),
        Verb::Grasp => Ok(takes(&slots.things)),
        Verb::Give if !frame.benefit => Err(Trouble::Missing(Missing::Person)),
        _ => {
            *implied = matches!(verb, Verb::Fetch | Verb::Take);
            Ok(brings(&slots.things, &speaker))
        }
    }
}

fn takes(things: &[ObjectRef]) -> Vec<Command> {
    let each = things.iter().cloned();
    each.map(|what| Command::Take { what }).collect()
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
    let to = recipients(slots);
    if !to.is_empty() {
        return Ok(brings(&slots.things, &to));
    }
    if frame.back {
        return Ok(puts(&slots.things, &PlaceRef::Origin));
    }
    let down = frame.down || slots.things.iter().all(ObjectRef::is_pronoun);
    if down {
        return Ok(puts(&slots.things, &PlaceRef::Here));
    }
    Err(Trouble::Missing(Missing::Place))
}
