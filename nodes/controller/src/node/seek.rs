//! Finds where to stand, a few candidates a tick, so that judging the arm's reach never stalls the node.

use super::job::{Context, Progress};
use crate::approach::{Candidate, distinct};
use crate::arm::ReachQuery;
use crate::nav::Twist;
use hearth_types::{MotionFailure, Point3, Pose2};
use std::collections::VecDeque;

/// Candidates judged a tick.
const EACH_TICK: usize = 2;
/// How much a worse reach costs, against metres to drive.
const REACH_COST: f64 = 1.5;

/// The search for a pose from which the arm reaches something.
#[derive(Clone, Debug)]
pub struct Seek {
    /// What is to be reached, in `map`.
    pub target_in_map: Point3,
    /// The same, as the arm wants it.
    pub query: ReachQuery,
    /// Yet to be judged.
    pub left: VecDeque<Candidate>,
    /// Judged too if none of those will do.
    pub others: Vec<Candidate>,
    /// Found to do.
    pub found: Vec<Candidate>,
    /// Poses of earlier variants.
    pub used: Vec<Pose2>,
    /// Variants to leave out beyond those.
    pub skip: usize,
}

impl Seek {
    /// One tick: the poses, best first, when all are judged.
    pub fn tick(&mut self, context: &Context<'_>) -> Result<Option<Vec<Pose2>>, Progress> {
        for _ in 0..EACH_TICK {
            if self.left.is_empty() && self.found.is_empty() {
                self.left = std::mem::take(&mut self.others).into();
            }
            let Some(mut candidate) = self.left.pop_front() else {
                return self.choose(context).map(Some);
            };
            let base = &candidate.base_in_map;
            if let Some(score) = context.limbs.reach(base, &self.query, context.world) {
                candidate.cost += REACH_COST * (1.0 - score);
                self.found.push(candidate);
            }
        }
        Ok(None)
    }

    fn choose(&mut self, context: &Context<'_>) -> Result<Vec<Pose2>, Progress> {
        let apart_rad = context.config.approach.variant_angle_rad;
        let found = std::mem::take(&mut self.found);
        let best = distinct(found, apart_rad, &self.used, &self.target_in_map.xy());
        let poses: Vec<Pose2> = best
            .into_iter()
            .skip(self.skip)
            .map(|it| it.base_in_map)
            .collect();
        if poses.is_empty() {
            return Err(Progress::Failed(MotionFailure::NoPose));
        }
        Ok(poses)
    }

    /// What is reported meanwhile.
    pub fn under_way() -> Progress {
        Progress::Go(Twist::STOP, "choosing where to stand")
    }
}
