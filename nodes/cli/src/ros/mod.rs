//! The ROS 2 side of the binary: one node a process, all in one, or the simulated flat as a robot.

mod bench;
mod node;
mod sim;
mod stack;
mod voice;

use crate::robot::root;
use anyhow::Context;
use clap::{Parser, Subcommand};
use hearth_ros::host::rosout::{Line, RosoutLayer};
use hearth_ros::host::signals;
pub use stack::Stack;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Hearth on ROS 2. What follows --ros-args is ROS's: remappings, parameters, namespace, log level.
#[derive(Debug, Parser)]
#[command(name = "hearth-ros", version)]
struct Cli {
    #[command(subcommand)]
    command: Process,
}

#[derive(Debug, Subcommand)]
enum Process {
    /// Runs one managed ROS node until SIGINT or SIGTERM; the robot stands before it ends.
    Node(node::Arguments),
    /// Runs the simulated flat as a robot: sensors out, velocities and joint commands in, /clock.
    Sim(sim::Arguments),
    /// Measures: `ros` (latencies, stops, commands over ROS). The other suites are `hearth bench`'s.
    Bench(bench::Arguments),
    /// One end of a latency measurement.
    #[command(hide = true)]
    BenchPeer(bench::peer::Arguments),
}

/// Runs the command line; exit code 0 after a clean end, 1 with an error.
pub fn run() -> ExitCode {
    match run_process() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hearth-ros: {error:#}");
            ExitCode::from(1)
        }
    }
}

fn run_process() -> anyhow::Result<()> {
    let root = root()?;
    let own = own_arguments(std::env::args_os());
    let cli = Cli::parse_from(own);
    set_environment(&root, matches!(cli.command, Process::Bench(_)))?;
    let ending = signals::watch().context("watching for signals")?;
    match cli.command {
        Process::Node(arguments) => node::run(&root, &arguments, ending),
        Process::Sim(arguments) => sim::run(&root, &arguments, &ending),
        Process::Bench(arguments) => bench::run(&root, &arguments, &ending),
        Process::BenchPeer(arguments) => bench::peer::run(&arguments),
    }
}

/// What comes before `--ros-args`, and behind a `--` that ends it.
fn own_arguments(all: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut own = Vec::new();
    let mut is_own = true;
    for argument in all {
        match argument.to_str() {
            Some("--ros-args") => is_own = false,
            Some("--") if !is_own => is_own = true,
            _ if is_own => own.push(argument),
            _ => {}
        }
    }
    own
}

/// Fast DDS's own settings drop images between processes (see launch/config/fastdds.xml). It reads the file that an
/// environment variable names, when it is loaded; so without that variable the process begins again with it. A
/// measurement is also kept apart from whatever else speaks ROS on this machine or network.
fn set_environment(root: &Path, measures: bool) -> anyhow::Result<()> {
    // Its name up to Fast DDS 2, and from 3 on.
    const PROFILES: [&str; 2] = [
        "FASTRTPS_DEFAULT_PROFILES_FILE",
        "FASTDDS_DEFAULT_PROFILES_FILE",
    ];
    const APART: &str = "HEARTH_BENCH_APART";
    let is_set = |name: &str| std::env::var_os(name).is_some();
    let mut missing: Vec<(&str, OsString)> = Vec::new();
    let profile = root.join("launch/config/fastdds.xml");
    if !PROFILES.iter().all(|it| is_set(it)) && profile.is_file() {
        // Whoever chose a profile by either name is obeyed.
        let chosen = PROFILES.iter().find_map(std::env::var_os);
        let profile = chosen.unwrap_or_else(|| profile.into_os_string());
        missing.extend(PROFILES.map(|it| (it, profile.clone())));
    }
    if measures && !is_set(APART) {
        let domain = 1 + std::process::id() % 100;
        missing.push(("ROS_DOMAIN_ID", domain.to_string().into()));
        missing.push(("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST".into()));
        missing.push((APART, "1".into()));
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(begin_again(missing))
}

/// Starts this program again in its own place, with these variables; comes back only if that fails.
fn begin_again(variables: Vec<(&str, OsString)>) -> anyhow::Error {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return error.into(),
    };
    let error = Command::new(&program)
        .args(std::env::args_os().skip(1))
        .envs(variables)
        .exec();
    anyhow::Error::new(error).context(format!("starting {} again", program.display()))
}

/// Logs to the terminal, and to `/rosout` through what comes back.
fn log() -> crossbeam_channel::Receiver<Line> {
    let (rosout, lines) = RosoutLayer::new();
    let filter =
        || EnvFilter::try_from_env("HEARTH_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::registry()
        .with(
            tracing_subscriber::fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(std::io::stderr().is_terminal())
                .with_target(false)
                .with_filter(filter()),
        )
        .with(rosout.with_filter(EnvFilter::new("info")))
        .init();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ross_is_left_to_ros() {
        let all = [
            "hearth-ros",
            "node",
            "planner",
            "--ros-args",
            "-p",
            "a:=1",
            "--",
            "--home",
            "x.yaml",
        ];
        let own = own_arguments(all.into_iter().map(OsString::from));
        assert_eq!(own, ["hearth-ros", "node", "planner", "--home", "x.yaml"]);
    }
}
