//! How soon the base stands when a part of the robot dies while it drives: measured at the wheels' driver, from the
//! signal to the moment from which on its velocity stays zero.

use crate::robot::Robot;
use crate::ros::stack::{SEPARATE, Stack};
use anyhow::Context;
use hearth_types::Utterance;
use nix::sys::signal::Signal;
use std::time::{Duration, Instant};

/// A drive long enough for everything: from one end of the flat to the other, back and forth.
const DRIVES: [&str; 2] = ["go to the kitchen", "go to the bedroom"];
/// \[m/s\] The base counts as driving from here on.
const DRIVING_M_S: f64 = 0.2;
/// How long the base may take to get going.
const GETTING_GOING: Duration = Duration::from_secs(60);
/// How long it is watched after the signal; longer than any deadline.
const WATCHED: Duration = Duration::from_secs(4);

/// One death.
#[derive(Clone, Debug, serde::Serialize)]
pub(super) struct Stop {
    /// Who died.
    pub(super) victim: &'static str,
    /// How: SIGKILL, or SIGSTOP for a stall.
    pub(super) signal: String,
    /// \[ms\] Until the wheels were told to stand for good; `None` if they never were.
    pub(super) stop_ms: Option<f64>,
    /// \[m/s\] At the signal.
    pub(super) speed_m_s: f64,
    /// Whether the robot drove again once the victim was back.
    pub(super) drove_on: bool,
}

/// Kills and stalls each process `rounds` times.
pub(super) fn measure(robot: &Robot, seed: u64, rounds: usize) -> anyhow::Result<Vec<Stop>> {
    let mut stops = Vec::new();
    let mut stack = Stack::open(robot, seed, "", &SEPARATE)?;
    for round in 0..rounds {
        for victim in SEPARATE {
            for signal in [Signal::SIGKILL, Signal::SIGSTOP] {
                let stop = one(&mut stack, victim, signal, stops.len())
                    .with_context(|| format!("round {round}: {signal} to the {victim}"))?;
                eprintln!(
                    "{signal} to the {victim} at {:.2} m/s: {}",
                    stop.speed_m_s,
                    stop.stop_ms.map_or_else(
                        || "it did not stop".to_owned(),
                        |it| format!("stood after {it:.0} ms")
                    )
                );
                stops.push(stop);
            }
        }
    }
    stack.close();
    Ok(stops)
}

fn one(
    stack: &mut Stack,
    victim: &'static str,
    signal: Signal,
    index: usize,
) -> anyhow::Result<Stop> {
    get_going(stack, index)?;
    let speed_m_s = stack.sim().velocity().0;
    stack.signal(victim, signal)?;
    let stop_ms = watch(stack);
    if signal == Signal::SIGKILL {
        stack.start(victim)?;
    } else {
        stack.signal(victim, Signal::SIGCONT)?;
    }
    stack.wait_until_ready()?;
    let drove_on = get_going(stack, index + 1).is_ok();
    Ok(Stop {
        victim,
        signal: signal.to_string(),
        stop_ms,
        speed_m_s,
        drove_on,
    })
}

/// Has the robot drive; where it is at one of the goals already, to the other.
fn get_going(stack: &mut Stack, index: usize) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut said: Option<Instant> = None;
    let mut turn = index;
    while began.elapsed() < GETTING_GOING {
        if said.is_none_or(|it| it.elapsed() > Duration::from_secs(8)) {
            stack.say(&Utterance {
                stamp: stack.now(),
                text: DRIVES[turn % DRIVES.len()].to_owned(),
                language: None,
                confidence: 1.0,
                speaker: None,
            })?;
            said = Some(Instant::now());
            turn += 1;
        }
        stack.spin(&mut |_| {});
        if stack.sim().velocity().0 > DRIVING_M_S {
            return Ok(());
        }
    }
    anyhow::bail!("the robot does not drive")
}

/// \[ms\] From now until the moment after which the wheels were told to stand as long as anybody looked.
fn watch(stack: &mut Stack) -> Option<f64> {
    let began = Instant::now();
    let mut stood_from = None;
    while began.elapsed() < WATCHED {
        stack.spin(&mut |_| {});
        let stands = stack.sim().velocity() == (0.0, 0.0);
        stood_from = if stands {
            stood_from.or(Some(began.elapsed()))
        } else {
            None
        };
    }
    stood_from.map(|it| it.as_secs_f64() * 1e3)
}
