//! Bounded queues between threads. A sender never blocks: where a queue is full, the oldest entry
//! makes room, so that a slow reader finds what is new.

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use hearth_types::{Message, Topic};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// How many messages of a topic may wait. Of slow and large ones only the newest is of use; of fast ones
/// as many as two seconds bring; and nothing that someone decided may be lost in the normal run of things.
fn capacity(topic: Topic) -> usize {
    match topic {
        Topic::Rgbd | Topic::Scan | Topic::World | Topic::Detections | Topic::Route => 1,
        Topic::Base | Topic::Joints | Topic::Actuators => 8,
        Topic::Odometry | Topic::Imu | Topic::JointStates => 256,
        // Some seconds of sound: words that are older are of no use.
        Topic::Sound => 256,
        _ => 512,
    }
}

type Entry = (u64, Message);

/// One topic's queue.
struct Lane {
    topic: Topic,
    send: Sender<Entry>,
    receive: Receiver<Entry>,
}

/// What waits for one reader.
pub(crate) struct Mailbox {
    lanes: Vec<Lane>,
    wake: Sender<()>,
    woken: Receiver<()>,
    order: Arc<AtomicU64>,
    dropped: AtomicU64,
}

impl Mailbox {
    /// For a reader of these topics. `order` is shared by all mailboxes of a run.
    pub fn new(topics: &[Topic], order: Arc<AtomicU64>) -> Self {
        let lane = |topic: &Topic| {
            let (send, receive) = bounded(capacity(*topic));
            Lane {
                topic: *topic,
                send,
                receive,
            }
        };
        let (wake, woken) = bounded(1);
        Self {
            lanes: topics.iter().map(lane).collect(),
            wake,
            woken,
            order,
            dropped: AtomicU64::new(0),
        }
    }

    /// Puts the message in if the reader wants it. Never blocks.
    pub fn put(&self, message: &Message) {
        let topic = message.topic();
        let Some(lane) = self.lanes.iter().find(|it| it.topic == topic) else {
            return;
        };
        let mut entry = (self.order.fetch_add(1, Ordering::Relaxed), message.clone());
        // Others may fill the gap at once: try a few times, then it is this one that is lost.
        for _ in 0..4 {
            match lane.send.try_send(entry) {
                Ok(()) => break,
                Err(TrySendError::Full(it)) => {
                    entry = it;
                    if lane.receive.try_recv().is_ok() {
                        self.dropped.fetch_add(1, Ordering::Relaxed);
                    }
                }
                Err(TrySendError::Disconnected(_)) => break,
            }
        }
        let _ = self.wake.try_send(());
    }

    /// Wakes the reader without a message.
    pub fn nudge(&self) {
        let _ = self.wake.try_send(());
    }

    /// Takes out all that waits, in the order in which it was put in.
    pub fn take(&self, into: &mut Vec<Message>) {
        let mut entries: Vec<Entry> = self
            .lanes
            .iter()
            .flat_map(|it| it.receive.try_iter())
            .collect();
        entries.sort_by_key(|it| it.0);
        into.extend(entries.into_iter().map(|it| it.1));
    }

    /// Waits until something is put in, or until `deadline`.
    pub fn wait(&self, deadline: Option<Instant>) {
        let outcome = match deadline {
            Some(it) => self.woken.recv_deadline(it),
            None => self
                .woken
                .recv()
                .map_err(|_| RecvTimeoutError::Disconnected),
        };
        // Woken, too late, or never again: the caller looks for itself.
        let _ = outcome;
    }

    /// How many messages had to make room.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::{EStop, LaserScan, Odometry, Pose2, Stamp};

    fn odometry(millis: u64) -> Message {
        Message::Odometry(Odometry {
            stamp: Stamp::from_millis(millis),
            odom_from_base: Pose2::default(),
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
        })
    }

    fn scan(millis: u64) -> Message {
        Message::Scan(Arc::new(LaserScan {
            stamp: Stamp::from_millis(millis),
            angle_min_rad: 0.0,
            angle_increment_rad: 0.0,
            range_min_m: 0.0,
            range_max_m: 0.0,
            ranges_m: Vec::new(),
        }))
    }

    fn e_stop(millis: u64) -> Message {
        Message::EStop(EStop {
            stamp: Stamp::from_millis(millis),
            engaged: true,
        })
    }

    fn taken(mailbox: &Mailbox) -> Vec<Message> {
        let mut messages = Vec::new();
        mailbox.take(&mut messages);
        messages
    }

    #[test]
    fn keeps_the_newest_scan_and_every_e_stop_in_order() {
        let topics = [Topic::EStop, Topic::Scan, Topic::Odometry];
        let mailbox = Mailbox::new(&topics, Arc::default());
        for millis in 0..1000 {
            mailbox.put(&scan(millis));
            mailbox.put(&odometry(millis));
            if millis % 250 == 0 {
                mailbox.put(&e_stop(millis));
            }
        }

        let messages = taken(&mailbox);
        let of = |topic| messages.iter().filter(move |it| it.topic() == topic);
        assert_eq!(of(Topic::Scan).collect::<Vec<_>>(), [&scan(999)]);
        assert_eq!(of(Topic::EStop).count(), 4);
        assert_eq!(of(Topic::Odometry).count(), 256);
        assert_eq!(of(Topic::Odometry).next(), Some(&odometry(744)));
        assert_eq!(messages.last(), Some(&odometry(999)));
        assert_eq!(mailbox.dropped(), 999 + 744);
    }

    #[test]
    fn what_nobody_asked_for_does_not_come_in() {
        let mailbox = Mailbox::new(&[Topic::Scan], Arc::default());
        mailbox.put(&odometry(1));
        assert!(taken(&mailbox).is_empty());
    }
}
