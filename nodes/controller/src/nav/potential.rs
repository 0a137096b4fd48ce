//! Least cost from the robot to every place it can get to, and the way there.
//!
//! Own Dijkstra on flat arrays: one run serves the route and all candidate poses of an approach,
//! ten times faster than a generic search over hashed nodes.

use super::costmap::Costmap;
use super::grid::GridFrame;
use crate::config::NavigationConfig;
use hearth_types::Point2;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::f32::consts::SQRT_2;

/// \[m\] Around its start the robot may leave a spot that is closer to obstacles than allowed.
const ESCAPE_M: f64 = 0.6;
/// \[m\] Around its goal the usual margin shrinks to [`DOCK_MARGIN_M`].
const DOCK_M: f64 = 0.3;
/// \[m\] The gap that suffices at the goal.
pub const DOCK_MARGIN_M: f64 = 0.015;
const NONE: u32 = u32::MAX;

/// Costs and predecessors from one start.
#[derive(Clone, Debug)]
pub struct Potential {
    frame: GridFrame,
    cost: Vec<f32>,
    parent: Vec<u32>,
}

impl Potential {
    /// From `start` to everywhere, or until `goal` is reached.
    pub fn new(
        config: &NavigationConfig,
        costmap: &Costmap,
        start_in_map: &Point2,
        goal_in_map: Option<&Point2>,
    ) -> Self {
        let frame = *costmap.frame();
        let mut found = Self {
            frame,
            cost: vec![f32::INFINITY; frame.len()],
            parent: vec![NONE; frame.len()],
        };
        found.spread(config, costmap, start_in_map, goal_in_map);
        found
    }

    /// \[m\] Cost to get to the point: its way's length, more where it is narrow. `None` if there is
    /// no way.
    pub fn cost_m(&self, point_in_map: &Point2) -> Option<f64> {
        let index = self.frame.index_of(point_in_map)?;
        let cost = f64::from(self.cost[index]);
        cost.is_finite().then_some(cost)
    }

    /// The way to the point, from the start's cell on.
    pub fn way_to(&self, point_in_map: &Point2) -> Option<Vec<Point2>> {
        let mut index = self.frame.index_of(point_in_map)?;
        if !self.cost[index].is_finite() {
            return None;
        }
        let mut way = vec![*point_in_map];
        while self.parent[index] != NONE && way.len() <= self.frame.len() {
            index = self.parent[index] as usize;
            way.push(self.frame.centre(index));
        }
        way.reverse();
        Some(way)
    }

    fn spread(
        &mut self,
        config: &NavigationConfig,
        costmap: &Costmap,
        start: &Point2,
        goal: Option<&Point2>,
    ) {
        let Some(first) = self.frame.index_of(start) else {
            return;
        };
        let rule = Rule::new(config, costmap, start, goal);
        let goal_index = goal.and_then(|it| self.frame.index_of(it));
        let mut queue = BinaryHeap::new();
        self.cost[first] = 0.0;
        queue.push(Reverse((Key(0.0), first as u32)));
        let (width, height) = (self.frame.width as i64, self.frame.height as i64);
        while let Some(Reverse((Key(cost), index))) = queue.pop() {
            let index = index as usize;
            if cost > self.cost[index] {
                continue;
            }
            if Some(index) == goal_index {
                break;
            }
            let (x, y) = (index as i64 % width, index as i64 / width);
            for (dx, dy) in NEIGHBOURS {
                let (nx, ny) = (x + dx, y + dy);
                if nx < 0 || ny < 0 || nx >= width || ny >= height {
                    continue;
                }
                let next = (ny * width + nx) as usize;
                let Some(weight) = rule.weight(next, index) else {
                    continue;
                };
                let length = if dx != 0 && dy != 0 { SQRT_2 } else { 1.0 };
                let total = cost + length * self.frame.resolution_m as f32 * weight;
                if total < self.cost[next] {
                    self.cost[next] = total;
                    self.parent[next] = index as u32;
                    queue.push(Reverse((Key(total), next as u32)));
                }
            }
        }
    }
}

const NEIGHBOURS: [(i64, i64); 8] = [
    (1, 0),
    (-1, 0),
    (0, 1),
    (0, -1),
    (1, 1),
    (1, -1),
    (-1, 1),
    (-1, -1),
];

/// A finite cost with a total order.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key(f32);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Which cells may be crossed, and at what price.
struct Rule<'a> {
    costmap: &'a Costmap,
    hard_m: f64,
    soft_m: f64,
    price: f64,
    dock_m: f64,
    start: Point2,
    goal: Option<Point2>,
}

impl<'a> Rule<'a> {
    fn new(
        config: &NavigationConfig,
        costmap: &'a Costmap,
        start: &Point2,
        goal: Option<&Point2>,
    ) -> Self {
        Self {
            costmap,
            hard_m: config.robot_radius_m + config.margin_m,
            soft_m: config.robot_radius_m + config.comfort_m,
            price: config.clearance_cost,
            dock_m: config.robot_radius_m + DOCK_MARGIN_M,
            start: *start,
            goal: goal.copied(),
        }
    }

    /// The price of a metre in `cell`, coming from `from`; `None` if it may not be crossed.
    fn weight(&self, cell: usize, from: usize) -> Option<f32> {
        let distances = self.costmap.distances_m();
        let distance_m = f64::from(distances[cell]);
        if distance_m >= self.soft_m {
            return Some(1.0);
        }
        if distance_m < self.hard_m && !self.is_exempt(cell, distance_m, f64::from(distances[from]))
        {
            return None;
        }
        let lack = ((self.soft_m - distance_m) / (self.soft_m - self.hard_m)).clamp(0.0, 2.0);
        Some((1.0 + self.price * lack * lack) as f32)
    }

    fn is_exempt(&self, cell: usize, distance_m: f64, from_m: f64) -> bool {
        let centre = self.costmap.frame().centre(cell);
        let leaving = distance_m >= from_m - 0.005 && (centre - self.start).norm() <= ESCAPE_M;
        // The cell of the goal is judged by whoever chose the goal, not by its centre.
        let slack_m = 0.5 * self.costmap.frame().resolution_m;
        let docking = self.goal.is_some_and(|it| {
            (centre - it).norm() <= DOCK_M && distance_m >= self.dock_m - slack_m
        });
        leaving || docking
    }
}
