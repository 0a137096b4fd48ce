//! What detections are worth, picture by picture: the rules of `models/train/judge.py`.

mod kind;

use super::measures::{calibration_error, drawn, mean, share};
use super::phrases::{Fit, Phrase};
use hearth_models::{BoxDetection, PERSON, overlap};
use hearth_sim::render::Attributes;
use kind::Kind;
use std::collections::BTreeMap;

/// What people do with their arms, and the phrase for it.
const GESTURES: [(&str, &str); 5] = [
    ("waving", "a person waving"),
    ("raising_left_arm", "a person raising their left arm"),
    ("raising_right_arm", "a person raising their right arm"),
    ("pointing_left", "a person pointing to the left"),
    ("pointing_right", "a person pointing to the right"),
];
const NO_GESTURE: &str = "none";
/// Of an arm that is behind something or beyond the picture's edge: neither asked nor held against the detector.
const UNSEEN: &str = "unseen";
/// How people hold themselves, and the phrase for it.
const POSTURES: [(&str, &str); 3] = [
    ("standing", "a person standing"),
    ("sitting", "a person sitting"),
    ("lying", "a person lying down"),
];
/// Phrases that are asked for in a picture, at most.
const MOST_COMPOUND: usize = 6;
/// See [`MOST_COMPOUND`].
const MOST_NOVEL: usize = 4;
/// A detection is of a thing from this overlap on.
const SAME: f32 = 0.5;
/// \[px\] Narrower people tell nothing about their arms.
const NARROWEST_PERSON_PX: f32 = 12.0;

/// What is in a picture.
#[derive(Clone, Copy, Debug)]
pub struct Thing<'a> {
    /// \[px\] Left, top, right, bottom.
    pub box_px: [f32; 4],
    /// What it is like.
    pub attributes: &'a Attributes,
    /// Whether enough of it is seen. Otherwise it is neither demanded nor held against the detector.
    pub counts: bool,
    /// Whether it is a person.
    pub is_person: bool,
}

/// Gathers what was found in pictures.
#[derive(Debug)]
pub struct Judge<'a> {
    phrases: &'a [Phrase],
    /// By kind.
    pub kinds: BTreeMap<&'a str, Kind>,
    recalled: Vec<bool>,
    /// Phrases with attributes that were asked for beside things that they could be taken for, and whether the best
    /// detection was right.
    pub compound: Vec<(usize, bool)>,
    /// The same for phrases with new words.
    pub novel: Vec<(usize, bool)>,
    /// For each person, their gesture and what the detector made of it.
    pub gestures: Vec<(String, &'static str)>,
    /// The same for their posture.
    pub postures: Vec<(String, &'static str)>,
    pairs: Vec<(f32, bool)>,
}

/// One picture.
struct Scene<'a> {
    number: u64,
    things: &'a [Thing<'a>],
    found: &'a [BoxDetection],
    /// For each thing, how each phrase fits.
    fits: Vec<Vec<Fit>>,
    /// For each detection, its overlap with each thing; none between people and things.
    overlaps: Vec<Vec<f32>>,
}

/// The queries by which a detector's scores are judged: the phrases and what is asked about people.
pub fn queries(phrases: &[Phrase]) -> Vec<String> {
    let texts = phrases.iter().map(|it| it.text.clone());
    let acts = GESTURES.iter().chain(&POSTURES);
    texts.chain(acts.map(|it| it.1.to_owned())).collect()
}

