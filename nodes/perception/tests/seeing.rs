//! What the robot believes after looking at a table.

mod room;

use hearth_perception::annotate;
use hearth_types::{Pose2, ShapeCue, World, WorldObject};
use room::{BLUE, Bench, Form, GREEN, RED, Solid, WHITE, YELLOW, bare, front, side};

const CAN: Form = Form::Cylinder {
    radius_m: 0.033,
    height_m: 0.12,
};

fn table_with(things: &[Solid]) -> Vec<Solid> {
    bare().into_iter().chain(things.iter().cloned()).collect()
}

fn thing_at(world: &World, x: f64, y: f64) -> &WorldObject {
    world
        .objects
        .iter()
        .find(|it| (it.centre_in_map.x - x).hypot(it.centre_in_map.y - y) < 0.05)
        .unwrap_or_else(|| panic!("nothing at {x}, {y}: {:#?}", world.objects))
}

fn name(object: &WorldObject) -> (&str, f64) {
    object
        .hypotheses
        .first()
        .map_or(("", 0.0), |it| (it.item.as_str(), it.probability))
}

fn breakfast() -> Vec<Solid> {
    table_with(&[
        Solid::new(CAN, 1.9, 0.3, RED).banded(0.04, 0.075, WHITE),
        Solid::new(Form::Sphere { radius_m: 0.038 }, 1.8, 0.08, RED),
        Solid::new(Form::Sphere { radius_m: 0.03 }, 2.0, -0.1, GREEN),
        Solid::new(Form::Box([0.11, 0.07, 0.04]), 1.85, -0.25, YELLOW).turned(0.6),
    ])
}

#[test]
fn names_and_measures_what_is_on_the_table() {
    let (world, _) = Bench::new().look(&breakfast(), &front(), &Pose2::default(), 4);
    assert_eq!(world.objects.len(), 4, "{:#?}", world.objects);
    let expected = [
        (1.9, 0.3, "cola", [0.066, 0.066, 0.12]),
        (1.8, 0.08, "apple", [0.076, 0.076, 0.076]),
        (2.0, -0.1, "lime", [0.06, 0.06, 0.06]),
        (1.85, -0.25, "sponge", [0.11, 0.07, 0.04]),
    ];
    for (x, y, item, size_m) in expected {
        let found = thing_at(&world, x, y);
        assert_eq!(name(found).0, item, "{found:#?}");
        assert!(name(found).1 > 0.8, "{found:#?}");
        let off = (found.centre_in_map.x - x).hypot(found.centre_in_map.y - y);
        assert!(off < 0.01, "{item} is {off} m off");
        for (seen, real) in found.size_m.iter().zip(size_m) {
            assert!((seen - real).abs() < 0.012, "{item}: {:?}", found.size_m);
        }
        assert_eq!(found.place.as_deref(), Some("table"));
        assert!((found.support_height_m - room::TABLE_M).abs() < 0.006);
    }
    let sponge = thing_at(&world, 1.85, -0.25);
    assert!((sponge.yaw_rad - 0.6).abs() < 0.12, "{}", sponge.yaw_rad);
}

#[test]
fn an_error_of_localisation_shifts_things_but_hides_none() {
    for error in [
        Pose2::new(0.03, -0.02, 0.03),
        Pose2::new(-0.03, 0.03, -0.035),
    ] {
        let (world, _) = Bench::new().look(&breakfast(), &front(), &error, 4);
        assert_eq!(world.objects.len(), 4, "{:#?}", world.objects);
        let mut names: Vec<&str> = world.objects.iter().map(|it| name(it).0).collect();
        names.sort_unstable();
        assert_eq!(names, ["apple", "cola", "lime", "sponge"]);
    }
}

#[test]
fn a_bowl_is_hollow_and_one_thing() {
    let solids = table_with(&[Solid::new(
        Form::Hollow {
            radius_m: 0.075,
            height_m: 0.06,
        },
        1.85,
        0.0,
        BLUE,
    )]);
    let (world, _) = Bench::new().look(&solids, &front(), &Pose2::default(), 3);
    assert_eq!(world.objects.len(), 1, "{:#?}", world.objects);
    assert_eq!(world.objects[0].shape, ShapeCue::Bowl);
    assert_eq!(name(&world.objects[0]).0, "bowl");
    assert!((world.objects[0].size_m[0] - 0.15).abs() < 0.015);
}

#[test]
fn a_plate_is_seen_although_it_hardly_rises() {
    let plate = Form::Cylinder {
        radius_m: 0.1,
        height_m: 0.02,
    };
    let solids = table_with(&[Solid::new(plate, 1.9, 0.1, WHITE)]);
    let (world, _) = Bench::new().look(&solids, &front(), &Pose2::default(), 3);
    assert_eq!(name(thing_at(&world, 1.9, 0.1)).0, "plate");
}

#[test]
fn what_the_household_does_not_own_gets_no_name() {
    let purple = [120, 40, 150];
    let solids = table_with(&[Solid::new(Form::Box([0.09, 0.09, 0.25]), 1.85, 0.0, purple)]);
    let (world, detections) = Bench::new().look(&solids, &front(), &Pose2::default(), 3);
    let found = thing_at(&world, 1.85, 0.0);
    assert!(
        found.hypotheses.iter().all(|it| it.probability < 0.3),
        "{:?}",
        found.hypotheses
    );
    assert_eq!(detections.items[0].label, "unknown");
}

