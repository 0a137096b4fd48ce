//! What is known about a picture.

use super::outline::{Outline, outline};
use super::place::Placed;
use super::solid::Eye;
use super::spec::{Attributes, PartSpec, PersonSpec, Stance};
use hearth_types::{Intrinsics, Vector3};
use serde::Serialize;

/// What is seen with fewer pixels is not told.
const FEWEST_PX: usize = 12;
/// Of a gesture of which less is seen, in pixels and as a share of forearm and hand, nobody can tell.
const LEAST_OF_GESTURE: (usize, f64) = (10, 0.4);

/// What is known about a picture. Boxes are left, top, right, bottom in pixels; pixel (0, 0) reaches
/// from 0 to 1, and so its centre is at 0.5 (that of [`Intrinsics`] is at 0).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Labels {
    /// The scene's seed.
    pub seed: u64,
    /// Of both images.
    #[serde(serialize_with = "intrinsics")]
    pub intrinsics: Intrinsics,
    /// Things that are seen.
    pub objects: Vec<Seen>,
    /// People who are seen.
    pub people: Vec<Seen>,
}

/// A thing or person in a picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// As in the scene.
    pub name: String,
    /// As in the scene.
    pub attributes: Attributes,
    /// Around the visible pixels.
    #[serde(rename = "box")]
    pub box_px: [f64; 4],
    /// Around all of it, hidden parts and what is up to one picture's size outside the picture included.
    #[serde(rename = "amodal_box")]
    pub amodal_box_px: [f64; 4],
    /// Pixels that show it.
    pub visible_px: usize,
    /// \[0, 1\] The same over the pixels that it would cover alone, those outside the picture included.
    pub visible_share: f64,
    /// \[m\] Centre of its bounding box in the optical frame.
    pub centre_in_camera: [f64; 3],
    /// \[m\] Length, width, height of a thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_m: Option<[f64; 3]>,
    /// Id of the place on which it is, or `floor`.
    pub place: String,
    /// \[rad\] Of a person who stands or sits: how far they are turned from the camera, positive to their left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facing_rad: Option<f64>,
}

fn intrinsics<S: serde::Serializer>(it: &Intrinsics, out: S) -> Result<S::Ok, S::Error> {
    let values = [("fx", it.fx), ("fy", it.fy), ("cx", it.cx), ("cy", it.cy)];
    out.collect_map(values.map(|(key, value)| (key, rounded(value, 1e3))))
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// Adds the extent of a part to that of the rest.
pub(super) fn joined(
    (pixels, extent): (usize, [usize; 4]),
    (more, other): (usize, [usize; 4]),
) -> (usize, [usize; 4]) {
    let [left, top, right, bottom] = extent;
    let extent = [
        left.min(other[0]),
        top.min(other[1]),
        right.max(other[2]),
        bottom.max(other[3]),
    ];
    (pixels + more, extent)
}

/// Visible pixels of each label: their count and box.
pub(super) fn extents(labels: &[u16], width: usize, count: usize) -> Vec<(usize, [usize; 4])> {
    let mut out = vec![(0, [usize::MAX, usize::MAX, 0, 0]); count + 1];
    for (at, label) in labels.iter().enumerate() {
        if *label == 0 {
            continue;
        }
        let Some((pixels, extent)) = out.get_mut(usize::from(*label)) else {
            continue;
        };
        let (x, y) = (at % width, at / width);
        *pixels += 1;
        extent[0] = extent[0].min(x);
        extent[1] = extent[1].min(y);
        extent[2] = extent[2].max(x + 1);
        extent[3] = extent[3].max(y + 1);
    }
    out
}

/// What there is to tell about one thing; `None` if hardly any of it is seen.
pub(super) fn seen(
    placed: &Placed,
    (name, attributes, parts): (&str, &Attributes, &[PartSpec]),
    size_m: Option<[f64; 3]>,
    (visible_px, extent): (usize, [usize; 4]),
    eye: &Eye,
    size: (usize, usize),
) -> Option<Seen> {
    if visible_px < FEWEST_PX {
        return None;
    }
    let alone = covered(placed, parts, |part| !part.seat, eye, size)?;
    let share = visible_px as f64 / alone.area_px.max(1) as f64;
    let centre = eye.map_from_optical.inverse() * placed.centre_in_map();
    Some(Seen {
        name: name.to_owned(),
        attributes: attributes.clone(),
        box_px: extent.map(|it| it as f64),
        amodal_box_px: alone.box_px.map(|it| rounded(it, 1e2)),
        visible_px,
        visible_share: rounded(share.min(1.0), 1e3),
        centre_in_camera: [centre.x, centre.y, centre.z].map(|it| rounded(it, 1e4)),
        size_m,
        place: placed.place.clone(),
        facing_rad: None,
    })
}

/// The same about a person, of whose gesture (forearm and hand) so many pixels are seen.
pub(super) fn person_seen(
    placed: &Placed,
    spec: &PersonSpec,
    (extent, gesture_px): ((usize, [usize; 4]), usize),
    eye: &Eye,
    size: (usize, usize),
) -> Option<Seen> {
    let about = (spec.name.as_str(), &spec.attributes, spec.parts.as_slice());
    let mut seen = seen(placed, about, None, extent, eye, size)?;
    if let Some(alone) = covered(placed, &spec.parts, |part| part.acts, eye, size) {
        let (fewest_px, least_share) = LEAST_OF_GESTURE;
        if gesture_px < fewest_px || (gesture_px as f64) < least_share * alone.area_px as f64 {
            let unseen = vec!["unseen".to_owned()];
            seen.attributes.insert("gesture".to_owned(), unseen);
            seen.attributes.remove("arm");
        }
    }
    if spec.posture != Stance::Lying {
        let ahead = placed.map_from_thing.rotation * Vector3::x();
        let to_camera = eye.map_from_optical.translation.vector - placed.centre_in_map().coords;
        let turn = (to_camera.x * ahead.y - to_camera.y * ahead.x)
            .atan2(to_camera.x * ahead.x + to_camera.y * ahead.y);
        seen.facing_rad = Some(rounded(turn, 1e3));
    }
    Some(seen)
}

fn covered(
    placed: &Placed,
    parts: &[PartSpec],
    counts: impl Fn(&PartSpec) -> bool,
    eye: &Eye,
    size: (usize, usize),
) -> Option<Outline> {
    let own: Vec<_> = placed
        .figure
        .parts
        .iter()
        .zip(parts)
        .filter(|(_, part)| counts(part))
        .map(|((geometry, pose), _)| (geometry, placed.map_from_thing * pose))
        .collect();
    outline(
        own.iter().map(|(geometry, pose)| (*geometry, pose)),
        eye,
        size,
    )
}
