//! From where the arm is to where it should be, without bumping into what is known.

use super::collision::Margins;
use super::grasp::{self, GraspStyle};
use super::{ArmModel, GraspCandidate, GripperPose, HeldShape, Posture, Scene};
use hearth_types::{GraspTarget, Isometry3, Point3, Pose2, Vector3, wrap_angle};
use nalgebra::{Translation3, UnitQuaternion};

/// Plans for one arm in one scene.
pub(crate) struct Planner<'a> {
    pub(crate) arm: &'a ArmModel,
    pub(crate) scene: &'a Scene,
}

/// What is held, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    /// Its shape around the gripper's centre.
    pub(crate) shape: HeldShape,
    /// \[rad\] The gripper's pitch when it was grasped; it is kept, so that the thing stays upright.
    pub(crate) pitch_rad: f64,
    /// \[m\] From the gripper's centre down to its bottom.
    pub(crate) below_m: f64,
    /// \[m\] From its bottom to its top.
    pub(crate) height_m: f64,
    /// \[m\] Its middle before and beside the gripper's centre, in the gripper's heading.
    pub(crate) offset_m: [f64; 2],
    /// \[m\] Length, width, height.
    pub(crate) size_m: [f64; 3],
    /// \[rad\] From the gripper's heading to its length.
    pub(crate) turn_rad: f64,
    /// How it was taken.
    pub(crate) style: GraspStyle,
}

/// The postures of a grasp.
#[derive(Clone, Debug)]
pub(crate) struct GraspPlan {
    pub(crate) candidate: GraspCandidate,
    /// To the stand-off, stopping at each.
    pub(crate) to_standoff: Vec<Posture>,
    /// Straight to the thing, dense.
    pub(crate) approach: Vec<Posture>,
    /// Straight up, dense.
    pub(crate) lift: Vec<Posture>,
    /// Back from there and into the fold, stopping at each.
    pub(crate) carry: Vec<Posture>,
    pub(crate) held: Held,
}

/// The postures of putting something down.
#[derive(Clone, Debug)]
pub(crate) struct PlacePlan {
    /// To above the spot, stopping at each.
    pub(crate) to_above: Vec<Posture>,
    /// Straight down, dense.
    pub(crate) lower: Vec<Posture>,
    /// Straight away from it, dense.
    pub(crate) withdraw: Vec<Posture>,
    /// Into the fold.
    pub(crate) fold: Vec<Posture>,
}

/// Straight down onto a spot, and away from it.
#[derive(Clone, Debug)]
pub(crate) struct Lowering {
    /// Where it lets go.
    pub(crate) at: Posture,
    /// From above to there, dense.
    pub(crate) lower: Vec<Posture>,
    /// Straight away from it, dense.
    pub(crate) withdraw: Vec<Posture>,
}

/// \[m\] How far above what was put down the open fingers are free to move away.
const OVER_M: f64 = 0.012;

/// \[rad\] Headings of the hand that are tried for putting something down, from the bearing of the spot.
pub(crate) const PLACE_TURNS: [f64; 9] = [0.0, 0.3, -0.3, 0.6, -0.6, 0.9, -0.9, 1.2, -1.2];

/// \[m\] Between the postures of a straight line.
const LINE_STEP_M: f64 = 0.012;

