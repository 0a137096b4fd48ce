//! Joins the pieces of one thing.

use super::Segment;
use super::footprint::Footprint;
use crate::colour::Paint;
use crate::surfaces::{SurfaceFit, Surfaces};
use crate::view::{P3, View};

/// Joins what belongs together although depth jumps: the near and the far wall of a bowl, a
/// handle, parts of a thing behind a thin thing.
pub(super) fn join(view: &View, surfaces: &Surfaces, segments: &mut Vec<Segment>) {
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
    // Inside a hollow thing: one rim around both parts. A pattern's colours differ; then the rim must show it all the more.
    let fit = &surfaces.fits[first.surface];
    let off = if same_paint { 1.0 } else { 0.5 };
    shared_rim(view, fit, first, second, both.high[2], off)
}

/// Whether the uppermost points of both parts lie on one circle; `off` is what share of the usual deviation is allowed.
fn shared_rim(
    view: &View,
    fit: &SurfaceFit,
    first: &Segment,
    second: &Segment,
    top: f32,
    off: f32,
) -> bool {
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
    (0.02..0.16).contains(&circle.radius_m) && circle.rms_m < off * (0.005 + 0.04 * circle.radius_m)
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
