//! What was seen of each surface, cell by cell, and where it is free.

use crate::Config;
use crate::surfaces::{Support, Surfaces};
use crate::view::View;
use hearth_types::{Home, Place, Point2, Point3, Side, Stamp, Surface, SurfaceView};
use std::collections::BTreeMap;

/// \[m\] Side of a cell.
const CELL_M: f64 = 0.02;
/// \[s\] After not looking for this long, a new look starts from nothing.
const NEW_LOOK_SECS: f64 = 8.0;
/// \[m\] What is put down is this wide.
const SPOT_M: f64 = 0.12;
/// \[m\] Kept free around it.
const CLEARANCE_M: f64 = 0.025;
const MOST_SPOTS: usize = 8;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cell {
    seen: bool,
    occupied: bool,
}

#[derive(Clone, Debug)]
struct Grid {
    width: usize,
    height: usize,
    cells: Vec<Cell>,
    measured_height_m: Option<f64>,
    seen_from: Stamp,
    last_seen: Stamp,
}

impl Grid {
    fn new(surface: &Surface, now: Stamp) -> Self {
        let count = |length: f64| ((length / CELL_M).ceil() as usize).clamp(1, 400);
        let [width, height] = surface.area.size_m.map(count);
        Self {
            width,
            height,
            cells: vec![Cell::default(); width * height],
            measured_height_m: None,
            seen_from: now,
            last_seen: now,
        }
    }

    fn cell(&self, surface: &Surface, point: &Point2) -> Option<usize> {
        let local = surface.area.local(point);
        let x = ((local.x + surface.area.size_m[0] / 2.0) / CELL_M).floor();
        let y = ((local.y + surface.area.size_m[1] / 2.0) / CELL_M).floor();
        let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
        inside.then(|| y as usize * self.width + x as usize)
    }

    fn coverage(&self) -> f64 {
        let seen = self.cells.iter().filter(|it| it.seen).count();
        seen as f64 / self.cells.len() as f64
    }
}

/// The grids of all surfaces that were looked at.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    grids: BTreeMap<(usize, usize), Grid>,
}

impl Coverage {
    /// Takes what a frame shows of each surface.
    pub fn update(
        &mut self,
        now: Stamp,
        view: &View,
        surfaces: &Surfaces,
        home: &Home,
        config: &Config,
    ) {
        let far = config.well_seen_range_m as f32;
        let mut hits: BTreeMap<(usize, usize), Vec<[u16; 2]>> = BTreeMap::new();
        for (pixel, support) in surfaces.support.iter().enumerate() {
            let Some(index) = support else { continue };
            let fit = &surfaces.fits[usize::from(*index)];
            let (Support::Place(p, s), true) = (fit.support, view.depth_m[pixel] < far) else {
                continue;
            };
            let Some(surface) = home.places.get(p).and_then(|it| it.surfaces.get(s)) else {
                continue;
            };
            let grid = self
                .grids
                .entry((p, s))
                .or_insert_with(|| Grid::new(surface, now));
            let point = &view.points[pixel];
            let at = Point2::new(f64::from(point.x), f64::from(point.y));
            let Some(cell) = grid.cell(surface, &at) else {
                continue;
            };
            let count = grid.cells.len();
            let counts = hits.entry((p, s)).or_insert_with(|| vec![[0; 2]; count]);
            let sigma = 0.4 * view.sigma_m(view.depth_m[pixel]);
            let raised = surfaces.rise_m[pixel] > 0.010 + 2.0 * sigma;
            counts[cell][usize::from(raised)] = counts[cell][usize::from(raised)].saturating_add(1);
        }
        for (key, counts) in hits {
            let Some(grid) = self.grids.get_mut(&key) else {
                continue;
            };
            if now.secs_since(grid.last_seen) > NEW_LOOK_SECS {
                grid.cells.fill(Cell::default());
                grid.seen_from = now;
            }
            grid.last_seen = now;
            for (cell, [bare, raised]) in grid.cells.iter_mut().zip(counts) {
                if bare + raised > 0 {
                    cell.seen = true;
                    cell.occupied = raised >= 2 || raised > bare;
                }
            }
            let fit = surfaces
                .fits
                .iter()
                .find(|it| it.support == Support::Place(key.0, key.1) && it.measured);
            if let Some(fit) = fit {
                let height_m = f64::from(fit.height_m());
                grid.measured_height_m = Some(
                    grid.measured_height_m
                        .map_or(height_m, |it| it + 0.3 * (height_m - it)),
                );
            }
        }
    }

    /// What was seen of all surfaces. `things` are circles (centre, radius) that are taken.
    pub fn views(
        &self,
        home: &Home,
        things: &[(Point3, f64)],
        config: &Config,
    ) -> Vec<SurfaceView> {
        self.grids
            .iter()
            .filter_map(|(&(p, s), grid)| {
                let place = home.places.get(p)?;
                let surface = place.surfaces.get(s)?;
                Some(SurfaceView {
                    place: place.names.id.clone(),
                    surface: s,
                    measured_height_m: grid.measured_height_m,
                    coverage: grid.coverage(),
                    seen_from: grid.seen_from,
                    last_seen: grid.last_seen,
                    free_spots_in_map: free_spots(grid, place, surface, things, config),
                })
            })
            .collect()
    }
}

