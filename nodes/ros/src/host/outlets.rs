//! What goes to ROS: publishers, on a thread that waits for the nodes' messages and nothing else.

mod voice;

use self::voice::Voice;
use super::Extras;
use super::roles::{Role, answers};
use super::sessions::Sessions;
use crate::convert::markers::world_markers;
use crate::convert::transforms::{header, planar, pose};
use crate::convert::{localization, motion, query, safety, task, text, world};
use crate::qos;
use hearth_types::{
    Message, MotionFailure, MotionGoal, MotionReport, MotionRequest, MotionState, Node, PlanStep,
    Pose2, Stamp, TaskEvent, TaskId,
};
use r2r::Publisher;
use r2r::hearth_interfaces::msg as own;
use r2r::visualization_msgs::msg::MarkerArray;
use r2r::{geometry_msgs, nav_msgs, tf2_msgs};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Publishers of what the nodes of a process send. Those of other roles are absent.
pub struct Outlets {
    perception: Option<Perception>,
    planner: Option<Planner>,
    controller: Option<Controller>,
    voice: Option<Voice>,
    /// Where open questions about pictures are answered in this process.
    visual_answer: Option<Publisher<own::VisualAnswer>>,
    heartbeat: Publisher<own::Heartbeat>,
    sessions: Arc<Sessions>,
}

struct Perception {
    world: Publisher<own::World>,
    markers: Publisher<MarkerArray>,
    extras: Option<Extras>,
}

struct Planner {
    motion_request: Publisher<own::MotionRequest>,
    say: Publisher<own::Say>,
    plan: Publisher<own::Plan>,
    skill_status: Publisher<own::SkillStatus>,
    events: Publisher<own::TaskEvent>,
    queries: Publisher<own::Queries>,
    visual_question: Publisher<own::VisualQuestion>,
    /// Of the commands that go on: their words and newest plan.
    tasks: HashMap<TaskId, (String, Vec<PlanStep>)>,
}

struct Controller {
    motion_report: Publisher<own::MotionReport>,
    safety_status: Publisher<own::SafetyStatus>,
    localization: Publisher<own::Localization>,
    route: Publisher<nav_msgs::msg::Path>,
    tf: Option<Publisher<tf2_msgs::msg::TFMessage>>,
}

impl Outlets {
    /// Creates the publishers of these roles.
    ///
    /// # Errors
    /// What r2r says.
    pub fn create(
        ros: &mut r2r::Node,
        roles: &[Role],
        nodes: &[&dyn Node],
        sessions: &Arc<Sessions>,
        publishes_map_frame: bool,
        extras: Option<Extras>,
    ) -> r2r::Result<Self> {
        let mut out = Self {
            perception: None,
            planner: None,
            controller: None,
            voice: roles
                .contains(&Role::Voice)
                .then(|| Voice::create(ros, roles, nodes))
                .transpose()?,
            visual_answer: answers(nodes)
                .then(|| ros.create_publisher("visual_answer", qos::reliable()))
                .transpose()?,
            heartbeat: ros.create_publisher("heartbeat", qos::sensor())?,
            sessions: Arc::clone(sessions),
        };
        if roles.contains(&Role::Perception) {
            out.perception = Some(Perception {
                world: ros.create_publisher("world", qos::latched())?,
                markers: ros.create_publisher("world_markers", qos::latched())?,
                extras,
            });
        }
        if roles.contains(&Role::Planner) {
            out.planner = Some(Planner {
                motion_request: ros.create_publisher("motion_request", qos::reliable())?,
                say: ros.create_publisher("say", qos::reliable())?,
                plan: ros.create_publisher("plan", qos::latched())?,
                skill_status: ros.create_publisher("skill_status", qos::reliable())?,
                events: ros.create_publisher("task_events", qos::reliable())?,
                queries: ros.create_publisher("queries", qos::latched())?,
                visual_question: ros.create_publisher("visual_question", qos::reliable())?,
                tasks: HashMap::new(),
            });
        }
        if roles.contains(&Role::Controller) {
            out.controller = Some(Controller {
                motion_report: ros.create_publisher("motion_report", qos::reliable())?,
                safety_status: ros.create_publisher("safety_status", qos::latched())?,
                localization: ros.create_publisher("localization", qos::reliable())?,
                route: ros.create_publisher("plan_path", qos::reliable())?,
                tf: publishes_map_frame
                    .then(|| ros.create_publisher("/tf", qos::reliable().keep_last(100)))
                    .transpose()?,
            });
        }
        Ok(out)
    }

    /// Asks a controller that was started anew for the motion that its forerunner was at. Where the base or the head
    /// moved it goes on; an arm in the midst of something is not set in motion again.
    ///
    /// # Errors
    /// What r2r says.
    pub fn ask_again(&self, request: &MotionRequest) -> r2r::Result<()> {
        let Some(planner) = &self.planner else {
            return Ok(());
        };
        let mut message = motion::request_msg(request, self.sessions.own);
        message.abandoned = matches!(
            request.goal,
            MotionGoal::Grasp(_) | MotionGoal::Place(_) | MotionGoal::Offer { .. }
        );
        planner.motion_request.publish(&message)
    }

