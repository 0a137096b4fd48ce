//! Horizontal surfaces in a frame: the home's known ones, measured anew, and the floor.

mod fit;

use crate::Config;
use crate::colour::Paint;
use crate::view::{P3, View};
use fit::measure;
use hearth_types::{Home, OrientedRect, Point2};

/// \[m\] The home's heights may be off by this much.
const HEIGHT_TOLERANCE_M: f32 = 0.045;
/// \[m\] Taller things do not stand on furniture.
const TALLEST_M: f32 = 0.45;
/// \[m\] Taller things on the floor are furniture or people.
const TALLEST_ON_FLOOR_M: f32 = 0.35;
/// \[m\] Small things this near to walls and furniture are not told from them.
const FLOOR_MARGIN_M: f32 = 0.07;

/// What a surface belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// The floor.
    Floor,
    /// A surface of a place, by indices into [`Home::places`] and its surfaces.
    Place(usize, usize),
}

/// A horizontal surface as this frame shows it.
#[derive(Clone, Debug)]
pub struct SurfaceFit {
    /// Whose it is.
    pub support: Support,
    /// Its usable area in `map`; `None` for the floor.
    pub area: Option<OrientedRect>,
    /// \[m\] Highest point above the surface that still belongs to it.
    pub reach_m: f32,
    /// Whether enough of it was seen to measure its height; else the home's figure is used.
    pub measured: bool,
    /// Its colour where bare.
    pub paint: Option<Paint>,
    origin: [f32; 2],
    offset_m: f32,
    slope: [f32; 2],
    local: Option<Local>,
}

/// A rectangle prepared for many lookups.
#[derive(Clone, Copy, Debug)]
struct Local {
    centre: [f32; 2],
    cos: f32,
    sin: f32,
    half: [f32; 2],
}

impl Local {
    fn new(area: &OrientedRect) -> Self {
        let (sin, cos) = (area.centre_in_map.yaw_rad as f32).sin_cos();
        Self {
            centre: [area.centre_in_map.x_m as f32, area.centre_in_map.y_m as f32],
            cos,
            sin,
            half: area.size_m.map(|it| it as f32 / 2.0),
        }
    }

    fn contains(&self, point: &P3, margin_m: f32) -> bool {
        let (dx, dy) = (point.x - self.centre[0], point.y - self.centre[1]);
        let x = self.cos * dx + self.sin * dy;
        let y = self.cos * dy - self.sin * dx;
        x.abs() <= self.half[0] + margin_m && y.abs() <= self.half[1] + margin_m
    }
}

impl SurfaceFit {
    /// \[m\] The surface's height below or above this point.
    pub fn height_at(&self, x: f32, y: f32) -> f32 {
        self.offset_m + self.slope[0] * (x - self.origin[0]) + self.slope[1] * (y - self.origin[1])
    }

    /// \[m\] Its height in the middle.
    pub fn height_m(&self) -> f32 {
        self.offset_m
    }

    /// Whether the point lies within the area grown by `margin_m`; always true for the floor.
    pub fn covers(&self, point: &P3, margin_m: f32) -> bool {
        self.local.is_none_or(|it| it.contains(point, margin_m))
    }
}

/// The surfaces of a frame, and which of them each pixel stands on.
#[derive(Debug)]
pub struct Surfaces {
    /// The surfaces in view.
    pub fits: Vec<SurfaceFit>,
    /// For each pixel, the index of the surface that it is on or above.
    pub support: Vec<Option<u8>>,
    /// \[m\] For each pixel with a support, its height above that.
    pub rise_m: Vec<f32>,
}

