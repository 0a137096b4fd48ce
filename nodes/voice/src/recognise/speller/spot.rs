//! The robot's name in a sound, wherever it is: how much less likely it is there than whatever fits best (keyword spotting over a
//! network that was taught by connectionist temporal classification; Hwang et al., "Online Keyword Spotting with a Character-Level
//! Recurrent Neural Network", arXiv:1512.08903).

use super::chances::Chances;
use super::units::{NOTHING, SPACE, UNITS, units};
use crate::words::is_cjk;

/// \[moments\] So much of nothing is a pause, as good as a space. Before and behind the sound there is one.
const PAUSE: usize = 6;
/// Of a unit that is not nothing, outside of the sound (natural logarithm).
const OUTSIDE: f64 = -20.0;

/// Where a name fits best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spotted {
    /// \[moments\]
    pub from: usize,
    /// \[moments\]
    pub until: usize,
    /// How much less likely than what fits best there, by unit of the name (natural logarithm); 0 or more.
    pub behind: f64,
    /// The same with a pause before it; of a Chinese name, which has nothing before it, the same.
    pub behind_after_pause: f64,
}

/// A unit on the way through a name.
#[derive(Clone, Copy)]
struct Step {
    unit: usize,
    /// Whether it may go on for longer.
    lasts: bool,
    /// Whether the step before it may be left out.
    skips: bool,
}

/// A name, with what must be around it.
struct Way {
    begins: Around,
    steps: Vec<Step>,
    /// Steps before the name itself.
    before: usize,
    behind: usize,
    units: usize,
}

/// What is around a word of English. Chinese has nothing between words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Anything,
    Space,
    Pause,
}

/// Names that are listened for.
#[derive(Default)]
pub(super) struct Names(Vec<Way>);

impl Names {
    /// Those that can be spelt.
    pub fn new(names: &[String]) -> Self {
        let mut ways = Vec::new();
        for name in names {
            let Some(spelt) = units(name) else { continue };
            let around: &[Around] = match name.chars().any(is_cjk) {
                true => &[Around::Anything],
                false => &[Around::Space, Around::Pause],
            };
            for before in around {
                let each = around.iter().map(|it| Way::new(&spelt, *before, *it));
                ways.extend(each);
            }
        }
        Self(ways)
    }

    /// Where the best of them fits best, not beginning before a moment; none if nothing was heard.
    pub fn spotted(&self, chances: &Chances, first: usize) -> Option<Spotted> {
        if chances.moments() == 0 {
            return None;
        }
        let each = self.0.iter().filter_map(|it| it.spotted(chances, first));
        let each: Vec<Spotted> = each.collect();
        let best = each.iter().min_by(|a, b| a.behind.total_cmp(&b.behind))?;
        let there = each
            .iter()
            .filter(|it| it.from.abs_diff(best.from) <= PAUSE);
        let after_pause = there.map(|it| it.behind_after_pause);
        Some(Spotted {
            behind_after_pause: after_pause.fold(f64::INFINITY, f64::min),
            ..*best
        })
    }
}

impl Way {
    fn new(spelt: &[usize], before: Around, behind: Around) -> Self {
        let step = |unit, lasts, skips| Step { unit, lasts, skips };
        let mut steps = Vec::new();
        match before {
            Around::Anything => {}
            Around::Space => {
                steps.push(step(SPACE, true, false));
                steps.push(step(NOTHING, true, false));
            }
            Around::Pause => {
                steps.extend((0..PAUSE).map(|it| step(NOTHING, it == 0, false)));
            }
        }
        let first = steps.len();
        for (index, unit) in spelt.iter().enumerate() {
            match index.checked_sub(1) {
                None => steps.push(step(*unit, true, before == Around::Space)),
                Some(last) => {
                    steps.push(step(NOTHING, true, false));
                    steps.push(step(*unit, true, spelt[last] != *unit));
                }
            }
        }
        let end = steps.len();
        match behind {
            Around::Anything => {}
            Around::Space => {
                steps.push(step(NOTHING, true, false));
                steps.push(step(SPACE, true, true));
            }
            Around::Pause => {
                steps.extend((0..PAUSE).map(|it| step(NOTHING, it + 1 == PAUSE, false)));
            }
        }
        Self {
            begins: before,
            before: first,
            behind: steps.len() - end,
            steps,
            units: spelt.len(),
        }
    }

