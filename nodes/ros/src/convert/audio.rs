//! Sound from ROS and to it: `audio_common_msgs`, as `audio_capture` and microphone arrays publish it.

use super::BadInput;
use super::text;
use hearth_types::{Sound, SoundSource, Stamp};
use r2r::audio_common_msgs::msg;

/// \[1/s\] Rates of microphones.
const RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;
const MOST_CHANNELS: u8 = 32;
/// \[s\] Longer sound in one message is no stream.
const LONGEST_SECS: usize = 10;

/// How samples are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    U8,
    S16,
    S24,
    S32,
    F32,
}

impl Encoding {
    const ALL: [(&'static str, Self); 5] = [
        ("U8", Self::U8),
        ("S16LE", Self::S16),
        ("S24LE", Self::S24),
        ("S32LE", Self::S32),
        ("F32LE", Self::F32),
    ];

    fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::S16 => 2,
            Self::S24 => 3,
            Self::S32 | Self::F32 => 4,
        }
    }

    /// A sample of so many bytes, in \[-1, 1\].
    fn read(self, bytes: &[u8]) -> f32 {
        let padded = |shift: usize| {
            let mut whole = [0; 4];
            whole[shift..]
                .iter_mut()
                .zip(bytes)
                .for_each(|(to, it)| *to = *it);
            i32::from_le_bytes(whole) as f32 / 2_147_483_648.0
        };
        match (self, bytes) {
            (Self::U8, [it]) => (f32::from(*it) - 128.0) / 128.0,
            (Self::S16, _) => padded(2),
            (Self::S24, _) => padded(1),
            (Self::S32, _) => padded(0),
            (Self::F32, [a, b, c, d]) => f32::from_le_bytes([*a, *b, *c, *d]),
            _ => 0.0,
        }
    }
}

/// How the stream's samples are written, as `audio_info` says; before that, as most microphones have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    rate_hz: u32,
    channels: u8,
    encoding: Encoding,
}

impl Default for Format {
    /// 16 kHz, one channel, 16 bits: what `audio_capture` sends when it is told to send plain samples.
    fn default() -> Self {
        Self {
            rate_hz: 16_000,
            channels: 1,
            encoding: Encoding::S16,
        }
    }
}

/// The stream's format, from ROS.
///
/// # Errors
/// One that no microphone has, or that is compressed.
pub fn format(message: &msg::AudioInfo) -> Result<Format, BadInput> {
    let range = |field, found: u32, expected| BadInput::Range {
        field,
        found: found.to_string(),
        expected,
    };
    if !RATES_HZ.contains(&message.sample_rate) {
        let expected = "in [8000, 192000] Hz";
        return Err(range("sample_rate", message.sample_rate, expected));
    }
    if !(1..=MOST_CHANNELS).contains(&message.channels) {
        return Err(range("channels", message.channels.into(), "in [1, 32]"));
    }
    // `wave` is what audio_capture calls plain samples.
    let coding = message.coding_format.to_ascii_lowercase();
    if !["", "wave", "wav", "pcm", "raw"].contains(&coding.as_str()) {
        return Err(BadInput::Unknown {
            field: "coding_format (it must be wave: plain samples)",
            value: shown(&message.coding_format),
        });
    }
    let name = match message.sample_format.to_ascii_uppercase().as_str() {
        "" => "S16LE".to_owned(),
        other => other.to_owned(),
    };
    let known = Encoding::ALL.iter().find(|it| it.0 == name);
    let Some((_, encoding)) = known else {
        return Err(BadInput::Unknown {
            field: "sample_format (it must be U8, S16LE, S24LE, S32LE or F32LE)",
            value: shown(&message.sample_format),
        });
    };
    Ok(Format {
        rate_hz: message.sample_rate,
        channels: message.channels,
        encoding: *encoding,
    })
}

fn shown(word: &str) -> String {
    text::to_ros(text::cut(word, text::MOST_SHOWN))
}

/// A portion of sound, from ROS: the mean of its channels.
///
/// # Errors
/// No samples, half a sample, too many, or some that are no numbers.
pub fn sound(message: &msg::AudioData, format: &Format, now: Stamp) -> Result<Sound, BadInput> {
    let frame = format.encoding.bytes() * usize::from(format.channels);
    let most = frame * format.rate_hz as usize * LONGEST_SECS;
    let length = message.data.len();
    if length == 0 || !length.is_multiple_of(frame) || length > most {
        return Err(BadInput::Size {
            what: "the data's length",
            found: format!("{length} bytes"),
            expected: format!("a multiple of {frame} (channels times bytes), 1 to {most}"),
        });
    }
    let bytes = format.encoding.bytes();
    let mean = |frame: &[u8]| {
        let sum: f32 = frame
            .chunks_exact(bytes)
            .map(|it| format.encoding.read(it))
            .sum();
        sum / f32::from(format.channels)
    };
    let samples: Vec<f32> = message.data.chunks_exact(frame).map(mean).collect();
    if samples.iter().any(|it| !it.is_finite()) {
        return Err(BadInput::NotFinite { field: "data" });
    }
    Ok(Sound {
        stamp: now,
        source: SoundSource::Sent,
        rate_hz: format.rate_hz,
        // Floats may be anything.
        samples: samples.iter().map(|it| it.clamp(-1.0, 1.0)).collect(),
    })
}

