//! The pixels that a thing would cover if nothing stood before it.

use super::solid::Eye;
use crate::sdf::Geometry;
use hearth_types::{Isometry3, Point3};
use nalgebra::Point2;
use std::f64::consts::{PI, TAU};

/// As MuJoCo draws round shapes (`stage`).
const SLICES: usize = 20;
/// \[m\] What is nearer to the camera's plane is not projected.
const NEAREST_M: f64 = 0.05;

/// Points whose convex hull is the shape as it is drawn.
fn corners(geometry: &Geometry, out: &mut Vec<Point3>) {
    let ring = |radius_m: f64, z: f64, out: &mut Vec<Point3>| {
        out.extend((0..SLICES).map(|at| {
            let (sin, cos) = (TAU * at as f64 / SLICES as f64).sin_cos();
            Point3::new(radius_m * cos, radius_m * sin, z)
        }));
    };
    match *geometry {
        Geometry::Box { .. } | Geometry::Plane { .. } => {
            let [x, y, z] = geometry.half_extents_m();
            for corner in 0..8 {
                let sign = |bit: i32, value: f64| if corner & bit == 0 { -value } else { value };
                out.push(Point3::new(sign(1, x), sign(2, y), sign(4, z)));
            }
        }
        Geometry::Cylinder { radius_m, length_m } => {
            ring(radius_m, -length_m / 2.0, out);
            ring(radius_m, length_m / 2.0, out);
        }
        Geometry::Capsule { radius_m, length_m } => {
            for step in 0..=5 {
                let (sin, cos) = (PI / 2.0 * f64::from(step) / 5.0).sin_cos();
                ring(radius_m * cos, length_m / 2.0 + radius_m * sin, out);
                ring(radius_m * cos, -length_m / 2.0 - radius_m * sin, out);
            }
        }
        Geometry::Sphere { radius_m } => ball([radius_m; 3], out),
        Geometry::Ellipsoid { radii_m } => ball(radii_m, out),
    }
}

fn ball(radii_m: [f64; 3], out: &mut Vec<Point3>) {
    for step in 0..=10 {
        let (sin, cos) = (PI * (f64::from(step) / 10.0 - 0.5)).sin_cos();
        for at in 0..SLICES {
            let (s, c) = (TAU * at as f64 / SLICES as f64).sin_cos();
            out.push(Point3::new(
                radii_m[0] * cos * c,
                radii_m[1] * cos * s,
                radii_m[2] * sin,
            ));
        }
    }
}

/// What a thing covers in the image plane, beyond the picture's edges too.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outline {
    /// \[px\] Left, top, right, bottom; pixel (0, 0) reaches from 0 to 1. At most one picture beyond each edge.
    pub box_px: [f64; 4],
    /// Pixels inside, those outside the picture included.
    pub area_px: usize,
}

/// Of convex parts with their poses in `map`; `None` if all of it is behind the camera.
pub(super) fn outline<'a>(
    parts: impl Iterator<Item = (&'a Geometry, &'a Isometry3)>,
    eye: &Eye,
    size: (usize, usize),
) -> Option<Outline> {
    let optical_from_map = eye.map_from_optical.inverse();
    let mut hulls = Vec::new();
    let mut box_px = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    let mut points = Vec::new();
    for (geometry, map_from_part) in parts {
        points.clear();
        corners(geometry, &mut points);
        let optical_from_part = optical_from_map * map_from_part;
        let seen: Vec<Point2<f64>> = points
            .iter()
            .map(|it| optical_from_part * it)
            .filter(|it| it.z > NEAREST_M)
            .filter_map(|it| eye.intrinsics.project(&it))
            .map(|(u, v)| Point2::new(u + 0.5, v + 0.5))
            .collect();
        for point in &seen {
            box_px[0] = box_px[0].min(point.x);
            box_px[1] = box_px[1].min(point.y);
            box_px[2] = box_px[2].max(point.x);
            box_px[3] = box_px[3].max(point.y);
        }
        if seen.len() >= 3 {
            hulls.push(hull(seen));
        }
    }
    let (w, h) = (size.0 as f64, size.1 as f64);
    let box_px = [
        box_px[0].clamp(-w, 2.0 * w),
        box_px[1].clamp(-h, 2.0 * h),
        box_px[2].clamp(-w, 2.0 * w),
        box_px[3].clamp(-h, 2.0 * h),
    ];
    (box_px[0] < box_px[2]).then(|| Outline {
        area_px: covered(&hulls, box_px),
        box_px,
    })
}

