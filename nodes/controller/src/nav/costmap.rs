//! What the robot must not touch: the map, the furniture, and what lidar and camera see.

use super::distance::squared_distances;
use super::grid::GridFrame;
use crate::config::NavigationConfig;
use crate::localization::field::MapField;
use hearth_types::{Home, OrientedRect, Point2, Pose2, World};

/// \[m\] Hits nearer than this to the map or to furniture are explained by them.
const EXPLAINED_M: f64 = 0.12;
/// \[m\] What the map does not know may be larger than what the lidar's plane cuts: feet before
/// shins, a chair's seat over its legs.
const UNSEEN_M: f64 = 0.12;
/// Hits that make a cell occupied; a single one may be noise.
const SURE: u8 = 2;
/// The most hits that are remembered: as many misses clear the cell.
const MOST: u8 = 4;
/// \[m\] How far away rays mark and clear.
const SIGHT_M: f64 = 4.5;

/// Distances to obstacles, by cell.
#[derive(Clone, Debug)]
pub struct Costmap {
    config: NavigationConfig,
    frame: GridFrame,
    /// \[m\] To the map's walls and to furniture.
    fixed_m: Vec<f32>,
    /// \[m\] To anything.
    distance_m: Vec<f32>,
    furniture: Vec<OrientedRect>,
    lidar_hits: Vec<u8>,
    /// \[s\] When lidar or camera last saw something in the cell.
    lidar_secs: Vec<f32>,
    camera_secs: Vec<f32>,
    people: Vec<Point2>,
    /// Cells that the lidar found occupied, and those that camera and people did.
    seen: Vec<bool>,
    solid: Vec<bool>,
    dirty: bool,
}

impl Costmap {
    /// The map and the furniture of a home.
    pub fn new(config: NavigationConfig, home: &Home, field: &MapField) -> Self {
        let frame = GridFrame::of_map(&home.map, 1);
        let furniture: Vec<OrientedRect> = home
            .places
            .iter()
            .filter(|it| it.height_m > 0.0)
            .map(|it| it.footprint)
            .collect();
        let fixed_m: Vec<f32> = (0..frame.len())
            .map(|i| {
                let centre = frame.centre(i);
                let wall_m = field.distance_m(&centre).unwrap_or(0.0).max(0.0);
                furniture
                    .iter()
                    .map(|it| it.distance_m(&centre))
                    .fold(wall_m, f64::min) as f32
            })
            .collect();
        let cells = frame.len();
        Self {
            config,
            frame,
            distance_m: fixed_m.clone(),
            fixed_m,
            furniture,
            lidar_hits: vec![0; cells],
            lidar_secs: vec![f32::NEG_INFINITY; cells],
            camera_secs: vec![f32::NEG_INFINITY; cells],
            people: Vec::new(),
            seen: vec![false; cells],
            solid: vec![false; cells],
            dirty: false,
        }
    }

    /// The grid.
    pub fn frame(&self) -> &GridFrame {
        &self.frame
    }

    /// \[m\] Distance to the nearest obstacle, by cell.
    pub fn distances_m(&self) -> &[f32] {
        &self.distance_m
    }

    /// \[m\] Distance from the point to the nearest obstacle; zero off the map.
    pub fn distance_m(&self, point_in_map: &Point2) -> f64 {
        self.frame
            .sample(&self.distance_m, point_in_map)
            .map_or(0.0, |(distance_m, _)| distance_m)
    }

    /// \[m\] The gap that a robot standing there would have to the nearest obstacle.
    pub fn gap_m(&self, base_in_map: &Point2) -> f64 {
        self.distance_m(base_in_map) - self.config.robot_radius_m
    }

    /// \[m\] The same for walls and furniture alone.
    pub fn fixed_gap_m(&self, base_in_map: &Point2) -> f64 {
        self.frame
            .sample(&self.fixed_m, base_in_map)
            .map_or(0.0, |(distance_m, _)| distance_m)
            - self.config.robot_radius_m
    }

    /// Takes a scan: `hits_in_map` are the ends of its rays.
    pub fn on_scan(
        &mut self,
        now_secs: f64,
        laser_in_map: &Pose2,
        hits_in_map: &[Point2],
        field: &MapField,
    ) {
        for hit in hits_in_map {
            self.clear_ray(&laser_in_map.point(), hit);
        }
        for hit in hits_in_map {
            if (hit - laser_in_map.point()).norm() > SIGHT_M || self.is_explained(hit, field) {
                continue;
            }
            if let Some(index) = self.frame.index_of(hit) {
                self.lidar_hits[index] = (self.lidar_hits[index] + 1).min(MOST);
                self.lidar_secs[index] = now_secs as f32;
            }
        }
        self.dirty = true;
    }

