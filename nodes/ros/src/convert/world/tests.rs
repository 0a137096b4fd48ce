use super::*;
use hearth_types::{BasicColour, Point3, Pose2, Posture, ShapeCue};

const NOW: Stamp = Stamp::from_millis(20_000);

fn sound() -> World {
    let red = Colour {
        lab: [50.0, 60.5, 40.0],
        name: BasicColour::Red,
    };
    World {
        stamp: Stamp::from_millis(19_900),
        objects: vec![WorldObject {
            matches: Vec::new(),
            id: ObjectId(7),
            hypotheses: vec![Hypothesis {
                item: "apple".into(),
                probability: 0.9,
            }],
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
            gesture: None,
            matches: Vec::new(),
            id: PersonId(1),
            hypotheses: Vec::new(),
            position_in_map: Point2::new(3.0, -1.0),
            head_height_m: 1.7,
            posture: Posture::Sitting,
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
    assert!(refused(&|it| it.header.stamp.sec += 1000).contains("off the clock"));
    assert!(refused(&|it| it.obstacles = vec![Default::default(); 30_000]).contains("30000"));
}

#[test]
fn localisation_survives_the_way_there_and_back() {
    let sound = Localization {
        stamp: NOW,
        map_from_odom: Pose2::new(1.0, 2.0, -0.5),
        position_std_m: 0.02,
        yaw_std_rad: 0.01,
    };
    assert_eq!(localization(&localization_msg(&sound), NOW), Ok(sound));
    let mut message = localization_msg(&sound);
    message.map_from_odom.theta = f64::INFINITY;
    assert!(localization(&message, NOW).is_err());
}

#[test]
fn somebody_elses_localisation_is_found_among_other_transforms() {
    use crate::convert::transforms::planar;
    let ahead = Stamp::from_millis(21_000);
    let pose = Pose2::new(1.0, 2.0, 0.3);
    let mut message = r2r::tf2_msgs::msg::TFMessage {
        transforms: vec![
            planar(NOW, "odom", "base_link", &Pose2::default()),
            planar(ahead, "/map", "odom", &pose),
        ],
    };
    let found = map_from_odom(&message, FOREIGN_STDS, NOW)
        .expect("sound")
        .expect("there");
    assert_eq!(found.stamp, NOW);
    assert!(found.map_from_odom.distance_m(&pose) < 1e-12);

    message.transforms[1].transform.translation.x = f64::NAN;
    assert!(map_from_odom(&message, FOREIGN_STDS, NOW).is_err());
    message.transforms.truncate(1);
    assert_eq!(map_from_odom(&message, FOREIGN_STDS, NOW), Ok(None));
}
