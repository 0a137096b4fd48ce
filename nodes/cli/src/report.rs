//! `report.json`: what was asked, understood, planned, done, said, and what the oracle saw.
//!
//! Nothing in it depends on the wall clock: one seed gives one report, byte for byte.

use hearth_types::{Language, PlanStep};
use serde::Serialize;

/// A run.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// The scene's seed.
    pub seed: u64,
    /// One entry a command, in order.
    pub commands: Vec<CommandReport>,
}

impl RunReport {
    /// As it is written to `report.json`.
    ///
    /// # Errors
    /// If a value cannot be written as JSON.
    pub fn to_text(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// One command.
#[derive(Clone, Debug, Serialize)]
pub struct CommandReport {
    /// As it was said.
    pub text: String,
    /// Its language, if it was understood.
    pub language: Option<Language>,
    /// Whether the words had a meaning.
    pub understood: bool,
    /// That meaning, in the compact notation.
    pub meaning: Option<String>,
    /// The plan as it was in the end.
    pub plan: Vec<PlanStep>,
    /// How each step went.
    pub steps: Vec<StepReport>,
    /// The robot's own verdict.
    pub robot_verdict: RobotVerdict,
    /// Why, where it failed or was refused, in the language of the command.
    pub reason: Option<String>,
    /// What it asked, where it asked.
    pub question: Option<String>,
    /// All that it said, in order.
    pub spoken: Vec<String>,
    /// \[s\] Simulated time from the command to the verdict.
    pub simulated_secs: f64,
    /// \[s\] Simulated time from the command to the first actuator motion.
    pub first_motion_secs: Option<f64>,
    /// What the simulator's truth says.
    pub oracle_verdict: OracleVerdict,
    /// What the oracle checked.
    pub oracle_checked: Vec<OracleCheck>,
    /// Files beside the report: the camera frames that decided.
    pub frames: Vec<String>,
}

/// How a step went.
#[derive(Clone, Debug, Serialize)]
pub struct StepReport {
    /// Its index in the plan.
    pub index: usize,
    /// The skill's name.
    pub skill: String,
    /// `succeeded` or `failed`.
    pub state: &'static str,
    /// Why, where it failed.
    pub reason: Option<String>,
    /// What shows it.
    pub evidence: String,
    /// \[s\] Simulated time that it took.
    pub simulated_secs: f64,
}

/// The robot's verdict on a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RobotVerdict {
    /// Done, as its sensors show.
    Done,
    /// Tried, not achieved; also when it was still at it when the time was up.
    Failed,
    /// It asked and nobody answered.
    Asked,
    /// Not tried.
    Refused,
}

/// The oracle's verdict on a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OracleVerdict {
    /// All that was checked holds.
    Done,
    /// Something does not hold.
    NotDone,
    /// There was nothing that the oracle could check.
    NotJudged,
}

/// One thing that the oracle checked.
#[derive(Clone, Debug, Serialize)]
pub struct OracleCheck {
    /// The predicate.
    pub predicate: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was found.
    pub found: String,
}
