//! Sensors and surface friction, from `<gazebo reference=LINK>` extensions in SDF's vocabulary.

use crate::check::Source;
use crate::{Ignored, UrdfError};
use roxmltree::Node;
use std::collections::HashMap;

/// A sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct SensorSpec {
    /// Its name.
    pub name: String,
    /// Index of the link that it is mounted on.
    pub link: usize,
    /// The name of the frame in which it reports; the link's unless said otherwise.
    pub frame: String,
    /// Its topic, if given.
    pub topic: Option<String>,
    /// \[Hz\] If given.
    pub rate_hz: Option<f64>,
    /// What it is.
    pub kind: SensorKind,
}

/// What a sensor is.
#[derive(Clone, Debug, PartialEq)]
pub enum SensorKind {
    /// Colour and depth.
    RgbdCamera(CameraSpec),
    /// Planar lidar.
    Lidar(LidarSpec),
    /// Inertial unit.
    Imu {
        /// \[rad/s\] Standard deviation of the noise on each rate.
        rate_noise_rad_s: f64,
        /// \[m/s^2\] Standard deviation of the noise on each acceleration.
        acceleration_noise_m_s2: f64,
    },
}

/// An RGB-D camera. Looks along its link's +x.
#[derive(Clone, Debug, PartialEq)]
pub struct CameraSpec {
    /// \[px\]
    pub width: usize,
    /// \[px\]
    pub height: usize,
    /// \[rad\]
    pub horizontal_fov_rad: f64,
    /// \[m\] Nearest and farthest depth that it measures.
    pub depth_range_m: [f64; 2],
    /// Standard deviation of the noise on each colour channel, of full scale 1.
    pub colour_noise: f64,
}

/// A planar lidar.
#[derive(Clone, Debug, PartialEq)]
pub struct LidarSpec {
    /// Rays a turn.
    pub rays: usize,
    /// \[rad\] Direction of the first and of the last ray.
    pub angle_range_rad: [f64; 2],
    /// \[m\] Nearest and farthest range that it measures.
    pub range_m: [f64; 2],
    /// \[m\] Standard deviation of the noise.
    pub noise_m: f64,
}

/// What the extensions hold.
pub(crate) struct GazeboParts {
    pub(crate) sensors: Vec<SensorSpec>,
    /// Link and its coefficient.
    pub(crate) friction: Vec<(usize, f64)>,
}

/// What tells Gazebo how to run or convert the robot, and has no part in the model.
const FOR_GAZEBO: &[&str] = &[
    "plugin",
    "preserveFixedJoint",
    "disableFixedJointLumping",
    "disableJointLumping",
];

/// Sensors that stand in for what a robot's own drivers report (efforts) or that only people look
/// at (contacts). The first kind sits on a joint, the others on links.
const FOR_GAZEBO_ON_JOINTS: &str = "force_torque";
const FOR_GAZEBO_ON_LINKS: &str = "contact";

pub(crate) fn read_gazebo(
    robot: Node,
    link_by_name: &HashMap<String, usize>,
    source: &Source,
    ignored: &mut Vec<Ignored>,
) -> Result<GazeboParts, UrdfError> {
    let mut parts = GazeboParts {
        sensors: Vec::new(),
        friction: Vec::new(),
    };
    let is_joint = |name| {
        let mut joints = robot.children().filter(|it| it.has_tag_name("joint"));
        joints.any(|it| it.attribute("name") == Some(name))
    };
    for block in robot.children().filter(|it| it.has_tag_name("gazebo")) {
        let reference = block.attribute("reference");
        let link = reference.and_then(|it| link_by_name.get(it).copied());
        for child in block.children().filter(Node::is_element) {
            let tag = child.tag_name().name();
            let kind = child.attribute("type");
            match (tag, link) {
                (tag, _) if FOR_GAZEBO.contains(&tag) => continue,
                ("sensor", Some(_)) if kind == Some(FOR_GAZEBO_ON_LINKS) => continue,
                ("sensor", None)
                    if kind == Some(FOR_GAZEBO_ON_JOINTS) && reference.is_some_and(is_joint) =>
                {
                    continue;
                }
                ("sensor", Some(link)) => {
                    if let Some(sensor) = read_sensor(child, link, reference, source)? {
                        parts.sensors.push(sensor);
                        continue;
                    }
                }
                ("sensor" | "mu1", None) => {
                    let problem = format!("<gazebo reference={:?}> is no link", reference);
                    let remedy = "name the link that it is about";
                    return Err(source.invalid(block, problem, remedy));
                }
                ("mu1", Some(link)) => {
                    let coefficient = number(child, source)?;
                    if coefficient < 0.0 {
                        let problem = format!("friction {coefficient} is negative");
                        return Err(source.invalid(child, problem, "give at least 0"));
                    }
                    parts.friction.push((link, coefficient));
                    continue;
                }
                // Friction is taken as the same in all directions.
                ("mu2", Some(_)) => continue,
                _ => {}
            }
            ignored.push(Ignored {
                line: source.line(child),
                what: format!("<{tag}> in <gazebo>"),
            });
        }
    }
    Ok(parts)
}

