//! What comes in from ROS and from the nodes, and who gets it.

use super::{Host, logged};
use crate::convert::safety;
use crate::host::inlets::ready;
use crate::lifecycle::State;
use hearth_types::{Message, MotionState, Stamp};
use r2r::std_srvs::srv::SetBool;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

impl Host {
    pub(super) fn take_in(&mut self, now: Stamp) {
        let Self {
            inlets,
            core,
            health,
            frames,
            memory,
            state,
            asked,
            queries,
            stops,
            freeze,
            missed,
            ..
        } = self;
        let active = *state == State::Active;
        inlets.poll(now, &mut |topic, converted| {
            freeze.heard = Instant::now();
            match converted {
                Ok(message) => {
                    missed.hears(topic, Instant::now());
                    health.took(topic, now);
                    let Some(message) = message else { return };
                    if let Message::EStop(it) = &message {
                        stops.button = it.engaged;
                    }
                    if let Message::SpokenStop(it) = &message {
                        stops.spoken = it.engaged;
                    }
                    if let Message::MotionReport(it) = &message
                        && !matches!(it.state, MotionState::Running { .. })
                        && asked.as_ref().is_some_and(|asked| asked.id == it.id)
                    {
                        *asked = None;
                    }
                    if let (Message::JointStates(it), Some(frames)) = (&message, frames.as_mut()) {
                        logged(frames.follow(it));
                    }
                    if let Message::Queries(it) = &message {
                        *queries = Some(Arc::clone(it));
                    }
                    // A stop counts in every state; what to look for is said once.
                    let counts = matches!(
                        message,
                        Message::EStop(_) | Message::SpokenStop(_) | Message::Queries(_)
                    );
                    let Some(core) = core.as_ref().filter(|_| active || counts) else {
                        return;
                    };
                    core.tell(&message);
                    if let (Message::Odometry(it), Some(memory)) = (&message, memory.as_mut())
                        && let Some(hint) = memory.on_odometry(it)
                    {
                        tracing::info!("the robot is taken to be where it was before this start");
                        core.tell(&Message::PoseHint(hint));
                    }
                }
                Err(why) => {
                    if health.refused(topic, &why, now) {
                        tracing::warn!("{topic}: a message was refused: {why}");
                    }
                }
            }
        });
    }

    pub(super) fn serve_e_stop(&mut self, now: Stamp) {
        let Some(service) = &mut self.e_stop else {
            return;
        };
        while let Some(request) = ready(service) {
            let engaged = request.message.data;
            self.stops.button = engaged;
            if let Some(core) = &self.core {
                core.tell(&Message::EStop(safety::e_stop(
                    &r2r::hearth_interfaces::msg::EStop {
                        engaged,
                        ..Default::default()
                    },
                    now,
                )));
            }
            let message = if engaged {
                "the robot stops"
            } else {
                "released"
            };
            logged(request.respond(SetBool::Response {
                success: true,
                message: message.to_owned(),
            }));
        }
    }

    /// Takes what the nodes sent, and gives them what clients of ours want.
    pub(super) fn hear_nodes(&mut self, now: Stamp) {
        let active = self.state == State::Active;
        let Some(core) = &self.core else {
            if let Some(tasks) = &mut self.tasks {
                tasks.poll(false, now, &mut |_| {});
            }
            return;
        };
        let mut tell = |message: Message| core.tell(&message);
        for message in core.news() {
            match &message {
                Message::Fault(it) => self.health.fault(it),
                Message::Gate(it) => self.health.gate(*it),
                Message::Localization(it) => {
                    if let Some(memory) = &mut self.memory {
                        memory.keep(it);
                    }
                }
                Message::MotionRequest(it) => self.asked = Some(Arc::clone(it)),
                Message::NavGoal(it) => {
                    if let Some(nav2) = self.nav2.as_mut().filter(|_| active) {
                        nav2.take(it, now, &mut tell);
                    }
                }
                _ => {}
            }
            if let Some(tasks) = &mut self.tasks {
                tasks.hear(&message, &mut tell);
            }
        }
        if let Some(tasks) = &mut self.tasks {
            tasks.poll(active, now, &mut tell);
        }
        if let Some(nav2) = &mut self.nav2 {
            nav2.poll(now, &mut tell);
        }
    }

    /// A controller that was started anew does not know what its forerunner was asked for.
    pub(super) fn greet_new_controller(&mut self) {
        let heard = self.sessions.controller.load(Ordering::Acquire);
        let known = std::mem::replace(&mut self.controller, heard);
        if known == 0 || known == heard {
            return;
        }
        let Some(asked) = &self.asked else { return };
        tracing::warn!(
            "the controller was started anew: it is asked again for the motion under way"
        );
        let outlets = self.outlets.lock().unwrap_or_else(PoisonError::into_inner);
        logged(outlets.ask_again(asked));
    }

    /// Drivers that take goals are spoken with on this thread.
    pub(super) fn serve_drivers(&mut self, now: Stamp) {
        if let (Some(core), Some(trajectories), State::Active) =
            (&self.core, &mut self.trajectories, self.state)
        {
            trajectories.follow(core.shared().newest().as_ref(), now);
        }
    }
}
