//! Beliefs about single people, and how sightings change them.

use crate::colour;
use crate::naming::softmax;
use crate::people::PersonDetection;
use hearth_types::{Colour, Home, PersonId, Point2, Posture, Stamp, WorldPerson};

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
}

impl PersonTrack {
    /// Starts a track.
    pub fn new(id: PersonId, now: Stamp, seen: &PersonDetection, home: &Home) -> Self {
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
        };
        track.see(now, seen, home);
        track
    }

    /// Takes a sighting.
    pub fn see(&mut self, now: Stamp, seen: &PersonDetection, home: &Home) {
        // People move: half of the way each time.
        self.position_in_map += (seen.position_in_map - self.position_in_map) * 0.5;
        if let Some(height_m) = seen.head_height_m {
            self.head_height_m += (height_m - self.head_height_m) * 0.5;
            self.posture = seen.posture;
        }
        if let Some(shirt) = seen.shirt {
            self.shirt = Some(shirt);
            let paint = colour::Paint::from_lab(shirt.lab);
            for (mean, person) in self.names.iter_mut().zip(&home.people) {
                let score = person.shirt_srgb.map_or(-4.0, |srgb| {
                    let off = f64::from(colour::Paint::from_srgb(srgb).difference(&paint)) / 9.0;
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

    /// As published.
    pub fn publish(&self, home: &Home) -> WorldPerson {
        let mut scores = self.names.clone();
        scores.push(-4.5);
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
            gesture: None,
            matches: Vec::new(),
            shirt: self.shirt,
            last_seen: self.last_seen,
            sightings: self.sightings,
            existence: self.existence,
        }
    }
}