fn read_sensor(
    node: Node,
    link: usize,
    reference: Option<&str>,
    source: &Source,
) -> Result<Option<SensorSpec>, UrdfError> {
    let kind = match node.attribute("type") {
        Some("rgbd_camera") => SensorKind::RgbdCamera(read_camera(node, source)?),
        Some("gpu_lidar" | "lidar" | "gpu_ray" | "ray") => {
            SensorKind::Lidar(read_lidar(node, source)?)
        }
        Some("imu") => SensorKind::Imu {
            rate_noise_rad_s: noise(node, "angular_velocity", source)?,
            acceleration_noise_m_s2: noise(node, "linear_acceleration", source)?,
        },
        _ => return Ok(None),
    };
    let text = |tag| {
        find(node, &[tag])
            .and_then(|it| it.text())
            .map(|it| it.trim().to_owned())
    };
    let rate_hz = find(node, &["update_rate"])
        .map(|it| positive(it, source))
        .transpose()?;
    let frame = text("gz_frame_id").or_else(|| text("ignition_frame_id"));
    Ok(Some(SensorSpec {
        name: node.attribute("name").unwrap_or_default().to_owned(),
        link,
        frame: frame
            .or_else(|| reference.map(str::to_owned))
            .unwrap_or_default(),
        topic: text("topic"),
        rate_hz,
        kind,
    }))
}

fn read_camera(sensor: Node, source: &Source) -> Result<CameraSpec, UrdfError> {
    let camera = require(sensor, &["camera"], source)?;
    let value = |path: &[&str]| positive(require(camera, path, source)?, source);
    let depth = |side| match find(camera, &["depth_camera", "clip", side]) {
        Some(node) => positive(node, source),
        None => value(&["clip", side]),
    };
    Ok(CameraSpec {
        width: count(require(camera, &["image", "width"], source)?, source)?,
        height: count(require(camera, &["image", "height"], source)?, source)?,
        horizontal_fov_rad: value(&["horizontal_fov"])?,
        depth_range_m: ordered([depth("near")?, depth("far")?], camera, source)?,
        colour_noise: noise(camera, "noise", source)?,
    })
}

fn read_lidar(sensor: Node, source: &Source) -> Result<LidarSpec, UrdfError> {
    let lidar = find(sensor, &["ray"]).map_or_else(|| require(sensor, &["lidar"], source), Ok)?;
    let turn = require(lidar, &["scan", "horizontal"], source)?;
    let value = |node, path: &[&str]| number(require(node, path, source)?, source);
    let angles = [value(turn, &["min_angle"])?, value(turn, &["max_angle"])?];
    let range = [
        value(lidar, &["range", "min"])?,
        value(lidar, &["range", "max"])?,
    ];
    Ok(LidarSpec {
        rays: count(require(turn, &["samples"], source)?, source)?,
        angle_range_rad: ordered(angles, turn, source)?,
        range_m: ordered(range, lidar, source)?,
        noise_m: noise(lidar, "noise", source)?,
    })
}

fn find<'a, 'i>(node: Node<'a, 'i>, path: &[&str]) -> Option<Node<'a, 'i>> {
    path.iter().try_fold(node, |node, tag| {
        node.children().find(|it| it.has_tag_name(*tag))
    })
}

fn require<'a, 'i>(
    node: Node<'a, 'i>,
    path: &[&str],
    source: &Source,
) -> Result<Node<'a, 'i>, UrdfError> {
    find(node, path).ok_or_else(|| {
        let tag = node.tag_name().name();
        let problem = format!("<{tag}> has no <{}>", path.join("><"));
        source.invalid(node, problem, "see sdformat.org/spec?elem=sensor")
    })
}

fn number(node: Node, source: &Source) -> Result<f64, UrdfError> {
    let text = node.text().unwrap_or_default().trim();
    text.parse::<f64>()
        .ok()
        .filter(|it| it.is_finite())
        .ok_or_else(|| {
            let problem = format!("<{}> holds {text:?}", node.tag_name().name());
            source.invalid(node, problem, "it must hold a finite number")
        })
}

fn positive(node: Node, source: &Source) -> Result<f64, UrdfError> {
    let value = number(node, source)?;
    if value > 0.0 {
        return Ok(value);
    }
    let problem = format!("<{}> holds {value}", node.tag_name().name());
    Err(source.invalid(node, problem, "it must be above 0"))
}

/// Pixels or rays.
fn count(node: Node, source: &Source) -> Result<usize, UrdfError> {
    let text = node.text().unwrap_or_default().trim();
    let value = text.parse::<usize>().ok();
    value
        .filter(|it| (1..=100_000).contains(it))
        .ok_or_else(|| {
            let problem = format!("<{}> holds {text:?}", node.tag_name().name());
            source.invalid(node, problem, "it must be a whole number from 1 to 100000")
        })
}

fn ordered(range: [f64; 2], node: Node, source: &Source) -> Result<[f64; 2], UrdfError> {
    if range[0] < range[1] {
        return Ok(range);
    }
    let problem = format!("the range {} to {} is empty", range[0], range[1]);
    Err(source.invalid(node, problem, "the first number must be below the second"))
}

/// The first standard deviation under the child `tag`; zero if there is none.
fn noise(node: Node, tag: &str, source: &Source) -> Result<f64, UrdfError> {
    let mut under = node.descendants().filter(|it| it.has_tag_name(tag));
    let deviation = under.find_map(|it| it.descendants().find(|it| it.has_tag_name("stddev")));
    deviation.map_or(Ok(0.0), |it| number(it, source).map(f64::abs))
}