impl Planner<'_> {
    /// The n-th best grasp that works from here; grasps count as different if the hand comes from
    /// clearly elsewhere.
    pub(crate) fn grasp(
        &self,
        target: &GraspTarget,
        base_in_map: &Pose2,
        from: &Posture,
    ) -> Option<GraspPlan> {
        let max_opening_m = 2.0 * self.arm.gripper.upper;
        let mut used: Vec<GraspCandidate> = Vec::new();
        for candidate in grasp::candidates(target, base_in_map, max_opening_m) {
            if used.iter().any(|it| is_alike(it, &candidate)) {
                continue;
            }
            if let Some(plan) = self.try_grasp(target, base_in_map, &candidate, from) {
                if used.len() == target.variant {
                    return Some(plan);
                }
                used.push(candidate);
            }
        }
        None
    }

    fn try_grasp(
        &self,
        target: &GraspTarget,
        base_in_map: &Pose2,
        candidate: &GraspCandidate,
        from: &Posture,
    ) -> Option<GraspPlan> {
        let held = held_by(target, base_in_map, candidate);
        let mut with_thing = self.scene.clone();
        // On the way to it, it is in the way.
        with_thing.add_object(
            base_in_map,
            &target.centre_in_map,
            target.yaw_rad,
            target.size_m,
        );
        for at in self.arm.solve(&candidate.pose, from) {
            let at = self.opened(&at, candidate.opening_m);
            if !self.arm.is_clear(&at, self.scene, None, Margins::CONTACT) {
                continue;
            }
            let Some(approach) = self.approach(&at, candidate) else {
                continue;
            };
            let on_the_way = Planner {
                arm: self.arm,
                scene: &with_thing,
            };
            let Some(to_standoff) = on_the_way.enter(from, &approach[0], None) else {
                continue;
            };
            let Some(lift) = self.lift(&at, candidate) else {
                continue;
            };
            let Some(carry) = self.away(lift.last()?, &held, candidate.standoff_m) else {
                continue;
            };
            let candidate = *candidate;
            return Some(GraspPlan {
                candidate,
                to_standoff,
                approach,
                lift,
                carry,
                held,
            });
        }
        None
    }

    /// Straight to the grasp, from as far as there is room.
    pub(crate) fn approach(
        &self,
        at: &Posture,
        candidate: &GraspCandidate,
    ) -> Option<Vec<Posture>> {
        let least = candidate.least_standoff_m.min(candidate.standoff_m);
        let middle = (least + candidate.standoff_m) / 2.0;
        let mut lines = [candidate.standoff_m, middle, least]
            .into_iter()
            .filter_map(|it| self.line(at, &candidate.pose.advanced(-it), None, Margins::CONTACT));
        let mut line = lines.next()?;
        line.reverse();
        Some(line)
    }

    /// Straight up from the grasp, as far as there is room.
    pub(crate) fn lift(&self, at: &Posture, candidate: &GraspCandidate) -> Option<Vec<Posture>> {
        let rises = [1.0, 0.6, 0.3].map(|it| it * candidate.lift_m);
        let mut lines = rises
            .into_iter()
            .filter_map(|it| self.line(at, &candidate.pose.raised(it), None, Margins::CONTACT));
        lines.next()
    }

    /// Back from a lifted thing and into the fold.
    fn away(&self, from: &Posture, held: &Held, back_m: f64) -> Option<Vec<Posture>> {
        let pose = self.arm.gripper_pose(from);
        let back = level(&pose) * -back_m;
        let behind = GripperPose {
            position: pose.position + back,
            ..pose
        };
        let stow = self.carry_posture(held)?;
        for line in [
            self.line(from, &behind, Some(&held.shape), Margins::CONTACT),
            Some(vec![*from]),
        ] {
            let Some(line) = line else { continue };
            let Some(last) = line.last() else { continue };
            if let Some(travel) = self.travel(last, &stow, Some(&held.shape)) {
                let mut all = vec![*from];
                all.extend(travel);
                return Some(all);
            }
        }
        None
    }

    /// The folded posture in which this is carried.
    pub(crate) fn carry_posture(&self, held: &Held) -> Option<Posture> {
        let arm = self.arm;
        let mut posture = arm.stow;
        let pitch = arm.joints.iter().rev().find(|it| !it.slides)?.index;
        posture[pitch] = held.pitch_rad;
        arm.clamp(&mut posture);
        let bottom = arm.gripper_pose(&posture).position.z - held.below_m;
        if let Some(lift) = arm.lift {
            let higher = (arm.config.carry_floor_m - bottom).max(0.0);
            posture = arm.with_lift(&posture, posture[lift.index] + higher);
        }
        let turning: Vec<_> = arm.joints.iter().filter(|it| !it.slides).collect();
        let yaw = turning.len().checked_sub(2).map(|it| turning[it].index)?;
        let margins = Margins::CONTACT;
        let nothing = Scene::default();
        for turn in [0.0, 0.25, -0.25, 0.5, 0.75, 1.0, 1.3] {
            let mut turned = posture;
            turned[yaw] += turn;
            arm.clamp(&mut turned);
            if arm.is_clear(&turned, &nothing, Some(&held.shape), margins) {
                return Some(turned);
            }
        }
        // Too large to be folded in without touching the robot: carried as well as can be.
        Some(posture)
    }

    /// How to put what is held on a spot, in `base_link`; z is the surface.
    pub(crate) fn place(
        &self,
        spot: &Point3,
        headroom_m: Option<f64>,
        held: &Held,
        from: &Posture,
    ) -> Option<PlacePlan> {
        let bearing = spot.y.atan2(spot.x);
        PLACE_TURNS.into_iter().find_map(|turn| {
            let heading_rad = wrap_angle(bearing + turn);
            self.try_place(spot, headroom_m, held, from, heading_rad)
        })
    }

    fn try_place(
        &self,
        spot: &Point3,
        headroom_m: Option<f64>,
        held: &Held,
        from: &Posture,
        heading_rad: f64,
    ) -> Option<PlacePlan> {
        for lowering in self.lowering(spot, headroom_m, held, heading_rad, from) {
            let Some(to_above) = self.enter(from, &lowering.lower[0], Some(&held.shape)) else {
                continue;
            };
            let mut with_thing = self.scene.clone();
            let middle = Point3::new(spot.x, spot.y, spot.z + held.height_m / 2.0);
            let yaw_rad = heading_rad + held.turn_rad;
            with_thing.add_object(&Pose2::default(), &middle, yaw_rad, held.size_m);
            let after = Planner {
                arm: self.arm,
                scene: &with_thing,
            };
            let fold = after.fold(lowering.withdraw.last()?);
            return Some(PlacePlan {
                to_above,
                lower: lowering.lower,
                withdraw: lowering.withdraw,
                fold,
            });
        }
        None
    }

    /// The last part of putting something down, with each posture that can do it.
    pub(crate) fn lowering(
        &self,
        spot: &Point3,
        headroom_m: Option<f64>,
        held: &Held,
        heading_rad: f64,
        from: &Posture,
    ) -> Vec<Lowering> {
        let arm = self.arm;
        let turn = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), heading_rad);
        let offset = turn * Vector3::new(held.offset_m[0], held.offset_m[1], 0.0);
        let up = Vector3::z() * (held.below_m + arm.config.release_gap_m);
        let release = GripperPose {
            position: spot + up - offset,
            heading_rad,
            pitch_rad: held.pitch_rad,
        };
        let top = held.below_m.max(held.height_m - held.below_m).max(0.08);
        // The fingers have left what they held: on a high surface the arm may not rise further.
        let over_m = (held.height_m - held.below_m).max(0.0) + OVER_M;
        let rise = headroom_m.map_or(0.1, |it| (it - top - held.below_m - 0.03).clamp(0.02, 0.1));
        let shape = Some(&held.shape);
        let lowered = |at: &Posture| {
            let at = self.opened(at, from[arm.gripper.index] * 2.0);
            if !arm.is_clear(&at, self.scene, shape, Margins::CONTACT) {
                return None;
            }
            let mut lines = [rise, rise * 0.5, rise * 0.25]
                .into_iter()
                .filter_map(|it| self.line(&at, &release.raised(it), shape, Margins::CONTACT));
            let mut lower = lines.next()?;
            lower.reverse();
            let aways = match held.style {
                GraspStyle::Side => [0.11, 0.08].map(|it| GripperPose {
                    position: release.position - level(&release) * it,
                    ..release
                }),
                GraspStyle::Top | GraspStyle::Rim => {
                    [0.1, over_m.min(0.05)].map(|it| release.raised(it))
                }
            };
            let mut lines = aways
                .iter()
                .filter_map(|it| self.line(&at, it, None, Margins::CONTACT));
            let withdraw = lines.next()?;
            Some(Lowering {
                at,
                lower,
                withdraw,
            })
        };
        let postures = arm.solve(&release, from);
        postures.iter().filter_map(lowered).collect()
    }

    /// Straight back from a thing, or up if the hand came from above.
    pub(crate) fn back_off(&self, from: &Posture, style: GraspStyle) -> Option<Vec<Posture>> {
        let pose = self.arm.gripper_pose(from);
        let away = if style != GraspStyle::Side || pose.pitch_rad > 1.0 {
            pose.raised(0.1)
        } else {
            pose.advanced(-0.1)
        };
        // The hand may touch what is roughly known; the arm may be where it should not be.
        let margins = Margins {
            arm_m: -0.02,
            hand_m: -0.03,
        };
        self.line(from, &away, None, margins)
    }

    /// To a posture, if need be from straight behind it.
    fn enter(
        &self,
        from: &Posture,
        to: &Posture,
        held: Option<&HeldShape>,
    ) -> Option<Vec<Posture>> {
        if let Some(travel) = self.travel(from, to, held) {
            return Some(travel);
        }
        let pose = self.arm.gripper_pose(to);
        for back_m in [0.12, 0.2, 0.28] {
            let behind = GripperPose {
                position: pose.position - level(&pose) * back_m,
                ..pose
            };
            let Some(mut line) = self.line(to, &behind, held, Margins::CONTACT) else {
                continue;
            };
            line.reverse();
            if let Some(mut travel) = self.travel(from, &line[0], held) {
                travel.extend(line.iter().skip(1).step_by(4));
                travel.push(*to);
                return Some(travel);
            }
        }
        None
    }

    /// Into the fold with an empty hand. Never fails: in the worst case the lift goes up first.
    pub(crate) fn fold(&self, from: &Posture) -> Vec<Posture> {
        self.fold_to(from, &self.arm.stow, None)
    }

    /// Into a folded posture, with what is held.
    pub(crate) fn fold_to(
        &self,
        from: &Posture,
        stow: &Posture,
        held: Option<&HeldShape>,
    ) -> Vec<Posture> {
        if let Some(travel) = self.travel(from, stow, held) {
            return travel;
        }
        let Some(lift) = self.arm.lift else {
            return vec![*from, *stow];
        };
        let high = self
            .arm
            .with_lift(from, (from[lift.index] + 0.2).max(stow[lift.index]));
        vec![
            *from,
            high,
            self.arm.with_lift(stow, high[lift.index]),
            *stow,
        ]
    }

    /// Straight with the gripper from a posture to a pose: the dense postures, the first included.
    pub(crate) fn line(
        &self,
        from: &Posture,
        to: &GripperPose,
        held: Option<&HeldShape>,
        margins: Margins,
    ) -> Option<Vec<Posture>> {
        let start = self.arm.gripper_pose(from);
        let way = to.position - start.position;
        let count = (way.norm() / LINE_STEP_M).ceil().clamp(1.0, 200.0) as usize;
        let mut line = vec![*from];
        for step in 1..=count {
            let share = step as f64 / count as f64;
            let goal = GripperPose {
                position: start.position + way * share,
                ..*to
            };
            let last = line.last()?;
            let next = self.arm.solve_from(&goal, last)?;
            let jumps = self.arm.distance_rad(last, &next) > 0.4;
            if jumps || !self.arm.is_clear(&next, self.scene, held, margins) {
                return None;
            }
            line.push(next);
        }
        Some(line)
    }

    /// A clear way through the joints' space, as postures with straight lines between.
    pub(crate) fn travel(
        &self,
        from: &Posture,
        to: &Posture,
        held: Option<&HeldShape>,
    ) -> Option<Vec<Posture>> {
        let ways = self.ways(from, to);
        ways.into_iter().find(|way| {
            let last = way.len().saturating_sub(2);
            way.windows(2).enumerate().all(|(index, pair)| {
                self.is_way_clear(&pair[0], &pair[1], held, (index == 0, index == last))
            })
        })
    }

    /// Ways to try, the simplest first.
    fn ways(&self, from: &Posture, to: &Posture) -> Vec<Vec<Posture>> {
        let arm = self.arm;
        let Some(lift) = arm.lift else {
            return vec![vec![*from, *to]];
        };
        let (z_from, z_to) = (from[lift.index], to[lift.index]);
        let mut ways = vec![
            vec![*from, arm.with_lift(from, z_to), *to],
            vec![*from, arm.with_lift(to, z_from), *to],
            vec![*from, *to],
        ];
        let readies = self.readies(to);
        for rise in [0.0, 0.1, 0.2, 0.35] {
            let high = z_from.max(z_to) + rise;
            let (up, over) = (arm.with_lift(from, high), arm.with_lift(to, high));
            if rise > 0.0 {
                ways.push(vec![*from, up, over, *to]);
            }
            for ready in &readies {
                ways.push(vec![*from, up, arm.with_lift(ready, high), over, *to]);
            }
        }
        for ready in &readies {
            let (a, b) = (arm.with_lift(ready, z_from), arm.with_lift(ready, z_to));
            ways.push(vec![*from, a, b, *to]);
        }
        ways
    }

    /// Postures with the hand before the robot, near its body, from which much can be reached.
    fn readies(&self, to: &Posture) -> Vec<Posture> {
        let pose = self.arm.gripper_pose(to);
        let spots = [(0.33, 0.08, 0.0), (0.3, 0.25, 0.6), (0.3, -0.12, -0.4)];
        let found = spots.map(|(x, y, heading_rad)| {
            let position = Point3::new(x, y, pose.position.z);
            let goal = GripperPose {
                position,
                heading_rad,
                pitch_rad: pose.pitch_rad,
            };
            self.arm.solve(&goal, to).into_iter().next()
        });
        found.into_iter().flatten().collect()
    }

    /// Whether the straight way in the joints' space is clear. Near its outer ends the hand may
    /// touch: it may come from a thing or go to one.
    fn is_way_clear(
        &self,
        a: &Posture,
        b: &Posture,
        held: Option<&HeldShape>,
        (is_first, is_last): (bool, bool),
    ) -> bool {
        let arm = self.arm;
        let change = arm.joints.iter().map(|it| {
            let change = (b[it.index] - a[it.index]).abs();
            if it.slides {
                change / 0.025
            } else {
                change / 0.08
            }
        });
        let count = change.fold(1.0, f64::max).ceil().min(400.0) as usize;
        (0..=count).all(|step| {
            let share = step as f64 / count as f64;
            let mut posture = *a;
            for joint in &arm.joints {
                posture[joint.index] += share * (b[joint.index] - a[joint.index]);
            }
            let at_end = (is_first && step < 3) || (is_last && step + 3 > count);
            let margins = if at_end {
                Margins::CONTACT
            } else {
                Margins::TRAVEL
            };
            arm.is_clear(&posture, self.scene, held, margins)
        })
    }

    fn opened(&self, posture: &Posture, opening_m: f64) -> Posture {
        let mut opened = *posture;
        let gripper = self.arm.gripper;
        opened[gripper.index] = (opening_m / 2.0).clamp(gripper.lower, gripper.upper);
        opened
    }
}

