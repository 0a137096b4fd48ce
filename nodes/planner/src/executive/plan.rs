//! The plan of a meaning as far as it is known before looking.

use super::robot::step;
use crate::ast::{Command, Meaning, ObjectRef, PersonRef, PlaceRef, Quantity};
use hearth_types::PlanStep;

/// The steps of all commands in order. `holding`: whether something is in the gripper at the
/// start, so that "it" need not be fetched. Recovery may add steps while it runs.
pub fn plan_of(meaning: &Meaning, holding: bool) -> Vec<PlanStep> {
    steps_by_command(meaning, holding)
        .into_iter()
        .flatten()
        .collect()
}

/// As [`plan_of`], one list a command.
pub(crate) fn steps_by_command(meaning: &Meaning, mut holding: bool) -> Vec<Vec<PlanStep>> {
    meaning
        .commands
        .iter()
        .map(|command| steps(command, &mut holding))
        .collect()
}

fn steps(command: &Command, holding: &mut bool) -> Vec<PlanStep> {
    match command {
        Command::GoTo { target } => vec![step("go_to", &[("target", &target.to_string())])],
        Command::GoToPerson { person } => vec![
            find(person),
            step("approach_person", &[("who", &person.to_string())]),
        ],
        Command::GoBack => vec![step("go_back", &[])],
        Command::Find { what } | Command::Locate { what } => vec![search(what)],
        Command::FindPerson { person } | Command::LocatePerson { person } => vec![find(person)],
        Command::Take { what } => {
            let steps = fetch(what, *holding);
            *holding = true;
            steps
        }
        Command::Bring { what, to } => {
            let mut steps = fetch(what, *holding);
            if !matches!(to, PersonRef::Speaker) {
                steps.push(find(to));
            }
            steps.push(step("hand_over", &[("to", &to.to_string())]));
            *holding = false;
            repeated(steps, what)
        }
        Command::Put { what, on } => {
            let mut steps = fetch(what, *holding);
            steps.push(step("place", &[("on", &on.to_string())]));
            *holding = false;
            repeated(steps, what)
        }
        Command::Describe { place } => vec![look_over(Some(place)), answer()],
        Command::Identify { what } | Command::Count { what } => {
            vec![look_over(what.at.as_ref()), answer()]
        }
        Command::Exists { what } | Command::Colour { what } if what.at.is_none() => {
            vec![search(what), answer()]
        }
        Command::Exists { what } | Command::Colour { what } => {
            vec![look_over(what.at.as_ref()), answer()]
        }
        Command::CountPeople { people: person }
        | Command::ExistsPerson { person }
        | Command::Who { person } => {
            vec![
                step("look_around", &[("at", &person.to_string())]),
                answer(),
            ]
        }
        Command::CheckPerson { person, .. } | Command::DescribePerson { person, .. } => {
            vec![find(person), answer()]
        }
        Command::Courtesy { .. } | Command::Impossible { .. } => vec![step("say", &[])],
        Command::Control { order } => vec![step(&order.to_string(), &[])],
    }
}

/// Says what was seen, with the frame and what in it the answer rests on.
fn answer() -> PlanStep {
    step("answer", &[])
}

fn fetch(what: &ObjectRef, holding: bool) -> Vec<PlanStep> {
    if holding && what.is_pronoun() {
        return Vec::new();
    }
    vec![search(what), step("pick", &[("what", &what.words)])]
}

fn search(what: &ObjectRef) -> PlanStep {
    let at = what
        .at
        .as_ref()
        .map_or_else(String::new, |it| it.to_string());
    step("search", &[("what", &what.words), ("at", &at)])
}

fn find(person: &PersonRef) -> PlanStep {
    step("find_person", &[("who", &person.to_string())])
}

fn look_over(place: Option<&PlaceRef>) -> PlanStep {
    let at = place.map_or_else(|| "home".to_owned(), ToString::to_string);
    step("look_over", &[("at", &at)])
}

/// "Two cups" are fetched one after the other.
fn repeated(steps: Vec<PlanStep>, what: &ObjectRef) -> Vec<PlanStep> {
    match what.quantity {
        Quantity::Exactly(count) => {
            let times = (count.max(1) as usize).min(super::run::MOST_THINGS);
            steps
                .iter()
                .cycle()
                .take(steps.len() * times)
                .cloned()
                .collect()
        }
        _ => steps,
    }
}
