//! Furniture, people, things and lights.

use super::{Mjcf, escaped, group, placed, prefix, shaped, touch};
use crate::scene::Scene;
use crate::sdf::{
    Geometry, LightKind, SdfInertial, SdfLight, SdfMaterial, SdfModel, SdfShape, SdfWorld,
};
use hearth_types::Isometry3;
use std::fmt::Write as _;

/// Friction of what does not say its own.
const DEFAULT_FRICTION: f64 = 0.7;

const PLAIN: SdfMaterial = SdfMaterial {
    diffuse: [0.7, 0.7, 0.7, 1.0],
    specular: 0.1,
    emissive: 0.0,
};

/// Writes all of the world that is in the scene.
pub(crate) fn write_world(out: &mut Mjcf, world: &SdfWorld, scene: &Scene) {
    let _ = writeln!(
        out.bodies,
        r#"<geom name="floor" type="plane" size="0 0 1" group="{}" {} friction="0.8 0.005 0.0001" rgba="0.5 0.5 0.5 1"/>"#,
        group::STATIC_COLLISION,
        touch::STATIC,
    );
    for light in &world.lights {
        write_light(out, light);
    }
    for model in &world.models {
        if let Some(pose) = scene.pose_of_object(&model.name) {
            write_object(out, model, pose);
        } else if model.is_static && !scene.is_absent(&model.name) {
            let pose = scene
                .pose_of_static(&model.name)
                .unwrap_or(model.world_from_model);
            write_static(out, model, &pose);
        }
    }
}

/// A light. No shadow maps: with a software driver they double a frame's time, and in a flat
/// without a ceiling a sun's shadows would be those of walls. Soft shadows come from the depth
/// image instead (`sensors::shade`).
fn write_light(out: &mut Mjcf, light: &SdfLight) {
    let p = light.world_from_light.translation.vector;
    let d = light.world_from_light.rotation * light.direction;
    let [r, g, b] = light.diffuse;
    let [sr, sg, sb] = light.specular;
    let [c, l, q] = light.attenuation;
    let kind = match light.kind {
        LightKind::Directional => "directional",
        LightKind::Point => "point",
        LightKind::Spot => "spot",
    };
    let _ = writeln!(
        out.bodies,
        r#"<light name="light/{}" type="{kind}" pos="{:.4} {:.4} {:.4}" dir="{:.5} {:.5} {:.5}" diffuse="{r:.3} {g:.3} {b:.3}" specular="{sr:.3} {sg:.3} {sb:.3}" ambient="0 0 0" attenuation="{c} {l} {q}" cutoff="{:.2}" castshadow="false"/>"#,
        escaped(&light.name),
        p.x,
        p.y,
        p.z,
        d.x,
        d.y,
        d.z,
        light.cutoff_rad.to_degrees().clamp(1.0, 180.0),
    );
}

/// The floor is one plane for all rooms: a second surface at its height would only double contacts.
fn is_floor(pose: &Isometry3, shape: &SdfShape) -> bool {
    match shape.geometry {
        Geometry::Plane { normal, .. } => (pose.rotation * normal).z > 0.999,
        Geometry::Box { size_m } => {
            let top = pose.translation.z + size_m[2] / 2.0;
            top.abs() < 0.004 && size_m[0].min(size_m[1]) > 0.5
        }
        _ => false,
    }
}

fn write_static(out: &mut Mjcf, model: &SdfModel, pose: &Isometry3) {
    let _ = writeln!(
        out.bodies,
        r#"<body name="{}{}" {}>"#,
        prefix::STATIC,
        escaped(&model.name),
        placed(pose)
    );
    for link in &model.links {
        for shape in &link.collisions {
            let at = link.model_from_link * shape.link_from_shape;
            if is_floor(&(pose * at), shape) {
                continue;
            }
            let _ = writeln!(
                out.bodies,
                r#"<geom {} group="{}" {} friction="{:.3} 0.005 0.0001"/>"#,
                shaped(&shape.geometry, &at),
                group::STATIC_COLLISION,
                touch::STATIC,
                shape.friction.unwrap_or(DEFAULT_FRICTION),
            );
        }
        for shape in &link.visuals {
            write_visual(out, shape, &(link.model_from_link * shape.link_from_shape));
        }
    }
    out.bodies.push_str("</body>\n");
}

/// A visual geom of the body under construction.
pub(super) fn write_visual(out: &mut Mjcf, shape: &SdfShape, pose: &Isometry3) {
    let material = out.material(shape.material.as_ref().unwrap_or(&PLAIN));
    let _ = writeln!(
        out.bodies,
        r#"<geom {} group="{}" {} material="{material}" mass="0"/>"#,
        shaped(&shape.geometry, pose),
        group::VISUAL,
        touch::NONE,
    );
}

