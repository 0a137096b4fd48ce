//! Things that somebody moves while the robot works.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Stage, home};
use hearth_sim::oracle::Oracle;
use hearth_types::{Isometry3, Vector3};

#[test]
fn a_moved_thing_comes_to_rest_where_it_was_set_down() {
    let home = home();
    let mut stage = Stage::room(Some(Vector3::new(1.5, -1.0, 0.701)), None, &[]);
    stage.run(0.2);
    let to = Isometry3::translation(2.0, 1.0, 0.001);
    stage.simulation.move_thing("can", &to).unwrap();
    stage.run(1.0);
    let at = Oracle::new(&stage.simulation, &home)
        .object_in_map("can")
        .unwrap();
    let off_m = (at.translation.vector - to.translation.vector).norm();
    assert!(off_m < 0.01, "{off_m} m from where it was set down");
}

#[test]
fn what_is_not_there_cannot_be_moved() {
    let mut stage = Stage::room(None, None, &[]);
    let error = stage
        .simulation
        .move_thing("can", &Isometry3::identity())
        .unwrap_err();
    assert!(error.to_string().contains("\"can\""), "{error}");
    let mut stage = Stage::room(Some(Vector3::new(1.5, -1.0, 0.701)), None, &[]);
    let nowhere = Isometry3::translation(f64::NAN, 0.0, 0.0);
    assert!(stage.simulation.move_thing("can", &nowhere).is_err());
}
