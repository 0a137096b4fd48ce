//! Composes MuJoCo's model format (MJCF) out of the robot, the world and a scene.

mod robot;
mod world;

pub(crate) use robot::{is_finger, write_robot};
pub(crate) use world::{bounds, write_world};

use crate::sdf::{Geometry, SdfMaterial};
use hearth_types::{Isometry3, Vector3};
use nalgebra::UnitQuaternion;
use std::fmt::Write as _;

/// What geoms are for; MuJoCo's groups. The camera draws the visual ones, the lidar hits the others.
pub(crate) mod group {
    /// Shapes of furniture, walls and people that can be touched.
    pub const STATIC_COLLISION: usize = 0;
    /// What the camera sees of everything.
    pub const VISUAL: usize = 1;
    /// Shapes of things and the robot that can be touched.
    pub const DYNAMIC_COLLISION: usize = 3;
}

/// Which geoms can touch: bit patterns of MuJoCo's `contype` and `conaffinity`. The robot's own
/// parts do, but for those that a joint connects (MuJoCo leaves these out); statics do not.
pub(crate) mod touch {
    /// For furniture, floor and people.
    pub const STATIC: &str = r#"contype="1" conaffinity="6""#;
    /// For the robot.
    pub const ROBOT: &str = r#"contype="2" conaffinity="7""#;
    /// For things.
    pub const OBJECT: &str = r#"contype="4" conaffinity="7""#;
    /// For what is only seen.
    pub const NONE: &str = r#"contype="0" conaffinity="0""#;
}

/// Prefixes of names in the MuJoCo model, so that robot, furniture and things cannot clash.
pub(crate) mod prefix {
    /// The robot's links and joints.
    pub const ROBOT: &str = "robot/";
    /// Static models.
    pub const STATIC: &str = "static/";
    /// Movable models.
    pub const OBJECT: &str = "object/";
}

/// The text under construction: one buffer a section, since MJCF wants them apart.
#[derive(Default)]
pub(crate) struct Mjcf {
    pub assets: String,
    pub bodies: String,
    /// Pairs of bodies that do not touch.
    pub excluded: String,
    pub equalities: String,
    pub actuators: String,
    pub sensors: String,
    materials: Vec<(String, String)>,
}

impl Mjcf {
    /// The name of a material with these looks, made on first use.
    pub fn material(&mut self, looks: &SdfMaterial) -> String {
        let [r, g, b, a] = looks.diffuse;
        let attributes = format!(
            r#"rgba="{r:.4} {g:.4} {b:.4} {a:.4}" specular="{:.3}" shininess="{:.3}" emission="{:.3}""#,
            looks.specular.min(0.5),
            0.3 + 0.4 * looks.specular.min(1.0),
            looks.emissive,
        );
        if let Some((name, _)) = self.materials.iter().find(|it| it.1 == attributes) {
            return name.clone();
        }
        let name = format!("material{}", self.materials.len());
        let _ = writeln!(self.assets, r#"<material name="{name}" {attributes}/>"#);
        self.materials.push((name.clone(), attributes));
        name
    }

    /// The whole document.
    pub fn finish(self) -> String {
        format!(
            r#"<mujoco model="hearth">
<compiler angle="radian" autolimits="true"/>
<option timestep="{STEP_SECS}" integrator="implicitfast" cone="elliptic" impratio="10" noslip_iterations="2" sleep_tolerance="0.002"><flag sleep="enable"/></option>
<size memory="48M"/>
<statistic extent="1" center="0 0 0"/>
<visual>
<global offwidth="1280" offheight="1280"/>
<headlight ambient="0.42 0.42 0.42" diffuse="0.16 0.16 0.16" specular="0.02 0.02 0.02"/>
<quality shadowsize="0" offsamples="0" numslices="20" numstacks="12"/>
<map znear="0.05" zfar="30"/>
</visual>
<asset>
{assets}</asset>
<worldbody>
{bodies}</worldbody>
<contact>
{excluded}</contact>
<equality>
{equalities}</equality>
<actuator>
{actuators}</actuator>
<sensor>
{sensors}</sensor>
</mujoco>
"#,
            assets = self.assets,
            bodies = self.bodies,
            excluded = self.excluded,
            equalities = self.equalities,
            actuators = self.actuators,
            sensors = self.sensors,
        )
    }
}

/// \[s\] One step of the physics.
pub(crate) const STEP_SECS: f64 = 0.002;

/// `pos="…" quat="…"`.
pub(crate) fn placed(pose: &Isometry3) -> String {
    let p = pose.translation.vector;
    let q = pose.rotation.quaternion();
    format!(
        r#"pos="{:.6} {:.6} {:.6}" quat="{:.8} {:.8} {:.8} {:.8}""#,
        p.x, p.y, p.z, q.w, q.i, q.j, q.k
    )
}

/// `type="…" size="…"` with the pose that MuJoCo's form needs for this geometry at `pose`.
pub(crate) fn shaped(geometry: &Geometry, pose: &Isometry3) -> String {
    let (form, pose) = match *geometry {
        Geometry::Box { size_m: [x, y, z] } => (
            format!(
                r#"type="box" size="{:.6} {:.6} {:.6}""#,
                x / 2.0,
                y / 2.0,
                z / 2.0
            ),
            *pose,
        ),
        Geometry::Cylinder { radius_m, length_m } => (
            format!(
                r#"type="cylinder" size="{radius_m:.6} {:.6}""#,
                length_m / 2.0
            ),
            *pose,
        ),
        Geometry::Sphere { radius_m } => (format!(r#"type="sphere" size="{radius_m:.6}""#), *pose),
        Geometry::Capsule { radius_m, length_m } => (
            format!(
                r#"type="capsule" size="{radius_m:.6} {:.6}""#,
                length_m / 2.0
            ),
            *pose,
        ),
        Geometry::Ellipsoid { radii_m: [x, y, z] } => (
            format!(r#"type="ellipsoid" size="{x:.6} {y:.6} {z:.6}""#),
            *pose,
        ),
        Geometry::Plane { normal, size_m } => {
            let turned =
                UnitQuaternion::rotation_between(&Vector3::z(), &normal).unwrap_or_else(|| {
                    UnitQuaternion::from_euler_angles(std::f64::consts::PI, 0.0, 0.0)
                });
            let turned = Isometry3::from_parts(nalgebra::Translation3::identity(), turned);
            (
                format!(
                    r#"type="plane" size="{:.4} {:.4} 1""#,
                    size_m[0] / 2.0,
                    size_m[1] / 2.0
                ),
                pose * turned,
            )
        }
    };
    format!("{form} {}", placed(&pose))
}

/// Text made safe for an XML attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
