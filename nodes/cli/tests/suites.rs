//! The built-in suites name only what the home has, and both languages are in them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{ember, is_chinese, root};
use hearth::bench::{Case, parse_suite};
use hearth_sim::oracle::{ObjectRef, PersonRef, Predicate};
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

fn is_known_thing(home: &Home, thing: &ObjectRef) -> bool {
    match thing {
        ObjectRef::Model(id) => home.item(id).is_some(),
        other => !hearth_sim::oracle::matching(other, home).is_empty(),
    }
}

fn is_known_place(home: &Home, id: &str) -> bool {
    home.place(id).is_some() || home.room(id).is_some()
}

/// What in the predicate the home does not have.
fn unknown(home: &Home, predicate: &Predicate) -> Option<String> {
    let ok = match predicate {
        Predicate::At(place) => is_known_place(home, place) || home.person(place).is_some(),
        Predicate::On(thing, place) => is_known_thing(home, thing) && home.place(place).is_some(),
        Predicate::Held(thing) | Predicate::Unmoved(thing) => is_known_thing(home, thing),
        Predicate::Handed(thing, whom) => {
            is_known_thing(home, thing)
                && match whom {
                    PersonRef::Me => true,
                    PersonRef::Named(id) => home.person(id).is_some(),
                }
        }
        Predicate::Said(_) | Predicate::Asked | Predicate::Refused => true,
    };
    (!ok).then(|| predicate.to_string())
}

#[test]
fn suites_name_only_what_the_home_has() {
    let robot = ember();
    for (file, cases) in suites() {
        for case in cases {
            let mut predicates = hearth::robot::placements(&case.setup).unwrap();
            predicates.extend(robot.predicates(case.expected.as_deref().unwrap()).unwrap());
            let wrong: Vec<String> = predicates
                .iter()
                .filter_map(|it| unknown(&robot.home, it))
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
