//! The gate as a node.

use crate::Gate;
use hearth_types::{GateVerdict, Message, Node, Outbox, Stamp, Topic};

/// \[s\] Between ticks: 250 Hz.
const PERIOD_SECS: f64 = 0.004;
/// \[s\] A report comes at least this often.
const REPORT_SECS: f64 = 1.0;

/// Feeds a [`Gate`], ticks it, and reports when its verdict changes and once a second.
pub struct GateNode {
    gate: Gate,
    reported: Option<(Stamp, GateVerdict)>,
}

impl GateNode {
    /// A node around a gate.
    pub fn new(gate: Gate) -> Self {
        Self {
            gate,
            reported: None,
        }
    }
}

impl Node for GateNode {
    fn name(&self) -> &'static str {
        "safety"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[
            Topic::Base,
            Topic::Joints,
            Topic::Scan,
            Topic::Odometry,
            Topic::Imu,
            Topic::JointStates,
            Topic::EStop,
            Topic::SpokenStop,
            Topic::Heartbeat,
        ]
    }

    fn period_secs(&self) -> Option<f64> {
        Some(PERIOD_SECS)
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        if !matches!(input, Message::Tick(())) {
            self.gate.receive(input);
            return;
        }
        let (frame, report) = self.gate.tick(now);
        out.push(Message::Actuators(frame));
        let due = self.reported.is_none_or(|(stamp, verdict)| {
            verdict != report.verdict || now.secs_since(stamp) >= REPORT_SECS
        });
        if due {
            self.reported = Some((now, report.verdict));
            out.push(Message::Gate(report));
        }
    }
}
