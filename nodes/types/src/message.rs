//! The one currency of the runtime: everything that crosses between nodes.

use crate::{
    ActuatorFrame, BaseCommand, Detections, EStop, GateReport, Heard, Heartbeat, Imu, JointCommand,
    JointStates, LaserScan, Localization, MotionReport, MotionRequest, MouthOrder, MouthReport,
    NavGoal, NavStatus, Odometry, PlayedSound, Point2, PoseHint, Queries, RgbdFrame, Say, Sound,
    Stamp, TaskEvent, TaskId, Utterance, VisualAnswer, VisualQuestion, World,
};
use std::sync::Arc;

/// A fault that a node noticed. Not a panic: the node goes on as well as it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// When.
    pub stamp: Stamp,
    /// Who says so.
    pub node: &'static str,
    /// What is wrong.
    pub text: String,
}

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident($payload:ty) = $topic:literal,)*) => {
        /// A value on its way between nodes.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Message { $($(#[$doc])* $name($payload),)* }

        /// What kind of value a [`Message`] carries.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Topic { $($(#[$doc])* $name,)* }

        impl Topic {
            /// Every topic.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name, as of the ROS topic that carries it where there is one.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $topic,)* }
            }
        }

        impl Message {
            /// The kind of value.
            pub fn topic(&self) -> Topic {
                match self { $(Self::$name(_) => Topic::$name,)* }
            }
        }
    };
}

messages! {
    /// Colour and depth.
    Rgbd(Arc<RgbdFrame>) = "camera",
    /// Lidar.
    Scan(Arc<LaserScan>) = "scan",
    /// Wheel odometry.
    Odometry(Odometry) = "odom",
    /// Inertial measurement.
    Imu(Imu) = "imu",
    /// Measured joints.
    JointStates(Arc<JointStates>) = "joint_states",
    /// From the controller to the gate.
    Base(BaseCommand) = "cmd_vel_raw",
    /// From the controller to the gate.
    Joints(JointCommand) = "joint_command_raw",
    /// From the gate to the actuators.
    Actuators(ActuatorFrame) = "actuators",
    /// From the gate.
    Gate(GateReport) = "gate",
    /// To the gate.
    EStop(EStop) = "e_stop",
    /// Somebody said "stop" (or the release of that); from the ears to the gate, past the planner.
    SpokenStop(EStop) = "spoken_stop",
    /// From perception and planner to the gate.
    Heartbeat(Heartbeat) = "heartbeat",
    /// From outside, to the controller.
    PoseHint(PoseHint) = "initialpose",
    /// From the controller, or from whoever else localises the robot.
    Localization(Localization) = "localization",
    /// The path that the base follows, in `map`; from the controller.
    Route(Arc<Vec<Point2>>) = "plan_path",
    /// From the controller to a driver outside.
    NavGoal(NavGoal) = "nav_goal",
    /// From a driver outside to the controller.
    NavStatus(NavStatus) = "nav_status",
    /// From perception.
    World(Arc<World>) = "world",
    /// From perception.
    Detections(Arc<Detections>) = "detections",
    /// What to look for, in words; from the planner to perception.
    Queries(Arc<Queries>) = "queries",
    /// From the planner to whoever answers from pictures.
    VisualQuestion(Arc<VisualQuestion>) = "visual_question",
    /// From a vision-language server.
    VisualAnswer(Arc<VisualAnswer>) = "visual_answer",
    /// From the planner to the controller.
    MotionRequest(Arc<MotionRequest>) = "motion_request",
    /// From the controller to the planner.
    MotionReport(Arc<MotionReport>) = "motion_report",
    /// From a person, to the planner.
    Utterance(Arc<Utterance>) = "utterance",
    /// Ends this one command; from whoever gave it, to the planner.
    Cancel(TaskId) = "cancel",
    /// From the planner, to whoever speaks.
    Say(Arc<Say>) = "say",
    /// From a microphone to the ears.
    Sound(Arc<Sound>) = "audio",
    /// The button of push-to-talk is held, or not; to the ears.
    Button(bool) = "push_to_talk",
    /// From the ears, to whoever follows.
    Heard(Arc<Heard>) = "heard",
    /// From the ears to the mouth.
    Mouth(MouthOrder) = "mouth",
    /// From the mouth to the ears.
    MouthReport(MouthReport) = "mouth_report",
    /// From whoever plays what the robot says to the ears, which take its echo out of what they hear.
    Played(Arc<PlayedSound>) = "played",
    /// From the planner, to whoever follows.
    Task(Arc<TaskEvent>) = "task",
    /// From any node.
    Fault(Arc<Fault>) = "fault",
    /// From the scheduler to a node with a period, at that period.
    Tick(()) = "tick",
}
