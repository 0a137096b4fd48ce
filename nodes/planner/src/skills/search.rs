//! Finding things: the likely places one after the other, each looked over well.

use super::look;
use super::which::{self, Spot};
use crate::ast::{Noun, ObjectRef, Quantity};
use crate::executive::board::BLIND_SECS;
use crate::executive::matching;
use crate::executive::robot::{Robot, Step};
use crate::executive::trouble::{Outcome, Trouble};
use hearth_types::{Approach, CatalogueItem, MotionGoal, ObjectId, Point3, WorldObject};

/// \[s\] A sighting this fresh needs no confirmation.
const FRESH_SECS: f64 = 6.0;
/// \[s\] What it takes to stop at a place and look it over, and to drive a metre, roughly.
const LOOK_SECS: f64 = 6.0;
const SECS_A_METRE: f64 = 2.0;

/// What fits better than this is gone for at once; for what fits less, the other places come first.
const CLEAR: f64 = 0.75;

/// Looks for a thing until one that fits is seen. `exclude` are things that do not count (those
/// that were dealt with already).
pub(crate) async fn search(
    robot: &Robot,
    what: &ObjectRef,
    exclude: &[ObjectId],
) -> Outcome<WorldObject> {
    let at = what
        .at
        .as_ref()
        .map_or_else(String::new, |it| it.to_string());
    let step = robot.begin("search", &[("what", &what.words), ("at", &at)]);
    let mut hunt = match Hunt::start(robot, what, exclude).await {
        Ok(hunt) => hunt,
        Err(trouble) => return Err(step.fail(trouble)),
    };
    match hunt.run(&step).await {
        Ok(object) => {
            let place = object.place.as_deref().unwrap_or("floor");
            let p = matching::fit(&robot.home, what, &object);
            let evidence = robot.evidence(format!(
                "seen on {place}: {} with p={p:.2} in {} frames",
                sighted(robot, what, &object),
                object.sightings
            ));
            step.succeed(evidence);
            remember(robot, what, &object);
            Ok(object)
        }
        Err(trouble) => Err(step.fail(trouble)),
    }
}

/// For evidence: what was seen, by its item's id. Where no item's name can say what was meant, the words do.
fn sighted(robot: &Robot, what: &ObjectRef, object: &WorldObject) -> String {
    let label = label(robot, object);
    let beyond_names = what.pattern.is_some()
        || what.state.is_some()
        || what.detail.is_some()
        || matches!(what.noun, Noun::Described(_));
    if beyond_names {
        format!("\"{}\" (of all it knows most like {label})", what.words)
    } else {
        label
    }
}

/// For logs: the likeliest item's id.
pub(crate) fn label(robot: &Robot, object: &WorldObject) -> String {
    matching::name_of(&robot.home, object, robot.config.sure_from)
        .map_or_else(|| "unknown thing".into(), |it| it.names.id.clone())
}

fn remember(robot: &Robot, what: &ObjectRef, object: &WorldObject) {
    robot.with(|board| {
        board.memory.thing = Some(crate::dialogue::memory::Mention {
            what: what.clone(),
            object: Some(object.id),
            origin: object.place.clone(),
            seen_in_map: Some(object.centre_in_map),
        });
        if let Some(place) = &object.place {
            board.memory.place = Some(place.clone());
        }
    });
}

/// The places that a description's "at" leaves open; all where things stand without it.
pub(crate) async fn scope(robot: &Robot, what: &ObjectRef) -> Outcome<(Vec<String>, Option<Spot>)> {
    let spot = match &what.at {
        Some(at) => Some(which::spot(robot, at).await?),
        None => None,
    };
    let places = match &spot {
        Some(Spot::Place(id)) => vec![id.clone()],
        Some(Spot::Room(id)) => places_in(robot, Some(id)),
        None => places_in(robot, None),
    };
    Ok((places, spot))
}

