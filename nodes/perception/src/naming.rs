//! What a measured thing may be: comparison with the household's catalogue.

use crate::colour::Paint;
use crate::measure::{Measurement, SHAPES};
use hearth_types::{CatalogueItem, Hypothesis, ShapeCue};

/// Colours differ by about this much between the catalogue and a lit scene.
const PAINT_SIGMA: f64 = 7.0;
/// Part of the pixels that no catalogue colour explains: highlights, prints, neighbours.
const STRAY_PIXELS: f64 = 0.010;
/// As above, for pixels without colour: highlights, tin lids, white print.
const STRAY_GREYS: f64 = 0.05;
/// The pixels of one frame are worth this many independent looks at the colour.
const COLOUR_LOOKS: f64 = 5.0;
/// What "something else" scores, against which the catalogue must compete.
const SOMETHING_ELSE: f64 = -13.0;
/// A model's log odds count this much.
const WORDS: f64 = 1.0;
/// As `SOMETHING_ELSE`, against items that a model names.
const SOMETHING_ELSE_IN_WORDS: f64 = -4.0;
/// No single cue speaks more strongly against an item.
const FLOOR: f64 = -9.0;

#[derive(Clone, Debug)]
struct Model {
    id: String,
    paints: Vec<(Paint, f64)>,
    size_m: [f64; 3],
    shape: ShapeCue,
}

/// The catalogue, prepared for comparison.
#[derive(Clone, Debug)]
pub struct Namer {
    models: Vec<Model>,
}

impl Namer {
    /// Prepares the household's catalogue.
    pub fn new(catalogue: &[CatalogueItem]) -> Self {
        let models = catalogue
            .iter()
            .map(|item| Model {
                id: item.names.id.clone(),
                paints: weighted_paints(&item.srgb),
                size_m: item.size_m,
                shape: item.shape,
            })
            .collect();
        Self { models }
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.models.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.models.is_empty()
    }

    /// The item's id.
    pub fn id(&self, index: usize) -> Option<&str> {
        self.models.get(index).map(|it| it.id.as_str())
    }

    /// The item's length, width, height.
    pub fn size_m(&self, index: usize) -> Option<[f64; 3]> {
        self.models.get(index).map(|it| it.size_m)
    }

    /// How well each item explains the measurement; the last entry is "something else".
    pub fn log_likelihoods(&self, seen: &Measurement) -> Vec<f64> {
        let mut scores: Vec<f64> = self
            .models
            .iter()
            .map(|it| colour_score(it, seen) + size_score(it, seen) + shape_score(it, seen))
            .collect();
        scores.push(SOMETHING_ELSE * (1.0 - 0.5 * seen.cut_off.min(1.0)));
        scores
    }

    /// As [`Self::log_likelihoods`], with a model's log odds that each item's names describe the
    /// thing in place of its colours.
    pub fn log_likelihoods_with(&self, seen: &Measurement, log_odds: &[f64]) -> Vec<f64> {
        let mut scores: Vec<f64> = self
            .models
            .iter()
            .zip(log_odds)
            .map(|(it, odds)| {
                WORDS * odds.clamp(FLOOR, -FLOOR) + size_score(it, seen) + shape_score(it, seen)
            })
            .collect();
        scores.push(SOMETHING_ELSE_IN_WORDS * (1.0 - 0.5 * seen.cut_off.min(1.0)));
        scores
    }

    /// Ranked hypotheses from summed log likelihoods.
    pub fn hypotheses(&self, scores: &[f64]) -> Vec<Hypothesis> {
        let probabilities = softmax(scores);
        let mut found: Vec<Hypothesis> = self
            .models
            .iter()
            .zip(probabilities)
            .filter(|(_, probability)| *probability > 0.01)
            .map(|(model, probability)| Hypothesis {
                item: model.id.clone(),
                probability,
            })
            .collect();
        found.sort_by(|a, b| {
            b.probability
                .total_cmp(&a.probability)
                .then_with(|| a.item.cmp(&b.item))
        });
        found.truncate(6);
        found
    }
}

/// Probabilities proportional to the exponentials of the scores.
pub fn softmax(scores: &[f64]) -> Vec<f64> {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !most.is_finite() {
        return vec![0.0; scores.len()];
    }
    let weights: Vec<f64> = scores.iter().map(|it| (it - most).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|it| it / sum).collect()
}

fn weighted_paints(srgb: &[[u8; 3]]) -> Vec<(Paint, f64)> {
    let weights: &[f64] = match srgb.len() {
        1 => &[1.0],
        2 => &[0.65, 0.35],
        3 => &[0.55, 0.28, 0.17],
        // Of many faces about three are seen at a time, whichever they are.
        _ => &[0.3; 6],
    };
    srgb.iter()
        .zip(weights)
        .map(|(&rgb, &weight)| (Paint::from_srgb(rgb), weight))
        .collect()
}

fn colour_score(model: &Model, seen: &Measurement) -> f64 {
    if model.paints.is_empty() || seen.paints.is_empty() {
        return 0.0;
    }
    let sum: f64 = seen
        .paints
        .iter()
        .map(|paint| {
            let explained: f64 = model
                .paints
                .iter()
                .map(|(of_item, weight)| {
                    let off = f64::from(of_item.difference(paint)) / PAINT_SIGMA;
                    weight * (-0.5 * off * off).exp()
                })
                .sum();
            let stray = if paint.chroma() < 11.0 {
                STRAY_GREYS
            } else {
                STRAY_PIXELS
            };
            ((1.0 - stray) * explained + stray).ln()
        })
        .sum();
    (COLOUR_LOOKS * sum / seen.paints.len() as f64).max(2.0 * FLOOR)
}

fn size_score(model: &Model, seen: &Measurement) -> f64 {
    let [length, width, height] = model.size_m;
    let hidden = seen.cut_off.min(1.0);
    // A thing that is cut off may be larger than it looks, never much smaller.
    let term = |seen_m: f64, item_m: f64, spread: f64| {
        let sigma = (0.005 + 0.003 * seen.range_m + 0.07 * item_m) * spread;
        let off = (seen_m - item_m) / sigma;
        let off = if off < 0.0 && hidden > 0.12 {
            off * (1.0 - hidden).powi(2) * 0.4
        } else {
            off
        };
        // Heavier tails than a Gaussian: fits go wrong at times.
        -2.0 * (1.0 + off * off / 4.0).ln()
    };
    let upright = term(seen.size_m[2], height, 1.0);
    let footprint = if seen.depth_seen {
        term(seen.size_m[0], length, 1.0) + term(seen.size_m[1], width, 1.15)
    } else {
        let across = seen
            .width_seen_m
            .clamp(width.min(length), length.hypot(width));
        2.0 * term(seen.width_seen_m, across, 1.2)
    };
    (1.3 * upright + footprint).max(2.0 * FLOOR)
}

fn shape_score(model: &Model, seen: &Measurement) -> f64 {
    let index = SHAPES
        .iter()
        .position(|&it| it == model.shape)
        .unwrap_or(SHAPES.len() - 1);
    let certainty = (1.0 - 1.5 * seen.cut_off).clamp(0.1, 1.0);
    (0.7 * certainty * seen.shape_log_likelihood[index]).max(-4.0)
}
