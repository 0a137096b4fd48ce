//! The shape that every node has.

use crate::{Message, Stamp, Topic};

/// Where a node puts its outputs.
#[derive(Debug, Default)]
pub struct Outbox {
    messages: Vec<Message>,
}

impl Outbox {
    /// An empty outbox.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends a message.
    pub fn push(&mut self, message: Message) {
        self.messages.push(message);
    }

    /// Takes out what was pushed, in order.
    pub fn drain(&mut self) -> impl Iterator<Item = Message> + '_ {
        self.messages.drain(..)
    }

    /// What was pushed and not yet taken.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }
}

/// A node: a state machine that the scheduler feeds.
///
/// `step` never sleeps, never reads a clock, never does IO and never panics, whatever the input; a
/// fault is an output ([`Message::Fault`]). The same node runs under the lockstep and the threaded
/// scheduler, and later under ROS.
pub trait Node: Send {
    /// Its name, `snake_case`.
    fn name(&self) -> &'static str;

    /// What it wants to be fed with (besides ticks).
    fn inputs(&self) -> &'static [Topic];

    /// \[s\] How often it wants a [`Message::Tick`]; `None` for never.
    fn period_secs(&self) -> Option<f64> {
        None
    }

    /// \[s\] For nodes that work long on an input: how late, in simulated time, their outputs
    /// arrive under the lockstep scheduler. Such a node runs on a worker thread, so nothing waits for
    /// it; zero for all that must answer at once.
    fn latency_secs(&self) -> f64 {
        0.0
    }

    /// Takes one input at time `now` and pushes what follows from it.
    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox);
}
