//! The invariants of ARCHITECTURE.md about who may depend on whom.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};

/// Hearth crates that each Hearth crate builds on (not its tests).
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata");
    metadata
        .packages
        .iter()
        .map(|package| {
            let needs = package
                .dependencies
                .iter()
                .filter(|it| it.kind == DependencyKind::Normal && it.name.starts_with("hearth"))
                .map(|it| it.name.clone())
                .collect();
            (package.name.to_string(), needs)
        })
        .collect()
}

const NODE_CRATES: [&str; 5] = [
    "hearth-perception",
    "hearth-planner",
    "hearth-controller",
    "hearth-safety",
    "hearth-voice",
];

#[test]
fn types_depends_on_no_other_crate_of_ours() {
    assert_eq!(dependencies()["hearth-types"], BTreeSet::new());
}

#[test]
fn the_gate_depends_on_types_and_urdf_alone() {
    let allowed: BTreeSet<String> = ["hearth-types", "hearth-urdf"].map(String::from).into();
    assert_eq!(dependencies()["hearth-safety"], allowed);
}

#[test]
fn the_models_depend_on_types_alone() {
    let allowed: BTreeSet<String> = ["hearth-types"].map(String::from).into();
    assert_eq!(dependencies()["hearth-models"], allowed);
}

#[test]
fn node_crates_never_import_each_other_nor_the_simulator() {
    let all = dependencies();
    for name in NODE_CRATES {
        let forbidden: Vec<_> = all[name]
            .iter()
            .filter(|it| {
                NODE_CRATES.contains(&it.as_str()) || *it == "hearth-sim" || *it == "hearth"
            })
            .collect();
        assert!(forbidden.is_empty(), "{name} depends on {forbidden:?}");
    }
}

#[test]
fn the_simulator_knows_no_node_and_only_the_binary_knows_the_simulator() {
    let all = dependencies();
    for name in NODE_CRATES {
        assert!(
            !all["hearth-sim"].contains(name),
            "hearth-sim depends on {name}"
        );
    }
    let users: Vec<_> = all
        .iter()
        .filter(|(_, needs)| needs.contains("hearth-sim"))
        .map(|(it, _)| it)
        .collect();
    assert_eq!(
        users,
        ["hearth"],
        "the oracle must be out of the nodes' reach"
    );
}

#[test]
fn the_ros_side_hosts_nodes_that_it_does_not_know_and_never_meets_the_simulator() {
    let all = dependencies();
    let allowed: BTreeSet<String> = ["hearth-types", "hearth-runtime", "hearth-urdf"]
        .map(String::from)
        .into();
    assert_eq!(all["hearth-ros"], allowed);
    assert!(!all["hearth-sim"].contains("hearth-ros"));
}

#[test]
fn everything_but_the_ros_side_builds_without_ros() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata");
    let default: BTreeSet<String> = metadata
        .workspace_default_packages()
        .iter()
        .map(|it| it.name.to_string())
        .collect();
    let others: Vec<String> = metadata
        .packages
        .iter()
        .map(|it| it.name.to_string())
        .filter(|it| !default.contains(it))
        .collect();
    assert_eq!(others, ["hearth-ros"]);
    let binary = metadata.packages.iter().find(|it| it.name == "hearth");
    let needs = &binary.expect("the binary's package").dependencies;
    for name in ["hearth-ros", "r2r"] {
        let optional = needs
            .iter()
            .find(|it| it.name == name)
            .map(|it| it.optional);
        assert_eq!(optional, Some(true), "{name}");
    }
}

#[test]
fn versions_stand_in_the_workspace_only() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let metadata = MetadataCommand::new()
        .manifest_path(format!("{root}/Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata");
    for package in &metadata.packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("a manifest");
        let own: Vec<_> = manifest
            .lines()
            .skip_while(|line| !line.contains("dependencies]"))
            .filter(|line| line.contains(" = \"") && line.chars().any(|c| c.is_ascii_digit()))
            .filter(|line| !line.starts_with("path") && !line.starts_with("name"))
            .collect();
        assert!(own.is_empty(), "{}: {own:?}", package.manifest_path);
    }
}
