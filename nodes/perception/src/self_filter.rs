//! Which pixels show the robot itself or what it holds.

use crate::view::{P3, View};
use crate::{Config, PerceptionError};
use hearth_types::Isometry3;
use hearth_urdf::{Chain, Geometry, RobotModel};

/// \[m\] Measured points may lie this far outside the description's shapes.
const MARGIN_M: f32 = 0.025;

/// A shape of the robot, as the half sides of the box around it.
#[derive(Clone, Debug)]
struct Shape {
    link: usize,
    link_from_shape: Isometry3,
    half_m: [f32; 3],
}

/// The robot's shapes, to be placed by its joints.
#[derive(Clone, Debug)]
pub struct Body {
    chains: Vec<Chain>,
    shapes: Vec<Shape>,
    gripper: Chain,
    held_radius_m: f32,
}

/// A box in `map`.
struct Placed {
    rotation: nalgebra::Matrix3<f32>,
    centre: P3,
    half_m: [f32; 3],
    reach_m: f32,
}

impl Placed {
    fn contains(&self, point: &P3) -> bool {
        let offset = point - self.centre;
        if offset.norm_squared() > self.reach_m * self.reach_m {
            return false;
        }
        let local = self.rotation.tr_mul(&offset);
        (0..3).all(|axis| local[axis].abs() <= self.half_m[axis])
    }
}

impl Body {
    /// All visible shapes of the robot.
    ///
    /// # Errors
    /// If the gripper's frame is not part of the robot.
    pub fn new(robot: &RobotModel, config: &Config) -> Result<Self, PerceptionError> {
        let root = robot.links[robot.root()].name.clone();
        let chain_to = |link: &str| {
            robot
                .chain(&root, link)
                .map_err(|error| PerceptionError::Robot(error.to_string()))
        };
        let mut chains = Vec::new();
        let mut shapes = Vec::new();
        for link in &robot.links {
            let visible = link
                .visuals
                .iter()
                .map(|it| (it.link_from_shape, &it.geometry));
            let solid = link
                .collisions
                .iter()
                .map(|it| (it.link_from_shape, &it.geometry));
            let placed: Vec<_> = visible.chain(solid).collect();
            if placed.is_empty() {
                continue;
            }
            chains.push(chain_to(&link.name)?);
            for (link_from_shape, geometry) in placed {
                if let Some(half_m) = half_sides(geometry) {
                    shapes.push(Shape {
                        link: chains.len() - 1,
                        link_from_shape,
                        half_m,
                    });
                }
            }
        }
        Ok(Self {
            chains,
            shapes,
            gripper: chain_to(&config.gripper_frame)?,
            held_radius_m: config.held_radius_m as f32,
        })
    }

    /// Marks the view's pixels that show the robot, or what is within reach of its fingers if
    /// `holding`.
    pub fn mark(
        &self,
        view: &mut View,
        map_from_base: &Isometry3,
        positions: &[f64],
        holding: bool,
    ) {
        let camera = view.camera_in_map().cast::<f32>();
        let poses: Vec<Isometry3> = self.chains.iter().map(|it| it.pose(positions)).collect();
        let placed: Vec<Placed> = self
            .shapes
            .iter()
            .map(|it| {
                let pose = map_from_base * poses[it.link] * it.link_from_shape;
                let half = nalgebra::Vector3::from(it.half_m);
                Placed {
                    rotation: pose.rotation.to_rotation_matrix().into_inner().cast(),
                    centre: P3::from(pose.translation.vector.cast::<f32>()),
                    half_m: it.half_m,
                    reach_m: half.norm(),
                }
            })
            .collect();
        let gripper = map_from_base * self.gripper.pose(positions);
        let gripper = P3::from(gripper.translation.vector.cast::<f32>());
        let held_m = if holding { self.held_radius_m } else { 0.0 };
        // The robot is near its camera: whatever is farther than any part need not be looked at.
        let reach = placed
            .iter()
            .map(|it| (it.centre - camera).norm() + it.reach_m)
            .fold((gripper - camera).norm() + held_m, f32::max);
        for pixel in 0..view.depth_m.len() {
            let depth = view.depth_m[pixel];
            if depth > 0.0 && depth < reach {
                let point = view.points[pixel];
                view.own[pixel] = (point - gripper).norm() < held_m
                    || placed.iter().any(|it| it.contains(&point));
            }
        }
    }
}

fn half_sides(geometry: &Geometry) -> Option<[f32; 3]> {
    let sides = match geometry {
        Geometry::Box { size_m } => size_m.map(|it| it / 2.0),
        Geometry::Cylinder { radius_m, length_m } => [*radius_m, *radius_m, length_m / 2.0],
        Geometry::Capsule { radius_m, length_m } => {
            [*radius_m, *radius_m, length_m / 2.0 + radius_m]
        }
        Geometry::Sphere { radius_m } => [*radius_m; 3],
        Geometry::Mesh { .. } => return None,
    };
    Some(sides.map(|it| it as f32 + MARGIN_M))
}
