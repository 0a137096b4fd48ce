//! The rules by which a seed makes a scene, as in `worlds/scenes.yaml`.

use crate::SimError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// x, y, yaw in `map`: metres and radians.
type Pose = [f64; 3];

/// See `worlds/scenes.yaml`, where each key is explained.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneRules {
    pub(super) objects: ObjectRules,
    pub(super) clutter: ClutterRules,
    /// Category to places with weights.
    pub(super) belongs: BTreeMap<String, BTreeMap<String, f64>>,
    pub(super) people_keep_out_m: f64,
    pub(super) people: Vec<PeopleRules>,
    pub(super) starts: StartRules,
    pub(super) obstacles: Vec<ObstacleRules>,
    #[serde(default)]
    pub(super) guests: GuestRules,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectRules {
    pub count: [usize; 2],
    pub per_category: usize,
    pub per_place: usize,
    pub gap_m: f64,
    pub edge_m: [f64; 2],
    pub yaw: YawRule,
    pub headroom_m: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum YawRule {
    /// Any heading.
    Any,
    /// Along the surface's own axes.
    Aligned,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClutterRules {
    pub probability: f64,
    pub count: [usize; 2],
    pub per_place: usize,
    pub gap_m: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleRules {
    pub commander: String,
    #[serde(default)]
    pub others: BTreeMap<String, Pose>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StartRules {
    pub jitter: Pose,
    pub poses: Vec<StartPose>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StartPose {
    pub robot: Pose,
    pub commander: Pose,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObstacleRules {
    pub model: String,
    pub probability: f64,
    pub poses: Vec<Pose>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuestRules {
    pub models: Vec<String>,
    pub from_start_m: f64,
    pub middle_from_start_m: f64,
    pub gap_m: f64,
}

impl SceneRules {
    /// Static models that only some scenes have: obstacles and guests.
    pub fn visiting(&self) -> impl Iterator<Item = &str> {
        let obstacles = self.obstacles.iter().map(|it| it.model.as_str());
        obstacles.chain(self.guests.models.iter().map(String::as_str))
    }

    /// Reads a file of rules.
    ///
    /// # Errors
    /// [`SimError::Io`] or [`SimError::Rules`], which names the key or line.
    pub fn from_file(file: &Path) -> Result<Self, SimError> {
        let text = std::fs::read_to_string(file).map_err(|source| SimError::Io {
            file: file.to_owned(),
            source,
        })?;
        Self::from_text(&text, &file.display().to_string())
    }

    /// Reads rules; `file` is their name for errors.
    ///
    /// # Errors
    /// [`SimError::Rules`], which names the key or line.
    pub fn from_text(text: &str, file: &str) -> Result<Self, SimError> {
        let invalid = |problem: String, expected: &str| SimError::Rules {
            file: file.to_owned(),
            problem,
            expected: expected.to_owned(),
        };
        let rules: Self = serde_yaml::from_str(text).map_err(|error| {
            invalid(
                error.to_string(),
                "see the comments in sim/worlds/scenes.yaml",
            )
        })?;
        match rules.problem() {
            Some((problem, expected)) => Err(invalid(problem, expected)),
            None => Ok(rules),
        }
    }

    fn problem(&self) -> Option<(String, &'static str)> {
        for (key, [low, high]) in [
            ("objects.count", self.objects.count),
            ("clutter.count", self.clutter.count),
        ] {
            if low > high {
                return Some((format!("{key} is [{low}, {high}]"), "the least comes first"));
            }
        }
        let lengths = [
            ("objects.gap_m", self.objects.gap_m),
            ("objects.edge_m[0]", self.objects.edge_m[0]),
            ("objects.edge_m[1]", self.objects.edge_m[1]),
            ("objects.headroom_m", self.objects.headroom_m),
            ("clutter.gap_m", self.clutter.gap_m),
            ("people_keep_out_m", self.people_keep_out_m),
            ("guests.from_start_m", self.guests.from_start_m),
            (
                "guests.middle_from_start_m",
                self.guests.middle_from_start_m,
            ),
            ("guests.gap_m", self.guests.gap_m),
        ];
        if let Some((key, value)) = lengths.iter().find(|it| !(0.0..=2.0).contains(&it.1)) {
            return Some((format!("{key} is {value}"), "lengths are 0 to 2 m"));
        }
        let chances = self.obstacles.iter().map(|it| it.probability);
        if let Some(value) = chances
            .chain([self.clutter.probability])
            .find(|it| !(0.0..=1.0).contains(it))
        {
            return Some((
                format!("a probability is {value}"),
                "probabilities are 0 to 1",
            ));
        }
        let mut weights = self.belongs.values().flat_map(BTreeMap::values);
        if let Some(value) = weights.find(|it| !(0.0..=1e6).contains(*it)) {
            return Some((
                format!("a weight in belongs is {value}"),
                "weights are not negative",
            ));
        }
        if self.people.is_empty() || self.starts.poses.is_empty() {
            return Some((
                "people or starts.poses is empty".to_owned(),
                "give at least one of each",
            ));
        }
        let poses = self.people.iter().flat_map(|it| it.others.values());
        let starts = self
            .starts
            .poses
            .iter()
            .flat_map(|it| [&it.robot, &it.commander]);
        let obstacles = self.obstacles.iter().flat_map(|it| &it.poses);
        let mut all = poses
            .chain(starts)
            .chain(obstacles)
            .chain([&self.starts.jitter]);
        if all.any(|it| it.iter().any(|it| !it.is_finite() || it.abs() > 1e4)) {
            return Some((
                "a pose is not finite".to_owned(),
                "write [x, y, yaw] in metres and radians",
            ));
        }
        if let Some(it) = self.obstacles.iter().find(|it| it.poses.is_empty()) {
            return Some((
                format!("obstacle {:?} has no poses", it.model),
                "give at least one pose",
            ));
        }
        None
    }
}