    /// Publishes a message, if it is one for ROS.
    ///
    /// # Errors
    /// What r2r says.
    pub fn publish(&mut self, message: &Message) -> r2r::Result<()> {
        let session = self.sessions.own;
        match message {
            Message::Heartbeat(it) => {
                return self.heartbeat.publish(&safety::heartbeat_msg(it, session));
            }
            Message::World(it) => {
                if let Some(out) = &self.perception {
                    if out.markers.get_inter_process_subscription_count()? > 0 {
                        out.markers.publish(&world_markers(it))?;
                    }
                    return out.world.publish(&world::world_msg(it));
                }
            }
            Message::VisualAnswer(it) => {
                if let Some(out) = &self.visual_answer {
                    return out.publish(&query::answer_msg(it, self.sessions.asker(it.id)));
                }
            }
            Message::Detections(it) => {
                if let Some(extras) = self.perception.as_mut().and_then(|it| it.extras.as_mut()) {
                    return extras.publish(it);
                }
            }
            _ => {}
        }
        if let Some(planner) = &mut self.planner {
            planner.publish(message, session)?;
        }
        if let Some(controller) = &mut self.controller {
            controller.publish(message, &self.sessions)?;
        }
        if let Some(voice) = &self.voice {
            voice.publish(message)?;
        }
        Ok(())
    }

    /// Publishes what the robot says, as sound.
    ///
    /// # Errors
    /// What r2r says.
    pub fn speech(&mut self, rate_hz: u32, samples: &[f32]) -> r2r::Result<()> {
        self.voice
            .as_mut()
            .map_or(Ok(()), |it| it.speech(rate_hz, samples))
    }
}

/// An abandoned motion that ended well has failed all the same; what the sensors show stays.
fn failed(report: &MotionReport) -> MotionReport {
    let state = match &report.state {
        MotionState::Succeeded(evidence) => MotionState::Failed {
            failure: MotionFailure::Halted,
            evidence: *evidence,
        },
        other => other.clone(),
    };
    MotionReport {
        state,
        ..report.clone()
    }
}

impl Planner {
    fn publish(&mut self, message: &Message, session: u64) -> r2r::Result<()> {
        match message {
            Message::MotionRequest(it) => self
                .motion_request
                .publish(&motion::request_msg(it, session)),
            Message::Say(it) => self.say.publish(&task::say_msg(it)),
            Message::Task(it) => self.publish_event(it),
            Message::Queries(it) => self.queries.publish(&query::queries_msg(it)),
            Message::VisualQuestion(it) => self
                .visual_question
                .publish(&query::question_msg(it, session)),
            _ => Ok(()),
        }
    }

    fn publish_event(&mut self, event: &TaskEvent) -> r2r::Result<()> {
        let (id, stamp) = task::task_of(event);
        let mut skill = String::new();
        match event {
            TaskEvent::Heard { text, .. } => {
                self.tasks.insert(id, (text.clone(), Vec::new()));
            }
            TaskEvent::Planned { steps, .. } => {
                let known = self.tasks.entry(id).or_default();
                known.1.clone_from(steps);
                self.plan.publish(&own::Plan {
                    header: header(stamp, ""),
                    task_id: id.0,
                    text: text::to_ros(&known.0),
                    steps: task::steps_msg(steps),
                })?;
            }
            TaskEvent::Step { index, state, .. } => {
                let step = self.tasks.get(&id).and_then(|it| it.1.get(*index));
                skill = step.map_or_else(String::new, |it| it.skill.clone());
                self.skill_status
                    .publish(&task::status_msg(stamp, id, *index, &skill, state))?;
            }
            TaskEvent::Finished { .. } => {
                self.tasks.remove(&id);
            }
            _ => {}
        }
        self.events.publish(&task::event_msg(event, &skill))
    }
}

impl Controller {
    fn publish(&mut self, message: &Message, sessions: &Sessions) -> r2r::Result<()> {
        // Reports go to the planner that asked.
        let asked = sessions.planner.load(Ordering::Acquire);
        match message {
            Message::MotionReport(it) => {
                let abandoned = sessions.abandoned.load(Ordering::Acquire) == it.id.0;
                let report = if abandoned {
                    failed(it)
                } else {
                    (**it).clone()
                };
                self.motion_report
                    .publish(&motion::report_msg(&report, asked))
            }
            Message::Gate(it) => self.safety_status.publish(&safety::status_msg(it)),
            Message::Localization(it) => {
                self.publish_tf(it.stamp, &it.map_from_odom)?;
                self.localization
                    .publish(&localization::localization_msg(it))
            }
            Message::Route(it) => {
                let poses = it.iter().map(|point| geometry_msgs::msg::PoseStamped {
                    header: header(Stamp::ZERO, "map"),
                    pose: pose(&Pose2::new(point.x, point.y, 0.0)),
                });
                self.route.publish(&nav_msgs::msg::Path {
                    header: header(Stamp::ZERO, "map"),
                    poses: poses.collect(),
                })
            }
            _ => Ok(()),
        }
    }

    fn publish_tf(&self, stamp: Stamp, map_from_odom: &Pose2) -> r2r::Result<()> {
        let Some(tf) = &self.tf else { return Ok(()) };
        tf.publish(&tf2_msgs::msg::TFMessage {
            transforms: vec![planar(stamp, "map", "odom", map_from_odom)],
        })
    }
}
