//! Driving: what is in the way, the way around it, and the wheels' speeds along it.

pub mod clearance;
pub mod costmap;
pub mod distance;
pub mod dock;
pub mod drive;
pub mod grid;
pub mod potential;
pub mod route;
pub mod tracker;

use hearth_types::{Point2, Pose2, Stamp};

/// Speeds of the base.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Twist {
    /// \[m/s\] Along +x.
    pub forward_m_s: f64,
    /// \[rad/s\] About +z.
    pub yaw_rate_rad_s: f64,
}

impl Twist {
    /// Stands still.
    pub const STOP: Self = Self {
        forward_m_s: 0.0,
        yaw_rate_rad_s: 0.0,
    };

    /// From \[m/s\] and \[rad/s\].
    pub fn new(forward_m_s: f64, yaw_rate_rad_s: f64) -> Self {
        Self {
            forward_m_s,
            yaw_rate_rad_s,
        }
    }
}

/// What driving knows at one tick.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The tick.
    pub now: Stamp,
    /// The base in `map`.
    pub base_in_map: Pose2,
    /// The base's measured speeds.
    pub measured: Twist,
    /// Obstacles.
    pub costmap: &'a costmap::Costmap,
    /// The newest scan's points, where they are now in the base's frame, the near ones only.
    pub points_in_base: &'a [Point2],
}

/// \[m\] With a smaller gap the base must mind what it stands beside before it turns or drives a curve.
const TIGHT_GAP_M: f64 = 0.1;

impl Sight<'_> {
    /// Whether something is near the base.
    fn is_tight(&self) -> bool {
        self.costmap.gap_m(&self.base_in_map.point()) < TIGHT_GAP_M
    }
}
