//! Grasps things in the simulated flat with known poses (plus errors as perception makes them),
//! folds, puts them down again, and lets the oracle judge.
//!
//! `cargo run --release -p hearth --example grasp_trial -- [--seeds N] [--seed-base N] [--object NAME]
//! [--noise METRES] [--task place|offer] [--verbose true]`

use anyhow::{Context, Result};
use hearth_controller::arm::{
    ArmConfig, ArmEvidence, ArmModel, ArmOutcome, ArmSequencer, ArmTask, ReachQuery,
    Scene as Around,
};
use hearth_runtime::Lockstep;
use hearth_runtime::config::{Params, load_home};
use hearth_safety::{Gate, GateNode};
use hearth_sim::oracle::{Oracle, Predicate};
use hearth_sim::scene::SceneRules;
use hearth_sim::sdf::SdfWorld;
use hearth_sim::{Scene, SimConfig, Simulation};
use hearth_types::{
    GraspTarget, Home, JointCommand, JointStates, Message, Node, ObjectId, Outbox, PlaceTarget,
    Point2, Point3, Pose2, RobotParams, Stamp, Topic,
};
use hearth_urdf::RobotModel;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The arm's sequencer as a node, with the truth for a pose.
struct ArmNode {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    sequencer: ArmSequencer,
    states: Option<Arc<JointStates>>,
    outcome: Option<ArmOutcome>,
    phase: &'static str,
    trace: Vec<String>,
}

impl Node for ArmNode {
    fn name(&self) -> &'static str {
        "arm"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[Topic::JointStates]
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        let Message::JointStates(states) = input else {
            return;
        };
        let Ok(mut shared) = self.shared.lock() else {
            return;
        };
        let tick = shared.sequencer.tick(now, states);
        shared.states = Some(states.clone());
        if tick.phase != shared.phase || tick.outcome.is_some() {
            let evidence = shared.sequencer.evidence();
            let line = format!(
                "{:.2} {} -> {} {:?} width {:.4} effort {:.1} holding {} lift {:.3} {:.1} N",
                now.as_secs_f64(),
                shared.phase,
                tick.phase,
                tick.outcome,
                evidence.gripper_width_m,
                evidence.gripper_effort_n,
                evidence.holding,
                states.position[0],
                states.effort[0],
            );
            shared.trace.push(line);
            shared.phase = tick.phase;
        }
        shared.outcome = tick.outcome.or(shared.outcome.take());
        out.push(Message::Joints(JointCommand {
            stamp: now,
            valid_until: now.plus_secs(0.1),
            targets: tick.targets,
        }));
    }
}

struct World {
    params: Params,
    roles: RobotParams,
    model: Arc<RobotModel>,
    home: Arc<Home>,
    sdf: SdfWorld,
    rules: SceneRules,
    arm: Arc<ArmModel>,
}

