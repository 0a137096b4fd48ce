//! What somebody else does in the flat while the robot works: for tests and benchmarks.

use super::Simulation;
use crate::SimError;
use hearth_types::Isometry3;

impl Simulation {
    /// Takes a thing and sets it down, at rest, with its model's frame at `map_from_model`. Nobody and
    /// nothing holds it afterwards but what it touches there.
    ///
    /// # Errors
    /// [`SimError::Placement`] if the scene has no such thing, or the pose is not finite.
    pub fn move_thing(&mut self, model: &str, map_from_model: &Isometry3) -> Result<(), SimError> {
        let refuse = |reason: &str| SimError::Placement {
            object: model.to_owned(),
            place: format!("{:?}", map_from_model.translation.vector.as_slice()),
            reason: reason.to_owned(),
        };
        let p = map_from_model.translation.vector;
        if !p.iter().all(|it| it.is_finite()) {
            return Err(refuse("the pose is not finite"));
        }
        let slot = self
            .built
            .objects
            .iter()
            .find(|it| it.name == model)
            .ok_or_else(|| refuse("it is not in the scene"))?;
        let (qpos, dof) = (slot.qpos, slot.dof);
        let q = map_from_model.rotation.quaternion();
        self.data.qpos_mut()[qpos..qpos + 7].copy_from_slice(&[p.x, p.y, p.z, q.w, q.i, q.j, q.k]);
        self.data.qvel_mut()[dof..dof + 6].fill(0.0);
        Ok(())
    }
}
