//! Real sound through the real models: where somebody speaks, and what.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_models::{Manifest, Runtime, SessionOptions};
use hearth_types::Language;
use hearth_voice::MouthConfig;
use hearth_voice::mouth::Mouth;
use hearth_voice::recognise::{
    Moonshine, Recogniser, Scope, Speller, Spoken, Whisper, WhisperEncoder,
};
use hearth_voice::sound::WavStream;
use hearth_voice::speech::{Segment, SegmentConfig, SegmentEvent, Segmenter, Silero};
use hearth_voice::wake::{WakeConfig, Written};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

fn models() -> (Runtime, Manifest) {
    let root = root();
    let runtime = Runtime::load_default(&root).unwrap();
    (runtime, Manifest::load(&root).unwrap())
}

fn moonshine() -> Moonshine {
    let (runtime, manifest) = models();
    Moonshine::open(&runtime, &manifest, &SessionOptions::default()).unwrap()
}

fn read(path: &Path) -> Vec<f32> {
    WavStream::open(path).unwrap().read_all().unwrap()
}

fn fixture(name: &str) -> Vec<f32> {
    read(&root().join("nodes/voice/tests/fixtures").join(name))
}

fn spoken(text: &str) -> Vec<f32> {
    spoken_in(Language::En, text)
}

fn spoken_in(language: Language, text: &str) -> Vec<f32> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("said.wav");
    let mouth = Mouth::new(MouthConfig::default());
    mouth.say_into(&path, text, language).unwrap();
    read(&path)
}

fn segments(sound: &[f32], pause_secs: f64, portion: usize) -> Vec<Segment> {
    let (runtime, manifest) = models();
    let mut silero = Silero::open(&runtime, &manifest).unwrap();
    let mut segmenter = Segmenter::new(SegmentConfig {
        pause_secs,
        ..SegmentConfig::default()
    });
    let mut events = Vec::new();
    for portion in sound.chunks(portion) {
        for chance in silero.push(portion).unwrap() {
            assert!((0.0..=1.0).contains(&chance), "{chance}");
            events.extend(segmenter.push(chance));
        }
    }
    events.extend(segmenter.finish());
    events
        .into_iter()
        .filter_map(|it| match it {
            SegmentEvent::Ended(segment) => Some(segment),
            _ => None,
        })
        .collect()
}

fn cut<'a>(sound: &'a [f32], it: &Segment) -> &'a [f32] {
    &sound[it.from as usize..(it.until as usize).min(sound.len())]
}

fn letters(text: &str) -> String {
    let kept = text.chars().filter(|it| it.is_alphanumeric() || *it == ' ');
    kept.collect::<String>().to_lowercase()
}

#[test]
fn a_real_recording_is_heard_word_for_word() {
    let sound = fixture("beckett.wav");
    let found = segments(&sound, 0.6, 1_600);
    let mut moonshine = moonshine();
    let said: Vec<String> = found
        .iter()
        .map(|it| {
            let heard = moonshine.recognise(cut(&sound, it), None).unwrap();
            assert!((0.0..=1.0).contains(&heard.confidence), "{heard:?}");
            letters(&heard.text)
        })
        .collect();
    assert_eq!(
        said.join(" "),
        "ever tried ever failed no matter try again fail again fail better"
    );
}

#[test]
fn where_somebody_speaks_does_not_depend_on_the_portions_and_a_longer_pause_joins() {
    let sound = fixture("beckett.wav");
    let one = segments(&sound, 0.6, sound.len());
    assert_eq!(one, segments(&sound, 0.6, 777));
    assert!(one.len() > 3, "{one:?}");
    assert!(segments(&sound, 1.5, 1_600).len() < one.len());
}

