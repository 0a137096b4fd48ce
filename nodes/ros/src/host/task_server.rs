//! Commands as an action, answers as a service.

use super::inlets::ready;
use crate::convert::{task, text};
use crate::qos;
use futures::Stream;
use hearth_types::{Message, PlanStep, Stamp, TaskEvent, TaskId, TaskVerdict, Utterance};
use r2r::hearth_interfaces::action::ExecuteCommand;
use r2r::hearth_interfaces::{msg, srv};
use r2r::{ActionServerCancelRequest, ActionServerGoal, ActionServerGoalRequest, ServiceRequest};
use std::collections::VecDeque;
use std::sync::Arc;

/// \[s\] The planner says at once that it heard a command. If it does not, the words answered a question that
/// waited, or there is no planner.
const HEARD_SECS: f64 = 2.0;
/// More commands than anybody gives a robot at a time.
const MOST_GOALS: usize = 32;
type Goal = ActionServerGoal<ExecuteCommand::Action>;

/// A goal under way.
struct Running {
    goal: Goal,
    cancels: Box<dyn Stream<Item = ActionServerCancelRequest> + Unpin>,
    since: Stamp,
    /// Known once the planner has heard the words.
    task: Option<TaskId>,
    feedback: ExecuteCommand::Feedback,
    steps: Vec<PlanStep>,
    spoken: Vec<String>,
    cancelled: bool,
}

/// Serves `execute_command` and `answer`.
pub struct TaskServer {
    goals: Box<dyn Stream<Item = ActionServerGoalRequest<ExecuteCommand::Action>> + Unpin>,
    answers: Box<dyn Stream<Item = ServiceRequest<srv::Answer::Service>> + Unpin>,
    running: VecDeque<Running>,
    /// The command that waits for an answer.
    asked: Option<TaskId>,
    /// The command whose doings are reported; what is said meanwhile belongs to it.
    current: Option<TaskId>,
    /// All that the planner has heard and not finished, whoever gave them.
    under_way: Vec<TaskId>,
}

impl TaskServer {
    /// Creates both.
    ///
    /// # Errors
    /// What r2r says.
    pub fn create(ros: &mut r2r::Node) -> r2r::Result<Self> {
        Ok(Self {
            goals: Box::new(ros.create_action_server::<ExecuteCommand::Action>("execute_command")?),
            answers: Box::new(
                ros.create_service::<srv::Answer::Service>("answer", qos::reliable())?,
            ),
            running: VecDeque::new(),
            asked: None,
            current: None,
            under_way: Vec::new(),
        })
    }

    /// Takes what clients want; `tell` gives the planner a message. Nothing is taken on while the node is not
    /// active.
    pub fn poll(&mut self, active: bool, now: Stamp, tell: &mut dyn FnMut(Message)) {
        while let Some(request) = ready(&mut self.goals) {
            self.take(request, active, now, tell);
        }
        while let Some(request) = ready(&mut self.answers) {
            let response = self.answer(&request.message, active, now, tell);
            logged(request.respond(response));
        }
        for running in &mut self.running {
            while let Some(cancel) = ready(&mut running.cancels) {
                cancel.accept();
                running.cancelled = true;
                if let Some(task) = running.task {
                    tell(Message::Cancel(task));
                }
            }
        }
        self.give_up_unheard(now);
    }

    fn take(
        &mut self,
        request: ActionServerGoalRequest<ExecuteCommand::Action>,
        active: bool,
        now: Stamp,
        tell: &mut dyn FnMut(Message),
    ) {
        let said = msg::Utterance {
            text: request.goal.text.clone(),
            language: request.goal.language.clone(),
            speaker: request.goal.speaker.clone(),
            ..Default::default()
        };
        let utterance = task::utterance(&said, now);
        let (Ok(utterance), true, true) = (utterance, active, self.running.len() < MOST_GOALS)
        else {
            tracing::warn!(
                "a command was rejected: the node is not active, the words are endless, or too many commands wait"
            );
            logged(request.reject());
            return;
        };
        match request.accept() {
            Ok((goal, cancels)) => {
                self.running.push_back(Running {
                    goal,
                    cancels: Box::new(cancels),
                    since: now,
                    task: None,
                    feedback: ExecuteCommand::Feedback {
                        step_index: -1,
                        ..Default::default()
                    },
                    steps: Vec::new(),
                    spoken: Vec::new(),
                    cancelled: false,
                });
                tell(Message::Utterance(Arc::new(utterance)));
            }
            Err(error) => tracing::warn!("a command could not be accepted: {error}"),
        }
    }

    fn answer(
        &self,
        request: &srv::Answer::Request,
        active: bool,
        now: Stamp,
        tell: &mut dyn FnMut(Message),
    ) -> srv::Answer::Response {
        let refuse = |message: &str| srv::Answer::Response {
            success: false,
            message: message.to_owned(),
        };
        match self.asked {
            _ if !active => refuse("the planner is not active"),
            None => refuse("no command waits for an answer"),
            Some(task) if request.task_id != 0 && request.task_id != task.0 => refuse(&format!(
                "command {} waits for an answer, not {}",
                task.0, request.task_id
            )),
            Some(_) => {
                tell(Message::Utterance(Arc::new(Utterance {
                    stamp: now,
                    text: request.text.clone(),
                    language: text::language(&request.language),
                    confidence: 1.0,
                    speaker: None,
                })));
                srv::Answer::Response {
                    success: true,
                    message: String::new(),
                }
            }
        }
    }

