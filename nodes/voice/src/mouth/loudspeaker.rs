//! The system's loudspeaker, for sound that is made here.

use super::Speech;
use crate::VoiceError;
use crate::device::{Fault, MOST_PATIENCE};
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{ErrorKind, FromSample, SampleFormat, SizedSample, Stream, StreamConfig};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often whoever waits for the end looks whether it was interrupted.
const LOOK: Duration = Duration::from_millis(20);

/// Takes sound that is to be played next, and says whether more is wanted.
pub(super) type Take<'a> = dyn FnMut(Speech) -> bool + 'a;

/// Portions of what was played that may wait: some seconds. Whoever does not ask for them misses the newest.
const PORTIONS: usize = 512;

/// Where what was played is told.
pub(super) fn told() -> (Sender<Speech>, Receiver<Speech>) {
    bounded(PORTIONS)
}

/// Something that is being played.
pub(super) struct Loudspeaker {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), VoiceError>>,
}

/// What the device's callback takes from.
#[derive(Default)]
struct Queue {
    samples: Mutex<VecDeque<f32>>,
}

struct Playing {
    queue: Arc<Queue>,
    rate_hz: u32,
    /// Nothing is left to give to the device, which has so much still to play.
    drained: Receiver<Duration>,
    faults: Receiver<Fault>,
    // Ends with the last owner.
    _stream: Stream,
}

impl Loudspeaker {
    /// Begins to play what `make` makes, on a thread of its own; `told` is given each portion as the device takes it.
    ///
    /// # Errors
    /// If the system refuses a thread.
    pub(super) fn begin(
        told: Sender<Speech>,
        make: impl FnOnce(&mut Take) -> Result<(), VoiceError> + Send + 'static,
    ) -> Result<Self, VoiceError> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("hearth-mouth".into())
            .spawn(move || play(&stopped, &told, make))
            .map_err(|it| VoiceError::Mouth(format!("the mouth has no thread: {it}")))?;
        Ok(Self { stop, thread })
    }

    /// Whether it still plays.
    pub(super) fn is_speaking(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Ends it, in the middle of a word.
    ///
    /// # Errors
    /// What went wrong while it played.
    pub(super) fn end(self) -> Result<(), VoiceError> {
        self.stop.store(true, Ordering::Release);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(VoiceError::Mouth("the mouth panicked".to_owned())))
    }
}

fn play(
    stop: &Arc<AtomicBool>,
    told: &Sender<Speech>,
    make: impl FnOnce(&mut Take) -> Result<(), VoiceError>,
) -> Result<(), VoiceError> {
    let mut playing: Option<Playing> = None;
    let mut trouble = None;
    make(&mut |speech| {
        if stop.load(Ordering::Acquire) {
            return false;
        }
        let open = match playing.take() {
            Some(it) => Ok(it),
            None => Playing::open(Arc::clone(stop), told.clone()),
        };
        match open {
            Ok(it) => playing.insert(it).add(&speech),
            Err(error) => trouble = Some(error),
        }
        trouble.is_none()
    })?;
    if let Some(error) = trouble {
        return Err(error);
    }
    playing.map_or(Ok(()), |it| it.wait(stop))
}

impl Playing {
    fn open(stop: Arc<AtomicBool>, told: Sender<Speech>) -> Result<Self, VoiceError> {
        let fail = |what: &str, error: cpal::Error| {
            VoiceError::Loudspeaker(format!("the loudspeaker {what}: {error}"))
        };
        let device = cpal::default_host()
            .default_output_device()
            .ok_or_else(|| VoiceError::Loudspeaker("this machine has no loudspeaker".to_owned()))?;
        let supported = device
            .default_output_config()
            .map_err(|it| fail("does not say what it takes", it))?;
        let format = supported.sample_format();
        let config: StreamConfig = supported.into();
        let queue = Arc::new(Queue::default());
        let (tell, faults) = bounded(4);
        let (is_drained, drained) = bounded(1);
        let source = Source {
            queue: Arc::clone(&queue),
            stop,
            is_drained,
            told,
        };
        let stream = match format {
            SampleFormat::I16 => build::<i16>(&device, &config, source, tell),
            SampleFormat::U16 => build::<u16>(&device, &config, source, tell),
            SampleFormat::I32 => build::<i32>(&device, &config, source, tell),
            SampleFormat::F32 => build::<f32>(&device, &config, source, tell),
            other => {
                return Err(VoiceError::Loudspeaker(format!(
                    "the loudspeaker takes samples of the kind {other}, which are not written"
                )));
            }
        }
        .map_err(|it| fail("cannot be opened", it))?;
        stream.play().map_err(|it| fail("does not start", it))?;
        Ok(Self {
            queue,
            rate_hz: config.sample_rate,
            drained,
            faults,
            _stream: stream,
        })
    }

