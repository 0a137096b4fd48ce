//! Which of the things seen a description fits.

use crate::ast::{Noun, ObjectRef, Quantity, Relation, Superlative};
use crate::phrases;
use hearth_types::{CatalogueItem, Home, Point2, Point3, Pose2, WorldObject, match_of};

mod looks;

use looks::may_be;
pub(crate) use looks::{fit_person, tells};

/// \[m\] What stands at most this far from a thing is "next to" it.
const NEXT_TO_M: f64 = 0.40;

/// \[0, 1\] The most that a phrase's match counts for where the measured colour is clearly another.
const WRONG_COLOUR: f64 = 0.4;

/// The catalogue items that fit the noun and the colour. Empty for what names nothing, and for
/// what the catalogue does not tell (striped, empty).
pub(crate) fn items<'a>(home: &'a Home, what: &ObjectRef) -> Vec<&'a CatalogueItem> {
    if needs_model(what) {
        return Vec::new();
    }
    home.catalogue
        .iter()
        .filter(|item| noun_fits(home, &what.noun, item))
        .filter(|item| what.colour.is_none_or(|it| item.colours.contains(&it)))
        .collect()
}

/// Whether only a model that knows words can tell it.
pub(crate) fn needs_model(what: &ObjectRef) -> bool {
    what.pattern.is_some()
        || what.state.is_some()
        || what.detail.is_some()
        || matches!(what.noun, Noun::Described(_))
}

/// The catalogue items of its kind, whatever else was said of it.
pub(crate) fn kin<'a>(home: &'a Home, what: &ObjectRef) -> Vec<&'a CatalogueItem> {
    let all = home.catalogue.iter();
    all.filter(|item| noun_fits(home, &what.noun, item))
        .collect()
}

fn noun_fits(home: &Home, noun: &Noun, item: &CatalogueItem) -> bool {
    match noun {
        Noun::Kind(id) => item.kind == *id,
        Noun::Item(id) => item.names.id == *id,
        Noun::Category(id) => home.kind(&item.kind).is_some_and(|it| it.category == *id),
        Noun::Shape(shape) => item.shape == *shape,
        Noun::OneOf(nouns) => nouns.iter().any(|it| noun_fits(home, it, item)),
        Noun::Anything => true,
        Noun::Pronoun { .. } | Noun::Unknown(_) | Noun::Described(_) => false,
    }
}

/// \[0, 1\] Belief that the thing seen fits noun, colour and what else was said of it.
///
/// The catalogue's names count, and for the part of the belief that is none of those the match of
/// the description's phrase. What the catalogue knows nothing of rests on the phrase alone.
pub(crate) fn fit(home: &Home, what: &ObjectRef, object: &WorldObject) -> f64 {
    let matched = matched(home, what, object);
    if needs_model(what) {
        return matched.clamp(0.0, 1.0);
    }
    let colour_seen = what.colour.is_none_or(|it| it == object.colour.name);
    // No item of this colour is known: a thing of the kind that shows it.
    let foreign = what.colour.is_some() && items(home, what).is_empty();
    let (mut named, mut known) = (0.0, 0.0);
    for hypothesis in &object.hypotheses {
        let Some(item) = home.item(&hypothesis.item) else {
            continue;
        };
        known += hypothesis.probability;
        let coloured = match foreign {
            true => colour_seen,
            false => what.colour.is_none_or(|it| item.colours.contains(&it)),
        };
        if coloured && noun_fits(home, &what.noun, item) {
            named += hypothesis.probability;
        }
    }
    named += (1.0 - f64::min(known, 1.0)).max(0.0) * matched;
    let seen = match &what.noun {
        Noun::Anything if colour_seen => 1.0,
        Noun::Shape(shape) if colour_seen && object.shape == *shape => 0.8,
        _ => 0.0,
    };
    named.max(seen).clamp(0.0, 1.0)
}

/// \[0, 1\] How well the description's phrases match; 0 where nothing can tell.
///
/// Of those that say the same the log odds are averaged; all must hold, so the least counts. Where
/// "plain cup" fits too, "striped cup" is believed as far as it fits better.
pub(crate) fn matched(home: &Home, what: &ObjectRef, object: &WorldObject) -> f64 {
    let Some(told) = phrases::told(home, what) else {
        return 0.0;
    };
    let known = |phrase: &String| match_of(&object.matches, phrase).filter(|it| it.is_finite());
    let each = told.says.iter().map(|same| {
        let odds = same.iter().map(|it| log_odds(known(it).unwrap_or(0.0)));
        odds.sum::<f64>() / same.len().max(1) as f64
    });
    let odds = each.fold(f64::INFINITY, f64::min);
    let otherwise = told
        .otherwise
        .as_ref()
        .and_then(known)
        .map_or(0.0, log_odds);
    let matched = 1.0 / (1.0 + (otherwise.max(0.0) - odds).exp());
    match what.colour {
        // Of a pattern, the colour may be that of its lesser part.
        Some(colour) if told.otherwise.is_none() && !may_be(object.colour.name, colour) => {
            matched.min(WRONG_COLOUR)
        }
        _ => matched,
    }
}

fn log_odds(probability: f64) -> f64 {
    let it = probability.clamp(0.0025, 0.9975);
    (it / (1.0 - it)).ln()
}

/// The track's likeliest item, if it is likelier than `sure_from`.
pub(crate) fn name_of<'a>(
    home: &'a Home,
    object: &WorldObject,
    sure_from: f64,
) -> Option<&'a CatalogueItem> {
    let best = object.hypotheses.first()?;
    if best.probability >= sure_from {
        home.item(&best.item)
    } else {
        None
    }
}

