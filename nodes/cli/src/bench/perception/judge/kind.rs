//! Average precision of one kind.

use super::{SAME, Scene};
use crate::bench::perception::measures::average_precision;
use crate::bench::perception::phrases::Fit;
use hearth_models::BoxDetection;

/// What is surer than this counts for average precision.
const LEAST_CONFIDENCE: f32 = 0.02;

/// What was found of one kind.
#[derive(Debug)]
pub struct Kind {
    /// What was asked.
    pub phrase: usize,
    /// Things of the kind.
    pub truths: usize,
    found: Vec<(f32, bool)>,
}

impl Kind {
    /// With nothing found yet.
    pub fn new(phrase: usize) -> Self {
        Self {
            phrase,
            truths: 0,
            found: Vec::new(),
        }
    }

    /// Average precision; `None` if there was none.
    pub fn average_precision(&self) -> Option<f64> {
        average_precision(&self.found, self.truths)
    }

    /// Counts what a picture has of the kind, and what was found of it.
    pub(super) fn add(&mut self, scene: &Scene) {
        let fit = |thing: usize| scene.fits[thing][self.phrase];
        let is_truth = |it: &usize| fit(*it) == Fit::Describes && scene.things[*it].counts;
        let truths: Vec<usize> = (0..scene.things.len()).filter(is_truth).collect();
        self.truths += truths.len();
        let confidence = |it: &BoxDetection| it.objectness * it.scores[self.phrase];
        let mut order: Vec<(f32, usize)> = scene.found.iter().map(confidence).zip(0..).collect();
        order.retain(|it| it.0 >= LEAST_CONFIDENCE);
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut taken = Vec::new();
        for (confidence, found) in order {
            let overlaps = &scene.overlaps[found];
            let fresh = truths
                .iter()
                .filter(|it| overlaps[**it] >= SAME && !taken.contains(*it));
            let best = fresh
                .copied()
                .reduce(|a, b| if overlaps[b] > overlaps[a] { b } else { a });
            // Nothing is held against the detector over what shows too little, or of which nobody can say.
            let is_free = |it: usize| {
                let fit = fit(it);
                let hidden = fit == Fit::Describes && !scene.things[it].counts;
                overlaps[it] >= SAME && (hidden || fit == Fit::Unknown)
            };
            if let Some(best) = best {
                taken.push(best);
                self.found.push((confidence, true));
            } else if !(0..scene.things.len()).any(is_free) {
                self.found.push((confidence, false));
            }
        }
    }
}
