//! Finding people.

use super::go;
use super::which::{self, Spot};
use crate::ast::{Looks, PersonRef};
use crate::executive::matching;
use crate::executive::robot::{Robot, Step};
use crate::executive::trouble::{Outcome, Trouble};
use crate::phrases;
use hearth_types::{Approach, MotionGoal, Point2, Posture, World, WorldPerson};

mod views;
mod watch;

use views::{look_around, look_at, look_at_place, move_on, stand_back};
use watch::seen_better;
pub(crate) use watch::{look_again, unclear, watch};

/// \[m\] Somebody seen this near to where the speaker was is the speaker.
const SAME_PERSON_M: f64 = 1.5;

/// \[m\] Whoever is found so near need not be gone up to.
const NEAR_M: f64 = 1.6;
/// Others may be taken for whom is wanted so often before the search ends.
const TAKEN_FOR_IT: usize = 2;

/// Who is wanted.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// Whoever spoke.
    Speaker,
    /// A person of the home, by id.
    Named(String),
    /// Anybody who looks so.
    Anyone(Looks),
}

/// Settles whom the words mean, and where they say to look.
pub(crate) async fn who(robot: &Robot, person: &PersonRef) -> Outcome<(Wanted, Option<Spot>)> {
    let settled = match person {
        PersonRef::Speaker => (Wanted::Speaker, None),
        PersonRef::Named { id, at } => {
            if robot.home.person(id).is_none() {
                return Err(robot.refused("unknown_person", &[("person", id)]));
            }
            robot.with(|it| it.memory.person = Some(id.clone()));
            let spot = match at {
                Some(at) => Some(which::spot(robot, at).await?),
                None => None,
            };
            (Wanted::Named(id.clone()), spot)
        }
        PersonRef::Anyone { at, looks } => {
            robot.look_also_for(phrases::of_person(looks));
            let spot = match at {
                Some(at) => Some(which::spot(robot, at).await?),
                None => None,
            };
            (Wanted::Anyone(looks.clone()), spot)
        }
        PersonRef::Pronoun => match robot.with(|it| it.memory.person.clone()) {
            Some(id) => (Wanted::Named(id), None),
            None => (Wanted::Speaker, None),
        },
        PersonRef::Unknown(word) => {
            return Err(robot.refused("unknown_person", &[("person", word)]));
        }
    };
    Ok(settled)
}

/// "Anna", "you", "somebody".
pub(crate) fn name(robot: &Robot, wanted: &Wanted) -> String {
    match wanted {
        Wanted::Speaker => robot.text_inside("you", &[]),
        Wanted::Anyone(looks) if looks.is_plain() => robot.text_inside("anybody", &[]),
        Wanted::Anyone(looks) => robot.replies.person_like(robot.language(), looks),
        Wanted::Named(id) => match robot.home.person(id) {
            Some(it) => {
                let name = robot.replies.name(robot.language(), &it.names);
                crate::replies::proper(&name)
            }
            None => id.clone(),
        },
    }
}

/// "Anna", "somebody": whoever is seen there.
pub(crate) fn name_seen(robot: &Robot, person: &WorldPerson) -> String {
    match person.hypotheses.first() {
        // Somebody who is known is told by name.
        Some(it) if it.probability >= robot.config.sure_from => {
            name(robot, &Wanted::Named(it.item.clone()))
        }
        _ => robot.text_inside("somebody", &[]),
    }
}

/// The person in the world, if they are seen.
pub(crate) fn seen(robot: &Robot, wanted: &Wanted, spot: Option<&Spot>) -> Option<WorldPerson> {
    seen_with(robot, wanted, spot, robot.config.sure_from)
}

