//! One end of a latency measurement with Hearth's code; `nodes/ros/bench/peer.py` is the same in rclpy.
//!
//! Stamps are nanoseconds of `CLOCK_MONOTONIC`, which all processes of a machine share, and travel in the message.

use crate::cdr::ImageView;
use crate::convert::{BadInput, camera, time};
use crate::host::inlets::ready;
use crate::qos;
use hearth_types::{Intrinsics, RgbdFrame, Stamp};
use nix::time::{ClockId, clock_gettime};
use r2r::std_msgs::msg::String as StringMsg;
use r2r::{Publisher, PublisherUntyped, QosProfile};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// \[px\] Width and height of the images.
pub const IMAGE_SIZE: [usize; 2] = [640, 480];
/// So long is the text of a small message.
const SMALL_BYTES: usize = 100;
/// How long a spin waits, as in [`crate::host`].
const SPIN: Duration = Duration::from_millis(4);
/// A publisher that goes away takes what is still under way with it.
const LINGER: Duration = Duration::from_millis(300);
/// Between looks at who subscribes.
const LOOK: Duration = Duration::from_millis(20);

/// What passes from one process to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A camera's image, from a frame in memory to a frame in memory.
    Image,
    /// A text of 100 bytes.
    Small,
}

/// What both ends agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Absolute.
    pub topic: String,
    /// What passes.
    pub payload: Payload,
    /// Reliable, or sensors' quality of service.
    pub reliable: bool,
}

/// How the sender goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// \[Hz\]
    pub rate_hz: f64,
    /// How many messages count.
    pub count: usize,
    /// What is sent before does not count.
    pub warm_up: Duration,
    /// How long a subscription is waited for.
    pub discovery: Duration,
}

/// Why an end gave up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EndError {
    /// What r2r says.
    #[error("ROS: {0}")]
    Ros(#[from] r2r::Error),
    /// Nobody listens.
    #[error("nobody subscribed to {topic} in {waited_secs} s")]
    Unheard {
        /// The topic.
        topic: String,
        /// How long was waited.
        waited_secs: f64,
    },
    /// Something else came than what the other end sends.
    #[error("a message on {topic} is not what was sent: {why}")]
    Strange {
        /// The topic.
        topic: String,
        /// What is wrong with it.
        why: BadInput,
    },
}

/// What the machine's processes share as a clock.
pub fn monotonic_nanos() -> u64 {
    clock_gettime(ClockId::CLOCK_MONOTONIC).map_or(0, |it| {
        it.tv_sec().unsigned_abs() * 1_000_000_000 + it.tv_nsec().unsigned_abs()
    })
}

/// A picture that says nothing.
pub fn frame() -> RgbdFrame {
    let [width, height] = IMAGE_SIZE;
    let noise = |it: usize| (it.wrapping_mul(2_654_435_761) >> 13) as u8;
    RgbdFrame {
        stamp: Stamp::ZERO,
        width,
        height,
        rgb: (0..3 * width * height).map(noise).collect(),
        depth_m: Vec::new(),
        intrinsics: no_intrinsics(),
    }
}

fn no_intrinsics() -> Intrinsics {
    Intrinsics {
        fx: 525.0,
        fy: 525.0,
        cx: 320.0,
        cy: 240.0,
    }
}

enum Out {
    Image(PublisherUntyped, RgbdFrame),
    Small(Publisher<StringMsg>),
}

impl Out {
    fn create(ros: &mut r2r::Node, line: &Line) -> r2r::Result<Self> {
        let profile = profile(line);
        Ok(match line.payload {
            Payload::Image => {
                let kind = "sensor_msgs/msg/Image";
                Self::Image(
                    ros.create_publisher_untyped(&line.topic, kind, profile)?,
                    frame(),
                )
            }
            Payload::Small => Self::Small(ros.create_publisher(&line.topic, profile)?),
        })
    }

    fn listeners(&self) -> r2r::Result<usize> {
        match self {
            Self::Image(it, _) => it.get_inter_process_subscription_count(),
            Self::Small(it) => it.get_inter_process_subscription_count(),
        }
    }

