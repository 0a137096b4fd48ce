//! The robot and its home, as the files describe them: what every command of the binary starts from.

use crate::bench::Case;
use crate::parse::Planned;
use anyhow::Context;
use hearth_controller::node::ControllerNode;
use hearth_models::remote::{RemoteConfig, VisionLanguageServer};
use hearth_models::{ImageTextDetector, Models, SessionOptions};
use hearth_perception::{ModelDetector, OpenQuestionsNode, PerceptionNode};
use hearth_planner::ast::Meaning;
use hearth_planner::language::{LexiconData, Parser};
use hearth_planner::{PlannerNode, plan_of};
use hearth_runtime::Node;
use hearth_runtime::config::{Params, load_home};
use hearth_safety::{Gate, GateNode};
use hearth_sim::oracle::Predicate;
use hearth_sim::scene::SceneRules;
use hearth_sim::sdf::SdfWorld;
use hearth_sim::{Scene, SimConfig, Simulation};
use hearth_types::{Home, RobotParams};
use hearth_urdf::RobotModel;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the nodes are made from.
pub struct Makings {
    /// The checkout, from which paths in the parameters start.
    pub root: PathBuf,
    /// The robot's parameters.
    pub params: Params,
    /// Their section `robot`.
    pub roles: RobotParams,
    /// The robot's description as read.
    pub urdf: String,
    /// The same, parsed.
    pub model: Arc<RobotModel>,
    /// The home, as the robot is told about it.
    pub home: Arc<Home>,
}

impl Makings {
    /// Reads what the parameters name.
    ///
    /// # Errors
    /// The first file that is missing or wrong, with line or key.
    pub fn read(root: &Path, params: Params, home: Arc<Home>) -> anyhow::Result<Self> {
        let roles: RobotParams = params.section("robot")?;
        let path = root.join(&roles.urdf);
        let urdf = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        let (model, _ignored) = RobotModel::parse(&urdf, &path.display().to_string())?;
        Ok(Self {
            root: root.to_owned(),
            params,
            roles,
            urdf,
            model: Arc::new(model),
            home,
        })
    }

    /// The controller.
    ///
    /// # Errors
    /// A section of the parameters that is missing or out of range.
    pub fn controller(&self) -> anyhow::Result<ControllerNode> {
        let config = self.params.section("controller")?;
        Ok(ControllerNode::new(
            config,
            &self.roles,
            &self.model,
            Arc::clone(&self.home),
        )?)
    }

    /// Perception.
    ///
    /// # Errors
    /// As for [`Makings::controller`].
    pub fn perception(&self) -> anyhow::Result<PerceptionNode> {
        let config: hearth_perception::Config = self.params.section("perception")?;
        let (home, robot) = (Arc::clone(&self.home), &self.model);
        let Some(model) = self.detector(&config)? else {
            return Ok(PerceptionNode::new(home, robot, config)?);
        };
        let detector = ModelDetector::new(config.clone(), &home.catalogue, model)?;
        Ok(PerceptionNode::with_detector(
            home,
            robot,
            config,
            Box::new(detector),
        )?)
    }

    /// The model that the section `perception` names, if any.
    fn detector(
        &self,
        config: &hearth_perception::Config,
    ) -> anyhow::Result<Option<Box<dyn ImageTextDetector>>> {
        let Some(mut detector) = config.detector.clone() else {
            return Ok(None);
        };
        detector.root_at(&self.root);
        let options: Option<SessionOptions> = self.params.optional("models")?;
        let opened = Models::load(&self.root, options.unwrap_or_default())
            .and_then(|it| it.detector(&detector));
        Ok(Some(opened.context(
            "the detector of the section `perception` (without the key `detector` the catalogue's colours say what things are)",
        )?))
    }

    /// The planner.
    ///
    /// # Errors
    /// As for [`Makings::controller`].
    pub fn planner(&self) -> anyhow::Result<PlannerNode> {
        let mut config: hearth_planner::Config = self.params.section("planner")?;
        config.vision_language_server |= self.vision_language()?.enabled;
        Ok(PlannerNode::new(Arc::clone(&self.home), config)?)
    }

