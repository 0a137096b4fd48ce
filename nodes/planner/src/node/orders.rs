//! Stop, wait, continue, cancel: what acts at once, also in the middle of a command.

use super::{PlannerNode, Task};
use crate::ast::Control;
use crate::executive::board::Board;
use hearth_types::{Language, Stamp, TaskId, TaskVerdict};

/// \[s\] How long a brake may take until the robot admits that it cannot tell.
const BRAKE_SECS: f64 = 4.0;

/// An order to stand still that is done once the wheels do.
pub(super) struct Braking {
    /// The command that ends with it; none where the command under way was taken back.
    pub(super) id: Option<TaskId>,
    pub(super) language: Language,
    pub(super) reply: &'static str,
    pub(super) since: Stamp,
}

impl PlannerNode {
    /// Acts on an order. With more commands behind it (`alone` is false) those give the verdict.
    pub(super) fn obey(&mut self, id: TaskId, language: Language, order: Control, alone: bool) {
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
                id: Some(id),
                language,
                reply,
                since,
            });
        }
    }

    /// Ends one command; those behind it go on once the robot stands. An id that is unknown, over, or of
    /// an order to stand still (which ends by itself and is not undone) changes nothing.
    pub(super) fn cancel(&mut self, id: TaskId) {
        if let Some(task) = self.running.take_if(|it| it.id == id) {
            self.drop_question();
            self.abandon_task(&task, "cancelled");
            // Whoever had the robot wait says when it goes on, also with the next command.
            self.paused &= !self.queue.is_empty();
            self.robot.with(Board::brake);
            self.braking.push(Braking {
                id: None,
                language: task.language,
                reply: "cancelling",
                since: self.robot.now(),
            });
        } else if let Some(index) = self.queue.iter().position(|it| it.id == id)
            && let Some(task) = self.queue.remove(index)
        {
            self.abandon_task(&task, "cancelled");
        }
    }

    /// Ends the running command and all that wait.
    fn abandon(&mut self, key: &str) {
        self.drop_question();
        let tasks: Vec<Task> = self
            .running
            .take()
            .into_iter()
            .chain(self.queue.drain(..))
            .collect();
        for task in tasks {
            self.abandon_task(&task, key);
        }
    }

    fn abandon_task(&self, task: &Task, key: &str) {
        let reason = self.robot.replies.text(task.language, key, &[]);
        self.finish(task.id, true, TaskVerdict::Failed { reason });
    }

    fn drop_question(&self) {
        self.robot.with(|board| {
            board.question = None;
            board.answers.clear();
        });
    }

    pub(super) fn watch_brakes(&mut self) {
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
            let verdict = if stands {
                self.say(language, reply);
                TaskVerdict::Done
            } else {
                let reason = self.robot.replies.text(language, "not_standing", &[]);
                self.say(language, "not_standing");
                TaskVerdict::Failed { reason }
            };
            if let Some(id) = id {
                self.finish(id, true, verdict);
            }
        }
    }
}
