//! The forms that a cloud of points may have, and its extent as each.

use super::cloud::Cloud;
use super::round::best_circle;
use crate::fits::{self, Circle, Rect, Sphere};
use crate::view::P3;
use hearth_types::ShapeCue;

pub(super) struct Extent {
    pub centre: [f32; 2],
    pub length: f32,
    pub width: f32,
    pub yaw_rad: f32,
}

pub(super) struct Models {
    rect: Rect,
    circle: Option<Circle>,
    sphere: Option<Sphere>,
    /// \[0, 1\] Share of points that only a hollow thing shows.
    hollow: f32,
    pub width_seen: f32,
    residual: [f32; 3],
}

impl Models {
    pub fn fit(cloud: &Cloud, mut rect: Rect) -> Self {
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
    pub fn shape_scores(&self, cloud: &Cloud) -> [f32; 8] {
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
            // A plate has a rim, too, but a low one.
            beyond(low, 0.33, 0.06) + 0.5 * solid - 0.2,
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

    pub fn extent(&self, cloud: &Cloud, shape: ShapeCue) -> Extent {
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
