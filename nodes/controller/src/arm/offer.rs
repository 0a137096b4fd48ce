//! Holding out: where the hand goes for a person.

use super::collision::Margins;
use super::grasp::GraspStyle;
use super::planning::{Held, Planner};
use super::{GripperPose, Posture};
use hearth_types::{Point2, Point3, wrap_angle};

/// \[m\] Distance that stays between the hand and the middle of the person.
const PERSON_GAP_M: f64 = 0.42;
/// \[m\] How far fingers rise while they turn out of a thing.
const RISE_M: f64 = 0.06;

impl Planner<'_> {
    /// The way to a posture that holds something out towards a person, in `base_link`.
    pub(crate) fn offer(
        &self,
        person: &Point2,
        held: &Held,
        from: &Posture,
    ) -> Option<Vec<Posture>> {
        let bearing = person.y.atan2(person.x);
        let reach = (person.coords.norm() - PERSON_GAP_M).clamp(0.36, 0.58);
        let turns = [0.0, 0.25, -0.25, 0.5, -0.5];
        let shorter = [0.0, 0.08, 0.16]
            .into_iter()
            .flat_map(|s| turns.map(|t| (s, t)));
        let lower = [0.0, 0.1, 0.2];
        for ((shorter, turn), lower) in shorter.flat_map(|it| lower.map(|lower| (it, lower))) {
            let height = self.arm.config.offer_height_m - lower;
            let reach = (reach - shorter).max(0.32);
            let (sin, cos) = bearing.sin_cos();
            let goal = GripperPose {
                position: Point3::new(reach * cos, reach * sin, height),
                heading_rad: wrap_angle(bearing + turn),
                pitch_rad: held.pitch_rad,
            };
            for at in self.arm.solve(&goal, from) {
                if !self
                    .arm
                    .is_clear(&at, self.scene, Some(&held.shape), Margins::TRAVEL)
                {
                    continue;
                }
                if self.let_slide(&at, held.style).is_none() {
                    continue;
                }
                if let Some(way) = self.travel(from, &at, Some(&held.shape)) {
                    return Some(way);
                }
            }
        }
        None
    }

    /// Out of what a person pulls. Fingers that point down turn towards the person, where they
    /// are: a finger inside a hollow would keep it; off one that points along the pull it slides.
    pub(crate) fn let_slide(&self, from: &Posture, style: GraspStyle) -> Option<Vec<Posture>> {
        let pose = self.arm.gripper_pose(from);
        if pose.pitch_rad < 0.3 {
            return self.back_off(from, style);
        }
        let mut turned = vec![*from];
        let count = (pose.pitch_rad / 0.1).ceil() as usize;
        for step in 1..=count {
            let share = step as f64 / count as f64;
            let goal = GripperPose {
                pitch_rad: pose.pitch_rad * (1.0 - share),
                // Over the edge of a hollow.
                ..pose.raised(RISE_M * share)
            };
            let last = turned.last()?;
            let next = self.arm.solve_from(&goal, last)?;
            if self.arm.distance_rad(last, &next) > 0.5 {
                return None;
            }
            turned.push(next);
        }
        Some(turned)
    }
}
