//! The room that points take.

use crate::view::P3;

/// Where points stand, seen from above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Footprint {
    pub low: [f32; 3],
    pub high: [f32; 3],
}

impl Footprint {
    pub fn of<'a>(points: impl Iterator<Item = &'a P3>) -> Self {
        let mut found = Self {
            low: [f32::MAX; 3],
            high: [f32::MIN; 3],
        };
        for point in points {
            for axis in 0..3 {
                found.low[axis] = found.low[axis].min(point[axis]);
                found.high[axis] = found.high[axis].max(point[axis]);
            }
        }
        found
    }

    pub fn length(&self, axis: usize) -> f32 {
        (self.high[axis] - self.low[axis]).max(0.004)
    }

    pub fn overlap(&self, other: &Self, axis: usize) -> f32 {
        let shared = self.high[axis].min(other.high[axis]) - self.low[axis].max(other.low[axis]);
        shared.max(0.0) / self.length(axis).min(other.length(axis))
    }

    /// Whether one is over the other: bands, caps, a leaf, a filling.
    pub fn same_place(&self, other: &Self) -> bool {
        self.overlap(other, 0) > 0.55 && self.overlap(other, 1) > 0.55
    }

    pub fn union(&self, other: &Self) -> Self {
        let mut both = *self;
        for axis in 0..3 {
            both.low[axis] = both.low[axis].min(other.low[axis]);
            both.high[axis] = both.high[axis].max(other.high[axis]);
        }
        both
    }

    pub fn gap(&self, other: &Self, axis: usize) -> f32 {
        (self.low[axis].max(other.low[axis]) - self.high[axis].min(other.high[axis])).max(0.0)
    }
}
