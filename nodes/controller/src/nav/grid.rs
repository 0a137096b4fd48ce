//! Geometry of a grid over the map, and sampling between its cells.

use hearth_types::{OccupancyGrid, Point2};

/// Where a grid's cells lie in `map`. Its axes are the map's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GridFrame {
    /// \[m\] Side of a cell.
    pub resolution_m: f64,
    /// The outer corner of cell (0, 0).
    pub origin_in_map: Point2,
    /// Cells along x.
    pub width: usize,
    /// Cells along y.
    pub height: usize,
}

impl GridFrame {
    /// The frame of a map, each of whose cells is split into `split` x `split`.
    pub fn of_map(map: &OccupancyGrid, split: usize) -> Self {
        let split = split.max(1);
        Self {
            resolution_m: map.resolution_m / split as f64,
            origin_in_map: map.origin_in_map,
            width: map.width * split,
            height: map.height * split,
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.width * self.height
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell that holds the point, if it is on the grid.
    pub fn cell(&self, point_in_map: &Point2) -> Option<(usize, usize)> {
        let x = ((point_in_map.x - self.origin_in_map.x) / self.resolution_m).floor();
        let y = ((point_in_map.y - self.origin_in_map.y) / self.resolution_m).floor();
        (x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64)
            .then_some((x as usize, y as usize))
    }

    /// The index of the cell that holds the point, if it is on the grid.
    pub fn index_of(&self, point_in_map: &Point2) -> Option<usize> {
        self.cell(point_in_map).map(|(x, y)| self.index(x, y))
    }

    /// The row-major index of a cell.
    pub fn index(&self, x: usize, y: usize) -> usize {
        y * self.width + x
    }

    /// The centre of the cell with this index.
    pub fn centre(&self, index: usize) -> Point2 {
        let width = self.width.max(1);
        Point2::new(
            self.origin_in_map.x + ((index % width) as f64 + 0.5) * self.resolution_m,
            self.origin_in_map.y + ((index / width) as f64 + 0.5) * self.resolution_m,
        )
    }

    /// The value between the cells' centres and its gradient (per metre), or `None` off the grid.
    pub fn sample(&self, values: &[f32], point_in_map: &Point2) -> Option<(f64, [f64; 2])> {
        if self.width < 2 || self.height < 2 || values.len() < self.len() {
            return None;
        }
        let u = (point_in_map.x - self.origin_in_map.x) / self.resolution_m - 0.5;
        let v = (point_in_map.y - self.origin_in_map.y) / self.resolution_m - 0.5;
        let inside =
            u >= -0.5 && v >= -0.5 && u < self.width as f64 - 0.5 && v < self.height as f64 - 0.5;
        if !inside {
            return None;
        }
        let u = u.clamp(0.0, self.width as f64 - 1.001);
        let v = v.clamp(0.0, self.height as f64 - 1.001);
        let (x, y) = (u as usize, v as usize);
        let (fx, fy) = (u - x as f64, v - y as f64);
        let at = |x: usize, y: usize| f64::from(values[y * self.width + x]);
        let (a, b, c, d) = (at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1));
        let low = a + (b - a) * fx;
        let high = c + (d - c) * fx;
        let slope_x = (b - a) * (1.0 - fy) + (d - c) * fy;
        Some((
            low + (high - low) * fy,
            [
                slope_x / self.resolution_m,
                (high - low) / self.resolution_m,
            ],
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_a_plane_exactly_and_refuses_points_off_the_grid() {
        let frame = GridFrame {
            resolution_m: 0.5,
            origin_in_map: Point2::new(-1.0, 2.0),
            width: 6,
            height: 4,
        };
        let values: Vec<f32> = (0..frame.len())
            .map(|i| (3.0 * frame.centre(i).x - 2.0 * frame.centre(i).y) as f32)
            .collect();

        let (value, gradient) = frame
            .sample(&values, &Point2::new(0.3, 2.9))
            .expect("on the grid");

        assert!((value - (0.9 - 5.8)).abs() < 1e-5);
        assert!((gradient[0] - 3.0).abs() < 1e-4 && (gradient[1] + 2.0).abs() < 1e-4);
        assert!(frame.sample(&values, &Point2::new(9.0, 2.9)).is_none());
        assert!(frame.sample(&values, &Point2::new(f64::NAN, 2.9)).is_none());
    }
}
