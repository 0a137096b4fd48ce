//! Takes pictures of the flat, to look at: through the robot's camera and from above.
//!
//! `cargo run --release -p hearth-sim --example look -- [--at X,Y,YAW] [--pan RAD] [--tilt RAD]
//! [--lift M] [--seed N] [--setup "on(apple, desk)"] [--secs S] [--out FOLDER] [--towards X,Y,Z,DISTANCE,AZIMUTH,ELEVATION]`

use hearth_runtime::config::load_home;
use hearth_runtime::{Outbox, Plant};
use hearth_sim::oracle::Predicate;
use hearth_sim::scene::SceneRules;
use hearth_sim::sdf::SdfWorld;
use hearth_sim::{Picture, Scene, SimConfig, Simulation, View};
use hearth_types::{Message, Point3, Pose2, Stamp};
use hearth_urdf::RobotModel;
use mujoco_rs::renderer::png;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("urdf/ember/ember.urdf"))?;
    let (robot, _) = RobotModel::parse(&text, "ember.urdf")?;
    let world = SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf"))?;
    let home = load_home(&root.join("launch/config/home.yaml"))?;
    let rules = SceneRules::from_file(&root.join("sim/worlds/scenes.yaml"))?;
    let number = |key: &str, default: f64| options.get(key).map_or(Ok(default), |it| it.parse());
    let setup = options
        .get("setup")
        .map_or(Ok(Vec::new()), |it| Predicate::parse_all(it))?;
    let mut scene = Scene::generate(&rules, &world, &home, number("seed", 1.0)? as u64, &setup)?;
    if let Some(at) = options.get("at") {
        let [x, y, yaw] = numbers(at)?;
        scene.start_in_map = Pose2::new(x, y, yaw);
    }
    for object in &scene.objects {
        let p = object.map_from_model.translation.vector;
        let place = object.place.as_deref().unwrap_or("-");
        println!(
            "{:14} {:16} {:6.2} {:6.2} {:6.2}",
            object.model, place, p.x, p.y, p.z
        );
    }
    let initial_joints = [
        ("head_pan_joint", number("pan", 0.0)?),
        ("head_tilt_joint", number("tilt", 0.3)?),
        ("lift_joint", number("lift", 0.6)?),
    ];
    let config = SimConfig {
        initial_joints: initial_joints
            .map(|(name, it)| (name.to_owned(), it))
            .into(),
        ..SimConfig::default()
    };
    let started = std::time::Instant::now();
    let mut simulation = Simulation::new(&config, &robot, &world, scene)?;
    println!("built in {:.2} s", started.elapsed().as_secs_f64());

    let secs = number("secs", 1.0)?;
    let started = std::time::Instant::now();
    let mut out = Outbox::new();
    simulation.advance(Stamp::from_secs_f64(secs), &mut out);
    println!(
        "{:.1} times real time",
        secs / started.elapsed().as_secs_f64()
    );

    let folder = PathBuf::from(options.get("out").map_or("/tmp/look", String::as_str));
    std::fs::create_dir_all(&folder)?;
    if let Some(Message::Rgbd(frame)) = out
        .drain()
        .filter(|it| matches!(it, Message::Rgbd(_)))
        .last()
    {
        save(
            &folder.join("camera.png"),
            frame.width,
            frame.height,
            &frame.rgb,
        )?;
        let grey = frame
            .depth_m
            .iter()
            .map(|z| (z / 6.0 * 255.0).clamp(0.0, 255.0) as u8);
        let grey: Vec<u8> = grey.flat_map(|it| [it; 3]).collect();
        save(&folder.join("depth.png"), frame.width, frame.height, &grey)?;
    }
    let large = simulation.picture(View::Robot, 960, 720)?;
    save_picture(&folder.join("camera_large.png"), &large)?;
    let above = View::Towards {
        target_in_map: Point3::new(5.0, 4.0, 0.0),
        distance_m: 12.0,
        azimuth_rad: std::f64::consts::FRAC_PI_2,
        elevation_rad: -std::f64::consts::FRAC_PI_2,
    };
    save_picture(
        &folder.join("above.png"),
        &simulation.picture(above, 1200, 960)?,
    )?;
    if let Some(towards) = options.get("towards") {
        let [x, y, z, distance_m, azimuth_rad, elevation_rad] = numbers(towards)?;
        let target_in_map = Point3::new(x, y, z);
        let view = View::Towards {
            target_in_map,
            distance_m,
            azimuth_rad,
            elevation_rad,
        };
        save_picture(
            &folder.join("towards.png"),
            &simulation.picture(view, 960, 720)?,
        )?;
    }
    println!("wrote {}", folder.display());
    Ok(())
}

fn options() -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut options = BTreeMap::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let key = word
            .strip_prefix("--")
            .ok_or_else(|| format!("{word}: options start with --"))?;
        let value = words
            .next()
            .ok_or_else(|| format!("{word} needs a value"))?;
        options.insert(key.to_owned(), value);
    }
    Ok(options)
}

fn numbers<const N: usize>(text: &str) -> Result<[f64; N], Box<dyn Error>> {
    let all: Vec<f64> = text.split(',').map(str::parse).collect::<Result<_, _>>()?;
    all.try_into()
        .map_err(|_| format!("{text:?}: {N} numbers joined by commas belong there").into())
}

fn save_picture(file: &Path, picture: &Picture) -> Result<(), Box<dyn Error>> {
    save(file, picture.width, picture.height, &picture.rgb)
}

fn save(file: &Path, width: usize, height: usize, rgb: &[u8]) -> Result<(), Box<dyn Error>> {
    let writer = std::io::BufWriter::new(std::fs::File::create(file)?);
    let mut encoder = png::Encoder::new(writer, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(rgb)?;
    Ok(())
}
