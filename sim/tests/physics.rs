//! The robot's body behaves as a body.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Stage, home};
use hearth_sim::oracle::Oracle;
use hearth_types::{Message, Pose2};
use std::f64::consts::FRAC_PI_2;

fn pose(stage: &Stage) -> Pose2 {
    Oracle::new(&stage.simulation, &home()).robot_in_map()
}

#[test]
fn stands_still_when_told_nothing() {
    let mut stage = Stage::room(None, None, &[]);
    let before = pose(&stage);
    stage.run(10.0);
    let after = pose(&stage);
    assert!(before.distance_m(&after) < 0.002, "{before:?} {after:?}");
    assert!(
        (before.yaw_rad - after.yaw_rad).abs() < 0.005,
        "{before:?} {after:?}"
    );
}

#[test]
fn drives_a_metre_straight_and_turns_on_the_spot() {
    let mut stage = Stage::room(None, None, &[]);
    let before = pose(&stage);
    stage.frame.forward_m_s = 0.25;
    stage.run(4.0);
    stage.frame.forward_m_s = 0.0;
    stage.run(1.0);
    let after = pose(&stage);
    println!("{after:?}");
    assert!((after.x_m - before.x_m - 1.0).abs() < 0.05, "{after:?}");
    assert!(
        after.y_m.abs() < 0.05 && after.yaw_rad.abs() < 0.08,
        "{after:?}"
    );

    stage.frame.yaw_rate_rad_s = 0.8;
    stage.run(1.0);
    stage.frame.yaw_rate_rad_s = 0.0;
    stage.run(0.5);
    let turned = pose(&stage);
    println!("{turned:?}");
    assert!(
        (turned.yaw_rad - after.yaw_rad - 0.8).abs() < 0.08,
        "{turned:?}"
    );
    assert!(turned.distance_m(&after) < 0.03, "{turned:?}");
}

#[test]
fn odometry_follows_the_base_but_drifts() {
    let mut stage = Stage::room(None, None, &[]);
    stage.frame.forward_m_s = 0.3;
    stage.frame.yaw_rate_rad_s = 0.5;
    stage.run(20.0);
    let truth = pose(&stage);
    let believed = stage.messages.iter().rev().find_map(|it| match it {
        Message::Odometry(odometry) => Some(odometry.odom_from_base),
        _ => None,
    });
    let error_m = believed.unwrap().distance_m(&truth);
    println!(
        "after {} m: off by {error_m} m",
        Oracle::new(&stage.simulation, &home()).path_length_m()
    );
    assert!(error_m > 0.001 && error_m < 0.5, "{error_m} m");
}

#[test]
fn lidar_measures_the_walls() {
    let mut stage = Stage::room(None, None, &[("lift_joint", 0.6)]);
    stage.run(0.3);
    let scan = stage.messages.iter().rev().find_map(|it| match it {
        Message::Scan(scan) => Some(scan.clone()),
        _ => None,
    });
    let scan = scan.unwrap();
    let range = |angle: f64| {
        let ray = ((angle - scan.angle_min_rad) / scan.angle_increment_rad).round() as usize;
        f64::from(scan.ranges_m[ray])
    };
    assert!((range(0.0) - 3.0).abs() < 0.05, "{} m", range(0.0));
    assert!(
        (range(FRAC_PI_2) - 2.0).abs() < 0.05,
        "{} m",
        range(FRAC_PI_2)
    );
    assert_eq!(scan.ranges_m.len(), 360);
}

#[test]
fn imu_feels_gravity_and_turning() {
    let mut stage = Stage::room(None, None, &[]);
    stage.frame.yaw_rate_rad_s = 0.6;
    stage.run(2.0);
    let samples: Vec<_> = stage
        .messages
        .iter()
        .filter_map(|it| match it {
            Message::Imu(imu) => Some(*imu),
            _ => None,
        })
        .collect();
    let last = &samples[samples.len() - 100..];
    let mean = |of: &dyn Fn(&hearth_types::Imu) -> f64| last.iter().map(of).sum::<f64>() / 100.0;
    assert!((mean(&|it| it.angular_velocity_rad_s[2]) - 0.6).abs() < 0.05);
    assert!((mean(&|it| it.linear_acceleration_m_s2[2]) - 9.81).abs() < 0.1);
}

#[test]
fn a_half_kilogram_can_is_held_by_friction_and_lifted() {
    let home = home();
    let (mut stage, lift) = Stage::at_the_can(None);
    stage.run(0.2);
    assert!((stage.can_height_m(&home) - 0.70).abs() < 0.003);
    stage.joint("left_finger_joint", 0.0, Some(15.0));
    stage.run(1.0);
    let effort = stage.messages.iter().rev().find_map(|it| match it {
        Message::JointStates(joints) => Some((joints.position[5], joints.effort[5])),
        _ => None,
    });
    let (width, effort) = effort.unwrap();
    println!("finger {width} m, effort {effort} N");
    assert!(
        (width - 0.033).abs() < 0.003 && effort > 10.0,
        "{width} m, {effort} N"
    );

    stage.move_joint("lift_joint", lift, lift + 0.2, 1.5);
    let height = stage.can_height_m(&home);
    stage.run(5.0);
    let later = stage.can_height_m(&home);
    println!("{height} m, after 5 s {later} m");
    assert!(stage.holds(&home, "held(can)"));
    assert!((height - 0.90).abs() < 0.01, "{height} m");
    assert!(
        (later - height).abs() < 0.005,
        "slipped from {height} to {later} m"
    );

    // Swung about at the arm's full speed it stays.
    stage.move_joint("shoulder_joint", -0.9, 0.3, 1.0);
    stage.run(0.5);
    assert!(stage.holds(&home, "held(can)"));

    stage.joint("left_finger_joint", 0.05, None);
    stage.run(1.0);
    assert!(!stage.holds(&home, "held(can)"), "it falls when let go");
}

#[test]
fn the_forearm_does_not_pass_through_the_mast() {
    let mut stage = Stage::room(
        None,
        None,
        &[
            ("lift_joint", 0.6),
            ("shoulder_joint", 2.2),
            ("elbow_joint", 1.8),
        ],
    );
    // At 2.75 rad the forearm would lie across the mast.
    stage.move_joint("elbow_joint", 1.8, 3.1, 1.5);
    stage.run(1.0);
    let elbow = stage.messages.iter().rev().find_map(|it| match it {
        Message::JointStates(joints) => Some((joints.position[2], joints.effort[2])),
        _ => None,
    });
    let (at, effort) = elbow.unwrap();
    println!("{at} rad, {effort} N m");
    assert!(at < 2.75 && effort > 5.0, "{at} rad, {effort} N m");
}
