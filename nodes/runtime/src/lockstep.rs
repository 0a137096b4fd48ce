//! The lockstep scheduler: nodes and plant on one simulated timeline, the same way every time.

use crate::deadman::Deadman;
use crate::guard::Guarded;
use crate::router::{Origin, Router};
use crate::worker::Worker;
use crate::{Node, Outbox, Plant};
use hearth_types::{Message, Stamp};

/// \[ns\] One step of the timeline where no node asks for a shorter one: the gate's tick.
const STEP_NANOS: u64 = 4_000_000;

/// Runs nodes against a plant on simulated time.
///
/// Time goes in steps of the shortest period that a node has. Each step: the plant advances; then
/// arrive, in this order, late answers of slow nodes, injected messages and the plant's sensor
/// messages; then the nodes that are due are ticked, in the order in which they were given. Every
/// message is delivered at the instant at which it is sent, except a slow node's (see
/// [`Node::latency_secs`]), whose answers arrive exactly that much after the input. Such nodes work on
/// threads, but how fast these are changes no result.
pub struct Lockstep<P: Plant> {
    plant: P,
    router: Router,
    workers: Vec<Worker>,
    step_nanos: u64,
    now: Stamp,
    injected: Vec<Message>,
    sensed: Outbox,
    deadman: Deadman,
}

impl<P: Plant> Lockstep<P> {
    /// Starts at the plant's time. Give the nodes in the order in which they are to be ticked:
    /// whoever sends commands before the gate, so that a command passes it at the same instant.
    ///
    /// # Errors
    /// If the system refuses a thread for a slow node.
    pub fn new(plant: P, nodes: Vec<Box<dyn Node>>) -> std::io::Result<Self> {
        let (slow, fast): (Vec<_>, Vec<_>) = nodes
            .into_iter()
            .map(Guarded::new)
            .partition(|it| it.latency_secs() > 0.0);
        let router = Router::new(fast);
        Ok(Self {
            step_nanos: router
                .shortest_period_nanos()
                .unwrap_or(STEP_NANOS)
                .min(STEP_NANOS),
            now: plant.now(),
            plant,
            router,
            workers: slow
                .into_iter()
                .map(Worker::start)
                .collect::<Result<_, _>>()?,
            injected: Vec::new(),
            sensed: Outbox::new(),
            deadman: Deadman::default(),
        })
    }

    /// The simulated time.
    pub fn now(&self) -> Stamp {
        self.now
    }

    /// The plant.
    pub fn plant(&self) -> &P {
        &self.plant
    }

    /// The plant, to set a scene. What is changed in the midst of a run is part of the experiment.
    pub fn plant_mut(&mut self) -> &mut P {
        &mut self.plant
    }

    /// Delivers a message at the next step, as if the outside world had sent it.
    pub fn inject(&mut self, message: Message) {
        self.injected.push(message);
    }

    /// Runs whole steps until `until` is reached. The observer sees every message, in order, at the
    /// time at which it is delivered.
    pub fn run_until(&mut self, until: Stamp, observer: &mut dyn FnMut(Stamp, &Message)) {
        while self.now < until {
            self.step(observer);
        }
    }

    /// Runs one step.
    pub fn step(&mut self, observer: &mut dyn FnMut(Stamp, &Message)) {
        let now = Stamp::from_nanos(self.now.as_nanos().saturating_add(self.step_nanos));
        self.now = now;
        if let Some(stop) = self.deadman.check(now) {
            self.plant.actuate(&stop);
        }
        self.plant.advance(now, &mut self.sensed);
        let Self {
            plant,
            router,
            workers,
            injected,
            sensed,
            deadman,
            ..
        } = self;
        for worker in workers.iter_mut() {
            worker.collect(now, |message| router.post(message));
            worker.advance(now);
        }
        injected.drain(..).for_each(|it| router.post(it));
        sensed.drain().for_each(|it| router.post(it));
        let mut deliver = |_: Origin, message: &Message| {
            observer(now, message);
            if let Message::Actuators(frame) = message {
                deadman.saw(frame);
                plant.actuate(frame);
            }
            for worker in workers.iter_mut() {
                worker.offer(now, message);
            }
        };
        router.settle(now, &mut deliver);
        router.tick(now, &mut deliver);
    }
}
