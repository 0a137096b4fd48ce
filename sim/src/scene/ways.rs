//! Whether the robot still gets everywhere when somebody stands or lies in the flat.

use super::Scene;
use super::surface::solids;
use crate::sdf::SdfWorld;
use hearth_types::{Home, Point2};

/// \[m\] Side of a cell.
const CELL_M: f64 = 0.05;
/// \[m\] The robot's radius and some comfort.
const ROBOT_M: f64 = 0.27;
/// \[m\] What is solid between these heights stops the robot.
const HEIGHTS_M: [f64; 2] = [0.02, 1.3];
/// \[m²\] So much floor may be cut off: a corner behind somebody.
const LOST_M2: f64 = 0.15;

/// The floor on which the robot's middle can be, as cells.
pub(super) struct Ways {
    low: Point2,
    columns: usize,
    free: Vec<bool>,
    reached: Vec<bool>,
    start: Point2,
}

impl Ways {
    /// The scene's floor as it is.
    pub fn of(world: &SdfWorld, scene: &Scene, home: &Home) -> Self {
        let corners = home.rooms.iter().flat_map(|it| &it.outline_in_map);
        let first = (Point2::new(0.0, 0.0), Point2::new(0.0, 0.0));
        let (low, high) = corners.fold(first, |(low, high), it| (low.inf(it), high.sup(it)));
        let size = (high - low) / CELL_M;
        let [columns, rows] = [size.x, size.y].map(|it| it.ceil().max(1.0) as usize);
        let mut ways = Self {
            low,
            columns,
            free: vec![true; columns * rows],
            reached: Vec::new(),
            start: scene.start_in_map.point(),
        };
        for solid in solids(world, scene) {
            let centre = Point2::from(solid.map_from_shape.translation.vector.xy());
            for cell in ways.around(&centre, solid.half_m.norm() + ROBOT_M) {
                if ways.free[cell] && !solid.keeps_off(&ways.middle(cell), HEIGHTS_M, ROBOT_M) {
                    ways.free[cell] = false;
                }
            }
        }
        ways.reached = ways.flood(&ways.free);
        ways
    }

    /// Whether a body at these points leaves all of the floor within reach that it does not take.
    pub fn remain_with(&self, body: &[Point2]) -> bool {
        let mut free = self.free.clone();
        for point in body {
            for cell in self.around(point, ROBOT_M) {
                if (self.middle(cell) - point).norm() < ROBOT_M {
                    free[cell] = false;
                }
            }
        }
        let now = self.flood(&free);
        let lost = (0..free.len()).filter(|it| self.reached[*it] && free[*it] && !now[*it]);
        lost.count() as f64 * CELL_M * CELL_M <= LOST_M2
    }

    fn rows(&self) -> usize {
        self.free.len() / self.columns
    }

    fn middle(&self, cell: usize) -> Point2 {
        let at = |index: usize| (index as f64 + 0.5) * CELL_M;
        self.low + nalgebra::Vector2::new(at(cell % self.columns), at(cell / self.columns))
    }

    /// Cells of the square round a point.
    fn around(&self, centre: &Point2, reach_m: f64) -> Vec<usize> {
        let range = |middle: f64, count: usize| {
            let end = |value: f64| (value / CELL_M).floor().clamp(0.0, count as f64 - 1.0) as usize;
            end(middle - reach_m)..=end(middle + reach_m)
        };
        let at = centre - self.low;
        let columns = range(at.x, self.columns);
        range(at.y, self.rows())
            .flat_map(|row| {
                columns
                    .clone()
                    .map(move |column| row * self.columns + column)
            })
            .collect()
    }

    /// What can be reached from the robot's start over free cells.
    fn flood(&self, free: &[bool]) -> Vec<bool> {
        let mut seen = vec![false; free.len()];
        let mut queue: Vec<usize> = self.around(&self.start, 0.0);
        while let Some(cell) = queue.pop() {
            if seen[cell] || !free[cell] {
                continue;
            }
            seen[cell] = true;
            let (column, row) = (cell % self.columns, cell / self.columns);
            let next = [
                (column > 0).then(|| cell - 1),
                (column + 1 < self.columns).then(|| cell + 1),
                (row > 0).then(|| cell - self.columns),
                (row + 1 < self.rows()).then(|| cell + self.columns),
            ];
            queue.extend(next.into_iter().flatten());
        }
        seen
    }
}
