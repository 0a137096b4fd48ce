//! A simulated robot's drivers: what a real robot's driver nodes publish and obey, on the same topics.
//!
//! It knows no simulator: whoever has one feeds it sensor messages and takes its actuator frames.

use crate::config::RosConfig;
use crate::convert::actuators::{joint_targets, velocity};
use crate::convert::transforms::planar;
use crate::convert::{BadInput, camera, sensors};
use crate::host::drivers::Rate;
use crate::host::inlets::ready;
use crate::join::{JoinError, join};
use crate::qos;
use futures::Stream;
use hearth_types::{ActuatorFrame, MAX_JOINTS, Message, Odometry, RgbdFrame, Stamp};
use r2r::geometry_msgs::msg::{Twist, TwistStamped};
use r2r::rosgraph_msgs::msg::Clock;
use r2r::sensor_msgs::msg as sensor;
use r2r::{Publisher, PublisherUntyped, nav_msgs, tf2_msgs};
use std::time::{Duration, Instant};

/// The base stops when no velocity has come for this long, as ros2_control's diff_drive_controller does
/// (`cmd_vel_timeout`).
const VELOCITY_TIMEOUT: Duration = Duration::from_millis(200);
/// How long a spin waits for ROS.
const SPIN: Duration = Duration::from_millis(2);

/// Frames and names that a robot's drivers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Actuated joints, in order.
    pub joints: Vec<String>,
    /// The gripper's joint.
    pub gripper: String,
    /// The lidar's frame.
    pub laser: String,
    /// The inertial sensor's frame.
    pub imu: String,
    /// The camera's optical frame.
    pub camera: String,
}

/// Obeys: takes velocities and set points from ROS. Lives on the ROS thread.
pub struct Obeys {
    ros: r2r::Node,
    names: Names,
    velocities: Velocities,
    joints: Box<dyn Stream<Item = sensor::JointState> + Unpin>,
    frame: ActuatorFrame,
    heard: Option<Instant>,
    refused: Option<String>,
}

enum Velocities {
    Plain(Box<dyn Stream<Item = Twist> + Unpin>),
    Stamped(Box<dyn Stream<Item = TwistStamped> + Unpin>),
}

impl Velocities {
    fn next(&mut self) -> Option<Twist> {
        match self {
            Self::Plain(it) => ready(it),
            Self::Stamped(it) => ready(it).map(|it| it.twist),
        }
    }
}

/// Senses: publishes what the simulator measured. Lives on a thread of its own.
pub struct Senses {
    names: Names,
    scan_period_secs: f64,
    last_scan: Option<Stamp>,
    clock: Publisher<Clock>,
    odometry: Publisher<nav_msgs::msg::Odometry>,
    imu: Publisher<sensor::Imu>,
    joints: Publisher<sensor::JointState>,
    scan: Publisher<sensor::LaserScan>,
    info: Publisher<sensor::CameraInfo>,
    colour: PublisherUntyped,
    depth: PublisherUntyped,
    tf: Publisher<tf2_msgs::msg::TFMessage>,
    tf_rate: Rate,
}

/// Creates both ends.
///
/// # Errors
/// [`JoinError`].
pub fn create(name: &str, config: &RosConfig, names: &Names) -> Result<(Obeys, Senses), JoinError> {
    let mut ros = join(name)?;
    let image = "sensor_msgs/msg/Image";
    let senses = Senses {
        names: names.clone(),
        scan_period_secs: 0.1,
        last_scan: None,
        clock: ros.create_publisher("/clock", qos::sensor())?,
        odometry: ros.create_publisher("odom", qos::sensor())?,
        imu: ros.create_publisher("imu", qos::sensor())?,
        joints: ros.create_publisher("joint_states", qos::reliable())?,
        scan: ros.create_publisher("scan", qos::sensor())?,
        info: ros.create_publisher("camera/color/camera_info", qos::sensor())?,
        colour: ros.create_publisher_untyped("camera/color/image_raw", image, qos::sensor())?,
        depth: ros.create_publisher_untyped("camera/depth/image_rect_raw", image, qos::sensor())?,
        tf: ros.create_publisher("/tf", qos::reliable().keep_last(100))?,
        tf_rate: Rate::new(50.0),
    };
    let profile = qos::reliable().keep_last(1);
    let topic = config.base.topic.as_str();
    let velocities = if config.base.stamped {
        Velocities::Stamped(Box::new(ros.subscribe(topic, profile.clone())?))
    } else {
        Velocities::Plain(Box::new(ros.subscribe(topic, profile.clone())?))
    };
    let obeys = Obeys {
        joints: Box::new(ros.subscribe("joint_commands", profile)?),
        velocities,
        names: names.clone(),
        frame: ActuatorFrame {
            stamp: Stamp::ZERO,
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
            joints: [None; MAX_JOINTS],
        },
        heard: None,
        refused: None,
        ros,
    };
    Ok((obeys, senses))
}

