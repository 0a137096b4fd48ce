//! `hearth bench`: measurements that anyone can repeat.

mod machine;
pub(crate) mod pace;
mod perception;
mod python;
pub(crate) mod stats;
mod suite;
pub(crate) mod tasks;
mod tick_timing;
mod voice;

pub use suite::{Case, SuiteError, parse as parse_suite};

use crate::account::print_line;
use crate::robot::Robot;
use machine::Machine;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// The cases of `bench tasks`, and the sentences that `bench loop` parses.
const BUILT_IN_TASKS: &str = include_str!("../../suites/tasks.txt");

/// Arguments of `hearth bench`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to measure.
    suite: SuiteName,
    /// How many scenes: the cases go through seeds seed-base, seed-base+1, … in turn. Every command of
    /// the suite runs at least once, and every seed is used at least once. Without: 20; for `perception`, 60. For `voice`: how
    /// many commands of each language, 30.
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed. Without: 1000; for `perception`, 700000.
    #[arg(long)]
    seed_base: Option<u64>,
    /// Commands instead of the built-in ones: a file with one command a line, or a command, a tab and
    /// what the oracle must find in the end.
    #[arg(long, value_name = "FILE")]
    commands: Option<PathBuf>,
    /// Simulated seconds that one command may take.
    #[arg(long, default_value_t = 400.0)]
    budget_secs: f64,
    /// Runs every n-th case only, beginning with the k-th: `k/n`, as for several machines.
    #[arg(long, value_name = "K/N", value_parser = parse_shard)]
    shard: Option<(usize, usize)>,
    /// For `voice`: hours of sound without the robot's name in it, of the 2.4 that there are.
    #[arg(long, default_value_t = 0.2)]
    hours: f64,
    /// For `voice`: other recordings, a folder with a manifest.jsonl as models/voice/corpus.py writes it.
    #[arg(long, value_name = "FOLDER")]
    recordings: Option<PathBuf>,
    /// For `voice`: only this part of it; may be given again.
    #[arg(long, value_name = "PART")]
    only: Vec<voice::VoicePart>,
    /// Prints one JSON object, and nothing else on standard output; progress goes to standard error.
    #[arg(long)]
    json: bool,
    /// One part of `perception`, as it starts itself for it.
    #[arg(long, hide = true, requires = "pictures")]
    part: Option<Part>,
    /// The pictures of that part.
    #[arg(long, hide = true)]
    pictures: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Time and memory.
    Speed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SuiteName {
    /// Commands carried out in simulated flats, judged by the oracle.
    Tasks,
    /// Speed of the simulation, latencies of planning and safety, memory.
    Loop,
    /// What the detector finds in pictures of new scenes, by words; what it costs, beside the same network in Python.
    Perception,
    /// How well spoken commands are understood, how soon; how soon a spoken stop acts; the robot's name; beside Moonshine and
    /// Whisper in Python.
    Voice,
}

impl SuiteName {
    /// How many scenes, and the first one's seed, if the caller does not say.
    fn scenes(self) -> (u64, u64) {
        match self {
            Self::Tasks | Self::Loop => (20, 1000),
            Self::Perception => (60, 700_000),
            Self::Voice => (30, 0),
        }
    }
}

impl Arguments {
    fn seeds(&self) -> u64 {
        self.seeds.unwrap_or(self.suite.scenes().0)
    }

    fn seed_base(&self) -> u64 {
        self.seed_base.unwrap_or(self.suite.scenes().1)
    }

    fn voice(&self) -> anyhow::Result<voice::Scope> {
        anyhow::ensure!(
            (0.0..=100.0).contains(&self.hours),
            "--hours is {}, but it must be between 0 and 100",
            self.hours
        );
        Ok(voice::Scope {
            commands: usize::try_from(self.seeds())?,
            hours: self.hours,
            recordings: self.recordings.clone(),
            parts: self.only.clone(),
        })
    }
}

/// What a benchmark prints.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    suite: &'static str,
    machine: Machine,
    commit: String,
    pub(crate) figures: BTreeMap<&'static str, f64>,
    /// Counts by word, such as failures by cause.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) breakdown: BTreeMap<String, u64>,
    /// Distributions: name to quantiles.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) distributions: BTreeMap<&'static str, BTreeMap<&'static str, f64>>,
    pub(crate) cases: Vec<serde_json::Value>,
}

impl Output {
    /// Of this machine, with nothing measured yet.
    pub(crate) fn empty(suite: &'static str) -> Self {
        Self {
            suite,
            machine: Machine::here(),
            commit: String::new(),
            figures: BTreeMap::new(),
            breakdown: BTreeMap::new(),
            distributions: BTreeMap::new(),
            cases: Vec::new(),
        }
    }

    /// Prints it, as JSON or as a table.
    pub(crate) fn print(mut self, robot: &Robot, json: bool) -> anyhow::Result<()> {
        self.commit = machine::commit(&robot.root);
        if json {
            print_line(&serde_json::to_string(&self)?);
        } else {
            print_table(&self);
        }
        Ok(())
    }
}

fn parse_shard(text: &str) -> Result<(usize, usize), String> {
    text.split_once('/')
        .and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)))
        .filter(|(k, n)| 1 <= *k && k <= n)
        .ok_or_else(|| format!("{text:?} is not K/N with 1 <= K <= N"))
}

/// Runs a benchmark.
///
/// # Errors
/// Files that do not read, a simulator that does not start.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        arguments.seeds() > 0,
        "--seeds is 0, but it must be at least 1"
    );
    if let (Some(Part::Speed), Some(pictures)) = (arguments.part, &arguments.pictures) {
        return perception::measure_speed(pictures);
    }
    let robot = Robot::load()?;
    let output = match arguments.suite {
        SuiteName::Tasks => tasks::run(&robot, arguments)?,
        SuiteName::Loop => pace::run(&robot, arguments)?,
        SuiteName::Perception => perception::run(&robot, arguments.seeds(), arguments.seed_base())?,
        SuiteName::Voice => voice::run(&robot, &arguments.voice()?)?,
    };
    output.print(&robot, arguments.json)?;
    Ok(ExitCode::SUCCESS)
}

fn print_table(output: &Output) {
    let machine = &output.machine;
    print_line(&format!(
        "{} at {}, {} cores, {}, {} GiB",
        output.suite, output.commit, machine.cores, machine.model, machine.memory
    ));
    for (name, value) in &output.figures {
        print_line(&format!("  {name:<28} {value:.4}"));
    }
    for (name, quantiles) in &output.distributions {
        let text: Vec<String> = quantiles
            .iter()
            .map(|(q, value)| format!("{q} {value:.3}"))
            .collect();
        print_line(&format!("  {name:<28} {}", text.join("  ")));
    }
    for (cause, count) in &output.breakdown {
        print_line(&format!("  {count:>4} x {cause}"));
    }
}