    /// The node that puts open questions to a server, if the section `vision_language` wants one.
    ///
    /// # Errors
    /// As for [`Makings::controller`].
    pub fn open_questions(&self) -> anyhow::Result<Option<OpenQuestionsNode>> {
        let config = self.vision_language()?;
        if !config.enabled {
            return Ok(None);
        }
        let server = VisionLanguageServer::from_environment(&config)?;
        Ok(Some(OpenQuestionsNode::new(Box::new(server))))
    }

    fn vision_language(&self) -> anyhow::Result<RemoteConfig> {
        Ok(self.params.optional("vision_language")?.unwrap_or_default())
    }

    /// The safety gate as a node.
    ///
    /// # Errors
    /// As for [`Makings::controller`].
    pub fn gate(&self) -> anyhow::Result<GateNode> {
        let config = self.params.section("safety")?;
        Ok(GateNode::new(Gate::new(&self.model, &self.roles, config)?))
    }
}

/// Everything that was read from files.
pub struct Robot {
    /// The repository's root.
    pub root: PathBuf,
    /// What its nodes are made from.
    pub makings: Makings,
    /// The home, as the robot is told about it.
    pub home: Arc<Home>,
    world: Arc<SdfWorld>,
    rules: SceneRules,
    parser: Parser,
}

impl Robot {
    /// Reads all files.
    ///
    /// # Errors
    /// The first file that is missing or wrong, with line or key.
    pub fn load() -> anyhow::Result<Self> {
        let root = root()?;
        let config = root.join("launch/config");
        let params = Params::load(&config.join("ember.yaml"))?;
        let home = Arc::new(load_home(&config.join("home.yaml"))?);
        Self::with(root, params, home)
    }