#[test]
fn a_thing_seen_from_two_sides_stays_one_thing() {
    let mut bench = Bench::new();
    bench.look(&breakfast(), &front(), &Pose2::new(0.01, 0.01, 0.01), 3);
    let (world, _) = bench.look(&breakfast(), &side(), &Pose2::new(-0.01, 0.01, -0.01), 3);
    assert_eq!(world.objects.len(), 4, "{:#?}", world.objects);
    let can = thing_at(&world, 1.9, 0.3);
    assert_eq!(can.views, 2);
    assert_eq!(can.sightings, 6);
}

#[test]
fn what_was_taken_away_is_gone_and_what_is_hidden_is_not() {
    let can = Solid::new(CAN, 1.95, 0.2, RED).banded(0.04, 0.075, WHITE);
    let sponge = Solid::new(Form::Box([0.11, 0.07, 0.04]), 1.85, -0.2, YELLOW);
    let mut bench = Bench::new();
    let both = table_with(&[can.clone(), sponge.clone()]);
    let (world, _) = bench.look(&both, &front(), &Pose2::default(), 3);
    assert_eq!(world.objects.len(), 2);

    // Something tall comes to stand before the can: the can is believed in all the same.
    let screen = Solid::new(Form::Box([0.04, 0.3, 0.3]), 1.75, 0.2, [90, 90, 90]);
    let (world, _) = bench.look(
        &table_with(&[can, sponge.clone(), screen]),
        &front(),
        &Pose2::default(),
        6,
    );
    assert!(thing_at(&world, 1.95, 0.2).existence > 0.8);

    let (world, _) = bench.look(&table_with(&[sponge]), &front(), &Pose2::default(), 8);
    assert_eq!(world.objects.len(), 1, "{:#?}", world.objects);
    assert_eq!(name(&world.objects[0]).0, "sponge");
}

#[test]
fn a_corner_seen_first_is_no_thing_beside_the_carton_that_it_is_of() {
    let carton = Solid::new(Form::Box([0.075, 0.075, 0.2]), 1.95, 0.2, WHITE).turned(0.3);
    let block = Solid::new(Form::Box([0.04, 0.3, 0.5]), 1.75, 0.0, [90, 90, 90]);
    let mut sign = Solid::new(Form::Box([0.04, 0.2, 0.3]), 1.75, 0.25, [90, 90, 90]);
    sign.foot.z += 0.1;
    let mut bench = Bench::new();
    let behind = table_with(&[carton.clone(), block, sign]);
    let (world, _) = bench.look(&behind, &front(), &Pose2::default(), 12);
    assert!(thing_at(&world, 1.92, 0.21).size_m[2] < 0.05, "{world:#?}");

    let (world, _) = bench.look(&table_with(&[carton]), &front(), &Pose2::default(), 12);
    assert_eq!(world.objects.len(), 1, "{:#?}", world.objects);
    assert!(world.objects[0].size_m[2] > 0.18, "{:#?}", world.objects);
}

#[test]
fn a_ball_before_a_carton_stays_a_thing() {
    let carton = Solid::new(Form::Box([0.075, 0.075, 0.2]), 1.95, 0.2, WHITE);
    let ball = Solid::new(Form::Sphere { radius_m: 0.03 }, 1.88, 0.2, GREEN);
    let mut bench = Bench::new();
    for place in [front(), side(), front()] {
        let (world, _) = bench.look(
            &table_with(&[carton.clone(), ball.clone()]),
            &place,
            &Pose2::default(),
            8,
        );
        assert_eq!(world.objects.len(), 2, "{:#?}", world.objects);
    }
}

#[test]
fn free_spots_are_free_within_reach_and_at_the_surface() {
    let (world, _) = Bench::new().look(&breakfast(), &front(), &Pose2::default(), 3);
    let view = &world.surfaces[0];
    assert_eq!(view.place, "table");
    assert!(view.coverage > 0.5, "{}", view.coverage);
    assert!(!view.free_spots_in_map.is_empty());
    for spot in &view.free_spots_in_map {
        assert!((spot.z - room::TABLE_M).abs() < 0.01);
        for thing in &world.objects {
            let gap = (thing.centre_in_map.xy() - spot.xy()).norm() - thing.size_m[1] / 2.0;
            assert!(gap > 0.06, "{spot} is {gap} m from {:?}", name(thing));
        }
        // The open sides are the front (low x) and the left (low y).
        assert!(spot.x < 1.65 + 0.29 || spot.y < -0.55 + 0.29, "{spot}");
    }
}

#[test]
fn an_empty_table_holds_nothing() {
    let (world, detections) = Bench::new().look(&bare(), &front(), &Pose2::default(), 3);
    assert!(world.objects.is_empty(), "{:#?}", world.objects);
    assert!(world.people.is_empty());
    assert!(detections.items.is_empty());
    assert!(
        !world.obstacles_in_map.is_empty(),
        "the table is an obstacle"
    );
}

#[test]
fn two_runs_believe_the_same() {
    let run = || Bench::new().look(&breakfast(), &front(), &Pose2::new(0.01, 0.0, 0.01), 3);
    assert_eq!(run(), run());
}

#[test]
fn the_picture_for_people_is_a_png_of_the_wanted_size() {
    let (_, detections) = Bench::new().look(&breakfast(), &front(), &Pose2::default(), 2);
    let png = annotate::png(&detections, 3).unwrap();
    assert_eq!(&png[1..4], b"PNG");
    let number = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
    assert_eq!((number(16), number(20)), (960, 720));
}
