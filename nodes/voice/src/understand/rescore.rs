//! The likeliest words that make sense, where those that were heard make none.
//!
//! What a doubtful sound may have been comes from two sides: the recogniser's own alternatives, and sequences of known words that sound
//! like what it wrote. Those that the planner understands go back to the recogniser, which says how likely the sound is each of
//! them: its ear and its sense of language decide, not how near two spellings are.

use super::{Interpretation, Interpreter, Meaning, Reading, Sense, bare};
use crate::VoiceError;
use crate::recognise::{Hypothesis, Second};
use hearth_types::HowHeard;
use std::collections::HashMap;

/// Of what it may have been as well, so many are looked through for known words that sound like it.
const MOST_OTHERS: usize = 1;
/// What has one meaning is worth so many spellings; and so many go back to the recogniser in all.
const MOST_SPELLINGS: usize = 3;
const MOST_SCORED: usize = 40;

/// See [`unusual`].
const A_CLAUSE: f64 = 2.0;
const A_STRANGE_THING: f64 = 1.5;
const IN_A_THING: f64 = 1.5;
const NOT_POSSIBLE: f64 = 3.0;
const A_LONG_DENIAL: f64 = 1.5;
const ANY_THING: f64 = 1.5;
const BESIDE_ITSELF: f64 = 3.0;
/// Letters or characters.
const LONG_DENIAL: usize = 8;
/// \[0, 1\] From here on speech is so clear that what it may have been as well has to be nearer, the nearer the clearer it is.
const RATHER_CLEAR: f64 = 0.85;

/// Why what was heard is looked at again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Again {
    /// Whether it is a plain command all the same.
    pub is_plain: bool,
    /// Whether somebody else heard another command.
    pub is_disputed: bool,
}

/// Words that make whole sense.
struct Candidate {
    reading: Reading,
    /// All that is said then, the robot's name included.
    whole: String,
}

impl Interpreter {
    /// The likeliest candidate, if one is likely enough; `found` otherwise. Where that makes no plain sense, known words that sound like
    /// what was heard are candidates as well as what the recognisers take it for.
    pub(super) fn rescored(
        &self,
        best: &Hypothesis,
        found: Interpretation,
        heard: &mut dyn Second,
        strip: &dyn Fn(&str) -> String,
        again: Again,
    ) -> Result<Interpretation, VoiceError> {
        let mut others = heard.alternatives(self.config.alternatives)?;
        let mut candidates = self.alternatives(&others, strip);
        others.retain(|it| bare(&it.text) != bare(&best.text));
        if !again.is_plain {
            let sources = std::iter::once(best).chain(others.iter().take(MOST_OTHERS));
            for source in sources {
                self.guess(source, strip, &mut candidates);
            }
        }
        let texts: Vec<String> = candidates.iter().map(|it| it.whole.clone()).collect();
        let behind = heard.behind(&texts)?;
        let clear_from = self.config.clear_from;
        let doubt = (clear_from - best.confidence) / (clear_from - RATHER_CLEAR).max(0.01);
        let doubt = if best.is_sounds { 1.0 } else { doubt };
        let most_behind = self.config.most_behind * doubt.clamp(0.0, 1.0);
        let likely = candidates.into_iter().zip(behind);
        let likeliest = likely
            .filter_map(|(it, behind)| Some((it, behind?)))
            .filter(|it| it.1 <= most_behind)
            .min_by(|a, b| {
                let cost = |it: &(Candidate, f64)| {
                    it.1 + unusual(&it.0.reading.text, &it.0.reading.meaning)
                };
                cost(a).total_cmp(&cost(b))
            });
        let others = others.iter().map(|it| it.text.clone()).collect();
        // What was heard is among them where all of it is known; elsewhere it has to be as unlikely itself, if it means anything.
        let is_candidate = self.is_candidate(&found);
        let as_heard = self
            .makes_sense(&found)
            .then(|| unusual(&found.understood, &found.meaning));
        let likelier = likeliest.filter(|(it, behind)| {
            let cost = behind + unusual(&it.reading.text, &it.reading.meaning);
            is_candidate || as_heard.is_none_or(|as_heard| cost < as_heard)
        });
        let Some((Candidate { reading, .. }, behind)) = likelier else {
            return Ok(Interpretation { others, ..found });
        };
        let confidence = best.confidence * (-behind.max(0.0) / 2.0).exp();
        if bare(&reading.text) == bare(&found.understood) {
            // Less sure where others heard another command.
            if !again.is_disputed {
                return Ok(Interpretation { others, ..found });
            }
            return Ok(Interpretation {
                confidence,
                ask: found.ask || confidence < self.config.doubt_below,
                others,
                ..found
            });
        }
        Ok(Interpretation {
            understood: reading.text,
            how: reading.how,
            meaning: reading.meaning,
            confidence,
            ask: confidence < self.config.doubt_below || reading.apart > self.config.ask_apart,
            others,
            ..found
        })
    }

