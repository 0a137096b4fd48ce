//! Which part of Hearth a process hosts, and what crosses its edge.

use hearth_types::{Node, Topic};

/// A part of Hearth that can have a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Camera to world.
    Perception,
    /// Words to motions.
    Planner,
    /// Motions to actuators, through the safety gate.
    Controller,
    /// Sound to words and stops, and back.
    Voice,
}

impl Role {
    /// What every robot has, as in a composed process. The voice may be with them.
    pub const BODY: [Self; 3] = [Self::Perception, Self::Planner, Self::Controller];

    /// What its nodes send. A node's inputs are known from the node itself.
    pub fn sends(self) -> &'static [Topic] {
        match self {
            Self::Perception => &[Topic::World, Topic::Detections],
            Self::Planner => &[
                Topic::MotionRequest,
                Topic::Say,
                Topic::Task,
                Topic::Queries,
                Topic::VisualQuestion,
            ],
            Self::Controller => &[
                Topic::Base,
                Topic::Joints,
                Topic::Actuators,
                Topic::Gate,
                Topic::Localization,
                Topic::Route,
                Topic::MotionReport,
                Topic::NavGoal,
            ],
            Self::Voice => &[
                Topic::Utterance,
                Topic::SpokenStop,
                Topic::Heard,
                Topic::Mouth,
            ],
        }
    }

    /// Sections of the parameter file that are its business.
    pub fn sections(self) -> &'static [&'static str] {
        match self {
            Self::Perception => &["robot", "perception", "models", "vision_language", "ros"],
            Self::Planner => &["robot", "planner", "vision_language", "ros"],
            Self::Controller => &["robot", "safety", "controller", "ros"],
            Self::Voice => &["voice", "models", "ros"],
        }
    }
}

/// Whether a topic must come from ROS: some node wants it and none of these roles sends it. What is to be said comes from
/// anybody; the mouth knows again what came in memory too.
pub fn comes_in(topic: Topic, roles: &[Role], nodes: &[&dyn Node]) -> bool {
    let answered_here = topic == Topic::VisualAnswer && answers(nodes);
    let sent_here = roles.iter().any(|it| it.sends().contains(&topic));
    wanted(topic, nodes)
        && !answered_here
        && (!sent_here || anybody_sends(topic) || topic == Topic::Say)
}

/// Whether a topic goes to ROS from a process of these nodes: what they say to each other stays in memory, and would come
/// back to them otherwise.
pub fn goes_out(topic: Topic, nodes: &[&dyn Node]) -> bool {
    !(anybody_sends(topic) && wanted(topic, nodes))
}

/// Topics that anybody may send, whoever else does: words and stops of people.
fn anybody_sends(topic: Topic) -> bool {
    matches!(topic, Topic::Utterance | Topic::SpokenStop)
}

/// Whether open questions about pictures are answered by one of these nodes. It may be in any process.
pub fn answers(nodes: &[&dyn Node]) -> bool {
    wanted(Topic::VisualQuestion, nodes)
}

fn wanted(topic: Topic, nodes: &[&dyn Node]) -> bool {
    nodes.iter().any(|it| it.inputs().contains(&topic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::{Message, Outbox, Stamp};

    struct Wants(&'static [Topic]);

    impl Node for Wants {
        fn name(&self) -> &'static str {
            "wants"
        }

        fn inputs(&self) -> &'static [Topic] {
            self.0
        }

        fn step(&mut self, _: Stamp, _: &Message, _: &mut Outbox) {}
    }

    const PERCEPTION: Wants = Wants(&[Topic::Rgbd, Topic::Queries]);
    const PLANNER: Wants = Wants(&[Topic::World, Topic::VisualAnswer]);
    const SERVER: Wants = Wants(&[Topic::Rgbd, Topic::VisualQuestion]);

    #[test]
    fn phrases_come_in_where_no_planner_is() {
        let apart: [&dyn Node; 1] = [&PERCEPTION];
        assert!(comes_in(Topic::Queries, &[Role::Perception], &apart));
        let together: [&dyn Node; 2] = [&PERCEPTION, &PLANNER];
        assert!(!comes_in(Topic::Queries, &Role::BODY, &together));
    }

    #[test]
    fn people_are_heard_by_a_planner_that_has_ears_of_its_own() {
        let planner = Wants(&[Topic::Utterance]);
        let ears = Wants(&[Topic::Sound]);
        let apart: [&dyn Node; 1] = [&ears];
        assert!(goes_out(Topic::Utterance, &apart));
        let together: [&dyn Node; 2] = [&planner, &ears];
        assert!(comes_in(
            Topic::Utterance,
            &[Role::Planner, Role::Voice],
            &together
        ));
        assert!(!goes_out(Topic::Utterance, &together));
        assert!(goes_out(Topic::Heard, &together));
    }

    #[test]
    fn answers_come_in_unless_the_server_is_in_the_same_process() {
        let without: [&dyn Node; 2] = [&PERCEPTION, &PLANNER];
        assert!(comes_in(Topic::VisualAnswer, &Role::BODY, &without));
        let with: [&dyn Node; 3] = [&PERCEPTION, &PLANNER, &SERVER];
        assert!(!comes_in(Topic::VisualAnswer, &Role::BODY, &with));
        assert!(!comes_in(Topic::VisualQuestion, &Role::BODY, &with));
        let apart: [&dyn Node; 2] = [&PERCEPTION, &SERVER];
        assert!(comes_in(Topic::VisualQuestion, &[Role::Perception], &apart));
    }
}
