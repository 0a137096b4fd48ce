//! Units, frames, stamps and messages that Hearth's nodes exchange.
//!
//! Conventions, everywhere in Hearth:
//! - SI units; a quantity's name ends in its unit (`_m`, `_rad`, `_m_s`, `_rad_s`, `_secs`).
//! - Frames follow REP 103 and REP 105: `map -> odom -> base_link`, x forward, y left, z up.
//! - Transforms are named `target_from_source`; a point's name ends in its frame (`goal_in_map`).
//! - "Unknown" is an `Option`, never a NaN or a sentinel.
//!
//! This crate does no IO, reads no clock and depends on no other Hearth crate.

pub mod check;
pub mod command;
pub mod geometry;
pub mod home;
pub mod message;
pub mod motion;
pub mod navigation;
pub mod node;
pub mod query;
pub mod robot;
pub mod safety;
pub mod sensor;
pub mod speech;
pub mod task;
pub mod time;
pub mod world;

pub use check::{Checked, RangeError};
pub use command::{ActuatorFrame, BaseCommand, JointCommand, JointTarget, MAX_JOINTS};
pub use geometry::{Isometry3, OrientedRect, Point2, Point3, Pose2, Vector3, wrap_angle};
pub use home::{
    CatalogueItem, Category, Home, Kind, Names, OccupancyGrid, PersonEntry, Place, Room, Side,
    Surface,
};
pub use message::{Fault, Message, Topic};
pub use motion::{
    Approach, GraspTarget, MotionEvidence, MotionFailure, MotionGoal, MotionId, MotionReport,
    MotionRequest, MotionState, PlaceTarget,
};
pub use navigation::{NavGoal, NavState, NavStatus};
pub use node::{Node, Outbox};
pub use query::{MOST_PHRASES, PhraseMatch, Queries, VisualAnswer, VisualQuestion, match_of};
pub use robot::RobotParams;
pub use safety::{EStop, GateReport, GateVerdict, Heartbeat, Watched};
pub use sensor::{
    Imu, Intrinsics, JointStates, LaserScan, Localization, Odometry, PoseHint, RgbdFrame,
};
pub use speech::{
    Heard, HowHeard, Language, MouthOrder, MouthReport, PlayedSound, Say, Sound, SoundSource,
    Utterance,
};
pub use task::{Evidence, PlanStep, StepState, TaskEvent, TaskId, TaskVerdict};
pub use time::Stamp;
pub use world::{
    BasicColour, Colour, Detection, Detections, Gesture, Hypothesis, ObjectId, PersonId, Posture,
    ShapeCue, SurfaceView, World, WorldObject, WorldPerson,
};
