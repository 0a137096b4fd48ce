//! `hearth bench loop`: how fast the whole loop runs, and how promptly its parts answer.

use super::machine::peak_resident_mib;
use super::stats::quantile;
use super::tick_timing::{TickTimes, Timed};
use super::{Arguments, BUILT_IN_TASKS, Output, suite};
use crate::body::Body;
use crate::robot::{Nodes, Robot};
use crate::session::Session;
use hearth_types::{Message, Stamp, Utterance};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// What the robot does while lockstep is measured: drives, looks, answers in two languages.
const LOCKSTEP_COMMANDS: [&str; 3] = [
    "what is on the kitchen table?",
    "去书房",
    "bring me something from the kitchen table",
];
/// More scenes change the figure little and take long.
const LOCKSTEP_SCENES: u64 = 3;
/// How often each sentence of the suite is parsed and planned.
const PARSE_ROUNDS: usize = 30;
/// \[s\] How long the gate's ticks are measured.
const REAL_TIME_SECS: f64 = 30.0;

pub fn run(robot: &Robot, arguments: &Arguments) -> anyhow::Result<Output> {
    let bar = ProgressBar::new_spinner().with_style(
        ProgressStyle::with_template("{spinner} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    bar.set_message("parsing and planning");
    bar.tick();
    let plan_ms = plan_times_ms(robot)?;
    let mut lockstep = Lockstep::default();
    for i in 0..arguments.seeds().min(LOCKSTEP_SCENES) {
        let seed = arguments.seed_base().wrapping_add(i);
        bar.set_message(format!("lockstep with cameras on, seed {seed}"));
        bar.tick();
        lockstep.measure(robot, seed, arguments.budget_secs)?;
    }
    bar.set_message(format!("the gate in real time, {REAL_TIME_SECS:.0} s"));
    bar.tick();
    let ticks = gate_ticks(robot, arguments.seed_base())?;
    bar.finish_and_clear();
    let worst = |values: &[f64], q| quantile(values, q).unwrap_or(f64::NAN);
    Ok(Output {
        figures: BTreeMap::from([
            (
                "sim_over_real",
                lockstep.simulated_secs / lockstep.real_secs.max(1e-9),
            ),
            ("plan_ms_p99", worst(&plan_ms, 0.99)),
            (
                "first_motion_secs_p50",
                worst(&lockstep.first_motion_secs, 0.5),
            ),
            ("safety_tick_us_p999", worst(&ticks.thread_us, 0.999)),
            ("rss_mib", peak_resident_mib()),
        ]),
        distributions: BTreeMap::from([
            ("plan_ms", distribution(&plan_ms)),
            ("safety_tick_thread_us", distribution(&ticks.thread_us)),
            ("safety_tick_wall_us", distribution(&ticks.wall_us)),
            ("safety_tick_lateness_us", distribution(&ticks.lateness_us)),
        ]),
        cases: lockstep.cases,
        ..Output::empty("loop")
    })
}

/// The quantiles that a distribution is shown by.
pub(crate) fn distribution(values: &[f64]) -> BTreeMap<&'static str, f64> {
    [
        ("p50", 0.5),
        ("p90", 0.9),
        ("p99", 0.99),
        ("p999", 0.999),
        ("max", 1.0),
    ]
    .into_iter()
    .filter_map(|(name, q)| Some((name, quantile(values, q)?)))
    .chain([("samples", values.len() as f64)])
    .collect()
}

fn plan_times_ms(robot: &Robot) -> anyhow::Result<Vec<f64>> {
    let sentences = suite::parse(BUILT_IN_TASKS, "the built-in suite")?;
    let mut times = Vec::new();
    for _ in 0..PARSE_ROUNDS {
        for case in &sentences {
            let began = Instant::now();
            let planned = robot.plan_only(&case.command)?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
            drop(planned);
        }
    }
    Ok(times)
}

#[derive(Default)]
struct Lockstep {
    simulated_secs: f64,
    real_secs: f64,
    first_motion_secs: Vec<f64>,
    cases: Vec<serde_json::Value>,
}

impl Lockstep {
    fn measure(&mut self, robot: &Robot, seed: u64, budget_secs: f64) -> anyhow::Result<()> {
        let mut session = Session::begin(robot, Body::lockstep(robot, seed, "")?);
        for command in LOCKSTEP_COMMANDS {
            let (simulated, real) = (session.now(), Instant::now());
            let outcome = session.command(command, None, budget_secs, &mut |_, _| {})?;
            let simulated_secs = session.now().secs_since(simulated);
            let real_secs = real.elapsed().as_secs_f64();
            self.simulated_secs += simulated_secs;
            self.real_secs += real_secs;
            self.first_motion_secs
                .extend(outcome.report.first_motion_secs);
            self.cases.push(serde_json::json!({
                "seed": seed, "command": command, "simulated_secs": simulated_secs, "real_secs": real_secs,
                "first_motion_secs": outcome.report.first_motion_secs,
            }));
        }
        session.close();
        Ok(())
    }
}

/// The gate's ticks in real time, while the robot drives, its camera renders and perception works.
fn gate_ticks(robot: &Robot, seed: u64) -> anyhow::Result<TickTimes> {
    let times = Arc::new(Mutex::new(TickTimes::with_room_for(REAL_TIME_SECS)));
    let gate = Timed::new(robot.gate()?, Arc::clone(&times));
    let nodes = Nodes {
        gate: Box::new(gate),
        ..robot.nodes()?
    };
    let mut body = Body::real_time_with(robot, seed, "", nodes)?;
    body.run_until(Stamp::from_secs_f64(1.5), &mut |_, _| {});
    for text in [
        "what is on the kitchen table?",
        "go to the office",
        "去厨房",
    ] {
        body.inject(Message::Utterance(Arc::new(Utterance {
            stamp: body.now(),
            text: text.to_owned(),
            language: None,
            confidence: 1.0,
            speaker: None,
        })));
    }
    body.run_until(Stamp::from_secs_f64(REAL_TIME_SECS), &mut |_, _| {});
    body.close();
    let mut times = times
        .lock()
        .map_err(|_| anyhow::anyhow!("the gate's thread panicked"))?;
    Ok(std::mem::take(&mut *times))
}
