//! The talk with a driver outside of the controller: one goal at a time, and never two who drive.

use hearth_types::{Fault, Message, NavGoal, NavState, NavStatus, Odometry, Outbox, Pose2, Stamp};
use std::sync::Arc;

/// \[s\] A driver that says nothing for longer is not waited for.
const SILENT_SECS: f64 = 2.0;
/// \[s\] The controller holds the base for this long when it takes it back: speeds of the driver may still be
/// on their way. Then until odometry shows it at rest, but no longer than the second.
const HELD_SECS: f64 = 0.3;
const HELD_AT_MOST_SECS: f64 = 1.5;

/// A goal that the driver has.
#[derive(Clone, Debug)]
struct Goal {
    id: u64,
    heard: Stamp,
    state: NavState,
}

/// How the driver gets on.
#[derive(Clone, Debug, PartialEq)]
pub enum Course {
    /// It drives.
    UnderWay,
    /// It says that it is there.
    Reached,
    /// It does not drive, and why.
    Over(String),
}

/// What the driver was asked for, and what there is to tell it.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    last_id: u64,
    goal: Option<Goal>,
    held_since: Option<Stamp>,
    messages: Vec<Message>,
}

impl Outside {
    /// Hands the base over.
    pub fn ask(&mut self, now: Stamp, goal_in_map: Pose2) {
        self.take_back(now);
        self.last_id += 1;
        self.goal = Some(Goal {
            id: self.last_id,
            heard: now,
            state: NavState::Active,
        });
        self.tell(now, self.last_id, Some(goal_in_map));
    }

    /// Takes a status; of another goal than the one under way it means nothing.
    pub fn on_status(&mut self, now: Stamp, status: &NavStatus) {
        if let Some(goal) = self.goal.as_mut().filter(|it| it.id == status.id) {
            goal.heard = now;
            // What is over does not begin again.
            if goal.state == NavState::Active {
                goal.state.clone_from(&status.state);
            }
        }
    }

    /// How the goal goes. Once it is over, the base is the controller's again.
    pub fn course(&mut self, now: Stamp) -> Course {
        let Some(goal) = &self.goal else {
            return Course::Over("it was not asked".into());
        };
        let course = match &goal.state {
            NavState::Active if now.secs_since(goal.heard) <= SILENT_SECS => Course::UnderWay,
            NavState::Active => {
                self.take_back(now);
                return Course::Over(format!("it said nothing for {SILENT_SECS} s"));
            }
            NavState::Reached => Course::Reached,
            NavState::Failed { reason } => Course::Over(reason.clone()),
            NavState::Unavailable => Course::Over("there is none".into()),
        };
        if course != Course::UnderWay {
            self.goal = None;
            self.held_since = Some(now);
        }
        course
    }

    /// Ends the goal under way, if there is one, and holds the base. Whether there was one.
    pub fn take_back(&mut self, now: Stamp) -> bool {
        let Some(goal) = self.goal.take() else {
            return false;
        };
        self.tell(now, goal.id, None);
        self.held_since = Some(now);
        true
    }

    /// Whether the base must stand still until it is at rest.
    pub fn holds_base(&mut self, now: Stamp, odometry: Option<&Odometry>) -> bool {
        let Some(since) = self.held_since else {
            return false;
        };
        let held_secs = now.secs_since(since);
        let still = odometry
            .is_some_and(|it| it.forward_m_s.abs() < 0.01 && it.yaw_rate_rad_s.abs() < 0.02);
        if held_secs >= HELD_AT_MOST_SECS || (still && held_secs >= HELD_SECS) {
            self.held_since = None;
        }
        self.held_since.is_some()
    }

    /// Notes for people that the controller drives itself, although it should not.
    pub fn complain(&mut self, now: Stamp, why: &str) {
        self.messages.push(Message::Fault(Arc::new(Fault {
            stamp: now,
            node: "controller",
            text: format!("the driver outside does not drive ({why}): the controller does"),
        })));
    }

    /// Sends what there is to tell.
    pub fn send(&mut self, out: &mut Outbox) {
        for message in self.messages.drain(..) {
            out.push(message);
        }
    }

    fn tell(&mut self, now: Stamp, id: u64, goal_in_map: Option<Pose2>) {
        self.messages.push(Message::NavGoal(NavGoal {
            stamp: now,
            id,
            goal_in_map,
        }));
    }
}
