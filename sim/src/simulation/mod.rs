//! The simulated world as a [`Plant`].

mod hands;
mod sense;
mod setup;

use crate::SimError;
use crate::config::SimConfig;
use crate::contacts::{Bump, ContactLog, Touch, look};
use crate::mjcf::STEP_SECS;
use crate::model::Built;
use crate::people::{People, Thing, Torso};
use crate::scene::Scene;
use crate::sdf::SdfWorld;
use crate::sensors::{Camera, Encoders, Lidar, Picture, View};
use hearth_runtime::{Outbox, Plant};
use hearth_types::{ActuatorFrame, Isometry3, JointTarget, Point3, Pose2, Stamp, Vector3};
use hearth_urdf::RobotModel;
use mujoco_rs::prelude::{MjData, MjModel};
use setup::{hand, imu, initial_targets, lidar, place_joints, shot};
use std::collections::VecDeque;
use std::sync::Arc;

/// One step of physics.
const STEP: u64 = (STEP_SECS * 1e9) as u64;

/// Every how many steps a sensor reports.
#[derive(Clone, Copy, Debug)]
struct Periods {
    body: u64,
    scan: u64,
    frame: u64,
}

/// A robot in a home.
pub struct Simulation {
    pub(crate) built: Built,
    pub(crate) data: MjData<Arc<MjModel>>,
    pub(crate) scene: Scene,
    pub(crate) people: People,
    pub(crate) touches: Vec<Touch>,
    pub(crate) contacts: ContactLog,
    pub(crate) path: Vec<Pose2>,
    pub(crate) path_m: f64,
    pub(crate) poses_at_start: Vec<Isometry3>,
    config: SimConfig,
    bumps: Vec<Bump>,
    steps: u64,
    targets: Vec<JointTarget>,
    wheel_rates_rad_s: [f64; 2],
    /// \[N m\] Memories of the wheels' drives.
    wheel_integrals: [f64; 2],
    encoders: Encoders,
    lidar: Lidar,
    imu: ImuSlot,
    camera: Option<Camera>,
    due: VecDeque<u64>,
    periods: Periods,
}

#[derive(Clone, Copy, Debug)]
struct ImuSlot {
    gyro: usize,
    accel: usize,
    noise: (f64, f64),
}

impl Simulation {
    /// Builds the world of `scene` and lets it settle.
    ///
    /// # Errors
    /// [`SimError`]: a configuration value, the robot's description, or the renderer.
    pub fn new(
        config: &SimConfig,
        robot: &RobotModel,
        world: &SdfWorld,
        scene: Scene,
    ) -> Result<Self, SimError> {
        config.validate()?;
        let built = Built::new(robot, world, &scene)?;
        let mut data = MjData::try_new(Arc::clone(&built.model))
            .map_err(|error| SimError::Model(error.to_string()))?;
        let targets = initial_targets(config, robot, &built)?;
        place_joints(&mut data, &built, &targets);
        data.forward();
        let (camera, frame_period) = if config.camera {
            let (shot, period) = shot(config, robot, &built)?;
            (Some(Camera::start(&built.model, shot)?), period)
        } else {
            (None, u64::MAX)
        };
        let (lidar, scan_period) = lidar(robot, &built)?;
        let torsos = scene.people.iter().map(|it| Torso {
            person: it.model.clone(),
            position_in_map: it.map_from_person.point(),
            hand_in_map: hand(world, it),
        });
        let mut simulation = Self {
            people: People::new(config.people.clone(), torsos.collect(), built.objects.len()),
            touches: vec![Touch::default(); built.objects.len()],
            contacts: ContactLog::default(),
            path: vec![scene.start_in_map],
            path_m: 0.0,
            poses_at_start: Vec::new(),
            bumps: Vec::new(),
            steps: 0,
            targets,
            wheel_rates_rad_s: [0.0; 2],
            wheel_integrals: [0.0; 2],
            encoders: Encoders::new(
                built.wheel_radius_m,
                built.wheel_separation_m,
                config.seed,
                &config.odometry,
            ),
            lidar,
            imu: imu(robot, &built)?,
            camera,
            due: VecDeque::new(),
            periods: Periods {
                body: 4,
                scan: scan_period,
                frame: frame_period,
            },
            config: config.clone(),
            built,
            data,
            scene,
        };
        for _ in 0..(config.settle_secs / STEP_SECS) as u64 {
            simulation.step();
        }
        simulation.contacts = ContactLog::default();
        simulation.path = vec![simulation.base_pose()];
        simulation.path_m = 0.0;
        simulation.poses_at_start = (0..simulation.built.objects.len())
            .map(|it| simulation.object_pose(it))
            .collect();
        Ok(simulation)
    }

    /// A clean picture of how things are now; at most 1280 pixels wide and high.
    ///
    /// # Errors
    /// [`SimError::Renderer`] if the camera is off or fails.
    pub fn picture(
        &mut self,
        view: View,
        width: usize,
        height: usize,
    ) -> Result<Picture, SimError> {
        match &mut self.camera {
            Some(camera) => camera.picture(view, (width, height), &self.data),
            None => Err(SimError::Renderer(
                "the camera is switched off (SimConfig::camera)".to_owned(),
            )),
        }
    }

