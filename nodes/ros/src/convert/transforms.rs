//! Poses and transforms.

use super::text;
use super::time;
use hearth_types::{Isometry3, Point2, Point3, Pose2, Stamp, wrap_angle};
use r2r::geometry_msgs::msg::{
    Point, Pose, Pose2D, Quaternion, Transform, TransformStamped, Vector3,
};
use r2r::std_msgs::msg::Header;

/// A header.
pub fn header(stamp: Stamp, frame: &str) -> Header {
    Header {
        stamp: time::to_ros(stamp),
        frame_id: text::to_ros(frame),
    }
}

/// A rotation about z.
pub fn quaternion(yaw_rad: f64) -> Quaternion {
    let (sin, cos) = (yaw_rad / 2.0).sin_cos();
    Quaternion {
        x: 0.0,
        y: 0.0,
        z: sin,
        w: cos,
    }
}

/// The heading of a rotation; `None` if it is not one.
pub fn yaw_rad(rotation: &Quaternion) -> Option<f64> {
    let Quaternion { x, y, z, w } = *rotation;
    let norm = (x * x + y * y + z * z + w * w).sqrt();
    // Spelled so that NaN is refused.
    if !(norm > 0.5 && norm < 2.0) {
        return None;
    }
    let yaw = (2.0 * (w * z + x * y)).atan2(w * w + x * x - y * y - z * z);
    Some(wrap_angle(yaw))
}

/// In the plane.
pub fn pose2d(pose: &Pose2) -> Pose2D {
    Pose2D {
        x: pose.x_m,
        y: pose.y_m,
        theta: pose.yaw_rad,
    }
}

/// In the plane; the angle is wrapped. Not checked for being finite.
pub fn pose2(pose: &Pose2D) -> Pose2 {
    Pose2 {
        x_m: pose.x,
        y_m: pose.y,
        yaw_rad: if pose.theta.is_finite() {
            wrap_angle(pose.theta)
        } else {
            pose.theta
        },
    }
}

/// In space.
pub fn pose(pose: &Pose2) -> Pose {
    Pose {
        position: point(&Point3::new(pose.x_m, pose.y_m, 0.0)),
        orientation: quaternion(pose.yaw_rad),
    }
}

/// A point.
pub fn point(point: &Point3) -> Point {
    Point {
        x: point.x,
        y: point.y,
        z: point.z,
    }
}

/// A point on the floor.
pub fn floor_point(point: &Point2) -> Point {
    Point {
        x: point.x,
        y: point.y,
        z: 0.0,
    }
}

/// A point.
pub fn point3(point: &Point) -> Point3 {
    Point3::new(point.x, point.y, point.z)
}

/// A planar transform.
pub fn planar(stamp: Stamp, parent: &str, child: &str, it: &Pose2) -> TransformStamped {
    TransformStamped {
        header: header(stamp, parent),
        child_frame_id: text::to_ros(child),
        transform: Transform {
            translation: Vector3 {
                x: it.x_m,
                y: it.y_m,
                z: 0.0,
            },
            rotation: quaternion(it.yaw_rad),
        },
    }
}

/// A transform in space.
pub fn spatial(stamp: Stamp, parent: &str, child: &str, it: &Isometry3) -> TransformStamped {
    let q = it.rotation.quaternion();
    TransformStamped {
        header: header(stamp, parent),
        child_frame_id: text::to_ros(child),
        transform: Transform {
            translation: Vector3 {
                x: it.translation.x,
                y: it.translation.y,
                z: it.translation.z,
            },
            rotation: Quaternion {
                x: q.i,
                y: q.j,
                z: q.k,
                w: q.w,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_heading_survives_the_way_there_and_back(angle in -3.1..3.1f64) {
            let back = yaw_rad(&quaternion(angle)).expect("a rotation");
            prop_assert!((back - angle).abs() < 1e-9);
        }

        #[test]
        fn any_quaternion_gives_a_heading_or_none(x: f64, y: f64, z: f64, w: f64) {
            if let Some(yaw) = yaw_rad(&Quaternion { x, y, z, w }) {
                prop_assert!(yaw.is_finite());
            }
        }
    }

    #[test]
    fn what_is_no_rotation_has_no_heading() {
        for q in [[0.0; 4], [f64::NAN, 0.0, 0.0, 1.0], [9.0, 0.0, 0.0, 0.0]] {
            let [x, y, z, w] = q;
            assert_eq!(yaw_rad(&Quaternion { x, y, z, w }), None, "{q:?}");
        }
    }
}
