//! Measures perception against the simulator's truth: the robot stands before surfaces with random
//! things on them, with an error in its localisation, and looks.
//!
//! `cargo run --release -p hearth --example perception_eval -- [--seeds N] [--seed-base N]
//! [--place ID] [--save FOLDER] [--verbose true] [--exact true] [--people true]
//! [--crowded true]`: six things and more, 5 to 8 cm apart.

use anyhow::{Context, Result};
use hearth_perception::{PerceptionNode, annotate};
use hearth_runtime::Plant;
use hearth_sim::{Scene, SimConfig, Simulation, scene::PlacedObject, sdf::SdfWorld};
use hearth_types::{
    CatalogueItem, Detections, Home, Isometry3, Localization, Message, Node, Outbox, Place, Point2,
    Point3, Pose2, RgbdFrame, Side, Stamp, Surface, Vector3, World, WorldObject,
};
use hearth_urdf::RobotModel;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

fn main() -> Result<()> {
    let options = options()?;
    let number = |key: &str, default: u64| {
        options
            .get(key)
            .map_or(Ok(default), |it| it.parse())
            .with_context(|| format!("--{key}"))
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("urdf/ember/ember.urdf"))?;
    let (robot, _) = RobotModel::parse(&text, "ember.urdf")?;
    let world = SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf"))?;
    let home = Arc::new(hearth_runtime::config::load_home(
        &root.join("launch/config/home.yaml"),
    )?);
    if options.contains_key("people") {
        return people(
            number("seeds", 20)?,
            &robot,
            &world,
            &home,
            options.get("save"),
        );
    }
    let people_at: Vec<Point2> = home
        .people
        .iter()
        .filter_map(|it| world.model(&it.names.id))
        .map(|it| it.world_from_model.translation.vector.xy().into())
        .collect();
    let mut figures = Figures::default();
    let (base, seeds) = (number("seed-base", 0)?, number("seeds", 20)?);
    for seed in base..base + seeds {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5151);
        let only = options.get("place").map(String::as_str);
        let crowded = options.contains_key("crowded");
        let Some(shot) = Shot::draw(&mut random, &home, &people_at, only, crowded) else {
            continue;
        };
        // An error as localisation has it: constant while the robot stands.
        let scale = if options.contains_key("exact") {
            0.0
        } else {
            1.0
        };
        let error = Pose2::new(
            scale * random.between(-0.025, 0.025),
            scale * random.between(-0.025, 0.025),
            scale * random.between(-0.02, 0.02),
        );
        let seen = shot.take(
            seed,
            &error,
            &mut random,
            &robot,
            &world,
            &home,
            &mut figures,
        )?;
        let verbose = options.contains_key("verbose");
        figures.judge(seed, &shot, &home, &seen, verbose);
        if let Some(folder) = options.get("save") {
            std::fs::create_dir_all(folder)?;
            let file = Path::new(folder).join(format!("{seed:03}_{}.png", shot.place.names.id));
            std::fs::write(file, annotate::png(&seen.detections, 3)?)?;
        }
    }
    figures.print();
    Ok(())
}

fn options() -> Result<BTreeMap<String, String>> {
    let mut options = BTreeMap::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let key = word
            .strip_prefix("--")
            .with_context(|| format!("{word}: options start with --"))?;
        let value = words
            .next()
            .with_context(|| format!("{word} needs a value"))?;
        options.insert(key.to_owned(), value);
    }
    Ok(options)
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }
}

struct Thing<'a> {
    item: &'a CatalogueItem,
    at: Point3,
    yaw_rad: f64,
}

struct Shot<'a> {
    place: &'a Place,
    surface: Surface,
    index: usize,
    robot_in_map: Pose2,
    things: Vec<Thing<'a>>,
}

struct Seen {
    world: World,
    detections: Detections,
    map_from_camera: Isometry3,
}

