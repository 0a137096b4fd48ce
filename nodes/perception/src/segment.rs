//! Cuts out what rises above surfaces: connected pixels, split and joined by depth and colour.

use crate::Config;
use crate::colour::Paint;
use crate::surfaces::{Support, SurfaceFit, Surfaces};
use crate::view::{P3, View};

/// A different paint than the surface's: this far away, a flat thing need hardly rise.
const OTHER_PAINT: f32 = 14.0;
/// A colour edge between parts or between touching things.
const COLOUR_EDGE: f32 = 16.0;
/// \[m\] Nothing that the household has on its surfaces is longer.
const LONGEST_M: f32 = 0.45;

/// Pixels that seem to show one thing.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Indices into the frame, ascending.
    pub pixels: Vec<usize>,
    /// Index into [`Surfaces::fits`].
    pub surface: usize,
    /// \[0, 1\] The part of its outline that is cut off by the image's border or by something in
    /// front of it.
    pub cut_off: f32,
}

/// Finds the segments of a frame, in order of their first pixel.
pub fn find(view: &View, surfaces: &Surfaces, config: &Config) -> Vec<Segment> {
    let mask = raised(view, surfaces, config);
    let pieces = connect(view, surfaces, &mask);
    let mut segments: Vec<Segment> = Vec::new();
    for pixels in pieces {
        segments.extend(split(view, surfaces, pixels));
    }
    join(view, surfaces, &mut segments);
    segments.retain(|it| plausible(view, surfaces, it));
    for segment in &mut segments {
        segment.cut_off = cut_off(view, &segment.pixels);
    }
    // Of what is on the floor only whole things count: the rest is mostly furniture and feet.
    segments.retain(|it| it.cut_off < 0.3 || surfaces.fits[it.surface].support != Support::Floor);
    segments.sort_by_key(|it| it.pixels[0]);
    segments
}

/// For each pixel whether it rises above its surface.
fn raised(view: &View, surfaces: &Surfaces, config: &Config) -> Vec<bool> {
    let min_rise = config.min_rise_m as f32;
    let far = config.max_object_range_m as f32;
    (0..view.depth_m.len())
        .map(|pixel| {
            let Some(index) = surfaces.support[pixel] else {
                return false;
            };
            let depth = view.depth_m[pixel];
            if depth > far {
                return false;
            }
            let fit = &surfaces.fits[usize::from(index)];
            // The mean over nine pixels, of which the rays' slope shows a part as height.
            let sigma = 0.3 * view.sigma_m(depth);
            let rise = surfaces.rise_m[pixel];
            let unsure = if fit.measured { 0.0 } else { 0.012 };
            if rise > min_rise.max(0.005 + 3.0 * sigma) + unsure {
                return true;
            }
            let other_paint = fit
                .paint
                .is_some_and(|it| it.difference(&Paint::from_lab(view.lab[pixel])) > OTHER_PAINT);
            other_paint && rise > 0.004 + 2.0 * sigma
        })
        .collect()
}

struct Union {
    parent: Vec<u32>,
}

impl Union {
    fn new(count: usize) -> Self {
        Self {
            parent: (0..count as u32).collect(),
        }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] as usize != at {
            self.parent[at] = self.parent[self.parent[at] as usize];
            at = self.parent[at] as usize;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        // Towards the smaller, so that the result does not depend on order.
        self.parent[a.max(b)] = a.min(b) as u32;
    }
}

/// Whether two neighbouring pixels lie on one continuous face.
fn continuous(view: &View, a: usize, b: usize) -> bool {
    let (da, db) = (view.depth_m[a], view.depth_m[b]);
    (da - db).abs() < 0.014 + 0.010 * da.min(db) + 1.5 * view.sigma_m(da.min(db))
}

fn connect(view: &View, surfaces: &Surfaces, mask: &[bool]) -> Vec<Vec<usize>> {
    let width = view.width();
    let mut union = Union::new(mask.len());
    for at in 0..mask.len() {
        if !mask[at] {
            continue;
        }
        let left = (at % width > 0).then(|| at - 1);
        let above = at.checked_sub(width);
        for other in [left, above].into_iter().flatten() {
            let linked = mask[other]
                && surfaces.support[other] == surfaces.support[at]
                && continuous(view, at, other);
            if linked {
                union.join(at, other);
            }
        }
    }
    gather(&mut union, (0..mask.len()).filter(|&it| mask[it]), 6)
}

fn gather(
    union: &mut Union,
    members: impl Iterator<Item = usize>,
    fewest: usize,
) -> Vec<Vec<usize>> {
    let mut groups: std::collections::BTreeMap<usize, Vec<usize>> = Default::default();
    for at in members {
        groups.entry(union.root(at)).or_default().push(at);
    }
    groups
        .into_values()
        .filter(|it| it.len() >= fewest)
        .collect()
}