impl Obeys {
    /// Listens for a moment. A frame for the motors, if a command came or the last velocity has become too old.
    pub fn spin(&mut self, now: Stamp) -> Option<ActuatorFrame> {
        self.ros.spin_once(SPIN);
        let mut news = false;
        while let Some(twist) = self.velocities.next() {
            let taken = velocity(&twist).map(|(forward_m_s, yaw_rate_rad_s)| {
                self.frame.forward_m_s = forward_m_s;
                self.frame.yaw_rate_rad_s = yaw_rate_rad_s;
                self.heard = Some(Instant::now());
            });
            news |= self.noted(taken, "the velocity");
        }
        while let Some(message) = ready(&mut self.joints) {
            let taken = joint_targets(&message, &self.names.joints).map(|targets| {
                for (kept, new) in self.frame.joints.iter_mut().zip(targets) {
                    *kept = new.or(*kept);
                }
            });
            news |= self.noted(taken, "joint_commands");
        }
        let moves = self.frame.forward_m_s != 0.0 || self.frame.yaw_rate_rad_s != 0.0;
        if moves && self.heard.is_none_or(|it| it.elapsed() > VELOCITY_TIMEOUT) {
            tracing::warn!("no velocity has come for {VELOCITY_TIMEOUT:?}: the base stops");
            (self.frame.forward_m_s, self.frame.yaw_rate_rad_s) = (0.0, 0.0);
            news = true;
        }
        self.frame.stamp = now;
        news.then_some(self.frame)
    }

    /// \[m/s\], \[rad/s\] What the base is to do now.
    pub fn velocity(&self) -> (f64, f64) {
        (self.frame.forward_m_s, self.frame.yaw_rate_rad_s)
    }

    /// Says once what is wrong with commands.
    fn noted(&mut self, taken: Result<(), BadInput>, what: &str) -> bool {
        let Err(why) = taken else { return true };
        let why = format!("{what} was refused: {why}");
        if self.refused.as_ref() != Some(&why) {
            tracing::warn!("{why}");
            self.refused = Some(why);
        }
        false
    }
}

impl Senses {
    /// Publishes a sensor's message; others are none of its business.
    ///
    /// # Errors
    /// What r2r says.
    pub fn publish(&mut self, message: &Message) -> r2r::Result<()> {
        match message {
            Message::Odometry(it) => self.publish_odometry(it),
            Message::Imu(it) => self.imu.publish(&sensors::imu_msg(it, &self.names.imu)),
            Message::JointStates(it) => self.joints.publish(&sensors::joint_states_msg(
                it,
                &self.names.joints,
                &self.names.gripper,
            )),
            Message::Scan(it) => {
                if let Some(last) = self.last_scan.replace(it.stamp) {
                    self.scan_period_secs = it.stamp.secs_since(last).clamp(0.01, 1.0);
                }
                let period_secs = self.scan_period_secs;
                self.scan
                    .publish(&sensors::scan_msg(it, &self.names.laser, period_secs))
            }
            Message::Rgbd(it) => self.publish_frame(it),
            _ => Ok(()),
        }
    }

    fn publish_odometry(&mut self, odometry: &Odometry) -> r2r::Result<()> {
        // The simulation's time goes as its body does.
        self.clock.publish(&sensors::clock_msg(odometry.stamp))?;
        self.odometry.publish(&sensors::odometry_msg(odometry))?;
        if self.tf_rate.is_due(odometry.stamp) {
            let base = planar(
                odometry.stamp,
                "odom",
                "base_link",
                &odometry.odom_from_base,
            );
            self.tf.publish(&tf2_msgs::msg::TFMessage {
                transforms: vec![base],
            })?;
        }
        Ok(())
    }

    fn publish_frame(&self, frame: &RgbdFrame) -> r2r::Result<()> {
        let camera = &self.names.camera;
        self.info.publish(&camera::info_msg(frame, camera))?;
        self.colour
            .publish_raw(&camera::colour_bytes(frame, camera))?;
        self.depth.publish_raw(&camera::depth_bytes(frame, camera))
    }
}
