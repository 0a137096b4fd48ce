//! The process's time: the system's clock, or a simulator's `/clock`.

use hearth_runtime::FollowedClock;
use hearth_types::Stamp;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long simulated time goes on by itself when `/clock` falls silent: longer than any age that the gate
/// allows, so that a dead simulator is noticed as every other dead sensor is.
const SIMULATION_AHEAD: Duration = Duration::from_secs(3);
/// \[s\] A simulator whose clock goes back further, also behind what we made up while it was silent, was started anew.
const RESTART_SECS: f64 = 1.0 + SIMULATION_AHEAD.as_secs_f64();
/// \[s\] The system's clock is set, not slewed, from here on.
const JUMP_SECS: f64 = 0.2;

/// Keeps the clock that the nodes go by.
#[derive(Debug)]
pub struct TimeKeeper {
    clock: Arc<FollowedClock>,
    simulated: bool,
    /// A reading of `/clock` far from all before, until another confirms it.
    doubted: Option<Stamp>,
}

/// What happened to time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Jump {
    /// A simulation was started anew: whoever remembers stamps must forget them.
    Restarted,
    /// \[s\] The system's clock was set by this much.
    Set(f64),
}

impl TimeKeeper {
    /// With `simulated`, time stands at zero until `/clock` is heard.
    pub fn new(simulated: bool) -> Self {
        let clock = if simulated {
            FollowedClock::new(SIMULATION_AHEAD)
        } else {
            // The system's clock cannot fall silent; only our looking at it can.
            FollowedClock::new(Duration::MAX)
        };
        if !simulated {
            clock.set(system());
        }
        Self {
            clock: Arc::new(clock),
            simulated,
            doubted: None,
        }
    }

    /// Whether it is a simulator's time.
    pub fn is_simulated(&self) -> bool {
        self.simulated
    }

    /// The time.
    pub fn now(&self) -> Stamp {
        self.clock.now()
    }

    /// For the schedulers.
    pub fn clock(&self) -> Arc<FollowedClock> {
        Arc::clone(&self.clock)
    }

    /// A reading of `/clock`. A leap counts once a second reading confirms it: one stray message moves no time.
    pub fn simulation_says(&mut self, stamp: Stamp) -> Option<Jump> {
        let far = |from: Stamp| stamp.secs_since(from).abs() > RESTART_SECS;
        let now = self.clock.now();
        let leaps = self.clock.is_set() && far(now);
        if leaps && self.doubted.is_none_or(far) {
            self.doubted = Some(stamp);
            return None;
        }
        self.doubted = None;
        self.clock.set(stamp);
        (leaps && stamp < now).then_some(Jump::Restarted)
    }

    /// Looks at the system's clock; to be called a few times a second.
    pub fn look(&self) -> Option<Jump> {
        if self.simulated {
            return None;
        }
        let real = system();
        let jump_secs = real.secs_since(self.clock.now());
        self.clock.set(real);
        (jump_secs.abs() > JUMP_SECS).then_some(Jump::Set(jump_secs))
    }
}

/// The system's clock as ROS has it.
pub fn system() -> Stamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Stamp::from_nanos(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulator_that_starts_anew_is_noticed_and_jitter_is_not() {
        let mut keeper = TimeKeeper::new(true);
        assert_eq!(keeper.simulation_says(Stamp::from_millis(60_000)), None);
        assert_eq!(keeper.simulation_says(Stamp::from_millis(59_990)), None);
        assert_eq!(keeper.simulation_says(Stamp::from_millis(10)), None);
        assert_eq!(
            keeper.simulation_says(Stamp::from_millis(20)),
            Some(Jump::Restarted)
        );
        assert_eq!(keeper.simulation_says(Stamp::from_millis(30)), None);
    }

    #[test]
    fn a_stray_reading_moves_no_time_and_a_leap_ahead_does() {
        let mut keeper = TimeKeeper::new(true);
        for millis in [60_000, 0, 60_010, 9_000_000, 60_020, 0, 9_000_000, 60_030] {
            assert_eq!(keeper.simulation_says(Stamp::from_millis(millis)), None);
            assert!(keeper.now().secs_since(Stamp::from_millis(60_000)).abs() < 1.0);
        }
        for millis in [80_000, 80_010] {
            assert_eq!(keeper.simulation_says(Stamp::from_millis(millis)), None);
        }
        assert!(keeper.now() >= Stamp::from_millis(80_010));
    }
}
