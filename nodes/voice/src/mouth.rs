//! Text to speech: espeak-ng, a program of its own, so that it can be ended in the middle of a word.

use crate::VoiceError;
use crate::config::MouthConfig;
use hearth_types::Language;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Nobody listens to more.
const MOST_CHARS: usize = 1_000;

/// Speaks one text at a time.
pub struct Mouth {
    config: MouthConfig,
    child: Option<Child>,
}

impl Mouth {
    /// With this program and these voices.
    pub fn new(config: MouthConfig) -> Self {
        Self {
            config,
            child: None,
        }
    }

    /// Begins to say a text on the system's loudspeaker; what was being said ends.
    ///
    /// # Errors
    /// A program that is missing or does not start.
    pub fn say(&mut self, text: &str, language: Language) -> Result<(), VoiceError> {
        self.interrupt();
        let mut command = self.command(language);
        command.stdout(Stdio::null());
        self.child = Some(self.start(command, text)?);
        Ok(())
    }

    /// Says a text into a WAV file instead, and waits for it.
    ///
    /// # Errors
    /// As for [`Mouth::say`], and a file that cannot be written.
    pub fn say_into(&self, path: &Path, text: &str, language: Language) -> Result<(), VoiceError> {
        let mut command = self.command(language);
        command.arg("-w").arg(path).stdout(Stdio::null());
        let mut child = self.start(command, text)?;
        self.ended(&mut child)
    }

    /// Whether something is being said. How the last text ended is told once.
    ///
    /// # Errors
    /// A program that ended with a fault: no loudspeaker, say.
    pub fn is_speaking(&mut self) -> Result<bool, VoiceError> {
        let Some(mut child) = self.child.take() else {
            return Ok(false);
        };
        match child.try_wait() {
            Ok(None) => {
                self.child = Some(child);
                Ok(true)
            }
            _ => self.ended(&mut child).map(|()| false),
        }
    }

    /// Stops in the middle of a word. Whether something was being said.
    pub fn interrupt(&mut self) -> bool {
        let Some(mut child) = self.child.take() else {
            return false;
        };
        let spoke = matches!(child.try_wait(), Ok(None));
        // It may have ended by itself since; then there is nothing to end.
        let _ = child.kill();
        let _ = child.wait();
        spoke
    }

    fn command(&self, language: Language) -> Command {
        let voice = match language {
            Language::En => &self.config.voice_en,
            Language::Zh => &self.config.voice_zh,
        };
        let mut command = Command::new(&self.config.program);
        command
            .arg("-v")
            .arg(voice)
            .arg("-s")
            .arg(self.config.words_per_minute.to_string())
            // The text goes in by the standard input: it may begin with a dash.
            .arg("--stdin")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn start(&self, mut command: Command, text: &str) -> Result<Child, VoiceError> {
        let program = &self.config.program;
        let mut child = command.spawn().map_err(|error| {
            VoiceError::Mouth(match error.kind() {
                std::io::ErrorKind::NotFound => format!(
                    "{program} (voice.mouth.program) is not installed; `apt-get install espeak-ng` brings it"
                ),
                _ => format!("{program} (voice.mouth.program) does not start: {error}"),
            })
        })?;
        let text: String = text
            .chars()
            .filter(|it| !it.is_control())
            .take(MOST_CHARS)
            .collect();
        if let Some(mut input) = child.stdin.take() {
            // If it has ended already, how it ended says why.
            let _ = input.write_all(text.as_bytes());
        }
        Ok(child)
    }

    fn ended(&self, child: &mut Child) -> Result<(), VoiceError> {
        let mut said = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            // What it says is only for the message.
            let _ = stderr.read_to_string(&mut said);
        }
        let program = &self.config.program;
        let status = child
            .wait()
            .map_err(|it| VoiceError::Mouth(format!("{program} was lost: {it}")))?;
        if status.success() {
            return Ok(());
        }
        let said = said
            .trim()
            .lines()
            .last()
            .unwrap_or("it gives no reason")
            .to_owned();
        Err(VoiceError::Mouth(format!(
            "{program} ended with {status}: {said}. Is there a loudspeaker?"
        )))
    }
}

impl Drop for Mouth {
    fn drop(&mut self) {
        self.interrupt();
    }
}
