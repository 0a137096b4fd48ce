//! The whole arm, against a simple plant that follows its set points.

use super::{ArmConfig, ArmModel};
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
