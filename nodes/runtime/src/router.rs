//! Delivers messages among nodes on one thread, in one order.

use crate::Outbox;
use crate::guard::{Guarded, fault};
use hearth_types::{Message, Stamp, Topic};
use std::collections::VecDeque;

/// More messages than this at one instant mean that nodes answer each other without end.
const MAX_PER_SETTLE: usize = 10_000;

/// Nodes on one thread. Both schedulers use it, so that a node meets the same order of events in
/// simulation and on the robot.
pub(crate) struct Router {
    members: Vec<Member>,
    queue: VecDeque<(Option<usize>, Message)>,
    outbox: Outbox,
}

/// Who sent a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// One of the router's nodes.
    Member,
    /// Someone else.
    Outside,
}

struct Member {
    node: Guarded,
    inputs: &'static [Topic],
    period_nanos: Option<u64>,
    next_tick: Stamp,
}

impl Router {
    pub fn new(nodes: impl IntoIterator<Item = Guarded>) -> Self {
        let members = nodes
            .into_iter()
            .map(|node| {
                let period_nanos = node.period_nanos();
                Member {
                    inputs: node.inputs(),
                    period_nanos,
                    next_tick: Stamp::from_nanos(period_nanos.unwrap_or(u64::MAX)),
                    node,
                }
            })
            .collect();
        Self {
            members,
            queue: VecDeque::new(),
            outbox: Outbox::new(),
        }
    }

    /// The shortest period among the nodes.
    pub fn shortest_period_nanos(&self) -> Option<u64> {
        self.members.iter().filter_map(|it| it.period_nanos).min()
    }

    /// When the next node wants its tick.
    pub fn next_tick(&self) -> Option<Stamp> {
        self.members
            .iter()
            .filter(|it| it.period_nanos.is_some())
            .map(|it| it.next_tick)
            .min()
    }

    /// Queues a message from outside for [`Router::settle`].
    pub fn post(&mut self, message: Message) {
        self.queue.push_back((None, message));
    }

    /// Delivers all that is queued and all that follows from it, first come, first served. `on` sees
    /// each message before the nodes do.
    pub fn settle(&mut self, now: Stamp, on: &mut dyn FnMut(Origin, &Message)) {
        for _ in 0..MAX_PER_SETTLE {
            let Some((from, message)) = self.queue.pop_front() else {
                return;
            };
            let origin = if from.is_some() {
                Origin::Member
            } else {
                Origin::Outside
            };
            on(origin, &message);
            let topic = message.topic();
            for index in 0..self.members.len() {
                if from != Some(index) && self.members[index].inputs.contains(&topic) {
                    self.feed(index, now, &message);
                }
            }
        }
        self.queue.clear();
        let text = format!("dropped messages: more than {MAX_PER_SETTLE} at one instant");
        on(Origin::Member, &fault(now, "runtime", text));
    }

    /// Ticks the nodes that are due, in the order in which they were given, and delivers what they
    /// send before the next one is ticked.
    pub fn tick(&mut self, now: Stamp, on: &mut dyn FnMut(Origin, &Message)) {
        for index in 0..self.members.len() {
            let member = &mut self.members[index];
            let Some(period) = member.period_nanos else {
                continue;
            };
            if member.next_tick > now {
                continue;
            }
            // Ticks that were missed are not made up for.
            let late = (now.as_nanos() - member.next_tick.as_nanos()) / period;
            let next = member
                .next_tick
                .as_nanos()
                .saturating_add((late + 1).saturating_mul(period));
            member.next_tick = Stamp::from_nanos(next);
            self.feed(index, now, &Message::Tick(()));
            self.settle(now, on);
        }
    }

    fn feed(&mut self, index: usize, now: Stamp, message: &Message) {
        self.members[index]
            .node
            .step(now, message, &mut self.outbox);
        self.queue
            .extend(self.outbox.drain().map(|it| (Some(index), it)));
    }
}