/// What the robot says, for whoever plays it: one channel of 16 bits.
pub fn sound_msg(samples: &[f32]) -> msg::AudioData {
    let written = samples
        .iter()
        .flat_map(|it| ((it.clamp(-1.0, 1.0) * 32_767.0) as i16).to_le_bytes());
    msg::AudioData {
        data: written.collect(),
    }
}

/// The format of [`sound_msg`]'s data.
pub fn info_msg(rate_hz: u32) -> msg::AudioInfo {
    msg::AudioInfo {
        channels: 1,
        sample_rate: rate_hz,
        sample_format: "S16LE".to_owned(),
        bitrate: rate_hz.saturating_mul(16),
        coding_format: "wave".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn info(rate: u32, channels: u8, format: &str, coding: &str) -> msg::AudioInfo {
        msg::AudioInfo {
            channels,
            sample_rate: rate,
            sample_format: format.to_owned(),
            bitrate: 0,
            coding_format: coding.to_owned(),
        }
    }

    fn read(format: &Format, data: &[u8]) -> Result<Vec<f32>, BadInput> {
        let message = msg::AudioData {
            data: data.to_vec(),
        };
        sound(&message, format, Stamp::ZERO).map(|it| it.samples)
    }

    #[test]
    fn what_is_sent_comes_back() {
        let sent = [0.0, 0.5, -0.5, 1.0, -1.0];
        let known = format(&info_msg(22_050)).expect("a format");
        let back = read(&known, &sound_msg(&sent).data).expect("sound");
        let near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-3;
        assert!(sent.iter().zip(&back).all(near), "{back:?}");
    }

    #[test]
    fn every_encoding_says_the_same() {
        for (name, half) in [
            ("U8", vec![192]),
            ("s16le", vec![0, 64]),
            ("S24LE", vec![0, 0, 64]),
            ("S32LE", vec![0, 0, 0, 64]),
            ("F32LE", 0.5_f32.to_le_bytes().to_vec()),
        ] {
            let format = format(&info(48_000, 2, name, "WAVE")).expect(name);
            let silent = if name == "U8" { 128 } else { 0 };
            let mut frame = half.clone();
            frame.resize(2 * half.len(), silent);
            assert_eq!(read(&format, &frame), Ok(vec![0.25]), "{name}");
        }
    }

    #[test]
    fn what_is_no_sound_is_told_with_its_reason() {
        for (wrong, words) in [
            (info(0, 1, "S16LE", "wave"), "sample_rate is 0"),
            (info(4_000_000_000, 1, "S16LE", "wave"), "sample_rate is 4"),
            (info(16_000, 0, "S16LE", "wave"), "channels is 0"),
            (info(16_000, 1, "S16BE", "wave"), "sample_format"),
            (info(16_000, 1, "S16LE", "mp3"), "coding_format"),
        ] {
            let why = format(&wrong).expect_err("no format").to_string();
            assert!(why.contains(words), "{why}");
        }
        let plain = Format::default();
        for (data, words) in [
            (vec![], "0 bytes"),
            (vec![1], "1 bytes"),
            (vec![0; 640_000], "640000 bytes"),
        ] {
            let why = read(&plain, &data).expect_err("no sound").to_string();
            assert!(why.contains(words), "{why}");
        }
        let floats = format(&info(16_000, 1, "F32LE", "")).expect("a format");
        let why = read(&floats, &f32::NAN.to_le_bytes()).expect_err("no number");
        assert_eq!(why, BadInput::NotFinite { field: "data" });
    }

    proptest! {
        #[test]
        fn is_total(
            data in prop::collection::vec(any::<u8>(), 0..200), rate in any::<u32>(), channels in any::<u8>(),
            name in "(U8|S16LE|S24LE|S32LE|F32LE|)",
        ) {
            if let Ok(known) = format(&info(rate, channels, &name, ""))
                && let Ok(samples) = read(&known, &data)
            {
                prop_assert!(samples.iter().all(|it| (-1.0..=1.0).contains(it)));
            }
        }
    }
}
