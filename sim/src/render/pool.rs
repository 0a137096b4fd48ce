//! The model that lends its textures to all scenes.

use super::texture::FACES;
use std::fmt::Write as _;

/// \[m\] Nothing nearer or farther is drawn.
pub(super) const CLIP_M: [f32; 2] = [0.05, 30.0];
/// \[px\] Side of a face of the pool's textures, and how many there are.
pub(super) const SIZES: [(usize, usize); 2] = [(32, 90), (64, 30)];

/// The model that owns the textures. Quality as of the simulated camera (`mjcf`).
pub(super) fn pool_xml(width: usize, height: usize) -> String {
    let mut assets = String::new();
    let mut slot = 0;
    for (side, count) in SIZES {
        for _ in 0..count {
            let _ = writeln!(
                assets,
                r#"<texture name="t{slot}" type="cube" builtin="flat" rgb1="1 1 1" width="{side}" height="{}"/><material name="t{slot}" texture="t{slot}"/>"#,
                side * FACES,
            );
            slot += 1;
        }
    }
    let [near, far] = CLIP_M;
    format!(
        r#"<mujoco>
<statistic extent="1" center="0 0 0"/>
<visual>
<global offwidth="{width}" offheight="{height}"/>
<quality shadowsize="512" offsamples="0" numslices="20" numstacks="12"/>
<map znear="{near}" zfar="{far}" shadowclip="3" shadowscale="0.9"/>
</visual>
<asset>
{assets}</asset>
</mujoco>"#
    )
}
