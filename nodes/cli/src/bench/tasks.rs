//! `hearth bench tasks`: commands carried out, judged by what is true in the end.

use super::machine::peak_resident_mib;
use super::suite::{self, Case};
use super::{Arguments, BUILT_IN_TASKS, Output};
use crate::body::{Body, Contacts};
use crate::report::{CommandReport, OracleVerdict, RobotVerdict};
use crate::robot::Robot;
use crate::session::Session;
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// One case with what came out.
struct Outcome {
    seed: u64,
    case: Case,
    report: CommandReport,
    contacts: Contacts,
    simulated_secs: f64,
    real_secs: f64,
}

/// Opens the flat of a seed, with things put where the setup says.
pub(crate) type Open<'a> = dyn Fn(&Robot, u64, &str) -> anyhow::Result<Body> + 'a;

pub fn run(robot: &Robot, arguments: &Arguments) -> anyhow::Result<Output> {
    let plan = Plan {
        commands: arguments.commands.as_deref(),
        seeds: arguments.seeds(),
        seed_base: arguments.seed_base(),
        budget_secs: arguments.budget_secs,
        shard: arguments.shard,
    };
    run_on(robot, &plan, BUILT_IN_TASKS, &Body::lockstep)
}

/// Which cases run, in which flats.
pub(crate) struct Plan<'a> {
    pub(crate) commands: Option<&'a Path>,
    pub(crate) seeds: u64,
    pub(crate) seed_base: u64,
    pub(crate) budget_secs: f64,
    pub(crate) shard: Option<(usize, usize)>,
}

/// Runs a suite on robots that `open` makes.
pub(crate) fn run_on(
    robot: &Robot,
    arguments: &Plan,
    built_in: &str,
    open: &Open,
) -> anyhow::Result<Output> {
    let cases = match arguments.commands {
        None => suite::parse(built_in, "the built-in suite")?,
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("reading {}", file.display()))?;
            suite::parse(&text, &file.display().to_string())?
        }
    };
    for case in &cases {
        robot
            .check_case(case)
            .with_context(|| format!("line {}: {:?}", case.line, case.command))?;
    }
    let scheduled = schedule(&cases, arguments);
    let bar = ProgressBar::new(scheduled.len() as u64).with_style(
        ProgressStyle::with_template("{pos}/{len} {wide_bar} {eta} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let mut outcomes = Vec::new();
    for (seed, case) in scheduled {
        bar.set_message(format!(
            "seed {seed}: {}",
            case.command.chars().take(40).collect::<String>()
        ));
        let outcome = run_case(robot, seed, case, arguments.budget_secs, open)
            .with_context(|| format!("seed {seed}, line {}: {:?}", case.line, case.command))?;
        bar.println(line(&outcome));
        if bar.is_hidden() {
            eprintln!("{}", line(&outcome));
        }
        bar.inc(1);
        outcomes.push(outcome);
    }
    bar.finish_and_clear();
    Ok(summarise(&outcomes))
}

/// Which command runs in which scene: all commands, all seeds, in turn.
fn schedule<'a>(cases: &'a [Case], arguments: &Plan) -> Vec<(u64, &'a Case)> {
    let seeds = arguments.seeds;
    let count = cases
        .len()
        .max(usize::try_from(seeds).unwrap_or(usize::MAX));
    let (shard, shards) = arguments.shard.unwrap_or((1, 1));
    (0..count)
        .map(|i| {
            (
                arguments.seed_base.wrapping_add(i as u64 % seeds),
                &cases[i % cases.len()],
            )
        })
        .skip(shard - 1)
        .step_by(shards)
        .collect()
}

fn run_case(
    robot: &Robot,
    seed: u64,
    case: &Case,
    budget_secs: f64,
    open: &Open,
) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    let mut session = Session::begin(robot, open(robot, seed, &case.setup)?);
    let outcome = session.command(
        &case.command,
        case.expected.as_deref(),
        budget_secs,
        &mut |_, _| {},
    )?;
    let contacts = session.contacts()?;
    let simulated_secs = session.now().as_secs_f64();
    session.close();
    Ok(Outcome {
        seed,
        case: case.clone(),
        report: outcome.report,
        contacts,
        simulated_secs,
        real_secs: began.elapsed().as_secs_f64(),
    })
}

