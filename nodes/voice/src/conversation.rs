//! Ears, dialogue and mouth together: what is heard becomes messages, and what the robot says is not taken for somebody's
//! words. Pure but for the models; sound comes in and orders to the mouth go out as values.

use crate::listen::{Event, Listener, Said};
use crate::sound::EchoCanceller;
use crate::speaking::Speaking;
use crate::{Config, Dialogue, VoiceError};
use hearth_types::{Fault, Heard, HowHeard, Language, Message, MouthOrder, Stamp};
use std::sync::Arc;

/// \[s\] That somebody is too loud is said no more often.
const TOO_LOUD_EVERY_SECS: f64 = 10.0;

/// What portions of sound brought.
#[derive(Debug, Default)]
pub struct Brought {
    /// What the ears noticed, in order.
    pub events: Vec<Event>,
    /// What follows from it: utterances, stops (first), orders to the mouth, reports.
    pub messages: Vec<Message>,
}

/// A conversation with the robot.
pub struct Conversation {
    listener: Listener,
    dialogue: Dialogue,
    speaking: Speaking,
    barge_in: bool,
    has_mouth: bool,
    echo: Option<EchoCanceller>,
    too_loud: Option<Stamp>,
}

impl Conversation {
    /// Nothing was said yet.
    pub fn new(config: &Config, listener: Listener) -> Self {
        Self {
            listener,
            dialogue: Dialogue::new(),
            speaking: Speaking::default(),
            barge_in: config.mouth.barge_in,
            has_mouth: true,
            echo: config.mouth.cancel_echo.then(EchoCanceller::new),
            too_loud: None,
        }
    }

    /// The same where ears may have listened before, and fallen: a stop of theirs is not forgotten.
    pub fn after_a_fall(config: &Config, listener: Listener) -> Self {
        Self {
            dialogue: Dialogue::after_a_fall(),
            ..Self::new(config, listener)
        }
    }

    /// Somebody else says what is to be said, if anybody does, and their voice is nobody's that is known.
    pub fn without_mouth(self) -> Self {
        Self {
            has_mouth: false,
            ..self
        }
    }

    /// Whether the robot waits for an answer.
    pub fn expects_answer(&self) -> bool {
        self.dialogue.expects_answer()
    }

    /// Takes the next samples (mono, 16 kHz).
    ///
    /// # Errors
    /// A model that fails.
    pub fn hear(&mut self, now: Stamp, samples: &[f32]) -> Result<Brought, VoiceError> {
        let events = match &mut self.echo {
            Some(echo) => self.listener.push(&echo.push(samples))?,
            None => self.listener.push(samples)?,
        };
        let mut messages = Vec::new();
        for event in &events {
            self.notice(now, event, &mut messages);
        }
        // A question of the robot's own is spoken too.
        let own = messages.iter().filter(|it| matches!(it, Message::Say(_)));
        for say in own.cloned().collect::<Vec<_>>() {
            messages.extend(self.follow(now, &say));
        }
        if self.dialogue.expects_answer() {
            self.listener.attend();
        }
        Ok(Brought { events, messages })
    }

    /// Follows what the robot does and says, and what its mouth reports; what goes out on that.
    pub fn follow(&mut self, now: Stamp, message: &Message) -> Vec<Message> {
        let order = match message {
            Message::Say(say) if self.has_mouth => self.speaking.say(say),
            Message::Say(_) => None,
            Message::MouthReport(report) => {
                let order = self.speaking.ended(report);
                if !self.speaking.is_under_way() {
                    self.listener.mouth_rests();
                }
                order
            }
            Message::Played(sound) => {
                if let Some(echo) = &mut self.echo {
                    echo.played(&sound.samples);
                }
                None
            }
            Message::Button(held) => {
                self.listener.button(*held);
                None
            }
            other => return self.dialogue.follow(now, other).into_iter().collect(),
        };
        if let Some(MouthOrder::Say { text, .. }) = &order {
            self.listener.mouth_speaks(text);
        }
        order.map(Message::Mouth).into_iter().collect()
    }

    fn notice(&mut self, now: Stamp, event: &Event, out: &mut Vec<Message>) {
        match event {
            Event::Stop { word, .. } => {
                let language = if word.is_ascii() {
                    Language::En
                } else {
                    Language::Zh
                };
                out.extend(self.dialogue.stop(now, word, language));
                self.interrupt(out);
            }
            Event::Said(said) => {
                if said.to_robot && self.barge_in {
                    self.interrupt(out);
                }
                out.extend(self.dialogue.said(now, said, self.listener.interpreter()));
                out.push(Message::Heard(Arc::new(heard(now, said))));
            }
            Event::Partial { text, language, .. } => {
                if self.barge_in && self.speaking.is_under_way() && self.listener.is_called(text) {
                    self.interrupt(out);
                    // What comes next needs no name.
                    self.listener.attend();
                }
                out.push(Message::Heard(Arc::new(partial(now, text, *language))));
            }
            Event::Level(level) if level.is_clipped() => {
                let due = |it: Stamp| now.secs_since(it) > TOO_LOUD_EVERY_SECS;
                if self.too_loud.is_none_or(due) {
                    self.too_loud = Some(now);
                    let share = 100.0 * level.clipped;
                    let text = format!(
                        "the microphone is turned up too far: {share:.1} % of the sound is cut off"
                    );
                    out.push(fault(now, text));
                }
            }
            Event::Level(_) | Event::Began { .. } | Event::Nothing { .. } => {}
        }
    }

    fn interrupt(&mut self, out: &mut Vec<Message>) {
        if let Some(order) = self.speaking.interrupt() {
            self.listener.mouth_rests();
            out.push(Message::Mouth(order));
        }
    }
}

/// Something is wrong with what is heard or said.
pub(crate) fn fault(stamp: Stamp, text: String) -> Message {
    Message::Fault(Arc::new(Fault {
        stamp,
        node: "voice",
        text,
    }))
}

fn heard(stamp: Stamp, said: &Said) -> Heard {
    let it = &said.interpretation;
    Heard {
        stamp,
        heard: it.heard.clone(),
        understood: it.understood.clone(),
        how: it.how,
        language: it.language,
        meaning: it.meaning.notation.clone(),
        confidence: it.confidence,
        to_robot: said.to_robot,
        is_echo: said.is_echo,
        stopped: said.stopped,
        asks: it.ask,
    }
}

fn partial(stamp: Stamp, text: &str, language: Language) -> Heard {
    Heard {
        stamp,
        heard: text.to_owned(),
        understood: text.to_owned(),
        how: HowHeard::Partial,
        language,
        meaning: None,
        confidence: 0.0,
        to_robot: false,
        is_echo: false,
        stopped: false,
        asks: false,
    }
}
