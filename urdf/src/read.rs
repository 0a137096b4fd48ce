//! The second pass: values, from `urdf-rs`, into the model.

use crate::check::{Source, check, parse_xml};
use crate::model::{
    ActuatedJoint, Collision, Geometry, Inertial, Joint, JointKind, Limits, Link, Mimic,
    RobotModel, Visual, Wheel,
};
use crate::{Ignored, UrdfError, sensor, tree};
use hearth_types::{Isometry3, MAX_JOINTS, Vector3};
use nalgebra::{Matrix3, Translation3, Unit, UnitQuaternion};
use roxmltree::Node;
use std::collections::HashMap;

pub(crate) fn read(text: &str, file: &str) -> Result<(RobotModel, Vec<Ignored>), UrdfError> {
    let document = parse_xml(text, file)?;
    let source = Source::new(text, file);
    let mut ignored = check(&document, &source)?;
    let root = document.root_element();
    let robot = urdf_rs::read_from_string(text)
        .map_err(|error| source.invalid(root, error.to_string(), "see wiki.ros.org/urdf/XML"))?;

    let link_nodes: Vec<Node> = root
        .children()
        .filter(|it| it.has_tag_name("link"))
        .collect();
    let joint_nodes: Vec<Node> = root
        .children()
        .filter(|it| it.has_tag_name("joint"))
        .collect();
    if link_nodes.len() != robot.links.len() || joint_nodes.len() != robot.joints.len() {
        let problem = "the links and joints cannot be told apart";
        return Err(source.invalid(root, problem, "put them right under <robot>"));
    }
    let link_by_name = index_names(&link_nodes, "link", &source)?;
    let joint_by_name = index_names(&joint_nodes, "joint", &source)?;
    let colours = material_colours(&robot);
    let mut links: Vec<Link> = robot
        .links
        .iter()
        .zip(&link_nodes)
        .map(|(link, node)| convert_link(link, *node, &colours))
        .collect();
    let mut joints = Vec::with_capacity(robot.joints.len());
    for (joint, node) in robot.joints.iter().zip(&joint_nodes) {
        let names = Names {
            link_by_name: &link_by_name,
            joint_by_name: &joint_by_name,
        };
        joints.push(convert_joint(joint, *node, &names, &source, &mut ignored)?);
    }
    let (root_link, outward) =
        tree::connect(&mut links, &joints, &link_nodes, &joint_nodes, &source)?;
    let gazebo = sensor::read_gazebo(root, &link_by_name, &source, &mut ignored)?;
    for (link, friction) in gazebo.friction {
        links[link].friction = Some(friction);
    }
    ignored.sort_by_key(|it| it.line);
    let mut model = RobotModel {
        name: robot.name,
        links,
        joints,
        sensors: gazebo.sensors,
        root: root_link,
        outward,
        actuated: Vec::new(),
        wheels: Vec::new(),
        link_by_name,
    };
    list_motors(&mut model);
    if model.actuated.len() > MAX_JOINTS {
        return Err(UrdfError::TooManyJoints {
            file: file.to_owned(),
            joints: model.actuated.len(),
            max: MAX_JOINTS,
        });
    }
    Ok((model, ignored))
}

fn index_names(
    nodes: &[Node],
    tag: &str,
    source: &Source,
) -> Result<HashMap<String, usize>, UrdfError> {
    let mut index = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        let name = node.attribute("name").unwrap_or_default();
        if index.insert(name.to_owned(), i).is_some() {
            let problem = format!("a second {tag} is called {name:?}");
            return Err(source.invalid(*node, problem, "names must be unique"));
        }
    }
    Ok(index)
}

fn material_colours(robot: &urdf_rs::Robot) -> HashMap<String, [f64; 4]> {
    let local = robot.links.iter().flat_map(|it| &it.visual);
    let local = local.filter_map(|it| it.material.as_ref());
    let named = robot.materials.iter().chain(local);
    named
        .filter(|it| !it.name.is_empty())
        .filter_map(|it| Some((it.name.clone(), it.color.as_ref()?.rgba.0)))
        .collect()
}

