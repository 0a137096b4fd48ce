//! What each thread of the threaded scheduler does.

use crate::clock::Clock;
use crate::deadman::{Deadman, stopped};
use crate::guard::{Guarded, fault};
use crate::mailbox::Mailbox;
use crate::router::{Origin, Router};
use crate::threaded::ThreadedOptions;
use crate::{Outbox, Plant};
use hearth_types::{Message, Stamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What all threads share.
pub(crate) struct Shared {
    pub clock: Clock,
    pub options: ThreadedOptions,
    pub readers: Vec<Reader>,
    /// All threads end.
    pub ending: AtomicBool,
    /// The last frame that the plant was given had the base standing.
    pub standing: AtomicBool,
}

/// A thread that takes messages.
pub(crate) struct Reader {
    pub name: &'static str,
    pub mailbox: Arc<Mailbox>,
    /// When it began what it is working on, in nanoseconds of the run's clock; zero between.
    busy_since: AtomicU64,
}

impl Reader {
    pub fn new(name: &'static str, mailbox: Mailbox) -> Self {
        Self {
            name,
            mailbox: Arc::new(mailbox),
            busy_since: AtomicU64::new(0),
        }
    }

    fn begins(&self, now: Stamp) {
        self.busy_since
            .store(now.as_nanos().max(1), Ordering::Release);
    }

    fn rests(&self) {
        self.busy_since.store(0, Ordering::Release);
    }
}

impl Shared {
    /// Gives the message to everyone who wants it but its sender. Never blocks.
    pub fn publish(&self, from: usize, message: &Message) {
        for (index, reader) in self.readers.iter().enumerate() {
            if index != from {
                reader.mailbox.put(message);
            }
        }
    }

    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }
}

/// Nodes that must never wait: the gate, and who commands it.
pub(crate) fn control(shared: &Shared, me: usize, mut router: Router) {
    let mailbox = &shared.readers[me].mailbox;
    let mut messages = Vec::with_capacity(256);
    let mut now = shared.clock.now();
    let mut publish = |origin: Origin, message: &Message| {
        // What came from outside has reached the others already.
        if origin == Origin::Member {
            shared.publish(me, message);
        }
    };
    while !shared.is_ending() {
        shared.readers[me].rests();
        mailbox.wait(router.next_tick().map(|it| shared.clock.instant(it)));
        // The clock may slip; for nodes it only ever goes on.
        now = now.max(shared.clock.now());
        shared.readers[me].begins(now);
        mailbox.take(&mut messages);
        messages.drain(..).for_each(|it| router.post(it));
        router.settle(now, &mut publish);
        router.tick(now, &mut publish);
    }
}

/// A node that may take its time.
pub(crate) fn slow_node(shared: &Shared, me: usize, mut node: Guarded) {
    let reader = &shared.readers[me];
    let period_nanos = node.period_nanos();
    let mut next_tick = period_nanos.map(|it| shared.clock.now().plus_secs(it as f64 * 1e-9));
    let mut messages = Vec::new();
    let mut outbox = Outbox::new();
    let mut now = shared.clock.now();
    while !shared.is_ending() {
        reader.rests();
        reader
            .mailbox
            .wait(next_tick.map(|it| shared.clock.instant(it)));
        reader.mailbox.take(&mut messages);
        now = now.max(shared.clock.now());
        if let (Some(due), Some(period)) = (next_tick, period_nanos)
            && due <= now
        {
            messages.push(Message::Tick(()));
            next_tick = Some(now.plus_secs(period as f64 * 1e-9));
        }
        for message in messages.drain(..) {
            now = now.max(shared.clock.now());
            reader.begins(now);
            node.step(now, &message, &mut outbox);
            outbox.drain().for_each(|it| shared.publish(me, &it));
        }
    }
}

/// Advances the plant with the clock and hands it what the gate lets through.
pub(crate) fn plant<P: Plant>(shared: &Shared, me: usize, mut plant: P) {
    let reader = &shared.readers[me];
    let options = &shared.options;
    let mut deadman = Deadman::default();
    let mut frames = Vec::new();
    let mut sensed = Outbox::new();
    let mut last_frame = None;
    while !shared.is_ending() {
        reader.rests();
        let next = plant.now().plus_secs(options.plant_step_secs);
        reader.mailbox.wait(Some(shared.clock.instant(next)));
        let now = shared.clock.now();
        reader.begins(now);
        reader.mailbox.take(&mut frames);
        for message in frames.drain(..) {
            if let Message::Actuators(frame) = message {
                deadman.saw(&frame);
                plant.actuate(&frame);
                let stands = frame.forward_m_s == 0.0 && frame.yaw_rate_rad_s == 0.0;
                shared.standing.store(stands, Ordering::Release);
                last_frame = Some(frame);
            }
        }
        if let Some(stop) = deadman.check(now) {
            plant.actuate(&stop);
            let text = "the gate is silent: the motors were stopped".to_owned();
            shared.publish(me, &fault(now, "runtime", text));
        }
        plant.advance(now, &mut sensed);
        sensed.drain().for_each(|it| shared.publish(me, &it));
        let behind_secs = shared.clock.now().secs_since(plant.now());
        if options.let_time_slip && behind_secs > options.max_lag_secs {
            shared.clock.slip_secs(behind_secs);
        }
    }
    if let Some(frame) = last_frame {
        plant.actuate(&stopped(&frame, shared.clock.now()));
    }
}

/// Reports threads that have been at one thing for too long.
pub(crate) fn watch(shared: &Shared, me: usize) {
    let mut reported = vec![false; shared.readers.len()];
    while !shared.is_ending() {
        shared.readers[me]
            .mailbox
            .wait(Some(Instant::now() + Duration::from_millis(50)));
        let now = shared.clock.now();
        for (reader, reported) in shared.readers.iter().zip(&mut reported) {
            let since = Stamp::from_nanos(reader.busy_since.load(Ordering::Acquire));
            let stalled = since != Stamp::ZERO && now.secs_since(since) > shared.options.stall_secs;
            if stalled && !*reported {
                let text = format!("has not answered for {} s", shared.options.stall_secs);
                shared.publish(me, &fault(now, reader.name, text));
            }
            *reported = stalled;
        }
    }
}
