//! From what was heard to what was meant: the likeliest words that the robot understands, without putting another command
//! in the place of clear speech.

mod lattice;
mod repair;
mod rescore;

use crate::VoiceError;
use crate::recognise::{Hypothesis, Second};
use crate::words::{Lexicons, Names, normalise};
use hearth_types::check::{Checked, RangeError, within};
use hearth_types::{Home, HowHeard, Language};
use lattice::Vocabulary;
use rescore::Again;
use serde::{Deserialize, Serialize};

/// How much of a text the robot makes sense of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// Nothing.
    None,
    /// A command with something in it that it does not know, or that lacks something.
    Part,
    /// A whole command, all of it known.
    Whole,
}

/// What a text means to whoever carries out commands.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    /// How much of it makes sense.
    pub sense: Sense,
    /// In the command language's notation, if there is any.
    pub notation: Option<String>,
    /// Why not, in words, if there is none.
    pub reason: Option<String>,
}

/// Whoever carries out commands: the planner's parser, seen from the ears.
pub trait Comprehension: Send {
    /// What a text means.
    fn meaning(&self, text: &str, language: Language) -> Meaning;

    /// Whether whoever says this is likely to go on: something must follow.
    fn is_open(&self, text: &str, language: Language) -> bool;

    /// Whether every word of a text is known.
    fn knows_all(&self, text: &str) -> bool;

    /// Every word and phrase of a language that is known.
    fn vocabulary(&self, language: Language) -> Vec<String>;

    /// Whether a short answer says yes or no, if it does.
    fn yes_or_no(&self, text: &str) -> Option<bool>;
}

/// What counts as sure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UnderstandConfig {
    /// \[0, 1\] Speech as sure as this is clear: no other words take the place of what was heard.
    pub clear_from: f64,
    /// \[0, 1\] What is less sure than this is asked back.
    pub doubt_below: f64,
    /// \[0, 1\] What only one of several recognisers made out is asked back if it is less sure than this.
    pub alone_from: f64,
    /// Other words that it may have been, at most, that are tried.
    pub alternatives: usize,
    /// Less likely by more than this factor (natural logarithm) is no alternative.
    pub most_behind: f64,
    /// \[0, 1\] What sounds further apart than this is another thing.
    pub most_apart: f64,
    /// \[0, 1\] What is written otherwise and sounds further apart than this is asked back.
    pub ask_apart: f64,
}

impl Default for UnderstandConfig {
    fn default() -> Self {
        Self {
            clear_from: 0.93,
            doubt_below: 0.55,
            alone_from: 0.85,
            alternatives: 2,
            most_behind: 20.0,
            most_apart: 0.3,
            ask_apart: 0.12,
        }
    }
}

impl Checked for UnderstandConfig {
    fn check(&self) -> Result<(), RangeError> {
        within("clear_from", self.clear_from, 0.0, 1.0)?;
        within("doubt_below", self.doubt_below, 0.0, self.clear_from)?;
        within("alone_from", self.alone_from, self.doubt_below, 1.0)?;
        if self.alternatives > 32 {
            return Err(RangeError::new(
                "alternatives",
                self.alternatives,
                "32 at most",
            ));
        }
        within("most_behind", self.most_behind, 0.0, 40.0)?;
        within("most_apart", self.most_apart, 0.0, 1.0)?;
        within("ask_apart", self.ask_apart, 0.0, self.most_apart)
    }
}

/// What was heard and what was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Interpretation {
    /// The language.
    pub language: Language,
    /// As the recogniser wrote it.
    pub heard: String,
    /// What goes to the planner.
    pub understood: String,
    /// How the one became the other.
    pub how: HowHeard,
    /// What it means.
    pub meaning: Meaning,
    /// \[0, 1\] How sure it is.
    pub confidence: f64,
    /// Whether to ask first.
    pub ask: bool,
    /// The other hypotheses that were looked at.
    pub others: Vec<String>,
}

/// A text as the robot reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What goes to the planner.
    pub text: String,
    /// How it came from what was written.
    pub how: HowHeard,
    /// What it means.
    pub meaning: Meaning,
    /// \[0, 1\] How far it sounds from what was written.
    pub apart: f64,
}

/// Interprets what recognisers hear.
pub struct Interpreter {
    config: UnderstandConfig,
    lexicons: Lexicons,
    names: Names,
    vocabularies: [(Language, Vocabulary); 2],
    comprehension: Box<dyn Comprehension>,
}

