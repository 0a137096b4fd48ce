//! The robot's own frames, where no robot_state_publisher runs: `/tf` of moving joints, `/tf_static` of the
//! others, `/robot_description`.

use super::drivers::Rate;
use crate::convert::transforms::spatial;
use crate::qos;
use hearth_types::{Isometry3, JointStates, Stamp};
use hearth_urdf::{JointKind, RobotModel};
use r2r::Publisher;
use r2r::std_msgs::msg::String as StringMsg;
use r2r::tf2_msgs::msg::TFMessage;
use std::sync::Arc;

/// \[1/s\] As robot_state_publisher does by default.
const RATE_HZ: f64 = 20.0;

/// Publishes them.
pub struct RobotFrames {
    model: Arc<RobotModel>,
    tf: Publisher<TFMessage>,
    rate: Rate,
    /// Latched publishers, kept alive.
    fixed: Publisher<TFMessage>,
    description: Publisher<StringMsg>,
}

impl RobotFrames {
    /// Creates the publishers.
    ///
    /// # Errors
    /// What r2r says.
    pub fn create(ros: &mut r2r::Node, model: Arc<RobotModel>) -> r2r::Result<Self> {
        Ok(Self {
            model,
            tf: ros.create_publisher("/tf", qos::reliable().keep_last(100))?,
            rate: Rate::new(RATE_HZ),
            fixed: ros.create_publisher("/tf_static", qos::tf_static())?,
            description: ros.create_publisher("robot_description", qos::latched())?,
        })
    }

    /// Publishes what does not change.
    ///
    /// # Errors
    /// What r2r says.
    pub fn publish_fixed(&self, now: Stamp, urdf: &str) -> r2r::Result<()> {
        let rest = vec![0.0; self.model.actuated().len()];
        self.fixed.publish(&TFMessage {
            transforms: self.transforms(now, &rest, true),
        })?;
        self.description.publish(&StringMsg {
            data: crate::convert::text::to_ros(urdf),
        })
    }

    /// Publishes how the joints stand.
    ///
    /// # Errors
    /// What r2r says.
    pub fn follow(&mut self, states: &JointStates) -> r2r::Result<()> {
        if !self.rate.is_due(states.stamp) {
            return Ok(());
        }
        self.tf.publish(&TFMessage {
            transforms: self.transforms(states.stamp, &states.position, false),
        })
    }

    fn transforms(
        &self,
        stamp: Stamp,
        positions: &[f64],
        fixed: bool,
    ) -> Vec<r2r::geometry_msgs::msg::TransformStamped> {
        let model = &self.model;
        let pose = |link: usize| -> Option<Isometry3> {
            model.link_pose(&model.links[link].name, positions)
        };
        let transform = |joint: &hearth_urdf::Joint| {
            let root_from_parent = pose(joint.parent)?;
            let parent_from_child = root_from_parent.inverse() * pose(joint.child)?;
            let (parent, child) = (&model.links[joint.parent], &model.links[joint.child]);
            Some(spatial(
                stamp,
                &parent.name,
                &child.name,
                &parent_from_child,
            ))
        };
        model
            .joints
            .iter()
            .filter(|it| (it.kind == JointKind::Fixed) == fixed)
            .filter_map(transform)
            .collect()
    }
}
