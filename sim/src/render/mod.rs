//! Pictures of the flat with ever new looks, things and people, and what is known about them: what
//! learnt perception is trained and measured on.
//!
//! Start at [`Renderer`]. A scene's things and people come as [`SceneSpec`]s, which
//! `sim/worlds/vary.py` writes; everything else follows from their seeds.

mod clearance;
mod figure;
mod label;
mod light;
mod optics;
mod outline;
mod paint;
mod place;
mod pool;
mod room;
mod solid;
mod spec;
mod stage;
#[cfg(test)]
mod tests;
mod texture;
mod top;
mod view;
mod write;

pub use label::{Labels, Seen};
pub use spec::{Attributes, ObjectSpec, PartSpec, PersonSpec, SceneSpec, Stance};
pub use write::Folder;

use crate::config::CameraNoise;
use crate::noise::{Noise, Stream};
use crate::scene::SceneRules;
use crate::sdf::SdfWorld;
use crate::{SimError, model};
use figure::Figure;
use hearth_types::{Home, Intrinsics};
use hearth_urdf::{RobotModel, SensorKind};
use optics::Sensor;
use paint::look;
use place::{Layout, Placed, arrange};
use room::Flat;
use solid::{Lamp, Solid};
use stage::Stage;
use texture::Texture;

/// The camera for which pictures are made.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderOptions {
    /// \[px\].
    pub width: usize,
    /// \[px\].
    pub height: usize,
    /// \[rad\] Of the middle of the range of cameras.
    pub horizontal_fov_rad: f64,
    /// How far the focal length is from that camera's at most, relative.
    pub fov_jitter: f64,
    /// Standard deviation of a pixel's colour, relative to white.
    pub colour_noise: f64,
    /// \[m\] Where there is depth.
    pub depth_range_m: [f64; 2],
    /// The rest of the noise; pictures have between a third and twice of it.
    pub noise: CameraNoise,
    /// \[0, 1\] Share of the pictures that are taken of people; the others are of things.
    pub people_share: f64,
}

impl RenderOptions {
    /// As of the robot's own camera.
    ///
    /// # Errors
    /// [`SimError::Robot`] if it has none.
    pub fn of_robot(robot: &RobotModel) -> Result<Self, SimError> {
        let pick = |kind: &'_ SensorKind| match kind {
            SensorKind::RgbdCamera(camera) => Some(camera.clone()),
            _ => None,
        };
        let (_, camera) = model::sensor(robot, pick, "rgbd_camera")?;
        Ok(Self {
            width: camera.width,
            height: camera.height,
            horizontal_fov_rad: camera.horizontal_fov_rad,
            fov_jitter: 0.06,
            colour_noise: camera.colour_noise,
            depth_range_m: camera.depth_range_m,
            noise: CameraNoise::default(),
            people_share: 0.3,
        })
    }
}

/// One picture with its depth and what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// \[px\].
    pub width: usize,
    /// \[px\].
    pub height: usize,
    /// 8-bit sRGB, row-major from the top left.
    pub rgb: Vec<u8>,
    /// \[m\] Along the optical axis; 0 where the sensor has none.
    pub depth_m: Vec<f32>,
    /// What is in it.
    pub labels: Labels,
}

/// Makes pictures. It owns an OpenGL context and stays on its thread.
pub struct Renderer {
    options: RenderOptions,
    world: SdfWorld,
    flat: Flat,
    stage: Stage,
}

/// A scene that is ready for its pictures.
struct Set<'a> {
    spec: &'a SceneSpec,
    layout: Layout,
    solids: Vec<Solid>,
    lamps: Vec<Lamp>,
    ceiling: [u8; 3],
}

impl Renderer {
    /// For the flat of `world`, without its people, its things and the obstacles and guests of the `rules`.
    ///
    /// # Errors
    /// [`SimError::Renderer`] without EGL.
    pub fn new(
        options: RenderOptions,
        world: &SdfWorld,
        home: &Home,
        rules: &SceneRules,
    ) -> Result<Self, SimError> {
        let left_out: Vec<String> = rules.visiting().map(str::to_owned).collect();
        Ok(Self {
            world: world.clone(),
            flat: Flat::new(world, home, &left_out),
            stage: Stage::new(options.width, options.height)?,
            options,
        })
    }

