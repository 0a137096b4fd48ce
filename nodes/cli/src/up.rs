//! `hearth up`: the robot's ROS 2 processes, kept running, where `ros2 launch` is absent.
//!
//! The same set as `launch/robot.launch.py` and, with `--sim`, `launch/sim.launch.py`.

mod guard;
mod output;
mod programs;
mod restarts;
mod signals;
mod supervisor;

pub use guard::{Arguments as GuardArguments, run as run_guarded};

use clap::ValueEnum;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use supervisor::{Ending, Policy, Supervisor};

/// Arguments of `hearth up`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Starts the simulated flat too, as the robot, and lets the nodes live on its time.
    #[arg(long)]
    sim: bool,
    /// Which things stand where in the flat.
    #[arg(long, value_name = "N", default_value_t = 7, requires = "sim")]
    seed: u64,
    /// All nodes in one process.
    #[arg(long, conflicts_with = "nodes")]
    composed: bool,
    /// The robot hears and speaks, here: a process `voice`, or with --composed within the one.
    #[arg(long)]
    voice: bool,
    /// What runs on this computer, joined by commas.
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "perception,planner,controller"
    )]
    nodes: Vec<NodeName>,
    /// The robot's parameters, instead of launch/config/ember.yaml.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A file of the same form laid over them; may be repeated.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// The home, instead of launch/config/home.yaml.
    #[arg(long, value_name = "FILE")]
    home: Option<PathBuf>,
    /// ROS namespace of all nodes.
    #[arg(long, value_name = "NS")]
    namespace: Option<String>,
    /// A process that was told to stop and has not is killed after this.
    #[arg(long, value_name = "SECS", default_value_t = 5.0, value_parser = seconds)]
    grace_secs: f64,
    /// A process that died is started again after this; each time that it dies soon again, after twice as long.
    #[arg(long, value_name = "SECS", default_value_t = 0.5, value_parser = seconds)]
    restart_delay_secs: f64,
    /// After this many deaths in a row, each within ten seconds, everything is stopped.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    quick_deaths: u32,
    /// Arguments of ROS for all processes, such as `-- -r scan:=front/scan --log-level debug`.
    #[arg(last = true, value_name = "ROS_ARGS")]
    ros_arguments: Vec<String>,
}

/// A node that may run on this computer or on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum NodeName {
    Perception,
    Planner,
    Controller,
    Voice,
}

/// Starts the processes and keeps them running until told to stop.
///
/// # Errors
/// A missing program, a configuration that does not load.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    // The description is there as long as somebody may read it.
    let programs::Plan {
        programs,
        description: _description,
    } = programs::plan(arguments)?;
    let policy = Policy {
        grace: Duration::from_secs_f64(arguments.grace_secs),
        first_delay: Duration::from_secs_f64(arguments.restart_delay_secs),
        quick_deaths: arguments.quick_deaths,
    };
    let names: Vec<&str> = programs.iter().map(|it| it.name).collect();
    output::say(&format!(
        "starting {}; Ctrl-C stops them, the controller first",
        names.join(", ")
    ));
    let ending = Supervisor::new(programs, policy)?.run();
    Ok(ExitCode::from(match ending {
        Ending::Asked => 0,
        Ending::GaveUp => 1,
    }))
}

/// A time span that a person would wait.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(secs) if (0.0..=3600.0).contains(&secs) => Ok(secs),
        _ => Err("expected seconds, from 0 to 3600".to_owned()),
    }
}
