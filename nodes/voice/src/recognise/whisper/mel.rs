//! What Whisper hears: the logarithm of the energy in 80 bands, 100 times a second.

use ndarray::{Array2, Array3, Axis, s};
use std::f64::consts::TAU;

/// Bands.
pub(super) const BANDS: usize = 80;
/// Samples from one frame to the next.
pub(super) const HOP: usize = 160;
const WINDOW: usize = 400;
const BINS: usize = WINDOW / 2 + 1;
/// \[Hz\] Between two bins.
const BIN_HZ: f64 = 40.0;
/// \[Hz\] The highest edge.
const TOP_HZ: f64 = 8_000.0;

/// The tables, made once.
pub(super) struct Mel {
    /// \[WINDOW, 2 BINS\]: a window's cosines, then its sines.
    waves: Array2<f32>,
    /// \[BINS, BANDS\]
    bank: Array2<f32>,
}

impl Mel {
    pub fn new() -> Self {
        let waves = Array2::from_shape_fn((WINDOW, 2 * BINS), |(sample, wave)| {
            let hann = 0.5 - 0.5 * (TAU * sample as f64 / WINDOW as f64).cos();
            // Whole turns are left out first: sines of large angles are inexact.
            let turn = (sample * (wave % BINS)) % WINDOW;
            let angle = TAU * turn as f64 / WINDOW as f64;
            (hann
                * if wave < BINS {
                    angle.cos()
                } else {
                    angle.sin()
                }) as f32
        });
        Self {
            waves,
            bank: bank(),
        }
    }

    /// \[1, 80, frames\] of the sound, cut or filled up with silence to `frames` frames.
    pub fn of(&self, sound: &[f32], frames: usize) -> Array3<f32> {
        let mut padded = vec![0.0; frames * HOP + WINDOW];
        let half = WINDOW / 2;
        let taken = sound.len().min(frames * HOP);
        padded[half..half + taken].copy_from_slice(&sound[..taken]);
        // Both ends are mirrored.
        let end = half + frames * HOP;
        for i in 1..=half {
            padded[half - i] = padded[half + i];
            padded[end - 1 + i] = padded[end - 1 - i];
        }
        let cut = Array2::from_shape_fn((frames, WINDOW), |(frame, sample)| {
            padded[frame * HOP + sample]
        });
        let waves = cut.dot(&self.waves);
        let squared = waves.mapv(|it| it * it);
        let power = &squared.slice(s![.., ..BINS]) + &squared.slice(s![.., BINS..]);
        let mut bands = power.dot(&self.bank).mapv(|it| it.max(1e-10).log10());
        let loudest = bands.fold(f32::NEG_INFINITY, |most, it| most.max(*it));
        bands.mapv_inplace(|it| (it.max(loudest - 8.0) + 4.0) / 4.0);
        bands.reversed_axes().insert_axis(Axis(0))
    }
}

/// Slaney's scale: even up to 1 kHz, logarithmic above.
fn mel(hz: f64) -> f64 {
    if hz < 1_000.0 {
        3.0 * hz / 200.0
    } else {
        15.0 + 27.0 * (hz / 1_000.0).ln() / 6.4_f64.ln()
    }
}

fn hz(mel: f64) -> f64 {
    if mel < 15.0 {
        200.0 * mel / 3.0
    } else {
        1_000.0 * ((mel - 15.0) / 27.0 * 6.4_f64.ln()).exp()
    }
}

fn bank() -> Array2<f32> {
    let edge = |index: usize| hz(mel(TOP_HZ) * index as f64 / (BANDS + 1) as f64);
    Array2::from_shape_fn((BINS, BANDS), |(bin, band)| {
        let at = bin as f64 * BIN_HZ;
        let [low, middle, high] = [band, band + 1, band + 2].map(edge);
        let up = (at - low) / (middle - low);
        let down = (high - at) / (high - middle);
        (up.min(down).max(0.0) * 2.0 / (high - low)) as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_are_those_of_the_original() {
        let bank = bank();
        // From the original's table of filters.
        assert!(
            (bank[[10, 10]] - 0.019_908_22).abs() < 1e-6,
            "{}",
            bank[[10, 10]]
        );
        assert!(
            (bank[[11, 10]] - 0.004_954_375).abs() < 1e-6,
            "{}",
            bank[[11, 10]]
        );
        assert_eq!(bank[[9, 10]], 0.0);
    }

    #[test]
    fn a_tone_is_in_its_band_and_silence_in_none() {
        let mel = Mel::new();
        let tone: Vec<f32> = (0..16_000)
            .map(|it| (TAU * 1_000.0 * f64::from(it) / 16_000.0).sin() as f32)
            .collect();
        let bands = mel.of(&tone, 100);
        assert_eq!(bands.shape(), [1, 80, 100]);
        let column = bands.slice(s![0, .., 50]);
        let loudest = column.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let middle = hz(mel_of(loudest.expect("bands").0));
        assert!((middle - 1_000.0).abs() < 60.0, "{middle} Hz");
        let silence = mel.of(&[], 100);
        assert!(silence.iter().all(|it| (it + 1.5).abs() < 1e-6));
    }

    fn mel_of(band: usize) -> f64 {
        super::mel(TOP_HZ) * (band + 1) as f64 / (BANDS + 1) as f64
    }
}
