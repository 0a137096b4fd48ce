//! Beliefs about single people, and how sightings change them.

use crate::colour;
use crate::detector::{GESTURES, POSTURES};
use crate::naming::softmax;
use crate::people::PersonDetection;
use crate::phrases::{Asked, PhraseEvidence};
use hearth_types::{Colour, Gesture, Home, PersonId, Point2, Posture, Stamp, WorldPerson};

/// Known clothes differ by about this much (CIE 1976) between the home's list and a lit scene.
const SHIRT_SIGMA: f64 = 6.0;
/// How well a stranger explains any colour (log likelihood): clothes that differ by 15 are as likely somebody else's.
const SOMEBODY_ELSE: f64 = -3.2;

/// Log odds of a gesture that shows plainly although the picture's edge cuts through the person.
const PLAIN: f64 = 2.0;

/// One person.
#[derive(Clone, Debug)]
pub struct PersonTrack {
    /// Their identity as a track.
    pub id: PersonId,
    /// Where they are.
    pub position_in_map: Point2,
    /// \[m\]
    pub head_height_m: f64,
    /// \[0, 1\]
    pub existence: f64,
    /// In how many frames they were seen.
    pub sightings: u32,
    /// Latest sighting.
    pub last_seen: Stamp,
    /// How they are posed.
    pub posture: Posture,
    shirt: Option<Colour>,
    names: Vec<f64>,
    gestures: Option<[f64; 5]>,
    postures: Option<[f64; 3]>,
    phrases: PhraseEvidence,
    /// Whether what they do with their arms was seen at least once.
    arms_seen: bool,
}

impl PersonTrack {
    /// Starts a track.
    pub fn new(
        id: PersonId,
        now: Stamp,
        seen: &PersonDetection,
        asked: &Asked,
        home: &Home,
    ) -> Self {
        let mut track = Self {
            id,
            position_in_map: seen.position_in_map,
            head_height_m: seen.head_height_m.unwrap_or(1.2),
            existence: 0.4,
            sightings: 0,
            last_seen: now,
            posture: seen.posture,
            shirt: None,
            names: vec![0.0; home.people.len()],
            gestures: None,
            postures: None,
            phrases: PhraseEvidence::default(),
            arms_seen: false,
        };
        track.see(now, seen, asked, home);
        track
    }

    /// Takes a sighting.
    pub fn see(&mut self, now: Stamp, seen: &PersonDetection, asked: &Asked, home: &Home) {
        // People move: half of the way each time.
        self.position_in_map += (seen.position_in_map - self.position_in_map) * 0.5;
        if let Some(height_m) = seen.head_height_m {
            self.head_height_m += (height_m - self.head_height_m) * 0.5;
            self.posture = seen.posture;
        }
        if let Some(look) = &seen.look {
            // From near by, arms reach beyond the picture: what is seen of them there counts, what is not seen does not.
            let tells = look.shows_arms || look.gestures.iter().any(|it| *it > PLAIN);
            if tells {
                follow(&mut self.gestures, look.gestures);
            }
            follow(&mut self.postures, look.postures);
            if let Some(best) = largest(self.postures.as_ref()) {
                self.posture = POSTURES[best.0];
            }
            // Whoever moves may do something else a moment later: directions do not add up.
            if tells || !self.arms_seen {
                self.phrases.add(asked, &look.matches, 1.0, 0.0);
            }
            self.arms_seen |= tells;
        }
        if let Some(shirt) = seen.shirt {
            self.shirt = Some(shirt);
            let paint = colour::Paint::from_lab(shirt.lab);
            for (mean, person) in self.names.iter_mut().zip(&home.people) {
                let score = person.shirt_srgb.map_or(-4.0, |srgb| {
                    let off =
                        f64::from(colour::Paint::from_srgb(srgb).difference(&paint)) / SHIRT_SIGMA;
                    (-0.5 * off * off).max(-12.0)
                });
                *mean = if self.sightings == 0 {
                    score
                } else {
                    *mean + 0.3 * (score - *mean)
                };
            }
        }
        self.existence += (1.0 - self.existence) * 0.6 * seen.probability;
        self.sightings = self.sightings.saturating_add(1);
        self.last_seen = now;
    }

    /// What they do with their arms: the likeliest gesture if it is likelier than not, else none.
    fn gesture(&self) -> Option<(Gesture, f64)> {
        let (best, log_odds) = largest(self.gestures.as_ref())?;
        let probability = 1.0 / (1.0 + (-log_odds).exp());
        Some(if probability >= 0.5 {
            (GESTURES[best], probability)
        } else {
            (Gesture::None, 1.0 - probability)
        })
    }

    /// As published.
    pub fn publish(&self, home: &Home, asked: &Asked) -> WorldPerson {
        let mut scores = self.names.clone();
        scores.push(SOMEBODY_ELSE);
        let probabilities = if self.shirt.is_some() {
            softmax(&scores)
        } else {
            Vec::new()
        };
        let mut hypotheses: Vec<hearth_types::Hypothesis> = home
            .people
            .iter()
            .zip(probabilities)
            .filter(|(_, probability)| *probability > 0.02)
            .map(|(person, probability)| hearth_types::Hypothesis {
                item: person.names.id.clone(),
                probability,
            })
            .collect();
        hypotheses.sort_by(|a, b| {
            b.probability
                .total_cmp(&a.probability)
                .then_with(|| a.item.cmp(&b.item))
        });
        WorldPerson {
            id: self.id,
            hypotheses,
            position_in_map: self.position_in_map,
            head_height_m: self.head_height_m,
            posture: self.posture,
            gesture: self.gesture(),
            matches: self.phrases.publish(asked),
            shirt: self.shirt,
            last_seen: self.last_seen,
            sightings: self.sightings,
            existence: self.existence,
        }
    }
}

/// A mean of log odds in which newer frames count more: people change what they do.
fn follow<const N: usize>(mean: &mut Option<[f64; N]>, new: [f64; N]) {
    match mean {
        None => *mean = Some(new),
        Some(mean) => {
            for (mean, new) in mean.iter_mut().zip(new) {
                *mean += 0.4 * (new - *mean);
            }
        }
    }
}

fn largest<const N: usize>(values: Option<&[f64; N]>) -> Option<(usize, f64)> {
    let values = values?.iter().copied().enumerate();
    values.max_by(|a, b| a.1.total_cmp(&b.1))
}
