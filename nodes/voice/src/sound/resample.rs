//! Any rate to 16 kHz.

use super::RATE_HZ;
use crate::VoiceError;
use rubato::{
    Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters,
    SincInterpolationType, WindowFunction, audioadapter_buffers::direct::InterleavedSlice,
};

/// \[Hz\] Below this there is no speech.
pub const MIN_RATE_HZ: u32 = 4_000;
/// \[Hz\] No microphone has more.
pub const MAX_RATE_HZ: u32 = 384_000;

/// \[s\] How much is resampled at once; it is late by about this.
const CHUNK_SECS: f64 = 0.01;

/// Brings a stream of mono sound to 16 kHz, in whatever portions it comes.
pub struct Resampler {
    inner: Option<Inner>,
}

struct Inner {
    resampler: Async<f32>,
    waiting: Vec<f32>,
    output: Vec<f32>,
    /// Samples before the first: the filter's run-up.
    skip: usize,
    ratio: f64,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// From `rate_hz` to 16 kHz.
    ///
    /// # Errors
    /// A rate that no microphone has.
    pub fn new(rate_hz: u32) -> Result<Self, VoiceError> {
        if !(MIN_RATE_HZ..=MAX_RATE_HZ).contains(&rate_hz) {
            return Err(VoiceError::Rate {
                rate_hz,
                least_hz: MIN_RATE_HZ,
                most_hz: MAX_RATE_HZ,
            });
        }
        if rate_hz == RATE_HZ {
            return Ok(Self { inner: None });
        }
        let ratio = f64::from(RATE_HZ) / f64::from(rate_hz);
        let parameters = SincInterpolationParameters {
            interpolation: SincInterpolationType::Quadratic,
            ..SincInterpolationParameters::new(128, WindowFunction::BlackmanHarris2)
        };
        let chunk = (f64::from(rate_hz) * CHUNK_SECS) as usize;
        let resampler = Async::new_sinc(ratio, 1.0, &parameters, chunk, 1, FixedAsync::Input)
            .map_err(|it| VoiceError::Resample(it.to_string()))?;
        Ok(Self {
            inner: Some(Inner {
                skip: resampler.output_delay(),
                output: vec![0.0; resampler.output_frames_max()],
                resampler,
                waiting: Vec::new(),
                ratio,
                taken: 0,
                given: 0,
            }),
        })
    }

    /// Takes the next samples and appends what they come to.
    ///
    /// # Errors
    /// None that is known of.
    pub fn push(&mut self, samples: &[f32], to: &mut Vec<f32>) -> Result<(), VoiceError> {
        let Some(inner) = &mut self.inner else {
            to.extend_from_slice(samples);
            return Ok(());
        };
        inner.taken += samples.len() as u64;
        inner.waiting.extend_from_slice(samples);
        let mut used = 0;
        while inner.waiting.len() - used >= inner.resampler.input_frames_next() {
            used += inner.process(used, None, to)?;
        }
        inner.waiting.drain(..used);
        Ok(())
    }

    /// Appends what is still under way; the stream is over.
    ///
    /// # Errors
    /// None that is known of.
    pub fn finish(&mut self, to: &mut Vec<f32>) -> Result<(), VoiceError> {
        let Some(inner) = &mut self.inner else {
            return Ok(());
        };
        let wanted = (inner.taken as f64 * inner.ratio).round() as u64;
        let mut left = Some(inner.waiting.len());
        while inner.given < wanted {
            let before = to.len();
            inner.process(0, Some(left.take().unwrap_or(0)), to)?;
            let over = usize::try_from(inner.given.saturating_sub(wanted)).unwrap_or(0);
            to.truncate(to.len().saturating_sub(over).max(before));
        }
        inner.waiting.clear();
        Ok(())
    }
}

impl Inner {
    /// One chunk of what waits; the samples that it used.
    fn process(
        &mut self,
        offset: usize,
        partial: Option<usize>,
        to: &mut Vec<f32>,
    ) -> Result<usize, VoiceError> {
        let failed = |it: String| VoiceError::Resample(it);
        let frames = self.waiting.len();
        let input =
            InterleavedSlice::new(&self.waiting, 1, frames).map_err(|it| failed(it.to_string()))?;
        let room = self.output.len();
        let mut output = InterleavedSlice::new_mut(&mut self.output, 1, room)
            .map_err(|it| failed(it.to_string()))?;
        let mut indexing = Indexing::new().input_offset(offset);
        indexing.partial_len = partial;
        let (used, made) = self
            .resampler
            .process_into_buffer(&input, &mut output, Some(&indexing))
            .map_err(|it| failed(it.to_string()))?;
        let skipped = self.skip.min(made);
        self.skip -= skipped;
        to.extend_from_slice(&self.output[skipped..made]);
        self.given += (made - skipped) as u64;
        Ok(used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sine(rate_hz: u32, tone_hz: f64, count: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * tone_hz / f64::from(rate_hz);
        (0..count).map(|i| (step * i as f64).sin() as f32).collect()
    }

    fn resampled(rate_hz: u32, samples: &[f32], portion: usize) -> Vec<f32> {
        let mut resampler = Resampler::new(rate_hz).expect("a rate");
        let mut to = Vec::new();
        for samples in samples.chunks(portion) {
            resampler.push(samples, &mut to).expect("sound");
        }
        resampler.finish(&mut to).expect("the rest");
        to
    }

    #[test]
    fn a_tone_stays_the_tone_and_what_is_too_high_vanishes() {
        for rate_hz in [8_000, 22_050, 44_100, 48_000, 96_000] {
            let found = resampled(rate_hz, &sine(rate_hz, 440.0, rate_hz as usize), 1_000);
            assert_eq!(found.len(), 16_000, "{rate_hz} Hz");
            let expected = sine(RATE_HZ, 440.0, 16_000);
            // No more than a sample early or late.
            let worst = |late: usize| {
                let found = &found[1_000 + late..15_000 + late];
                let pairs = found.iter().zip(&expected[1_001..15_001]);
                pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
            };
            let worst = (0..3).map(worst).fold(f32::INFINITY, f32::min);
            assert!(worst < 0.1, "{rate_hz} Hz: off by {worst}");
        }
        let high = resampled(48_000, &sine(48_000, 12_000.0, 48_000), 480);
        assert!(high[1_000..15_000].iter().all(|it| it.abs() < 0.01));
    }

    #[test]
    fn a_rate_that_no_microphone_has_is_refused() {
        for rate_hz in [0, 100, 1_000_000] {
            let error = Resampler::new(rate_hz).err().expect("refused");
            assert!(
                error.to_string().contains("between 4000 and 384000"),
                "{error}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn portions_do_not_matter(
            rate_hz in MIN_RATE_HZ..100_000, count in 0_usize..6_000, portion in 1_usize..3_000,
        ) {
            let samples = sine(rate_hz, 300.0, count);
            let whole = resampled(rate_hz, &samples, count.max(1));
            prop_assert_eq!(&resampled(rate_hz, &samples, portion), &whole);
            let expected = (count as f64 * 16_000.0 / f64::from(rate_hz)).round();
            prop_assert_eq!(whole.len(), expected as usize);
        }
    }
}
