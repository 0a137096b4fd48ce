//! From the pixels of a segment to a thing's place, size, form and colours.

use crate::colour::{self, ColourShare, Paint};
use crate::fits::{self, Rect, Sphere};
pub use crate::fits::{Circle, circle as fit_circle};
use crate::segment::Segment;
use crate::surfaces::{Support, Surfaces};
use crate::view::{P3, View};
use hearth_types::{Point3, ShapeCue};

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

const MOST_POINTS: usize = 320;
const MOST_PAINTS: usize = 90;

/// What is known before a form is chosen.
struct Cloud {
    points: Vec<P3>,
    base: f32,
    top: f32,
    /// \[m\] A pixel's width at the thing's range.
    pixel_m: f32,
    /// \[m\] The points' noise.
    sigma_m: f32,
    /// Unit vector in the plane, away from the camera.
    away: [f32; 2],
    top_seen: bool,
    /// Tangent of the angle at which the camera looks down on it.
    steepness: f32,
}

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

fn cloud(view: &View, surfaces: &Surfaces, segment: &Segment) -> Option<Cloud> {
    let step = segment.pixels.len().div_ceil(MOST_POINTS).max(1);
    let all: Vec<usize> = segment
        .pixels
        .iter()
        .copied()
        .filter(|&it| view.depth_m[it] > 0.0)
        .collect();
    if all.len() < 8 {
        return None;
    }
    let points: Vec<P3> = all
        .iter()
        .step_by(step)
        .map(|&it| view.points[it])
        .collect();
    let count = points.len() as f32;
    let (mx, my) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), it| (x + it.x, y + it.y));
    let (mx, my) = (mx / count, my / count);
    let fit = &surfaces.fits[segment.surface];
    let base = fit.height_at(mx, my);
    let mut heights: Vec<f32> = all.iter().map(|&it| view.points[it].z).collect();
    let rank = ((heights.len() - 1) as f32 * 0.985) as usize;
    let top = (*heights.select_nth_unstable_by(rank, f32::total_cmp).1).max(base + 0.003);
    let mut depths: Vec<f32> = all.iter().map(|&it| view.depth_m[it]).collect();
    let middle = depths.len() / 2;
    let depth = *depths.select_nth_unstable_by(middle, f32::total_cmp).1;
    let camera = view.camera_in_map();
    let (dx, dy) = (mx - camera.x as f32, my - camera.y as f32);
    let distance = dx.hypot(dy).max(1e-3);
    Some(Cloud {
        points,
        base,
        top,
        pixel_m: view.pixel_m(depth),
        sigma_m: 0.4 * view.sigma_m(depth),
        away: [dx / distance, dy / distance],
        // At least about 7 degrees from above.
        top_seen: camera.z as f32 - top > 0.12 * distance,
        steepness: (camera.z as f32 - top) / distance,
    })
}

impl Cloud {
    /// Whether the extent along the line of sight can be seen: from above, over a top that is as
    /// deep as the rest.
    fn back_seen(&self) -> bool {
        let upper = self.top - (0.25 * (self.top - self.base)).max(0.01);
        let along = |low: f32| {
            let points = self.points.iter().filter(|it| it.z > low);
            let (near, far) =
                fits::span(points.map(|it| self.away[0] * it.x + self.away[1] * it.y));
            far - near
        };
        self.top_seen && along(upper) > 0.75 * along(f32::MIN)
    }
}

struct Extent {
    centre: [f32; 2],
    length: f32,
    width: f32,
    yaw_rad: f32,
}

struct Models {
    rect: Rect,
    circle: Option<Circle>,
    sphere: Option<Sphere>,
    /// \[0, 1\] Share of points that only a hollow thing shows.
    hollow: f32,
    width_seen: f32,
    residual: [f32; 3],
}

