//! The map as a field of signed distances, finer than its cells.

use crate::nav::distance::squared_distances;
use crate::nav::grid::GridFrame;
use hearth_types::{OccupancyGrid, Point2};

/// Signed distance to the borders of the map's occupied cells: positive outside, negative inside,
/// zero where a lidar's ray ends.
#[derive(Clone, Debug)]
pub struct MapField {
    frame: GridFrame,
    distance_m: Vec<f32>,
}

impl MapField {
    /// From a map; each of its cells is split into `split` x `split`.
    pub fn new(map: &OccupancyGrid, split: usize) -> Self {
        let frame = GridFrame::of_map(map, split);
        let split = split.max(1);
        let occupied: Vec<bool> = (0..frame.len())
            .map(|i| {
                let (x, y) = (i % frame.width / split, i / frame.width / split);
                map.occupied
                    .get(y * map.width + x)
                    .copied()
                    .unwrap_or(false)
            })
            .collect();
        let free: Vec<bool> = occupied.iter().map(|it| !it).collect();
        let outside = squared_distances(&occupied, frame.width, frame.height);
        let inside = squared_distances(&free, frame.width, frame.height);
        let resolution = frame.resolution_m as f32;
        // Between cell centres the border lies half a cell from each.
        let distance_m = outside
            .iter()
            .zip(&inside)
            .zip(&occupied)
            .map(|((&out, &within), &occupied)| {
                if occupied {
                    -(within.sqrt().min(1e4) - 0.5) * resolution
                } else {
                    (out.sqrt().min(1e4) - 0.5) * resolution
                }
            })
            .collect();
        Self { frame, distance_m }
    }

    /// \[m\] The signed distance and its gradient; `None` off the map.
    pub fn sample(&self, point_in_map: &Point2) -> Option<(f64, [f64; 2])> {
        self.frame.sample(&self.distance_m, point_in_map)
    }

    /// \[m\] The signed distance; `None` off the map.
    pub fn distance_m(&self, point_in_map: &Point2) -> Option<f64> {
        self.sample(point_in_map).map(|(distance_m, _)| distance_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_zero_on_a_walls_face_and_grows_away_from_it() {
        // A wall one cell thick at x in [1.0, 1.05].
        let mut map = OccupancyGrid {
            resolution_m: 0.05,
            origin_in_map: Point2::new(0.0, 0.0),
            width: 40,
            height: 40,
            occupied: vec![false; 1600],
        };
        for y in 0..40 {
            map.occupied[y * 40 + 20] = true;
        }
        let field = MapField::new(&map, 2);
        let at = |x: f64| field.distance_m(&Point2::new(x, 1.0)).expect("on the map");

        assert!(at(1.0).abs() < 1e-3);
        assert!((at(0.7) - 0.3).abs() < 1e-3);
        assert!((at(1.55) - 0.5).abs() < 1e-3);
        assert!(at(1.025) < -0.01);
        assert!(field.distance_m(&Point2::new(-1.0, 1.0)).is_none());
    }
}
