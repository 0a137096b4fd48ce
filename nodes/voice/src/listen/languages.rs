//! Several recognisers, one for each language, and which of them is right.

use super::together::Together;
use crate::VoiceError;
use crate::recognise::{Hypothesis, NameFit, Recogniser};
use crate::understand::{Interpreter, Meaning, Sense};
use hearth_types::Language;

/// From this confidence on, words that make sense need no second opinion.
const SURE: f64 = 0.85;
/// The first recogniser is this sure of words of its own language, whether or not they make sense.
const CLEAR: f64 = 0.93;
/// \[0, 1\] Words so far that are less sure than this may be of a language that whoever listens does not know.
const FOREIGN: f64 = 0.5;

/// The recognisers.
pub struct Ears {
    recognisers: Vec<Box<dyn Recogniser>>,
    languages: Vec<Language>,
    /// Whoever was right last has the first look while somebody speaks.
    last: usize,
    /// What each that was asked heard in the last sound, and which that was.
    heard: Vec<(usize, Hypothesis)>,
}

impl Ears {
    /// These, the likelier first, for these languages.
    ///
    /// # Errors
    /// A language that none of them knows.
    pub fn new(
        recognisers: Vec<Box<dyn Recogniser>>,
        languages: &[Language],
    ) -> Result<Self, VoiceError> {
        let known = |it: &&Language| recognisers.iter().any(|ear| ear.languages().contains(it));
        if let Some(deaf) = languages.iter().find(|it| !known(it)) {
            return Err(VoiceError::Microphone(format!(
                "no recogniser knows the language {deaf:?} of voice.languages"
            )));
        }
        Ok(Self {
            recognisers,
            languages: languages.to_vec(),
            last: 0,
            heard: Vec::new(),
        })
    }

    /// Forgets who was right last.
    pub fn reset(&mut self) {
        self.last = 0;
        self.heard.clear();
    }

    /// All that heard words of this language in the last sound.
    pub fn together(&mut self, language: Language) -> Together<'_> {
        let mut heard: Vec<Option<Hypothesis>> = vec![None; self.recognisers.len()];
        for (ear, hypothesis) in &self.heard {
            let counts = hypothesis.language == language && !hypothesis.text.is_empty();
            heard[*ear] = counts.then(|| hypothesis.clone());
        }
        let ears = self.recognisers.iter_mut().zip(heard);
        Together::new(ears.filter_map(|(ear, heard)| Some((ear.as_mut() as _, heard?))))
    }

    fn language_of(&self, ear: usize) -> Option<Language> {
        let knows = |it: &&Language| self.recognisers[ear].languages().contains(it);
        // One that knows all of them decides by itself.
        let mut known = self.languages.iter().filter(knows);
        let first = known.next().copied();
        if known.next().is_some() { None } else { first }
    }

    /// What each that was asked heard in the last sound: a "stop" counts whoever hears it.
    pub fn all_heard(&self) -> impl Iterator<Item = &Hypothesis> {
        self.heard.iter().map(|it| &it.1)
    }

    /// Whether whoever was right last is fast enough to be asked again and again.
    pub fn is_quick(&self) -> bool {
        self.recognisers[self.last].is_quick()
    }

    /// A quick look while somebody speaks: by whoever was right last; where that one makes nothing of it, by the next one too, who goes
    /// on looking if it makes more of it: so the right one has begun before the pause is over.
    ///
    /// # Errors
    /// A model that fails.
    pub fn glance(&mut self, sound: &[f32]) -> Result<(Hypothesis, usize), VoiceError> {
        let ear = self.last;
        let language = self.language_of(ear);
        let heard = self.recognisers[ear].recognise(sound, language)?;
        self.heard = vec![(ear, heard.clone())];
        let next = (ear + 1) % self.recognisers.len();
        if heard.confidence >= FOREIGN || next == ear {
            return Ok((heard, ear));
        }
        let language = self.language_of(next);
        let other = self.recognisers[next].recognise(sound, language)?;
        self.heard.push((next, other.clone()));
        if other.confidence <= heard.confidence || other.text.is_empty() {
            return Ok((heard, ear));
        }
        self.last = next;
        Ok((other, next))
    }

    /// Where one of the robot's names fits best in this sound, not beginning before sample `from`; none if nobody listens for them.
    ///
    /// # Errors
    /// A model that fails.
    pub fn name_in(&mut self, sound: &[f32], from: usize) -> Result<Option<NameFit>, VoiceError> {
        for ear in &mut self.recognisers {
            if let Some(fit) = ear.name_in(sound, from)? {
                return Ok(Some(fit));
            }
        }
        Ok(None)
    }

    /// What was said, by the recogniser that makes the most of it. `known` is what one of them heard in it already;
    /// `strip` takes off what is not meant for the planner.
    ///
    /// # Errors
    /// A model that fails.
    pub fn hear(
        &mut self,
        sound: &[f32],
        known: Option<(Hypothesis, usize)>,
        interpreter: &Interpreter,
        strip: &dyn Fn(&str) -> String,
    ) -> Result<(Hypothesis, usize), VoiceError> {
        self.heard.clear();
        let first = known.as_ref().map_or(self.last, |it| it.1);
        let mut known = known.map(|it| it.0);
        let others = (0..self.recognisers.len()).filter(|it| *it != first);
        let mut all: Vec<(Hypothesis, usize, Meaning)> = Vec::new();
        let mut told = None;
        for ear in std::iter::once(first).chain(others) {
            let language = self.language_of(ear);
            let heard = match known.take() {
                Some(heard) => heard,
                None => self.recognisers[ear].recognise(sound, language)?,
            };
            told = told.or(self.recognisers[ear].language());
            self.heard.push((ear, heard.clone()));
            let reading = interpreter.reading(&strip(&heard.text), heard.language);
            let meaning = reading.meaning;
            let is_whole = meaning.sense == Sense::Whole;
            let sure = if is_whole { SURE } else { CLEAR };
            let is_sure = heard.confidence >= sure && !heard.text.is_empty();
            all.push((heard, ear, meaning));
            let newest = all.len() - 1;
            let agrees = |(_, _, other): &&(Hypothesis, usize, Meaning)| *other == all[newest].2;
            // Two that take it for the same are as good as one that is sure.
            let is_agreed = is_whole && all[..newest].iter().any(|it| agrees(&it));
            if is_sure || is_agreed {
                let (heard, ear, _) = all.swap_remove(newest);
                self.last = self.specialist(heard.language);
                return Ok((heard, ear));
            }
        }
        let worth = |(heard, _, meaning): &(Hypothesis, usize, Meaning)| {
            let whole = meaning.sense == Sense::Whole;
            let something = !heard.text.is_empty();
            (
                whole,
                something,
                heard.confidence * likely(heard.language, told),
            )
        };
        let order = |a: &(Hypothesis, usize, Meaning), b: &(Hypothesis, usize, Meaning)| {
            let (a, b) = (worth(a), worth(b));
            (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2))
        };
        let (heard, ear, _) = all
            .into_iter()
            .max_by(order)
            .ok_or_else(|| VoiceError::Microphone("there is no recogniser".to_owned()))?;
        self.last = self.specialist(heard.language);
        Ok((heard, ear))
    }

    /// Who listens first for a language: one that knows several is not asked for English ever after it heard some once.
    fn specialist(&self, language: Language) -> usize {
        let mut each = self.recognisers.iter().map(Box::as_ref);
        each.position(|it| it.languages().contains(&language))
            .unwrap_or(0)
    }
}