impl Interpreter {
    /// For this home, and whoever carries out commands in it.
    ///
    /// # Errors
    /// Words of a language that are wrong.
    pub fn new(
        config: UnderstandConfig,
        home: &Home,
        comprehension: Box<dyn Comprehension>,
    ) -> Result<Self, VoiceError> {
        let vocabulary = |language, glue| {
            let words = comprehension.vocabulary(language);
            (language, Vocabulary::new(words, glue))
        };
        Ok(Self {
            vocabularies: [vocabulary(Language::En, " "), vocabulary(Language::Zh, "")],
            config,
            lexicons: Lexicons::embedded()?,
            names: Names::new(home),
            comprehension,
        })
    }

    /// The words of all languages.
    pub fn lexicons(&self) -> &Lexicons {
        &self.lexicons
    }

    /// Whoever carries out commands.
    pub fn comprehension(&self) -> &dyn Comprehension {
        self.comprehension.as_ref()
    }

    /// Without fillers, repeats and corrections.
    pub fn tidied(&self, text: &str, language: Language) -> String {
        normalise(text, language, self.lexicons.of(language), &self.names)
    }

    /// Whether whoever says this is likely to go on.
    pub fn is_open(&self, text: &str, language: Language) -> bool {
        self.comprehension
            .is_open(&self.tidied(text, language), language)
    }

    /// What a text means as it is written; or, where that makes no whole sense, with the spelling that does: names that
    /// sound the same. A recogniser of Chinese knows sounds better than which of many characters is meant.
    pub fn reading(&self, text: &str, language: Language) -> Reading {
        let tidied = self.tidied(text, language);
        let how = if bare(&tidied) == bare(text) {
            HowHeard::AsHeard
        } else {
            HowHeard::Tidied
        };
        let meaning = self.comprehension.meaning(&tidied, language);
        let mut other = None;
        if meaning.sense != Sense::Whole {
            other = repair::respelt(&tidied, &self.names).and_then(|text| {
                let meaning = self.comprehension.meaning(&text, language);
                (meaning.sense == Sense::Whole).then_some(Reading {
                    text,
                    how: HowHeard::SoundsAlike,
                    meaning,
                    apart: 0.0,
                })
            });
        }
        other.unwrap_or(Reading {
            text: tidied,
            how,
            meaning,
            apart: 0.0,
        })
    }

    /// What was meant by `best`. Whoever heard it is asked for what else it may have been only if that makes no sense.
    /// `strip` takes off what is not meant for the planner (the robot's name).
    ///
    /// # Errors
    /// A recogniser that fails.
    pub fn interpret(
        &self,
        best: &Hypothesis,
        heard: &mut dyn Second,
        strip: &dyn Fn(&str) -> String,
    ) -> Result<Interpretation, VoiceError> {
        let found = self.as_heard(best, strip);
        let is_clear = best.confidence >= self.config.clear_from && !best.is_sounds;
        if found.understood.is_empty() || is_clear {
            return Ok(found);
        }
        let is_plain =
            self.makes_sense(&found) && rescore::unusual(&found.understood, &found.meaning) == 0.0;
        let others: Vec<Reading> = heard
            .heard()
            .into_iter()
            .filter(|it| *it != best)
            .map(|it| self.reading(&strip(&it.text), it.language))
            .collect();
        let meaning = found.meaning.clone();
        let means_the_same = |it: &Reading| it.meaning == meaning;
        let means_another = |it: &Reading| {
            let is_whole = it.meaning.sense == Sense::Whole;
            is_whole && self.comprehension.knows_all(&it.text) && !means_the_same(it)
        };
        // Nobody else heard the same: no voice is so clear that one who is in doubt is enough.
        let is_alone = !others.is_empty() && !others.iter().any(means_the_same);
        let ask = found.ask || is_alone && best.confidence < self.config.alone_from;
        let found = Interpretation { ask, ..found };
        let is_disputed = others.iter().any(means_another);
        if is_plain && !is_disputed {
            return Ok(found);
        }
        let again = Again {
            is_plain,
            is_disputed,
        };
        self.rescored(best, found, heard, strip, again)
    }

    /// Whether it is a command, each word of it known: a whole one, or one that cannot be carried out.
    fn makes_sense(&self, it: &Interpretation) -> bool {
        it.meaning.sense != Sense::None && self.comprehension.knows_all(&it.understood)
    }

    fn as_heard(&self, best: &Hypothesis, strip: &dyn Fn(&str) -> String) -> Interpretation {
        let reading = self.reading(&strip(&best.text), best.language);
        Interpretation {
            language: best.language,
            heard: best.text.clone(),
            understood: reading.text,
            how: reading.how,
            meaning: reading.meaning,
            confidence: best.confidence * (1.0 - reading.apart),
            ask: best.confidence < self.config.doubt_below || reading.apart > self.config.ask_apart,
            others: Vec::new(),
        }
    }
}

/// Letters and digits alone, in lower case.
pub(crate) fn bare(text: &str) -> String {
    text.chars()
        .filter(|it| it.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