    /// Takes what the camera sees. `base_in_map` is the robot, whose own arm is no obstacle.
    pub fn on_world(&mut self, now_secs: f64, world: &World, base_in_map: &Pose2) {
        let own_m = self.config.robot_radius_m + 0.1;
        for point in &world.obstacles_in_map {
            let own = (point - base_in_map.point()).norm() < own_m;
            let finite = point.x.is_finite() && point.y.is_finite();
            if own
                || !finite
                || self
                    .furniture
                    .iter()
                    .any(|it| it.contains(point, EXPLAINED_M))
            {
                continue;
            }
            if let Some(index) = self.frame.index_of(point)
                && f64::from(self.fixed_m[index]) > 0.08
            {
                self.camera_secs[index] = now_secs as f32;
            }
        }
        self.people = world
            .people
            .iter()
            .filter(|it| it.existence > 0.3)
            .map(|it| it.position_in_map)
            .collect();
        self.dirty = true;
    }

    /// Brings the distances up to date, if anything changed.
    pub fn refresh(&mut self, now_secs: f64) {
        if !self.dirty {
            return;
        }
        self.dirty = false;
        let lidar_since = (now_secs - self.config.lidar_memory_secs) as f32;
        let camera_since = (now_secs - self.config.camera_memory_secs) as f32;
        let seen: Vec<bool> = (0..self.frame.len())
            .map(|i| self.lidar_hits[i] >= SURE && self.lidar_secs[i] > lidar_since)
            .collect();
        let mut solid: Vec<bool> = (self.camera_secs.iter())
            .map(|it| *it > camera_since)
            .collect();
        self.mark_people(&mut solid);
        if seen == self.seen && solid == self.solid {
            return;
        }
        let (width, height) = (self.frame.width, self.frame.height);
        let resolution = self.frame.resolution_m as f32;
        let to_seen = squared_distances(&seen, width, height);
        let to_solid = squared_distances(&solid, width, height);
        (self.seen, self.solid) = (seen, solid);
        // A hit may be anywhere in its cell: a third of it is a fair guess.
        let to_m = |cells: f32, more_m: f64| (cells.sqrt() - 0.3) * resolution - more_m as f32;
        for (i, distance) in self.distance_m.iter_mut().enumerate() {
            let live_m = to_m(to_seen[i], UNSEEN_M).min(to_m(to_solid[i], 0.0));
            *distance = self.fixed_m[i].min(live_m.max(0.0));
        }
    }

    /// Forgets what is not on the map within `radius_m` of a point, to look afresh.
    pub fn forget_around(&mut self, centre_in_map: &Point2, radius_m: f64) {
        for index in 0..self.frame.len() {
            if (self.frame.centre(index) - centre_in_map).norm() <= radius_m {
                self.camera_secs[index] = f32::NEG_INFINITY;
            }
        }
        self.dirty = true;
    }

    fn is_explained(&self, hit: &Point2, field: &MapField) -> bool {
        field.distance_m(hit).is_none_or(|it| it < EXPLAINED_M)
            || self.furniture.iter().any(|it| it.contains(hit, 0.08))
    }

    /// Lowers the belief in obstacles along a ray, up to short of its end.
    fn clear_ray(&mut self, from: &Point2, to: &Point2) {
        let step_m = self.frame.resolution_m;
        let length_m = (to - from).norm();
        if !length_m.is_finite() || length_m < 1e-6 {
            return;
        }
        let direction = (to - from) / length_m;
        let reach_m = (length_m - 0.1).min(SIGHT_M);
        let mut at_m = 0.1;
        while at_m < reach_m {
            if let Some(index) = self.frame.index_of(&(from + direction * at_m))
                && self.lidar_hits[index] > 0
            {
                self.lidar_hits[index] -= 1;
            }
            at_m += step_m;
        }
    }

    fn mark_people(&self, live: &mut [bool]) {
        let radius_m = (self.config.person_radius_m - 0.05).max(0.0);
        let cells = (radius_m / self.frame.resolution_m).ceil() as usize;
        for person in &self.people {
            let Some((cx, cy)) = self.frame.cell(person) else {
                continue;
            };
            for y in cy.saturating_sub(cells)..=(cy + cells).min(self.frame.height - 1) {
                for x in cx.saturating_sub(cells)..=(cx + cells).min(self.frame.width - 1) {
                    let index = self.frame.index(x, y);
                    if (self.frame.centre(index) - person).norm() <= radius_m {
                        live[index] = true;
                    }
                }
            }
        }
    }
}
