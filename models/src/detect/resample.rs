//! Resizing as the reference implementations do it, so that a model sees the pixels that it was trained on.
//!
//! Every filter here is separable: along one axis each new pixel is a weighted sum of old ones. What differs is the
//! weights, and whether there is rounding to 8 bits on the way.

/// The old pixels that make a new one, and how much each counts.
#[derive(Clone, Debug, Default, PartialEq)]
struct Taps(Vec<(usize, f64)>);

/// One axis' new pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis(Vec<Taps>);

impl Axis {
    /// Pillow's bicubic filter, which widens as pictures shrink.
    pub(super) fn pillow_bicubic(from: usize, to: usize) -> Self {
        const SUPPORT: f64 = 2.0;
        let scale = from as f64 / to as f64;
        let widening = scale.max(1.0);
        let taps = |index: usize| {
            let centre = (index as f64 + 0.5) * scale;
            let reach = SUPPORT * widening;
            let first = (centre - reach + 0.5).max(0.0) as usize;
            let end = ((centre + reach + 0.5) as usize).min(from);
            let weight = |at: usize| cubic((at as f64 - centre + 0.5) / widening);
            let sum: f64 = (first..end).map(weight).sum();
            Taps((first..end).map(|at| (at, weight(at) / sum)).collect())
        };
        Self((0..to).map(taps).collect())
    }

    /// What scikit-image's `resize` does and OWLv2's processor with SciPy: blur as pictures shrink, then interpolate.
    pub(super) fn blurred_linear(from: usize, to: usize) -> Self {
        let scale = from as f64 / to as f64;
        let blur = gaussian(((scale - 1.0) / 2.0).max(0.0));
        let reach = (blur.len() / 2) as isize;
        let taps = |index: usize| {
            let at = mirrored_position((index as f64 + 0.5) * scale - 0.5, from);
            let low = at.floor();
            let mut taps = Taps::default();
            for (shift, share) in [(0, 1.0 - (at - low)), (1, at - low)] {
                for (offset, weight) in (-reach..=reach).zip(&blur) {
                    let old =
                        mirrored(mirrored(low as isize + shift, from) as isize + offset, from);
                    taps.add(old, share * weight);
                }
            }
            taps
        };
        Self((0..to).map(taps).collect())
    }
}

impl Taps {
    fn add(&mut self, at: usize, weight: f64) {
        match self.0.iter_mut().find(|it| it.0 == at) {
            Some((_, known)) => *known += weight,
            None if weight != 0.0 => self.0.push((at, weight)),
            None => {}
        }
    }
}

fn cubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = x.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

/// The weights of SciPy's Gaussian filter; one weight where there is nothing to blur.
fn gaussian(sigma: f64) -> Vec<f64> {
    const REACH_SIGMAS: f64 = 4.0;
    if sigma < 1e-15 {
        return vec![1.0];
    }
    let reach = (REACH_SIGMAS * sigma + 0.5) as i32;
    let weights: Vec<f64> = (-reach..=reach)
        .map(|it| (-0.5 * (f64::from(it) / sigma).powi(2)).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|it| it / sum).collect()
}

/// An index outside the picture, mirrored about the middle of the outermost pixels.
fn mirrored(at: isize, length: usize) -> usize {
    let last = length as isize - 1;
    if last == 0 {
        return 0;
    }
    let at = at.rem_euclid(2 * last);
    at.min(2 * last - at) as usize
}

fn mirrored_position(at: f64, length: usize) -> f64 {
    let last = (length - 1) as f64;
    if last == 0.0 {
        return 0.0;
    }
    let at = at.rem_euclid(2.0 * last);
    at.min(2.0 * last - at)
}

/// Colour planes of a picture, each `width * height` numbers, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Planes<T> {
    pub(super) width: usize,
    pub(super) planes: [Vec<T>; 3],
}

/// A type of pixel values, and how sums become one of them.
pub(super) trait Level: Copy + Default {
    fn value(self) -> f64;
    fn from_sum(sum: f64) -> Self;
}

impl Level for u8 {
    fn value(self) -> f64 {
        f64::from(self)
    }

    fn from_sum(sum: f64) -> Self {
        (sum + 0.5).clamp(0.0, 255.0) as u8
    }
}

impl Level for f32 {
    fn value(self) -> f64 {
        f64::from(self)
    }

    fn from_sum(sum: f64) -> Self {
        sum as f32
    }
}

impl Planes<u8> {
    /// From interleaved bytes.
    pub(super) fn of_rgb(width: usize, rgb: &[u8]) -> Self {
        let plane = |channel: usize| rgb.iter().skip(channel).step_by(3).copied().collect();
        Self {
            width,
            planes: [plane(0), plane(1), plane(2)],
        }
    }
}

impl<T: Level> Planes<T> {
    /// Resized, along the rows first, with values of type `T` between the two passes.
    pub(super) fn resized(&self, across: &Axis, down: &Axis) -> Self {
        let resize = |plane: &Vec<T>| {
            let rows = plane.chunks_exact(self.width);
            let along: Vec<T> = rows
                .flat_map(|row| across.0.iter().map(|it| it.sum(|at| row[at])))
                .collect();
            let width = across.0.len();
            let mut all = Vec::with_capacity(width * down.0.len());
            for taps in &down.0 {
                all.extend((0..width).map(|column| taps.sum(|at| along[at * width + column])));
            }
            all
        };
        Self {
            width: across.0.len(),
            planes: self.planes.each_ref().map(resize),
        }
    }
}

impl Taps {
    fn sum<T: Level>(&self, value: impl Fn(usize) -> T) -> T {
        T::from_sum(
            self.0
                .iter()
                .map(|(at, weight)| value(*at).value() * weight)
                .sum(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_picture_stays_plain() {
        for (from, to) in [(1, 7), (7, 1), (40, 96), (640, 96), (96, 96)] {
            for axis in [
                Axis::pillow_bicubic(from, to),
                Axis::blurred_linear(from, to),
            ] {
                let sums = axis
                    .0
                    .iter()
                    .map(|it| it.0.iter().map(|it| it.1).sum::<f64>());
                assert!(
                    sums.into_iter().all(|it| (it - 1.0).abs() < 1e-12),
                    "{from} to {to}"
                );
                assert!(axis.0.iter().flat_map(|it| &it.0).all(|(at, _)| *at < from));
            }
        }
    }

    #[test]
    fn the_same_size_changes_nothing() {
        let picture = Planes::of_rgb(
            3,
            &[
                9, 1, 2, 30, 4, 5, 60, 7, 255, 90, 0, 3, 120, 2, 2, 150, 8, 1,
            ],
        );
        for (across, down) in [
            (Axis::pillow_bicubic(3, 3), Axis::pillow_bicubic(2, 2)),
            (Axis::blurred_linear(3, 3), Axis::blurred_linear(2, 2)),
        ] {
            assert_eq!(picture.resized(&across, &down), picture);
        }
    }
}
