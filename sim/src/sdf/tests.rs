use super::{Geometry, SdfError, SdfWorld};
use proptest::prelude::*;

const TABLE: &str = r#"<sdf version="1.9">
  <world name="w">
    <gravity>0 0 -9.8</gravity>
    <model name="table">
      <static>true</static>
      <pose>1 2 0 0 0 0</pose>
      <link name="top">
        <pose>0 0 0.7 0 0 0</pose>
        <collision name="c"><geometry><box><size>1 0.6 0.04</size></box></geometry></collision>
        <visual name="v"><geometry><box><size>1 0.6 0.04</size></box></geometry></visual>
      </link>
    </model>
  </world>
</sdf>"#;

fn problem(text: &str) -> (u32, String) {
    match SdfWorld::from_text(text, "w.sdf") {
        Err(SdfError::Invalid {
            line,
            ref problem,
            ref expected,
            ..
        }) => (line, format!("{problem}; {expected}")),
        Err(SdfError::Xml { line, reason, .. }) => (line, reason),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn reads_a_table_and_tells_what_it_ignores() {
    let world = SdfWorld::from_text(TABLE, "w.sdf").unwrap();

    let table = world.model("table").unwrap();
    assert!(table.is_static);
    assert_eq!(table.world_from_model.translation.y, 2.0);
    assert_eq!(
        table.links[0].collisions[0].geometry,
        Geometry::Box {
            size_m: [1.0, 0.6, 0.04]
        }
    );
    assert_eq!(world.ignored, ["3: world/gravity"]);
}

#[test]
fn names_line_and_remedy_of_a_bad_number() {
    let (line, text) = problem(&TABLE.replacen("1 0.6 0.04", "1 0.6 wide", 1));
    assert_eq!(line, 9);
    assert!(
        text.contains("1 0.6 wide") && text.contains("3 finite number(s)"),
        "{text}"
    );
}

#[test]
fn refuses_sizes_that_are_not_positive() {
    let (line, text) = problem(&TABLE.replacen("1 0.6 0.04", "1 0.6 -0.04", 1));
    assert_eq!(line, 9);
    assert!(text.contains("above zero"), "{text}");
}

#[test]
fn refuses_meshes_and_says_what_may_stand_there() {
    let text = TABLE.replacen("<box><size>1 0.6 0.04</size></box>", "<mesh/>", 1);
    let (line, text) = problem(&text);
    assert_eq!(line, 9);
    assert!(
        text.contains("<mesh>") && text.contains("cylinder"),
        "{text}"
    );
}

#[test]
fn refuses_two_models_of_one_name() {
    let model = &TABLE[TABLE.find("<model").unwrap()..TABLE.find("</world>").unwrap()];
    let (line, text) = problem(&TABLE.replace("</world>", &format!("{model}</world>")));
    assert_eq!(line, 13);
    assert!(text.contains("second model"), "{text}");
}

#[test]
fn names_the_line_of_broken_xml() {
    let (line, _) = problem(&TABLE.replace("</link>", "</lnk>"));
    assert!((7..=11).contains(&line), "line {line}");
}

#[test]
fn refuses_an_impossible_inertia() {
    let text = TABLE.replace(
        "<collision",
        "<inertial><mass>1</mass><inertia><ixx>9</ixx><iyy>1</iyy><izz>1</izz></inertia></inertial>\n<collision",
    );
    let (line, text) = problem(&text);
    assert_eq!(line, 9);
    assert!(text.contains("rigid body"), "{text}");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,300}") {
        let _ = SdfWorld::from_text(&text, "fuzz.sdf");
    }

    #[test]
    fn no_damage_to_a_good_file_makes_the_reader_panic(
        at in 0..TABLE.len(), length in 0..40_usize, filling in "[<>/a-z0-9 .\"=-]{0,12}",
    ) {
        let end = (at + length).min(TABLE.len());
        let text = format!("{}{filling}{}", &TABLE[..at], &TABLE[end..]);
        let _ = SdfWorld::from_text(&text, "fuzz.sdf");
    }
}
