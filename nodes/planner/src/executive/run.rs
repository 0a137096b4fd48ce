//! Carries out the commands of one utterance, in order.

use super::matching;
use super::robot::Robot;
use super::trouble::{Outcome, Trouble};
use crate::ast::{
    Command, Control, Courtesy, Impossible, Meaning, ObjectRef, PersonRef, PlaceRef, Quantity,
    Relation,
};
use crate::dialogue::question;
use crate::language::Incomplete;
use crate::skills::people::{self, Wanted};
use crate::skills::which::{self, Spot};
use crate::skills::{answer, go, hand_over, pick, place, search};
use hearth_types::{ObjectId, Point3, TaskEvent, TaskVerdict};

/// At most so many things are fetched in one command ("bring all the cups").
pub(crate) const MOST_THINGS: usize = 6;

/// Asks for what a command lacks, then carries it out.
pub(crate) async fn complete_and_carry_out(
    robot: Robot,
    incomplete: Box<Incomplete>,
) -> TaskVerdict {
    match question::complete(&robot, incomplete).await {
        Ok(meaning) => {
            let steps = super::plan_of(&meaning, robot.with(|it| it.memory.held.is_some()));
            let notation = meaning.to_string();
            robot.with(|board| {
                let stamp = board.now;
                board.progress.steps.clone_from(&steps);
                if let Some(task) = board.progress.task {
                    board.emit(TaskEvent::Understood {
                        stamp,
                        task,
                        language: meaning.language,
                        meaning: notation,
                    });
                    board.emit(TaskEvent::Planned { stamp, task, steps });
                }
            });
            carry_out(robot, meaning).await
        }
        Err(trouble) => trouble.into_verdict(false),
    }
}

/// Carries out all commands; ends at the first that fails. What is concluded is said.
pub(crate) async fn carry_out(robot: Robot, meaning: Meaning) -> TaskVerdict {
    let holding = robot.with(|it| it.memory.held.is_some());
    let lengths: Vec<usize> = super::plan::steps_by_command(&meaning, holding)
        .iter()
        .map(Vec::len)
        .collect();
    let mut inserted_before = 0;
    let mut planned = 0;
    for (at, (command, length)) in meaning.commands.iter().zip(lengths).enumerate() {
        planned += length;
        robot.with(|board| {
            let clock_secs = board.task_clock_secs;
            let progress = &mut board.progress;
            // Steps that turned out not to be needed are passed over.
            progress.next = (planned - length + inserted_before).min(progress.steps.len());
            progress.command_end = planned + inserted_before;
            progress.deadline_secs = clock_secs + robot.config.command_budget_secs;
        });
        let outcome = match too_many(command, meaning.commands.get(at + 1)) {
            true => Err(robot.refused("one_at_a_time", &[])),
            false => one(&robot, command).await,
        };
        inserted_before = robot.with(|it| it.progress.command_end) - planned;
        match outcome {
            Ok(said) => {
                if !said.is_empty() {
                    robot.say(&said);
                }
            }
            Err(trouble) => {
                // A question was said when it was asked.
                if !matches!(trouble, Trouble::Asked { .. }) {
                    robot.say(trouble.reason());
                }
                return trouble.into_verdict(robot.with(|it| it.progress.begun));
            }
        }
    }
    TaskVerdict::Done
}

/// "Take two cups", with nothing said of where to put them: the gripper holds one.
fn too_many(command: &Command, next: Option<&Command>) -> bool {
    let Command::Take { what } = command else {
        return false;
    };
    let dealt_with = matches!(
        next,
        Some(Command::Put { what, .. } | Command::Bring { what, .. }) if what.is_pronoun()
    );
    let several = match what.quantity {
        Quantity::Exactly(count) => count > 1,
        Quantity::All => true,
        Quantity::The | Quantity::Any => false,
    };
    several && !dealt_with
}