fn main() -> Result<()> {
    let options = options()?;
    let number = |key: &str, default: f64| {
        options
            .get(key)
            .map_or(Ok(default), |it| it.parse::<f64>())
            .with_context(|| format!("--{key}"))
    };
    let (base, seeds) = (
        number("seed-base", 0.0)? as u64,
        number("seeds", 2.0)? as u64,
    );
    let noise = number("noise", 0.006)?;
    let world = World::load()?;
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    for seed in base..base + seeds {
        let scene = Scene::generate(&world.rules, &world.sdf, &world.home, seed, &[])?;
        for object in &scene.objects {
            if options.get("object").is_some_and(|it| *it != object.model) {
                continue;
            }
            let result = world.trial(&scene, &object.model, noise, &options)?;
            println!("seed {seed} {:24} {result}", object.model);
            let kind = result.split(':').next().unwrap_or_default().to_owned();
            *tally.entry(kind).or_default() += 1;
        }
    }
    println!("{tally:?}");
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

/// Repeatable noise in [-1, 1].
fn dice(seed: u64, name: &str, n: u64) -> f64 {
    let mut hash = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

impl World {
    fn load() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let params = Params::load(&root.join("launch/config/ember.yaml"))?;
        let roles: RobotParams = params.section("robot")?;
        let text = std::fs::read_to_string(root.join(&roles.urdf))?;
        let (model, _) = RobotModel::parse(&text, "ember.urdf")?;
        let arm = Arc::new(ArmModel::new(&model, ArmConfig::default())?);
        Ok(Self {
            params,
            roles,
            model: Arc::new(model),
            home: Arc::new(load_home(&root.join("launch/config/home.yaml"))?),
            sdf: SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf"))?,
            rules: SceneRules::from_file(&root.join("sim/worlds/scenes.yaml"))?,
            arm,
        })
    }

    fn around(&self, scene: &Scene, but: &str, base: &Pose2) -> Around {
        let mut around = Around::of_home(&self.home, base);
        for object in scene.objects.iter().filter(|it| it.model != but) {
            let Some(item) = self.home.item(&object.model) else {
                continue;
            };
            let at = object.map_from_model.translation.vector;
            let yaw = object.map_from_model.rotation.euler_angles().2;
            let centre = Point3::new(at.x, at.y, at.z + item.size_m[2] / 2.0);
            if (at.xy() - base.point().coords).norm() < 1.2 {
                around.add_object(base, &centre, yaw, item.size_m);
            }
        }
        around
    }

    /// A free pose from which the arm reaches, as navigation would choose it.
    fn stand(&self, scene: &Scene, name: &str, target: &GraspTarget) -> Option<Pose2> {
        let mut best: Option<(f64, Pose2)> = None;
        for i in 0..24 {
            for j in 0..5 {
                let (angle, away) = (f64::from(i) * 0.2618, 0.42 + 0.06 * f64::from(j));
                let (x, y) = (
                    target.centre_in_map.x + away * angle.cos(),
                    target.centre_in_map.y + away * angle.sin(),
                );
                let at = Point2::new(x, y);
                let blocked = self
                    .home
                    .places
                    .iter()
                    .any(|it| it.height_m > 0.0 && it.footprint.distance_m(&at) < 0.26);
                let wall = (-6i32..=6)
                    .flat_map(|a| (-6i32..=6).map(move |b| (a, b)))
                    .any(|(a, b)| {
                        let near = Point2::new(x + f64::from(a) * 0.05, y + f64::from(b) * 0.05);
                        let map = &self.home.map;
                        (near - at).norm() < 0.27
                            && map.cell(&near).is_none_or(|it| map.is_occupied(it.0, it.1))
                    });
                if blocked || wall {
                    continue;
                }
                let to = (target.centre_in_map.y - y).atan2(target.centre_in_map.x - x);
                for turn in [0.0, 0.35, -0.35] {
                    let pose = Pose2::new(x, y, to + turn);
                    let around = self.around(scene, name, &pose);
                    let query = ReachQuery::Grasp(target.clone());
                    if let Some(score) = self.arm.reach_score(&pose, &query, &around)
                        && best.is_none_or(|it| score > it.0)
                    {
                        best = Some((score, pose));
                    }
                }
            }
        }
        best.map(|it| it.1)
    }

    fn trial(
        &self,
        scene: &Scene,
        name: &str,
        noise: f64,
        options: &BTreeMap<String, String>,
    ) -> Result<String> {
        let verbose = options.contains_key("verbose");
        let object = scene
            .objects
            .iter()
            .find(|it| it.model == name)
            .context("object")?;
        let item = self.home.item(name).context("item")?;
        let at = object.map_from_model.translation.vector;
        let place = object.place.clone().unwrap_or_default();
        let surface = self.home.place(&place).and_then(|it| {
            it.surfaces.iter().min_by(|a, b| {
                (a.height_m - at.z)
                    .abs()
                    .total_cmp(&(b.height_m - at.z).abs())
            })
        });
        let support = surface.map_or(at.z, |it| it.height_m);
        let err = |n| noise * dice(scene.seed, name, n);
        let size = [0, 1, 2].map(|i| item.size_m[i] + 0.7 * err(i as u64 + 4));
        let (length, width) = (size[0].max(size[1]), size[0].min(size[1]));
        let target = GraspTarget {
            object: ObjectId(1),
            centre_in_map: Point3::new(
                at.x + err(1),
                at.y + err(2),
                at.z + item.size_m[2] / 2.0 + 0.5 * err(3),
            ),
            yaw_rad: object.map_from_model.rotation.euler_angles().2 + 10.0 * err(8),
            size_m: [length, width, size[2]],
            shape: item.shape,
            support_height_m: support + 0.4 * err(7),
            headroom_m: surface.and_then(|it| it.headroom_m),
            variant: 0,
        };
        let started = std::time::Instant::now();
        let Some(base) = self.stand(scene, name, &target) else {
            return Ok(format!(
                "no pose: {place} {:?} {:?}",
                item.shape, item.size_m
            ));
        };
        let search_ms = started.elapsed().as_millis();
        if verbose {
            println!("  stands at {base:?}, found in {search_ms} ms, target {target:?}");
        }
        let mut scene = scene.clone();
        scene.start_in_map = base;
        let offers = options.get("task").is_some_and(|it| it == "offer");
        // To the left, so that the arm can go there without the base; real ones stand ahead.
        let person_in_map = base.compose(&Pose2::new(0.0, 0.85, -std::f64::consts::FRAC_PI_2));
        if offers && let Some(person) = scene.people.first_mut() {
            person.map_from_person = person_in_map;
        }
        let person = scene.people.first().map(|it| it.model.clone());
        let mut run = Run::open(self, scene)?;
        run.for_secs(0.3);
        let around = self.around(run.lockstep.plant().scene(), name, &base);
        let (outcome, evidence) = run.task(&ArmTask::Grasp(target), around.clone(), verbose);
        let held = Oracle::new(run.lockstep.plant(), &self.home)
            .judge(&Predicate::parse_all(&format!("held({name})"))?[0]);
        let place_name = place.clone();
        if outcome != Some(Ok(())) {
            return Ok(format!(
                "grasp failed: {outcome:?} oracle {held:?} {place} {:?} {:?}",
                item.shape, item.size_m
            ));
        }
        if held.holds != Some(true) {
            return Ok(format!("FALSE grasp: {evidence:?} {held:?}"));
        }
        if offers {
            let task = ArmTask::Offer {
                person_in_map: person_in_map.point(),
                patience_secs: 10.0,
            };
            let (outcome, evidence) = run.task(&task, around, verbose);
            let oracle = Oracle::new(run.lockstep.plant(), &self.home);
            let handed = format!("handed({name}, {})", person.unwrap_or_default());
            let handed = oracle.judge(&Predicate::parse_all(&handed)?[0]);
            let head = match (outcome == Some(Ok(())), handed.holds == Some(true)) {
                (true, true) => "handed",
                (true, false) => "FALSE offer",
                (false, _) => "offer failed",
            };
            let contacts = oracle.person_contacts();
            return Ok(format!(
                "{head}: {outcome:?} pull {} person contacts {contacts} {handed:?}",
                evidence.pull_felt
            ));
        }
        let target = PlaceTarget {
            spot_in_map: Point3::new(at.x, at.y, support + 0.4 * err(9)),
            headroom_m: surface.and_then(|it| it.headroom_m),
            held_below_m: evidence.held_below_m.unwrap_or(0.05),
        };
        let (outcome, _) = run.task(&ArmTask::Place(target), around, verbose);
        run.for_secs(1.0);
        let oracle = Oracle::new(run.lockstep.plant(), &self.home);
        let on = oracle.judge(&Predicate::parse_all(&format!("on({name}, {place_name})"))?[0]);
        let pose = oracle.object_in_map(name).context("gone")?;
        let tilt = (pose.rotation * hearth_types::Vector3::z())
            .z
            .clamp(-1.0, 1.0)
            .acos();
        let off = (pose.translation.vector.xy() - at.xy()).norm();
        let contacts = oracle.contacts().len();
        let secs = run.lockstep.now().as_secs_f64();
        let head = match (outcome == Some(Ok(())), on.holds == Some(true)) {
            (true, true) if tilt > 0.3 => "toppled",
            (true, true) => "ok",
            (true, false) => "FALSE place",
            (false, _) => "place failed",
        };
        Ok(format!(
            "{head}: {outcome:?} off {off:.3} tilt {tilt:.2} contacts {contacts} {secs:.1} s {place} {:?} {on:?}",
            item.shape
        ))
    }
}

struct Run {
    lockstep: Lockstep<Simulation>,
    shared: Arc<Mutex<Shared>>,
    base: Pose2,
}

impl Run {
    fn open(world: &World, scene: Scene) -> Result<Self> {
        let initial_joints = ArmConfig::default().stow;
        let config = SimConfig {
            seed: scene.seed,
            camera: false,
            initial_joints,
            ..SimConfig::default()
        };
        let base = scene.start_in_map;
        let simulation = Simulation::new(&config, &world.model, &world.sdf, scene)?;
        let gate = Gate::new(&world.model, &world.roles, world.params.section("safety")?)?;
        let shared = Arc::new(Mutex::new(Shared {
            sequencer: ArmSequencer::new(world.arm.clone()),
            states: None,
            outcome: None,
            phase: "",
            trace: Vec::new(),
        }));
        let nodes: Vec<Box<dyn Node>> = vec![
            Box::new(ArmNode {
                shared: shared.clone(),
            }),
            Box::new(GateNode::new(gate)),
        ];
        Ok(Self {
            lockstep: Lockstep::new(simulation, nodes)?,
            shared,
            base,
        })
    }

    fn for_secs(&mut self, secs: f64) {
        let until = self.lockstep.now().plus_secs(secs);
        self.lockstep.run_until(until, &mut |_, _| {});
    }

    fn task(
        &mut self,
        task: &ArmTask,
        around: Around,
        verbose: bool,
    ) -> (Option<ArmOutcome>, ArmEvidence) {
        let mut result = None;
        if let Ok(mut shared) = self.shared.lock() {
            shared.outcome = None;
            let states = shared.states.clone();
            let started = std::time::Instant::now();
            if let Some(states) = states
                && let Err(failure) = shared.sequencer.start(task, &self.base, &states, around)
            {
                result = Some(Err(failure));
            }
            if verbose {
                println!("  planned in {} us", started.elapsed().as_micros());
            }
        }
        let deadline = self.lockstep.now().plus_secs(60.0);
        while result.is_none() && self.lockstep.now() < deadline {
            self.for_secs(0.1);
            if let Ok(mut shared) = self.shared.lock() {
                result = shared.outcome.take();
                for line in shared.trace.drain(..) {
                    if verbose {
                        println!("  {line}");
                    }
                }
            }
        }
        let evidence = self
            .shared
            .lock()
            .map(|it| it.sequencer.evidence())
            .unwrap_or_default();
        (result, evidence)
    }
}
