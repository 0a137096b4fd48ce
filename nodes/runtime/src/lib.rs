//! The Node trait, clocks, crossbeam wiring, lockstep and threaded schedulers, configuration.

mod node;

pub use node::{Node, Outbox, Plant};
