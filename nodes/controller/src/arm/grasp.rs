//! Ways to grasp a thing, from what perception says of it.

use super::GripperPose;
use hearth_types::{GraspTarget, Point3, Pose2, ShapeCue, Vector3, wrap_angle};
use std::f64::consts::{FRAC_PI_2, PI};

/// How the hand comes to the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraspStyle {
    /// From the side, or slanting from above.
    Side,
    /// From straight above, around it.
    Top,
    /// From straight above, one finger inside its hollow.
    Rim,
}

/// One way to grasp, in `base_link`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraspCandidate {
    /// How.
    pub style: GraspStyle,
    /// The gripper when it closes.
    pub pose: GripperPose,
    /// \[m\] Opening before it closes.
    pub opening_m: f64,
    /// \[m\] What is expected between the fingers.
    pub width_m: f64,
    /// \[m\] From where it goes straight to the thing.
    pub standoff_m: f64,
    /// \[m\] From at least so far, or the fingers would sweep over the thing.
    pub least_standoff_m: f64,
    /// \[m\] How far it lifts before it withdraws, where there is room.
    pub lift_m: f64,
    /// Lower is better.
    pub cost: f64,
}

/// \[m\] Widest opening of the gripper that a thing may fill.
const GRASPABLE_M: f64 = 0.088;
/// \[m\] Fingers reach this far beyond the gripper's centre.
const FINGERTIP_M: f64 = 0.02;
/// \[m\] From the gripper's centre to where the palm begins.
const PALM_M: f64 = 0.05;
/// \[m\] Half the hand's thickness with room to spare, when it points sideways.
const HAND_HALF_HEIGHT_M: f64 = 0.026;
/// \[m\] Room that fingers keep above what the thing stands on.
const FINGER_GAP_M: f64 = 0.007;

/// \[rad\] Slanting from so far above reaches low things further away than straight from above.
const STEEP_RAD: f64 = 1.15;

/// All ways to grasp that fit the thing's size and form, the most promising first. The gripper's
/// greatest opening is `max_opening_m`. Empty for what is too wide, or not finite.
pub(crate) fn candidates(
    target: &GraspTarget,
    base_in_map: &Pose2,
    max_opening_m: f64,
) -> Vec<GraspCandidate> {
    let Some(thing) = Thing::new(target, base_in_map, max_opening_m) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    thing.side(&mut found);
    thing.top(&mut found);
    thing.rim(&mut found);
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    found
}

/// The target in `base_link`.
struct Thing {
    centre: Point3,
    yaw_rad: f64,
    size: [f64; 3],
    shape: ShapeCue,
    bottom: f64,
    headroom_m: Option<f64>,
    /// Direction from the robot to it.
    bearing_rad: f64,
    max_opening_m: f64,
}

impl Thing {
    fn new(target: &GraspTarget, base_in_map: &Pose2, max_opening_m: f64) -> Option<Self> {
        let numbers = target.size_m.iter().chain(target.centre_in_map.iter());
        let mut numbers = numbers.chain([&target.yaw_rad, &target.support_height_m]);
        if !numbers.all(|it| it.is_finite()) || !base_in_map.is_finite() {
            return None;
        }
        let base_from_map = base_in_map.inverse();
        let flat = base_from_map.transform(&target.centre_in_map.xy());
        // What perception measured may fall short of the support by a millimetre or two.
        let top = target.centre_in_map.z + target.size_m[2].max(0.005) / 2.0;
        let height = (top - target.support_height_m).max(0.008);
        let centre = Point3::new(flat.x, flat.y, target.support_height_m + height / 2.0);
        Some(Self {
            centre,
            yaw_rad: target.yaw_rad + base_from_map.yaw_rad,
            size: [
                target.size_m[0].max(0.005),
                target.size_m[1].max(0.005),
                height,
            ],
            shape: target.shape,
            bottom: target.support_height_m,
            headroom_m: target.headroom_m.filter(|it| it.is_finite()),
            bearing_rad: flat.y.atan2(flat.x),
            max_opening_m,
        })
    }

    /// Seen from above it looks the same from all sides.
    fn is_round(&self) -> bool {
        use ShapeCue::{Bowl, Cup, Cylinder, Sphere};
        let aspect = self.size[0] / self.size[1];
        match self.shape {
            Cylinder | Sphere | Bowl => aspect < 1.25,
            // Longer by little may be a handle.
            Cup => aspect < ShapeCue::HANDLE_FROM,
            _ => false,
        }
    }

    /// Headings along which the fingers close across it, with the width there.
    fn headings(&self) -> Vec<(f64, f64)> {
        if self.is_round() {
            let width = (self.size[0] + self.size[1]) / 2.0;
            let offsets = [0.0, 0.3, -0.3, 0.6, -0.6, 0.9, -0.9, 1.3, -1.3];
            return offsets.map(|it| (self.bearing_rad + it, width)).to_vec();
        }
        let along = [(0.0, self.size[1]), (PI, self.size[1])];
        let across = [(FRAC_PI_2, self.size[0]), (-FRAC_PI_2, self.size[0])];
        // A few degrees to either side still close well on flat faces and ease the reach.
        let all = along.into_iter().chain(across);
        all.flat_map(|(turn, width)| {
            [0.0, 0.12, -0.12].map(|it| (self.yaw_rad + turn + it, width + it.abs() * 0.03))
        })
        .collect()
    }

