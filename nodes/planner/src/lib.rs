//! Command to meaning to plan to skills with verdicts; dialogue.
//!
//! [`PlannerNode`] hears utterances, has an [`Interpret`] turn them into [`ast::Meaning`]s, and
//! carries those out with skills that ask the controller for motions and look at the world. A
//! verdict is `done` only if the robot's own sensors show it.

pub mod ast;
mod dialogue;
mod error;
mod executive;
mod interpret;
mod node;
mod replies;
mod skills;

pub use error::PlannerError;
pub use executive::{Config, plan_of};
pub use interpret::{Interpret, Misunderstanding};
pub use node::PlannerNode;
pub use replies::Replies;
