//! Whether the arm bumps: its parts as spheres, against the robot itself and what stands around.

use super::scene::{Scene, Solid};
use super::{ArmModel, Posture};
use hearth_types::{Isometry3, Point3, Vector3};
use hearth_urdf::{Chain, Geometry, RobotModel};

/// A ball in a link's frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ball {
    centre: Point3,
    radius_m: f64,
}

/// A link that moves with the arm.
#[derive(Clone, Debug)]
struct Part {
    base_from_link: Chain,
    balls: Vec<Ball>,
    /// How many moving joints of the arm lie between the base and it.
    depth: usize,
    /// It belongs to the hand, which may come close to what it grasps and to what that stands on.
    is_hand: bool,
}

/// The robot's shapes.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    parts: Vec<Part>,
    /// What does not move with the arm, in `base_link`.
    fixed: Vec<Solid>,
}

/// What is held, as balls around the gripper's centre.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldShape {
    balls: Vec<Ball>,
}

/// How close things may come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Margins {
    /// \[m\] Arm and what is held to things around.
    pub(crate) arm_m: f64,
    /// \[m\] Hand to things around; negative lets it touch what is known only roughly.
    pub(crate) hand_m: f64,
}

impl Margins {
    /// Where nothing need be near.
    pub(crate) const TRAVEL: Self = Self {
        arm_m: 0.012,
        hand_m: 0.004,
    };
    /// Where the hand goes to a thing.
    pub(crate) const CONTACT: Self = Self {
        arm_m: 0.006,
        hand_m: -0.012,
    };
}

/// \[m\] Between parts of the robot.
const SELF_MARGIN_M: f64 = 0.002;

impl Body {
    pub(crate) fn new(robot: &RobotModel, chain: &Chain, tip_link: &str) -> Self {
        let root = robot.links[robot.root()].name.as_str();
        let hand = robot.link(tip_link).and_then(|it| it.parent_joint);
        let hand = hand.map(|it| robot.joints[it].parent);
        let (mut parts, mut fixed) = (Vec::new(), Vec::new());
        for (index, link) in robot.links.iter().enumerate() {
            let Ok(base_from_link) = robot.chain(root, &link.name) else {
                continue;
            };
            let shapes = link.collisions.iter();
            let shapes = shapes.map(|it| (&it.geometry, it.link_from_shape));
            let moving = base_from_link.joints().iter();
            let depth = moving.filter(|it| chain.joints().contains(it)).count();
            if depth == 0 {
                // The head moves, but stays within its own size.
                let pose = base_from_link.pose(&[]);
                fixed.extend(shapes.filter_map(|(shape, at)| Solid::of(shape, pose * at)));
                continue;
            }
            let balls: Vec<_> = shapes.flat_map(|(shape, at)| fill(shape, &at)).collect();
            let parent = link.parent_joint.map(|it| robot.joints[it].parent);
            let is_hand = hand.is_some() && (Some(index) == hand || parent == hand);
            if !balls.is_empty() {
                parts.push(Part {
                    base_from_link,
                    balls,
                    depth,
                    is_hand,
                });
            }
        }
        Self { parts, fixed }
    }
}

/// Balls that fill a shape: a grid as fine as its smallest side.
fn fill(shape: &Geometry, link_from_shape: &Isometry3) -> Vec<Ball> {
    let half = half_extent(shape);
    let radius_m = half.min();
    if !(radius_m > 1e-4 && radius_m.is_finite() && half.max() < 50.0 * radius_m) {
        let radius_m = half.norm().min(2.0);
        return vec![Ball {
            centre: (*link_from_shape * Point3::origin()),
            radius_m,
        }];
    }
    let count = half.map(|it| (it / radius_m).ceil().clamp(1.0, 40.0));
    let mut balls = Vec::new();
    for i in 0..count.x as usize {
        for j in 0..count.y as usize {
            for k in 0..count.z as usize {
                let at = Vector3::new(i as f64, j as f64, k as f64);
                let share = (at.add_scalar(0.5)).component_div(&count).add_scalar(-0.5) * 2.0;
                let spread = half.add_scalar(-radius_m).map(|it| it.max(0.0));
                // The outermost balls touch the faces.
                let outermost = count.map(|it| (1.0 - 1.0 / it).max(1e-9));
                let place = spread.component_mul(&share.component_div(&outermost));
                let centre = link_from_shape * Point3::from(place);
                balls.push(Ball {
                    centre,
                    radius_m: radius_m * 1.1,
                });
            }
        }
    }
    balls
}

fn half_extent(shape: &Geometry) -> Vector3 {
    match shape {
        Geometry::Box { size_m } => Vector3::from(*size_m) / 2.0,
        Geometry::Cylinder { radius_m, length_m } => {
            Vector3::new(*radius_m, *radius_m, length_m / 2.0)
        }
        Geometry::Capsule { radius_m, length_m } => {
            Vector3::new(*radius_m, *radius_m, length_m / 2.0 + radius_m)
        }
        Geometry::Sphere { radius_m } => Vector3::repeat(*radius_m),
        // Nothing is known of a mesh's size without its file.
        Geometry::Mesh { .. } => Vector3::repeat(0.05),
    }
}

