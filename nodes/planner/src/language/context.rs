//! What the clauses of one utterance say about each other.

use super::assemble::Draft;
use super::cursor::Cursor;
use crate::ast::{Command, Control, ObjectRef, PersonRef, PlaceRef};

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
pub(super) fn weave(drafts: Vec<Draft>, cursor: &Cursor) -> Vec<Command> {
    let mut drafts = introduced(without_denied(drafts));
    // "I am thirsty, get me a coke"
    if drafts.iter().any(|it| !it.states && is_motion(&it.command)) {
        drafts.retain(|it| !it.states);
    }
    let has_work = drafts
        .iter()
        .any(|it| !matches!(it.command, Command::Courtesy { .. }));
    if has_work {
        drafts.retain(|it| !matches!(it.command, Command::Courtesy { .. }));
    } else {
        drafts.truncate(1);
    }
    let mut context = Context::default();
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
        context.apply(&mut command, cursor);
        // "look in the fridge and tell me what you see" is one thing to do.
        let repeats = matches!(command, Command::Describe { .. } | Command::Control { .. })
            && commands.last() == Some(&command);
        if !repeats {
            commands.push(command);
        }
    }
    commands
}

/// "there is a coffee on the desk, bring it to me" speaks of one thing, and asks for one.
fn introduced(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::new();
    for mut draft in drafts {
        if let (Command::Exists { what } | Command::Find { what }, Some(before)) =
            (&draft.command, kept.last_mut())
            && what.is_pronoun()
            && is_placed(&mut before.command, what.at.as_ref())
        {
            continue;
        }
        let before = kept.last().map(|it| it.command.clone());
        if let (Some(Command::Exists { what }), true) = (before, refers_back(&draft.command))
            && let Command::Bring { what: it, .. } | Command::Put { what: it, .. } =
                &mut draft.command
        {
            *it = what;
            kept.pop();
        }
        kept.push(draft);
    }
    kept
}

/// "look for the soap, it should be in the bathroom": only says where.
fn is_placed(command: &mut Command, place: Option<&PlaceRef>) -> bool {
    let (Command::Find { what }
    | Command::Take { what }
    | Command::Bring { what, .. }
    | Command::Put { what, .. }
    | Command::Locate { what }) = command
    else {
        return false;
    };
    if what.at.is_none() && !what.is_pronoun() {
        what.at = place.cloned();
        return place.is_some();
    }
    false
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
struct Context {
    /// Where the robot was sent just before.
    sent_to: Option<PlaceRef>,
    place: Option<PlaceRef>,
    person: Option<PersonRef>,
}

impl Context {
    fn apply(&mut self, command: &mut Command, cursor: &Cursor) {
        match command {
            Command::GoTo { target } => {
                self.place_ref(target, cursor);
                self.sent_to = Some(target.clone());
                self.place = Some(target.clone());
            }
            Command::GoToPerson { person } | Command::LocatePerson { person } => {
                self.person_ref(person, cursor);
                self.sent_to = None;
            }
            // "meet the person at the sofa and tell me what they are doing"
            Command::CheckPerson { person, .. } | Command::DescribePerson { person, .. }
                if *person == PersonRef::Pronoun && self.person.is_some() =>
            {
                if let Some(known) = &self.person {
                    *person = known.clone();
                }
            }
            Command::FindPerson { person }
            | Command::CountPeople { people: person }
            | Command::ExistsPerson { person }
            | Command::Who { person }
            | Command::CheckPerson { person, .. }
            | Command::DescribePerson { person, .. } => {
                let sent_to = self.sent_to.clone();
                if let PersonRef::Named { at, .. } | PersonRef::Anyone { at, .. } = person
                    && at.is_none()
                {
                    *at = sent_to;
                }
                self.person_ref(person, cursor);
            }
            Command::GoBack => self.sent_to = None,
            Command::Find { what }
            | Command::Take { what }
            | Command::Count { what }
            | Command::Exists { what }
            | Command::Colour { what }
            | Command::Identify { what } => self.thing_there(what, cursor),
            Command::Bring { what, to } => {
                if *to == PersonRef::Speaker {
                    self.thing_there(what, cursor);
                } else {
                    self.thing(what, cursor);
                }
                self.person_ref(to, cursor);
                self.sent_to = None;
            }
            Command::Put { what, on } => {
                self.thing(what, cursor);
                self.place_ref(on, cursor);
                self.place = Some(on.clone());
                self.sent_to = None;
            }
            Command::Describe { place } => {
                if *place == PlaceRef::Here {
                    let known = self.sent_to.as_ref().or(self.place.as_ref());
                    *place = known.cloned().unwrap_or(PlaceRef::Here);
                }
                self.place_ref(place, cursor);
                self.place = Some(place.clone());
            }
            Command::Locate { what } => self.thing(what, cursor),
            Command::Courtesy { .. } | Command::Control { .. } | Command::Impossible { .. } => {}
        }
    }

    /// A thing that is looked for where the robot was just sent.
    fn thing_there(&mut self, what: &mut ObjectRef, cursor: &Cursor) {
        let nearby = self
            .sent_to
            .clone()
            .filter(|it| !matches!(it, PlaceRef::Near { .. }));
        if what.at.is_none() && !what.is_pronoun() {
            what.at = nearby;
        }
        self.thing(what, cursor);
    }

    fn thing(&mut self, what: &mut ObjectRef, cursor: &Cursor) {
        if let Some(at) = &mut what.at {
            self.place_ref(at, cursor);
            self.place = Some(at.clone());
        }
    }

    fn place_ref(&self, place: &mut PlaceRef, cursor: &Cursor) {
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
                    let narrowed = cursor.within(place, room);
                    if let Some(narrowed) = narrowed {
                        *place = narrowed;
                    }
                }
            }
            _ => {}
        }
    }

    fn person_ref(&mut self, person: &mut PersonRef, cursor: &Cursor) {
        match person {
            PersonRef::Pronoun => {
                let told = |it: &&PersonRef| match it {
                    PersonRef::Named { .. } => true,
                    PersonRef::Anyone { looks, .. } => !looks.is_plain(),
                    _ => false,
                };
                if let Some(known) = self.person.as_ref().filter(told) {
                    *person = known.clone();
                }
            }
            PersonRef::Named { at, .. } | PersonRef::Anyone { at, .. } => {
                if let Some(at) = at {
                    self.place_ref(at, cursor);
                    self.place = Some(at.clone());
                }
                self.person = Some(person.clone());
            }
            _ => {}
        }
    }
}