impl Models {
    fn fit(cloud: &Cloud, mut rect: Rect) -> Self {
        let height = cloud.top - cloud.base;
        rect.size_m = rect.size_m.map(|it| it + 0.7 * cloud.pixel_m);
        let [ax, ay] = cloud.away;
        let across = fits::span(cloud.points.iter().map(|it| ax * it.y - ay * it.x));
        let width_seen = across.1 - across.0 + 0.7 * cloud.pixel_m;
        let rim = best_circle(cloud, width_seen);
        let sphere = fits::sphere(&cloud.points).filter(|it| {
            let bottom = it.centre.z - it.radius_m - cloud.base;
            (0.012..0.14).contains(&it.radius_m)
                && bottom.abs() < 0.35 * it.radius_m + 0.008
                && (2.0 * it.radius_m / height.max(0.005) - 1.0).abs() < 0.45
        });
        let mut models = Self {
            rect,
            circle: rim,
            sphere,
            hollow: 0.0,
            width_seen,
            residual: [1.0; 3],
        };
        models.hollow = models.hollow_share(cloud);
        models.residual = models.residuals(cloud);
        models
    }

    fn hollow_share(&self, cloud: &Cloud) -> f32 {
        let Some(circle) = self.circle else {
            return 0.0;
        };
        let height = cloud.top - cloud.base;
        if !cloud.top_seen || height < 0.02 {
            return 0.0;
        }
        let below = cloud.top - (0.25 * height).max(0.013 + 2.0 * cloud.sigma_m);
        let inner = cloud.points.iter().filter(|it| {
            let (dx, dy) = (it.x - circle.centre[0], it.y - circle.centre[1]);
            let behind = dx * cloud.away[0] + dy * cloud.away[1];
            let beside = (dx * cloud.away[1] - dy * cloud.away[0]).abs();
            it.z < below
                && dx.hypot(dy) < circle.radius_m * 1.02
                && behind > -0.3 * circle.radius_m
                && beside < 0.75 * circle.radius_m
        });
        inner.count() as f32 / cloud.points.len() as f32
    }

    fn residuals(&self, cloud: &Cloud) -> [f32; 3] {
        let (sin, cos) = self.rect.yaw_rad.sin_cos();
        let box_distance = |it: &P3| {
            let (dx, dy) = (it.x - self.rect.centre[0], it.y - self.rect.centre[1]);
            let x = (cos * dx + sin * dy).abs() - self.rect.size_m[0] / 2.0;
            let y = (cos * dy - sin * dx).abs() - self.rect.size_m[1] / 2.0;
            solid_distance(x.max(y), it.z - cloud.top)
        };
        // What may taper towards its top, as a bottle does, is judged by its lower part.
        let tall = cloud.top - cloud.base > 1.4 * self.width_seen;
        let below = if tall {
            cloud.base + 0.6 * (cloud.top - cloud.base)
        } else {
            f32::MAX
        };
        let mean = |distance: &dyn Fn(&P3) -> f32| {
            let lower = cloud.points.iter().filter(|it| it.z <= below);
            let (sum, count) = lower.fold((0.0, 0.0_f32), |(sum, count), it| {
                (sum + distance(it).min(0.012), count + 1.0)
            });
            sum / count.max(1.0)
        };
        [
            mean(&box_distance),
            self.circle.map_or(1.0, |circle| {
                mean(&|it: &P3| {
                    let away = (it.x - circle.centre[0]).hypot(it.y - circle.centre[1]);
                    solid_distance(away - circle.radius_m, it.z - cloud.top)
                })
            }),
            self.sphere.map_or(1.0, |sphere| {
                mean(&|it: &P3| ((it - sphere.centre).norm() - sphere.radius_m).abs())
            }),
        ]
    }

