//! A process: some of Hearth's nodes as one managed ROS node.
//!
//! Threads: this one speaks with ROS (r2r wants one for everything that is created or awaited); the scheduler's run the
//! nodes, the gate on its own; one publishes what the nodes send; one waits for signals. Sensor values go from
//! here into the nodes' mailboxes without waiting for anything; actuator commands go from the gate's thread
//! to the plant's and out, past this thread: a stalled ROS thread starves the gate of sensors, and the gate stops.

pub mod core;
pub mod drivers;
mod frames;
pub mod health;
pub mod inlets;
mod lifecycle_server;
mod memory;
mod nav2;
pub mod outlets;
pub mod parameter_server;
pub mod roles;
pub mod rosout;
pub mod signals;
mod task_server;
pub mod time;
mod trajectories;

use crate::config::{Localizer, Navigator, RosConfig};
use crate::convert::{safety, time as stamps};
use crate::lifecycle::{State, Transition};
use crate::parameters::{ParameterError, Parameters};
use crate::qos;
use core::{Core, Nodes};
use crossbeam_channel::Receiver;
use drivers::{DriverError, DriverParts};
use frames::RobotFrames;
use futures::Stream;
use health::Health;
use hearth_runtime::config::Params;
use hearth_types::{Detections, Message, MotionGoal, MotionId, MotionRequest, MotionState, Stamp};
use hearth_urdf::RobotModel;
use inlets::{Inlets, Sessions, ready};
use lifecycle_server::LifecycleServer;
use memory::Memory;
use nav2::Nav2;
use outlets::Outlets;
use parameter_server::{ParameterServer, USE_SIM_TIME};
use r2r::diagnostic_msgs::msg::DiagnosticArray;
use r2r::rcl_interfaces::msg::Log;
use r2r::std_srvs::srv::SetBool;
use r2r::{ParameterValue, Publisher, ServiceRequest};
pub use roles::Role;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use task_server::TaskServer;
use time::{Jump, TimeKeeper};
use trajectories::Trajectories;

/// How long a spin waits for ROS.
const SPIN: Duration = Duration::from_millis(4);
/// How often the process speaks of itself.
const DIAGNOSE: Duration = Duration::from_secs(1);
/// How often the system's clock is looked at.
const LOOK_AT_CLOCK: Duration = Duration::from_millis(100);

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
    /// What r2r says.
    #[error("ROS: {0}")]
    Ros(#[from] r2r::Error),
}

/// The picture of what perception found, for whoever looks at it.
pub struct Extras {
    picture: r2r::PublisherUntyped,
    annotate: Annotate,
    camera_frame: String,
}

impl Extras {
    fn publish(&mut self, detections: &Detections) -> r2r::Result<()> {
        if self.picture.get_inter_process_subscription_count()? == 0 {
            return Ok(());
        }
        let Some((width, height, rgb)) = (self.annotate)(detections) else {
            return Ok(());
        };
        let stamp = stamps::to_ros(detections.frame.stamp);
        let bytes = crate::cdr::ImageView {
            sec: stamp.sec,
            nanosec: stamp.nanosec,
            frame: &self.camera_frame,
            height: height as u32,
            width: width as u32,
            encoding: "rgb8",
            is_bigendian: false,
            step: (3 * width) as u32,
            data: &rgb,
        }
        .to_bytes();
        self.picture.publish_raw(&bytes)
    }
}

/// A request that ends whatever motion is under way.
pub(crate) fn stop_request(now: Stamp) -> Message {
    Message::MotionRequest(Arc::new(MotionRequest {
        stamp: now,
        id: MotionId(0),
        goal: MotionGoal::Stop,
    }))
}

/// Hosts until the end is wanted.
///
/// # Errors
/// [`HostError`] at the start. Later trouble goes to the log and `/diagnostics`.
pub fn run(spec: Spec) -> Result<(), HostError> {
    let mut host = Host::create(spec)?;
    if host.spec.autostart {
        host.autostart()?;
    }
    while !host.spec.ending.load(Ordering::Acquire) && host.state != State::Finalized {
        host.turn();
    }
    host.end();
    Ok(())
}

