//! WAV files as a stream, so that an hour of sound takes no more memory than a second.

use super::{LevelMeter, RATE_HZ, Resampler};
use crate::VoiceError;
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Frames that are read at once.
const FRAMES: usize = 4_096;
/// More channels are no microphone.
const MAX_CHANNELS: u16 = 32;

/// How a file has its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WavFormat {
    /// \[Hz\]
    pub rate_hz: u32,
    /// Their mean is heard.
    pub channels: u16,
    /// Of one sample.
    pub bits: u16,
    /// Floating point instead of integers.
    pub is_float: bool,
    /// Frames that the header promises.
    pub frames: u32,
}

impl WavFormat {
    /// \[s\] As the header promises.
    pub fn secs(&self) -> f64 {
        f64::from(self.frames) / f64::from(self.rate_hz.max(1))
    }
}

impl fmt::Display for WavFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_float { "float" } else { "int" };
        let channels = match self.channels {
            1 => "mono".to_owned(),
            2 => "stereo".to_owned(),
            many => format!("{many} channels"),
        };
        write!(
            f,
            "{} Hz, {channels}, {}-bit {kind}",
            self.rate_hz, self.bits
        )
    }
}

/// A file that is being read.
pub struct WavStream {
    path: PathBuf,
    reader: WavReader<BufReader<File>>,
    format: WavFormat,
    resampler: Resampler,
    meter: LevelMeter,
    frames_read: u64,
    truncated: Option<String>,
    is_over: bool,
}

impl WavStream {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// A file that is missing, empty, no WAV, or of a kind that is not read.
    pub fn open(path: &Path) -> Result<Self, VoiceError> {
        let wrong = |message: String| VoiceError::Wav {
            path: path.to_owned(),
            message,
        };
        let read = |source| VoiceError::Read {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read)?;
        let is_file = file.metadata().map_err(read)?;
        if is_file.is_dir() {
            return Err(wrong("is a folder; a WAV file is wanted".to_owned()));
        }
        if is_file.is_file() && is_file.len() == 0 {
            return Err(wrong("the file is empty; a WAV file is wanted".to_owned()));
        }
        let reader = WavReader::new(BufReader::new(file)).map_err(|it| wrong(unread(&it)))?;
        let spec = reader.spec();
        let format = WavFormat {
            rate_hz: spec.sample_rate,
            channels: spec.channels,
            bits: spec.bits_per_sample,
            is_float: spec.sample_format == SampleFormat::Float,
            frames: reader.duration(),
        };
        let known = match spec.sample_format {
            SampleFormat::Float => format.bits == 32,
            SampleFormat::Int => [8, 16, 24, 32].contains(&format.bits),
        };
        if !known {
            return Err(wrong(format!(
                "its samples are {format}; integers of 8, 16, 24 or 32 bits or floats of 32 are read"
            )));
        }
        if !(1..=MAX_CHANNELS).contains(&format.channels) {
            return Err(wrong(format!(
                "it has {} channels; 1 to {MAX_CHANNELS} are read",
                format.channels
            )));
        }
        let resampler = Resampler::new(format.rate_hz).map_err(|it| wrong(it.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            reader,
            format,
            resampler,
            meter: LevelMeter::default(),
            frames_read: 0,
            truncated: None,
            is_over: false,
        })
    }

    /// How the file has its samples.
    pub fn format(&self) -> WavFormat {
        self.format
    }

    /// How loud it was so far, as it is in the file.
    pub fn level(&self) -> super::Level {
        self.meter.level()
    }

    /// What to say if the file ended before its header said.
    pub fn truncated(&self) -> Option<&str> {
        self.truncated.as_deref()
    }

    /// The next samples, mono at 16 kHz; `None` at the end. A file that ends too early ends here.
    ///
    /// # Errors
    /// A file that cannot be read on.
    pub fn read(&mut self) -> Result<Option<Vec<f32>>, VoiceError> {
        if self.is_over {
            return Ok(None);
        }
        let mut mono = self.frames()?;
        self.frames_read += mono.len() as u64;
        self.meter.take(&mut mono);
        let mut samples = Vec::with_capacity(mono.len() * RATE_HZ as usize / 8_000);
        self.resampler.push(&mono, &mut samples)?;
        if mono.len() < FRAMES {
            self.is_over = true;
            self.resampler.finish(&mut samples)?;
        }
        Ok(Some(samples))
    }

    /// All samples that are left.
    ///
    /// # Errors
    /// A file that cannot be read on.
    pub fn read_all(&mut self) -> Result<Vec<f32>, VoiceError> {
        let mut all = Vec::new();
        while let Some(samples) = self.read()? {
            all.extend(samples);
        }
        Ok(all)
    }

    /// Up to [`FRAMES`] frames, their channels' mean; fewer at the end.
    fn frames(&mut self) -> Result<Vec<f32>, VoiceError> {
        let channels = usize::from(self.format.channels);
        let count = FRAMES * channels;
        let taken = if self.format.is_float {
            gather(self.reader.samples::<f32>().take(count))
        } else {
            let scale = 1.0 / f64::from(1_u32 << (self.format.bits - 1));
            let samples = self.reader.samples::<i32>().take(count);
            gather(samples.map(|it| it.map(|it| (f64::from(it) * scale) as f32)))
        };
        let (samples, failed) = taken;
        if let Some(error) = failed {
            let hound::Error::IoError(source) = error else {
                return Err(VoiceError::Wav {
                    path: self.path.clone(),
                    message: unread(&error),
                });
            };
            let got = self.frames_read + (samples.len() / channels) as u64;
            self.truncated = Some(format!(
                "the file ends after {:.2} s of {:.2} s that its header promises ({source}); what is there is heard",
                got as f64 / f64::from(self.format.rate_hz),
                self.format.secs(),
            ));
        }
        Ok(samples
            .chunks_exact(channels)
            .map(|it| it.iter().sum::<f32>() / channels as f32)
            .collect())
    }
}

/// Writes mono sound at [`RATE_HZ`] as a WAV file of 16 bits; what is outside of \[-1, 1\] is cut off.
///
/// # Errors
/// A file that cannot be written.
pub fn write_wav(path: &Path, samples: &[f32]) -> Result<(), VoiceError> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let write = || {
        let mut writer = WavWriter::create(path, spec)?;
        for sample in samples {
            writer.write_sample((sample.clamp(-1.0, 1.0) * 32_767.0) as i16)?;
        }
        writer.finalize()
    };
    write().map_err(|it: hound::Error| VoiceError::Wav {
        path: path.to_owned(),
        message: format!("cannot be written: {it}"),
    })
}

/// Samples up to the first that cannot be read, and why it cannot.
fn gather(samples: impl Iterator<Item = hound::Result<f32>>) -> (Vec<f32>, Option<hound::Error>) {
    let mut gathered = Vec::new();
    for sample in samples {
        match sample {
            Ok(sample) => gathered.push(sample),
            Err(error) => return (gathered, Some(error)),
        }
    }
    (gathered, None)
}

fn unread(error: &hound::Error) -> String {
    match error {
        hound::Error::IoError(it) => format!("it ends within its header or cannot be read: {it}"),
        hound::Error::FormatError(it) => format!("it is no sound WAV file: {it}"),
        hound::Error::Unsupported | hound::Error::InvalidSampleFormat => {
            "its samples are compressed or of a kind that is not read; integers of 8, 16, 24 or 32 bits or floats of 32 are"
                .to_owned()
        }
        other => other.to_string(),
    }
}
