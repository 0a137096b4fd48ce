//! Fetching, bringing and putting: commands that move things.

use super::MOST_THINGS;
use crate::ast::{ObjectRef, PersonRef, PlaceRef, Quantity, Relation};
use crate::executive::matching;
use crate::executive::robot::Robot;
use crate::executive::trouble::{Outcome, Trouble};
use crate::skills::people::{self, Wanted};
use crate::skills::which::{self, Spot};
use crate::skills::{hand_over, pick, place, search};
use hearth_types::{ObjectId, Point3};

/// What is in the gripper after fetching.
pub(super) struct Fetched {
    pub(super) what: ObjectRef,
    object: ObjectId,
}

/// Gets hold of a thing: it is held already, or is searched and picked up.
pub(super) async fn fetch(
    robot: &Robot,
    what: &ObjectRef,
    exclude: &[ObjectId],
) -> Outcome<Fetched> {
    let what = which::thing(robot, what).await?;
    if let Some(held) = robot.with(|it| it.memory.held.clone()) {
        let items = matching::items(&robot.home, &what);
        let fits = held.what == what
            || held
                .items
                .first()
                .is_some_and(|it| items.iter().any(|item| item.names.id == *it));
        if fits {
            return Ok(Fetched {
                what,
                object: held.object,
            });
        }
        let thing = robot.the_thing(&held.what);
        return Err(robot.refused("hands_full", &[("thing", &thing)]));
    }
    let mut last = None;
    // Gone or dropped on the way: searched once more.
    for _ in 0..2 {
        let found = match search::search(robot, &what, exclude).await {
            Ok(found) => found,
            Err(trouble) => return Err(last.unwrap_or(trouble)),
        };
        match pick::pick(robot, &what, &found).await {
            Ok(()) => {
                return Ok(Fetched {
                    what,
                    object: found.id,
                });
            }
            Err(trouble) => last = Some(trouble),
        }
        robot.check_budget()?;
    }
    Err(last.unwrap_or_else(|| robot.failed("out_of_time", &[])))
}

/// How often a command over several things is to be carried out.
fn times(what: &ObjectRef) -> usize {
    match what.quantity {
        Quantity::Exactly(count) => (count.max(1) as usize).min(MOST_THINGS),
        Quantity::All => MOST_THINGS,
        Quantity::The | Quantity::Any => 1,
    }
}

/// Whether running out of further things ends "all of them" well.
fn enough(what: &ObjectRef, done: usize, trouble: &Trouble) -> bool {
    what.quantity == Quantity::All && done > 0 && matches!(trouble, Trouble::Failed { .. })
}

pub(super) async fn bring(robot: &Robot, what: &ObjectRef, to: &PersonRef) -> Outcome<String> {
    // Whom and what is settled before anything moves.
    let (wanted, spot) = people::who(robot, to).await?;
    let what = which::thing(robot, what).await?;
    let mut dealt: Vec<ObjectId> = Vec::new();
    let mut name = robot.the_thing(&what);
    for round in 0..times(&what) {
        let fetched = match fetch(robot, &what, &dealt).await {
            Ok(fetched) => fetched,
            Err(trouble) if enough(&what, round, &trouble) => break,
            Err(trouble) => return Err(trouble),
        };
        name = robot.the_thing(&fetched.what);
        let mut object = fetched.object;
        if let Err(trouble) = deliver(robot, &wanted, spot.as_ref()).await {
            fell_down(robot, trouble)?;
            object = fetch(robot, &what, &dealt).await?.object;
            deliver(robot, &wanted, spot.as_ref()).await?;
        }
        dealt.push(object);
    }
    let person = people::name(robot, &wanted);
    Ok(robot.text("given", &[("thing", &name), ("person", &person)]))
}

async fn deliver(robot: &Robot, wanted: &Wanted, spot: Option<&Spot>) -> Outcome<()> {
    let speaker = robot.with(|it| it.memory.speaker_in_map);
    let at = match (wanted, speaker) {
        (Wanted::Speaker, Some(at)) => at,
        _ => people::find(robot, wanted, spot).await?.position_in_map,
    };
    hand_over::hand_over(robot, wanted, at).await
}

/// Lets go on to fetch it again if it fell down on the way; else hands the trouble on.
fn fell_down(robot: &Robot, trouble: Trouble) -> Outcome<()> {
    if robot.with(|it| std::mem::take(&mut it.memory.dropped)) {
        Ok(())
    } else {
        Err(trouble)
    }
}

