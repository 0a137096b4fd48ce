//! The thread that owns the renderer.

use super::camera::{Data, Job, Picture, Shot, View};
use super::cull::{Sight, copy_seen};
use super::pixels::{fill_background, worn_depth, worn_rgb};
use super::shade::shade;
use crate::SimError;
use crate::mjcf::group;
use crate::noise::{Noise, Stream};
use hearth_types::{Intrinsics, RgbdFrame, Stamp};
use mujoco_rs::prelude::{MjModel, MjvCamera, MjvOption, MjvPerturb, MjvScene};
use mujoco_rs::renderer::MjRenderer;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

/// \[rad\] MuJoCo's default for cameras that no model describes.
const FREE_FOVY_RAD: f64 = std::f64::consts::FRAC_PI_4;

fn failed(error: impl std::fmt::Display) -> SimError {
    SimError::Renderer(error.to_string())
}

/// A renderer that draws what is put into its user scene only.
pub(super) fn renderer(
    model: &MjModel,
    width: usize,
    height: usize,
) -> Result<MjRenderer, SimError> {
    let shapes = model.ffi().ngeom as usize;
    let renderer = MjRenderer::new(model, width, height, shapes).map_err(failed)?;
    Ok(renderer.with_opts(options(&[])).with_depth_rendering(true))
}

fn options(groups: &[usize]) -> MjvOption {
    let mut geomgroup = [0; 6];
    for group in groups {
        geomgroup[*group] = 1;
    }
    MjvOption {
        geomgroup,
        ..MjvOption::default()
    }
}

/// Renders what it is sent.
pub(super) struct Worker {
    model: Arc<MjModel>,
    shot: Shot,
    renderer: MjRenderer,
    /// All that can be seen from anywhere.
    everything: MjvScene,
    visible: MjvOption,
    /// For pictures, of the size that was last asked for.
    pictures: Option<((usize, usize), MjRenderer)>,
}

impl Worker {
    pub fn new(model: Arc<MjModel>, shot: Shot, renderer: MjRenderer) -> Self {
        let everything = MjvScene::new(&model, model.ffi().ngeom as usize + 100);
        let visible = options(&[group::VISUAL]);
        Self {
            model,
            shot,
            renderer,
            everything,
            visible,
            pictures: None,
        }
    }

    /// Until there are no more jobs.
    pub fn run(
        &mut self,
        inbox: &Receiver<Job>,
        outbox: &Sender<Result<RgbdFrame, SimError>>,
        giving_back: &Sender<Data>,
    ) {
        self.renderer
            .set_camera(MjvCamera::new_fixed(self.shot.camera_id));
        while let Ok(job) = inbox.recv() {
            match job {
                Job::Frame {
                    stamp,
                    index,
                    mut data,
                } => {
                    let frame = self.frame(stamp, index, &mut data);
                    let _ = giving_back.send(data);
                    if outbox.send(frame).is_err() {
                        return;
                    }
                }
                Job::Picture {
                    view,
                    size,
                    mut data,
                    answer,
                } => {
                    let picture = self.picture(view, size, &mut data);
                    let _ = giving_back.send(data);
                    let _ = answer.send(picture);
                }
            }
        }
    }

    fn frame(&mut self, stamp: Stamp, index: u64, data: &mut Data) -> Result<RgbdFrame, SimError> {
        let mut camera = MjvCamera::new_fixed(self.shot.camera_id);
        self.everything
            .update(data, &self.visible, &MjvPerturb::default(), &mut camera);
        let sight = self.sight(data);
        copy_seen(&self.everything, self.renderer.user_scene_mut(), &sight);
        self.renderer.sync_data(data).map_err(failed)?;
        self.renderer.render().map_err(failed)?;
        let shot = &self.shot;
        let mut noise = Noise::new(shot.seed, Stream::Camera, index);
        let mut rgb = self.renderer.rgb_flat().unwrap_or_default().to_vec();
        let depth = self.renderer.depth_flat().unwrap_or_default();
        fill_background(&mut rgb, depth);
        shade(&mut rgb, depth, shot.width, shot.intrinsics.fx as f32);
        Ok(RgbdFrame {
            stamp,
            width: shot.width,
            height: shot.height,
            rgb: worn_rgb(&rgb, shot.rgb_std, &mut noise, &shot.noise),
            depth_m: worn_depth(
                depth,
                shot.width,
                shot.intrinsics.fx as f32,
                shot.depth_range_m,
                &mut noise,
                &shot.noise,
            ),
            intrinsics: shot.intrinsics,
        })
    }

    fn sight(&self, data: &Data) -> Sight {
        let m = data.cam_xmat()[self.shot.camera_id];
        let Intrinsics { fx, cx, cy, .. } = self.shot.intrinsics;
        Sight {
            position: data.cam_xpos()[self.shot.camera_id].map(|it| it as f32),
            forward: [-m[2], -m[5], -m[8]].map(|it| it as f32),
            half_angle: (cx.hypot(cy) / fx).atan() as f32,
            smallest: (0.4 / fx) as f32,
        }
    }

    fn picture(
        &mut self,
        view: View,
        size: (usize, usize),
        data: &mut Data,
    ) -> Result<Picture, SimError> {
        let (width, height) = (size.0.clamp(16, 1280), size.1.clamp(16, 1280));
        if self
            .pictures
            .as_ref()
            .is_none_or(|it| it.0 != (width, height))
        {
            self.pictures = Some(((width, height), renderer(&self.model, width, height)?));
        }
        let Some((_, renderer)) = &mut self.pictures else {
            return Err(failed("no renderer for pictures"));
        };
        let mut camera = match view {
            View::Robot => MjvCamera::new_fixed(self.shot.camera_id),
            View::Towards {
                target_in_map,
                distance_m,
                azimuth_rad,
                elevation_rad,
            } => {
                let mut camera = MjvCamera::new_free(&self.model);
                camera.lookat = [target_in_map.x, target_in_map.y, target_in_map.z];
                camera.distance = distance_m;
                camera.azimuth = azimuth_rad.to_degrees();
                camera.elevation = elevation_rad.to_degrees();
                camera
            }
        };
        self.everything
            .update(data, &self.visible, &MjvPerturb::default(), &mut camera);
        let whole = Sight {
            position: [0.0; 3],
            forward: [1.0, 0.0, 0.0],
            half_angle: 4.0,
            smallest: 0.0,
        };
        copy_seen(&self.everything, renderer.user_scene_mut(), &whole);
        renderer.set_camera(camera);
        renderer.sync_data(data).map_err(failed)?;
        renderer.render().map_err(failed)?;
        let mut rgb = renderer.rgb_flat().unwrap_or_default().to_vec();
        let depth = renderer.depth_flat().unwrap_or_default();
        fill_background(&mut rgb, depth);
        let focal_px = match view {
            View::Robot => self.shot.intrinsics.fx * width as f64 / self.shot.width as f64,
            View::Towards { .. } => height as f64 / 2.0 / (FREE_FOVY_RAD / 2.0).tan(),
        };
        shade(&mut rgb, depth, width, focal_px as f32);
        Ok(Picture { width, height, rgb })
    }
}
