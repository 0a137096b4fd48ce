//! Sightings over time and from different sides become one world.

use crate::Config;
use crate::absence::{is_part_of, obstacles, person_gone, seen_empty};
use crate::coverage::Coverage;
use crate::detector::ObjectDetection;
use crate::naming::Namer;
use crate::people::PersonDetection;
use crate::person_track::PersonTrack;
use crate::phrases::Asked;
use crate::surfaces::{Support, Surfaces};
use crate::tracks::ObjectTrack;
use crate::view::View;
use hearth_types::{Detection, Home, ObjectId, PersonId, Point3, Posture, Stamp, World};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Things seen in one frame only may be noise.
const FEWEST_SIGHTINGS: u32 = 2;

/// Everything that is believed, and how it changes with a frame.
#[derive(Debug)]
pub struct Fusion {
    home: Arc<Home>,
    config: Config,
    namer: Namer,
    objects: Vec<ObjectTrack>,
    people: Vec<PersonTrack>,
    coverage: Coverage,
    asked: Asked,
    next_object: u64,
    next_person: u64,
}

impl Fusion {
    /// Believes nothing yet.
    pub fn new(home: Arc<Home>, config: Config, namer: Namer) -> Self {
        Self {
            home,
            config,
            namer,
            objects: Vec::new(),
            people: Vec::new(),
            coverage: Coverage::default(),
            asked: Asked::default(),
            next_object: 1,
            next_person: 1,
        }
    }

    /// Which phrases the detections' `matches` are about from now on.
    pub fn ask(&mut self, asked: Asked) {
        self.asked = asked;
    }

    /// Takes what was found in a frame; returns the world and the detections with their tracks.
    pub fn update(
        &mut self,
        view: &View,
        surfaces: &Surfaces,
        mut things: Vec<ObjectDetection>,
        people: &[PersonDetection],
    ) -> (World, Vec<Detection>) {
        let now = view.frame.stamp;
        let persons = self.fuse_people(now, view, people);
        things.retain(|it| !self.belongs_to_person(it));
        let objects = self.fuse_objects(now, view, &things);
        self.coverage
            .update(now, view, surfaces, &self.home, &self.config);
        let detections = self.describe(&things, &objects, people, &persons);
        (self.world(now, view), detections)
    }