struct Host {
    spec: Spec,
    ros: r2r::Node,
    robot: Robot,
    time: TimeKeeper,
    state: State,
    core: Option<Core>,
    inlets: Inlets,
    outlets: Arc<Mutex<Outlets>>,
    drivers: Option<DriverParts>,
    trajectories: Option<Trajectories>,
    memory: Option<Memory>,
    nav2: Option<Nav2>,
    frames: Option<RobotFrames>,
    tasks: Option<TaskServer>,
    lifecycle: LifecycleServer,
    parameters: ParameterServer,
    sessions: Arc<Sessions>,
    /// The controller that was asked last, and what for while that goes on.
    controller: u64,
    asked: Option<Arc<MotionRequest>>,
    e_stop: Option<EStopService>,
    e_stopped: bool,
    health: Health,
    diagnostics: Publisher<DiagnosticArray>,
    rosout: Publisher<Log>,
    clock: Option<Box<dyn Stream<Item = r2r::rosgraph_msgs::msg::Clock> + Unpin>>,
    due: Due,
}

type EStopService = Box<dyn Stream<Item = ServiceRequest<SetBool::Service>> + Unpin>;

struct Due {
    diagnose: Instant,
    look: Instant,
}

impl Host {
    fn create(mut spec: Spec) -> Result<Self, HostError> {
        let context = r2r::Context::create()?;
        let mut ros = r2r::Node::create(context, spec.name, "")?;
        let use_sim_time = take_overrides(&ros, &mut spec.parameters)?;
        let params = spec.parameters.params().map_err(HostError::Config)?;
        let robot = (spec.describe)(&params).map_err(HostError::Config)?;
        let nodes = (spec.build)(&params).map_err(HostError::Config)?;
        let moves = spec.roles.contains(&Role::Controller);
        let time = TimeKeeper::new(use_sim_time);
        let clock = use_sim_time
            .then(|| ros.subscribe("/clock", qos::sensor()))
            .transpose()?;
        let sessions = Sessions::start();
        let joints: Vec<String> = robot
            .model
            .actuated()
            .iter()
            .map(|it| it.name.clone())
            .collect();
        let inlets = Inlets::subscribe(
            &mut ros,
            &spec.roles,
            &nodes.all(),
            &joints,
            &robot.gripper_joint,
            robot.ros.localization == Localizer::Tf,
            &sessions,
        )?;
        let extras = spec
            .annotate
            .take()
            .map(|annotate| -> r2r::Result<Extras> {
                Ok(Extras {
                    picture: ros.create_publisher_untyped(
                        "detections/image",
                        "sensor_msgs/msg/Image",
                        qos::sensor(),
                    )?,
                    annotate,
                    camera_frame: robot.camera_frame.clone(),
                })
            })
            .transpose()?;
        let own_map = robot.ros.localization == Localizer::Own;
        let outlets = Outlets::create(&mut ros, &spec.roles, &sessions, own_map, extras)?;
        let mut health = Health::default();
        inlets.topics().for_each(|it| health.expect(it));
        Ok(Self {
            drivers: moves
                .then(|| DriverParts::create(&mut ros, &robot.ros, &robot.model))
                .transpose()?,
            trajectories: moves
                .then(|| Trajectories::create(&mut ros, &robot.ros, &robot.model))
                .transpose()?,
            memory: (moves && own_map)
                .then(|| ros.fully_qualified_name())
                .transpose()?
                .map(|it| Memory::of(&it)),
            nav2: (moves && robot.ros.navigation == Navigator::Nav2)
                .then(|| Nav2::create(&mut ros, robot.ros.base.stamped))
                .transpose()?,
            frames: (moves && robot.ros.publish_robot_tf)
                .then(|| RobotFrames::create(&mut ros, Arc::clone(&robot.model)))
                .transpose()?,
            tasks: spec
                .roles
                .contains(&Role::Planner)
                .then(|| TaskServer::create(&mut ros))
                .transpose()?,
            e_stop: moves.then(|| e_stop_service(&mut ros)).transpose()?,
            lifecycle: LifecycleServer::create(&mut ros)?,
            parameters: ParameterServer::create(&mut ros, sections(&spec.roles), use_sim_time)?,
            diagnostics: ros.create_publisher("/diagnostics", qos::reliable())?,
            rosout: ros.create_publisher("/rosout", qos::rosout())?,
            clock: clock.map(|it| Box::new(it) as _),
            outlets: Arc::new(Mutex::new(outlets)),
            state: State::default(),
            core: None,
            sessions,
            controller: 0,
            asked: None,
            e_stopped: false,
            due: Due {
                diagnose: Instant::now(),
                look: Instant::now(),
            },
            inlets,
            health,
            time,
            robot,
            ros,
            spec,
        })
    }

