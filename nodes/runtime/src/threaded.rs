//! The threaded scheduler: the same nodes in real time.

use crate::clock::{Clock, FollowedClock, OwnClock};
use crate::guard::Guarded;
use crate::mailbox::Mailbox;
use crate::real_time::{favour_this_thread, lock_memory};
use crate::router::Router;
use crate::threads::{self, Reader, Shared};
use crate::{Node, Plant};
use crossbeam_channel::bounded;
use hearth_types::{EStop, Message, Stamp, Topic};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How to run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ThreadedOptions {
    /// \[s\] How often the plant is advanced.
    pub plant_step_secs: f64,
    /// Asks for SCHED_FIFO for the control thread. Without permission there is a warning.
    pub real_time_priority: bool,
    /// Asks to keep memory from being swapped out. Without permission there is a warning.
    pub lock_memory: bool,
    /// For simulated plants: when the plant falls behind by more than `max_lag_secs`, time slows down.
    pub let_time_slip: bool,
    /// \[s\] See `let_time_slip`.
    pub max_lag_secs: f64,
    /// \[s\] A thread that has been at one thing for longer is reported as a fault.
    pub stall_secs: f64,
}

impl Default for ThreadedOptions {
    fn default() -> Self {
        Self {
            plant_step_secs: 0.002,
            real_time_priority: true,
            lock_memory: false,
            let_time_slip: true,
            max_lag_secs: 0.03,
            stall_secs: 1.0,
        }
    }
}

/// A running robot.
///
/// Threads: one for the plant; one for the control nodes (the gate above all), which
/// never waits for another; one for each other node; and a watch that reports who stalls. A node
/// that dies or stalls falls silent, and the gate stops the base because its inputs go stale.
pub struct Threaded {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    warnings: Vec<String>,
}

/// The thread that advances the plant, in [`Shared::readers`].
const PLANT: usize = 0;
const CONTROL: usize = 1;
/// Whoever holds the [`Threaded`].
const OUTSIDE: usize = 2;
const WATCH: usize = 3;
const FIRST_OTHER: usize = 4;

