//! The robot as described: links, joints, limits.

use crate::{SensorSpec, UrdfError, error::Ignored};
use hearth_types::Isometry3;
use std::collections::HashMap;

/// A robot. A tree of links that joints connect; indices into `links` and `joints` are stable
/// and in document order.
#[derive(Clone, Debug, PartialEq)]
pub struct RobotModel {
    /// The robot's name.
    pub name: String,
    /// All links, in document order.
    pub links: Vec<Link>,
    /// All joints, in document order.
    pub joints: Vec<Joint>,
    /// Sensors, in document order.
    pub sensors: Vec<SensorSpec>,
    pub(crate) root: usize,
    /// Joints from the root outwards: a parent comes before its children.
    pub(crate) outward: Vec<usize>,
    pub(crate) actuated: Vec<ActuatedJoint>,
    pub(crate) wheels: Vec<Wheel>,
    pub(crate) link_by_name: HashMap<String, usize>,
}

/// A rigid body.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Its name.
    pub name: String,
    /// Mass and inertia, if it has any.
    pub inertial: Option<Inertial>,
    /// What it looks like.
    pub visuals: Vec<Visual>,
    /// What it bumps with.
    pub collisions: Vec<Collision>,
    /// The joint that carries it; `None` for the root.
    pub parent_joint: Option<usize>,
    /// Coulomb friction of its surface, from a `<gazebo>` extension.
    pub friction: Option<f64>,
}

/// Mass properties.
#[derive(Clone, Debug, PartialEq)]
pub struct Inertial {
    /// The frame of the centre of mass in the link's frame.
    pub link_from_inertial: Isometry3,
    /// \[kg\]
    pub mass_kg: f64,
    /// \[kg m^2\] About the centre of mass, along the inertial frame's axes.
    pub inertia_kg_m2: nalgebra::Matrix3<f64>,
}

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// Full side lengths.
    Box {
        /// \[m\] Along x, y, z.
        size_m: [f64; 3],
    },
    /// Along z, centred.
    Cylinder {
        /// \[m\]
        radius_m: f64,
        /// \[m\]
        length_m: f64,
    },
    /// A cylinder along z with half spheres on both ends.
    Capsule {
        /// \[m\]
        radius_m: f64,
        /// \[m\] Of the cylindric part.
        length_m: f64,
    },
    /// A ball.
    Sphere {
        /// \[m\]
        radius_m: f64,
    },
    /// A file of triangles.
    Mesh {
        /// As written.
        file: String,
        /// Along x, y, z.
        scale: [f64; 3],
    },
}

/// A visible shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Visual {
    /// The shape's frame in the link's frame.
    pub link_from_shape: Isometry3,
    /// The shape.
    pub geometry: Geometry,
    /// The material's name.
    pub material: Option<String>,
    /// The material's colour: red, green, blue, alpha in \[0, 1\].
    pub rgba: Option<[f64; 4]>,
}

/// A shape that collides.
#[derive(Clone, Debug, PartialEq)]
pub struct Collision {
    /// The shape's frame in the link's frame.
    pub link_from_shape: Isometry3,
    /// The shape.
    pub geometry: Geometry,
}

/// How a joint moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JointKind {
    /// Not at all.
    Fixed,
    /// Turns within limits.
    Revolute,
    /// Turns without end.
    Continuous,
    /// Slides within limits.
    Prismatic,
}

/// What a joint can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// \[rad\] or \[m\]; minus infinity for a continuous joint.
    pub lower: f64,
    /// \[rad\] or \[m\]; infinity for a continuous joint.
    pub upper: f64,
    /// \[rad/s\] or \[m/s\]
    pub velocity: f64,
    /// \[N m\] or \[N\]
    pub effort: f64,
}

/// A joint that follows another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mimic {
    /// Index of the joint that it follows.
    pub joint: usize,
    /// Its position is `multiplier * that + offset`.
    pub multiplier: f64,
    /// See `multiplier`.
    pub offset: f64,
}

/// A joint.
#[derive(Clone, Debug, PartialEq)]
pub struct Joint {
    /// Its name.
    pub name: String,
    /// How it moves.
    pub kind: JointKind,
    /// Index of the link that carries it.
    pub parent: usize,
    /// Index of the link that it carries.
    pub child: usize,
    /// The joint's frame in the parent link's frame, at position zero.
    pub parent_from_joint: Isometry3,
    /// Unit vector in the joint's frame.
    pub axis: nalgebra::Unit<hearth_types::Vector3>,
    /// Present unless it is fixed.
    pub limits: Option<Limits>,
    /// \[N m s/rad\] or \[N s/m\]
    pub damping: f64,
    /// \[N m\] or \[N\] Of the joint's bearing.
    pub friction: f64,
    /// Whether and how it follows another joint.
    pub mimic: Option<Mimic>,
}

/// A joint with a motor and limits of its own: one entry of `JointStates` and `JointCommand`.
#[derive(Clone, Debug, PartialEq)]
pub struct ActuatedJoint {
    /// Its name.
    pub name: String,
    /// Index into [`RobotModel::joints`].
    pub joint: usize,
    /// Revolute or prismatic.
    pub kind: JointKind,
    /// \[rad\] or \[m\]
    pub lower: f64,
    /// \[rad\] or \[m\]
    pub upper: f64,
    /// \[rad/s\] or \[m/s\]
    pub velocity: f64,
    /// \[N m\] or \[N\]
    pub effort: f64,
}

/// A joint that turns without end.
#[derive(Clone, Debug, PartialEq)]
pub struct Wheel {
    /// Its name.
    pub name: String,
    /// Index into [`RobotModel::joints`].
    pub joint: usize,
    /// \[rad/s\]
    pub velocity: f64,
    /// \[N m\]
    pub effort: f64,
    /// \[m\] Of the cylinder or sphere that collides, if there is one.
    pub radius_m: Option<f64>,
}

impl RobotModel {
    /// Reads a robot description. `file_name` is for messages only.
    ///
    /// # Errors
    /// [`UrdfError`], with file, line and what would be right.
    pub fn parse(text: &str, file_name: &str) -> Result<(Self, Vec<Ignored>), UrdfError> {
        crate::read::read(text, file_name)
    }

    /// Moving joints with limits that follow no other, in document order: the order of
    /// `JointStates` and `JointCommand`.
    pub fn actuated(&self) -> &[ActuatedJoint] {
        &self.actuated
    }

    /// Continuous joints, in document order.
    pub fn wheels(&self) -> &[Wheel] {
        &self.wheels
    }

    /// Index into [`Self::actuated`] of the joint with this name.
    pub fn joint_index(&self, name: &str) -> Option<usize> {
        self.actuated.iter().position(|it| it.name == name)
    }

    /// Index into [`Self::links`] of the link with this name.
    pub fn link_index(&self, name: &str) -> Option<usize> {
        self.link_by_name.get(name).copied()
    }

    /// The link with this name.
    pub fn link(&self, name: &str) -> Option<&Link> {
        self.link_index(name).map(|it| &self.links[it])
    }

    /// Index of the link that hangs on no joint.
    pub fn root(&self) -> usize {
        self.root
    }

    /// Indices of all joints, so that a parent's comes before its children's.
    pub fn joints_outward(&self) -> &[usize] {
        &self.outward
    }

    /// \[kg\] Mass of all links.
    pub fn mass_kg(&self) -> f64 {
        let masses = self.links.iter().filter_map(|it| it.inertial.as_ref());
        masses.map(|it| it.mass_kg).sum()
    }
}
