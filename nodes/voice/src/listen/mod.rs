//! The ears as a whole: sound in portions, events out. Pure but for the models: it has no clock but the sound's own.

mod event;
mod languages;
mod meant;
mod name;
mod together;

pub use event::{Event, Said};
pub use languages::Ears;

use crate::config::{Attention, Config};
use crate::recognise::{Hypothesis, NameFit};
use crate::sound::{LevelMeter, RATE_HZ, Ring, samples};
use crate::speech::{FRAME, Foreground, Segment, SegmentEvent, Segmenter, Silero};
use crate::understand::{Interpreter, bare};
use crate::wake::Wake;
use crate::words::{sounds, stop_word, stop_word_anywhere};
use crate::{VoiceError, echo::Echo};
use meant::{behind_name_anywhere, called, meant, stripped};

/// \[s\] Speech up to this length, with its lead and pause, may be a single word.
const SHORT_SECS: f64 = 1.6;

/// \[s\] While the robot speaks itself, only the newest words are looked at, this often: what it says has no pauses for others.
const OVER_MOUTH_SECS: f64 = 2.4;
const OVER_MOUTH_EVERY_SECS: f64 = 0.5;

/// \[0, 1\] Words so far that are less sure are not shown.
const SHOWN_FROM: f64 = 0.4;

/// The ears.
pub struct Listener {
    config: Config,
    silero: Silero,
    segmenter: Segmenter,
    foreground: Foreground,
    ring: Ring,
    ears: Ears,
    interpreter: Interpreter,
    wake: Box<dyn Wake>,
    meter: LevelMeter,
    echo: Echo,
    /// Until here (in samples) nothing needs the robot's name.
    attentive_until: u64,
    button: bool,
    stopped: bool,
    /// Where the words so far were looked at last.
    looked_at: u64,
    /// What was heard at a pause that may be the end.
    early: Option<(Hypothesis, usize)>,
    /// Where the robot's name may be in it.
    name: Option<NameFit>,
}

impl Listener {
    /// From its parts.
    pub fn new(
        config: Config,
        silero: Silero,
        ears: Ears,
        interpreter: Interpreter,
        wake: Box<dyn Wake>,
    ) -> Self {
        Self {
            segmenter: Segmenter::new(config.speech.clone()),
            foreground: Foreground::default(),
            ring: Ring::new(samples(config.speech.kept_secs() + 1.0)),
            echo: Echo::new(config.mouth.echo_secs),
            config,
            silero,
            ears,
            interpreter,
            wake,
            meter: LevelMeter::default(),
            attentive_until: 0,
            button: false,
            stopped: false,
            looked_at: 0,
            early: None,
            name: None,
        }
    }

    /// Forgets the stream: another begins, that has nothing to do with it.
    pub fn reset(&mut self) {
        let config = &self.config;
        self.segmenter = Segmenter::new(config.speech.clone());
        self.foreground = Foreground::default();
        self.ring = Ring::new(samples(config.speech.kept_secs() + 1.0));
        self.echo = Echo::new(config.mouth.echo_secs);
        self.meter = LevelMeter::default();
        self.silero.reset();
        self.ears.reset();
        self.attentive_until = 0;
        self.stopped = false;
        self.looked_at = 0;
        self.early = None;
        self.name = None;
    }

    /// The interpreter.
    pub fn interpreter(&self) -> &Interpreter {
        &self.interpreter
    }

    /// \[s\] How much was heard.
    pub fn now_secs(&self) -> f64 {
        self.ring.end() as f64 / f64::from(RATE_HZ)
    }

    /// The button of push-to-talk.
    pub fn button(&mut self, held: bool) {
        self.button = held;
    }

    /// The robot asked something, or was called: what comes next is said to it.
    pub fn attend(&mut self) {
        let until = self.ring.end() + samples(self.config.attention_secs) as u64;
        self.attentive_until = self.attentive_until.max(until);
    }

    /// The robot begins to say this.
    pub fn mouth_speaks(&mut self, text: &str) {
        self.echo.speaks(text, self.ring.end());
    }

    /// The robot has stopped speaking.
    pub fn mouth_rests(&mut self) {
        self.echo.rests(self.ring.end());
    }

    /// Whether somebody calls the robot by its name in these words, heard now: not the robot itself.
    pub fn is_called(&self, text: &str) -> bool {
        let left = self.echo.without_own(text, self.ring.end());
        behind_name_anywhere(self.wake.as_ref(), &left).is_some()
    }

