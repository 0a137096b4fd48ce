//! The RGB-D camera, on a thread of its own that owns the renderer.
//!
//! The main thread copies the state at the moment of exposure and goes on with the physics; the
//! frame is fetched when it is due. So rendering and physics use both cores, and since the copy is
//! made and the frame delivered at fixed simulated times, thread timing has no effect on results.

use super::egl::{alone, release_thread};
use super::worker::{Worker, renderer};
use crate::SimError;
use crate::config::CameraNoise;
use hearth_types::{Intrinsics, Point3, RgbdFrame, Stamp};
use mujoco_rs::prelude::{MjData, MjModel};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

pub(super) type Data = MjData<Arc<MjModel>>;

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

pub(super) enum Job {
    Frame {
        stamp: Stamp,
        index: u64,
        data: Data,
    },
    Picture {
        view: View,
        size: (usize, usize),
        data: Data,
        answer: Sender<Result<Picture, SimError>>,
    },
}

/// The camera.
pub(crate) struct Camera {
    jobs: Option<Sender<Job>>,
    frames: Receiver<Result<RgbdFrame, SimError>>,
    returned: Receiver<Data>,
    spare: Vec<Data>,
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
            .spawn(move || {
                let making = alone();
                let made = renderer(&theirs, shot.width, shot.height);
                drop(making);
                let worker = match made {
                    Ok(renderer) => {
                        let _ = ready.send(Ok(()));
                        let mut worker = Worker::new(theirs, shot, renderer);
                        worker.run(&inbox, &outbox, &giving_back);
                        Some(worker)
                    }
                    Err(error) => {
                        let _ = ready.send(Err(error));
                        None
                    }
                };
                let _freeing = alone();
                drop(worker);
                release_thread();
            })
            .map_err(|error| SimError::Renderer(error.to_string()))?;
        started
            .recv()
            .map_err(|_| SimError::Renderer("its thread ended".to_owned()))??;
        let spare = (0..2)
            .map(|_| MjData::try_new(Arc::clone(model)))
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

    fn copy_of(&mut self, data: &Data) -> Option<Data> {
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
