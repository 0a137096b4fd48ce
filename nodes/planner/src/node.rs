//! The planner as a node: hears, keeps the queue of commands, feeds the running one.
//!
//! While a command runs, "stop", "cancel", "wait" and "continue" act at once; any other command is
//! put in line (also one that contradicts the running one: "stop" is how to end that). While a
//! question waits, what is said is its answer, unless it is such an order. [`Message::Cancel`] ends one
//! command, and leaves the others in line.

use crate::PlannerError;
use crate::ast::Meaning;
use crate::executive::board::{Board, Progress};
use crate::executive::robot::{Robot, step};
use crate::executive::usual::UsualPlaces;
use crate::executive::{Config, plan_of, run};
use crate::language::{Incomplete, LexiconData, Parser};
use crate::replies::Replies;
use hearth_types::{
    Heartbeat, Home, Language, Message, MotionReport, MotionState, Node, Outbox, Stamp, TaskEvent,
    TaskId, TaskVerdict, Topic, Watched,
};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

mod hearing;
mod orders;

use orders::Braking;

type Running = Pin<Box<dyn Future<Output = TaskVerdict> + Send>>;

/// Commands in, motions and verdicts out.
pub struct PlannerNode {
    robot: Robot,
    running: Option<Task>,
    queue: VecDeque<Task>,
    braking: Vec<Braking>,
    paused: bool,
    last_task: u64,
    last_tick: Option<Stamp>,
}

/// A command that was understood.
struct Task {
    id: TaskId,
    language: Language,
    work: Work,
    future: Option<Running>,
}

/// What is to be done.
#[derive(Clone)]
enum Work {
    Meant(Meaning),
    /// A request that lacks something: ask first.
    Lacking(Box<Incomplete>),
    /// A question beyond the command language, for a vision-language server.
    Open(String),
}

impl PlannerNode {
    /// A planner for a home.
    ///
    /// # Errors
    /// When the data files that come with it are malformed.
    pub fn new(home: Arc<Home>, config: Config) -> Result<Self, PlannerError> {
        let parser = Parser::new(&home, &LexiconData::embedded()?)?;
        Ok(Self {
            robot: Robot {
                board: Arc::new(Mutex::new(Board::default())),
                home,
                replies: Arc::new(Replies::built_in()?),
                parser: Arc::new(parser),
                config: Arc::new(config),
                usual: Arc::new(UsualPlaces::built_in()?),
            },
            running: None,
            queue: VecDeque::new(),
            braking: Vec::new(),
            paused: false,
            last_task: 0,
            last_tick: None,
        })
    }

    /// Whether nothing is left to do.
    pub fn is_idle(&self) -> bool {
        self.running.is_none() && self.queue.is_empty() && self.braking.is_empty()
    }

    fn advance_clock(&mut self, now: Stamp) {
        let elapsed_secs = self.last_tick.map_or(0.0, |it| now.secs_since(it).max(0.0));
        self.last_tick = Some(self.last_tick.map_or(now, |it| it.max(now)));
        let paused = self.paused;
        self.robot.with(|board| {
            board.now = board.now.max(now);
            if !paused {
                board.task_clock_secs += elapsed_secs;
            }
        });
    }

    fn enqueue(&mut self, id: TaskId, language: Language, work: Work) {
        if self.running.is_some() && self.queue.len() >= self.robot.config.queue_length {
            self.refuse(id, language, "too_many", true);
            return;
        }
        if self.running.is_some() {
            self.say(language, "later");
        }
        self.queue.push_back(Task {
            id,
            language,
            work,
            future: None,
        });
    }

    fn start_next(&mut self) {
        if self.running.is_some() || !self.braking.is_empty() {
            return;
        }
        let Some(mut task) = self.queue.pop_front() else {
            return;
        };
        let (id, language) = (task.id, task.language);
        let holding = self.robot.with(|it| it.memory.held.is_some());
        let steps = match &task.work {
            Work::Meant(meaning) => plan_of(meaning, holding),
            Work::Lacking(_) => Vec::new(),
            Work::Open(text) => vec![step("ask_server", &[("question", text)])],
        };
        self.robot.with(|board| {
            board.progress = Progress {
                task: Some(id),
                language: Some(language),
                steps: steps.clone(),
                ..Progress::default()
            };
        });
        let robot = self.robot.clone();
        task.future = Some(match task.work.clone() {
            Work::Meant(meaning) => {
                self.emit(|stamp| TaskEvent::Planned {
                    stamp,
                    task: id,
                    steps,
                });
                Box::pin(run::carry_out(robot, meaning))
            }
            Work::Lacking(it) => Box::pin(run::complete_and_carry_out(robot, it)),
            Work::Open(text) => {
                self.emit(|stamp| TaskEvent::Planned {
                    stamp,
                    task: id,
                    steps,
                });
                Box::pin(run::ask_server(robot, text))
            }
        });
        self.running = Some(task);
    }

