//! `hearth listen --act`: what is heard reaches the robot in the simulated flat while it is heard.

use super::{Arguments, listener, show};
use crate::account::{Account, print_line};
use crate::body::Body;
use crate::robot::Robot;
use hearth_types::{Language, Message, TaskEvent, TaskId, TaskVerdict};
use hearth_voice::listen::{Event, Listener};
use hearth_voice::microphone::Microphone;
use hearth_voice::mouth::Mouth;
use hearth_voice::sound::{WavStream, samples};
use hearth_voice::{Config, Dialogue};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::process::ExitCode;
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
    let mut listener = listener(robot, config)?;
    let mut body = match source {
        Source::Files(_) => Body::lockstep(robot, arguments.seed, &arguments.setup)?,
        Source::Microphone(_) => Body::real_time(robot, arguments.seed, &arguments.setup)?,
    };
    let mut mouth = arguments.speak.then(|| Mouth::new(config.mouth.clone()));
    let mut dialogue = Dialogue::new();
    let mut account = Account::new(arguments.json);
    let mut tasks = Tasks::default();
    let warm = body.now().plus_secs(WARM_UP_SECS);
    body.run_until(warm, &mut |_, _| {});
    loop {
        let now_secs = body.now().as_secs_f64();
        let idle = tasks.open.is_empty() && !dialogue.expects_answer();
        let Some(sound) = source.next(now_secs, idle)? else {
            break;
        };
        for event in listener.push(&sound)? {
            show(&event);
            hear(&event, &mut dialogue, &listener, &mut body, mouth.as_mut());
        }
        if dialogue.expects_answer() {
            listener.attend();
        }
        let until = body.now().plus_secs(SLICE_SECS);
        let mut answers = Vec::new();
        body.run_until(until, &mut |now, message| {
            account.observe(now, message);
            tasks.follow(now.as_secs_f64(), message);
            if let Message::Say(say) = message {
                answers.push((Some((say.text.clone(), say.language)), None));
            }
            answers.push((None, dialogue.follow(now, message)));
        });
        for (say, message) in answers {
            if let Some((text, language)) = say {
                speak(&text, language, &mut listener, mouth.as_mut());
            }
            if let Some(message) = message {
                print_line("          the stop is released");
                body.inject(message);
            }
        }
        rest(&mut listener, mouth.as_mut());
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

fn hear(
    event: &Event,
    dialogue: &mut Dialogue,
    listener: &Listener,
    body: &mut Body,
    mut mouth: Option<&mut Mouth>,
) {
    let now = body.now();
    let messages = match event {
        Event::Stop { word, .. } => {
            if let Some(mouth) = &mut mouth {
                mouth.interrupt();
            }
            let language = if word.is_ascii() {
                Language::En
            } else {
                Language::Zh
            };
            dialogue.stop(now, word, language)
        }
        Event::Said(said) => {
            if said.to_robot
                && let Some(mouth) = &mut mouth
            {
                mouth.interrupt();
            }
            dialogue.said(now, said, listener.interpreter())
        }
        _ => Vec::new(),
    };
    messages.into_iter().for_each(|it| body.inject(it));
}

fn speak(text: &str, language: Language, listener: &mut Listener, mouth: Option<&mut Mouth>) {
    let Some(mouth) = mouth else {
        return;
    };
    match mouth.say(text, language) {
        Ok(()) => listener.mouth_speaks(text),
        Err(error) => eprintln!("hearth: {error}"),
    }
}

fn rest(listener: &mut Listener, mouth: Option<&mut Mouth>) {
    let Some(mouth) = mouth else {
        return;
    };
    match mouth.is_speaking() {
        Ok(true) => {}
        Ok(false) => listener.mouth_rests(),
        Err(error) => {
            listener.mouth_rests();
            eprintln!("hearth: {error}");
        }
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
