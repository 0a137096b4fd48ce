//! The contract with a driver outside of the controller, such as Nav2's `navigate_to_pose`.
//!
//! The controller sends a goal and leaves the base alone; the driver's speeds reach the gate as
//! [`BaseCommand`](crate::BaseCommand)s of their own, and the driver says by [`NavStatus`] how it goes.

use crate::{Pose2, Stamp};

/// Where the driver shall take the base, or that it shall stop. A newer one takes the place of the
/// one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NavGoal {
    /// When it was decided.
    pub stamp: Stamp,
    /// Its identity, increasing. What ends a goal carries that goal's id.
    pub id: u64,
    /// Pose of `base_link` in `map`; `None` ends the goal `id`: the driver stops and sends no more speeds.
    pub goal_in_map: Option<Pose2>,
}

/// How the driver gets on with a goal. Sent when that changes, and at least once a second while it drives.
#[derive(Clone, Debug, PartialEq)]
pub struct NavStatus {
    /// When.
    pub stamp: Stamp,
    /// Of the goal.
    pub id: u64,
    /// How it goes.
    pub state: NavState,
}

/// What a driver outside may say of a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NavState {
    /// Taken on, under way.
    Active,
    /// There, as the driver sees it; it sends no more speeds.
    Reached,
    /// Given up; it sends no more speeds.
    Failed {
        /// Why, in words for a log.
        reason: String,
    },
    /// There is no driver, or it does not take goals.
    Unavailable,
}
