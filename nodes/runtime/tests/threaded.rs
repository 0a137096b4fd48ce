//! The threaded scheduler: whoever stalls or dies, the others go on and the robot ends standing.
//!
//! These tests wait for things to happen; none asserts how long that takes.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Driver, Line, Slow, ToyGate, fault};
use hearth_runtime::{Node, Outbox, Plant, Threaded, ThreadedOptions};
use hearth_types::{ActuatorFrame, Message, Stamp, Topic};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A plant that others can look at.
struct Shown {
    line: Line,
    speed_m_s: Arc<Mutex<Option<f64>>>,
}

impl Plant for Shown {
    fn now(&self) -> Stamp {
        self.line.now()
    }

    fn advance(&mut self, until: Stamp, out: &mut Outbox) {
        self.line.advance(until, out);
    }

    fn actuate(&mut self, frame: &ActuatorFrame) {
        self.line.actuate(frame);
        *self.speed_m_s.lock().unwrap() = Some(frame.forward_m_s);
    }
}

struct Robot {
    run: Threaded,
    speed_m_s: Arc<Mutex<Option<f64>>>,
    seen: Vec<Message>,
}

impl Robot {
    fn start(control: Vec<Box<dyn Node>>, others: Vec<Box<dyn Node>>) -> Self {
        let speed_m_s = Arc::default();
        let shown = Arc::clone(&speed_m_s);
        let options = ThreadedOptions {
            stall_secs: 0.2,
            ..ThreadedOptions::default()
        };
        let plant = move || Shown {
            line: Line::new(),
            speed_m_s: shown,
        };
        Self {
            run: Threaded::start(plant, control, others, options).unwrap(),
            speed_m_s,
            seen: Vec::new(),
        }
    }

    fn speed_m_s(&self) -> f64 {
        self.speed_m_s.lock().unwrap().unwrap_or(0.0)
    }

    fn wait_for(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let patience = Instant::now() + Duration::from_secs(30);
        while !done(self) {
            assert!(Instant::now() < patience, "waited in vain for {what}");
            self.run.wait(Duration::from_millis(20));
            let messages = self.run.messages();
            self.seen.extend(messages);
        }
    }

    fn has_fault_of(&self, node: &str) -> bool {
        self.seen.iter().filter_map(fault).any(|it| it.node == node)
    }
}

fn driver_and_gate() -> Vec<Box<dyn Node>> {
    vec![Box::new(Driver::default()), Box::new(ToyGate::default())]
}

#[test]
fn drives_and_ends_standing() {
    let slow = Slow::new(0.01, |_| Duration::from_millis(1));
    let mut robot = Robot::start(driver_and_gate(), vec![Box::new(slow)]);
    robot.wait_for("motion", |it| it.speed_m_s() > 0.0);
    let speed = Arc::clone(&robot.speed_m_s);

    assert_eq!(robot.run.stop(), Vec::<String>::new());
    assert_eq!(*speed.lock().unwrap(), Some(0.0));
}

#[test]
fn a_stalled_node_is_reported_and_stalls_nobody() {
    // It answers once, then hangs.
    let slow = Slow::new(0.01, |seen| match seen {
        0 => Duration::ZERO,
        _ => Duration::from_secs(3),
    });
    let mut robot = Robot::start(driver_and_gate(), vec![Box::new(slow)]);
    robot.wait_for("the report", |it| it.has_fault_of("slow"));
    let ticks = |it: &Robot| {
        let is_frame = |it: &&Message| it.topic() == Topic::Actuators;
        it.seen.iter().filter(is_frame).count()
    };
    let before = ticks(&robot);
    robot.wait_for("ticks of the gate meanwhile", |it| ticks(it) > before + 50);
}

#[test]
fn a_node_that_panics_is_reported_and_the_motors_stop() {
    struct Thief;
    impl Node for Thief {
        fn name(&self) -> &'static str {
            "thief"
        }
        fn inputs(&self) -> &'static [Topic] {
            &[Topic::Odometry]
        }
        fn step(&mut self, _: Stamp, _: &Message, _: &mut Outbox) {
            panic!("stole away");
        }
    }
    let slow = Slow::new(0.01, |_| Duration::ZERO);
    let gate = ToyGate {
        panic_at: Some(Stamp::from_millis(700)),
        ..ToyGate::default()
    };
    let control: Vec<Box<dyn Node>> = vec![Box::new(Driver::default()), Box::new(gate)];
    let mut robot = Robot::start(control, vec![Box::new(slow), Box::new(Thief)]);
    robot.wait_for("motion", |it| it.speed_m_s() > 0.0);
    robot.wait_for("the dead gate", |it| it.has_fault_of("toy_gate"));
    robot.wait_for("the stop", |it| it.speed_m_s() == 0.0);

    assert!(robot.has_fault_of("thief"));
}

#[test]
fn what_is_injected_reaches_the_nodes() {
    let mut robot = Robot::start(driver_and_gate(), Vec::new());
    let world = hearth_types::World {
        stamp: Stamp::from_nanos(500),
        ..hearth_types::World::default()
    };
    robot.run.inject(&Message::World(Arc::new(world)));
    robot.wait_for("motion", |it| it.speed_m_s() > 0.14);
}

#[test]
fn a_plant_that_cannot_be_made_is_an_error() {
    let make = || -> Line { panic!("no such robot") };
    let options = ThreadedOptions::default();
    assert!(Threaded::start(make, Vec::new(), Vec::new(), options).is_err());
}