impl<'a> Judge<'a> {
    /// With nothing found yet.
    pub fn new(phrases: &'a [Phrase]) -> Self {
        let mut kinds = BTreeMap::new();
        for (phrase, it) in phrases.iter().enumerate() {
            if let Some(kind) = it.plain_kind() {
                kinds.entry(kind).or_insert_with(|| Kind::new(phrase));
            }
        }
        Self {
            phrases,
            kinds,
            recalled: Vec::new(),
            compound: Vec::new(),
            novel: Vec::new(),
            gestures: Vec::new(),
            postures: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// What was found in picture `number`, with scores for [`queries`].
    pub fn add(&mut self, number: u64, things: &[Thing], found: &[BoxDetection]) {
        let fits = |it: &Thing| self.phrases.iter().map(|p| p.fit(it.attributes)).collect();
        let overlaps = |it: &BoxDetection| {
            let is_person = it.class.as_deref() == Some(PERSON);
            let one = |thing: &Thing| {
                let same = thing.is_person == is_person;
                if same {
                    overlap(&it.box_px, &thing.box_px)
                } else {
                    0.0
                }
            };
            things.iter().map(one).collect()
        };
        let scene = Scene {
            number,
            things,
            found,
            fits: things.iter().map(fits).collect(),
            overlaps: found.iter().map(overlaps).collect(),
        };
        self.look_for_all(&scene);
        for kind in self.kinds.values_mut() {
            kind.add(&scene);
        }
        if things.iter().any(|it| it.counts) {
            self.ask(&scene);
            self.look_at_people(&scene);
        }
    }

    fn look_for_all(&mut self, scene: &Scene) {
        for (index, thing) in scene.things.iter().enumerate() {
            if thing.counts {
                let is_found = scene.overlaps.iter().any(|it| it[index] >= SAME);
                self.recalled.push(is_found);
            }
        }
    }

    /// Asks for what is there beside things that it could be taken for; not where nobody could say of something.
    fn ask(&mut self, scene: &Scene) {
        let (mut compound, mut novel) = (Vec::new(), Vec::new());
        for (index, phrase) in self.phrases.iter().enumerate() {
            let seen = |fits: &[Fit]| {
                let mut things = scene.things.iter().zip(&scene.fits);
                things.any(|(it, fit)| it.counts && fits.contains(&fit[index]))
            };
            let unknown = scene.fits.iter().any(|it| it[index] == Fit::Unknown);
            if !(phrase.novel || phrase.is_compound()) || unknown || !seen(&[Fit::Describes]) {
                continue;
            }
            if phrase.is_compound() && seen(&[Fit::Near]) {
                compound.push(index);
            }
            if phrase.novel && seen(&[Fit::Near, Fit::Other]) {
                novel.push(index);
            }
        }
        let compound = drawn(compound, scene.number, MOST_COMPOUND);
        let novel = drawn(novel, scene.number, MOST_NOVEL);
        for (thing, detection) in scene.found_of_counting() {
            for index in &compound {
                match scene.fits[thing][*index] {
                    Fit::Unknown => {}
                    fit => self
                        .pairs
                        .push((detection.scores[*index], fit == Fit::Describes)),
                }
            }
        }
        let right = |it: Vec<usize>| it.into_iter().map(|it| (it, scene.finds(it)));
        self.compound.extend(right(compound));
        self.novel.extend(right(novel));
    }

    fn look_at_people(&mut self, scene: &Scene) {
        let first_act = self.phrases.len();
        for (index, person) in scene.things.iter().enumerate() {
            let width_px = person.box_px[2] - person.box_px[0];
            if !(person.is_person && person.counts && width_px >= NARROWEST_PERSON_PX) {
                continue;
            }
            let said = |attribute: &str| {
                let value = person.attributes.get(attribute).and_then(|it| it.first());
                value.map_or(NO_GESTURE, String::as_str).to_owned()
            };
            let overlaps = scene.overlaps.iter().map(|it| it[index]);
            let found = first_max(overlaps).filter(|it| scene.overlaps[*it][index] >= SAME);
            let (mut gesture, mut posture) = ("not found", "not found");
            if let Some(found) = found {
                let acts = &scene.found[found].scores[first_act..];
                let (gestures, postures) = acts.split_at(GESTURES.len());
                gesture = first_max(gestures.iter().copied())
                    .filter(|it| gestures[*it] > 0.5)
                    .map_or(NO_GESTURE, |it| GESTURES[it].0);
                posture =
                    first_max(postures.iter().copied()).map_or(NO_GESTURE, |it| POSTURES[it].0);
            }
            if said("gesture") != UNSEEN {
                self.gestures.push((said("gesture"), gesture));
            }
            self.postures.push((said("posture"), posture));
        }
    }

    /// The figures, by name; those of which nothing was seen are left out.
    pub fn figures(&self) -> BTreeMap<&'static str, f64> {
        let precisions: Vec<f64> = self
            .kinds
            .values()
            .filter_map(Kind::average_precision)
            .collect();
        let right = |it: &[(usize, bool)]| share(it.iter().map(|it| it.1));
        let said = |it: &(String, &str)| it.0 == it.1;
        let acts = self.gestures.iter().chain(&self.postures);
        [
            ("map50", mean(&precisions)),
            ("recall", share(self.recalled.iter().copied())),
            ("phrase_top1_hard", right(&self.compound)),
            ("gesture_accuracy", share(acts.map(said))),
            ("gestures", share(self.gestures.iter().map(said))),
            ("postures", share(self.postures.iter().map(said))),
            ("novel_words_accuracy", right(&self.novel)),
            ("ece", calibration_error(&self.pairs)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// How many there were of each sort.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        [
            ("things and people to be found", self.recalled.len()),
            ("phrases with attributes asked", self.compound.len()),
            ("phrases with new words asked", self.novel.len()),
            ("people looked at", self.postures.len()),
            ("probabilities compared with the truth", self.pairs.len()),
        ]
        .map(|(name, count)| (name.to_owned(), count as u64))
        .into()
    }
}

impl Scene<'_> {
    /// Whether the detection that fits the phrase best is of a thing that it describes.
    fn finds(&self, phrase: usize) -> bool {
        let fit = |it: &BoxDetection| it.objectness.sqrt() * it.scores[phrase];
        first_max(self.found.iter().map(fit)).is_some_and(|best| {
            let mut things = self.overlaps[best].iter().zip(&self.fits);
            things.any(|(overlap, fits)| *overlap >= SAME && fits[phrase] == Fit::Describes)
        })
    }

    /// Detections of things that count, with the thing.
    fn found_of_counting(&self) -> impl Iterator<Item = (usize, &BoxDetection)> {
        let pairs = self.found.iter().zip(&self.overlaps);
        pairs.filter_map(|(detection, overlaps)| {
            let thing = first_max(overlaps.iter().copied())?;
            (overlaps[thing] >= SAME && self.things[thing].counts).then_some((thing, detection))
        })
    }
}

/// The index of the largest; of equals, the first.
fn first_max(values: impl Iterator<Item = f32>) -> Option<usize> {
    let best = values
        .enumerate()
        .reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.map(|it| it.0)
}

#[cfg(test)]
mod tests;
