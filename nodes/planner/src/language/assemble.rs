//! From clauses to commands.

use super::frame::{Arg, Frame, Link, Phrase};
use super::sense::{Ask, Role, Verb};
use super::slots::{Slots, sort};
use crate::ast::{Command, Control, Impossible, Noun, ObjectRef, PersonRef, PlaceRef, Quantity};
use hearth_types::Home;

mod carry;
mod question;

use carry::{carry, put, puts};
use question::{counted, is_plain, question, what};

/// What a clause lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// "Bring me." What?
    Object,
    /// "Put the apple." Where?
    Place,
    /// "Go." Where to?
    Goal,
    /// "Give the apple." To whom?
    Person,
}

/// Why a clause makes no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    NoRequest,
    Missing(Missing),
}

/// A command, with what the rest of the utterance may change.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub command: Command,
    /// That it is to be brought to the speaker was not said: "get the cup".
    pub is_implied_bring: bool,
    pub after_then: bool,
    pub stay: bool,
    pub negated: bool,
    /// "I am thirsty": a reason, unless nothing else is asked for.
    pub states: bool,
}

/// The commands of one clause. `has_thing`: whether a thing was mentioned before, so that a
/// missing object is "it". `has_question`: whether something was asked before.
pub(super) fn commands(
    frame: &Frame,
    home: &Home,
    has_thing: bool,
    has_question: bool,
) -> Result<Vec<Draft>, Trouble> {
    let slots = sort(frame, home);
    let mut implied = false;
    let commands = if let Some(why) = frame.impossible {
        vec![Command::Impossible {
            why,
            words: frame.words.clone(),
        }]
    } else if frame.order.is_some() || frame.stay {
        let order = frame.order.unwrap_or(Control::Wait);
        vec![Command::Control { order }]
    } else if let Some(kind) = frame.courtesy {
        vec![Command::Courtesy { kind }]
    } else if let (Some(_), true) = (&slots.nowhere, frame.ask.is_none()) {
        vec![Command::Impossible {
            why: Impossible::Terrain,
            words: frame.words.clone(),
        }]
    } else if frame.is_remark && has_thing && slots.sites.is_empty() {
        Vec::new()
    } else if frame.negated && frame.verb.is_none() && slots.places_nothing() {
        // "don't do that"
        let order = Control::Cancel;
        vec![Command::Control { order }]
    } else if frame.ask.is_some() || frame.whether {
        let mut slots = slots;
        let to_speaker = |it: &(Link, PersonRef)| it.1 == PersonRef::Speaker;
        // "find the milk and tell me where"
        if frame.ask == Some(Ask::Where)
            && has_thing
            && slots.things.is_empty()
            && slots.persons.iter().all(to_speaker)
        {
            let it = Noun::Pronoun { plural: false };
            slots.things.push(ObjectRef::new(it, Quantity::The, ""));
        }
        question(frame, &slots)?
    } else if frame.verb == Some(Verb::Tell)
        && has_question
        && slots.things.is_empty()
        && slots.sites.is_empty()
    {
        // "count the toys and tell me"
        Vec::new()
    } else {
        let mut slots = slots;
        let aimed =
            !slots.goals.is_empty() || !slots.persons.is_empty() || frame.verb == Some(Verb::Fetch);
        let known = has_thing || frame.drops_pronouns && aimed;
        if known && slots.things.is_empty() && slots.handled.is_empty() {
            supply_it(frame, &mut slots);
        }
        request(frame, &slots, &mut implied)?
    };
    Ok(commands
        .into_iter()
        .map(|command| Draft {
            command,
            is_implied_bring: implied,
            after_then: frame.after_then,
            stay: frame.stay,
            negated: frame.negated,
            states: frame.states,
        })
        .collect())
}

/// "take the apple and put on the table", "拿苹果放到桌上": the object is understood.
fn supply_it(frame: &Frame, slots: &mut Slots) {
    // "take me to the kitchen" has its object.
    let whom = slots
        .persons
        .iter()
        .any(|(link, _)| matches!(link, Link::Role(Role::Object)));
    let transitive = !whom
        && matches!(
            frame.verb,
            Some(Verb::Put | Verb::Give | Verb::Bring | Verb::Fetch | Verb::Take | Verb::Grasp)
        );
    if transitive {
        slots.things.push(ObjectRef::new(
            Noun::Pronoun { plural: false },
            Quantity::The,
            "",
        ));
    }
}

