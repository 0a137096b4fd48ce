//! What the width between the fingers tells of what they hold.

use crate::ast::ObjectRef;
use crate::executive::matching;
use crate::executive::robot::Robot;
use hearth_types::{CatalogueItem, ShapeCue, WorldObject};

/// \[m\] Fingers press in a little: so much less than the thing's width is felt.
const PRESSED_M: f64 = 0.0015;
/// \[m\] Spread of the widths felt: on straight walls, and on round things taken off their middle.
const STRAIGHT_STD_M: f64 = 0.002;
const ROUND_STD_M: f64 = 0.004;
/// How likely any width is for something unknown, and at least for something known.
const UNKNOWN: f64 = 0.3;
const LEAST: f64 = 0.02;

/// \[0, 1\] Belief that what is held fits the description, by its looks and by the width felt.
pub(crate) fn belief(robot: &Robot, what: &ObjectRef, object: &WorldObject, width_m: f64) -> f64 {
    let home = &robot.home;
    let seen = matching::fit(home, what, object);
    let meant = matching::items(home, what);
    let matched = matching::matched(home, what, object);
    let (mut fitting, mut all, mut named) = (0.0, 0.0, 0.0);
    for hypothesis in &object.hypotheses {
        let Some(item) = home.item(&hypothesis.item) else {
            continue;
        };
        let weight = hypothesis.probability * likelihood(item, width_m);
        named += hypothesis.probability;
        all += weight;
        if meant.iter().any(|it| it.names.id == item.names.id) {
            fitting += weight;
        }
    }
    if fitting == 0.0 {
        // It was not its name that it was taken for.
        return seen;
    }
    let other = (1.0 - f64::min(named, 1.0)) * UNKNOWN;
    (fitting + other * matched) / (all + other)
}

/// How well the width goes with the item, in (0, 1\]. Only round things have one width.
fn likelihood(item: &CatalogueItem, width_m: f64) -> f64 {
    let [length_m, across_m, _] = item.size_m;
    let std_m = match item.shape {
        ShapeCue::Cylinder => STRAIGHT_STD_M,
        ShapeCue::Sphere => ROUND_STD_M,
        _ => return 1.0,
    };
    if length_m > 1.1 * across_m {
        return 1.0;
    }
    let off = (width_m + PRESSED_M - across_m) / std_m;
    (-0.5 * off * off).exp().max(LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(shape: ShapeCue, size_m: [f64; 3]) -> CatalogueItem {
        CatalogueItem {
            names: hearth_types::Names {
                id: "it".into(),
                en: vec!["it".into()],
                zh: vec!["它".into()],
            },
            kind: "it".into(),
            colours: Vec::new(),
            srgb: Vec::new(),
            size_m,
            shape,
        }
    }

    #[test]
    fn a_can_is_told_from_a_slimmer_bottle() {
        let can = item(ShapeCue::Cylinder, [0.0672, 0.0672, 0.118]);
        let bottle = item(ShapeCue::Cylinder, [0.0616, 0.0616, 0.179]);
        assert!(likelihood(&bottle, 0.0605) > 0.9);
        assert!(likelihood(&can, 0.0605) < 0.1);
        assert!(likelihood(&can, 0.0655) > 0.9);
    }

    #[test]
    fn boxes_may_be_held_either_way() {
        let carton = item(ShapeCue::Box, [0.07, 0.07, 0.2]);
        assert!(likelihood(&carton, 0.09) > 0.99);
    }
}
