//! The built-in suites name only what there is, and both languages are in them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{ember, is_chinese, root};
use hearth::bench::{Case, parse_suite};
use hearth_sim::oracle::{ObjectRef, PersonRef, Predicate};
use hearth_sim::sdf::SdfWorld;
use hearth_types::Home;

/// All suites of the folder, by file name.
fn suites() -> Vec<(String, Vec<Case>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join("nodes/cli/suites")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "txt") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((name.clone(), parse_suite(&text, &name).unwrap()));
        }
    }
    assert!(!found.is_empty());
    found
}

/// What the world has: extras are not in the home's catalogue.
fn world() -> SdfWorld {
    SdfWorld::from_file(&root().join("sim/worlds/apartment.sdf")).unwrap()
}

fn is_known_thing(home: &Home, world: &SdfWorld, thing: &ObjectRef) -> bool {
    match thing {
        ObjectRef::Model(id) => world.model(id).is_some_and(|it| !it.is_static),
        other => !hearth_sim::oracle::matching(other, home).is_empty(),
    }
}

/// Of the household, or one of the world's guests.
fn is_known_person(home: &Home, world: &SdfWorld, id: &str) -> bool {
    let is_guest = || id.starts_with("guest_") && world.model(id).is_some_and(|it| it.is_static);
    home.person(id).is_some() || is_guest()
}

fn is_known_place(home: &Home, id: &str) -> bool {
    home.place(id).is_some() || home.room(id).is_some()
}

/// What in the predicate neither the home nor the world has.
fn unknown(home: &Home, world: &SdfWorld, predicate: &Predicate) -> Option<String> {
    let is_thing = |thing: &ObjectRef| is_known_thing(home, world, thing);
    let is_person = |id: &str| is_known_person(home, world, id);
    let ok = match predicate {
        Predicate::At(place) => is_known_place(home, place) || is_person(place),
        Predicate::PersonAt(person, place) => is_person(person) && is_known_place(home, place),
        Predicate::On(thing, place) => is_thing(thing) && home.place(place).is_some(),
        Predicate::Held(thing) | Predicate::Unmoved(thing) => is_thing(thing),
        Predicate::Handed(thing, whom) => {
            is_thing(thing)
                && match whom {
                    PersonRef::Me => true,
                    PersonRef::Named(id) => is_person(id),
                }
        }
        Predicate::Said(_) | Predicate::Asked | Predicate::Refused => true,
    };
    (!ok).then(|| predicate.to_string())
}

#[test]
fn suites_name_only_what_the_home_and_the_world_have() {
    let (robot, world) = (ember(), world());
    for (file, cases) in suites() {
        for case in cases {
            let mut predicates = hearth::robot::placements(&case.setup).unwrap();
            predicates.extend(robot.predicates(case.expected.as_deref().unwrap()).unwrap());
            let wrong: Vec<String> = predicates
                .iter()
                .filter_map(|it| unknown(&robot.home, &world, it))
                .collect();
            assert!(wrong.is_empty(), "{file}:{}: {wrong:?}", case.line);
        }
    }
}

#[test]
fn setups_of_suites_can_be_had() {
    let robot = ember();
    for (file, cases) in suites() {
        for case in cases {
            let scene = robot.scene(case.line as u64, &case.setup);
            assert!(scene.is_ok(), "{file}:{}: {:?}", case.line, scene.err());
        }
    }
}

#[test]
fn the_task_suite_is_large_enough_and_in_both_languages() {
    let tasks = suites()
        .into_iter()
        .find(|it| it.0 == "tasks.txt")
        .unwrap()
        .1;
    let chinese = tasks.iter().filter(|it| is_chinese(&it.command)).count();
    assert!(tasks.len() >= 30, "{}", tasks.len());
    assert!(
        2 * chinese >= tasks.len() - 1,
        "{chinese} of {} are Chinese",
        tasks.len()
    );
}

#[test]
fn the_suite_of_unknown_things_is_in_both_languages_and_brings_things_and_people() {
    let (robot, all) = (ember(), suites());
    let cases = &all.iter().find(|it| it.0 == "unknown.txt").unwrap().1;
    let chinese = cases.iter().filter(|it| is_chinese(&it.command)).count();
    assert!(
        cases.len() >= 24 && (10..=cases.len() - 10).contains(&chinese),
        "{chinese} of {} are Chinese",
        cases.len()
    );
    let mut guests = 0;
    for case in cases {
        let setup = hearth::robot::placements(&case.setup).unwrap();
        let brings_extra = setup.iter().any(|it| match it {
            Predicate::On(ObjectRef::Model(id), _) => robot.home.item(id).is_none(),
            _ => false,
        });
        let brings_guest = setup
            .iter()
            .any(|it| matches!(it, Predicate::PersonAt(id, _) if robot.home.person(id).is_none()));
        assert!(brings_extra || brings_guest, "line {}", case.line);
        guests += usize::from(brings_guest);
    }
    assert!(guests >= 6, "{guests}");
}

#[test]
fn without_an_expectation_only_what_the_household_owns_is_judged() {
    let robot = ember();
    let derived = |text: &str| {
        let predicates = hearth::oracle::derived(&robot.meaning(text).unwrap(), &robot.home);
        let texts: Vec<String> = predicates.iter().map(ToString::to_string).collect();
        texts.join(" & ")
    };
    assert_eq!(derived("put the red cup on the desk"), "on(red_cup, desk)");
    assert_eq!(derived("bring me a cup"), "handed(any:cup, me)");
    for other in [
        "put the pink bowl on the sink",
        "bring me the striped mug",
        "bring me the cup with the red dots",
    ] {
        assert_eq!(derived(other), "", "{other}");
    }
    assert_eq!(
        derived("bring me the striped mug and go to the kitchen"),
        "at(kitchen)"
    );
}