fn with_place(person: &PersonRef, site: Option<&PlaceRef>) -> PersonRef {
    let mut person = person.clone();
    if let PersonRef::Named { at, .. } | PersonRef::Anyone { at, .. } = &mut person
        && at.is_none()
    {
        *at = site.cloned();
    }
    person
}

fn request(frame: &Frame, slots: &Slots, implied: &mut bool) -> Result<Vec<Command>, Trouble> {
    let Some(verb) = frame.verb else {
        return wish(frame, slots);
    };
    match verb {
        Verb::Go | Verb::Move | Verb::Come | Verb::GoBack => go(verb, frame, slots),
        Verb::Find | Verb::See | Verb::Meet | Verb::Look => find(verb, slots),
        Verb::Take | Verb::Grasp | Verb::Fetch | Verb::Bring | Verb::Give | Verb::Want => {
            carry(verb, frame, slots, implied)
        }
        Verb::Put => put(frame, slots),
        Verb::Tell | Verb::Describe => tell(verb, slots),
        Verb::Count => {
            let persons: Vec<_> = slots
                .persons
                .iter()
                .filter(|(_, it)| !matches!(it, PersonRef::Speaker))
                .collect();
            if slots.things.is_empty() && !persons.is_empty() {
                let site = slots.sites.first();
                return Ok(persons
                    .into_iter()
                    .map(|(_, it)| Command::CountPeople {
                        people: with_place(it, site),
                    })
                    .collect());
            }
            some_or(
                counted(slots, slots.sites.first().cloned()),
                Missing::Object,
            )
        }
    }
}

fn some_or(commands: Vec<Command>, missing: Missing) -> Result<Vec<Command>, Trouble> {
    if commands.is_empty() {
        Err(Trouble::Missing(missing))
    } else {
        Ok(commands)
    }
}

/// No verb: "a drink, please".
fn wish(frame: &Frame, slots: &Slots) -> Result<Vec<Command>, Trouble> {
    let wished = slots
        .things
        .iter()
        .all(|it| frame.benefit || !matches!(it.quantity, Quantity::The | Quantity::All))
        && !slots
            .things
            .iter()
            .any(|it| matches!(it.noun, Noun::Unknown(_)));
    let mut to = recipients(slots);
    if slots.things.is_empty() || !wished && to.is_empty() {
        return Err(Trouble::NoRequest);
    }
    if to.is_empty() {
        to.push(PersonRef::Speaker);
    }
    Ok(brings(&slots.things, &to))
}

fn brings(things: &[ObjectRef], to: &[PersonRef]) -> Vec<Command> {
    let each = to
        .iter()
        .flat_map(|to| things.iter().map(move |it| (it, to)));
    each.map(|(what, to)| Command::Bring {
        what: what.clone(),
        to: to.clone(),
    })
    .collect()
}

/// Who gets it: "to Anna" counts before "for Anna", and that before "Anna".
fn recipients(slots: &Slots) -> Vec<PersonRef> {
    let links = [Link::Role(Role::To), Link::Role(Role::For), Link::Bare];
    let with = |wanted: Link| {
        let found = slots
            .persons
            .iter()
            .filter(move |(link, _)| *link == wanted);
        let mut people: Vec<PersonRef> = found.map(|(_, person)| person.clone()).collect();
        people.dedup();
        people
    };
    links
        .into_iter()
        .map(with)
        .find(|it| !it.is_empty())
        .unwrap_or_default()
}

