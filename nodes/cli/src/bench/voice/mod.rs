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
use corpus::{Condition, Purpose, Recording};
use hearth_models::SessionOptions;
use hearth_voice::Attention;
use indicatif::{ProgressBar, ProgressStyle};
use judge::Judge;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What is listened to.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Commands of each language in each condition that a figure is promised for; as many calls of the name.
    pub commands: usize,
    /// \[h\] Sound in which nobody says the robot's name.
    pub hours: f64,
    /// Folder of the commands and stops.
    pub recordings: Option<PathBuf>,
    /// What is measured; all if none is named.
    pub parts: Vec<VoicePart>,
}

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum VoicePart {
    /// What commands come to, and how soon.
    Commands,
    /// How soon a spoken stop leaves for the safety gate.
    Stops,
    /// An hour of a quiet home: whether memory grows.
    Hour,
    /// The robot's name.
    Wake,
    /// Recognition by itself, beside Python.
    Speed,
}

pub fn run(robot: &Robot, scope: &Scope) -> anyhow::Result<Output> {
    let mut bench = Bench::new(robot, scope)?;
    let mut output = Output::empty("voice");
    output.cases.push(bench.about());
    let wants = |part| scope.parts.is_empty() || scope.parts.contains(&part);
    if wants(VoicePart::Commands) {
        bench.commands(&mut output)?;
    }
    if wants(VoicePart::Stops) {
        bench.stops(&mut output)?;
    }
    if wants(VoicePart::Hour) {
        bench.hour(&mut output)?;
    }
    if wants(VoicePart::Wake) {
        bench.wake(&mut output)?;
    }
    if wants(VoicePart::Speed) {
        bench.speed(&mut output)?;
    }
    bench.bar.finish_and_clear();
    Ok(output)
}

/// What the parts share.
struct Bench<'a> {
    robot: &'a Robot,
    scope: &'a Scope,
    config: hearth_voice::Config,
    options: SessionOptions,
    all: Vec<Recording>,
    bar: ProgressBar,
}

impl<'a> Bench<'a> {
    fn new(robot: &'a Robot, scope: &'a Scope) -> anyhow::Result<Self> {
        let usual = robot.root.join(corpus::COMMANDS);
        let recordings = scope.recordings.as_ref().unwrap_or(&usual);
        // The robot's name is called in recordings of its own.
        let only_the_name = scope.parts == [VoicePart::Wake];
        let options: Option<SessionOptions> = robot.makings.params.optional("models")?;
        Ok(Self {
            robot,
            scope,
            config: listen::config(robot)?,
            options: options.unwrap_or_default(),
            all: if only_the_name {
                Vec::new()
            } else {
                corpus::commands(recordings)?
            },
            bar: ProgressBar::new_spinner().with_style(
                ProgressStyle::with_template("{elapsed} {spinner} {msg}: {pos}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            ),
        })
    }

    fn about(&self) -> Value {
        json!({
            "part": "size", "commands": self.scope.commands,
            "commands_in_other_conditions": self.scope.commands.div_ceil(OTHERS),
            "hours_without_the_name": self.scope.hours, "pause_secs": self.config.speech.pause_secs,
            "languages": self.config.languages, "threads": self.options.threads,
        })
    }

    fn next(&self, what: &'static str) {
        self.bar.set_message(what);
        self.bar.set_position(0);
    }

    fn commands(&mut self, output: &mut Output) -> anyhow::Result<()> {
        self.next("commands");
        let mut listener = listen::listener(self.robot, &self.config)?;
        let judge = Judge::new(self.robot, self.config.wake.clone())?;
        let most = self.scope.commands;
        let mut found = understand(
            self.robot,
            &mut listener,
            &judge,
            &self.all,
            most,
            &self.bar,
        )?;
        self.next("commands, waiting for their sound");
        let paced = paced(self.robot, &mut listener, &self.all, most, &self.bar)?;
        output.figures.extend(found.figures());
        let paced = quantile(&paced, 0.5);
        let paced = named([("end_of_speech_to_plan_secs_p50_paced", paced)]);
        output.figures.extend(paced);
        output.distributions.extend([
            ("end_of_speech_to_plan_secs", distribution(&found.plan_secs)),
            (
                "end_of_speech_to_plan_secs_any_length",
                distribution(&found.all_plan_secs),
            ),
        ]);
        output.breakdown.extend(found.tallies.breakdown());
        output.cases.extend(found.tallies.cases());
        output.cases.append(&mut found.cases);
        Ok(())
    }

    fn stops(&mut self, output: &mut Output) -> anyhow::Result<()> {
        self.next("stops");
        let mut listener = listen::listener(self.robot, &self.config)?;
        let most = self.scope.commands.div_ceil(3);
        let stops = stops::measure(&mut listener, &self.all, most, &mut || self.bar.inc(1))?;
        output.figures.extend(named([
            ("stop_secs_p50", quantile(&stops.secs, 0.5)),
            ("stop_secs_p95", quantile(&stops.secs, 0.95)),
        ]));
        let times = distribution(&stops.secs);
        output.distributions.insert("stop_secs", times);
        output.cases.extend(stops.cases);
        Ok(())
    }

    fn hour(&mut self, output: &mut Output) -> anyhow::Result<()> {
        self.next("an hour of a quiet home, minutes");
        let mut listener = listen::listener(self.robot, &self.config)?;
        let clean =
            |it: &&Recording| it.kind == Purpose::Command && it.condition() == Condition::Clean;
        let spoken: Vec<&Recording> = self.all.iter().filter(clean).collect();
        let hour = hour::measure(&mut listener, &spoken, &mut || self.bar.inc(1))?;
        output.figures.extend([
            ("hour_growth_mib", hour.growth_mib),
            ("rss_mib", resident_mib()),
            ("rss_peak_mib", peak_resident_mib()),
        ]);
        output.cases.push(hour.case);
        Ok(())
    }

    fn wake(&mut self, output: &mut Output) -> anyhow::Result<()> {
        self.next("the robot's name, seconds");
        let scenes = corpus::wake(&self.robot.root)?;
        if scenes.is_empty() {
            let why = format!(
                "{} has no manifest.jsonl; `./hearth bench voice` makes it",
                corpus::WAKE
            );
            eprintln!("hearth: no figures of the robot's name: {why}");
            output.cases.push(json!({"part": "wake", "left_out": why}));
            return Ok(());
        }
        let mut config = self.config.clone();
        config.attention = Attention::WakeWord;
        let mut listener = listen::listener(self.robot, &config)?;
        let sizes = (self.scope.commands, self.scope.hours);
        let mut done = |it| self.bar.inc(it as u64);
        let woken = wake::measure(
            &mut listener,
            self.config.attention_secs,
            &scenes,
            sizes,
            &mut done,
        )?;
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
        Ok(())
    }

    fn speed(&mut self, output: &mut Output) -> anyhow::Result<()> {
        self.next("the same in Python");
        let most = self.scope.commands.min(20);
        let speed = speed::measure(&self.robot.root, &self.options, &self.all, most)?;
        output.figures.extend(speed.figures);
        output.cases.extend(speed.cases);
        Ok(())
    }
}

fn named<const N: usize>(
    figures: [(&'static str, Option<f64>); N],
) -> impl Iterator<Item = (&'static str, f64)> {
    figures
        .into_iter()
        .filter_map(|(name, it)| Some((name, it?)))
}