    /// Log likelihoods, up to a constant, in the order of [`SHAPES`].
    fn shape_scores(&self, cloud: &Cloud) -> [f32; 8] {
        let (long, wide) = (
            self.rect.size_m[0].max(self.rect.size_m[1]),
            self.rect.size_m[0].min(self.rect.size_m[1]).max(0.004),
        );
        let height = cloud.top - cloud.base;
        let scale = 0.0009 + 0.6 * cloud.sigma_m + 0.008 * wide;
        let [of_box, of_cylinder, of_sphere] = self
            .residual
            .map(|it| -0.5 * (it / scale).powi(2).min(12.0));
        let hollow = ((self.hollow - 0.06) / 0.03).clamp(-1.5, 1.5);
        // From a low camera the inside cannot be seen: its absence says nothing then.
        let inside_m = cloud.steepness * self.width_seen;
        let telling = ((inside_m - (0.25 * height).max(0.013)) / (0.15 * height)).clamp(0.1, 1.0);
        let beyond = |value: f32, limit: f32, scale: f32| {
            -0.5 * ((value - limit).max(0.0) / scale).powi(2).min(12.0)
        };
        // Cups and bowls do not narrow towards their top.
        let upright = beyond(0.82, self.upper_share(cloud), 0.09);
        let (solid, open) = (-1.3 * hollow.max(0.0), 1.3 * telling * hollow.min(0.0));
        let low = height / wide;
        let round = beyond(long / wide, 1.35, 0.2);
        // The back of a ball or of a can is not seen, but they are as deep as wide.
        let as_wide = |diameter: Option<f32>| {
            diameter.map_or(-6.0, |it| {
                beyond((it / self.width_seen - 1.0).abs(), 0.15, 0.08)
            })
        };
        let ball = as_wide(self.sphere.map(|it| 2.0 * it.radius_m));
        let can = as_wide(self.circle.map(|it| 2.0 * it.radius_m));
        [
            of_box + solid + beyond(0.3, low, 0.2),
            of_cylinder + solid + can + beyond(0.4, low, 0.2),
            of_sphere + solid + ball,
            open - 0.3 + round + upright + beyond(low, 0.62, 0.1) + 0.5 * of_cylinder.max(-3.0),
            open - 0.3
                + upright
                + beyond(long / wide, 1.75, 0.2)
                + beyond(0.62, low, 0.1)
                + 0.4 * of_cylinder.max(-5.0),
            beyond(low, 0.33, 0.06) - 0.2,
            beyond(2.0, long / wide, 0.25) + beyond(low, 1.5, 0.3) - 0.3,
            -2.5,
        ]
    }

    /// How wide the upper third is beside the whole, across the line of sight.
    fn upper_share(&self, cloud: &Cloud) -> f32 {
        let above = cloud.base + 0.67 * (cloud.top - cloud.base);
        let [ax, ay] = cloud.away;
        let upper: Vec<&P3> = cloud.points.iter().filter(|it| it.z > above).collect();
        if upper.len() < 12 {
            return 1.0;
        }
        let (low, high) = fits::span(upper.iter().map(|it| ax * it.y - ay * it.x));
        (high - low + 0.7 * cloud.pixel_m) / self.width_seen.max(1e-3)
    }

    fn extent(&self, cloud: &Cloud, shape: ShapeCue) -> Extent {
        match (shape, self.sphere, self.circle) {
            (ShapeCue::Sphere, Some(sphere), _) => {
                let width = (2.0 * sphere.radius_m).min(1.25 * self.width_seen);
                Extent {
                    centre: [sphere.centre.x, sphere.centre.y],
                    length: width,
                    width,
                    yaw_rad: 0.0,
                }
            }
            (ShapeCue::Cylinder | ShapeCue::Bowl | ShapeCue::Cup, _, Some(circle)) => {
                let around = self.box_extent(cloud);
                let width = 2.0 * circle.radius_m;
                // A handle makes it longer; the middle of the round part is what matters.
                let handle = around.length > 1.15 * width && around.length < 1.9 * width;
                Extent {
                    centre: circle.centre,
                    length: if handle { around.length } else { width },
                    width,
                    yaw_rad: if handle { around.yaw_rad } else { 0.0 },
                }
            }
            (ShapeCue::Irregular, _, Some(circle)) => {
                // Of what is not a box the back is not seen even where the top is.
                let mut extent = self.box_extent(cloud);
                let width = 2.0 * circle.radius_m;
                if extent.width < 0.8 * width && extent.length < 1.3 * width {
                    extent.centre = circle.centre;
                    extent.width = width.min(extent.length);
                }
                extent
            }
            _ => self.box_extent(cloud),
        }
    }