fn pose(pose: &urdf_rs::Pose) -> Isometry3 {
    let [x, y, z] = pose.xyz.0;
    let [roll, pitch, yaw] = pose.rpy.0;
    Isometry3::from_parts(
        Translation3::new(x, y, z),
        UnitQuaternion::from_euler_angles(roll, pitch, yaw),
    )
}

fn geometry(shape: &urdf_rs::Geometry) -> Geometry {
    match shape {
        urdf_rs::Geometry::Box { size } => Geometry::Box { size_m: size.0 },
        urdf_rs::Geometry::Cylinder { radius, length } => Geometry::Cylinder {
            radius_m: *radius,
            length_m: *length,
        },
        urdf_rs::Geometry::Capsule { radius, length } => Geometry::Capsule {
            radius_m: *radius,
            length_m: *length,
        },
        urdf_rs::Geometry::Sphere { radius } => Geometry::Sphere { radius_m: *radius },
        urdf_rs::Geometry::Mesh { filename, scale } => Geometry::Mesh {
            file: filename.clone(),
            scale: scale.map_or([1.0; 3], |it| it.0),
        },
    }
}

fn convert_link(link: &urdf_rs::Link, node: Node, colours: &HashMap<String, [f64; 4]>) -> Link {
    let has_inertial = node.children().any(|it| it.has_tag_name("inertial"));
    let visuals = link.visual.iter().map(|it| {
        let material = it.material.as_ref();
        let own = material
            .and_then(|it| it.color.as_ref())
            .map(|it| it.rgba.0);
        Visual {
            link_from_shape: pose(&it.origin),
            geometry: geometry(&it.geometry),
            material: material.map(|it| it.name.clone()),
            rgba: own.or_else(|| material.and_then(|it| colours.get(&it.name).copied())),
        }
    });
    let collisions = link.collision.iter().map(|it| Collision {
        link_from_shape: pose(&it.origin),
        geometry: geometry(&it.geometry),
    });
    Link {
        name: link.name.clone(),
        inertial: has_inertial.then(|| convert_inertial(&link.inertial)),
        visuals: visuals.collect(),
        collisions: collisions.collect(),
        parent_joint: None,
        friction: None,
    }
}

fn convert_inertial(inertial: &urdf_rs::Inertial) -> Inertial {
    let i = &inertial.inertia;
    Inertial {
        link_from_inertial: pose(&inertial.origin),
        mass_kg: inertial.mass.value,
        inertia_kg_m2: Matrix3::new(
            i.ixx, i.ixy, i.ixz, i.ixy, i.iyy, i.iyz, i.ixz, i.iyz, i.izz,
        ),
    }
}

struct Names<'a> {
    link_by_name: &'a HashMap<String, usize>,
    joint_by_name: &'a HashMap<String, usize>,
}

