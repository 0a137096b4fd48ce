//! The compiled MuJoCo model, and where in it everything is.

use crate::SimError;
use crate::drives::{Drive, WheelDrive};
use crate::mjcf::{Mjcf, is_finger, prefix, write_robot, write_world};
use crate::scene::Scene;
use crate::sdf::SdfWorld;
use hearth_urdf::{JointKind, RobotModel, SensorKind, SensorSpec};
use mujoco_rs::prelude::{MjModel, MjtObjBase};
use std::sync::Arc;

/// Whose shape it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Floor,
    /// Wheels and casters: what may touch the floor.
    Wheel,
    /// Index among the fingers.
    Finger(usize),
    RobotBody,
    /// Index into [`Built::statics`].
    Static(usize),
    /// Index into [`Built::objects`].
    Object(usize),
}

/// A movable thing's place in the model.
#[derive(Clone, Debug)]
pub(crate) struct ObjectSlot {
    pub name: String,
    pub body: usize,
    pub qpos: usize,
    pub dof: usize,
    pub mass_kg: f64,
}

/// A joint's place in the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JointSlot {
    pub qpos: usize,
    pub dof: usize,
    pub motor: usize,
}

/// An actuated joint, with whatever follows it.
#[derive(Clone, Debug)]
pub(crate) struct ActuatedSlot {
    pub name: String,
    pub slot: JointSlot,
    pub drive: Drive,
    pub limits: [f64; 2],
    pub is_prismatic: bool,
    /// Joints that mimic it, driven by motors of their own; with multiplier and offset.
    pub followers: Vec<(JointSlot, f64, f64)>,
    /// Whether effort is reported with closing positive.
    pub is_gripper: bool,
}

/// A wheel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WheelSlot {
    pub slot: JointSlot,
    pub drive: WheelDrive,
}

/// The compiled model with its tables.
pub(crate) struct Built {
    pub model: Arc<MjModel>,
    pub owner_of_geom: Vec<Owner>,
    pub statics: Vec<String>,
    /// One entry a static.
    pub is_person: Vec<bool>,
    pub objects: Vec<ObjectSlot>,
    pub actuated: Vec<ActuatedSlot>,
    /// Left, right.
    pub wheels: [WheelSlot; 2],
    pub wheel_radius_m: f64,
    pub wheel_separation_m: f64,
    pub base_body: usize,
}

impl Built {
    /// Composes and compiles.
    ///
    /// # Errors
    /// [`SimError::Robot`], [`SimError::Model`].
    pub fn new(robot: &RobotModel, world: &SdfWorld, scene: &Scene) -> Result<Self, SimError> {
        let mut text = Mjcf::default();
        write_world(&mut text, world, scene);
        write_robot(&mut text, robot, scene.start_in_map)?;
        let text = text.finish();
        let model =
            MjModel::from_xml_string(&text).map_err(|error| SimError::Model(error.to_string()))?;
        let find = Finder {
            model: &model,
            robot,
        };
        let (statics, objects) = find.world(world, scene)?;
        let owner_of_geom = find.owners(&statics, &objects)?;
        let actuated = find.actuated()?;
        let (wheels, wheel_radius_m, wheel_separation_m) = find.wheels()?;
        let base_body = find.link(robot.root())?;
        Ok(Self {
            owner_of_geom,
            is_person: statics
                .iter()
                .map(|it| scene.people.iter().any(|p| &p.model == it))
                .collect(),
            statics,
            objects,
            actuated,
            wheels,
            wheel_radius_m,
            wheel_separation_m,
            base_body,
            model: Arc::new(model),
        })
    }

    /// The body of a robot's link.
    ///
    /// # Errors
    /// [`SimError::Model`] if the model has none of that name.
    pub fn link_body(&self, name: &str) -> Result<usize, SimError> {
        self.id(MjtObjBase::mjOBJ_BODY, name)
    }

