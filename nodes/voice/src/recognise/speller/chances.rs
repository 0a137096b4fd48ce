//! How likely units are at each moment, and texts over all of them (connectionist temporal classification; Graves et al.,
//! "Connectionist Temporal Classification", ICML 2006).

use super::units::{NOTHING, UNITS, language};
use hearth_types::Language;
use ndarray::Array2;

/// Natural logarithms of the probability of each unit at each moment.
pub(super) struct Chances(Array2<f32>);

impl Chances {
    /// \[moments, units\]
    pub fn new(chances: Array2<f32>) -> Self {
        debug_assert_eq!(chances.ncols(), UNITS);
        Self(chances)
    }

    /// How many moments there are.
    pub fn moments(&self) -> usize {
        self.0.nrows()
    }

    /// Of a unit at a moment.
    pub fn at(&self, moment: usize, unit: usize) -> f64 {
        f64::from(self.0[[moment, unit]])
    }

    /// Of all units at a moment.
    pub fn row(&self, moment: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let row = self.0.row(moment);
        row.into_iter()
            .enumerate()
            .map(|(unit, it)| (unit, f64::from(*it)))
    }

    /// The likeliest unit of each moment, those that repeat once; and how likely that way is.
    pub fn likeliest(&self) -> (Vec<usize>, f64) {
        let (mut units, mut before, mut sum) = (Vec::new(), NOTHING, 0.0);
        for moment in 0..self.moments() {
            let best = self.row(moment).max_by(|a, b| a.1.total_cmp(&b.1));
            let (unit, chance) = best.unwrap_or((NOTHING, 0.0));
            sum += chance;
            if unit != NOTHING && unit != before {
                units.push(unit);
            }
            before = unit;
        }
        (units, sum)
    }

    /// The language of most of what was heard, and its share of it \[0, 1\]; none where nothing was.
    pub fn language(&self) -> Option<(Language, f64)> {
        let (mut english, mut chinese) = (0.0, 0.0);
        for moment in 0..self.moments() {
            for (unit, chance) in self.row(moment) {
                match language(unit) {
                    Some(Language::En) => english += chance.exp(),
                    Some(Language::Zh) => chinese += chance.exp(),
                    None => {}
                }
            }
        }
        let sum: f64 = english + chinese;
        if sum < 1.0 {
            return None;
        }
        Some(if chinese > english {
            (Language::Zh, chinese / sum)
        } else {
            (Language::En, english / sum)
        })
    }

    /// How likely it is that exactly these units were said: the sum over all ways in which they may lie in time.
    pub fn of(&self, units: &[usize]) -> f64 {
        let places = Places(units);
        let mut now = vec![f64::NEG_INFINITY; places.count()];
        now[0] = 0.0;
        // Before the first moment one may only be in front of everything.
        let mut is_first = true;
        for moment in 0..self.moments() {
            let mut next = vec![f64::NEG_INFINITY; places.count()];
            for place in 0..places.count() {
                let mut chance = now[place];
                if place > 0 {
                    chance = either(chance, now[place - 1]);
                }
                if places.may_skip(place) {
                    chance = either(chance, now[place - 2]);
                }
                if is_first && place > 1 {
                    chance = f64::NEG_INFINITY;
                }
                next[place] = chance + self.at(moment, places.unit(place));
            }
            now = next;
            is_first = false;
        }
        let end = places.count() - 1;
        let last = now[end];
        if end > 0 {
            either(last, now[end - 1])
        } else {
            last
        }
    }
}

