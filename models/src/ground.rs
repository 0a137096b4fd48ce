//! hearth-ground: our own text-conditioned detector for RGB-D pictures (`models/train` has its recipe,
//! `models/hearth-ground.md` its card).
//!
//! A convolutional network looks at the whole picture and says where the middles of things and of people are, and how
//! far they reach. Another has a closer look at each box, enlarged to one size: it tells whether there is something,
//! corrects the box, and gives an embedding and, for each trait (kind, main colour, pattern, ...), how likely its values are.
//! A phrase becomes a vector and a choice of values through a sentence embedding and a small network; how well the two
//! agree makes the calibrated log odds that the phrase describes what is in the box.

use crate::decode::{Maps, Peak, least_overlapping, overlap};
use crate::fit::Fit;
use crate::look::{Look, Sight};
use crate::manifest::Manifest;
use crate::options::SessionOptions;
use crate::session::{Runtime, Session};
use crate::words::{Queries, Words};
use crate::{BoxDetection, ImageTextDetector, ModelError, Picture};
use ndarray::{Array4, s};

/// The network for whole pictures in the manifest.
pub const IMAGE_TOWER: &str = "hearth-ground";
/// The network that looks at things.
pub const LOOK_AT_THINGS: &str = "hearth-ground-things";
/// The network that looks at people.
pub const LOOK_AT_PEOPLE: &str = "hearth-ground-people";
/// [`BoxDetection::class`] of people; all else is a [`THING`].
pub const PERSON: &str = "person";
/// See [`PERSON`].
pub const THING: &str = "thing";

/// \[px\] What the network takes.
const WIDTH: usize = 320;
/// \[px\] See `WIDTH`.
const HEIGHT: usize = 240;
/// \[px\] The focal length of the pictures that it learnt from, at this size.
const FOCAL_PX: f32 = 263.46;
/// A middle below this is not looked at.
const LEAST_HEAT: f32 = 0.06;
/// At most so many things are looked at in a picture.
const MOST_THINGS: usize = 24;
/// See [`MOST_THINGS`].
const MOST_PEOPLE: usize = 6;
/// Of two that overlap by so much, the surer one stays.
const MOST_OVERLAP: f32 = 0.6;

/// The detector.
#[derive(Debug)]
pub struct Ground {
    image: Session,
    words: Words,
    things: Group,
    people: Group,
    last: Option<Seen>,
}

/// What has a look of its own.
#[derive(Debug)]
struct Group {
    look: Look,
    queries: Queries,
    class: &'static str,
    most: usize,
}

/// The picture that was looked at last.
#[derive(Debug)]
struct Seen {
    input: Array4<f32>,
    fit: Fit,
    /// \[px\] Where people are in the input.
    people: Vec<[f32; 4]>,
}

impl Group {
    /// Looks at those of the middles (the hottest first) that are its own.
    fn detect(
        &mut self,
        input: &Array4<f32>,
        middles: impl Iterator<Item = Peak>,
    ) -> Result<Vec<(f32, Sight)>, ModelError> {
        let middles = least_overlapping(middles, |it| it.box_px, MOST_OVERLAP, self.most);
        let boxes: Vec<_> = middles.iter().map(|it| within(it.box_px)).collect();
        let sights = self.look.at(input, &boxes)?;
        let surely = middles.iter().zip(sights).map(|(middle, sight)| {
            // Both networks have a say: the geometric mean of what they say.
            ((middle.heat * sight.is_something).sqrt(), sight)
        });
        let mut found: Vec<_> = surely.collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let box_px = |it: &(f32, Sight)| it.1.box_px;
        Ok(least_overlapping(found, box_px, MOST_OVERLAP, self.most))
    }
}

impl Ground {
    /// Opens the networks.
    ///
    /// # Errors
    /// [`ModelError`] if a file is missing or is not what the manifest says.
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
    ) -> Result<Self, ModelError> {
        let group = |id: &str, class, most| -> Result<Group, ModelError> {
            Ok(Group {
                look: Look::open(runtime, manifest.model(id)?, options)?,
                queries: Queries::default(),
                class,
                most,
            })
        };
        Ok(Self {
            image: Session::open(runtime, manifest.model(IMAGE_TOWER)?, options)?,
            words: Words::open(runtime, manifest, options)?,
            things: group(LOOK_AT_THINGS, THING, MOST_THINGS)?,
            people: group(LOOK_AT_PEOPLE, PERSON, MOST_PEOPLE)?,
            last: None,
        })
    }

    fn middles(&mut self, input: &Array4<f32>) -> Result<Vec<Peak>, ModelError> {
        let mut outputs = self.image.run([("picture", input.clone().into())])?;
        let maps = Maps::new(outputs.take("middles")?, outputs.take("boxes")?);
        let wrong = |message| ModelError::Run {
            model: IMAGE_TOWER.to_owned(),
            message,
        };
        Ok(maps.map_err(wrong)?.peaks(LEAST_HEAT))
    }
}

