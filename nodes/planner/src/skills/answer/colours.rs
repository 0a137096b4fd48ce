//! "What colour is the bowl?"

use super::words::rest_on;
use super::{any, fitting, mention, survey_for};
use crate::ast::ObjectRef;
use crate::executive::robot::Robot;
use crate::executive::trouble::Outcome;
use crate::skills::which::Spot;
use crate::skills::{search, which};
use hearth_types::{BasicColour, WorldObject};

/// The measured colours of what fits: at the place that was named, else where the first is found.
pub(crate) async fn colour(robot: &Robot, what: &ObjectRef) -> Outcome<String> {
    let what = which::thing(robot, &any(what)).await?;
    let sure_from = robot.config.sure_from;
    if what.at.is_none() {
        let found = search::search(robot, &what, &[]).await?;
        let world = robot.world();
        let beside: Vec<WorldObject> = world
            .objects
            .iter()
            .filter(|it| it.existence >= 0.5 && it.place == found.place)
            .cloned()
            .collect();
        let mut seen = fitting(robot, &what, &beside, sure_from);
        if seen.is_empty() {
            seen.push(found);
        }
        return Ok(answer(robot, &what, &seen));
    }
    let (survey, spot) = survey_for(robot, &what).await?;
    let seen = fitting(robot, &what, &survey.things(robot), sure_from);
    survey.can_tell(robot, &what, &seen)?;
    if seen.is_empty() {
        let at = spot.map_or(survey.name.clone(), |it: Spot| robot.at_phrase(&it));
        let name = robot
            .replies
            .several(robot.language(), &robot.thing_name(&what));
        let none = robot.text("identify_none", &[("thing", &name), ("at", &at)]);
        return survey.conclude(robot, none);
    }
    Ok(answer(robot, &what, &seen))
}

fn answer(robot: &Robot, what: &ObjectRef, seen: &[WorldObject]) -> String {
    rest_on(robot, seen, Some(what));
    let language = robot.language();
    let name = |it: BasicColour| robot.replies.colour(language, it);
    let colours: Vec<String> = seen.iter().map(|it| name(it.colour.name)).collect();
    let thing = robot.thing_name(what);
    match colours.as_slice() {
        [one] => {
            if let [seen] = seen {
                mention(robot, seen);
            }
            let thing = robot.replies.the(language, &thing);
            let is = robot.replies.is(&thing);
            robot.text(
                "colour_one",
                &[("thing", &thing), ("is", is), ("colour", one)],
            )
        }
        [first, rest @ ..] if rest.iter().all(|it| it == first) => {
            let number = robot.replies.number_of(language, colours.len(), &thing);
            robot.text("colour_same", &[("number", &number), ("colour", first)])
        }
        [one, other] => robot.text("colour_two", &[("one", one), ("other", other)]),
        _ => {
            let number = robot.replies.number_of(language, colours.len(), &thing);
            let list = robot.replies.list(language, &colours, "and");
            robot.text("colour_many", &[("number", &number), ("colours", &list)])
        }
    }
}
