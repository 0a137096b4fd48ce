//! The same frame in one process: from whoever has it to a node on a thread of its own.

use super::{IMAGE_COMPOSED, Series};
use anyhow::bail;
use crossbeam_channel::{Sender, unbounded};
use hearth_ros::bench::{frame, monotonic_nanos};
use hearth_runtime::{Node, Outbox, Plant, Threaded, ThreadedOptions};
use hearth_types::{ActuatorFrame, Message, Stamp, Topic};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const RATE_HZ: f64 = 30.0;
/// How many frames count, after those that warm up.
const COUNT: usize = 250;
const WARM_UP: usize = 30;

/// Notes when frames come.
struct Watcher(Sender<f64>);

impl Node for Watcher {
    fn name(&self) -> &'static str {
        "watcher"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[Topic::Rgbd]
    }

    fn step(&mut self, _: Stamp, input: &Message, _: &mut Outbox) {
        if let Message::Rgbd(frame) = input {
            let nanos = monotonic_nanos().saturating_sub(frame.stamp.as_nanos());
            let _ = self.0.send(nanos as f64 * 1e-6);
        }
    }
}

/// Nothing that moves.
struct Nothing(Stamp);

impl Plant for Nothing {
    fn now(&self) -> Stamp {
        self.0
    }

    fn advance(&mut self, until: Stamp, _: &mut Outbox) {
        self.0 = until;
    }

    fn actuate(&mut self, _: &ActuatorFrame) {}
}

/// Measures.
///
/// # Errors
/// If the system refuses a thread; `ending`.
pub fn measure(ending: &AtomicBool) -> anyhow::Result<Series> {
    let (send, came) = unbounded();
    let options = ThreadedOptions {
        real_time_priority: false,
        ..ThreadedOptions::default()
    };
    let nodes: Vec<Box<dyn Node>> = vec![Box::new(Watcher(send))];
    let run = Threaded::start(|| Nothing(Stamp::ZERO), Vec::new(), nodes, options)?;
    let picture = frame();
    let mut due = Instant::now();
    for _ in 0..WARM_UP + COUNT {
        if ending.load(Ordering::Acquire) {
            bail!("interrupted");
        }
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        due += Duration::from_secs_f64(1.0 / RATE_HZ);
        let mut next = picture.clone();
        next.stamp = Stamp::from_nanos(monotonic_nanos());
        run.inject(&Message::Rgbd(Arc::new(next)));
    }
    std::thread::sleep(Duration::from_millis(100));
    run.stop();
    let ms: Vec<f64> = came.try_iter().skip(WARM_UP).collect();
    Ok(Series {
        name: IMAGE_COMPOSED,
        code: "hearth",
        qos: "none",
        profile: "in memory",
        rate_hz: RATE_HZ,
        sent: COUNT,
        received: ms.len(),
        ms,
        note: None,
    })
}
