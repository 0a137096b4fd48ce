//! `hearth bench ros`: the robot as processes that talk over ROS 2.

mod latency;
pub(super) mod peer;
mod stop;

use super::stack::{COMPOSED, SEPARATE, Stack};
use crate::bench::pace::distribution;
use crate::bench::tasks::{self, Plan};
use crate::bench::{Output, stats};
use crate::body::Body;
use crate::robot::Robot;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Commands that are carried out over ROS when none are given.
const BUILT_IN: &str = include_str!("../../../suites/ros.txt");

/// `hearth-ros bench`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to measure; the others are measured without ROS.
    suite: Suite,
    /// Which parts.
    #[arg(long, value_delimiter = ',', default_values = ["latency", "stop", "tasks"])]
    parts: Vec<Part>,
    /// How many scenes the commands go through.
    #[arg(long, default_value_t = 12)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 1000)]
    seed_base: u64,
    /// Commands instead of the built-in ones, as for `bench tasks`.
    #[arg(long, value_name = "FILE")]
    commands: Option<PathBuf>,
    /// Simulated seconds that one command may take.
    #[arg(long, default_value_t = 400.0)]
    budget_secs: f64,
    /// How often each process is killed, and stalled.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// All nodes in one process.
    #[arg(long)]
    composed: bool,
    /// Runs the same commands in lockstep too, and reports their `done_rate` as `done_rate_embedded`.
    #[arg(long)]
    compare: bool,
    /// Prints one JSON object, and nothing else on standard output; progress goes to standard error.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// On ROS 2.
    Ros,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// One way between two processes: images and small messages, ours and rclpy's.
    Latency,
    /// Until the base stands when a part of the robot dies.
    Stop,
    /// Commands carried out, judged by the oracle.
    Tasks,
}

/// Measures and prints.
pub(super) fn run(root: &Path, arguments: &Arguments, ending: &AtomicBool) -> anyhow::Result<()> {
    let Suite::Ros = arguments.suite;
    let robot = Robot::load()?;
    let mut output = Output::empty("ros");
    for part in &arguments.parts {
        match part {
            Part::Latency => latencies(root, ending, &mut output)?,
            Part::Stop => stops(&robot, arguments, &mut output)?,
            Part::Tasks => commands(&robot, arguments, &mut output)?,
        }
    }
    output.print(&robot, arguments.json)
}

fn latencies(root: &Path, ending: &AtomicBool, output: &mut Output) -> anyhow::Result<()> {
    let latencies = latency::measure(root, ending)?;
    output.figures.extend(latencies.figures());
    output.distributions.extend(latencies.distributions());
    output.cases.extend(latencies.cases()?);
    Ok(())
}

fn stops(robot: &Robot, arguments: &Arguments, output: &mut Output) -> anyhow::Result<()> {
    let stops = stop::measure(robot, arguments.seed_base, arguments.rounds)?;
    let never = stops.iter().filter(|it| it.stop_ms.is_none()).count();
    let all: Vec<f64> = stops.iter().filter_map(|it| it.stop_ms).collect();
    let figures = &mut output.figures;
    figures.insert("stops", stops.len() as f64);
    figures.insert("stops_that_never_came", never as f64);
    figures.insert(
        "drove_on_rate",
        stops.iter().filter(|it| it.drove_on).count() as f64 / stops.len().max(1) as f64,
    );
    for (name, q) in [
        ("stop_after_kill_ms_p50", 0.5),
        ("stop_after_kill_ms_p99", 0.99),
    ] {
        if let Some(value) = stats::quantile(&all, q) {
            figures.insert(name, value);
        }
    }
    for victim in SEPARATE {
        let of = |it: &&stop::Stop| it.victim == victim;
        let ms: Vec<f64> = stops
            .iter()
            .filter(of)
            .filter_map(|it| it.stop_ms)
            .collect();
        let name = match victim {
            "controller" => "stop_ms_controller",
            "planner" => "stop_ms_planner",
            _ => "stop_ms_perception",
        };
        output.distributions.insert(name, distribution(&ms));
    }
    for stop in stops {
        output.cases.push(serde_json::json!({ "stop": stop }));
    }
    Ok(())
}

fn commands(robot: &Robot, arguments: &Arguments, output: &mut Output) -> anyhow::Result<()> {
    let plan = Plan {
        commands: arguments.commands.as_deref(),
        seeds: arguments.seeds,
        seed_base: arguments.seed_base,
        budget_secs: arguments.budget_secs,
        shard: None,
    };
    let processes: &[&'static str] = if arguments.composed {
        &COMPOSED
    } else {
        &SEPARATE
    };
    let open = |robot: &Robot, seed: u64, setup: &str| -> anyhow::Result<Body> {
        Ok(Body::Ros(Box::new(Stack::open(
            robot, seed, setup, processes,
        )?)))
    };
    let over_ros = tasks::run_on(robot, &plan, BUILT_IN, &open)?;
    output.figures.extend(over_ros.figures);
    output.breakdown.extend(over_ros.breakdown);
    output.cases.extend(over_ros.cases);
    if arguments.compare {
        let embedded = tasks::run_on(robot, &plan, BUILT_IN, &Body::lockstep)?;
        if let Some(rate) = embedded.figures.get("done_rate") {
            output.figures.insert("done_rate_embedded", *rate);
        }
    }
    Ok(())
}