    /// The instant at which it began.
    fn send(&mut self) -> r2r::Result<u64> {
        let sent = monotonic_nanos();
        match self {
            Self::Image(publisher, frame) => {
                frame.stamp = Stamp::from_nanos(sent);
                publisher.publish_raw(&camera::colour_bytes(frame, "camera"))?;
            }
            Self::Small(publisher) => publisher.publish(&StringMsg {
                data: format!("{sent:<SMALL_BYTES$}"),
            })?,
        }
        Ok(sent)
    }
}

fn profile(line: &Line) -> QosProfile {
    if line.reliable {
        QosProfile::default()
    } else {
        qos::sensor()
    }
}

/// Publishes; when each of the messages that count was begun.
///
/// # Errors
/// [`EndError`].
pub fn send(line: &Line, pace: &Pace) -> Result<Vec<u64>, EndError> {
    let context = r2r::Context::create()?;
    let mut ros = r2r::Node::create(context, "latency_sender", "")?;
    let mut out = Out::create(&mut ros, line)?;
    let since = Instant::now();
    while out.listeners()? == 0 {
        if since.elapsed() > pace.discovery {
            return Err(EndError::Unheard {
                topic: line.topic.clone(),
                waited_secs: pace.discovery.as_secs_f64(),
            });
        }
        std::thread::sleep(LOOK);
    }
    let period = Duration::from_secs_f64(1.0 / pace.rate_hz.max(1.0));
    let begin = Instant::now();
    let mut due = begin;
    let mut sent = Vec::with_capacity(pace.count);
    while sent.len() < pace.count {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        // After a pause nothing is made up for: that would be another rate.
        due = (due + period).max(Instant::now());
        let counts = begin.elapsed() >= pace.warm_up;
        let stamp = out.send()?;
        if counts {
            sent.push(stamp);
        }
    }
    std::thread::sleep(LINGER);
    Ok(sent)
}

/// Listens until `ending`, and calls `is_listening` when it begins to; when each message was sent, and when it was there.
///
/// # Errors
/// [`EndError`].
pub fn receive(
    line: &Line,
    ending: &AtomicBool,
    is_listening: impl FnOnce(),
) -> Result<Vec<(u64, u64)>, EndError> {
    let context = r2r::Context::create()?;
    let mut ros = r2r::Node::create(context, "latency_receiver", "")?;
    let mut came = Vec::new();
    match line.payload {
        Payload::Image => {
            let mut stream =
                ros.subscribe_raw(&line.topic, "sensor_msgs/msg/Image", profile(line))?;
            is_listening();
            // The newest frame is kept, as perception keeps it.
            let mut newest = None;
            while !ending.load(Ordering::Acquire) {
                ros.spin_once(SPIN);
                while let Some(bytes) = ready(&mut stream) {
                    let frame = taken(&bytes).map_err(|why| strange(line, why))?;
                    came.push((frame.stamp.as_nanos(), monotonic_nanos()));
                    newest = Some(black_box(frame));
                }
            }
            drop(newest);
        }
        Payload::Small => {
            let mut stream = ros.subscribe::<StringMsg>(&line.topic, profile(line))?;
            is_listening();
            while !ending.load(Ordering::Acquire) {
                ros.spin_once(SPIN);
                while let Some(message) = ready(&mut stream) {
                    let sent = message.data.trim_end().parse().map_err(|_| {
                        let why = format!("{:?} is no instant", message.data);
                        strange(line, BadInput::Undecodable(why))
                    })?;
                    came.push((sent, monotonic_nanos()));
                }
            }
        }
    }
    Ok(came)
}

fn taken(bytes: &[u8]) -> Result<RgbdFrame, BadInput> {
    let image = ImageView::parse(bytes)?;
    Ok(RgbdFrame {
        stamp: time::from_ros(&image.stamp()),
        width: image.width as usize,
        height: image.height as usize,
        rgb: camera::rgb(&image)?,
        depth_m: Vec::new(),
        intrinsics: no_intrinsics(),
    })
}

fn strange(line: &Line, why: BadInput) -> EndError {
    EndError::Strange {
        topic: line.topic.clone(),
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_arrives_as_it_was_with_its_instant() {
        let sent = RgbdFrame {
            stamp: Stamp::from_nanos(12_345_678_901_234),
            ..frame()
        };
        let came = taken(&camera::colour_bytes(&sent, "camera")).expect("an image");
        assert_eq!(came.stamp, sent.stamp);
        assert!(came.rgb == sent.rgb);
    }
}
