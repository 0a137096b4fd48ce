//! Text to speech: espeak-ng, a program of its own, or voices of Piper's; what is said can be ended in the middle of a word.

mod loudspeaker;
mod piper;
mod program;

use crate::VoiceError;
use crate::config::MouthConfig;
use crate::sound::Resampler;
use crossbeam_channel::{Receiver, Sender};
use hearth_models::Runtime;
use hearth_types::Language;
use loudspeaker::Loudspeaker;
pub use piper::Piper;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// Sound that somebody could play.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speech {
    /// \[1/s\] Samples a second.
    pub rate_hz: u32,
    /// One channel, in \[-1, 1\].
    pub samples: Vec<f32>,
}

impl Speech {
    /// As the ears hear it: at 16 kHz.
    ///
    /// # Errors
    /// A rate that nothing has.
    pub fn at_16_khz(&self) -> Result<Vec<f32>, VoiceError> {
        let mut resampler = Resampler::new(self.rate_hz)?;
        let mut samples = Vec::new();
        resampler.push(&self.samples, &mut samples)?;
        resampler.finish(&mut samples)?;
        Ok(samples)
    }
}

/// Speaks one text at a time.
pub struct Mouth {
    config: MouthConfig,
    voices: Vec<(Language, Arc<Mutex<Piper>>)>,
    saying: Option<Saying>,
    /// There is a loudspeaker for sound that is made here, as far as is known.
    has_loudspeaker: bool,
    tell: Sender<Speech>,
    told: Receiver<Speech>,
    /// From the loudspeaker's rate to the ears'.
    resampler: Option<(u32, Resampler)>,
}

/// What is being said.
enum Saying {
    /// The program plays it.
    Program(Child),
    /// We play it; what the program would be asked to say if that fails.
    Loudspeaker(Loudspeaker, Option<(String, Language)>),
}

impl Mouth {
    /// With the program alone, whatever else the configuration names.
    pub fn new(config: MouthConfig) -> Self {
        let (tell, told) = loudspeaker::told();
        Self {
            config,
            voices: Vec::new(),
            saying: None,
            has_loudspeaker: true,
            tell,
            told,
            resampler: None,
        }
    }

    /// With Piper's voices where the configuration names some; relative to `root`. `runtime` is asked for only then.
    ///
    /// # Errors
    /// A voice that is missing or none, with file and key.
    pub fn open(
        config: MouthConfig,
        root: &Path,
        runtime: impl FnOnce() -> Result<Runtime, VoiceError>,
    ) -> Result<Self, VoiceError> {
        let mut mouth = Self::new(config);
        let piper = mouth.config.piper.clone();
        let named = [(Language::En, piper.en), (Language::Zh, piper.zh)];
        let named: Vec<_> = named
            .into_iter()
            .filter_map(|(language, path)| Some((language, path?)))
            .collect();
        if named.is_empty() {
            return Ok(mouth);
        }
        let runtime = runtime()?;
        for (language, path) in named {
            let MouthConfig {
                program, voice_zh, ..
            } = &mouth.config;
            let key = piper::key(language);
            let voice = Piper::open(&runtime, &root.join(path), key, program, voice_zh)?;
            mouth.voices.push((language, Arc::new(Mutex::new(voice))));
        }
        Ok(mouth)
    }

    fn voice(&self, language: Language) -> Option<&Arc<Mutex<Piper>>> {
        let found = self.voices.iter().find(|it| it.0 == language);
        found.map(|it| &it.1)
    }

    /// Begins to say a text on the system's loudspeaker; what was being said ends.
    ///
    /// # Errors
    /// A program that is missing or does not start, no loudspeaker.
    pub fn say(&mut self, text: &str, language: Language) -> Result<(), VoiceError> {
        self.interrupt();
        let own = text.to_owned();
        let tell = self.tell.clone();
        self.saying = Some(match self.voice(language) {
            Some(voice) => {
                let voice = Arc::clone(voice);
                let playing = Loudspeaker::begin(tell, move |take| {
                    let mut voice = voice.lock().unwrap_or_else(PoisonError::into_inner);
                    voice.speak(&own, take)
                })?;
                Saying::Loudspeaker(playing, None)
            }
            None if self.config.cancel_echo && self.has_loudspeaker => {
                let config = self.config.clone();
                let playing = Loudspeaker::begin(tell, move |take| {
                    take(program::speech(&config, &own, language)?);
                    Ok(())
                })?;
                Saying::Loudspeaker(playing, Some((text.to_owned(), language)))
            }
            None => self.program_says(text, language)?,
        });
        Ok(())
    }

