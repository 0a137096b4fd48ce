//! Keeps a node's panic inside the node.

use crate::{Node, Outbox};
use hearth_types::{Fault, Message, Stamp, Topic};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A node that is out of service once it has panicked. Nodes promise not to panic; this is for when
/// one breaks its promise: the others go on, and what the dead node no longer sends goes stale.
pub(crate) struct Guarded {
    node: Box<dyn Node>,
    name: &'static str,
    dead: bool,
}

impl Guarded {
    pub fn new(node: Box<dyn Node>) -> Self {
        let name = node.name();
        Self {
            node,
            name,
            dead: false,
        }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn inputs(&self) -> &'static [Topic] {
        self.node.inputs()
    }

    pub fn period_nanos(&self) -> Option<u64> {
        let nanos = Stamp::from_secs_f64(self.node.period_secs()?).as_nanos();
        (nanos > 0).then_some(nanos)
    }

    pub fn latency_secs(&self) -> f64 {
        self.node.latency_secs().max(0.0)
    }

    pub fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        if self.dead {
            return;
        }
        // The node is never stepped again after a panic, so nobody sees its broken state.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.node.step(now, input, out)));
        if let Err(payload) = outcome {
            self.dead = true;
            // What it sent before the panic is half an answer.
            out.drain().for_each(drop);
            out.push(fault(
                now,
                self.name,
                format!(
                    "panicked on {} and is out of service: {}",
                    input.topic().name(),
                    panic_text(payload.as_ref())
                ),
            ));
        }
    }
}

pub(crate) fn fault(stamp: Stamp, node: &'static str, text: String) -> Message {
    tracing::error!(node, "{text}");
    Message::Fault(Arc::new(Fault { stamp, node, text }))
}

fn panic_text(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
