//! What the arm is: its joints, their limits, and where its parts are.

use super::collision::Body;
use super::{ArmConfig, ArmError};
use hearth_types::{Isometry3, JointStates, MAX_JOINTS, Point3, Vector3};
use hearth_urdf::{Chain, JointKind, RobotModel};
use nalgebra::{Translation3, UnitQuaternion};

/// Positions of all actuated joints, in the order of `JointStates`.
pub type Posture = [f64; MAX_JOINTS];

/// Where the gripper's centre is and how it points, in `base_link`. Roll does not exist.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GripperPose {
    /// Of the point between the fingertips.
    pub position: Point3,
    /// \[rad\] About z; the direction of approach, over the ground.
    pub heading_rad: f64,
    /// \[rad\] 0 is horizontal, pi/2 points down.
    pub pitch_rad: f64,
}

impl GripperPose {
    /// As a transform.
    pub fn isometry(&self) -> Isometry3 {
        Isometry3::from_parts(
            Translation3::from(self.position.coords),
            UnitQuaternion::from_axis_angle(&Vector3::z_axis(), self.heading_rad)
                * UnitQuaternion::from_axis_angle(&Vector3::y_axis(), self.pitch_rad),
        )
    }

    /// The unit vector in which it points.
    pub fn direction(&self) -> Vector3 {
        self.isometry().rotation * Vector3::x()
    }

    /// The same, moved along its own direction.
    #[must_use]
    pub fn advanced(&self, by_m: f64) -> Self {
        let position = self.position + self.direction() * by_m;
        Self { position, ..*self }
    }

    /// The same, higher.
    #[must_use]
    pub fn raised(&self, by_m: f64) -> Self {
        let position = self.position + Vector3::z() * by_m;
        Self { position, ..*self }
    }
}

/// One joint of the arm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArmJoint {
    pub(crate) index: usize,
    pub(crate) slides: bool,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    pub(crate) velocity: f64,
    pub(crate) effort: f64,
}

/// The arm as the URDF and the configuration describe it. Immutable; share it in an `Arc`.
#[derive(Clone, Debug)]
pub struct ArmModel {
    /// As read.
    pub config: ArmConfig,
    pub(crate) chain: Chain,
    /// From the base outwards.
    pub(crate) joints: Vec<ArmJoint>,
    /// The joint that moves everything straight up, if there is one (index into actuated).
    pub(crate) lift: Option<ArmJoint>,
    pub(crate) gripper: ArmJoint,
    pub(crate) pan: ArmJoint,
    pub(crate) tilt: ArmJoint,
    pub(crate) camera_chain: Chain,
    pub(crate) stow: Posture,
    pub(crate) body: Body,
    weights: Vec<Weight>,
}

/// A link's mass.
#[derive(Clone, Debug)]
struct Weight {
    base_from_link: Chain,
    centre_in_link: Point3,
    mass_kg: f64,
}

/// \[m/s^2\]
const GRAVITY_M_S2: f64 = 9.81;

impl ArmModel {
    /// Finds the arm in a robot.
    ///
    /// # Errors
    /// [`ArmError`] if the configuration names what the robot has not.
    pub fn new(robot: &RobotModel, config: ArmConfig) -> Result<Self, ArmError> {
        let root = robot.links[robot.root()].name.as_str();
        let chain_to = |key, tip: &str| {
            robot
                .chain(root, tip)
                .map_err(|source| ArmError::Chain { key, source })
        };
        let chain = chain_to("tip_link", &config.tip_link)?;
        let camera_chain = chain_to("camera_link", &config.camera_link)?;
        let joint = |key, name: &str| {
            let unknown = || ArmError::UnknownJoint {
                key,
                name: name.to_owned(),
            };
            robot
                .joint_index(name)
                .map(|it| arm_joint(robot, it))
                .ok_or_else(unknown)
        };
        let joints: Vec<_> = chain
            .joints()
            .iter()
            .map(|it| arm_joint(robot, *it))
            .collect();
        let lift = joints.iter().copied().find(|it| {
            let joint = &robot.joints[robot.actuated()[it.index].joint];
            it.slides && joint.axis.z > 0.999
        });
        Ok(Self {
            gripper: joint("gripper_joint", &config.gripper_joint)?,
            pan: joint("pan_joint", &config.pan_joint)?,
            tilt: joint("tilt_joint", &config.tilt_joint)?,
            stow: stow_posture(robot, &config)?,
            body: Body::new(robot, &chain, &config.tip_link),
            weights: weights(robot, &chain),
            chain,
            joints,
            lift,
            camera_chain,
            config,
        })
    }

    /// Where the gripper is in this posture.
    pub fn gripper_pose(&self, posture: &Posture) -> GripperPose {
        let tip = self.chain.pose(posture);
        let x = tip.rotation * Vector3::x();
        let y = tip.rotation * Vector3::y();
        GripperPose {
            position: tip.translation.vector.into(),
            // From y, so that it is defined where the gripper points straight down.
            heading_rad: (-y.x).atan2(y.y),
            pitch_rad: (-x.z).clamp(-1.0, 1.0).asin(),
        }
    }

