//! Who is in a scene: the household's people, and guests whom a setup brings.

use super::generate::{TRIES, known};
use super::rules::SceneRules;
use super::surface::{Solid, solids, solids_of};
use super::ways::Ways;
use super::{PlacedPerson, Scene};
use crate::SimError;
use crate::mjcf::bounds;
use crate::noise::{Noise, Stream};
use crate::oracle::Predicate;
use crate::sdf::{SdfModel, SdfWorld};
use hearth_types::{Home, Isometry3, Point2, Pose2};

/// \[m\] A person is beside a place if their middle is so near its footprint.
const BESIDE_M: f64 = 1.6;
/// \[m\] Between points at which a body's room is looked at.
const STEP_M: f64 = 0.08;
/// \[m\] Arms, which nothing touches, stay so far from what is solid.
const ARM_GAP_M: f64 = 0.05;
/// \[m\] Who reaches less high lies.
const LYING_M: f64 = 0.6;

/// Whether the point is in the room or beside the place of this id; `None` if the home has neither.
pub(crate) fn is_beside(home: &Home, at: &Point2, room_or_place: &str) -> Option<bool> {
    if let Some(room) = home.room(room_or_place) {
        return Some(room.contains(at));
    }
    let place = home.place(room_or_place)?;
    let is_in_room = home.room_at(at).is_some_and(|it| it.names.id == place.room);
    Some(is_in_room && place.footprint.distance_m(at) <= BESIDE_M)
}

/// Every model that may be a person of some scene.
fn everybody(rules: &SceneRules) -> impl Iterator<Item = &String> {
    let household = rules
        .people
        .iter()
        .flat_map(|it| it.others.keys().chain([&it.commander]));
    household.chain(&rules.guests.models)
}

impl Scene {
    pub(super) fn draw_people(
        &mut self,
        rules: &SceneRules,
        world: &SdfWorld,
        draw: &mut Noise,
    ) -> Result<(), SimError> {
        let who = &rules.people[draw.index(rules.people.len())];
        let start = &rules.starts.poses[draw.index(rules.starts.poses.len())];
        let [jx, jy, jyaw] = rules.starts.jitter;
        let mut near = |[x, y, yaw]: [f64; 3]| {
            Pose2::new(
                x + draw.between(-jx, jx),
                y + draw.between(-jy, jy),
                yaw + draw.between(-jyaw, jyaw),
            )
        };
        self.start_in_map = near(start.robot);
        let commander = PlacedPerson {
            model: who.commander.clone(),
            map_from_person: near(start.commander),
        };
        self.commander = Some(who.commander.clone());
        self.people.push(commander);
        for (model, [x, y, yaw]) in &who.others {
            let map_from_person = Pose2::new(*x, *y, *yaw);
            self.people.push(PlacedPerson {
                model: model.clone(),
                map_from_person,
            });
        }
        for model in everybody(rules) {
            known(world, model)?;
            if !self.people.iter().any(|it| &it.model == model) {
                self.absent.insert(model.clone());
            }
        }
        Ok(())
    }

    /// Puts people where the setup wants them.
    pub(super) fn bring_all(
        &mut self,
        rules: &SceneRules,
        world: &SdfWorld,
        home: &Home,
        setup: &[Predicate],
    ) -> Result<(), SimError> {
        let mut draw = Noise::new(self.seed, Stream::Scene, 2);
        for predicate in setup {
            let Predicate::PersonAt(person, whereabouts) = predicate else {
                continue;
            };
            self.bring(rules, world, home, (person, whereabouts), &mut draw)
                .map_err(|reason| SimError::Placement {
                    object: person.clone(),
                    place: whereabouts.clone(),
                    reason,
                })?;
        }
        Ok(())
    }

    /// Puts the person on free floor there; the error says why that cannot be.
    fn bring(
        &mut self,
        rules: &SceneRules,
        world: &SdfWorld,
        home: &Home,
        (person, whereabouts): (&str, &str),
        draw: &mut Noise,
    ) -> Result<(), String> {
        let model = world
            .model(person)
            .filter(|_| everybody(rules).any(|it| it == person))
            .ok_or("scenes.yaml has no such person or guest")?;
        if self.commander.as_deref() == Some(person) {
            return Err("that is who gives the commands".to_owned());
        }
        let area = Area::of(home, whereabouts).ok_or("the home has no such room or place")?;
        self.people.retain(|it| it.model != person);
        self.absent.insert(person.to_owned());
        let body = Body::of(model);
        let ways = Ways::of(world, self, home);
        // A body on the floor takes much room: more tries than for a thing.
        let pose = (0..20 * TRIES)
            .map(|_| area.drawn(&body, draw))
            .find(|pose| {
                is_beside(home, &pose.point(), whereabouts) == Some(true)
                    && self.is_free(rules, world, &body, pose)
                    && ways.remain_with(&moved(&body.touched, pose))
            })
            .ok_or("no free floor there is large enough and leaves the robot its ways")?;
        self.absent.remove(person);
        self.people.push(PlacedPerson {
            model: person.to_owned(),
            map_from_person: pose,
        });
        Ok(())
    }

