//! Questions.

use super::{Trouble, with_place};
use crate::ast::{Aspect, Command, Looks, Noun, ObjectRef, PersonRef, PlaceRef, Quantity};
use crate::language::frame::Frame;
use crate::language::sense::Ask;
use crate::language::slots::Slots;

pub(super) fn question(frame: &Frame, slots: &Slots) -> Result<Vec<Command>, Trouble> {
    let site = slots.sites.first().or(slots.goals.first()).cloned();
    // "what are they doing"
    let they = matches!(
        frame.ask,
        Some(Ask::Clothes | Ask::Activity | Ask::Posture | Ask::Gesture)
    ) && slots.things.iter().any(ObjectRef::is_pronoun);
    let people = || -> Vec<PersonRef> {
        if they {
            return vec![PersonRef::Pronoun];
        }
        slots
            .persons
            .iter()
            .filter(|(_, it)| !matches!(it, PersonRef::Speaker))
            .map(|(_, it)| with_place(it, site.as_ref()))
            .collect()
    };
    let found: Vec<Command> = match frame.ask {
        Some(Ask::Who) => {
            let anyone = PersonRef::Anyone {
                at: site.clone(),
                looks: Looks::default(),
            };
            vec![who(people().pop().unwrap_or(anyone), &frame.looks)]
        }
        Some(Ask::Colour) if slots.things.is_empty() => describe_people(people(), Aspect::Clothes),
        Some(Ask::Colour) => {
            let things = slots.things.iter().cloned();
            things.map(|what| Command::Colour { what }).collect()
        }
        Some(Ask::Clothes) => describe_people(people(), Aspect::Clothes),
        Some(Ask::Activity) => describe_people(people(), Aspect::Activity),
        Some(Ask::Name) if slots.things.is_empty() => describe_people(people(), Aspect::Name),
        Some(Ask::Name) => what(slots, site),
        Some(Ask::Posture) => describe_people(people(), Aspect::Posture),
        Some(Ask::Gesture) => describe_people(people(), Aspect::Gesture),
        Some(Ask::Where) => {
            let things = slots.things.iter().cloned();
            let things = things.map(|what| Command::Locate { what });
            let people = people().into_iter();
            things
                .chain(people.map(|person| Command::LocatePerson { person }))
                .collect()
        }
        Some(Ask::HowMany) => {
            let people = people();
            if people.is_empty() {
                counted(slots, site)
            } else {
                let each = people.into_iter();
                each.map(|people| Command::CountPeople { people }).collect()
            }
        }
        Some(Ask::What | Ask::Which) => what(slots, site),
        None => {
            let things = slots.things.iter().cloned();
            let people = people().into_iter();
            let any = |mut what: ObjectRef| {
                if what.superlative.is_none() && !what.is_pronoun() {
                    what.quantity = Quantity::Any;
                }
                what
            };
            things
                .map(|what| Command::Exists { what: any(what) })
                .chain(people.map(|person| is_there(person, &frame.looks)))
                .collect()
        }
    };
    if found.is_empty() {
        return Err(Trouble::NoRequest);
    }
    Ok(found)
}

/// "who is in the kitchen", "who is waving"
fn who(person: PersonRef, said: &Looks) -> Command {
    match person {
        PersonRef::Anyone { at, looks } if !said.is_plain() || !looks.is_plain() => Command::Who {
            person: PersonRef::Anyone {
                at,
                looks: said.clone().or(looks),
            },
        },
        person => Command::FindPerson { person },
    }
}

/// "is somebody in the kitchen", "is somebody waving", "is Anna sitting"
fn is_there(person: PersonRef, said: &Looks) -> Command {
    match &person {
        PersonRef::Anyone { looks, .. } if looks.acts() => Command::ExistsPerson { person },
        PersonRef::Named { .. } | PersonRef::Pronoun if !said.is_plain() => Command::CheckPerson {
            person,
            looks: said.clone(),
        },
        _ => Command::FindPerson { person },
    }
}

fn describe_people(people: Vec<PersonRef>, aspect: Aspect) -> Vec<Command> {
    let each = people.into_iter();
    each.map(|person| Command::DescribePerson { person, aspect })
        .collect()
}

pub(super) fn counted(slots: &Slots, site: Option<PlaceRef>) -> Vec<Command> {
    let mut things = slots.things.clone();
    if things.is_empty() {
        let Some(site) = site else { return Vec::new() };
        let mut anything = ObjectRef::new(Noun::Anything, Quantity::All, "");
        anything.at = Some(site);
        things.push(anything);
    }
    things
        .into_iter()
        .map(|mut what| {
            what.quantity = Quantity::All;
            Command::Count { what }
        })
        .collect()
}

pub(super) fn what(slots: &Slots, site: Option<PlaceRef>) -> Vec<Command> {
    let mut things: Vec<ObjectRef> = Vec::new();
    for thing in &slots.things {
        // "which fruit is the biggest": two phrases, one thing.
        let only_compares = thing.noun == Noun::Anything && thing.superlative.is_some();
        match things.last_mut() {
            Some(first) if only_compares && first.superlative.is_none() => {
                first.superlative = thing.superlative;
                first.quantity = Quantity::The;
            }
            Some(first) if first.noun == Noun::Anything && is_plain(first) => {
                let at = first.at.clone();
                *first = thing.clone();
                first.at = first.at.clone().or(at);
            }
            _ => things.push(thing.clone()),
        }
    }
    let describes = things
        .iter()
        .all(|it| it.noun == Noun::Anything && is_plain(it));
    if describes {
        if !slots.sites.is_empty() {
            return slots.sites.iter().cloned().map(describe).collect();
        }
        let of_people = slots
            .persons
            .iter()
            .any(|(_, it)| *it != PersonRef::Speaker);
        if slots.things.is_empty() && of_people && site.is_none() {
            return Vec::new();
        }
        let at = things.into_iter().find_map(|it| it.at).or(site);
        return vec![describe(at.unwrap_or(PlaceRef::Here))];
    }
    things
        .into_iter()
        // "tell me a joke": there is nothing to look for.
        .filter(|it| !matches!(it.noun, Noun::Unknown(_)) || it.at.is_some())
        .map(|mut what| {
            if matches!(what.quantity, Quantity::Any | Quantity::The)
                && what.superlative.is_none()
                && !what.is_pronoun()
            {
                what.quantity = Quantity::All;
            }
            Command::Identify { what }
        })
        .collect()
}

/// What is at a place; what stands beside a thing is told by that thing.
fn describe(place: PlaceRef) -> Command {
    match place {
        PlaceRef::Near { relation, what } => {
            let words = what.words.clone();
            let mut all = ObjectRef::new(Noun::Anything, Quantity::All, words);
            all.at.clone_from(&what.at);
            all.relation = Some((relation, what));
            Command::Identify { what: all }
        }
        place => Command::Describe { place },
    }
}

pub(super) fn is_plain(thing: &ObjectRef) -> bool {
    thing.superlative.is_none()
        && thing.colour.is_none()
        && thing.pattern.is_none()
        && thing.state.is_none()
        && thing.detail.is_none()
        && thing.relation.is_none()
}
