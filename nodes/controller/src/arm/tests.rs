//! The whole arm, against a simple plant that follows its set points.

use super::grasp::{GraspStyle, candidates};
use super::planning::{Lowering, Planner, held_by};
use super::scene::Scene;
use super::{ArmConfig, ArmModel};
use hearth_types::{GraspTarget, ObjectId, Point3, Pose2, ShapeCue};
use hearth_urdf::RobotModel;
use std::sync::{Arc, OnceLock};

/// Ember's arm.
pub(crate) fn ember() -> Arc<ArmModel> {
    static EMBER: OnceLock<Arc<ArmModel>> = OnceLock::new();
    let text = include_str!("../../../../urdf/ember/ember.urdf");
    let load = || {
        let (robot, _) = RobotModel::parse(text, "ember.urdf").expect("Ember is well described");
        Arc::new(ArmModel::new(&robot, ArmConfig::default()).expect("Ember has an arm"))
    };
    EMBER.get_or_init(load).clone()
}

#[test]
fn a_cup_held_by_its_rim_goes_onto_a_worktop() {
    let (arm, scene, base) = (ember(), Scene::default(), Pose2::default());
    let cup = GraspTarget {
        object: ObjectId(1),
        centre_in_map: Point3::new(0.5, 0.0, 0.596),
        yaw_rad: 0.4,
        size_m: [0.1, 0.078, 0.092],
        shape: ShapeCue::Cup,
        support_height_m: 0.55,
        headroom_m: None,
        variant: 0,
    };
    let grasps = candidates(&cup, &base, 0.1);
    let rim = grasps.iter().find(|it| it.style == GraspStyle::Rim);
    let held = held_by(&cup, &base, rim.expect("a cup has a rim"));
    let planner = Planner {
        arm: &arm,
        scene: &scene,
    };

    // The arm reaches hardly higher with its hand pointing down.
    let worktop = Point3::new(0.5, 0.0, 0.86);
    let lowerings = planner.lowering(&worktop, None, &held, 0.0, arm.stow_posture());

    let risen_m = |it: &Lowering| {
        let last = it.withdraw.last().map(|it| arm.gripper_pose(it).position.z);
        last.unwrap_or_default() - arm.gripper_pose(&it.at).position.z
    };
    assert!(!lowerings.is_empty());
    // The fingers are out of the cup before they leave sideways.
    let in_it_m = held.height_m - held.below_m;
    assert!(lowerings.iter().all(|it| risen_m(it) > in_it_m));
}