    /// Takes the next samples (mono, 16 kHz).
    ///
    /// # Errors
    /// A model that fails.
    pub fn push(&mut self, portion: &[f32]) -> Result<Vec<Event>, VoiceError> {
        let mut events = Vec::new();
        // Frame by frame, so that what happens does not depend on the portions.
        for portion in portion.chunks(RATE_HZ as usize / 10) {
            self.push_some(portion, &mut events)?;
        }
        Ok(events)
    }

    fn push_some(&mut self, portion: &[f32], events: &mut Vec<Event>) -> Result<(), VoiceError> {
        let mut portion = portion.to_vec();
        self.meter.take(&mut portion);
        if self.meter.level().samples >= u64::from(RATE_HZ) {
            events.push(Event::Level(self.meter.reset()));
        }
        self.ring.push(&portion);
        if self.wake.hear(&portion) {
            self.attend();
        }
        for probability in self.silero.push(&portion)? {
            let from = self.segmenter.now();
            let frame = self.ring.between(from, from + FRAME as u64);
            // Speech of whoever is far behind is none.
            let in_front = self.foreground.push(&frame);
            let event = self
                .segmenter
                .push(if in_front { probability } else { 0.0 });
            self.follow(event, events)?;
        }
        Ok(())
    }

    /// The stream is over.
    ///
    /// # Errors
    /// A model that fails.
    pub fn finish(&mut self) -> Result<Vec<Event>, VoiceError> {
        let mut events = Vec::new();
        let event = self.segmenter.finish();
        self.follow(event, &mut events)?;
        Ok(events)
    }

    fn follow(
        &mut self,
        event: Option<SegmentEvent>,
        events: &mut Vec<Event>,
    ) -> Result<(), VoiceError> {
        match event {
            Some(SegmentEvent::Began(segment)) => {
                self.looked_at = segment.until;
                self.early = None;
                self.name = None;
                self.stopped = false;
                let at_secs = segment.from_secs();
                events.push(Event::Began { at_secs });
            }
            Some(SegmentEvent::Dipped(segment)) => {
                self.early = self.look(segment, true, events)?;
                self.name = self.name_in(segment)?;
                if self.calls_for_more() {
                    self.segmenter.keep_open();
                }
            }
            Some(SegmentEvent::WentOn) => {
                self.early = None;
                self.name = None;
            }
            Some(SegmentEvent::Ended(segment)) => self.said(segment, events)?,
            Some(SegmentEvent::Dropped(segment)) => events.push(Event::Nothing { segment }),
            None => self.look_now_and_then(events)?,
        }
        Ok(())
    }

    /// Whether what was heard at a pause is a beginning: "move the ball from the shelf".
    fn calls_for_more(&self) -> bool {
        self.early.as_ref().is_some_and(|(heard, _)| {
            let text = stripped(self.wake.as_ref(), &heard.text);
            self.interpreter.is_open(&text, heard.language)
        })
    }

    fn look_now_and_then(&mut self, events: &mut Vec<Event>) -> Result<(), VoiceError> {
        let Some(segment) = self.segmenter.current() else {
            return Ok(());
        };
        let over_mouth = self.echo.is_speaking();
        let every_secs = if over_mouth {
            OVER_MOUTH_EVERY_SECS
        } else {
            self.config.partial_secs
        };
        let due = self.looked_at + samples(every_secs) as u64;
        let wanted = self.config.partial_secs > 0.0
            && segment.until >= due
            && self.early.is_none()
            && self.ears.is_quick()
            && (over_mouth || segment.secs() <= self.config.partial_most_secs);
        if wanted {
            self.look(self.newest(segment), false, events)?;
        }
        Ok(())
    }

    /// The part of a segment that is worth a look while it goes on.
    fn newest(&self, segment: Segment) -> Segment {
        let newest = segment
            .until
            .saturating_sub(samples(OVER_MOUTH_SECS) as u64);
        Segment {
            from: if self.echo.is_speaking() {
                segment.from.max(newest)
            } else {
                segment.from
            },
            ..segment
        }
    }

