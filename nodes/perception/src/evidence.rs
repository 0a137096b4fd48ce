//! Log likelihoods of one thing, summed over frames and directions of view.

/// \[rad\] Directions of view that differ by more are different views.
const VIEW_ANGLE_RAD: f64 = 0.35;
/// Frames from one direction repeat themselves: together they weigh at most this much.
const MOST_PER_VIEW: f64 = 1.6;
/// Views from different directions share lighting and the model's errors.
const PER_FURTHER_VIEW: f64 = 0.75;
/// Of one direction, newer frames count at least one part in about this many.
const MOST_WEIGHT: f64 = 3.0;

#[derive(Clone, Debug)]
struct Direction {
    azimuth_rad: f64,
    scores: Vec<f64>,
    weight: f64,
}

/// The evidence for some alternatives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    directions: Vec<Direction>,
}

impl Evidence {
    /// Takes the log likelihoods of a frame of `quality` \[0, 1\], seen from `azimuth_rad`.
    pub fn add(&mut self, scores: &[f64], quality: f64, azimuth_rad: f64) {
        let near = self.directions.iter_mut().find(|it| {
            hearth_types::wrap_angle(it.azimuth_rad - azimuth_rad).abs() < VIEW_ANGLE_RAD
        });
        match near {
            Some(known) if known.scores.len() == scores.len() => {
                known.weight = known.weight.min(MOST_WEIGHT) + quality;
                for (mean, value) in known.scores.iter_mut().zip(scores) {
                    *mean += (value - *mean) * quality / known.weight;
                }
            }
            Some(_) => {}
            None => self.directions.push(Direction {
                azimuth_rad,
                scores: scores.to_vec(),
                weight: quality,
            }),
        }
    }

    /// The sum; empty without evidence.
    pub fn total(&self) -> Vec<f64> {
        let mut order: Vec<&Direction> = self.directions.iter().collect();
        order.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let mut total = vec![0.0; order.first().map_or(0, |it| it.scores.len())];
        for (rank, direction) in order.iter().enumerate() {
            let repeated = (0.5 + 0.8 * direction.weight).min(MOST_PER_VIEW);
            let share = if rank == 0 { 1.0 } else { PER_FURTHER_VIEW };
            for (sum, score) in total.iter_mut().zip(&direction.scores) {
                *sum += score * repeated * share;
            }
        }
        total
    }

    /// From how many directions there is some.
    pub fn views(&self) -> usize {
        self.directions.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Evidence;

    #[test]
    fn frames_from_one_side_repeat_themselves_and_sides_add_up() {
        let mut one = Evidence::default();
        one.add(&[-1.0, -3.0], 1.0, 0.0);
        let first = one.total();
        (0..50).for_each(|_| one.add(&[-1.0, -3.0], 1.0, 0.1));
        let many = one.total();
        assert!(
            many[0] < first[0] && many[0] > 1.5 * first[0],
            "{first:?} {many:?}"
        );
        let mut two = one.clone();
        two.add(&[-1.0, -3.0], 1.0, 1.5);
        assert!(two.total()[1] < many[1] - 2.0, "another side is news");
        assert_eq!((one.views(), two.views()), (1, 2));
    }

    #[test]
    fn follows_what_changes() {
        let mut evidence = Evidence::default();
        (0..20).for_each(|_| evidence.add(&[2.0], 1.0, 0.0));
        (0..12).for_each(|_| evidence.add(&[-2.0], 1.0, 0.0));
        assert!(evidence.total()[0] < -2.0, "{:?}", evidence.total());
    }
}
