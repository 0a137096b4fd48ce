//! How soon a spoken stop leaves for the safety gate.

use super::corpus::{Condition, Purpose, Recording, spread};
use super::schedule::{Pace, listen};
use crate::bench::stats::quantile;
use hearth_voice::listen::Listener;
use hearth_voice::sound::{samples, secs};
use serde_json::{Value, json};

/// \[s\] Between the word and what else the same voice says.
const GAP_SECS: f64 = 0.1;
/// \[s\] Before somebody speaks, and after.
const LEAD_SECS: f64 = 0.4;
const TAIL_SECS: f64 = 1.5;

/// Where the word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It is all that is said.
    Alone,
    /// Behind other words of the same breath.
    Behind,
    /// Before other words of the same breath.
    Before,
}

/// Stops in one place and condition.
struct Group {
    name: &'static str,
    place: Place,
    condition: Condition,
    pace: Pace,
}

const GROUPS: [Group; 5] = [
    Group {
        name: "alone",
        place: Place::Alone,
        condition: Condition::Clean,
        pace: Pace::Reckoned,
    },
    Group {
        name: "alone, 10 dB",
        place: Place::Alone,
        condition: Condition::Noise(10),
        pace: Pace::Reckoned,
    },
    Group {
        name: "behind a command",
        place: Place::Behind,
        condition: Condition::Clean,
        pace: Pace::Reckoned,
    },
    Group {
        name: "speech goes on",
        place: Place::Before,
        condition: Condition::Clean,
        pace: Pace::Reckoned,
    },
    Group {
        name: "alone, waiting for each portion",
        place: Place::Alone,
        condition: Condition::Clean,
        pace: Pace::Real,
    },
];

/// Those that wait for the sound take as long as it lasts.
const MOST_PACED: usize = 6;

/// What was measured.
#[derive(Default)]
pub struct Stops {
    /// \[s\] From the word's end, alone and within speech, both languages.
    pub secs: Vec<f64>,
    pub cases: Vec<Value>,
}

/// Measures `most` of each language in each group.
///
/// # Errors
/// A file or a model that fails.
pub fn measure(
    listener: &mut Listener,
    all: &[Recording],
    most: usize,
    done: &mut dyn FnMut(),
) -> anyhow::Result<Stops> {
    let mut stops = Stops::default();
    for group in &GROUPS {
        for language in [hearth_types::Language::En, hearth_types::Language::Zh] {
            let wanted = |it: &&Recording| {
                it.kind == Purpose::Stop
                    && it.language == language
                    && it.condition() == group.condition
            };
            let most = match group.pace {
                Pace::Reckoned => most,
                Pace::Real => most.min(MOST_PACED),
            };
            let mut delays_secs = Vec::new();
            let mut missed = Vec::new();
            let mut early = 0;
            for stop in spread(all.iter().filter(wanted).collect(), most) {
                let (sound, word_ends_secs) = compose(all, stop, group.place)?;
                let heard = listen(listener, &sound, group.pace)?;
                done();
                match heard.stops_secs.first() {
                    Some(at_secs) => {
                        let delay_secs = at_secs - word_ends_secs;
                        early += usize::from(delay_secs < 0.0);
                        delays_secs.push(delay_secs);
                    }
                    None => missed.push(json!({
                        "text": stop.text, "voice": stop.voice,
                        "heard": heard.said.iter().map(|it| &it.0.interpretation.heard).collect::<Vec<_>>(),
                    })),
                }
            }
            let of = |q| quantile(&delays_secs, q);
            stops.cases.push(json!({
                "part": "stop", "language": language.code(), "where": group.name, "stops": delays_secs.len() + missed.len(),
                "missed": missed, "p50_secs": of(0.5), "p95_secs": of(0.95), "before_the_word_was_over": early,
            }));
            if group.pace == Pace::Reckoned {
                stops.secs.extend(delays_secs);
            }
        }
    }
    Ok(stops)
}

/// The sound, and \[s\] where the word ends in it.
fn compose(all: &[Recording], stop: &Recording, place: Place) -> anyhow::Result<(Vec<f32>, f64)> {
    let other = all.iter().find(|it| {
        it.kind == Purpose::Command
            && it.condition() == Condition::Clean
            && it.language == stop.language
            && it.voice == stop.voice
    });
    let (Some(other), Place::Behind | Place::Before) = (other, place) else {
        return Ok((stop.sound()?, stop.speech_ends_secs));
    };
    let (word, others) = (stop.speech()?, other.speech()?);
    let mut sound = vec![0.0; samples(LEAD_SECS)];
    let gap = std::iter::repeat_n(0.0, samples(GAP_SECS));
    let ends = if place == Place::Before {
        sound.extend(&word);
        let ends = sound.len();
        sound.extend(gap.chain(others));
        ends
    } else {
        sound.extend(&others);
        sound.extend(gap.chain(word));
        sound.len()
    };
    sound.resize(sound.len() + samples(TAIL_SECS), 0.0);
    Ok((sound, secs(ends)))
}
