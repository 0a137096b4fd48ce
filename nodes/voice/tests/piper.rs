//! Voices of Piper's: what they say is heard back, and what is none is told with file and key.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_models::{Manifest, Runtime, SessionOptions};
use hearth_types::Language;
use hearth_voice::mouth::Mouth;
use hearth_voice::recognise::{Moonshine, Recogniser};
use hearth_voice::{MouthConfig, PiperConfig, VoiceError};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// `python3 models/voice/fetch.py` fetches it.
const VOICE: &str = ".sysroot/voice/en_US-joe-medium.onnx";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

fn mouth(voice: &Path) -> Result<Mouth, VoiceError> {
    let config = MouthConfig {
        piper: PiperConfig {
            en: Some(voice.to_owned()),
            zh: None,
        },
        ..MouthConfig::default()
    };
    let root = root();
    Mouth::open(config, &root, || Ok(Runtime::load_default(&root)?))
}

fn words(text: &str) -> String {
    let letters = text.to_lowercase();
    let words = letters.split(|it: char| !it.is_alphanumeric());
    words
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn what_it_says_is_heard_back() {
    if !root().join(VOICE).is_file() {
        // Sixty megabytes that the robot does not need.
        assert!(mouth(Path::new(VOICE)).is_err());
        eprintln!("{VOICE} is not there: python3 models/voice/fetch.py brings it");
        return;
    }
    let mouth = mouth(Path::new(VOICE)).unwrap();
    let root = root();
    let runtime = Runtime::load_default(&root).unwrap();
    let manifest = Manifest::load(&root).unwrap();
    let mut ears = Moonshine::open(&runtime, &manifest, &SessionOptions::default()).unwrap();
    for text in [
        "I have put the red apple on the kitchen table.",
        "I could not find the cup. Shall I look in the office?",
        "There are three people in the living room.",
    ] {
        let speech = mouth.speech(text, Language::En).unwrap();
        assert_eq!(speech.rate_hz, 22_050);
        let heard = ears.recognise(&speech.at_16_khz().unwrap(), None).unwrap();
        assert_eq!(words(&heard.text), words(text));
    }
    for nothing in ["", "...", " ?! "] {
        let speech = mouth.speech(nothing, Language::En).unwrap();
        assert!(speech.samples.is_empty(), "{nothing:?}");
    }
}

#[test]
fn a_language_without_a_voice_is_spoken_by_the_program() {
    let mouth = Mouth::new(MouthConfig::default());
    let speech = mouth.speech("我去厨房。", Language::Zh).unwrap();
    assert!(speech.samples.len() > speech.rate_hz as usize / 2);
    assert!(speech.samples.iter().any(|it| it.abs() > 0.1));
}

#[test]
fn what_is_no_voice_is_told_with_file_and_key() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("voice.onnx");
    let json = folder.path().join("voice.onnx.json");
    let why = |path: &Path| match mouth(path) {
        Ok(_) => panic!("{} is no voice", path.display()),
        Err(error) => error.to_string(),
    };
    let told = |words: &[&str]| {
        let why = why(&path);
        for it in ["voice.mouth.piper.en"].iter().chain(words) {
            assert!(why.contains(it), "{it} is not in: {why}");
        }
    };
    told(&["voice.onnx: cannot be read", "NAME.onnx.json beside it"]);
    std::fs::write(&path, b"no model").unwrap();
    told(&["voice.onnx.json: cannot be read"]);
    std::fs::write(&json, "{}").unwrap();
    told(&["voice.onnx.json: is no description of a voice", "audio"]);
    let described = |rate: u32, map: &str| {
        format!(
            r#"{{"audio": {{"sample_rate": {rate}}}, "espeak": {{"voice": "en"}}, "phoneme_id_map": {map}}}"#
        )
    };
    std::fs::write(&json, described(22_050, r#"{"^": [1]}"#)).unwrap();
    told(&["phoneme_id_map lacks '$'"]);
    let map = r#"{"^": [1], "$": [2], "_": [0]}"#;
    std::fs::write(&json, described(1, map)).unwrap();
    told(&["sample_rate is 1"]);
    std::fs::write(&json, described(22_050, map)).unwrap();
    told(&["voice.onnx", "ONNX Runtime cannot load it"]);
    // A model, but none that speaks.
    let vad = root().join(".sysroot/models/silero-vad/silero_vad_16k_sequence.onnx");
    std::fs::copy(vad, &path).unwrap();
    told(&["is no voice of Piper's: its inputs are", "input_lengths"]);
}
