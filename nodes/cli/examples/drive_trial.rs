//! Drives the robot between all places of the flat, through the real gate, and measures how well:
//! errors of the localisation, contacts, times.
//!
//! `cargo run --release -p hearth --example drive_trial -- [--seeds N] [--seed-base N] [--stops N]
//! [--approach view|reach] [--fetch N] [--verbose true]`; `--fetch` has it carry N things to the sofa table
//! instead, told their true places.

use anyhow::{Context, Result};
use hearth_controller::node::ControllerNode;
use hearth_runtime::Lockstep;
use hearth_runtime::config::{Params, load_home};
use hearth_safety::{Gate, GateNode};
use hearth_sim::oracle::Oracle;
use hearth_sim::scene::SceneRules;
use hearth_sim::sdf::SdfWorld;
use hearth_sim::{Scene, SimConfig, Simulation};
use hearth_types::{
    Approach, GateVerdict, GraspTarget, Home, Message, MotionEvidence, MotionGoal, MotionId,
    MotionRequest, MotionState, ObjectId, PlaceTarget, Point3, Pose2, RobotParams, Stamp,
    wrap_angle,
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
    let approach = match options.get("approach").map(String::as_str) {
        Some("view") => Approach::View,
        _ => Approach::Reach,
    };
    let (base, seeds) = (number("seed-base", 0)?, number("seeds", 3)?);
    let stops = number("stops", 12)? as usize;
    let mut all = Tally::default();
    for seed in base..base + seeds {
        let mut trial = Trial::open(seed, options.contains_key("verbose"))?;
        match number("fetch", 0)? {
            0 => trial.tour(approach, stops, &mut all),
            count => trial.fetch(count as usize, &mut all),
        }
    }
    println!("{all}");
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

/// Sums over all drives.
#[derive(Debug, Default)]
struct Tally {
    drives: usize,
    arrived: usize,
    secs: f64,
    way_m: f64,
    errors_m: Vec<f64>,
    errors_rad: Vec<f64>,
    rest_m: Vec<f64>,
    rest_rad: Vec<f64>,
    persons: usize,
    contacts: usize,
    hard: usize,
    real_secs: f64,
    sim_secs: f64,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let p = |values: &[f64], part: f64| {
            let mut sorted = values.to_vec();
            sorted.sort_by(f64::total_cmp);
            sorted
                .get((sorted.len() as f64 * part) as usize)
                .copied()
                .unwrap_or(0.0)
        };
        writeln!(
            f,
            "{} of {} drives arrived, {:.1} s each, {:.2} m/s",
            self.arrived,
            self.drives,
            self.secs / self.drives.max(1) as f64,
            self.way_m / self.secs.max(1e-9)
        )?;
        writeln!(
            f,
            "pose error driving: p50 {:.3} m {:.4} rad, p99 {:.3} m {:.4} rad, worst {:.3} m {:.4} rad",
            p(&self.errors_m, 0.5),
            p(&self.errors_rad, 0.5),
            p(&self.errors_m, 0.99),
            p(&self.errors_rad, 0.99),
            p(&self.errors_m, 0.99999),
            p(&self.errors_rad, 0.99999)
        )?;
        writeln!(
            f,
            "pose error at the end: p50 {:.3} m {:.4} rad, worst {:.3} m {:.4} rad",
            p(&self.rest_m, 0.5),
            p(&self.rest_rad, 0.5),
            p(&self.rest_m, 0.99999),
            p(&self.rest_rad, 0.99999)
        )?;
        writeln!(
            f,
            "contacts: {} with people, {} with furniture, {} of them over 0.1 m/s",
            self.persons,
            self.contacts - self.persons,
            self.hard
        )?;
        write!(
            f,
            "simulated {:.0} s in {:.0} s",
            self.sim_secs, self.real_secs
        )
    }
}

struct Trial {
    home: Arc<Home>,
    lockstep: Lockstep<Simulation>,
    next_id: u64,
    verbose: bool,
    map_from_odom: Option<Pose2>,
    odom_from_base: Option<Pose2>,
    verdict: GateVerdict,
}

