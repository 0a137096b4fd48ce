//! Nav2 as the driver of the base: its `navigate_to_pose` takes the controller's goals, its velocities pass the
//! gate like everybody's.

use super::inlets::ready;
use crate::convert::actuators::velocity;
use crate::convert::transforms::{header, pose};
use crate::qos;
use futures::{Future, FutureExt, Stream};
use hearth_types::{BaseCommand, Message, NavGoal, NavState, NavStatus, Stamp};
use r2r::geometry_msgs::msg::{PoseStamped, Twist, TwistStamped};
use r2r::nav2_msgs::action::NavigateToPose;
use r2r::{ActionClient, ActionClientGoal, GoalStatus};
use std::pin::Pin;

/// \[s\] A velocity of Nav2's holds for so long: it sends 20 a second.
const VELOCITY_SECS: f64 = 0.2;
/// \[s\] How often the controller is told that Nav2 is at it.
const STATUS_SECS: f64 = 0.5;

type Awaited<T> = Pin<Box<dyn Future<Output = T>>>;
type Ended = r2r::Result<(GoalStatus, NavigateToPose::Result)>;
type Accepted = r2r::Result<(ActionClientGoal<NavigateToPose::Action>, Awaited<Ended>)>;

enum Velocities {
    Plain(Box<dyn Stream<Item = Twist> + Unpin>),
    Stamped(Box<dyn Stream<Item = TwistStamped> + Unpin>),
}

/// A goal under way.
struct Current {
    id: u64,
    accepting: Option<Awaited<Accepted>>,
    accepted: Option<ActionClientGoal<NavigateToPose::Action>>,
    result: Option<Awaited<Ended>>,
    told: Option<Stamp>,
}

/// The client of Nav2.
pub struct Nav2 {
    client: ActionClient<NavigateToPose::Action>,
    available: Option<Awaited<r2r::Result<()>>>,
    is_available: bool,
    velocities: Velocities,
    current: Option<Current>,
    /// Cancelled before it was accepted.
    unwanted: Vec<Awaited<Accepted>>,
    /// Cancellations whose answer is on its way.
    cancelling: Vec<Awaited<r2r::Result<()>>>,
}

impl Nav2 {
    /// Creates the client and listens to `cmd_vel_nav`, where Nav2's controller, or its velocity smoother, must be
    /// remapped to.
    ///
    /// # Errors
    /// What r2r says.
    pub fn create(ros: &mut r2r::Node, stamped: bool) -> r2r::Result<Self> {
        let client = ros.create_action_client("navigate_to_pose")?;
        let (topic, profile) = ("cmd_vel_nav", qos::reliable().keep_last(1));
        Ok(Self {
            available: Some(Box::pin(r2r::Node::is_available(&client)?)),
            client,
            is_available: false,
            velocities: if stamped {
                Velocities::Stamped(Box::new(ros.subscribe(topic, profile)?))
            } else {
                Velocities::Plain(Box::new(ros.subscribe(topic, profile)?))
            },
            current: None,
            unwanted: Vec::new(),
            cancelling: Vec::new(),
        })
    }

    /// Takes a goal of the controller's, or its end.
    pub fn take(&mut self, goal: &NavGoal, now: Stamp, tell: &mut dyn FnMut(Message)) {
        self.drop_current();
        let Some(goal_in_map) = goal.goal_in_map else {
            return;
        };
        let status = |state| {
            Message::NavStatus(NavStatus {
                stamp: now,
                id: goal.id,
                state,
            })
        };
        if !self.is_available {
            tell(status(NavState::Unavailable));
            return;
        }
        let request = NavigateToPose::Goal {
            pose: PoseStamped {
                header: header(now, "map"),
                pose: pose(&goal_in_map),
            },
            ..Default::default()
        };
        match self.client.send_goal_request(request) {
            Ok(answer) => {
                let answer = answer.map(|it| -> Accepted {
                    let (goal, result, _) = it?;
                    Ok((goal, Box::pin(result) as _))
                });
                self.current = Some(Current {
                    id: goal.id,
                    accepting: Some(Box::pin(answer)),
                    accepted: None,
                    result: None,
                    told: None,
                });
            }
            Err(error) => tell(status(NavState::Failed {
                reason: error.to_string(),
            })),
        }
    }

