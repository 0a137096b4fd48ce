use super::*;
use hearth_types::{BasicColour, PhraseMatch, Point3, Posture, ShapeCue};
use proptest::prelude::*;

const NOW: Stamp = Stamp::from_millis(20_000);

fn matched(phrase: &str, probability: f64) -> Vec<PhraseMatch> {
    vec![PhraseMatch {
        phrase: phrase.into(),
        probability,
    }]
}

fn sound() -> World {
    let red = Colour {
        lab: [50.0, 60.5, 40.0],
        name: BasicColour::Red,
    };
    World {
        stamp: Stamp::from_millis(19_900),
        objects: vec![WorldObject {
            id: ObjectId(7),
            hypotheses: vec![Hypothesis {
                item: "apple".into(),
                probability: 0.9,
            }],
            matches: matched("red fruit", 0.75),
            centre_in_map: Point3::new(1.0, 2.0, 0.8),
            yaw_rad: 0.25,
            size_m: [0.08, 0.07, 0.075],
            shape: ShapeCue::Sphere,
            colour: red,
            place: Some("kitchen_table".into()),
            support_height_m: 0.76,
            first_seen: Stamp::from_millis(100),
            last_seen: Stamp::from_millis(19_900),
            sightings: 12,
            views: 2,
            existence: 0.98,
        }],
        people: vec![WorldPerson {
            id: PersonId(1),
            hypotheses: Vec::new(),
            position_in_map: Point2::new(3.0, -1.0),
            head_height_m: 1.7,
            posture: Posture::Sitting,
            gesture: Some((Gesture::RaisingLeftArm, 0.8)),
            matches: matched("person waving", 0.25),
            shirt: Some(red),
            last_seen: Stamp::from_millis(19_000),
            sightings: 3,
            existence: 0.7,
        }],
        surfaces: vec![SurfaceView {
            place: "sofa".into(),
            surface: 0,
            measured_height_m: None,
            coverage: 0.5,
            seen_from: Stamp::from_millis(5),
            last_seen: Stamp::from_millis(6),
            free_spots_in_map: vec![Point3::new(0.0, 1.0, 0.4)],
        }],
        obstacles_in_map: vec![Point2::new(0.5, 0.5)],
    }
}

#[test]
fn a_world_survives_the_way_there_and_back() {
    let mut back = world(&world_msg(&sound()), NOW).expect("sound");
    assert!((back.objects[0].yaw_rad - 0.25).abs() < 1e-12);
    back.objects[0].yaw_rad = 0.25;
    assert_eq!(back, sound());
}

#[test]
fn a_world_with_anything_unsound_in_it_is_refused_as_a_whole() {
    let refused = |change: &dyn Fn(&mut msg::World)| {
        let mut message = world_msg(&sound());
        change(&mut message);
        world(&message, NOW).expect_err("bad").to_string()
    };
    assert_eq!(
        refused(&|it| it.header.frame_id = "odom".into()),
        "frame_id is \"odom\", but it must be \"map\""
    );
    assert_eq!(
        refused(&|it| it.objects[0].pose.position.z = f64::NAN),
        "objects.pose.position is not finite"
    );
    assert_eq!(
        refused(&|it| it.objects[0].shape = "blob".into()),
        "shape \"blob\" is unknown"
    );
    assert_eq!(
        refused(&|it| it.people[0].posture.clear()),
        "people.posture \"\" is unknown"
    );
    assert_eq!(
        refused(&|it| it.people[0].gesture = "shrugging".into()),
        "people.gesture \"shrugging\" is unknown"
    );
    assert_eq!(
        refused(&|it| it.people[0].gesture_probability = 1.5),
        "people.gesture_probability is 1.5, but it must be in [0, 1]"
    );
    assert_eq!(
        refused(&|it| it.people[0].matches[0].probability = f64::NAN),
        "matches.probability is not finite"
    );
    assert_eq!(
        refused(&|it| it.objects[0].matches[0].probability = -0.1),
        "matches.probability is -0.1, but it must be in [0, 1]"
    );
    assert!(refused(&|it| it.objects[0].matches[0].phrase.clear()).contains("a phrase's length"));
    assert!(
        refused(&|it| it.objects[0].matches = vec![it.objects[0].matches[0].clone(); 17])
            .contains("17")
    );
    assert!(refused(&|it| it.header.stamp.sec += 1000).contains("off the clock"));
    assert!(refused(&|it| it.obstacles = vec![Default::default(); 30_000]).contains("30000"));
}

#[test]
fn without_a_model_nobody_makes_a_gesture() {
    let mut quiet = sound();
    quiet.people[0].gesture = None;
    quiet.people[0].matches.clear();
    let message = world_msg(&quiet);
    assert_eq!(
        (
            message.people[0].gesture.as_str(),
            message.people[0].gesture_probability
        ),
        ("", 0.0)
    );
    assert_eq!(world(&message, NOW).expect("sound").people, quiet.people);
}

#[test]
fn every_gesture_survives_the_way_there_and_back() {
    for gesture in [
        Gesture::Waving,
        Gesture::RaisingLeftArm,
        Gesture::RaisingRightArm,
        Gesture::PointingLeft,
        Gesture::PointingRight,
        Gesture::None,
    ] {
        let mut sound = sound();
        sound.people[0].gesture = Some((gesture, 0.5));
        let back = world(&world_msg(&sound), NOW).expect("sound");
        assert_eq!(back.people, sound.people);
    }
}

#[test]
fn what_a_broken_model_says_does_not_spoil_the_world() {
    let mut odd = sound();
    odd.objects[0].matches[0].probability = f64::NAN;
    odd.people[0].matches[0].probability = 1.0 + 1e-9;
    odd.people[0].gesture = Some((Gesture::Waving, f64::NAN));
    let back = world(&world_msg(&odd), NOW).expect("sound");
    assert_eq!(back.objects[0].matches, []);
    assert_eq!(back.people[0].matches, matched("person waving", 1.0));
    assert_eq!(back.people[0].gesture, None);
}

proptest! {
    #[test]
    fn any_gesture_and_match_is_taken_or_refused(
        gesture in "waving|none|pointing_left|\\PC{0,9}", phrase: String, numbers: [f64; 2],
    ) {
        let mut message = world_msg(&sound());
        let person = &mut message.people[0];
        person.gesture = gesture;
        person.matches[0].phrase = phrase;
        [person.gesture_probability, person.matches[0].probability] = numbers;
        if let Ok(world) = world(&message, NOW) {
            let person = &world.people[0];
            prop_assert!(person.gesture.is_none_or(|it| (0.0..=1.0).contains(&it.1)));
            prop_assert!((0.0..=1.0).contains(&person.matches[0].probability));
            prop_assert!(!person.matches[0].phrase.trim().is_empty());
        }
    }
}
