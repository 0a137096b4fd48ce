//! The simulated robot under either scheduler, with a line to the oracle.

use crate::robot::{Nodes, Robot};
use anyhow::Context;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use hearth_runtime::{Lockstep, Node, Plant, Threaded, ThreadedOptions};
use hearth_sim::Simulation;
use hearth_sim::oracle::{Judgement, Oracle, Predicate};
use hearth_types::{ActuatorFrame, Home, Message, Outbox, Stamp};
use std::sync::Arc;
use std::time::Duration;

/// Contacts of the robot that should not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// With people.
    pub persons: usize,
    /// With furniture or walls, at more than 0.1 m/s.
    pub hard: usize,
    /// All meetings: what was met, when, how fast.
    pub meetings: Vec<String>,
}

/// Someone who follows the messages of a run.
pub type Follower<'a> = dyn FnMut(Stamp, &Message) + 'a;

/// A robot at work.
pub enum Body {
    /// Simulated time, one result for one seed.
    Lockstep(Box<Lockstep<Simulation>>),
    /// The wall clock's time, with threads.
    RealTime(Live),
    /// The wall clock's time, with processes that talk over ROS 2.
    #[cfg(feature = "ros")]
    Ros(Box<crate::ros::Stack>),
}

/// A robot on threads.
pub struct Live {
    threaded: Threaded,
    oracle: Sender<Question>,
}

enum Question {
    Judge(Predicate, Sender<Judgement>),
    Contacts(Sender<Contacts>),
    Summary(Sender<String>),
}

impl Body {
    /// Opens the flat in lockstep.
    ///
    /// # Errors
    /// A setup that cannot be, a simulator that does not start.
    pub fn lockstep(robot: &Robot, seed: u64, setup: &str) -> anyhow::Result<Self> {
        let simulation = robot.scene(seed, setup)?.open(true)?;
        let nodes = robot.nodes()?;
        let all = nodes.others.into_iter().chain([nodes.gate]).collect();
        Ok(Self::Lockstep(Box::new(Lockstep::new(simulation, all)?)))
    }

    /// Opens the flat in real time.
    ///
    /// # Errors
    /// As for [`Body::lockstep`].
    pub fn real_time(robot: &Robot, seed: u64, setup: &str) -> anyhow::Result<Self> {
        let nodes = robot.nodes()?;
        Self::real_time_with(robot, seed, setup, nodes)
    }

    /// Opens the flat in real time with these nodes.
    ///
    /// # Errors
    /// As for [`Body::lockstep`].
    pub fn real_time_with(
        robot: &Robot,
        seed: u64,
        setup: &str,
        nodes: Nodes,
    ) -> anyhow::Result<Self> {
        let live = Live::open(robot, seed, setup, vec![nodes.gate], nodes.others)?;
        Ok(Self::RealTime(live))
    }

    /// The run's time.
    pub fn now(&self) -> Stamp {
        match self {
            Self::Lockstep(it) => it.now(),
            Self::RealTime(it) => it.threaded.now(),
            #[cfg(feature = "ros")]
            Self::Ros(it) => it.now(),
        }
    }

    /// Sends a message as if the outside world had.
    pub fn inject(&mut self, message: Message) {
        match self {
            Self::Lockstep(it) => it.inject(message),
            Self::RealTime(it) => it.threaded.inject(&message),
            #[cfg(feature = "ros")]
            Self::Ros(it) => it.inject(&message),
        }
    }

    /// Runs until `until`.
    pub fn run_until(&mut self, until: Stamp, follower: &mut Follower) {
        match self {
            Self::Lockstep(it) => it.run_until(until, follower),
            Self::RealTime(it) => {
                while it.threaded.now() < until {
                    it.threaded.wait(Duration::from_millis(20));
                    let now = it.threaded.now();
                    it.threaded
                        .messages()
                        .iter()
                        .for_each(|message| follower(now, message));
                }
            }
            #[cfg(feature = "ros")]
            Self::Ros(it) => {
                while it.now() < until {
                    let now = it.now();
                    it.spin(&mut |message| follower(now, message));
                }
            }
        }
    }

    /// What is in the flat, in a line.
    ///
    /// # Errors
    /// If the plant's thread has died.
    pub fn summary(&self) -> anyhow::Result<String> {
        match self {
            Self::Lockstep(it) => Ok(summary(it.plant())),
            Self::RealTime(it) => it.ask(Question::Summary),
            #[cfg(feature = "ros")]
            Self::Ros(it) => it.sim().live().ask(Question::Summary),
        }
    }

    /// Contacts up to now.
    ///
    /// # Errors
    /// If the plant's thread has died.
    pub fn contacts(&self, home: &Home) -> anyhow::Result<Contacts> {
        match self {
            Self::Lockstep(it) => Ok(contacts(it.plant(), home)),
            Self::RealTime(it) => it.contacts(),
            #[cfg(feature = "ros")]
            Self::Ros(it) => it.sim().live().contacts(),
        }
    }

