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
            Self::Planner => &[Topic::MotionRequest, Topic::Say, Topic::Task],
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
            Self::Perception => &["robot", "perception", "ros"],
            Self::Planner => &["robot", "planner", "ros"],
            Self::Controller => &["robot", "safety", "controller", "ros"],
        }
    }
}

/// Whether a topic must come from ROS: some node wants it and none of these roles sends it.
pub fn comes_in(topic: Topic, roles: &[Role], nodes: &[&dyn Node]) -> bool {
    let wanted = nodes.iter().any(|it| it.inputs().contains(&topic));
    wanted && !roles.iter().any(|it| it.sends().contains(&topic))
}
