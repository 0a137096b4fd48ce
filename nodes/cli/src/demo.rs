//! `hearth demo`: the flat, and commands carried out in it.

use crate::account::Account;
use crate::body::Body;
use crate::report::{RobotVerdict, RunReport};
use crate::robot::Robot;
use crate::session::Session;
use crate::trace::{self, Leg};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the demo does when no command is given: both languages, questions, a fetch, a put.
const DEFAULT_COMMANDS: &[&str] = &[
    "what is on the kitchen table?",
    "bring me the red apple",
    "可乐在哪里？",
    "把它放到边桌上",
    "how many things are on the side tables?",
];
/// So that these commands have something to work on, whatever the seed.
const DEFAULT_SETUP: &str = "on(apple, kitchen_table) on(cola, tv_stand)";

/// Arguments of `hearth demo`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Which scene: where things and people are, and what is in the way.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Runs in real time, with the nodes on threads of their own, instead of as fast as it can.
    #[arg(long)]
    realtime: bool,
    /// Simulated seconds that one command may take.
    #[arg(long, default_value_t = 400.0)]
    budget_secs: f64,
    /// Where to write the run's folder.
    #[arg(long, value_name = "DIR")]
    runs: Option<PathBuf>,
    /// Puts things somewhere first: `on(OBJECT, PLACE) …`.
    #[arg(long)]
    setup: Option<String>,
    /// What to say to the robot, one argument a command. Where the robot asks, the next one is the answer.
    #[arg(value_name = "COMMAND")]
    commands: Vec<String>,
}

/// Runs the demo.
///
/// # Errors
/// Configuration that does not load, a simulator that does not start, a folder that cannot be written.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let robot = Robot::load()?;
    let folder = run_folder(
        arguments
            .runs
            .as_deref()
            .unwrap_or(&robot.root.join("runs")),
        arguments.seed,
    )?;
    init_log(&folder)?;
    let commands: Vec<&str> = if arguments.commands.is_empty() {
        DEFAULT_COMMANDS.to_vec()
    } else {
        arguments.commands.iter().map(String::as_str).collect()
    };
    let mut account = Account::new(false);
    let setup = match &arguments.setup {
        Some(setup) => setup,
        None if arguments.commands.is_empty() => DEFAULT_SETUP,
        None => "",
    };
    let body = if arguments.realtime {
        Body::real_time(&robot, arguments.seed, setup)?
    } else {
        Body::lockstep(&robot, arguments.seed, setup)?
    };
    let mut session = Session::begin(&robot, body);
    account.line(&format!(
        "Ember's flat, seed {}: {}",
        arguments.seed,
        session.body().summary()?
    ));
    let mut report = RunReport {
        seed: arguments.seed,
        commands: Vec::new(),
    };
    let mut legs = Vec::new();
    let mut commands = commands.into_iter().peekable();
    while let Some(command) = commands.next() {
        session.prepare_answer(commands.peek().copied());
        let outcome =
            session.command(command, None, arguments.budget_secs, &mut |now, message| {
                account.observe(now, message);
            })?;
        if commands.peek().is_some() && session.take_answer().is_none() {
            // It answered a question; it is no command of its own.
            commands.next();
        }
        let mut entry = outcome.report;
        entry.frames = write_frames(
            &folder,
            report.commands.len() + 1,
            &outcome.observed.evidence,
        )?;
        account.line(&format!("  {:<11} {}", "oracle", oracle_line(&entry)));
        legs.push(Leg {
            label: leg_label(&entry),
            points_in_map: outcome.observed.path_in_map,
        });
        report.commands.push(entry);
        write_report(&folder, &report)?;
        let picture = trace::draw(&robot.home, &legs, session.world())?;
        std::fs::write(folder.join("trace.png"), picture).context("writing trace.png")?;
    }
    session.close();
    let done = report
        .commands
        .iter()
        .filter(|it| it.robot_verdict == RobotVerdict::Done)
        .count();
    account.line(&format!(
        "\n{done} of {} commands done. {}: report.json, trace.png, frames",
        report.commands.len(),
        folder.display()
    ));
    Ok(ExitCode::from(u8::from(done != report.commands.len())))
}

fn oracle_line(entry: &crate::report::CommandReport) -> String {
    use crate::report::OracleVerdict;
    let checks: Vec<String> = entry
        .oracle_checked
        .iter()
        .map(|it| {
            format!(
                "{} {} ({})",
                if it.holds { "✓" } else { "✗" },
                it.predicate,
                it.found
            )
        })
        .collect();
    let word = match entry.oracle_verdict {
        OracleVerdict::Done => "done",
        OracleVerdict::NotDone => "not done",
        OracleVerdict::NotJudged => "not judged",
    };
    format!(
        "{word}  {}  [{:.1} s simulated]",
        checks.join(", "),
        entry.simulated_secs
    )
}

fn leg_label(entry: &crate::report::CommandReport) -> String {
    let text = if entry.text.is_ascii() {
        entry.text.clone()
    } else {
        // The picture's font has Latin letters only.
        entry
            .meaning
            .clone()
            .filter(|it| it.is_ascii())
            .unwrap_or_else(|| "(command in Chinese)".into())
    };
    text.chars().take(60).collect()
}

/// Makes a folder of its own for the run: `runs/<date>-seed<seed>[-n]`.
fn run_folder(runs: &Path, seed: u64) -> anyhow::Result<PathBuf> {
    let secs = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |it| it.as_secs());
    for n in 0..1000 {
        let suffix = if n == 0 {
            String::new()
        } else {
            format!("-{n}")
        };
        let folder = runs.join(format!("{secs}-seed{seed}{suffix}"));
        std::fs::create_dir_all(runs).with_context(|| format!("making {}", runs.display()))?;
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("making {}", folder.display()));
            }
        }
    }
    anyhow::bail!("{}: too many runs within one second", runs.display())
}

/// Sends the log of all nodes to `hearth.log` in the run's folder.
fn init_log(folder: &Path) -> anyhow::Result<()> {
    let file = std::fs::File::create(folder.join("hearth.log")).context("making hearth.log")?;
    let filter = tracing_subscriber::EnvFilter::try_from_env("HEARTH_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // A second demo in one process keeps the first log; that is no reason to fail.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(file)
        .try_init();
    Ok(())
}

fn write_report(folder: &Path, report: &RunReport) -> anyhow::Result<()> {
    let text = report.to_text().context("writing report.json")?;
    std::fs::write(folder.join("report.json"), text).context("writing report.json")
}

fn write_frames(
    folder: &Path,
    command: usize,
    evidence: &std::collections::VecDeque<(String, std::sync::Arc<hearth_types::Detections>)>,
) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for (what, detections) in evidence {
        let name = format!(
            "command{command}-step{what}-{:.1}s.png",
            detections.frame.stamp.as_secs_f64()
        );
        let bytes = hearth_perception::annotate::png(detections, 3).context("drawing a frame")?;
        std::fs::write(folder.join(&name), bytes).with_context(|| format!("writing {name}"))?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
