//! One managed ROS node: which parts of Hearth are in it, and from which files.

use super::log;
use crate::listen;
use crate::robot::Makings;
use clap::{Args, ValueEnum};
use hearth_controller::config::{Config as ControllerConfig, Provider};
use hearth_perception::annotate;
use hearth_ros::config::{Localizer, MouthPlace, Navigator, RosConfig};
use hearth_ros::host::core::Nodes;
use hearth_ros::host::{self, Annotate, Ending, Role, Spec};
use hearth_ros::parameters::Parameters;
use hearth_runtime::config::{Params, load_home};
use hearth_types::{Detections, Home, Node};
use hearth_voice::{Conversation, VoiceNode};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How much larger than the camera's the picture of what was detected is.
const PICTURE_SCALE: u32 = 2;

/// `hearth-ros node`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Which.
    name: Name,
    /// The robot's parameters.
    #[arg(long, value_name = "FILE", default_value = "launch/config/ember.yaml")]
    config: PathBuf,
    /// Laid over them: a file of the same form that has only what differs. May be repeated.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// Rooms, places, things and people.
    #[arg(long, value_name = "FILE", default_value = "launch/config/home.yaml")]
    home: PathBuf,
    /// In `composed`: the robot hears and speaks, too.
    #[arg(long)]
    voice: bool,
    /// Stays unconfigured until somebody else walks it through its lifecycle.
    #[arg(long)]
    no_autostart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Camera to world.
    Perception,
    /// Words to motions.
    Planner,
    /// Motions to actuators, through the safety gate.
    Controller,
    /// All three in one process; values pass in memory. With --voice, the voice too.
    Composed,
    /// Sound to words and stops, and what the robot says to sound.
    Voice,
}

impl Name {
    fn roles(self, with_voice: bool) -> Vec<Role> {
        match self {
            Self::Perception => vec![Role::Perception],
            Self::Planner => vec![Role::Planner],
            Self::Controller => vec![Role::Controller],
            Self::Composed => {
                let voice = with_voice.then_some(Role::Voice);
                Role::BODY.into_iter().chain(voice).collect()
            }
            Self::Voice => vec![Role::Voice],
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Perception => "perception",
            Self::Planner => "planner",
            Self::Controller => "controller",
            Self::Composed => "composed",
            Self::Voice => "voice",
        }
    }
}

/// Runs until the end is wanted.
pub(super) fn run(
    root: &Path,
    arguments: &Arguments,
    ending: Arc<AtomicBool>,
) -> anyhow::Result<()> {
    let log = log();
    let config = beside(root, &arguments.config);
    let overlays: Vec<PathBuf> = arguments
        .overlay
        .iter()
        .map(|it| beside(root, it))
        .collect();
    let parameters = Parameters::load(&config, &overlays)?;
    let home = Arc::new(load_home(&beside(root, &arguments.home))?);
    anyhow::ensure!(
        !arguments.voice || matches!(arguments.name, Name::Composed | Name::Voice),
        "--voice goes with composed; the voice alone is `node voice`"
    );
    let roles = arguments.name.roles(arguments.voice);
    let speaks = roles.contains(&Role::Voice);
    let perceives = roles.contains(&Role::Perception);
    let makings = Source {
        root: root.to_owned(),
        home,
    };
    let describing = makings.clone();
    let building = roles.clone();
    let end = host::run(Spec {
        name: arguments.name.text(),
        parameters,
        build: Box::new(move |params| makings.nodes(params, &building).map_err(words)),
        describe: Box::new(move |params| describing.robot(params).map_err(words)),
        devices: speaks.then(|| super::voice::devices(root)),
        annotate: perceives.then(annotator),
        autostart: !arguments.no_autostart,
        log: Some(log),
        ending,
        roles,
    })?;
    match end {
        Ending::Wanted => Ok(()),
        Ending::CutOff => Err(super::begin_again(Vec::new())),
    }
}

/// As given if it is there, seen from the working directory; else from the checkout's root.
pub(super) fn beside(root: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() || path.exists() {
        path.to_owned()
    } else {
        root.join(path)
    }
}

fn words(error: anyhow::Error) -> String {
    format!("{error:#}")
}

fn annotator() -> Annotate {
    Box::new(|detections: &Detections| annotate::rgb(detections, PICTURE_SCALE).ok())
}

/// What does not change with the parameters.
#[derive(Clone)]
struct Source {
    root: PathBuf,
    home: Arc<Home>,
}

impl Source {
    fn makings(&self, params: &Params) -> anyhow::Result<Makings> {
        Makings::read(&self.root, params.clone(), Arc::clone(&self.home))
    }

    fn nodes(&self, params: &Params, roles: &[Role]) -> anyhow::Result<Nodes> {
        let makings = self.makings(params)?;
        let mut nodes = Nodes {
            control: Vec::new(),
            others: Vec::new(),
        };
        for role in roles {
            let node: Box<dyn Node> = match role {
                Role::Perception => Box::new(makings.perception()?),
                Role::Planner => Box::new(makings.planner()?),
                Role::Controller => {
                    nodes.control.push(Box::new(makings.gate()?));
                    Box::new(makings.controller()?)
                }
                Role::Voice => {
                    let config = listen::config_of(params)?;
                    let ears = listen::listener_of(&makings, &config)?;
                    let mut conversation = Conversation::after_a_fall(&config, ears);
                    let ros: RosConfig = params.section("ros")?;
                    if ros.voice.mouth == MouthPlace::None {
                        conversation = conversation.without_mouth();
                    }
                    Box::new(VoiceNode::new(&config, conversation))
                }
            };
            nodes.others.push(node);
        }
        // Where the camera's pictures are.
        if roles.contains(&Role::Perception)
            && let Some(node) = makings.open_questions()?
        {
            nodes.others.push(Box::new(node));
        }
        Ok(nodes)
    }

    fn robot(&self, params: &Params) -> anyhow::Result<host::Robot> {
        let makings = self.makings(params)?;
        let perception: hearth_perception::Config = params.section("perception")?;
        let ros: RosConfig = params.section("ros")?;
        agree(&ros, &params.section("controller")?)?;
        Ok(host::Robot {
            ros,
            camera_frame: perception.camera_frame,
            gripper_joint: makings.roles.gripper_joint,
            urdf: makings.urdf,
            model: makings.model,
        })
    }
}

/// Who localises and who drives is said in two sections, which must not contradict each other.
fn agree(ros: &RosConfig, controller: &ControllerConfig) -> anyhow::Result<()> {
    let foreign = ros.localization == Localizer::Tf;
    let expects_foreign = controller.localization.source == Provider::External;
    anyhow::ensure!(
        foreign == expects_foreign,
        "ros.localization is {:?}, but controller.localization.source is {:?}: use own with own, tf with external",
        ros.localization,
        controller.localization.source
    );
    let nav2 = ros.navigation == Navigator::Nav2;
    let expects_nav2 = controller.navigation.driver == Provider::External;
    anyhow::ensure!(
        nav2 == expects_nav2,
        "ros.navigation is {:?}, but controller.navigation.driver is {:?}: use own with own, nav2 with external",
        ros.navigation,
        controller.navigation.driver
    );
    Ok(())
}