/// Places where things may stand.
pub(crate) fn places_in(robot: &Robot, room: Option<&str>) -> Vec<String> {
    robot
        .home
        .places
        .iter()
        .filter(|it| !it.surfaces.is_empty() && room.is_none_or(|room| it.room == room))
        .map(|it| it.names.id.clone())
        .collect()
}

struct Hunt<'a> {
    robot: &'a Robot,
    what: ObjectRef,
    exclude: &'a [ObjectId],
    /// Those that the person did not mean.
    rejected: Vec<ObjectId>,
    /// Where it may be by the words.
    places: Vec<String>,
    spot: Option<Spot>,
    visited: Vec<String>,
    /// Places that were not seen well or could not be reached.
    unseen: Vec<String>,
    /// \[s\] On the task clock: when to give up where nobody said where to look.
    until_secs: f64,
}

impl<'a> Hunt<'a> {
    async fn start(robot: &'a Robot, what: &ObjectRef, exclude: &'a [ObjectId]) -> Outcome<Self> {
        let (places, spot) = scope(robot, what).await?;
        Ok(Self {
            robot,
            what: what.clone(),
            exclude,
            rejected: Vec::new(),
            places,
            spot,
            visited: Vec::new(),
            unseen: Vec::new(),
            until_secs: robot.with(|it| it.task_clock_secs) + robot.config.search_budget_secs,
        })
    }

    /// What the robot could go for: things that fit, within the scope, the surest first.
    fn candidates(&self, least: f64) -> Vec<WorldObject> {
        let world = self.robot.world();
        let base = self.robot.base_in_map();
        let home = &self.robot.home;
        let mistaken = self.robot.with(|it| it.memory.mistaken.clone());
        let mut fitting: Vec<&WorldObject> = world
            .objects
            .iter()
            .filter(|it| it.existence >= 0.4 && !self.exclude.contains(&it.id))
            .filter(|it| !self.rejected.contains(&it.id))
            .filter(|it| !mistaken.contains(&it.id))
            .filter(|it| self.in_scope(it))
            .filter(|it| matching::fit(home, &self.what, it) >= least)
            .collect();
        fitting.sort_by(|a, b| {
            let far = |it: &WorldObject| (it.centre_in_map.xy() - base.point()).norm();
            far(a).total_cmp(&far(b)).then(a.id.cmp(&b.id))
        });
        let all = &world.objects;
        matching::narrow(home, &self.what, fitting, all, &base, least)
            .into_iter()
            .cloned()
            .collect()
    }

    fn in_scope(&self, object: &WorldObject) -> bool {
        match (&self.spot, &object.place) {
            (None, _) => true,
            (Some(_), Some(place)) => self.places.contains(place),
            (Some(Spot::Room(id)), None) => self
                .robot
                .home
                .room(id)
                .is_some_and(|it| it.contains(&object.centre_in_map.xy())),
            (Some(Spot::Place(_)), None) => false,
        }
    }

    /// Comparisons and relations hold only over all that is there.
    fn needs_all(&self) -> bool {
        self.what.superlative.is_some()
    }

    async fn run(&mut self, step: &Step<'_>) -> Outcome<WorldObject> {
        loop {
            self.robot.check_budget()?;
            let least = self.robot.config.sure_from;
            let least = self.next_place().map_or(least, |_| least.max(CLEAR));
            let sure = self.candidates(least);
            if !sure.is_empty() && (!self.needs_all() || self.next_place().is_none()) {
                if let Some(found) = self.settle(sure, step).await? {
                    return Ok(found);
                }
                continue;
            }
            let Some(place) = self.next_place() else {
                return self.last_resort(step).await;
            };
            if self.spot.is_none() && self.robot.with(|it| it.task_clock_secs) > self.until_secs {
                // What was not looked at is told.
                let left = self.places.iter().filter(|it| !self.visited.contains(it));
                self.unseen.extend(left.cloned());
                return self.last_resort(step).await;
            }
            self.visit(&place, step).await?;
            if self.robot.is_blind_to(&self.what, BLIND_SECS) {
                return Err(self.blind());
            }
        }
    }

