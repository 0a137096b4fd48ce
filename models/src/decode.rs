//! From the maps of a network of the kind of "Objects as Points" (Zhou et al., 2019) to boxes.

use ndarray::{Array1, Array3, ArrayD, Ix4, s};

/// One place of the maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub row: usize,
    pub column: usize,
    /// Of which map of middles: things or people.
    pub is_person: bool,
}

/// A middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Peak {
    pub cell: Cell,
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
    embedding: Array3<f32>,
}

/// \[px\] Between two places.
const STRIDE: f32 = 8.0;

impl Maps {
    /// middles \[1, 2, h, w\], boxes \[1, 4, h, w\], embedding \[1, d, h, w\]; an error says what is wrong with them.
    pub fn new(
        middles: ArrayD<f32>,
        boxes: ArrayD<f32>,
        embedding: ArrayD<f32>,
    ) -> Result<Self, String> {
        let plain = |it: ArrayD<f32>| -> Result<Array3<f32>, String> {
            let it = it
                .into_dimensionality::<Ix4>()
                .map_err(|it| it.to_string())?;
            Ok(it.index_axis_move(ndarray::Axis(0), 0))
        };
        let maps = Self {
            middles: plain(middles)?,
            boxes: plain(boxes)?,
            embedding: plain(embedding)?,
        };
        let size = |it: &Array3<f32>| (it.dim().1, it.dim().2);
        let fits = size(&maps.middles) == size(&maps.boxes)
            && size(&maps.middles) == size(&maps.embedding)
            && maps.middles.dim().0 == 2
            && maps.boxes.dim().0 == 4;
        if fits {
            Ok(maps)
        } else {
            Err("its maps are not of one size".to_owned())
        }
    }

    /// The unit vector of what is at the cell.
    pub fn embedding(&self, cell: Cell) -> Array1<f32> {
        self.embedding
            .slice(s![.., cell.row, cell.column])
            .to_owned()
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
                        let at = |it: usize| self.boxes[[it, row, column]];
                        found.push(Peak {
                            cell: Cell {
                                row,
                                column,
                                is_person: layer == 1,
                            },
                            heat,
                            box_px: [at(0), at(1), at(2), at(3)],
                        });
                    }
                }
            }
        }
        found.retain(|it| it.box_px.iter().all(|it| it.is_finite()));
        found.sort_by(|a, b| b.heat.total_cmp(&a.heat));
        found
    }

    /// The place inside of the box's inner half that is most like a middle; the box's own centre, if it is small.
    pub fn hottest_within(&self, box_px: &[f32; 4]) -> Cell {
        let (layers, rows, columns) = self.middles.dim();
        let [left, top, right, bottom] = *box_px;
        let range = |low: f32, high: f32, count: usize| {
            let (centre, half) = ((low + high) / 2.0, (high - low).max(0.0) / 4.0);
            let place = |it: f32| ((it / STRIDE) as usize).min(count.saturating_sub(1));
            place(centre - half)..=place(centre + half)
        };
        let mut best = Cell {
            row: 0,
            column: 0,
            is_person: false,
        };
        let mut most = -1.0;
        for row in range(top, bottom, rows) {
            for column in range(left, right, columns) {
                for layer in 0..layers {
                    let heat = self.heat(layer, row, column);
                    if heat > most {
                        most = heat;
                        best = Cell {
                            row,
                            column,
                            is_person: layer == 1,
                        };
                    }
                }
            }
        }
        best
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

/// Non-maximum suppression: of those (the surest first) that overlap by more than `most_overlap`, the first stays; at
/// most `most` stay. People and things do not displace each other.
pub(crate) fn least_overlapping(peaks: Vec<Peak>, most_overlap: f32, most: usize) -> Vec<Peak> {
    let mut kept: Vec<Peak> = Vec::new();
    for peak in peaks {
        let displaced = |it: &Peak| {
            it.cell.is_person == peak.cell.is_person
                && overlap(&it.box_px, &peak.box_px) >= most_overlap
        };
        if !kept.iter().any(displaced) {
            kept.push(peak);
            if kept.len() == most {
                break;
            }
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
        let embedding = ArrayD::from_elem(IxDyn(&[1, 3, 6, 8]), 1.0);
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
        Maps::new(middles, boxes, embedding).unwrap()
    }

    #[test]
    fn finds_middles_once_and_keeps_people_apart_from_things() {
        let peaks = maps().peaks(0.1);
        assert_eq!(peaks.len(), 4);
        let kept = least_overlapping(peaks, 0.55, 60);
        let heats: Vec<f32> = kept.iter().map(|it| it.heat).collect();
        assert_eq!(heats, [0.9, 0.8, 0.7], "the echo is gone");
        assert!(kept[2].cell.is_person);
    }

    #[test]
    fn takes_the_hottest_place_inside_of_a_box() {
        let cell = maps().hottest_within(&[40.0, 24.0, 64.0, 48.0]);
        assert_eq!((cell.row, cell.column), (4, 6));
        // Outside of the picture: the nearest place, no panic.
        assert_eq!(
            maps().hottest_within(&[900.0, -50.0, 950.0, -20.0]).column,
            7
        );
        assert_eq!(maps().hottest_within(&[f32::NAN; 4]).row, 0);
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
        assert!(
            Maps::new(
                zeros(&[1, 2, 6, 8]),
                zeros(&[1, 4, 6, 7]),
                zeros(&[1, 3, 6, 8])
            )
            .is_err()
        );
        assert!(
            Maps::new(
                zeros(&[2, 6, 8]),
                zeros(&[1, 4, 6, 8]),
                zeros(&[1, 3, 6, 8])
            )
            .is_err()
        );
    }
}