impl<'a> Shot<'a> {
    fn draw(
        random: &mut Random,
        home: &'a Home,
        people: &[Point2],
        only: Option<&str>,
        crowded: bool,
    ) -> Option<Self> {
        let places: Vec<&Place> = home
            .places
            .iter()
            .filter(|it| !it.surfaces.is_empty() && only.is_none_or(|id| it.names.id == id))
            .collect();
        for _ in 0..60 {
            let place = places[random.below(places.len())];
            let index = random.below(place.surfaces.len());
            let surface = place.surfaces[index];
            let Some(robot_in_map) = stand(random, home, place, &surface) else {
                continue;
            };
            let at = robot_in_map.point();
            if people.iter().any(|it| (it - at).norm() < 0.6) {
                continue;
            }
            let things = arrange(random, home, &surface, crowded);
            if things.len() >= if crowded { 6 } else { 2 } {
                return Some(Self {
                    place,
                    surface,
                    index,
                    robot_in_map,
                    things,
                });
            }
        }
        None
    }

    #[allow(clippy::too_many_arguments, reason = "one call, all of another kind")]
    fn take(
        &self,
        seed: u64,
        error: &Pose2,
        random: &mut Random,
        robot: &RobotModel,
        world: &SdfWorld,
        home: &Arc<Home>,
        figures: &mut Figures,
    ) -> Result<Seen> {
        let mut scene = Scene::as_described(world, self.robot_in_map);
        scene.objects = self
            .things
            .iter()
            .map(|it| PlacedObject {
                model: it.item.names.id.clone(),
                map_from_model: Isometry3::new(
                    Vector3::new(it.at.x, it.at.y, self.surface.height_m + 0.003),
                    Vector3::new(0.0, 0.0, it.yaw_rad),
                ),
                place: Some(self.place.names.id.clone()),
            })
            .collect();
        let centre = self.surface.area.centre_in_map.point();
        let distance_m = (centre - self.robot_in_map.point()).norm();
        let tilt_rad =
            (1.2 - self.surface.height_m).atan2(distance_m) + random.between(-0.08, 0.08);
        look(
            seed,
            scene,
            self.robot_in_map,
            tilt_rad,
            error,
            robot,
            world,
            home,
            figures,
        )
    }
}