/// \[m\] How far inside the area's edges a spot's centre must be, by side; and from which sides
/// the arm comes. In the area's own frame: +x, -x, +y, -y.
fn open_edges(place: &Place, surface: &Surface) -> [bool; 4] {
    // The area may be turned against the footprint by quarter turns.
    let turn = surface.area.centre_in_map.yaw_rad - place.footprint.centre_in_map.yaw_rad;
    let quarters = (turn / std::f64::consts::FRAC_PI_2).round() as i64;
    let order = [Side::Front, Side::Left, Side::Back, Side::Right];
    let mut open = [false; 4];
    for (index, side) in order.iter().enumerate() {
        if place.open_sides.contains(side) {
            let local = (index as i64 - quarters).rem_euclid(4) as usize;
            open[[0, 2, 1, 3][local]] = true;
        }
    }
    open
}

fn free_spots(
    grid: &Grid,
    place: &Place,
    surface: &Surface,
    things: &[(Point3, f64)],
    config: &Config,
) -> Vec<Point3> {
    let [length, width] = surface.area.size_m;
    let open = open_edges(place, surface);
    let height_m = grid.measured_height_m.unwrap_or(surface.height_m);
    let taken = taken_distance(grid);
    let need = SPOT_M / 2.0 + CLEARANCE_M;
    let mut ranked: Vec<(f64, Point2)> = Vec::new();
    for (index, &clear_m) in taken.iter().enumerate() {
        let x = ((index % grid.width) as f64 + 0.5) * CELL_M - length / 2.0;
        let y = ((index / grid.width) as f64 + 0.5) * CELL_M - width / 2.0;
        let edges = [
            length / 2.0 - x,
            length / 2.0 + x,
            width / 2.0 - y,
            width / 2.0 + y,
        ];
        let inner = edges.iter().copied().fold(f64::MAX, f64::min);
        let reach = edges.iter().zip(open).filter(|it| it.1).map(|it| *it.0);
        let reach = reach.fold(f64::MAX, f64::min);
        if clear_m < need || inner < SPOT_M / 2.0 || reach > config.spot_reach_m {
            continue;
        }
        let in_map = surface.area.centre_in_map.transform(&Point2::new(x, y));
        let to_things = things
            .iter()
            .filter(|it| (it.0.z - height_m).abs() < 0.35)
            .map(|it| (it.0.xy() - in_map).norm() - it.1)
            .fold(f64::MAX, f64::min);
        if to_things < need {
            continue;
        }
        // Room around counts up to a hand's width; then rather near the edge, but not on it.
        let room = clear_m.min(to_things).min(0.22) + 0.5 * inner.min(0.12);
        ranked.push((room - 0.3 * (reach - 0.14).abs(), in_map));
    }
    ranked.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then(a.1.x.total_cmp(&b.1.x))
            .then(a.1.y.total_cmp(&b.1.y))
    });
    let mut spots: Vec<Point3> = Vec::new();
    for (_, spot) in ranked {
        if spots.iter().all(|it| (it.xy() - spot).norm() > 0.10) {
            spots.push(Point3::new(spot.x, spot.y, height_m));
            if spots.len() == MOST_SPOTS {
                break;
            }
        }
    }
    spots
}

/// \[m\] For each cell the distance to the nearest one that is taken or was not seen (chamfer
/// distance, a few per cent too long at most).
fn taken_distance(grid: &Grid) -> Vec<f64> {
    let (width, height) = (grid.width, grid.height);
    let far = 1e3;
    let mut distance: Vec<f64> = grid
        .cells
        .iter()
        .map(|it| if it.seen && !it.occupied { far } else { 0.0 })
        .collect();
    let relax = |distance: &mut Vec<f64>, at: usize, other: usize, step: f64| {
        distance[at] = distance[at].min(distance[other] + step * CELL_M);
    };
    let diagonal = std::f64::consts::SQRT_2;
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            if x > 0 {
                relax(&mut distance, at, at - 1, 1.0);
            }
            if y > 0 {
                relax(&mut distance, at, at - width, 1.0);
                if x > 0 {
                    relax(&mut distance, at, at - width - 1, diagonal);
                }
                if x + 1 < width {
                    relax(&mut distance, at, at - width + 1, diagonal);
                }
            }
        }
    }
    for y in (0..height).rev() {
        for x in (0..width).rev() {
            let at = y * width + x;
            if x + 1 < width {
                relax(&mut distance, at, at + 1, 1.0);
            }
            if y + 1 < height {
                relax(&mut distance, at, at + width, 1.0);
                if x + 1 < width {
                    relax(&mut distance, at, at + width + 1, diagonal);
                }
                if x > 0 {
                    relax(&mut distance, at, at + width - 1, diagonal);
                }
            }
        }
    }
    distance
}