    /// By Viterbi's way through it that is nearest to the likeliest units of all moments.
    fn spotted(&self, chances: &Chances, first: usize) -> Option<Spotted> {
        #[derive(Clone, Copy)]
        struct There {
            chance: f64,
            /// When the name began and, behind it, ended; counted with the pause before the sound.
            from: usize,
            until: usize,
        }
        const NOWHERE: There = There {
            chance: f64::NEG_INFINITY,
            from: 0,
            until: 0,
        };
        let (name, end) = (self.before, self.steps.len() - self.behind);
        let mut now = vec![NOWHERE; self.steps.len()];
        let mut best: Option<There> = None;
        for moment in 0..chances.moments() + 2 * PAUSE {
            let row = row(chances, moment);
            let begins = There {
                chance: 0.0,
                from: moment,
                until: moment,
            };
            let mut next = vec![NOWHERE; self.steps.len()];
            for (at, step) in self.steps.iter().enumerate() {
                let before = match at.checked_sub(1) {
                    Some(before) => now[before],
                    None => begins,
                };
                let stays = if step.lasts { now[at] } else { NOWHERE };
                let skipped = at.checked_sub(2).filter(|_| step.skips);
                let skipped = skipped.map_or(NOWHERE, |it| now[it]);
                let from = [stays, before, skipped]
                    .into_iter()
                    .max_by(|a, b| a.chance.total_cmp(&b.chance))?;
                let is_first = at == name && stays.chance < from.chance;
                next[at] = There {
                    chance: from.chance + row[step.unit],
                    from: if is_first { moment } else { from.from },
                    until: if at < end { moment + 1 } else { from.until },
                };
            }
            now = next;
            let here = now[now.len() - 1];
            let is_in_time = here.from >= first + PAUSE;
            if is_in_time && best.is_none_or(|it| here.chance > it.chance) {
                best = Some(here);
            }
        }
        let best = best.filter(|it| it.chance.is_finite())?;
        let inside = |moment: usize| moment.saturating_sub(PAUSE).min(chances.moments());
        let behind = -best.chance / self.units as f64;
        Some(Spotted {
            from: inside(best.from),
            until: inside(best.until),
            behind,
            behind_after_pause: match self.begins {
                Around::Space => f64::INFINITY,
                Around::Pause | Around::Anything => behind,
            },
        })
    }
}

/// How much less likely each unit is than the likeliest of a moment.
fn row(chances: &Chances, moment: usize) -> [f64; UNITS] {
    let inside = moment
        .checked_sub(PAUSE)
        .filter(|it| *it < chances.moments());
    let mut row = [OUTSIDE; UNITS];
    match inside {
        None => row[NOTHING] = 0.0,
        Some(moment) => {
            for (unit, chance) in chances.row(moment) {
                row[unit] = chance;
            }
            let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            row.iter_mut().for_each(|it| *it -= most);
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use proptest::prelude::*;

    /// Each unit of a text for two moments with one of nothing between, and `pause` moments of nothing around.
    fn said(text: &str, pause: usize) -> Chances {
        let mut moments = vec![NOTHING; pause];
        for unit in units(text).unwrap() {
            moments.extend([unit, unit, NOTHING]);
        }
        moments.extend(vec![NOTHING; pause]);
        let mut all = Array2::from_elem((moments.len(), UNITS), (0.1 / (UNITS - 1) as f32).ln());
        for (moment, unit) in moments.iter().enumerate() {
            all[[moment, *unit]] = 0.9_f32.ln();
        }
        Chances::new(all)
    }

    fn spotted(text: &str) -> Spotted {
        let names = Names::new(&["ember".to_owned(), "小余".to_owned()]);
        names.spotted(&said(text, 4), 0).unwrap()
    }

    #[test]
    fn a_name_is_found_wherever_it_is_but_not_in_other_words() {
        let at = spotted("ember bring me the cup");
        assert!(at.behind < 0.01, "{at:?}");
        assert_eq!((at.from, at.until), (4, 18));
        assert!(
            at.behind_after_pause < 0.01,
            "the sound begins with it: {at:?}"
        );
        let amid = spotted("give ember the cup");
        assert!(
            amid.behind < 0.01 && amid.behind_after_pause > 0.5,
            "{amid:?}"
        );
        // What was said before does not count.
        let names = Names::new(&["ember".to_owned()]);
        let late = names.spotted(&said("ember bring me the cup", 4), 10);
        assert!(
            late.is_none_or(|it| it.from >= 10 && it.behind > 0.5),
            "{late:?}"
        );
        for named in ["hey ember", "stop ember", "你好小余去厨房"] {
            assert!(
                spotted(named).behind < 0.01,
                "{named}: {:?}",
                spotted(named)
            );
        }
        for other in [
            "remember it",
            "the embers are cold",
            "december",
            "timber",
            "小美去厨房",
        ] {
            assert!(spotted(other).behind > 0.5, "{other}: {:?}", spotted(other));
        }
    }

    #[test]
    fn nothing_has_no_name_in_it() {
        let none = Chances::new(Array2::zeros((0, UNITS)));
        assert_eq!(Names::new(&["ember".to_owned()]).spotted(&none, 0), None);
        assert_eq!(Names::new(&[]).spotted(&said("ember", 2), 0), None);
        // What cannot be spelt cannot be heard.
        assert_eq!(
            Names::new(&["R2".to_owned()]).spotted(&said("ember", 2), 0),
            None
        );
    }

    proptest! {
        #[test]
        fn a_name_lies_within_the_sound(text in "[a-z]{1,9}( [a-z]{1,9}){0,3}", pause in 0_usize..30) {
            let chances = said(&text, pause);
            let names = Names::new(&["ember".to_owned(), "小余".to_owned()]);
            let at = names.spotted(&chances, 0).unwrap();
            prop_assert!(at.from <= at.until && at.until <= chances.moments(), "{:?}", at);
            prop_assert!(at.behind >= 0.0 && at.behind.is_finite());
        }
    }
}
