//! Settling what, where and who is meant, by the home's names, the dialogue, or a question.

use crate::ast::{Noun, ObjectRef, PlaceRef, Quantity};
use crate::dialogue::question::{self, Question};
use crate::executive::matching;
use crate::executive::robot::Robot;
use crate::executive::trouble::{Outcome, Trouble};
use crate::phrases;
use hearth_types::{CatalogueItem, Point3};

mod ask;

pub(crate) use ask::{ask_which, tell_apart};
use ask::{only, unknown};

/// A place or a room of the home, by id.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spot {
    Place(String),
    Room(String),
}

impl Spot {
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Place(id) | Self::Room(id) => id,
        }
    }
}

impl Robot {
    /// "the kitchen table", "餐桌".
    pub(crate) fn place_name(&self, id: &str) -> String {
        let language = self.language();
        match self.home.place(id) {
            Some(it) => {
                let name = self.replies.name(language, &it.names);
                self.replies.the(language, &name)
            }
            None => id.to_owned(),
        }
    }

    /// "the kitchen", "厨房".
    pub(crate) fn spot_name(&self, spot: &Spot) -> String {
        let language = self.language();
        match spot {
            Spot::Place(id) => self.place_name(id),
            Spot::Room(id) => match self.home.room(id) {
                Some(it) => {
                    let name = self.replies.name(language, &it.names);
                    self.replies.the(language, &name)
                }
                None => id.clone(),
            },
        }
    }

    /// "red cup": the thing as the person called it, or as the home does.
    pub(crate) fn thing_name(&self, what: &ObjectRef) -> String {
        let language = self.language();
        let described = match &what.noun {
            Noun::Described(name) => self.parser.described(language, name),
            _ => None,
        };
        self.replies.thing(language, &self.home, what, described)
    }
}

/// Settles a place. "There" is the place that was spoken of last.
pub(crate) async fn spot(robot: &Robot, place: &PlaceRef) -> Outcome<Spot> {
    let spot = match place {
        PlaceRef::Place(id) if robot.home.place(id).is_some() => Spot::Place(id.clone()),
        PlaceRef::Room(id) if robot.home.room(id).is_some() => Spot::Room(id.clone()),
        PlaceRef::Place(word) | PlaceRef::Room(word) | PlaceRef::Unknown(word) => {
            return Err(robot.refused("unknown_place", &[("place", word)]));
        }
        PlaceRef::AnyOf(options) => Spot::Place(one_of(robot, options).await?),
        PlaceRef::There => {
            let (place, room) = robot.with(|it| (it.memory.place.clone(), it.memory.room.clone()));
            match (place, room) {
                (Some(id), _) => Spot::Place(id),
                (None, Some(id)) => Spot::Room(id),
                (None, None) => return Err(robot.refused("which_place", &[])),
            }
        }
        PlaceRef::Here => here(robot)?,
        PlaceRef::Origin => {
            let origin = robot.with(|it| {
                let held = it.memory.held.as_ref().and_then(|it| it.origin.clone());
                held.or_else(|| it.memory.thing.as_ref().and_then(|it| it.origin.clone()))
            });
            match origin {
                Some(id) => Spot::Place(id),
                None => return Err(robot.refused("which_place", &[])),
            }
        }
        PlaceRef::Near { what, .. } => {
            let world = robot.world();
            let near = world
                .objects
                .iter()
                .find(|it| matching::fit(&robot.home, what, it) >= robot.config.sure_from);
            match near.and_then(|it| it.place.clone()) {
                Some(id) => Spot::Place(id),
                // Whoever wants such a spot looks for the thing first.
                None => return Err(robot.failed("which_place", &[])),
            }
        }
    };
    robot.with(|board| match &spot {
        Spot::Place(id) => {
            board.memory.place = Some(id.clone());
            board.memory.room = None;
        }
        Spot::Room(id) => {
            board.memory.place = None;
            board.memory.room = Some(id.clone());
        }
    });
    Ok(spot)
}