#[test]
fn silence_noise_and_tones_are_no_speech() {
    let secs = 4 * 16_000_u32;
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(state) / f64::from(u32::MAX) - 0.5) as f32
    };
    let noise: Vec<f32> = (0..secs).map(|_| 0.2 * random()).collect();
    let tone = |hz: f64| -> Vec<f32> {
        let turn = std::f64::consts::TAU * hz / 16_000.0;
        (0..secs)
            .map(|it| (0.3 * (turn * f64::from(it)).sin()) as f32)
            .collect()
    };
    for (name, sound) in [
        ("silence", vec![0.0; secs as usize]),
        ("noise", noise),
        ("a tone", tone(440.0)),
        ("a hum", tone(50.0)),
    ] {
        let found = segments(&sound, 0.6, 1_600);
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn other_things_that_it_may_have_been_are_less_likely_and_different() {
    let mut moonshine = moonshine();
    let best = moonshine
        .recognise(&spoken("Put the cola on the kitchen table."), None)
        .unwrap();
    let others = moonshine.alternatives(6).unwrap();
    assert!(others.len() > 1, "{others:?}");
    let texts: Vec<String> = others.iter().map(|it| letters(&it.text)).collect();
    assert!(
        texts.iter().all(|it| *it != letters(&best.text)),
        "{best:?} {texts:?}"
    );
    assert!(
        others
            .windows(2)
            .all(|it| it[0].log_probability >= it[1].log_probability)
    );
}

#[test]
fn sound_without_words_and_sound_that_is_too_short_give_no_endless_text() {
    let mut moonshine = moonshine();
    for sound in [
        vec![],
        vec![0.0; 100],
        vec![0.0; 16_000 * 5],
        vec![1.0; 16_000],
    ] {
        let heard = moonshine.recognise(&sound, None).unwrap();
        assert!(heard.text.len() < 60, "{heard:?}");
    }
}

#[test]
fn mandarin_is_heard_and_told_from_english() {
    let (runtime, manifest) = models();
    let options = SessionOptions::default();
    let encoder = WhisperEncoder::open(&runtime, &manifest, &options).unwrap();
    let mut whisper = Whisper::open(&runtime, &manifest, &options, encoder).unwrap();
    let heard = whisper.recognise(&fixture("apple-zh.wav"), None).unwrap();
    assert_eq!(heard.language, Language::Zh);
    assert!(
        whisper.language().unwrap().1 > 0.9,
        "{:?}",
        whisper.language()
    );
    assert!(heard.text.contains("红苹果拿给我"), "{heard:?}");
    let heard = whisper
        .recognise(&spoken("Bring me the red apple."), None)
        .unwrap();
    assert_eq!(heard.language, Language::En, "{heard:?}");
}

#[test]
fn known_words_are_heard_where_whisper_makes_nothing_of_the_voice() {
    let (runtime, manifest) = models();
    let options = SessionOptions::default();
    let encoder = WhisperEncoder::open(&runtime, &manifest, &options).unwrap();
    let told = |words: &str, sentence: &str| Spoken {
        words: words.split(' ').map(str::to_owned).collect(),
        sentences: vec![sentence.to_owned()],
        ..Spoken::default()
    };
    let known = [
        (
            Language::Zh,
            told(
                "八 把 冰箱 牛奶 苹果 上 的 得 拿 那 给我 放到",
                "把苹果拿给我",
            ),
        ),
        (
            Language::En,
            told(
                "bring me the red cup apple bed from kitchen",
                "bring me the apple",
            ),
        ),
    ];
    let mut speller = Speller::open(
        &runtime,
        &manifest,
        &options,
        encoder,
        &known,
        &["ember".to_owned()],
    )
    .unwrap();
    let heard = speller
        .recognise(&spoken_in(Language::Zh, "把冰箱上的牛奶拿给我"), None)
        .unwrap();
    assert_eq!(
        (heard.language, heard.text.as_str()),
        (Language::Zh, "把冰箱上的牛奶拿给我")
    );
    assert!(heard.confidence > 0.8, "{heard:?}");
    let texts = ["把冰箱上的牛奶拿给我", "把苹果拿给我", "2"].map(str::to_owned);
    let scope = Scope {
        texts: 3,
        least: f64::NEG_INFINITY,
        tokens: 0,
    };
    let scores = speller.scores(&texts, scope).unwrap();
    assert!(scores[0].unwrap() > scores[1].unwrap() + 5.0, "{scores:?}");
    assert_eq!(scores[2], None);

    let heard = speller
        .recognise(&spoken("Bring me the red apple."), None)
        .unwrap();
    assert_eq!(
        (heard.language, heard.text.as_str()),
        (Language::En, "bring me the red apple")
    );
    // Its name in the sound itself.
    let called = spoken("Bring me the red apple, Ember.");
    let name = speller.name_in(&called, 0).unwrap().unwrap();
    let wake = WakeConfig::default();
    assert!(name.behind < wake.most_behind, "{name:?}");
    assert!(name.from > called.len() / 2 && name.until <= called.len());
    for other in ["Remember the red apple.", "Bring me the red cup."] {
        let name = speller.name_in(&spoken(other), 0).unwrap().unwrap();
        assert!(name.behind > wake.most_behind, "{other}: {name:?}");
        // Nobody writes it, either.
        let most = wake.most_behind_where(Written::Nowhere);
        assert!(name.behind_after_pause > 2.0 * most, "{other}: {name:?}");
    }
    assert_eq!(speller.name_in(&[], 0).unwrap(), None);

    for nothing in [vec![], vec![0.0; 100], vec![0.0; 16_000]] {
        let heard = speller.recognise(&nothing, None).unwrap();
        assert!(heard.text.is_empty(), "{heard:?}");
    }
}
