//! What the oracle should check for a command that comes without an expectation of its own.
//!
//! It is taken from the command's meaning as it was parsed, so a misread command is judged by its
//! misreading; suites that must not be say what they expect. What the household does not own has no
//! model that could be told by its words: nobody judges that.

use hearth_planner::ast::{Command, Meaning, Noun, ObjectRef, PersonRef, PlaceRef};
use hearth_sim::oracle::{ObjectRef as Thing, PersonRef as Whom, Predicate, matching};
use hearth_types::Home;

/// Predicates that hold when the commands are done; empty where nothing can be checked.
pub fn derived(meaning: &Meaning, home: &Home) -> Vec<Predicate> {
    let thing = |what: &ObjectRef| thing(what).filter(|it| !matching(it, home).is_empty());
    let mut predicates = Vec::new();
    let mut last_thing = None;
    let mut place_at_end = None;
    for command in &meaning.commands {
        place_at_end = None;
        match command {
            Command::GoTo { target } => place_at_end = place(target).map(Predicate::At),
            Command::Find { what } | Command::Count { what } | Command::Locate { what } => {
                last_thing = thing(what).or(last_thing);
            }
            Command::Take { what } => {
                last_thing = thing(what).or(last_thing);
                replace(&mut predicates, last_thing.clone().map(Predicate::Held));
            }
            Command::Bring { what, to } => {
                last_thing = thing(what).or(last_thing);
                let handed = last_thing.clone().zip(whom(to));
                replace(
                    &mut predicates,
                    handed.map(|(thing, whom)| Predicate::Handed(thing, whom)),
                );
            }
            Command::Put { what, on } => {
                last_thing = thing(what).or(last_thing);
                let on = last_thing.clone().zip(place(on));
                replace(
                    &mut predicates,
                    on.map(|(thing, place)| Predicate::On(thing, place)),
                );
            }
            Command::Impossible { .. } => predicates.push(Predicate::Refused),
            _ => {}
        }
    }
    predicates.extend(place_at_end);
    predicates
}

/// A thing that is taken and then handed over is not held in the end.
fn replace(predicates: &mut Vec<Predicate>, new: Option<Predicate>) {
    let Some(new) = new else { return };
    predicates.retain(|it| !matches!(it, Predicate::Held(_)));
    predicates.push(new);
}

fn thing(what: &ObjectRef) -> Option<Thing> {
    if what.pattern.is_some() || what.detail.is_some() {
        return None;
    }
    let name = match &what.noun {
        Noun::Item(id) => return Some(Thing::Model(id.clone())),
        Noun::Kind(id) | Noun::Category(id) => id.clone(),
        Noun::Anything
        | Noun::OneOf(_)
        | Noun::Shape(_)
        | Noun::Pronoun { .. }
        | Noun::Unknown(_)
        | Noun::Described(_) => return None,
    };
    Some(match what.colour {
        Some(colour) => Thing::AnyColoured { colour, what: name },
        None => Thing::Any(name),
    })
}

fn whom(person: &PersonRef) -> Option<Whom> {
    match person {
        PersonRef::Speaker => Some(Whom::Me),
        PersonRef::Named { id, .. } => Some(Whom::Named(id.clone())),
        _ => None,
    }
}

fn place(place: &PlaceRef) -> Option<String> {
    match place {
        PlaceRef::Place(id) | PlaceRef::Room(id) => Some(id.clone()),
        _ => None,
    }
}
