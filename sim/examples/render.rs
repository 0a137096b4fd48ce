//! Renders labelled pictures of scenes from standard input: `hearth sim render` without the rest of the binary.
//!
//! `python3 sim/worlds/vary.py --split train --seed-base 0 --count 10 | cargo run --release -p hearth-sim --example render -- VIEWS FOLDER`

use hearth_runtime::config::load_home;
use hearth_sim::render::{Folder, RenderOptions, Renderer, SceneSpec};
use hearth_sim::scene::SceneRules;
use hearth_sim::sdf::SdfWorld;
use hearth_urdf::RobotModel;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [views, out] = words.as_slice() else {
        return Err("two arguments: pictures of a scene, and the folder to write".into());
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("urdf/ember/ember.urdf"))?;
    let (robot, _) = RobotModel::parse(&text, "ember.urdf")?;
    let world = SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf"))?;
    let home = load_home(&root.join("launch/config/home.yaml"))?;
    let rules = SceneRules::from_file(&root.join("sim/worlds/scenes.yaml"))?;
    let mut renderer = Renderer::new(RenderOptions::of_robot(&robot)?, &world, &home, &rules)?;
    let mut folder = Folder::create(Path::new(out))?;
    let started = std::time::Instant::now();
    for line in std::io::stdin().lines() {
        let scene = SceneSpec::from_json(&line?)?;
        for sample in renderer.samples(&scene, views.parse()?)? {
            folder.add(&sample?)?;
        }
    }
    let count = folder.finish()?;
    let per_sec = count as f64 / started.elapsed().as_secs_f64();
    println!("{count} pictures, {per_sec:.1} a second");
    Ok(())
}