    fn opening(&self, width: f64) -> f64 {
        (width + 0.045).min(self.max_opening_m)
    }

    fn lift(&self, bottom_of_hand: f64, top: f64) -> f64 {
        let wanted = 0.09;
        match self.headroom_m {
            // Room above the hand or the thing, whichever is higher.
            Some(headroom) => {
                (self.bottom + headroom - top.max(bottom_of_hand) - 0.02).clamp(0.015, wanted)
            }
            None => wanted,
        }
    }

    fn side(&self, found: &mut Vec<GraspCandidate>) {
        let height = self.size[2];
        for (heading_rad, width_m) in self.headings() {
            if width_m > GRASPABLE_M {
                continue;
            }
            // How far the thing reaches along the approach: the palm must not hit it.
            let depth = if self.is_round() {
                width_m
            } else {
                self.extent_along(heading_rad)
            };
            let back = (depth / 2.0 - PALM_M + 0.006).max(0.0);
            for pitch_rad in [0.0_f64, 0.45, 0.8, STEEP_RAD] {
                let tip_drop = FINGERTIP_M * pitch_rad.sin();
                let lowest = HAND_HALF_HEIGHT_M * pitch_rad.cos() + tip_drop + 0.004;
                let wanted = (0.55 * height).clamp(0.02, 0.14);
                let above = wanted.max(lowest);
                let is_steep = pitch_rad > 1.0;
                // The pads must still meet it well below its top.
                let fits = if is_steep {
                    above - tip_drop < height - 0.016 && height - above < PALM_M - 0.012
                } else {
                    above <= height - 0.012
                };
                if !fits {
                    continue;
                }
                // The palm of a steep hand is above it, not behind.
                let back = if is_steep { 0.0 } else { back };
                let mut position = self.centre;
                position.z = self.bottom + above;
                let pose = GripperPose {
                    position,
                    heading_rad,
                    pitch_rad,
                }
                .advanced(-back);
                let turned = wrap_angle(heading_rad - self.bearing_rad).abs();
                if turned > 1.7 {
                    continue;
                }
                let flat = if self.shape == ShapeCue::Sphere {
                    0.35
                } else {
                    0.0
                };
                found.push(GraspCandidate {
                    style: GraspStyle::Side,
                    pose,
                    opening_m: self.opening(width_m),
                    width_m,
                    standoff_m: 0.09,
                    least_standoff_m: 0.06,
                    lift_m: self.lift(pose.position.z + 0.08, self.bottom + height),
                    cost: 0.4 * turned + 0.35 * pitch_rad + flat + 0.5 * back / 0.05,
                });
            }
        }
    }

    /// \[m\] Its extent in a direction over the ground.
    fn extent_along(&self, heading_rad: f64) -> f64 {
        let turn = heading_rad - self.yaw_rad;
        self.size[0] * turn.cos().abs() + self.size[1] * turn.sin().abs()
    }

    fn top(&self, found: &mut Vec<GraspCandidate>) {
        let height = self.size[2];
        if self.headroom_m.is_some_and(|it| it < 0.3) {
            return;
        }
        let is_hollow = self.shape.is_hollow();
        for (heading_rad, width_m) in self.headings() {
            if width_m > GRASPABLE_M {
                continue;
            }
            let lowest = FINGERTIP_M + FINGER_GAP_M;
            let deep = if self.shape == ShapeCue::Sphere {
                height / 2.0
            } else {
                height - 0.035
            };
            let above = deep.max(lowest);
            if height - above > PALM_M - 0.006 {
                continue;
            }
            let mut position = self.centre;
            position.z = self.bottom + above;
            let turned = wrap_angle(heading_rad - self.bearing_rad).abs();
            let tall = if height > 0.09 { 0.8 } else { 0.0 };
            // From above, what rolls cannot be pushed away.
            let low = if height < 0.06 || self.shape == ShapeCue::Sphere {
                -0.3
            } else {
                0.0
            };
            let hollow = if is_hollow { 0.3 } else { 0.0 };
            found.push(GraspCandidate {
                style: GraspStyle::Top,
                pose: GripperPose {
                    position,
                    heading_rad,
                    pitch_rad: FRAC_PI_2,
                },
                opening_m: self.opening(width_m),
                width_m,
                standoff_m: 0.08,
                least_standoff_m: height - above + FINGERTIP_M + 0.006,
                lift_m: self.lift(position.z + 0.2, self.bottom + height),
                cost: 0.35 + 0.1 * turned + tall + low + hollow,
            });
        }
    }

