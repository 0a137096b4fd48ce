//! What the safety gate decides, and the emergency stop.

use crate::Stamp;
use serde::{Deserialize, Serialize};

/// A node that gives signs of life. The gate watches those of perception and planner; the controller's show who is
/// there to be asked for motions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watched {
    /// Perception: what it last saw.
    Perception,
    /// The planner: whoever asked for the motion under way.
    Planner,
    /// The controller: whoever carries out motions.
    Controller,
}

/// A sign of life. What a dead node asked for or saw is not acted on for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Up to when the node's knowledge reaches: perception's newest frame, the planner's tick.
    pub stamp: Stamp,
    /// Whose.
    pub node: Watched,
}

/// The gate's verdict on one tick. The order is the severity: the worst that applies is reported.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum GateVerdict {
    /// Passed unchanged.
    #[default]
    Pass,
    /// No command is there; nothing moves.
    Idle,
    /// Clamped to limits of velocity, acceleration or joint range.
    Limited,
    /// Slowed because the arm is not folded or moves while driving.
    ArmMoving,
    /// Slowed because something is near.
    SlowZone,
    /// Stopped: the command's deadline has passed.
    CommandStale,
    /// Stopped: an obstacle is within the stop distance of the motion.
    ObstacleNear,
    /// Stopped: the command was not finite.
    CommandInvalid,
    /// Stopped: the planner, who asked for the motion, gives no sign of life.
    PlannerLost,
    /// Stopped: perception gives no sign of life, or camera frames have ceased.
    PerceptionLost,
    /// Stopped: joint states are missing or too old.
    JointStatesLost,
    /// Stopped: odometry is missing or too old.
    OdometryLost,
    /// Stopped: the scan is missing or too old.
    ScanLost,
    /// Stopped: the robot is tilted, or the IMU is lost while it is required.
    Tilted,
    /// Stopped: the emergency stop is latched.
    EStopped,
}

impl GateVerdict {
    /// Whether the base was brought to a stand.
    pub fn stops_base(self) -> bool {
        self >= Self::CommandStale
    }
}

/// The gate's report, published when the verdict changes and at least once a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GateReport {
    /// The tick.
    pub stamp: Stamp,
    /// The worst that applied.
    pub verdict: GateVerdict,
    /// \[m\] Free distance ahead in the direction of motion, if a scan is there.
    pub clearance_m: Option<f64>,
}

/// Engages or releases the emergency stop. It latches: only an explicit release ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EStop {
    /// When it was given.
    pub stamp: Stamp,
    /// True engages, false releases.
    pub engaged: bool,
}
