//! WAV files of all kinds, and what is none.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_voice::VoiceError;
use hearth_voice::sound::{WavStream, secs};
use hound::{SampleFormat, WavSpec, WavWriter};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const TONE_HZ: f64 = 300.0;

fn write(
    folder: &TempDir,
    rate_hz: u32,
    channels: u16,
    bits: u16,
    is_float: bool,
    seconds: f64,
) -> PathBuf {
    let path = folder
        .path()
        .join(format!("{rate_hz}-{channels}-{bits}-{is_float}.wav"));
    let spec = WavSpec {
        channels,
        sample_rate: rate_hz,
        bits_per_sample: bits,
        sample_format: if is_float {
            SampleFormat::Float
        } else {
            SampleFormat::Int
        },
    };
    let mut writer = WavWriter::create(&path, spec).unwrap();
    for frame in 0..(seconds * f64::from(rate_hz)) as usize {
        let turn = std::f64::consts::TAU * TONE_HZ * frame as f64 / f64::from(rate_hz);
        let height = 0.5 * turn.sin();
        for _ in 0..channels {
            if is_float {
                writer.write_sample(height as f32).unwrap();
            } else {
                let most = f64::from((1_u32 << (bits - 1)) - 1);
                writer.write_sample((height * most).round() as i32).unwrap();
            }
        }
    }
    writer.finalize().unwrap();
    path
}

fn read(path: &Path) -> Result<(Vec<f32>, WavStream), VoiceError> {
    let mut stream = WavStream::open(path)?;
    Ok((stream.read_all()?, stream))
}

/// \[Hz\] By counting how often the wave rises through zero.
fn tone_hz(samples: &[f32]) -> f64 {
    let rises = samples
        .windows(2)
        .filter(|it| it[0] < 0.0 && it[1] >= 0.0)
        .count();
    rises as f64 / secs(samples.len())
}

#[test]
fn every_kind_of_sample_rate_and_channel_gives_the_same_tone() {
    let folder = TempDir::new().unwrap();
    for (rate_hz, channels, bits, is_float) in [
        (16_000, 1, 16, false),
        (16_000, 2, 16, false),
        (8_000, 1, 8, false),
        (44_100, 2, 24, false),
        (48_000, 1, 32, false),
        (22_050, 1, 32, true),
        (11_025, 6, 16, false),
        (96_000, 2, 32, true),
    ] {
        let path = write(&folder, rate_hz, channels, bits, is_float, 1.0);
        let (samples, stream) = read(&path).unwrap();
        let name = path.display();
        assert_eq!(samples.len(), 16_000, "{name}");
        assert!(
            (tone_hz(&samples) - TONE_HZ).abs() < 3.0,
            "{name}: {}",
            tone_hz(&samples)
        );
        let level = stream.level();
        assert!((level.peak_dbfs + 6.02).abs() < 0.15, "{name}: {level:?}");
        assert!((level.rms_dbfs + 9.03).abs() < 0.15, "{name}: {level:?}");
        assert_eq!(stream.truncated(), None);
    }
}

#[test]
fn a_file_that_was_cut_is_heard_as_far_as_it_goes_and_says_so() {
    let folder = TempDir::new().unwrap();
    let path = write(&folder, 16_000, 2, 16, false, 2.0);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2 + 1]).unwrap();
    let (samples, stream) = read(&path).unwrap();
    assert!(
        (secs(samples.len()) - 1.0).abs() < 0.05,
        "{}",
        samples.len()
    );
    let said = stream.truncated().expect("that it was cut");
    assert!(said.contains("2.00 s that its header promises"), "{said}");
}

#[test]
fn what_is_no_sound_is_refused_with_the_reason() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let whole = std::fs::read(write(&folder, 16_000, 1, 16, false, 0.1)).unwrap();
    let mut compressed = whole.clone();
    compressed[20] = 0x55; // MP3 in a WAV file.
    let slow = std::fs::read(write(&folder, 1_000, 1, 16, false, 0.1)).unwrap();
    for (path, reason) in [
        (file("empty.wav", b""), "the file is empty"),
        (file("header.wav", &whole[..30]), "ends within its header"),
        (
            file("text.wav", b"bring me the apple, please, and the orange"),
            "no sound WAV file",
        ),
        (file("mp3.wav", &compressed), "compressed"),
        (file("slow.wav", &slow), "between 4000 and 384000 Hz"),
        (folder.path().to_owned(), "is a folder"),
        (folder.path().join("none.wav"), "cannot be read"),
    ] {
        let error = read(&path).err().expect("refused").to_string();
        assert!(error.contains(reason), "{error}");
        assert!(error.contains(&path.display().to_string()), "{error}");
    }
}

#[test]
fn a_file_with_a_header_and_no_sound_is_no_error() {
    let folder = TempDir::new().unwrap();
    let (samples, stream) = read(&write(&folder, 44_100, 1, 16, false, 0.0)).unwrap();
    assert!(samples.is_empty());
    assert!(stream.level().is_silent());
}

#[test]
fn a_long_file_is_read_in_small_portions() {
    let folder = TempDir::new().unwrap();
    let mut stream = WavStream::open(&write(&folder, 16_000, 1, 16, false, 300.0)).unwrap();
    let mut all = 0;
    while let Some(samples) = stream.read().unwrap() {
        assert!(samples.len() <= 4_096, "{}", samples.len());
        all += samples.len();
    }
    assert_eq!(all, 300 * 16_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_bytes_are_read_or_refused(
        content in prop::collection::vec(any::<u8>(), 0..400),
        header in any::<bool>(),
        changes in prop::collection::vec((0_usize..60, any::<u8>()), 0..4),
    ) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("any.wav");
        let mut file = if header {
            std::fs::read(write(&folder, 16_000, 1, 16, false, 0.01)).unwrap()
        } else {
            Vec::new()
        };
        file.extend(content);
        for (at, byte) in changes {
            if let Some(it) = file.get_mut(at) {
                *it = byte;
            }
        }
        std::fs::write(&path, file).unwrap();
        if let Ok((samples, _)) = read(&path) {
            prop_assert!(samples.iter().all(|it| it.is_finite()));
        }
    }
}
