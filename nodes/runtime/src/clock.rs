//! The clock of the threaded scheduler.

use hearth_types::Stamp;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Monotonic time since the start. For a simulated plant that cannot keep up, the clock falls behind
/// as the plant does, so that a slow computer means slow motion and not stale sensors.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    offset_nanos: u64,
    slipped_nanos: AtomicU64,
}

impl Clock {
    /// A clock that shows `at` now.
    pub fn starting(at: Stamp) -> Self {
        Self {
            start: Instant::now(),
            offset_nanos: at.as_nanos(),
            slipped_nanos: AtomicU64::new(0),
        }
    }

    /// The time.
    pub fn now(&self) -> Stamp {
        let nanos = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let slipped = self.slipped_nanos.load(Ordering::Acquire);
        Stamp::from_nanos((self.offset_nanos.saturating_add(nanos)).saturating_sub(slipped))
    }

    /// When the clock will show `stamp` if it does not slip.
    pub fn instant(&self, stamp: Stamp) -> Instant {
        let slipped = self.slipped_nanos.load(Ordering::Acquire);
        let nanos = stamp.as_nanos().saturating_add(slipped);
        self.start + Duration::from_nanos(nanos.saturating_sub(self.offset_nanos))
    }

    /// Falls behind by this much.
    pub fn slip_secs(&self, secs: f64) {
        let nanos = Stamp::from_secs_f64(secs).as_nanos();
        self.slipped_nanos.fetch_add(nanos, Ordering::AcqRel);
    }

    /// \[s\] How far it has fallen behind.
    pub fn slipped_secs(&self) -> f64 {
        self.slipped_nanos.load(Ordering::Acquire) as f64 * 1e-9
    }
}