fn go(verb: Verb, frame: &Frame, slots: &Slots) -> Result<Vec<Command>, Trouble> {
    let bare_place =
        |it: &&Arg| it.link == Link::Bare && matches!(it.phrases.first(), Some(Phrase::Place(_)));
    let aimed = |it: &&Arg| it.link == Link::Role(Role::To);
    if frame.args.iter().any(|it| bare_place(&it)) && frame.args.iter().any(|it| aimed(&it)) {
        // "move the plant to the office"
        return Ok(vec![Command::Impossible {
            why: Impossible::Weight,
            words: frame.words.clone(),
        }]);
    }
    // "move the apple to the table", "return the cup to the shelf"
    if !slots.things.is_empty() && slots.goals.iter().any(|it| *it != PlaceRef::Here) {
        return put(frame, slots);
    }
    if verb == Verb::GoBack && !slots.things.is_empty() {
        let to = recipients(slots);
        if !to.is_empty() {
            return Ok(brings(&slots.things, &to));
        }
        return Ok(puts(&slots.things, &PlaceRef::Origin));
    }
    let persons: Vec<Command> = slots
        .persons
        .iter()
        .filter(|(link, it)| {
            !matches!(
                (link, it),
                (Link::Bare | Link::Role(Role::For), PersonRef::Speaker)
            )
        })
        .map(|(_, person)| Command::GoToPerson {
            person: person.clone(),
        })
        .collect();
    if !persons.is_empty() {
        return Ok(persons);
    }
    let places: Vec<Command> = slots.goals.iter().map(|it| go_to(verb, it)).collect();
    if !places.is_empty() {
        return Ok(places);
    }
    // 回到我这里
    let to_speaker = slots
        .persons
        .iter()
        .any(|(link, it)| *link == Link::Bare && *it == PersonRef::Speaker);
    if to_speaker && frame.args.len() == 1 {
        return Ok(vec![Command::GoToPerson {
            person: PersonRef::Speaker,
        }]);
    }
    // 来一瓶水: it is the water that is to come.
    if verb == Verb::Come && frame.drops_pronouns && !slots.things.is_empty() {
        return Ok(brings(&slots.things, &[PersonRef::Speaker]));
    }
    if let Some(thing) = slots.things.first() {
        if verb == Verb::Move {
            return Err(Trouble::Missing(Missing::Place));
        }
        let what = Box::new(thing.clone());
        let relation = crate::ast::Relation::NextTo;
        return Ok(vec![Command::GoTo {
            target: PlaceRef::Near { relation, what },
        }]);
    }
    match verb {
        Verb::GoBack => Ok(vec![Command::GoBack]),
        Verb::Come => Ok(vec![Command::GoToPerson {
            person: PersonRef::Speaker,
        }]),
        _ if frame.back => Ok(vec![Command::GoBack]),
        _ => Err(Trouble::Missing(Missing::Goal)),
    }
}

fn go_to(verb: Verb, place: &PlaceRef) -> Command {
    match place {
        PlaceRef::Here => Command::GoToPerson {
            person: PersonRef::Speaker,
        },
        PlaceRef::Origin => Command::GoBack,
        PlaceRef::There if verb == Verb::Come => Command::GoToPerson {
            person: PersonRef::Speaker,
        },
        place => Command::GoTo {
            target: place.clone(),
        },
    }
}

fn find(verb: Verb, slots: &Slots) -> Result<Vec<Command>, Trouble> {
    let plain = |it: &ObjectRef| it.noun == Noun::Anything && is_plain(it);
    if verb == Verb::Look && slots.things.iter().all(plain) {
        let of_things = slots.things.iter().filter_map(|it| it.at.clone());
        let mut places: Vec<_> = of_things.chain(slots.sites.iter().cloned()).collect();
        places.dedup();
        if places.is_empty() && slots.persons.is_empty() {
            places.push(PlaceRef::Here);
        }
        if !places.is_empty() {
            let each = places.into_iter();
            return Ok(each.map(|place| Command::Describe { place }).collect());
        }
    }
    let mut found: Vec<Command> = slots
        .things
        .iter()
        .cloned()
        .map(|what| Command::Find { what })
        .collect();
    if found.is_empty() {
        let site = slots.sites.first();
        found = slots
            .persons
            .iter()
            .filter(|(link, it)| {
                !matches!(
                    (link, it),
                    (Link::Bare | Link::Role(Role::For), PersonRef::Speaker)
                )
            })
            .map(|(_, person)| Command::FindPerson {
                person: with_place(person, site),
            })
            .collect();
    }
    if found.is_empty() {
        // "find the kitchen"
        let each = slots.sites.iter().cloned();
        found = each.map(|target| Command::GoTo { target }).collect();
    }
    let missing = if verb == Verb::Meet {
        Missing::Person
    } else {
        Missing::Object
    };
    some_or(found, missing)
}

fn tell(verb: Verb, slots: &Slots) -> Result<Vec<Command>, Trouble> {
    let plain = |it: &ObjectRef| it.noun == Noun::Anything && is_plain(it);
    if slots.things.iter().all(plain) {
        let of_things = slots.things.iter().filter_map(|it| it.at.clone());
        let mut places: Vec<_> = of_things.chain(slots.sites.iter().cloned()).collect();
        places.dedup();
        if !places.is_empty() {
            let each = places.into_iter();
            return Ok(each.map(|place| Command::Describe { place }).collect());
        }
    }
    if slots.things.is_empty() {
        return Err(match verb {
            Verb::Describe => Trouble::Missing(Missing::Object),
            _ => Trouble::NoRequest,
        });
    }
    let told = what(slots, None);
    if told.is_empty() {
        return Err(Trouble::NoRequest);
    }
    Ok(told)
}
