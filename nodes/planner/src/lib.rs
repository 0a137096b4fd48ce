//! Command to meaning to plan to skills with verdicts; dialogue.
//!
//! [`PlannerNode`] hears utterances, has [`language::Parser`] turn them into [`ast::Meaning`]s, and
//! carries those out with skills that ask the controller for motions and look at the world. A
//! verdict is `done` only if the robot's own sensors show it.

pub mod ast;

mod dialogue;
mod error;
mod executive;
pub mod language;
mod node;
pub mod phrases;
mod replies;
mod skills;

use ast::Meaning;
use hearth_types::{Language, PlanStep};

pub use error::PlannerError;
pub use executive::{Config, plan_of};
pub use node::PlannerNode;
pub use replies::Replies;

/// What a text means and the plan for it, without a world.
///
/// # Errors
/// What was not understood; [`language::Parser::explain`] words it.
pub fn plan_only(
    parser: &language::Parser,
    text: &str,
    hint: Option<Language>,
) -> Result<(Meaning, Vec<PlanStep>), language::NotUnderstood> {
    let meaning = parser.parse(text, hint)?;
    let steps = plan_of(&meaning, false);
    Ok((meaning, steps))
}
