//! The flat as committed is what its tables say, and makes sense to a robot of Ember's size.

use std::path::Path;
use std::process::Command;

#[test]
fn the_world_the_home_and_the_map_are_current_and_sound() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("worlds/build.py");
    let run = Command::new("python3")
        .arg(script)
        .arg("--check")
        .output()
        .expect("python3");

    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}
