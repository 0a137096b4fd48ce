//! What recognition costs by itself, beside the same in Python on the same files (`models/voice/bench_python.py`).

use super::corpus::{Condition, Purpose, Recording, spread};
use super::errors::{Errors, units};
use crate::bench::{machine::cpu_secs, python};
use anyhow::Context;
use hearth_models::{Manifest, Runtime, SessionOptions};
use hearth_planner::language::LexiconData;
use hearth_types::Language;
use hearth_voice::recognise::{Moonshine, Recogniser, Whisper, WhisperEncoder};
use hearth_voice::sound::{samples, secs, write_wav};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Where `./hearth bench voice` puts Moonshine's and Whisper's Python.
const PACKAGES: &str = ".sysroot/voice/python";
/// \[s\] What the ears leave around speech.
const AROUND_SECS: [f64; 2] = [0.3, 0.16];

/// One recogniser over the files of one language.
#[derive(Debug, Deserialize)]
struct Run {
    name: String,
    language: Language,
    /// Wall and processor time, each file.
    wall_secs: Vec<f64>,
    cpu_secs: f64,
    texts: Vec<String>,
    #[serde(default)]
    rss_mib: Option<f64>,
}

/// A file that all recognisers hear.
#[derive(Serialize)]
struct File {
    path: PathBuf,
    language: Language,
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    sound: Vec<f32>,
}

/// What was measured.
pub struct Speed {
    pub figures: Vec<(&'static str, f64)>,
    pub cases: Vec<Value>,
}

/// Measures over `most` clean commands of each language.
///
/// # Errors
/// A file or a model of ours that fails; where Python's fail, they are left out.
pub fn measure(
    root: &Path,
    options: &SessionOptions,
    all: &[Recording],
    most: usize,
) -> anyhow::Result<Speed> {
    let folder = tempfile::tempdir().context("making a temporary folder")?;
    let mut files = Vec::new();
    for language in [Language::En, Language::Zh] {
        let wanted = |it: &&Recording| {
            it.kind == Purpose::Command
                && it.condition() == Condition::Clean
                && it.language == language
        };
        for recording in spread(all.iter().filter(wanted).collect(), most) {
            let path = folder.path().join(format!("{:04}.wav", files.len()));
            files.push(file(recording, path)?);
        }
    }
    let (runtime, manifest) = (Runtime::load_default(root)?, Manifest::load(root)?);
    let mut moonshine = Moonshine::open(&runtime, &manifest, options)?;
    let mut runs = vec![run("moonshine", &mut moonshine, Language::En, &files)?];
    drop(moonshine);
    let encoder = WhisperEncoder::open(&runtime, &manifest, options)?;
    let mut whisper = Whisper::open(&runtime, &manifest, options, encoder)?;
    for language in [Language::En, Language::Zh] {
        runs.push(run("whisper", &mut whisper, language, &files)?);
    }
    drop(whisper);
    let mut cases = Vec::new();
    match in_python(root, folder.path(), options.threads, &files) {
        Ok(theirs) => {
            for (name, why) in &theirs.left_out {
                eprintln!("hearth: no comparison with {name} in Python: {why}");
            }
            runs.extend(theirs.runs);
            cases.push(json!({
                "part": "python", "versions": theirs.versions, "left_out": theirs.left_out,
            }));
        }
        Err(why) => {
            eprintln!("hearth: no comparison with Python: {why}");
            cases.push(json!({"part": "python", "left_out": why}));
        }
    }
    let lexicon = LexiconData::embedded()?;
    let mut figures = Vec::new();
    for run in &runs {
        let (rtf, case) = run.judged(&files, &lexicon);
        cases.push(case);
        figures.extend(run.figure().map(|it| (it, rtf)));
    }
    Ok(Speed { figures, cases })
}

fn file(recording: &Recording, path: PathBuf) -> anyhow::Result<File> {
    let mut sound = vec![0.0; samples(AROUND_SECS[0])];
    sound.extend(recording.speech()?);
    sound.resize(sound.len() + samples(AROUND_SECS[1]), 0.0);
    write_wav(&path, &sound)?;
    Ok(File {
        path,
        language: recording.language,
        text: recording.text.clone(),
        sound,
    })
}

fn run(
    name: &str,
    recogniser: &mut dyn Recogniser,
    language: Language,
    files: &[File],
) -> anyhow::Result<Run> {
    let heard: Vec<&File> = files.iter().filter(|it| it.language == language).collect();
    // The first run of a session plans its memory.
    if let Some(first) = heard.first() {
        recogniser.recognise(&first.sound, Some(language))?;
    }
    let (mut wall_secs, mut texts) = (Vec::new(), Vec::new());
    let before = cpu_secs();
    for file in heard {
        let began = Instant::now();
        texts.push(recogniser.recognise(&file.sound, Some(language))?.text);
        wall_secs.push(began.elapsed().as_secs_f64());
    }
    Ok(Run {
        name: name.to_owned(),
        language,
        wall_secs,
        cpu_secs: cpu_secs() - before,
        texts,
        rss_mib: None,
    })
}

impl Run {
    /// Wall seconds a second of sound; and the case.
    fn judged(&self, files: &[File], lexicon: &LexiconData) -> (f64, Value) {
        let mut errors = Errors::default();
        let mut sound_secs = 0.0;
        let heard = files.iter().filter(|it| it.language == self.language);
        for (file, text) in heard.zip(&self.texts) {
            let plain = |it: &str| units(&lexicon.simplified(it), self.language);
            errors.add(Errors::between(&plain(&file.text), &plain(text)));
            sound_secs += secs(file.sound.len());
        }
        let rtf = self.wall_secs.iter().sum::<f64>() / sound_secs.max(1e-9);
        let unit = match self.language {
            Language::En => "wer",
            Language::Zh => "cer",
        };
        let case = json!({
            "part": "recogniser", "name": self.name, "language": self.language, "files": self.texts.len(), "sound_secs": sound_secs,
            "rtf": rtf, "cpu_rtf": self.cpu_secs / sound_secs.max(1e-9), unit: errors.rate(), "rss_mib": self.rss_mib,
        });
        (rtf, case)
    }

    /// What its factor is called, if it heard anything.
    fn figure(&self) -> Option<&'static str> {
        if self.texts.is_empty() {
            return None;
        }
        Some(match (self.name.as_str(), self.language) {
            ("moonshine", Language::En) => "rtf_moonshine",
            ("whisper", Language::Zh) => "rtf_whisper",
            ("moonshine_python", Language::En) => "rtf_moonshine_python",
            ("whisper_python", Language::Zh) => "rtf_whisper_python",
            _ => return None,
        })
    }
}

#[derive(Deserialize)]
struct Answer {
    runs: Vec<Run>,
    versions: Value,
    /// What could not be measured, and why.
    left_out: BTreeMap<String, String>,
}

/// Runs the script; the error says why there is nothing to compare with.
fn in_python(root: &Path, folder: &Path, threads: usize, files: &[File]) -> Result<Answer, String> {
    let packages = root.join(PACKAGES);
    if !packages.join("moonshine_cpp").is_dir() {
        return Err(format!(
            "{PACKAGES} has no moonshine_cpp; `./hearth bench voice` fetches it"
        ));
    }
    let list = folder.join("files.json");
    let text = serde_json::json!({
        "threads": threads, "whisper": root.join(".sysroot/models/whisper-base"), "files": files,
    });
    std::fs::write(&list, text.to_string()).map_err(|it| it.to_string())?;
    let script = "models/voice/bench_python.py";
    python::run(root, script, &packages, [&list])
}
