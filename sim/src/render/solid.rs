//! What a picture is made of: shapes, lamps, a camera.

use crate::sdf::Geometry;
use hearth_types::{Intrinsics, Isometry3, Vector3};
use mujoco_rs::prelude::{MjtGeom, MjtLightType, MjvLight};

/// What a solid's surface is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub rgba: [f32; 4],
    pub specular: f32,
    pub shininess: f32,
    pub emission: f32,
    /// Index into the pool.
    pub texture: Option<usize>,
}

/// A shape in `map`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Solid {
    pub geometry: Geometry,
    pub map_from_solid: Isometry3,
    pub look: Look,
    /// What the labelled picture has where it is seen; 0 for what has no name.
    pub label: u16,
}

impl Solid {
    pub fn radius_m(&self) -> f32 {
        Vector3::from(self.geometry.half_extents_m()).norm() as f32
    }
}

/// A lamp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lamp {
    pub kind: LampKind,
    /// \[m\] In `map`.
    pub position: [f32; 3],
    /// Where it shines, in `map`.
    pub direction: [f32; 3],
    pub ambient: [f32; 3],
    pub diffuse: [f32; 3],
    pub specular: [f32; 3],
    pub casts_shadow: bool,
}

impl Lamp {
    /// Writes it as MuJoCo has it.
    pub fn fill(&self, light: &mut MjvLight, eye: &Eye) {
        let is_head = self.kind == LampKind::Head;
        light.id = -1;
        light.texid = -1;
        light.type_ = match self.kind {
            LampKind::Head | LampKind::Directional => MjtLightType::mjLIGHT_DIRECTIONAL,
            LampKind::Spot => MjtLightType::mjLIGHT_SPOT,
        } as i32;
        let pose = &eye.map_from_optical;
        (light.pos, light.dir) = if is_head {
            let ahead = pose.rotation * Vector3::z();
            (floats(&pose.translation.vector), floats(&ahead))
        } else {
            (self.position, self.direction)
        };
        light.headlight = is_head.into();
        light.castshadow = self.casts_shadow.into();
        light.ambient = self.ambient;
        light.diffuse = self.diffuse;
        light.specular = self.specular;
        light.attenuation = [1.0, 0.0, 0.0];
        light.cutoff = 75.0;
        light.exponent = 1.5;
        light.bulbradius = 0.02;
        light.intensity = 0.0;
        light.range = 10.0;
        light.softness = 0.0;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LampKind {
    /// At the camera.
    Head,
    Directional,
    Spot,
}

/// One camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Eye {
    pub intrinsics: Intrinsics,
    /// Its optical frame.
    pub map_from_optical: Isometry3,
}

pub(super) fn floats(v: &Vector3) -> [f32; 3] {
    [v.x as f32, v.y as f32, v.z as f32]
}

/// Type and size as MuJoCo has them; `None` for planes.
pub(super) fn mujoco_form(geometry: &Geometry) -> Option<(MjtGeom, [f64; 3])> {
    Some(match *geometry {
        Geometry::Box { size_m } => (MjtGeom::mjGEOM_BOX, size_m.map(|it| it / 2.0)),
        Geometry::Cylinder { radius_m, length_m } => {
            (MjtGeom::mjGEOM_CYLINDER, [radius_m, length_m / 2.0, 0.0])
        }
        Geometry::Sphere { radius_m } => (MjtGeom::mjGEOM_SPHERE, [radius_m; 3]),
        Geometry::Capsule { radius_m, length_m } => {
            (MjtGeom::mjGEOM_CAPSULE, [radius_m, length_m / 2.0, 0.0])
        }
        Geometry::Ellipsoid { radii_m } => (MjtGeom::mjGEOM_ELLIPSOID, radii_m),
        Geometry::Plane { .. } => return None,
    })
}
