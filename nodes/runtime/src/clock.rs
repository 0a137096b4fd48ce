//! The clocks of the threaded scheduler.

use hearth_types::Stamp;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The clock that a run goes by.
#[derive(Debug)]
pub(crate) enum Clock {
    /// The run's own.
    Own(OwnClock),
    /// Somebody else's.
    Followed(Arc<FollowedClock>),
}

impl Clock {
    /// The time.
    pub fn now(&self) -> Stamp {
        match self {
            Self::Own(it) => it.now(),
            Self::Followed(it) => it.now(),
        }
    }

    /// When the clock will show `stamp` if all goes as expected.
    pub fn instant(&self, stamp: Stamp) -> Instant {
        match self {
            Self::Own(it) => it.instant(stamp),
            Self::Followed(it) => it.instant(stamp),
        }
    }

    /// Falls behind by this much; a clock that is followed cannot.
    pub fn slip_secs(&self, secs: f64) {
        if let Self::Own(it) = self {
            it.slip_secs(secs);
        }
    }

    /// \[s\] How far it has fallen behind.
    pub fn slipped_secs(&self) -> f64 {
        match self {
            Self::Own(it) => it.slipped_secs(),
            Self::Followed(_) => 0.0,
        }
    }
}

/// Monotonic time since the start. For a simulated plant that cannot keep up, the clock falls behind
/// as the plant does, so that a slow computer means slow motion and not stale sensors.
#[derive(Debug)]
pub(crate) struct OwnClock {
    start: Instant,
    offset_nanos: u64,
    slipped_nanos: AtomicU64,
}

impl OwnClock {
    /// A clock that shows `at` now.
    pub fn starting(at: Stamp) -> Self {
        Self {
            start: Instant::now(),
            offset_nanos: at.as_nanos(),
            slipped_nanos: AtomicU64::new(0),
        }
    }

    fn now(&self) -> Stamp {
        let nanos = nanos(self.start.elapsed());
        let slipped = self.slipped_nanos.load(Ordering::Acquire);
        Stamp::from_nanos((self.offset_nanos.saturating_add(nanos)).saturating_sub(slipped))
    }

    fn instant(&self, stamp: Stamp) -> Instant {
        let slipped = self.slipped_nanos.load(Ordering::Acquire);
        let nanos = stamp.as_nanos().saturating_add(slipped);
        self.start + Duration::from_nanos(nanos.saturating_sub(self.offset_nanos))
    }

    fn slip_secs(&self, secs: f64) {
        let nanos = Stamp::from_secs_f64(secs).as_nanos();
        self.slipped_nanos.fetch_add(nanos, Ordering::AcqRel);
    }

    fn slipped_secs(&self) -> f64 {
        self.slipped_nanos.load(Ordering::Acquire) as f64 * 1e-9
    }
}

/// Follows a clock that somebody else keeps: a simulator's `/clock`, or the system's.
///
/// Between two readings it goes on at the rate of real time, so that what must be noticed in bounded real
/// time (a sensor that fell silent) is noticed even when the clock's source has died. Then, `most_ahead`
/// after the last reading, it stands.
#[derive(Debug)]
pub struct FollowedClock {
    most_ahead: Duration,
    reading: Mutex<Option<(Stamp, Instant)>>,
}

impl FollowedClock {
    /// A clock without a reading yet: it shows [`Stamp::ZERO`].
    pub fn new(most_ahead: Duration) -> Self {
        Self {
            most_ahead,
            reading: Mutex::new(None),
        }
    }

    /// Takes a reading.
    pub fn set(&self, stamp: Stamp) {
        *self.lock() = Some((stamp, Instant::now()));
    }

    /// Whether there was a reading.
    pub fn is_set(&self) -> bool {
        self.lock().is_some()
    }

    /// The time.
    pub fn now(&self) -> Stamp {
        self.at(Instant::now())
    }

    fn at(&self, when: Instant) -> Stamp {
        let Some((stamp, read)) = *self.lock() else {
            return Stamp::ZERO;
        };
        let ahead = when.saturating_duration_since(read).min(self.most_ahead);
        Stamp::from_nanos(stamp.as_nanos().saturating_add(nanos(ahead)))
    }

    /// When the clock will show `stamp`, if it goes on at the rate of real time. Never further away than
    /// 20 ms, since it may not.
    fn instant(&self, stamp: Stamp) -> Instant {
        const LONGEST: Duration = Duration::from_millis(20);
        let now = Instant::now();
        let wait = stamp.as_nanos().saturating_sub(self.at(now).as_nanos());
        now + Duration::from_nanos(wait).min(LONGEST)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Stamp, Instant)>> {
        // Two plain values: a panic elsewhere cannot leave them half written.
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_followed_clock_goes_on_for_a_while_when_its_source_is_silent() {
        let clock = FollowedClock::new(Duration::from_secs(2));
        assert_eq!(clock.now(), Stamp::ZERO);

        clock.set(Stamp::from_millis(5_000));
        let read = clock.lock().expect("a reading").1;
        let at = |millis| clock.at(read + Duration::from_millis(millis));
        assert_eq!(at(0), Stamp::from_millis(5_000));
        assert_eq!(at(700), Stamp::from_millis(5_700));
        assert_eq!(at(60_000), Stamp::from_millis(7_000));
    }

    #[test]
    fn a_reading_in_the_past_sets_it_back() {
        let clock = FollowedClock::new(Duration::ZERO);
        clock.set(Stamp::from_millis(5_000));
        clock.set(Stamp::from_millis(100));
        assert_eq!(clock.now(), Stamp::from_millis(100));
    }
}