    fn autostart(&mut self) -> Result<(), HostError> {
        for transition in [(1, Transition::Configure), (3, Transition::Activate)] {
            self.change(transition).map_err(HostError::Config)?;
        }
        Ok(())
    }

    /// One turn of the ROS thread.
    fn turn(&mut self) {
        self.ros.spin_once(SPIN);
        self.follow_clock();
        let now = self.time.now();
        self.take_in(now);
        self.serve_e_stop(now);
        self.hear_nodes(now);
        self.greet_new_controller();
        self.serve_drivers(now);
        self.serve_lifecycle();
        let build = &self.spec.build;
        let check = |changed: &Parameters| -> Result<(), String> {
            changed.params().and_then(|it| build(&it)).map(|_| ())
        };
        self.parameters.poll(&mut self.spec.parameters, &check, now);
        self.speak_of_itself(now);
    }

    fn follow_clock(&mut self) {
        let mut jump = None;
        if let Some(clock) = &mut self.clock {
            while let Some(message) = ready(clock) {
                jump = self
                    .time
                    .simulation_says(stamps::from_ros(&message.clock))
                    .or(jump);
            }
        } else if self.due.look.elapsed() > LOOK_AT_CLOCK {
            self.due.look = Instant::now();
            jump = self.time.look();
        }
        match jump {
            Some(Jump::Restarted) => {
                tracing::warn!(
                    "/clock went back: the simulation was started anew, and so is this node"
                );
                self.begin_anew();
            }
            Some(Jump::Set(secs)) => {
                tracing::warn!("the system's clock was set by {secs:.2} s");
                if secs < 0.0 {
                    // Nodes never see time go back; what they remember would lie in the future.
                    self.begin_anew();
                }
            }
            None => {}
        }
    }

    fn begin_anew(&mut self) {
        let back_to = self.state;
        for (wanted, id, transition) in [
            (State::Active, 4, Transition::Deactivate),
            (State::Inactive, 2, Transition::Cleanup),
        ] {
            if self.state == wanted {
                let _ = self.change((id, transition));
            }
        }
        let forth = [(1, Transition::Configure), (3, Transition::Activate)];
        let steps = match back_to {
            State::Active => 2,
            State::Inactive => 1,
            _ => 0,
        };
        for transition in forth.into_iter().take(steps) {
            if let Err(error) = self.change(transition) {
                tracing::error!("{error}");
                return;
            }
        }
    }

    fn take_in(&mut self, now: Stamp) {
        let Self {
            inlets,
            core,
            health,
            frames,
            memory,
            state,
            asked,
            e_stopped,
            ..
        } = self;
        let active = *state == State::Active;
        inlets.poll(now, &mut |topic, converted| {
            match converted {
                Ok(message) => {
                    health.took(topic, now);
                    let Some(message) = message else { return };
                    if let Message::EStop(it) = &message {
                        *e_stopped = it.engaged;
                    }
                    if let Message::MotionReport(it) = &message
                        && !matches!(it.state, MotionState::Running { .. })
                        && asked.as_ref().is_some_and(|asked| asked.id == it.id)
                    {
                        *asked = None;
                    }
                    if let (Message::JointStates(it), Some(frames)) = (&message, frames.as_mut()) {
                        logged(frames.follow(it));
                    }
                    // A stop counts in every state.
                    let is_stop = matches!(message, Message::EStop(_));
                    let Some(core) = core.as_ref().filter(|_| active || is_stop) else {
                        return;
                    };
                    core.tell(&message);
                    if let (Message::Odometry(it), Some(memory)) = (&message, memory.as_mut())
                        && let Some(hint) = memory.on_odometry(it)
                    {
                        tracing::info!("the robot is taken to be where it was before this start");
                        core.tell(&Message::PoseHint(hint));
                    }
                }
                Err(why) => {
                    if health.refused(topic, &why, now) {
                        tracing::warn!("{topic}: a message was refused: {why}");
                    }
                }
            }
        });
    }

