//! From the pixels of a segment to a thing's place, size, form and colours.

mod cloud;
mod models;
mod round;

use crate::colour::{self, ColourShare, Paint};
use crate::fits;
pub use crate::fits::{Circle, circle as fit_circle};
use crate::segment::Segment;
use crate::surfaces::{Support, Surfaces};
use crate::view::View;
use cloud::cloud;
use hearth_types::{Point3, ShapeCue};
use models::Models;

/// Every form, in the order of [`Measurement::shape_log_likelihood`].
pub const SHAPES: [ShapeCue; 8] = [
    ShapeCue::Box,
    ShapeCue::Cylinder,
    ShapeCue::Sphere,
    ShapeCue::Bowl,
    ShapeCue::Cup,
    ShapeCue::Flat,
    ShapeCue::Elongated,
    ShapeCue::Irregular,
];

/// A thing as one frame shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// The middle of its extent in `map`.
    pub centre_in_map: Point3,
    /// \[m\] Length, width (length >= width), height.
    pub size_m: [f64; 3],
    /// \[rad\] Direction of its length in `map`, in (-pi/2, pi/2].
    pub yaw_rad: f64,
    /// \[m\] Its extent across the line of sight, which is measured whatever is unseen behind.
    pub width_seen_m: f64,
    /// Whether its extent along the line of sight was seen, and not guessed.
    pub depth_seen: bool,
    /// Its likeliest form.
    pub shape: ShapeCue,
    /// How well each form of [`SHAPES`] explains what was seen, relative to the best.
    pub shape_log_likelihood: [f64; 8],
    /// Its colours, the largest first; never empty.
    pub colours: Vec<ColourShare>,
    /// Some of its pixels' colours, for comparison.
    pub paints: Vec<Paint>,
    /// What it stands on.
    pub support: Support,
    /// \[m\] Height of that.
    pub support_height_m: f64,
    /// \[m\] From the camera.
    pub range_m: f64,
    /// \[0, 1\] The part of its outline that is hidden or outside the image.
    pub cut_off: f64,
    /// \[0, 1\] How much the measurement is worth.
    pub quality: f64,
}

impl Measurement {
    /// Whether its yaw says something: of what is round only with a handle in view.
    pub fn has_direction(&self) -> bool {
        let is_round = matches!(
            self.shape,
            ShapeCue::Cylinder | ShapeCue::Sphere | ShapeCue::Bowl | ShapeCue::Cup
        );
        !is_round || self.size_m[0] > 1.05 * self.size_m[1]
    }
}

const MOST_PAINTS: usize = 90;

/// Measures a segment; `None` if too few of its pixels have depth.
pub fn measure(view: &View, surfaces: &Surfaces, segment: &Segment) -> Option<Measurement> {
    let cloud = cloud(view, surfaces, segment)?;
    let xy: Vec<[f32; 2]> = cloud.points.iter().map(|it| [it.x, it.y]).collect();
    let rect = fits::rect(&xy)?;
    let models = Models::fit(&cloud, rect);
    let scores = models.shape_scores(&cloud);
    let best = (0..SHAPES.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]))?;
    let shape = SHAPES[best];
    let extent = models.extent(&cloud, shape);
    let most = scores[best];
    let colours = colours(view, segment);
    let range_m = {
        let centre = extent.centre;
        let camera = view.camera_in_map();
        let (dx, dy, dz) = (
            f64::from(centre[0]) - camera.x,
            f64::from(centre[1]) - camera.y,
            f64::from(cloud.base) - camera.z,
        );
        (dx * dx + dy * dy + dz * dz).sqrt()
    };
    let cut_off = f64::from(segment.cut_off);
    let few = (segment.pixels.len() as f64 / 60.0).min(1.0);
    let quality = view.steadiness
        * (1.0 - 1.6 * cut_off).clamp(0.05, 1.0)
        * (1.1 / range_m.max(0.3)).min(1.0)
        * few;
    Some(Measurement {
        centre_in_map: Point3::new(
            f64::from(extent.centre[0]),
            f64::from(extent.centre[1]),
            f64::from((cloud.base + cloud.top) / 2.0),
        ),
        size_m: [extent.length, extent.width, cloud.top - cloud.base].map(f64::from),
        yaw_rad: f64::from(extent.yaw_rad),
        width_seen_m: f64::from(models.width_seen),
        depth_seen: cloud.back_seen() || matches!(shape, ShapeCue::Sphere | ShapeCue::Cylinder),
        shape,
        shape_log_likelihood: scores.map(|it| f64::from(it - most)),
        colours: colours.0,
        paints: colours.1,
        support: surfaces.fits[segment.surface].support,
        support_height_m: f64::from(cloud.base),
        range_m,
        cut_off,
        quality,
    })
}

/// The colours of the segment's inner pixels: those at its edge mix with what is behind.
fn colours(view: &View, segment: &Segment) -> (Vec<ColourShare>, Vec<Paint>) {
    let width = view.width();
    let inside: std::collections::HashSet<usize> = segment.pixels.iter().copied().collect();
    let mut inner: Vec<usize> = segment
        .pixels
        .iter()
        .copied()
        .filter(|&at| {
            at >= width
                && [at - 1, at + 1, at - width, at + width]
                    .iter()
                    .all(|it| inside.contains(it))
        })
        .collect();
    if inner.len() < 10 {
        inner.clone_from(&segment.pixels);
    }
    let step = inner.len().div_ceil(240).max(1);
    let lab: Vec<[f32; 3]> = inner.iter().step_by(step).map(|&it| view.lab[it]).collect();
    let step = lab.len().div_ceil(MOST_PAINTS).max(1);
    let paints = lab
        .iter()
        .step_by(step)
        .map(|&it| Paint::from_lab(it))
        .collect();
    let mut shares = colour::dominant(&lab);
    if shares.is_empty() {
        shares.push(ColourShare {
            lab: [50.0, 0.0, 0.0],
            share: 1.0,
        });
    }
    (shares, paints)
}
