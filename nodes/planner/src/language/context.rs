//! What the clauses of one utterance say about each other.

use super::assemble::Draft;
use super::noun::within;
use crate::ast::{Command, Control, ObjectRef, PersonRef, PlaceRef};
use hearth_types::Home;

/// Two clauses that cannot both be meant, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Conflict(pub usize, pub usize);

/// Finds orders that contradict each other: "go to the kitchen and stay here".
pub(super) fn conflict(drafts: &[Draft]) -> Option<Conflict> {
    for (i, a) in drafts.iter().enumerate() {
        for (j, b) in drafts.iter().enumerate().skip(i + 1) {
            let stays = a.stay != b.stay && {
                let other = if a.stay { b } else { a };
                // "then" makes it a sequence.
                is_motion(&other.command) && !b.after_then
            };
            let denies = a.negated != b.negated && a.command == b.command;
            if stays || denies {
                return Some(Conflict(i, j));
            }
        }
    }
    None
}

fn is_motion(command: &Command) -> bool {
    !matches!(
        command,
        Command::Control { .. } | Command::Courtesy { .. } | Command::Impossible { .. }
    )
}

/// Resolves what earlier clauses settle, and drops what needs no doing.
pub(super) fn weave(
    drafts: Vec<Draft>,
    home: &Home,
    looser_places: &[(Vec<String>, Vec<String>)],
) -> Vec<Command> {
    let mut drafts = without_denied(drafts);
    let has_work = drafts
        .iter()
        .any(|it| !matches!(it.command, Command::Courtesy { .. }));
    if has_work {
        drafts.retain(|it| !matches!(it.command, Command::Courtesy { .. }));
    } else {
        drafts.truncate(1);
    }
    let mut context = Context {
        looser_places,
        ..Context::default()
    };
    let mut commands = Vec::new();
    for i in 0..drafts.len() {
        let next_refers = drafts[i + 1..].iter().any(|it| refers_back(&it.command));
        let mut command = drafts[i].command.clone();
        if let Command::Bring { what, .. } = &command {
            // "get the cup and bring it to Anna": it is not for the speaker.
            if drafts[i].is_implied_bring && next_refers && !what.is_pronoun() {
                command = Command::Take { what: what.clone() };
            }
        }
        context.apply(&mut command, home);
        // "look in the fridge and tell me what you see" is one thing to do.
        let repeats =
            matches!(command, Command::Describe { .. }) && commands.last() == Some(&command);
        if !repeats {
            commands.push(command);
        }
    }
    commands
}

/// "don't bring the apple, bring the pear"; a denial alone calls off what is going on.
fn without_denied(drafts: Vec<Draft>) -> Vec<Draft> {
    let all_denied = drafts.iter().all(|it| it.negated);
    if !all_denied {
        return drafts.into_iter().filter(|it| !it.negated).collect();
    }
    let cancel = |mut draft: Draft| {
        draft.command = Command::Control {
            order: Control::Cancel,
        };
        draft
    };
    drafts.into_iter().take(1).map(cancel).collect()
}

fn refers_back(command: &Command) -> bool {
    match command {
        Command::Bring { what, .. } | Command::Put { what, .. } => what.is_pronoun(),
        _ => false,
    }
}

/// What was mentioned last.
#[derive(Default)]
struct Context<'a> {
    looser_places: &'a [(Vec<String>, Vec<String>)],
    /// Where the robot was sent just before.
    sent_to: Option<PlaceRef>,
    place: Option<PlaceRef>,
    person: Option<PersonRef>,
}

impl Context<'_> {
    fn apply(&mut self, command: &mut Command, home: &Home) {
        match command {
            Command::GoTo { target } => {
                self.place_ref(target, home);
                self.sent_to = Some(target.clone());
                self.place = Some(target.clone());
            }
            Command::GoToPerson { person } | Command::LocatePerson { person } => {
                self.person_ref(person, home);
                self.sent_to = None;
            }
            Command::FindPerson { person } | Command::CountPeople { people: person } => {
                let sent_to = self.sent_to.clone();
                if let PersonRef::Named { at, .. } | PersonRef::Anyone { at, .. } = person {
                    if at.is_none() {
                        *at = sent_to;
                    }
                }
                self.person_ref(person, home);
            }
            Command::GoBack => self.sent_to = None,
            Command::Find { what }
            | Command::Take { what }
            | Command::Count { what }
            | Command::Exists { what }
            | Command::Identify { what } => self.thing_there(what, home),
            Command::Bring { what, to } => {
                if *to == PersonRef::Speaker {
                    self.thing_there(what, home);
                } else {
                    self.thing(what, home);
                }
                self.person_ref(to, home);
                self.sent_to = None;
            }
            Command::Put { what, on } => {
                self.thing(what, home);
                self.place_ref(on, home);
                self.place = Some(on.clone());
                self.sent_to = None;
            }
            Command::Describe { place } => {
                if *place == PlaceRef::Here {
                    let known = self.sent_to.as_ref().or(self.place.as_ref());
                    *place = known.cloned().unwrap_or(PlaceRef::Here);
                }
                self.place_ref(place, home);
                self.place = Some(place.clone());
            }
            Command::Locate { what } => self.thing(what, home),
            Command::Courtesy { .. } | Command::Control { .. } | Command::Impossible { .. } => {}
        }
    }

    /// A thing that is looked for where the robot was just sent.
    fn thing_there(&mut self, what: &mut ObjectRef, home: &Home) {
        let nearby = self
            .sent_to
            .clone()
            .filter(|it| !matches!(it, PlaceRef::Near { .. }));
        if what.at.is_none() && !what.is_pronoun() {
            what.at = nearby;
        }
        self.thing(what, home);
    }

    fn thing(&mut self, what: &mut ObjectRef, home: &Home) {
        if let Some(at) = &mut what.at {
            self.place_ref(at, home);
            self.place = Some(at.clone());
        }
    }

    fn place_ref(&self, place: &mut PlaceRef, home: &Home) {
        match place {
            PlaceRef::There => {
                if let Some(known) = &self.place {
                    *place = known.clone();
                }
            }
            PlaceRef::AnyOf(ids) => {
                let ids = ids.clone();
                // "go to the desk … put it on the table" leaves several; the room may settle it.
                if let Some(PlaceRef::Place(id)) = self
                    .place
                    .as_ref()
                    .filter(|it| matches!(it, PlaceRef::Place(id) if ids.contains(id)))
                {
                    *place = PlaceRef::Place(id.clone());
                } else if let Some(PlaceRef::Room(room)) = &self.sent_to {
                    let looser = self.looser_places.iter();
                    let looser = looser
                        .filter(|(exact, _)| *exact == ids)
                        .map(|(_, all)| all);
                    let narrowed = within(place, room, home).or_else(|| {
                        looser
                            .map(|all| PlaceRef::AnyOf(all.clone()))
                            .find_map(|all| within(&all, room, home))
                    });
                    if let Some(narrowed) = narrowed {
                        *place = narrowed;
                    }
                }
            }
            _ => {}
        }
    }

    fn person_ref(&mut self, person: &mut PersonRef, home: &Home) {
        match person {
            PersonRef::Pronoun => {
                if let Some(known @ PersonRef::Named { .. }) = &self.person {
                    *person = known.clone();
                }
            }
            PersonRef::Named { at, .. } | PersonRef::Anyone { at, .. } => {
                if let Some(at) = at {
                    self.place_ref(at, home);
                    self.place = Some(at.clone());
                }
                self.person = Some(person.clone());
            }
            _ => {}
        }
    }
}