    fn serve_e_stop(&mut self, now: Stamp) {
        let Some(service) = &mut self.e_stop else {
            return;
        };
        while let Some(request) = ready(service) {
            let engaged = request.message.data;
            self.e_stopped = engaged;
            if let Some(core) = &self.core {
                core.tell(&Message::EStop(safety::e_stop(
                    &r2r::hearth_interfaces::msg::EStop {
                        engaged,
                        ..Default::default()
                    },
                    now,
                )));
            }
            let message = if engaged {
                "the robot stops"
            } else {
                "released"
            };
            logged(request.respond(SetBool::Response {
                success: true,
                message: message.to_owned(),
            }));
        }
    }

    /// Takes what the nodes sent, and gives them what clients of ours want.
    fn hear_nodes(&mut self, now: Stamp) {
        let active = self.state == State::Active;
        let Some(core) = &self.core else {
            if let Some(tasks) = &mut self.tasks {
                tasks.poll(false, now, &mut |_| {});
            }
            return;
        };
        let mut tell = |message: Message| core.tell(&message);
        for message in core.news() {
            match &message {
                Message::Fault(it) => self.health.fault(it),
                Message::Gate(it) => self.health.gate(*it),
                Message::Localization(it) => {
                    if let Some(memory) = &mut self.memory {
                        memory.keep(it);
                    }
                }
                Message::MotionRequest(it) => self.asked = Some(Arc::clone(it)),
                Message::NavGoal(it) => {
                    if let Some(nav2) = self.nav2.as_mut().filter(|_| active) {
                        nav2.take(it, now, &mut tell);
                    }
                }
                _ => {}
            }
            if let Some(tasks) = &mut self.tasks {
                tasks.hear(&message, &mut tell);
            }
        }
        if let Some(tasks) = &mut self.tasks {
            tasks.poll(active, now, &mut tell);
        }
        if let Some(nav2) = &mut self.nav2 {
            nav2.poll(now, &mut tell);
        }
    }

    /// A controller that was started anew does not know what its forerunner was asked for.
    fn greet_new_controller(&mut self) {
        let heard = self.sessions.controller.load(Ordering::Acquire);
        let known = std::mem::replace(&mut self.controller, heard);
        if known == 0 || known == heard {
            return;
        }
        let Some(asked) = &self.asked else { return };
        tracing::warn!(
            "the controller was started anew: it is asked again for the motion under way"
        );
        let outlets = self
            .outlets
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        logged(outlets.ask_again(asked));
    }

    /// Drivers that take goals are spoken with on this thread.
    fn serve_drivers(&mut self, now: Stamp) {
        if let (Some(core), Some(trajectories), State::Active) =
            (&self.core, &mut self.trajectories, self.state)
        {
            trajectories.follow(core.shared().newest().as_ref(), now);
        }
    }

    fn serve_lifecycle(&mut self) {
        while let Some(request) = self.lifecycle.poll(self.state) {
            let Some(transition) = request.transition(self.state) else {
                request.answer(false);
                continue;
            };
            let outcome = self.change(transition);
            if let Err(error) = &outcome {
                tracing::error!("{}: {error}", transition.1.label());
            }
            request.answer(outcome.is_ok());
        }
    }