impl HeldShape {
    /// A box around what is held, upright, given by its own pose relative to the gripper's centre.
    pub fn new(tip_from_object: &Isometry3, size_m: [f64; 3]) -> Self {
        let size_m = size_m.map(|it| {
            if it.is_finite() {
                it.clamp(0.005, 0.6)
            } else {
                0.05
            }
        });
        Self {
            balls: fill(&Geometry::Box { size_m }, tip_from_object),
        }
    }
}

impl ArmModel {
    /// Whether nothing bumps in this posture.
    pub(crate) fn is_clear(
        &self,
        posture: &Posture,
        scene: &Scene,
        held: Option<&HeldShape>,
        margins: Margins,
    ) -> bool {
        let mut placed: Vec<(usize, Vec<Ball>)> = Vec::with_capacity(self.body.parts.len() + 1);
        for part in &self.body.parts {
            let pose = part.base_from_link.pose(posture);
            let balls: Vec<_> = part.balls.iter().map(|it| it.moved(&pose)).collect();
            let margin = if part.is_hand {
                margins.hand_m
            } else {
                margins.arm_m
            };
            // The carriage rides on the mast.
            let bumps_self = part.depth > 1 && self.bumps_body(&balls);
            if bumps_self || scene.bumps(balls.iter().map(Ball::parts), margin) {
                return false;
            }
            for (depth, others) in &placed {
                if part.depth.abs_diff(*depth) > 1 && bump(&balls, others) {
                    return false;
                }
            }
            placed.push((part.depth, balls));
        }
        let Some(held) = held else {
            return true;
        };
        let tip = self.chain.pose(posture);
        let balls: Vec<_> = held.balls.iter().map(|it| it.moved(&tip)).collect();
        let hand = self.body.parts.iter().map(|it| it.depth).max().unwrap_or(0);
        let hits_arm = placed
            .iter()
            .any(|(depth, it)| depth + 1 < hand && bump(&balls, it));
        !hits_arm
            && !self.bumps_body(&balls)
            && !scene.bumps(balls.iter().map(Ball::parts), margins.hand_m)
    }

    fn bumps_body(&self, balls: &[Ball]) -> bool {
        let mut pairs = balls
            .iter()
            .flat_map(|it| self.body.fixed.iter().map(move |x| (it, x)));
        pairs.any(|(ball, solid)| solid.distance_m(&ball.centre) < ball.radius_m + SELF_MARGIN_M)
    }
}

impl Ball {
    fn moved(&self, pose: &Isometry3) -> Self {
        Self {
            centre: pose * self.centre,
            ..*self
        }
    }

    fn parts(&self) -> (Point3, f64) {
        (self.centre, self.radius_m)
    }
}

fn bump(a: &[Ball], b: &[Ball]) -> bool {
    a.iter().any(|x| {
        b.iter()
            .any(|y| (x.centre - y.centre).norm_squared() < (x.radius_m + y.radius_m).powi(2))
    })
}

#[cfg(test)]
mod tests {
    use super::Margins;
    use crate::arm::scene::{Scene, Solid};
    use crate::arm::tests::ember;
    use hearth_types::{Isometry3, Point3, Vector3};

    #[test]
    fn the_folded_arm_is_clear_and_lies_within_the_base() {
        let arm = ember();
        let scene = Scene::default();
        assert!(arm.is_clear(arm.stow_posture(), &scene, None, Margins::TRAVEL));
        for part in &arm.body.parts {
            let pose = part.base_from_link.pose(arm.stow_posture());
            for ball in &part.balls {
                let at = pose * ball.centre;
                let reach = at.x.hypot(at.y) + ball.radius_m;
                assert!(reach < 0.222, "{reach} at {at}");
            }
        }
    }

    #[test]
    fn the_arm_does_not_go_through_the_mast_or_the_base() {
        let arm = ember();
        let scene = Scene::default();
        let mut into_mast = *arm.stow_posture();
        into_mast[1] = -1.2;
        into_mast[2] = -2.595;
        assert!(!arm.is_clear(&into_mast, &scene, None, Margins::TRAVEL));
        let mut into_base = *arm.stow_posture();
        // The hand hangs down to the base.
        into_base[0] = 0.25;
        into_base[4] = 1.5;
        assert!(!arm.is_clear(&into_base, &scene, None, Margins::TRAVEL));
    }

    #[test]
    fn a_table_top_stops_the_arm() {
        let arm = ember();
        let mut reaching = *arm.stow_posture();
        reaching[..5].copy_from_slice(&[0.8, -1.0, 1.5, -0.5, 0.0]);
        let table = |top: f64| {
            let centre = Isometry3::translation(0.6, 0.0, top - 0.02);
            let solid = Solid::cuboid(centre, Vector3::new(0.3, 0.5, 0.02));
            Scene {
                solids: vec![solid],
                ..Scene::default()
            }
        };
        assert!(arm.is_clear(&reaching, &table(0.6), None, Margins::TRAVEL));
        assert!(!arm.is_clear(&reaching, &table(0.80), None, Margins::TRAVEL));
        let at = arm.gripper_pose(&reaching).position;
        let post = Solid::post(Point3::new(at.x, at.y, 0.0), 0.03, 1.0);
        let scene = Scene {
            solids: vec![post],
            ..Scene::default()
        };
        assert!(!arm.is_clear(&reaching, &scene, None, Margins::TRAVEL));
    }
}
