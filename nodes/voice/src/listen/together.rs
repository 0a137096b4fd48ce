//! Several recognisers that heard the same sound, asked as one.

use crate::VoiceError;
use crate::recognise::{Hypothesis, Recogniser, Scope, Second};

/// What is this much less likely than what an ear heard best is no further looked at (natural logarithm).
const MOST_BEHIND: f64 = 25.0;
/// So many of the likeliest of each ear are compared.
const LIKELIEST: usize = 4;
/// Tokens that an ear is asked about for them, and for those of the others.
const TOKENS: usize = 40;
const MORE_TOKENS: usize = 30;

/// The recognisers, each with what it heard best.
///
/// How likely a text is counts as the mean, over all of them, of how far it is behind what each heard best: two that err
/// in different ways put each other right.
pub struct Together<'a> {
    ears: Vec<(&'a mut dyn Recogniser, Hypothesis)>,
}

impl<'a> Together<'a> {
    pub(super) fn new(ears: impl Iterator<Item = (&'a mut dyn Recogniser, Hypothesis)>) -> Self {
        Self {
            ears: ears.collect(),
        }
    }
}

impl Second for Together<'_> {
    fn heard(&self) -> Vec<&Hypothesis> {
        self.ears.iter().map(|it| &it.1).collect()
    }

    fn alternatives(&mut self, most: usize) -> Result<Vec<Hypothesis>, VoiceError> {
        let mut others: Vec<Hypothesis> = self.ears.iter().map(|it| it.1.clone()).collect();
        for (ear, _) in &mut self.ears {
            others.extend(ear.alternatives(most)?);
        }
        Ok(others)
    }

    fn behind(&mut self, texts: &[String]) -> Result<Vec<Option<f64>>, VoiceError> {
        let scope = |best: f64, texts: usize, tokens: usize| Scope {
            texts,
            least: best - MOST_BEHIND,
            tokens,
        };
        let mut each = Vec::new();
        for (ear, heard) in &mut self.ears {
            let best = ear.best_fit().unwrap_or(heard.log_probability);
            let texts: Vec<String> = texts.iter().map(|it| as_written(it, &heard.text)).collect();
            let scores = ear.scores(&texts, scope(best, LIKELIEST, TOKENS))?;
            each.push((texts, scores));
        }
        let of_any = |it: &usize| each.iter().any(|(_, scores)| scores[*it].is_some());
        let likely: Vec<usize> = (0..texts.len()).filter(of_any).collect();
        let mut behind: Vec<Option<f64>> = vec![None; texts.len()];
        let share = 1.0 / self.ears.len().max(1) as f64;
        for ((ear, heard), (texts, scores)) in self.ears.iter_mut().zip(&mut each) {
            let best = ear.best_fit().unwrap_or(heard.log_probability);
            let missing: Vec<usize> = likely
                .iter()
                .copied()
                .filter(|it| scores[*it].is_none())
                .collect();
            if !missing.is_empty() {
                let texts: Vec<String> = missing.iter().map(|it| texts[*it].clone()).collect();
                let more = ear.scores(&texts, scope(best, texts.len(), MORE_TOKENS))?;
                missing
                    .iter()
                    .zip(more)
                    .for_each(|(it, score)| scores[*it] = score);
            }
            for it in &likely {
                let by = scores[*it].map_or(MOST_BEHIND, |it| best - it);
                *behind[*it].get_or_insert(0.0) += share * by;
            }
        }
        Ok(behind)
    }
}

/// The words with the capital and the mark that the recogniser gives what it writes itself.
fn as_written(words: &str, heard: &str) -> String {
    let words = words.trim_end_matches(|it: char| !it.is_alphanumeric());
    let end = heard
        .trim_end()
        .chars()
        .last()
        .filter(|it| !it.is_alphanumeric());
    let mut text = String::with_capacity(words.len() + 3);
    let mut chars = words.chars();
    match chars.next() {
        Some(first) if heard.starts_with(char::is_uppercase) => text.extend(first.to_uppercase()),
        Some(first) if heard.starts_with(char::is_lowercase) => text.extend(first.to_lowercase()),
        first => text.extend(first),
    }
    text.extend(chars);
    text.extend(end);
    text
}

#[cfg(test)]
mod tests {
    use super::as_written;

    #[test]
    fn words_are_written_as_the_recogniser_does() {
        assert_eq!(
            as_written("bring me the cup", "Bring me the cop."),
            "Bring me the cup."
        );
        assert_eq!(as_written("Where is it.", "wear is it?"), "where is it?");
        assert_eq!(as_written("停", ""), "停");
        assert_eq!(as_written("", "?"), "?");
    }
}
