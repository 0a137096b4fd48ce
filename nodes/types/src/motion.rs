//! The contract between the planner's skills and the controller's motions.
//!
//! The controller carries out one motion at a time. A new request supersedes the running one,
//! which then reports [`MotionFailure::Superseded`]. Every request ends in exactly one report
//! that is not [`MotionState::Running`].

use crate::{ObjectId, Point2, Point3, Pose2, ShapeCue, Stamp};

/// Identity of a request, chosen by the planner, increasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MotionId(pub u64);

/// Asks the controller for a motion.
#[derive(Clone, Debug, PartialEq)]
pub struct MotionRequest {
    /// When it was decided.
    pub stamp: Stamp,
    /// Its identity.
    pub id: MotionId,
    /// What to do.
    pub goal: MotionGoal,
}

/// What a base pose beside a place must allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Approach {
    /// The camera sees the target well (about 0.6 m to 1.2 m away, not hidden).
    View,
    /// The gripper reaches the target.
    Reach,
}

/// A motion.
#[derive(Clone, Debug, PartialEq)]
pub enum MotionGoal {
    /// Drive to a pose.
    DriveTo {
        /// Where.
        goal_in_map: Pose2,
        /// \[m\]
        tolerance_m: f64,
        /// \[rad\]
        tolerance_rad: f64,
    },
    /// Drive to a collision-free pose beside a place.
    ApproachPlace {
        /// The place's id.
        place: String,
        /// The point of interest; `None` for the middle of the place's (first) surface.
        target_in_map: Option<Point3>,
        /// What the pose must allow.
        approach: Approach,
        /// 0 for the best pose, 1 for the next best from a clearly different direction, …;
        /// [`MotionFailure::NoPose`] when there is none left.
        variant: usize,
    },
    /// Drive to a collision-free pose from which a free-standing target (on the floor, a person's
    /// surroundings) is seen or reached.
    ApproachPoint {
        /// The point of interest.
        target_in_map: Point3,
        /// What the pose must allow.
        approach: Approach,
        /// As for a place.
        variant: usize,
    },
    /// Drive before a person, at a polite distance, facing them.
    ApproachPerson {
        /// Where they are.
        person_in_map: Point2,
    },
    /// Point the camera at a target; turns the base where the neck does not reach.
    LookAt {
        /// The target.
        target_in_map: Point3,
    },
    /// Turn in place by this angle.
    Turn {
        /// \[rad\] Counter-clockwise positive.
        angle_rad: f64,
    },
    /// Open, reach, close, lift, and fold the arm to carry.
    Grasp(GraspTarget),
    /// Put down what is held, let go, withdraw and fold the arm.
    Place(PlaceTarget),
    /// Hold out what is held, and let go when the person pulls.
    Offer {
        /// Where the person is.
        person_in_map: Point2,
        /// \[s\] How long to wait for the pull.
        patience_secs: f64,
    },
    /// Fold the arm for driving, keeping what is held.
    Stow,
    /// Brake to a stand and hold.
    Stop,
}

/// What to grasp, as perceived.
#[derive(Clone, Debug, PartialEq)]
pub struct GraspTarget {
    /// Its identity, so that the controller may follow newer sightings in the world.
    pub object: ObjectId,
    /// The middle of its extent.
    pub centre_in_map: Point3,
    /// \[rad\] Direction of its length in `map`.
    pub yaw_rad: f64,
    /// \[m\] Length, width, height.
    pub size_m: [f64; 3],
    /// Its form.
    pub shape: ShapeCue,
    /// \[m\] Height of what it stands on.
    pub support_height_m: f64,
    /// \[m\] Free height above that, where a board limits it.
    pub headroom_m: Option<f64>,
    /// 0 for the best grasp, 1 for the next best, …
    pub variant: usize,
}

/// Where to put what is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceTarget {
    /// The spot; z is the surface's perceived height.
    pub spot_in_map: Point3,
    /// \[m\] Free height above the surface, where a board limits it.
    pub headroom_m: Option<f64>,
    /// \[m\] From the gripper's centre down to the bottom of what is held, as it was grasped.
    pub held_below_m: f64,
}

/// What the robot's own sensors showed at a motion's end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotionEvidence {
    /// The base, by localisation.
    pub base_in_map: Pose2,
    /// \[m\] Distance between the fingers.
    pub gripper_width_m: f64,
    /// \[N\] Effort of the gripper, positive closes.
    pub gripper_effort_n: f64,
    /// Closed, with effort, on something that keeps the fingers apart.
    pub holding: bool,
    /// \[m\] From the gripper's centre down to the bottom of what is held; after a grasp.
    pub held_below_m: Option<f64>,
    /// The person's pull was felt; after an offer.
    pub pull_felt: bool,
}

/// How a motion goes.
#[derive(Clone, Debug, PartialEq)]
pub enum MotionState {
    /// Under way.
    Running {
        /// What it is at, in a word or two.
        phase: &'static str,
    },
    /// Ended as asked.
    Succeeded(MotionEvidence),
    /// Ended otherwise; the robot stands still.
    Failed {
        /// Why.
        failure: MotionFailure,
        /// What the sensors showed then.
        evidence: MotionEvidence,
    },
}

/// Why a motion failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MotionFailure {
    /// No way around what is in the way.
    #[error("the way is blocked")]
    Blocked,
    /// No (further) pose beside the target is free.
    #[error("there is no free spot to stand")]
    NoPose,
    /// No posture of the arm reaches it.
    #[error("the arm does not reach it")]
    Unreachable,
    /// The fingers closed on nothing.
    #[error("the gripper closed on nothing")]
    MissedGrasp,
    /// It slipped out on the way.
    #[error("it slipped out of the gripper")]
    Dropped,
    /// Nothing is held that could be put down or offered.
    #[error("the gripper is empty")]
    NothingHeld,
    /// Nobody took it.
    #[error("nobody took it")]
    NotTaken,
    /// The arm met resistance on the way.
    #[error("the arm touched something unexpected")]
    Touched,
    /// It took too long.
    #[error("it took too long")]
    TimedOut,
    /// The safety gate holds the robot.
    #[error("the safety gate stopped the robot")]
    Halted,
    /// The robot does not know where it is.
    #[error("the robot has lost its position")]
    Lost,
    /// The request makes no sense: not finite, unknown place, …
    #[error("the request is invalid: {0}")]
    Invalid(String),
    /// A newer request took over.
    #[error("superseded by a newer request")]
    Superseded,
}

/// The controller's report on a motion.
#[derive(Clone, Debug, PartialEq)]
pub struct MotionReport {
    /// When.
    pub stamp: Stamp,
    /// Which motion.
    pub id: MotionId,
    /// How it goes.
    pub state: MotionState,
}
