//! The `planner` section of the robot's configuration.

use hearth_types::check::within;
use hearth_types::{Checked, RangeError};
use serde::Deserialize;

/// How the planner works. Every key has a default.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// \[s\] How often the executive looks at its task.
    pub period_secs: f64,
    /// \[s\] How long a question waits for its answer.
    pub answer_patience_secs: f64,
    /// \[s\] How long the robot holds something out before it gives up.
    pub offer_patience_secs: f64,
    /// \[s\] Budget of one command; time spent waiting on purpose does not count.
    pub command_budget_secs: f64,
    /// \[s\] How long is searched where nobody said where to look; what was not reached is told.
    pub search_budget_secs: f64,
    /// \[s\] Budget of one motion; a controller that answers later is taken to be stuck.
    pub motion_budget_secs: f64,
    /// \[s\] How long to wait for fresh frames after a look.
    pub frame_patience_secs: f64,
    /// Fresh frames wanted after a look.
    pub frames_a_look: usize,
    /// From this probability on a name is taken as certain.
    pub sure_from: f64,
    /// From this probability on an uncertain name is worth a closer look.
    pub maybe_from: f64,
    /// The part of a surface that must have been seen before "there is none" may be said.
    pub coverage_wanted: f64,
    /// \[m\] The widest thing that the gripper takes.
    pub gripper_max_m: f64,
    /// \[m\] A gripper closed to less than this holds nothing.
    pub gripper_min_m: f64,
    /// How often a grasp is tried before giving up.
    pub grasp_attempts: usize,
    /// How many commands may wait in line.
    pub queue_length: usize,
    /// Whether to offer to look for words that the robot does not know, where a model may know them.
    pub offer_unknown_words: bool,
    /// Whether questions beyond the command language go to a vision-language server.
    pub vision_language_server: bool,
    /// \[s\] How long such a question waits for its answer.
    pub vision_patience_secs: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            period_secs: 0.04,
            answer_patience_secs: 10.0,
            offer_patience_secs: 12.0,
            command_budget_secs: 600.0,
            search_budget_secs: 280.0,
            motion_budget_secs: 150.0,
            frame_patience_secs: 3.0,
            frames_a_look: 3,
            sure_from: 0.5,
            maybe_from: 0.2,
            coverage_wanted: 0.6,
            gripper_max_m: 0.095,
            gripper_min_m: 0.003,
            grasp_attempts: 5,
            queue_length: 4,
            offer_unknown_words: true,
            vision_language_server: false,
            vision_patience_secs: 30.0,
        }
    }
}

impl Config {
    /// Names the first value that is out of range.
    ///
    /// # Errors
    /// With key, value and what would be right.
    pub fn validate(&self) -> Result<(), RangeError> {
        self.check()
    }
}

impl Checked for Config {
    fn check(&self) -> Result<(), RangeError> {
        within("period_secs", self.period_secs, 0.005, 0.5)?;
        within(
            "answer_patience_secs",
            self.answer_patience_secs,
            1.0,
            300.0,
        )?;
        within("offer_patience_secs", self.offer_patience_secs, 1.0, 300.0)?;
        within(
            "command_budget_secs",
            self.command_budget_secs,
            10.0,
            7200.0,
        )?;
        within("search_budget_secs", self.search_budget_secs, 5.0, 7200.0)?;
        within("motion_budget_secs", self.motion_budget_secs, 5.0, 3600.0)?;
        within("frame_patience_secs", self.frame_patience_secs, 0.2, 60.0)?;
        within("frames_a_look", self.frames_a_look as f64, 1.0, 20.0)?;
        within("sure_from", self.sure_from, 0.05, 1.0)?;
        within("maybe_from", self.maybe_from, 0.0, self.sure_from)?;
        within("coverage_wanted", self.coverage_wanted, 0.0, 1.0)?;
        within("gripper_max_m", self.gripper_max_m, 0.01, 1.0)?;
        within("gripper_min_m", self.gripper_min_m, 0.0, self.gripper_max_m)?;
        within("grasp_attempts", self.grasp_attempts as f64, 1.0, 20.0)?;
        within("queue_length", self.queue_length as f64, 0.0, 100.0)?;
        within(
            "vision_patience_secs",
            self.vision_patience_secs,
            1.0,
            300.0,
        )
    }
}
