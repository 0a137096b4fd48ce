//! People take what is held out to them, and are noticed when touched.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Stage, flat, home};
use hearth_sim::Scene;
use hearth_sim::oracle::Oracle;
use hearth_sim::scene::PlacedPerson;
use hearth_types::{Message, Pose2};

/// The can in the gripper, held out at 0.9 m above the floor to mia, who stands `gap_m` beyond it.
fn offering(gap_m: f64) -> Stage {
    let (mut stage, lift) = Stage::at_the_can(Some(gap_m));
    stage.pick_the_can(lift, 0.2);
    stage
}

fn finger_effort_n(stage: &Stage) -> f64 {
    let joints = stage.messages.iter().rev().find_map(|it| match it {
        Message::JointStates(joints) => Some(joints.clone()),
        _ => None,
    });
    joints.unwrap().effort[5]
}

#[test]
fn a_person_within_reach_pulls_and_gets_the_thing_when_the_robot_lets_go() {
    let home = home();
    let mut stage = offering(0.6);
    assert!(stage.holds(&home, "held(can)"));
    let before = stage.arm_torque();
    stage.run(2.0);
    let pulled = stage.arm_torque();
    println!(
        "before {before:?} pulled {pulled:?}, finger {} N",
        finger_effort_n(&stage)
    );
    assert!(
        stage.holds(&home, "held(can)"),
        "a pull of 8 N does not tear it out of the gripper"
    );
    let change = (0..before.len())
        .map(|it| (before[it] - pulled[it]).abs())
        .fold(0.0, f64::max);
    assert!(change > 0.5, "the arm feels the pull: {change} N m");

    stage.joint("left_finger_joint", 0.05, None);
    stage.run(1.5);
    assert!(stage.holds(&home, "handed(can, me) & handed(can, mia)"));
    let height_m = stage.can_height_m(&home);
    assert!(height_m > 0.7, "it is kept, not dropped: {height_m} m");
    assert_eq!(Oracle::new(&stage.simulation, &home).person_contacts(), 0);
}

#[test]
fn a_person_out_of_reach_takes_nothing() {
    let home = home();
    let mut stage = offering(1.0);
    stage.run(2.0);
    stage.joint("left_finger_joint", 0.05, None);
    stage.run(1.5);
    assert!(!stage.holds(&home, "handed(can, me)"));
    assert!(
        stage.can_height_m(&home) < 0.75,
        "it falls back to the table"
    );
}

#[test]
fn running_into_a_person_or_a_wall_is_counted_once_each() {
    let home = home();
    let mia = Pose2::new(1.0, 0.0, std::f64::consts::PI);
    let mut stage = Stage::room(
        None,
        Some(mia),
        &[("lift_joint", 0.9), ("shoulder_joint", 2.0)],
    );
    stage.frame.forward_m_s = 0.3;
    stage.run(4.0);
    {
        let oracle = Oracle::new(&stage.simulation, &home);
        println!("{:?}", oracle.contacts());
        assert_eq!(oracle.person_contacts(), 1);
        assert_eq!(oracle.hard_contacts(), 0);
        let speed_m_s = oracle.contacts()[0].speed_m_s;
        assert!((speed_m_s - 0.3).abs() < 0.1, "{speed_m_s} m/s");
    }

    let mut stage = Stage::room(None, None, &[("lift_joint", 0.9), ("shoulder_joint", 2.0)]);
    stage.frame.forward_m_s = 0.3;
    stage.run(11.0);
    let oracle = Oracle::new(&stage.simulation, &home);
    println!("{:?}", oracle.contacts());
    assert_eq!((oracle.person_contacts(), oracle.hard_contacts()), (0, 1));
}

#[test]
fn in_the_flat_driving_into_a_person_or_a_table_is_counted_by_its_name() {
    let (world, home) = (flat(), home());
    // Straight at anna, who stands 0.9 m ahead, and at the kitchen table.
    let table = home.place("kitchen_table").unwrap().footprint;
    let centre = table.centre_in_map;
    let away = table.size_m[0].hypot(table.size_m[1]) / 2.0 + 0.5;
    let cases = [
        (
            Pose2::new(7.0, 3.5, 0.0),
            Some(Pose2::new(7.9, 3.5, std::f64::consts::PI)),
            "anna",
        ),
        (
            Pose2::new(centre.x_m, centre.y_m + away, -std::f64::consts::FRAC_PI_2),
            None,
            "kitchen_table",
        ),
    ];
    for (start, person, name) in cases {
        let mut scene = Scene::as_described(&world, start);
        scene.objects.clear();
        scene.people.clear();
        scene
            .absent
            .extend(home.people.iter().map(|it| it.names.id.clone()));
        if let Some(map_from_person) = person {
            scene.absent.remove(name);
            scene.people.push(PlacedPerson {
                model: name.to_owned(),
                map_from_person,
            });
        }
        // No gate is asked: this is what a fault would do.
        let mut stage = Stage::new(&world, scene, &[("lift_joint", 0.6)], false);
        stage.frame.forward_m_s = 0.4;
        stage.run(4.0);
        let oracle = Oracle::new(&stage.simulation, &home);
        println!("{:?}", oracle.contacts());
        // Who keeps driving bounces, and that counts again.
        assert_eq!(oracle.person_contacts() > 0, person.is_some(), "{name}");
        assert_eq!(oracle.hard_contacts() > 0, person.is_none(), "{name}");
        assert_eq!(oracle.contacts()[0].with, name);
        assert!(oracle.contacts()[0].speed_m_s > 0.2);
    }
}

#[test]
fn whoever_lies_on_the_floor_is_touched_before_the_robot_drives_over_an_arm() {
    let (world, home) = (flat(), home());
    // Onto the hand of the arm that is stretched out, and onto the middle.
    for (x, y) in [(7.95, 3.98), (7.9, 3.5)] {
        let mut scene = Scene::as_described(&world, Pose2::new(6.9, 3.5, 0.0));
        scene.objects.clear();
        scene.people.push(PlacedPerson {
            model: "guest_lying".to_owned(),
            map_from_person: Pose2::new(x, y, -std::f64::consts::FRAC_PI_2),
        });
        let mut stage = Stage::new(&world, scene, &[("lift_joint", 0.6)], false);
        // What the lidar has of them straight ahead: the body is hardly higher than its plane.
        let ahead_m = |stage: &Stage| {
            let scan = stage.messages.iter().rev().find_map(|it| match it {
                Message::Scan(scan) => Some(scan.clone()),
                _ => None,
            })?;
            let angle = |index: usize| scan.angle_min_rad + scan.angle_increment_rad * index as f64;
            let ahead = (scan.ranges_m.iter().enumerate()).filter(|it| angle(it.0).abs() < 0.3);
            ahead.map(|it| *it.1).reduce(f32::min)
        };
        stage.run(0.3);
        println!("lidar: {:?} m", ahead_m(&stage));
        stage.frame.forward_m_s = 0.3;
        stage.run(4.0);
        let oracle = Oracle::new(&stage.simulation, &home);
        println!("{:?}", oracle.contacts());
        assert!(oracle.person_contacts() > 0);
        assert_eq!(oracle.contacts()[0].with, "guest_lying");
        let reached_m = oracle.robot_in_map().x_m;
        assert!(reached_m < x - 0.2, "{reached_m}");
    }
}