    /// That no model is there which could tell it.
    fn blind(&self) -> Trouble {
        let language = self.robot.language();
        let thing = self.robot.thing_name(&self.what);
        let things = self.robot.replies.several(language, &thing);
        self.robot
            .failed("cannot_recognise", &[("things", &things)])
    }

    async fn visit(&mut self, place: &str, step: &Step<'_>) -> Outcome<()> {
        let name = self.robot.place_name(place);
        step.note(self.robot.text("note_looking", &[("place", &name)]));
        self.visited.push(place.to_owned());
        match look::look_over(self.robot, place, step).await {
            Ok(seen) if seen.coverage >= self.robot.config.coverage_wanted => {}
            Ok(_) => self.unseen.push(place.to_owned()),
            Err(trouble) => {
                step.note(trouble.reason());
                self.unseen.push(place.to_owned());
                self.robot.check_budget()?;
            }
        }
        self.inspect_unsure(place, step).await
    }

    /// Looks from another side at what may be the thing but is not surely it.
    async fn inspect_unsure(&self, place: &str, step: &Step<'_>) -> Outcome<()> {
        let clear = self.robot.config.sure_from.max(CLEAR);
        if !self.candidates(clear).is_empty() {
            return Ok(());
        }
        let unsure = self
            .candidates(self.robot.config.maybe_from)
            .into_iter()
            .filter(|it| it.place.as_deref() == Some(place));
        for object in unsure.take(2) {
            step.note(self.robot.text("note_closer_look", &[]));
            self.closer_look(&object, 1, step).await;
            if !self.candidates(clear).is_empty() {
                break;
            }
        }
        Ok(())
    }

    async fn closer_look(&self, object: &WorldObject, variant: usize, step: &Step<'_>) {
        let target = object.centre_in_map;
        let went = match &object.place {
            Some(place) => super::go::approach(
                self.robot,
                place,
                Some(target),
                Approach::View,
                variant,
                step,
            )
            .await
            .is_ok(),
            None => self
                .robot
                .motion(MotionGoal::ApproachPoint {
                    target_in_map: target,
                    approach: Approach::View,
                    variant,
                })
                .await
                .is_ok(),
        };
        if went {
            // A look that fails leaves the belief as it was.
            let _ = self.robot.look(target).await;
        }
    }

    /// The place with the most hope for the time that it takes.
    fn next_place(&self) -> Option<String> {
        let base = self.robot.base_in_map().point();
        let home = &self.robot.home;
        self.places
            .iter()
            .filter(|it| !self.visited.contains(it))
            .filter_map(|it| Some((it, home.place(it)?)))
            .max_by(|a, b| {
                let hope = |it: &hearth_types::Place| {
                    let room = home.room_at(&base);
                    let same_room = room.is_some_and(|room| room.names.id == it.room);
                    // Another room is farther than the crow flies.
                    let far_m = it.footprint.distance_m(&base) + if same_room { 0.0 } else { 3.0 };
                    let secs = LOOK_SECS + far_m * SECS_A_METRE;
                    self.robot.usual.weight(home, &self.what, it) / secs
                };
                hope(a.1).total_cmp(&hope(b.1)).then(b.0.cmp(a.0))
            })
            .map(|(id, _)| id.clone())
    }