impl Trial {
    fn open(seed: u64, verbose: bool) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let params = Params::load(&root.join("launch/config/ember.yaml"))?;
        let roles: RobotParams = params.section("robot")?;
        let text = std::fs::read_to_string(root.join(&roles.urdf))?;
        let (model, _) = RobotModel::parse(&text, "ember.urdf")?;
        let model = Arc::new(model);
        let home = Arc::new(load_home(&root.join("launch/config/home.yaml"))?);
        let world = SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf"))?;
        let rules = SceneRules::from_file(&root.join("sim/worlds/scenes.yaml"))?;
        let scene = Scene::generate(&rules, &world, &home, seed, &[])?;
        println!(
            "seed {seed}: obstacles {:?}",
            scene.moved.keys().collect::<Vec<_>>()
        );
        let initial_joints = [
            ("lift_joint", 0.55),
            ("shoulder_joint", -1.134),
            ("elbow_joint", 3.098),
            ("wrist_yaw_joint", -2.395),
        ];
        let config = SimConfig {
            seed,
            camera: false,
            initial_joints: initial_joints
                .map(|(name, it)| (name.to_owned(), it))
                .into(),
            ..SimConfig::default()
        };
        let simulation = Simulation::new(&config, &model, &world, scene)?;
        let gate = Gate::new(&model, &roles, params.section("safety")?)?;
        let config = params.section("controller")?;
        let controller = ControllerNode::new(config, &roles, &model, Arc::clone(&home))?;
        let nodes: Vec<Box<dyn hearth_types::Node>> =
            vec![Box::new(controller), Box::new(GateNode::new(gate))];
        Ok(Self {
            home,
            lockstep: Lockstep::new(simulation, nodes)?,
            next_id: 1,
            verbose,
            map_from_odom: None,
            odom_from_base: None,
            verdict: GateVerdict::Pass,
        })
    }

    fn tour(&mut self, approach: Approach, stops: usize, all: &mut Tally) {
        let started = Instant::now();
        self.run_for(1.0, None, all);
        let ids: Vec<String> = self
            .home
            .places
            .iter()
            .map(|it| it.names.id.clone())
            .collect();
        for i in 0..stops {
            let id = &ids[(i * 7 + 3) % ids.len()];
            self.drive(id, approach, all);
        }
        let oracle = Oracle::new(self.lockstep.plant(), &self.home);
        for contact in oracle.contacts() {
            println!("  contact {contact:?}");
        }
        all.persons += oracle.person_contacts();
        all.contacts += oracle.contacts().len();
        all.hard += oracle.hard_contacts();
        all.real_secs += started.elapsed().as_secs_f64();
        all.sim_secs += self.lockstep.now().as_secs_f64();
    }

    /// Carries things to the side tables, told where they truly are.
    fn fetch(&mut self, count: usize, all: &mut Tally) {
        self.run_for(1.0, None, all);
        let objects = self.lockstep.plant().scene().objects.clone();
        let mut things: Vec<_> = objects.iter().filter(|it| it.place.is_some()).collect();
        things.rotate_left(3);
        for thing in things.into_iter().step_by(4).take(count) {
            let result = self.carry(&thing.model, all);
            println!(
                "  {}: {}",
                thing.model,
                result.err().unwrap_or("carried".to_owned())
            );
        }
        let oracle = Oracle::new(self.lockstep.plant(), &self.home);
        for contact in oracle.contacts() {
            println!("  contact {contact:?}");
        }
        all.sim_secs += self.lockstep.now().as_secs_f64();
    }

    fn carry(&mut self, model: &str, all: &mut Tally) -> Result<(), String> {
        let home = Arc::clone(&self.home);
        let item = home.item(model).ok_or("no item")?;
        let oracle = Oracle::new(self.lockstep.plant(), &home);
        let pose = oracle.object_in_map(model).ok_or("not there")?;
        let place = oracle
            .place_of(model)
            .map(|it| it.names.id.clone())
            .ok_or("on nothing")?;
        let place = home.place(&place).ok_or("no place")?;
        let at = pose.translation.vector;
        let surface = place.surfaces.iter().min_by(|a, b| {
            (a.height_m - at.z)
                .abs()
                .total_cmp(&(b.height_m - at.z).abs())
        });
        let surface = surface.ok_or("no surface")?;
        let centre_in_map = Point3::new(at.x, at.y, at.z + item.size_m[2] / 2.0);
        self.ask(
            "go",
            MotionGoal::ApproachPlace {
                place: place.names.id.clone(),
                target_in_map: Some(centre_in_map),
                approach: Approach::Reach,
                variant: 0,
            },
            all,
        )?;
        let grasped = self.ask(
            "grasp",
            MotionGoal::Grasp(GraspTarget {
                object: ObjectId(1),
                centre_in_map,
                yaw_rad: pose.rotation.euler_angles().2,
                size_m: item.size_m,
                shape: item.shape,
                support_height_m: surface.height_m,
                headroom_m: surface.headroom_m,
                variant: 0,
            }),
            all,
        )?;
        let table = home.place("side_tables").ok_or("no table")?;
        let top = table.surfaces[(self.next_id % 2) as usize];
        let spot_in_map = Point3::new(
            top.area.centre_in_map.x_m,
            top.area.centre_in_map.y_m,
            top.height_m,
        );
        self.ask(
            "bring",
            MotionGoal::ApproachPlace {
                place: table.names.id.clone(),
                target_in_map: Some(spot_in_map),
                approach: Approach::Reach,
                variant: 0,
            },
            all,
        )?;
        self.ask(
            "place",
            MotionGoal::Place(PlaceTarget {
                spot_in_map,
                headroom_m: None,
                held_below_m: grasped.held_below_m.unwrap_or(0.05),
            }),
            all,
        )?;
        let oracle = Oracle::new(self.lockstep.plant(), &home);
        match oracle.place_of(model) {
            Some(it) if it.names.id == "side_tables" => Ok(()),
            other => Err(format!("ended on {:?}", other.map(|it| &it.names.id))),
        }
    }

    fn ask(
        &mut self,
        what: &str,
        goal: MotionGoal,
        all: &mut Tally,
    ) -> Result<MotionEvidence, String> {
        let id = MotionId(self.next_id);
        self.next_id += 1;
        let stamp = self.lockstep.now();
        let request = MotionRequest { stamp, id, goal };
        self.lockstep
            .inject(Message::MotionRequest(Arc::new(request)));
        let end = self.run_for(250.0, Some(id), all);
        println!("    {what}: {:.1} s", self.lockstep.now().secs_since(stamp));
        match end {
            Some(MotionState::Succeeded(evidence)) => Ok(evidence),
            Some(MotionState::Failed { failure, .. }) => Err(format!("{what} FAILED: {failure}")),
            _ => Err(format!("{what} FAILED: no end")),
        }
    }

    fn drive(&mut self, place: &str, approach: Approach, all: &mut Tally) {
        let id = MotionId(self.next_id);
        self.next_id += 1;
        let stamp = self.lockstep.now();
        let surfaces = self
            .home
            .place(place)
            .is_some_and(|it| !it.surfaces.is_empty());
        let request = MotionRequest {
            stamp,
            id,
            goal: MotionGoal::ApproachPlace {
                place: place.to_owned(),
                target_in_map: None,
                approach: if surfaces { approach } else { Approach::View },
                variant: 0,
            },
        };
        let before_m = Oracle::new(self.lockstep.plant(), &self.home).path_length_m();
        self.lockstep
            .inject(Message::MotionRequest(Arc::new(request)));
        let end = self.run_for(200.0, Some(id), all);
        let secs = self.lockstep.now().secs_since(stamp);
        let way_m = Oracle::new(self.lockstep.plant(), &self.home).path_length_m() - before_m;
        let (off_m, off_rad) = self.error().unwrap_or((9.0, 9.0));
        all.rest_m.push(off_m);
        all.rest_rad.push(off_rad);
        all.drives += 1;
        all.secs += secs;
        all.way_m += way_m;
        let result = match end {
            Some(MotionState::Succeeded(_)) => {
                all.arrived += 1;
                "arrived".to_owned()
            }
            Some(MotionState::Failed { failure, .. }) => format!("FAILED: {failure}"),
            other => format!("FAILED: {other:?}"),
        };
        println!(
            "  {place}: {result} after {secs:.1} s, {way_m:.1} m, pose off {off_m:.3} m {off_rad:.4} rad"
        );
    }

    /// Runs until the motion ends, or so long.
    fn run_for(&mut self, secs: f64, id: Option<MotionId>, all: &mut Tally) -> Option<MotionState> {
        let until = self.lockstep.now().plus_secs(secs);
        let mut end = None;
        while self.lockstep.now() < until && end.is_none() {
            let (mut localization, mut odometry, mut verdict) = (None, None, None);
            let verbose = self.verbose;
            let mut observe = |now: Stamp, message: &Message| match message {
                Message::Localization(it) => localization = Some(it.map_from_odom),
                Message::Odometry(it) => odometry = Some(it.odom_from_base),
                Message::Gate(it) => verdict = Some(*it),
                Message::MotionReport(it) => {
                    if verbose {
                        println!("    {:.2} {:?}", now.as_secs_f64(), it.state);
                    }
                    if Some(it.id) == id && !matches!(it.state, MotionState::Running { .. }) {
                        end = Some(it.state.clone());
                    }
                }
                Message::Fault(it) => println!("    {:.2} {it:?}", now.as_secs_f64()),
                _ => {}
            };
            self.lockstep.step(&mut observe);
            self.odom_from_base = odometry.or(self.odom_from_base);
            if let Some(verdict) = verdict {
                let worth =
                    verdict.verdict > GateVerdict::Limited || self.verdict > GateVerdict::Limited;
                if self.verbose && worth && verdict.verdict != self.verdict {
                    let pose = Oracle::new(self.lockstep.plant(), &self.home).robot_in_map();
                    println!(
                        "    {:.2} gate {verdict:?} at {pose:?}",
                        verdict.stamp.as_secs_f64()
                    );
                }
                self.verdict = verdict.verdict;
            }
            if localization.is_some() {
                self.map_from_odom = localization;
                if let Some((off_m, off_rad)) = self.error() {
                    all.errors_m.push(off_m);
                    all.errors_rad.push(off_rad);
                }
            }
        }
        end
    }

    fn error(&self) -> Option<(f64, f64)> {
        let found = self.map_from_odom?.compose(&self.odom_from_base?);
        let truth = Oracle::new(self.lockstep.plant(), &self.home).robot_in_map();
        Some((
            found.distance_m(&truth),
            wrap_angle(found.yaw_rad - truth.yaw_rad).abs(),
        ))
    }
}
