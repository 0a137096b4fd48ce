//! A spoken "stop" on its way to the safety gate, and its release.

use hearth_types::{EStop, Message, Stamp, TaskEvent, TaskId, TaskVerdict};

/// \[s\] Clocks of two processes differ by less.
const CLOCKS_APART_SECS: f64 = 0.5;

/// Engages the gate's latch for spoken stops at once, and releases it when nothing of what was stopped can go on: the
/// planner has dropped it and stands by its own sensors (its order to stop is done), or a person gave another command.
/// Pure; whoever owns it carries the messages.
#[derive(Clone, Debug, Default)]
pub struct SpokenStop {
    engaged: Option<Engaged>,
}

#[derive(Clone, Copy, Debug)]
struct Engaged {
    since: Stamp,
    /// The planner's own order to stop, once it has heard of it.
    order: Option<TaskId>,
}

impl SpokenStop {
    /// Nothing is stopped.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ears that come back after a fall: their forerunner may have stopped the robot. The next command releases that.
    pub fn after_a_fall() -> Self {
        Self {
            engaged: Some(Engaged {
                since: Stamp::ZERO,
                order: None,
            }),
        }
    }

    /// Whether the latch is engaged.
    pub fn is_engaged(&self) -> bool {
        self.engaged.is_some()
    }

    /// Somebody said "stop": what goes to the gate, now.
    pub fn stop(&mut self, now: Stamp) -> Message {
        self.engaged = Some(Engaged {
            since: now,
            order: None,
        });
        Message::SpokenStop(EStop {
            stamp: now,
            engaged: true,
        })
    }

    /// Follows what happens; what goes to the gate, if the stop is over.
    pub fn follow(&mut self, now: Stamp, message: &Message) -> Option<Message> {
        let engaged = self.engaged.as_mut()?;
        let Message::Task(event) = message else {
            return None;
        };
        let is_over = match &**event {
            TaskEvent::Understood {
                stamp,
                task,
                meaning,
                ..
            } => {
                let is_order = meaning == "stop";
                // The planner's clock may be a little behind.
                if is_order && stamp.plus_secs(CLOCKS_APART_SECS) >= engaged.since {
                    engaged.order = Some(*task);
                }
                // Another command is a person's wish that the robot moves again.
                !is_order && *stamp >= engaged.since
            }
            TaskEvent::Finished { task, verdict, .. } => {
                engaged.order == Some(*task) && *verdict == TaskVerdict::Done
            }
            _ => false,
        };
        is_over.then(|| {
            self.engaged = None;
            Message::SpokenStop(EStop {
                stamp: now,
                engaged: false,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::Language;
    use std::sync::Arc;

    fn at(secs: f64) -> Stamp {
        Stamp::ZERO.plus_secs(secs)
    }

    fn understood(secs: f64, task: u64, meaning: &str) -> Message {
        Message::Task(Arc::new(TaskEvent::Understood {
            stamp: at(secs),
            task: TaskId(task),
            language: Language::En,
            meaning: meaning.to_owned(),
        }))
    }

    fn finished(secs: f64, task: u64, verdict: TaskVerdict) -> Message {
        Message::Task(Arc::new(TaskEvent::Finished {
            stamp: at(secs),
            task: TaskId(task),
            understood: true,
            verdict,
        }))
    }

    fn release(secs: f64) -> Option<Message> {
        Some(Message::SpokenStop(EStop {
            stamp: at(secs),
            engaged: false,
        }))
    }

    #[test]
    fn holds_until_the_planner_stands() {
        let mut stop = SpokenStop::new();
        assert_eq!(
            stop.follow(at(0.0), &finished(0.0, 1, TaskVerdict::Done)),
            None
        );
        stop.stop(at(1.0));
        let failed = TaskVerdict::Failed {
            reason: "stopped".to_owned(),
        };
        // What was under way ends; that alone does not release.
        assert_eq!(stop.follow(at(1.1), &finished(1.1, 1, failed)), None);
        assert_eq!(stop.follow(at(1.2), &understood(1.2, 2, "stop")), None);
        assert!(stop.is_engaged());
        assert_eq!(
            stop.follow(at(2.0), &finished(2.0, 2, TaskVerdict::Done)),
            release(2.0)
        );
        assert!(!stop.is_engaged());
    }

    #[test]
    fn a_forerunner_s_stop_is_released_by_the_next_command() {
        let mut stop = SpokenStop::after_a_fall();
        assert_eq!(stop.follow(at(5.0), &understood(5.0, 1, "stop")), None);
        let found = stop.follow(at(9.0), &understood(9.0, 2, "go(kitchen)"));
        assert_eq!(found, release(9.0));
        assert_eq!(
            stop.follow(at(9.5), &understood(9.5, 3, "go(office)")),
            None
        );
    }

    #[test]
    fn holds_where_the_planner_cannot_tell_and_until_another_command() {
        let mut stop = SpokenStop::new();
        stop.stop(at(1.0));
        stop.follow(at(1.2), &understood(1.2, 2, "stop"));
        let failed = TaskVerdict::Failed {
            reason: "?".to_owned(),
        };
        assert_eq!(stop.follow(at(5.0), &finished(5.0, 2, failed)), None);
        // A command from before the stop does not count.
        assert_eq!(
            stop.follow(at(5.1), &understood(0.5, 1, "go(kitchen)")),
            None
        );
        let found = stop.follow(at(6.0), &understood(6.0, 3, "go(kitchen)"));
        assert_eq!(found, release(6.0));
    }
}
