//! What is well and what is not, as `/diagnostics` has it.

use crate::convert::BadInput;
use crate::convert::text;
use crate::convert::transforms::header;
use hearth_types::{Fault, GateReport, Stamp};
use r2r::diagnostic_msgs::msg::{DiagnosticArray, DiagnosticStatus, KeyValue};
use std::collections::BTreeMap;
use std::collections::VecDeque;

/// \[s\] A refused message or a fault is a warning for this long.
const REMEMBERED_SECS: f64 = 10.0;
/// So many faults are kept.
const MOST_FAULTS: usize = 16;

const OK: u8 = 0;
const WARN: u8 = 1;
const ERROR: u8 = 2;

/// What came in on a topic.
#[derive(Clone, Debug, Default)]
struct Intake {
    taken: u64,
    refused: u64,
    last: Option<Stamp>,
    /// The newest refusal, and when it was.
    refusal: Option<(String, Stamp)>,
    /// The newest one that was worth a line in the log.
    told: Option<(String, Stamp)>,
}

/// Collects what a process has to say of itself.
#[derive(Debug, Default)]
pub struct Health {
    intakes: BTreeMap<String, Intake>,
    faults: VecDeque<(Stamp, String, String)>,
    gate: Option<GateReport>,
}

impl Health {
    /// A topic that is listened to.
    pub fn expect(&mut self, topic: &str) {
        self.intakes.entry(topic.to_owned()).or_default();
    }

    /// A message was taken.
    pub fn took(&mut self, topic: &str, now: Stamp) {
        let intake = self.intakes.entry(topic.to_owned()).or_default();
        intake.taken += 1;
        intake.last = Some(now);
    }

    /// A message was refused. True if this is news worth a line in the log.
    pub fn refused(&mut self, topic: &str, why: &BadInput, now: Stamp) -> bool {
        let intake = self.intakes.entry(topic.to_owned()).or_default();
        intake.refused += 1;
        let why = why.to_string();
        let is_news = intake.told.as_ref().is_none_or(|(known, when)| {
            let since_secs = now.secs_since(*when);
            *known != why && since_secs > 1.0 || since_secs > REMEMBERED_SECS
        });
        if is_news {
            intake.told = Some((why.clone(), now));
        }
        intake.refusal = Some((why, now));
        is_news
    }

    /// A node's fault.
    pub fn fault(&mut self, fault: &Fault) {
        if self.faults.len() == MOST_FAULTS {
            self.faults.pop_front();
        }
        self.faults
            .push_back((fault.stamp, fault.node.to_owned(), fault.text.clone()));
    }

    /// The gate's report.
    pub fn gate(&mut self, report: GateReport) {
        self.gate = Some(report);
    }

    /// Everything, for ROS.
    pub fn message(&self, node: &str, state: &str, now: Stamp) -> DiagnosticArray {
        let mut status = vec![self.inputs(node, now), self.nodes(node, state, now)];
        if let Some(report) = &self.gate {
            status.push(gate_status(node, report));
        }
        DiagnosticArray {
            header: header(now, ""),
            status,
        }
    }

    fn inputs(&self, node: &str, now: Stamp) -> DiagnosticStatus {
        let recent = |when: Stamp| now.secs_since(when) <= REMEMBERED_SECS;
        let trouble = self.intakes.iter().find_map(|(topic, it)| {
            let (why, when) = it.refusal.as_ref()?;
            recent(*when).then(|| format!("{topic}: a message was refused: {why}"))
        });
        let values = self.intakes.iter().flat_map(|(topic, it)| {
            let age = it.last.map_or_else(
                || "never".to_owned(),
                |last| format!("{:.2} s", now.secs_since(last)),
            );
            let mut values = vec![
                value(format!("{topic} taken"), it.taken.to_string()),
                value(format!("{topic} age"), age),
            ];
            if let Some((why, _)) = &it.refusal {
                values.push(value(format!("{topic} refused"), it.refused.to_string()));
                values.push(value(format!("{topic} last refusal"), why.clone()));
            }
            values
        });
        DiagnosticStatus {
            level: if trouble.is_some() { WARN } else { OK },
            name: format!("{node}: inputs"),
            message: text::to_ros(&trouble.unwrap_or_else(|| "all sound".to_owned())),
            hardware_id: "hearth".to_owned(),
            values: values.collect(),
        }
    }

    fn nodes(&self, node: &str, state: &str, now: Stamp) -> DiagnosticStatus {
        let recent = self
            .faults
            .iter()
            .rev()
            .find(|it| now.secs_since(it.0) <= REMEMBERED_SECS);
        let values = self.faults.iter().map(|(when, who, what)| {
            value(
                format!("{who} at {:.2} s", when.as_secs_f64()),
                what.clone(),
            )
        });
        DiagnosticStatus {
            level: if recent.is_some() { WARN } else { OK },
            name: format!("{node}: nodes"),
            message: recent.map_or_else(
                || state.to_owned(),
                |(_, who, what)| text::to_ros(&format!("{who}: {what}")),
            ),
            hardware_id: "hearth".to_owned(),
            values: values.collect(),
        }
    }
}

fn gate_status(node: &str, report: &GateReport) -> DiagnosticStatus {
    use hearth_types::GateVerdict::{
        CommandInvalid, EStopped, JointStatesLost, OdometryLost, PerceptionLost, PlannerLost,
        ScanLost, Tilted,
    };
    let (_, name) = crate::convert::safety::verdict(report.verdict);
    let level = match report.verdict {
        EStopped | PlannerLost | PerceptionLost | CommandInvalid => WARN,
        JointStatesLost | OdometryLost | ScanLost | Tilted => ERROR,
        _ => OK,
    };
    let clearance = report
        .clearance_m
        .map_or_else(|| "unknown".to_owned(), |it| format!("{it:.2} m"));
    DiagnosticStatus {
        level,
        name: format!("{node}: safety gate"),
        message: name.to_owned(),
        hardware_id: "hearth".to_owned(),
        values: vec![value("clearance".to_owned(), clearance)],
    }
}

fn value(key: String, value: String) -> KeyValue {
    KeyValue {
        key: text::to_ros(&key),
        value: text::to_ros(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRONG: BadInput = BadInput::NotFinite { field: "twist" };

    #[test]
    fn a_refused_message_is_a_warning_for_a_while_and_one_line_in_the_log() {
        let mut health = Health::default();
        let at = Stamp::from_millis;
        assert!(health.refused("/odom", &WRONG, at(1_000)));
        assert!(!health.refused("/odom", &WRONG, at(1_010)));

        let message = health.message("controller", "active", at(2_000));
        assert_eq!(message.status[0].level, WARN);
        assert_eq!(
            message.status[0].message,
            "/odom: a message was refused: twist is not finite"
        );
        let later = health.message("controller", "active", at(30_000));
        assert_eq!(later.status[0].level, OK);
        assert!(health.refused("/odom", &WRONG, at(30_000)));
    }

    #[test]
    fn a_lost_sensor_is_an_error_of_the_gate() {
        let mut health = Health::default();
        health.gate(GateReport {
            stamp: Stamp::ZERO,
            verdict: hearth_types::GateVerdict::ScanLost,
            clearance_m: None,
        });
        let message = health.message("controller", "active", Stamp::ZERO);
        assert_eq!(message.status[2].level, ERROR);
        assert_eq!(message.status[2].message, "scan_lost");
    }
}