    fn rim(&self, found: &mut Vec<GraspCandidate>) {
        let height = self.size[2];
        let is_hollow = self.shape.is_hollow();
        if !is_hollow || height < 0.03 || self.headroom_m.is_some_and(|it| it < 0.3) {
            return;
        }
        // A cup's handle makes it longer than its hollow is wide.
        let radius = self.size[1] / 2.0;
        if radius < 0.035 {
            return;
        }
        // Where on the rim, seen from the middle. With a handle, only beside it: on which end the
        // handle is, and so where the hollow's middle is along its length, is not known.
        let spots: Vec<f64> = if self.is_round() {
            let turns = [0.0, 0.7, -0.7, 1.4, -1.4, PI];
            turns.map(|it| self.bearing_rad + PI + it).to_vec()
        } else {
            vec![self.yaw_rad + FRAC_PI_2, self.yaw_rad - FRAC_PI_2]
        };
        for around in spots {
            let turn = wrap_angle(around - self.bearing_rad - PI);
            let out = Vector3::new(around.cos(), around.sin(), 0.0);
            let mut position = self.centre + out * (radius - 0.005);
            position.z = self.bottom + (height - 0.016).max(FINGERTIP_M + FINGER_GAP_M + 0.006);
            for flip in [FRAC_PI_2, -FRAC_PI_2] {
                // A handle spoils grasps from the side, and fingers across the whole cup.
                let wide = match self.size[1] > GRASPABLE_M {
                    true => 0.0,
                    false if self.is_round() => 0.5,
                    false => -0.1,
                };
                found.push(GraspCandidate {
                    style: GraspStyle::Rim,
                    pose: GripperPose {
                        position,
                        heading_rad: wrap_angle(around + flip),
                        pitch_rad: FRAC_PI_2,
                    },
                    opening_m: 0.055_f64.min(self.max_opening_m),
                    width_m: 0.006,
                    standoff_m: 0.08,
                    least_standoff_m: 0.05,
                    lift_m: self.lift(position.z + 0.2, self.bottom + height),
                    cost: 0.3 + 0.1 * turn.abs() + wide,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::ObjectId;

    fn target(size_m: [f64; 3], shape: ShapeCue) -> GraspTarget {
        GraspTarget {
            object: ObjectId(1),
            centre_in_map: Point3::new(0.5, 0.0, 0.7 + size_m[2] / 2.0),
            yaw_rad: 0.4,
            size_m,
            shape,
            support_height_m: 0.7,
            headroom_m: None,
            variant: 0,
        }
    }

    fn best(size_m: [f64; 3], shape: ShapeCue) -> GraspCandidate {
        candidates(&target(size_m, shape), &Pose2::default(), 0.1)[0]
    }

    #[test]
    fn a_bottle_is_taken_from_the_side_and_a_banana_from_above() {
        assert_eq!(
            best([0.07, 0.07, 0.22], ShapeCue::Cylinder).style,
            GraspStyle::Side
        );
        assert_eq!(
            best([0.18, 0.04, 0.035], ShapeCue::Elongated).style,
            GraspStyle::Top
        );
        assert_eq!(
            best([0.075, 0.075, 0.07], ShapeCue::Sphere).style,
            GraspStyle::Top
        );
    }

    #[test]
    fn a_wide_bowl_is_taken_by_its_rim_with_the_opening_radial() {
        let grasp = best([0.16, 0.16, 0.06], ShapeCue::Bowl);
        assert_eq!(grasp.style, GraspStyle::Rim);
        let opening = grasp.pose.isometry().rotation * Vector3::y();
        let out = grasp.pose.position - Point3::new(0.5, 0.0, grasp.pose.position.z);
        assert!(opening.dot(&out.normalize()).abs() > 0.99);
    }

    #[test]
    fn fingers_close_across_a_boxs_narrow_side() {
        let grasp = best([0.18, 0.06, 0.2], ShapeCue::Box);
        let opening = grasp.pose.isometry().rotation * Vector3::y();
        let across = Vector3::new(-(0.4_f64.sin()), 0.4_f64.cos(), 0.0);
        assert!(opening.dot(&across).abs() > 0.98, "{grasp:?}");
    }

    #[test]
    fn what_is_too_wide_has_no_grasp() {
        let box_like = target([0.3, 0.2, 0.2], ShapeCue::Box);
        assert!(candidates(&box_like, &Pose2::default(), 0.1).is_empty());
    }

    #[test]
    fn fingers_stay_above_what_the_thing_stands_on() {
        for (size, shape) in [
            ([0.2, 0.02, 0.012], ShapeCue::Elongated),
            ([0.07, 0.07, 0.01], ShapeCue::Flat),
            ([0.06, 0.06, 0.12], ShapeCue::Cylinder),
            ([0.06, 0.06, 0.05], ShapeCue::Irregular),
        ] {
            for it in candidates(&target(size, shape), &Pose2::default(), 0.1) {
                let tip = it.pose.advanced(FINGERTIP_M).position.z;
                assert!(tip > 0.7 + 0.005, "{it:?}");
            }
        }
    }

    #[test]
    fn nonsense_has_no_grasp() {
        let mut nonsense = target([0.07, 0.07, 0.1], ShapeCue::Box);
        nonsense.size_m[1] = f64::NAN;
        assert!(candidates(&nonsense, &Pose2::default(), 0.1).is_empty());
    }
}
