//! What the executive knows at a moment, and what it has to send.

use crate::dialogue::memory::Memory;
use crate::dialogue::question::Question;
use hearth_types::{
    Language, Localization, Message, MotionEvidence, MotionFailure, MotionGoal, MotionId,
    MotionRequest, Odometry, PlanStep, Pose2, Queries, Stamp, TaskEvent, TaskId, VisualAnswer,
    VisualQuestion, World,
};
use std::collections::VecDeque;
use std::sync::Arc;

/// How a motion ended.
pub(crate) type MotionEnd = Result<MotionEvidence, (MotionFailure, MotionEvidence)>;

/// The motion that was asked for last.
#[derive(Debug)]
pub(crate) struct Motion {
    pub(crate) id: MotionId,
    pub(crate) goal: MotionGoal,
    pub(crate) end: Option<MotionEnd>,
}

/// The plan of the running command, as people see it.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) task: Option<TaskId>,
    pub(crate) language: Option<Language>,
    pub(crate) steps: Vec<PlanStep>,
    /// The steps before this index were begun.
    pub(crate) next: usize,
    /// One past the last step of the command (of several) that is being carried out.
    pub(crate) command_end: usize,
    /// What the running command has said so far.
    pub(crate) begun: bool,
    /// On the task clock.
    pub(crate) deadline_secs: f64,
}

/// \[s\] A model has told of what it sees by so long after it was asked.
pub(crate) const BLIND_SECS: f64 = 4.0;

/// State that skills share with the node. One lock, never held across an `await`.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pub(crate) now: Stamp,
    /// \[s\] Runs with `now`, but stands still while the person has the robot wait.
    pub(crate) task_clock_secs: f64,
    pub(crate) world: Arc<World>,
    pub(crate) odometry: Option<Odometry>,
    pub(crate) localization: Option<Localization>,
    pub(crate) motion: Option<Motion>,
    pub(crate) last_motion: u64,
    pub(crate) outbox: Vec<Message>,
    pub(crate) memory: Memory,
    pub(crate) progress: Progress,
    /// The question that waits for an answer.
    pub(crate) question: Option<Question>,
    /// What people said in answer.
    pub(crate) answers: VecDeque<String>,
    /// What perception is asked to look for, and since when.
    pub(crate) phrases: Vec<String>,
    pub(crate) phrases_since: Stamp,
    /// Whether perception can tell how well a phrase matches; none before anything showed it.
    pub(crate) has_model: Option<bool>,
    pub(crate) last_visual_question: u64,
    pub(crate) visual_answer: Option<Arc<VisualAnswer>>,
}

impl Board {
    /// The base in `map`, as well as it is known.
    pub(crate) fn base_in_map(&self) -> Pose2 {
        let map_from_odom = self
            .localization
            .map_or(Pose2::default(), |it| it.map_from_odom);
        let pose = self.odometry.map_or(map_from_odom, |it| {
            map_from_odom.compose(&it.odom_from_base)
        });
        if pose.is_finite() {
            pose
        } else {
            Pose2::default()
        }
    }

    /// Sends a motion; it supersedes the one before.
    pub(crate) fn request(&mut self, goal: MotionGoal) -> MotionId {
        self.last_motion += 1;
        let id = MotionId(self.last_motion);
        self.outbox
            .push(Message::MotionRequest(Arc::new(MotionRequest {
                stamp: self.now,
                id,
                goal: goal.clone(),
            })));
        self.motion = Some(Motion {
            id,
            goal,
            end: None,
        });
        id
    }

    /// What the newest motion ended with; none while it goes on.
    pub(crate) fn newest_evidence(&self) -> Option<&MotionEvidence> {
        match self.motion.as_ref()?.end.as_ref()? {
            Ok(evidence) | Err((_, evidence)) => Some(evidence),
        }
    }

    /// Brakes; whatever ran before is forgotten.
    pub(crate) fn brake(&mut self) {
        self.request(MotionGoal::Stop);
    }

    /// Has perception look for these phrases, instead of those before.
    pub(crate) fn look_for(&mut self, phrases: Vec<String>) {
        let phrases = crate::phrases::limited(phrases);
        self.phrases.clone_from(&phrases);
        self.phrases_since = self.now;
        let queries = Queries { phrases };
        self.outbox.push(Message::Queries(Arc::new(queries)));
    }

    /// Takes in what is seen.
    pub(crate) fn see(&mut self, world: &Arc<World>) {
        self.world = Arc::clone(world);
        let mut objects = self.world.objects.iter();
        if objects.clone().any(|it| !it.matches.is_empty()) {
            self.has_model = Some(true);
        } else if !self.phrases.is_empty()
            && objects.any(|it| it.last_seen.secs_since(self.phrases_since) > BLIND_SECS)
        {
            self.has_model.get_or_insert(false);
        }
    }

    /// Asks whoever answers from pictures; returns which question it is.
    pub(crate) fn ask_visually(&mut self, text: String, language: Language) -> u64 {
        self.last_visual_question += 1;
        self.visual_answer = None;
        let question = VisualQuestion {
            id: self.last_visual_question,
            stamp: self.now,
            text,
            language,
        };
        self.outbox
            .push(Message::VisualQuestion(Arc::new(question)));
        self.last_visual_question
    }

    pub(crate) fn emit(&mut self, event: TaskEvent) {
        self.outbox.push(Message::Task(Arc::new(event)));
    }

    /// Whether the wheels stand, as odometry shows; `None` without odometry.
    pub(crate) fn stands_still(&self) -> Option<bool> {
        self.odometry
            .map(|it| it.forward_m_s.abs() < 0.02 && it.yaw_rate_rad_s.abs() < 0.05)
    }
}
