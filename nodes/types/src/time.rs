//! Time on the runtime's clock: simulated time in simulation, monotonic time on a robot.

use serde::{Deserialize, Serialize};

/// An instant on the runtime's clock, in nanoseconds since that clock started.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Stamp(u64);

impl Stamp {
    /// The clock's start.
    pub const ZERO: Self = Self(0);
    /// The last representable instant.
    pub const MAX: Self = Self(u64::MAX);

    /// From whole nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// From whole milliseconds, saturating.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// From seconds. Negative values and NaN give [`Stamp::ZERO`]; too large values saturate.
    pub fn from_secs_f64(secs: f64) -> Self {
        // `as` saturates and maps NaN to zero.
        Self((secs * 1e9).round() as u64)
    }

    /// Whole nanoseconds since the clock's start.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the clock's start.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 * 1e-9
    }

    /// \[s\] `self - earlier`; negative if `earlier` is in fact later.
    pub fn secs_since(self, earlier: Self) -> f64 {
        if self >= earlier {
            (self.0 - earlier.0) as f64 * 1e-9
        } else {
            -((earlier.0 - self.0) as f64 * 1e-9)
        }
    }

    /// This instant moved by `secs` (which may be negative), saturating at both ends.
    #[must_use]
    pub fn plus_secs(self, secs: f64) -> Self {
        let nanos = (secs.abs() * 1e9).round() as u64;
        if secs < 0.0 {
            Self(self.0.saturating_sub(nanos))
        } else {
            Self(self.0.saturating_add(nanos))
        }
    }
}
