//! What stands where at the start of a run.

mod company;
mod generate;
mod rules;
mod surface;
#[cfg(test)]
mod tests;
mod ways;

pub(crate) use company::is_beside;
pub use rules::SceneRules;

use hearth_types::{Isometry3, Pose2};
use std::collections::{BTreeMap, BTreeSet};

/// A movable thing in the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedObject {
    /// The model's name.
    pub model: String,
    /// Its pose in `map`.
    pub map_from_model: Isometry3,
    /// The place on which it was put, if on one.
    pub place: Option<String>,
}

/// A person in the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedPerson {
    /// The model's name, and the person's id in the home.
    pub model: String,
    /// Where they are in `map`.
    pub map_from_person: Pose2,
}

/// One arrangement of the world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// What it was made from.
    pub seed: u64,
    /// Where the robot starts.
    pub start_in_map: Pose2,
    /// Things that are there; others are not in the world at all.
    pub objects: Vec<PlacedObject>,
    /// People who are there; others are not in the world at all.
    pub people: Vec<PlacedPerson>,
    /// The person who gives commands.
    pub commander: Option<String>,
    /// Static models that stand elsewhere than the world's file says.
    pub moved: BTreeMap<String, Isometry3>,
    /// Static models that are not there: people who are out, obstacles of other scenes.
    pub absent: BTreeSet<String>,
}

impl Scene {
    /// Where the thing is, if it is in the scene.
    pub fn pose_of_object(&self, model: &str) -> Option<&Isometry3> {
        self.objects
            .iter()
            .find(|it| it.model == model)
            .map(|it| &it.map_from_model)
    }

    /// Where a static model stands, if not where the world's file says.
    pub fn pose_of_static(&self, model: &str) -> Option<Isometry3> {
        let person = self.people.iter().find(|it| it.model == model);
        person
            .map(|it| it.map_from_person.to_isometry3())
            .or_else(|| self.moved.get(model).copied())
    }

    /// Whether the static model is left out.
    pub fn is_absent(&self, model: &str) -> bool {
        self.absent.contains(model)
    }
}

impl Scene {
    /// Everything as the world's file has it, with the robot at `start_in_map`.
    pub fn as_described(world: &crate::sdf::SdfWorld, start_in_map: Pose2) -> Self {
        let movable = world.models.iter().filter(|it| !it.is_static);
        Self {
            start_in_map,
            objects: movable
                .map(|it| PlacedObject {
                    model: it.name.clone(),
                    map_from_model: it.world_from_model,
                    place: None,
                })
                .collect(),
            ..Self::default()
        }
    }
}