fn is_false_done(report: &CommandReport) -> bool {
    report.robot_verdict == RobotVerdict::Done && report.oracle_verdict == OracleVerdict::NotDone
}

fn line(outcome: &Outcome) -> String {
    let report = &outcome.report;
    let mark = match report.oracle_verdict {
        OracleVerdict::Done => "ok  ",
        OracleVerdict::NotDone if is_false_done(report) => "LIE ",
        OracleVerdict::NotDone => "FAIL",
        OracleVerdict::NotJudged => "?   ",
    };
    format!(
        "{mark} seed {} {:5.0} s ({:.1}x) {:?}: {:?}{}{}",
        outcome.seed,
        report.simulated_secs,
        outcome.simulated_secs / outcome.real_secs,
        outcome.case.command,
        report.robot_verdict,
        report
            .reason
            .as_deref()
            .or(report.question.as_deref())
            .map(|it| format!(" ({it})"))
            .unwrap_or_default(),
        if outcome.contacts.persons + outcome.contacts.hard > 0 {
            format!(" CONTACTS {}", outcome.contacts.meetings.join(", "))
        } else {
            String::new()
        },
    )
}

/// A short name for why a case is not done.
fn cause(report: &CommandReport) -> String {
    if is_false_done(report) {
        return "robot says done, oracle says not".into();
    }
    if !report.understood {
        return "not understood".into();
    }
    match report.robot_verdict {
        RobotVerdict::Refused => "refused".into(),
        RobotVerdict::Asked => "asked".into(),
        RobotVerdict::Done => "done".into(),
        RobotVerdict::Failed => match report.steps.iter().rev().find(|it| it.state == "failed") {
            Some(step) => format!(
                "{}: {}",
                step.skill,
                step.reason.as_deref().unwrap_or("no reason")
            ),
            None => "time was up".into(),
        },
    }
}

fn summarise(outcomes: &[Outcome]) -> Output {
    let judged = outcomes
        .iter()
        .filter(|it| it.report.oracle_verdict != OracleVerdict::NotJudged)
        .count();
    let rate = |count: usize| {
        if judged == 0 {
            0.0
        } else {
            count as f64 / judged as f64
        }
    };
    let done = outcomes
        .iter()
        .filter(|it| it.report.oracle_verdict == OracleVerdict::Done)
        .count();
    let false_done = outcomes
        .iter()
        .filter(|it| is_false_done(&it.report))
        .count();
    let simulated: f64 = outcomes.iter().map(|it| it.simulated_secs).sum();
    let real: f64 = outcomes.iter().map(|it| it.real_secs).sum();
    let mut breakdown = BTreeMap::new();
    for outcome in outcomes
        .iter()
        .filter(|it| it.report.oracle_verdict == OracleVerdict::NotDone)
    {
        *breakdown.entry(cause(&outcome.report)).or_insert(0) += 1;
    }
    Output {
        figures: BTreeMap::from([
            ("cases", outcomes.len() as f64),
            ("judged", judged as f64),
            ("done_rate", rate(done)),
            ("false_done_rate", rate(false_done)),
            (
                "person_contacts",
                outcomes.iter().map(|it| it.contacts.persons as f64).sum(),
            ),
            (
                "hard_contacts",
                outcomes.iter().map(|it| it.contacts.hard as f64).sum(),
            ),
            (
                "sim_over_real",
                if real > 0.0 { simulated / real } else { 0.0 },
            ),
            ("rss_mib", peak_resident_mib()),
        ]),
        breakdown,
        cases: outcomes.iter().map(case_json).collect(),
        ..Output::empty("tasks")
    }
}

fn case_json(outcome: &Outcome) -> serde_json::Value {
    serde_json::json!({
        "seed": outcome.seed,
        "line": outcome.case.line,
        "setup": outcome.case.setup,
        "expected": outcome.case.expected,
        "person_contacts": outcome.contacts.persons,
        "hard_contacts": outcome.contacts.hard,
        "contacts": outcome.contacts.meetings,
        "real_secs": outcome.real_secs,
        "report": outcome.report,
    })
}
