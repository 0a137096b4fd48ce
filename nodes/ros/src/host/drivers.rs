//! What the gate lets through, to the robot's drivers.
//!
//! Runs on the scheduler's plant thread, which hears nothing but the gate's frames and, when these cease, makes the
//! one that stands still.

use crate::config::{JointInterface, RosConfig};
use crate::convert::actuators::{
    joint_state_msg, targets, trajectory_msg, twist_msg, twist_stamped_msg,
};
use crate::qos;
use hearth_runtime::{FollowedClock, Outbox, Plant};
use hearth_types::{ActuatorFrame, Stamp};
use hearth_urdf::RobotModel;
use r2r::Publisher;
use r2r::geometry_msgs::msg::{Twist, TwistStamped};
use r2r::sensor_msgs::msg::JointState;
use r2r::std_msgs::msg::Float64;
use r2r::trajectory_msgs::msg::JointTrajectory;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Why the drivers cannot be talked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// The section `ros` names a joint that the robot has not.
    #[error("ros.joints.{group}.joints: the URDF has no actuated joint {joint:?}; it has {known}")]
    UnknownJoint {
        /// Index of the group.
        group: usize,
        /// As written.
        joint: String,
        /// All of them.
        known: String,
    },
    /// What r2r says.
    #[error(transparent)]
    Ros(#[from] r2r::Error),
}

#[derive(Clone)]
enum Base {
    Plain(Publisher<Twist>),
    Stamped(Publisher<TwistStamped>),
}

impl Base {
    fn publish(&self, frame: &ActuatorFrame) -> r2r::Result<()> {
        match self {
            Self::Plain(it) => it.publish(&twist_msg(frame)),
            Self::Stamped(it) => it.publish(&twist_stamped_msg(frame)),
        }
    }
}

#[derive(Clone)]
enum Joints {
    State(Publisher<JointState>),
    Single(Vec<Publisher<Float64>>),
    Trajectory(Publisher<JointTrajectory>),
    /// Goals are sent by the ROS thread, which reads the newest frame.
    Action,
}

#[derive(Clone)]
struct Group {
    joints: Vec<(String, usize)>,
    out: Joints,
    rate: Rate,
    lead_secs: f64,
}

/// Lets through so many a second.
#[derive(Clone, Debug)]
pub struct Rate {
    period_secs: f64,
    last: Option<Stamp>,
}

impl Rate {
    /// So many a second.
    pub fn new(rate_hz: f64) -> Self {
        Self {
            period_secs: 1.0 / rate_hz,
            last: None,
        }
    }

    /// Whether it is time. Keeps the average rate where calls are not in step with it.
    pub fn is_due(&mut self, now: Stamp) -> bool {
        let Some(last) = self.last else {
            self.last = Some(now);
            return true;
        };
        let since_secs = now.secs_since(last);
        // Half a tick of slack; a clock that went back counts as due.
        if since_secs >= 0.0 && since_secs < self.period_secs - 0.002 {
            return false;
        }
        let next = last.plus_secs(self.period_secs);
        self.last = Some(if now.secs_since(next).abs() < self.period_secs {
            next
        } else {
            now
        });
        true
    }
}

/// The robot's drivers, as a plant that only obeys.
pub struct Drivers {
    clock: Arc<FollowedClock>,
    base: Base,
    base_rate: Rate,
    groups: Vec<Group>,
    shared: Arc<Shared>,
    stood: bool,
}

/// What the ROS thread sees of it.
#[derive(Debug, Default)]
pub struct Shared {
    /// The process is in its active state; otherwise nothing is sent once the robot stands.
    pub active: AtomicBool,
    newest: Mutex<Option<ActuatorFrame>>,
}