pub(super) async fn put(robot: &Robot, what: &ObjectRef, on: &PlaceRef) -> Outcome<String> {
    // "It" is settled first, so that "there" cannot come to mean where it is found.
    let what = which::thing(robot, what).await?;
    let (mut spot, beside) = match on {
        PlaceRef::Near {
            relation: Relation::Inside | Relation::OnTop,
            ..
        } => {
            return Err(robot.refused("into_things", &[]));
        }
        PlaceRef::Near { what, relation } => (None, Some((what.as_ref().clone(), *relation))),
        _ => (Some(which::spot(robot, on).await?), None),
    };
    if let Some(spot) = &spot {
        can_hold(robot, spot)?;
    }
    let mut dealt: Vec<ObjectId> = Vec::new();
    let mut said = String::new();
    for round in 0..times(&what) {
        let fetched = match fetch(robot, &what, &dealt).await {
            Ok(fetched) => fetched,
            Err(trouble) if enough(&what, round, &trouble) => break,
            Err(trouble) => return Err(trouble),
        };
        let mut near: Option<Point3> = None;
        let mut neighbour = None;
        if let Some((other, relation)) = &beside {
            let other = which::thing(robot, other).await?;
            let found = search::search(robot, &other, &[fetched.object]).await?;
            let viewer = robot.base_in_map();
            near = Some(matching::beside(*relation, &found, &viewer));
            spot = found.place.clone().map(Spot::Place);
            neighbour = Some((found, *relation, viewer));
        }
        let Some(spot) = &spot else {
            return Err(robot.failed("which_place", &[]));
        };
        let seen = match put_at(robot, spot, near).await {
            Ok(seen) => seen,
            Err(trouble) => {
                fell_down(robot, trouble)?;
                fetch(robot, &what, &dealt).await?;
                put_at(robot, spot, near).await?
            }
        };
        dealt.extend([fetched.object, seen.id]);
        if let Some((other, relation, viewer)) = &neighbour
            && !matching::stands(*relation, &seen, other, viewer)
        {
            let thing = robot.the_thing(&fetched.what);
            return Err(robot.failed("not_beside", &[("thing", &thing)]));
        }
        let thing = robot.the_thing(&fetched.what);
        let at = match &seen.place {
            Some(place) => robot.at_phrase(&Spot::Place(place.clone())),
            None => robot.at_phrase(spot),
        };
        let is = robot.replies.is(&thing);
        said = robot.text("put", &[("thing", &thing), ("is", is), ("at", &at)]);
        robot.with(|board| {
            board.memory.thing = Some(crate::dialogue::memory::Mention {
                what: fetched.what,
                object: Some(seen.id),
                origin: seen.place.clone(),
                seen_in_map: Some(seen.centre_in_map),
            });
            board.memory.place = seen.place;
        });
    }
    Ok(said)
}

/// Refuses places on which nothing can stand, before anything is fetched.
fn can_hold(robot: &Robot, spot: &Spot) -> Outcome<()> {
    let none = match spot {
        Spot::Place(id) => robot.home.place(id).is_none_or(|it| it.surfaces.is_empty()),
        Spot::Room(id) => search::places_in(robot, Some(id)).is_empty(),
    };
    if none {
        let place = robot.spot_name(spot);
        return Err(robot.refused("no_surface", &[("place", &place)]));
    }
    Ok(())
}

/// Puts what is held on the place, or on whichever place of the room has a free spot.
async fn put_at(
    robot: &Robot,
    spot: &Spot,
    near: Option<Point3>,
) -> Outcome<hearth_types::WorldObject> {
    let Spot::Room(id) = spot else {
        return place::place(robot, spot.id(), near).await;
    };
    let base = robot.base_in_map().point();
    let mut places = search::places_in(robot, Some(id));
    places.sort_by(|a, b| {
        let far = |id: &String| {
            robot
                .home
                .place(id)
                .map_or(f64::INFINITY, |it| it.footprint.distance_m(&base))
        };
        far(a).total_cmp(&far(b))
    });
    let mut last = None;
    for id in places.iter().take(3) {
        match place::place(robot, id, None).await {
            Ok(seen) => return Ok(seen),
            Err(trouble) => last = Some(trouble),
        }
        if robot.with(|it| it.memory.held.is_none()) {
            break;
        }
    }
    Err(last.unwrap_or_else(|| robot.failed("which_place", &[])))
}
