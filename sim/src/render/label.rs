//! What is known about a picture.

use super::outline::outline;
use super::place::Placed;
use super::solid::Eye;
use super::spec::{Attributes, PartSpec};
use hearth_types::Intrinsics;
use serde::Serialize;

/// What is seen with fewer pixels is not told.
const FEWEST_PX: usize = 12;

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
}

fn intrinsics<S: serde::Serializer>(it: &Intrinsics, out: S) -> Result<S::Ok, S::Error> {
    let values = [("fx", it.fx), ("fy", it.fy), ("cx", it.cx), ("cy", it.cy)];
    out.collect_map(values.map(|(key, value)| (key, rounded(value, 1e3))))
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
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
    let own: Vec<_> = placed
        .figure
        .parts
        .iter()
        .zip(parts)
        .filter(|(_, part)| !part.seat)
        .map(|((geometry, pose), _)| (geometry, placed.map_from_thing * pose))
        .collect();
    let alone = outline(
        own.iter().map(|(geometry, pose)| (*geometry, pose)),
        eye,
        size,
    )?;
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
    })
}