/// Lets the robot stand and look for a second.
#[allow(clippy::too_many_arguments)]
fn look(
    seed: u64,
    scene: Scene,
    robot_in_map: Pose2,
    tilt_rad: f64,
    error: &Pose2,
    robot: &RobotModel,
    world: &SdfWorld,
    home: &Arc<Home>,
    figures: &mut Figures,
) -> Result<Seen> {
    let config = SimConfig {
        seed,
        initial_joints: [
            ("head_tilt_joint".to_owned(), tilt_rad.clamp(-0.3, 0.9)),
            ("lift_joint".to_owned(), 0.55),
            ("shoulder_joint".to_owned(), -1.134),
            ("elbow_joint".to_owned(), 3.098),
            ("wrist_yaw_joint".to_owned(), -2.395),
        ]
        .into(),
        ..SimConfig::default()
    };
    let mut simulation = Simulation::new(&config, robot, world, scene)?;
    let mut node = PerceptionNode::new(Arc::clone(home), robot, Default::default())?;
    let map_from_odom = robot_in_map.compose(error);
    let mut out = Outbox::new();
    node.step(
        Stamp::ZERO,
        &Message::Localization(Localization {
            stamp: Stamp::ZERO,
            map_from_odom,
            position_std_m: 0.02,
            yaw_std_rad: 0.01,
        }),
        &mut out,
    );
    let mut sensors = Outbox::new();
    simulation.advance(Stamp::from_secs_f64(1.3), &mut sensors);
    let (mut last_world, mut last_detections) = (World::default(), None);
    let mut joints = None;
    for message in sensors.drain() {
        if let Message::JointStates(it) = &message {
            joints = Some(Arc::clone(it));
        }
        let started = Instant::now();
        let is_frame = matches!(message, Message::Rgbd(_));
        node.step(Stamp::ZERO, &message, &mut out);
        if is_frame {
            figures.frame_ms.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    for message in out.drain() {
        match message {
            Message::World(it) => last_world = (*it).clone(),
            Message::Detections(it) => last_detections = Some((*it).clone()),
            Message::Fault(it) => println!("fault: {}", it.text),
            _ => {}
        }
    }
    let positions = joints.context("no joint states")?.position.clone();
    let camera = robot
        .link_pose("camera_optical_frame", &positions)
        .context("no camera")?;
    Ok(Seen {
        world: last_world,
        detections: last_detections.context("no frame was processed")?,
        map_from_camera: robot_in_map.to_isometry3() * camera,
    })
}

fn people(
    seeds: u64,
    robot: &RobotModel,
    world: &SdfWorld,
    home: &Arc<Home>,
    save: Option<&String>,
) -> Result<()> {
    let (mut tries, mut found, mut named, mut false_people) = (0, 0, 0, 0);
    let mut off_m = Vec::new();
    for seed in 0..seeds {
        let mut random = Random(seed ^ 0x00AB_CDEF);
        let person = &home.people[random.below(home.people.len())];
        let Some(model) = world.model(&person.names.id) else {
            continue;
        };
        let at = model.world_from_model.translation.vector;
        let (_, _, facing) = model.world_from_model.rotation.euler_angles();
        let angle = facing + random.between(-1.0, 1.0);
        let distance_m = random.between(1.1, 2.2);
        let stand = Point2::new(
            at.x + distance_m * angle.cos(),
            at.y + distance_m * angle.sin(),
        );
        let clear = home
            .places
            .iter()
            .all(|it| it.height_m == 0.0 || it.footprint.distance_m(&stand) > 0.24);
        if !clear || !free_on_map(home, &stand) {
            continue;
        }
        let pose = Pose2::new(
            stand.x,
            stand.y,
            angle + std::f64::consts::PI + random.between(-0.2, 0.2),
        );
        let mut scene = Scene::as_described(world, pose);
        scene.objects.clear();
        let tilt = random.between(-0.15, 0.15);
        let seen = look(
            seed,
            scene,
            pose,
            tilt,
            &Pose2::default(),
            robot,
            world,
            home,
            &mut Figures::default(),
        )?;
        tries += 1;
        let nearest = seen
            .world
            .people
            .iter()
            .map(|it| ((it.position_in_map - Point2::new(at.x, at.y)).norm(), it))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        match nearest {
            Some((off, it)) if off < 0.4 => {
                found += 1;
                off_m.push(off);
                let right = it
                    .hypotheses
                    .first()
                    .is_some_and(|it| it.item == person.names.id);
                named += usize::from(right);
                if !right || off > 0.15 {
                    println!(
                        "{seed} {} at {distance_m:.2}: off {off:.2} {:?} {:?}",
                        person.names.id, it.posture, it.hypotheses
                    );
                }
            }
            _ => println!(
                "{seed} {} at {distance_m:.2} tilt {tilt:.2} facing off {:.2}: NOT FOUND",
                person.names.id,
                angle - facing
            ),
        }
        for it in &seen.world.people {
            let real = home
                .people
                .iter()
                .filter_map(|it| world.model(&it.names.id))
                .any(|model| {
                    let at = model.world_from_model.translation.vector;
                    (it.position_in_map - Point2::new(at.x, at.y)).norm() < 0.4
                });
            if !real {
                false_people += 1;
                println!("{seed} FALSE PERSON {it:?}");
            }
        }
        if let Some(folder) = save {
            std::fs::create_dir_all(folder)?;
            let file = Path::new(folder).join(format!("person_{seed:03}.png"));
            std::fs::write(file, annotate::png(&seen.detections, 3)?)?;
        }
    }
    off_m.sort_by(f64::total_cmp);
    println!(
        "people {tries}: found {found}, named {named}, false {false_people}; off p50 {:?}",
        off_m.get(off_m.len() / 2)
    );
    Ok(())
}

fn stand(random: &mut Random, home: &Home, place: &Place, surface: &Surface) -> Option<Pose2> {
    for _ in 0..20 {
        let side = place.open_sides.get(random.below(place.open_sides.len()))?;
        let [length, width] = place.footprint.size_m;
        let away = 0.22 + random.between(0.10, 0.40);
        let along = random.between(-0.25, 0.25);
        let (x, y) = match side {
            Side::Front => (length / 2.0 + away, along),
            Side::Back => (-length / 2.0 - away, along),
            Side::Left => (along, width / 2.0 + away),
            Side::Right => (along, -width / 2.0 - away),
        };
        let at = place.footprint.centre_in_map.transform(&Point2::new(x, y));
        let clear = home
            .places
            .iter()
            .all(|it| it.height_m == 0.0 || it.footprint.distance_m(&at) > 0.24)
            && free_on_map(home, &at);
        if clear {
            let target = surface.area.centre_in_map.point();
            let pose = Pose2::new(at.x, at.y, 0.0);
            let yaw_rad = pose.heading_to_rad(&target) + random.between(-0.1, 0.1);
            return Some(Pose2::new(at.x, at.y, yaw_rad));
        }
    }
    None
}

fn free_on_map(home: &Home, at: &Point2) -> bool {
    (-5..=5).all(|dx| {
        (-5..=5).all(|dy| {
            let near = Point2::new(at.x + 0.05 * f64::from(dx), at.y + 0.05 * f64::from(dy));
            home.map
                .cell(&near)
                .is_some_and(|(x, y)| !home.map.is_occupied(x, y))
        })
    })
}

fn arrange<'a>(
    random: &mut Random,
    home: &'a Home,
    surface: &Surface,
    crowded: bool,
) -> Vec<Thing<'a>> {
    let mut things: Vec<Thing> = Vec::new();
    let wanted = if crowded { 6 } else { 2 } + random.below(5);
    for _ in 0..if crowded { 400 } else { 80 } {
        if things.len() == wanted {
            break;
        }
        let item = &home.catalogue[random.below(home.catalogue.len())];
        let radius = |it: &CatalogueItem| it.size_m[0].hypot(it.size_m[1]) / 2.0;
        let room: [f64; 2] = surface.area.size_m.map(|it| it / 2.0 - radius(item) - 0.03);
        let tall = surface
            .headroom_m
            .is_some_and(|it| item.size_m[2] + 0.04 > it);
        if tall
            || room.iter().any(|it| *it <= 0.0)
            || things.iter().any(|it| it.item.names.id == item.names.id)
        {
            continue;
        }
        let mut local = Point2::new(
            random.between(-room[0], room[0]),
            random.between(-room[1], room[1]),
        );
        if crowded && !things.is_empty() {
            let beside = &things[random.below(things.len())];
            let centre = surface
                .area
                .centre_in_map
                .inverse()
                .transform(&beside.at.xy());
            let away = radius(beside.item) + radius(item) + random.between(0.05, 0.08);
            let (sin, cos) = random.between(-3.1, 3.1).sin_cos();
            local = Point2::new(centre.x + away * cos, centre.y + away * sin);
            if local.x.abs() > room[0] || local.y.abs() > room[1] {
                continue;
            }
        }
        let at = surface.area.centre_in_map.transform(&local);
        let apart = things
            .iter()
            .all(|it| (it.at.xy() - at).norm() > radius(it.item) + radius(item) + 0.05);
        if apart {
            let at = Point3::new(at.x, at.y, surface.height_m + item.size_m[2] / 2.0);
            things.push(Thing {
                item,
                at,
                yaw_rad: random.between(-3.1, 3.1),
            });
        }
    }
    things
}

