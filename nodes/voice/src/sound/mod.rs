//! Sound on its way in: files, resampling, level, and what was heard a moment ago.

mod echo_canceller;
#[cfg(test)]
mod echo_canceller_tests;
mod level;
mod person;
mod resample;
mod ring;
mod wav;

pub use echo_canceller::EchoCanceller;
pub use level::{Level, LevelMeter};
pub use resample::{MAX_RATE_HZ, MIN_RATE_HZ, Resampler};
pub use ring::Ring;
pub use wav::{WavFormat, WavStream, write_wav};

/// \[Hz\] What all models hear.
pub const RATE_HZ: u32 = 16_000;

/// \[s\] How long so many samples at [`RATE_HZ`] last.
pub fn secs(samples: usize) -> f64 {
    samples as f64 / f64::from(RATE_HZ)
}

/// How many samples at [`RATE_HZ`] last `secs`; none for what is negative or no number.
pub fn samples(secs: f64) -> usize {
    // Saturates, and NaN becomes 0.
    (secs * f64::from(RATE_HZ)).round() as usize
}