    /// The camera of a sensor.
    ///
    /// # Errors
    /// [`SimError::Model`] if the model has none of that name.
    pub fn camera_id(&self, sensor: &str) -> Result<usize, SimError> {
        self.id(MjtObjBase::mjOBJ_CAMERA, sensor)
    }

    /// Where a sensor's values start.
    ///
    /// # Errors
    /// [`SimError::Model`] if the model has none of that name.
    pub fn sensor_address(&self, sensor: &str) -> Result<usize, SimError> {
        let id = self.id(MjtObjBase::mjOBJ_SENSOR, sensor)?;
        Ok(self.model.sensor_adr()[id] as usize)
    }

    fn id(&self, kind: MjtObjBase, name: &str) -> Result<usize, SimError> {
        id_of(&self.model, kind, &format!("{}{name}", prefix::ROBOT))
    }
}

fn id_of(model: &MjModel, kind: MjtObjBase, name: &str) -> Result<usize, SimError> {
    model
        .name_to_id(kind, name)
        .ok_or_else(|| SimError::Model(format!("it has no {name:?}")))
}

struct Finder<'a> {
    model: &'a MjModel,
    robot: &'a RobotModel,
}

impl Finder<'_> {
    fn id(&self, kind: MjtObjBase, prefix: &str, name: &str) -> Result<usize, SimError> {
        id_of(self.model, kind, &format!("{prefix}{name}"))
    }

    fn link(&self, index: usize) -> Result<usize, SimError> {
        self.id(
            MjtObjBase::mjOBJ_BODY,
            prefix::ROBOT,
            &self.robot.links[index].name,
        )
    }

    fn addresses(&self, joint: usize) -> (usize, usize) {
        (
            self.model.jnt_qposadr()[joint] as usize,
            self.model.jnt_dofadr()[joint] as usize,
        )
    }

    fn joint_slot(&self, joint: usize) -> Result<JointSlot, SimError> {
        let name = &self.robot.joints[joint].name;
        let (qpos, dof) = self.addresses(self.id(MjtObjBase::mjOBJ_JOINT, prefix::ROBOT, name)?);
        let motor = self.id(MjtObjBase::mjOBJ_ACTUATOR, prefix::ROBOT, name)?;
        Ok(JointSlot { qpos, dof, motor })
    }

    fn world(
        &self,
        world: &SdfWorld,
        scene: &Scene,
    ) -> Result<(Vec<String>, Vec<ObjectSlot>), SimError> {
        let (mut statics, mut objects) = (Vec::new(), Vec::new());
        for model in &world.models {
            if scene.pose_of_object(&model.name).is_some() {
                let body = self.id(MjtObjBase::mjOBJ_BODY, prefix::OBJECT, &model.name)?;
                let joint = self.id(MjtObjBase::mjOBJ_JOINT, prefix::OBJECT, &model.name)?;
                let (qpos, dof) = self.addresses(joint);
                objects.push(ObjectSlot {
                    name: model.name.clone(),
                    body,
                    qpos,
                    dof,
                    mass_kg: self.model.body_mass()[body],
                });
            } else if model.is_static && !scene.is_absent(&model.name) {
                statics.push(model.name.clone());
            }
        }
        Ok((statics, objects))
    }

    fn owners(&self, statics: &[String], objects: &[ObjectSlot]) -> Result<Vec<Owner>, SimError> {
        let mut of_body = vec![Owner::Floor; self.model.ffi().nbody as usize];
        for (index, name) in statics.iter().enumerate() {
            of_body[self.id(MjtObjBase::mjOBJ_BODY, prefix::STATIC, name)?] = Owner::Static(index);
        }
        for (index, object) in objects.iter().enumerate() {
            of_body[object.body] = Owner::Object(index);
        }
        let mut fingers = 0;
        for index in 0..self.robot.links.len() {
            of_body[self.link(index)?] = if is_finger(self.robot, index) {
                fingers += 1;
                Owner::Finger(fingers - 1)
            } else if self.carries_the_robot(index) {
                Owner::Wheel
            } else {
                Owner::RobotBody
            };
        }
        let bodies = self.model.geom_bodyid().iter();
        Ok(bodies.map(|body| of_body[*body as usize]).collect())
    }

    /// Wheels and casters: what turns without end, or is the lowest and said to slide.
    fn carries_the_robot(&self, link: usize) -> bool {
        let link = &self.robot.links[link];
        let turns = link
            .parent_joint
            .is_some_and(|it| self.robot.joints[it].kind == JointKind::Continuous);
        turns || link.friction.is_some_and(|it| it < 0.1)
    }

    fn actuated(&self) -> Result<Vec<ActuatedSlot>, SimError> {
        let mut all = Vec::new();
        for joint in self.robot.actuated() {
            let slot = self.joint_slot(joint.joint)?;
            let mut followers = Vec::new();
            for (index, other) in self.robot.joints.iter().enumerate() {
                if let Some(mimic) = other.mimic.filter(|it| it.joint == joint.joint) {
                    followers.push((self.joint_slot(index)?, mimic.multiplier, mimic.offset));
                }
            }
            // Followers have motors of their own, and all together have the joint's effort.
            let share = joint.effort / (1 + followers.len()) as f64;
            let inertia = self.model.dof_m0()[slot.dof];
            let is_prismatic = joint.kind == JointKind::Prismatic;
            let full_effort_error = if is_prismatic { 0.004 } else { 0.08 };
            all.push(ActuatedSlot {
                name: joint.name.clone(),
                slot,
                drive: Drive::position(inertia, share, full_effort_error),
                limits: [joint.lower, joint.upper],
                is_prismatic,
                is_gripper: !followers.is_empty(),
                followers,
            });
        }
        Ok(all)
    }

    fn wheels(&self) -> Result<([WheelSlot; 2], f64, f64), SimError> {
        let invalid = |problem: &str| {
            SimError::Robot {
            robot: self.robot.name.clone(),
            problem: problem.to_owned(),
            expected: "a differential drive has two continuous joints, left (+y) and right, with round collision shapes"
                .to_owned(),
        }
        };
        let [a, b] = self.robot.wheels() else {
            return Err(invalid("it has not two wheels"));
        };
        let side = |joint: usize| self.robot.joints[joint].parent_from_joint.translation.y;
        let (left, right) = if side(a.joint) > side(b.joint) {
            (a, b)
        } else {
            (b, a)
        };
        let separation = side(left.joint) - side(right.joint);
        let radius = left
            .radius_m
            .ok_or_else(|| invalid("its wheels are not round"))?;
        if separation < 0.01 {
            return Err(invalid("its wheels are not apart"));
        }
        // Each wheel moves half of the robot: the drive reaches its speed within some hundredths of a second.
        let inertia = self.robot.mass_kg() / 2.0 * radius * radius;
        let slot = |wheel: &hearth_urdf::Wheel| -> Result<WheelSlot, SimError> {
            Ok(WheelSlot {
                slot: self.joint_slot(wheel.joint)?,
                drive: WheelDrive {
                    gain: inertia / 0.03,
                    integral_gain: inertia / 0.03 / 0.1,
                    max_effort: wheel.effort,
                    max_rate_rad_s: wheel.velocity,
                },
            })
        };
        Ok(([slot(left)?, slot(right)?], radius, separation))
    }
}

/// The first sensor that `pick` wants.
pub(crate) fn sensor<'a, T>(
    robot: &'a RobotModel,
    pick: impl Fn(&'a SensorKind) -> Option<T>,
    what: &str,
) -> Result<(&'a SensorSpec, T), SimError> {
    robot
        .sensors
        .iter()
        .find_map(|it| pick(&it.kind).map(|found| (it, found)))
        .ok_or_else(|| SimError::Robot {
            robot: robot.name.clone(),
            problem: format!("it has no {what}"),
            expected: format!("add <gazebo reference=\"LINK\"><sensor type=\"{what}\">"),
        })
}
