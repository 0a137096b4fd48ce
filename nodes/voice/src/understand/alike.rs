//! Names of the home in the place of words that only sound like them.

use super::{Interpretation, Interpreter, Reading, Sense, repair};
use crate::recognise::Hypothesis;
use hearth_types::{HowHeard, Language};

/// Of what it may have been as well, so many are looked through for words that sound like names.
const MOST_OTHERS: usize = 3;
/// Texts with one name put in, so many of which are tried with another; and texts with two.
const MOST_FIRST: usize = 8;
const MOST_SECOND: usize = 40;

impl Interpreter {
    /// With names of the home in the place of words that sound like them: in what was heard, or in what it may have been as well. The
    /// nearest that makes whole sense.
    pub(super) fn sounding_alike(
        &self,
        best: &Hypothesis,
        found: &Interpretation,
        others: &[Hypothesis],
        strip: &dyn Fn(&str) -> String,
    ) -> Option<Interpretation> {
        let near =
            |it: &&Hypothesis| best.log_probability - it.log_probability <= self.config.most_behind;
        let others = others.iter().filter(near).take(MOST_OTHERS);
        let texts = std::iter::once(best).chain(others);
        let readings = texts.flat_map(|it| {
            let behind = (best.log_probability - it.log_probability).max(0.0);
            let text = self.tidied(&strip(&it.text), it.language);
            // What is less likely counts as further off.
            let off = behind / self.config.most_behind.max(1.0) * self.config.ask_apart;
            self.near_names(&text, it.language)
                .map(move |reading| (off + reading.apart, reading))
        });
        let (apart, reading) = readings.min_by(|a, b| a.0.total_cmp(&b.0))?;
        // Clear speech keeps its words unless the name sounds the same.
        if found.confidence >= self.config.clear_from && apart > self.config.ask_apart {
            return None;
        }
        Some(Interpretation {
            understood: reading.text,
            how: HowHeard::SoundsAlike,
            meaning: reading.meaning,
            confidence: found.confidence * (1.0 - apart).max(0.0),
            ask: apart > self.config.ask_apart || found.confidence < self.config.doubt_below,
            ..found.clone()
        })
    }

    /// The nearest reading with one name in the place of what sounds like it, or two.
    fn near_names(&self, text: &str, language: Language) -> Option<Reading> {
        let most_apart = self.config.most_apart;
        let read = |text: &str, apart: f64| {
            let reading = self.reading(text, language);
            (reading.meaning.sense == Sense::Whole).then_some(Reading {
                apart: apart + reading.apart,
                ..reading
            })
        };
        let mut once = repair::candidates(text, &self.names, most_apart);
        if let Some(found) = once.iter().find_map(|(text, apart)| read(text, *apart)) {
            return Some(found);
        }
        once.truncate(MOST_FIRST);
        let mut twice: Vec<(String, f64)> = once
            .iter()
            .flat_map(|(text, apart)| {
                let second = repair::candidates(text, &self.names, most_apart - apart);
                second.into_iter().map(move |it| (it.0, it.1 + apart))
            })
            .collect();
        twice.sort_by(|a, b| a.1.total_cmp(&b.1));
        twice.truncate(MOST_SECOND);
        twice.iter().find_map(|(text, apart)| read(text, *apart))
    }
}
