//! The services and the topic of a managed node.

use super::inlets::ready;
use crate::lifecycle::{State, Transition};
use crate::qos;
use futures::Stream;
use hearth_types::Stamp;
use r2r::lifecycle_msgs::{msg, srv};
use r2r::{Publisher, QosProfile, ServiceRequest};

type Requests<T> = Box<dyn Stream<Item = ServiceRequest<T>> + Unpin>;

/// Answers questions about the state, and hands on requests to change it.
pub struct LifecycleServer {
    change_state: Requests<srv::ChangeState::Service>,
    get_state: Requests<srv::GetState::Service>,
    get_available_states: Requests<srv::GetAvailableStates::Service>,
    get_available_transitions: Requests<srv::GetAvailableTransitions::Service>,
    get_transition_graph: Requests<srv::GetAvailableTransitions::Service>,
    events: Publisher<msg::TransitionEvent>,
}

/// Somebody wants a transition and waits for the answer.
pub struct ChangeRequest {
    request: ServiceRequest<srv::ChangeState::Service>,
}

impl ChangeRequest {
    /// The transition that is meant, if it is allowed in this state.
    pub fn transition(&self, state: State) -> Option<(u8, Transition)> {
        let wanted = &self.request.message.transition;
        state.requested(wanted.id, &wanted.label)
    }

    /// Answers it.
    pub fn answer(self, success: bool) {
        if let Err(error) = self.request.respond(srv::ChangeState::Response { success }) {
            tracing::warn!("the answer to a change of state was not sent: {error}");
        }
    }
}

impl LifecycleServer {
    /// Creates them under the node's own name.
    ///
    /// # Errors
    /// What r2r says.
    pub fn create(ros: &mut r2r::Node) -> r2r::Result<Self> {
        let profile = QosProfile::services_default;
        Ok(Self {
            change_state: Box::new(
                ros.create_service::<srv::ChangeState::Service>("~/change_state", profile())?,
            ),
            get_state: Box::new(
                ros.create_service::<srv::GetState::Service>("~/get_state", profile())?,
            ),
            get_available_states: Box::new(
                ros.create_service::<srv::GetAvailableStates::Service>(
                    "~/get_available_states",
                    profile(),
                )?,
            ),
            get_available_transitions: Box::new(
                ros.create_service::<srv::GetAvailableTransitions::Service>(
                    "~/get_available_transitions",
                    profile(),
                )?,
            ),
            get_transition_graph: Box::new(
                ros.create_service::<srv::GetAvailableTransitions::Service>(
                    "~/get_transition_graph",
                    profile(),
                )?,
            ),
            events: ros.create_publisher("~/transition_event", qos::reliable())?,
        })
    }

    /// Answers questions; a request to change the state is the caller's to answer.
    pub fn poll(&mut self, state: State) -> Option<ChangeRequest> {
        while let Some(request) = ready(&mut self.get_state) {
            sent(request.respond(srv::GetState::Response {
                current_state: state_msg(state),
            }));
        }
        while let Some(request) = ready(&mut self.get_available_states) {
            let available_states = State::ALL.into_iter().map(state_msg).collect();
            sent(request.respond(srv::GetAvailableStates::Response { available_states }));
        }
        while let Some(request) = ready(&mut self.get_available_transitions) {
            let available_transitions = described(state);
            sent(request.respond(srv::GetAvailableTransitions::Response {
                available_transitions,
            }));
        }
        while let Some(request) = ready(&mut self.get_transition_graph) {
            let available_transitions = State::ALL.into_iter().flat_map(described).collect();
            sent(request.respond(srv::GetAvailableTransitions::Response {
                available_transitions,
            }));
        }
        ready(&mut self.change_state).map(|request| ChangeRequest { request })
    }

    /// Tells everyone about a transition.
    pub fn announce(&self, (id, transition): (u8, Transition), from: State, to: State, now: Stamp) {
        let event = msg::TransitionEvent {
            timestamp: now.as_nanos(),
            transition: msg::Transition {
                id,
                label: transition.label().to_owned(),
            },
            start_state: state_msg(from),
            goal_state: state_msg(to),
        };
        sent(self.events.publish(&event));
    }
}

fn state_msg(state: State) -> msg::State {
    msg::State {
        id: state.id(),
        label: state.label().to_owned(),
    }
}

fn described(state: State) -> Vec<msg::TransitionDescription> {
    let describe = |(id, transition): &(u8, Transition)| msg::TransitionDescription {
        transition: msg::Transition {
            id: *id,
            label: transition.label().to_owned(),
        },
        start_state: state_msg(state),
        goal_state: state_msg(transition.goal()),
    };
    state.transitions().iter().map(describe).collect()
}

fn sent(result: r2r::Result<()>) {
    if let Err(error) = result {
        tracing::warn!("a lifecycle message was not sent: {error}");
    }
}
