//! Joint drivers that understand `FollowJointTrajectory` alone.
//!
//! A goal at a time, short, each taking the place of the one before, as ros2_control's joint_trajectory_controller and
//! its likes do: the arm follows the gate's set points, and stops by itself, at the end of the newest goal, when we
//! are lost.

use super::drivers::{DriverError, Rate, indices};
use crate::config::{JointInterface, RosConfig};
use crate::convert::actuators::trajectory_msg;
use futures::{Future, FutureExt};
use hearth_types::{ActuatorFrame, Stamp};
use hearth_urdf::RobotModel;
use r2r::control_msgs::action::FollowJointTrajectory;
use r2r::{ActionClient, Node};
use std::pin::Pin;

/// A frame that is older does not become a goal.
const FRESH_SECS: f64 = 0.1;
/// \[rad\] or \[m\] Set points that changed by less are no reason for another goal.
const STILL: f64 = 1e-5;
/// So many answers are waited for.
const MOST_PENDING: usize = 16;

type Pending = Pin<Box<dyn Future<Output = r2r::Result<()>>>>;

struct Group {
    name: String,
    joints: Vec<(String, usize)>,
    client: ActionClient<FollowJointTrajectory::Action>,
    available: Option<Pin<Box<dyn Future<Output = r2r::Result<()>>>>>,
    is_available: bool,
    rate: Rate,
    lead_secs: f64,
    sent: Option<Vec<f64>>,
    pending: Vec<Pending>,
}

/// The groups of joints that take goals.
pub struct Trajectories {
    groups: Vec<Group>,
}

impl Trajectories {
    /// Creates the clients.
    ///
    /// # Errors
    /// [`DriverError`].
    pub fn create(
        ros: &mut Node,
        config: &RosConfig,
        model: &RobotModel,
    ) -> Result<Self, DriverError> {
        let mut groups = Vec::new();
        for (index, group) in config.joints.iter().enumerate() {
            if group.interface != JointInterface::FollowJointTrajectory {
                continue;
            }
            let client = ros.create_action_client(&group.topic)?;
            groups.push(Group {
                name: group.topic.clone(),
                joints: indices(model, index, &group.joints)?,
                available: Some(Box::pin(Node::is_available(&client)?)),
                client,
                is_available: false,
                rate: Rate::new(group.rate_hz),
                lead_secs: group.lead(),
                sent: None,
                pending: Vec::new(),
            });
        }
        Ok(Self { groups })
    }

    /// Sends what the newest frame asks for.
    pub fn follow(&mut self, frame: Option<&ActuatorFrame>, now: Stamp) {
        for group in &mut self.groups {
            group.listen();
            let fresh = frame.filter(|it| now.secs_since(it.stamp) <= FRESH_SECS);
            if let Some(frame) = fresh.filter(|_| group.is_available)
                && group.rate.is_due(now)
            {
                group.send(frame);
            }
        }
    }
}

impl Group {
    fn listen(&mut self) {
        if let Some(available) = &mut self.available
            && let Some(outcome) = available.as_mut().now_or_never()
        {
            self.is_available = outcome.is_ok();
            self.available = None;
            if self.is_available {
                tracing::info!("{} takes goals", self.name);
            }
        }
        let name = &self.name;
        self.pending
            .retain_mut(|it| match it.as_mut().now_or_never() {
                None => true,
                Some(Ok(())) => false,
                Some(Err(error)) => {
                    tracing::warn!("{name} did not take a goal: {error}");
                    false
                }
            });
    }

    fn send(&mut self, frame: &ActuatorFrame) {
        let Some(trajectory) = trajectory_msg(frame, &self.joints, self.lead_secs) else {
            return;
        };
        let positions = &trajectory.points[0].positions;
        let is_still = self.sent.as_ref().is_some_and(|sent| {
            let apart = |(a, b): (&f64, &f64)| (a - b).abs();
            sent.iter().zip(positions).map(apart).all(|it| it < STILL)
        });
        if is_still || self.pending.len() >= MOST_PENDING {
            return;
        }
        let sent = positions.clone();
        let goal = FollowJointTrajectory::Goal {
            trajectory,
            ..Default::default()
        };
        match self.client.send_goal_request(goal) {
            Ok(answer) => {
                // Whether it was reached is seen in the joint states, not told by the driver.
                self.pending.push(Box::pin(answer.map(|it| it.map(|_| ()))));
                self.sent = Some(sent);
            }
            Err(error) => tracing::warn!("{}: a goal was not sent: {error}", self.name),
        }
    }
}
