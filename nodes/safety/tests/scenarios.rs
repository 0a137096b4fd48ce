//! What the gate does, told as stories on simulated time.

mod common;

use common::{Event, FOLDED, OUT, Scenario};
use hearth_types::GateVerdict;

#[test]
fn drives_down_a_corridor_at_full_speed() {
    let run = Scenario::corridor().drive(0.5, 0.0).run_for(4.0);

    assert!(
        (run.top_speed_m_s - 0.5).abs() < 1e-9,
        "{}",
        run.top_speed_m_s
    );
    assert!(run.pose.x_m > 1.6, "got to {} m", run.pose.x_m);
    assert!(run.worst <= GateVerdict::Limited, "{:?}", run.worst);
}

#[test]
fn stops_in_bounded_time_when_the_scan_is_lost() {
    let mut scenario = Scenario::corridor()
        .drive(0.5, 0.0)
        .at(2.0, Event::KillScan);
    let before = scenario.run_for(2.0);
    let run = scenario.run_for(0.8);

    assert_eq!(run.verdict, GateVerdict::ScanLost);
    assert_eq!(run.speed_m_s, 0.0);
    // 0.3 s until it is stale, counted from up to 0.1 s before, then a ramp of 1.5 m/s^2.
    let coasted = run.pose.x_m - before.pose.x_m;
    assert!(
        coasted < 0.5 * 0.3 + 0.5 * 0.5 / 3.0 + 0.01,
        "coasted {coasted} m"
    );
}

#[test]
fn drives_on_once_perception_is_back() {
    let mut scenario = Scenario::open_floor()
        .drive(0.5, 0.0)
        .at(2.0, Event::KillPerception)
        .at(5.0, Event::RevivePerception);
    let gone = scenario.run_for(4.5);
    assert_eq!(gone.verdict, GateVerdict::PerceptionLost);
    assert_eq!(gone.speed_m_s, 0.0);

    let back = scenario.run_for(2.5);
    assert_eq!(back.verdict, GateVerdict::Pass);
    assert!(back.speed_m_s > 0.4, "{} m/s", back.speed_m_s);
}

#[test]
fn holds_the_arm_once_whoever_asked_for_its_motion_is_gone() {
    let mut scenario = Scenario::open_floor()
        .at(0.2, Event::KillPlanner)
        .at(1.0, Event::Arm(common::OUT));
    let run = scenario.run_for(3.0);

    assert_eq!(run.verdict, GateVerdict::PlannerLost);
    let moved = run.joints.iter().zip(common::FOLDED);
    let most = moved.map(|(is, was)| (is - was).abs()).fold(0.0, f64::max);
    assert!(most < 1e-6, "a joint moved by {most}");
}

#[test]
fn stops_when_any_sensor_it_relies_on_dies() {
    for (event, verdict) in [
        (Event::KillScan, GateVerdict::ScanLost),
        (Event::KillOdometry, GateVerdict::OdometryLost),
        (Event::KillJointStates, GateVerdict::JointStatesLost),
        (Event::KillImu, GateVerdict::Tilted),
        (Event::Tip, GateVerdict::Tilted),
        (Event::KillController, GateVerdict::CommandStale),
        (Event::KillPlanner, GateVerdict::PlannerLost),
        (Event::KillPerception, GateVerdict::PerceptionLost),
        (Event::DriveNan, GateVerdict::CommandInvalid),
    ] {
        let mut scenario = Scenario::open_floor().drive(0.5, 0.3).at(2.0, event);
        let run = scenario.run_for(3.6);
        assert_eq!(run.verdict, verdict, "{event:?}");
        assert!(run.verdict.stops_base());
        let last = run.log.last().unwrap().1;
        assert_eq!(
            (last.forward_m_s, last.yaw_rate_rad_s),
            (0.0, 0.0),
            "{event:?}"
        );
    }
}

#[test]
fn brakes_before_a_wall_and_does_not_touch_it() {
    for seed in 0..10 {
        let mut scenario = Scenario::open_floor()
            .seed(seed)
            .wall_at(2.0)
            .drive(0.5, 0.0);
        let run = scenario.run_for(12.0);

        assert_eq!(run.verdict, GateVerdict::ObstacleNear);
        assert!(run.least_gap_m > 0.015, "{} m", run.least_gap_m);
        assert!(
            run.log
                .iter()
                .any(|it| it.2.verdict == GateVerdict::SlowZone)
        );
    }
}

