//! Remembers the poses of an approach, so that its variants are different ones.

use hearth_types::{Approach, Point3, Pose2};

/// \[m\] Targets nearer than this are the same.
const SAME_M: f64 = 0.25;

/// The poses taken for one target, by variant.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    target: Option<(Approach, Point3)>,
    poses: Vec<Pose2>,
}

impl Tried {
    /// The poses of the variants before `variant` of this target, as far as they were taken.
    pub fn before(&mut self, approach: Approach, target: &Point3, variant: usize) -> &[Pose2] {
        let same = self
            .target
            .is_some_and(|(how, what)| how == approach && (what - target).norm() < SAME_M);
        if !same {
            self.poses.clear();
        }
        self.target = Some((approach, *target));
        self.poses.truncate(variant);
        &self.poses
    }

    /// A pose is taken.
    pub fn add(&mut self, pose: Pose2) {
        self.poses.push(pose);
    }
}