    /// The scene's first `views` pictures. The same scene gives the same pictures.
    ///
    /// # Errors
    /// [`SimError::Rules`] if a part's size does not fit its shape, [`SimError::Renderer`].
    pub fn samples<'a>(
        &'a mut self,
        scene: &'a SceneSpec,
        views: usize,
    ) -> Result<impl Iterator<Item = Result<Sample, SimError>> + 'a, SimError> {
        let set = self.set(scene)?;
        Ok((0..views).map(move |view| self.sample(&set, view as u64)))
    }

    fn set<'a>(&mut self, spec: &'a SceneSpec) -> Result<Set<'a>, SimError> {
        let mut draw = Noise::new(spec.seed, Stream::Render, 0);
        let objects = figures(spec, spec.objects.iter().map(|it| (&it.name, &it.parts)))?;
        let people = figures(spec, spec.people.iter().map(|it| (&it.name, &it.parts)))?;
        let layout = arrange(spec, &objects, &people, &self.flat, &mut draw);
        self.stage.clear_textures();
        let mut draw = Noise::new(spec.seed, Stream::Render, 1);
        let mut solids = self.flat.dress(&mut self.stage, &mut draw);
        let mut known = Vec::new();
        for (at, placed) in layout.objects.iter().enumerate() {
            let parts = &spec.objects[placed.index].parts;
            self.add(placed, parts, [at + 1; 2], &mut solids, &mut known);
        }
        for (at, placed) in layout.people.iter().enumerate() {
            let parts = &spec.people[placed.index].parts;
            let label = layout.objects.len() + at + 1;
            let labels = [label, label + layout.people.len()];
            self.add(placed, parts, labels, &mut solids, &mut known);
        }
        let grey = draw.between(150.0, 245.0);
        Ok(Set {
            spec,
            layout,
            solids,
            lamps: light::lamps(&self.world, &mut draw),
            ceiling: [0.0, 0.0, -6.0].map(|it| (grey + it + draw.gaussian(4.0)) as u8),
        })
    }

    fn add(
        &mut self,
        placed: &Placed,
        parts: &[PartSpec],
        [rest, acting]: [usize; 2],
        solids: &mut Vec<Solid>,
        known: &mut Vec<(Texture, Option<usize>)>,
    ) {
        for (part, (geometry, thing_from_part)) in parts.iter().zip(&placed.figure.parts) {
            solids.push(Solid {
                geometry: *geometry,
                map_from_solid: placed.map_from_thing * thing_from_part,
                look: look(&mut self.stage, part, known),
                label: match (part.seat, part.acts) {
                    (true, _) => 0,
                    (false, false) => rest as u16,
                    (false, true) => acting as u16,
                },
            });
        }
    }

    fn sample(&mut self, set: &Set, view: u64) -> Result<Sample, SimError> {
        let mut draw = Noise::new(set.spec.seed, Stream::Render, 2 + view);
        let options = &self.options;
        let size = (options.width, options.height);
        let (width, height) = (size.0 as f64, size.1 as f64);
        let jitter = 1.0 + draw.between(-1.0, 1.0) * options.fov_jitter;
        let focal_px = width / 2.0 / (options.horizontal_fov_rad / 2.0).tan() * jitter;
        let intrinsics = Intrinsics {
            fx: focal_px,
            fy: focal_px,
            cx: (width - 1.0) / 2.0,
            cy: (height - 1.0) / 2.0,
        };
        let (eye, target) = view::eye(
            &set.layout,
            &self.flat,
            (intrinsics, size),
            options.people_share,
            &mut draw,
        );
        let lamps = light::lamps_near(&set.lamps, &target);
        let shots = self.stage.shoot(&set.solids, &lamps, &eye)?;
        let sensor = Sensor {
            width: size.0,
            focal_px: focal_px as f32,
            rgb_std: options.colour_noise,
            depth_range_m: options.depth_range_m,
            noise: options.noise.clone(),
        };
        let (rgb, depth_m) =
            optics::worn(shots.rgb, &shots.depth_m, set.ceiling, &sensor, &mut draw);
        let things = set.layout.objects.len();
        let folk = set.layout.people.len();
        let extents = label::extents(&shots.labels, size.0, things + 2 * folk);
        let objects = set.layout.objects.iter().zip(&extents[1..]);
        let people = (set.layout.people.iter())
            .zip(&extents[things + 1..])
            .zip(&extents[things + folk + 1..]);
        let labels = Labels {
            seed: set.spec.seed,
            intrinsics,
            objects: objects
                .filter_map(|(placed, extent)| {
                    let spec = &set.spec.objects[placed.index];
                    let about = (spec.name.as_str(), &spec.attributes, spec.parts.as_slice());
                    label::seen(placed, about, Some(spec.size_m), *extent, &eye, size)
                })
                .collect(),
            people: people
                .filter_map(|((placed, rest), acting)| {
                    let spec = &set.spec.people[placed.index];
                    let extent = (label::joined(*rest, *acting), acting.0);
                    label::person_seen(placed, spec, extent, &eye, size)
                })
                .collect(),
        };
        Ok(Sample {
            width: size.0,
            height: size.1,
            rgb,
            depth_m,
            labels,
        })
    }
}

fn figures<'a>(
    spec: &SceneSpec,
    things: impl Iterator<Item = (&'a String, &'a Vec<PartSpec>)>,
) -> Result<Vec<Figure>, SimError> {
    things
        .map(|(name, parts)| {
            Figure::new(parts).ok_or_else(|| SimError::Rules {
                file: format!("scene {}", spec.seed),
                problem: format!("{name:?} has no parts, or one whose size does not fit its shape"),
                expected: "sizes: box x, y, z; cylinder and capsule radius, length; sphere radius; ellipsoid three radii"
                    .to_owned(),
            })
        })
        .collect()
}
