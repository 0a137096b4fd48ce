//! What happens when the gate itself falls silent.

use hearth_types::{ActuatorFrame, Stamp};

/// \[s\] Without a frame for this long, the motors are stopped. The gate sends one every 4 ms.
pub(crate) const SILENCE_SECS: f64 = 0.1;

/// Watches that actuator frames keep coming. The one place outside the gate that makes a frame, and
/// it can only stop.
#[derive(Debug, Default)]
pub(crate) struct Deadman {
    last: Option<ActuatorFrame>,
    stopped: bool,
}

impl Deadman {
    /// Takes note of a frame from the gate.
    pub fn saw(&mut self, frame: &ActuatorFrame) {
        self.last = Some(*frame);
        self.stopped = false;
    }

    /// Once, when frames have ceased: the frame that stops the base and holds the joints.
    pub fn check(&mut self, now: Stamp) -> Option<ActuatorFrame> {
        let last = self.last.as_ref()?;
        if self.stopped || now.secs_since(last.stamp) <= SILENCE_SECS {
            return None;
        }
        self.stopped = true;
        Some(stopped(last, now))
    }
}

/// The base stands, the joints hold where `last` put them.
pub(crate) fn stopped(last: &ActuatorFrame, now: Stamp) -> ActuatorFrame {
    let mut frame = *last;
    frame.stamp = now;
    frame.forward_m_s = 0.0;
    frame.yaw_rate_rad_s = 0.0;
    for target in frame.joints.iter_mut().flatten() {
        target.velocity = 0.0;
    }
    frame
}
