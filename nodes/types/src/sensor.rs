//! What sensors and drivers report. Values cross nodes as `Arc`s.

use crate::{Point3, Pose2, Stamp};

/// Pinhole camera model without distortion; pixel (0, 0) is the centre of the top-left pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intrinsics {
    /// \[px\] Focal length along the image's x.
    pub fx: f64,
    /// \[px\] Focal length along the image's y.
    pub fy: f64,
    /// \[px\] Principal point.
    pub cx: f64,
    /// \[px\] Principal point.
    pub cy: f64,
}

impl Intrinsics {
    /// The point that pixel (u, v) sees at `depth_m` along the optical axis, in the optical
    /// frame (x right, y down, z forward).
    pub fn unproject(&self, u: f64, v: f64, depth_m: f64) -> Point3 {
        Point3::new(
            (u - self.cx) / self.fx * depth_m,
            (v - self.cy) / self.fy * depth_m,
            depth_m,
        )
    }

    /// Where the point, given in the optical frame, appears; `None` behind the camera.
    pub fn project(&self, point_in_optical: &Point3) -> Option<(f64, f64)> {
        (point_in_optical.z > 1e-6).then(|| {
            (
                self.fx * point_in_optical.x / point_in_optical.z + self.cx,
                self.fy * point_in_optical.y / point_in_optical.z + self.cy,
            )
        })
    }
}

/// A colour image with depth registered to it.
///
/// Frame: the camera's optical frame (x right, y down, z forward), `camera_optical_frame`.
#[derive(Clone, Debug, PartialEq)]
pub struct RgbdFrame {
    /// When the exposure happened.
    pub stamp: Stamp,
    /// \[px\] Image width.
    pub width: usize,
    /// \[px\] Image height.
    pub height: usize,
    /// 8-bit sRGB, row-major from the top left, 3 bytes a pixel.
    pub rgb: Vec<u8>,
    /// \[m\] Depth along the optical axis, row-major; 0 where the sensor has none.
    pub depth_m: Vec<f32>,
    /// Of both images.
    pub intrinsics: Intrinsics,
}

/// One turn of a planar lidar. Frame: `laser_link`.
#[derive(Clone, Debug, PartialEq)]
pub struct LaserScan {
    /// When the turn ended.
    pub stamp: Stamp,
    /// \[rad\] Direction of the first ray.
    pub angle_min_rad: f64,
    /// \[rad\] From one ray to the next.
    pub angle_increment_rad: f64,
    /// \[m\] Shorter ranges are invalid.
    pub range_min_m: f64,
    /// \[m\] Longer ranges are invalid.
    pub range_max_m: f64,
    /// \[m\] As in `sensor_msgs/LaserScan`: `+inf` where nothing is in range, below
    /// `range_min_m` or NaN where the measurement is invalid.
    pub ranges_m: Vec<f32>,
}

/// Dead reckoning from the wheels. Drifts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odometry {
    /// When it was measured.
    pub stamp: Stamp,
    /// Pose of `base_link` in `odom`.
    pub odom_from_base: Pose2,
    /// \[m/s\] Speed along the base's +x.
    pub forward_m_s: f64,
    /// \[rad/s\] Rate about +z.
    pub yaw_rate_rad_s: f64,
}

/// Inertial measurement. Frame: `imu_link`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Imu {
    /// When it was measured.
    pub stamp: Stamp,
    /// \[rad/s\] Angular velocity about x, y, z.
    pub angular_velocity_rad_s: [f64; 3],
    /// \[m/s^2\] Specific force along x, y, z: at rest (0, 0, +9.81).
    pub linear_acceleration_m_s2: [f64; 3],
}

/// Measured joints, in the order of the robot model's actuated joints (`hearth-urdf`).
#[derive(Clone, Debug, PartialEq)]
pub struct JointStates {
    /// When they were measured.
    pub stamp: Stamp,
    /// \[rad\] or \[m\].
    pub position: Vec<f64>,
    /// \[rad/s\] or \[m/s\].
    pub velocity: Vec<f64>,
    /// \[N m\] or \[N\] What the motor exerts; for the gripper, positive closes.
    pub effort: Vec<f64>,
}

/// Where the robot is, as somebody knows who has not measured it: a person with a map before them, or the robot itself
/// from before it was started anew. Localisation begins again there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoseHint {
    /// When it was given.
    pub stamp: Stamp,
    /// Pose of `base_link` in `map`.
    pub base_in_map: Pose2,
    /// \[m\] One standard deviation of the position.
    pub position_std_m: f64,
    /// \[rad\] One standard deviation of the heading.
    pub yaw_std_rad: f64,
}

/// Where the robot is, as localisation sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Localization {
    /// The measurement it rests on.
    pub stamp: Stamp,
    /// Corrects the odometry's drift: pose of `odom` in `map`.
    pub map_from_odom: Pose2,
    /// \[m\] One standard deviation of the position.
    pub position_std_m: f64,
    /// \[rad\] One standard deviation of the heading.
    pub yaw_std_rad: f64,
}
