//! What is not on the map comes up often enough, and the lidar sees it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Stage, flat, home, rules};
use hearth_sim::Scene;
use hearth_types::{Isometry3, Message, Pose2};
use std::collections::BTreeMap;

/// \[m\] The nearest that the lidar sees within a few degrees of straight ahead.
fn ahead_m(scene: &Scene) -> f64 {
    let mut stage = Stage::new(&flat(), scene.clone(), &[("lift_joint", 0.6)], false);
    stage.run(0.3);
    let scan = stage.messages.iter().rev().find_map(|it| match it {
        Message::Scan(scan) => Some(scan.clone()),
        _ => None,
    });
    let scan = scan.unwrap();
    let rays = scan.ranges_m.iter().enumerate();
    rays.filter(|(ray, _)| {
        let angle = scan.angle_min_rad + *ray as f64 * scan.angle_increment_rad;
        hearth_types::wrap_angle(angle).abs() < 0.06
    })
    .map(|(_, range)| f64::from(*range))
    .filter(|it| it.is_finite() && *it > 0.0)
    .fold(f64::INFINITY, f64::min)
}

#[test]
fn unmapped_obstacles_come_up_and_the_lidar_sees_each_where_it_stands() {
    let (world, home, rules) = (flat(), home(), rules());
    let mut found: BTreeMap<String, Vec<Isometry3>> = BTreeMap::new();
    let mut with_some = 0;
    for seed in 0..40 {
        let scene = Scene::generate(&rules, &world, &home, seed, &[]).unwrap();
        with_some += usize::from(!scene.moved.is_empty());
        for (model, pose) in &scene.moved {
            let poses = found.entry(model.clone()).or_default();
            poses.push(*pose);
        }
    }
    println!("{with_some} of 40 scenes");
    assert!((15..=35).contains(&with_some), "{with_some} of 40 scenes");
    for model in ["cardboard_box", "moved_chair", "bag"] {
        let poses = &found[model];
        println!("{model}: {}", poses.len());
        assert!(poses.len() >= 4, "{model}: {} of 40", poses.len());
        let at = poses[0].translation.vector;
        let seen = (0..8).any(|step| {
            let angle = f64::from(step) * std::f64::consts::FRAC_PI_4;
            let start = Pose2::new(at.x - 0.8 * angle.cos(), at.y - 0.8 * angle.sin(), angle);
            let mut scene = Scene::as_described(&world, start);
            scene.objects.clear();
            scene.people.clear();
            let people = home.people.iter().map(|it| it.names.id.clone());
            scene.absent.extend(people.chain(found.keys().cloned()));
            let without = ahead_m(&scene);
            scene.absent.remove(model);
            scene.moved.insert(model.to_owned(), poses[0]);
            without > 1.0 && ahead_m(&scene) < 0.85
        });
        assert!(seen, "{model} at {at:?}");
    }
}
