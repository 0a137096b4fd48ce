//! The RGB-D camera, on a thread of its own that owns the renderer.
//!
//! The main thread copies the state at the moment of exposure and goes on with the physics; the
//! frame is fetched when it is due. So rendering and physics use both cores, and since the copy is
//! made and the frame delivered at fixed simulated times, thread timing has no effect on results.

use super::cull::{Sight, copy_seen};
use super::pixels::{worn_depth, worn_rgb};
use super::shade::shade;
use crate::SimError;
use crate::config::CameraNoise;
use crate::mjcf::group;
use crate::noise::{Noise, Stream};
use hearth_types::{Intrinsics, Point3, RgbdFrame, Stamp};
use mujoco_rs::prelude::{MjData, MjModel, MjvCamera, MjvOption, MjvPerturb, MjvScene};
use mujoco_rs::renderer::MjRenderer;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

type Data = MjData<Arc<MjModel>>;

/// From where a [`Picture`] is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum View {
    /// Through the robot's own camera, without noise.
    Robot,
    /// Towards a point.
    Towards {
        /// \[m\] What is in the middle, in `map`.
        target_in_map: Point3,
        /// \[m\] From how far.
        distance_m: f64,
        /// \[rad\] Direction of view about z; 0 looks along +x.
        azimuth_rad: f64,
        /// \[rad\] Direction of view against the horizontal; -pi/2 looks straight down.
        elevation_rad: f64,
    },
}

/// A clean picture for people to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// \[px\].
    pub width: usize,
    /// \[px\].
    pub height: usize,
    /// 8-bit sRGB, row-major from the top left.
    pub rgb: Vec<u8>,
}

/// What the camera is like.
#[derive(Clone, Debug)]
pub(crate) struct Shot {
    pub width: usize,
    pub height: usize,
    pub intrinsics: Intrinsics,
    pub camera_id: usize,
    pub rgb_std: f64,
    pub depth_range_m: [f64; 2],
    pub noise: CameraNoise,
    pub seed: u64,
}

enum Job {
    Frame {
        stamp: Stamp,
        index: u64,
        data: Box<Data>,
    },
    Picture {
        view: View,
        size: (usize, usize),
        data: Box<Data>,
        answer: Sender<Result<Picture, SimError>>,
    },
}

/// The camera.
pub(crate) struct Camera {
    jobs: Option<Sender<Job>>,
    frames: Receiver<Result<RgbdFrame, SimError>>,
    returned: Receiver<Box<Data>>,
    spare: Vec<Box<Data>>,
    thread: Option<JoinHandle<()>>,
}

impl Camera {
    /// Starts the thread and its renderer.
    ///
    /// # Errors
    /// [`SimError::Renderer`].
    pub fn start(model: &Arc<MjModel>, shot: Shot) -> Result<Self, SimError> {
        let (jobs, inbox) = channel();
        let (outbox, frames) = channel();
        let (giving_back, returned) = channel();
        let (ready, started) = channel();
        let theirs = Arc::clone(model);
        let thread = std::thread::Builder::new()
            .name("camera".to_owned())
            .spawn(move || match renderer(&theirs, shot.width, shot.height) {
                Ok(renderer) => {
                    let _ = ready.send(Ok(()));
                    Worker::new(theirs, shot, renderer).run(&inbox, &outbox, &giving_back);
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            })
            .map_err(|error| SimError::Renderer(error.to_string()))?;
        started
            .recv()
            .map_err(|_| SimError::Renderer("its thread ended".to_owned()))??;
        let spare = (0..2)
            .map(|_| MjData::try_new(Arc::clone(model)).map(Box::new))
            .collect::<Result<_, _>>()
            .map_err(|error| SimError::Model(error.to_string()))?;
        Ok(Self {
            jobs: Some(jobs),
            frames,
            returned,
            spare,
            thread: Some(thread),
        })
    }

    fn copy_of(&mut self, data: &Data) -> Option<Box<Data>> {
        while let Ok(back) = self.returned.try_recv() {
            self.spare.push(back);
        }
        let mut copy = match self.spare.pop() {
            Some(copy) => copy,
            None => self.returned.recv().ok()?,
        };
        data.copy_visual_to(&mut copy).ok()?;
        Some(copy)
    }

    /// Exposes a frame: what the world looks like now.
    pub fn expose(&mut self, stamp: Stamp, index: u64, data: &Data) {
        if let Some(copy) = self.copy_of(data)
            && let Some(jobs) = &self.jobs
        {
            let _ = jobs.send(Job::Frame {
                stamp,
                index,
                data: copy,
            });
        }
    }

    /// The oldest exposed frame, waiting for it if it is still being rendered.
    pub fn wait(&self) -> Option<RgbdFrame> {
        self.frames.recv().ok().and_then(Result::ok)
    }

    /// The oldest exposed frame if it is rendered.
    pub fn poll(&self) -> Option<RgbdFrame> {
        match self.frames.try_recv() {
            Ok(frame) => frame.ok(),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => None,
        }
    }

    /// Takes a clean picture and waits for it.
    ///
    /// # Errors
    /// [`SimError::Renderer`].
    pub fn picture(
        &mut self,
        view: View,
        size: (usize, usize),
        data: &Data,
    ) -> Result<Picture, SimError> {
        let gone = || SimError::Renderer("its thread ended".to_owned());
        let data = self.copy_of(data).ok_or_else(gone)?;
        let (answer, result) = channel();
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.send(Job::Picture {
            view,
            size,
            data,
            answer,
        })
        .map_err(|_| gone())?;
        result.recv().map_err(|_| gone())?
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// \[rad\] MuJoCo's default for cameras that no model describes.
const FREE_FOVY_RAD: f64 = std::f64::consts::FRAC_PI_4;

fn failed(error: impl std::fmt::Display) -> SimError {
    SimError::Renderer(error.to_string())
}

/// A renderer that draws what is put into its user scene only.
fn renderer(model: &MjModel, width: usize, height: usize) -> Result<MjRenderer, SimError> {
    let shapes = model.ffi().ngeom as usize;
    let renderer = MjRenderer::new(model, width, height, shapes).map_err(failed)?;
    Ok(renderer.with_opts(options(&[])).with_depth_rendering(true))
}

fn options(groups: &[usize]) -> MjvOption {
    let mut options = MjvOption::default();
    options.geomgroup = [0; 6];
    for group in groups {
        options.geomgroup[*group] = 1;
    }
    options
}

struct Worker {
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
    fn new(model: Arc<MjModel>, shot: Shot, renderer: MjRenderer) -> Self {
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

    fn run(
        mut self,
        inbox: &Receiver<Job>,
        outbox: &Sender<Result<RgbdFrame, SimError>>,
        giving_back: &Sender<Box<Data>>,
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
        let focal_px = match view {
            View::Robot => self.shot.intrinsics.fx * width as f64 / self.shot.width as f64,
            View::Towards { .. } => height as f64 / 2.0 / (FREE_FOVY_RAD / 2.0).tan(),
        };
        shade(&mut rgb, depth, width, focal_px as f32);
        Ok(Picture { width, height, rgb })
    }
}
