//! What perception believes about the home's movable contents.

use crate::{PhraseMatch, Point2, Point3, RgbdFrame, Stamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Identity of a tracked thing; never reused within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId(pub u64);

/// Identity of a tracked person; never reused within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub u64);

/// The eleven basic colour terms (Berlin and Kay, 1969), which English and Chinese share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum BasicColour {
    Red,
    Orange,
    Yellow,
    Green,
    Blue,
    Purple,
    Pink,
    Brown,
    Black,
    Grey,
    White,
}

/// A colour as seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    /// CIE L*a*b* (D65), L in \[0, 100\].
    pub lab: [f32; 3],
    /// What a person would call it.
    pub name: BasicColour,
}

/// Coarse form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShapeCue {
    /// Flat faces, square corners.
    Box,
    /// Upright round wall.
    Cylinder,
    /// Round everywhere, also nearly so (an apple, a pear).
    Sphere,
    /// Wide, round and hollow, open at the top.
    Bowl,
    /// Hollow like a bowl but taller, graspable around; may have a handle.
    Cup,
    /// Much lower than wide.
    Flat,
    /// Much longer than wide and lying (a banana, a spoon).
    Elongated,
    /// None of these clearly.
    Irregular,
}

impl ShapeCue {
    /// A cup that is so much longer than wide has its handle in view.
    pub const HANDLE_FROM: f64 = 1.12;

    /// Whether it is open at the top, so that a finger may be inside.
    pub fn is_hollow(self) -> bool {
        matches!(self, Self::Bowl | Self::Cup)
    }
}

/// One thing that an object may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Hypothesis {
    /// The catalogue item's id.
    pub item: String,
    /// \[0, 1\]; over one object's hypotheses they sum to at most 1, the rest is "something else".
    pub probability: f64,
}

/// A thing in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldObject {
    /// Its identity.
    pub id: ObjectId,
    /// What it may be, the likeliest first.
    pub hypotheses: Vec<Hypothesis>,
    /// How well the phrases that are looked for describe it; empty without a model that can tell.
    pub matches: Vec<PhraseMatch>,
    /// The middle of its extent in `map`.
    pub centre_in_map: Point3,
    /// \[rad\] Direction of its length in `map`, in (-pi/2, pi/2].
    pub yaw_rad: f64,
    /// \[m\] Length, width (length >= width) and height.
    pub size_m: [f64; 3],
    /// Its form.
    pub shape: ShapeCue,
    /// Its dominant colour.
    pub colour: Colour,
    /// The id of the place whose surface it stands on; `None` elsewhere, such as on the floor.
    pub place: Option<String>,
    /// \[m\] Height of what it stands on.
    pub support_height_m: f64,
    /// First sighting.
    pub first_seen: Stamp,
    /// Latest sighting.
    pub last_seen: Stamp,
    /// In how many frames it was seen.
    pub sightings: u32,
    /// From how many clearly different directions it was seen.
    pub views: u32,
    /// \[0, 1\] Belief that it is still there; falls when its spot is seen empty.
    pub existence: f64,
}

/// How a person is posed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Posture {
    Standing,
    Sitting,
    Lying,
    Unknown,
}

/// What a person does with their arms. Left and right are the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Gesture {
    Waving,
    RaisingLeftArm,
    RaisingRightArm,
    PointingLeft,
    PointingRight,
    /// None of these.
    None,
}

/// A person in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldPerson {
    /// Their identity as a track.
    pub id: PersonId,
    /// Whom of the home they may be (ids of [`crate::PersonEntry`]), the likeliest first.
    pub hypotheses: Vec<Hypothesis>,
    /// Where they are in `map`.
    pub position_in_map: Point2,
    /// \[m\] Top of the head above the floor.
    pub head_height_m: f64,
    /// How they are posed.
    pub posture: Posture,
    /// What they do with their arms, and how sure that is; `None` if nothing can tell.
    pub gesture: Option<(Gesture, f64)>,
    /// How well the phrases that are looked for describe them.
    pub matches: Vec<PhraseMatch>,
    /// The colour of their upper clothes.
    pub shirt: Option<Colour>,
    /// Latest sighting.
    pub last_seen: Stamp,
    /// In how many frames they were seen.
    pub sightings: u32,
    /// \[0, 1\] Belief that they are still there.
    pub existence: f64,
}

/// What was seen of one surface of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct SurfaceView {
    /// The place's id.
    pub place: String,
    /// Index into [`crate::Place::surfaces`].
    pub surface: usize,
    /// \[m\] As measured, if enough of the bare surface was seen.
    pub measured_height_m: Option<f64>,
    /// \[0, 1\] The part of its area that was seen well since `seen_from`.
    pub coverage: f64,
    /// Oldest observation that counts for `coverage`.
    pub seen_from: Stamp,
    /// Latest observation.
    pub last_seen: Stamp,
    /// Spots on the surface (z is its height) where a thing 0.12 m wide could be put, free of
    /// everything seen, best first.
    pub free_spots_in_map: Vec<Point3>,
}

/// The fused world. Published after every processed frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// The newest frame that is in it.
    pub stamp: Stamp,
    /// Things that are believed to be there.
    pub objects: Vec<WorldObject>,
    /// People who are believed to be there.
    pub people: Vec<WorldPerson>,
    /// Surfaces that were looked at.
    pub surfaces: Vec<SurfaceView>,
    /// Points on obstacles between 0.05 m and 1.4 m above the floor in the newest frame, thinned,
    /// in `map`: what the lidar's plane misses, such as table tops and feet.
    pub obstacles_in_map: Vec<Point2>,
}

/// One thing found in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// \[px\] Left, top, right, bottom.
    pub box_px: [f64; 4],
    /// Best label: a catalogue id, a person's id, `person`, or `unknown`.
    pub label: String,
    /// \[0, 1\] The label's probability.
    pub probability: f64,
    /// The tracked thing that it was fused into.
    pub object: Option<ObjectId>,
    /// The tracked person that it was fused into.
    pub person: Option<PersonId>,
}

/// All that was found in one frame, with the frame: what a verdict can be shown to rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Detections {
    /// The frame.
    pub frame: Arc<RgbdFrame>,
    /// What was found.
    pub items: Vec<Detection>,
}