/// Splits touching things of different colours. Bands and caps of one thing, which are above one
/// another over one footprint, stay together.
fn split(view: &View, surfaces: &Surfaces, pixels: Vec<usize>) -> Vec<Segment> {
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

/// Where points stand, seen from above.
#[derive(Clone, Copy, Debug)]
struct Footprint {
    low: [f32; 3],
    high: [f32; 3],
}

impl Footprint {
    fn of<'a>(points: impl Iterator<Item = &'a P3>) -> Self {
        let mut found = Self {
            low: [f32::MAX; 3],
            high: [f32::MIN; 3],
        };
        for point in points {
            for axis in 0..3 {
                found.low[axis] = found.low[axis].min(point[axis]);
                found.high[axis] = found.high[axis].max(point[axis]);
            }
        }
        found
    }

    fn length(&self, axis: usize) -> f32 {
        (self.high[axis] - self.low[axis]).max(0.004)
    }

    fn overlap(&self, other: &Self, axis: usize) -> f32 {
        let shared = self.high[axis].min(other.high[axis]) - self.low[axis].max(other.low[axis]);
        shared.max(0.0) / self.length(axis).min(other.length(axis))
    }

    /// Whether one is over the other: bands, caps, a leaf, a filling.
    fn same_place(&self, other: &Self) -> bool {
        self.overlap(other, 0) > 0.55 && self.overlap(other, 1) > 0.55
    }

    fn union(&self, other: &Self) -> Self {
        let mut both = *self;
        for axis in 0..3 {
            both.low[axis] = both.low[axis].min(other.low[axis]);
            both.high[axis] = both.high[axis].max(other.high[axis]);
        }
        both
    }

    fn gap(&self, other: &Self, axis: usize) -> f32 {
        (self.low[axis].max(other.low[axis]) - self.high[axis].min(other.high[axis])).max(0.0)
    }
}

/// Joins what belongs together although depth jumps: the near and the far wall of a bowl, a
/// handle, parts of a thing behind a thin thing.
fn join(view: &View, surfaces: &Surfaces, segments: &mut Vec<Segment>) {
    loop {
        let shapes: Vec<Part> = segments.iter().map(|it| Part::of(view, it)).collect();
        let found = (0..segments.len())
            .flat_map(|a| (0..a).map(move |b| (b, a)))
            .find(|&(b, a)| {
                one_thing(
                    view,
                    surfaces,
                    (&segments[b], &shapes[b]),
                    (&segments[a], &shapes[a]),
                )
            });
        let Some((b, a)) = found else { return };
        let other = segments.remove(a);
        segments[b].pixels.extend(other.pixels);
        segments[b].pixels.sort_unstable();
    }
}

struct Part {
    foot: Footprint,
    paint: Paint,
}

impl Part {
    fn of(view: &View, segment: &Segment) -> Self {
        let step = (segment.pixels.len() / 150).max(1);
        let lab: Vec<[f32; 3]> = segment
            .pixels
            .iter()
            .step_by(step)
            .map(|&it| view.lab[it])
            .collect();
        let paint = crate::colour::dominant(&lab)
            .first()
            .map(|it| Paint::from_lab(it.lab))
            .unwrap_or_default();
        Self {
            foot: Footprint::of(segment.pixels.iter().map(|&it| &view.points[it])),
            paint,
        }
    }
}

fn one_thing(
    view: &View,
    surfaces: &Surfaces,
    (first, a): (&Segment, &Part),
    (second, b): (&Segment, &Part),
) -> bool {
    if first.surface != second.surface {
        return false;
    }
    let both = a.foot.union(&b.foot);
    if both.length(0) > 0.30 || both.length(1) > 0.30 {
        return false;
    }
    let (small, large) = (
        first.pixels.len().min(second.pixels.len()),
        first.pixels.len().max(second.pixels.len()),
    );
    let same_paint = a.paint.difference(&b.paint) < 13.0;
    if !adjacent(view, first, second) {
        // What sticks out on the other side of a thing that stands before it.
        let lower = a.foot.high[2].min(b.foot.high[2]);
        return same_paint
            && small * 3 < large
            && both.length(0).hypot(both.length(1)) < 0.22
            && both.high[2] - lower < 0.02
            && hidden_between(view, first, second);
    }
    let near = (0..3).all(|axis| a.foot.gap(&b.foot, axis) < 0.02);
    if same_paint && near && small * 3 < large {
        return true;
    }
    // Inside a hollow thing: one rim around both parts.
    let fit = &surfaces.fits[first.surface];
    same_paint && shared_rim(view, fit, first, second, both.high[2])
}

