//! Microphone and mouth of a process: a thread each, which the nodes' messages reach and whose messages reach the nodes.

use crate::listen;
use anyhow::Context;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use hearth_ros::config::{EarsConfig, MouthPlace, RosConfig};
use hearth_ros::host::devices::{Devices, Line, OpenDevices};
use hearth_runtime::config::Params;
use hearth_types::{Language, Message, MouthOrder, MouthReport, PlayedSound, Sound, SoundSource};
use hearth_voice::VoiceError;
use hearth_voice::microphone::Microphone;
use hearth_voice::mouth::{Mouth, Speech};
use hearth_voice::sound::RATE_HZ;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a read of the microphone waits.
const READ: Duration = Duration::from_millis(100);
/// A microphone that is missing or gone is looked for this often.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How often the mouth looks whether it has ended.
const LOOK: Duration = Duration::from_millis(20);
/// So much of what is said goes to the topic at once; and ahead of time at most, so that an interruption is one.
const PORTION_SECS: f64 = 0.05;

/// Opens them as the parameters say.
pub(super) fn devices(root: &Path) -> OpenDevices {
    let root = root.to_owned();
    Box::new(move |params, line| open(&root, params, line).map_err(|it| format!("{it:#}")))
}

fn open(root: &Path, params: &Params, line: Line) -> anyhow::Result<Box<dyn Devices>> {
    let ros: RosConfig = params.section("ros")?;
    let config = listen::config_of(params)?;
    let mut threads = Vec::new();
    let ending = Arc::new(AtomicBool::new(false));
    if ros.voice.ears == EarsConfig::Microphone {
        let ears = Ears {
            wanted: config.microphone.clone(),
            line: line.clone(),
            ending: Arc::clone(&ending),
        };
        threads.push(spawn("hearth-ears", move || ears.run())?);
    }
    let (orders, to_obey) = unbounded();
    let place = ros.voice.mouth;
    if place != MouthPlace::None {
        let mouth = listen::mouth(root, &config)?;
        let speaker = Speaker {
            mouth,
            place,
            line,
            orders: to_obey,
            saying: None,
        };
        threads.push(spawn("hearth-mouth", move || speaker.run())?);
    }
    Ok(Box::new(Open {
        orders: Some(orders),
        ending,
        threads,
    }))
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> anyhow::Result<JoinHandle<()>> {
    let thread = std::thread::Builder::new().name(name.into()).spawn(work);
    thread.with_context(|| format!("the thread {name} was refused"))
}

struct Open {
    orders: Option<Sender<MouthOrder>>,
    ending: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Devices for Open {
    fn take(&mut self, message: &Message) {
        if let (Message::Mouth(order), Some(orders)) = (message, &self.orders) {
            // Without a mouth nobody listens.
            let _ = orders.send(order.clone());
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Release);
        self.orders = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

struct Ears {
    wanted: Option<String>,
    line: Line,
    ending: Arc<AtomicBool>,
}

impl Ears {
    /// Listens until the end; where there is no microphone, says so once, and looks for one now and then.
    fn run(self) {
        let mut told: Option<String> = None;
        while !self.is_ending() {
            let Err(error) = self.listen(&mut told);
            if self.is_ending() {
                return;
            }
            let text = error.to_string();
            if told.as_ref() != Some(&text) {
                tracing::warn!("{text}. The ears hear the topic audio meanwhile");
                told = Some(text);
            }
            let until = Instant::now() + LOOK_AGAIN;
            while !self.is_ending() && Instant::now() < until {
                std::thread::sleep(READ);
            }
        }
    }

    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    /// Comes back with what went wrong, or when the end is wanted.
    fn listen(&self, told: &mut Option<String>) -> Result<std::convert::Infallible, VoiceError> {
        let mut microphone = Microphone::open(self.wanted.as_deref())?;
        tracing::info!("listening to the microphone {:?}", microphone.name());
        loop {
            let samples = microphone.read(READ)?;
            if self.is_ending() {
                return Err(VoiceError::Microphone("the end is wanted".to_owned()));
            }
            let (false, Some(stamp)) = (samples.is_empty(), self.line.now()) else {
                continue;
            };
            // It works: when it goes, that is news.
            *told = None;
            self.line.tell(&Message::Sound(Arc::new(Sound {
                stamp,
                source: SoundSource::Microphone,
                rate_hz: RATE_HZ,
                samples,
            })));
        }
    }
}

/// The mouth's thread.
struct Speaker {
    mouth: Mouth,
    place: MouthPlace,
    line: Line,
    orders: Receiver<MouthOrder>,
    saying: Option<Saying>,
}

struct Saying {
    id: u64,
    /// Where sound goes to the topic: what is left of it.
    speech: Option<Streaming>,
}

struct Streaming {
    speech: Speech,
    /// The same as the ears hear it.
    at_16_khz: Vec<f32>,
    began: Instant,
    sent: usize,
}

impl Speaker {
    fn run(mut self) {
        loop {
            match self.orders.recv_timeout(LOOK) {
                Ok(order) => self.obey(&order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.go_on();
            let played = self.mouth.played();
            tell_played(&self.line, played);
        }
    }

    fn obey(&mut self, order: &MouthOrder) {
        self.mouth.interrupt();
        self.saying = None;
        if let MouthOrder::Say { id, text, language } = order {
            let begun = self.begin(*id, text, *language);
            match begun {
                Ok(saying) => self.saying = Some(saying),
                Err(error) => self.report(*id, Some(error)),
            }
        }
    }

    fn begin(&mut self, id: u64, text: &str, language: Language) -> Result<Saying, VoiceError> {
        let speech = if self.place == MouthPlace::Topic {
            let speech = self.mouth.speech(text, language)?;
            Some(Streaming {
                at_16_khz: speech.at_16_khz()?,
                speech,
                began: Instant::now(),
                sent: 0,
            })
        } else {
            self.mouth.say(text, language)?;
            None
        };
        Ok(Saying { id, speech })
    }

    /// Looks after what is being said.
    fn go_on(&mut self) {
        let Some(saying) = &mut self.saying else {
            return;
        };
        let id = saying.id;
        let outcome = match &mut saying.speech {
            None => self.mouth.is_speaking(),
            Some(streaming) => Ok(streaming.send(&self.line)),
        };
        match outcome {
            Ok(true) => {}
            Ok(false) => self.report(id, None),
            Err(error) => self.report(id, Some(error)),
        }
    }

    fn report(&mut self, id: u64, trouble: Option<VoiceError>) {
        self.saying = None;
        self.line.tell(&Message::MouthReport(MouthReport {
            id,
            trouble: trouble.map(|it| it.to_string()),
        }));
    }
}

/// The ears are told what is played, so that they do not hear it.
fn tell_played(line: &Line, samples: Vec<f32>) {
    if let (false, Some(stamp)) = (samples.is_empty(), line.now()) {
        line.tell(&Message::Played(Arc::new(PlayedSound { stamp, samples })));
    }
}

impl Streaming {
    /// Sends what is due. Whether there is more, or it is still in the air.
    fn send(&mut self, line: &Line) -> bool {
        let rate = f64::from(self.speech.rate_hz);
        let elapsed_secs = self.began.elapsed().as_secs_f64();
        let due = ((elapsed_secs + PORTION_SECS) * rate) as usize;
        let portion = ((PORTION_SECS * rate) as usize).max(1);
        let all = &self.speech.samples;
        while self.sent < all.len() && self.sent < due {
            let until = all.len().min(self.sent + portion);
            if let Err(error) = line.speech(self.speech.rate_hz, &all[self.sent..until]) {
                tracing::warn!("speech: {error}");
            }
            let at = |it: usize| (it as f64 / rate * f64::from(RATE_HZ)) as usize;
            let own = self.at_16_khz.get(at(self.sent)..at(until));
            tell_played(line, own.unwrap_or_default().to_vec());
            self.sent = until;
        }
        elapsed_secs * rate < all.len() as f64
    }
}
