//! Least-squares circles and spheres, and the tightest upright box.

use crate::view::P3;
use nalgebra::{Matrix3, Matrix4, Vector3, Vector4};

/// A circle in the map's plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// \[m\] Its centre.
    pub centre: [f32; 2],
    /// \[m\]
    pub radius_m: f32,
    /// \[m\] Root of the mean squared distance of the points from it.
    pub rms_m: f32,
}

/// A sphere in `map`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sphere {
    /// Its centre.
    pub centre: P3,
    /// \[m\]
    pub radius_m: f32,
}

/// An upright box's footprint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// \[m\] Its centre.
    pub centre: [f32; 2],
    /// \[rad\] Direction of its first side.
    pub yaw_rad: f32,
    /// \[m\] Along its own x and y.
    pub size_m: [f32; 2],
}

/// The circle nearest to the points; `None` for fewer than 5 or for points on a line.
pub fn circle(points: impl Iterator<Item = [f32; 2]>) -> Option<Circle> {
    let points: Vec<[f64; 2]> = points.map(|it| it.map(f64::from)).collect();
    if points.len() < 5 {
        return None;
    }
    let count = points.len() as f64;
    let mean = [0, 1].map(|axis| points.iter().map(|it| it[axis]).sum::<f64>() / count);
    let local = |it: &[f64; 2]| (it[0] - mean[0], it[1] - mean[1]);
    // Algebraic start, which takes short arcs for smaller circles than they are …
    let mut normal = Matrix3::zeros();
    let mut right = Vector3::zeros();
    for point in &points {
        let (x, y) = local(point);
        let row = Vector3::new(x, y, 1.0);
        normal += row * row.transpose();
        right += row * (x * x + y * y);
    }
    let start = normal.lu().solve(&right)?;
    let (mut cx, mut cy) = (start[0] / 2.0, start[1] / 2.0);
    let mut radius = (start[2] + cx * cx + cy * cy).max(0.0).sqrt();
    // … then geometric steps, which do not.
    for _ in 0..6 {
        let mut normal = Matrix3::identity() * 1e-9;
        let mut right = Vector3::zeros();
        for point in &points {
            let (x, y) = local(point);
            let distance = (x - cx).hypot(y - cy).max(1e-6);
            let row = Vector3::new((cx - x) / distance, (cy - y) / distance, -1.0);
            normal += row * row.transpose();
            right -= row * (distance - radius);
        }
        let step = normal.lu().solve(&right)?;
        cx += step[0];
        cy += step[1];
        radius += step[2];
    }
    let squares: f64 = points
        .iter()
        .map(|it| {
            let (x, y) = local(it);
            ((x - cx).hypot(y - cy) - radius).powi(2)
        })
        .sum();
    let found = Circle {
        centre: [(cx + mean[0]) as f32, (cy + mean[1]) as f32],
        radius_m: radius as f32,
        rms_m: (squares / count).sqrt() as f32,
    };
    let sane = found.centre.iter().all(|it| it.is_finite()) && (1e-4..10.0).contains(&radius);
    sane.then_some(found)
}

/// The sphere nearest to the points.
pub fn sphere(points: &[P3]) -> Option<Sphere> {
    if points.len() < 8 {
        return None;
    }
    let count = points.len() as f64;
    let sum: Vector3<f64> = points.iter().map(|it| it.coords.cast::<f64>()).sum();
    let mean = sum / count;
    let mut normal = Matrix4::zeros();
    let mut right = Vector4::zeros();
    for point in points {
        let it = point.coords.cast::<f64>() - mean;
        let row = Vector4::new(it.x, it.y, it.z, 1.0);
        normal += row * row.transpose();
        right += row * it.norm_squared();
    }
    let start = normal.lu().solve(&right)?;
    let mut centre = Vector3::new(start[0], start[1], start[2]) / 2.0;
    let mut radius = (start[3] + centre.norm_squared()).max(0.0).sqrt();
    for _ in 0..6 {
        let mut normal = Matrix4::identity() * 1e-9;
        let mut right = Vector4::zeros();
        for point in points {
            let away = centre - (point.coords.cast::<f64>() - mean);
            let distance = away.norm().max(1e-6);
            let row = Vector4::new(
                away.x / distance,
                away.y / distance,
                away.z / distance,
                -1.0,
            );
            normal += row * row.transpose();
            right -= row * (distance - radius);
        }
        let step = normal.lu().solve(&right)?;
        centre += Vector3::new(step[0], step[1], step[2]);
        radius += step[3];
    }
    let centre = (centre + mean).cast::<f32>();
    let sane = centre.iter().all(|it| it.is_finite()) && (1e-3..2.0).contains(&radius);
    sane.then(|| Sphere {
        centre: P3::from(centre),
        radius_m: radius as f32,
    })
}

