//! When to start a process again, and when to give it up.

use std::time::Duration;

/// One that lives at least this long has recovered: what happened before is forgotten.
const RECOVERED_AFTER: Duration = Duration::from_secs(10);
const LONGEST_DELAY: Duration = Duration::from_secs(8);

/// What one process went through.
#[derive(Debug)]
pub(super) struct Restarts {
    first_delay: Duration,
    allowed: u32,
    quick_deaths: u32,
}

impl Restarts {
    pub(super) fn new(first_delay: Duration, allowed: u32) -> Self {
        Self {
            first_delay,
            allowed,
            quick_deaths: 0,
        }
    }

    /// It died after having lived that long: how long to wait, or `None` to give up.
    pub(super) fn after_death(&mut self, lived: Duration) -> Option<Duration> {
        self.quick_deaths = if lived < RECOVERED_AFTER {
            self.quick_deaths + 1
        } else {
            1
        };
        if self.quick_deaths >= self.allowed {
            return None;
        }
        let doubled = 2_u32.saturating_pow(self.quick_deaths - 1);
        Some(self.first_delay.saturating_mul(doubled).min(LONGEST_DELAY))
    }

    /// Deaths in a row, each soon after the start.
    pub(super) fn quick_deaths(&self) -> u32 {
        self.quick_deaths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Duration = Duration::from_millis(500);
    const SOON: Duration = Duration::from_secs(1);
    const LATE: Duration = Duration::from_secs(60);

    #[test]
    fn waits_twice_as_long_each_time_and_then_gives_up() {
        let mut it = Restarts::new(HALF, 4);
        assert_eq!(it.after_death(SOON), Some(HALF));
        assert_eq!(it.after_death(SOON), Some(2 * HALF));
        assert_eq!(it.after_death(SOON), Some(4 * HALF));
        assert_eq!(it.after_death(SOON), None);
    }

    #[test]
    fn a_process_that_recovered_is_given_all_its_tries_again() {
        let mut it = Restarts::new(HALF, 3);
        assert_eq!(it.after_death(SOON), Some(HALF));
        assert_eq!(it.after_death(SOON), Some(2 * HALF));
        assert_eq!(it.after_death(LATE), Some(HALF));
        assert_eq!(it.after_death(SOON), Some(2 * HALF));
        assert_eq!(it.after_death(SOON), None);
    }

    #[test]
    fn never_waits_for_long() {
        let mut it = Restarts::new(HALF, 1000);
        for _ in 0..999 {
            assert!(it.after_death(SOON) <= Some(LONGEST_DELAY));
        }
    }
}
