//! What the schedulers run: nodes, and the plant that they sense and move.

use hearth_types::Stamp;

pub use hearth_types::{Node, Outbox};

/// The robot's body and its surroundings: sensors and motors, real or simulated.
pub trait Plant {
    /// The plant's time: how far it was advanced.
    fn now(&self) -> Stamp;

    /// Lets the world go on until `until`, pushing sensor messages in order of time.
    fn advance(&mut self, until: Stamp, out: &mut Outbox);

    /// Gives the motors what the gate let through. Without a newer frame the motors keep to this one.
    fn actuate(&mut self, frame: &hearth_types::ActuatorFrame);
}