/// Corners of the convex hull, counter-clockwise in a frame with y up.
fn hull(mut points: Vec<Point2<f64>>) -> Vec<Point2<f64>> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let turns = |a: &Point2<f64>, b: &Point2<f64>, c: &Point2<f64>| {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0.0
    };
    let mut out: Vec<Point2<f64>> = Vec::with_capacity(points.len());
    for pass in 0..2 {
        let start = out.len();
        let mut add = |point: &Point2<f64>| {
            while out.len() >= start + 2 && !turns(&out[out.len() - 2], &out[out.len() - 1], point)
            {
                out.pop();
            }
            out.push(*point);
        };
        if pass == 0 {
            points.iter().for_each(&mut add);
        } else {
            points.iter().rev().for_each(&mut add);
        }
        out.pop();
    }
    out
}

/// Pixels within the box whose centre is in any of the hulls.
fn covered(hulls: &[Vec<Point2<f64>>], box_px: [f64; 4]) -> usize {
    let (left, top) = (box_px[0].floor(), box_px[1].floor());
    let columns = (box_px[2].ceil() - left) as usize;
    let rows = (box_px[3].ceil() - top) as usize;
    let mut mask = vec![false; columns * rows];
    for hull in hulls {
        for (row, cells) in mask.chunks_exact_mut(columns.max(1)).enumerate() {
            let y = top + row as f64 + 0.5;
            let mut span = [f64::MAX, f64::MIN];
            for (at, a) in hull.iter().enumerate() {
                let b = &hull[(at + 1) % hull.len()];
                if (a.y <= y) != (b.y <= y) {
                    let x = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
                    span = [span[0].min(x), span[1].max(x)];
                }
            }
            if span[0] < span[1] {
                let bound = |x: f64| ((x - left - 0.5).ceil().max(0.0) as usize).min(columns);
                cells[bound(span[0])..bound(span[1])].fill(true);
            }
        }
    }
    mask.iter().filter(|it| **it).count()
}

#[cfg(test)]
mod tests {
    use super::{Eye, outline};
    use crate::sdf::Geometry;
    use hearth_types::{Intrinsics, Isometry3};

    const EYE_PX: Intrinsics = Intrinsics {
        fx: 100.0,
        fy: 100.0,
        cx: 49.5,
        cy: 49.5,
    };

    fn seen(geometry: Geometry, x: f64) -> super::Outline {
        let eye = Eye {
            intrinsics: EYE_PX,
            map_from_optical: Isometry3::identity(),
        };
        let at = Isometry3::translation(x, 0.0, 2.0);
        outline([(&geometry, &at)].into_iter(), &eye, (100, 100)).unwrap()
    }

    #[test]
    fn a_board_covers_its_projection_also_outside_the_picture() {
        let board = Geometry::Box {
            size_m: [0.4, 0.2, 0.0],
        };
        let inside = seen(board, 0.0);
        assert_eq!(inside.area_px, 20 * 10);
        let [l, t, r, b] = inside.box_px;
        assert!((l - 40.0).abs() < 1e-9 && (t - 45.0).abs() < 1e-9);
        assert!((r - 60.0).abs() < 1e-9 && (b - 55.0).abs() < 1e-9);
        assert_eq!(seen(board, 1.0).area_px, 20 * 10);
    }

    #[test]
    fn a_ball_covers_a_disc() {
        let ball = seen(Geometry::Sphere { radius_m: 0.4 }, 0.0);
        let disc = std::f64::consts::PI * 20.4_f64.powi(2);
        let area = ball.area_px as f64;
        assert!((area / disc - 1.0).abs() < 0.06, "{area} of {disc}");
    }
}
