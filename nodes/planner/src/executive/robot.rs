//! What skills can do: move, look, wait for frames, speak, ask, and tell how it goes.
//!
//! Skills are `async` functions, so that they read from top to bottom. Nothing asynchronous is
//! behind them: the node polls the one running future at every input, and a future only ever
//! waits for the board to change. Dropping it abandons the skill at once.

use super::board::{Board, MotionEnd};
use super::config::Config;
use super::trouble::{Outcome, Trouble};
use super::usual::UsualPlaces;
use crate::dialogue::question::Question;
use crate::language::Parser;
use crate::replies::Replies;
use hearth_types::{
    Evidence, Home, Language, Message, MotionEvidence, MotionFailure, MotionGoal, PlanStep, Point3,
    Pose2, Say, Stamp, StepState, TaskEvent, World,
};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

mod wanted;

/// A handle for skills; clones share one board.
#[derive(Clone, Debug)]
pub(crate) struct Robot {
    pub(crate) board: Arc<Mutex<Board>>,
    pub(crate) home: Arc<Home>,
    pub(crate) replies: Arc<Replies>,
    pub(crate) parser: Arc<Parser>,
    pub(crate) config: Arc<Config>,
    pub(crate) usual: Arc<UsualPlaces>,
}

impl Robot {
    /// Looks at or changes the board.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut Board) -> T) -> T {
        f(&mut self.board.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until `f` has an answer.
    pub(crate) async fn until<T>(&self, mut f: impl FnMut(&mut Board) -> Option<T> + Send) -> T {
        poll_fn(|_| match self.with(|board| f(board)) {
            Some(value) => Poll::Ready(value),
            None => Poll::Pending,
        })
        .await
    }

    pub(crate) fn world(&self) -> Arc<World> {
        self.with(|board| board.world.clone())
    }

    pub(crate) fn base_in_map(&self) -> Pose2 {
        self.with(|board| board.base_in_map())
    }

    pub(crate) fn now(&self) -> Stamp {
        self.with(|board| board.now)
    }

    pub(crate) fn language(&self) -> Language {
        self.with(|board| board.progress.language)
            .unwrap_or(Language::En)
    }

    /// The reply `key` in the command's language.
    pub(crate) fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.replies.text(self.language(), key, values)
    }

    pub(crate) fn failed(&self, key: &str, values: &[(&str, &str)]) -> Trouble {
        Trouble::failed(self.text(key, values), self.evidence(self.observed()))
    }

    pub(crate) fn refused(&self, key: &str, values: &[(&str, &str)]) -> Trouble {
        Trouble::refused(self.text(key, values))
    }

    /// What a conclusion rests on, with the newest frame.
    pub(crate) fn evidence(&self, text: impl Into<String>) -> Evidence {
        let stamp = self.with(|board| board.world.stamp);
        Evidence {
            text: text.into(),
            frame: (stamp > Stamp::ZERO).then_some(stamp),
        }
    }

    /// What the sensors show at this moment, for a step that ends badly.
    fn observed(&self) -> String {
        self.with(|board| {
            let base = board.base_in_map();
            let fresh = |stamp: Stamp| board.now.secs_since(stamp) < 2.0;
            let things = board.world.objects.iter();
            let in_view = things
                .filter(|it| it.existence >= 0.5 && fresh(it.last_seen))
                .count();
            let mut text = format!(
                "at ({:.2}, {:.2}), {in_view} things in view",
                base.x_m, base.y_m
            );
            if let Some(it) = board.newest_evidence() {
                let (width_m, effort_n) = (it.gripper_width_m, it.gripper_effort_n);
                text += &format!(", gripper {width_m:.3} m, {effort_n:.1} N");
            }
            text
        })
    }

    /// Carries out a motion to its end. A controller that does not answer within the budget is
    /// told to stop.
    pub(crate) async fn motion(&self, goal: MotionGoal) -> MotionEnd {
        let deadline_secs = self.with(|board| {
            board.request(goal);
            board.progress.begun = true;
            board.task_clock_secs + self.config.motion_budget_secs
        });
        self.until(|board| {
            let motion = board.motion.as_ref()?;
            if let Some(end) = motion.end.clone() {
                if matches!(&end, Err((MotionFailure::Dropped, it)) if !it.holding) {
                    board.memory.dropped |= board.memory.held.take().is_some();
                }
                return Some(end);
            }
            (board.task_clock_secs > deadline_secs).then(|| {
                board.brake();
                let base_in_map = board.base_in_map();
                Err((MotionFailure::TimedOut, blind_evidence(base_in_map)))
            })
        })
        .await
    }

    /// Waits, on the task clock.
    pub(crate) async fn pause(&self, secs: f64) {
        let until_secs = self.with(|board| board.task_clock_secs) + secs;
        self.until(|board| (board.task_clock_secs >= until_secs).then_some(()))
            .await;
    }