    fn drop_current(&mut self) {
        let Some(current) = self.current.take() else {
            return;
        };
        self.unwanted.extend(current.accepting);
        if let Some(goal) = current.accepted {
            self.cancel(&goal);
        }
    }

    fn cancel(&mut self, goal: &ActionClientGoal<NavigateToPose::Action>) {
        match goal.cancel() {
            Ok(answer) => self.cancelling.push(Box::pin(answer)),
            Err(error) => tracing::warn!("navigate_to_pose was not cancelled: {error}"),
        }
    }

    /// Hears what Nav2 says: velocities and the end of its goal.
    pub fn poll(&mut self, now: Stamp, tell: &mut dyn FnMut(Message)) {
        if let Some(available) = &mut self.available
            && let Some(outcome) = available.as_mut().now_or_never()
        {
            self.is_available = outcome.is_ok();
            self.available = None;
            tracing::info!("navigate_to_pose is there");
        }
        self.cancelling
            .retain_mut(|it| it.as_mut().now_or_never().is_none());
        let mut late = Vec::new();
        self.unwanted
            .retain_mut(|it| match it.as_mut().now_or_never() {
                None => true,
                Some(accepted) => {
                    late.extend(accepted);
                    false
                }
            });
        for (goal, _) in late {
            self.cancel(&goal);
        }
        if let Some(state) = self.current.as_mut().and_then(|it| it.hear(now)) {
            let id = self.current.as_ref().map_or(0, |it| it.id);
            if state != NavState::Active {
                self.current = None;
            }
            tell(Message::NavStatus(NavStatus {
                stamp: now,
                id,
                state,
            }));
        }
        self.pass_velocities(now, tell);
    }

    fn pass_velocities(&mut self, now: Stamp, tell: &mut dyn FnMut(Message)) {
        let mut newest = None;
        loop {
            let next = match &mut self.velocities {
                Velocities::Plain(it) => ready(it),
                Velocities::Stamped(it) => ready(it).map(|it| it.twist),
            };
            match next {
                Some(twist) => newest = Some(twist),
                None => break,
            }
        }
        // Without a goal of ours, Nav2 drives for somebody else.
        let (Some(twist), Some(_)) = (newest, &self.current) else {
            return;
        };
        match velocity(&twist) {
            Ok((forward_m_s, yaw_rate_rad_s)) => tell(Message::Base(BaseCommand {
                stamp: now,
                valid_until: now.plus_secs(VELOCITY_SECS),
                forward_m_s,
                yaw_rate_rad_s,
            })),
            Err(why) => tracing::warn!("cmd_vel_nav was refused: {why}"),
        }
    }
}

impl Current {
    /// News of it, if there are any.
    fn hear(&mut self, now: Stamp) -> Option<NavState> {
        if let Some(accepting) = &mut self.accepting
            && let Some(outcome) = accepting.as_mut().now_or_never()
        {
            self.accepting = None;
            match outcome {
                Ok((goal, result)) => {
                    self.accepted = Some(goal);
                    self.result = Some(result);
                }
                Err(error) => {
                    return Some(NavState::Failed {
                        reason: format!("the goal was not accepted: {error}"),
                    });
                }
            }
        }
        if let Some(result) = &mut self.result
            && let Some(outcome) = result.as_mut().now_or_never()
        {
            return Some(match outcome {
                Ok((GoalStatus::Succeeded, _)) => NavState::Reached,
                Ok((status, result)) => NavState::Failed {
                    reason: format!("{status:?}, error code {}", result.error_code),
                },
                Err(error) => NavState::Failed {
                    reason: error.to_string(),
                },
            });
        }
        let due = self.told.is_none_or(|it| now.secs_since(it) >= STATUS_SECS);
        (due && self.accepted.is_some()).then(|| {
            self.told = Some(now);
            NavState::Active
        })
    }
}