#[derive(Default)]
struct Figures {
    frame_ms: Vec<f64>,
    clear: usize,
    found: usize,
    named: usize,
    sure_wrong: usize,
    unsure: usize,
    hidden: usize,
    hidden_wrong: usize,
    false_things: usize,
    position_m: Vec<f64>,
    size_m: Vec<f64>,
    height_m: Vec<f64>,
    by_item: BTreeMap<String, [usize; 3]>,
}

impl Figures {
    fn judge(&mut self, seed: u64, shot: &Shot, home: &Home, seen: &Seen, verbose: bool) {
        let mut used = vec![false; seen.world.objects.len()];
        let to_map = shot.surface.area.centre_in_map.point();
        let _ = (home, to_map);
        for thing in &shot.things {
            let range_m = (thing.at - seen.map_from_camera.translation.vector)
                .coords
                .norm();
            let share = visible(&seen.detections.frame, &seen.map_from_camera, thing);
            let nearest = seen
                .world
                .objects
                .iter()
                .enumerate()
                .filter(|(index, _)| !used[*index])
                .map(|(index, it)| ((it.centre_in_map.xy() - thing.at.xy()).norm(), index, it))
                .filter(|it| it.0 < 0.10)
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, index, _)) = nearest {
                used[index] = true;
            }
            let found = nearest.map(|it| it.2);
            let best = found.and_then(|it| it.hypotheses.first());
            let id = &thing.item.names.id;
            let right = best.is_some_and(|it| &it.item == id);
            let sure = best.is_some_and(|it| it.probability > 0.6);
            if share < 0.75 || range_m > 1.35 {
                self.hidden += 1;
                self.hidden_wrong += usize::from(!right && sure);
                continue;
            }
            self.clear += 1;
            self.found += usize::from(found.is_some());
            self.named += usize::from(right);
            self.sure_wrong += usize::from(!right && sure);
            self.unsure += usize::from(found.is_some() && !sure);
            let row = self.by_item.entry(id.clone()).or_default();
            row[0] += 1;
            row[1] += usize::from(found.is_some());
            row[2] += usize::from(right);
            if let Some(it) = found {
                self.errors(it, thing);
            }
            let size_off = found.is_some_and(|it| {
                (0..3).any(|axis| (it.size_m[axis] - thing.item.size_m[axis]).abs() > 0.025)
            });
            if verbose || !right || size_off {
                report(seed, shot, thing, range_m, share, found);
            }
        }
        for (object, used) in seen.world.objects.iter().zip(used) {
            if !used {
                self.false_things += 1;
                println!(
                    "{seed:3} {}#{} FALSE THING at {:.2} {:.2} {:.2} size {:.2?} {:?} on {:?}: {}",
                    shot.place.names.id,
                    shot.index,
                    object.centre_in_map.x,
                    object.centre_in_map.y,
                    object.centre_in_map.z,
                    object.size_m,
                    object.shape,
                    object.place,
                    names(object),
                );
            }
        }
        for person in &seen.world.people {
            println!(
                "{seed:3} person at {:.2?} {:?}",
                person.position_in_map, person.hypotheses
            );
        }
    }

    fn errors(&mut self, found: &WorldObject, thing: &Thing) {
        self.position_m
            .push((found.centre_in_map.xy() - thing.at.xy()).norm());
        self.size_m
            .push((found.size_m[0] - thing.item.size_m[0]).abs());
        self.size_m
            .push((found.size_m[1] - thing.item.size_m[1]).abs());
        self.height_m
            .push((found.size_m[2] - thing.item.size_m[2]).abs());
    }

    fn print(&mut self) {
        for (item, [clear, found, named]) in &self.by_item {
            if named < clear {
                println!("  {item:20} clear {clear:3} found {found:3} named {named:3}");
            }
        }
        let quantile = |values: &mut Vec<f64>, q: f64| {
            values.sort_by(f64::total_cmp);
            values
                .get(((values.len() as f64 * q) as usize).min(values.len().saturating_sub(1)))
                .copied()
                .unwrap_or(0.0)
        };
        println!(
            "clear {}: found {:.1} %, named {:.1} %, surely wrong {:.1} %, unsure {:.1} %; hidden {} (surely wrong {}); false things {}",
            self.clear,
            percent(self.found, self.clear),
            percent(self.named, self.clear),
            percent(self.sure_wrong, self.clear),
            percent(self.unsure, self.clear),
            self.hidden,
            self.hidden_wrong,
            self.false_things,
        );
        println!(
            "position error (with localisation's) p50 {:.3} p95 {:.3} m; length/width p50 {:.3} p95 {:.3}; height p50 {:.3} p95 {:.3}; frame p50 {:.1} p95 {:.1} ms",
            quantile(&mut self.position_m, 0.5),
            quantile(&mut self.position_m, 0.95),
            quantile(&mut self.size_m, 0.5),
            quantile(&mut self.size_m, 0.95),
            quantile(&mut self.height_m, 0.5),
            quantile(&mut self.height_m, 0.95),
            quantile(&mut self.frame_ms, 0.5),
            quantile(&mut self.frame_ms, 0.95),
        );
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn names(object: &WorldObject) -> String {
    let ranked: Vec<String> = object
        .hypotheses
        .iter()
        .take(3)
        .map(|it| format!("{} {:.2}", it.item, it.probability))
        .collect();
    ranked.join(", ")
}

fn report(
    seed: u64,
    shot: &Shot,
    thing: &Thing,
    range_m: f64,
    share: f64,
    found: Option<&WorldObject>,
) {
    let what = match found {
        None => "NOT FOUND".to_owned(),
        Some(it) => format!(
            "off {:.3} size {:.3?} {:?} lab {:.0?} {}; views {} n {}",
            (it.centre_in_map.xy() - thing.at.xy()).norm(),
            it.size_m,
            it.shape,
            it.colour.lab,
            names(it),
            it.views,
            it.sightings,
        ),
    };
    println!(
        "{seed:3} {}#{} {} {:?} {:.3?} at {:.2} {:.2} r {range_m:.2} vis {share:.2}: {what}",
        shot.place.names.id,
        shot.index,
        thing.item.names.id,
        thing.item.shape,
        thing.item.size_m,
        thing.at.x,
        thing.at.y,
    );
}

/// The part of the thing that the frame shows, by depth.
fn visible(frame: &RgbdFrame, map_from_camera: &Isometry3, thing: &Thing) -> f64 {
    let radius = thing.item.size_m[1] / 2.0;
    let camera = map_from_camera.translation.vector;
    let (dx, dy) = (thing.at.x - camera.x, thing.at.y - camera.y);
    let distance = dx.hypot(dy).max(1e-6);
    let (ax, ay) = (dx / distance, dy / distance);
    let (mut all, mut seen) = (0, 0);
    for z in [-0.3, 0.0, 0.3] {
        for side in [-0.7, -0.35, 0.0, 0.35, 0.7] {
            all += 1;
            let point = Point3::new(
                thing.at.x - ay * side * radius - ax * 0.5 * radius,
                thing.at.y + ax * side * radius - ay * 0.5 * radius,
                thing.at.z + z * thing.item.size_m[2],
            );
            let local = map_from_camera.inverse_transform_point(&point);
            let Some((u, v)) = frame.intrinsics.project(&local) else {
                continue;
            };
            if u < 3.0 || v < 3.0 || u + 4.0 > frame.width as f64 || v + 4.0 > frame.height as f64 {
                continue;
            }
            let depth = f64::from(frame.depth_m[v as usize * frame.width + u as usize]);
            seen += usize::from(depth > local.z - 0.03 - radius);
        }
    }
    f64::from(seen as u32) / f64::from(all)
}