    /// The scene as it was at the start.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    pub(crate) fn object_pose(&self, object: usize) -> Isometry3 {
        let body = self.built.objects[object].body;
        pose_of(&self.data, body)
    }

    pub(crate) fn base_pose(&self) -> Pose2 {
        let pose = pose_of(&self.data, self.built.base_body);
        let p = pose.translation.vector;
        Pose2::new(p.x, p.y, pose.rotation.euler_angles().2)
    }

    pub(crate) fn body_pose(&self, body: usize) -> Isometry3 {
        pose_of(&self.data, body)
    }

    pub(crate) fn object_state(&self, object: usize) -> Thing {
        let slot = &self.built.objects[object];
        let v = &self.data.qvel()[slot.dof..slot.dof + 3];
        let touch = self.touches[object];
        Thing {
            mass_kg: slot.mass_kg,
            centre_in_map: Point3::from(self.data.xipos()[slot.body]),
            velocity_m_s: Vector3::new(v[0], v[1], v[2]),
            touches_robot: touch.robot,
            in_gripper: touch.fingers.count_ones() >= 2,
            supported: touch.fixture || touch.object,
        }
    }

    /// One step of physics: collisions, motors, hands, motion.
    fn step(&mut self) {
        self.data.step1();
        look(&self.data, &self.built, &mut self.touches, &mut self.bumps);
        let now_secs = self.now().as_secs_f64();
        let built = &self.built;
        self.contacts.note(now_secs, &self.bumps, |index| {
            (built.statics[index].clone(), built.is_person[index])
        });
        self.drive();
        self.pull();
        self.data.step2();
    }

    fn drive(&mut self) {
        let wheels = self.built.wheels.iter().zip(&mut self.wheel_integrals);
        for ((wheel, integral), wanted) in wheels.zip(self.wheel_rates_rad_s) {
            let rate = self.data.qvel()[wheel.slot.dof];
            let effort = wheel.drive.effort(wanted, rate, integral, STEP_SECS);
            self.data.ctrl_mut()[wheel.slot.motor] = effort;
        }
        for (joint, target) in self.built.actuated.iter().zip(&self.targets) {
            // The allowance is for the whole joint; its motors share it.
            let motors = 1 + joint.followers.len();
            let target = JointTarget {
                max_effort: target.max_effort.map(|it| it / motors as f64),
                ..*target
            };
            let (position, velocity) = (
                self.data.qpos()[joint.slot.qpos],
                self.data.qvel()[joint.slot.dof],
            );
            self.data.ctrl_mut()[joint.slot.motor] =
                joint.drive.effort(&target, position, velocity);
            for (slot, multiplier, offset) in &joint.followers {
                let follower = JointTarget {
                    position: multiplier * target.position + offset,
                    velocity: multiplier * target.velocity,
                    ..target
                };
                let (position, velocity) =
                    (self.data.qpos()[slot.qpos], self.data.qvel()[slot.dof]);
                self.data.ctrl_mut()[slot.motor] =
                    joint.drive.effort(&follower, position, velocity);
            }
        }
    }

    /// The forces of people's hands.
    fn pull(&mut self) {
        for object in 0..self.built.objects.len() {
            if !self.touches[object].robot && !self.people.has_hand_on(object) {
                self.people
                    .force(object, &self.object_state(object), STEP_SECS);
                continue;
            }
            let state = self.object_state(object);
            let force = self.people.force(object, &state, STEP_SECS);
            let body = self.built.objects[object].body;
            // A hand also keeps the thing from spinning.
            let dof = self.built.objects[object].dof;
            let spin = Vector3::from_column_slice(&self.data.qvel()[dof + 3..dof + 6]);
            let calm = if self.people.keeper(object).is_some() {
                spin * -2e-3
            } else {
                Vector3::zeros()
            };
            let turn = self.body_pose(body).rotation * calm;
            self.data.xfrc_applied_mut()[body] =
                [force.x, force.y, force.z, turn.x, turn.y, turn.z];
        }
    }
}

impl Plant for Simulation {
    fn now(&self) -> Stamp {
        Stamp::from_nanos(self.steps * STEP)
    }

    fn advance(&mut self, until: Stamp, out: &mut Outbox) {
        while self.now().as_nanos() + STEP <= until.as_nanos() {
            self.step();
            self.steps += 1;
            self.sense(out);
        }
    }

    fn actuate(&mut self, frame: &ActuatorFrame) {
        if frame.forward_m_s.is_finite() && frame.yaw_rate_rad_s.is_finite() {
            self.wheel_rates_rad_s = self
                .encoders
                .wheel_rates_rad_s(frame.forward_m_s, frame.yaw_rate_rad_s);
        }
        for ((joint, target), wanted) in self
            .built
            .actuated
            .iter()
            .zip(&mut self.targets)
            .zip(&frame.joints)
        {
            if let Some(wanted) = wanted
                && wanted.position.is_finite()
                && wanted.velocity.is_finite()
            {
                *target = JointTarget {
                    position: wanted.position.clamp(joint.limits[0], joint.limits[1]),
                    ..*wanted
                };
            }
        }
    }
}

fn pose_of(data: &MjData<Arc<MjModel>>, body: usize) -> Isometry3 {
    let [x, y, z] = data.xpos()[body];
    let [w, i, j, k] = data.xquat()[body];
    Isometry3::from_parts(
        nalgebra::Translation3::new(x, y, z),
        nalgebra::UnitQuaternion::from_quaternion(nalgebra::Quaternion::new(w, i, j, k)),
    )
}
