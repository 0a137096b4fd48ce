//! Forward kinematics.

use crate::error::ChainError;
use crate::model::{JointKind, RobotModel};
use hearth_types::{Isometry3, Vector3};
use nalgebra::{Translation3, Unit, UnitQuaternion};

/// Columns: one an actuated joint of the chain. Rows: linear velocity of the tip's origin, then
/// angular velocity, both along the base link's axes.
pub type Jacobian = nalgebra::Matrix6xX<f64>;

/// The way from a link to another that hangs on it.
#[derive(Clone, Debug)]
pub struct Chain {
    segments: Vec<Segment>,
    joints: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Segment {
    parent_from_joint: Isometry3,
    kind: JointKind,
    axis: Unit<Vector3>,
    drive: Option<Drive>,
}

/// What sets a joint's position: `scale * positions[actuated] + offset`.
#[derive(Clone, Copy, Debug)]
struct Drive {
    actuated: usize,
    scale: f64,
    offset: f64,
}

impl Segment {
    fn motion(&self, positions: &[f64]) -> Isometry3 {
        let position = self.drive.map_or(0.0, |it| {
            let value = positions.get(it.actuated).copied().unwrap_or(0.0);
            it.scale * value + it.offset
        });
        let identity = Isometry3::identity();
        match self.kind {
            JointKind::Fixed => identity,
            JointKind::Prismatic => Isometry3::from_parts(
                Translation3::from(self.axis.into_inner() * position),
                UnitQuaternion::identity(),
            ),
            JointKind::Revolute | JointKind::Continuous => Isometry3::from_parts(
                Translation3::identity(),
                UnitQuaternion::from_axis_angle(&self.axis, position),
            ),
        }
    }
}

impl Chain {
    /// Pose of the tip in the base link. `positions` are those of the robot's actuated joints;
    /// missing ones count as zero.
    pub fn pose(&self, positions: &[f64]) -> Isometry3 {
        self.segments
            .iter()
            .fold(Isometry3::identity(), |pose, it| {
                pose * it.parent_from_joint * it.motion(positions)
            })
    }

    /// Indices (into the robot's actuated joints) of the joints that move the tip, from the base
    /// outwards: the Jacobian's columns.
    pub fn joints(&self) -> &[usize] {
        &self.joints
    }

    /// Pose of the tip and its Jacobian.
    pub fn pose_and_jacobian(&self, positions: &[f64]) -> (Isometry3, Jacobian) {
        let tip = self.pose(positions);
        let mut jacobian = Jacobian::zeros(self.joints.len());
        let mut pose = Isometry3::identity();
        for segment in &self.segments {
            pose *= segment.parent_from_joint;
            if let Some(drive) = segment.drive {
                let axis = pose.rotation * segment.axis.into_inner() * drive.scale;
                let (linear, angular) = match segment.kind {
                    JointKind::Prismatic => (axis, Vector3::zeros()),
                    _ => {
                        let arm = tip.translation.vector - pose.translation.vector;
                        (axis.cross(&arm), axis)
                    }
                };
                let column = self.joints.iter().position(|it| *it == drive.actuated);
                if let Some(column) = column {
                    let mut column = jacobian.column_mut(column);
                    for row in 0..3 {
                        column[row] += linear[row];
                        column[row + 3] += angular[row];
                    }
                }
            }
            pose *= segment.motion(positions);
        }
        (tip, jacobian)
    }
}

impl RobotModel {
    /// The chain from link `base` to link `tip`.
    ///
    /// # Errors
    /// If one does not exist or the tip does not hang on the base.
    pub fn chain(&self, base: &str, tip: &str) -> Result<Chain, ChainError> {
        let find = |name: &str| {
            let unknown = || ChainError::UnknownLink {
                name: name.to_owned(),
            };
            self.link_index(name).ok_or_else(unknown)
        };
        let (base_link, mut link) = (find(base)?, find(tip)?);
        let mut segments = Vec::new();
        while link != base_link {
            let Some(index) = self.links[link].parent_joint else {
                let (base, tip) = (base.to_owned(), tip.to_owned());
                return Err(ChainError::NotBelow { base, tip });
            };
            let joint = &self.joints[index];
            segments.push(Segment {
                parent_from_joint: joint.parent_from_joint,
                kind: joint.kind,
                axis: joint.axis,
                drive: self.drive(index),
            });
            link = joint.parent;
        }
        segments.reverse();
        let mut joints = Vec::new();
        for drive in segments.iter().filter_map(|it| it.drive) {
            if !joints.contains(&drive.actuated) {
                joints.push(drive.actuated);
            }
        }
        Ok(Chain { segments, joints })
    }

    /// Pose of a link in the root link, with wheels at zero; `None` if there is no such link.
    /// For repeated use, keep a [`Chain`].
    pub fn link_pose(&self, link: &str, positions: &[f64]) -> Option<Isometry3> {
        let root = &self.links[self.root].name;
        self.chain(root, link).ok().map(|it| it.pose(positions))
    }

    /// Follows mimicry to the motor; `None` for fixed joints and wheels.
    fn drive(&self, joint: usize) -> Option<Drive> {
        let (mut at, mut scale, mut offset) = (joint, 1.0, 0.0);
        while let Some(mimic) = self.joints[at].mimic {
            offset += scale * mimic.offset;
            scale *= mimic.multiplier;
            at = mimic.joint;
        }
        let actuated = self.actuated.iter().position(|it| it.joint == at)?;
        Some(Drive {
            actuated,
            scale,
            offset,
        })
    }
}
