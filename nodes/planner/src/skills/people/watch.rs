//! Watching what people do.

use super::{
    SAME_PERSON_M, Wanted, is_at, is_blind_to, look_around, look_at, look_at_place, move_on,
    present, stand_back,
};
use crate::ast::Looks;
use crate::executive::matching;
use crate::executive::robot::{Robot, Step};
use crate::executive::trouble::Outcome;
use crate::skills::go;
use crate::skills::which::Spot;
use hearth_types::{Approach, Stamp, WorldPerson};

/// Looks around the spot, or from here, until somebody wanted is seen; all around if `all` are
/// wanted. Returns who was seen there and is as wanted.
pub(crate) async fn watch(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
    all: bool,
) -> Outcome<Vec<WorldPerson>> {
    let id = spot.map_or("here", Spot::id);
    let step = robot.begin("look_around", &[("at", id)]);
    let began = robot.now();
    let went = match spot {
        None => Ok(()),
        Some(Spot::Place(id)) => go::approach(robot, id, None, Approach::View, 0, &step)
            .await
            .map(|_| ()),
        Some(Spot::Room(id)) => match robot.home.room(id) {
            Some(room) if !room.contains(&robot.base_in_map().point()) => {
                let name = robot.spot_name(&Spot::Room(id.clone()));
                go::enter(robot, room, &name, &step).await.map(|_| ())
            }
            _ => Ok(()),
        },
    };
    if let Err(trouble) = went {
        return Err(step.fail(trouble));
    }
    if let Some(Spot::Place(id)) = spot
        && !all
    {
        let _ = look_at_place(robot, id).await;
    }
    // The view as it is first: whoever asks "who is waving" may stand right there.
    robot.frames(robot.config.frames_a_look).await;
    // Nobody matches this, so that the whole turn is looked at.
    let nobody = Wanted::Named(String::new());
    let wanted_in_turn = if all { &nobody } else { wanted };
    // What stands in the room may hide somebody.
    let room = spot.and_then(|it| robot.home.room(it.id()));
    let mut stood = Vec::new();
    let mut found = loop {
        look_around(robot, wanted_in_turn, spot).await;
        let found = found_since(robot, wanted, spot, began);
        if !found.is_empty() && !all {
            break found;
        }
        match room {
            Some(room) if move_on(robot, room, &mut stood, &step).await => {}
            _ => break found,
        }
    };
    if found.is_empty() && seen_better(robot, wanted, spot, began, &step).await {
        found = found_since(robot, wanted, spot, began);
    }
    let around = if all || found.is_empty() {
        format!("in a full turn at {} spots", stood.len().max(1))
    } else {
        "in view".to_owned()
    };
    step.succeed(robot.evidence(format!("{} people seen {around}", found.len())));
    Ok(found)
}

/// Who is there and as wanted, of those seen since.
fn found_since(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
    began: Stamp,
) -> Vec<WorldPerson> {
    let mut there = there_since(robot, spot, began);
    if let Wanted::Anyone(looks) = wanted {
        there.retain(|it| matching::fit_person(looks, it) >= robot.config.sure_from);
    }
    there
}

fn there_since(robot: &Robot, spot: Option<&Spot>, began: Stamp) -> Vec<WorldPerson> {
    let world = robot.world();
    present(&world)
        .filter(|it| it.last_seen >= began)
        .filter(|it| spot.is_none_or(|spot| is_at(robot, spot, &it.position_in_map)))
        .cloned()
        .collect()
}

/// Looks from further away at somebody there, seen since, of whom too little was seen. False where that is not so, or not possible.
pub(super) async fn seen_better(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
    began: Stamp,
    step: &Step<'_>,
) -> bool {
    if let Wanted::Anyone(looks) = wanted
        && !is_blind_to(robot, looks)
        && let Some(person) = unclear(robot, looks, spot, began)
        && stand_back(robot, &person, step).await
    {
        robot.frames(robot.config.frames_a_look).await;
        return true;
    }
    false
}

/// Somebody there, seen since, of whom too little was seen to say that they are not as wanted.
pub(crate) fn unclear(
    robot: &Robot,
    looks: &Looks,
    spot: Option<&Spot>,
    began: Stamp,
) -> Option<WorldPerson> {
    let mut there = there_since(robot, spot, began).into_iter();
    there.find(|it| !matching::tells(looks, it))
}

/// The same person as seen now, after a look at them.
pub(crate) async fn look_again(robot: &Robot, person: &WorldPerson) -> WorldPerson {
    look_at(robot, &person.position_in_map).await;
    let world = robot.world();
    let same = present(&world).find(|it| it.id == person.id).cloned();
    let near = || {
        let gap_m = |it: &WorldPerson| (it.position_in_map - person.position_in_map).norm();
        present(&world)
            .filter(|it| gap_m(it) < SAME_PERSON_M)
            .min_by(|a, b| gap_m(a).total_cmp(&gap_m(b)))
            .cloned()
    };
    same.or_else(near).unwrap_or_else(|| person.clone())
}
