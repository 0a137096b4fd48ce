//! Times a node's ticks from outside, since nodes read no clock.

use hearth_types::{Message, Node, Outbox, Stamp, Topic};
use nix::time::{ClockId, clock_gettime};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// How long ticks took, and how late they came.
#[derive(Debug, Default)]
pub struct TickTimes {
    /// \[us\] Thread time of each tick: what it cost.
    pub thread_us: Vec<f64>,
    /// \[us\] Wall-clock time of each tick: what it cost with the machine's interruptions.
    pub wall_us: Vec<f64>,
    /// \[us\] How much later than its period each tick began.
    pub lateness_us: Vec<f64>,
    last: Option<Instant>,
}

impl TickTimes {
    /// With memory taken beforehand for so long a run at 250 Hz.
    pub fn with_room_for(secs: f64) -> Self {
        let ticks = (secs * 300.0) as usize;
        Self {
            thread_us: Vec::with_capacity(ticks),
            wall_us: Vec::with_capacity(ticks),
            lateness_us: Vec::with_capacity(ticks),
            last: None,
        }
    }
}

/// A node whose ticks are timed.
pub struct Timed<N> {
    node: N,
    times: Arc<Mutex<TickTimes>>,
}

impl<N: Node> Timed<N> {
    /// Wraps a node.
    pub fn new(node: N, times: Arc<Mutex<TickTimes>>) -> Self {
        Self { node, times }
    }
}

impl<N: Node> Node for Timed<N> {
    fn name(&self) -> &'static str {
        self.node.name()
    }

    fn inputs(&self) -> &'static [Topic] {
        self.node.inputs()
    }

    fn period_secs(&self) -> Option<f64> {
        self.node.period_secs()
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        if !matches!(input, Message::Tick(())) {
            return self.node.step(now, input, out);
        }
        let (wall, thread) = (Instant::now(), thread_us());
        self.node.step(now, input, out);
        let (thread, wall_us) = (thread_us() - thread, wall.elapsed().as_secs_f64() * 1e6);
        let period_us = self.node.period_secs().unwrap_or(0.0) * 1e6;
        if let Ok(mut times) = self.times.lock() {
            times.thread_us.push(thread);
            times.wall_us.push(wall_us);
            if let Some(last) = times.last {
                let since_us = wall.duration_since(last).as_secs_f64() * 1e6;
                times.lateness_us.push((since_us - period_us).max(0.0));
            }
            times.last = Some(wall);
        }
    }
}

/// \[us\] Processor time of this thread.
fn thread_us() -> f64 {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(f64::NAN, |it| {
        it.tv_sec() as f64 * 1e6 + it.tv_nsec() as f64 * 1e-3
    })
}