/// The place beside which the robot stands, else the room it is in.
fn here(robot: &Robot) -> Outcome<Spot> {
    let base = robot.base_in_map().point();
    let beside = robot
        .home
        .places
        .iter()
        .filter(|it| !it.surfaces.is_empty())
        .map(|it| (it, it.footprint.distance_m(&base)))
        .filter(|(_, gap_m)| *gap_m < 0.9)
        .min_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((place, _)) = beside {
        return Ok(Spot::Place(place.names.id.clone()));
    }
    match robot.home.room_at(&base) {
        Some(room) => Ok(Spot::Room(room.names.id.clone())),
        None => Err(robot.refused("which_place", &[])),
    }
}

async fn one_of(robot: &Robot, options: &[String]) -> Outcome<String> {
    let known: Vec<String> = options
        .iter()
        .filter(|it| robot.home.place(it).is_some())
        .cloned()
        .collect();
    match known.as_slice() {
        [] => {
            let words = options.first().map_or("", String::as_str);
            Err(robot.refused("unknown_place", &[("place", words)]))
        }
        [one] => Ok(one.clone()),
        several => {
            let remembered = robot.with(|it| it.memory.place.clone());
            if let Some(id) = remembered.filter(|it| several.contains(it)) {
                return Ok(id);
            }
            let names: Vec<String> = several.iter().map(|it| robot.place_name(it)).collect();
            let list = robot.replies.list(robot.language(), &names, "or");
            let question = robot.text("which_one", &[("options", &list)]);
            let choices: Vec<_> = several
                .iter()
                .map(|it| question::place_option(&robot.home, it))
                .collect();
            let words = robot
                .ask(&question, Question::Which(choices.clone()))
                .await?;
            question::choose(robot, &words, &choices)
                .and_then(|it| several.get(it).cloned())
                .ok_or(Trouble::Asked { question })
        }
    }
}

/// Settles what thing is meant as far as that is possible before looking: pronouns, unknown
/// words, and names that several things bear which were seen already.
pub(crate) async fn thing(robot: &Robot, what: &ObjectRef) -> Outcome<ObjectRef> {
    if what.is_pronoun() {
        let meant = robot.with(|it| {
            let held = it.memory.held.as_ref().map(|it| it.what.clone());
            held.or_else(|| it.memory.thing.as_ref().map(|it| it.what.clone()))
        });
        let mut meant = meant.ok_or_else(|| robot.refused("which_thing", &[]))?;
        if what.at.is_some() {
            meant.at.clone_from(&what.at);
        }
        return Ok(meant);
    }
    if let Noun::Unknown(word) = &what.noun {
        return unknown(robot, what, word).await;
    }
    robot.look_also_for(phrases::about_thing(&robot.home, what));
    let items = matching::items(&robot.home, what);
    let by_look = matches!(what.noun, Noun::Anything | Noun::Shape(_));
    if items.is_empty() && !by_look && phrases::of_thing(&robot.home, what).is_none() {
        let name = robot.thing_name(what);
        return Err(robot.refused("no_such_thing", &[("thing", &name)]));
    }
    let certain = what.quantity != Quantity::The
        || what.superlative.is_some()
        || what.relation.is_some()
        || what.at.is_some()
        || by_look
        || items.len() < 2;
    if certain {
        return Ok(what.clone());
    }
    let world = robot.world();
    let seen: Vec<&CatalogueItem> = items
        .iter()
        .copied()
        .filter(|item| {
            world.objects.iter().any(|it| {
                it.existence >= 0.5
                    && it.hypotheses.first().is_some_and(|h| {
                        h.item == item.names.id && h.probability >= robot.config.sure_from
                    })
            })
        })
        .collect();
    match seen.as_slice() {
        [one] => Ok(only(what, one)),
        // What is there is not known yet: looking may settle it.
        [] => Ok(what.clone()),
        several => ask_which(robot, what, several).await,
    }
}

/// The middle of a place's first surface, or of its footprint.
pub(crate) fn middle_of(robot: &Robot, place: &str) -> Option<Point3> {
    let place = robot.home.place(place)?;
    Some(match place.surfaces.first() {
        Some(it) => {
            let centre = it.area.centre_in_map;
            Point3::new(centre.x_m, centre.y_m, it.height_m)
        }
        None => {
            let centre = place.footprint.centre_in_map;
            Point3::new(centre.x_m, centre.y_m, place.height_m / 2.0)
        }
    })
}
