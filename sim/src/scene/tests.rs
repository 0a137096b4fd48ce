use super::{PlacedObject, Scene, SceneRules};
use crate::oracle::Predicate;
use crate::sdf::SdfWorld;
use hearth_types::Home;
use std::path::Path;

fn flat() -> (SceneRules, SdfWorld, Home) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    (
        SceneRules::from_file(&root.join("worlds/scenes.yaml")).unwrap(),
        SdfWorld::from_file(&root.join("worlds/apartment.sdf")).unwrap(),
        hearth_runtime::config::load_home(&root.join("../launch/config/home.yaml")).unwrap(),
    )
}

#[test]
fn a_seed_gives_the_same_scene_again_and_another_seed_another() {
    let (rules, world, home) = flat();
    let scene = |seed| Scene::generate(&rules, &world, &home, seed, &[]).unwrap();
    assert_eq!(scene(3), scene(3));
    assert_ne!(scene(3).objects, scene(4).objects);
}

#[test]
fn every_seed_fills_the_flat_as_the_rules_say() {
    let (rules, world, home) = flat();
    for seed in 0..50 {
        let scene = Scene::generate(&rules, &world, &home, seed, &[]).unwrap();
        assert!(
            (18..=28).contains(&scene.objects.len()),
            "seed {seed}: {}",
            scene.objects.len()
        );
        let commander = scene.commander.as_deref().unwrap();
        let person = scene
            .people
            .iter()
            .find(|it| it.model == commander)
            .unwrap();
        let distance_m = person.map_from_person.distance_m(&scene.start_in_map);
        assert!(
            (1.1..=1.9).contains(&distance_m),
            "seed {seed}: {distance_m} m"
        );
    }
}

#[test]
fn a_setup_holds_and_what_cannot_be_set_up_is_named() {
    let (rules, world, home) = flat();
    let generate = |text: &str| {
        let setup = Predicate::parse_all(text).unwrap();
        Scene::generate(&rules, &world, &home, 5, &setup)
    };
    let scene = generate("on(apple, desk) & on(any:red cup, kitchen_table)").unwrap();
    let place_of = |model: &str| {
        scene
            .objects
            .iter()
            .find(|it| it.model == model)
            .and_then(|it| it.place.clone())
    };
    assert_eq!(place_of("apple").as_deref(), Some("desk"));
    assert_eq!(place_of("red_cup").as_deref(), Some("kitchen_table"));

    let error = generate("on(apple, moon)").unwrap_err().to_string();
    assert!(error.contains("apple") && error.contains("moon"), "{error}");
    assert!(generate("on(unicorn, desk)").is_err());
    assert!(generate("at(desk)").is_err());
}

#[test]
fn things_that_the_catalogue_does_not_know_and_guests_are_there_only_when_set_up() {
    let (rules, world, home) = flat();
    for seed in 0..20 {
        let scene = Scene::generate(&rules, &world, &home, seed, &[]).unwrap();
        let known = |it: &PlacedObject| home.item(&it.model).is_some();
        assert!(scene.objects.iter().all(known), "seed {seed}");
        assert!(scene.is_absent("guest_waving"), "seed {seed}");
        assert!(
            scene
                .people
                .iter()
                .all(|it| home.person(&it.model).is_some())
        );

        let setup = "on(striped_mug, desk) & at(guest_waving, office) & at(guest_sitting, sink)";
        let setup = Predicate::parse_all(setup).unwrap();
        let set_up = Scene::generate(&rules, &world, &home, seed, &setup).unwrap();
        let mug = set_up.objects.iter().find(|it| it.model == "striped_mug");
        assert_eq!(mug.unwrap().place.as_deref(), Some("desk"));
        assert!(!set_up.is_absent("guest_waving"));
        let room_of = |model: &str| {
            let person = set_up.people.iter().find(|it| it.model == model).unwrap();
            let room = home.room_at(&person.map_from_person.point()).unwrap();
            room.names.id.clone()
        };
        assert_eq!(room_of("guest_waving"), "office");
        assert_eq!(room_of("guest_sitting"), "kitchen");
        // The rest of the company is as without the setup.
        assert_eq!(scene.people[..], set_up.people[..scene.people.len()]);
        assert_eq!(scene.start_in_map, set_up.start_in_map);
    }
}

#[test]
fn guests_leave_the_robot_room_and_who_lies_fits_into_most_rooms() {
    let (rules, world, home) = flat();
    let generate = |seed, text: &str| {
        let setup = Predicate::parse_all(text).unwrap();
        Scene::generate(&rules, &world, &home, seed, &setup)
    };
    for seed in 0..6 {
        for setup in [
            "at(guest_lying, living_room)",
            "at(guest_lying, bedroom)",
            "at(guest_lying, office)",
            "at(guest_pointing_left, kitchen)",
            "at(guest_pointing_right, bathroom)",
            "at(guest_raising_left, corridor)",
            "at(guest_lying, living_room) & at(guest_waving, living_room)",
        ] {
            let scene = generate(seed, setup).unwrap_or_else(|error| panic!("{seed}: {error}"));
            for guest in scene
                .people
                .iter()
                .filter(|it| it.model.starts_with("guest"))
            {
                let distance_m = guest.map_from_person.distance_m(&scene.start_in_map);
                assert!(distance_m >= 1.9, "seed {seed}, {setup}: {distance_m} m");
            }
        }
    }
    for (setup, why) in [
        ("at(guest_lying, corridor)", "no free floor"),
        ("at(sofa, office)", "no such person"),
        ("at(guest_waving, moon)", "no such room or place"),
    ] {
        let error = generate(1, setup).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    let commander = Scene::generate(&rules, &world, &home, 1, &[])
        .unwrap()
        .commander;
    let setup = format!("at({}, kitchen)", commander.unwrap());
    let error = generate(1, &setup).unwrap_err().to_string();
    assert!(error.contains("gives the commands"), "{error}");
}

#[test]
fn wrong_rules_are_refused_with_the_key() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("worlds/scenes.yaml"))
            .unwrap();
    let error = |text: &str| {
        SceneRules::from_text(text, "scenes.yaml")
            .unwrap_err()
            .to_string()
    };

    let wrong = error(&text.replacen("gap_m:", "gapp_m:", 1));
    assert!(wrong.contains("gapp_m"), "{wrong}");
    let wrong = error(&text.replacen("probability: 0.2", "probability: 7", 1));
    assert!(wrong.contains('7') && wrong.contains("0 to 1"), "{wrong}");
}
