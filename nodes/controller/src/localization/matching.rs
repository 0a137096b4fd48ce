//! Aligns the points of a scan with the map: robust least squares with a prior.

use super::field::MapField;
use hearth_types::{Point2, Pose2, wrap_angle};
use nalgebra::{Matrix3, Vector3};

/// What an alignment found.
#[derive(Clone, Copy, Debug)]
pub struct Alignment {
    /// The pose of the points' frame in `map`.
    pub pose_in_map: Pose2,
    /// Of x \[m\], y \[m\], yaw \[rad\].
    pub covariance: Matrix3<f64>,
    /// \[0, 1\] The part of the points that the map explains.
    pub explained: f64,
}

/// How an alignment weighs its points.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    /// \[m\] One standard deviation of a point's distance to the map's surface.
    pub point_std_m: f64,
    /// How many independent measurements a whole scan is worth: neighbouring rays share the
    /// errors of the map.
    pub scan_worth: f64,
    /// \[m\] Points further than this from the map are explained by something else.
    pub explained_m: f64,
}

/// Widths \[m\] of the robust kernel, from coarse to fine: the first pulls in a poor prior, the last
/// ignores people, chairs and boxes.
const KERNELS_M: [f64; 8] = [0.35, 0.3, 0.25, 0.2, 0.15, 0.12, 0.1, 0.1];

/// Starts at `prior` (with its covariance) and moves the points onto the map.
pub fn align(
    field: &MapField,
    points: &[Point2],
    prior: &Pose2,
    prior_covariance: &Matrix3<f64>,
    weights: &Weights,
) -> Option<Alignment> {
    let information = prior_covariance.try_inverse()?;
    let weight = weights.scan_worth
        / (points.len().max(1) as f64 * weights.point_std_m * weights.point_std_m);
    let mut pose = *prior;
    let mut hessian = information;
    for kernel_m in KERNELS_M {
        let (normal, gradient) = normal_equations(field, points, &pose, kernel_m);
        let offset = Vector3::new(
            pose.x_m - prior.x_m,
            pose.y_m - prior.y_m,
            wrap_angle(pose.yaw_rad - prior.yaw_rad),
        );
        hessian = information + normal * weight;
        let step = hessian.try_inverse()? * (information * offset + gradient * weight);
        // A step larger than the kernel is a leap in the dark.
        let scale = (0.2 / step.norm().max(1e-12)).min(1.0);
        pose = Pose2::new(
            pose.x_m - step.x * scale,
            pose.y_m - step.y * scale,
            pose.yaw_rad - step.z * scale,
        );
        if !pose.is_finite() {
            return None;
        }
    }
    Some(Alignment {
        pose_in_map: pose,
        covariance: hessian.try_inverse()?,
        explained: explained_part(field, points, &pose, weights.explained_m),
    })
}

/// Weighted sums of J^T J and J^T r over the points.
fn normal_equations(
    field: &MapField,
    points: &[Point2],
    pose: &Pose2,
    kernel_m: f64,
) -> (Matrix3<f64>, Vector3<f64>) {
    let (sin, cos) = pose.yaw_rad.sin_cos();
    let mut normal = Matrix3::zeros();
    let mut gradient = Vector3::zeros();
    for point in points {
        let (dx, dy) = (cos * point.x - sin * point.y, sin * point.x + cos * point.y);
        let on_map = Point2::new(pose.x_m + dx, pose.y_m + dy);
        let Some((residual, slope)) = field.sample(&on_map) else {
            continue;
        };
        // Geman and McClure's weight: what is far off counts for nothing.
        let ratio = kernel_m * kernel_m / (kernel_m * kernel_m + residual * residual);
        let row = Vector3::new(slope[0], slope[1], slope[1] * dx - slope[0] * dy);
        let weighted = row * (ratio * ratio);
        normal += weighted * row.transpose();
        gradient += weighted * residual;
    }
    (normal, gradient)
}

/// \[0, 1\] The part of the points that lie within `within_m` of the map's surfaces.
pub fn explained_part(field: &MapField, points: &[Point2], pose: &Pose2, within_m: f64) -> f64 {
    if points.is_empty() {
        return 0.0;
    }
    let near = points
        .iter()
        .filter_map(|it| field.distance_m(&pose.transform(it)))
        .filter(|it| it.abs() <= within_m)
        .count();
    near as f64 / points.len() as f64
}

/// A smooth score of a pose, for choosing where to start: the mean of each point's likelihood.
pub fn likelihood(field: &MapField, points: &[Point2], pose: &Pose2, std_m: f64) -> f64 {
    let sum: f64 = points
        .iter()
        .filter_map(|it| field.distance_m(&pose.transform(it)))
        .map(|it| (-0.5 * (it / std_m).powi(2)).exp())
        .sum();
    sum / points.len().max(1) as f64
}

/// \[0, 1\] The part of the points that a laser at `laser_in_map` could not see from there,
/// because a wall of the map stands between.
pub fn contradicted_part(
    field: &MapField,
    points: &[Point2],
    pose: &Pose2,
    laser_in_map: &Point2,
) -> f64 {
    let hidden = points
        .iter()
        .filter(|it| is_hidden(field, laser_in_map, &pose.transform(it)))
        .count();
    hidden as f64 / points.len().max(1) as f64
}

/// Whether the way from `from` to a little before `to` goes through something.
fn is_hidden(field: &MapField, from: &Point2, to: &Point2) -> bool {
    let length_m = (to - from).norm();
    let direction = (to - from) / length_m.max(1e-6);
    let mut at_m = 0.0;
    while at_m < length_m - 0.2 {
        let Some(distance_m) = field.distance_m(&(from + direction * at_m)) else {
            return true;
        };
        if distance_m < -0.01 {
            return true;
        }
        // Nothing is nearer than the distance: the ray may leap that far.
        at_m += distance_m.max(0.02);
    }
    false
}
