//! Draws solids with MuJoCo's renderer, without a model of the scene.
//!
//! A scene's shapes, lights and camera go straight into MuJoCo's abstract scene; the only model has no
//! shapes, but a pool of textures that is painted anew for every scene. So a scene needs no compilation
//! and no new OpenGL context.

use super::pool::{CLIP_M, SIZES, pool_xml};
use super::solid::{Eye, Lamp, Solid, floats, mujoco_form};
use super::texture::{FACES, Texture};
use crate::SimError;
use crate::sensors::{Sight, alone, release_thread};
use hearth_types::{Intrinsics, Vector3};
use mujoco_rs::prelude::{MjModel, MjrContext, MjrRectangle, MjtCatBit, MjtRndFlag, MjvScene};
use mujoco_rs::renderer::MjRenderer;

/// Shapes in one picture at most.
const MOST_SOLIDS: usize = 4000;

/// What is drawn.
pub(super) struct Shots {
    pub rgb: Vec<u8>,
    /// \[m\].
    pub depth_m: Vec<f32>,
    /// [`Solid::label`] a pixel.
    pub labels: Vec<u16>,
}

/// The renderer. It stays on its thread.
pub(super) struct Stage {
    width: usize,
    height: usize,
    scene: MjvScene,
    // Freed in this order, while the renderer's OpenGL context is current.
    context: Option<MjrContext>,
    /// Only for its OpenGL context.
    gl: Option<MjRenderer>,
    pool: MjModel,
    used: [usize; SIZES.len()],
    bytes: Vec<u8>,
}

impl Stage {
    /// Starts the renderer for pictures of this size.
    ///
    /// # Errors
    /// [`SimError::Model`], [`SimError::Renderer`].
    #[allow(unsafe_code)]
    pub fn new(width: usize, height: usize) -> Result<Self, SimError> {
        let pool = MjModel::from_xml_string(&pool_xml(width, height))
            .map_err(|error| SimError::Model(error.to_string()))?;
        let _making = alone();
        let gl = MjRenderer::new(&pool, width, height, 0)
            .map_err(|error| SimError::Renderer(error.to_string()))?
            .with_rgb_rendering(false);
        // SAFETY: the renderer's OpenGL context has just been made current on this thread, and it
        // outlives this one (see `drop`).
        let mut context = unsafe { MjrContext::new(&pool) };
        context.offscreen();
        let mut scene = MjvScene::new(&pool, MOST_SOLIDS);
        let flags = scene.flags_mut();
        for off in [
            MjtRndFlag::mjRND_HAZE,
            MjtRndFlag::mjRND_FOG,
            MjtRndFlag::mjRND_SKYBOX,
            MjtRndFlag::mjRND_REFLECTION,
        ] {
            flags[off as usize] = 0;
        }
        Ok(Self {
            width,
            height,
            scene,
            context: Some(context),
            gl: Some(gl),
            pool,
            used: [0; SIZES.len()],
            bytes: vec![0; width * height * 3],
        })
    }

    /// Gives all textures back to the pool.
    pub fn clear_textures(&mut self) {
        self.used = [0; SIZES.len()];
    }

    /// Paints a texture into a slot of the pool; `None` if all of that size (index into [`SIZES`]) are used.
    #[allow(unsafe_code)]
    pub fn paint(&mut self, size: usize, texture: &Texture) -> Option<usize> {
        let (side, count) = SIZES[size];
        if self.used[size] >= count {
            return None;
        }
        let slot: usize = SIZES[..size].iter().map(|it| it.1).sum::<usize>() + self.used[size];
        self.used[size] += 1;
        let start = self.pool.tex_adr()[slot] as usize;
        let length = FACES * side * side * 3;
        texture.paint(side, &mut self.pool.tex_data_mut()[start..start + length]);
        self.make_current().ok()?;
        self.context
            .as_ref()?
            .upload_texture(&self.pool, slot)
            .ok()?;
        Some(slot)
    }

    fn make_current(&mut self) -> Result<(), SimError> {
        // Draws nothing, since its scene is empty.
        let gl = self
            .gl
            .as_mut()
            .ok_or_else(|| SimError::Renderer("it is gone".to_owned()))?;
        gl.render()
            .map_err(|error| SimError::Renderer(error.to_string()))?;
        if let Some(context) = &mut self.context {
            context.offscreen();
        }
        Ok(())
    }

    /// Takes a picture.
    ///
    /// # Errors
    /// [`SimError::Renderer`].
    pub fn shoot(
        &mut self,
        solids: &[Solid],
        lamps: &[Lamp],
        eye: &Eye,
    ) -> Result<Shots, SimError> {
        self.make_current()?;
        self.set_eye(eye);
        self.set_lamps(lamps, eye);
        self.set_solids(solids, eye)?;
        let shadows = lamps.iter().any(|it| it.casts_shadow);
        let flags = self.scene.flags_mut();
        flags[MjtRndFlag::mjRND_SHADOW as usize] = shadows.into();
        flags[MjtRndFlag::mjRND_SEGMENT as usize] = 0;
        flags[MjtRndFlag::mjRND_IDCOLOR as usize] = 0;
        let mut rgb = vec![0; self.width * self.height * 3];
        let mut depth = vec![0.0; self.width * self.height];
        self.draw(Some(&mut rgb), Some(&mut depth))?;
        let [near, far] = CLIP_M;
        for value in &mut depth {
            *value = near / (1.0 - *value * (1.0 - near / far));
        }
        let flags = self.scene.flags_mut();
        flags[MjtRndFlag::mjRND_SHADOW as usize] = 0;
        flags[MjtRndFlag::mjRND_SEGMENT as usize] = 1;
        flags[MjtRndFlag::mjRND_IDCOLOR as usize] = 1;
        let mut bytes = std::mem::take(&mut self.bytes);
        let drawn = self.draw(Some(&mut bytes), None);
        // The background is 0, everything else one more than its `segid`.
        let labels = bytes
            .chunks_exact(3)
            .map(|it| (u16::from(it[0]) | u16::from(it[1]) << 8).saturating_sub(1))
            .collect();
        self.bytes = bytes;
        drawn?;
        Ok(Shots {
            rgb,
            depth_m: depth,
            labels,
        })
    }