    /// Confirms what is only remembered, and asks when several fit.
    async fn settle(
        &mut self,
        sure: Vec<WorldObject>,
        step: &Step<'_>,
    ) -> Outcome<Option<WorldObject>> {
        let Some(best) = sure.first().cloned() else {
            return Ok(None);
        };
        let now = self.robot.now();
        let near = (best.centre_in_map.xy() - self.robot.base_in_map().point()).norm() < 1.6;
        if now.secs_since(best.last_seen) > FRESH_SECS || !near {
            match &best.place {
                Some(place) if !self.visited.contains(place) => {
                    let place = place.clone();
                    self.visit(&place, step).await?;
                }
                _ => self.closer_look(&best, 0, step).await,
            }
            let world = self.robot.world();
            let still = world
                .objects
                .iter()
                .find(|it| it.id == best.id && it.existence >= 0.4);
            if still.is_none() {
                return Ok(None);
            }
        }
        let sure = self.candidates(self.robot.config.sure_from);
        if self.what.quantity == Quantity::The
            && sure.len() > 1
            && matching::needs_model(&self.what)
        {
            let others = which::tell_apart(self.robot, &sure).await?;
            if !others.is_empty() {
                self.rejected.extend(others);
                return Ok(None);
            }
        } else if self.what.quantity == Quantity::The && sure.len() > 1 {
            let options = self.distinct(&sure);
            if options.len() > 1 {
                self.what = which::ask_which(self.robot, &self.what, &options).await?;
                return Ok(None);
            }
        }
        let (home, what) = (&self.robot.home, &self.what);
        let clear = sure
            .iter()
            .find(|it| matching::fit(home, what, it) >= CLEAR);
        Ok(clear.or(sure.first()).cloned())
    }

    fn distinct(&self, objects: &[WorldObject]) -> Vec<&'a CatalogueItem> {
        let mut options: Vec<&CatalogueItem> = Vec::new();
        for object in objects {
            let item = matching::name_of(&self.robot.home, object, self.robot.config.sure_from);
            if let Some(item) = item
                && options.iter().all(|it| it.names.id != item.names.id)
            {
                options.push(item);
            }
        }
        options
    }

    /// Nothing sure anywhere.
    async fn last_resort(&self, step: &Step<'_>) -> Outcome<WorldObject> {
        let unsure = self.candidates(self.robot.config.maybe_from);
        for object in unsure.iter().take(2) {
            self.closer_look(object, 0, step).await;
            if let Some(found) = self.candidates(self.robot.config.sure_from).first() {
                return Ok(found.clone());
            }
        }
        Err(self.not_found(unsure.first()))
    }

    fn not_found(&self, unsure: Option<&WorldObject>) -> Trouble {
        let robot = self.robot;
        if robot.is_blind_to(&self.what, 0.0) {
            return self.blind();
        }
        let thing = robot.thing_name(&self.what);
        let thing = robot.replies.the(robot.language(), &thing);
        if let Some(place) = unsure.and_then(|it| it.place.as_deref()) {
            let place = robot.place_name(place);
            return robot.failed("found_unsure", &[("thing", &thing), ("place", &place)]);
        }
        let values = |place: &str| {
            robot.failed(
                if self.unseen.is_empty() {
                    "not_found_at"
                } else {
                    "not_found_part"
                },
                &[("thing", &thing), ("place", place)],
            )
        };
        match &self.spot {
            Some(spot) => values(&robot.spot_name(spot)),
            None if self.unseen.is_empty() => robot.failed("not_found", &[("thing", &thing)]),
            None => {
                let names: Vec<String> = self
                    .unseen
                    .iter()
                    .take(3)
                    .map(|it| robot.place_name(it))
                    .collect();
                values(&robot.replies.list(robot.language(), &names, "and"))
            }
        }
    }
}

/// The track, if it is still believed in; else the thing that fits nearest to where it was.
pub(crate) fn refreshed(
    robot: &Robot,
    what: &ObjectRef,
    object: &WorldObject,
) -> Option<WorldObject> {
    let world = robot.world();
    let gap_m = |it: &WorldObject| -> f64 {
        let gap: Point3 = it.centre_in_map;
        (gap - object.centre_in_map).norm()
    };
    let own = world
        .objects
        .iter()
        .find(|it| it.id == object.id && it.existence >= 0.4);
    let other = || {
        world
            .objects
            .iter()
            .filter(|it| it.existence >= 0.4 && gap_m(it) < 0.35)
            .filter(|it| matching::fit(&robot.home, what, it) >= robot.config.sure_from)
            .min_by(|a, b| gap_m(a).total_cmp(&gap_m(b)))
    };
    own.or_else(other).cloned()
}
