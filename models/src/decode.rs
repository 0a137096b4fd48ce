//! From the maps of a network of the kind of "Objects as Points" (Zhou et al., 2019) to boxes.

use ndarray::{Array3, ArrayD, Ix4};

/// A middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Peak {
    /// On which map of middles: things or people.
    pub is_person: bool,
    /// 0 to 1.
    pub heat: f32,
    /// \[px\] Left, top, right, bottom in the network's input.
    pub box_px: [f32; 4],
}

/// What the network gives for one picture.
#[derive(Clone, Debug)]
pub(crate) struct Maps {
    middles: Array3<f32>,
    boxes: Array3<f32>,
}

impl Maps {
    /// middles \[1, 2, h, w\], boxes \[1, 4, h, w\]; an error says what is wrong with them.
    pub fn new(middles: ArrayD<f32>, boxes: ArrayD<f32>) -> Result<Self, String> {
        let plain = |it: ArrayD<f32>| -> Result<Array3<f32>, String> {
            let it = it
                .into_dimensionality::<Ix4>()
                .map_err(|it| it.to_string())?;
            Ok(it.index_axis_move(ndarray::Axis(0), 0))
        };
        let maps = Self {
            middles: plain(middles)?,
            boxes: plain(boxes)?,
        };
        let size = |it: &Array3<f32>| (it.dim().1, it.dim().2);
        let fits = size(&maps.middles) == size(&maps.boxes)
            && maps.middles.dim().0 == 2
            && maps.boxes.dim().0 == 4;
        if fits {
            Ok(maps)
        } else {
            Err("its maps are not of one size".to_owned())
        }
    }

    fn heat(&self, layer: usize, row: usize, column: usize) -> f32 {
        // What is not a number is nothing.
        self.middles[[layer, row, column]].max(0.0)
    }

    /// Places that are hotter than `least` and than all eight neighbours, the hottest first.
    pub fn peaks(&self, least: f32) -> Vec<Peak> {
        let (layers, rows, columns) = self.middles.dim();
        let mut found = Vec::new();
        for layer in 0..layers {
            for row in 0..rows {
                for column in 0..columns {
                    let heat = self.heat(layer, row, column);
                    let around = |(r, c): (usize, usize)| self.heat(layer, r, c) <= heat;
                    if heat > least && neighbours(row, column, rows, columns).all(around) {
                        found.push(Peak {
                            is_person: layer == 1,
                            heat,
                            box_px: std::array::from_fn(|it| self.boxes[[it, row, column]]),
                        });
                    }
                }
            }
        }
        found.retain(|it| it.box_px.iter().all(|it| it.is_finite()));
        found.sort_by(|a, b| b.heat.total_cmp(&a.heat));
        found
    }
}

fn neighbours(
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
) -> impl Iterator<Item = (usize, usize)> {
    let span = |at: usize, count: usize| at.saturating_sub(1)..(at + 2).min(count);
    span(row, rows).flat_map(move |r| span(column, columns).map(move |c| (r, c)))
}

/// Non-maximum suppression: of those (the surest first) that overlap by `most_overlap` or more, the first stays; at most
/// `most` stay.
pub(crate) fn least_overlapping<T>(
    sorted: impl IntoIterator<Item = T>,
    box_px: impl Fn(&T) -> [f32; 4],
    most_overlap: f32,
    most: usize,
) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for it in sorted {
        if kept.len() == most {
            break;
        }
        let displaced = |kept: &T| overlap(&box_px(kept), &box_px(&it)) >= most_overlap;
        if !kept.iter().any(displaced) {
            kept.push(it);
        }
    }
    kept
}

/// Intersection over union of two boxes.
pub fn overlap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let width = a[2].min(b[2]) - a[0].max(b[0]);
    let height = a[3].min(b[3]) - a[1].max(b[1]);
    let inner = width.max(0.0) * height.max(0.0);
    let area = |it: &[f32; 4]| (it[2] - it[0]).max(0.0) * (it[3] - it[1]).max(0.0);
    let union = area(a) + area(b) - inner;
    if union > 0.0 { inner / union } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{Maps, least_overlapping, overlap};
    use ndarray::{ArrayD, IxDyn};

    /// Two things side by side, a weaker echo beside the first, and a person over both.
    fn maps() -> Maps {
        let mut middles = ArrayD::zeros(IxDyn(&[1, 2, 6, 8]));
        let mut boxes = ArrayD::zeros(IxDyn(&[1, 4, 6, 8]));
        for (layer, row, column, heat) in [
            (0, 2, 1, 0.9),
            (0, 2, 3, 0.5),
            (0, 4, 6, 0.8),
            (1, 2, 1, 0.7),
        ] {
            middles[[0, layer, row, column]] = heat;
            let (x, y) = ((column as f32 + 0.5) * 8.0, (row as f32 + 0.5) * 8.0);
            let shift = if column == 3 { -14.0 } else { 0.0 };
            for (side, value) in [x - 8.0 + shift, y - 8.0, x + 8.0 + shift, y + 8.0]
                .into_iter()
                .enumerate()
            {
                boxes[[0, side, row, column]] = value;
            }
        }
        middles[[0, 0, 0, 7]] = f32::NAN;
        Maps::new(middles, boxes).unwrap()
    }

    #[test]
    fn finds_each_middle_once() {
        let peaks = maps().peaks(0.1);
        let heats: Vec<f32> = peaks.iter().map(|it| it.heat).collect();
        assert_eq!(heats, [0.9, 0.8, 0.7, 0.5]);
        assert!(peaks[2].is_person);
        let things = peaks.into_iter().filter(|it| !it.is_person);
        let kept = least_overlapping(things, |it| it.box_px, 0.55, 60);
        let heats: Vec<f32> = kept.iter().map(|it| it.heat).collect();
        assert_eq!(heats, [0.9, 0.8], "the echo is gone");
    }

    #[test]
    fn keeps_no_more_than_it_may() {
        let apart = (0..9).map(|it| it as f32 * 10.0);
        let kept = least_overlapping(apart, |it| [*it, 0.0, it + 5.0, 5.0], 0.5, 3);
        assert_eq!(kept, [0.0, 10.0, 20.0]);
    }

    #[test]
    fn overlaps_are_shares() {
        assert_eq!(overlap(&[0.0, 0.0, 2.0, 2.0], &[0.0, 0.0, 2.0, 2.0]), 1.0);
        assert_eq!(
            overlap(&[0.0, 0.0, 2.0, 2.0], &[1.0, 0.0, 3.0, 2.0]),
            1.0 / 3.0
        );
        assert_eq!(overlap(&[0.0; 4], &[0.0; 4]), 0.0);
    }

    #[test]
    fn maps_of_other_sizes_are_refused() {
        let zeros = |shape: &[usize]| ArrayD::zeros(IxDyn(shape));
        assert!(Maps::new(zeros(&[1, 2, 6, 8]), zeros(&[1, 4, 6, 7])).is_err());
        assert!(Maps::new(zeros(&[2, 6, 8]), zeros(&[1, 4, 6, 8])).is_err());
    }
}
