//! A toy robot on a line: the plant integrates speed, a driver node steers by what a slow camera
//! node says, a gate node passes commands on.
#![allow(dead_code, clippy::unwrap_used)]

use hearth_runtime::{Node, Outbox, Plant};
use hearth_types::{
    ActuatorFrame, BaseCommand, Fault, Intrinsics, MAX_JOINTS, Message, Odometry, Pose2, RgbdFrame,
    Stamp, Topic, World,
};
use std::sync::Arc;
use std::time::Duration;

/// A frame every 40 ms, odometry every 8 ms.
pub struct Line {
    now: Stamp,
    pub x_m: f64,
    pub speed_m_s: f64,
    pub frames: Vec<ActuatorFrame>,
}

impl Line {
    pub fn new() -> Self {
        Self {
            now: Stamp::ZERO,
            x_m: 0.0,
            speed_m_s: 0.0,
            frames: Vec::new(),
        }
    }
}

impl Plant for Line {
    fn now(&self) -> Stamp {
        self.now
    }

    fn advance(&mut self, until: Stamp, out: &mut Outbox) {
        while self.now.plus_secs(0.002) <= until {
            self.now = self.now.plus_secs(0.002);
            self.x_m += self.speed_m_s * 0.002;
            let millis = self.now.as_nanos() / 1_000_000;
            if millis.is_multiple_of(8) {
                out.push(odometry(self.now, self.x_m));
            }
            if millis.is_multiple_of(40) {
                out.push(camera(self.now));
            }
        }
    }

    fn actuate(&mut self, frame: &ActuatorFrame) {
        self.speed_m_s = frame.forward_m_s;
        self.frames.push(*frame);
    }
}

pub fn odometry(stamp: Stamp, x_m: f64) -> Message {
    Message::Odometry(Odometry {
        stamp,
        odom_from_base: Pose2::new(x_m, 0.0, 0.0),
        forward_m_s: 0.0,
        yaw_rate_rad_s: 0.0,
    })
}

pub fn camera(stamp: Stamp) -> Message {
    Message::Rgbd(Arc::new(RgbdFrame {
        stamp,
        width: 0,
        height: 0,
        rgb: Vec::new(),
        depth_m: Vec::new(),
        intrinsics: Intrinsics {
            fx: 1.0,
            fy: 1.0,
            cx: 0.0,
            cy: 0.0,
        },
    }))
}

/// Answers each camera frame with a world whose stamp mixes in all odometry it was fed, after
/// working for a while that differs from run to run.
pub struct Slow {
    pub latency_secs: f64,
    pub nap: fn(u64) -> Duration,
    pub seen: u64,
}

impl Slow {
    pub fn new(latency_secs: f64, nap: fn(u64) -> Duration) -> Self {
        Self {
            latency_secs,
            nap,
            seen: 0,
        }
    }
}

impl Node for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[Topic::Rgbd, Topic::Odometry]
    }

    fn latency_secs(&self) -> f64 {
        self.latency_secs
    }

    fn step(&mut self, _: Stamp, input: &Message, out: &mut Outbox) {
        match input {
            Message::Odometry(it) => {
                self.seen = self.seen.wrapping_mul(31) ^ it.odom_from_base.x_m.to_bits();
            }
            Message::Rgbd(frame) => {
                std::thread::sleep((self.nap)(self.seen));
                out.push(Message::World(Arc::new(World {
                    stamp: Stamp::from_nanos(frame.stamp.as_nanos() ^ (self.seen >> 54)),
                    ..World::default()
                })));
            }
            _ => {}
        }
    }
}

/// Drives faster or slower with each world.
#[derive(Default)]
pub struct Driver {
    speed_m_s: f64,
}

impl Node for Driver {
    fn name(&self) -> &'static str {
        "driver"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[Topic::World]
    }

    fn period_secs(&self) -> Option<f64> {
        Some(0.008)
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        match input {
            Message::World(it) => {
                self.speed_m_s = 0.1 + (it.stamp.as_nanos() % 1000) as f64 * 1e-4;
            }
            Message::Tick(()) => out.push(Message::Base(BaseCommand {
                stamp: now,
                valid_until: now.plus_secs(0.1),
                forward_m_s: self.speed_m_s,
                yaw_rate_rad_s: 0.0,
            })),
            _ => {}
        }
    }
}

/// Passes fresh commands on, panics once asked to.
#[derive(Default)]
pub struct ToyGate {
    pub command: Option<BaseCommand>,
    pub panic_at: Option<Stamp>,
}

impl Node for ToyGate {
    fn name(&self) -> &'static str {
        "toy_gate"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[Topic::Base]
    }

    fn period_secs(&self) -> Option<f64> {
        Some(0.004)
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        if self.panic_at.is_some_and(|it| now >= it) {
            panic!("the toy gate broke");
        }
        match input {
            Message::Base(it) => self.command = Some(*it),
            Message::Tick(()) => {
                let fresh = self.command.filter(|it| it.valid_until >= now);
                out.push(Message::Actuators(ActuatorFrame {
                    stamp: now,
                    forward_m_s: fresh.map_or(0.0, |it| it.forward_m_s),
                    yaw_rate_rad_s: 0.0,
                    joints: [None; MAX_JOINTS],
                }));
            }
            _ => {}
        }
    }
}

/// What a fault says, if the message is one.
pub fn fault(message: &Message) -> Option<&Fault> {
    match message {
        Message::Fault(it) => Some(it),
        _ => None,
    }
}
