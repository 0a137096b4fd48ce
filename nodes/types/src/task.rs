//! How a command goes, for whoever wants to follow it: the terminal, the report, an action client.

use crate::{Language, Stamp};
use serde::{Deserialize, Serialize};

/// Identity of a command, increasing in the order in which commands were heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskId(pub u64);

/// One step of a plan. Written as data, its arguments are a mapping in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanStep {
    /// The skill's name, `snake_case` (`go_to`, `search`, `pick`, `place`, `hand_over`, `say`, …).
    pub skill: String,
    /// Its arguments, in order: name and value (ids of the home, or words).
    #[serde(serialize_with = "as_mapping")]
    pub arguments: Vec<(String, String)>,
}

fn as_mapping<S: serde::Serializer>(
    arguments: &[(String, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(arguments.iter().map(|(name, value)| (name, value)))
}

/// What a conclusion rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// In words, for a log: "gripper 0.071 m at 9 N; kitchen_table seen without it".
    pub text: String,
    /// The camera frame that decided, if one did.
    pub frame: Option<Stamp>,
}

/// How a step goes.
#[derive(Clone, Debug, PartialEq)]
pub enum StepState {
    /// Begun.
    Started,
    /// Something worth telling happened on the way ("it is not here, looking on").
    Note(String),
    /// Ended well, as the evidence shows.
    Succeeded(Evidence),
    /// Ended badly.
    Failed {
        /// Why, in words.
        reason: String,
        /// What shows it.
        evidence: Evidence,
    },
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum TaskVerdict {
    /// As the robot's own sensors show.
    Done,
    /// Tried, not achieved.
    Failed {
        /// Why, in the language of the command.
        reason: String,
    },
    /// A question was asked and nobody answered.
    Asked {
        /// The question.
        question: String,
    },
    /// Not tried.
    Refused {
        /// Why, in the language of the command.
        reason: String,
    },
}

/// What happens with a command.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskEvent {
    /// Heard.
    Heard {
        /// When.
        stamp: Stamp,
        /// The command.
        task: TaskId,
        /// Its words.
        text: String,
    },
    /// Parsed into a meaning.
    Understood {
        /// When.
        stamp: Stamp,
        /// The command.
        task: TaskId,
        /// Its language.
        language: Language,
        /// The meaning, in the notation of the command language.
        meaning: String,
    },
    /// A plan, or a changed plan, was made.
    Planned {
        /// When.
        stamp: Stamp,
        /// The command.
        task: TaskId,
        /// All steps, done ones included.
        steps: Vec<PlanStep>,
    },
    /// A step goes on.
    Step {
        /// When.
        stamp: Stamp,
        /// The command.
        task: TaskId,
        /// Index into the latest plan.
        index: usize,
        /// How.
        state: StepState,
    },
    /// The robot asked and waits for the answer.
    Asked {
        /// When.
        stamp: Stamp,
        /// The command.
        task: TaskId,
        /// The question.
        question: String,
    },
    /// Over.
    Finished {
        /// When.
        stamp: Stamp,
        /// The command.
        task: TaskId,
        /// Whether the words had a meaning at all.
        understood: bool,
        /// How it ended.
        verdict: TaskVerdict,
    },
}
