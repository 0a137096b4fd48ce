//! What goes wrong, or changes, while the robot works: it stops, it notices, and never says "done"
//! to what is not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Scenario, Story, assert_done, assert_failed};
use hearth_types::{GateVerdict, TaskVerdict, Topic};

/// \[m\] How far the base may roll on after it was told to stand: its braking ramp.
const BRAKING_M: f64 = 0.2;
/// \[m\] How much a standing base moves: settling of tyres and arm.
const STANDING_M: f64 = 0.01;

/// On a free floor somewhere far from where it is looked for.
const BEDROOM_FLOOR: [f64; 3] = [2.6, 5.6, 0.06];

fn is_motionless(story: &Story) -> bool {
    let frame = story.frame();
    frame.forward_m_s.abs() < 1e-6 && frame.yaw_rate_rad_s.abs() < 1e-6
}

#[test]
fn stop_in_mid_drive_ends_everything_and_the_base_stands() {
    let mut story = Scenario::flat().seed(2).begin();
    story.say("go to the kitchen");
    story.say("去浴室");
    assert!(story.last_said().contains("接下来"), "{}", story.account());
    story.until_it_drives();
    let when_told = story.robot();
    story.say("stop!");
    let verdict = story.ending();
    assert_done(&story, &verdict);
    assert_failed(&story, &story.verdict(0).unwrap());
    assert_failed(&story, &story.verdict(1).unwrap());
    assert!((story.robot() - when_told).norm() < BRAKING_M);
    assert!(story.drift_m(5.0) < STANDING_M, "{}", story.account());
    assert!(!story.holds("at(kitchen)"));
    // It listens again.
    let verdict = story.command("go to the living room");
    assert_done(&story, &verdict);
    assert!(story.holds("at(living_room)"));
    story.nobody_was_hurt();
}

#[test]
fn waits_where_it_is_until_it_may_go_on() {
    let mut story = Scenario::flat().seed(12).begin();
    story.say("去厨房");
    story.until_it_drives();
    story.say("等一下");
    story.until("it has stopped", |it| it.last_verdict().is_some());
    assert_eq!(story.last_verdict(), Some(TaskVerdict::Done));
    assert!(story.drift_m(6.0) < STANDING_M, "{}", story.account());
    assert_eq!(story.verdict(0), None, "it is not done, nor given up");
    story.say("继续");
    let last = story.ending();
    assert_done(&story, &last);
    assert_eq!(story.verdict(0), Some(TaskVerdict::Done));
    assert!(story.holds("at(kitchen)"), "{}", story.account());
    story.nobody_was_hurt();
}

#[test]
fn what_it_is_told_while_busy_comes_next() {
    let mut story = Scenario::flat().seed(12).begin();
    story.say("go to the kitchen");
    story.until_it_drives();
    story.say("then come back to the living room");
    assert!(story.last_said().contains("next"), "{}", story.last_said());
    story.until("the first has ended", |it| it.verdict(0).is_some());
    assert_eq!(story.verdict(0), Some(TaskVerdict::Done));
    assert!(story.holds("at(kitchen)"), "{}", story.account());
    let last = story.ending();
    assert_done(&story, &last);
    assert!(story.holds("at(living_room)"), "{}", story.account());
    story.nobody_was_hurt();
}

#[test]
fn somebody_takes_the_thing_while_the_robot_drives_to_it() {
    let mut story = Scenario::flat()
        .seed(3)
        .put("apple", "kitchen_table")
        .begin();
    story.say("把餐桌上的苹果拿给我");
    story.until_it_drives();
    let [x, y, z] = BEDROOM_FLOOR;
    story.moves("apple", x, y, z);
    let verdict = story.ending();
    let reason = assert_failed(&story, &verdict);
    assert!(reason.contains("苹果"), "{reason}");
    assert!(!story.holds("handed(apple, me)"));
    story.nobody_was_hurt();
}

