//! `hearth bench voice`: how well the robot understands what is said to it, how soon, and how soon it stops. Judged on voices, rooms and
//! noises that nothing was tuned on; sound comes as from a microphone (`schedule`).

mod commands;
mod corpus;
mod errors;
mod hour;
mod judge;
mod schedule;
mod speed;
mod stops;
mod tally;
mod wake;

use super::Output;
use super::machine::{peak_resident_mib, resident_mib};
use super::pace::distribution;
use super::stats::quantile;
use crate::listen;
use crate::robot::Robot;
use commands::{OTHERS, paced, understand};
use corpus::{Condition, Purpose, Recording, Scene};
use hearth_models::SessionOptions;
use hearth_voice::Attention;
use hearth_voice::wake::PhoneticWake;
use indicatif::{ProgressBar, ProgressStyle};
use judge::Judge;
use serde_json::json;
use std::collections::BTreeMap;

/// How much is listened to.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Commands of each language in each condition that a figure is promised for; as many calls of the name.
    pub commands: usize,
    /// \[h\] Sound in which nobody says the robot's name.
    pub hours: f64,
}

pub fn run(robot: &Robot, size: Size) -> anyhow::Result<Output> {
    let root = robot.root.as_path();
    let all = corpus::commands(root)?;
    let scenes = corpus::wake(root)?;
    let config = listen::config(robot)?;
    let options: Option<SessionOptions> = robot.makings.params.optional("models")?;
    let options = options.unwrap_or_default();
    let bar = ProgressBar::new_spinner().with_style(
        ProgressStyle::with_template("{elapsed} {spinner} {msg}: {pos}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    let next = |what: &'static str| {
        bar.set_message(what);
        bar.set_position(0);
    };
    let mut listener = listen::listener(robot, &config)?;
    next("commands");
    let judge = Judge::new(robot, config.wake.clone())?;
    let mut understood = understand(robot, &mut listener, &judge, &all, size.commands, &bar)?;
    next("commands, waiting for their sound");
    let paced = paced(robot, &mut listener, &all, size.commands, &bar)?;
    next("stops");
    let stops = stops::measure(
        root,
        &mut listener,
        &all,
        size.commands.div_ceil(3),
        &mut || bar.inc(1),
    )?;
    next("an hour of a quiet home, minutes");
    let clean = |it: &&Recording| it.kind == Purpose::Command && it.condition() == Condition::Clean;
    let spoken: Vec<&Recording> = all.iter().filter(clean).collect();
    let hour = hour::measure(root, &mut listener, &spoken, &mut || bar.inc(1))?;
    let resident = (resident_mib(), peak_resident_mib());
    drop(listener);
    next("the robot's name, seconds");
    let woken = woken(robot, &config, &scenes, size, &bar)?;
    next("the same in Python");
    let speed = speed::measure(root, &options, &all, size.commands.min(20))?;
    bar.finish_and_clear();

    let mut output = Output::empty("voice");
    output.figures = understood.figures();
    output.figures.extend(speed.figures);
    output.figures.extend(named([
        (
            "end_of_speech_to_plan_secs_p50_paced",
            quantile(&paced, 0.5),
        ),
        ("stop_secs_p50", quantile(&stops.secs, 0.5)),
        ("stop_secs_p95", quantile(&stops.secs, 0.95)),
        ("hour_growth_mib", Some(hour.growth_mib)),
        ("rss_mib", Some(resident.0)),
        ("rss_peak_mib", Some(resident.1)),
    ]));
    output.distributions = BTreeMap::from([
        (
            "end_of_speech_to_plan_secs",
            distribution(&understood.plan_secs),
        ),
        (
            "end_of_speech_to_plan_secs_any_length",
            distribution(&understood.all_plan_secs),
        ),
        ("stop_secs", distribution(&stops.secs)),
    ]);
    output.breakdown = understood.tallies.breakdown();
    output.cases = vec![json!({
        "part": "size", "commands": size.commands, "commands_in_other_conditions": size.commands.div_ceil(OTHERS),
        "hours_without_the_name": size.hours, "pause_secs": config.speech.pause_secs, "languages": config.languages,
        "threads": options.threads,
    })];
    output.cases.extend(understood.tallies.cases());
    output.cases.append(&mut understood.cases);
    output.cases.extend(stops.cases);
    output.cases.push(hour.case);
    output.cases.extend(speed.cases);
    add_woken(&mut output, woken);
    Ok(output)
}

fn named<const N: usize>(
    figures: [(&'static str, Option<f64>); N],
) -> impl Iterator<Item = (&'static str, f64)> {
    figures
        .into_iter()
        .filter_map(|(name, it)| Some((name, it?)))
}

/// The robot's name, if there are recordings of it.
fn woken(
    robot: &Robot,
    config: &hearth_voice::Config,
    scenes: &[Scene],
    size: Size,
    bar: &ProgressBar,
) -> anyhow::Result<Option<wake::Woken>> {
    if scenes.is_empty() {
        return Ok(None);
    }
    let mut config = config.clone();
    config.attention = Attention::WakeWord;
    let mut listener = listen::listener(robot, &config)?;
    let name = PhoneticWake::new(config.wake.clone());
    let sizes = (size.commands, size.hours);
    wake::measure(
        &robot.root,
        &mut listener,
        &name,
        scenes,
        sizes,
        &mut |it| {
            bar.inc(it as u64);
        },
    )
    .map(Some)
}

fn add_woken(output: &mut Output, woken: Option<wake::Woken>) {
    let Some(woken) = woken else {
        let why = format!(
            "{} has no manifest.jsonl; `./hearth bench voice` makes it",
            corpus::WAKE
        );
        eprintln!("hearth: no figures of the robot's name: {why}");
        output.cases.push(json!({"part": "wake", "left_out": why}));
        return;
    };
    let hours = woken.hours.max(1e-9);
    output.figures.extend([
        ("wake_calls", woken.calls as f64),
        (
            "wake_miss_rate",
            woken.missed as f64 / woken.calls.max(1) as f64,
        ),
        ("wake_hours", woken.hours),
        ("wake_false_per_hour", woken.false_accepts as f64 / hours),
        (
            "wake_false_per_hour_at_most",
            woken.false_per_hour_at_most(),
        ),
        ("stop_false_per_hour", woken.false_stops as f64 / hours),
    ]);
    output.cases.extend(woken.cases);
}