#[test]
fn docks_slowly_at_a_table_leg() {
    for seed in 0..10 {
        let mut scenario = Scenario::open_floor()
            .seed(seed)
            .post(0.6, 0.05, 0.03)
            .drive(0.08, 0.0);
        let run = scenario.run_for(10.0);

        assert!(run.least_gap_m > 0.015, "{} m", run.least_gap_m);
        assert!(run.least_gap_m < 0.07, "{} m", run.least_gap_m);
    }
}

#[test]
fn is_slow_when_it_is_near_but_fast_beside() {
    // Ahead within the slow-down zone …
    let mut scenario = Scenario::open_floor().post(0.7, 0.0, 0.05).drive(0.5, 0.0);
    let run = scenario.run_for(1.0);
    assert!(run.top_speed_m_s <= 0.3 + 1e-9, "{}", run.top_speed_m_s);
    // … and to the side, where the robot passes with 0.13 m to spare.
    let mut scenario = Scenario::open_floor().post(0.7, 0.4, 0.05).drive(0.5, 0.0);
    let run = scenario.run_for(2.0);
    assert!((run.top_speed_m_s - 0.5).abs() < 1e-9);
}

#[test]
fn someone_who_steps_in_its_way_is_not_run_into() {
    for step_at_m in [0.45, 0.6, 0.8, 1.1] {
        let mut scenario = Scenario::open_floor().drive(0.5, 0.0);
        let before = scenario.run_for(3.0);
        // A leg appears this far ahead of the robot's centre, at full speed, in the worst moment:
        // just after a scan.
        let leg = (before.pose.x_m + step_at_m, 0.02);
        scenario = scenario.at(3.004, Event::Post(leg.0, leg.1));
        let run = scenario.run_for(5.0);
        assert!(
            run.least_gap_m > 0.0,
            "{step_at_m} m ahead: {} m",
            run.least_gap_m
        );
        assert!(run.speed_m_s < 0.02, "{}", run.speed_m_s);
    }
}

#[test]
fn turns_in_place_in_a_narrow_spot() {
    let mut scenario = Scenario::open_floor()
        .post(0.32, 0.0, 0.03)
        .post(-0.1, 0.31, 0.03)
        .post(-0.1, -0.31, 0.03)
        .drive(0.0, 1.0);
    let run = scenario.run_for(3.0);

    let last = run.log.last().unwrap();
    assert!((last.1.yaw_rate_rad_s - 1.0).abs() < 1e-9, "{:?}", last.2);
}

#[test]
fn reverse_is_slow_because_the_mast_hides_what_is_behind() {
    let mut scenario = Scenario::open_floor()
        .post(-0.6, 0.2, 0.05)
        .drive(-0.5, 0.0);
    let run = scenario.run_for(10.0);

    assert!(run.top_speed_m_s <= 0.1 + 1e-9);
    assert!(run.least_gap_m > 0.015, "{} m", run.least_gap_m);
    assert_eq!(run.speed_m_s, 0.0);
}

#[test]
fn remembers_what_it_turned_its_back_to() {
    // A thin post ahead; the robot turns round, so that the mast hides it, and reverses.
    let mut scenario = Scenario::open_floor()
        .post(0.6, 0.0, 0.02)
        .drive(0.0, 1.4)
        .at(0.2 + std::f64::consts::PI / 1.4, Event::Drive(0.0, 0.0))
        .at(3.4, Event::Drive(-0.1, 0.0));
    let turned = scenario.run_for(3.3);
    let off = (turned.pose.yaw_rad.abs() - std::f64::consts::PI).abs();
    assert!(
        off < 0.1,
        "the scenario is to end with the back to the post: {off}"
    );
    let run = scenario.run_for(6.0);

    assert!(run.least_gap_m > 0.0, "{} m", run.least_gap_m);
    assert!(run.least_gap_m < 0.2);
}

#[test]
fn leaves_a_spot_where_it_almost_touches() {
    let mut scenario = Scenario::open_floor().post(0.27, 0.0, 0.03).drive(0.2, 0.0);
    let stuck = scenario.run_for(2.0);
    assert_eq!(stuck.verdict, GateVerdict::ObstacleNear);
    let mut scenario = scenario.at(2.0, Event::Drive(-0.1, 0.0));
    let run = scenario.run_for(3.0);

    assert!(run.pose.x_m < -0.2, "{}", run.pose.x_m);
}

