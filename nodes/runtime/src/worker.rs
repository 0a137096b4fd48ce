//! A slow node under lockstep: it works on a thread of its own, but its answers arrive at simulated
//! times that do not depend on how long that takes.

use crate::Outbox;
use crate::guard::Guarded;
use crossbeam_channel::{Receiver, Sender, unbounded};
use hearth_types::{Message, Stamp, Topic};
use std::collections::VecDeque;
use std::thread::JoinHandle;

/// Inputs that take the node its latency: while it works on one, the newest that arrives meanwhile
/// waits, and older ones are dropped. Everything else is taken in order, at once.
pub(crate) fn is_slow_input(topic: Topic) -> bool {
    topic == Topic::Rgbd
}

pub(crate) struct Worker {
    inputs: &'static [Topic],
    latency_secs: f64,
    period_nanos: Option<u64>,
    next_tick: Stamp,
    busy_until: Stamp,
    waiting: Option<Message>,
    /// When the answers to the jobs under way arrive, in the order of the jobs.
    due: VecDeque<Stamp>,
    jobs: Option<Sender<(Stamp, Message)>>,
    answers: Receiver<Vec<Message>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start(mut node: Guarded) -> std::io::Result<Self> {
        let (jobs, job_queue) = unbounded::<(Stamp, Message)>();
        let (answer, answers) = unbounded();
        let period_nanos = node.period_nanos();
        let mut worker = Self {
            inputs: node.inputs(),
            latency_secs: node.latency_secs(),
            period_nanos,
            next_tick: Stamp::from_nanos(period_nanos.unwrap_or(u64::MAX)),
            busy_until: Stamp::ZERO,
            waiting: None,
            due: VecDeque::new(),
            jobs: Some(jobs),
            answers,
            thread: None,
        };
        let work = move || {
            let mut outbox = Outbox::new();
            for (now, input) in job_queue {
                node.step(now, &input, &mut outbox);
                if answer.send(outbox.drain().collect()).is_err() {
                    return;
                }
            }
        };
        let builder = std::thread::Builder::new().name("hearth-slow-node".into());
        worker.thread = Some(builder.spawn(work)?);
        Ok(worker)
    }

    /// Hands it a message that it wants.
    pub fn offer(&mut self, now: Stamp, message: &Message) {
        let topic = message.topic();
        if !self.inputs.contains(&topic) {
            return;
        }
        if !is_slow_input(topic) {
            self.send(now, message.clone());
        } else if now < self.busy_until {
            self.waiting = Some(message.clone());
        } else {
            self.begin_slow(now, message.clone());
        }
    }

    /// Takes up what waited, and ticks.
    pub fn advance(&mut self, now: Stamp) {
        if now >= self.busy_until
            && let Some(message) = self.waiting.take()
        {
            self.begin_slow(now, message);
        }
        if let Some(period) = self.period_nanos
            && self.next_tick <= now
        {
            self.next_tick = Stamp::from_nanos(now.as_nanos().saturating_add(period));
            self.send(now, Message::Tick(()));
        }
    }

    /// The answers that arrive by `now`, waiting for the thread where it is not done with them.
    pub fn collect(&mut self, now: Stamp, mut take: impl FnMut(Message)) {
        while self.due.front().is_some_and(|due| *due <= now) {
            self.due.pop_front();
            // It fails only if the thread is gone, which a guarded node cannot bring about.
            let Ok(answer) = self.answers.recv() else {
                return;
            };
            answer.into_iter().for_each(&mut take);
        }
    }

    fn begin_slow(&mut self, now: Stamp, message: Message) {
        self.busy_until = now.plus_secs(self.latency_secs);
        self.send(now, message);
    }

    fn send(&mut self, now: Stamp, message: Message) {
        let Some(jobs) = &self.jobs else {
            return;
        };
        if jobs.send((now, message)).is_ok() {
            self.due.push_back(now.plus_secs(self.latency_secs));
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Ends the thread's loop.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
