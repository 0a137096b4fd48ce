//! What a process has besides ROS: a microphone, a mouth. Whoever hosts brings them.

use super::core::Active;
use super::outlets::Outlets;
use hearth_runtime::Threaded;
use hearth_runtime::config::Params;
use hearth_types::{Message, MouthOrder, Stamp};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Devices that are open. Dropping them closes them and ends their threads.
pub trait Devices: Send {
    /// What the nodes sent. Must not wait.
    fn take(&mut self, message: &Message);
}

/// Opens devices, or says what is wrong with their parameters. What a device senses goes into the line.
pub type OpenDevices = Box<dyn Fn(&Params, Line) -> Result<Box<dyn Devices>, String>>;

/// From a device to the nodes, and to ROS.
#[derive(Clone)]
pub struct Line {
    pub(super) threaded: Weak<Threaded>,
    pub(super) active: Active,
    pub(super) outlets: Arc<Mutex<Outlets>>,
}

impl Line {
    /// The run's time, as long as it runs.
    pub fn now(&self) -> Option<Stamp> {
        self.threaded.upgrade().map(|it| it.now())
    }

    /// Gives the nodes a message. They hear nothing while the process is not active.
    pub fn tell(&self, message: &Message) {
        let is_sensed = matches!(message, Message::Sound(_) | Message::Played(_));
        if let Some(threaded) = self.threaded.upgrade()
            && (self.active.get() || !is_sensed)
        {
            threaded.inject(message);
        }
    }

    /// Publishes what the robot says, as sound: one channel, in \[-1, 1\].
    ///
    /// # Errors
    /// What r2r says.
    pub fn speech(&self, rate_hz: u32, samples: &[f32]) -> r2r::Result<()> {
        let mut outlets = self.outlets.lock().unwrap_or_else(PoisonError::into_inner);
        outlets.speech(rate_hz, samples)
    }
}

/// The devices of a process, from when they are open on.
#[derive(Clone, Default)]
pub(super) struct Attached(Arc<Mutex<Option<Box<dyn Devices>>>>);

impl Attached {
    pub(super) fn set(&self, devices: Option<Box<dyn Devices>>) {
        let before = std::mem::replace(&mut *self.lock(), devices);
        // Closing may take a moment, which nobody has to wait for.
        drop(before);
    }

    pub(super) fn take(&self, message: &Message) {
        if let Some(devices) = self.lock().as_mut() {
            devices.take(message);
        }
    }

    pub(super) fn hush(&self) {
        self.take(&Message::Mouth(MouthOrder::Hush));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Devices>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
