//! A run: a robot at work, commands one after another, each with a report.

use crate::body::{Body, Contacts, Follower};
use crate::oracle;
use crate::recorder::{Observed, Recorder};
use crate::report::{CommandReport, OracleCheck, OracleVerdict, RobotVerdict};
use crate::robot::Robot;
use hearth_sim::oracle::Predicate;
use hearth_types::{Message, Stamp, TaskVerdict, Utterance, World};
use std::sync::Arc;

/// \[s\] From the start to the first command: sensors come up, the robot sees who is there.
const WARM_UP_SECS: f64 = 1.5;
/// \[s\] From the verdict to the oracle's look: things come to rest.
const SETTLE_SECS: f64 = 1.0;
/// \[s\] At most so much is run between two looks at whether the command has ended.
const SLICE_SECS: f64 = 0.1;

/// What one command came to.
pub struct Outcome {
    /// For the report.
    pub report: CommandReport,
    /// Path and frames.
    pub observed: Observed,
}

/// A run.
pub struct Session<'r> {
    robot: &'r Robot,
    body: Body,
    recorder: Recorder,
    answer: Option<String>,
}

impl<'r> Session<'r> {
    /// Begins a run; sensors come up, the robot sees who is there.
    pub fn begin(robot: &'r Robot, body: Body) -> Self {
        let mut session = Self {
            robot,
            body,
            recorder: Recorder::default(),
            answer: None,
        };
        session.run_for(WARM_UP_SECS, &mut |_, _| {});
        session
    }

    /// The simulated time.
    pub fn now(&self) -> Stamp {
        self.body.now()
    }

    /// The robot's newest world.
    pub fn world(&self) -> Option<&World> {
        self.recorder.world()
    }

    /// The robot at work.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Contacts up to now.
    ///
    /// # Errors
    /// If the plant's thread has died.
    pub fn contacts(&self) -> anyhow::Result<Contacts> {
        self.body.contacts(&self.robot.home)
    }

    /// Stops the robot.
    pub fn close(self) {
        self.body.close();
    }

    fn run_for(&mut self, secs: f64, follower: &mut Follower) {
        let Self { body, recorder, .. } = self;
        let until = body.now().plus_secs(secs);
        body.run_until(until, &mut |now, message| {
            recorder.observe(now, message);
            log(now, message);
            follower(now, message);
        });
    }

    /// What to answer if the robot asks something about the next command.
    pub fn prepare_answer(&mut self, answer: Option<&str>) {
        self.answer = answer.map(str::to_owned);
    }

    /// Takes back the prepared answer; `None` if it was used, or there was none.
    pub fn take_answer(&mut self) -> Option<String> {
        self.answer.take()
    }

    fn say(&mut self, text: &str) {
        let stamp = self.now();
        self.body.inject(Message::Utterance(Arc::new(Utterance {
            stamp,
            text: text.to_owned(),
            language: None,
            confidence: 1.0,
            speaker: None,
        })));
    }

    /// Gives the robot a command and runs until its verdict, or until the budget is used up.
    ///
    /// # Errors
    /// An expectation that does not parse or names what is not in the flat.
    pub fn command(
        &mut self,
        text: &str,
        expected: Option<&str>,
        budget_secs: f64,
        follower: &mut Follower,
    ) -> anyhow::Result<Outcome> {
        let predicates = match expected {
            Some(expected) => self.robot.predicates(expected)?,
            None => self
                .robot
                .meaning(text)
                .map_or_else(Vec::new, |it| oracle::derived(&it, &self.robot.home)),
        };
        let began = self.now();
        self.recorder.begin(began);
        self.say(text);
        while !self.recorder.is_finished() && self.now().secs_since(began) < budget_secs {
            self.run_for(SLICE_SECS, follower);
            if self.recorder.has_asked()
                && let Some(answer) = self.answer.take()
            {
                self.say(&answer);
            }
        }
        self.run_for(SETTLE_SECS, follower);
        let observed = self.recorder.take();
        let report = self.report(text, &predicates, &observed)?;
        Ok(Outcome { report, observed })
    }