    /// Goes through a transition; on failure the state stays as it was.
    fn change(&mut self, transition: (u8, Transition)) -> Result<(), String> {
        let from = self.state;
        match transition.1 {
            Transition::Configure => self.configure()?,
            Transition::Activate => {
                if let Some(core) = &mut self.core {
                    core.activate(self.e_stopped);
                }
            }
            Transition::Deactivate => self.deactivate(),
            Transition::Cleanup => self.cleanup(),
            Transition::Shutdown => {
                if self.state == State::Active {
                    self.deactivate();
                }
                self.cleanup();
            }
        }
        self.state = transition.1.goal();
        tracing::info!("{} is {}", self.spec.name, self.state.label());
        self.lifecycle
            .announce(transition, from, self.state, self.time.now());
        Ok(())
    }

    fn configure(&mut self) -> Result<(), String> {
        let nodes = (self.spec.build)(&self.spec.parameters.params()?)?;
        let clock = self.time.clock();
        let core = Core::start(
            nodes,
            &clock,
            self.drivers.clone(),
            &self.outlets,
            self.e_stopped,
        );
        self.core = Some(core.map_err(|it| it.to_string())?);
        if let Some(frames) = &self.frames {
            logged(frames.publish_fixed(self.time.now(), &self.robot.urdf));
        }
        Ok(())
    }

    fn deactivate(&mut self) {
        if let Some(core) = &mut self.core
            && !core.deactivate()
        {
            tracing::error!("the base still moved when the node was deactivated");
        }
        if let Some(tasks) = &mut self.tasks {
            tasks.abandon("the planner was switched off");
        }
    }

    fn cleanup(&mut self) {
        if let Some(core) = self.core.take() {
            core.stop();
        }
    }

    fn speak_of_itself(&mut self, now: Stamp) {
        if let Some(lines) = &self.spec.log {
            for line in lines.try_iter() {
                logged(self.rosout.publish(&line.message(self.spec.name, now)));
            }
        }
        if self.due.diagnose.elapsed() >= DIAGNOSE {
            self.due.diagnose = Instant::now();
            let message = self.health.message(self.spec.name, self.state.label(), now);
            logged(self.diagnostics.publish(&message));
        }
    }

    /// Actuators first, then everything else.
    fn end(mut self) {
        if self.state == State::Active {
            let _ = self.change((7, Transition::Shutdown));
        } else {
            self.cleanup();
        }
        // Last words go out.
        self.speak_of_itself(self.time.now());
        self.ros.spin_once(SPIN);
    }
}

fn e_stop_service(ros: &mut r2r::Node) -> r2r::Result<EStopService> {
    let service = ros.create_service::<SetBool::Service>("set_e_stop", qos::reliable())?;
    Ok(Box::new(service))
}

/// Sections that these roles read, each once.
fn sections(roles: &[Role]) -> Vec<&'static str> {
    let mut all: Vec<&str> = roles.iter().flat_map(|it| it.sections()).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Parameters given on the command line or in a ROS parameter file; whether to use simulated time.
fn take_overrides(ros: &r2r::Node, parameters: &mut Parameters) -> Result<bool, ParameterError> {
    let mut use_sim_time = false;
    let given: Vec<(String, ParameterValue)> = ros.params.lock().map_or_else(
        |_| Vec::new(),
        |it| {
            it.iter()
                .map(|(key, it)| (key.clone(), it.value.clone()))
                .collect()
        },
    );
    for (key, value) in given {
        match (key.as_str(), value) {
            (USE_SIM_TIME, ParameterValue::Bool(it)) => use_sim_time = it,
            (USE_SIM_TIME, _) => {
                return Err(ParameterError::Type {
                    key,
                    expected: "a truth value",
                    given: "something else",
                });
            }
            // Every ROS 2 node may be given these; they mean nothing here.
            (it, _)
                if it.starts_with("qos_overrides.") || it == "start_type_description_service" => {}
            (_, value) => *parameters = parameters.with(&key, &value)?,
        }
    }
    Ok(use_sim_time)
}

fn logged(result: r2r::Result<()>) {
    if let Err(error) = result {
        tracing::warn!("a message was not sent: {error}");
    }
}