/// As [`seen`], from this belief in how they look on.
fn seen_with(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
    least: f64,
) -> Option<WorldPerson> {
    let world = robot.world();
    let base = robot.base_in_map().point();
    let speaker = robot.with(|it| it.memory.speaker_in_map);
    let from = match wanted {
        Wanted::Speaker => speaker.unwrap_or(base),
        _ => base,
    };
    present(&world)
        .filter(|it| spot.is_none_or(|spot| is_at(robot, spot, &it.position_in_map)))
        .filter(|it| match wanted {
            Wanted::Speaker => (it.position_in_map - from).norm() < SAME_PERSON_M,
            Wanted::Named(id) => it
                .hypotheses
                .first()
                .is_some_and(|it| it.item == *id && it.probability >= robot.config.sure_from),
            Wanted::Anyone(looks) => matching::fit_person(looks, it) >= least,
        })
        .min_by(|a, b| {
            let far = |it: &WorldPerson| (it.position_in_map - from).norm();
            far(a).total_cmp(&far(b))
        })
        .cloned()
}

/// People who are believed to be there.
pub(crate) fn present(world: &World) -> impl Iterator<Item = &WorldPerson> {
    world.people.iter().filter(|it| it.existence >= 0.4)
}

/// Whether a point lies in the room, or by the place.
pub(crate) fn is_at(robot: &Robot, spot: &Spot, point: &Point2) -> bool {
    match spot {
        Spot::Room(id) => robot.home.room(id).is_some_and(|it| it.contains(point)),
        Spot::Place(id) => robot
            .home
            .place(id)
            .is_some_and(|it| it.footprint.distance_m(point) < 1.0),
    }
}

/// Looks for a person: where they are believed to be, where they usually are, then room by room.
pub(crate) async fn find(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
) -> Outcome<WorldPerson> {
    let step = robot.begin("find_person", &[("who", &name(robot, wanted))]);
    let found = match faced(robot, wanted, spot, &step).await {
        Ok(person) => Ok(person),
        // Of somebody who is half hidden it may not show how they sit or lie.
        Err(trouble) => {
            let least = robot.config.maybe_from;
            let maybe = seen_with(robot, wanted, spot, least);
            let maybe = maybe.filter(|_| matches!(trouble, Trouble::Failed { .. }));
            maybe.ok_or(trouble)
        }
    };
    match found {
        Ok(person) => {
            step.succeed(robot.evidence(format!(
                "seen at ({:.2}, {:.2}) in {} frames",
                person.position_in_map.x, person.position_in_map.y, person.sightings
            )));
            Ok(person)
        }
        Err(trouble) => Err(step.fail(trouble)),
    }
}

/// Looks for them, and then at them: an arm at the edge of a picture tells little of whose it is.
async fn faced(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
    step: &Step<'_>,
) -> Outcome<WorldPerson> {
    let mut found = hunt(robot, wanted, spot, step).await?;
    let Wanted::Anyone(looks) = wanted else {
        return Ok(found);
    };
    for _ in 0..TAKEN_FOR_IT {
        let person = look_again(robot, &found).await;
        if matching::fit_person(looks, &person) >= robot.config.sure_from {
            return Ok(person);
        }
        found = hunt(robot, wanted, spot, step).await?;
    }
    Ok(found)
}

/// Goes up to somebody who was found. They were seen: that the way is blocked is no failure.
pub(crate) async fn go_near(robot: &Robot, person: &WorldPerson) {
    let far_m = (person.position_in_map - robot.base_in_map().point()).norm();
    // Where the legs of somebody who lies are is not known well enough to drive there.
    if far_m > NEAR_M && person.posture != Posture::Lying {
        let goal = MotionGoal::ApproachPerson {
            person_in_map: person.position_in_map,
        };
        let _ = robot.motion(goal).await;
        look_at(robot, &person.position_in_map).await;
    }
}