/// The direction of approach over the ground.
fn level(pose: &GripperPose) -> Vector3 {
    Vector3::new(pose.heading_rad.cos(), pose.heading_rad.sin(), 0.0)
}

fn is_alike(a: &GraspCandidate, b: &GraspCandidate) -> bool {
    let turn = wrap_angle(a.pose.heading_rad - b.pose.heading_rad).abs();
    let away = (a.pose.position - b.pose.position).norm();
    let tilt = (a.pose.pitch_rad - b.pose.pitch_rad).abs();
    a.style == b.style && turn < 0.25 && tilt < 0.3 && away < 0.02
}

pub(crate) fn held_by(
    target: &GraspTarget,
    base_in_map: &Pose2,
    candidate: &GraspCandidate,
) -> Held {
    let base_from_map = base_in_map.inverse();
    let flat = base_from_map.transform(&target.centre_in_map.xy());
    let centre = Vector3::new(flat.x, flat.y, target.centre_in_map.z);
    let yaw = target.yaw_rad + base_from_map.yaw_rad;
    let turn = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), yaw);
    let base_from_object = Isometry3::from_parts(Translation3::from(centre), turn);
    let tip_from_object = candidate.pose.isometry().inverse() * base_from_object;
    let level = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), -candidate.pose.heading_rad);
    let offset = level * (centre - candidate.pose.position.coords);
    Held {
        shape: HeldShape::new(&tip_from_object, target.size_m),
        pitch_rad: candidate.pose.pitch_rad,
        below_m: candidate.pose.position.z - target.support_height_m,
        height_m: target.size_m[2],
        offset_m: [offset.x, offset.y],
        size_m: target.size_m,
        turn_rad: yaw - candidate.pose.heading_rad,
        style: candidate.style,
    }
}
