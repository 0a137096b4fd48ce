//! The process: what it is made of, and one turn of its ROS thread.

mod freeze;
mod intake;
mod missed;
mod states;

use self::freeze::Freeze;
use self::missed::Missed;
use super::core::{Core, Nodes, Stops};
use super::drivers::DriverParts;
use super::extras::Extras;
use super::frames::RobotFrames;
use super::health::Health;
use super::inlets::{Inlets, ready};
use super::lifecycle_server::LifecycleServer;
use super::memory::Memory;
use super::nav2::Nav2;
use super::outlets::Outlets;
use super::parameter_server::{ParameterServer, USE_SIM_TIME};
use super::sessions::Sessions;
use super::task_server::TaskServer;
use super::time::{Jump, TimeKeeper};
use super::trajectories::Trajectories;
use super::{HostError, Robot, Role, Spec};
use crate::config::{Localizer, Navigator};
use crate::convert::time as stamps;
use crate::join::join;
use crate::lifecycle::{State, Transition};
use crate::parameters::{ParameterError, Parameters};
use crate::qos;
use futures::Stream;
use hearth_types::{MotionRequest, Queries, Stamp};
use r2r::diagnostic_msgs::msg::DiagnosticArray;
use r2r::rcl_interfaces::msg::Log;
use r2r::std_srvs::srv::SetBool;
use r2r::{ParameterValue, Publisher, ServiceRequest};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a spin waits for ROS.
const SPIN: Duration = Duration::from_millis(4);
/// How often the process speaks of itself.
const DIAGNOSE: Duration = Duration::from_secs(1);
/// How often the system's clock is looked at.
const LOOK_AT_CLOCK: Duration = Duration::from_millis(100);

/// A process that hosts.
pub(super) struct Host {
    pub(super) spec: Spec,
    ros: r2r::Node,
    robot: Robot,
    time: TimeKeeper,
    pub(super) state: State,
    core: Option<Core>,
    /// Nodes that were made to check the parameters, with these: a model is not loaded twice.
    made: Option<(Parameters, Nodes)>,
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
    /// What is to be looked for, as a planner elsewhere said last.
    queries: Option<Arc<Queries>>,
    e_stop: Option<EStopService>,
    stops: Stops,
    health: Health,
    diagnostics: Publisher<DiagnosticArray>,
    rosout: Publisher<Log>,
    clock: Option<Box<dyn Stream<Item = r2r::rosgraph_msgs::msg::Clock> + Unpin>>,
    due: Due,
    freeze: Freeze,
    missed: Missed,
    /// The process is to start anew.
    pub(super) again: bool,
}

type EStopService = Box<dyn Stream<Item = ServiceRequest<SetBool::Service>> + Unpin>;

struct Due {
    diagnose: Instant,
    look: Instant,
}

impl Host {
    /// Creates everything that ROS needs, and checks the parameters by making the nodes once.
    pub(super) fn create(mut spec: Spec) -> Result<Self, HostError> {
        let mut ros = join(spec.name)?;
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
        let outlets = Outlets::create(
            &mut ros,
            &spec.roles,
            &nodes.all(),
            &sessions,
            own_map,
            extras,
        )?;
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
            made: Some((spec.parameters.clone(), nodes)),
            sessions,
            controller: 0,
            asked: None,
            queries: None,
            stops: Stops::default(),
            due: Due {
                diagnose: Instant::now(),
                look: Instant::now(),
            },
            freeze: Freeze::new(),
            missed: Missed::default(),
            again: false,
            inlets,
            health,
            time,
            robot,
            ros,
            spec,
        })
    }

    /// One turn of the ROS thread.
    pub(super) fn turn(&mut self) {
        self.ros.spin_once(SPIN);
        self.follow_clock();
        self.again = self.is_cut_off() || self.is_missed();
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
                self.freeze.heard = Instant::now();
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
    pub(super) fn end(mut self) {
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
