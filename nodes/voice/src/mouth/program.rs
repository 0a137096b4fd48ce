//! espeak-ng (or whatever takes its arguments), a program of its own.

use super::Speech;
use crate::VoiceError;
use crate::config::MouthConfig;
use hearth_types::Language;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

/// Nobody listens to more.
pub(super) const MOST_CHARS: usize = 1_000;

/// The command that speaks in a language, without what it is to do with the sound.
pub(super) fn command(config: &MouthConfig, language: Language) -> Command {
    let voice = match language {
        Language::En => &config.voice_en,
        Language::Zh => &config.voice_zh,
    };
    let mut command = Command::new(&config.program);
    command
        .arg("-v")
        .arg(voice)
        .arg("-s")
        .arg(config.words_per_minute.to_string())
        // The text goes in by the standard input: it may begin with a dash.
        .arg("--stdin");
    command
}

/// The phonemes of a text, as IPA, in a voice's language.
pub(super) fn phonemes(program: &str, voice: &str, text: &str) -> Result<String, VoiceError> {
    let mut command = Command::new(program);
    command.args(["-q", "--ipa", "--stdin", "-v", voice]);
    let output = output(program, command, text)?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// What a text sounds like.
pub(super) fn speech(
    config: &MouthConfig,
    text: &str,
    language: Language,
) -> Result<Speech, VoiceError> {
    let mut command = command(config, language);
    command.arg("--stdout");
    let wav = output(&config.program, command, text)?;
    pcm(&wav).ok_or_else(|| {
        VoiceError::Mouth(format!(
            "{} (voice.mouth.program) gave no sound of 16 bits on its standard output",
            config.program
        ))
    })
}

/// Starts a program with a text on its standard input.
pub(super) fn start(program: &str, mut command: Command, text: &str) -> Result<Child, VoiceError> {
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
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

/// How it ended.
pub(super) fn ended(program: &str, child: &mut Child) -> Result<(), VoiceError> {
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        // What it says is only for the message.
        let _ = stderr.read_to_string(&mut said);
    }
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

fn output(program: &str, mut command: Command, text: &str) -> Result<Vec<u8>, VoiceError> {
    command.stdout(Stdio::piped());
    let mut child = start(program, command, text)?;
    let mut output = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        let read = stdout.read_to_end(&mut output);
        read.map_err(|it| VoiceError::Mouth(format!("{program} was lost: {it}")))?;
    }
    ended(program, &mut child)?;
    Ok(output)
}

/// The sound of a WAV file of 16 bits and one channel that was written to a pipe: its lengths are not to be relied on.
fn pcm(wav: &[u8]) -> Option<Speech> {
    let rate = wav.get(24..28)?.try_into().ok()?;
    let bits = u16::from_le_bytes(wav.get(34..36)?.try_into().ok()?);
    if !wav.starts_with(b"RIFF") || bits != 16 {
        return None;
    }
    let data = wav.windows(4).position(|it| it == b"data")?;
    let samples = wav.get(data + 8..)?.as_chunks::<2>().0.iter();
    Some(Speech {
        rate_hz: u32::from_le_bytes(rate),
        samples: samples
            .map(|it| f32::from(i16::from_le_bytes(*it)) / 32_768.0)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_sound_is_none() {
        for bytes in [&b""[..], b"RIFF", &[0; 44], b"espeak: no such voice"] {
            assert!(pcm(bytes).is_none());
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named_with_its_key() {
        let error = phonemes("no-such-program", "en", "hello").expect_err("there is none");
        assert!(
            error
                .to_string()
                .contains("no-such-program (voice.mouth.program)")
        );
    }
}