impl Threaded {
    /// Starts. The plant is made on its own thread, because simulators and their renderers may be
    /// bound to one.
    ///
    /// Give the control nodes in the order in which they are to be ticked: whoever sends commands
    /// before the gate.
    ///
    /// # Errors
    /// If the system refuses a thread, or the plant cannot be made.
    pub fn start<P: Plant + 'static>(
        make_plant: impl FnOnce() -> P + Send + 'static,
        control: Vec<Box<dyn Node>>,
        others: Vec<Box<dyn Node>>,
        options: ThreadedOptions,
    ) -> std::io::Result<Self> {
        Self::start_with(make_plant, control, others, options, |start| {
            Clock::Own(OwnClock::starting(start))
        })
    }

    /// As [`Threaded::start`], on a clock that somebody else keeps.
    ///
    /// # Errors
    /// As for [`Threaded::start`].
    pub fn start_following<P: Plant + 'static>(
        clock: Arc<FollowedClock>,
        make_plant: impl FnOnce() -> P + Send + 'static,
        control: Vec<Box<dyn Node>>,
        others: Vec<Box<dyn Node>>,
        options: ThreadedOptions,
    ) -> std::io::Result<Self> {
        Self::start_with(make_plant, control, others, options, |_| {
            Clock::Followed(clock)
        })
    }

    fn start_with<P: Plant + 'static>(
        make_plant: impl FnOnce() -> P + Send + 'static,
        control: Vec<Box<dyn Node>>,
        others: Vec<Box<dyn Node>>,
        options: ThreadedOptions,
        clock: impl FnOnce(Stamp) -> Clock,
    ) -> std::io::Result<Self> {
        let control: Vec<_> = control.into_iter().map(Guarded::new).collect();
        let others: Vec<_> = others.into_iter().map(Guarded::new).collect();
        let readers = readers(&control, &others);
        let (plant_is_made, plant_made) = bounded(1);
        let (begin, begun) = bounded::<Arc<Shared>>(1);
        let mut threads = vec![spawn("hearth-plant", move || {
            let plant = make_plant();
            let _ = plant_is_made.send(plant.now());
            if let Ok(shared) = begun.recv() {
                let run = AssertUnwindSafe(|| threads::plant(&shared, PLANT, plant));
                if catch_unwind(run).is_err() {
                    tracing::error!("the plant's thread panicked: nothing is sensed any more");
                }
            }
        })?];
        let start = plant_made
            .recv()
            .map_err(|_| std::io::Error::other("the plant could not be made"))?;
        let shared = Arc::new(Shared {
            clock: clock(start),
            options,
            readers,
            ending: AtomicBool::new(false),
            standing: AtomicBool::new(true),
        });
        let _ = begin.send(Arc::clone(&shared));
        let (warn, warned) = bounded(4);
        let control_shared = Arc::clone(&shared);
        threads.push(spawn("hearth-control", move || {
            let wishes = [
                options.real_time_priority.then(favour_this_thread),
                options.lock_memory.then(lock_memory),
            ];
            for wish in wishes.into_iter().flatten() {
                let _ = wish.map_err(|it| warn.send(it));
            }
            drop(warn);
            threads::control(&control_shared, CONTROL, Router::new(control));
        })?);
        for (index, node) in others.into_iter().enumerate() {
            let shared = Arc::clone(&shared);
            let work = move || threads::slow_node(&shared, FIRST_OTHER + index, node);
            threads.push(spawn("hearth-node", work)?);
        }
        let watch_shared = Arc::clone(&shared);
        threads.push(spawn("hearth-watch", move || {
            threads::watch(&watch_shared, WATCH);
        })?);
        let warnings: Vec<String> = warned.iter().collect();
        for warning in &warnings {
            tracing::warn!("{warning}");
        }
        Ok(Self {
            shared,
            threads,
            warnings,
        })
    }

    /// The run's time.
    pub fn now(&self) -> Stamp {
        self.shared.clock.now()
    }

    /// \[s\] How far time was slowed down for a plant that cannot keep up.
    pub fn slipped_secs(&self) -> f64 {
        self.shared.clock.slipped_secs()
    }

    /// What the system did not allow, in words for the user.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Sends a message as if the outside world had.
    pub fn inject(&self, message: &Message) {
        self.shared.publish(OUTSIDE, message);
    }

    /// Takes what was sent since the last call, oldest first. Of topics that come fast, old messages
    /// are dropped if this is not called often.
    pub fn messages(&self) -> Vec<Message> {
        let mut messages = Vec::new();
        self.shared.readers[OUTSIDE].mailbox.take(&mut messages);
        messages
    }

    /// Waits for messages, at most this long.
    pub fn wait(&self, most: Duration) {
        let mailbox = &self.shared.readers[OUTSIDE].mailbox;
        mailbox.wait(Some(Instant::now() + most));
    }

    /// How many messages each thread did not take in time, so that newer ones pushed them out.
    pub fn dropped(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let readers = self.shared.readers.iter();
        readers.map(|it| (it.name, it.mailbox.dropped()))
    }

    /// Stops the robot, then the threads. First the gate ramps the base down, as by an emergency
    /// stop; then the plant gets a last frame that stands; then everything ends. Returns the names of
    /// threads that did not end and were left behind.
    pub fn stop(mut self) -> Vec<String> {
        self.end()
    }

    /// Brings the robot to a stand by the emergency stop, which stays latched, and waits for that. False if the
    /// base still moves after 0.8 s.
    pub fn halt(&self) -> bool {
        self.inject(&Message::EStop(EStop {
            stamp: self.now(),
            engaged: true,
        }));
        let standing = || self.shared.standing.load(Ordering::Acquire);
        wait_until(Duration::from_millis(800), standing)
    }

    fn end(&mut self) -> Vec<String> {
        self.halt();
        self.shared.ending.store(true, Ordering::Release);
        for reader in &self.shared.readers {
            reader.mailbox.nudge();
        }
        let mut left_behind = Vec::new();
        for thread in self.threads.drain(..) {
            // A stalled node cannot be ended from outside; the process's end will.
            if wait_until(Duration::from_millis(1500), || thread.is_finished()) {
                let _ = thread.join();
            } else {
                left_behind.push(thread.thread().name().unwrap_or("?").to_owned());
            }
        }
        left_behind
    }
}

impl Drop for Threaded {
    fn drop(&mut self) {
        if !self.threads.is_empty() {
            self.end();
        }
    }
}

fn readers(control: &[Guarded], others: &[Guarded]) -> Vec<Reader> {
    let order = Arc::default();
    let mailbox = |topics: &[Topic]| Mailbox::new(topics, Arc::clone(&order));
    let mut wanted: Vec<Topic> = control.iter().flat_map(|it| it.inputs()).copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut readers = vec![
        Reader::new("plant", mailbox(&[Topic::Actuators])),
        Reader::new("control", mailbox(&wanted)),
        Reader::new("outside", mailbox(Topic::ALL)),
        Reader::new("watch", mailbox(&[])),
    ];
    readers.extend(
        others
            .iter()
            .map(|it| Reader::new(it.name(), mailbox(it.inputs()))),
    );
    readers
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.into()).spawn(work)
}

fn wait_until(most: Duration, done: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + most;
    while !done() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}