    /// A look at the words so far: what is heard and by which ear, if anything. A short word at a pause may be "stop" in any
    /// language: that is worth all ears.
    fn look(
        &mut self,
        segment: Segment,
        pauses: bool,
        events: &mut Vec<Event>,
    ) -> Result<Option<(Hypothesis, usize)>, VoiceError> {
        self.looked_at = segment.until;
        let sound = self.ring.between(segment.from, segment.until);
        let (heard, ear) = if pauses && segment.secs() < SHORT_SECS {
            let strip = |text: &str| stripped(self.wake.as_ref(), text);
            self.ears.hear(&sound, None, &self.interpreter, &strip)?
        } else {
            self.ears.glance(&sound)?
        };
        let at_secs = segment.until_secs();
        self.watch_for_stop(at_secs, events);
        if heard.text.is_empty() {
            return Ok(None);
        }
        if heard.confidence >= SHOWN_FROM {
            events.push(Event::Partial {
                at_secs,
                text: heard.text.clone(),
                language: heard.language,
            });
        }
        Ok(Some((heard, ear)))
    }

    /// "Stop" needs no name and interrupts the robot's own speech, unless the robot says it itself. Whichever ear hears it.
    fn watch_for_stop(&mut self, at_secs: f64, events: &mut Vec<Event>) {
        if self.stopped || !self.is_awake() {
            return;
        }
        let mut heard = self.ears.all_heard();
        if let Some(word) = heard.find_map(|it| self.stop_in(it)) {
            self.stopped = true;
            events.push(Event::Stop { at_secs, word });
        }
    }

    fn stop_in(&self, heard: &Hypothesis) -> Option<String> {
        let lexicon = self.interpreter.lexicons().of(heard.language);
        let text = stripped(self.wake.as_ref(), &heard.text);
        let text = self.interpreter.tidied(&text, heard.language);
        let word = stop_word(&text, lexicon);
        // The word alone always counts, even while the robot says something that has it.
        if word.as_ref().is_some_and(|it| bare(it) == bare(&text)) {
            return word;
        }
        if self.echo.is_over(self.ring.end()) {
            return word;
        }
        // A stop among the robot's words that is none of them is somebody else's.
        let other = stop_word_anywhere(&heard.text, lexicon);
        if other.is_some() && stop_word_anywhere(self.echo.text(), lexicon).is_none() {
            return other;
        }
        if self.is_echo(&heard.text) {
            return None;
        }
        // Said over its voice: behind the robot's own words.
        let text = meant(self.wake.as_ref(), &self.echo, &heard.text, self.ring.end());
        stop_word(&self.interpreter.tidied(&text, heard.language), lexicon)
    }

    /// Push-to-talk hears nothing while the button is up.
    fn is_awake(&self) -> bool {
        self.config.attention != Attention::PushToTalk || self.button
    }

    fn is_echo(&self, text: &str) -> bool {
        self.echo.is_own(text, self.ring.end())
    }

    fn said(&mut self, segment: Segment, events: &mut Vec<Event>) -> Result<(), VoiceError> {
        let early = self.early.take();
        let sound = self.ring.between(segment.from, segment.until);
        let name = match self.name.take() {
            Some(name) => Some(name),
            None => self.name_in(segment)?,
        };
        let best = self.heard(&sound, early, name)?;
        self.watch_for_stop(segment.until_secs(), events);
        if best.text.trim().is_empty() {
            events.push(Event::Nothing { segment });
            return Ok(());
        }
        let (wake, echo, now) = (self.wake.as_ref(), &self.echo, self.ring.end());
        // As with "stop": whoever hears the name.
        let by_any = || {
            let mut all = self.ears.all_heard();
            all.find_map(|it| called(wake, echo, &it.text, now))
        };
        let named = called(wake, echo, &best.text, now).or_else(by_any);
        // Words that look like its name are none where the sound is another's.
        let may_be = |it: NameFit| it.behind <= self.most_behind(&best);
        let named = named.filter(|_| name.is_none_or(may_be));
        let nothing_else = || sounds(&echo.without_own(&best.text, now)).is_empty();
        let is_echo = self.is_echo(&best.text) || !echo.is_over(now) && nothing_else();
        let strip = |text: &str| meant(wake, echo, text, now);
        let mut ears = self.ears.together(best.language);
        let interpretation = self.interpreter.interpret(&best, &mut ears, &strip)?;
        let to_robot = !is_echo
            && match self.config.attention {
                Attention::Always => true,
                Attention::PushToTalk => self.button,
                Attention::WakeWord => {
                    self.stopped || named.is_some() || segment.from < self.attentive_until
                }
            };
        if named.is_some_and(|it| it.is_empty()) && !is_echo {
            self.attend();
        }
        events.push(Event::Said(Said {
            segment,
            interpretation,
            to_robot,
            stopped: self.stopped,
            is_echo,
        }));
        Ok(())
    }
}