impl ImageTextDetector for Ground {
    fn set_queries(&mut self, phrases: &[String]) -> Result<(), ModelError> {
        let [things, people] = self.words.queries(phrases)?;
        self.things.queries = things;
        self.people.queries = people;
        Ok(())
    }

    fn detect(&mut self, picture: &Picture) -> Result<Vec<BoxDetection>, ModelError> {
        self.last = None;
        let (input, fit) = input(picture)?;
        let (people, things): (Vec<_>, Vec<_>) = self
            .middles(&input)?
            .into_iter()
            .partition(|it| it.is_person);
        let mut found = Vec::new();
        let mut where_people_are = Vec::new();
        for (group, middles) in [(&mut self.things, things), (&mut self.people, people)] {
            for (surely, sight) in group.detect(&input, middles.into_iter())? {
                if group.class == PERSON {
                    where_people_are.push(sight.box_px);
                }
                found.push(BoxDetection {
                    box_px: fit.back(sight.box_px),
                    objectness: surely,
                    scores: group.queries.scores(&sight),
                    class: Some(group.class.to_owned()),
                });
            }
        }
        found.sort_by(|a, b| b.objectness.total_cmp(&a.objectness));
        self.last = Some(Seen {
            input,
            fit,
            people: where_people_are,
        });
        Ok(found)
    }

    fn score_boxes(&mut self, boxes: &[[f32; 4]]) -> Option<Vec<Vec<f32>>> {
        let seen = self.last.as_ref()?;
        let boxes: Vec<_> = boxes.iter().map(|it| within(seen.fit.forth(*it))).collect();
        let is_person = |it: &[f32; 4]| seen.people.iter().any(|at| overlap(at, it) > SAME);
        let mut scores = vec![Vec::new(); boxes.len()];
        for (group, of_people) in [(&mut self.things, false), (&mut self.people, true)] {
            let mine: Vec<usize> = (0..boxes.len())
                .filter(|&it| is_person(&boxes[it]) == of_people)
                .collect();
            let asked: Vec<_> = mine.iter().map(|&it| boxes[it]).collect();
            let sights = group.look.at(&seen.input, &asked);
            let sights = sights.inspect_err(|it| tracing::warn!("{it}")).ok()?;
            for (index, sight) in mine.into_iter().zip(sights) {
                scores[index] = group.queries.scores(&sight);
            }
        }
        Some(scores)
    }
}

/// A box that overlaps a person's by more than this is the person.
const SAME: f32 = 0.5;

/// A box of the input as one that the networks can look at: inside of the picture, of a pixel at least.
fn within(box_px: [f32; 4]) -> [f32; 4] {
    let limit = |it: f32, most: usize| {
        if it.is_finite() {
            it.clamp(0.0, most as f32)
        } else {
            0.0
        }
    };
    let [left, top, right, bottom] = box_px;
    let (left, top) = (limit(left, WIDTH - 1), limit(top, HEIGHT - 1));
    [
        left,
        top,
        limit(right, WIDTH).max(left + 1.0),
        limit(bottom, HEIGHT).max(top + 1.0),
    ]
}

/// What the network takes: colours from -2 to 2, and the inverse of depth in 1/m, at most 4; 0 where there is none.
/// Depth is scaled by the focal length, so that things look as large as through the camera that the network knows.
fn input(picture: &Picture) -> Result<(Array4<f32>, Fit), ModelError> {
    picture.check()?;
    let fit = Fit::new((picture.width, picture.height), (WIDTH, HEIGHT));
    let resized = fit.apply(picture)?;
    let mut input = Array4::zeros((1, 4, HEIGHT, WIDTH));
    for (index, pixel) in resized.rgb.chunks_exact(3).enumerate() {
        let (y, x) = (index / WIDTH, index % WIDTH);
        for (channel, value) in pixel.iter().enumerate() {
            input[[0, channel, y, x]] = (f32::from(*value) / 255.0 - 0.5) * 4.0;
        }
    }
    let nearer = picture
        .focal_px
        .map_or(1.0, |it| it * fit.scale() / FOCAL_PX);
    if let Some(depth_m) = &resized.depth_m {
        let mut inverse = input.slice_mut(s![0, 3, .., ..]);
        for (value, depth_m) in inverse.iter_mut().zip(depth_m) {
            *value = if *depth_m > 0.0 && depth_m.is_finite() {
                (nearer / depth_m.max(1e-3)).min(4.0)
            } else {
                0.0
            };
        }
    }
    Ok((input, fit))
}
