//! The section `ros` of the robot's parameter file: how the robot's drivers want to be talked to.

use hearth_types::check::within;
use hearth_types::{Checked, RangeError};
use serde::Deserialize;

/// Topics keep their usual names; remap them as any ROS node's (`--ros-args -r`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosConfig {
    /// The base's driver.
    pub base: BaseConfig,
    /// Drivers of the joints. Together they take every actuated joint once.
    pub joints: Vec<JointGroup>,
    /// Who knows where the robot is.
    pub localization: Localizer,
    /// Who drives.
    pub navigation: Navigator,
    /// Ears and mouth.
    #[serde(default)]
    pub voice: VoiceConfig,
    /// The controller publishes the robot's own link frames (/tf, /tf_static, /robot_description): for where
    /// no robot_state_publisher runs.
    pub publish_robot_tf: bool,
}

/// Ears and mouth on ROS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VoiceConfig {
    /// Where sound is from.
    pub ears: EarsConfig,
    /// Where what the robot says is heard.
    pub mouth: MouthPlace,
}

/// Where sound is from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarsConfig {
    /// This computer's microphone; where there is none, the topic `audio`.
    #[default]
    Microphone,
    /// The topic `audio` alone.
    Topic,
}

/// Where what the robot says is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MouthPlace {
    /// This computer's loudspeaker.
    #[default]
    Loudspeaker,
    /// The topic `speech`, as sound, in real time.
    Topic,
    /// Nowhere here: somebody else speaks what comes on `say`. The ears know no echo then.
    None,
}

/// The base's driver.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseConfig {
    /// `geometry_msgs/Twist`, or `TwistStamped` if `stamped`.
    pub topic: String,
    /// Which of the two.
    pub stamped: bool,
    /// \[1/s\] How often; a stop is sent at once.
    pub rate_hz: f64,
}

/// Where `map -> odom` comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Localizer {
    /// From the controller, which matches scans with the map.
    Own,
    /// From `/tf`: somebody else (AMCL, slam_toolbox) publishes it.
    Tf,
}

/// Who drives the base to a pose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Navigator {
    /// The controller.
    Own,
    /// Nav2's `navigate_to_pose`, where its server is there; its velocities come on `/cmd_vel_nav` and pass
    /// the gate. The last approach is the controller's.
    Nav2,
}

/// Joints that one driver moves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointGroup {
    /// What the driver understands.
    pub interface: JointInterface,
    /// The topic; for `float64` what comes before `/<joint>`; for an action its name.
    pub topic: String,
    /// Names of the URDF, in the order in which the driver wants them.
    pub joints: Vec<String>,
    /// \[1/s\] How often.
    pub rate_hz: f64,
    /// \[s\] For trajectories: how far ahead the point lies. About as long as the driver takes to follow; when we are
    /// lost, the joints go on for no longer. Left out: two periods.
    pub lead_secs: Option<f64>,
}

impl JointGroup {
    /// \[s\] See [`Self::lead_secs`].
    pub fn lead(&self) -> f64 {
        self.lead_secs.unwrap_or(2.0 / self.rate_hz)
    }
}

/// What a joint driver understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JointInterface {
    /// `sensor_msgs/JointState`: positions, velocities, and the most effort.
    JointState,
    /// `std_msgs/Float64` a joint: positions.
    Float64,
    /// `trajectory_msgs/JointTrajectory`, one short point at a time.
    JointTrajectory,
    /// `control_msgs/action/FollowJointTrajectory`, one short goal at a time, each taking the place of the one before.
    FollowJointTrajectory,
}

impl Checked for RosConfig {
    fn check(&self) -> Result<(), RangeError> {
        topic("base.topic", &self.base.topic)?;
        within("base.rate_hz", self.base.rate_hz, 10.0, 250.0)?;
        let mut taken: Vec<&str> = Vec::new();
        for (index, group) in self.joints.iter().enumerate() {
            topic(&format!("joints.{index}.topic"), &group.topic)?;
            within(
                &format!("joints.{index}.rate_hz"),
                group.rate_hz,
                5.0,
                250.0,
            )?;
            if let Some(secs) = group.lead_secs {
                within(&format!("joints.{index}.lead_secs"), secs, 0.0, 0.5)?;
            }
            for joint in &group.joints {
                if taken.contains(&joint.as_str()) {
                    return Err(RangeError::new(
                        format!("joints.{index}.joints"),
                        joint,
                        "in one group only",
                    ));
                }
                taken.push(joint);
            }
        }
        Ok(())
    }
}

/// As ROS 2 wants topic names: `/`-separated words of letters, digits and `_`, none beginning with a digit.
fn topic(key: &str, name: &str) -> Result<(), RangeError> {
    let inner = name.strip_prefix('/').unwrap_or(name);
    let fine = |word: &str| {
        word.chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '_')
            && word.chars().next().is_some_and(|it| !it.is_ascii_digit())
    };
    if inner.split('/').all(fine) {
        Ok(())
    } else {
        Err(RangeError::new(
            key,
            format!("{name:?}"),
            "a ROS topic name such as /cmd_vel",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> RosConfig {
        serde_yaml::from_str(text).expect("a section")
    }

    const GOOD: &str = "
base: {topic: /cmd_vel, stamped: false, rate_hz: 50}
joints:
  - {interface: float64, topic: /arm, joints: [a, b], rate_hz: 50}
  - {interface: follow_joint_trajectory, topic: /hand/follow_joint_trajectory, joints: [c], rate_hz: 10}
localization: own
navigation: nav2
publish_robot_tf: true
";

    #[test]
    fn a_sound_section_is_taken() {
        assert_eq!(parsed(GOOD).check(), Ok(()));
    }

    #[test]
    fn a_joint_with_two_drivers_is_refused() {
        let error = parsed(&GOOD.replace("[c]", "[c, b]")).check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "joints.1.joints is b, but it must be in one group only"
        );
    }

    #[test]
    fn a_name_that_is_no_topic_is_refused() {
        for wrong in ["/cmd vel", "", "/", "/2", "//a", "/ä"] {
            let text = GOOD.replace("/cmd_vel", &format!("{wrong:?}"));
            let error = parsed(&text).check().unwrap_err();
            assert_eq!(error.key, "base.topic", "{wrong:?}");
        }
    }
}
