//! Leaves out of a picture what cannot be in it.
//!
//! MuJoCo draws every shape of the model, in every pass; with a software driver most of a frame's
//! time goes into the vertices of rooms behind the camera.

use mujoco_rs::prelude::{MjtGeom, MjvGeom, MjvScene};

/// What the camera sees: a cone around its optical axis that holds the whole image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    pub position: [f32; 3],
    pub forward: [f32; 3],
    /// \[rad\] Half angle of the cone.
    pub half_angle: f32,
    /// \[rad\] What appears smaller than this is not drawn.
    pub smallest: f32,
}

/// \[m\] Shapes so close outside the image still cast shadows into it.
const SHADOW_MARGIN_M: f32 = 0.5;

impl Sight {
    /// Whether any of a ball may be seen.
    pub fn may_see(&self, centre: [f32; 3], radius: f32) -> bool {
        let to = [0, 1, 2].map(|it| centre[it] - self.position[it]);
        let distance = to.iter().map(|it| it * it).sum::<f32>().sqrt();
        if distance <= radius + SHADOW_MARGIN_M {
            return true;
        }
        if radius / distance < self.smallest {
            return false;
        }
        let along: f32 = (0..3).map(|it| to[it] * self.forward[it]).sum();
        let angle = (along / distance).clamp(-1.0, 1.0).acos();
        let own = ((radius + SHADOW_MARGIN_M) / distance).min(1.0).asin();
        angle <= self.half_angle + own
    }
}

/// Copies what may be seen from one scene to another of the same model.
pub(super) fn copy_seen(from: &MjvScene, to: &mut MjvScene, sight: &Sight) {
    to.clear_geom();
    for geom in from.geoms() {
        // A plane has no bounding radius.
        let bounded = geom.modelrbound > 0.0;
        if bounded && !sight.may_see(geom.pos, geom.modelrbound) {
            continue;
        }
        push(to, geom);
    }
}

#[allow(unsafe_code)]
fn push(to: &mut MjvScene, geom: &MjvGeom) {
    // SAFETY: the geom comes from a scene of the same model, so that its material, texture and
    // object ids are valid in this one too.
    if let Ok(slot) = unsafe { to.try_create_geom(MjtGeom::mjGEOM_SPHERE, None, None, None, None) }
    {
        *slot = geom.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::Sight;

    #[test]
    fn keeps_what_is_before_the_camera_and_drops_what_is_behind_or_tiny() {
        let sight = Sight {
            position: [0.0; 3],
            forward: [1.0, 0.0, 0.0],
            half_angle: 0.6,
            smallest: 0.001,
        };
        assert!(sight.may_see([3.0, 0.5, 0.0], 0.1));
        assert!(
            sight.may_see([3.0, 2.5, 0.0], 0.1),
            "casts a shadow into the image"
        );
        assert!(!sight.may_see([-3.0, 0.0, 0.0], 0.5));
        assert!(!sight.may_see([0.0, 4.0, 0.0], 0.5));
        assert!(!sight.may_see([5.0, 0.0, 0.0], 0.001));
        assert!(
            sight.may_see([-3.0, 0.0, 0.0], 4.0),
            "the camera is inside of it"
        );
    }
}