    fn feed_running(&mut self) {
        if self.paused {
            return;
        }
        let Some(future) = self.running.as_mut().and_then(|it| it.future.as_mut()) else {
            return;
        };
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(verdict) = future.as_mut().poll(&mut context)
            && let Some(task) = self.running.take()
        {
            self.finish(task.id, true, verdict);
        }
    }

    fn refuse(&self, id: TaskId, language: Language, key: &str, understood: bool) {
        let reason = self.robot.replies.text(language, key, &[]);
        self.refuse_with(id, language, reason, understood);
    }

    fn refuse_with(&self, id: TaskId, language: Language, reason: String, understood: bool) {
        self.speak(language, reason.clone());
        self.finish(id, understood, TaskVerdict::Refused { reason });
    }

    fn say(&self, language: Language, key: &str) {
        self.speak(language, self.robot.replies.text(language, key, &[]));
    }

    fn speak(&self, language: Language, text: String) {
        self.robot.with(|board| {
            let stamp = board.now;
            let say = hearth_types::Say {
                stamp,
                text,
                language,
            };
            board.outbox.push(Message::Say(Arc::new(say)));
        });
    }

    fn finish(&self, task: TaskId, understood: bool, verdict: TaskVerdict) {
        self.emit(|stamp| TaskEvent::Finished {
            stamp,
            task,
            understood,
            verdict,
        });
    }

    fn emit(&self, event: impl FnOnce(Stamp) -> TaskEvent) {
        self.robot.with(|board| {
            let event = event(board.now);
            board.emit(event);
        });
    }

    fn take_report(&mut self, report: &MotionReport) {
        let end = match &report.state {
            MotionState::Running { .. } => return,
            MotionState::Succeeded(evidence) => Ok(*evidence),
            MotionState::Failed { failure, evidence } => Err((failure.clone(), *evidence)),
        };
        let paused = self.paused;
        self.robot.with(|board| {
            // While the robot waits, the motion under way ends as superseded: it goes on later.
            let current = board
                .motion
                .as_mut()
                .filter(|it| it.id == report.id && !paused);
            if let Some(motion) = current
                && motion.end.is_none()
            {
                motion.end = Some(end);
            }
        });
    }
}

impl Node for PlannerNode {
    fn name(&self) -> &'static str {
        "planner"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[
            Topic::Utterance,
            Topic::Cancel,
            Topic::World,
            Topic::MotionReport,
            Topic::Localization,
            Topic::Odometry,
            Topic::VisualAnswer,
        ]
    }

    fn period_secs(&self) -> Option<f64> {
        Some(self.robot.config.period_secs)
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        self.advance_clock(now);
        match input {
            Message::World(world) => self.robot.with(|board| {
                if world.stamp >= board.world.stamp {
                    board.see(world);
                }
            }),
            Message::Odometry(odometry) => {
                self.robot.with(|it| it.odometry = Some(*odometry));
                return;
            }
            Message::Localization(localization) => {
                self.robot.with(|it| it.localization = Some(*localization));
                return;
            }
            Message::MotionReport(report) => self.take_report(report),
            Message::Utterance(utterance) => self.hear(utterance),
            Message::Cancel(id) => self.cancel(*id),
            Message::VisualAnswer(answer) => {
                self.robot
                    .with(|it| it.visual_answer = Some(answer.clone()));
            }
            Message::Tick(()) => {
                out.push(Message::Heartbeat(Heartbeat {
                    stamp: now,
                    node: Watched::Planner,
                }));
                self.watch_brakes();
            }
            _ => return,
        }
        self.start_next();
        self.feed_running();
        let messages = self.robot.with(|it| std::mem::take(&mut it.outbox));
        for message in messages {
            out.push(message);
        }
    }
}
