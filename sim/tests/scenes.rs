//! Scenes stay as they were made, and sensors tell the same story every time.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Stage, flat, home, rules};
use hearth_runtime::{Outbox, Plant};
use hearth_sim::oracle::{Oracle, Predicate};
use hearth_sim::{Scene, SimConfig, Simulation};
use hearth_types::{Message, Stamp};
use std::time::{Duration, Instant};

#[test]
fn things_stay_where_the_scene_puts_them() {
    let (world, home, rules) = (flat(), home(), rules());
    for seed in 0..30 {
        let scene = Scene::generate(&rules, &world, &home, seed, &[]).unwrap();
        let mut stage = Stage::new(&world, scene.clone(), &[("lift_joint", 0.6)], false);
        stage.run(2.0);
        let oracle = Oracle::new(&stage.simulation, &home);
        for object in &scene.objects {
            let now = oracle.object_in_map(&object.model).unwrap();
            let moved = now.translation.vector - object.map_from_model.translation.vector;
            let up = now.rotation * hearth_types::Vector3::z();
            let on = oracle.place_of(&object.model).map(|it| it.names.id.clone());
            assert!(
                moved.norm() < 0.02 && up.z > 0.98 && on == object.place,
                "seed {seed}: {} on {:?} moved by {moved:?}, tilts to {up:?}, is on {on:?}",
                object.model,
                object.place
            );
        }
        assert_eq!(oracle.contacts(), [], "seed {seed}");
    }
}

#[test]
fn things_that_the_catalogue_does_not_know_stand_and_are_judged_by_their_names() {
    let (world, home, rules) = (flat(), home(), rules());
    let extras: Vec<&str> = world
        .models
        .iter()
        .filter(|it| !it.is_static && home.item(&it.name).is_none())
        .map(|it| it.name.as_str())
        .collect();
    assert!(extras.len() >= 10, "{extras:?}");
    let places = ["kitchen_table", "bed", "desk", "sofa"];
    let put: Vec<String> = (extras.iter().zip(places.iter().cycle()))
        .map(|(extra, place)| format!("on({extra}, {place})"))
        .collect();
    let placements = put.join(" & ");
    let setup = format!("{placements} & at(guest_waving, bedroom)");
    for seed in 0..4 {
        let setup = Predicate::parse_all(&setup).unwrap();
        let scene = Scene::generate(&rules, &world, &home, seed, &setup).unwrap();
        let mut stage = Stage::new(&world, scene.clone(), &[("lift_joint", 0.6)], false);
        stage.run(2.0);
        assert!(stage.holds(&home, &placements), "seed {seed}: {placements}");
        assert!(stage.holds(&home, "at(guest_waving, bedroom)"));
        assert!(!stage.holds(&home, "at(guest_waving, kitchen)"));
        assert!(!stage.holds(&home, "at(guest_lying, bedroom)"));
        assert!(!stage.holds(&home, "handed(striped_mug, me)"));
        let oracle = Oracle::new(&stage.simulation, &home);
        for object in scene
            .objects
            .iter()
            .filter(|it| extras.contains(&it.model.as_str()))
        {
            let now = oracle.object_in_map(&object.model).unwrap();
            let moved = now.translation.vector - object.map_from_model.translation.vector;
            let up = now.rotation * hearth_types::Vector3::z();
            assert!(
                moved.norm() < 0.02 && up.z > 0.98,
                "seed {seed}: {} moved by {moved:?}, tilts to {up:?}",
                object.model
            );
        }
    }
    // Who is not set up is not simulated at all.
    let scene = Scene::generate(&rules, &world, &home, 1, &[]).unwrap();
    let stage = Stage::new(&world, scene, &[("lift_joint", 0.6)], false);
    let oracle = Oracle::new(&stage.simulation, &home);
    assert!(oracle.objects().all(|it| home.item(it.0).is_some()));
    assert!(!stage.holds(&home, "on(striped_mug, desk)"));
}

/// All that the sensors say, as bytes.
fn sensed(seed: u64) -> Vec<u8> {
    let (world, home, rules) = (flat(), home(), rules());
    let scene = Scene::generate(&rules, &world, &home, seed, &[]).unwrap();
    let mut stage = Stage::new(&world, scene, &[("lift_joint", 0.6)], true);
    stage.frame.forward_m_s = 0.1;
    stage.frame.yaw_rate_rad_s = 0.2;
    stage.joint("head_tilt_joint", 0.5, None);
    stage.run(5.0);
    let frames = stage
        .messages
        .iter()
        .filter(|it| matches!(it, Message::Rgbd(_)))
        .count();
    assert!(frames >= 24, "{frames} frames in 5 s");
    format!("{:?}", stage.messages).into_bytes()
}

#[test]
fn a_seed_gives_the_same_bytes_from_all_sensors_twice() {
    let (first, second) = (sensed(11), sensed(11));
    assert!(first == second, "the streams differ");
    assert!(first != sensed(12), "another seed has other noise");
}

#[test]
fn in_real_time_a_late_frame_delays_nothing_and_says_when_it_was_taken() {
    let (world, home, rules) = (flat(), home(), rules());
    let scene = Scene::generate(&rules, &world, &home, 5, &[]).unwrap();
    let config = SimConfig {
        wait_for_camera: false,
        ..SimConfig::default()
    };
    let mut simulation = Simulation::new(&config, &common::ember(), &world, scene).unwrap();
    let (mut stamps, mut scans) = (Vec::new(), 0);
    let mut out = Outbox::new();
    let started = Instant::now();
    let mut now = Duration::ZERO;
    // 3 s as real time has them, in the control period's steps.
    while now < Duration::from_secs(3) {
        std::thread::sleep(now.saturating_sub(started.elapsed()));
        now += Duration::from_millis(8);
        simulation.advance(Stamp::from_secs_f64(now.as_secs_f64()), &mut out);
        for message in out.drain() {
            match message {
                Message::Rgbd(frame) => {
                    assert!(frame.stamp.as_nanos() <= simulation.now().as_nanos());
                    stamps.push(frame.stamp.as_nanos());
                }
                Message::Scan(_) => scans += 1,
                _ => {}
            }
        }
    }
    assert!((29..=31).contains(&scans), "{scans} scans in 3 s");
    assert!(stamps.len() >= 5, "{} frames in 3 s", stamps.len());
    assert!(stamps.windows(2).all(|it| it[0] < it[1]), "in order, once");
    assert!(stamps.iter().all(|it| it % 200_000_000 == 0), "{stamps:?}");
}