/// Whether the uppermost points of both parts lie on one circle.
fn shared_rim(view: &View, fit: &SurfaceFit, first: &Segment, second: &Segment, top: f32) -> bool {
    let base = fit.height_m();
    let band = (0.12 * (top - base)).max(0.007);
    let rim = |segment: &Segment| -> Vec<P3> {
        let points = segment.pixels.iter().map(|&it| view.points[it]);
        points.filter(|it| it.z > top - band).collect()
    };
    let (mut points, other) = (rim(first), rim(second));
    if points.len() < 3 || other.len() < 3 {
        return false;
    }
    points.extend(other);
    let Some(circle) = crate::measure::fit_circle(points.iter().map(|it| [it.x, it.y])) else {
        return false;
    };
    (0.02..0.16).contains(&circle.radius_m) && circle.rms_m < 0.005 + 0.04 * circle.radius_m
}

/// Whether only something nearer lies between the two in the image.
fn hidden_between(view: &View, first: &Segment, second: &Segment) -> bool {
    let width = view.width();
    let middle = |segment: &Segment| {
        let (x, y, z) = segment
            .pixels
            .iter()
            .fold((0.0, 0.0, 0.0), |(x, y, z), &at| {
                let (column, row) = ((at % width) as f32, (at / width) as f32);
                (x + column, y + row, z + view.depth_m[at])
            });
        [x, y, z].map(|it| it / segment.pixels.len().max(1) as f32)
    };
    let (a, b) = (middle(first), middle(second));
    let steps = (a[0] - b[0]).abs().max((a[1] - b[1]).abs()) as usize;
    let mut hidden = 0;
    for step in 1..steps {
        let share = step as f32 / steps as f32;
        let [x, y, z] = [0, 1, 2].map(|it| a[it] + share * (b[it] - a[it]));
        let at = y as usize * width + x as usize;
        let ours = |it: &Segment| it.pixels.binary_search(&at).is_ok();
        if ours(first) || ours(second) {
            continue;
        }
        let depth = view.depth_m[at];
        // Depth is often missing at edges, which says nothing.
        if depth > 0.0 {
            if depth > z - 0.02 {
                return false;
            }
            hidden += 1;
        }
    }
    hidden >= 3
}

/// Whether the two touch in the image (a gap of one pixel counts as touching).
fn adjacent(view: &View, first: &Segment, second: &Segment) -> bool {
    let width = view.width() as isize;
    let inside: std::collections::HashSet<isize> =
        second.pixels.iter().map(|&it| it as isize).collect();
    let around = [-1, 1, -width, width, -2, 2, -2 * width, 2 * width];
    let touching = first
        .pixels
        .iter()
        .filter(|&&at| {
            around
                .iter()
                .any(|step| inside.contains(&(at as isize + step)))
        })
        .count();
    touching >= 3
}

/// Whether this may be a thing at all, and not a wall, a piece of furniture or noise.
fn plausible(view: &View, surfaces: &Surfaces, segment: &Segment) -> bool {
    let fit = &surfaces.fits[segment.surface];
    let count = segment.pixels.len();
    let fewest = if fit.support == Support::Floor {
        24
    } else {
        12
    };
    if count < fewest {
        return false;
    }
    let foot = Footprint::of(segment.pixels.iter().map(|&it| &view.points[it]));
    if foot.length(0).hypot(foot.length(1)) > LONGEST_M * 1.2 {
        return false;
    }
    let share = |test: &dyn Fn(usize) -> bool| {
        segment.pixels.iter().filter(|&&it| test(it)).count() as f32 / count as f32
    };
    // Walls and boards reach on beyond what the surface's space holds.
    let (band_m, most) = if fit.support == Support::Floor {
        (0.05, 0.02)
    } else {
        (0.015, 0.05)
    };
    if share(&|it| surfaces.rise_m[it] > fit.reach_m - band_m) > most {
        return false;
    }
    if fit.support != Support::Floor {
        let outside = share(&|it| !fit.covers(&view.points[it], 0.0));
        let rim = share(&|it| !fit.covers(&view.points[it], -0.03));
        let long = foot.length(0).max(foot.length(1)) > 0.20;
        if outside > 0.5 || rim > 0.95 && long {
            return false;
        }
    }
    true
}

/// The part of the outline where the thing may go on unseen.
fn cut_off(view: &View, pixels: &[usize]) -> f32 {
    let (width, height) = (view.width(), view.height());
    let inside: std::collections::HashSet<usize> = pixels.iter().copied().collect();
    let (mut outline, mut hidden) = (0_u32, 0_u32);
    for &at in pixels {
        let (x, y) = (at % width, at / width);
        if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
            outline += 1;
            hidden += 1;
            continue;
        }
        for next in [at - 1, at + 1, at - width, at + width] {
            if inside.contains(&next) {
                continue;
            }
            outline += 1;
            let depth = view.depth_m[next];
            let nearer = depth > 0.0 && depth < view.depth_m[at] - 0.025;
            if nearer || view.own[next] {
                hidden += 1;
            }
        }
    }
    hidden as f32 / outline.max(1) as f32
}
