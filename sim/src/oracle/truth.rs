//! Judging predicates by the simulator's state.

use super::{ContactEpisode, ObjectRef, PersonRef, Predicate};
use crate::Simulation;
use hearth_types::{BasicColour, CatalogueItem, Home, Isometry3, Place, Point2, Pose2, ShapeCue};

/// \[m\] From the robot's centre to a place's footprint: nearer is "at" it.
const AT_PLACE_M: f64 = 1.0;
/// \[m\] From the robot's centre to a person: nearer is "at" them.
const AT_PERSON_M: f64 = 1.8;
/// \[m\] A thing that moved less is unmoved.
const UNMOVED_M: f64 = 0.05;
/// \[m/s\] Furniture met faster than this was hit hard.
const HARD_M_S: f64 = 0.1;

/// What the oracle says about one predicate.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Whether it holds; `None` if the simulator's state cannot tell (what was said).
    pub holds: Option<bool>,
    /// What was looked at, in words.
    pub text: String,
}

/// Truth about a simulation.
pub struct Oracle<'a> {
    simulation: &'a Simulation,
    home: &'a Home,
}

impl<'a> Oracle<'a> {
    /// Looks at the simulation as it is now; `home` gives names to places and things.
    pub fn new(simulation: &'a Simulation, home: &'a Home) -> Self {
        Self { simulation, home }
    }

    /// Pose of `base_link` in `map`.
    pub fn robot_in_map(&self) -> Pose2 {
        self.simulation.base_pose()
    }

    /// Where the robot has been, every few centimetres.
    pub fn path_in_map(&self) -> &[Pose2] {
        &self.simulation.path
    }

    /// \[m\] How far the robot drove.
    pub fn path_length_m(&self) -> f64 {
        self.simulation.path_m
    }

    /// The things in the world with their poses in `map`.
    pub fn objects(&self) -> impl Iterator<Item = (&'a str, Isometry3)> {
        let simulation = self.simulation;
        let slots = simulation.built.objects.iter().enumerate();
        slots.map(|(index, slot)| (slot.name.as_str(), simulation.object_pose(index)))
    }

    /// Pose of a thing in `map`.
    pub fn object_in_map(&self, name: &str) -> Option<Isometry3> {
        self.objects().find(|it| it.0 == name).map(|it| it.1)
    }

