//! What a process does whom the gate goes on missing although it lives.
//!
//! Fast DDS 2.14 notices that the reader of a shared memory is gone only if it died while it waited: who dies while it takes a
//! message in (SIGKILL, a crash) leaves a memory into which others go on writing, and never reach whoever starts in its place
//! (eProsima/Fast-DDS pull request 4728). So who was heard once, and is missed for long, starts itself anew.

use super::Host;
use crate::convert::safety;
use crate::host::Role;
use crate::lifecycle::State;
use hearth_types::GateVerdict;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Missed for so long by a gate that has nothing else to object to: nobody is just late.
const PATIENCE: Duration = Duration::from_secs(6);
/// The gate speaks once a second; what it said before that long is not what it says now.
const STALE: Duration = Duration::from_secs(3);
/// Camera frames come more often, if there is a camera.
const NO_FRAMES: Duration = Duration::from_secs(2);

/// How this process stands with the gate, by a clock that goes on while simulated time does not.
#[derive(Debug, Default)]
pub(super) struct Missed {
    gate_heard: Option<Instant>,
    framed: Option<Instant>,
    /// Anything of the robot's own.
    sensed: Option<Instant>,
    since: Option<Instant>,
    /// The gate had no objection to this process since it started. Whoever was never heard would start again for ever.
    was_heard: bool,
}

impl Missed {
    /// Something came in and was sound.
    pub(super) fn hears(&mut self, topic: &str, at: Instant) {
        match topic {
            "safety_status" => self.gate_heard = Some(at),
            "camera/color/image_raw" => {
                self.framed = Some(at);
                self.sensed = Some(at);
            }
            "odom" | "joint_states" | "scan" | "imu" => self.sensed = Some(at),
            _ => {}
        }
    }

    /// Once per turn: whether it must start anew. `missed` is what the gate said last; `looks` says whether this
    /// process has the camera, without which the gate misses it for a reason.
    fn turn(&mut self, missed: bool, looks: bool, at: Instant) -> bool {
        let within = |when: Option<Instant>, span: Duration| {
            when.is_some_and(|it| at.saturating_duration_since(it) <= span)
        };
        if !within(self.gate_heard, STALE) {
            self.since = None;
            return false;
        }
        if !missed {
            self.since = None;
            self.was_heard = true;
            return false;
        }
        let since = *self.since.get_or_insert(at);
        // A camera that fell silent is no fault of this process, unless all else is silent, too.
        let blind = looks && !within(self.framed, NO_FRAMES) && within(self.sensed, NO_FRAMES);
        self.was_heard && !blind && at.saturating_duration_since(since) > PATIENCE
    }
}

impl Host {
    /// Whether the process must start anew, since the gate misses it and nothing else.
    pub(super) fn is_missed(&mut self) -> bool {
        if self.state != State::Active || self.spec.roles.contains(&Role::Controller) {
            self.missed = Missed::default();
            return false;
        }
        let looks = self.spec.roles.contains(&Role::Perception);
        let missed = self.gate_misses_it();
        let again = self.missed.turn(missed, looks, Instant::now());
        if again {
            tracing::error!(
                "the gate has missed this process for {PATIENCE:.0?} and hears everybody else: it starts itself anew"
            );
        }
        again
    }

    /// Whether what the gate said last is that it misses this process.
    pub(super) fn gate_misses_it(&self) -> bool {
        let said = self.sessions.gate.load(Ordering::Acquire);
        let missed = |verdict| u64::from(safety::verdict(verdict).0) == said;
        [
            (Role::Planner, GateVerdict::PlannerLost),
            (Role::Perception, GateVerdict::PerceptionLost),
        ]
        .iter()
        .any(|(role, verdict)| self.spec.roles.contains(role) && missed(*verdict))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A turn each tenth of a second, and what comes in before it.
    struct Life {
        missed: Missed,
        at: Instant,
    }

    impl Life {
        fn new() -> Self {
            Self {
                missed: Missed::default(),
                at: Instant::now(),
            }
        }

        /// Whether it starts anew within these seconds.
        fn pass(&mut self, secs: u64, topics: &[&str], missed: bool) -> bool {
            (0..secs * 10).any(|_| {
                self.at += Duration::from_millis(100);
                for topic in topics {
                    self.missed.hears(topic, self.at);
                }
                self.missed.turn(missed, true, self.at)
            })
        }
    }

    const ALL: [&str; 3] = ["safety_status", "camera/color/image_raw", "odom"];

    #[test]
    fn who_was_heard_and_is_missed_for_long_starts_anew() {
        let mut life = Life::new();
        assert!(!life.pass(60, &ALL, false));
        assert!(!life.pass(5, &ALL, true));
        assert!(!life.pass(1, &ALL, false));
        assert!(!life.pass(5, &ALL, true));
        assert!(life.pass(2, &ALL, true));
    }

    #[test]
    fn who_hears_only_the_gate_starts_anew() {
        let mut life = Life::new();
        life.pass(10, &ALL, false);
        assert!(life.pass(7, &["safety_status"], true));
    }

    #[test]
    fn who_was_never_heard_does_not_start_again_and_again() {
        let mut life = Life::new();
        assert!(!life.pass(600, &ALL, true));
    }

    #[test]
    fn a_camera_without_frames_is_missed_for_a_reason() {
        let mut life = Life::new();
        life.pass(10, &ALL, false);
        assert!(!life.pass(600, &["safety_status", "odom"], true));
    }

    #[test]
    fn a_gate_that_is_gone_misses_nobody() {
        let mut life = Life::new();
        life.pass(10, &ALL, false);
        life.pass(1, &ALL, true);
        assert!(!life.pass(600, &["odom", "camera/color/image_raw"], true));
    }
}
