//! Stories: the whole robot in the simulated flat, in lockstep, with the oracle beside it.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth::robot::{Opening, Robot};
use hearth_runtime::{Lockstep, Outbox, Plant};
use hearth_sim::Simulation;
use hearth_sim::oracle::{Oracle, Predicate};
use hearth_types::{
    ActuatorFrame, EStop, GateVerdict, Isometry3, Language, Message, Point2, Pose2, Stamp,
    TaskEvent, TaskId, TaskVerdict, Topic, Utterance,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// \[s\] Simulated time that sensors take to come up.
const WARM_UP_SECS: f64 = 1.5;
/// \[s\] Simulated time after which a story that does not end is a failure.
const PATIENCE_SECS: f64 = 400.0;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The real robot, from the real files.
pub fn ember() -> &'static Robot {
    static EMBER: OnceLock<Robot> = OnceLock::new();
    EMBER.get_or_init(|| Robot::load().unwrap())
}

/// The simulated flat with sensors that may be unplugged.
pub struct Flat {
    pub simulation: Simulation,
    unplugged: BTreeSet<Topic>,
    sensed: Outbox,
}

impl Plant for Flat {
    fn now(&self) -> Stamp {
        self.simulation.now()
    }

    fn advance(&mut self, until: Stamp, out: &mut Outbox) {
        self.simulation.advance(until, &mut self.sensed);
        for message in self.sensed.drain() {
            if !self.unplugged.contains(&message.topic()) {
                out.push(message);
            }
        }
    }

    fn actuate(&mut self, frame: &ActuatorFrame) {
        self.simulation.actuate(frame);
    }
}

/// What is prepared before the robot is switched on.
pub struct Scenario {
    seed: u64,
    setup: String,
    moved: Vec<(&'static str, Pose2)>,
}

impl Scenario {
    /// The flat of the repository.
    pub fn flat() -> Self {
        Self {
            seed: 7,
            setup: String::new(),
            moved: Vec::new(),
        }
    }

    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The thing stands on the place.
    pub fn put(mut self, thing: &str, place: &str) -> Self {
        self.setup += &format!("on({thing}, {place}) ");
        self
    }

    /// An obstacle that is not on the map.
    pub fn obstacle(mut self, model: &'static str, x_m: f64, y_m: f64, yaw_rad: f64) -> Self {
        self.moved.push((model, Pose2::new(x_m, y_m, yaw_rad)));
        self
    }

    /// Switches the robot on.
    pub fn begin(self) -> Story {
        let mut opening: Opening = ember().scene(self.seed, &self.setup).unwrap();
        for (model, at) in self.moved {
            opening.scene.absent.remove(model);
            opening
                .scene
                .moved
                .insert(model.to_owned(), at.to_isometry3());
        }
        let flat = Flat {
            simulation: opening.open(true).unwrap(),
            unplugged: BTreeSet::new(),
            sensed: Outbox::new(),
        };
        let nodes = ember().nodes().unwrap();
        let all = nodes.others.into_iter().chain([nodes.gate]).collect();
        let mut story = Story {
            lockstep: Lockstep::new(flat, all).unwrap(),
            log: Log::default(),
        };
        story.run(WARM_UP_SECS);
        story
    }
}

/// What was seen of the messages.
#[derive(Default)]
pub struct Log {
    /// Each command by the order in which it was heard.
    heard: Vec<TaskId>,
    texts: BTreeMap<TaskId, String>,
    languages: BTreeMap<TaskId, Language>,
    verdicts: BTreeMap<TaskId, TaskVerdict>,
    questions: Vec<String>,
    said: Vec<String>,
    gate: Option<GateVerdict>,
    /// The frame that the motors have.
    frame: Option<ActuatorFrame>,
}

impl Log {
    fn observe(&mut self, message: &Message) {
        match message {
            Message::Task(event) => self.task(event),
            Message::Say(it) => self.said.push(it.text.clone()),
            Message::Gate(it) => self.gate = Some(it.verdict),
            Message::Actuators(it) => self.frame = Some(*it),
            _ => {}
        }
    }

    fn task(&mut self, event: &TaskEvent) {
        match event {
            TaskEvent::Heard { task, text, .. } => {
                self.heard.push(*task);
                self.texts.insert(*task, text.clone());
            }
            TaskEvent::Understood { task, language, .. } => {
                self.languages.insert(*task, *language);
            }
            TaskEvent::Asked { question, .. } => self.questions.push(question.clone()),
            TaskEvent::Finished { task, verdict, .. } => {
                let before = self.verdicts.insert(*task, verdict.clone());
                assert_eq!(before, None, "{task:?} ended twice");
            }
            _ => {}
        }
    }
}

/// A robot at work.
pub struct Story {
    lockstep: Lockstep<Flat>,
    log: Log,
}

impl Story {
    /// Lets simulated time pass.
    pub fn run(&mut self, secs: f64) {
        let Self { lockstep, log } = self;
        let until = lockstep.now().plus_secs(secs);
        lockstep.run_until(until, &mut |_, message| log.observe(message));
    }

    /// Lets time pass until something is so.
    pub fn until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let began = self.lockstep.now();
        while !is_so(self) {
            self.run(0.1);
            let waited = self.lockstep.now().secs_since(began);
            assert!(
                waited < PATIENCE_SECS,
                "waited in vain until {what}; {}",
                self.account()
            );
        }
    }

