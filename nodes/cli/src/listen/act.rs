//! `hearth listen --act`: what is heard reaches the robot in the simulated flat while it is heard.

use super::{Arguments, listener, mouth, show};
use crate::account::{Account, print_line};
use crate::body::Body;
use crate::robot::Robot;
use hearth_types::{Message, MouthOrder, MouthReport, PlayedSound, TaskEvent, TaskId, TaskVerdict};
use hearth_voice::microphone::Microphone;
use hearth_voice::mouth::Mouth;
use hearth_voice::sound::{WavStream, samples};
use hearth_voice::{Config, Conversation};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// \[s\] From the start to the first word: sensors come up.
const WARM_UP_SECS: f64 = 1.5;
/// \[s\] The sound of so much simulated time is heard at once.
const SLICE_SECS: f64 = 0.1;
/// \[s\] Silence behind a file: whoever spoke waits.
const SILENCE_SECS: f64 = 1.2;
/// \[s\] One command takes at most so long.
const BUDGET_SECS: f64 = 400.0;

/// Where the sound of a slice is from.
enum Source {
    Files(Box<Files>),
    Microphone(Box<Microphone>),
}

/// Files, one after the other, in the simulation's time.
struct Files {
    left: VecDeque<PathBuf>,
    stream: Option<WavStream>,
    waiting: VecDeque<f32>,
    /// \[s\] The next file begins at this time; without, once the robot is done.
    next_secs: Option<f64>,
    every_secs: Option<f64>,
    /// \[samples\] Of silence still to come.
    silence: usize,
}

/// What is under way.
#[derive(Default)]
struct Tasks {
    open: BTreeMap<TaskId, f64>,
    done: usize,
    other: usize,
}

/// Listens and acts.
///
/// # Errors
/// Configuration, models, files, the simulator.
pub(super) fn run(
    arguments: &Arguments,
    robot: &Robot,
    config: &Config,
) -> anyhow::Result<ExitCode> {
    let mut source = source(arguments, config)?;
    let mut conversation = Conversation::new(config, listener(robot, config)?);
    if !arguments.speak {
        conversation = conversation.without_mouth();
    }
    let mut body = match source {
        Source::Files(_) if !arguments.speak => {
            Body::lockstep(robot, arguments.seed, &arguments.setup)?
        }
        // Speech takes its time.
        _ => Body::real_time(robot, arguments.seed, &arguments.setup)?,
    };
    let mut mouth = match arguments.speak {
        true => Some(Speaker::new(mouth(&robot.root, config)?)),
        false => None,
    };
    let mut account = Account::new(arguments.json);
    let mut tasks = Tasks::default();
    let warm = body.now().plus_secs(WARM_UP_SECS);
    body.run_until(warm, &mut |_, _| {});
    loop {
        let now_secs = body.now().as_secs_f64();
        let speaks = mouth.as_ref().is_some_and(Speaker::is_at_it);
        let idle = tasks.open.is_empty() && !conversation.expects_answer() && !speaks;
        let Some(sound) = source.next(now_secs, idle)? else {
            break;
        };
        if let Some(mouth) = &mut mouth {
            let (stamp, samples) = (body.now(), mouth.mouth.played());
            let played = PlayedSound { stamp, samples };
            conversation.follow(stamp, &Message::Played(Arc::new(played)));
        }
        let brought = conversation.hear(body.now(), &sound)?;
        brought.events.iter().for_each(show);
        let mut follows = brought.messages;
        let until = body.now().plus_secs(SLICE_SECS);
        for message in follows.drain(..) {
            send(message, &mut body, mouth.as_mut());
        }
        body.run_until(until, &mut |now, message| {
            account.observe(now, message);
            tasks.follow(now.as_secs_f64(), message);
            follows.extend(conversation.follow(now, message));
        });
        if let Some(report) = mouth.as_mut().and_then(Speaker::report) {
            follows.extend(conversation.follow(body.now(), &Message::MouthReport(report)));
        }
        for message in follows {
            send(message, &mut body, mouth.as_mut());
        }
    }
    body.close();
    print_line(&format!("{} done, {} not", tasks.done, tasks.other));
    Ok(ExitCode::from(u8::from(tasks.other > 0 || tasks.done == 0)))
}

