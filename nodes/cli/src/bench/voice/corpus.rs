//! The recordings, as `models/voice/corpus.py` and `models/wake/recordings.py` leave them.

use anyhow::{Context, bail};
use hearth_types::Language;
use hearth_voice::sound::{WavStream, samples};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Commands and stops, said by voices that nothing was tuned on.
pub const COMMANDS: &str = ".sysroot/voice/corpus/test";
/// Calls of the robot's name, and hours without one.
pub const WAKE: &str = ".sysroot/voice/corpus/wake";
/// What a folder of recordings has a list in.
const MANIFEST: &str = "manifest.jsonl";

/// How a recording sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// Near, and nothing else to hear.
    Clean,
    /// In a room, from some metres.
    Room,
    /// In a room, with noise so many decibels below the voice.
    Noise(u8),
}

impl Condition {
    /// All that the corpus has.
    pub const ALL: [Self; 5] = [
        Self::Clean,
        Self::Room,
        Self::Noise(20),
        Self::Noise(10),
        Self::Noise(5),
    ];

    /// As in the names of figures.
    pub fn name(self) -> String {
        match self {
            Self::Clean => "clean".to_owned(),
            Self::Room => "room".to_owned(),
            Self::Noise(db) => format!("{db}db"),
        }
    }
}

/// What a recording is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A command.
    Command,
    /// An order to stop.
    Stop,
}

/// A line of the manifest; what is not used is left out.
#[derive(Clone, Debug, Deserialize)]
pub struct Recording {
    file: PathBuf,
    /// What is said in it.
    pub text: String,
    /// In which language.
    pub language: Language,
    /// What it is there for.
    pub kind: Purpose,
    /// Who speaks.
    pub voice: String,
    room: Option<serde_json::Value>,
    snr_db: Option<u8>,
    /// \[s\] Where speech begins.
    speech_starts_secs: f64,
    /// \[s\] Where speech ends.
    pub speech_ends_secs: f64,
}

impl Recording {
    /// How it sounds.
    pub fn condition(&self) -> Condition {
        match (self.snr_db, &self.room) {
            (Some(db), _) => Condition::Noise(db),
            (None, Some(_)) => Condition::Room,
            (None, None) => Condition::Clean,
        }
    }

    /// \[s\] How long somebody speaks.
    pub fn speech_secs(&self) -> f64 {
        self.speech_ends_secs - self.speech_starts_secs
    }

    /// All of its sound: mono, 16 kHz.
    ///
    /// # Errors
    /// A file that is none.
    pub fn sound(&self) -> anyhow::Result<Vec<f32>> {
        read(&self.file)
    }

    /// The speech alone, without what is before and behind it.
    ///
    /// # Errors
    /// As for [`Recording::sound`].
    pub fn speech(&self) -> anyhow::Result<Vec<f32>> {
        let mut sound = self.sound()?;
        sound.truncate(samples(self.speech_ends_secs));
        Ok(sound.split_off(samples(self.speech_starts_secs).min(sound.len())))
    }
}

/// A scene of the wake word's test.
#[derive(Clone, Debug, Deserialize)]
pub struct Scene {
    file: PathBuf,
    /// `call-en`, `call-zh`; or, where nobody calls: speech, people, commands, noise.
    pub kind: String,
    /// Who says what.
    pub text: String,
    /// \[s\] How long it is.
    pub secs: f64,
    /// \[s\] Where the call ends, if there is one.
    pub call_ends_secs: Option<f64>,
}

impl Scene {
    /// All of its sound.
    ///
    /// # Errors
    /// A file that is none.
    pub fn sound(&self) -> anyhow::Result<Vec<f32>> {
        read(&self.file)
    }
}

/// All commands and stops of a folder.
///
/// # Errors
/// A manifest that is missing or wrong.
pub fn commands(folder: &Path) -> anyhow::Result<Vec<Recording>> {
    lines(folder, |it: &mut Recording| &mut it.file)
}

/// All scenes of the wake word's test; none where there are none.
///
/// # Errors
/// A manifest that is wrong.
pub fn wake(root: &Path) -> anyhow::Result<Vec<Scene>> {
    let folder = root.join(WAKE);
    if !folder.join(MANIFEST).is_file() {
        return Ok(Vec::new());
    }
    lines(&folder, |it: &mut Scene| &mut it.file)
}

/// The lines of a folder's manifest; `file` of each is relative to the folder there, and no longer here.
fn lines<T: serde::de::DeserializeOwned>(
    folder: &Path,
    file: impl Fn(&mut T) -> &mut PathBuf,
) -> anyhow::Result<Vec<T>> {
    let path = folder.join(MANIFEST);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!(
            "there are no recordings to listen to ({} is missing); `./hearth bench voice` makes them, and \
             models/voice/README.md says how",
            path.display()
        ),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    text.lines()
        .enumerate()
        .map(|(number, line)| {
            let mut it = serde_json::from_str(line)
                .with_context(|| format!("{}: line {}", path.display(), number + 1))?;
            let file = file(&mut it);
            *file = folder.join(&*file);
            Ok(it)
        })
        .collect()
}

fn read(path: &Path) -> anyhow::Result<Vec<f32>> {
    Ok(WavStream::open(path)?.read_all()?)
}

/// `most` of `all`, spread evenly over them.
pub fn spread<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let count = all.len();
    if count <= most {
        return all;
    }
    let taken = |index: usize| index * most / count != (index + 1) * most / count;
    let kept = all.into_iter().enumerate().filter(|it| taken(it.0));
    kept.map(|it| it.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_taken_as_are_wanted_evenly() {
        assert_eq!(spread((0..10).collect(), 5), [1, 3, 5, 7, 9]);
        assert_eq!(spread((0..3).collect(), 5), [0, 1, 2]);
        assert_eq!(spread((0..7).collect::<Vec<_>>(), 3).len(), 3);
        assert!(spread(vec![1, 2], 0).is_empty());
    }

    #[test]
    fn a_line_of_the_manifest_says_how_it_sounds() {
        let line = r#"{"file": "en/0000-10db.wav", "split": "test", "language": "en", "text": "go", "kind": "command",
            "voice": "flite:slt", "speed": 1.0, "pitch": 1.0, "room": {"rt60_secs": 0.3}, "noise": "fan", "snr_db": 10,
            "speech_starts_secs": 0.5, "speech_ends_secs": 1.5}"#;
        let recording: Recording = serde_json::from_str(line).unwrap();
        assert_eq!(recording.condition(), Condition::Noise(10));
        assert!((recording.speech_secs() - 1.0).abs() < 1e-9);
    }
}