    /// Somebody says something, and does not wait for what comes of it.
    pub fn say(&mut self, text: &str) {
        let stamp = self.lockstep.now();
        self.lockstep.inject(Message::Utterance(Arc::new(Utterance {
            stamp,
            text: text.to_owned(),
            language: None,
            confidence: 1.0,
            speaker: None,
        })));
        self.run(0.1);
    }

    /// Somebody says something and waits until the robot has ended all that it was told.
    pub fn command(&mut self, text: &str) -> TaskVerdict {
        self.say(text);
        self.ending()
    }

    /// Waits until all commands have ended, and things have come to rest; the last one's verdict.
    pub fn ending(&mut self) -> TaskVerdict {
        self.until("all commands have ended", |it| {
            it.log.verdicts.len() == it.log.heard.len()
        });
        self.run(1.0);
        self.last_verdict().unwrap()
    }

    /// The verdict of the command that was heard last, if it has ended.
    pub fn last_verdict(&self) -> Option<TaskVerdict> {
        self.log.verdicts.get(self.log.heard.last()?).cloned()
    }

    /// The verdict of the `n`-th command that was heard, from 0.
    pub fn verdict(&self, n: usize) -> Option<TaskVerdict> {
        self.log.verdicts.get(self.log.heard.get(n)?).cloned()
    }

    /// The robot's question, once it has asked.
    pub fn question(&mut self) -> String {
        let before = self.log.questions.len();
        self.until("the robot asks", |it| it.log.questions.len() > before);
        self.log.questions.last().unwrap().clone()
    }

    /// All that the robot has said.
    pub fn said(&self) -> String {
        self.log.said.join(" ")
    }

    pub fn last_said(&self) -> String {
        self.log.said.last().cloned().unwrap_or_default()
    }

    /// Emergency stop: engages or releases.
    pub fn e_stop(&mut self, engaged: bool) {
        let stamp = self.lockstep.now();
        self.lockstep
            .inject(Message::EStop(EStop { stamp, engaged }));
    }

    /// The sensor's cable comes off.
    pub fn unplug(&mut self, sensor: Topic) {
        self.lockstep.plant_mut().unplugged.insert(sensor);
    }

    /// The sensor's cable is put in again.
    pub fn plug(&mut self, sensor: Topic) {
        self.lockstep.plant_mut().unplugged.remove(&sensor);
    }

    /// Somebody takes the thing and sets it down on the floor, or wherever it is.
    pub fn moves(&mut self, thing: &str, x_m: f64, y_m: f64, z_m: f64) {
        let to = Isometry3::translation(x_m, y_m, z_m);
        self.lockstep
            .plant_mut()
            .simulation
            .move_thing(thing, &to)
            .unwrap();
    }

    pub fn oracle(&self) -> Oracle<'_> {
        Oracle::new(&self.lockstep.plant().simulation, &ember().home)
    }

    /// Where the robot truly is.
    pub fn robot(&self) -> Point2 {
        self.oracle().robot_in_map().point()
    }

    /// Whether the oracle finds all predicates true.
    pub fn holds(&self, predicates: &str) -> bool {
        Predicate::parse_all(predicates).unwrap().iter().all(|it| {
            let judgement = self.oracle().judge(it);
            println!("{it}: {:?} ({})", judgement.holds, judgement.text);
            judgement.holds.unwrap()
        })
    }

    /// \[m\] How far the base truly moves within the next `secs`.
    pub fn drift_m(&mut self, secs: f64) -> f64 {
        let before = self.robot();
        let mut most = 0.0_f64;
        for _ in 0..(secs / 0.1) as usize {
            self.run(0.1);
            most = most.max((self.robot() - before).norm());
        }
        most
    }

    /// The gate's latest verdict.
    pub fn gate(&self) -> GateVerdict {
        self.log.gate.unwrap()
    }

    /// The frame that the motors have.
    pub fn frame(&self) -> ActuatorFrame {
        self.log.frame.unwrap()
    }

    /// Runs until the base truly drives.
    pub fn until_it_drives(&mut self) {
        let from = self.robot();
        self.until("the robot drives", |it| {
            (it.robot() - from).norm() > 0.4 && it.frame().forward_m_s > 0.1
        });
    }

    /// What must be true at the end of every story, whatever happened in it.
    pub fn nobody_was_hurt(&self) {
        let contacts = self.oracle().contacts();
        let oracle = self.oracle();
        assert_eq!(
            (oracle.person_contacts(), oracle.hard_contacts()),
            (0, 0),
            "{contacts:?}"
        );
    }

    /// For the message of a failed test.
    pub fn account(&self) -> String {
        format!(
            "at {:.1} s: heard {:?}, ended {:?}, said {:?}, gate {:?}, robot at {:?}",
            self.lockstep.now().as_secs_f64(),
            self.log.texts,
            self.log.verdicts,
            self.log.said,
            self.log.gate,
            self.oracle().robot_in_map()
        )
    }
}

pub fn is_chinese(text: &str) -> bool {
    text.chars()
        .any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it))
}

#[track_caller]
pub fn assert_done(story: &Story, verdict: &TaskVerdict) {
    assert_eq!(*verdict, TaskVerdict::Done, "{}", story.account());
}

#[track_caller]
pub fn assert_failed(story: &Story, verdict: &TaskVerdict) -> String {
    match verdict {
        TaskVerdict::Failed { reason } => reason.clone(),
        other => panic!("{other:?} instead of a failure; {}", story.account()),
    }
}

#[track_caller]
pub fn assert_refused(story: &Story, verdict: &TaskVerdict) -> String {
    match verdict {
        TaskVerdict::Refused { reason } => reason.clone(),
        other => panic!("{other:?} instead of a refusal; {}", story.account()),
    }
}
