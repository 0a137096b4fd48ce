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
}

impl Role {
    /// All, as in a composed process.
    pub const ALL: [Self; 3] = [Self::Perception, Self::Planner, Self::Controller];

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
        }
    }

    /// Sections of the parameter file that are its business.
    pub fn sections(self) -> &'static [&'static str] {
        match self {
            Self::Perception => &["robot", "perception", "models", "vision_language", "ros"],
            Self::Planner => &["robot", "planner", "vision_language", "ros"],
            Self::Controller => &["robot", "safety", "controller", "ros"],
        }
    }
}

/// Whether a topic must come from ROS: some node wants it and none of these roles sends it.
pub fn comes_in(topic: Topic, roles: &[Role], nodes: &[&dyn Node]) -> bool {
    let answered_here = topic == Topic::VisualAnswer && answers(nodes);
    wanted(topic, nodes) && !answered_here && !roles.iter().any(|it| it.sends().contains(&topic))
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
        assert!(!comes_in(Topic::Queries, &Role::ALL, &together));
    }

    #[test]
    fn answers_come_in_unless_the_server_is_in_the_same_process() {
        let without: [&dyn Node; 2] = [&PERCEPTION, &PLANNER];
        assert!(comes_in(Topic::VisualAnswer, &Role::ALL, &without));
        let with: [&dyn Node; 3] = [&PERCEPTION, &PLANNER, &SERVER];
        assert!(!comes_in(Topic::VisualAnswer, &Role::ALL, &with));
        assert!(!comes_in(Topic::VisualQuestion, &Role::ALL, &with));
        let apart: [&dyn Node; 2] = [&PERCEPTION, &SERVER];
        assert!(comes_in(Topic::VisualQuestion, &[Role::Perception], &apart));
    }
}
