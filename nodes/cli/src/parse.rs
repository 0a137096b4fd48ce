//! `hearth parse`: what a text means, and the plan for it, without a world.

use crate::account::{print_line, step_text};
use crate::robot::Robot;
use std::process::ExitCode;

/// Arguments of `hearth parse`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
    /// What is said. Several arguments are joined by spaces.
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
}

/// Parses.
///
/// # Errors
/// Configuration that does not load.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let robot = Robot::load()?;
    let text = arguments.text.join(" ");
    let outcome = robot.plan_only(&text)?;
    if arguments.json {
        print_line(&serde_json::to_string_pretty(&outcome.to_json(&text))?);
    } else {
        match &outcome {
            Planned::Understood { meaning, steps, .. } => {
                print_line(&format!("means  {meaning}"));
                for (i, step) in steps.iter().enumerate() {
                    print_line(&format!("{:>5}. {}", i + 1, step_text(step)));
                }
            }
            Planned::NotUnderstood { reason } => {
                print_line(&format!("not understood: {reason}"));
            }
        }
    }
    Ok(ExitCode::from(
        if matches!(outcome, Planned::Understood { .. }) {
            0
        } else {
            2
        },
    ))
}

/// What a text came to.
pub enum Planned {
    /// It has a meaning.
    Understood {
        /// In the compact notation.
        meaning: String,
        /// As data.
        tree: serde_json::Value,
        /// The plan.
        steps: Vec<hearth_types::PlanStep>,
    },
    /// It has none.
    NotUnderstood {
        /// Why, in the text's language.
        reason: String,
    },
}

impl Planned {
    fn to_json(&self, text: &str) -> serde_json::Value {
        match self {
            Self::Understood {
                meaning,
                tree,
                steps,
            } => serde_json::json!({
                "text": text, "understood": true, "notation": meaning, "meaning": tree, "plan": steps,
            }),
            Self::NotUnderstood { reason } => serde_json::json!({
                "text": text, "understood": false, "reason": reason,
            }),
        }
    }
}