    /// The place on which a thing stands.
    pub fn place_of(&self, name: &str) -> Option<&'a Place> {
        let index = self.index(name)?;
        self.home.places.iter().find(|it| self.is_on(index, it))
    }

    /// Meetings of the robot with people and furniture.
    pub fn contacts(&self) -> &'a [ContactEpisode] {
        &self.simulation.contacts.episodes
    }

    /// How often the robot touched a person.
    pub fn person_contacts(&self) -> usize {
        self.contacts().iter().filter(|it| it.is_person).count()
    }

    /// How often the robot hit furniture faster than 0.1 m/s.
    pub fn hard_contacts(&self) -> usize {
        self.contacts()
            .iter()
            .filter(|it| !it.is_person && it.speed_m_s > HARD_M_S)
            .count()
    }

    /// Judges one predicate.
    pub fn judge(&self, predicate: &Predicate) -> Judgement {
        match predicate {
            Predicate::At(name) => self.judge_at(name),
            Predicate::PersonAt(person, place) => self.judge_person_at(person, place),
            Predicate::On(object, place) => match self.home.place(place) {
                Some(place) => self.any(
                    object,
                    |index| self.is_on(index, place),
                    |it| self.whereabouts(it),
                ),
                None => unknown(format!("no place {place:?}")),
            },
            Predicate::Held(object) => {
                self.any(object, |it| self.is_held(it), |it| self.whereabouts(it))
            }
            Predicate::Handed(object, person) => self.judge_handed(object, person),
            Predicate::Unmoved(object) => self.judge_unmoved(object),
            Predicate::Said(_) | Predicate::Asked | Predicate::Refused => Judgement {
                holds: None,
                text: "what was said is not in the simulator's state".to_owned(),
            },
        }
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.simulation
            .built
            .objects
            .iter()
            .position(|it| it.name == name)
    }

    /// Indices of the things in the world that are meant.
    fn meant(&self, object: &ObjectRef) -> Vec<usize> {
        matching(object, self.home)
            .iter()
            .filter_map(|it| self.index(it))
            .collect()
    }

    fn any(
        &self,
        object: &ObjectRef,
        holds: impl Fn(usize) -> bool,
        tell: impl Fn(usize) -> String,
    ) -> Judgement {
        let meant = self.meant(object);
        let found = meant.iter().copied().find(|it| holds(*it));
        let told: Vec<String> = match found {
            Some(index) => vec![tell(index)],
            None => meant.iter().take(3).map(|it| tell(*it)).collect(),
        };
        let text = if told.is_empty() {
            format!("no {object} in the world")
        } else {
            told.join("; ")
        };
        Judgement {
            holds: Some(found.is_some()),
            text,
        }
    }

    fn whereabouts(&self, index: usize) -> String {
        let name = &self.simulation.built.objects[index].name;
        if self.is_held(index) {
            return format!("{name} is in the gripper");
        }
        if let Some(person) = self.simulation.people.keeper(index) {
            return format!("{person} has {name}");
        }
        let p = self.simulation.object_pose(index).translation.vector;
        let place = self.home.places.iter().find(|it| self.is_on(index, it));
        let place = place.map_or("no place", |it| it.names.id.as_str());
        format!(
            "{name} is at ({:.2}, {:.2}, {:.2}), on {place}",
            p.x, p.y, p.z
        )
    }

    fn is_held(&self, index: usize) -> bool {
        let touch = self.simulation.touches[index];
        touch.fingers.count_ones() >= 2 && !touch.fixture
    }

    /// Stands on one of the place's surfaces (or, for a place without, within it), let go.
    fn is_on(&self, index: usize, place: &Place) -> bool {
        let state = self.simulation.object_state(index);
        if state.touches_robot || self.simulation.people.has_hand_on(index) {
            return false;
        }
        let centre = Point2::from(state.centre_in_map.xy());
        let bottom_m = self.simulation.object_pose(index).translation.z;
        if place.surfaces.is_empty() {
            return place.footprint.contains(&centre, 0.0)
                && state.centre_in_map.z < place.height_m + 0.25;
        }
        place.surfaces.iter().any(|surface| {
            let top_m = surface.headroom_m.map_or(0.3, |it| it - 0.02);
            surface.area.contains(&centre, 0.03)
                && state.centre_in_map.z > surface.height_m
                // Lying on its side, or in a bowl that stands there, it is still on the place.
                && bottom_m > surface.height_m - 0.05
                && bottom_m < surface.height_m + top_m
        })
    }

    fn judge_at(&self, name: &str) -> Judgement {
        let robot = self.robot_in_map();
        let at = robot.point();
        let here = self
            .home
            .room_at(&at)
            .map_or("no room", |it| it.names.id.as_str());
        let told = |text: String| format!("robot at ({:.2}, {:.2}) in {here}{text}", at.x, at.y);
        if self.home.room(name).is_some() {
            return Judgement {
                holds: Some(here == name),
                text: told(String::new()),
            };
        }
        if let Some(place) = self.home.place(name) {
            let distance_m = place.footprint.distance_m(&at);
            // A wall may be between two that are near each other.
            let is_there = distance_m <= AT_PLACE_M && (here == place.room || distance_m < 0.5);
            return Judgement {
                holds: Some(is_there),
                text: told(format!(", {distance_m:.2} m from {name}")),
            };
        }
        let name = if name == "me" {
            self.simulation.scene.commander.as_deref().unwrap_or("me")
        } else {
            name
        };
        match self
            .simulation
            .scene
            .people
            .iter()
            .find(|it| it.model == name)
        {
            Some(person) => {
                let distance_m = (person.map_from_person.point() - at).norm();
                let text = told(format!(", {distance_m:.2} m from {name}"));
                Judgement {
                    holds: Some(distance_m <= AT_PERSON_M),
                    text,
                }
            }
            None => unknown(format!("no room, place or person {name:?}")),
        }
    }

    fn judge_person_at(&self, person: &str, place: &str) -> Judgement {
        let scene = self.simulation.scene();
        let Some(found) = scene.people.iter().find(|it| it.model == person) else {
            return unknown(format!("{person:?} is not there"));
        };
        let at = found.map_from_person.point();
        match crate::scene::is_beside(self.home, &at, place) {
            Some(holds) => Judgement {
                holds: Some(holds),
                text: format!("{person} is at ({:.2}, {:.2})", at.x, at.y),
            },
            None => unknown(format!("no room or place {place:?}")),
        }
    }

    fn judge_handed(&self, object: &ObjectRef, person: &PersonRef) -> Judgement {
        let person = match person {
            PersonRef::Named(name) => Some(name.as_str()),
            PersonRef::Me => self.simulation.scene.commander.as_deref(),
        };
        let has = |index: usize| {
            let keeper = self.simulation.people.keeper(index);
            keeper.is_some() && keeper == person
        };
        self.any(object, has, |it| self.whereabouts(it))
    }

    fn judge_unmoved(&self, object: &ObjectRef) -> Judgement {
        let moved = |index: usize| {
            let before = self.simulation.poses_at_start[index].translation.vector;
            (self.simulation.object_pose(index).translation.vector - before).norm()
        };
        let meant = self.meant(object);
        let farthest = meant
            .iter()
            .map(|it| (moved(*it), *it))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match farthest {
            Some((distance_m, index)) => Judgement {
                holds: Some(distance_m < UNMOVED_M),
                text: format!(
                    "{} moved {distance_m:.2} m",
                    self.simulation.built.objects[index].name
                ),
            },
            None => unknown(format!("no {object} in the world")),
        }
    }
}