    fn fuse_objects(
        &mut self,
        now: Stamp,
        view: &View,
        things: &[ObjectDetection],
    ) -> Vec<ObjectId> {
        let camera = view.camera_in_map();
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (d, seen) in things.iter().enumerate() {
            for (t, track) in self.objects.iter().enumerate() {
                if let Some(cost) = self.cost(track, seen) {
                    pairs.push((cost, d, t));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut track_of: Vec<Option<usize>> = vec![None; things.len()];
        let mut matched = vec![false; self.objects.len()];
        for (_, d, t) in pairs {
            if track_of[d].is_none() && !matched[t] {
                track_of[d] = Some(t);
                matched[t] = true;
            }
        }
        for (t, track) in self.objects.iter_mut().enumerate() {
            // Its place is empty, or what is there belongs to another thing: it was but a part of that.
            let other = |it: &ObjectDetection| is_part_of(view, track, &it.measurement);
            if !matched[t] && (seen_empty(view, track) || things.iter().any(other)) {
                track.existence *= 0.6;
            }
        }
        let mut ids = Vec::new();
        for (seen, track) in things.iter().zip(track_of) {
            match track {
                Some(t) => {
                    self.objects[t].see(now, seen, &self.asked, &camera);
                    ids.push(self.objects[t].id);
                }
                None => {
                    let id = ObjectId(self.next_object);
                    self.next_object += 1;
                    self.objects
                        .push(ObjectTrack::new(id, now, seen, &self.asked, &camera));
                    ids.push(id);
                }
            }
        }
        self.forget(now);
        ids
    }

    /// `None` if the sighting cannot be of this thing.
    fn cost(&self, track: &ObjectTrack, seen: &ObjectDetection) -> Option<f64> {
        let it = &seen.measurement;
        let offset = it.centre_in_map - track.centre_in_map;
        let slack = 0.5 * it.cut_off * track.size_m[0];
        let gate = self.config.association_gate_m + slack + 0.15 * track.size_m[0];
        let distance = offset.xy().norm();
        if distance > gate || offset.z.abs() > 0.5 * track.size_m[2].max(it.size_m[2]) + 0.05 {
            return None;
        }
        let colour = track.colour_difference(seen) / 25.0;
        let size = (0..3)
            .map(|axis| (it.size_m[axis] - track.size_m[axis]).abs() / (0.03 + track.size_m[axis]))
            .sum::<f64>()
            * (1.0 - it.cut_off.min(1.0));
        // Far apart and of another colour: something else has come to stand there.
        let cost = distance / gate + colour + 0.4 * size;
        let overlapping = distance < 0.35 * (track.size_m[1] + it.size_m[1]) / 2.0;
        (cost < 2.4 || overlapping && cost < 4.0).then_some(cost)
    }

    fn forget(&mut self, now: Stamp) {
        let floor = self.config.forget_below;
        self.objects.retain(|it| {
            let fleeting = it.sightings < FEWEST_SIGHTINGS && now.secs_since(it.last_seen) > 3.0;
            it.existence >= floor && !fleeting
        });
        // Two tracks of one thing: the one that was seen more often stays.
        let mut gone: BTreeSet<ObjectId> = BTreeSet::new();
        for (a, first) in self.objects.iter().enumerate() {
            for second in &self.objects[..a] {
                let both_now = first.last_seen == now && second.last_seen == now;
                let near = (first.centre_in_map - second.centre_in_map).norm()
                    < 0.3 * (first.size_m[1] + second.size_m[1]) / 2.0;
                if near && !both_now {
                    // The spot can hold but one: the older sighting yields.
                    let (old, new) = if first.last_seen < second.last_seen {
                        (first, second)
                    } else {
                        (second, first)
                    };
                    let yields = if new.sightings >= FEWEST_SIGHTINGS {
                        old
                    } else {
                        new
                    };
                    gone.insert(yields.id);
                }
            }
        }
        self.objects.retain(|it| !gone.contains(&it.id));
    }

    fn fuse_people(
        &mut self,
        now: Stamp,
        view: &View,
        seen: &[PersonDetection],
    ) -> Vec<Option<PersonId>> {
        let mut taken: BTreeSet<PersonId> = BTreeSet::new();
        let mut ids = Vec::new();
        for person in seen {
            let nearest = self
                .people
                .iter_mut()
                .filter(|it| !taken.contains(&it.id))
                .map(|it| ((it.position_in_map - person.position_in_map).norm(), it))
                .filter(|it| it.0 < 0.6)
                .min_by(|a, b| a.0.total_cmp(&b.0));
            match nearest {
                Some((_, track)) => {
                    track.see(now, person, &self.asked, &self.home);
                    taken.insert(track.id);
                    ids.push(Some(track.id));
                }
                None if person.probability >= 0.55 => {
                    let id = PersonId(self.next_person);
                    self.next_person += 1;
                    self.people
                        .push(PersonTrack::new(id, now, person, &self.asked, &self.home));
                    taken.insert(id);
                    ids.push(Some(id));
                }
                None => ids.push(None),
            }
        }
        for track in &mut self.people {
            if !taken.contains(&track.id) && person_gone(view, track) {
                track.existence *= 0.6;
            }
        }
        let floor = self.config.forget_below;
        self.people.retain(|it| {
            let fleeting = it.sightings < FEWEST_SIGHTINGS && now.secs_since(it.last_seen) > 3.0;
            it.existence >= floor && !fleeting
        });
        ids
    }

    /// Shoes, laps and hands are not things.
    fn belongs_to_person(&self, seen: &ObjectDetection) -> bool {
        let at = seen.measurement.centre_in_map.xy();
        self.people.iter().any(|person| {
            let distance = (person.position_in_map - at).norm();
            match (seen.measurement.support, person.posture) {
                (Support::Floor, Posture::Sitting) => distance < 0.75,
                (Support::Floor, _) => distance < 0.45,
                (Support::Place(..), Posture::Sitting) => distance < 0.5,
                (Support::Place(..), _) => distance < 0.28,
            }
        })
    }

    fn describe(
        &self,
        things: &[ObjectDetection],
        objects: &[ObjectId],
        people: &[PersonDetection],
        persons: &[Option<PersonId>],
    ) -> Vec<Detection> {
        let mut items = Vec::new();
        for (seen, id) in things.iter().zip(objects) {
            let Some(track) = self.objects.iter().find(|it| it.id == *id) else {
                continue;
            };
            let best = self.namer.hypotheses(&track.scores()).into_iter().next();
            let (label, probability) = match best {
                Some(it) if it.probability >= 0.5 => (it.item, it.probability),
                Some(it) => ("unknown".to_owned(), 1.0 - it.probability),
                None => ("unknown".to_owned(), 1.0),
            };
            items.push(Detection {
                box_px: seen.box_px,
                label,
                probability,
                object: Some(*id),
                person: None,
            });
        }
        for (seen, id) in people.iter().zip(persons) {
            let Some(id) = id else { continue };
            let Some(track) = self.people.iter().find(|it| it.id == *id) else {
                continue;
            };
            let best = track
                .publish(&self.home, &self.asked)
                .hypotheses
                .into_iter()
                .next();
            let (label, probability) = match best {
                Some(it) if it.probability >= 0.5 => (it.item, it.probability),
                _ => ("person".to_owned(), track.existence),
            };
            items.push(Detection {
                box_px: seen.box_px,
                label,
                probability,
                object: None,
                person: Some(*id),
            });
        }
        items
    }

    fn world(&self, now: Stamp, view: &View) -> World {
        let objects: Vec<_> = self
            .objects
            .iter()
            .filter(|it| it.sightings >= FEWEST_SIGHTINGS)
            .map(|it| it.publish(&self.home, &self.namer, &self.asked))
            .collect();
        let people = self
            .people
            .iter()
            .filter(|it| it.sightings >= FEWEST_SIGHTINGS)
            .map(|it| it.publish(&self.home, &self.asked))
            .collect();
        let things: Vec<(Point3, f64)> = self
            .objects
            .iter()
            .map(|it| (it.centre_in_map, it.size_m[0].hypot(it.size_m[1]) / 2.0))
            .collect();
        World {
            stamp: now,
            objects,
            people,
            surfaces: self.coverage.views(&self.home, &things, &self.config),
            obstacles_in_map: obstacles(view),
        }
    }
}