    /// As [`Robot::load`], with these parameters and this home.
    ///
    /// # Errors
    /// As for [`Robot::load`].
    pub fn with(root: PathBuf, params: Params, home: Arc<Home>) -> anyhow::Result<Self> {
        Ok(Self {
            parser: Parser::new(&home, &LexiconData::embedded()?)?,
            world: Arc::new(SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf"))?),
            rules: SceneRules::from_file(&root.join("sim/worlds/scenes.yaml"))?,
            makings: Makings::read(&root, params, Arc::clone(&home))?,
            root,
            home,
        })
    }

    /// The robot's nodes.
    ///
    /// # Errors
    /// A section of the parameters that is missing or out of range.
    pub fn nodes(&self) -> anyhow::Result<Nodes> {
        let (gate, controller) = (self.makings.gate()?, self.makings.controller()?);
        let (planner, questions) = (self.makings.planner()?, self.makings.open_questions()?);
        // The last, because opening a model takes time that a wrong parameter elsewhere need not cost.
        let mut others: Vec<Box<dyn Node>> =
            vec![Box::new(self.makings.perception()?), Box::new(planner)];
        if let Some(node) = questions {
            others.push(Box::new(node));
        }
        others.push(Box::new(controller));
        Ok(Nodes {
            gate: Box::new(gate),
            others,
        })
    }

    /// The safety gate as a node.
    ///
    /// # Errors
    /// As for [`Robot::nodes`].
    pub fn gate(&self) -> anyhow::Result<GateNode> {
        self.makings.gate()
    }

    /// The robot is switched on with its arm folded.
    fn folded(&self) -> anyhow::Result<BTreeMap<String, f64>> {
        let config: hearth_controller::config::Config =
            self.makings.params.section("controller")?;
        Ok(config.arm.stow)
    }

    /// The flat of `seed`, with things and people put where `setup` says (`on(OBJECT, PLACE) at(PERSON, ROOM) …`).
    ///
    /// # Errors
    /// A setup that cannot be.
    pub fn scene(&self, seed: u64, setup: &str) -> anyhow::Result<Opening> {
        let setup = placements(setup)?;
        Ok(Opening {
            scene: Scene::generate(&self.rules, &self.world, &self.home, seed, &setup)?,
            seed,
            folded: self.folded()?,
            model: Arc::clone(&self.makings.model),
            world: Arc::clone(&self.world),
        })
    }

    /// What the oracle must find, from its written form.
    ///
    /// # Errors
    /// Says which predicate is wrong and what would be right.
    pub fn predicates(&self, text: &str) -> anyhow::Result<Vec<Predicate>> {
        Ok(Predicate::parse_all(text)?)
    }

    /// What a text means, if anything.
    pub fn meaning(&self, text: &str) -> Option<Meaning> {
        self.parser.parse(text, None).ok()
    }

    /// What a text means, and the plan for it, without a world.
    ///
    /// # Errors
    /// If the meaning cannot be written as data.
    pub fn plan_only(&self, text: &str) -> anyhow::Result<Planned> {
        Ok(match self.parser.parse(text, None) {
            Ok(meaning) => Planned::Understood {
                steps: plan_of(&meaning, false),
                tree: serde_json::to_value(&meaning)?,
                meaning: meaning.to_string(),
            },
            Err(trouble) => Planned::NotUnderstood {
                reason: self.parser.explain(&trouble),
            },
        })
    }

    /// Checks a case of a suite before anything runs.
    ///
    /// # Errors
    /// Says what is wrong with its setup or expectation.
    pub fn check_case(&self, case: &Case) -> anyhow::Result<()> {
        placements(&case.setup)?;
        if let Some(expected) = &case.expected {
            self.predicates(expected)?;
        }
        Ok(())
    }
}

/// The robot's nodes, by where they run.
pub struct Nodes {
    /// The safety gate. In real time it has a thread of its own: a controller that plans for half a
    /// second delays its commands, never the gate.
    pub gate: Box<dyn Node>,
    /// All others, in the order in which they are ticked in lockstep: the controller last, so that a
    /// command passes the gate at the instant at which it was made.
    pub others: Vec<Box<dyn Node>>,
}

/// A flat that is ready to be opened, on whatever thread it is to run.
pub struct Opening {
    /// What stands where; may be changed before it is opened.
    pub scene: Scene,
    seed: u64,
    folded: BTreeMap<String, f64>,
    model: Arc<RobotModel>,
    world: Arc<SdfWorld>,
}

impl Opening {
    /// Opens it. With `wait_for_camera`, simulated time waits for each frame.
    ///
    /// # Errors
    /// A simulator that does not start.
    pub fn open(self, wait_for_camera: bool) -> anyhow::Result<Simulation> {
        let config = SimConfig {
            seed: self.seed,
            wait_for_camera,
            initial_joints: self.folded,
            ..SimConfig::default()
        };
        Ok(Simulation::new(
            &config,
            &self.model,
            &self.world,
            self.scene,
        )?)
    }
}

/// `on(a, b) at(c, d)` as predicates.
pub fn placements(setup: &str) -> anyhow::Result<Vec<Predicate>> {
    let joined = setup
        .split_inclusive(')')
        .map(|it| it.trim().trim_start_matches(['&', ',']).trim())
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" & ");
    if joined.is_empty() {
        return Ok(Vec::new());
    }
    let placements = Predicate::parse_all(&joined).with_context(|| format!("setup {setup:?}"))?;
    if let Some(other) = placements
        .iter()
        .find(|it| !matches!(it, Predicate::On(..) | Predicate::PersonAt(..)))
    {
        anyhow::bail!(
            "setup {setup:?}: {other} cannot be set up; write on(OBJECT, PLACE) or at(PERSON, ROOM_OR_PLACE)"
        );
    }
    Ok(placements)
}

/// The checkout: `HEARTH_ROOT` (the entry script sets it), else where this was built, else a ROS prefix in which it
/// is installed, else a folder above the working directory that has `launch/config/home.yaml`.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let is_root = |folder: &Path| folder.join("launch/config/home.yaml").is_file();
    if let Some(root) = std::env::var_os("HEARTH_ROOT") {
        let root = PathBuf::from(root);
        anyhow::ensure!(
            is_root(&root),
            "HEARTH_ROOT is {}, which has no launch/config/home.yaml",
            root.display()
        );
        return Ok(root);
    }
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if is_root(&built) {
        return Ok(built.canonicalize()?);
    }
    let prefixes = std::env::var_os("AMENT_PREFIX_PATH").unwrap_or_default();
    let installed = std::env::split_paths(&prefixes).map(|it| it.join("share/hearth"));
    if let Some(root) = installed.into_iter().find(|it| is_root(it)) {
        return Ok(root);
    }
    let here = std::env::current_dir()?;
    here.ancestors().find(|it| is_root(it)).map(Path::to_path_buf).context(
        "launch/config/home.yaml was found neither where hearth was built nor above this folder; set HEARTH_ROOT to the checkout",
    )
}