    fn add(&self, speech: &Speech) {
        let mut samples = self
            .queue
            .samples
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // What was empty until now is not the end; the device says so under the same lock.
        let _ = self.drained.try_recv();
        samples.extend(at_rate(speech, self.rate_hz));
    }

    /// Until the device has played all of it.
    fn wait(self, stop: &AtomicBool) -> Result<(), VoiceError> {
        let fail = |why: &str| VoiceError::Mouth(format!("the loudspeaker failed: {why}"));
        let mut last_fault = None;
        let (mut left, mut since) = (self.left(), Instant::now());
        while !stop.load(Ordering::Acquire) {
            match self.drained.recv_timeout(LOOK) {
                Ok(still) => {
                    let end = Instant::now() + still.min(MOST_PATIENCE);
                    while !stop.load(Ordering::Acquire) && Instant::now() < end {
                        std::thread::sleep(LOOK);
                    }
                    return Ok(());
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(fail("its stream ended")),
            }
            while let Ok(fault) = self.faults.try_recv() {
                if fault.is_end {
                    return Err(fail(&fault.message));
                }
                last_fault = Some(fault.message);
            }
            if self.left() != left {
                (left, since) = (self.left(), Instant::now());
            } else if since.elapsed() > MOST_PATIENCE {
                let fault = last_fault.map(|it| format!(" ({it})")).unwrap_or_default();
                return Err(fail(&format!(
                    "it has taken no sound for {} s{fault}",
                    MOST_PATIENCE.as_secs()
                )));
            }
        }
        Ok(())
    }

    /// How many samples the device has not taken yet.
    fn left(&self) -> usize {
        let samples = self.queue.samples.lock();
        samples.unwrap_or_else(PoisonError::into_inner).len()
    }
}

struct Source {
    queue: Arc<Queue>,
    stop: Arc<AtomicBool>,
    is_drained: Sender<Duration>,
    told: Sender<Speech>,
}

fn build<T>(
    device: &cpal::Device,
    config: &StreamConfig,
    source: Source,
    tell: Sender<Fault>,
) -> Result<Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32>,
{
    let channels = usize::from(config.channels).max(1);
    let rate_hz = config.sample_rate;
    let give = move |data: &mut [T], info: &cpal::OutputCallbackInfo| {
        let mut samples = source
            .queue
            .samples
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if source.stop.load(Ordering::Acquire) {
            samples.clear();
        }
        let mut portion = Vec::with_capacity(samples.len().min(data.len() / channels));
        for frame in data.chunks_mut(channels) {
            let sample = samples.pop_front();
            portion.extend(sample);
            frame.fill(T::from_sample(sample.unwrap_or(0.0)));
        }
        if !portion.is_empty() {
            // If nobody asks for it, nobody needs it.
            let _ = source.told.try_send(Speech {
                rate_hz,
                samples: portion,
            });
        }
        if samples.is_empty() {
            let at = info.timestamp();
            let given = (data.len() / channels) as f64 / f64::from(rate_hz.max(1));
            let left = at.playback.duration_since(at.callback) + Duration::from_secs_f64(given);
            // It may be known already.
            let _ = source.is_drained.try_send(left);
        }
    };
    let failed = move |error: cpal::Error| {
        if error.kind() != ErrorKind::Xrun {
            // The first is enough.
            let _ = tell.try_send(error.into());
        }
    };
    device.build_output_stream(*config, give, failed, None)
}

/// Speech at another rate, by straight lines between samples: there is nothing above 11 kHz in it that would be missed.
fn at_rate(speech: &Speech, rate_hz: u32) -> Vec<f32> {
    let step = f64::from(speech.rate_hz) / f64::from(rate_hz.max(1));
    let count = (speech.samples.len() as f64 / step.max(1e-6)) as usize;
    let at = |index: usize| speech.samples.get(index).copied().unwrap_or(0.0);
    (0..count)
        .map(|it| {
            let place = it as f64 * step;
            let (index, share) = (place as usize, place.fract() as f32);
            at(index) * (1.0 - share) + at(index + 1) * share
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_rate_keeps_how_long_it_lasts() {
        let speech = Speech {
            rate_hz: 22_050,
            samples: (0..22_050).map(|it| it as f32 / 22_050.0).collect(),
        };
        for rate_hz in [16_000, 22_050, 44_100, 48_000] {
            let made = at_rate(&speech, rate_hz);
            assert!(made.len().abs_diff(rate_hz as usize) <= 1, "{}", made.len());
            let middle = made[made.len() / 2];
            assert!((middle - 0.5).abs() < 1e-3, "{middle}");
        }
        assert!(at_rate(&Speech::default(), 48_000).is_empty());
    }
}
