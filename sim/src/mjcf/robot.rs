//! The robot: one MuJoCo body a link, motors at wheels and actuated joints, cameras and sites.

use super::{Mjcf, escaped, group, placed, prefix, shaped, touch};
use crate::SimError;
use crate::sdf::{Geometry, SdfMaterial};
use hearth_types::{Isometry3, Pose2};
use hearth_urdf::{Joint, JointKind, Link, RobotModel, SensorKind};
use std::fmt::Write as _;

/// A motor's own inertia, seen at the joint, a unit of its greatest effort: kg m^2 / (N m).
const ARMATURE_PER_EFFORT_REVOLUTE: f64 = 0.002;
/// The same for sliders: kg / N.
const ARMATURE_PER_EFFORT_PRISMATIC: f64 = 0.01;

/// Writes the robot, standing at `start_in_map`.
///
/// # Errors
/// [`SimError::Robot`] if something cannot be simulated.
pub(crate) fn write_robot(
    out: &mut Mjcf,
    robot: &RobotModel,
    start_in_map: Pose2,
) -> Result<(), SimError> {
    write_link(
        out,
        robot,
        robot.root(),
        &start_in_map.to_isometry3(),
        false,
    )?;
    for joint in &robot.joints {
        let name = escaped(&joint.name);
        let Some(limits) = joint.limits else { continue };
        let _ = writeln!(
            out.actuators,
            r#"<motor name="{0}{name}" joint="{0}{name}" ctrllimited="true" ctrlrange="{1} {2}"/>"#,
            prefix::ROBOT,
            -limits.effort,
            limits.effort,
        );
        if let Some(mimic) = joint.mimic {
            let _ = writeln!(
                out.equalities,
                r#"<joint joint1="{0}{name}" joint2="{0}{1}" polycoef="{2} {3} 0 0 0" solref="0.01 1"/>"#,
                prefix::ROBOT,
                escaped(&robot.joints[mimic.joint].name),
                mimic.offset,
                mimic.multiplier,
            );
            // Closed fingers meet where their joints end, which is stop enough.
            let _ = writeln!(
                out.excluded,
                r#"<exclude body1="{0}{1}" body2="{0}{2}"/>"#,
                prefix::ROBOT,
                escaped(&robot.links[joint.child].name),
                escaped(&robot.links[robot.joints[mimic.joint].child].name),
            );
        }
    }
    Ok(())
}

/// Links whose joint follows another, or is followed: fingers.
pub(crate) fn is_finger(robot: &RobotModel, link: usize) -> bool {
    robot.links[link].parent_joint.is_some_and(|joint| {
        robot.joints[joint].mimic.is_some()
            || robot
                .joints
                .iter()
                .any(|it| it.mimic.is_some_and(|m| m.joint == joint))
    })
}