fn write_object(out: &mut Mjcf, model: &SdfModel, pose: &Isometry3) {
    let name = escaped(&model.name);
    let _ = writeln!(
        out.bodies,
        r#"<body name="{0}{name}" {1}><freejoint name="{0}{name}"/>"#,
        prefix::OBJECT,
        placed(pose)
    );
    write_inertial(out, model);
    for link in &model.links {
        for shape in &link.collisions {
            let _ = writeln!(
                out.bodies,
                r#"<geom {} group="{}" {} condim="{}" friction="{:.3} 0.01 {:.5}"/>"#,
                shaped(
                    &shape.geometry,
                    &(link.model_from_link * shape.link_from_shape)
                ),
                group::DYNAMIC_COLLISION,
                touch::OBJECT,
                if shape.rolling_friction_m.is_some() {
                    6
                } else {
                    4
                },
                shape.friction.unwrap_or(DEFAULT_FRICTION),
                shape.rolling_friction_m.unwrap_or(0.0001),
            );
        }
        for shape in &link.visuals {
            write_visual(out, shape, &(link.model_from_link * shape.link_from_shape));
        }
    }
    out.bodies.push_str("</body>\n");
}

/// One inertial for the whole model: exactly as given for one link, else that of the bounding box.
fn write_inertial(out: &mut Mjcf, model: &SdfModel) {
    if let [link] = model.links.as_slice()
        && let Some(SdfInertial {
            link_from_inertial,
            mass_kg,
            inertia_kg_m2: Some(i),
        }) = link.inertial
    {
        // `fullinertia` excludes an orientation, so the tensor is turned into the link's axes.
        let pose = link.model_from_link * link_from_inertial;
        let tensor = nalgebra::Matrix3::new(i[0], i[3], i[4], i[3], i[1], i[5], i[4], i[5], i[2]);
        let turn = pose.rotation.to_rotation_matrix();
        let t = turn.matrix() * tensor * turn.matrix().transpose();
        let p = pose.translation.vector;
        let _ = writeln!(
            out.bodies,
            r#"<inertial pos="{:.6} {:.6} {:.6}" mass="{mass_kg}" fullinertia="{:.9} {:.9} {:.9} {:.9} {:.9} {:.9}"/>"#,
            p.x,
            p.y,
            p.z,
            t[(0, 0)],
            t[(1, 1)],
            t[(2, 2)],
            t[(0, 1)],
            t[(0, 2)],
            t[(1, 2)]
        );
        return;
    }
    let mass: f64 = model
        .links
        .iter()
        .filter_map(|it| it.inertial)
        .map(|it| it.mass_kg)
        .sum();
    let mass = if mass > 0.0 { mass } else { 0.2 };
    let (low, high) = bounds(model);
    let size = high - low;
    let centre = (low + high) / 2.0;
    let moment = |a: f64, b: f64| (mass / 12.0 * (a * a + b * b)).max(1e-7);
    let _ = writeln!(
        out.bodies,
        r#"<inertial pos="{:.6} {:.6} {:.6}" mass="{mass}" diaginertia="{:.9} {:.9} {:.9}"/>"#,
        centre.x,
        centre.y,
        centre.z,
        moment(size.y, size.z),
        moment(size.x, size.z),
        moment(size.x, size.y),
    );
}

/// \[m\] Lowest and highest corner of the model's collision shapes, in the model's frame.
pub(crate) fn bounds(model: &SdfModel) -> (hearth_types::Vector3, hearth_types::Vector3) {
    let mut low = hearth_types::Vector3::repeat(f64::INFINITY);
    let mut high = hearth_types::Vector3::repeat(f64::NEG_INFINITY);
    for link in &model.links {
        let shapes = if link.collisions.is_empty() {
            &link.visuals
        } else {
            &link.collisions
        };
        for shape in shapes {
            let pose = link.model_from_link * shape.link_from_shape;
            let half = hearth_types::Vector3::from(shape.geometry.half_extents_m());
            let reach = pose.rotation.to_rotation_matrix().matrix().abs() * half;
            low = low.inf(&(pose.translation.vector - reach));
            high = high.sup(&(pose.translation.vector + reach));
        }
    }
    if low.x > high.x {
        return (
            hearth_types::Vector3::zeros(),
            hearth_types::Vector3::zeros(),
        );
    }
    (low, high)
}
