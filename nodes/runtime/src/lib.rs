//! What nodes run in: schedulers, the plant's boundary, health and configuration files.
//!
//! [`Lockstep`] drives nodes and plant on simulated time, the same way every time. The threaded
//! scheduler drives the same nodes in real time.

pub mod config;
mod deadman;
mod guard;
mod lockstep;
mod node;
mod router;
mod worker;

pub use lockstep::Lockstep;
pub use node::{Node, Outbox, Plant};
