//! The arm, the gripper and the head.
//!
//! For the node there are three things: [`ArmModel`] (what the URDF and the configuration say,
//! shared), [`ArmSequencer`] (carries out an [`ArmTask`], tick by tick) and [`Head`] (looks at
//! points). [`ArmModel::reach_score`] tells navigation whether a base pose lets the arm do
//! something. What stands around goes in as a [`Scene`]; everything the planner computes with is in
//! `base_link`, everything the node says is in `map`.
//!
//! ```text
//! grasp, place ── candidates ──► planning ── postures ──► trajectory ── set points ──► sequence
//!                                  │   ▲
//!                                  ▼   │
//!                                 ik, collision
//! ```

mod collision;
mod config;
mod error;
mod grasp;
mod gripper;
mod head;
mod ik;
mod model;
mod offer;
mod planning;
mod reach;
mod scene;
mod sequence;
mod touch;
mod trajectory;

pub use collision::HeldShape;
pub use config::ArmConfig;
pub use error::ArmError;
pub use grasp::{GraspCandidate, GraspStyle};
pub use gripper::GripperState;
pub use head::{Gaze, Head};
pub use model::{ArmModel, GripperPose, Posture};
pub use reach::ReachQuery;
pub use scene::{Scene, Solid};
pub use sequence::{ArmEvidence, ArmOutcome, ArmSequencer, ArmTask, ArmTick};
pub use trajectory::{Motion, Pace};

#[cfg(test)]
pub(crate) mod tests;
