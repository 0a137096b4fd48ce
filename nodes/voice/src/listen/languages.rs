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
    /// What each that was asked heard in the last sound.
    heard: Vec<Hypothesis>,
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

    /// What each that was asked heard in the last sound: a "stop" counts whoever hears it.
    pub fn all_heard(&self) -> &[Hypothesis] {
        &self.heard
    }

    /// Whether whoever was right last is fast enough to be asked again and again.
    pub fn is_quick(&self) -> bool {
        self.recognisers[self.last].is_quick()
    }

    /// A quick look while somebody speaks: by whoever was right last.
    ///
    /// # Errors
    /// A model that fails.
    pub fn glance(&mut self, sound: &[f32]) -> Result<(Hypothesis, usize), VoiceError> {
        let ear = self.last;
        let language = self.language_of(ear);
        let heard = self.recognisers[ear].recognise(sound, language)?;
        self.heard = vec![heard.clone()];
        Ok((heard, ear))
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
        let mut best: Option<(Hypothesis, usize, (Sense, f64))> = None;
        for ear in std::iter::once(first).chain(others) {
            let language = self.language_of(ear);
            let heard = match known.take() {
                Some(heard) => heard,
                None => self.recognisers[ear].recognise(sound, language)?,
            };
            self.heard.push(heard.clone());
            let text = interpreter.tidied(&strip(&heard.text), heard.language);
            let meaning = interpreter.comprehension().meaning(&text, heard.language);
            let sense = meaning.sense;
            let sure = if sense == Sense::Whole { SURE } else { CLEAR };
            if heard.confidence >= sure && !heard.text.is_empty() {
                self.last = ear;
                return Ok((heard, ear));
            }
            let worth = (sense, heard.confidence);
            let better = match &best {
                None => true,
                Some((before, _, least)) => {
                    before.text.is_empty() || (!heard.text.is_empty() && worth > *least)
                }
            };
            if better {
                best = Some((heard, ear, worth));
            }
        }
        let (heard, ear, _) =
            best.ok_or_else(|| VoiceError::Microphone("there is no recogniser".to_owned()))?;
        self.last = ear;
        Ok((heard, ear))
    }
}
