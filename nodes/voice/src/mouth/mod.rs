//! Text to speech: espeak-ng, a program of its own, so that it can be ended in the middle of a word; or voices of Piper's.

mod loudspeaker;
mod piper;
mod program;

use crate::VoiceError;
use crate::config::MouthConfig;
use crate::sound::Resampler;
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
}

/// What is being said.
enum Saying {
    Program(Child),
    Loudspeaker(Loudspeaker),
}

impl Mouth {
    /// With the program alone, whatever else the configuration names.
    pub fn new(config: MouthConfig) -> Self {
        Self {
            config,
            voices: Vec::new(),
            saying: None,
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
        self.saying = Some(match self.voice(language) {
            Some(voice) => {
                let (voice, text) = (Arc::clone(voice), text.to_owned());
                Saying::Loudspeaker(Loudspeaker::begin(move |take| {
                    let mut voice = voice.lock().unwrap_or_else(PoisonError::into_inner);
                    voice.speak(&text, take)
                })?)
            }
            None => {
                let mut command = program::command(&self.config, language);
                command.stdout(Stdio::null());
                let child = program::start(&self.config.program, command, text)?;
                Saying::Program(child)
            }
        });
        Ok(())
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
            Some(Saying::Loudspeaker(loudspeaker)) => {
                if loudspeaker.is_speaking() {
                    self.saying = Some(Saying::Loudspeaker(loudspeaker));
                    return Ok(true);
                }
                loudspeaker.end().map(|()| false)
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
            Some(Saying::Loudspeaker(loudspeaker)) => {
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
