//! For navigation: what the arm could do from a base pose.

use super::collision::Margins;
use super::planning::{Held, PLACE_TURNS, Planner};
use super::{ArmModel, GraspCandidate, Posture, Scene, grasp};
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
    /// What is in the gripper, held as it is, put down on this spot.
    Place {
        /// The spot; z is the surface's height.
        spot_in_map: Point3,
        /// \[m\] Free height above the surface, where a board limits it.
        headroom_m: Option<f64>,
    },
}

impl ReachQuery {
    /// What is to be reached, in `map`.
    pub(crate) fn target_in_map(&self) -> Point3 {
        match self {
            Self::Grasp(target) => target.centre_in_map,
            Self::Point { target_in_map, .. } => *target_in_map,
            Self::Place { spot_in_map, .. } => *spot_in_map,
        }
    }
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
        self.reach_score_with(base_in_map, query, scene, None)
    }

    /// The same with something in the gripper.
    pub(crate) fn reach_score_with(
        &self,
        base_in_map: &Pose2,
        query: &ReachQuery,
        scene: &Scene,
        held: Option<&Held>,
    ) -> Option<f64> {
        let target_in_map = query.target_in_map();
        let flat = base_in_map.inverse().transform(&target_in_map.xy());
        // No arm of a home robot is longer; spares the search from poses across the room.
        if !(0.2..1.5).contains(&flat.coords.norm()) {
            return None;
        }
        let planner = Planner { arm: self, scene };
        let target = match (query, held) {
            (ReachQuery::Grasp(target), _) => target.clone(),
            (ReachQuery::Place { headroom_m, .. }, Some(held)) => {
                let spot = Point3::new(flat.x, flat.y, target_in_map.z);
                return self.place_score(&planner, &spot, *headroom_m, held);
            }
            (ReachQuery::Point { headroom_m, .. } | ReachQuery::Place { headroom_m, .. }, _) => {
                nominal(&target_in_map, *headroom_m)
            }
        };
        let max_opening_m = 2.0 * self.gripper.upper;
        let candidates = grasp::candidates(&target, base_in_map, max_opening_m);
        let mut best: Option<f64> = None;
        for candidate in candidates.iter().take(24) {
            let could_be = 1.0 / (1.0 + candidate.cost.max(0.0));
            if best.is_some_and(|it| it >= could_be) {
                break;
            }
            if let Some(ease) = self.ease(&planner, candidate) {
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
            Some(self.room_to_limits(at))
        })
    }

    /// How well what is held can be put on a spot in `base_link`, by the easiest of the headings.
    fn place_score(
        &self,
        planner: &Planner,
        spot: &Point3,
        headroom_m: Option<f64>,
        held: &Held,
    ) -> Option<f64> {
        let mut best: Option<f64> = None;
        for turn in PLACE_TURNS {
            let could_be = 1.0 / (1.0 + 0.4 * f64::abs(turn));
            if best.is_some_and(|it| it >= could_be) {
                break;
            }
            let heading_rad = spot.y.atan2(spot.x) + turn;
            let lowering = planner.lowering(spot, headroom_m, held, heading_rad, &self.stow);
            if let Some(at) = lowering.first().map(|it| it.at) {
                let score = could_be * (0.5 + 0.5 * self.room_to_limits(&at));
                best = Some(best.map_or(score, |it| it.max(score)));
            }
        }
        best
    }

    /// How far the turning joints are from their limits, in \[0, 1\].
    fn room_to_limits(&self, at: &Posture) -> f64 {
        let room = self.joints.iter().filter(|it| !it.slides).map(|it| {
            let to_limit = (at[it.index] - it.lower).min(it.upper - at[it.index]);
            (to_limit / 0.3).clamp(0.0, 1.0)
        });
        room.fold(1.0, f64::min)
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
