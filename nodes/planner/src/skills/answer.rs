//! Answering questions about what is where. "There is none" is only said of what was seen.

use super::search::{self, places_in};
use super::which::{self, Spot};
use crate::ast::{ObjectRef, PlaceRef};
use crate::executive::matching;
use crate::executive::robot::Robot;
use crate::executive::trouble::Outcome;
use hearth_types::WorldObject;

mod colours;
mod persons;
mod survey;
mod words;

pub(crate) use colours::colour;
pub(crate) use persons::{check_person, count_people, describe_person, exists_person, who};

use survey::{Survey, survey};
use words::{list_things, rest_on, told_as, told_name};

/// "What is on the desk?"
pub(crate) async fn describe(robot: &Robot, place: &PlaceRef) -> Outcome<String> {
    let spot = which::spot(robot, place).await?;
    let places = match &spot {
        Spot::Place(id)
            if robot
                .home
                .place(id)
                .is_some_and(|it| it.surfaces.is_empty()) =>
        {
            Vec::new()
        }
        Spot::Place(id) => vec![id.clone()],
        Spot::Room(id) => places_in(robot, Some(id)),
    };
    let survey = survey(robot, places, Some(&spot)).await?;
    let things = survey.things(robot);
    rest_on(robot, &things, None);
    let at = robot.at_phrase(&spot);
    let answer = if things.is_empty() {
        robot.text("describe_nothing", &[("at", &at)])
    } else {
        let list = list_things(robot, &things, None);
        let key = if things.len() == 1 {
            "describe_one"
        } else {
            "describe"
        };
        let is = robot.replies.is(&list);
        robot.text(key, &[("at", &at), ("is", is), ("things", &list)])
    };
    if let [one] = things.as_slice() {
        mention(robot, one);
    }
    let people = persons::also_seen(robot, &spot, survey.began);
    survey.conclude(robot, answer + &people)
}

/// Follow-ups with "it" mean this thing.
fn mention(robot: &Robot, object: &WorldObject) {
    let Some(item) = matching::name_of(&robot.home, object, robot.config.sure_from) else {
        return;
    };
    let noun = crate::dialogue::question::as_item(item);
    let words = robot.replies.name(robot.language(), &item.names);
    let what = ObjectRef::new(noun, crate::ast::Quantity::The, words);
    robot.with(|board| {
        board.memory.thing = Some(crate::dialogue::memory::Mention {
            what,
            object: Some(object.id),
            origin: object.place.clone(),
            seen_in_map: Some(object.centre_in_map),
        });
    });
}

/// What of the survey fits the description, surely or perhaps.
fn fitting(
    robot: &Robot,
    what: &ObjectRef,
    things: &[WorldObject],
    least: f64,
) -> Vec<WorldObject> {
    let base = robot.base_in_map();
    let candidates = things
        .iter()
        .filter(|it| matching::fit(&robot.home, what, it) >= least)
        .collect();
    matching::narrow(&robot.home, what, candidates, things, &base, least)
        .into_iter()
        .cloned()
        .collect()
}

async fn survey_for(robot: &Robot, what: &ObjectRef) -> Outcome<(Survey, Option<Spot>)> {
    let (mut places, mut spot) = search::scope(robot, what).await?;
    // "what is next to the bowl?": where the bowl is.
    if let (None, Some((_, other))) = (&spot, &what.relation) {
        let other = which::thing(robot, other).await?;
        if let Some(id) = search::search(robot, &other, &[]).await?.place {
            places = vec![id.clone()];
            spot = Some(Spot::Place(id));
        }
    }
    let survey = survey(robot, places, spot.as_ref()).await?;
    Ok((survey, spot))
}

/// "How many cups are on the desk?"
pub(crate) async fn count(robot: &Robot, what: &ObjectRef) -> Outcome<String> {
    let what = which::thing(robot, &any(what)).await?;
    let (survey, spot) = survey_for(robot, &what).await?;
    let things = survey.things(robot);
    let sure = fitting(robot, &what, &things, robot.config.sure_from);
    rest_on(robot, &sure, Some(&what));
    survey.can_tell(robot, &what, &sure)?;
    let name = robot.thing_name(&what);
    let number = robot.replies.number_of(robot.language(), sure.len(), &name);
    let at = spot.map_or(survey.name.clone(), |it| robot.at_phrase(&it));
    let key = match sure.len() {
        0 => "count_none",
        1 => "count_one",
        _ => "count",
    };
    let is = robot.replies.is(&name);
    let values = [
        ("number", &*number),
        ("is", is),
        ("at", &*at),
        ("thing", &*name),
    ];
    let answer = robot.text(key, &values);
    survey.conclude(robot, answer)
}