    /// The oracle's look at a predicate.
    ///
    /// # Errors
    /// If the plant's thread has died.
    pub fn judge(&self, predicate: &Predicate, home: &Home) -> anyhow::Result<Judgement> {
        match self {
            Self::Lockstep(it) => Ok(Oracle::new(it.plant(), home).judge(predicate)),
            Self::RealTime(it) => it.judge(predicate),
            #[cfg(feature = "ros")]
            Self::Ros(it) => it.sim().live().judge(predicate),
        }
    }

    /// Stops the robot and whatever threads it has.
    pub fn close(self) {
        match self {
            Self::Lockstep(_) => {}
            Self::RealTime(it) => it.close(),
            #[cfg(feature = "ros")]
            Self::Ros(it) => it.close(),
        }
    }
}

impl Live {
    /// Opens the flat in real time with these nodes, or with none: then whoever has the robot feeds it.
    ///
    /// # Errors
    /// As for [`Body::lockstep`].
    pub fn open(
        robot: &Robot,
        seed: u64,
        setup: &str,
        control: Vec<Box<dyn Node>>,
        others: Vec<Box<dyn Node>>,
    ) -> anyhow::Result<Self> {
        let opening = robot.scene(seed, setup)?;
        let home = Arc::clone(&robot.home);
        let (oracle, questions) = unbounded();
        let (failed, failure) = bounded(1);
        let make = move || {
            let simulation = opening.open(false).map_err(|error| failed.send(error)).ok();
            LivePlant {
                simulation,
                home,
                questions,
            }
        };
        let threaded = Threaded::start(make, control, others, ThreadedOptions::default())?;
        if let Ok(error) = failure.recv_timeout(Duration::ZERO) {
            return Err(error);
        }
        Ok(Self { threaded, oracle })
    }

    /// The threads.
    pub fn threaded(&self) -> &Threaded {
        &self.threaded
    }

    /// The oracle's look at a predicate.
    ///
    /// # Errors
    /// If the plant's thread has died.
    pub fn judge(&self, predicate: &Predicate) -> anyhow::Result<Judgement> {
        self.ask(|answer| Question::Judge(predicate.clone(), answer))
    }

    /// Contacts up to now.
    ///
    /// # Errors
    /// If the plant's thread has died.
    pub fn contacts(&self) -> anyhow::Result<Contacts> {
        self.ask(Question::Contacts)
    }

    /// Stops the robot and the threads.
    pub fn close(self) {
        for name in self.threaded.stop() {
            tracing::warn!("the thread {name} did not end");
        }
    }

    fn ask<T>(&self, question: impl FnOnce(Sender<T>) -> Question) -> anyhow::Result<T> {
        let (answer, answered) = bounded(1);
        self.oracle
            .send(question(answer))
            .ok()
            .context("the plant's thread has ended")?;
        answered
            .recv_timeout(Duration::from_secs(5))
            .context("the plant's thread does not answer")
    }
}

/// The simulation on its thread; answers the oracle's questions between steps.
struct LivePlant {
    simulation: Option<Simulation>,
    home: Arc<Home>,
    questions: Receiver<Question>,
}

impl Plant for LivePlant {
    fn now(&self) -> Stamp {
        self.simulation.as_ref().map_or(Stamp::ZERO, Plant::now)
    }

    fn advance(&mut self, until: Stamp, out: &mut Outbox) {
        let Some(simulation) = &mut self.simulation else {
            return;
        };
        simulation.advance(until, out);
        while let Ok(question) = self.questions.try_recv() {
            // Whoever asked may have given up; then nobody misses the answer.
            match question {
                Question::Judge(predicate, answer) => {
                    let _ = answer.send(Oracle::new(simulation, &self.home).judge(&predicate));
                }
                Question::Contacts(answer) => {
                    let _ = answer.send(contacts(simulation, &self.home));
                }
                Question::Summary(answer) => {
                    let _ = answer.send(summary(simulation));
                }
            }
        }
    }

    fn actuate(&mut self, frame: &ActuatorFrame) {
        if let Some(simulation) = &mut self.simulation {
            simulation.actuate(frame);
        }
    }
}

fn summary(simulation: &Simulation) -> String {
    let scene = simulation.scene();
    format!(
        "{} things, {} people",
        scene.objects.len(),
        scene.people.len()
    )
}

fn contacts(simulation: &Simulation, home: &Home) -> Contacts {
    let oracle = Oracle::new(simulation, home);
    Contacts {
        persons: oracle.person_contacts(),
        hard: oracle.hard_contacts(),
        meetings: oracle
            .contacts()
            .iter()
            .map(|it| {
                format!(
                    "{} at {:.1} s, {:.3} m/s",
                    it.with, it.first_secs, it.speed_m_s
                )
            })
            .collect(),
    }
}
