//! Beliefs about single things, and how sightings change them.

use crate::colour;
use crate::detector::ObjectDetection;
use crate::evidence::Evidence;
use crate::naming::{Namer, softmax};
use crate::phrases::{Asked, PhraseEvidence};
use crate::surfaces::Support;
use hearth_types::{Home, ObjectId, Point3, ShapeCue, Stamp, WorldObject};

/// The averages of a track forget beyond this weight, so that they follow what changes.
const MOST_WEIGHT: f64 = 6.0;
/// \[m\] A good sighting this far off means that the thing was moved.
const MOVED_M: f64 = 0.045;

/// One thing.
#[derive(Clone, Debug)]
pub struct ObjectTrack {
    /// Its identity.
    pub id: ObjectId,
    /// The middle of its extent.
    pub centre_in_map: Point3,
    /// \[m\] Length, width, height.
    pub size_m: [f64; 3],
    /// What it stands on.
    pub support: Support,
    /// \[0, 1\]
    pub existence: f64,
    /// In how many frames it was seen.
    pub sightings: u32,
    /// Latest sighting.
    pub last_seen: Stamp,
    support_height_m: f64,
    yaw_rad: f64,
    yaw_weight: f64,
    shape: ShapeCue,
    shape_weight: f64,
    lab: [f32; 3],
    weight: f64,
    first_seen: Stamp,
    names: Evidence,
    phrases: PhraseEvidence,
}

impl ObjectTrack {
    /// Starts a track.
    pub fn new(
        id: ObjectId,
        now: Stamp,
        seen: &ObjectDetection,
        asked: &Asked,
        camera: &Point3,
    ) -> Self {
        let it = &seen.measurement;
        let mut track = Self {
            id,
            centre_in_map: it.centre_in_map,
            size_m: it.size_m,
            support: it.support,
            existence: 0.5,
            sightings: 0,
            last_seen: now,
            support_height_m: it.support_height_m,
            yaw_rad: it.yaw_rad,
            yaw_weight: 0.0,
            shape: it.shape,
            shape_weight: 0.0,
            lab: it.colours[0].lab,
            weight: 0.0,
            first_seen: now,
            names: Evidence::default(),
            phrases: PhraseEvidence::default(),
        };
        track.see(now, seen, asked, camera);
        track
    }

    /// Takes a sighting.
    pub fn see(&mut self, now: Stamp, seen: &ObjectDetection, asked: &Asked, camera: &Point3) {
        let it = &seen.measurement;
        let quality = it.quality.max(0.02);
        let off = (it.centre_in_map - self.centre_in_map).norm();
        if self.sightings > 0 && (off > MOVED_M && quality > 0.3 || it.support != self.support) {
            self.weight = self.weight.min(0.4 * quality);
            self.yaw_weight = self.yaw_weight.min(0.4 * quality);
        }
        // What is cut off says little about size and middle beside a whole view.
        let gain = quality / (self.weight + quality);
        self.centre_in_map += (it.centre_in_map - self.centre_in_map) * gain;
        for (mean, value) in self.size_m.iter_mut().zip(it.size_m) {
            *mean += (value - *mean) * gain;
        }
        if it.has_direction() {
            let turn = half_turn(it.yaw_rad - self.yaw_rad);
            let gain = quality / (self.yaw_weight + quality);
            self.yaw_rad = half_turn(self.yaw_rad + turn * gain);
            self.yaw_weight = (self.yaw_weight + quality).min(MOST_WEIGHT);
        }
        self.support_height_m += (it.support_height_m - self.support_height_m) * gain;
        for (mean, value) in self.lab.iter_mut().zip(it.colours[0].lab) {
            *mean += (value - *mean) * gain as f32;
        }
        if quality >= 0.7 * self.shape_weight {
            self.shape = it.shape;
            self.shape_weight = quality;
        }
        self.weight = (self.weight + quality).min(MOST_WEIGHT);
        self.support = it.support;
        let azimuth_rad = (camera.y - self.centre_in_map.y).atan2(camera.x - self.centre_in_map.x);
        self.names.add(&seen.scores, quality, azimuth_rad);
        self.phrases.add(asked, &seen.matches, quality, azimuth_rad);
        self.existence += (1.0 - self.existence) * 0.5;
        self.sightings = self.sightings.saturating_add(1);
        self.last_seen = now;
    }