fn write_link(
    out: &mut Mjcf,
    robot: &RobotModel,
    index: usize,
    parent_from_link: &Isometry3,
    carried_by_motor: bool,
) -> Result<(), SimError> {
    let link = &robot.links[index];
    let joint = link.parent_joint.map(|it| &robot.joints[it]);
    let is_arm =
        joint.is_some_and(|it| matches!(it.kind, JointKind::Revolute | JointKind::Prismatic));
    // Drives of an arm know the weight of the arm itself (not of what it carries).
    let compensated = carried_by_motor || is_arm;
    let _ = writeln!(
        out.bodies,
        r#"<body name="{}{}" {} gravcomp="{}"{}>"#,
        prefix::ROBOT,
        escaped(&link.name),
        placed(parent_from_link),
        u8::from(compensated),
        if joint.is_none() {
            r#" sleep="never""#
        } else {
            ""
        },
    );
    match joint {
        None => {
            let _ = writeln!(out.bodies, r#"<freejoint name="{}base"/>"#, prefix::ROBOT);
        }
        Some(joint) => write_joint(out, robot, joint, link)?,
    }
    write_inertial(out, link);
    write_shapes(out, robot, index)?;
    write_sensors(out, robot, index);
    for joint in robot.joints.iter().filter(|it| it.parent == index) {
        write_link(
            out,
            robot,
            joint.child,
            &joint.parent_from_joint,
            compensated,
        )?;
    }
    out.bodies.push_str("</body>\n");
    Ok(())
}

fn write_joint(
    out: &mut Mjcf,
    robot: &RobotModel,
    joint: &Joint,
    link: &Link,
) -> Result<(), SimError> {
    let (kind, armature) = match joint.kind {
        JointKind::Fixed => return Ok(()),
        JointKind::Revolute | JointKind::Continuous => ("hinge", ARMATURE_PER_EFFORT_REVOLUTE),
        JointKind::Prismatic => ("slide", ARMATURE_PER_EFFORT_PRISMATIC),
    };
    let invalid = |problem: String, expected: &str| SimError::Robot {
        robot: robot.name.clone(),
        problem,
        expected: expected.to_owned(),
    };
    let Some(limits) = joint.limits else {
        return Err(invalid(
            format!("joint {:?} has no limits", joint.name),
            "add <limit effort=… velocity=…>",
        ));
    };
    if link.inertial.is_none() {
        return Err(invalid(
            format!("link {:?} moves but has no <inertial>", link.name),
            "give every moving link mass and inertia",
        ));
    }
    let range = if joint.kind == JointKind::Continuous {
        r#"limited="false""#.to_owned()
    } else {
        format!(
            r#"limited="true" range="{} {}""#,
            limits.lower, limits.upper
        )
    };
    let _ = writeln!(
        out.bodies,
        r#"<joint name="{}{}" type="{kind}" axis="{} {} {}" {range} damping="{}" frictionloss="{}" armature="{}" actuatorgravcomp="true"/>"#,
        prefix::ROBOT,
        escaped(&joint.name),
        joint.axis.x,
        joint.axis.y,
        joint.axis.z,
        joint.damping,
        joint.friction,
        armature * limits.effort,
    );
    Ok(())
}

fn write_inertial(out: &mut Mjcf, link: &Link) {
    let Some(inertial) = &link.inertial else {
        return;
    };
    // `fullinertia` excludes an orientation, so the tensor is turned into the link's axes.
    let turn = inertial.link_from_inertial.rotation.to_rotation_matrix();
    let t = turn.matrix() * inertial.inertia_kg_m2 * turn.matrix().transpose();
    let p = inertial.link_from_inertial.translation.vector;
    let _ = writeln!(
        out.bodies,
        r#"<inertial pos="{:.6} {:.6} {:.6}" mass="{}" fullinertia="{:.9} {:.9} {:.9} {:.9} {:.9} {:.9}"/>"#,
        p.x,
        p.y,
        p.z,
        inertial.mass_kg,
        t[(0, 0)],
        t[(1, 1)],
        t[(2, 2)],
        t[(0, 1)],
        t[(0, 2)],
        t[(1, 2)]
    );
}

fn geometry(
    robot: &RobotModel,
    link: &Link,
    shape: &hearth_urdf::Geometry,
) -> Result<Geometry, SimError> {
    use hearth_urdf::Geometry as Urdf;
    Ok(match *shape {
        Urdf::Box { size_m } => Geometry::Box { size_m },
        Urdf::Cylinder { radius_m, length_m } => Geometry::Cylinder { radius_m, length_m },
        Urdf::Capsule { radius_m, length_m } => Geometry::Capsule { radius_m, length_m },
        Urdf::Sphere { radius_m } => Geometry::Sphere { radius_m },
        Urdf::Mesh { ref file, .. } => {
            return Err(SimError::Robot {
                robot: robot.name.clone(),
                problem: format!("link {:?} has the mesh {file:?}", link.name),
                expected: "the embedded simulator knows box, cylinder, capsule and sphere"
                    .to_owned(),
            });
        }
    })
}

fn write_shapes(out: &mut Mjcf, robot: &RobotModel, index: usize) -> Result<(), SimError> {
    let link = &robot.links[index];
    // What states its friction decides alone, whatever it touches: a slippery caster slips on carpet.
    let surface = match link.friction {
        Some(mu) if is_finger(robot, index) => {
            format!(
                r#"friction="{mu} 0.02 0.001" priority="2" condim="4" solimp="0.95 0.99 0.001""#
            )
        }
        Some(mu) => format!(r#"friction="{mu} 0.005 0.0001" priority="1" condim="3""#),
        None => r#"friction="0.5 0.005 0.0001" condim="3""#.to_owned(),
    };
    for shape in &link.collisions {
        let _ = writeln!(
            out.bodies,
            r#"<geom {} group="{}" {} {surface} mass="0"/>"#,
            shaped(
                &geometry(robot, link, &shape.geometry)?,
                &shape.link_from_shape
            ),
            group::DYNAMIC_COLLISION,
            touch::ROBOT,
        );
    }
    for shape in &link.visuals {
        let material = out.material(&SdfMaterial {
            diffuse: shape.rgba.unwrap_or([0.7, 0.7, 0.7, 1.0]),
            specular: 0.3,
            emissive: 0.0,
        });
        let _ = writeln!(
            out.bodies,
            r#"<geom {} group="{}" {} material="{material}" mass="0"/>"#,
            shaped(
                &geometry(robot, link, &shape.geometry)?,
                &shape.link_from_shape
            ),
            group::VISUAL,
            touch::NONE,
        );
    }
    Ok(())
}

fn write_sensors(out: &mut Mjcf, robot: &RobotModel, index: usize) {
    let link = &robot.links[index];
    for sensor in robot.sensors.iter().filter(|it| it.frame == link.name) {
        let name = format!("{}{}", prefix::ROBOT, escaped(&sensor.name));
        match &sensor.kind {
            SensorKind::RgbdCamera(camera) => {
                let half = (camera.horizontal_fov_rad / 2.0).tan();
                let fovy = 2.0 * (half * camera.height as f64 / camera.width as f64).atan();
                // MuJoCo's cameras look along -z with y up; optical frames look along z with y down.
                let _ = writeln!(
                    out.bodies,
                    r#"<camera name="{name}" quat="0 1 0 0" fovy="{:.6}"/>"#,
                    fovy.to_degrees()
                );
            }
            SensorKind::Imu { .. } => {
                let _ = writeln!(out.bodies, r#"<site name="{name}" group="5"/>"#);
                let _ = writeln!(
                    out.sensors,
                    r#"<gyro name="{name}/gyro" site="{name}"/><accelerometer name="{name}/accel" site="{name}"/>"#
                );
            }
            _ => {}
        }
    }
}