    fn is_candidate(&self, it: &Interpretation) -> bool {
        it.meaning.sense == Sense::Whole && self.comprehension.knows_all(&it.understood)
    }

    /// The recognisers' alternatives that make sense.
    fn alternatives(
        &self,
        others: &[Hypothesis],
        strip: &dyn Fn(&str) -> String,
    ) -> Vec<Candidate> {
        let candidate = |other: &Hypothesis| {
            let reading = self.reading(&strip(&other.text), other.language);
            let makes_sense = reading.meaning.sense == Sense::Whole
                && self.comprehension.knows_all(&reading.text);
            makes_sense.then(|| Candidate {
                reading: Reading {
                    how: HowHeard::Alternative,
                    ..reading
                },
                whole: other.text.clone(),
            })
        };
        others.iter().filter_map(candidate).collect()
    }

    /// Known words that sound like what was heard, if they make sense.
    fn guess(
        &self,
        heard: &Hypothesis,
        strip: &dyn Fn(&str) -> String,
        candidates: &mut Vec<Candidate>,
    ) {
        let vocabulary = self.vocabularies.iter().find(|it| it.0 == heard.language);
        let Some((language, vocabulary)) = vocabulary else {
            return;
        };
        let meant = strip(&heard.text);
        let before = heard.text.strip_suffix(meant.as_str()).unwrap_or_default();
        let mut spellings: HashMap<String, usize> = HashMap::new();
        let most = candidates.len() + MOST_SCORED;
        for guess in vocabulary.guesses(&meant) {
            if candidates.len() >= most {
                return;
            }
            let text = guess.text;
            if guess.apart > self.config.most_apart
                || candidates.iter().any(|it| it.reading.text == text)
            {
                continue;
            }
            let tidied = self.tidied(&text, *language);
            let meaning = self.comprehension.meaning(&tidied, *language);
            if meaning.sense != Sense::Whole {
                continue;
            }
            let known = spellings
                .entry(meaning.notation.clone().unwrap_or_default())
                .or_default();
            *known += 1;
            if *known > MOST_SPELLINGS {
                continue;
            }
            candidates.push(Candidate {
                reading: Reading {
                    text: tidied,
                    how: HowHeard::SoundsAlike,
                    meaning,
                    apart: guess.apart,
                },
                whole: format!("{before}{text}"),
            });
        }
    }
}

/// How much less likely than a plain command it is that anybody says so (natural logarithm of a factor): one after the other, about
/// things that this home does not have, about what is in a thing ("from the kitchen tea"), about whatever thing there is ("two"), about a
/// thing that is to be beside itself, or what is not wanted, at length.
pub(super) fn unusual(text: &str, meaning: &Meaning) -> f64 {
    let notation = meaning.notation.as_deref().unwrap_or_default();
    let others = |mark: &str| notation.matches(mark).count() as f64;
    let once = |it: bool| f64::from(u8::from(it));
    let cannot = once(meaning.sense != Sense::Whole);
    let denies = once(notation == "cancel" && text.chars().count() >= LONG_DENIAL);
    A_CLAUSE * others(";")
        + A_STRANGE_THING * others("~")
        + IN_A_THING * others(" inside ")
        + NOT_POSSIBLE * cannot
        + A_LONG_DENIAL * denies
        + ANY_THING * once(notation.contains(" thing,") || notation.contains(" thing)"))
        + BESIDE_ITSELF * once(is_beside_itself(notation))
}

/// "put(the orange @ desk, on: next_to the orange)".
fn is_beside_itself(notation: &str) -> bool {
    let clauses = notation.split("; ");
    let mut pairs = clauses.filter_map(|it| {
        let (what, beside) = it.split_once('(')?.1.split_once(" next_to ")?;
        let what = what.split([',', '@']).next()?;
        Some((what.trim(), beside.trim_end_matches(')').trim()))
    });
    pairs.any(|(what, beside)| what == beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_put_beside_itself() {
        for (notation, is) in [
            ("put(the orange, on: next_to the orange)", true),
            (
                "go(desk); put(the orange @ desk, on: next_to the orange)",
                true,
            ),
            ("put(the orange, on: next_to the apple)", false),
            ("put(the orange, on: desk)", false),
            ("describe(here)", false),
            ("", false),
        ] {
            assert_eq!(is_beside_itself(notation), is, "{notation}");
        }
    }
}
