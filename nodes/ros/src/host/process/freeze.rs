//! What a process does that was frozen.
//!
//! Shared memory between processes need not survive that one of them stands still (SIGSTOP, a debugger, a suspended
//! laptop) in the midst of writing or reading. Once in some sixty such pauses, under heavy load, the gate went on missing a
//! planner that lived. So after a pause a process looks whether it is still part of the whole, and starts
//! itself anew if it is not.

use super::Host;
use std::time::{Duration, Instant};

/// A turn of the ROS thread that took longer was no turn.
const FROZEN: Duration = Duration::from_millis(1500);
/// After so long everybody should have heard of everybody again.
const RECOVERY: Duration = Duration::from_secs(4);
/// Something comes in more often, if anybody is there.
const SILENT: Duration = Duration::from_secs(2);

/// When things happened, by a clock that goes on while the process does not.
#[derive(Debug)]
pub(super) struct Freeze {
    turned: Instant,
    pub(super) heard: Instant,
    since: Option<Instant>,
}

impl Freeze {
    pub(super) fn new() -> Self {
        Self {
            turned: Instant::now(),
            heard: Instant::now(),
            since: None,
        }
    }

    /// Once per turn. True when it is time to look whether all is well.
    fn turn(&mut self) -> bool {
        let paused = self.turned.elapsed();
        self.turned = Instant::now();
        if paused > FROZEN {
            tracing::warn!("this process stood still for {paused:.1?}");
            self.since = Some(Instant::now());
        }
        let due = self.since.is_some_and(|it| it.elapsed() > RECOVERY);
        if due {
            self.since = None;
        }
        due
    }
}

impl Host {
    /// Whether the process must start anew, since it was frozen and is cut off.
    pub(super) fn is_cut_off(&mut self) -> bool {
        if !self.freeze.turn() {
            return false;
        }
        let deaf = self.freeze.heard.elapsed() > SILENT;
        let mute = self.gate_misses_it();
        if deaf || mute {
            let what = if deaf {
                "hears nobody"
            } else {
                "is heard by nobody"
            };
            tracing::error!("this process {what} since it stood still: it starts itself anew");
        }
        deaf || mute
    }
}