#[test]
fn somebody_takes_the_thing_out_of_the_gripper() {
    let mut story = Scenario::flat()
        .seed(3)
        .put("apple", "kitchen_table")
        .begin();
    story.say("bring me the apple from the kitchen table");
    story.until("the robot has it", |it| it.holds("held(apple)"));
    story.until_it_drives();
    let [x, y, z] = BEDROOM_FLOOR;
    story.moves("apple", x, y, z);
    let verdict = story.ending();
    assert_failed(&story, &verdict);
    assert!(!story.holds("handed(apple, me)"));
    story.nobody_was_hurt();
}

#[test]
fn a_blocked_doorway_is_neither_run_into_nor_lied_about() {
    // Nothing wider than 0.3 m is left of the office's only door.
    let mut story = Scenario::flat()
        .seed(2)
        .obstacle("cardboard_box", 2.5, 3.4, 0.0)
        .obstacle("bag", 3.05, 3.4, std::f64::consts::FRAC_PI_2)
        .begin();
    let verdict = story.command("go to the office");
    let reason = assert_failed(&story, &verdict);
    assert!(!reason.is_empty());
    assert!(!story.holds("at(office)"), "{}", story.account());
    assert!(story.drift_m(2.0) < STANDING_M);
    // There is another way to everywhere else.
    let verdict = story.command("去客厅");
    assert_done(&story, &verdict);
    story.nobody_was_hurt();
}

#[test]
fn an_emergency_stop_latches_until_it_is_released() {
    let mut story = Scenario::flat().seed(2).begin();
    story.say("go to the kitchen");
    story.until_it_drives();
    let when_pressed = story.robot();
    story.e_stop(true);
    story.run(1.0);
    assert_eq!(story.gate(), GateVerdict::EStopped);
    assert!((story.robot() - when_pressed).norm() < BRAKING_M);
    story.say("go to the bathroom");
    assert!(story.drift_m(15.0) < STANDING_M, "{}", story.account());
    assert!(is_motionless(&story));
    assert_ne!(story.verdict(0), Some(TaskVerdict::Done));

    story.say("stop");
    story.until("all was dropped", |it| it.last_verdict().is_some());
    story.e_stop(false);
    assert!(story.drift_m(3.0) < STANDING_M, "a release moves nothing");
    let verdict = story.command("go to the kitchen");
    assert_done(&story, &verdict);
    assert!(story.holds("at(kitchen)"), "{}", story.account());
    story.nobody_was_hurt();
}

#[test]
fn without_a_camera_nothing_is_claimed_that_needs_eyes() {
    let mut story = Scenario::flat()
        .seed(3)
        .put("apple", "kitchen_table")
        .begin();
    story.unplug(Topic::Rgbd);
    story.say("bring me the apple from the kitchen table");
    let verdict = story.ending();
    assert_failed(&story, &verdict);
    assert!(story.holds("unmoved(apple)"));
    let verdict = story.command("餐桌上有几个苹果？");
    assert_ne!(verdict, TaskVerdict::Done, "{}", story.account());
    story.nobody_was_hurt();
}

#[test]
fn without_a_lidar_the_base_stands_until_it_sees_again() {
    let mut story = Scenario::flat().seed(2).begin();
    story.say("去厨房");
    story.until_it_drives();
    let when_lost = story.robot();
    story.unplug(Topic::Scan);
    story.run(1.0);
    assert_eq!(story.gate(), GateVerdict::ScanLost);
    // Half a metre a second for as long as a scan counts as fresh, and the ramp.
    assert!((story.robot() - when_lost).norm() < 0.15 + BRAKING_M);
    assert!(story.drift_m(6.0) < STANDING_M, "{}", story.account());
    assert_ne!(story.verdict(0), Some(TaskVerdict::Done));
    story.plug(Topic::Scan);
    let verdict = story.ending();
    let there = story.holds("at(kitchen)");
    assert_eq!(verdict == TaskVerdict::Done, there, "{}", story.account());
    let verdict = story.command("去厨房");
    assert_done(&story, &verdict);
    assert!(story.holds("at(kitchen)"), "{}", story.account());
    story.nobody_was_hurt();
}