fn source(arguments: &Arguments, config: &Config) -> anyhow::Result<Source> {
    if arguments.mic {
        let microphone = Microphone::open(config.microphone.as_deref())?;
        print_line(&format!("listening to {}; Ctrl-C ends", microphone.name()));
        return Ok(Source::Microphone(Box::new(microphone)));
    }
    // A wrong file stops the start, not the middle.
    for path in &arguments.files {
        WavStream::open(path)?;
    }
    Ok(Source::Files(Box::new(Files {
        left: arguments.files.iter().cloned().collect(),
        stream: None,
        waiting: VecDeque::new(),
        next_secs: Some(0.0),
        every_secs: arguments.every,
        silence: 0,
    })))
}

impl Source {
    /// The sound of the next slice; none when all is over.
    fn next(&mut self, now_secs: f64, idle: bool) -> anyhow::Result<Option<Vec<f32>>> {
        match self {
            Self::Files(files) => files.next(now_secs, idle),
            Self::Microphone(it) => Ok(Some(it.read(Duration::from_millis(20))?)),
        }
    }
}

impl Files {
    fn next(&mut self, now_secs: f64, idle: bool) -> anyhow::Result<Option<Vec<f32>>> {
        let wanted = samples(SLICE_SECS);
        if self.stream.is_none() && self.silence == 0 {
            let due = self.next_secs.map_or(idle, |it| now_secs >= it);
            match self.left.front() {
                None if idle => return Ok(None),
                Some(path) if due => {
                    self.stream = Some(WavStream::open(path)?);
                    self.left.pop_front();
                    self.next_secs = self.every_secs.map(|it| now_secs + it);
                }
                _ => {}
            }
        }
        while self.waiting.len() < wanted
            && let Some(stream) = &mut self.stream
        {
            match stream.read()? {
                Some(samples) => self.waiting.extend(samples),
                None => {
                    self.stream = None;
                    self.silence = samples(SILENCE_SECS);
                }
            }
        }
        let mut sound: Vec<f32> = self
            .waiting
            .drain(..wanted.min(self.waiting.len()))
            .collect();
        self.silence = self.silence.saturating_sub(wanted - sound.len());
        sound.resize(wanted, 0.0);
        Ok(Some(sound))
    }
}

/// To the robot, or to the loudspeaker.
fn send(message: Message, body: &mut Body, mouth: Option<&mut Speaker>) {
    match (message, mouth) {
        (Message::Mouth(order), Some(mouth)) => mouth.obey(&order),
        (Message::Mouth(_) | Message::Heard(_), _) => {}
        (message, _) => {
            if let Message::SpokenStop(stop) = &message
                && !stop.engaged
            {
                print_line("          the stop is released");
            }
            body.inject(message);
        }
    }
}

/// The mouth, and which order it is at.
struct Speaker {
    mouth: Mouth,
    order: Option<u64>,
    trouble: Option<String>,
}

impl Speaker {
    fn new(mouth: Mouth) -> Self {
        Self {
            mouth,
            order: None,
            trouble: None,
        }
    }

    /// Whether it has an order that it has not reported on.
    fn is_at_it(&self) -> bool {
        self.order.is_some()
    }

    fn obey(&mut self, order: &MouthOrder) {
        match order {
            MouthOrder::Hush => {
                self.mouth.interrupt();
                self.order = None;
            }
            MouthOrder::Say { id, text, language } => {
                self.order = Some(*id);
                let said = self.mouth.say(text, *language);
                self.trouble = said.err().map(|it| it.to_string());
            }
        }
    }

    /// That it has ended, once.
    fn report(&mut self) -> Option<MouthReport> {
        let id = self.order?;
        let trouble = match self.mouth.is_speaking() {
            Ok(true) => return None,
            Ok(false) => self.trouble.take(),
            Err(error) => Some(error.to_string()),
        };
        if let Some(trouble) = &trouble {
            eprintln!("hearth: {trouble}");
        }
        self.order = None;
        Some(MouthReport { id, trouble })
    }
}

impl Tasks {
    fn follow(&mut self, now_secs: f64, message: &Message) {
        let Message::Task(event) = message else {
            return;
        };
        match &**event {
            TaskEvent::Heard { task, .. } => {
                self.open.insert(*task, now_secs);
            }
            TaskEvent::Finished { task, verdict, .. } => {
                self.open.remove(task);
                match verdict {
                    TaskVerdict::Done => self.done += 1,
                    _ => self.other += 1,
                }
            }
            _ => {}
        }
        // A command that never ends must not keep the run from ending.
        self.open.retain(|_, began| now_secs - *began < BUDGET_SECS);
    }
}
