//! Verdicts, counted.

use super::corpus::{Condition, Recording};
use super::errors::Errors;
use super::judge::{Outcome, Verdict};
use hearth_types::Language;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Verdicts of one language in one condition.
#[derive(Debug, Default)]
pub struct Tally {
    outcomes: BTreeMap<Outcome, usize>,
    errors: Errors,
    sound_errors: Errors,
    in_other_language: usize,
    false_stops: usize,
    but_for_articles: usize,
    /// Understood and all, by who speaks: a neural voice, an old synthesiser.
    speakers: BTreeMap<String, (usize, usize)>,
}

impl Tally {
    pub fn add(&mut self, verdict: &Verdict, recording: &Recording) {
        let language = recording.language;
        *self.outcomes.entry(verdict.outcome).or_default() += 1;
        self.errors.add(verdict.errors);
        self.sound_errors.add(verdict.sound_errors);
        let other = verdict.language.is_some_and(|it| it != language);
        self.in_other_language += usize::from(other);
        self.false_stops += usize::from(verdict.stopped);
        self.but_for_articles += usize::from(verdict.right_but_for_articles);
        let right = matches!(verdict.outcome, Outcome::Right | Outcome::RightAsked);
        let engine = recording.voice.split(':').next().unwrap_or_default();
        let (understood, all) = self.speakers.entry(engine.to_owned()).or_default();
        *understood += usize::from(right);
        *all += 1;
    }

    fn count(&self, outcomes: &[Outcome]) -> usize {
        let of = |it: &Outcome| self.outcomes.get(it).copied().unwrap_or(0);
        outcomes.iter().map(of).sum()
    }

    pub fn all(&self) -> usize {
        self.outcomes.values().sum()
    }

    /// The share with the meaning of the typed text, asked about or not.
    pub fn understood(&self) -> Option<f64> {
        self.share(&[Outcome::Right, Outcome::RightAsked])
    }

    fn share(&self, outcomes: &[Outcome]) -> Option<f64> {
        let all = self.all();
        (all > 0).then(|| self.count(outcomes) as f64 / all as f64)
    }

    /// Errors a word in English, a character in Chinese.
    pub fn error_rate(&self) -> Option<f64> {
        self.errors.rate()
    }

    /// As data.
    fn to_json(&self, language: Language, condition: Condition) -> Value {
        let unit = match language {
            Language::En => "wer",
            Language::Zh => "cer",
        };
        json!({
            "part": "understood", "language": language, "condition": condition.name(), "commands": self.all(),
            "understood": self.understood(),
            "asked_first": self.share(&[Outcome::RightAsked, Outcome::OtherAsked]),
            "another_command_without_asking": self.share(&[Outcome::Other]),
            "understood_but_for_articles": self.but_for_articles as f64 / self.all().max(1) as f64,
            "understood_of_by_voice": self.speakers, "outcomes": self.outcomes, "heard_in_the_other_language": self.in_other_language,
            "taken_for_a_stop": self.false_stops,
            unit: self.error_rate(), "error_rate_of_sounds": self.sound_errors.rate(),
        })
    }
}

/// All tallies.
#[derive(Debug, Default)]
pub struct Tallies(BTreeMap<(&'static str, Condition), (Language, Tally)>);

impl Tallies {
    pub fn of(&mut self, language: Language, condition: Condition) -> &mut Tally {
        let key = (language.code(), condition);
        &mut self
            .0
            .entry(key)
            .or_insert_with(|| (language, Tally::default()))
            .1
    }

    pub fn get(&self, language: Language, condition: Condition) -> Option<&Tally> {
        self.0.get(&(language.code(), condition)).map(|it| &it.1)
    }

    /// A case each.
    pub fn cases(&self) -> impl Iterator<Item = Value> {
        self.0
            .iter()
            .map(|((_, condition), (language, tally))| tally.to_json(*language, *condition))
    }

    /// How often what, over all.
    pub fn breakdown(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for ((language, condition), (_, tally)) in &self.0 {
            for (outcome, count) in &tally.outcomes {
                let outcome = serde_json::to_value(outcome).unwrap_or_default();
                let name = format!(
                    "{language} {}: {}",
                    condition.name(),
                    outcome.as_str().unwrap_or_default()
                );
                counts.insert(name, *count as u64);
            }
        }
        counts
    }
}