impl Chances {
    /// When each of these units most likely begins and ends, in moments (Viterbi); none if there are more of them than moments.
    pub fn times(&self, units: &[usize]) -> Option<Vec<(usize, usize)>> {
        let places = Places(units);
        let mut now = vec![f64::NEG_INFINITY; places.count()];
        let mut ways: Vec<Vec<usize>> = Vec::with_capacity(self.moments());
        for moment in 0..self.moments() {
            let mut next = vec![f64::NEG_INFINITY; places.count()];
            let mut way = vec![0; places.count()];
            for place in 0..places.count() {
                let skips = places.may_skip(place);
                let least = place.saturating_sub(if skips { 2 } else { 1 });
                let (from, chance) = if moment == 0 {
                    (place, if place < 2 { 0.0 } else { f64::NEG_INFINITY })
                } else {
                    let all = (least..=place).map(|it| (it, now[it]));
                    all.max_by(|a, b| a.1.total_cmp(&b.1))?
                };
                way[place] = from;
                next[place] = chance + self.at(moment, places.unit(place));
            }
            now = next;
            ways.push(way);
        }
        let end = places.count() - 1;
        let last = [end.checked_sub(1)?, end];
        let mut place = *last.iter().max_by(|a, b| now[**a].total_cmp(&now[**b]))?;
        if now[place] == f64::NEG_INFINITY {
            return None;
        }
        let mut times = vec![(usize::MAX, 0); units.len()];
        for (moment, way) in ways.iter().enumerate().rev() {
            if place % 2 == 1 {
                let (begins, ends) = &mut times[place / 2];
                *begins = moment;
                *ends = (*ends).max(moment + 1);
            }
            place = way[place];
        }
        Some(times)
    }
}

/// Where one may be in these units: in nothing before, between and behind them, or in one of them.
struct Places<'a>(&'a [usize]);

impl Places<'_> {
    fn count(&self) -> usize {
        2 * self.0.len() + 1
    }

    fn unit(&self, place: usize) -> usize {
        if place.is_multiple_of(2) {
            NOTHING
        } else {
            self.0[place / 2]
        }
    }

    /// Whether one may come here from two places before, so that nothing is between two units: not if they are the same.
    fn may_skip(&self, place: usize) -> bool {
        place > 1 && self.unit(place) != NOTHING && self.unit(place) != self.unit(place - 2)
    }
}

/// The logarithm of the sum.
pub(super) fn either(a: f64, b: f64) -> f64 {
    let (less, more) = if a < b { (a, b) } else { (b, a) };
    if less == f64::NEG_INFINITY {
        more
    } else {
        more + (less - more).exp().ln_1p()
    }
}

#[cfg(test)]
mod tests {
    use super::super::units::units;
    use super::*;
    use proptest::prelude::*;

    /// Moments in which these units are all but sure.
    fn said(moments: &[usize]) -> Chances {
        let mut all = Array2::from_elem((moments.len(), UNITS), (0.1 / (UNITS - 1) as f32).ln());
        for (moment, unit) in moments.iter().enumerate() {
            all[[moment, *unit]] = 0.9_f32.ln();
        }
        Chances::new(all)
    }

    #[test]
    fn what_was_said_is_likelier_than_anything_else() {
        let [r, e, d] = units("red").unwrap()[..] else {
            panic!("three letters")
        };
        let chances = said(&[0, r, r, 0, e, d, d, 0]);
        assert_eq!(chances.likeliest().0, [r, e, d]);
        let of = |text: &str| chances.of(&units(text).unwrap());
        assert!(of("red") > -1.0, "{}", of("red"));
        for other in ["bed", "reed", "rd", "read"] {
            assert!(of(other) < of("red") - 2.0, "{other}");
        }
        assert_eq!(chances.language().unwrap().0, Language::En);
        assert!(chances.of(&[]) < -10.0);
        assert_eq!(chances.times(&[r, e, d]).unwrap(), [(1, 3), (4, 5), (5, 7)]);
        assert_eq!(chances.times(&[r, e, d, r, e, d, r, e, d]), None);
    }

    proptest! {
        #[test]
        fn chances_of_all_texts_are_one(row in proptest::collection::vec(0.01_f32..1.0, 2)) {
            // Two units and two moments: all that can be said is listed.
            let sum: f32 = row.iter().sum::<f32>() + 1.0;
            let mut all = Array2::from_elem((2, UNITS), f32::NEG_INFINITY);
            for moment in 0..2 {
                all[[moment, 0]] = (1.0 / sum).ln();
                all[[moment, 1]] = (row[0] / sum).ln();
                all[[moment, 2]] = (row[1] / sum).ln();
            }
            let chances = Chances::new(all);
            let texts: [&[usize]; 5] = [&[], &[1], &[2], &[1, 2], &[2, 1]];
            let total: f64 = texts.iter().map(|it| chances.of(it).exp()).sum();
            prop_assert!((total - 1.0).abs() < 1e-4, "{total}");
        }
    }
}
