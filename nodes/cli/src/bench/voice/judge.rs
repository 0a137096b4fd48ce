//! Whether what was heard means what was said.

use super::corpus::Recording;
use super::errors::{Errors, units};
use super::schedule::Heard;
use crate::listen::PlannersSense;
use crate::robot::Robot;
use hearth_planner::language::LexiconData;
use hearth_types::Language;
use hearth_voice::listen::Said;
use hearth_voice::understand::{Comprehension, Meaning, Sense};
use hearth_voice::wake::{PhoneticWake, Wake, WakeConfig};
use hearth_voice::words::{Lexicons, Names, normalise, sounds};
use serde::Serialize;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its meaning is that of the typed text.
    Right,
    /// So it is, but the robot asks first.
    RightAsked,
    /// A whole command, but another one, about which the robot asks first.
    OtherAsked,
    /// A whole command, but another one, and the robot would carry it out.
    Other,
    /// Something in it is not known or missing: the robot says so or asks, and does nothing.
    NotUnderstood,
    /// In several pieces.
    InPieces,
    /// No speech was found, or no words.
    NotHeard,
}

/// One recording, judged.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    pub outcome: Outcome,
    /// Whether nothing but "the" or "a" is other than it should be.
    pub right_but_for_articles: bool,
    /// What was heard, as it was written.
    pub heard: String,
    /// What the planner got.
    pub understood: String,
    /// What that means, or why it means nothing.
    pub means: String,
    /// What it should mean.
    pub expected: String,
    /// The language that was taken for it.
    pub language: Option<Language>,
    /// \[0, 1\] How sure of it.
    pub confidence: f64,
    /// Whether the robot took it for an order to stop.
    pub stopped: bool,
    /// Of words in English, of characters in Chinese.
    #[serde(skip)]
    pub errors: Errors,
    /// Of sounds, whichever characters they are written with.
    #[serde(skip)]
    pub sound_errors: Errors,
}

/// Judges by the planner's own parser.
pub struct Judge {
    sense: PlannersSense,
    wake: PhoneticWake,
    words: Lexicons,
    names: Names,
    lexicon: LexiconData,
}

impl Judge {
    pub fn new(robot: &Robot, wake: WakeConfig) -> anyhow::Result<Self> {
        Ok(Self {
            sense: PlannersSense::new(&robot.home)?,
            wake: PhoneticWake::new(wake),
            words: Lexicons::embedded()?,
            names: Names::new(&robot.home),
            lexicon: LexiconData::embedded()?,
        })
    }

    /// What the text means where it is typed, by somebody who deletes what they take back.
    fn typed(&self, text: &str, language: Language) -> Meaning {
        let behind = self.wake.behind_name(text);
        let text = behind.as_deref().unwrap_or(text);
        let words = self.words.of(language);
        self.sense
            .meaning(&normalise(text, language, words, &self.names), language)
    }

    pub fn verdict(&self, recording: &Recording, heard: &Heard) -> Verdict {
        let expected = self.typed(&recording.text, recording.language);
        let said: Vec<&Said> = heard.said.iter().map(|it| &it.0).collect();
        let outcome = outcome(&said, &expected);
        let glue = |of: &dyn Fn(&Said) -> String| -> String {
            said.iter().map(|it| of(it)).collect::<Vec<_>>().join(" | ")
        };
        let text = glue(&|it| it.interpretation.heard.clone());
        let plain = |it: &str| self.lexicon.simplified(it);
        let (reference, written) = (plain(&recording.text), plain(&text));
        let language = recording.language;
        let means = glue(&|it| told(&it.interpretation.meaning));
        let wanted = told(&expected);
        let confidence = said.iter().map(|it| it.interpretation.confidence);
        Verdict {
            outcome,
            understood: glue(&|it| it.interpretation.understood.clone()),
            right_but_for_articles: is_same_but_for_articles(&means, &wanted),
            means,
            expected: wanted,
            language: said.first().map(|it| it.interpretation.language),
            confidence: confidence.fold(1.0, f64::min),
            stopped: !heard.stops_secs.is_empty(),
            errors: Errors::between(&units(&reference, language), &units(&written, language)),
            sound_errors: Errors::between(&sounds(&reference), &sounds(&written)),
            heard: text,
        }
    }
}

fn outcome(said: &[&Said], expected: &Meaning) -> Outcome {
    let it = match said {
        [] => return Outcome::NotHeard,
        [it] => &it.interpretation,
        _ => return Outcome::InPieces,
    };
    let same = is_same(&told(&it.meaning), &told(expected));
    match (same, it.ask) {
        (true, false) => Outcome::Right,
        (true, true) => Outcome::RightAsked,
        (false, _) if it.meaning.sense != Sense::Whole => Outcome::NotUnderstood,
        (false, true) => Outcome::OtherAsked,
        (false, false) => Outcome::Other,
    }
}

/// Words that the notation quotes may be written otherwise.
fn is_same(a: &str, b: &str) -> bool {
    let plain = |it: &str| it.to_lowercase();
    plain(a) == plain(b)
}

/// Whether two meanings differ in nothing but whether something is "the" or "a".
fn is_same_but_for_articles(a: &str, b: &str) -> bool {
    let plain = |it: &str| {
        it.to_lowercase()
            .replace("(the ", "(a ")
            .replace(", the ", ", a ")
            .replace(": the ", ": a ")
    };
    plain(a) == plain(b)
}

/// A meaning as a text: its notation, or why there is none.
fn told(meaning: &Meaning) -> String {
    let reason = || meaning.reason.clone().unwrap_or_default();
    meaning.notation.clone().unwrap_or_else(reason)
}
