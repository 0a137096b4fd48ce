//! Questions about people: who does what, what somebody wears.

use crate::ast::notation::{colour_id, gesture_id, posture_id};
use crate::ast::{Aspect, Gesture, Looks, PersonRef, PlaceRef};
use crate::executive::matching;
use crate::executive::robot::Robot;
use crate::executive::trouble::Outcome;
use crate::phrases;
use crate::skills::people::{self, Wanted};
use crate::skills::which::{self, Spot};
use hearth_types::{Evidence, Hypothesis, Posture, Stamp, WorldPerson};

/// "Is somebody lying on the floor?"
pub(crate) async fn exists_person(robot: &Robot, person: &PersonRef) -> Outcome<String> {
    let (looks, spot, found) = seen_so(robot, person).await?;
    let doing = robot.replies.doing(robot.language(), &looks);
    Ok(match found.first() {
        Some(first) => {
            let (person, at) = (people::name_seen(robot, first), room_phrase(robot, first));
            let values = [("person", &*person), ("at", &*at), ("doing", &*doing)];
            robot.text("exists_person", &values)
        }
        None => robot.text(
            "exists_person_not",
            &[("at", &place_phrase(robot, &spot)), ("doing", &doing)],
        ),
    })
}

/// "Who is waving?"
pub(crate) async fn who(robot: &Robot, person: &PersonRef) -> Outcome<String> {
    let (looks, spot, found) = seen_so(robot, person).await?;
    let language = robot.language();
    let doing = robot.replies.doing(language, &looks);
    let Some(first) = found.first() else {
        let at = place_phrase(robot, &spot);
        return Ok(robot.text("who_not", &[("at", &at), ("doing", &doing)]));
    };
    if let Some(it) = first.hypotheses.first() {
        robot.with(|board| board.memory.person = Some(it.item.clone()));
    }
    let names: Vec<String> = found
        .iter()
        .map(|it| people::name_seen(robot, it))
        .collect();
    let list = robot.replies.list(language, &names, "and");
    let is = if names.len() > 1 { "are" } else { "is" };
    let at = room_phrase(robot, first);
    let values = [
        ("person", &*list),
        ("is", is),
        ("at", &*at),
        ("doing", &*doing),
    ];
    Ok(robot.text("who", &values))
}

async fn seen_so(
    robot: &Robot,
    person: &PersonRef,
) -> Outcome<(Looks, Option<Spot>, Vec<WorldPerson>)> {
    let (wanted, spot) = people::who(robot, person).await?;
    let looks = match &wanted {
        Wanted::Anyone(looks) => looks.clone(),
        _ => Looks::default(),
    };
    let began = robot.now();
    let found = people::watch(robot, &wanted, spot.as_ref(), false).await?;
    rest_on(robot, &found);
    if found.is_empty() {
        can_tell(robot, &looks, spot.as_ref(), began)?;
    }
    Ok((looks, spot, found))
}

/// That nobody was seen who looks so means that nobody does: only if the robot can recognise it, and saw enough of everybody there.
fn can_tell(robot: &Robot, looks: &Looks, spot: Option<&Spot>, began: Stamp) -> Outcome<()> {
    let doing = robot.replies.doing(robot.language(), looks);
    if people::is_blind_to(robot, looks) {
        return Err(robot.failed("cannot_recognise_people", &[("doing", &doing)]));
    }
    match people::unclear(robot, looks, spot, began) {
        Some(it) => {
            let person = people::name_seen(robot, &it);
            let values = [("person", &*person), ("doing", &*doing)];
            Err(robot.failed("check_unknown", &values))
        }
        None => Ok(()),
    }
}

/// "How many people are sitting in the kitchen?"
pub(crate) async fn count_people(robot: &Robot, person: &PersonRef) -> Outcome<String> {
    let (wanted, spot) = people::who(robot, person).await?;
    let spot = match spot {
        Some(spot) => spot,
        None => which::spot(robot, &PlaceRef::Here).await?,
    };
    let began = robot.now();
    let found = people::watch(robot, &wanted, Some(&spot), true).await?;
    rest_on(robot, &found);
    let language = robot.language();
    let at = robot.at_phrase(&spot);
    let number = robot.replies.number(language, found.len());
    if let Wanted::Anyone(looks) = &wanted
        && !looks.is_plain()
    {
        let doing = robot.replies.doing(language, looks);
        if found.is_empty() {
            can_tell(robot, looks, Some(&spot), began)?;
        }
        let key = if found.len() == 1 {
            "count_people_so_one"
        } else {
            "count_people_so"
        };
        let values = [("number", &*number), ("at", &*at), ("doing", &*doing)];
        return Ok(robot.text(key, &values));
    }
    let key = if found.len() == 1 {
        "count_people_one"
    } else {
        "count_people"
    };
    Ok(robot.text(key, &[("number", &number), ("at", &at)]))
}

/// "Is Anna sitting?"
pub(crate) async fn check_person(
    robot: &Robot,
    person: &PersonRef,
    looks: &Looks,
) -> Outcome<String> {
    robot.look_also_for(phrases::of_person(looks));
    let (name, person) = find(robot, person).await?;
    let language = robot.language();
    let doing = robot.replies.doing(language, looks);
    let values = [("person", &*name), ("doing", &*doing)];
    if matching::fit_person(looks, &person) >= robot.config.sure_from {
        return Ok(robot.text("check_yes", &values));
    }
    if !matching::tells(looks, &person) {
        return Err(robot.failed("check_unknown", &values));
    }
    Ok(robot.text("check_no", &values))
}

