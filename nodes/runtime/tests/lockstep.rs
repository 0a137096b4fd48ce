//! What lockstep promises: one seed, one run; and simulated lateness is exact.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Driver, Line, Slow, ToyGate, fault};
use hearth_runtime::Lockstep;
use hearth_types::{Message, Stamp, Topic};
use std::time::Duration;

fn random_nap(_: u64) -> Duration {
    // Differs from run to run: the address of the stack is randomised, the scheduler is not ours.
    let noise = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |it| it.subsec_nanos());
    Duration::from_micros(u64::from(noise / 7 % 3000))
}

fn robot(nap: fn(u64) -> Duration, latency_secs: f64, panic_at: Option<Stamp>) -> Lockstep<Line> {
    let gate = ToyGate {
        panic_at,
        ..ToyGate::default()
    };
    Lockstep::new(
        Line::new(),
        vec![
            Box::new(Slow::new(latency_secs, nap)),
            Box::new(Driver::default()),
            Box::new(gate),
        ],
    )
    .unwrap()
}

fn record(mut run: Lockstep<Line>, secs: f64) -> Vec<(Stamp, Message)> {
    let mut log = Vec::new();
    run.run_until(Stamp::from_secs_f64(secs), &mut |now, message| {
        log.push((now, message.clone()));
    });
    log
}

#[test]
fn two_runs_are_the_same_however_long_the_slow_node_takes() {
    let a = record(robot(random_nap, 0.06, None), 2.0);
    let b = record(robot(random_nap, 0.06, None), 2.0);
    let c = record(robot(|_| Duration::ZERO, 0.06, None), 2.0);

    assert!(a.iter().any(|(_, it)| it.topic() == Topic::World));
    assert_eq!(a, b);
    assert_eq!(a, c);
}

#[test]
fn a_slow_nodes_answer_is_exactly_as_late_as_it_says() {
    let log = record(robot(|_| Duration::ZERO, 0.032, None), 0.5);
    let times = |topic| {
        let of = |(now, it): &(Stamp, Message)| (it.topic() == topic).then_some(now.as_nanos());
        log.iter().filter_map(of).collect::<Vec<_>>()
    };
    let frames = times(Topic::Rgbd);
    let worlds = times(Topic::World);

    assert_eq!(frames.len(), 12);
    for (frame, world) in frames.iter().zip(&worlds) {
        assert_eq!(world - frame, 32_000_000);
    }
}

#[test]
fn an_overloaded_node_takes_the_newest_frame() {
    // Frames come every 40 ms, each takes 100 ms: of those that arrive meanwhile only the last
    // is looked at, and answers do not fall behind further and further.
    let mut run = robot(|_| Duration::ZERO, 0.1, None);
    let mut delays = Vec::new();
    run.run_until(Stamp::from_secs_f64(2.0), &mut |now, message| {
        if let Message::World(it) = message {
            delays.push(now.secs_since(it.stamp));
        }
    });

    assert!(
        (18..=20).contains(&delays.len()),
        "{} answers",
        delays.len()
    );
    assert!(delays.iter().all(|it| *it < 0.145), "{delays:?}");
}

#[test]
fn commands_reach_the_plant_through_the_gate_in_the_tick_they_are_sent() {
    let mut run = robot(|_| Duration::ZERO, 0.04, None);
    let mut sent = None;
    let mut mismatches = 0;
    run.run_until(
        Stamp::from_secs_f64(1.0),
        &mut |now, message| match message {
            Message::Base(it) => sent = Some((now, it.forward_m_s)),
            Message::Actuators(it) => {
                if let Some((at, speed)) = sent
                    && at == now
                    && it.forward_m_s != speed
                {
                    mismatches += 1;
                }
            }
            _ => {}
        },
    );

    assert_eq!(mismatches, 0);
    assert_eq!(run.plant().frames.len(), 250);
    assert!(run.plant().x_m > 0.05);
}

#[test]
fn a_gate_that_dies_leaves_the_robot_standing() {
    let mut run = robot(|_| Duration::ZERO, 0.04, Some(Stamp::from_millis(1000)));
    let mut faults = Vec::new();
    run.run_until(Stamp::from_secs_f64(0.996), &mut |_, _| {});
    assert!(run.plant().speed_m_s > 0.0);
    run.run_until(Stamp::from_secs_f64(1.2), &mut |_, message| {
        faults.extend(fault(message).cloned());
    });

    assert_eq!(run.plant().speed_m_s, 0.0);
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].node, "toy_gate");
    assert!(
        faults[0].text.contains("the toy gate broke"),
        "{}",
        faults[0].text
    );
}

#[test]
fn what_is_injected_arrives_at_the_next_step() {
    let mut run = robot(|_| Duration::ZERO, 0.04, None);
    run.inject(common::odometry(Stamp::ZERO, 42.0));
    let mut first = None;
    run.step(&mut |now, message| {
        first.get_or_insert((now, message.topic()));
    });
    assert_eq!(first, Some((Stamp::from_millis(4), Topic::Odometry)));
}