async fn one(robot: &Robot, command: &Command) -> Outcome<String> {
    match command {
        Command::GoTo { target } => {
            let spot = which::spot(robot, target).await?;
            go::go_to(robot, &spot).await?;
            let key = match spot {
                Spot::Place(_) => "arrived",
                Spot::Room(_) => "arrived_room",
            };
            Ok(robot.text(key, &[("place", &robot.spot_name(&spot))]))
        }
        Command::GoToPerson { person } => go_to_person(robot, person).await,
        Command::GoBack => {
            go::go_back(robot).await?;
            Ok(robot.text("back", &[]))
        }
        Command::Find { what } => {
            let what = which::thing(robot, what).await?;
            let found = search::search(robot, &what, &[]).await?;
            Ok(answer::found_text(robot, &what, &found))
        }
        Command::FindPerson { person } => find_person(robot, person, "person_found").await,
        Command::LocatePerson { person } => find_person(robot, person, "person_at").await,
        Command::Take { what } => {
            let what = fetch(robot, what, &[]).await?.what;
            Ok(robot.text("taken", &[("thing", &robot.the_thing(&what))]))
        }
        Command::Bring { what, to } => bring(robot, what, to).await,
        Command::Put { what, on } => put(robot, what, on).await,
        Command::Describe { place } => answer::describe(robot, place).await,
        Command::Identify { what } => answer::identify(robot, what).await,
        Command::Count { what } => answer::count(robot, what).await,
        Command::Exists { what } => answer::exists(robot, what).await,
        Command::Locate { what } => answer::locate(robot, what).await,
        Command::CountPeople { people } => count_people(robot, people).await,
        Command::Courtesy { kind } => Ok(robot.text(
            match kind {
                Courtesy::Hello => "hello",
                Courtesy::Thanks => "thanks",
                Courtesy::Bye => "bye",
                Courtesy::Abilities => "abilities",
            },
            &[],
        )),
        // Orders in the middle of a sentence ("go there and wait"); alone the node takes them.
        Command::Control { order } => Ok(robot.text(
            match order {
                Control::Stop | Control::Cancel => "stopping",
                Control::Wait => "waiting",
                Control::Continue => "continuing",
            },
            &[],
        )),
        Command::Impossible { why, .. } => Err(robot.refused(
            match why {
                Impossible::Terrain => "impossible_terrain",
                Impossible::Skill => "impossible_skill",
                Impossible::Weight => "impossible_weight",
            },
            &[],
        )),
    }
}

async fn go_to_person(robot: &Robot, person: &PersonRef) -> Outcome<String> {
    let (wanted, spot) = people::who(robot, person).await?;
    let found = people::find(robot, &wanted, spot.as_ref()).await?;
    let name = people::name(robot, &wanted);
    let step = robot.begin("approach_person", &[("who", &name)]);
    match hand_over::approach(robot, &wanted, found.position_in_map, &step).await {
        Ok(at) => {
            let gap_m = (at - robot.base_in_map().point()).norm();
            if gap_m > 2.0 {
                let values = [("place", &*name)];
                return Err(step.fail(robot.failed("not_arrived", &values)));
            }
            step.succeed(robot.evidence(format!("{gap_m:.2} m before the person")));
            Ok(robot.text("arrived_person", &[("person", &name)]))
        }
        Err(trouble) => Err(step.fail(trouble)),
    }
}

async fn find_person(robot: &Robot, person: &PersonRef, key: &str) -> Outcome<String> {
    let (wanted, spot) = people::who(robot, person).await?;
    let found = people::find(robot, &wanted, spot.as_ref()).await?;
    let name = match &wanted {
        // Somebody who is known is told by name.
        Wanted::Anyone(_) => match found.hypotheses.first() {
            Some(it) if it.probability >= robot.config.sure_from => {
                people::name(robot, &Wanted::Named(it.item.clone()))
            }
            _ => robot.text_inside("somebody", &[]),
        },
        _ => people::name(robot, &wanted),
    };
    if let Some(it) = found.hypotheses.first() {
        robot.with(|board| board.memory.person = Some(it.item.clone()));
    }
    let room = robot.home.room_at(&found.position_in_map);
    let place = room.map_or_else(String::new, |it| {
        robot.spot_name(&Spot::Room(it.names.id.clone()))
    });
    let key = match (&wanted, place.is_empty()) {
        (_, true) => "person_seen",
        (Wanted::Speaker, false) => "you_at",
        _ => key,
    };
    Ok(robot.text(key, &[("person", &name), ("place", &place)]))
}

async fn count_people(robot: &Robot, person: &PersonRef) -> Outcome<String> {
    let (wanted, spot) = people::who(robot, person).await?;
    let spot = match spot {
        Some(spot) => spot,
        None => which::spot(robot, &PlaceRef::Here).await?,
    };
    let count = people::count(robot, &wanted, &spot).await?;
    let number = robot.replies.number(robot.language(), count);
    let at = robot.at_phrase(&spot);
    let key = if count == 1 {
        "count_people_one"
    } else {
        "count_people"
    };
    Ok(robot.text(key, &[("number", &number), ("at", &at)]))
}

/// What is in the gripper after fetching.
struct Fetched {
    what: ObjectRef,
    object: ObjectId,
}

/// Gets hold of a thing: it is held already, or is searched and picked up.
async fn fetch(robot: &Robot, what: &ObjectRef, exclude: &[ObjectId]) -> Outcome<Fetched> {
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

async fn bring(robot: &Robot, what: &ObjectRef, to: &PersonRef) -> Outcome<String> {
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

async fn put(robot: &Robot, what: &ObjectRef, on: &PlaceRef) -> Outcome<String> {
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