/// "What is Anna wearing?", "tell me the pose of the person in the kitchen"
pub(crate) async fn describe_person(
    robot: &Robot,
    person: &PersonRef,
    aspect: Aspect,
) -> Outcome<String> {
    let (name, person) = find(robot, person).await?;
    if aspect == Aspect::Name {
        return told_by_name(robot, &person);
    }
    let language = robot.language();
    let gesture = person
        .gesture
        .filter(|(_, probability)| *probability >= robot.config.sure_from)
        .map(|(gesture, _)| Gesture::seen(gesture));
    let posture = Some(person.posture).filter(|it| *it != Posture::Unknown);
    let looks = match aspect {
        Aspect::Clothes => Looks {
            shirt: person.shirt.map(|it| it.name),
            ..Looks::default()
        },
        Aspect::Activity => Looks {
            posture,
            gesture: gesture.filter(|it| *it != Gesture::None),
            ..Looks::default()
        },
        Aspect::Posture | Aspect::Name => Looks {
            posture,
            ..Looks::default()
        },
        Aspect::Gesture => Looks {
            gesture,
            ..Looks::default()
        },
    };
    let values = [("person", name.as_str())];
    if looks.is_plain() {
        let key = match aspect {
            Aspect::Clothes => "clothes_unknown",
            Aspect::Activity => "activity_unknown",
            Aspect::Posture | Aspect::Name => "posture_unknown",
            Aspect::Gesture => "gesture_unknown",
        };
        return Err(robot.failed(key, &values));
    }
    if looks.gesture == Some(Gesture::None) {
        return Ok(robot.text("no_gesture", &values));
    }
    let doing = robot.replies.doing(language, &looks);
    Ok(robot.text("person_is", &[("person", &name), ("doing", &doing)]))
}

/// "That is Anna."
fn told_by_name(robot: &Robot, person: &WorldPerson) -> Outcome<String> {
    let name = people::name_seen(robot, person);
    if name == robot.text_inside("somebody", &[]) {
        return Err(robot.failed("name_unknown", &[]));
    }
    let at = room_phrase(robot, person);
    Ok(robot.text("person_named", &[("person", &name), ("at", &at)]))
}

/// The person, seen from before them, and what to call them.
async fn find(robot: &Robot, person: &PersonRef) -> Outcome<(String, WorldPerson)> {
    let (wanted, spot) = people::who(robot, person).await?;
    let found = people::find(robot, &wanted, spot.as_ref()).await?;
    let person = people::look_again(robot, &found).await;
    let name = match &wanted {
        Wanted::Anyone(_) => match people::name_seen(robot, &person) {
            name if name == robot.text_inside("somebody", &[]) => {
                robot.text_inside("the_person", &[])
            }
            name => name,
        },
        _ => people::name(robot, &wanted),
    };
    rest_on(robot, std::slice::from_ref(&person));
    Ok((name, person))
}

/// Who was seen in the room beside its things: a sentence of its own, or nothing.
pub(super) fn also_seen(robot: &Robot, spot: &Spot, since: Stamp) -> String {
    if !matches!(spot, Spot::Room(_)) {
        return String::new();
    }
    let world = robot.world();
    let there: Vec<WorldPerson> = people::present(&world)
        .filter(|it| it.last_seen >= since && people::is_at(robot, spot, &it.position_in_map))
        .cloned()
        .collect();
    if there.is_empty() {
        return String::new();
    }
    rest_on(robot, &there);
    let names: Vec<String> = there
        .iter()
        .map(|it| people::name_seen(robot, it))
        .collect();
    let list = robot.replies.list(robot.language(), &names, "and");
    robot.text("also_people", &[("people", &list)])
}

/// "in the kitchen"; nothing where no room is known.
fn room_phrase(robot: &Robot, person: &WorldPerson) -> String {
    let room = robot.home.room_at(&person.position_in_map);
    room.map_or_else(
        || robot.text_inside("here", &[]),
        |it| robot.at_phrase(&Spot::Room(it.names.id.clone())),
    )
}

fn place_phrase(robot: &Robot, spot: &Option<Spot>) -> String {
    match spot {
        Some(spot) => robot.at_phrase(spot),
        None => robot.text_inside("here", &[]),
    }
}

/// Tells what of whom, in which frame, an answer rests on.
fn rest_on(robot: &Robot, people: &[WorldPerson]) {
    for person in people.iter().take(4) {
        let sure = |it: &&Hypothesis| it.probability >= robot.config.sure_from;
        let label = person.hypotheses.first().filter(sure);
        let label = label.map_or("person", |it| it.item.as_str());
        let mut text = format!(
            "{label} at ({:.2}, {:.2}), {}",
            person.position_in_map.x,
            person.position_in_map.y,
            posture_id(person.posture)
        );
        if let Some((gesture, probability)) = person.gesture {
            text += &format!(
                ", {} p={probability:.2}",
                gesture_id(Gesture::seen(gesture))
            );
        }
        if let Some(shirt) = person.shirt {
            text += &format!(", in {}", colour_id(shirt.name));
        }
        for it in &person.matches {
            text += &format!(", {:?} p={:.2}", it.phrase, it.probability);
        }
        robot.begin("answer", &[]).succeed(Evidence {
            text,
            frame: Some(person.last_seen),
        });
    }
}
