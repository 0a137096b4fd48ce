//! Scenes as `sim/worlds/vary.py` describes them: one JSON object a line.

use crate::sdf::Geometry;
use hearth_types::{Isometry3, Vector3};
use nalgebra::{Translation3, UnitQuaternion};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a thing is like: each attribute has one or more values.
pub type Attributes = BTreeMap<String, Vec<String>>;

/// One scene.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneSpec {
    /// Everything that is drawn for the scene follows from it.
    pub seed: u64,
    /// Things.
    #[serde(default)]
    pub objects: Vec<ObjectSpec>,
    /// People.
    #[serde(default)]
    pub people: Vec<PersonSpec>,
}

impl SceneSpec {
    /// From one line of JSON.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(line: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }
}

/// A thing. Its frame: the centre of its underside, +z up.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ObjectSpec {
    /// Unique in the scene.
    pub name: String,
    /// What is seen of it.
    pub parts: Vec<PartSpec>,
    /// \[m\] Length, width, height.
    pub size_m: [f64; 3],
    /// What it is like.
    pub attributes: Attributes,
}

/// A person. Their frame: on the floor below the hips, +x where they look.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PersonSpec {
    /// Unique in the scene.
    pub name: String,
    /// How they hold themselves.
    pub posture: Stance,
    /// What is seen of them, and of what they sit on.
    pub parts: Vec<PartSpec>,
    /// What they are like.
    pub attributes: Attributes,
}

/// How a person holds themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// On their feet.
    Standing,
    /// On something that their parts bring along.
    Sitting,
    /// On the floor or a bed.
    Lying,
}

/// A primitive shape. Sizes: box full sides; cylinder radius, length; sphere radius; capsule radius,
/// length without caps; ellipsoid radii.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartSpec {
    shape: Shape,
    size: Vec<f64>,
    at: [f64; 3],
    #[serde(default)]
    rpy: [f64; 3],
    /// sRGB.
    pub rgb: [f64; 3],
    /// \[0, 1\].
    #[serde(default)]
    pub shine: f64,
    /// A second colour on it.
    #[serde(default)]
    pub texture: Option<TextureSpec>,
    /// Whether it belongs to what a person sits on.
    #[serde(default)]
    pub seat: bool,
    /// Whether it makes the gesture: forearm and hand.
    #[serde(default)]
    pub acts: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Shape {
    Box,
    Cylinder,
    Sphere,
    Capsule,
    Ellipsoid,
}

/// A pattern of two colours.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextureSpec {
    /// Which.
    pub kind: TextureKind,
    /// sRGB of the second colour.
    pub rgb2: [f64; 3],
    /// Fields along a side.
    #[serde(default = "default_repeat")]
    pub repeat: f64,
}

fn default_repeat() -> f64 {
    4.0
}

/// The pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextureKind {
    /// Squares.
    Checker,
    /// From one colour below to the other above.
    Gradient,
    /// Dots.
    Speckle,
}

impl PartSpec {
    /// Its form; `None` if `size` has too few numbers for the shape or one that is not positive.
    pub fn geometry(&self) -> Option<Geometry> {
        let size = self.size.as_slice();
        if size.iter().any(|it| !it.is_finite() || *it < 0.0) {
            return None;
        }
        Some(match (self.shape, size) {
            (Shape::Box, &[x, y, z]) => Geometry::Box { size_m: [x, y, z] },
            (Shape::Cylinder, &[radius_m, length_m]) => Geometry::Cylinder { radius_m, length_m },
            (Shape::Sphere, &[radius_m]) => Geometry::Sphere { radius_m },
            (Shape::Capsule, &[radius_m, length_m]) => Geometry::Capsule { radius_m, length_m },
            (Shape::Ellipsoid, &[x, y, z]) => Geometry::Ellipsoid { radii_m: [x, y, z] },
            _ => return None,
        })
    }

    /// Its pose in the thing's frame.
    pub fn thing_from_part(&self) -> Isometry3 {
        let [roll, pitch, yaw] = self.rpy;
        Isometry3::from_parts(
            Translation3::from(Vector3::from(self.at)),
            UnitQuaternion::from_euler_angles(roll, pitch, yaw),
        )
    }
}
