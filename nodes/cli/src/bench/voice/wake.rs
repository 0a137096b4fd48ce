//! The robot's name: how often it is missed, and how often it is heard where nobody said it.

use super::corpus::{Scene, spread};
use super::schedule::{Pace, listen};
use crate::bench::machine::resident_mib;
use hearth_voice::listen::{Event, Listener};
use hearth_voice::sound::secs;
use hearth_voice::understand::Sense;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Instant;

/// What was measured.
pub struct Woken {
    pub calls: usize,
    pub missed: usize,
    pub hours: f64,
    pub false_accepts: usize,
    pub false_stops: usize,
    pub cases: Vec<Value>,
}

impl Woken {
    /// The most false accepts an hour that such a count is compatible with, at 95 %: Poisson, by its exact upper bound.
    pub fn false_per_hour_at_most(&self) -> f64 {
        // Of 0, 1, 2, … events.
        const UPPER: [f64; 8] = [3.0, 4.744, 6.296, 7.754, 9.154, 10.513, 11.842, 13.148];
        let count = self.false_accepts as f64;
        let bound = UPPER.get(self.false_accepts).copied();
        bound.unwrap_or(count + 1.96 * count.sqrt() + 2.0) / self.hours.max(1e-9)
    }
}

/// Scenes in which nobody calls, of all kinds alike, together about so long.
pub fn without_calls(scenes: &[Scene], hours: f64) -> Vec<&Scene> {
    let others: Vec<&Scene> = scenes
        .iter()
        .filter(|it| it.call_ends_secs.is_none())
        .collect();
    let all_secs: f64 = others.iter().map(|it| it.secs).sum();
    let share = (hours * 3600.0 / all_secs.max(1e-9)).min(1.0);
    let most = (others.len() as f64 * share).ceil() as usize;
    spread(others, most)
}

/// Listens with `listener`, which must want to hear its name, and after it attends for `attention_secs`.
///
/// # Errors
/// A file or a model that fails.
pub fn measure(
    listener: &mut Listener,
    attention_secs: f64,
    scenes: &[Scene],
    (calls, hours): (usize, f64),
    done: &mut dyn FnMut(f64),
) -> anyhow::Result<Woken> {
    let mut woken = Woken {
        calls: 0,
        missed: 0,
        hours: 0.0,
        false_accepts: 0,
        false_stops: 0,
        cases: Vec::new(),
    };
    let called: Vec<&Scene> = scenes
        .iter()
        .filter(|it| it.call_ends_secs.is_some())
        .collect();
    woken.call(listener, &spread(called, calls), done)?;
    woken.stream(
        listener,
        attention_secs,
        &without_calls(scenes, hours),
        done,
    )?;
    Ok(woken)
}

impl Woken {
    fn call(
        &mut self,
        listener: &mut Listener,
        scenes: &[&Scene],
        done: &mut dyn FnMut(f64),
    ) -> anyhow::Result<()> {
        let mut kinds: BTreeMap<&str, (usize, Vec<Value>)> = BTreeMap::new();
        for scene in scenes {
            let mut heard = listen(listener, &scene.sound()?, Pace::Reckoned)?;
            // Where noise goes on behind the call, so would a microphone's stream.
            let end_secs = heard.sound_secs;
            heard.take(listener.finish()?, end_secs);
            done(scene.secs);
            self.calls += 1;
            let (calls, missed) = kinds.entry(&scene.kind).or_default();
            *calls += 1;
            if !heard.said.iter().any(|it| it.0.to_robot) {
                self.missed += 1;
                let words: Vec<&String> = heard
                    .said
                    .iter()
                    .map(|it| &it.0.interpretation.heard)
                    .collect();
                missed.push(json!({"text": scene.text, "heard": words}));
            }
        }
        self.cases.extend(kinds.into_iter().map(|(kind, (calls, missed))| {
            json!({"part": "wake", "kind": kind, "calls": calls, "missed": missed.len(), "missed_calls": missed})
        }));
        Ok(())
    }

    /// All of it as one stream, as from a microphone that is never off.
    fn stream(
        &mut self,
        listener: &mut Listener,
        attention_secs: f64,
        scenes: &[&Scene],
        done: &mut dyn FnMut(f64),
    ) -> anyhow::Result<()> {
        listener.reset();
        let began = Instant::now();
        let (mut obeyed, mut resident) = (0, Vec::new());
        let mut accepts = Vec::new();
        let mut attentive_until_secs = 0.0_f64;
        let mut stops = Vec::new();
        let mut kinds: BTreeMap<&str, f64> = BTreeMap::new();
        for scene in scenes {
            let sound = scene.sound()?;
            self.hours += secs(sound.len()) / 3600.0;
            *kinds.entry(&scene.kind).or_default() += secs(sound.len()) / 3600.0;
            for event in listener.push(&sound)? {
                match event {
                    Event::Said(said) => {
                        let heard = &said.interpretation.heard;
                        // What it takes for said to it because it was called just before is no other call.
                        let follows = said.segment.from_secs() < attentive_until_secs;
                        if said.to_robot && !said.stopped && !follows {
                            accepts.push(json!({"heard": heard, "said": scene.text}));
                            let until_secs = said.segment.until_secs() + attention_secs;
                            attentive_until_secs = attentive_until_secs.max(until_secs);
                        }
                        let whole = said.interpretation.meaning.sense == Sense::Whole;
                        obeyed += usize::from(said.to_robot && !said.stopped && whole);
                    }
                    Event::Stop { word, .. } if !orders_stop(&scene.text) => {
                        stops.push(json!({"word": word, "said": scene.text}));
                    }
                    _ => {}
                }
            }
            resident.push(resident_mib());
            done(scene.secs);
        }
        self.false_accepts = accepts.len();
        self.false_stops = stops.len();
        self.cases.push(json!({
            "part": "wake", "kind": "without the name", "hours": self.hours, "hours_by_kind": kinds, "false_accepts": accepts,
            "whole_commands_obeyed": obeyed, "false_stops": stops, "took_secs": began.elapsed().as_secs_f64(),
            "rss_mib_at_a_fifth": resident.get(resident.len() / 5), "rss_mib_at_the_end": resident.last(),
        }));
        Ok(())
    }
}

/// Whether a scene's text has an order to stop: then a stop is none too many.
fn orders_stop(text: &str) -> bool {
    let text = text.to_lowercase();
    ["stop", "停", "halt", "freeze", "别动", "站住", "still"]
        .iter()
        .any(|it| text.contains(it))
}
