//! How far a spot is from what is in the way.

use hearth_types::OccupancyGrid;

/// Distances to the nearest occupied cell, in two sweeps (chamfer).
pub(super) fn clearance(map: &OccupancyGrid) -> Vec<f64> {
    let (width, height) = (map.width, map.height);
    let mut out: Vec<f64> = map
        .occupied
        .iter()
        .map(|it| if *it { 0.0 } else { 1e3 })
        .collect();
    let relax = |out: &mut Vec<f64>, at: usize, x: usize, y: usize, back: bool| {
        let steps: [(isize, isize); 4] = [(-1, 0), (0, -1), (-1, -1), (1, -1)];
        for (dx, dy) in steps {
            let (dx, dy) = if back { (-dx, -dy) } else { (dx, dy) };
            let (nx, ny) = (x as isize + dx, y as isize + dy);
            if (0..width as isize).contains(&nx) && (0..height as isize).contains(&ny) {
                let far = if dx != 0 && dy != 0 {
                    2.0_f64.sqrt()
                } else {
                    1.0
                };
                let there = out[ny as usize * width + nx as usize];
                out[at] = out[at].min(there + far * map.resolution_m);
            }
        }
    };
    for at in 0..width * height {
        relax(&mut out, at, at % width, at / width, false);
    }
    for at in (0..width * height).rev() {
        relax(&mut out, at, at % width, at / width, true);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::clearance;
    use hearth_types::{OccupancyGrid, Point2};

    #[test]
    fn clearance_grows_with_the_distance_to_what_is_occupied() {
        let mut occupied = vec![false; 30 * 20];
        occupied[10 * 30 + 5] = true;
        let map = OccupancyGrid {
            resolution_m: 0.1,
            origin_in_map: Point2::origin(),
            width: 30,
            height: 20,
            occupied,
        };
        let clear = clearance(&map);
        assert_eq!(clear[10 * 30 + 5], 0.0);
        assert!((clear[10 * 30 + 15] - 1.0).abs() < 1e-9);
        assert!((clear[5 * 30 + 10] - 0.5 * 2.0_f64.sqrt()).abs() < 1e-9);
    }
}
