//! What the dialogue and the hands remember from one command to the next.

use crate::ast::ObjectRef;
use hearth_types::{ObjectId, Point2, Point3, Pose2};

/// What the gripper is believed to hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    /// Its track when it was taken.
    pub(crate) object: ObjectId,
    /// The catalogue items it may be, likeliest first.
    pub(crate) items: Vec<String>,
    /// \[m\] As perceived.
    pub(crate) size_m: [f64; 3],
    /// \[m\] From the gripper's centre to its bottom.
    pub(crate) below_m: f64,
    /// The place it was taken from.
    pub(crate) origin: Option<String>,
    /// What it is called.
    pub(crate) what: ObjectRef,
}

/// A thing that was spoken of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mention {
    pub(crate) what: ObjectRef,
    pub(crate) object: Option<ObjectId>,
    pub(crate) origin: Option<String>,
    /// Where it was last seen.
    pub(crate) seen_in_map: Option<Point3>,
}

/// Whom the robot obeys, and what was mentioned.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    pub(crate) thing: Option<Mention>,
    pub(crate) place: Option<String>,
    pub(crate) room: Option<String>,
    /// A person of the home.
    pub(crate) person: Option<String>,
    /// Where whoever gave the last command stands.
    pub(crate) speaker_in_map: Option<Point2>,
    /// Whether that rests on a sighting.
    pub(crate) speaker_seen: bool,
    /// Where the robot stood when it was first spoken to.
    pub(crate) spoken_at_in_map: Option<Pose2>,
    pub(crate) held: Option<Held>,
    /// Something fell out of the gripper since it was last picked up.
    pub(crate) dropped: bool,
    /// Things that the fingers felt to be something else than they were taken for.
    pub(crate) mistaken: Vec<ObjectId>,
}
