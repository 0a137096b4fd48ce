//! The walk through the lifecycle.

use super::{Host, logged};
use crate::host::core::Core;
use crate::host::{HostError, stop_motion};
use crate::lifecycle::{State, Transition};
use hearth_types::Message;
use std::sync::{Arc, PoisonError};

impl Host {
    /// Configures and activates.
    pub(in crate::host) fn autostart(&mut self) -> Result<(), HostError> {
        for transition in [(1, Transition::Configure), (3, Transition::Activate)] {
            self.change(transition).map_err(HostError::Config)?;
        }
        Ok(())
    }

    pub(super) fn begin_anew(&mut self) {
        let back_to = self.state;
        for (wanted, id, transition) in [
            (State::Active, 4, Transition::Deactivate),
            (State::Inactive, 2, Transition::Cleanup),
        ] {
            if self.state == wanted {
                let _ = self.change((id, transition));
            }
        }
        let forth = [(1, Transition::Configure), (3, Transition::Activate)];
        let steps = match back_to {
            State::Active => 2,
            State::Inactive => 1,
            _ => 0,
        };
        for transition in forth.into_iter().take(steps) {
            if let Err(error) = self.change(transition) {
                tracing::error!("{error}");
                return;
            }
        }
    }

    pub(super) fn serve_lifecycle(&mut self) {
        while let Some(request) = self.lifecycle.poll(self.state) {
            let Some(transition) = request.transition(self.state) else {
                request.answer(false);
                continue;
            };
            let outcome = self.change(transition);
            if let Err(error) = &outcome {
                tracing::error!("{}: {error}", transition.1.label());
            }
            request.answer(outcome.is_ok());
        }
    }

    /// Goes through a transition; on failure the state stays as it was.
    pub(super) fn change(&mut self, transition: (u8, Transition)) -> Result<(), String> {
        let from = self.state;
        match transition.1 {
            Transition::Configure => self.configure()?,
            Transition::Activate => {
                if let Some(core) = &mut self.core {
                    core.activate(self.stops.button);
                }
            }
            Transition::Deactivate => self.deactivate(),
            Transition::Cleanup => self.cleanup(),
            Transition::Shutdown => {
                if self.state == State::Active {
                    self.deactivate();
                }
                self.cleanup();
            }
        }
        self.state = transition.1.goal();
        tracing::info!("{} is {}", self.spec.name, self.state.label());
        self.lifecycle
            .announce(transition, from, self.state, self.time.now());
        Ok(())
    }

    fn configure(&mut self) -> Result<(), String> {
        let made = self.made.take();
        let nodes = match made.filter(|it| it.0 == self.spec.parameters) {
            Some((_, nodes)) => nodes,
            None => (self.spec.build)(&self.spec.parameters.params()?)?,
        };
        let clock = self.time.clock();
        self.forget_queries();
        let core = Core::start(
            nodes,
            &clock,
            self.drivers.clone(),
            &self.outlets,
            self.stops,
        );
        let core = core.map_err(|it| it.to_string())?;
        if let Some(open) = &self.spec.devices {
            match open(&self.spec.parameters.params()?, core.line()) {
                Ok(devices) => core.attach(devices),
                Err(why) => {
                    core.stop();
                    return Err(why);
                }
            }
        }
        if let Some(queries) = &self.queries {
            core.tell(&Message::Queries(Arc::clone(queries)));
        }
        self.core = Some(core);
        if let Some(frames) = &self.frames {
            logged(frames.publish_fixed(self.time.now(), &self.robot.urdf));
        }
        Ok(())
    }

    /// A new planner has nothing looked for; what its forerunner wanted is latched still.
    fn forget_queries(&self) {
        let mut outlets = self.outlets.lock().unwrap_or_else(PoisonError::into_inner);
        logged(outlets.publish(&Message::Queries(Arc::default())));
    }

    fn deactivate(&mut self) {
        self.give_up_tasks();
        if let Some(core) = &mut self.core
            && !core.deactivate()
        {
            tracing::error!("the base still moved when the node was deactivated");
        }
    }

    /// What the planner was at ends with its activity, and so does what the controller does for it.
    fn give_up_tasks(&mut self) {
        let (Some(tasks), Some(core)) = (&mut self.tasks, &self.core) else {
            return;
        };
        tasks.abandon("the planner was switched off", &mut |it| core.tell(&it));
        self.asked = None;
        let now = self.time.now();
        let outlets = self.outlets.lock().unwrap_or_else(PoisonError::into_inner);
        logged(outlets.ask_again(&stop_motion(now)));
    }

    pub(super) fn cleanup(&mut self) {
        if let Some(core) = self.core.take() {
            core.stop();
        }
    }
}