/// "Is there a cup on the sofa?"
pub(crate) async fn exists(robot: &Robot, what: &ObjectRef) -> Outcome<String> {
    let what = which::thing(robot, &any(what)).await?;
    if what.at.is_none() {
        return locate(robot, &what).await;
    }
    let (survey, spot) = survey_for(robot, &what).await?;
    let sure = fitting(robot, &what, &survey.things(robot), robot.config.sure_from);
    rest_on(robot, &sure, Some(&what));
    survey.can_tell(robot, &what, &sure)?;
    let name = robot.thing_name(&what);
    let language = robot.language();
    let at = spot.map_or(survey.name.clone(), |it| robot.at_phrase(&it));
    let number = robot.replies.number_of(language, sure.len().max(1), &name);
    let things = robot.replies.several(language, &name);
    let values = [
        ("number", &*number),
        ("is", robot.replies.is(&name)),
        ("thing", &*name),
        ("things", &*things),
        ("at", &*at),
    ];
    match sure.len() {
        // One sighting settles a yes, whatever else was not seen.
        1 => {
            mention(robot, &sure[0]);
            Ok(robot.text("exists_one", &values))
        }
        2.. => Ok(robot.text("exists_many", &values)),
        0 => survey.conclude(robot, robot.text("exists_not", &values)),
    }
}

/// "What is the biggest object on the table?"
pub(crate) async fn identify(robot: &Robot, what: &ObjectRef) -> Outcome<String> {
    let what = which::thing(robot, what).await?;
    let (survey, spot) = survey_for(robot, &what).await?;
    let found = fitting(robot, &what, &survey.things(robot), robot.config.sure_from);
    rest_on(robot, &found, Some(&what));
    survey.can_tell(robot, &what, &found)?;
    let language = robot.language();
    if let [one] = found.as_slice() {
        mention(robot, one);
        let name = told_as(robot, one, &what).map(|it| robot.replies.the(language, &it));
        let thing = name.unwrap_or_else(|| list_things(robot, &found, None));
        let is = robot.replies.it_is(&thing);
        let values = [("it_is", is), ("things", &*thing)];
        return survey.conclude(robot, robot.text("identify_one", &values));
    }
    let at = spot.map_or(survey.name.clone(), |it| robot.at_phrase(&it));
    let beside = what
        .relation
        .as_ref()
        .map(|(_, other)| robot.the_thing(other));
    let answer = match (found.is_empty(), beside) {
        (true, Some(other)) => {
            robot.text("identify_none_beside", &[("other", &other), ("at", &at)])
        }
        (true, None) => {
            let name = robot.replies.several(language, &robot.thing_name(&what));
            robot.text("identify_none", &[("thing", &name), ("at", &at)])
        }
        (false, _) => {
            let things = list_things(robot, &found, Some(&what));
            robot.text("identify", &[("things", &things)])
        }
    };
    survey.conclude(robot, answer)
}

/// "Where is the milk?"
pub(crate) async fn locate(robot: &Robot, what: &ObjectRef) -> Outcome<String> {
    let what = which::thing(robot, &any(what)).await?;
    let found = search::search(robot, &what, &[]).await?;
    rest_on(robot, std::slice::from_ref(&found), Some(&what));
    Ok(found_text(robot, &what, &found))
}

/// "The milk is on the kitchen table."
pub(crate) fn found_text(robot: &Robot, what: &ObjectRef, found: &WorldObject) -> String {
    let thing = match told_name(robot, found).filter(|_| !matching::needs_model(what)) {
        Some(name) => robot.replies.the(robot.language(), &name),
        None => robot.the_thing(what),
    };
    let at = match &found.place {
        Some(place) => robot.at_phrase(&Spot::Place(place.clone())),
        None => match robot.home.room_at(&found.centre_in_map.xy()) {
            Some(room) => robot.text_inside(
                "on_floor_of",
                &[("room", &robot.spot_name(&Spot::Room(room.names.id.clone())))],
            ),
            None => robot.text_inside("on_floor", &[]),
        },
    };
    let is = robot.replies.is(&thing);
    robot.text("found_at", &[("thing", &thing), ("is", is), ("at", &at)])
}

/// A question asks for any that fit, not for one certain thing.
pub(super) fn any(what: &ObjectRef) -> ObjectRef {
    let mut what = what.clone();
    if what.quantity == crate::ast::Quantity::The {
        what.quantity = crate::ast::Quantity::Any;
    }
    what
}