    /// The folded posture.
    pub fn stow_posture(&self) -> &Posture {
        &self.stow
    }

    /// The measured posture; `None` if a joint is missing or not finite.
    pub fn measured(&self, states: &JointStates) -> Option<Posture> {
        let mut posture = [0.0; MAX_JOINTS];
        for (at, value) in posture.iter_mut().zip(&states.position) {
            *at = *value;
        }
        let all = self
            .joints
            .iter()
            .chain([&self.gripper, &self.pan, &self.tilt]);
        let mut indices = all.map(|it| it.index);
        let known = indices.all(|it| states.position.get(it).is_some_and(|it| it.is_finite()));
        known.then_some(posture)
    }

    /// Whether the arm is folded for driving: its joints that turn are where the stowed ones are.
    pub fn is_folded(&self, states: &JointStates) -> bool {
        let Some(posture) = self.measured(states) else {
            return false;
        };
        // The last joint is left out: the wrist keeps the pitch at which it holds something.
        let turning = self.joints.iter().filter(|it| !it.slides);
        let count = turning.clone().count().saturating_sub(1);
        let mut relevant = turning.take(count);
        relevant.all(|it| (posture[it.index] - self.stow[it.index]).abs() < 0.15)
    }

    /// \[N m\] or \[N\] What the motors exert to carry the arm itself, at rest.
    pub(crate) fn gravity_efforts(&self, posture: &Posture) -> Posture {
        let mut efforts = [0.0; MAX_JOINTS];
        for weight in &self.weights {
            let (link, jacobian) = weight.base_from_link.pose_and_jacobian(posture);
            let arm = link.rotation * weight.centre_in_link.coords;
            for (column, joint) in weight.base_from_link.joints().iter().enumerate() {
                let turn = jacobian.fixed_view::<3, 1>(3, column).into_owned();
                let rise = jacobian[(2, column)] + turn.cross(&arm).z;
                efforts[*joint] += weight.mass_kg * GRAVITY_M_S2 * rise;
            }
        }
        efforts
    }

    /// Limits every arm joint of the posture.
    pub(crate) fn clamp(&self, posture: &mut Posture) {
        for joint in &self.joints {
            posture[joint.index] = posture[joint.index].clamp(joint.lower, joint.upper);
        }
    }

    /// The posture with another lift height, within the lift's limits.
    pub(crate) fn with_lift(&self, posture: &Posture, height: f64) -> Posture {
        let mut moved = *posture;
        if let Some(lift) = self.lift {
            moved[lift.index] = height.clamp(lift.lower, lift.upper);
        }
        moved
    }

    /// Largest difference of a turning arm joint.
    pub(crate) fn distance_rad(&self, a: &Posture, b: &Posture) -> f64 {
        let turning = self.joints.iter().filter(|it| !it.slides);
        turning
            .map(|it| (a[it.index] - b[it.index]).abs())
            .fold(0.0, f64::max)
    }
}

/// The links that the arm's joints move.
fn weights(robot: &RobotModel, chain: &Chain) -> Vec<Weight> {
    let root = &robot.links[robot.root()].name;
    let links = robot.links.iter().filter_map(|link| {
        let inertial = link.inertial.as_ref()?;
        let base_from_link = robot.chain(root, &link.name).ok()?;
        let moves = base_from_link
            .joints()
            .iter()
            .any(|it| chain.joints().contains(it));
        moves.then(|| Weight {
            base_from_link,
            centre_in_link: inertial.link_from_inertial.translation.vector.into(),
            mass_kg: inertial.mass_kg,
        })
    });
    links.collect()
}

fn arm_joint(robot: &RobotModel, index: usize) -> ArmJoint {
    let joint = &robot.actuated()[index];
    ArmJoint {
        index,
        slides: joint.kind == JointKind::Prismatic,
        lower: joint.lower,
        upper: joint.upper,
        velocity: joint.velocity,
        effort: joint.effort,
    }
}

fn stow_posture(robot: &RobotModel, config: &ArmConfig) -> Result<Posture, ArmError> {
    let mut stow = [0.0; MAX_JOINTS];
    for (index, joint) in robot.actuated().iter().enumerate() {
        stow[index] = 0.0_f64.clamp(joint.lower, joint.upper);
    }
    for (name, value) in &config.stow {
        let Some(index) = robot.joint_index(name) else {
            let name = name.clone();
            return Err(ArmError::UnknownJoint { key: "stow", name });
        };
        let joint = &robot.actuated()[index];
        if !(joint.lower..=joint.upper).contains(value) {
            return Err(ArmError::StowOutOfLimits {
                joint: name.clone(),
                value: *value,
                lower: joint.lower,
                upper: joint.upper,
            });
        }
        stow[index] = *value;
    }
    Ok(stow)
}