/// Finds the surfaces that the frame shows.
pub fn find(view: &View, home: &Home, config: &Config) -> Surfaces {
    let mut fits = candidates(view, home, config);
    let margin = config.place_tolerance_m as f32;
    let footprints: Vec<Local> = nearby_footprints(view, home, config);
    let pixels = view.depth_m.len();
    let mut support = vec![None; pixels];
    for (pixel, slot) in support.iter_mut().enumerate() {
        if let Some(point) = view.point(pixel) {
            *slot = assign(point, &fits, margin).or_else(|| {
                let clear = on_floor(point, home)
                    && !footprints
                        .iter()
                        .any(|it| it.contains(point, FLOOR_MARGIN_M));
                clear.then_some(0)
            });
        }
    }
    for (index, fit) in fits.iter_mut().enumerate() {
        let members: Vec<usize> = (0..pixels)
            .filter(|&it| support[it] == Some(index as u8))
            .collect();
        measure(view, fit, &members);
    }
    let mut rise_m = vec![0.0; pixels];
    for pixel in 0..pixels {
        if let Some(index) = support[pixel] {
            let point = &view.points[pixel];
            rise_m[pixel] = point.z - fits[usize::from(index)].height_at(point.x, point.y);
        }
    }
    Surfaces {
        fits,
        support,
        rise_m,
    }
}

fn candidates(view: &View, home: &Home, config: &Config) -> Vec<SurfaceFit> {
    let camera = view.camera_in_map();
    let here = Point2::new(camera.x, camera.y);
    let mut fits = vec![SurfaceFit {
        support: Support::Floor,
        area: None,
        reach_m: TALLEST_ON_FLOOR_M,
        measured: false,
        paint: None,
        origin: [camera.x as f32, camera.y as f32],
        offset_m: 0.0,
        slope: [0.0; 2],
        local: None,
    }];
    for (p, place) in home.places.iter().enumerate() {
        for (s, surface) in place.surfaces.iter().enumerate() {
            if surface.area.distance_m(&here) > config.max_object_range_m || fits.len() >= 200 {
                continue;
            }
            let reach_m = surface
                .headroom_m
                .map_or(TALLEST_M, |it| (it as f32 - 0.012).min(TALLEST_M));
            fits.push(SurfaceFit {
                support: Support::Place(p, s),
                area: Some(surface.area),
                reach_m,
                measured: false,
                paint: None,
                origin: [
                    surface.area.centre_in_map.x_m as f32,
                    surface.area.centre_in_map.y_m as f32,
                ],
                offset_m: surface.height_m as f32,
                slope: [0.0; 2],
                local: Some(Local::new(&surface.area)),
            });
        }
    }
    fits
}

fn nearby_footprints(view: &View, home: &Home, config: &Config) -> Vec<Local> {
    let camera = view.camera_in_map();
    let here = Point2::new(camera.x, camera.y);
    home.places
        .iter()
        .filter(|it| it.height_m > 0.0 && it.footprint.distance_m(&here) < config.max_range_m)
        .map(|it| Local::new(&it.footprint))
        .collect()
}

/// The highest surface that is under the point.
fn assign(point: &P3, fits: &[SurfaceFit], margin: f32) -> Option<u8> {
    let mut best: Option<(f32, usize)> = None;
    for (index, fit) in fits.iter().enumerate().skip(1) {
        let rise = point.z - fit.offset_m;
        if rise > -HEIGHT_TOLERANCE_M
            && rise < fit.reach_m
            && best.is_none_or(|(height, _)| fit.offset_m > height)
            && fit.covers(point, margin)
        {
            best = Some((fit.offset_m, index));
        }
    }
    best.map(|(_, index)| index as u8)
}

/// Whether the point may belong to something small on the floor: low, in a room, and not where
/// the map has a wall or a leg.
fn on_floor(point: &P3, home: &Home) -> bool {
    if !(-0.06..TALLEST_ON_FLOOR_M).contains(&point.z) {
        return false;
    }
    let map = &home.map;
    if point.z < 0.015 || map.resolution_m <= 0.0 {
        return true;
    }
    let at = Point2::new(f64::from(point.x), f64::from(point.y));
    let Some((x, y)) = map.cell(&at) else {
        return false;
    };
    let margin = (f64::from(FLOOR_MARGIN_M) / map.resolution_m)
        .ceil()
        .clamp(0.0, 10.0) as usize;
    let rows = y.saturating_sub(margin)..=(y + margin).min(map.height.saturating_sub(1));
    !rows.into_iter().any(|row| {
        (x.saturating_sub(margin)..=(x + margin).min(map.width.saturating_sub(1)))
            .any(|column| map.is_occupied(column, row))
    })
}
