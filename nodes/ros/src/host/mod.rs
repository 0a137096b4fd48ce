//! A process: some of Hearth's nodes as one managed ROS node.
//!
//! Threads: this one speaks with ROS (r2r wants one for everything that is created or awaited); the scheduler's run the
//! nodes, the gate on its own; one publishes what the nodes send; one waits for signals. Sensor values go from
//! here into the nodes' mailboxes without waiting for anything; actuator commands go from the gate's thread
//! to the plant's and out, past this thread: a stalled ROS thread starves the gate of sensors, and the gate stops.

pub mod core;
pub mod devices;
pub mod drivers;
mod extras;
mod frames;
pub mod health;
pub mod inlets;
mod lifecycle_server;
mod memory;
mod nav2;
pub mod outlets;
pub mod parameter_server;
mod process;
pub mod roles;
pub mod rosout;
pub mod sessions;
pub mod signals;
mod task_server;
pub mod time;
mod trajectories;

use crate::config::RosConfig;
use crate::join::JoinError;
use crate::lifecycle::State;
use crate::parameters::{ParameterError, Parameters};
use core::Nodes;
use crossbeam_channel::Receiver;
use devices::OpenDevices;
use drivers::DriverError;
pub use extras::Extras;
use hearth_runtime::config::Params;
use hearth_types::{Detections, Message, MotionGoal, MotionId, MotionRequest, Stamp};
use hearth_urdf::RobotModel;
use process::Host;
pub use roles::Role;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Draws detections into their frame: width, height, RGB.
pub type Annotate = Box<dyn Fn(&Detections) -> Option<(usize, usize, Vec<u8>)> + Send>;

/// Makes something of the parameters, or says what is wrong with them.
pub type Make<T> = Box<dyn Fn(&Params) -> Result<T, String>>;

/// What to host.
pub struct Spec {
    /// The ROS node's name.
    pub name: &'static str,
    /// Which parts of Hearth are in it.
    pub roles: Vec<Role>,
    /// The robot's parameters.
    pub parameters: Parameters,
    /// Makes the nodes.
    pub build: Make<Nodes>,
    /// What is read once, at the start.
    pub describe: Make<Robot>,
    /// Microphone and mouth, where there is a voice.
    pub devices: Option<OpenDevices>,
    /// For the picture of what was detected.
    pub annotate: Option<Annotate>,
    /// Configures and activates itself.
    pub autostart: bool,
    /// Log lines for `/rosout`.
    pub log: Option<Receiver<rosout::Line>>,
    /// The end is wanted.
    pub ending: Arc<AtomicBool>,
}

/// What is read once.
pub struct Robot {
    /// The section `ros`.
    pub ros: RosConfig,
    /// The robot.
    pub model: Arc<RobotModel>,
    /// Its description as read.
    pub urdf: String,
    /// The camera's optical frame.
    pub camera_frame: String,
    /// The gripper's joint.
    pub gripper_joint: String,
}

/// Why a process could not be hosted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// A parameter given at the start.
    #[error("--ros-args: {0}")]
    Parameter(#[from] ParameterError),
    /// A file.
    #[error("{0}")]
    Config(String),
    /// A driver.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// There is no ROS.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// What r2r says.
    #[error("ROS: {0}")]
    Ros(#[from] r2r::Error),
}

/// A request that ends whatever motion is under way.
pub(crate) fn stop_request(now: Stamp) -> Message {
    Message::MotionRequest(Arc::new(stop_motion(now)))
}

fn stop_motion(now: Stamp) -> MotionRequest {
    MotionRequest {
        stamp: now,
        id: MotionId(0),
        goal: MotionGoal::Stop,
    }
}

/// How a process came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Somebody wanted it to.
    Wanted,
    /// It must start anew: it lives, and is cut off from the others.
    CutOff,
}

/// Hosts until the end is wanted.
///
/// # Errors
/// [`HostError`] at the start. Later trouble goes to the log and `/diagnostics`.
pub fn run(spec: Spec) -> Result<Ending, HostError> {
    let mut host = Host::create(spec)?;
    if host.spec.autostart {
        host.autostart()?;
    }
    let wanted =
        |host: &Host| host.spec.ending.load(Ordering::Acquire) || host.state == State::Finalized;
    while !wanted(&host) && !host.again {
        host.turn();
    }
    let ending = if wanted(&host) {
        Ending::Wanted
    } else {
        Ending::CutOff
    };
    host.end();
    Ok(ending)
}