/// \[0, 1\] How likely a language is, where one of them can tell languages apart: nonsense in English may be good Mandarin.
fn likely(language: Language, told: Option<(Language, f64)>) -> f64 {
    match told {
        Some((it, sure)) if it == language => sure,
        Some((_, sure)) => 1.0 - sure,
        None => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::Scope;

    /// Writes what it was told to.
    struct Scripted {
        languages: Vec<Language>,
        heard: Hypothesis,
    }

    impl Recogniser for Scripted {
        fn languages(&self) -> &[Language] {
            &self.languages
        }

        fn recognise(
            &mut self,
            _sound: &[f32],
            _language: Option<Language>,
        ) -> Result<Hypothesis, VoiceError> {
            Ok(self.heard.clone())
        }

        fn alternatives(&mut self, _most: usize) -> Result<Vec<Hypothesis>, VoiceError> {
            Ok(Vec::new())
        }

        fn scores(&mut self, texts: &[String], _: Scope) -> Result<Vec<Option<f64>>, VoiceError> {
            Ok(vec![None; texts.len()])
        }
    }

    fn ears(sure_of_english: f64) -> Ears {
        let ear = |languages: &[Language], text: &str, confidence| -> Box<dyn Recogniser> {
            Box::new(Scripted {
                languages: languages.to_vec(),
                heard: Hypothesis {
                    text: text.to_owned(),
                    language: languages[0],
                    log_probability: -1.0,
                    confidence,
                    is_sounds: false,
                },
            })
        };
        let english = ear(&[Language::En], "chew chew fun", sure_of_english);
        let both = ear(&[Language::Zh, Language::En], "去厨房", 0.9);
        Ears::new(vec![english, both], &[Language::En, Language::Zh]).unwrap()
    }

    #[test]
    fn whoever_makes_nothing_of_it_gives_way_while_somebody_still_speaks() {
        let mut ears = ears(0.3);
        let (heard, ear) = ears.glance(&[]).unwrap();
        assert_eq!((heard.text.as_str(), ear), ("去厨房", 1));
        // A "stop" counts whoever hears it.
        assert_eq!(ears.all_heard().count(), 2);
        assert_eq!(ears.glance(&[]).unwrap().1, 1);
        assert_eq!(ears.all_heard().count(), 1);
    }

    #[test]
    fn whoever_is_sure_goes_on() {
        let mut ears = ears(0.8);
        let asked: Vec<usize> = (0..4).map(|_| ears.glance(&[]).unwrap().1).collect();
        assert_eq!(asked, [0, 0, 0, 0]);
    }
}
