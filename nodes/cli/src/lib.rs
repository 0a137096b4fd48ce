//! Composes the nodes with the simulated flat, shows what happens, and measures it.
//!
//! The binary is [`run`] alone; all else is a library so that tests put the same parts together.

pub mod account;
pub mod bench;
pub mod body;
pub mod demo;
pub mod listen;
pub mod models;
pub mod oracle;
pub mod parse;
pub mod recorder;
pub mod report;
pub mod robot;
#[cfg(feature = "ros")]
pub mod ros;
pub mod session;
pub mod sim_render;
pub mod trace;
pub mod up;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Hearth: a control runtime for home companion robots.
///
/// `./hearth test`, which the entry script handles itself, runs every check that CI runs. On ROS 2, which it finds or sets
/// up: `./hearth node NAME` (one managed node), `./hearth sim --ros` (the flat as a robot), `./hearth bench ros`; each
/// explains itself with --help.
#[derive(Debug, Parser)]
#[command(name = "hearth", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Opens the simulated flat and lets the robot carry out commands.
    ///
    /// Shows what the robot hears, understands, plans, does, sees and concludes, and writes
    /// runs/<id>/ with report.json, trace.png and the camera frames that decided.
    /// Exit code: 0 if the robot reports each command as done, 1 otherwise.
    Demo(demo::Arguments),
    /// Says what a text means, and the plan for it, without a world.
    ///
    /// Exit code: 0 if it was understood, 2 if not.
    Parse(parse::Arguments),
    /// Hears what is said in WAV files or at the microphone: level, speech, words, meaning; with --act the robot does it.
    ///
    /// Exit code: 0 if all of it was understood (with --act: done), 2 if not.
    Listen(listen::Arguments),
    /// Measures: `tasks` (commands carried out, judged by the oracle), `loop` (speed and latencies), `perception` (what the
    /// detector finds by words, and what it costs).
    Bench(bench::Arguments),
    /// The trained models: lists them, fetches them, verifies them.
    Models(models::Arguments),
    /// Starts the robot's ROS 2 processes and keeps them running: what launch/robot.launch.py does, without `ros2 launch`.
    ///
    /// Exit code: 0 if it was told to stop (SIGINT, SIGTERM), 1 if a process could not be kept running.
    Up(up::Arguments),
    /// The simulated flat: pictures of it to train on. (`./hearth sim --ros` starts it as a robot on ROS 2.)
    #[command(subcommand)]
    Sim(sim_render::Command),
    /// What `up` starts its processes through, so that none outlives it.
    #[command(hide = true)]
    Guard(up::GuardArguments),
}

/// Runs the command line; exit codes as `hearth --help` says.
pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Parse(arguments) => parse::run(&arguments),
        Command::Listen(arguments) => listen::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Models(arguments) => models::run(&arguments),
        Command::Up(arguments) => up::run(&arguments),
        Command::Sim(command) => sim_render::run(&command),
        Command::Guard(arguments) => up::run_guarded(&arguments),
    };
    result.unwrap_or_else(|error| {
        eprintln!("hearth: {error:#}");
        ExitCode::from(1)
    })
}