async fn hunt(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
    step: &Step<'_>,
) -> Outcome<WorldPerson> {
    if let Some(person) = seen(robot, wanted, spot) {
        let now = robot.now();
        let fresh = now.secs_since(person.last_seen) < 5.0;
        if (fresh || look_at(robot, &person.position_in_map).await)
            && let Some(person) = seen(robot, wanted, spot)
        {
            return Ok(person);
        }
    }
    if let Some(Spot::Place(id)) = spot {
        go::approach(robot, id, None, Approach::View, 0, step).await?;
        let _ = look_at_place(robot, id).await;
        if let Some(person) = seen(robot, wanted, spot) {
            return Ok(person);
        }
        if let Some(person) = look_around(robot, wanted, spot).await {
            return Ok(person);
        }
        return Err(missing(robot, wanted, Some(&robot.place_name(id))));
    }
    if let (Wanted::Named(id), None) = (wanted, spot)
        && let Some(place) = robot.home.person(id).and_then(|it| it.usual_place.clone())
    {
        match go::approach(robot, &place, None, Approach::View, 0, step).await {
            Ok(_) => {
                let _ = look_at_place(robot, &place).await;
                if let Some(person) = look_around(robot, wanted, spot).await {
                    return Ok(person);
                }
            }
            Err(trouble) => step.note(trouble.reason()),
        }
    }
    if matches!(wanted, Wanted::Speaker) {
        return match robot.with(|it| it.memory.speaker_in_map) {
            Some(place) => {
                let _ = robot
                    .motion(MotionGoal::ApproachPerson {
                        person_in_map: place,
                    })
                    .await;
                look_at(robot, &place).await;
                match look_around(robot, wanted, None).await {
                    Some(person) => Ok(person),
                    None => Err(missing(robot, wanted, None)),
                }
            }
            None => Err(missing(robot, wanted, None)),
        };
    }
    rooms(robot, wanted, spot, step).await
}

async fn rooms(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
    step: &Step<'_>,
) -> Outcome<WorldPerson> {
    let base = robot.base_in_map().point();
    let mut rooms: Vec<_> = robot
        .home
        .rooms
        .iter()
        .filter(|it| match spot {
            Some(Spot::Room(id)) => it.names.id == *id,
            _ => true,
        })
        .collect();
    rooms.sort_by_key(|it| !it.contains(&base));
    for room in rooms {
        robot.check_budget()?;
        let name = robot.spot_name(&Spot::Room(room.names.id.clone()));
        step.note(robot.text("note_looking", &[("place", &name)]));
        if !room.contains(&robot.base_in_map().point())
            && let Err(trouble) = go::enter(robot, room, &name, step).await
        {
            step.note(trouble.reason());
            continue;
        }
        let mut stood = Vec::new();
        let began = robot.now();
        loop {
            if let Some(person) = look_around(robot, wanted, spot).await {
                return Ok(person);
            }
            if !move_on(robot, room, &mut stood, step).await {
                break;
            }
        }
        let here = Spot::Room(room.names.id.clone());
        if seen_better(robot, wanted, Some(&here), began, step).await
            && let Some(person) = seen(robot, wanted, spot)
        {
            return Ok(person);
        }
    }
    let place = spot.map(|it| robot.spot_name(it));
    Err(missing(robot, wanted, place.as_deref()))
}

fn missing(robot: &Robot, wanted: &Wanted, place: Option<&str>) -> Trouble {
    if let Wanted::Anyone(looks) = wanted
        && is_blind_to(robot, looks)
    {
        let doing = robot.replies.doing(robot.language(), looks);
        return robot.failed("cannot_recognise_people", &[("doing", &doing)]);
    }
    let person = name(robot, wanted);
    match place {
        Some(place) => robot.failed("person_not_at", &[("person", &person), ("place", place)]),
        None => robot.failed("person_not_found", &[("person", &person)]),
    }
}

/// Whether people are seen, but nothing tells of any what they do with their arms or wear.
pub(crate) fn is_blind_to(robot: &Robot, looks: &Looks) -> bool {
    let world = robot.world();
    let mut people = present(&world).peekable();
    let tells = |it: &WorldPerson, phrase: &str| hearth_types::match_of(&it.matches, phrase);
    let gesture = looks.gesture.and_then(phrases::of_gesture);
    let others = phrases::of_person(&Looks {
        trousers: looks.trousers,
        detail: looks.detail.clone(),
        ..Looks::default()
    });
    let wanted: Vec<&str> = gesture
        .into_iter()
        .chain(others.iter().map(String::as_str))
        .collect();
    people.peek().is_some()
        && !wanted.is_empty()
        && people.all(|it| {
            (gesture.is_none() || it.gesture.is_none())
                && wanted.iter().all(|phrase| tells(it, phrase).is_none())
        })
}
