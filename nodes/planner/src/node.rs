//! The planner as a node: hears, keeps the queue of commands, feeds the running one.
//!
//! While a command runs, "stop", "cancel", "wait" and "continue" act at once; any other command is
//! put in line (also one that contradicts the running one: "stop" is how to end that). While a
//! question waits, what is said is its answer, unless it is such an order.

use crate::PlannerError;
use crate::ast::{Command, Control, Meaning};
use crate::executive::board::{Board, Progress};
use crate::executive::robot::Robot;
use crate::executive::usual::UsualPlaces;
use crate::executive::{Config, plan_of, run};
use crate::language::{Incomplete, LexiconData, NotUnderstood, Parser};
use crate::replies::Replies;
use hearth_types::{
    Home, Language, Message, MotionReport, MotionState, Node, Outbox, Point2, Stamp, TaskEvent,
    TaskId, TaskVerdict, Topic, Utterance,
};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

type Running = Pin<Box<dyn Future<Output = TaskVerdict> + Send>>;

/// \[s\] How long a brake may take until the robot admits that it cannot tell.
const BRAKE_SECS: f64 = 4.0;
/// \[m\] Where a speaker whom nobody saw is taken to stand.
const SPEAKER_AHEAD_M: f64 = 1.5;

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
}

/// An order to stand still that is done once the wheels do.
struct Braking {
    id: TaskId,
    language: Language,
    reply: &'static str,
    since: Stamp,
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

    fn hear(&mut self, utterance: &Utterance) {
        self.note_speaker(utterance);
        let parser = self.robot.parser.clone();
        let parsed = parser.parse(&utterance.text, utterance.language);
        if self.is_answer(&utterance.text, &parsed) {
            let words = utterance.text.clone();
            self.robot.with(|it| it.answers.push_back(words));
            return;
        }
        self.last_task += 1;
        let id = TaskId(self.last_task);
        self.emit(|stamp| TaskEvent::Heard {
            stamp,
            task: id,
            text: utterance.text.clone(),
        });
        match parsed {
            Ok(meaning) => self.accept(id, meaning),
            Err(NotUnderstood::Incomplete(it)) => {
                self.enqueue(id, it.language, Work::Lacking(it));
            }
            Err(trouble) => {
                let reason = parser.explain(&trouble);
                self.refuse_with(id, trouble.language(), reason, false);
            }
        }
    }

    /// Whether the words answer the question that waits. Another command takes its place.
    fn is_answer(&self, words: &str, parsed: &Result<Meaning, NotUnderstood>) -> bool {
        if self.paused {
            return false;
        }
        let Some(question) = self.robot.with(|it| it.question.clone()) else {
            return false;
        };
        let first = parsed.as_ref().ok().and_then(|it| it.commands.first());
        if let Some(Command::Control { .. }) = first {
            return false;
        }
        if question.accepts(&self.robot.parser, words) {
            return true;
        }
        if first.is_some() {
            self.robot.with(|it| it.question = None);
        }
        false
    }

