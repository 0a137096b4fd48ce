//! People whom a model sees, beside those whom the geometry found.

use super::furniture::Furniture;
use super::{HEAD_HEIGHTS_M, PersonDetection, median_xy, shirt};
use crate::detector::{POSTURES, PersonLook};
use crate::view::View;
use hearth_types::{Home, Point2, Posture};

/// \[m\] The floor, carpets and mattresses' folds are lower than who lies on them.
const LYING_M: (f32, f32) = (0.10, 1.1);
/// \[m\] What is farther behind the nearest of a figure is the background.
const FIGURE_DEPTH_M: f32 = 0.7;
/// \[0, 1\] At least so much of a figure is no seat.
const LEAST_FIGURE: f64 = 0.2;
/// A model's person is believed from this on.
const LEAST_PROBABILITY: f64 = 0.35;
/// Boxes of one person overlap by more than this part of the smaller.
const SAME_PERSON: f64 = 0.5;

/// Joins what the geometry found with what a model did: each adds what the other did not see.
pub fn with_looks(
    view: &View,
    home: &Home,
    mut found: Vec<PersonDetection>,
    looks: Vec<PersonLook>,
) -> Vec<PersonDetection> {
    let furniture = Furniture::near(home, view);
    let mut of_model = Vec::new();
    for look in looks {
        let same = found
            .iter_mut()
            .filter(|it| it.look.is_none())
            .map(|it| (shared(&it.box_px, &look.box_px), it))
            .filter(|it| it.0 > SAME_PERSON)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match same {
            Some((_, person)) => {
                // Two independent opinions that it is a person.
                person.probability = 1.0 - (1.0 - person.probability) * (1.0 - look.probability);
                person.box_px = look.box_px;
                person.look = Some(look);
            }
            None if look.probability >= LEAST_PROBABILITY => {
                of_model.extend(from_look(view, &furniture, look));
            }
            None => {}
        }
    }
    found.extend(of_model);
    found
}

/// The part of the smaller box that both share.
fn shared(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let area = |it: &[f64; 4]| (it[2] - it[0]).max(0.0) * (it[3] - it[1]).max(0.0);
    let both = [
        a[0].max(b[0]),
        a[1].max(b[1]),
        a[2].min(b[2]),
        a[3].min(b[3]),
    ];
    area(&both) / area(a).min(area(b)).max(1.0)
}

/// A person whom the geometry missed, such as one who lies: what is nearest within the box, furniture aside.
fn from_look(view: &View, furniture: &Furniture, look: PersonLook) -> Option<PersonDetection> {
    let (width, height) = (view.width(), view.height());
    let [left, top, right, bottom] = look.box_px;
    let inside = |low: f64, high: f64, most: usize| {
        (low.max(0.0) as usize)..(high.max(0.0) as usize).min(most)
    };
    let candidates: Vec<usize> = inside(top, bottom, height)
        .flat_map(|y| inside(left, right, width).map(move |x| y * width + x))
        .filter(|&it| {
            view.point(it).is_some_and(|it| {
                (LYING_M.0..HEAD_HEIGHTS_M.1).contains(&it.z) && !furniture.is_occupied(it)
            })
        })
        .collect();
    if candidates.len() < 60 {
        return None;
    }
    let mut depths: Vec<f32> = candidates.iter().map(|&it| view.depth_m[it]).collect();
    let nearest = depths.len() / 10;
    let near_m = *depths.select_nth_unstable_by(nearest, f32::total_cmp).1;
    let lying = look.postures[2] > look.postures[0].max(look.postures[1]);
    // Whoever lies may reach two metres along the line of sight.
    let reach_m = if lying { 2.0 } else { FIGURE_DEPTH_M };
    let pixels: Vec<usize> = candidates
        .into_iter()
        .filter(|&it| view.depth_m[it] < near_m + reach_m)
        .filter(|&it| !lying || view.points[it].z < LYING_M.1)
        .collect();
    let seat = |it: &&usize| furniture.is_seat(&view.points[**it]);
    let figure = pixels.len() - pixels.iter().filter(seat).count();
    if figure < 40 || (figure as f64) < LEAST_FIGURE * pixels.len() as f64 {
        return None;
    }
    let middle = median_xy(view, &pixels)?;
    let mut heights: Vec<f32> = pixels.iter().map(|&it| view.points[it].z).collect();
    let top_m = {
        let index = heights.len() * 49 / 50;
        *heights.select_nth_unstable_by(index, f32::total_cmp).1
    };
    let best = (0..3).max_by(|&a, &b| look.postures[a].total_cmp(&look.postures[b]));
    let posture = best.map_or(Posture::Unknown, |it| POSTURES[it]);
    let cut_above = top < 2.0;
    let body: Vec<usize> = pixels
        .iter()
        .copied()
        .filter(|&it| {
            let below = top_m - view.points[it].z;
            lying || (0.3..0.75).contains(&below)
        })
        .collect();
    Some(PersonDetection {
        box_px: look.box_px,
        position_in_map: Point2::new(f64::from(middle.0), f64::from(middle.1)),
        head_height_m: (!cut_above).then_some(f64::from(top_m)),
        posture,
        // Of a lying figure, trousers and skin are as large as the shirt.
        shirt: if lying { None } else { shirt(view, &body) },
        probability: look.probability,
        look: Some(look),
        pixels,
    })
}