#[test]
fn is_slow_while_the_arm_is_out() {
    let mut scenario = Scenario::open_floor().arm(OUT).drive(0.5, 0.0);
    let out = scenario.run_for(3.0);
    assert!(out.top_speed_m_s <= 0.12 + 1e-9, "{}", out.top_speed_m_s);
    assert_eq!(out.verdict, GateVerdict::ArmMoving);

    let folded = Scenario::open_floor().drive(0.5, 0.0).run_for(3.0);
    assert!(
        (folded.top_speed_m_s - 0.5).abs() < 1e-9,
        "{:?}",
        folded.worst
    );

    let mut scenario = Scenario::open_floor()
        .drive(0.5, 0.0)
        .at(2.0, Event::Arm(OUT));
    let unfolding = scenario.run_for(4.0);
    assert!(unfolding.speed_m_s <= 0.12 + 1e-9);
    assert!(
        (unfolding.joints[1] - OUT[1]).abs() < 1e-6,
        "the arm gets there"
    );
}

#[test]
fn the_emergency_stop_latches_until_it_is_released() {
    let mut scenario = Scenario::open_floor()
        .drive(0.5, 0.0)
        .at(1.0, Event::Arm(OUT))
        .at(2.0, Event::EStop(true))
        .at(2.5, Event::Drive(0.3, 0.0))
        .at(3.0, Event::Arm(FOLDED));
    let stopped = scenario.run_for(5.0);
    let held = stopped.joints;
    assert_eq!(stopped.verdict, GateVerdict::EStopped);
    assert_eq!(stopped.speed_m_s, 0.0);
    let later = scenario.run_for(5.0);
    assert_eq!(later.verdict, GateVerdict::EStopped);
    assert_eq!(later.joints, held);

    let mut scenario = scenario.at(10.0, Event::EStop(false));
    let released = scenario.run_for(4.0);
    assert!(released.top_speed_m_s > 0.1);
    assert_ne!(released.joints, held);
}

#[test]
fn a_spoken_stop_latches_and_its_release_does_not_release_the_button() {
    let mut scenario = Scenario::open_floor()
        .drive(0.5, 0.0)
        .at(2.0, Event::SpokenStop(true))
        .at(2.5, Event::Drive(0.3, 0.0));
    let stopped = scenario.run_for(5.0);
    assert_eq!(stopped.verdict, GateVerdict::EStopped);
    assert_eq!(stopped.speed_m_s, 0.0);

    let mut scenario = scenario
        .at(6.0, Event::EStop(true))
        .at(7.0, Event::SpokenStop(false));
    let pressed = scenario.run_for(4.0);
    assert_eq!(pressed.verdict, GateVerdict::EStopped);
    assert_eq!(pressed.top_speed_m_s, 0.0);

    let mut scenario = scenario.at(10.0, Event::EStop(false));
    assert!(scenario.run_for(4.0).top_speed_m_s > 0.1);

    // Nor the other way round.
    let mut scenario = scenario
        .at(14.0, Event::SpokenStop(true))
        .at(15.0, Event::EStop(false));
    assert_eq!(scenario.run_for(4.0).verdict, GateVerdict::EStopped);
}

#[test]
fn a_covered_lidar_is_not_an_empty_room() {
    let mut scenario = Scenario::open_floor().drive(0.5, 0.0);
    scenario.run_for(2.0);
    // Something closes round the lidar: every ray is too short to be valid.
    scenario.world.covered = true;
    let run = scenario.run_for(0.6);

    assert_eq!(run.verdict, GateVerdict::ScanLost);
    assert_eq!(run.speed_m_s, 0.0);
}

#[test]
fn what_is_too_near_for_the_lidar_blocks_the_way() {
    // A post that touches: its rays are under the lidar's shortest range, so they are missing.
    let mut scenario = Scenario::open_floor().post(0.24, 0.0, 0.02).drive(0.1, 0.0);
    let run = scenario.run_for(2.0);

    assert_eq!(run.verdict, GateVerdict::ObstacleNear);
    assert!(run.pose.x_m < 0.005, "{}", run.pose.x_m);
}