    fn report(
        &self,
        text: &str,
        predicates: &[Predicate],
        observed: &Observed,
    ) -> anyhow::Result<CommandReport> {
        let (robot_verdict, reason, question) = verdict(observed);
        let checks = predicates
            .iter()
            .map(|it| self.check(it, robot_verdict, observed))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let ended = observed.finished.as_ref().map_or(self.now(), |it| it.0);
        Ok(CommandReport {
            text: text.to_owned(),
            language: observed.language,
            understood: observed
                .finished
                .as_ref()
                .map_or(observed.meaning.is_some(), |it| it.1),
            meaning: observed.meaning.clone(),
            plan: observed.plan.clone(),
            steps: observed.steps.clone(),
            robot_verdict,
            reason,
            question,
            spoken: observed.spoken.clone(),
            simulated_secs: ended.secs_since(observed.began),
            first_motion_secs: observed
                .first_motion
                .map(|it| it.secs_since(observed.began)),
            oracle_verdict: match checks.iter().all(|it| it.holds) {
                _ if checks.is_empty() => OracleVerdict::NotJudged,
                true => OracleVerdict::Done,
                false => OracleVerdict::NotDone,
            },
            oracle_checked: checks,
            frames: Vec::new(),
        })
    }

    /// The oracle's look at one predicate; what was said and asked is in the record.
    fn check(
        &self,
        predicate: &Predicate,
        verdict: RobotVerdict,
        observed: &Observed,
    ) -> anyhow::Result<OracleCheck> {
        let (holds, found) = match predicate {
            Predicate::Said(any) => {
                let spoken = observed.spoken.join(" ").to_lowercase();
                let hit = any.iter().find(|it| spoken.contains(&it.to_lowercase()));
                (
                    hit.is_some(),
                    hit.map_or_else(
                        || "none of these was said".to_owned(),
                        |it| format!("said {it}"),
                    ),
                )
            }
            Predicate::Asked => (
                verdict == RobotVerdict::Asked,
                format!("{verdict:?}").to_lowercase(),
            ),
            Predicate::Refused => (
                verdict == RobotVerdict::Refused,
                format!("{verdict:?}").to_lowercase(),
            ),
            physical => {
                let judgement = self.body.judge(physical, &self.robot.home)?;
                (judgement.holds.unwrap_or(false), judgement.text)
            }
        };
        Ok(OracleCheck {
            predicate: predicate.to_string(),
            holds,
            found,
        })
    }
}

/// What happens seldom enough to be read goes to the log.
fn log(now: Stamp, message: &Message) {
    let secs = now.as_secs_f64();
    match message {
        Message::Gate(it) => {
            tracing::info!(secs, verdict = ?it.verdict, clearance_m = ?it.clearance_m, "gate")
        }
        Message::MotionRequest(it) => {
            tracing::info!(secs, id = it.id.0, goal = ?it.goal, "motion request")
        }
        Message::MotionReport(it) => {
            tracing::info!(secs, id = it.id.0, state = ?it.state, "motion report")
        }
        Message::Task(it) => tracing::info!(secs, event = ?it, "task"),
        Message::Utterance(it) => tracing::info!(secs, text = it.text, "utterance"),
        Message::Say(it) => tracing::info!(secs, text = it.text, "say"),
        Message::Fault(it) => tracing::warn!(secs, node = it.node, text = it.text, "fault"),
        Message::World(it) => tracing::debug!(secs, world = ?it, "world"),
        Message::Localization(it) => tracing::debug!(secs, localization = ?it, "localization"),
        _ => {}
    }
}

fn verdict(observed: &Observed) -> (RobotVerdict, Option<String>, Option<String>) {
    match observed.finished.as_ref().map(|it| &it.2) {
        Some(TaskVerdict::Done) => (RobotVerdict::Done, None, None),
        Some(TaskVerdict::Failed { reason }) => (RobotVerdict::Failed, Some(reason.clone()), None),
        Some(TaskVerdict::Asked { question }) => {
            (RobotVerdict::Asked, None, Some(question.clone()))
        }
        Some(TaskVerdict::Refused { reason }) => {
            (RobotVerdict::Refused, Some(reason.clone()), None)
        }
        None => (
            RobotVerdict::Failed,
            Some("the time was up".to_owned()),
            None,
        ),
    }
}