    fn give_up_unheard(&mut self, now: Stamp) {
        let unheard = |it: &Running| it.task.is_none() && now.secs_since(it.since) > HEARD_SECS;
        while let Some(at) = self.running.iter().position(unheard) {
            if let Some(mut running) = self.running.remove(at) {
                let result = ExecuteCommand::Result {
                    verdict: "refused".to_owned(),
                    reason: "the words were taken as the answer to a question that waited"
                        .to_owned(),
                    ..Default::default()
                };
                logged(running.goal.abort(result));
            }
        }
    }

    /// All goals end, as the planner is switched off; by `tell` it hears that its commands do.
    pub fn abandon(&mut self, why: &str, tell: &mut dyn FnMut(Message)) {
        for task in self.under_way.drain(..) {
            tell(Message::Cancel(task));
        }
        for mut running in self.running.drain(..) {
            let result = ExecuteCommand::Result {
                verdict: "failed".to_owned(),
                reason: text::to_ros(why),
                spoken: running.spoken,
                ..Default::default()
            };
            logged(running.goal.abort(result));
        }
        self.asked = None;
        self.current = None;
    }

    /// Takes what the planner sends; `tell` gives it a message.
    pub fn hear(&mut self, message: &Message, tell: &mut dyn FnMut(Message)) {
        match message {
            Message::Task(event) => self.hear_event(event, tell),
            Message::Say(say) => self.hear_speech(&say.text),
            _ => {}
        }
    }

    fn hear_speech(&mut self, words: &str) {
        let current = self.current;
        let to = self
            .running
            .iter_mut()
            .find(|it| it.task.is_some() && it.task == current);
        if let Some(running) = to {
            let words = text::to_ros(words);
            running.feedback.said.clone_from(&words);
            running.spoken.push(words);
            running.tell_progress();
            running.feedback.said.clear();
        }
    }

    fn hear_event(&mut self, event: &TaskEvent, tell: &mut dyn FnMut(Message)) {
        let (id, _) = task::task_of(event);
        self.current = Some(id);
        match event {
            TaskEvent::Heard { .. } => self.under_way.push(id),
            TaskEvent::Finished { .. } => self.under_way.retain(|it| *it != id),
            _ => {}
        }
        self.asked = match event {
            TaskEvent::Asked { .. } => Some(id),
            // Any other news of the same command shows that it waits no longer.
            _ if self.asked == Some(id) => None,
            _ => self.asked,
        };
        if let TaskEvent::Heard { text, .. } = event {
            let unheard = |it: &&mut Running| it.task.is_none() && it.goal.goal.text == *text;
            if let Some(running) = self.running.iter_mut().find(unheard) {
                running.task = Some(id);
                running.feedback.task_id = id.0;
                if running.cancelled {
                    tell(Message::Cancel(id));
                }
            }
        }
        let Some(at) = self.running.iter().position(|it| it.task == Some(id)) else {
            return;
        };
        if let TaskEvent::Finished {
            understood,
            verdict,
            ..
        } = event
        {
            if let Some(running) = self.running.remove(at) {
                running.finish(*understood, verdict);
            }
        } else {
            self.running[at].follow(event);
        }
    }
}

impl Running {
    fn follow(&mut self, event: &TaskEvent) {
        self.feedback.question.clear();
        match event {
            TaskEvent::Planned { steps, .. } => {
                self.steps.clone_from(steps);
                self.feedback.plan = task::steps_msg(steps);
            }
            TaskEvent::Step {
                stamp,
                task,
                index,
                state,
            } => {
                let skill = self.steps.get(*index).map_or("", |it| it.skill.as_str());
                self.feedback.step_index = i32::try_from(*index).unwrap_or(i32::MAX);
                self.feedback.status = task::status_msg(*stamp, *task, *index, skill, state);
            }
            TaskEvent::Asked { question, .. } => {
                self.feedback.question = text::to_ros(question);
            }
            _ => {}
        }
        self.tell_progress();
    }

    fn tell_progress(&self) {
        logged(self.goal.publish_feedback(self.feedback.clone()));
    }

    fn finish(mut self, understood: bool, verdict: &TaskVerdict) {
        let (word, reason) = task::verdict(verdict);
        let result = ExecuteCommand::Result {
            verdict: word.to_owned(),
            understood,
            reason: text::to_ros(reason),
            spoken: self.spoken,
        };
        logged(match verdict {
            // Done although it was to be cancelled is done all the same.
            TaskVerdict::Done if !self.cancelled => self.goal.succeed(result),
            _ if self.cancelled => self.goal.cancel(result),
            _ => self.goal.abort(result),
        });
    }
}

fn logged(result: r2r::Result<()>) {
    if let Err(error) = result {
        tracing::warn!("a message about a command was not sent: {error}");
    }
}