    fn box_extent(&self, cloud: &Cloud) -> Extent {
        let mut size = self.rect.size_m;
        let mut centre = self.rect.centre;
        if !cloud.top_seen {
            // Only the front is seen: as deep as wide, at most, and it goes on behind.
            let (sin, cos) = self.rect.yaw_rad.sin_cos();
            let along = [
                cos * cloud.away[0] + sin * cloud.away[1],
                cos * cloud.away[1] - sin * cloud.away[0],
            ];
            let deep = usize::from(along[1].abs() > along[0].abs());
            let missing = (0.8 * size[1 - deep] - size[deep]).clamp(0.0, 0.12);
            size[deep] += missing;
            let shift = missing / 2.0 * along[deep].signum();
            let axis = if deep == 0 { [cos, sin] } else { [-sin, cos] };
            centre = [centre[0] + shift * axis[0], centre[1] + shift * axis[1]];
        }
        let turned = size[1] > size[0];
        let yaw = self.rect.yaw_rad
            + if turned {
                std::f32::consts::FRAC_PI_2
            } else {
                0.0
            };
        let pi = std::f32::consts::PI;
        let yaw_rad = (yaw + pi / 2.0).rem_euclid(pi) - pi / 2.0;
        Extent {
            centre,
            length: size[0].max(size[1]),
            width: size[0].min(size[1]),
            yaw_rad: if yaw_rad <= -pi / 2.0 {
                pi / 2.0
            } else {
                yaw_rad
            },
        }
    }
}

/// Distance to the surface of an upright solid, from the distances to its wall and to its top.
fn solid_distance(wall: f32, top: f32) -> f32 {
    if wall < 0.0 && top < 0.0 {
        (-wall).min(-top)
    } else {
        wall.max(0.0).hypot(top.max(0.0))
    }
}

/// The circle of an upright round wall: from the outer wall if it shows, else from the rim.
fn best_circle(cloud: &Cloud, width_seen: f32) -> Option<Circle> {
    let height = cloud.top - cloud.base;
    let band = (0.12 * height).max(0.006 + cloud.sigma_m);
    let fits_width = |it: &Circle| {
        (0.010..0.20).contains(&it.radius_m) && (2.0 * it.radius_m / width_seen - 1.0).abs() < 0.35
    };
    let rim = fits::circle(outline(cloud, cloud.top - band).into_iter()).filter(fits_width);
    // A bottle's neck is no part of its wall.
    let tall = height > 1.4 * width_seen;
    let below = if tall {
        cloud.base + 0.6 * height
    } else {
        cloud.top - band
    };
    let wall = fits::circle(
        cloud
            .points
            .iter()
            .filter(|it| it.z < below)
            .map(|it| [it.x, it.y]),
    )
    .filter(fits_width);
    if tall && wall.is_some() {
        return wall;
    }
    match (rim, wall) {
        (Some(rim), Some(wall)) => Some(if wall.rms_m < 0.7 * rim.rms_m {
            wall
        } else {
            rim
        }),
        (rim, wall) => rim.or(wall),
    }
}

/// The outermost points above `z`, by direction from their middle.
fn outline(cloud: &Cloud, z: f32) -> Vec<[f32; 2]> {
    const SECTORS: usize = 36;
    let upper: Vec<&P3> = cloud.points.iter().filter(|it| it.z > z).collect();
    if upper.len() < 6 {
        return Vec::new();
    }
    let low_high = |axis: usize| fits::span(upper.iter().map(|it| it[axis]));
    let (x, y) = (low_high(0), low_high(1));
    let middle = [(x.0 + x.1) / 2.0, (y.0 + y.1) / 2.0];
    let mut far: [Option<(f32, [f32; 2])>; SECTORS] = [None; SECTORS];
    for point in upper {
        let (dx, dy) = (point.x - middle[0], point.y - middle[1]);
        let turn = dy.atan2(dx) / std::f32::consts::TAU + 0.5;
        let sector = ((turn * SECTORS as f32) as usize).min(SECTORS - 1);
        let distance = dx.hypot(dy);
        if far[sector].is_none_or(|it| distance > it.0) {
            far[sector] = Some((distance, [point.x, point.y]));
        }
    }
    far.into_iter().flatten().map(|it| it.1).collect()
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
