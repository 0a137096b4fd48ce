//! The robot and its home, as the files describe them: what every command of the binary starts from.

use crate::bench::Case;
use crate::parse::Planned;
use anyhow::Context;
use hearth_controller::node::ControllerNode;
use hearth_perception::PerceptionNode;
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
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that was read from files.
pub struct Robot {
    /// The repository's root.
    pub root: PathBuf,
    /// The home, as the robot is told about it.
    pub home: Arc<Home>,
    params: Params,
    roles: RobotParams,
    model: Arc<RobotModel>,
    world: SdfWorld,
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
        let roles: RobotParams = params.section("robot")?;
        let urdf = root.join(&roles.urdf);
        let text = std::fs::read_to_string(&urdf)
            .with_context(|| format!("reading {}", urdf.display()))?;
        let (model, _ignored) = RobotModel::parse(&text, &urdf.display().to_string())?;
        let home = Arc::new(load_home(&config.join("home.yaml"))?);
        Ok(Self {
            parser: Parser::new(&home, &LexiconData::embedded()?)?,
            world: SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf"))?,
            rules: SceneRules::from_file(&root.join("sim/worlds/scenes.yaml"))?,
            model: Arc::new(model),
            root,
            home,
            params,
            roles,
        })
    }

    /// The robot's nodes, in the order in which they are ticked: the gate last, so that a command
    /// passes it at the instant at which it was made.
    ///
    /// # Errors
    /// A section of the parameters that is missing or out of range.
    pub fn nodes(&self) -> anyhow::Result<Vec<Box<dyn Node>>> {
        Ok(vec![
            Box::new(self.perception()?),
            Box::new(self.planner()?),
            Box::new(self.controller()?),
            Box::new(self.gate()?),
        ])
    }

    fn perception(&self) -> anyhow::Result<PerceptionNode> {
        let config = self.params.section("perception")?;
        Ok(PerceptionNode::new(
            Arc::clone(&self.home),
            &self.model,
            config,
        )?)
    }

    fn planner(&self) -> anyhow::Result<PlannerNode> {
        let config = self.params.section("planner")?;
        Ok(PlannerNode::new(Arc::clone(&self.home), config)?)
    }

    fn controller(&self) -> anyhow::Result<ControllerNode> {
        let config = self.params.section("controller")?;
        Ok(ControllerNode::new(
            config,
            &self.roles,
            &self.model,
            Arc::clone(&self.home),
        )?)
    }

    /// The safety gate as a node.
    ///
    /// # Errors
    /// As for [`Robot::nodes`].
    pub fn gate(&self) -> anyhow::Result<GateNode> {
        let config = self.params.section("safety")?;
        Ok(GateNode::new(Gate::new(&self.model, &self.roles, config)?))
    }

    /// The flat of `seed`, with things put where `setup` says (`on(OBJECT, PLACE) …`).
    ///
    /// # Errors
    /// A setup that cannot be, a simulator that does not start.
    pub fn simulation(&self, seed: u64, setup: &str) -> anyhow::Result<Simulation> {
        let setup = placements(setup)?;
        let scene = Scene::generate(&self.rules, &self.world, &self.home, seed, &setup)?;
        let config = SimConfig {
            seed,
            ..SimConfig::default()
        };
        Ok(Simulation::new(&config, &self.model, &self.world, scene)?)
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

/// `on(a, b) on(c, d)` as predicates.
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
        .find(|it| !matches!(it, Predicate::On(..)))
    {
        anyhow::bail!("setup {setup:?}: {other} cannot be set up; write on(OBJECT, PLACE)");
    }
    Ok(placements)
}

/// The checkout: `HEARTH_ROOT` (the entry script sets it), else where this was built, else a folder above
/// the working directory that has `launch/config/home.yaml`.
fn root() -> anyhow::Result<PathBuf> {
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
    let here = std::env::current_dir()?;
    here.ancestors().find(|it| is_root(it)).map(Path::to_path_buf).context(
        "launch/config/home.yaml was found neither where hearth was built nor above this folder; set HEARTH_ROOT to the checkout",
    )
}
