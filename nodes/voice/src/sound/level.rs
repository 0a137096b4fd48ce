//! How loud sound is, and whether it is cut off at the top.

/// \[dBFS\] What digital silence is reported as.
pub const SILENCE_DBFS: f64 = -120.0;

/// From here on a sample is at the converter's end.
const FULL_SCALE: f32 = 0.999;
/// So many of these side by side are no chance hit of the top: the wave is flat there.
const CLIPPED_RUN: usize = 3;

/// What a meter read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// \[dBFS\] Root mean square; a sine at full scale has -3.
    pub rms_dbfs: f64,
    /// \[dBFS\] The highest sample.
    pub peak_dbfs: f64,
    /// \[0, 1\] The share of samples in flat tops.
    pub clipped: f64,
    /// Samples looked at.
    pub samples: u64,
    /// Samples that were no number, and count as silence.
    pub invalid: u64,
}

impl Level {
    /// Whether so much is cut off that words suffer.
    pub fn is_clipped(&self) -> bool {
        self.clipped > 0.001
    }

    /// Whether there is nothing at all, as from a muted microphone.
    pub fn is_silent(&self) -> bool {
        self.peak_dbfs <= -80.0
    }
}

/// Measures a stream.
#[derive(Clone, Debug, Default)]
pub struct LevelMeter {
    energy: f64,
    peak: f32,
    run: usize,
    clipped: u64,
    samples: u64,
    invalid: u64,
}

impl LevelMeter {
    /// Looks at the next samples, and makes silence of what is no number.
    pub fn take(&mut self, samples: &mut [f32]) {
        for sample in samples.iter_mut() {
            if !sample.is_finite() {
                *sample = 0.0;
                self.invalid += 1;
            }
            let size = sample.abs();
            self.energy += f64::from(size) * f64::from(size);
            self.peak = self.peak.max(size);
            self.run = if size >= FULL_SCALE { self.run + 1 } else { 0 };
            if self.run == CLIPPED_RUN {
                self.clipped += CLIPPED_RUN as u64;
            } else if self.run > CLIPPED_RUN {
                self.clipped += 1;
            }
        }
        self.samples += samples.len() as u64;
    }

    /// What was read so far.
    pub fn level(&self) -> Level {
        let count = self.samples.max(1) as f64;
        Level {
            rms_dbfs: dbfs((self.energy / count).sqrt()),
            peak_dbfs: dbfs(f64::from(self.peak)),
            clipped: self.clipped as f64 / count,
            samples: self.samples,
            invalid: self.invalid,
        }
    }

    /// What was read since the last call.
    pub fn reset(&mut self) -> Level {
        let level = self.level();
        *self = Self::default();
        level
    }
}

fn dbfs(size: f64) -> f64 {
    (20.0 * size.log10()).max(SILENCE_DBFS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(samples: &[f32]) -> Level {
        let mut meter = LevelMeter::default();
        meter.take(&mut samples.to_vec());
        meter.level()
    }

    #[test]
    fn a_sine_at_full_scale_is_3_db_below_it() {
        let sine: Vec<f32> = (0..16_000).map(|i| (i as f32 * 0.1).sin()).collect();
        let level = read(&sine);
        assert!((level.rms_dbfs + 3.01).abs() < 0.05, "{level:?}");
        assert!(level.peak_dbfs.abs() < 0.01, "{level:?}");
        assert!(!level.is_silent());
    }

    #[test]
    fn a_wave_with_flat_tops_is_clipped_and_one_that_touches_the_top_is_not() {
        let loud: Vec<f32> = (0..16_000)
            .map(|i| (3.0 * (i as f32 * 0.02).sin()).clamp(-1.0, 1.0))
            .collect();
        assert!(read(&loud).clipped > 0.5);
        let sharp: Vec<f32> = (0..16_000)
            .map(|i| if i % 100 == 0 { 1.0 } else { 0.1 })
            .collect();
        assert_eq!(read(&sharp).clipped, 0.0);
    }

    #[test]
    fn what_is_no_number_counts_as_silence() {
        let mut samples = [f32::NAN, f32::INFINITY, 0.5];
        let mut meter = LevelMeter::default();
        meter.take(&mut samples);
        assert_eq!(samples, [0.0, 0.0, 0.5]);
        assert_eq!(meter.level().invalid, 2);
        assert!(read(&[]).is_silent());
        assert_eq!(read(&[0.0; 10]).rms_dbfs, SILENCE_DBFS);
    }
}