    /// Summed log likelihoods of the names, "something else" last.
    pub fn scores(&self) -> Vec<f64> {
        self.names.total()
    }

    /// Probability of each name, "something else" last.
    pub fn probabilities(&self) -> Vec<f64> {
        softmax(&self.scores())
    }

    /// A perceptual colour difference to a detection's dominant colour.
    pub fn colour_difference(&self, seen: &ObjectDetection) -> f64 {
        let mine = colour::Paint::from_lab(self.lab);
        let closest = seen
            .measurement
            .colours
            .iter()
            .filter(|it| it.share > 0.2)
            .map(|it| mine.difference(&colour::Paint::from_lab(it.lab)))
            .fold(f32::MAX, f32::min);
        f64::from(closest.min(100.0))
    }

    /// As published.
    pub fn publish(&self, home: &Home, namer: &Namer, asked: &Asked) -> WorldObject {
        let hypotheses = namer.hypotheses(&self.scores());
        let place = match self.support {
            Support::Place(p, _) => home.places.get(p).map(|it| it.names.id.clone()),
            Support::Floor => None,
        };
        WorldObject {
            id: self.id,
            hypotheses,
            matches: self.phrases.publish(asked),
            centre_in_map: self.centre_in_map,
            yaw_rad: self.yaw_rad,
            size_m: self.size_m,
            shape: self.shape,
            colour: colour::named(self.lab),
            place,
            support_height_m: self.support_height_m,
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            sightings: self.sightings,
            views: self.names.views() as u32,
            existence: self.existence,
        }
    }
}

/// `angle_rad` in (-pi/2, pi/2]: directions of a line.
fn half_turn(angle_rad: f64) -> f64 {
    let pi = std::f64::consts::PI;
    let wrapped = (angle_rad + pi / 2.0).rem_euclid(pi) - pi / 2.0;
    if wrapped <= -pi / 2.0 {
        pi / 2.0
    } else {
        wrapped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measurement;
    use hearth_types::Point3;

    fn cup_seen(length_m: f64, yaw_rad: f64) -> ObjectDetection {
        let paint = colour::Paint::from_lab([50.0, 0.0, 0.0]);
        ObjectDetection {
            box_px: [0.0; 4],
            pixels: Vec::new(),
            measurement: Measurement {
                centre_in_map: Point3::origin(),
                size_m: [length_m, 0.078, 0.09],
                yaw_rad,
                width_seen_m: 0.078,
                depth_seen: true,
                shape: ShapeCue::Cup,
                shape_log_likelihood: [0.0; 8],
                colours: vec![colour::ColourShare {
                    lab: [50.0, 0.0, 0.0],
                    share: 1.0,
                }],
                paints: vec![paint],
                support: Support::Floor,
                support_height_m: 0.0,
                range_m: 1.0,
                cut_off: 0.0,
                quality: 0.8,
            },
            scores: vec![0.0, 0.0],
            matches: Vec::new(),
        }
    }

    #[test]
    fn a_cup_whose_handle_is_hidden_points_nowhere() {
        let (asked, camera) = (Asked::default(), Point3::new(-1.0, 0.0, 1.2));
        let mut track = ObjectTrack::new(
            ObjectId(1),
            Stamp::ZERO,
            &cup_seen(0.078, 0.0),
            &asked,
            &camera,
        );
        for (length_m, yaw_rad) in [(0.1, 1.0), (0.078, 0.0), (0.1, 1.0), (0.078, 0.0)] {
            track.see(Stamp::ZERO, &cup_seen(length_m, yaw_rad), &asked, &camera);
        }
        assert!((track.yaw_rad - 1.0).abs() < 0.01, "{}", track.yaw_rad);
    }
}
