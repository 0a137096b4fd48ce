//! Whatever comes in, in whatever order: no panic, and every command ends exactly once.

// In tests a surprise may well panic; the lint knows only #[test] functions by itself.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Grip, Toy};
use hearth_types::*;
use proptest::prelude::*;
use std::sync::Arc;

const WORDS: [&str; 20] = [
    "bring me the apple",
    "给我蓝色的杯子",
    "bring me the cup",
    "put the apple on the desk",
    "take the apple and put it on the shelf",
    "how many cups are on the table?",
    "what is on the desk?",
    "go to the kitchen",
    "the blue one",
    "stop",
    "wait",
    "continue",
    "cancel",
    "🤖",
    "bring me the striped cup",
    "who is waving",
    "餐桌上的杯子是什么颜色",
    "what is Anna doing",
    "bring me the tumbler",
    "is the room messy?",
];

#[derive(Clone, Debug)]
enum Happening {
    Said(usize),
    Cancelled(u64),
    Time(f64),
    Grip(Grip),
    Blocked(bool),
    StrayReport(u64, bool),
    OddPose(f64),
    OddWorld(f64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let odd = prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1e300), Just(0.0)];
    prop_oneof![
        4 => (0..WORDS.len()).prop_map(Happening::Said),
        2 => (0_u64..12).prop_map(Happening::Cancelled),
        4 => (0.0..30.0).prop_map(Happening::Time),
        1 => prop_oneof![
            Just(Grip::Takes), Just(Grip::Misses), Just(Grip::HoldsNothing), Just(Grip::TakesAir)
        ].prop_map(Happening::Grip),
        1 => any::<bool>().prop_map(Happening::Blocked),
        1 => (0_u64..40, any::<bool>()).prop_map(|(id, ok)| Happening::StrayReport(id, ok)),
        1 => odd.clone().prop_map(Happening::OddPose),
        1 => odd.prop_map(Happening::OddWorld),
    ]
}

fn happen(toy: &mut Toy, what: &Happening) {
    match what {
        Happening::Said(index) => toy.hear(WORDS[*index]),
        Happening::Cancelled(id) => toy.cancel(*id),
        Happening::Time(secs) => toy.run(*secs),
        Happening::Grip(grip) => toy.grips.push_back(*grip),
        Happening::Blocked(blocked) => {
            toy.blocked = if *blocked {
                vec!["table", "desk"]
            } else {
                Vec::new()
            };
        }
        Happening::StrayReport(id, ok) => {
            let evidence = MotionEvidence {
                base_in_map: Pose2::default(),
                gripper_width_m: f64::NAN,
                gripper_effort_n: f64::NAN,
                holding: *ok,
                held_below_m: Some(f64::NAN),
                pull_felt: false,
            };
            let state = if *ok {
                MotionState::Succeeded(evidence)
            } else {
                MotionState::Failed {
                    failure: MotionFailure::Lost,
                    evidence,
                }
            };
            let report = MotionReport {
                stamp: toy.now,
                id: MotionId(*id),
                state,
            };
            toy.feed(&Message::MotionReport(Arc::new(report)));
        }
        Happening::OddPose(value) => {
            let pose = Pose2 {
                x_m: *value,
                y_m: *value,
                yaw_rad: *value,
            };
            toy.feed(&Message::Localization(Localization {
                stamp: toy.now,
                map_from_odom: pose,
                position_std_m: *value,
                yaw_std_rad: *value,
            }));
        }
        Happening::OddWorld(value) => {
            toy.feed(&Message::World(Arc::new(odd_world(toy.now, *value))))
        }
    }
}

fn odd_world(now: Stamp, value: f64) -> World {
    World {
        stamp: now,
        objects: vec![WorldObject {
            matches: vec![PhraseMatch {
                phrase: "striped cup".into(),
                probability: value,
            }],
            id: ObjectId(7),
            hypotheses: vec![Hypothesis {
                item: "apple".into(),
                probability: value,
            }],
            centre_in_map: Point3::new(value, value, value),
            yaw_rad: value,
            size_m: [value; 3],
            shape: ShapeCue::Irregular,
            colour: Colour {
                lab: [0.0; 3],
                name: BasicColour::Red,
            },
            place: Some("no such place".into()),
            support_height_m: value,
            first_seen: now,
            last_seen: now,
            sightings: 1,
            views: 1,
            existence: value,
        }],
        people: vec![WorldPerson {
            id: PersonId(3),
            hypotheses: Vec::new(),
            position_in_map: Point2::new(value, value),
            head_height_m: value,
            posture: Posture::Unknown,
            gesture: Some((Gesture::Waving, value)),
            matches: Vec::new(),
            shirt: None,
            last_seen: Stamp::MAX,
            sightings: 0,
            existence: value,
        }],
        surfaces: vec![SurfaceView {
            place: "desk".into(),
            surface: 99,
            measured_height_m: Some(value),
            coverage: value,
            seen_from: now,
            last_seen: Stamp::MAX,
            free_spots_in_map: vec![Point3::new(value, value, value)],
        }],
        ..World::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_command_ends_exactly_once(happenings in prop::collection::vec(happening(), 1..25)) {
        let config = hearth_planner::Config {
            vision_language_server: true,
            ..hearth_planner::Config::default()
        };
        let mut toy = Toy::with(config)
            .put("apple", "table")
            .put("blue_cup", "desk")
            .put_odd("mug", "desk", BasicColour::White, &[("striped cup", 0.9)]);
        for it in &happenings {
            happen(&mut toy, it);
        }
        toy.hear("stop");
        toy.run_out();

        let mut heard = Vec::new();
        let mut finished = Vec::new();
        for event in &toy.events {
            match event {
                TaskEvent::Heard { task, .. } => heard.push(*task),
                TaskEvent::Finished { task, .. } => finished.push(*task),
                _ => {}
            }
        }
        finished.sort_unstable();
        prop_assert_eq!(heard, finished);
        let ids: Vec<u64> = toy.requests.iter().map(|it| it.id.0).collect();
        prop_assert!(ids.is_sorted_by(|a, b| a < b));
    }
}
