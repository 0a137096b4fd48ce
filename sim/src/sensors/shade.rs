//! Soft shadows where things meet, out of the depth image (ambient occlusion).
//!
//! A corner, or the table just before a cup, gets less of a room's light. Seen from the camera such
//! a place is concave: its neighbours on both sides are nearer than a plane through it would be.

/// \[m\] How far around a point occlusion is looked for.
const REACH_M: [f32; 2] = [0.02, 0.07];
/// \[m\] Concavity at which a point is fully shaded.
const FULL_M: f32 = 0.02;
/// \[m\] What is nearer by more than this is before it, not beside it.
const SEPARATE_M: f32 = 0.08;
/// How dark full shade is.
const STRENGTH: f32 = 0.45;

/// Darkens `rgb` in place; `depth_m` is clean, of the same size.
pub(crate) fn shade(rgb: &mut [u8], depth_m: &[f32], width: usize, focal_px: f32) {
    let height = depth_m.len() / width.max(1);
    // Every second pixel of every second row: the shade is soft anyway.
    for row in (0..height.saturating_sub(1)).step_by(2) {
        for column in (0..width.saturating_sub(1)).step_by(2) {
            let shade = occlusion(depth_m, (width, height), (column, row), focal_px);
            if shade < 0.02 {
                continue;
            }
            let light = 1.0 - STRENGTH * shade;
            for at in [row * width + column, (row + 1) * width + column] {
                for channel in &mut rgb[at * 3..(at + 2) * 3] {
                    *channel = (f32::from(*channel) * light) as u8;
                }
            }
        }
    }
}

/// \[0, 1\] How much of a point's surroundings rise above it.
fn occlusion(
    depth_m: &[f32],
    (width, height): (usize, usize),
    (column, row): (usize, usize),
    focal_px: f32,
) -> f32 {
    const DIRECTIONS: [(f32, f32); 4] = [(1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7)];
    let z = depth_m[row * width + column];
    if !(0.1..12.0).contains(&z) {
        return 0.0;
    }
    let at = |dx: f32, dy: f32| -> Option<f32> {
        let (x, y) = (column as f32 + dx, row as f32 + dy);
        let inside = x >= 0.0 && y >= 0.0 && x < width as f32 && y < height as f32;
        inside.then(|| depth_m[y as usize * width + x as usize])
    };
    let mut sum = 0.0;
    for reach in REACH_M {
        let radius = (reach * focal_px / z).clamp(1.0, 40.0);
        for (x, y) in DIRECTIONS {
            let (Some(a), Some(b)) = (at(x * radius, y * radius), at(-x * radius, -y * radius))
            else {
                continue;
            };
            if z - a > SEPARATE_M || z - b > SEPARATE_M {
                continue;
            }
            // Inverse depth is linear over a plane, so that a tilted plane has no concavity.
            let concavity_m = ((1.0 / a + 1.0 / b) / 2.0 - 1.0 / z) * z * z;
            sum += ((concavity_m - 0.002) / FULL_M).clamp(0.0, 1.0);
        }
    }
    sum / (REACH_M.len() * DIRECTIONS.len()) as f32
}

#[cfg(test)]
mod tests {
    use super::shade;

    /// A floor seen from above at an angle, with a wall rising from its middle row on.
    fn seen(has_wall: bool) -> Vec<u8> {
        let (width, height, focal) = (60, 60, 60.0);
        let depth: Vec<f32> = (0..height * width)
            .map(|at| {
                let ray = ((at / width) as f32 - 20.0) / focal;
                let floor = 1.0 / (0.3 + ray).max(0.05);
                let wall = 1.0 / (0.3 + 10.0 / focal);
                if has_wall { floor.min(wall) } else { floor }
            })
            .collect();
        let mut rgb = vec![200; width * height * 3];
        shade(&mut rgb, &depth, width, focal);
        rgb
    }

    #[test]
    fn darkens_the_corner_and_leaves_the_plane() {
        assert!(
            seen(false).iter().all(|it| *it == 200),
            "a plane has no shade"
        );
        let with_wall = seen(true);
        let row = |row: usize| with_wall[(row * 60 + 30) * 3];
        assert!(row(30) < 195, "the corner: {}", row(30));
        assert_eq!(row(56), 200, "the floor far from it");
    }
}
