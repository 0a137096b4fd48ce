//! The arithmetic of the figures.

/// Area under the curve of precision over recall, each precision the best at that recall or a higher one. `found`:
/// confidence and whether it is right, of all pictures; `None` if there are no truths.
pub fn average_precision(found: &[(f32, bool)], truths: usize) -> Option<f64> {
    if truths == 0 {
        return None;
    }
    let mut found = found.to_vec();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut right = 0_usize;
    let mut curve: Vec<(bool, f64)> = Vec::with_capacity(found.len());
    for (index, (_, is_right)) in found.iter().enumerate() {
        right += usize::from(*is_right);
        curve.push((*is_right, right as f64 / (index + 1) as f64));
    }
    let (mut best, mut sum) = (0.0_f64, 0.0);
    for (is_right, precision) in curve.iter().rev() {
        best = best.max(*precision);
        if *is_right {
            sum += best;
        }
    }
    Some(sum / truths as f64)
}

const BINS: usize = 15;

/// Expected calibration error (Guo et al., 2017) of probabilities and whether they came true.
pub fn calibration_error(pairs: &[(f32, bool)]) -> Option<f64> {
    if pairs.is_empty() {
        return None;
    }
    let mut sums = [(0.0, 0.0); BINS];
    for (p, is_true) in pairs {
        let bin = ((*p * BINS as f32) as usize).min(BINS - 1);
        sums[bin].0 += f64::from(*p);
        sums[bin].1 += f64::from(u8::from(*is_true));
    }
    let gaps: f64 = sums.iter().map(|(p, truth)| (p - truth).abs()).sum();
    Some(gaps / pairs.len() as f64)
}

/// The share of `true`.
pub fn share(of: impl IntoIterator<Item = bool>) -> Option<f64> {
    let (mut count, mut right) = (0_usize, 0_usize);
    for it in of {
        count += 1;
        right += usize::from(it);
    }
    (count > 0).then(|| right as f64 / count as f64)
}

/// The mean.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// At most so many of the indices, the same ones for the same picture: those with the least hash (splitmix64).
pub fn drawn(mut usable: Vec<usize>, picture: u64, most: usize) -> Vec<usize> {
    usable.sort_by_key(|it| hash(picture, *it as u64));
    usable.truncate(most);
    usable
}

fn hash(picture: u64, index: u64) -> u64 {
    let mut z = picture
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(index.wrapping_mul(0xD1B5_4A32_D192_ED03));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::{average_precision, calibration_error, drawn, mean, share};

    fn is(found: Option<f64>, wanted: f64) {
        let found = found.unwrap();
        assert!((found - wanted).abs() < 1e-6, "{found}, not {wanted}");
    }

    #[test]
    fn average_precision_by_hand() {
        // In the order of confidence: right (1/1), wrong, right (2/3), wrong, right (3/5); four to be found.
        let found = [
            (0.5, true),
            (0.9, true),
            (0.6, false),
            (0.7, true),
            (0.8, false),
        ];
        is(
            average_precision(&found, 4),
            (1.0 + 2.0 / 3.0 + 3.0 / 5.0) / 4.0,
        );
        // A later precision that is better counts for the recall before it: 1/2, then 2/3.
        let found = [(0.9, false), (0.8, true), (0.7, true)];
        is(average_precision(&found, 2), 2.0 / 3.0);
        is(average_precision(&[(0.9, true), (0.8, true)], 2), 1.0);
        is(average_precision(&[(0.9, false)], 2), 0.0);
        is(average_precision(&[], 2), 0.0);
        assert_eq!(average_precision(&[(0.9, false)], 0), None);
    }

    #[test]
    fn calibration_error_by_hand() {
        // 0.8 said twice and once true; 0.1 said twice and never true.
        let pairs = [(0.8, true), (0.8, false), (0.1, false), (0.1, false)];
        is(calibration_error(&pairs), 0.5 * 0.3 + 0.5 * 0.1);
        is(calibration_error(&[(1.0, true), (0.0, false)]), 0.0);
        assert_eq!(calibration_error(&[]), None);
    }

    #[test]
    fn draws_the_same_for_the_same_picture() {
        let all: Vec<usize> = (0..50).collect();
        let first = drawn(all.clone(), 3, 6);
        assert_eq!(first.len(), 6);
        assert_eq!(first, drawn(all.clone(), 3, 6));
        assert_ne!(first, drawn(all, 4, 6));
        assert_eq!(drawn(vec![7], 3, 6), [7]);
    }

    #[test]
    fn shares_and_means_of_nothing_are_none() {
        is(share([true, false, false, true]), 0.5);
        assert_eq!(share([]), None);
        is(mean(&[1.0, 2.0]), 1.5);
        assert_eq!(mean(&[]), None);
    }
}
