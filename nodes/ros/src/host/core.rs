//! The nodes of a process, from configure to cleanup.

use super::devices::{Attached, Devices, Line};
use super::drivers::{DriverParts, NoBody, Shared};
use super::outlets::Outlets;
use crossbeam_channel::{Receiver, Sender, unbounded};
use hearth_runtime::{FollowedClock, Threaded, ThreadedOptions};
use hearth_types::{EStop, Message, Node};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// \[s\] How often the plant's thread looks after itself; frames wake it in between.
const PLANT_STEP_SECS: f64 = 0.02;

/// The nodes that a process hosts, by where they run.
pub struct Nodes {
    /// On the control thread, which waits for nobody: the safety gate.
    pub control: Vec<Box<dyn Node>>,
    /// On a thread each.
    pub others: Vec<Box<dyn Node>>,
}

impl Nodes {
    /// All of them.
    pub fn all(&self) -> Vec<&dyn Node> {
        self.control
            .iter()
            .chain(&self.others)
            .map(AsRef::as_ref)
            .collect()
    }
}

/// Configured nodes.
pub struct Core {
    threaded: Arc<Threaded>,
    shared: Arc<Shared>,
    ending: Arc<AtomicBool>,
    publisher: Option<JoinHandle<()>>,
    news: Receiver<Message>,
    devices: Attached,
    outlets: Arc<Mutex<Outlets>>,
    /// The emergency stop that a deactivation engages, not a person.
    held: bool,
}

/// Whether a process is in its active state.
#[derive(Clone)]
pub struct Active(Arc<Shared>);

impl Active {
    pub(super) fn get(&self) -> bool {
        self.0.active.load(Ordering::Acquire)
    }
}

/// Stops that people gave, and that outlast a restart of the nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stops {
    /// The emergency stop.
    pub button: bool,
    /// A spoken one.
    pub spoken: bool,
}

impl Core {
    /// Starts the nodes, inactive.
    ///
    /// # Errors
    /// If the system refuses a thread.
    pub fn start(
        nodes: Nodes,
        clock: &Arc<FollowedClock>,
        drivers: Option<DriverParts>,
        outlets: &Arc<Mutex<Outlets>>,
        stops: Stops,
    ) -> std::io::Result<Self> {
        let options = ThreadedOptions {
            plant_step_secs: PLANT_STEP_SECS,
            let_time_slip: false,
            ..ThreadedOptions::default()
        };
        let shared = Arc::new(Shared::default());
        let follow = || Arc::clone(clock);
        let threaded = match drivers {
            Some(parts) => {
                let (clock, shared) = (follow(), Arc::clone(&shared));
                let make = move || parts.into_plant(clock, shared);
                Threaded::start_following(follow(), make, nodes.control, nodes.others, options)?
            }
            None => {
                let clock = follow();
                let make = move || NoBody(clock);
                Threaded::start_following(follow(), make, nodes.control, nodes.others, options)?
            }
        };
        let threaded = Arc::new(threaded);
        let ending = Arc::new(AtomicBool::new(false));
        let (news, receiver) = unbounded();
        let devices = Attached::default();
        let publisher = Publishing {
            devices: devices.clone(),
            threaded: Arc::clone(&threaded),
            shared: Arc::clone(&shared),
            ending: Arc::clone(&ending),
            outlets: Arc::clone(outlets),
            news,
        };
        let publisher = std::thread::Builder::new()
            .name("hearth-publish".into())
            .spawn(move || publisher.run())?;
        let core = Self {
            threaded,
            shared,
            ending,
            publisher: Some(publisher),
            news: receiver,
            devices,
            outlets: Arc::clone(outlets),
            held: false,
        };
        if stops.button {
            core.tell(&core.e_stop(true));
        }
        if stops.spoken {
            core.tell(&Message::SpokenStop(EStop {
                stamp: core.threaded.now(),
                engaged: true,
            }));
        }
        Ok(core)
    }

    /// For devices that are to be opened.
    pub fn line(&self) -> Line {
        Line {
            threaded: Arc::downgrade(&self.threaded),
            active: Active(Arc::clone(&self.shared)),
            outlets: Arc::clone(&self.outlets),
        }
    }

    /// Devices that are open from now on.
    pub fn attach(&self, devices: Box<dyn Devices>) {
        self.devices.set(Some(devices));
    }

    /// Gives the nodes a message.
    pub fn tell(&self, message: &Message) {
        self.threaded.inject(message);
    }

    /// What the nodes sent that is of interest to the ROS thread.
    pub fn news(&self) -> impl Iterator<Item = Message> + '_ {
        self.news.try_iter()
    }

    /// What the ROS thread shares with the drivers.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    fn e_stop(&self, engaged: bool) -> Message {
        Message::EStop(EStop {
            stamp: self.threaded.now(),
            engaged,
        })
    }

    /// Begins to take and to give. `e_stopped` is a person's stop, which stays.
    pub fn activate(&mut self, e_stopped: bool) {
        self.shared.active.store(true, Ordering::Release);
        if std::mem::take(&mut self.held) && !e_stopped {
            self.tell(&self.e_stop(false));
        }
    }

    /// Brings the robot to a stand, then neither takes nor gives. False if the base still moved when patience
    /// ended.
    pub fn deactivate(&mut self) -> bool {
        let stands = self.threaded.halt();
        self.held = true;
        self.shared.active.store(false, Ordering::Release);
        self.devices.hush();
        stands
    }

    /// Ends the nodes. The robot stands before that.
    pub fn stop(mut self) {
        self.threaded.halt();
        self.ending.store(true, Ordering::Release);
        if let Some(publisher) = self.publisher.take() {
            let _ = publisher.join();
        }
        self.devices.set(None);
        match Arc::try_unwrap(self.threaded) {
            Ok(threaded) => {
                for name in threaded.stop() {
                    tracing::warn!("the thread {name} did not end");
                }
            }
            // Dropped by whoever holds it last.
            Err(_) => tracing::warn!("the nodes' threads end later"),
        }
    }
}

/// Waits for the nodes' messages and publishes them.
struct Publishing {
    devices: Attached,
    threaded: Arc<Threaded>,
    shared: Arc<Shared>,
    ending: Arc<AtomicBool>,
    outlets: Arc<Mutex<Outlets>>,
    news: Sender<Message>,
}

impl Publishing {
    fn run(self) {
        let mut failing = false;
        while !self.ending.load(Ordering::Acquire) {
            self.threaded.wait(Duration::from_millis(50));
            for message in self.threaded.messages() {
                self.devices.take(&message);
                let result = self.publish(&message);
                if let (Err(error), false) = (&result, failing) {
                    tracing::error!("publishing failed: {error}");
                }
                failing = result.is_err();
                if is_news(&message) {
                    let _ = self.news.send(message);
                }
            }
        }
    }

    fn publish(&self, message: &Message) -> r2r::Result<()> {
        let active = self.shared.active.load(Ordering::Acquire);
        // What the gate decides is of interest whenever there is a gate; what to look for is said once.
        if !active && !matches!(message, Message::Gate(_) | Message::Queries(_)) {
            return Ok(());
        }
        let mut outlets = self.outlets.lock().unwrap_or_else(PoisonError::into_inner);
        outlets.publish(message)
    }
}

fn is_news(message: &Message) -> bool {
    matches!(
        message,
        Message::Task(_)
            | Message::Say(_)
            | Message::Gate(_)
            | Message::Fault(_)
            | Message::Localization(_)
            | Message::NavGoal(_)
            | Message::MotionRequest(_)
    )
}
