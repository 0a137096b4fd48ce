//! Sound that comes as from a microphone: no sample before its time, and whoever is late stays late.

use crate::robot::Robot;
use hearth_voice::listen::{Event, Listener, Said};
use hearth_voice::sound::{samples, secs};
use std::time::{Duration, Instant};

/// \[s\] What a microphone gives at once.
const PORTION_SECS: f64 = 0.02;

/// How time passes while sound is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As a clock that stands still while nothing is to be done: what is computed takes as long as it takes, waiting takes none.
    Reckoned,
    /// The bench waits for each portion as for a microphone's.
    Real,
}

/// What was noticed, with when: \[s\] since the first sample was there.
#[derive(Debug, Default)]
pub struct Heard {
    /// What was said, and when that was understood.
    pub said: Vec<(Said, f64)>,
    /// When a stop left for the safety gate.
    pub stops_secs: Vec<f64>,
    /// \[s\] What was computed, in all.
    pub busy_secs: f64,
    /// \[s\] How much sound it was.
    pub sound_secs: f64,
}

impl Heard {
    /// \[s\] The utterances together, pauses around them left out.
    pub fn speech_secs(&self) -> f64 {
        self.said.iter().map(|it| it.0.segment.secs()).sum()
    }

    /// Keeps what was said and stopped.
    pub fn take(&mut self, events: Vec<Event>, now_secs: f64) {
        for event in events {
            match event {
                Event::Said(said) => self.said.push((said, now_secs)),
                Event::Stop { .. } => self.stops_secs.push(now_secs),
                _ => {}
            }
        }
    }
}

/// Listens to a recording from a fresh start. Nothing but the ears' own pause ends an utterance: the sound must go on long enough.
///
/// # Errors
/// A model that fails.
pub fn listen(listener: &mut Listener, sound: &[f32], pace: Pace) -> anyhow::Result<Heard> {
    listener.reset();
    let mut clock = Clock::new(pace);
    let mut heard = Heard {
        sound_secs: secs(sound.len()),
        ..Heard::default()
    };
    let size = samples(PORTION_SECS);
    for (number, portion) in sound.chunks(size).enumerate() {
        clock.wait_for(secs(number * size + portion.len()));
        let began = Instant::now();
        let events = listener.push(portion)?;
        let took_secs = began.elapsed().as_secs_f64();
        heard.busy_secs += took_secs;
        let now_secs = clock.worked(took_secs);
        heard.take(events, now_secs);
    }
    Ok(heard)
}

/// \[s\] From the end of speech until the plan for it was there, where it was heard in one piece.
///
/// # Errors
/// A plan that cannot be told as data.
pub fn plan_secs(
    robot: &Robot,
    heard: &Heard,
    speech_ends_secs: f64,
) -> anyhow::Result<Option<f64>> {
    let [(said, at_secs)] = heard.said.as_slice() else {
        return Ok(None);
    };
    let began = Instant::now();
    robot.plan_only(&said.interpretation.understood)?;
    Ok(Some(
        at_secs - speech_ends_secs + began.elapsed().as_secs_f64(),
    ))
}

struct Clock {
    pace: Pace,
    began: Instant,
    now_secs: f64,
}

impl Clock {
    fn new(pace: Pace) -> Self {
        Self {
            pace,
            began: Instant::now(),
            now_secs: 0.0,
        }
    }

    /// Until the sound up to `at_secs` is there.
    fn wait_for(&mut self, at_secs: f64) {
        match self.pace {
            Pace::Reckoned => self.now_secs = self.now_secs.max(at_secs),
            Pace::Real => {
                let left = at_secs - self.began.elapsed().as_secs_f64();
                if left > 0.0 {
                    std::thread::sleep(Duration::from_secs_f64(left));
                }
            }
        }
    }

    /// The time, after so much work.
    fn worked(&mut self, took_secs: f64) -> f64 {
        match self.pace {
            Pace::Reckoned => self.now_secs += took_secs,
            Pace::Real => self.now_secs = self.began.elapsed().as_secs_f64(),
        }
        self.now_secs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_late_stays_late_until_there_is_nothing_to_do() {
        let mut clock = Clock::new(Pace::Reckoned);
        clock.wait_for(0.02);
        assert!((clock.worked(0.5) - 0.52).abs() < 1e-9);
        clock.wait_for(0.04);
        assert!((clock.worked(0.0) - 0.52).abs() < 1e-9);
        clock.wait_for(2.0);
        assert!((clock.worked(0.1) - 2.1).abs() < 1e-9);
    }
}
