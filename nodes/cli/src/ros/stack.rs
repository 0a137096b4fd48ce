//! A whole robot on ROS 2 for measurements: the flat in this process, its nodes in processes of their own, and
//! somebody who listens.

use super::sim::RosSim;
use crate::robot::Robot;
use anyhow::Context;
use futures::Stream;
use hearth_ros::convert::{task, text, transforms::header};
use hearth_ros::host::inlets::ready;
use hearth_ros::qos;
use hearth_types::{GateVerdict, Message, Stamp, Utterance};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use r2r::Publisher;
use r2r::hearth_interfaces::msg;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the processes may take until they work together.
const START: Duration = Duration::from_secs(40);
/// How long a process may take to end when it is told to.
const END: Duration = Duration::from_secs(6);
/// Processes of a robot in several.
pub(super) const SEPARATE: [&str; 3] = ["controller", "planner", "perception"];
/// The process of a robot in one.
pub(super) const COMPOSED: [&str; 1] = ["composed"];

/// The robot.
pub struct Stack {
    sim: RosSim,
    listener: Listener,
    children: Vec<(&'static str, Child)>,
}

struct Listener {
    ros: r2r::Node,
    utterances: Publisher<msg::Utterance>,
    events: Box<dyn Stream<Item = msg::TaskEvent> + Unpin>,
    speech: Box<dyn Stream<Item = msg::Say> + Unpin>,
    worlds: Box<dyn Stream<Item = msg::World> + Unpin>,
    gate: Box<dyn Stream<Item = msg::SafetyStatus> + Unpin>,
    /// When these were heard last.
    world_heard: Option<Instant>,
    verdict: Option<GateVerdict>,
}

impl Listener {
    fn create() -> r2r::Result<Self> {
        let mut ros = r2r::Node::create(r2r::Context::create()?, "bench", "")?;
        Ok(Self {
            utterances: ros.create_publisher("utterance", qos::reliable())?,
            events: Box::new(ros.subscribe("task_events", qos::reliable())?),
            speech: Box::new(ros.subscribe("say", qos::reliable())?),
            worlds: Box::new(ros.subscribe("world", qos::latched())?),
            gate: Box::new(ros.subscribe("safety_status", qos::latched())?),
            world_heard: None,
            verdict: None,
            ros,
        })
    }

    fn spin(&mut self, follower: &mut dyn FnMut(&Message)) {
        self.ros.spin_once(Duration::from_millis(1));
        while let Some(event) = ready(&mut self.events) {
            match task::event(&event) {
                Ok(event) => follower(&Message::Task(Arc::new(event))),
                Err(why) => tracing::warn!("task_events: {why}"),
            }
        }
        while let Some(said) = ready(&mut self.speech) {
            match task::say(&said) {
                Ok(said) => follower(&Message::Say(Arc::new(said))),
                Err(why) => tracing::warn!("say: {why}"),
            }
        }
        while ready(&mut self.worlds).is_some() {
            self.world_heard = Some(Instant::now());
        }
        while let Some(status) = ready(&mut self.gate) {
            self.verdict = Some(hearth_ros::convert::safety::report(&status).verdict);
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // Whatever went wrong, no process is left behind.
        for (_, child) in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Stack {
    /// Opens the flat of `seed` and starts these processes; waits until they work together.
    ///
    /// # Errors
    /// A setup that cannot be, a process that does not start or does not join the others.
    pub fn open(
        robot: &Robot,
        seed: u64,
        setup: &str,
        processes: &[&'static str],
    ) -> anyhow::Result<Self> {
        let mut stack = Self {
            sim: RosSim::open(robot, seed, setup)?,
            listener: Listener::create()?,
            children: Vec::new(),
        };
        for name in processes {
            stack.start(name)?;
        }
        stack.wait_until_ready()?;
        Ok(stack)
    }

    /// Starts a process.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(&mut self, name: &'static str) -> anyhow::Result<()> {
        let child = Command::new(program()?)
            .args(["node", name, "--ros-args", "-p", "use_sim_time:=true"])
            .env("HEARTH_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("starting the {name}"))?;
        self.children.push((name, child));
        Ok(())
    }

    /// Sends a process a signal; after SIGKILL it is gone.
    ///
    /// # Errors
    /// No such process.
    pub fn signal(&mut self, name: &str, signal: Signal) -> anyhow::Result<()> {
        let at = self
            .children
            .iter()
            .position(|it| it.0 == name)
            .with_context(|| format!("{name} does not run"))?;
        kill(pid(&self.children[at].1), signal)?;
        if signal == Signal::SIGKILL {
            let (_, mut child) = self.children.remove(at);
            child.wait()?;
        }
        Ok(())
    }

    /// Waits until the world is seen and the gate lets the robot move.
    ///
    /// # Errors
    /// A process that ended, or too long.
    pub fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            self.spin(&mut |_| {});
            let sees = self.listener.world_heard.is_some_and(|it| it > began);
            let may_move = self
                .listener
                .verdict
                .is_some_and(|it| it < GateVerdict::CommandStale);
            if sees && may_move {
                return Ok(());
            }
            for (name, child) in &mut self.children {
                if let Some(status) = child.try_wait()? {
                    anyhow::bail!("the {name} ended at its start: {status}");
                }
            }
            anyhow::ensure!(
                began.elapsed() < START,
                "after {START:?} the processes do not work together: a world {}, the gate says {:?}",
                if sees { "was seen" } else { "was not seen" },
                self.listener.verdict
            );
        }
    }

    /// The flat.
    pub fn sim(&self) -> &RosSim {
        &self.sim
    }

    /// The simulated time.
    pub fn now(&self) -> Stamp {
        self.sim.live().threaded().now()
    }

    /// Listens for a moment to everybody.
    pub fn spin(&mut self, follower: &mut dyn FnMut(&Message)) {
        self.sim.spin();
        self.listener.spin(follower);
    }

    /// Says something to the robot.
    ///
    /// # Errors
    /// What ROS says.
    pub fn say(&self, utterance: &Utterance) -> anyhow::Result<()> {
        self.listener.utterances.publish(&msg::Utterance {
            header: header(Stamp::ZERO, ""),
            text: text::to_ros(&utterance.text),
            language: String::new(),
            confidence: utterance.confidence as f32,
            speaker: utterance.speaker.clone().unwrap_or_default(),
        })?;
        Ok(())
    }

    /// As [`Stack::say`], for what a session sends; nobody else speaks to a robot on ROS.
    pub fn inject(&self, message: &Message) {
        if let Message::Utterance(utterance) = message
            && let Err(error) = self.say(utterance)
        {
            tracing::error!("the words were not sent: {error:#}");
        }
    }

    /// Ends all processes, then the flat.
    pub fn close(mut self) {
        self.end_children();
        self.sim.end();
    }

    fn end_children(&mut self) {
        for (_, child) in &self.children {
            // A stopped process hears nothing else.
            let _ = kill(pid(child), Signal::SIGCONT);
            let _ = kill(pid(child), Signal::SIGINT);
        }
        let deadline = Instant::now() + END;
        for (name, child) in &mut self.children {
            while Instant::now() < deadline && matches!(child.try_wait(), Ok(None)) {
                self.sim.spin();
            }
            if matches!(child.try_wait(), Ok(None)) {
                tracing::warn!("the {name} did not end by itself");
                let _ = child.kill();
                let _ = child.wait();
            }
        }
        self.children.clear();
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX))
}

fn program() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?)
}
