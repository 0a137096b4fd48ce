//! Commands through the ears: what they come to, and how soon.

use super::corpus::{Condition, Purpose, Recording, spread};
use super::judge::Judge;
use super::named;
use super::schedule::{self, Pace};
use super::tally::{self, Tallies};
use crate::bench::machine::cpu_secs;
use crate::bench::stats::quantile;
use crate::robot::Robot;
use hearth_types::Language;
use hearth_voice::listen::Listener;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// \[s\] "A command of about three seconds."
const TYPICAL_SECS: RangeInclusive<f64> = 2.5..=3.5;
/// Commands that wait for their sound take as long as it lasts.
const MOST_PACED: usize = 6;
/// Of conditions that no figure is promised for, this part is heard.
pub const OTHERS: usize = 5;
/// Languages and conditions for which the figures are promised.
const PROMISED: [(Language, Condition, &str); 3] = [
    (Language::En, Condition::Clean, "understood_en_clean"),
    (Language::En, Condition::Noise(10), "understood_en_10db"),
    (Language::Zh, Condition::Clean, "understood_zh_clean"),
];

/// What commands came to.
#[derive(Default)]
pub struct Understood {
    pub tallies: Tallies,
    /// \[s\] From the end of speech to the plan, of commands of about three seconds; and of all.
    pub plan_secs: Vec<f64>,
    pub all_plan_secs: Vec<f64>,
    busy_secs: f64,
    cpu_secs: f64,
    speech_secs: f64,
    sound_secs: f64,
    pub cases: Vec<Value>,
}

/// Commands in each language and condition, with sound in its own time.
pub fn understand(
    robot: &Robot,
    listener: &mut Listener,
    judge: &Judge,
    all: &[Recording],
    most: usize,
    bar: &ProgressBar,
) -> anyhow::Result<Understood> {
    let mut found = Understood::default();
    for language in [Language::En, Language::Zh] {
        for condition in Condition::ALL {
            let promised = PROMISED
                .iter()
                .any(|it| (it.0, it.1) == (language, condition));
            let most = if promised {
                most
            } else {
                most.div_ceil(OTHERS)
            };
            let wanted = |it: &&Recording| {
                it.kind == Purpose::Command
                    && it.language == language
                    && it.condition() == condition
            };
            for recording in spread(all.iter().filter(wanted).collect(), most) {
                found.add(robot, listener, judge, recording)?;
                bar.inc(1);
            }
        }
    }
    Ok(found)
}

impl Understood {
    fn add(
        &mut self,
        robot: &Robot,
        listener: &mut Listener,
        judge: &Judge,
        recording: &Recording,
    ) -> anyhow::Result<()> {
        let sound = recording.sound()?;
        let before = cpu_secs();
        let heard = schedule::listen(listener, &sound, Pace::Reckoned)?;
        self.cpu_secs += cpu_secs() - before;
        self.busy_secs += heard.busy_secs;
        self.speech_secs += heard.speech_secs();
        self.sound_secs += heard.sound_secs;
        let plan_secs = schedule::plan_secs(robot, &heard, recording.speech_ends_secs)?;
        if let Some(secs) = plan_secs {
            self.all_plan_secs.push(secs);
            if TYPICAL_SECS.contains(&recording.speech_secs()) {
                self.plan_secs.push(secs);
            }
        }
        let verdict = judge.verdict(recording, &heard);
        let (language, condition) = (recording.language, recording.condition());
        self.tallies
            .of(language, condition)
            .add(&verdict, recording);
        self.cases.push(json!({
            "part": "command", "language": language.code(), "condition": condition.name(), "voice": recording.voice,
            "text": recording.text, "speech_secs": recording.speech_secs(), "end_of_speech_to_plan_secs": plan_secs, "verdict": verdict,
        }));
        Ok(())
    }

    pub fn figures(&self) -> BTreeMap<&'static str, f64> {
        let of = |language, condition| self.tallies.get(language, condition);
        let rate = |language| of(language, Condition::Clean).and_then(tally::Tally::error_rate);
        let mut figures: BTreeMap<_, _> = PROMISED
            .iter()
            .filter_map(|(language, condition, name)| {
                Some((*name, of(*language, *condition)?.understood()?))
            })
            .collect();
        let speech_secs = self.speech_secs.max(1e-9);
        figures.extend(named([
            ("wer_en", rate(Language::En)),
            ("cer_zh", rate(Language::Zh)),
            (
                "end_of_speech_to_plan_secs_p50",
                quantile(&self.plan_secs, 0.5),
            ),
            (
                "end_of_speech_to_plan_secs_p95",
                quantile(&self.plan_secs, 0.95),
            ),
            ("rtf", Some(self.busy_secs / speech_secs)),
            ("rtf_cpu", Some(self.cpu_secs / speech_secs)),
            (
                "rtf_of_all_sound",
                Some(self.busy_secs / self.sound_secs.max(1e-9)),
            ),
        ]));
        figures
    }
}

/// \[s\] From the end of speech to the plan where the bench waits for the sound: whether what is reckoned is so.
pub fn paced(
    robot: &Robot,
    listener: &mut Listener,
    all: &[Recording],
    most: usize,
    bar: &ProgressBar,
) -> anyhow::Result<Vec<f64>> {
    let typical = |it: &&Recording| {
        it.kind == Purpose::Command
            && it.condition() == Condition::Clean
            && TYPICAL_SECS.contains(&it.speech_secs())
    };
    let mut times = Vec::new();
    for recording in spread(all.iter().filter(typical).collect(), most.min(MOST_PACED)) {
        let sound = recording.sound()?;
        let heard = schedule::listen(listener, &sound, Pace::Real)?;
        times.extend(schedule::plan_secs(
            robot,
            &heard,
            recording.speech_ends_secs,
        )?);
        bar.inc(1);
    }
    Ok(times)
}
