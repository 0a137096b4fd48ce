//! Splits touching things by colour.

use super::footprint::Footprint;
use super::{Segment, Union, gather};
use crate::colour::Paint;
use crate::surfaces::Surfaces;
use crate::view::{P3, View};

/// A colour edge between parts or between touching things.
const COLOUR_EDGE: f32 = 16.0;

/// Splits touching things of different colours. Bands and caps of one thing, which are above one
/// another over one footprint, stay together.
pub(super) fn split(view: &View, surfaces: &Surfaces, pixels: Vec<usize>) -> Vec<Segment> {
    let surface = usize::from(surfaces.support[pixels[0]].unwrap_or(0));
    let whole = |pixels| {
        vec![Segment {
            pixels,
            surface,
            cut_off: 0.0,
        }]
    };
    let width = view.width();
    let position: std::collections::HashMap<usize, usize> = pixels
        .iter()
        .enumerate()
        .map(|(index, &at)| (at, index))
        .collect();
    let paints: Vec<Paint> = pixels
        .iter()
        .map(|&at| Paint::from_lab(view.lab[at]))
        .collect();
    let mut union = Union::new(pixels.len());
    for (index, &at) in pixels.iter().enumerate() {
        let left = (at % width > 0).then(|| at - 1);
        for other in [left, at.checked_sub(width)].into_iter().flatten() {
            if let Some(&other) = position.get(&other)
                && paints[index].difference(&paints[other]) < COLOUR_EDGE
            {
                union.join(index, other);
            }
        }
    }
    let fewest = (pixels.len() / 10).max(14);
    let parts = gather(&mut union, 0..pixels.len(), fewest);
    if parts.len() < 2 {
        return whole(pixels);
    }
    let boxes: Vec<Footprint> = parts
        .iter()
        .map(|part| Footprint::of(part.iter().map(|&it| &view.points[pixels[it]])))
        .collect();
    let mut groups = Union::new(parts.len());
    for a in 0..parts.len() {
        for b in 0..a {
            let one = boxes[a].same_place(&boxes[b])
                || printed(
                    view,
                    &pixels,
                    (&parts[a], &boxes[a]),
                    (&parts[b], &boxes[b]),
                );
            if one {
                groups.join(a, b);
            }
        }
    }
    let roots: Vec<usize> = (0..parts.len()).map(|it| groups.root(it)).collect();
    if roots.iter().all(|&it| it == roots[0]) {
        return whole(pixels);
    }
    assign_rest(view, surface, &pixels, &parts, &roots)
}

/// Whether two colours are on one body: their border reaches up to the top of both. Between two
/// touching things it lies lower, or their tops differ.
fn printed(
    view: &View,
    pixels: &[usize],
    a: (&[usize], &Footprint),
    b: (&[usize], &Footprint),
) -> bool {
    let (top_a, top_b) = (a.1.high[2], b.1.high[2]);
    let width = view.width() as isize;
    let other: std::collections::HashSet<isize> =
        b.0.iter().map(|&it| pixels[it] as isize).collect();
    let mut border_top = f32::MIN;
    let mut touching = 0;
    for &index in a.0 {
        let at = pixels[index] as isize;
        // Mixed pixels between two colours belong to neither.
        let near = (1..=3).any(|step| {
            [-step, step, -step * width, step * width]
                .iter()
                .any(|it| other.contains(&(at + it)))
        });
        if near {
            touching += 1;
            border_top = border_top.max(view.points[pixels[index]].z);
        }
    }
    touching >= 2 && border_top > top_a.min(top_b) - 0.008 && (top_a - top_b).abs() < 0.012
}

/// Gives every pixel of a split piece to the nearest of the groups.
fn assign_rest(
    view: &View,
    surface: usize,
    pixels: &[usize],
    parts: &[Vec<usize>],
    roots: &[usize],
) -> Vec<Segment> {
    let mut owner = vec![usize::MAX; pixels.len()];
    let mut centres: Vec<(usize, P3)> = Vec::new();
    for (part, &root) in parts.iter().zip(roots) {
        for &index in part {
            owner[index] = root;
        }
        let sum: nalgebra::Vector3<f32> =
            part.iter().map(|&it| view.points[pixels[it]].coords).sum();
        centres.push((root, P3::from(sum / part.len() as f32)));
    }
    for (index, slot) in owner.iter_mut().enumerate() {
        if *slot == usize::MAX {
            let point = view.points[pixels[index]];
            let nearest = centres
                .iter()
                .min_by(|a, b| (a.1 - point).norm().total_cmp(&(b.1 - point).norm()));
            *slot = nearest.map_or(0, |it| it.0);
        }
    }
    let mut groups: std::collections::BTreeMap<usize, Vec<usize>> = Default::default();
    for (index, &root) in owner.iter().enumerate() {
        groups.entry(root).or_default().push(pixels[index]);
    }
    groups
        .into_values()
        .map(|pixels| Segment {
            pixels,
            surface,
            cut_off: 0.0,
        })
        .collect()
}
