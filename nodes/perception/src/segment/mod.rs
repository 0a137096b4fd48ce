//! Cuts out what rises above surfaces: connected pixels, split and joined by depth and colour.

mod footprint;
mod join;
mod split;

use crate::Config;
use crate::colour::Paint;
use crate::surfaces::{Support, Surfaces};
use crate::view::View;
use footprint::Footprint;
use join::join;
use split::split;

/// A different paint than the surface's: this far away, a flat thing need hardly rise.
const OTHER_PAINT: f32 = 14.0;
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
