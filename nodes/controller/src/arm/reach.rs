//! For navigation: what the arm could do from a base pose.

use super::collision::Margins;
use super::planning::Planner;
use super::{ArmModel, GraspCandidate, Scene, grasp};
use hearth_types::{GraspTarget, ObjectId, Point3, Pose2, ShapeCue};

/// What is to be reached.
#[derive(Clone, Debug, PartialEq)]
pub enum ReachQuery {
    /// This thing, by any of its grasps.
    Grasp(GraspTarget),
    /// Something at this point, from the side or from above.
    Point {
        /// Where.
        target_in_map: Point3,
        /// \[m\] Free height above what it stands on, where a board limits it.
        headroom_m: Option<f64>,
    },
}

impl ArmModel {
    /// How well the arm reaches the target from this base pose, in (0, 1\]; `None` if it does not.
    /// `scene` is what stands around, seen from that base pose. Looks at the postures at and before
    /// the target; whether a way leads there shows when the motion is planned.
    pub fn reach_score(
        &self,
        base_in_map: &Pose2,
        query: &ReachQuery,
        scene: &Scene,
    ) -> Option<f64> {
        let (target, target_in_map) = match query {
            ReachQuery::Grasp(target) => (target.clone(), target.centre_in_map),
            ReachQuery::Point {
                target_in_map,
                headroom_m,
            } => (nominal(target_in_map, *headroom_m), *target_in_map),
        };
        let near = base_in_map
            .inverse()
            .transform(&target_in_map.xy())
            .coords
            .norm();
        // No arm of a home robot is longer; spares the search from poses across the room.
        if !(0.2..1.5).contains(&near) {
            return None;
        }
        let planner = Planner { arm: self, scene };
        let max_opening_m = 2.0 * self.gripper.upper;
        let candidates = grasp::candidates(&target, base_in_map, max_opening_m);
        let mut best: Option<f64> = None;
        for candidate in candidates.iter().take(24) {
            let could_be = 1.0 / (1.0 + candidate.cost.max(0.0));
            if best.is_some_and(|it| it >= could_be) {
                break;
            }
            if let Some(ease) = self.ease(&planner, &candidate) {
                let score = could_be * (0.5 + 0.5 * ease);
                best = Some(best.map_or(score, |it| it.max(score)));
            }
        }
        best
    }

    /// How far from its limits the arm is at the pose and before it, in \[0, 1\].
    fn ease(&self, planner: &Planner, candidate: &GraspCandidate) -> Option<f64> {
        let pose = &candidate.pose;
        let solutions = self.solve(pose, &self.stow);
        solutions.iter().find_map(|at| {
            if !self.is_clear(at, planner.scene, None, Margins::CONTACT) {
                return None;
            }
            planner.approach(at, candidate)?;
            planner.lift(at, candidate)?;
            let room = self.joints.iter().filter(|it| !it.slides).map(|it| {
                let to_limit = (at[it.index] - it.lower).min(it.upper - at[it.index]);
                (to_limit / 0.3).clamp(0.0, 1.0)
            });
            Some(room.fold(1.0, f64::min))
        })
    }
}

/// Something of middling size at the point.
fn nominal(point: &Point3, headroom_m: Option<f64>) -> GraspTarget {
    GraspTarget {
        object: ObjectId(0),
        centre_in_map: Point3::new(point.x, point.y, point.z + 0.04),
        yaw_rad: 0.0,
        size_m: [0.06, 0.06, 0.08],
        shape: ShapeCue::Cylinder,
        support_height_m: point.z,
        headroom_m,
        variant: 0,
    }
}
