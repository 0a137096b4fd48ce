//! The gate's report, the emergency stop, signs of life.

use super::text;
use super::time;
use super::transforms::header;
use hearth_types::{EStop, GateReport, GateVerdict, Heartbeat, Stamp, Watched};
use r2r::hearth_interfaces::msg;

/// An emergency stop acts now, whatever its stamp says; a release counts from when it was given, so that an old one does
/// not end a newer stop.
pub fn e_stop(message: &msg::EStop, now: Stamp) -> EStop {
    EStop {
        stamp: if message.engaged {
            now
        } else {
            time::given_at(&message.header.stamp, now)
        },
        engaged: message.engaged,
    }
}

/// A stop or its release, for ROS.
pub fn e_stop_msg(stop: &EStop, reason: &str) -> msg::EStop {
    msg::EStop {
        header: header(stop.stamp, ""),
        engaged: stop.engaged,
        reason: reason.to_owned(),
    }
}

/// The gate's report for ROS.
pub fn status_msg(report: &GateReport) -> msg::SafetyStatus {
    let (verdict, name) = verdict(report.verdict);
    msg::SafetyStatus {
        header: header(report.stamp, "base_link"),
        verdict,
        verdict_name: name.to_owned(),
        stops_base: report.verdict.stops_base(),
        has_clearance: report.clearance_m.is_some(),
        clearance: report.clearance_m.unwrap_or(0.0) as f32,
    }
}

/// The gate's report from ROS, for nodes on another computer than the gate. An unknown verdict counts as stopped.
pub fn report(message: &msg::SafetyStatus) -> GateReport {
    let known = VERDICTS.iter().find(|it| it.0 == message.verdict_name);
    GateReport {
        stamp: time::from_ros(&message.header.stamp),
        verdict: known.map_or(GateVerdict::EStopped, |it| it.1),
        clearance_m: message
            .has_clearance
            .then_some(f64::from(message.clearance)),
    }
}

const VERDICTS: [(&str, GateVerdict); 15] = [
    ("pass", GateVerdict::Pass),
    ("idle", GateVerdict::Idle),
    ("limited", GateVerdict::Limited),
    ("arm_moving", GateVerdict::ArmMoving),
    ("slow_zone", GateVerdict::SlowZone),
    ("command_stale", GateVerdict::CommandStale),
    ("obstacle_near", GateVerdict::ObstacleNear),
    ("command_invalid", GateVerdict::CommandInvalid),
    ("planner_lost", GateVerdict::PlannerLost),
    ("perception_lost", GateVerdict::PerceptionLost),
    ("joint_states_lost", GateVerdict::JointStatesLost),
    ("odometry_lost", GateVerdict::OdometryLost),
    ("scan_lost", GateVerdict::ScanLost),
    ("tilted", GateVerdict::Tilted),
    ("e_stopped", GateVerdict::EStopped),
];

/// Its number in `SafetyStatus`, and its name.
pub fn verdict(verdict: GateVerdict) -> (u8, &'static str) {
    let at = VERDICTS.iter().position(|it| it.1 == verdict);
    at.map_or((u8::MAX, "unknown"), |it| (it as u8, VERDICTS[it].0))
}

/// A sign of life for ROS.
pub fn heartbeat_msg(heartbeat: &Heartbeat, session: u64) -> msg::Heartbeat {
    msg::Heartbeat {
        header: header(heartbeat.stamp, ""),
        node: match heartbeat.node {
            Watched::Perception => "perception",
            Watched::Planner => "planner",
            Watched::Controller => "controller",
        }
        .to_owned(),
        session,
    }
}

/// A sign of life from ROS. One from the future is no proof of life now.
///
/// # Errors
/// An unknown node, or a stamp far off the clock.
pub fn heartbeat(message: &msg::Heartbeat, now: Stamp) -> Result<Heartbeat, super::BadInput> {
    let node = match message.node.as_str() {
        "perception" => Watched::Perception,
        "planner" => Watched::Planner,
        "controller" => Watched::Controller,
        other => {
            return Err(super::BadInput::Unknown {
                field: "node",
                value: text::to_ros(other),
            });
        }
    };
    let stamp = time::measured_at(&message.header.stamp, now)?;
    Ok(Heartbeat { stamp, node })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_message_file() {
        let number = |it| verdict(it).0;
        assert_eq!(number(GateVerdict::Pass), msg::SafetyStatus::PASS as u8);
        assert_eq!(
            number(GateVerdict::PlannerLost),
            msg::SafetyStatus::PLANNER_LOST as u8
        );
        assert_eq!(
            number(GateVerdict::EStopped),
            msg::SafetyStatus::E_STOPPED as u8
        );
    }

    #[test]
    fn severity_grows_with_the_number() {
        assert!(VERDICTS.windows(2).all(|it| it[0].1 < it[1].1));
    }

    #[test]
    fn a_stop_with_an_old_stamp_stops_now_and_a_release_with_one_releases_nothing_newer() {
        let now = Stamp::from_millis(60_000);
        let old = |engaged| msg::EStop {
            header: header(Stamp::from_millis(10_000), ""),
            engaged,
            reason: String::new(),
        };
        assert_eq!(e_stop(&old(true), now).stamp, now);
        assert_eq!(e_stop(&old(false), now).stamp, Stamp::from_millis(10_000));
    }

    #[test]
    fn a_report_survives_the_way_there_and_back() {
        for (_, verdict) in VERDICTS {
            let sound = GateReport {
                stamp: Stamp::from_millis(5),
                verdict,
                clearance_m: Some(0.5),
            };
            assert_eq!(report(&status_msg(&sound)), sound);
        }
    }
}
