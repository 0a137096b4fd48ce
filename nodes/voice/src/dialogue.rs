//! What goes from the ears to the rest of the robot: commands, questions about what was not clear, and stops.

use crate::SpokenStop;
use crate::listen::Said;
use crate::understand::{Interpreter, Sense};
use hearth_types::{Language, Message, Say, Stamp, TaskEvent, TaskId, Utterance};
use std::sync::Arc;

/// Follows what is said, and what the planner makes of it. Pure; whoever owns it carries the messages.
#[derive(Clone, Debug, Default)]
pub struct Dialogue {
    stop: SpokenStop,
    /// What was perhaps meant, while a person is asked whether it was.
    doubtful: Option<(String, Language)>,
    /// The planner asked something: short answers are for it.
    planner_asks: Option<TaskId>,
}

impl Dialogue {
    /// Nothing was said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`SpokenStop::after_a_fall`].
    pub fn after_a_fall() -> Self {
        Self {
            stop: SpokenStop::after_a_fall(),
            ..Self::default()
        }
    }

    /// Whether what is said next may be an answer, which nobody begins with the robot's name.
    pub fn expects_answer(&self) -> bool {
        self.doubtful.is_some() || self.planner_asks.is_some()
    }

    /// "Stop" was heard: to the gate first, then to the planner.
    pub fn stop(&mut self, now: Stamp, word: &str, language: Language) -> Vec<Message> {
        self.doubtful = None;
        vec![self.stop.stop(now), utterance(now, word, language, 1.0)]
    }

    /// Somebody said something to the robot.
    pub fn said(&mut self, now: Stamp, said: &Said, interpreter: &Interpreter) -> Vec<Message> {
        let it = &said.interpretation;
        let means_stop = it.meaning.notation.as_deref() == Some("stop");
        // Found only among what else it may have been: still a stop, and one too many harms nobody.
        if said.to_robot && means_stop && !said.stopped {
            return self.stop(now, &it.understood, it.language);
        }
        let is_mere_stop = said.stopped && (means_stop || it.meaning.notation.is_none());
        // The name alone asks for nothing; a stop was passed on when it was heard.
        if !said.to_robot || it.understood.is_empty() || is_mere_stop {
            return Vec::new();
        }
        let language = it.language;
        if let Some((text, meant)) = self.doubtful.take() {
            match interpreter.comprehension().yes_or_no(&it.understood) {
                Some(true) => return vec![utterance(now, &text, meant, 1.0)],
                Some(false) => {
                    let again = interpreter.lexicons().of(meant).again.clone();
                    return vec![say(now, again, meant)];
                }
                None => {}
            }
        }
        let is_answer = self.planner_asks.is_some() && it.meaning.sense != Sense::Whole;
        if it.ask && !is_answer {
            let lexicon = interpreter.lexicons().of(language);
            if it.meaning.sense == Sense::None {
                return vec![say(now, lexicon.again.clone(), language)];
            }
            self.doubtful = Some((it.understood.clone(), language));
            let bare = it
                .understood
                .trim_end_matches(['.', '?', '!', '。', '？', '！']);
            return vec![say(now, lexicon.confirm.replace("{text}", bare), language)];
        }
        vec![utterance(now, &it.understood, language, it.confidence)]
    }

    /// Follows what the robot does; what goes out on that.
    pub fn follow(&mut self, now: Stamp, message: &Message) -> Option<Message> {
        if let Message::Task(event) = message {
            match &**event {
                TaskEvent::Asked { task, .. } => self.planner_asks = Some(*task),
                TaskEvent::Finished { task, .. } if self.planner_asks == Some(*task) => {
                    self.planner_asks = None;
                }
                _ => {}
            }
        }
        self.stop.follow(now, message)
    }
}

fn utterance(stamp: Stamp, text: &str, language: Language, confidence: f64) -> Message {
    Message::Utterance(Arc::new(Utterance {
        stamp,
        text: text.to_owned(),
        language: Some(language),
        confidence,
        speaker: None,
    }))
}

fn say(stamp: Stamp, text: String, language: Language) -> Message {
    Message::Say(Arc::new(Say {
        stamp,
        text,
        language,
    }))
}
