//! Poses and angles.

use serde::{Deserialize, Serialize};

/// A point in the plane, in metres.
pub type Point2 = nalgebra::Point2<f64>;
/// A point in space, in metres.
pub type Point3 = nalgebra::Point3<f64>;
/// A vector in space.
pub type Vector3 = nalgebra::Vector3<f64>;
/// A rigid transform in space.
pub type Isometry3 = nalgebra::Isometry3<f64>;

/// `angle_rad` wrapped to (-pi, pi]. Non-finite input gives zero.
pub fn wrap_angle(angle_rad: f64) -> f64 {
    use std::f64::consts::{PI, TAU};
    if !angle_rad.is_finite() {
        return 0.0;
    }
    let wrapped = angle_rad.rem_euclid(TAU);
    if wrapped > PI { wrapped - TAU } else { wrapped }
}

/// A planar rigid transform, or the pose it gives to its source frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pose2 {
    /// \[m\] Along x.
    pub x_m: f64,
    /// \[m\] Along y.
    pub y_m: f64,
    /// \[rad\] About +z, counter-clockwise positive.
    pub yaw_rad: f64,
}

impl Pose2 {
    /// A pose from metres and radians.
    pub fn new(x_m: f64, y_m: f64, yaw_rad: f64) -> Self {
        Self {
            x_m,
            y_m,
            yaw_rad: wrap_angle(yaw_rad),
        }
    }

    /// The translation as a point.
    pub fn point(&self) -> Point2 {
        Point2::new(self.x_m, self.y_m)
    }

    /// `a_from_b.compose(&b_from_c)` is `a_from_c`.
    #[must_use]
    pub fn compose(&self, other: &Self) -> Self {
        let moved = self.transform(&other.point());
        Self::new(moved.x, moved.y, self.yaw_rad + other.yaw_rad)
    }

    /// `a_from_b.inverse()` is `b_from_a`.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let (sin, cos) = self.yaw_rad.sin_cos();
        Self::new(
            -(cos * self.x_m + sin * self.y_m),
            sin * self.x_m - cos * self.y_m,
            -self.yaw_rad,
        )
    }

    /// The point, given in the source frame, in the target frame.
    pub fn transform(&self, point: &Point2) -> Point2 {
        let (sin, cos) = self.yaw_rad.sin_cos();
        Point2::new(
            self.x_m + cos * point.x - sin * point.y,
            self.y_m + sin * point.x + cos * point.y,
        )
    }

    /// The same transform in space: z, roll and pitch are zero.
    pub fn to_isometry3(&self) -> Isometry3 {
        Isometry3::new(
            Vector3::new(self.x_m, self.y_m, 0.0),
            Vector3::new(0.0, 0.0, self.yaw_rad),
        )
    }

    /// \[m\] Distance between the two translations.
    pub fn distance_m(&self, other: &Self) -> f64 {
        (self.point() - other.point()).norm()
    }

    /// \[rad\] The heading from this pose's translation towards `point`.
    pub fn heading_to_rad(&self, point: &Point2) -> f64 {
        (point.y - self.y_m).atan2(point.x - self.x_m)
    }

    /// Whether every component is finite.
    pub fn is_finite(&self) -> bool {
        self.x_m.is_finite() && self.y_m.is_finite() && self.yaw_rad.is_finite()
    }
}

/// A rectangle in the map's plane, at any angle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrientedRect {
    /// Its centre and the direction of its first side, in `map`.
    pub centre_in_map: Pose2,
    /// \[m\] Length of its sides along its own x and y.
    pub size_m: [f64; 2],
}

impl OrientedRect {
    /// The point in the rectangle's own frame (origin at its centre).
    pub fn local(&self, point_in_map: &Point2) -> Point2 {
        self.centre_in_map.inverse().transform(point_in_map)
    }

    /// Whether the point lies within the rectangle grown by `margin_m` on each side.
    pub fn contains(&self, point_in_map: &Point2, margin_m: f64) -> bool {
        let local = self.local(point_in_map);
        local.x.abs() <= self.size_m[0] / 2.0 + margin_m
            && local.y.abs() <= self.size_m[1] / 2.0 + margin_m
    }

    /// \[m\] Distance from the point to the rectangle; zero inside it.
    pub fn distance_m(&self, point_in_map: &Point2) -> f64 {
        let local = self.local(point_in_map);
        let dx = (local.x.abs() - self.size_m[0] / 2.0).max(0.0);
        let dy = (local.y.abs() - self.size_m[1] / 2.0).max(0.0);
        dx.hypot(dy)
    }

    /// The corners in `map`, counter-clockwise.
    pub fn corners_in_map(&self) -> [Point2; 4] {
        let (hx, hy) = (self.size_m[0] / 2.0, self.size_m[1] / 2.0);
        [(-hx, -hy), (hx, -hy), (hx, hy), (-hx, hy)]
            .map(|(x, y)| self.centre_in_map.transform(&Point2::new(x, y)))
    }
}
