//! What is heard: an answer, an order, or a command for the queue; and who said it.

use super::{PlannerNode, Work};
use crate::ast::{Command, Meaning, Noun, PlaceRef};
use crate::language::NotUnderstood;
use hearth_types::{Language, Point2, TaskEvent, TaskId, Utterance};

/// \[m\] Where a speaker whom nobody saw is taken to stand.
const SPEAKER_AHEAD_M: f64 = 1.5;

/// "Is the room messy": a question that came out as one about a thing of an unknown name.
fn asks_of_unknown(command: &Command) -> bool {
    match command {
        Command::Find { what }
        | Command::Identify { what }
        | Command::Exists { what }
        | Command::Colour { what } => matches!(what.noun, Noun::Unknown(_)),
        Command::Describe { place } => matches!(place, PlaceRef::Unknown(_)),
        _ => false,
    }
}

impl PlannerNode {
    pub(super) fn hear(&mut self, utterance: &Utterance) {
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
        if let Some(language) = self.is_open_question(&utterance.text, &parsed) {
            let text = utterance.text.trim().to_owned();
            self.emit(|stamp| TaskEvent::Understood {
                stamp,
                task: id,
                language,
                meaning: format!("ask_server({text:?})"),
            });
            self.enqueue(id, language, Work::Open(text));
            return;
        }
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

    /// Whether it is a question that a vision-language server may answer, and the command language
    /// has no words for; with its language.
    fn is_open_question(
        &self,
        words: &str,
        parsed: &Result<Meaning, NotUnderstood>,
    ) -> Option<Language> {
        if !self.robot.config.vision_language_server || !self.robot.parser.is_question(words) {
            return None;
        }
        match parsed {
            Ok(meaning) => meaning
                .commands
                .iter()
                .any(asks_of_unknown)
                .then_some(meaning.language),
            Err(
                NotUnderstood::UnknownWords { language, .. }
                | NotUnderstood::NoRequest { language, .. },
            ) => Some(*language),
            Err(_) => None,
        }
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
}
