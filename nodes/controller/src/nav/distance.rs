//! Exact Euclidean distance transform of a grid.

/// Larger than any squared distance on a real grid, yet safe to add to.
const FAR: f32 = 1e12;

/// \[cells^2\] For every cell of a `width` x `height` grid, the squared distance between its centre
/// and that of the nearest cell for which `occupied` is true; huge where there is none.
///
/// Lower envelope of parabolas, first along columns, then along rows: linear in the cells.
pub fn squared_distances(occupied: &[bool], width: usize, height: usize) -> Vec<f32> {
    let mut field: Vec<f32> = occupied
        .iter()
        .map(|&it| if it { 0.0 } else { FAR })
        .collect();
    if width == 0 || height == 0 || field.len() < width * height {
        return field;
    }
    let longest = width.max(height);
    let mut scratch = Scratch::new(longest);
    let mut line = vec![0.0_f32; longest];
    for x in 0..width {
        for y in 0..height {
            line[y] = field[y * width + x];
        }
        // Most columns of a sparse layer are empty.
        if line[..height].iter().all(|&it| it >= FAR) {
            continue;
        }
        scratch.transform(&mut line[..height]);
        for y in 0..height {
            field[y * width + x] = line[y];
        }
    }
    for row in field.chunks_exact_mut(width) {
        scratch.transform(row);
    }
    field
}

/// Buffers for one-dimensional transforms.
struct Scratch {
    input: Vec<f32>,
    apex: Vec<usize>,
    border: Vec<f32>,
}

impl Scratch {
    fn new(longest: usize) -> Self {
        Self {
            input: vec![0.0; longest],
            apex: vec![0; longest],
            border: vec![0.0; longest + 1],
        }
    }

    /// Replaces each value f(q) by the least f(p) + (q - p)^2.
    fn transform(&mut self, line: &mut [f32]) {
        let n = line.len();
        let input = &mut self.input[..n];
        input.copy_from_slice(line);
        let mut top: Option<usize> = None;
        for q in 0..n {
            if input[q] >= FAR {
                continue;
            }
            let mut start = f32::NEG_INFINITY;
            let mut next = 0;
            let mut k = top;
            while let Some(at) = k {
                let p = self.apex[at];
                let (pf, qf) = (p as f32, q as f32);
                let meet = ((input[q] + qf * qf) - (input[p] + pf * pf)) / (2.0 * (qf - pf));
                if meet > self.border[at] {
                    start = meet;
                    next = at + 1;
                    break;
                }
                k = at.checked_sub(1);
            }
            self.apex[next] = q;
            self.border[next] = start;
            top = Some(next);
        }
        let Some(last) = top else { return };
        let mut k = 0;
        for (q, value) in line.iter_mut().enumerate() {
            while k < last && self.border[k + 1] < q as f32 {
                k += 1;
            }
            let p = self.apex[k];
            let step = q as f32 - p as f32;
            *value = input[p] + step * step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_brute_force() {
        let (width, height) = (17, 11);
        let occupied: Vec<bool> = (0..width * height)
            .map(|i| (i * 7919) % 31 == 3 || i == 5)
            .collect();

        let fast = squared_distances(&occupied, width, height);

        for (i, &found) in fast.iter().enumerate() {
            let expected = (0..width * height)
                .filter(|&j| occupied[j])
                .map(|j| {
                    let dx = (i % width) as f32 - (j % width) as f32;
                    let dy = (i / width) as f32 - (j / width) as f32;
                    dx * dx + dy * dy
                })
                .fold(f32::INFINITY, f32::min);
            assert_eq!(found, expected, "cell {i}");
        }
    }

    #[test]
    fn an_empty_grid_is_far_from_everything() {
        assert!(
            squared_distances(&[false; 12], 4, 3)
                .iter()
                .all(|&it| it >= FAR)
        );
        assert!(squared_distances(&[], 0, 0).is_empty());
    }
}
