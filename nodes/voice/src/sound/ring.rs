//! What was heard a moment ago: speech is noticed only once it is under way.

use std::collections::VecDeque;

/// The newest samples of a stream, by their place in it.
#[derive(Clone, Debug)]
pub struct Ring {
    samples: VecDeque<f32>,
    capacity: usize,
    /// The place of the first sample that is kept.
    start: u64,
}

impl Ring {
    /// Keeps the newest `capacity` samples.
    pub fn new(capacity: usize) -> Self {
        Self {
            samples: VecDeque::with_capacity(capacity),
            capacity,
            start: 0,
        }
    }

    /// Takes the next samples; the oldest make room.
    pub fn push(&mut self, samples: &[f32]) {
        let kept = &samples[samples.len().saturating_sub(self.capacity)..];
        let lost = (self.samples.len() + samples.len()).saturating_sub(self.capacity);
        self.samples.drain(..lost.min(self.samples.len()));
        self.samples.extend(kept);
        self.start += lost as u64;
    }

    /// The place behind the last sample.
    pub fn end(&self) -> u64 {
        self.start + self.samples.len() as u64
    }

    /// The samples from place `from` to place `until`, as far as they are still (or already) there.
    pub fn between(&self, from: u64, until: u64) -> Vec<f32> {
        let index = |place: u64| {
            usize::try_from(place.saturating_sub(self.start))
                .unwrap_or(usize::MAX)
                .min(self.samples.len())
        };
        let (from, until) = (index(from), index(until));
        self.samples.range(from..until.max(from)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn gives_what_was_put_in(
            capacity in 1_usize..50,
            chunks in prop::collection::vec(0_usize..80, 1..12),
            from in 0_u64..400, length in 0_u64..60,
        ) {
            let mut ring = Ring::new(capacity);
            let mut next = 0_u64;
            for chunk in chunks {
                let samples: Vec<f32> = (next..next + chunk as u64).map(|it| it as f32).collect();
                ring.push(&samples);
                next += chunk as u64;
            }
            prop_assert_eq!(ring.end(), next);
            let first = from.max(next.saturating_sub(capacity as u64));
            let expected: Vec<f32> = (first..(from + length).min(next)).map(|it| it as f32).collect();
            prop_assert_eq!(ring.between(from, from + length), expected);
        }
    }
}