fn unknown(text: String) -> Judgement {
    Judgement {
        holds: Some(false),
        text,
    }
}

/// Ids of the catalogue's items that are meant; a model's name is taken as it is.
pub fn matching(object: &ObjectRef, home: &Home) -> Vec<String> {
    let of = |fits: &dyn Fn(&CatalogueItem) -> bool| {
        home.catalogue
            .iter()
            .filter(|it| fits(it))
            .map(|it| it.names.id.clone())
            .collect()
    };
    match object {
        ObjectRef::Model(name) => vec![name.clone()],
        ObjectRef::Any(what) => of(&|item| is_a(item, what, home)),
        ObjectRef::AnyColoured { colour, what } => {
            of(&|item| is_coloured(item, *colour) && is_a(item, what, home))
        }
    }
}

fn is_coloured(item: &CatalogueItem, colour: BasicColour) -> bool {
    item.colours.first() == Some(&colour)
}

/// Whether the item is of this category, kind or shape, or is called so.
fn is_a(item: &CatalogueItem, what: &str, home: &Home) -> bool {
    let named =
        |names: &hearth_types::Names| names.id == what || names.en.iter().any(|it| it == what);
    if named(&item.names) || shape_named(what) == Some(item.shape) {
        return true;
    }
    let Some(kind) = home.kind(&item.kind) else {
        return false;
    };
    let category = home
        .categories
        .iter()
        .find(|it| it.names.id == kind.category);
    named(&kind.names) || category.is_some_and(|it| named(&it.names))
}

fn shape_named(name: &str) -> Option<ShapeCue> {
    Some(match name {
        "box" => ShapeCue::Box,
        "cylinder" => ShapeCue::Cylinder,
        "sphere" => ShapeCue::Sphere,
        "bowl" => ShapeCue::Bowl,
        "cup" => ShapeCue::Cup,
        "flat" => ShapeCue::Flat,
        "elongated" => ShapeCue::Elongated,
        _ => return None,
    })
}
