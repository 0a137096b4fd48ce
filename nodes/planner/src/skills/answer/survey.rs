//! Looking over all that a question is about, and what may be said after it.

use crate::ast::ObjectRef;
use crate::executive::robot::Robot;
use crate::executive::trouble::{Outcome, Trouble};
use crate::skills::look;
use crate::skills::which::Spot;
use hearth_types::{Stamp, WorldObject};

/// What was looked at for an answer.
pub(super) struct Survey {
    /// Where the words said to look, for the answer.
    pub(super) name: String,
    /// The places looked at.
    places: Vec<String>,
    /// Those that were not seen well.
    unseen: Vec<String>,
    /// When the robot stood before each of `places`.
    from: Vec<Stamp>,
    pub(super) began: Stamp,
}

/// \[m\] A glimpse this near to a thing of the same name is of that thing.
const SAME_THING_M: f64 = 0.5;

fn is_part(glimpse: &WorldObject, thing: &WorldObject) -> bool {
    let name = |it: &WorldObject| it.hypotheses.first().map(|it| it.item.clone());
    let gap = glimpse.centre_in_map - thing.centre_in_map;
    name(glimpse) == name(thing) && gap.norm() < SAME_THING_M
}

/// Looks over all that the question is about.
pub(super) async fn survey(
    robot: &Robot,
    mut places: Vec<String>,
    spot: Option<&Spot>,
) -> Outcome<Survey> {
    let id = spot.map_or("home", Spot::id);
    let step = robot.begin("look_over", &[("at", id)]);
    let name = match spot {
        Some(spot) => robot.spot_name(spot),
        None => robot.text_inside("the_home", &[]),
    };
    if places.is_empty() {
        return Err(step.fail(robot.refused("no_surface", &[("place", &name)])));
    }
    let began = robot.now();
    let mut from = Vec::new();
    let mut unseen = Vec::new();
    let mut worst: f64 = 1.0;
    let mut trouble: Option<Trouble> = None;
    let until_secs = robot.with(|it| it.task_clock_secs) + robot.config.search_budget_secs;
    let mut left = std::mem::take(&mut places);
    let several = left.len() > 1;
    while let Some(place) = take_nearest(robot, &mut left) {
        if let Err(late) = robot.check_budget() {
            return Err(step.fail(late));
        }
        places.push(place.clone());
        if spot.is_none() && robot.with(|it| it.task_clock_secs) > until_secs {
            unseen.push(place);
            from.push(robot.now());
            continue;
        }
        match look::look_over(robot, &place, &step).await {
            Ok(seen) => {
                from.push(seen.from);
                worst = worst.min(seen.coverage);
                if several {
                    // Each place has frames of its own.
                    let text = format!("{place}: coverage {:.2}", seen.coverage);
                    let evidence = robot.evidence(text);
                    robot.begin("look_at", &[("at", &place)]).succeed(evidence);
                }
                if seen.coverage < robot.config.coverage_wanted {
                    unseen.push(place.clone());
                }
            }
            Err(it) => {
                from.push(robot.now());
                worst = 0.0;
                step.note(it.reason());
                unseen.push(place.clone());
                trouble = Some(it);
            }
        }
    }
    if let Some(trouble) = trouble.filter(|_| places.len() == 1) {
        return Err(step.fail(trouble));
    }
    step.succeed(robot.evidence(format!("{id}: coverage {worst:.2}")));
    Ok(Survey {
        name,
        places,
        unseen,
        from,
        began,
    })
}

/// The next place on the way.
fn take_nearest(robot: &Robot, left: &mut Vec<String>) -> Option<String> {
    let base = robot.base_in_map().point();
    let far_m = |id: &String| {
        let place = robot.home.place(id);
        place.map_or(f64::INFINITY, |it| {
            let room = robot.home.room_at(&base);
            let same_room = room.is_some_and(|room| room.names.id == it.room);
            it.footprint.distance_m(&base) + if same_room { 0.0 } else { 3.0 }
        })
    };
    let nearest = (0..left.len()).min_by(|&a, &b| far_m(&left[a]).total_cmp(&far_m(&left[b])))?;
    Some(left.remove(nearest))
}

impl Survey {
    /// Things on the places that were seen in this survey. What was only glimpsed on the way, half
    /// hidden, beside a thing of the same name that was seen from near, is a part of that thing.
    pub(super) fn things(&self, robot: &Robot) -> Vec<WorldObject> {
        let world = robot.world();
        let seen = |it: &&WorldObject| it.existence >= 0.5 && it.last_seen >= self.began;
        let there =
            |it: &&WorldObject| it.place.as_ref().is_some_and(|it| self.places.contains(it));
        let objects: Vec<&WorldObject> = world.objects.iter().filter(seen).filter(there).collect();
        let near: Vec<&WorldObject> = objects
            .iter()
            .copied()
            .filter(|it| self.is_from_near(it))
            .collect();
        objects
            .into_iter()
            .filter(|it| self.is_from_near(it) || !near.iter().any(|other| is_part(it, other)))
            .cloned()
            .collect()
    }

    fn is_from_near(&self, thing: &WorldObject) -> bool {
        let mut looked = self.places.iter().zip(&self.from);
        looked.any(|(place, from)| thing.place.as_ref() == Some(place) && thing.last_seen >= *from)
    }

    /// Fails where nothing could tell whether what was seen is as described.
    pub(super) fn can_tell(
        &self,
        robot: &Robot,
        what: &ObjectRef,
        found: &[WorldObject],
    ) -> Outcome<()> {
        if !found.is_empty() || !robot.is_blind_to(what, 0.0) {
            return Ok(());
        }
        let language = robot.language();
        let things = robot.replies.several(language, &robot.thing_name(what));
        Err(robot.failed("cannot_recognise", &[("things", &things)]))
    }

    /// An answer that rests on too little is a failure that says so.
    pub(super) fn conclude(&self, robot: &Robot, answer: String) -> Outcome<String> {
        if self.unseen.is_empty() {
            return Ok(answer);
        }
        let names: Vec<String> = self
            .unseen
            .iter()
            .take(3)
            .map(|it| robot.place_name(it))
            .collect();
        let list = robot.replies.list(robot.language(), &names, "and");
        let values = [("answer", &*answer), ("place", &*list)];
        Err(robot.failed("answer_partly", &values))
    }
}
