//! Watches for what ends any motion: the gate's stops, a lost position, senses that fell silent.

use super::Gate;
use crate::senses::Senses;
use hearth_types::{GateVerdict, MotionFailure, Stamp};

/// \[s\] A stop for a fault that lasts longer ends the motion.
const HALTED_SECS: f64 = 5.0;
/// \[s\] Without a usable scan or odometry a motion does not go on for longer.
const SILENT_SECS: f64 = 3.0;

/// What the gate said, and since when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    gate: Option<Gate>,
    halted_since: Option<Stamp>,
    motion_since: Option<Stamp>,
}

impl Watch {
    /// A motion begins: what was before does not count against it.
    pub fn start(&mut self, now: Stamp) {
        self.motion_since = Some(now);
        if let Some(since) = &mut self.halted_since {
            *since = now;
        }
    }

    /// Takes the gate's report.
    pub fn on_gate(&mut self, now: Stamp, report: &Gate) {
        self.gate = Some(*report);
        if is_fault(report.verdict) {
            self.halted_since.get_or_insert(now);
        } else {
            self.halted_since = None;
        }
    }

    /// Whether the gate holds the joints where they are.
    pub fn holds_joints(&self) -> bool {
        self.gate.is_some_and(|it| is_fault(it.verdict))
    }

    /// Why the motion under way must end, if it must.
    pub fn failure(&self, now: Stamp, senses: &Senses, drives: bool) -> Option<MotionFailure> {
        let halted = self
            .halted_since
            .is_some_and(|it| now.secs_since(it) > HALTED_SECS);
        if halted {
            return Some(MotionFailure::Halted);
        }
        if drives && senses.localizer().is_lost() {
            return Some(MotionFailure::Lost);
        }
        let begun = self.motion_since.unwrap_or(now);
        let silent = |last: Option<Stamp>| {
            let since = last.map_or(begun, |it| it.max(begun));
            now.secs_since(since) > SILENT_SECS
        };
        let odometry = senses.localizer().odometry().map(|it| it.stamp);
        (drives && (silent(odometry) || silent(senses.scanned()))).then_some(MotionFailure::Halted)
    }
}

/// Whether the gate stops for a fault, not for the traffic.
fn is_fault(verdict: GateVerdict) -> bool {
    matches!(
        verdict,
        GateVerdict::JointStatesLost
            | GateVerdict::OdometryLost
            | GateVerdict::ScanLost
            | GateVerdict::PerceptionLost
            | GateVerdict::PlannerLost
            | GateVerdict::Tilted
            | GateVerdict::EStopped
    )
}