    fn draw(
        &mut self,
        mut rgb: Option<&mut [u8]>,
        mut depth: Option<&mut [f32]>,
    ) -> Result<(), SimError> {
        let context = self
            .context
            .as_ref()
            .ok_or_else(|| SimError::Renderer("it is gone".to_owned()))?;
        let whole = MjrRectangle::new(0, 0, self.width as i32, self.height as i32);
        self.scene.render(&whole, context);
        context
            .read_pixels(rgb.as_deref_mut(), depth.as_deref_mut(), &whole)
            .map_err(|error| SimError::Renderer(error.to_string()))?;
        // OpenGL's rows go up.
        if let Some(rgb) = rgb {
            flip(rgb, self.width * 3);
        }
        if let Some(depth) = depth {
            flip(depth, self.width);
        }
        Ok(())
    }

    fn set_eye(&mut self, eye: &Eye) {
        let pose = &eye.map_from_optical;
        let Intrinsics { fx, fy, cx, cy } = eye.intrinsics;
        let near = f64::from(CLIP_M[0]);
        // Pixel (0, 0) reaches half a pixel beyond its centre.
        let left = -(cx + 0.5) / fx * near;
        let right = (self.width as f64 - 0.5 - cx) / fx * near;
        for camera in self.scene.camera_mut() {
            camera.pos = floats(&pose.translation.vector);
            camera.forward = floats(&(pose.rotation * Vector3::z()));
            camera.up = floats(&(pose.rotation * -Vector3::y()));
            camera.frustum_center = ((left + right) / 2.0) as f32;
            camera.frustum_width = ((right - left) / 2.0) as f32;
            camera.frustum_top = ((cy + 0.5) / fy * near) as f32;
            camera.frustum_bottom = (-(self.height as f64 - 0.5 - cy) / fy * near) as f32;
            camera.frustum_near = CLIP_M[0];
            camera.frustum_far = CLIP_M[1];
            camera.orthographic = 0;
        }
    }

    #[allow(unsafe_code)]
    fn set_lamps(&mut self, lamps: &[Lamp], eye: &Eye) {
        // SAFETY: only the lights change, and their count stays within the array that holds them.
        let scene = unsafe { self.scene.ffi_mut() };
        let count = lamps.len().min(scene.lights.len());
        scene.nlight = count as i32;
        for (light, lamp) in scene.lights.iter_mut().zip(lamps) {
            lamp.fill(light, eye);
        }
    }

    #[allow(unsafe_code)]
    fn set_solids(&mut self, solids: &[Solid], eye: &Eye) -> Result<(), SimError> {
        let pose = &eye.map_from_optical;
        let Intrinsics { fx, cx, cy, .. } = eye.intrinsics;
        let sight = Sight {
            position: floats(&pose.translation.vector),
            forward: floats(&(pose.rotation * Vector3::z())),
            half_angle: (cx.hypot(cy) / fx).atan() as f32,
            smallest: (0.4 / fx) as f32,
        };
        self.scene.clear_geom();
        for solid in solids {
            let p = solid.map_from_solid.translation.vector;
            let radius = solid.radius_m();
            if !sight.may_see(floats(&p), radius) {
                continue;
            }
            let Some((kind, size)) = mujoco_form(&solid.geometry) else {
                continue;
            };
            let turn = solid.map_from_solid.rotation.to_rotation_matrix();
            let rows = turn.matrix().transpose();
            let mut mat = [0.0; 9];
            mat.copy_from_slice(rows.as_slice());
            // SAFETY: the material and the texture are slots of the pool, for whose model the context
            // was made, and no solid is a flex or a skin.
            let geom = unsafe {
                self.scene.try_create_geom(
                    kind,
                    Some(size),
                    Some(p.into()),
                    Some(mat),
                    Some(solid.look.rgba),
                )
            }
            .map_err(|error| SimError::Renderer(error.to_string()))?;
            let slot = solid.look.texture.map_or(-1, |it| it as i32);
            geom.matid = slot;
            geom.texid = slot;
            geom.texuniform = 0;
            geom.texcoord = 0;
            geom.texrepeat = [1.0, 1.0];
            geom.category = MjtCatBit::mjCAT_STATIC as i32;
            geom.segid = i32::from(solid.label);
            geom.specular = solid.look.specular;
            geom.shininess = solid.look.shininess;
            geom.emission = solid.look.emission;
            geom.reflectance = 0.0;
            geom.modelrbound = radius;
        }
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _freeing = alone();
        let _ = self.make_current();
        self.context = None;
        self.gl = None;
        release_thread();
    }
}

fn flip<T>(rows: &mut [T], stride: usize) {
    let count = rows.len() / stride;
    for row in 0..count / 2 {
        let (above, below) = rows.split_at_mut((count - 1 - row) * stride);
        above[row * stride..(row + 1) * stride].swap_with_slice(&mut below[..stride]);
    }
}