    /// Points the camera at the target and lets fresh frames come in. Returns how many came.
    pub(crate) async fn look(&self, target_in_map: Point3) -> Result<usize, MotionFailure> {
        match self.motion(MotionGoal::LookAt { target_in_map }).await {
            Ok(_) => Ok(self.frames(self.config.frames_a_look).await),
            Err((failure, _)) => Err(failure),
        }
    }

    /// Waits for `wanted` frames that were taken from now on; returns how many came in time.
    pub(crate) async fn frames(&self, wanted: usize) -> usize {
        let (mut newest, until_secs) = self.with(|board| {
            let secs = board.task_clock_secs + self.config.frame_patience_secs;
            (board.now, secs)
        });
        let mut seen = 0;
        self.until(move |board| {
            if board.world.stamp > newest {
                newest = board.world.stamp;
                seen += 1;
            }
            (seen >= wanted || board.task_clock_secs >= until_secs).then_some(seen)
        })
        .await
    }

    /// Speaks.
    pub(crate) fn say(&self, text: &str) {
        let language = self.language();
        self.with(|board| {
            let stamp = board.now;
            board.outbox.push(Message::Say(Arc::new(Say {
                stamp,
                text: text.into(),
                language,
            })));
        });
    }

    /// Asks, and waits for the answer's words.
    pub(crate) async fn ask(&self, question: &str, kind: Question) -> Outcome<String> {
        self.say(question);
        let until_secs = self.with(|board| {
            if let Some(task) = board.progress.task {
                let (stamp, question) = (board.now, question.to_owned());
                board.emit(TaskEvent::Asked {
                    stamp,
                    task,
                    question,
                });
            }
            board.answers.clear();
            board.question = Some(kind);
            board.task_clock_secs + self.config.answer_patience_secs
        });
        let answer = self
            .until(|board| match board.answers.pop_front() {
                Some(answer) => Some(Some(answer)),
                None => (board.question.is_none() || board.task_clock_secs >= until_secs)
                    .then_some(None),
            })
            .await;
        self.with(|board| board.question = None);
        answer.ok_or_else(|| Trouble::Asked {
            question: question.to_owned(),
        })
    }

    /// Ends a command that takes too long.
    pub(crate) fn check_budget(&self) -> Outcome<()> {
        let late = self.with(|it| it.task_clock_secs > it.progress.deadline_secs);
        if late {
            return Err(self.failed("out_of_time", &[]));
        }
        Ok(())
    }

    /// Begins a step: the next planned one of that name, or a new one if recovery needs it.
    pub(crate) fn begin(&self, skill: &str, arguments: &[(&str, &str)]) -> Step<'_> {
        let index = self.with(|board| {
            let stamp = board.now;
            let progress = &mut board.progress;
            let planned = (progress.next..progress.command_end.min(progress.steps.len()))
                .find(|&i| progress.steps[i].skill == skill);
            let index = planned.unwrap_or_else(|| {
                let index = progress.next.min(progress.steps.len());
                progress.steps.insert(index, step(skill, arguments));
                progress.command_end += 1;
                index
            });
            progress.next = index + 1;
            if let Some(task) = progress.task {
                let steps = progress.steps.clone();
                if planned.is_none() {
                    board.emit(TaskEvent::Planned { stamp, task, steps });
                }
                board.emit(TaskEvent::Step {
                    stamp,
                    task,
                    index,
                    state: StepState::Started,
                });
            }
            index
        });
        Step { robot: self, index }
    }
}

/// A step of the plan that is under way.
#[must_use]
pub(crate) struct Step<'a> {
    robot: &'a Robot,
    index: usize,
}

impl Step<'_> {
    fn tell(&self, state: StepState) {
        self.robot.with(|board| {
            let (stamp, index) = (board.now, self.index);
            if let Some(task) = board.progress.task {
                board.emit(TaskEvent::Step {
                    stamp,
                    task,
                    index,
                    state,
                });
            }
        });
    }

    /// Something worth telling happened on the way.
    pub(crate) fn note(&self, text: impl Into<String>) {
        self.tell(StepState::Note(text.into()));
    }

    /// Ends the step well.
    pub(crate) fn succeed(self, evidence: Evidence) {
        self.tell(StepState::Succeeded(evidence));
    }

    /// Ends the step badly and hands the trouble on.
    pub(crate) fn fail(self, trouble: Trouble) -> Trouble {
        self.tell(StepState::Failed {
            reason: trouble.reason().to_owned(),
            evidence: trouble.evidence(),
        });
        trouble
    }
}

/// A plan's step.
pub(crate) fn step(skill: &str, arguments: &[(&str, &str)]) -> PlanStep {
    PlanStep {
        skill: skill.into(),
        arguments: arguments
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

/// For a controller that says nothing: nothing is claimed to be held.
fn blind_evidence(base_in_map: Pose2) -> MotionEvidence {
    MotionEvidence {
        base_in_map,
        gripper_width_m: 0.0,
        gripper_effort_n: 0.0,
        holding: false,
        held_below_m: None,
        pull_felt: false,
    }
}