/// The kinds that the thing seen may be, with the sum over their items.
pub(crate) fn kind_of(home: &Home, object: &WorldObject, sure_from: f64) -> Option<String> {
    let mut kinds: Vec<(String, f64)> = Vec::new();
    for hypothesis in &object.hypotheses {
        let Some(item) = home.item(&hypothesis.item) else {
            continue;
        };
        match kinds.iter_mut().find(|(kind, _)| *kind == item.kind) {
            Some((_, sum)) => *sum += hypothesis.probability,
            None => kinds.push((item.kind.clone(), hypothesis.probability)),
        }
    }
    kinds
        .into_iter()
        .find(|(_, sum)| *sum >= sure_from)
        .map(|(kind, _)| kind)
}

/// Narrows candidates by relation, then by superlative. `viewer` decides what left and near mean.
pub(crate) fn narrow<'a>(
    home: &Home,
    what: &ObjectRef,
    mut candidates: Vec<&'a WorldObject>,
    all: &[WorldObject],
    viewer: &Pose2,
    sure_from: f64,
) -> Vec<&'a WorldObject> {
    if let Some((relation, other)) = &what.relation {
        let others: Vec<&WorldObject> = all
            .iter()
            .filter(|it| it.existence >= 0.5 && fit(home, other, it) >= sure_from)
            .collect();
        candidates.retain(|it| {
            others
                .iter()
                .any(|o| o.id != it.id && stands(*relation, it, o, viewer))
        });
        if *relation == Relation::NextTo && what.quantity == Quantity::The {
            candidates.sort_by(|a, b| {
                let near = |it: &WorldObject| {
                    others
                        .iter()
                        .map(|o| distance_m(it, o))
                        .fold(f64::INFINITY, f64::min)
                };
                near(a).total_cmp(&near(b))
            });
            candidates.truncate(1);
        }
    }
    if let Some(superlative) = what.superlative {
        candidates.sort_by(|a, b| {
            rank(superlative, a, viewer)
                .total_cmp(&rank(superlative, b, viewer))
                .then(a.id.cmp(&b.id))
        });
        candidates.truncate(match what.quantity {
            Quantity::Exactly(n) => n as usize,
            _ => 1,
        });
    }
    candidates
}

fn distance_m(a: &WorldObject, b: &WorldObject) -> f64 {
    (a.centre_in_map - b.centre_in_map).norm()
}

fn rank(superlative: Superlative, object: &WorldObject, viewer: &Pose2) -> f64 {
    let [length, width, height] = object.size_m;
    let centre = object.centre_in_map.xy();
    match superlative {
        Superlative::Biggest => -(length * width * height),
        Superlative::Smallest => length * width * height,
        Superlative::Tallest => -height,
        Superlative::Shortest => height,
        Superlative::Thinnest => width.min(height),
        Superlative::Nearest => (centre - viewer.point()).norm(),
        Superlative::Leftmost => -bearing_rad(&centre, viewer),
        Superlative::Rightmost => bearing_rad(&centre, viewer),
    }
}

fn bearing_rad(point: &Point2, viewer: &Pose2) -> f64 {
    hearth_types::wrap_angle(viewer.heading_to_rad(point) - viewer.yaw_rad)
}

/// A spot that stands so to `other`, as seen from `viewer`.
pub(crate) fn beside(relation: Relation, other: &WorldObject, viewer: &Pose2) -> Point3 {
    let sight = (other.centre_in_map.xy() - viewer.point())
        .try_normalize(1e-6)
        .unwrap_or_else(|| nalgebra::Vector2::new(viewer.yaw_rad.cos(), viewer.yaw_rad.sin()));
    let left = nalgebra::Vector2::new(-sight.y, sight.x);
    let away_m = 0.12 + other.size_m[0].clamp(0.0, 1.0) / 2.0;
    let offset = match relation {
        Relation::LeftOf => left * away_m,
        Relation::RightOf => left * -away_m,
        Relation::InFrontOf => sight * -away_m,
        Relation::Behind => sight * away_m,
        Relation::NextTo | Relation::Inside | Relation::OnTop => sight * 0.0,
    };
    let centre = other.centre_in_map;
    Point3::new(centre.x + offset.x, centre.y + offset.y, centre.z)
}

/// Whether `a` stands so to `b`, as seen from `viewer`.
pub(crate) fn stands(relation: Relation, a: &WorldObject, b: &WorldObject, viewer: &Pose2) -> bool {
    let gap = a.centre_in_map - b.centre_in_map;
    let flat_m = gap.xy().norm();
    let same_level = (a.support_height_m - b.support_height_m).abs() < 0.12;
    let reach_m = NEXT_TO_M + (a.size_m[0] + b.size_m[0]) / 4.0;
    let sight = (b.centre_in_map.xy() - viewer.point())
        .try_normalize(1e-6)
        .unwrap_or_else(|| nalgebra::Vector2::new(viewer.yaw_rad.cos(), viewer.yaw_rad.sin()));
    let beyond_m = gap.xy().dot(&sight);
    let left_m = sight.x * gap.y - sight.y * gap.x;
    let aside = left_m.abs() > 0.02 && left_m.abs() >= beyond_m.abs() * 0.6;
    let deep = beyond_m.abs() > 0.02 && beyond_m.abs() >= left_m.abs() * 0.6;
    let near = same_level && flat_m < reach_m + 0.3;
    match relation {
        Relation::NextTo => same_level && flat_m < reach_m,
        Relation::LeftOf => near && aside && left_m > 0.0,
        Relation::RightOf => near && aside && left_m < 0.0,
        Relation::InFrontOf => near && deep && beyond_m < 0.0,
        Relation::Behind => near && deep && beyond_m > 0.0,
        Relation::Inside | Relation::OnTop => flat_m < b.size_m[0] / 2.0 + 0.02 && gap.z > -0.02,
    }
}
