//! What nodes run in: schedulers, the plant's boundary, health and configuration files.
//!
//! [`Lockstep`] drives nodes and plant on simulated time, the same way every time. [`Threaded`]
//! drives the same nodes in real time.

mod clock;
pub mod config;
mod deadman;
mod guard;
mod lockstep;
mod mailbox;
mod node;
mod real_time;
mod router;
mod threaded;
mod threads;
mod worker;

pub use clock::FollowedClock;
pub use lockstep::Lockstep;
pub use node::{Node, Outbox, Plant};
pub use threaded::{Threaded, ThreadedOptions};