    /// Whether the floor there is free, and neither the robot nor the commander is near.
    fn is_free(&self, rules: &SceneRules, world: &SdfWorld, body: &Body, pose: &Pose2) -> bool {
        let (rules, start) = (&rules.guests, self.start_in_map.point());
        let commander = self.people.first().map(|it| it.map_from_person.point());
        let far = |at: &Point2| {
            let from = |it: &Point2| (it - at).norm() >= rules.from_start_m;
            from(&start) && commander.as_ref().is_none_or(from)
        };
        let touched = moved(&body.touched, pose);
        if (pose.point() - start).norm() < rules.middle_from_start_m || !touched.iter().all(far) {
            return false;
        }
        let seen = moved(&body.seen, pose);
        // Nobody lies below a table.
        let heights = [0.02, body.height_m.max(1.3)];
        solids(world, self).all(|solid| {
            let off = |points: &[Point2], gap_m: f64| {
                points.iter().all(|it| solid.keeps_off(it, heights, gap_m))
            };
            off(&touched, rules.gap_m) && off(&seen, ARM_GAP_M)
        })
    }
}

/// Where somebody may be put.
struct Area {
    low: Point2,
    high: Point2,
    /// Where they look, more or less.
    middle: Point2,
}

impl Area {
    fn of(home: &Home, id: &str) -> Option<Self> {
        let room = match home.place(id) {
            Some(place) => home.room(&place.room)?,
            None => home.room(id)?,
        };
        let corners = &room.outline_in_map;
        let first = *corners.first()?;
        let (low, high) = corners.iter().fold((first, first), |(low, high), it| {
            (low.inf(it), high.sup(it))
        });
        Some(Self {
            low,
            high,
            middle: nalgebra::center(&low, &high),
        })
    }

    /// Anywhere, looking into the room; lying people lie any way.
    fn drawn(&self, body: &Body, draw: &mut Noise) -> Pose2 {
        let x = draw.between(self.low.x, self.high.x);
        let y = draw.between(self.low.y, self.high.y);
        let turn = draw.between(-1.0, 1.0);
        let inwards = (self.middle.y - y).atan2(self.middle.x - x);
        let yaw = if body.height_m < LYING_M {
            turn * std::f64::consts::PI
        } else {
            inwards + 0.6 * turn
        };
        Pose2::new(x, y, yaw)
    }
}

/// The floor that a person takes, as points in their own frame.
struct Body {
    /// Below what can be touched.
    touched: Vec<Point2>,
    /// Below all that can be seen: arms reach farther.
    seen: Vec<Point2>,
    height_m: f64,
}

impl Body {
    fn of(model: &SdfModel) -> Self {
        let mut drawn = model.clone();
        for link in &mut drawn.links {
            link.collisions = std::mem::take(&mut link.visuals);
        }
        Self {
            touched: outline(model),
            seen: outline(&drawn),
            height_m: bounds(model).1.z,
        }
    }
}

/// Points of a grid that are in or near a shape that can be touched.
fn outline(model: &SdfModel) -> Vec<Point2> {
    let (low, high) = bounds(model);
    let shapes: Vec<Solid> = solids_of(model, Isometry3::identity()).collect();
    let steps = |size: f64| (size / STEP_M).ceil().max(1.0) as usize;
    let (along, across) = (steps(high.x - low.x), steps(high.y - low.y));
    let share = |index: usize, of: usize| index as f64 / of as f64;
    let mut points = Vec::new();
    for i in 0..=along {
        for j in 0..=across {
            let at = Point2::new(
                low.x + (high.x - low.x) * share(i, along),
                low.y + (high.y - low.y) * share(j, across),
            );
            let is_near = |it: &Solid| !it.keeps_off(&at, [low.z, high.z], STEP_M * 0.75);
            if shapes.iter().any(is_near) {
                points.push(at);
            }
        }
    }
    points
}

fn moved(points: &[Point2], map_from_person: &Pose2) -> Vec<Point2> {
    points
        .iter()
        .map(|it| map_from_person.transform(it))
        .collect()
}
