//! Several recognisers, one for each language, and which of them is right.

use crate::VoiceError;
use crate::recognise::{Hypothesis, Recogniser};
use crate::understand::{Interpreter, Sense};
use hearth_types::Language;

/// From this confidence on, words that make sense need no second opinion.
const SURE: f64 = 0.6;
/// The first recogniser is this sure of words of its own language, whether or not they make sense.
const CLEAR: f64 = 0.85;

/// The recognisers.
pub struct Ears {
    recognisers: Vec<Box<dyn Recogniser>>,
    languages: Vec<Language>,
    /// Whoever was right last has the first look while somebody speaks.
    last: usize,
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
        })
    }

    /// The one with this number.
    pub fn recogniser(&mut self, ear: usize) -> &mut dyn Recogniser {
        let ear = ear.min(self.recognisers.len().saturating_sub(1));
        self.recognisers[ear].as_mut()
    }

    fn language_of(&self, ear: usize) -> Option<Language> {
        let knows = |it: &&Language| self.recognisers[ear].languages().contains(it);
        // One that knows all of them decides by itself.
        let mut known = self.languages.iter().filter(knows);
        let first = known.next().copied();
        if known.next().is_some() { None } else { first }
    }

    /// A quick look while somebody speaks: by whoever was right last.
    ///
    /// # Errors
    /// A model that fails.
    pub fn glance(&mut self, sound: &[f32]) -> Result<(Hypothesis, usize), VoiceError> {
        let ear = self.last;
        let language = self.language_of(ear);
        Ok((self.recognisers[ear].recognise(sound, language)?, ear))
    }

    /// Whether a quick look was enough.
    pub fn is_sure(&self, heard: &Hypothesis, interpreter: &Interpreter) -> bool {
        self.recognisers.len() == 1 || self.settles(heard, interpreter)
    }

    fn settles(&self, heard: &Hypothesis, interpreter: &Interpreter) -> bool {
        let clear = heard.confidence >= CLEAR;
        clear || (heard.confidence >= SURE && sense(heard, interpreter) == Sense::Whole)
    }

    /// What was said, by the recogniser that makes the most of it.
    ///
    /// # Errors
    /// A model that fails.
    pub fn hear(
        &mut self,
        sound: &[f32],
        interpreter: &Interpreter,
    ) -> Result<(Hypothesis, usize), VoiceError> {
        let mut best: Option<(Hypothesis, usize, (Sense, f64))> = None;
        let first = self.last;
        let order =
            std::iter::once(first).chain((0..self.recognisers.len()).filter(|it| *it != first));
        for ear in order.collect::<Vec<_>>() {
            let language = self.language_of(ear);
            let heard = self.recognisers[ear].recognise(sound, language)?;
            if self.settles(&heard, interpreter) {
                self.last = ear;
                return Ok((heard, ear));
            }
            let worth = (sense(&heard, interpreter), heard.confidence);
            let better = best
                .as_ref()
                .is_none_or(|it| it.2.partial_cmp(&worth).is_some_and(|it| it.is_lt()));
            if better && !heard.text.is_empty() || best.is_none() {
                best = Some((heard, ear, worth));
            }
        }
        let (heard, ear, _) =
            best.ok_or_else(|| VoiceError::Microphone("there is no recogniser".to_owned()))?;
        self.last = ear;
        Ok((heard, ear))
    }
}

fn sense(heard: &Hypothesis, interpreter: &Interpreter) -> Sense {
    let text = interpreter.tidied(&heard.text, heard.language);
    interpreter
        .comprehension()
        .meaning(&text, heard.language)
        .sense
}