/// The rectangle of least area around all but the outermost points.
pub fn rect(points: &[[f32; 2]]) -> Option<Rect> {
    const STEPS: usize = 30;
    if points.len() < 3 {
        return None;
    }
    let at = |yaw_rad: f32| {
        let (sin, cos) = yaw_rad.sin_cos();
        let along = span(points.iter().map(|it| cos * it[0] + sin * it[1]));
        let across = span(points.iter().map(|it| cos * it[1] - sin * it[0]));
        let size_m = [along.1 - along.0, across.1 - across.0];
        let middle = [(along.0 + along.1) / 2.0, (across.0 + across.1) / 2.0];
        let centre = [
            cos * middle[0] - sin * middle[1],
            sin * middle[0] + cos * middle[1],
        ];
        Rect {
            centre,
            yaw_rad,
            size_m,
        }
    };
    // A thin set has almost no area at any angle: the perimeter decides there.
    let cost = |it: &Rect| {
        (it.size_m[0] + 0.004) * (it.size_m[1] + 0.004) + 0.002 * (it.size_m[0] + it.size_m[1])
    };
    let quarter = std::f32::consts::FRAC_PI_2;
    let coarse = (0..STEPS)
        .map(|it| at(it as f32 * quarter / STEPS as f32))
        .min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
    let fine = (-2..=2)
        .map(|it| at(coarse.yaw_rad + it as f32 * quarter / STEPS as f32 / 3.0))
        .min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
    Some(fine)
}

/// From where to where all but the outermost values reach.
pub fn span(values: impl Iterator<Item = f32>) -> (f32, f32) {
    let mut values: Vec<f32> = values.collect();
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let last = values.len() - 1;
    let trim = (values.len() as f32 * 0.012) as usize;
    let low = *values.select_nth_unstable_by(trim, f32::total_cmp).1;
    let high = *values.select_nth_unstable_by(last - trim, f32::total_cmp).1;
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_can_shows_where_its_axis_is() {
        let points = (0..60).map(|it| {
            let angle = std::f32::consts::PI * it as f32 / 59.0;
            let noise = if it % 2 == 0 { 0.001 } else { -0.001 };
            [
                0.5 + (0.033 + noise) * angle.cos(),
                -1.0 + (0.033 + noise) * angle.sin(),
            ]
        });
        let found = circle(points).unwrap();
        assert!((found.radius_m - 0.033).abs() < 0.001);
        assert!((found.centre[0] - 0.5).abs() < 0.001);
        assert!((found.centre[1] + 1.0).abs() < 0.001);
    }

    #[test]
    fn the_front_of_a_ball_shows_the_ball() {
        let mut points = Vec::new();
        for i in 0..15 {
            for j in 0..15 {
                let (u, v) = (i as f32 * 0.1 - 0.7, j as f32 * 0.1 - 0.7);
                let direction = nalgebra::Vector3::new(u, v, 1.0).normalize();
                points.push(P3::new(1.0, 2.0, 0.8) + direction * 0.04);
            }
        }
        let found = sphere(&points).unwrap();
        assert!((found.radius_m - 0.04).abs() < 1e-4);
        assert!((found.centre - P3::new(1.0, 2.0, 0.8)).norm() < 1e-4);
        assert!(sphere(&[P3::origin(); 20]).is_none());
    }

    #[test]
    fn a_turned_rectangle_is_found() {
        let (sin, cos) = 0.4_f32.sin_cos();
        let points: Vec<[f32; 2]> = (0..40)
            .flat_map(|i| (0..20).map(move |j| (i as f32 * 0.005, j as f32 * 0.005)))
            .map(|(x, y)| [cos * x - sin * y, sin * x + cos * y])
            .collect();
        let found = rect(&points).unwrap();
        let [a, b] = found.size_m;
        assert!((a.max(b) - 0.195).abs() < 0.008 && (a.min(b) - 0.095).abs() < 0.008);
    }
}