    /// The program says it on a loudspeaker that it finds itself: what is played is not known.
    fn program_says(&self, text: &str, language: Language) -> Result<Saying, VoiceError> {
        let mut command = program::command(&self.config, language);
        command.stdout(Stdio::null());
        let child = program::start(&self.config.program, command, text)?;
        Ok(Saying::Program(child))
    }

    /// What went to the loudspeaker since the last call (mono, 16 kHz): nothing where the program plays it. For whoever cancels
    /// its echo: to be asked for every few hundredths of a second.
    pub fn played(&mut self) -> Vec<f32> {
        let mut samples = Vec::new();
        while let Ok(portion) = self.told.try_recv() {
            let fits = |it: &(u32, Resampler)| it.0 == portion.rate_hz;
            if !self.resampler.as_ref().is_some_and(fits) {
                let made = Resampler::new(portion.rate_hz).ok();
                self.resampler = made.map(|it| (portion.rate_hz, it));
            }
            if let Some((_, resampler)) = &mut self.resampler {
                // It knows of no error; what is lost is an echo that stays.
                let _ = resampler.push(&portion.samples, &mut samples);
            }
        }
        samples
    }

    /// What a text sounds like, without saying it: for whoever has a loudspeaker of their own.
    ///
    /// # Errors
    /// A program that is missing or fails, a voice that fails.
    pub fn speech(&self, text: &str, language: Language) -> Result<Speech, VoiceError> {
        let Some(voice) = self.voice(language) else {
            return program::speech(&self.config, text, language);
        };
        let mut whole = Speech::default();
        let mut voice = voice.lock().unwrap_or_else(PoisonError::into_inner);
        voice.speak(text, &mut |part| {
            whole.rate_hz = part.rate_hz;
            whole.samples.extend(part.samples);
            true
        })?;
        Ok(whole)
    }

    /// Says a text into a WAV file instead, by the program, and waits for it.
    ///
    /// # Errors
    /// As for [`Mouth::say`], and a file that cannot be written.
    pub fn say_into(&self, path: &Path, text: &str, language: Language) -> Result<(), VoiceError> {
        let mut command = program::command(&self.config, language);
        command.arg("-w").arg(path).stdout(Stdio::null());
        let mut child = program::start(&self.config.program, command, text)?;
        program::ended(&self.config.program, &mut child)
    }

    /// Whether something is being said. How the last text ended is told once.
    ///
    /// # Errors
    /// A program that ended with a fault: no loudspeaker, say.
    pub fn is_speaking(&mut self) -> Result<bool, VoiceError> {
        match self.saying.take() {
            None => Ok(false),
            Some(Saying::Loudspeaker(loudspeaker, instead)) => {
                if loudspeaker.is_speaking() {
                    self.saying = Some(Saying::Loudspeaker(loudspeaker, instead));
                    return Ok(true);
                }
                match (loudspeaker.end(), instead) {
                    (Ok(()), _) => Ok(false),
                    (Err(VoiceError::Loudspeaker(why)), Some((text, language))) => {
                        let program = &self.config.program;
                        tracing::warn!(
                            "{why}. {program} plays by itself instead, and its echo is not taken out of what is heard"
                        );
                        self.has_loudspeaker = false;
                        self.saying = Some(self.program_says(&text, language)?);
                        Ok(true)
                    }
                    (Err(error), _) => Err(error),
                }
            }
            Some(Saying::Program(mut child)) => match child.try_wait() {
                Ok(None) => {
                    self.saying = Some(Saying::Program(child));
                    Ok(true)
                }
                _ => program::ended(&self.config.program, &mut child).map(|()| false),
            },
        }
    }

    /// Stops in the middle of a word. Whether something was being said.
    pub fn interrupt(&mut self) -> bool {
        match self.saying.take() {
            None => false,
            Some(Saying::Loudspeaker(loudspeaker, _)) => {
                let spoke = loudspeaker.is_speaking();
                // Whatever was wrong with what nobody wants to hear any more is of no interest.
                let _ = loudspeaker.end();
                spoke
            }
            Some(Saying::Program(mut child)) => {
                let spoke = matches!(child.try_wait(), Ok(None));
                // It may have ended by itself since; then there is nothing to end.
                let _ = child.kill();
                let _ = child.wait();
                spoke
            }
        }
    }
}

impl Drop for Mouth {
    fn drop(&mut self) {
        self.interrupt();
    }
}
