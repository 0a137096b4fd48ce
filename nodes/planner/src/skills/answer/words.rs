//! What things and places are called in an answer.

use crate::ast::ObjectRef;
use crate::executive::matching;
use crate::executive::robot::Robot;
use crate::skills::which::Spot;
use hearth_types::{Evidence, Language, Stamp, WorldObject};

/// An answer names at most so many frames.
const MOST_FRAMES: usize = 4;

/// The name under which a thing is told: its own, its kind's, or that it is not known.
pub(super) fn told_name(robot: &Robot, object: &WorldObject) -> Option<String> {
    let sure_from = robot.config.sure_from;
    let language = robot.language();
    if let Some(item) = matching::name_of(&robot.home, object, sure_from) {
        return Some(robot.replies.name(language, &item.names));
    }
    let kind = matching::kind_of(&robot.home, object, sure_from)?;
    let kind = robot.home.kind(&kind)?;
    let name = robot.replies.name(language, &kind.names);
    Some(coloured(robot, object, &name))
}

/// As [`told_name`]; what only the description names is told by that.
pub(super) fn told_as(robot: &Robot, object: &WorldObject, what: &ObjectRef) -> Option<String> {
    let told = told_name(robot, object);
    if told.is_some() || what.noun == crate::ast::Noun::Anything {
        return told;
    }
    let name = robot.thing_name(&ObjectRef {
        colour: None,
        ..what.clone()
    });
    Some(coloured(robot, object, &name))
}

/// Tells, as steps of their own, what in which frames an answer rests on; the newest frame last.
/// `what` is the description that the things fit.
pub(super) fn rest_on(robot: &Robot, things: &[WorldObject], what: Option<&ObjectRef>) {
    let mut frames: Vec<Stamp> = things.iter().map(|it| it.last_seen).collect();
    frames.sort_unstable();
    frames.dedup();
    let skipped = frames.len().saturating_sub(MOST_FRAMES);
    for frame in frames.into_iter().skip(skipped) {
        let seen = things.iter().filter(|it| it.last_seen == frame);
        let seen: Vec<String> = seen
            .map(|it| {
                let place = it.place.as_deref().unwrap_or("floor");
                let label = crate::skills::search::label(robot, it);
                let colour = crate::ast::notation::colour_id(it.colour.name);
                let fit = what.map_or_else(String::new, |what| {
                    let fit = matching::fit(&robot.home, what, it);
                    format!(", {:?} p={fit:.2}", what.words)
                });
                format!("{label} ({colour}{fit}) on {place}")
            })
            .collect();
        let step = robot.begin("answer", &[]);
        step.succeed(Evidence {
            text: seen.join("; "),
            frame: Some(frame),
        });
    }
}

fn coloured(robot: &Robot, object: &WorldObject, name: &str) -> String {
    let language = robot.language();
    let colour = robot.replies.colour(language, object.colour.name);
    match language {
        Language::En => format!("{colour} {name}"),
        Language::Zh => format!("{colour}的{name}"),
    }
}

/// "a red cup, two apples and something blue that I do not recognise".
pub(super) fn list_things(
    robot: &Robot,
    things: &[WorldObject],
    what: Option<&ObjectRef>,
) -> String {
    let language = robot.language();
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut parts = Vec::new();
    for thing in things {
        let name = match what {
            Some(what) => told_as(robot, thing, what),
            None => told_name(robot, thing),
        };
        let Some(name) = name else {
            let colour = robot.replies.colour(language, thing.colour.name);
            parts.push(robot.text_inside("something_unknown", &[("colour", &colour)]));
            continue;
        };
        match counts.iter_mut().find(|(it, _)| *it == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let mut named: Vec<String> = counts
        .iter()
        .map(|(name, count)| robot.replies.number_of(language, *count, name))
        .collect();
    named.append(&mut parts);
    robot.replies.list(language, &named, "and")
}

impl Robot {
    /// "on the desk", "in the kitchen"; "书桌上", "厨房里".
    pub(crate) fn at_phrase(&self, spot: &Spot) -> String {
        let name = self.spot_name(spot);
        let key = match spot {
            Spot::Place(_) => "at_place",
            Spot::Room(_) => "in_room",
        };
        self.text_inside(key, &[("name", &name)])
    }

    /// A part of a sentence: not capitalised.
    pub(crate) fn text_inside(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.replies.part(self.language(), key, values)
    }
}