fn convert_joint(
    joint: &urdf_rs::Joint,
    node: Node,
    names: &Names,
    source: &Source,
    ignored: &mut Vec<Ignored>,
) -> Result<Joint, UrdfError> {
    let name = &joint.name;
    let find_link = |link: &str| {
        names.link_by_name.get(link).copied().ok_or_else(|| {
            let problem = format!("joint {name:?} names link {link:?}, which does not exist");
            source.invalid(node, problem, "define the link, or correct the name")
        })
    };
    let kind = match joint.joint_type {
        urdf_rs::JointType::Revolute => JointKind::Revolute,
        urdf_rs::JointType::Continuous => JointKind::Continuous,
        urdf_rs::JointType::Prismatic => JointKind::Prismatic,
        urdf_rs::JointType::Fixed => JointKind::Fixed,
        _ => {
            ignored.push(Ignored {
                line: source.line(node),
                what: format!("the motion of joint {name:?}; it is taken as fixed"),
            });
            JointKind::Fixed
        }
    };
    let axis = Unit::try_new(Vector3::from(joint.axis.xyz.0), 1e-9);
    let axis = axis
        .filter(|it| it.iter().all(|it| it.is_finite()))
        .ok_or_else(|| {
            let problem = format!("the axis of joint {name:?} has no direction");
            source.invalid(node, problem, "write for instance <axis xyz=\"0 0 1\"/>")
        })?;
    let mimic = joint.mimic.as_ref().map(|it| {
        let target = names.joint_by_name.get(&it.joint).copied().ok_or_else(|| {
            let problem = format!("joint {name:?} mimics {:?}, which does not exist", it.joint);
            source.invalid(node, problem, "name an existing joint")
        })?;
        Ok(Mimic {
            joint: target,
            multiplier: it.multiplier.unwrap_or(1.0),
            offset: it.offset.unwrap_or(0.0),
        })
    });
    Ok(Joint {
        name: name.clone(),
        kind,
        parent: find_link(&joint.parent.link)?,
        child: find_link(&joint.child.link)?,
        parent_from_joint: pose(&joint.origin),
        axis,
        limits: convert_limits(joint, kind, node, source)?,
        damping: joint.dynamics.as_ref().map_or(0.0, |it| it.damping),
        friction: joint.dynamics.as_ref().map_or(0.0, |it| it.friction),
        mimic: mimic.transpose()?,
    })
}

fn convert_limits(
    joint: &urdf_rs::Joint,
    kind: JointKind,
    node: Node,
    source: &Source,
) -> Result<Option<Limits>, UrdfError> {
    let name = &joint.name;
    if kind == JointKind::Fixed {
        return Ok(None);
    }
    let Some(limit_node) = node.children().find(|it| it.has_tag_name("limit")) else {
        return Err(source.invalid(
            node,
            format!("joint {name:?} moves but has no <limit>"),
            "write <limit lower=\"…\" upper=\"…\" velocity=\"…\" effort=\"…\"/>",
        ));
    };
    let (velocity, effort) = (joint.limit.velocity, joint.limit.effort);
    if kind == JointKind::Continuous {
        let (lower, upper) = (f64::NEG_INFINITY, f64::INFINITY);
        return Ok(Some(Limits {
            lower,
            upper,
            velocity,
            effort,
        }));
    }
    for side in ["lower", "upper"] {
        if limit_node.attribute(side).is_none() {
            return Err(source.invalid(
                limit_node,
                format!("joint {name:?} has no {side:?} limit"),
                "give both; a joint that turns without end is of type continuous",
            ));
        }
    }
    let (lower, upper) = (joint.limit.lower, joint.limit.upper);
    if lower >= upper {
        return Err(source.invalid(
            limit_node,
            format!("joint {name:?} has lower {lower} and upper {upper}"),
            "lower must be below upper",
        ));
    }
    Ok(Some(Limits {
        lower,
        upper,
        velocity,
        effort,
    }))
}

fn list_motors(model: &mut RobotModel) {
    for (index, joint) in model.joints.iter().enumerate() {
        let (Some(limits), None) = (joint.limits, joint.mimic) else {
            continue;
        };
        if joint.kind == JointKind::Continuous {
            let shapes = model.links[joint.child].collisions.iter();
            let radius_m = shapes.filter_map(|it| match it.geometry {
                Geometry::Cylinder { radius_m, .. } | Geometry::Sphere { radius_m } => {
                    Some(radius_m)
                }
                _ => None,
            });
            model.wheels.push(Wheel {
                name: joint.name.clone(),
                joint: index,
                velocity: limits.velocity,
                effort: limits.effort,
                radius_m: radius_m.reduce(f64::max),
            });
        } else {
            model.actuated.push(ActuatedJoint {
                name: joint.name.clone(),
                joint: index,
                kind: joint.kind,
                lower: limits.lower,
                upper: limits.upper,
                velocity: limits.velocity,
                effort: limits.effort,
            });
        }
    }
}