    fn accept(&mut self, id: TaskId, mut meaning: Meaning) {
        let language = meaning.language;
        let notation = meaning.to_string();
        self.emit(|stamp| TaskEvent::Understood {
            stamp,
            task: id,
            language,
            meaning: notation,
        });
        if let Some(Command::Control { order }) = meaning.commands.first() {
            let order = *order;
            meaning.commands.remove(0);
            let alone = meaning.commands.is_empty();
            self.obey(id, language, order, alone);
            if alone {
                return;
            }
        }
        self.enqueue(id, language, Work::Meant(meaning));
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

    /// Acts on an order. With more commands behind it (`alone` is false) those give the verdict.
    fn obey(&mut self, id: TaskId, language: Language, order: Control, alone: bool) {
        let reply = match order {
            Control::Stop => "stopping",
            Control::Cancel => "cancelling",
            Control::Wait => "waiting",
            Control::Continue => "continuing",
        };
        match order {
            Control::Stop | Control::Cancel => {
                self.abandon(if order == Control::Stop {
                    "stopped"
                } else {
                    "cancelled"
                });
                self.paused = false;
                self.robot.with(Board::brake);
            }
            Control::Wait => {
                self.paused = self.running.is_some();
                self.robot.with(|board| {
                    // The motion under way is asked for again when the robot goes on.
                    let halted = board.motion.take();
                    board.brake();
                    if let Some(halted) = halted.filter(|it| it.end.is_none()) {
                        board.motion = Some(halted);
                    }
                });
            }
            Control::Continue => {
                if !self.paused {
                    if alone {
                        self.refuse(id, language, "nothing_to_continue", true);
                    }
                    return;
                }
                self.paused = false;
                self.robot.with(|board| {
                    if let Some(motion) = board.motion.take_if(|it| it.end.is_none()) {
                        board.request(motion.goal);
                    }
                });
                if alone {
                    self.say(language, reply);
                    self.finish(id, true, TaskVerdict::Done);
                }
                return;
            }
        }
        if alone {
            let since = self.robot.now();
            self.braking.push(Braking {
                id,
                language,
                reply,
                since,
            });
        }
    }

    /// Ends the running command and all that wait.
    fn abandon(&mut self, key: &str) {
        self.robot.with(|board| {
            board.question = None;
            board.answers.clear();
        });
        let tasks: Vec<Task> = self
            .running
            .take()
            .into_iter()
            .chain(self.queue.drain(..))
            .collect();
        for task in tasks {
            let reason = self.robot.replies.text(task.language, key, &[]);
            self.finish(task.id, true, TaskVerdict::Failed { reason });
        }
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

    fn watch_brakes(&mut self) {
        let (now, still, stop_ended) = self.robot.with(|board| {
            let ended = board.motion.as_ref().is_none_or(|it| it.end.is_some());
            (board.now, board.stands_still(), ended)
        });
        let mut over = Vec::new();
        self.braking.retain(|it| {
            let waited_secs = now.secs_since(it.since);
            // Odometry decides; the controller's word only where there is no odometry.
            let stands = still.unwrap_or(stop_ended) && waited_secs > 0.1;
            if stands || waited_secs > BRAKE_SECS {
                over.push((it.id, it.language, stands, it.reply));
            }
            !(stands || waited_secs > BRAKE_SECS)
        });
        for (id, language, stands, reply) in over {
            if stands {
                self.say(language, reply);
                self.finish(id, true, TaskVerdict::Done);
            } else {
                let reason = self.robot.replies.text(language, "not_standing", &[]);
                self.say(language, "not_standing");
                self.finish(id, true, TaskVerdict::Failed { reason });
            }
        }
    }

    fn note_speaker(&self, utterance: &Utterance) {
        self.robot.with(|board| {
            let base = board.base_in_map();
            let named = utterance.speaker.as_deref();
            let seen = board
                .world
                .people
                .iter()
                .filter(|it| it.existence >= 0.4)
                .filter(|it| match named {
                    Some(id) => it.hypotheses.first().is_some_and(|it| it.item == id),
                    None => {
                        let at = it.position_in_map;
                        let off_rad = base.heading_to_rad(&at) - base.yaw_rad;
                        (at - base.point()).norm() < 3.0
                            && hearth_types::wrap_angle(off_rad).abs() < 0.9
                    }
                })
                .map(|it| it.position_in_map)
                .min_by(|a, b| {
                    let far = |it: &Point2| (it - base.point()).norm();
                    far(a).total_cmp(&far(b))
                });
            let memory = &mut board.memory;
            memory.spoken_at_in_map.get_or_insert(base);
            // Somebody else whom the robot happens to face later is not who gave the command.
            let keep = memory.speaker_seen && named.is_none();
            match seen {
                Some(at) if !keep => {
                    memory.speaker_in_map = Some(at);
                    memory.speaker_seen = true;
                }
                None if memory.speaker_in_map.is_none() => {
                    memory.speaker_in_map =
                        Some(base.transform(&Point2::new(SPEAKER_AHEAD_M, 0.0)));
                }
                _ => {}
            }
        });
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
            Topic::World,
            Topic::MotionReport,
            Topic::Localization,
            Topic::Odometry,
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
                    board.world = world.clone();
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
            Message::Tick(()) => self.watch_brakes(),
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