impl Shared {
    /// The newest frame that the gate let through.
    pub fn newest(&self) -> Option<ActuatorFrame> {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that the drivers need, made on the ROS thread, to become [`Drivers`] on the plant's.
#[derive(Clone)]
pub struct DriverParts {
    base: Base,
    base_rate_hz: f64,
    groups: Vec<Group>,
}

impl DriverParts {
    /// Creates the publishers.
    ///
    /// # Errors
    /// [`DriverError`].
    pub fn create(
        ros: &mut r2r::Node,
        config: &RosConfig,
        model: &RobotModel,
    ) -> Result<Self, DriverError> {
        let profile = qos::reliable().keep_last(1);
        let base = if config.base.stamped {
            Base::Stamped(ros.create_publisher(&config.base.topic, profile.clone())?)
        } else {
            Base::Plain(ros.create_publisher(&config.base.topic, profile.clone())?)
        };
        let mut groups = Vec::new();
        for (index, group) in config.joints.iter().enumerate() {
            let joints = indices(model, index, &group.joints)?;
            let out = match group.interface {
                JointInterface::JointState => {
                    Joints::State(ros.create_publisher(&group.topic, profile.clone())?)
                }
                JointInterface::Float64 => Joints::Single(
                    group
                        .joints
                        .iter()
                        .map(|it| {
                            ros.create_publisher(&format!("{}/{it}", group.topic), profile.clone())
                        })
                        .collect::<r2r::Result<_>>()?,
                ),
                JointInterface::JointTrajectory => {
                    Joints::Trajectory(ros.create_publisher(&group.topic, profile.clone())?)
                }
                JointInterface::FollowJointTrajectory => Joints::Action,
            };
            groups.push(Group {
                joints,
                out,
                rate: Rate::new(group.rate_hz),
                lead_secs: group.lead(),
            });
        }
        Ok(Self {
            base,
            base_rate_hz: config.base.rate_hz,
            groups,
        })
    }

    /// The plant.
    pub fn into_plant(self, clock: Arc<FollowedClock>, shared: Arc<Shared>) -> Drivers {
        Drivers {
            clock,
            base: self.base,
            base_rate: Rate::new(self.base_rate_hz),
            groups: self.groups,
            shared,
            stood: true,
        }
    }
}

/// The group's joints with their indices into the robot's actuated joints.
///
/// # Errors
/// A joint that the robot has not.
pub fn indices(
    model: &RobotModel,
    group: usize,
    joints: &[String],
) -> Result<Vec<(String, usize)>, DriverError> {
    let index = |name: &String| {
        model
            .joint_index(name)
            .map(|it| (name.clone(), it))
            .ok_or_else(|| DriverError::UnknownJoint {
                group,
                joint: name.clone(),
                known: model
                    .actuated()
                    .iter()
                    .map(|it| it.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    };
    joints.iter().map(index).collect()
}

impl Drivers {
    fn send(&mut self, frame: &ActuatorFrame) -> r2r::Result<()> {
        let stands = frame.forward_m_s == 0.0 && frame.yaw_rate_rad_s == 0.0;
        let active = self.shared.active.load(Ordering::Acquire);
        // A stop is sent at once. A robot that is switched off is not talked to once it stands.
        let due = self.base_rate.is_due(frame.stamp);
        if (due && (active || !self.stood)) || stands != self.stood {
            self.base.publish(frame)?;
        }
        self.stood = stands;
        if !active {
            return Ok(());
        }
        for group in &mut self.groups {
            if group.rate.is_due(frame.stamp) {
                group.send(frame)?;
            }
        }
        Ok(())
    }
}

impl Group {
    fn send(&self, frame: &ActuatorFrame) -> r2r::Result<()> {
        match &self.out {
            Joints::State(out) => {
                let message = joint_state_msg(frame, &self.joints);
                if message.name.is_empty() {
                    return Ok(());
                }
                out.publish(&message)
            }
            Joints::Single(outs) => {
                for (name, target) in targets(frame, &self.joints) {
                    let at = self.joints.iter().position(|it| it.0 == *name);
                    if let Some(out) = at.and_then(|it| outs.get(it)) {
                        out.publish(&Float64 {
                            data: target.position,
                        })?;
                    }
                }
                Ok(())
            }
            Joints::Trajectory(out) => match trajectory_msg(frame, &self.joints, self.lead_secs) {
                Some(message) => out.publish(&message),
                None => Ok(()),
            },
            Joints::Action => Ok(()),
        }
    }
}

impl Plant for Drivers {
    fn now(&self) -> Stamp {
        self.clock.now()
    }

    fn advance(&mut self, _: Stamp, _: &mut Outbox) {
        // Sensors come in by the ROS thread.
    }

    fn actuate(&mut self, frame: &ActuatorFrame) {
        *self
            .shared
            .newest
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(*frame);
        if let Err(error) = self.send(frame) {
            tracing::error!("an actuator command was not sent: {error}");
        }
    }
}

/// A process without actuators.
pub struct NoBody(pub Arc<FollowedClock>);

impl Plant for NoBody {
    fn now(&self) -> Stamp {
        self.0.now()
    }

    fn advance(&mut self, _: Stamp, _: &mut Outbox) {}

    fn actuate(&mut self, _: &ActuatorFrame) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_holds_on_average_whatever_the_ticks() {
        let mut rate = Rate::new(50.0);
        let ticks = (0..1000).map(|it| Stamp::from_millis(it * 4));
        let sent = ticks.filter(|it| rate.is_due(*it)).count();
        assert!((198..=202).contains(&sent), "{sent} in 4 s");
    }

    #[test]
    fn after_a_pause_nothing_is_made_up_for() {
        let mut rate = Rate::new(50.0);
        assert!(rate.is_due(Stamp::from_millis(0)));
        assert!(rate.is_due(Stamp::from_millis(5_000)));
        assert!(!rate.is_due(Stamp::from_millis(5_004)));
    }
}
