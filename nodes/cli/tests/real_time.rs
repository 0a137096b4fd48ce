//! The same robot on threads and the wall clock: nothing here depends on how fast this machine is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::ember;
use hearth::body::Body;
use hearth_sim::oracle::Predicate;
use hearth_types::{ActuatorFrame, Message, Stamp, TaskEvent, TaskVerdict, Utterance};
use std::sync::Arc;

/// \[s\] Of the run's time; a machine that is too slow for this is too slow for anything.
const PATIENCE_SECS: f64 = 120.0;

struct Live {
    body: Body,
    messages: Vec<Message>,
}

impl Live {
    fn say(&mut self, text: &str) {
        let stamp = self.body.now();
        self.body.inject(Message::Utterance(Arc::new(Utterance {
            stamp,
            text: text.to_owned(),
            language: None,
            confidence: 1.0,
            speaker: None,
        })));
    }

    fn run(&mut self, secs: f64) {
        let Self { body, messages } = self;
        let until = body.now().plus_secs(secs);
        body.run_until(until, &mut |_: Stamp, message: &Message| {
            messages.push(message.clone());
        });
    }

    fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let began = self.body.now();
        while !is_so(self) {
            self.run(0.1);
            let waited_secs = self.body.now().secs_since(began);
            assert!(waited_secs < PATIENCE_SECS, "waited in vain until {what}");
        }
    }

    fn verdicts(&self) -> Vec<TaskVerdict> {
        let events = self.messages.iter().filter_map(|it| match it {
            Message::Task(event) => Some(&**event),
            _ => None,
        });
        events
            .filter_map(|it| match it {
                TaskEvent::Finished { verdict, .. } => Some(verdict.clone()),
                _ => None,
            })
            .collect()
    }

    fn frame(&self) -> Option<&ActuatorFrame> {
        self.messages.iter().rev().find_map(|it| match it {
            Message::Actuators(frame) => Some(frame),
            _ => None,
        })
    }

    /// \[m\] Between the first and the last odometry.
    fn driven_m(&self) -> f64 {
        let mut points = self.messages.iter().filter_map(|it| match it {
            Message::Odometry(odometry) => Some(odometry.odom_from_base.point()),
            _ => None,
        });
        let first = points.next();
        first
            .zip(points.next_back())
            .map_or(0.0, |(a, b)| (b - a).norm())
    }
}

#[test]
fn drives_when_told_and_stands_when_told() {
    let robot = ember();
    let mut live = Live {
        body: Body::real_time(robot, 2, "").unwrap(),
        messages: Vec::new(),
    };
    live.run(1.5);
    live.say("go to the kitchen");
    live.until("it drives", |it| it.driven_m() > 0.4);
    live.say("停");
    live.until("both commands have ended", |it| it.verdicts().len() == 2);
    let verdicts = live.verdicts();
    assert!(verdicts.contains(&TaskVerdict::Done), "{verdicts:?}");
    assert!(
        verdicts
            .iter()
            .any(|it| matches!(it, TaskVerdict::Failed { .. })),
        "{verdicts:?}"
    );
    live.messages.clear();
    live.run(2.0);
    let frame = live.frame().unwrap();
    assert!(frame.forward_m_s.abs() < 1e-6 && frame.yaw_rate_rad_s.abs() < 1e-6);
    assert!(live.driven_m() < 0.02, "{} m", live.driven_m());
    let kitchen = &Predicate::parse_all("at(kitchen)").unwrap()[0];
    let judgement = live.body.judge(kitchen, &robot.home).unwrap();
    assert_eq!(judgement.holds, Some(false), "{}", judgement.text);
    let contacts = live.body.contacts(&robot.home).unwrap();
    assert_eq!((contacts.persons, contacts.hard), (0, 0));
    live.body.close();
}
