//! The part of SDFormat that a home needs: models of primitive shapes, and lights.
//!
//! Everything that is read but not used is listed in [`SdfWorld::ignored`], so that nobody wonders
//! why a tag has no effect.

mod read;
#[cfg(test)]
mod tests;

use hearth_types::{Isometry3, Vector3};
use std::path::PathBuf;

/// Why an SDF file was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SdfError {
    /// The file could not be read.
    #[error("{}: cannot be read", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not well-formed XML.
    #[error("{file}:{line}: not well-formed XML: {reason}")]
    Xml {
        /// The file.
        file: String,
        /// Line, from 1.
        line: u32,
        /// Why.
        reason: String,
    },
    /// An element or value is missing or wrong.
    #[error("{file}:{line}: {problem}; {expected}")]
    Invalid {
        /// The file.
        file: String,
        /// Line, from 1.
        line: u32,
        /// What is wrong.
        problem: String,
        /// What would be right.
        expected: String,
    },
}

/// A world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SdfWorld {
    /// Its name.
    pub name: String,
    /// Models, in the file's order.
    pub models: Vec<SdfModel>,
    /// Lights.
    pub lights: Vec<SdfLight>,
    /// URIs of `<include>`s: not read.
    pub includes: Vec<String>,
    /// Tags that were not used, as `line: path/of/tag`.
    pub ignored: Vec<String>,
}

impl SdfWorld {
    /// The model of this name.
    pub fn model(&self, name: &str) -> Option<&SdfModel> {
        self.models.iter().find(|it| it.name == name)
    }
}

/// A model: furniture, a person, or a thing that can be carried.
#[derive(Clone, Debug, PartialEq)]
pub struct SdfModel {
    /// Its name, unique in the world.
    pub name: String,
    /// Its pose in the world.
    pub world_from_model: Isometry3,
    /// Whether it never moves.
    pub is_static: bool,
    /// Its links; all are rigidly connected here.
    pub links: Vec<SdfLink>,
    /// Line of its tag.
    pub line: u32,
}

/// A rigid body.
#[derive(Clone, Debug, PartialEq)]
pub struct SdfLink {
    /// Its name.
    pub name: String,
    /// Its pose in the model.
    pub model_from_link: Isometry3,
    /// Mass and inertia, if given.
    pub inertial: Option<SdfInertial>,
    /// What is seen.
    pub visuals: Vec<SdfShape>,
    /// What is touched.
    pub collisions: Vec<SdfShape>,
}

/// Mass properties.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SdfInertial {
    /// Pose of the inertial frame in the link.
    pub link_from_inertial: Isometry3,
    /// \[kg\].
    pub mass_kg: f64,
    /// \[kg m^2\] ixx, iyy, izz, ixy, ixz, iyz; if given.
    pub inertia_kg_m2: Option<[f64; 6]>,
}

/// A visual or a collision.
#[derive(Clone, Debug, PartialEq)]
pub struct SdfShape {
    /// Its name.
    pub name: String,
    /// Its pose in the link.
    pub link_from_shape: Isometry3,
    /// Its form.
    pub geometry: Geometry,
    /// Its looks (visuals).
    pub material: Option<SdfMaterial>,
    /// Coulomb friction coefficient (collisions).
    pub friction: Option<f64>,
    /// \[m\] Rolling friction, for what would roll for ever (collisions).
    pub rolling_friction_m: Option<f64>,
}

/// A primitive form, centred on its own frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Geometry {
    /// Full side lengths in metres.
    Box {
        /// \[m\].
        size_m: [f64; 3],
    },
    /// Along z.
    Cylinder {
        /// \[m\].
        radius_m: f64,
        /// \[m\].
        length_m: f64,
    },
    /// A ball.
    Sphere {
        /// \[m\].
        radius_m: f64,
    },
    /// Along z; the length is that of the cylinder between the half balls.
    Capsule {
        /// \[m\].
        radius_m: f64,
        /// \[m\].
        length_m: f64,
    },
    /// Semi-axes.
    Ellipsoid {
        /// \[m\].
        radii_m: [f64; 3],
    },
    /// Through the origin.
    Plane {
        /// Unit normal.
        normal: Vector3,
        /// \[m\] Side lengths.
        size_m: [f64; 2],
    },
}

impl Geometry {
    /// \[m\] Half extents of the axis-aligned box around it, in its own frame.
    pub fn half_extents_m(&self) -> [f64; 3] {
        match *self {
            Self::Box { size_m } => size_m.map(|it| it / 2.0),
            Self::Cylinder { radius_m, length_m } => [radius_m, radius_m, length_m / 2.0],
            Self::Sphere { radius_m } => [radius_m; 3],
            Self::Capsule { radius_m, length_m } => [radius_m, radius_m, length_m / 2.0 + radius_m],
            Self::Ellipsoid { radii_m } => radii_m,
            Self::Plane { size_m, .. } => [size_m[0] / 2.0, size_m[1] / 2.0, 0.0],
        }
    }
}

/// Looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SdfMaterial {
    /// \[0, 1\] Red, green, blue, opacity.
    pub diffuse: [f64; 4],
    /// \[0, 1\] Brightness of highlights.
    pub specular: f64,
    /// \[0, 1\] Own light.
    pub emissive: f64,
}

/// What kind of light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LightKind {
    /// Parallel rays.
    Directional,
    /// From a point to all sides.
    Point,
    /// A cone.
    Spot,
}

/// A light.
#[derive(Clone, Debug, PartialEq)]
pub struct SdfLight {
    /// Its name.
    pub name: String,
    /// Kind.
    pub kind: LightKind,
    /// Its pose in the world.
    pub world_from_light: Isometry3,
    /// \[0, 1\] Colour.
    pub diffuse: [f64; 3],
    /// \[0, 1\] Colour of highlights.
    pub specular: [f64; 3],
    /// Where it shines, in its own frame.
    pub direction: Vector3,
    /// Constant, linear, quadratic attenuation.
    pub attenuation: [f64; 3],
    /// \[rad\] Half angle of a spot's cone.
    pub cutoff_rad: f64,
    /// Whether it casts shadows.
    pub cast_shadows: bool,
}
