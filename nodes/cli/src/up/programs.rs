//! Which processes make up the robot, and how each is called.

use super::output::say;
use super::{Arguments, NodeName};
use crate::robot::root;
use anyhow::Context;
use hearth_runtime::config::Params;
use hearth_types::RobotParams;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// One process.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) stage: Stage,
    pub(super) path: PathBuf,
    pub(super) arguments: Vec<OsString>,
}

/// The order in which processes are stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// What moves the robot: it needs everything else to be there while it stops.
    Motion,
    /// What it is told by.
    Thought,
    /// The robot itself, where it is simulated.
    Body,
}

impl Stage {
    pub(super) const ALL: [Self; 3] = [Self::Motion, Self::Thought, Self::Body];
}

/// All of them.
pub(super) struct Plan {
    pub(super) programs: Vec<Program>,
    /// To be kept while the processes run.
    pub(super) description: Option<DescriptionFile>,
}

/// Finds the programs and puts their arguments together.
pub(super) fn plan(arguments: &Arguments) -> anyhow::Result<Plan> {
    let hearth_ros = hearth_ros()?;
    let moves = arguments.composed || arguments.nodes.contains(&NodeName::Controller);
    // The frames of the links belong to the robot's body: published once, where the controller is.
    let publisher = moves.then(find_robot_state_publisher).flatten();
    let mut plan = Plan {
        programs: Vec::new(),
        description: None,
    };
    if arguments.sim {
        plan.programs.push(simulator(&hearth_ros, arguments));
    }
    if let Some(path) = &publisher {
        let file = DescriptionFile::write(&robot_description(arguments)?)?;
        plan.programs
            .push(robot_state_publisher(path, &file, arguments));
        plan.description = Some(file);
    } else if moves {
        say(
            "robot_state_publisher is not installed: the controller publishes the frames of the robot's links",
        );
    }
    for (name, stage) in chosen(arguments) {
        plan.programs.push(Program {
            name,
            stage,
            path: hearth_ros.clone(),
            arguments: node_arguments(name, stage, publisher.is_some(), arguments),
        });
    }
    Ok(plan)
}

fn chosen(arguments: &Arguments) -> Vec<(&'static str, Stage)> {
    if arguments.composed {
        return vec![("composed", Stage::Motion)];
    }
    let all = [
        (NodeName::Controller, "controller", Stage::Motion),
        (NodeName::Planner, "planner", Stage::Thought),
        (NodeName::Perception, "perception", Stage::Thought),
        (NodeName::Voice, "voice", Stage::Thought),
    ];
    let wanted = |node: &NodeName| {
        arguments.nodes.contains(node) || *node == NodeName::Voice && arguments.voice
    };
    all.into_iter()
        .filter(|(node, ..)| wanted(node))
        .map(|(_, name, stage)| (name, stage))
        .collect()
}

fn node_arguments(
    name: &str,
    stage: Stage,
    has_publisher: bool,
    arguments: &Arguments,
) -> Vec<OsString> {
    let mut all: Vec<OsString> = vec!["node".into(), name.into()];
    let files = [("--config", &arguments.config), ("--home", &arguments.home)]
        .into_iter()
        .filter_map(|(flag, file)| Some((flag, file.as_ref()?)))
        .chain(arguments.overlay.iter().map(|it| ("--overlay", it)));
    for (flag, file) in files {
        all.extend([flag.into(), file.into()]);
    }
    if arguments.composed && arguments.voice {
        all.push("--voice".into());
    }
    let mut parameters = vec![format!("use_sim_time:={}", arguments.sim)];
    if stage == Stage::Motion {
        parameters.push(format!("ros.publish_robot_tf:={}", !has_publisher));
    }
    all.extend(ros_arguments(&parameters, arguments));
    all
}

fn simulator(hearth_ros: &Path, arguments: &Arguments) -> Program {
    let seed = arguments.seed.to_string();
    let mut all: Vec<OsString> = ["sim", "--ros", "--seed", &seed].map(Into::into).into();
    all.extend(ros_arguments(&[], arguments));
    Program {
        name: "sim",
        stage: Stage::Body,
        path: hearth_ros.to_owned(),
        arguments: all,
    }
}

fn robot_state_publisher(path: &Path, file: &DescriptionFile, arguments: &Arguments) -> Program {
    let mut all = ros_arguments(&[format!("use_sim_time:={}", arguments.sim)], arguments);
    all.extend(["--params-file".into(), file.0.clone().into()]);
    Program {
        name: "robot_state_publisher",
        stage: Stage::Thought,
        path: path.to_owned(),
        arguments: all,
    }
}

fn ros_arguments(parameters: &[String], arguments: &Arguments) -> Vec<OsString> {
    let mut all: Vec<OsString> = vec!["--ros-args".into()];
    for parameter in parameters {
        all.extend(["-p".into(), parameter.into()]);
    }
    if let Some(namespace) = &arguments.namespace {
        let absolute = format!("__ns:=/{}", namespace.trim_start_matches('/'));
        all.extend(["-r".into(), absolute.into()]);
    }
    // Last, so that what a person wrote wins.
    let own = arguments.ros_arguments.iter();
    all.extend(own.filter(|it| *it != "--ros-args").map(OsString::from));
    all
}

/// `$HEARTH_ROS_BIN`, else what lies beside this program.
fn hearth_ros() -> anyhow::Result<PathBuf> {
    let path = match std::env::var_os("HEARTH_ROS_BIN") {
        Some(path) => PathBuf::from(path),
        None => std::env::current_exe()
            .context("finding this program")?
            .with_file_name("hearth-ros"),
    };
    anyhow::ensure!(
        path.is_file(),
        "there is no {}: `./hearth up` builds it; another place can be named by HEARTH_ROS_BIN",
        path.display()
    );
    Ok(path)
}

fn find_robot_state_publisher() -> Option<PathBuf> {
    const NAME: &str = "robot_state_publisher";
    let folders = |variable: &str| -> Vec<PathBuf> {
        std::env::var_os(variable)
            .map(|it| std::env::split_paths(&it).collect())
            .unwrap_or_default()
    };
    let in_prefixes = folders("AMENT_PREFIX_PATH")
        .into_iter()
        .map(|it| it.join("lib").join(NAME));
    in_prefixes
        .chain(folders("PATH"))
        .map(|it| it.join(NAME))
        .find(|it| it.is_file())
}

fn robot_description(arguments: &Arguments) -> anyhow::Result<String> {
    let root = root()?;
    let config = match &arguments.config {
        Some(file) => file.clone(),
        None => root.join("launch/config/ember.yaml"),
    };
    let roles: RobotParams = Params::load(&config)?.section("robot")?;
    let urdf = root.join(roles.urdf);
    std::fs::read_to_string(&urdf).with_context(|| format!("reading {}", urdf.display()))
}

/// A parameter file that holds the robot's URDF, removed in the end.
#[derive(Debug)]
pub(super) struct DescriptionFile(PathBuf);

impl DescriptionFile {
    fn write(urdf: &str) -> anyhow::Result<Self> {
        let name = format!("hearth-up-{}.yaml", std::process::id());
        let path = std::env::temp_dir().join(name);
        // JSON is YAML, and quotes whatever a URDF may hold.
        let text = serde_json::json!({
            "/**": { "ros__parameters": { "robot_description": urdf } }
        });
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut file| file.write_all(text.to_string().as_bytes()))
            .with_context(|| format!("writing {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for DescriptionFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
