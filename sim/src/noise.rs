//! Noise that depends on the seed, the sensor and the sample's number only.

use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Who draws: each has a stream of its own, so that one sensor's rate does not change another's noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Stream {
    Scene = 1,
    Camera = 2,
    Lidar = 3,
    Imu = 4,
    Joints = 5,
    Odometry = 6,
    Render = 7,
}

/// A source of noise for one sample.
pub(crate) struct Noise {
    rng: ChaCha8Rng,
    spare: Option<f64>,
}

impl Noise {
    /// For the `index`th sample of a stream.
    pub fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(16).wrapping_add(stream as u64));
        rng.set_stream(index);
        Self { rng, spare: None }
    }

    /// Uniform in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.rng.random()
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Normally distributed, mean zero.
    pub fn gaussian(&mut self, std: f64) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare * std;
        }
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * self.uniform()).sin_cos();
        self.spare = Some(radius * sin);
        radius * cos * std
    }

    /// An index below `count`; zero if there is none.
    pub fn index(&mut self, count: usize) -> usize {
        if count == 0 {
            0
        } else {
            self.rng.random_range(0..count)
        }
    }

    /// Raw bits, for per-pixel noise.
    pub fn bits(&mut self) -> u64 {
        self.rng.next_u64()
    }
}

/// Nearly normal with unit variance out of 32 random bits: the sum of four bytes.
pub(crate) fn quick_gaussian(bits: u32) -> f32 {
    let sum: u32 = bits.to_le_bytes().iter().map(|it| u32::from(*it)).sum();
    // Four uniform bytes: mean 510, standard deviation sqrt(4 (256^2 - 1) / 12) = 147.8.
    (sum as f32 - 510.0) / 147.8
}

#[cfg(test)]
mod tests {
    use super::{Noise, Stream, quick_gaussian};

    #[test]
    fn has_the_asked_spread_and_repeats_itself() {
        let draw = || {
            let mut noise = Noise::new(7, Stream::Lidar, 3);
            (0..20_000).map(|_| noise.gaussian(2.0)).collect::<Vec<_>>()
        };
        let values = draw();
        let variance = values.iter().map(|it| it * it).sum::<f64>() / values.len() as f64;
        assert!((variance - 4.0).abs() < 0.2, "variance {variance}");
        assert_eq!(values, draw());

        let mut noise = Noise::new(7, Stream::Camera, 3);
        let quick: Vec<f32> = (0..20_000)
            .map(|_| quick_gaussian(noise.bits() as u32))
            .collect();
        let variance = quick.iter().map(|it| it * it).sum::<f32>() / quick.len() as f32;
        assert!((variance - 1.0).abs() < 0.05, "variance {variance}");
    }
}
