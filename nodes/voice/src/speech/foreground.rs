//! Whoever speaks near the microphone is louder than what is behind: other people far off, a television, music. A detector of speech
//! hears speech there, too, and would wait for ever until all of them pause.

/// How much of what is new counts in each frame (of 32 ms): a mean over about 0.2 s.
const NEW: f64 = 0.16;
/// \[dB a frame\] The quietest is forgotten so fast, and the loudest.
const QUIETEST_RISES: f64 = 0.03;
const LOUDEST_FALLS: f64 = 0.045;
/// \[0, 1\] So far up from the quietest to the loudest somebody is in front. The ends of sentences are quieter than their beginnings: half
/// way cuts every eighth of them at a signal to noise ratio of 10 dB, a third hardly more than are cut where it is quiet.
const FROM: f64 = 0.35;
/// Frames for which whoever was in front may be this quiet and still is: words end in less.
const HELD: usize = 6;
/// \[dB\] Where the loudest is no further above the quietest, nobody is in front.
const LEAST_APART: f64 = 6.0;
/// \[dB\] Less than this is silence, however quiet it was before.
const SILENCE: f64 = -70.0;

/// Follows how loud the sound is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Foreground {
    levels: Option<Levels>,
    /// Frames since the last that was loud enough.
    quiet: usize,
}

/// \[dB\] Of full scale.
#[derive(Clone, Copy, Debug)]
struct Levels {
    power: f64,
    quietest: f64,
    loudest: f64,
}

impl Foreground {
    /// Takes the next frame's samples. Whether somebody in front may be speaking in it: it is far enough above the quietest
    /// of the last seconds, for how loud the loudest is.
    pub fn push(&mut self, frame: &[f32]) -> bool {
        let sum: f64 = frame.iter().map(|it| f64::from(*it).powi(2)).sum();
        let power = sum / frame.len().max(1) as f64;
        let power = if power.is_finite() { power } else { 0.0 };
        let now = decibels(power);
        let it = self.levels.get_or_insert(Levels {
            power,
            quietest: now,
            loudest: now,
        });
        it.power += NEW * (power - it.power);
        let level = decibels(it.power);
        it.quietest = level.min(it.quietest + QUIETEST_RISES);
        it.loudest = level.max(it.loudest - LOUDEST_FALLS);
        let apart = it.loudest - it.quietest;
        let is_loud = apart < LEAST_APART || level > it.quietest + FROM * apart;
        self.quiet = if is_loud { 0 } else { self.quiet + 1 };
        self.quiet <= HELD
    }
}

fn decibels(power: f64) -> f64 {
    (10.0 * power.max(1e-12).log10()).max(SILENCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::FRAME;
    use proptest::prelude::*;

    /// Noise of this loudness, for so many frames.
    fn noise(loudness: f32, frames: usize, seed: &mut u32) -> Vec<Vec<f32>> {
        let mut next = || {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            loudness * ((*seed >> 8) as f32 / (1 << 23) as f32 - 1.0)
        };
        (0..frames)
            .map(|_| (0..FRAME).map(|_| next()).collect())
            .collect()
    }

    fn heard(foreground: &mut Foreground, frames: &[Vec<f32>]) -> usize {
        frames.iter().filter(|it| foreground.push(it)).count()
    }

    #[test]
    fn who_is_ten_decibels_louder_is_in_front_and_the_rest_is_not() {
        let (mut foreground, mut seed) = (Foreground::default(), 1);
        heard(&mut foreground, &noise(0.05, 30, &mut seed));
        let near = heard(&mut foreground, &noise(0.16, 60, &mut seed));
        assert!(near >= 56, "{near} of 60");
        // It takes a moment until a mean has come down, and who is in front may pause.
        heard(&mut foreground, &noise(0.05, 8 + HELD, &mut seed));
        assert_eq!(heard(&mut foreground, &noise(0.05, 40, &mut seed)), 0);
    }

    #[test]
    fn a_weak_syllable_in_a_quiet_room_is_still_in_front() {
        let (mut foreground, mut seed) = (Foreground::default(), 1);
        heard(&mut foreground, &noise(0.001, 30, &mut seed));
        heard(&mut foreground, &noise(0.2, 30, &mut seed));
        // 16 dB below.
        assert_eq!(heard(&mut foreground, &noise(0.03, 20, &mut seed)), 20);
    }

    #[test]
    fn where_all_is_alike_everybody_may_be_in_front() {
        let (mut foreground, mut seed) = (Foreground::default(), 1);
        assert_eq!(heard(&mut foreground, &noise(0.1, 50, &mut seed)), 50);
    }

    proptest! {
        #[test]
        fn any_samples_are_taken(frame in prop::collection::vec(any::<f32>(), 0..40)) {
            let mut foreground = Foreground::default();
            foreground.push(&frame);
            foreground.push(&[]);
            foreground.push(&[0.1; 16]);
            prop_assert!(foreground.levels.is_some_and(|it| it.power.is_finite()));
        }
    }
}
