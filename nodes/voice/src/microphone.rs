//! The microphone.

use crate::VoiceError;
use crate::device::{Fault, MOST_PATIENCE};
use crate::sound::Resampler;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{FromSample, Sample, SampleFormat, SizedSample, Stream, StreamConfig};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use std::time::Duration;

/// Portions that may wait: some seconds. Whoever is slower than sound loses the newest, and is told so.
const QUEUE: usize = 512;
/// Faults that may wait.
const FAULTS: usize = 16;

/// A microphone that is open.
pub struct Microphone {
    name: String,
    sound: Receiver<Vec<f32>>,
    faults: Receiver<Fault>,
    resampler: Resampler,
    /// How long was waited for sound since the last came.
    waited: Duration,
    /// What the system said last that is no end.
    trouble: Option<String>,
    // Ends with the last owner.
    _stream: Stream,
}

impl Microphone {
    /// Opens the system's usual microphone, or the first whose name contains `wanted`.
    ///
    /// # Errors
    /// None there, none of that name, or one that cannot be opened; with what there is.
    pub fn open(wanted: Option<&str>) -> Result<Self, VoiceError> {
        let host = cpal::default_host();
        let device = match wanted {
            None => host.default_input_device().ok_or_else(none)?,
            Some(wanted) => named(&host, wanted)?,
        };
        let name = device.to_string();
        let fail = |what: &str, error: cpal::Error| {
            VoiceError::Microphone(format!(
                "the microphone {name:?} {what}: {error}. Is it plugged in, and free? `./hearth listen FILE.wav` works without one"
            ))
        };
        let supported = device
            .default_input_config()
            .map_err(|it| fail("does not say what it gives", it))?;
        let format = supported.sample_format();
        let config: StreamConfig = supported.into();
        let (send, sound) = bounded(QUEUE);
        let (tell, faults) = bounded(FAULTS);
        let stream = match format {
            SampleFormat::I8 => build::<i8>(&device, &config, send, tell),
            SampleFormat::U8 => build::<u8>(&device, &config, send, tell),
            SampleFormat::I16 => build::<i16>(&device, &config, send, tell),
            SampleFormat::U16 => build::<u16>(&device, &config, send, tell),
            SampleFormat::I32 => build::<i32>(&device, &config, send, tell),
            SampleFormat::F32 => build::<f32>(&device, &config, send, tell),
            SampleFormat::F64 => build::<f64>(&device, &config, send, tell),
            other => {
                return Err(VoiceError::Microphone(format!(
                    "the microphone {name:?} gives samples of the kind {other}, which are not read"
                )));
            }
        }
        .map_err(|it| fail("cannot be opened", it))?;
        stream.play().map_err(|it| fail("does not start", it))?;
        Ok(Self {
            resampler: Resampler::new(config.sample_rate)?,
            waited: Duration::ZERO,
            trouble: None,
            name,
            sound,
            faults,
            _stream: stream,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was heard since the last call, mono at 16 kHz; waits for at most `patience`, then gives nothing.
    ///
    /// # Errors
    /// A microphone that is gone: the system says so, or it has given nothing for some seconds.
    pub fn read(&mut self, patience: Duration) -> Result<Vec<f32>, VoiceError> {
        let mut samples = Vec::new();
        match self.sound.recv_timeout(patience) {
            Ok(portion) => {
                self.waited = Duration::ZERO;
                self.resampler.push(&portion, &mut samples)?;
            }
            Err(RecvTimeoutError::Timeout) => self.waited += patience,
            Err(RecvTimeoutError::Disconnected) => return Err(self.gone("its stream ended")),
        }
        while let Ok(portion) = self.sound.try_recv() {
            self.resampler.push(&portion, &mut samples)?;
        }
        while let Ok(fault) = self.faults.try_recv() {
            if fault.is_end {
                return Err(self.gone(&fault.message));
            }
            if self.trouble.as_ref() != Some(&fault.message) {
                tracing::warn!("the microphone {:?}: {}", self.name, fault.message);
                self.trouble = Some(fault.message);
            }
        }
        if self.waited >= MOST_PATIENCE {
            let secs = self.waited.as_secs_f64();
            let trouble = self.trouble.as_ref().map(|it| format!(" ({it})"));
            let trouble = trouble.unwrap_or_default();
            return Err(self.gone(&format!("it has given no sound for {secs:.0} s{trouble}")));
        }
        Ok(samples)
    }

    fn gone(&self, why: &str) -> VoiceError {
        VoiceError::Microphone(format!("the microphone {:?} is gone: {why}", self.name))
    }
}

fn none() -> VoiceError {
    VoiceError::Microphone(
        "this machine has no microphone; `./hearth listen FILE.wav` works without one".to_owned(),
    )
}

fn named(host: &cpal::Host, wanted: &str) -> Result<cpal::Device, VoiceError> {
    let devices = host
        .input_devices()
        .map_err(|it| VoiceError::Microphone(format!("microphones cannot be listed: {it}")))?;
    let mut names = Vec::new();
    for device in devices {
        let name = device.to_string();
        let id = device.id().map(|it| it.to_string()).unwrap_or_default();
        if name.contains(wanted) || id.contains(wanted) {
            return Ok(device);
        }
        names.push(name);
    }
    if names.is_empty() {
        return Err(none());
    }
    Err(VoiceError::Microphone(format!(
        "there is no microphone {wanted:?} (voice.microphone); there are {}",
        names.join(", ")
    )))
}

fn build<T>(
    device: &cpal::Device,
    config: &StreamConfig,
    send: Sender<Vec<f32>>,
    tell: Sender<Fault>,
) -> Result<Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels).max(1);
    let told = tell.clone();
    let heard = move |data: &[T], _: &cpal::InputCallbackInfo| {
        let mono = data.chunks_exact(channels).map(|frame| {
            let sum: f32 = frame.iter().map(|it| f32::from_sample(*it)).sum();
            sum / channels as f32
        });
        if send.try_send(mono.collect()).is_err() {
            // The queue of faults may be full of the same.
            let _ = told.try_send(Fault {
                is_end: false,
                message: "sound was lost: whoever listens is too slow".to_owned(),
            });
        }
    };
    let failed = move |error: cpal::Error| {
        let _ = tell.try_send(error.into());
    };
    device.build_input_stream(*config, heard, failed, None)
}
