//! People in one frame: figures that stand or sit where the map has nothing as tall.

mod furniture;
mod looks;

pub use looks::with_looks;

use crate::colour::{self, Paint};
use crate::detector::PersonLook;
use crate::view::View;
use furniture::Furniture;
use hearth_types::{Colour, Home, Point2, Posture};
use std::collections::BTreeMap;

/// \[m\] Above this, only tall furniture, walls and people.
const HEAD_HEIGHTS_M: (f32, f32) = (0.95, 2.05);
/// \[m\] Side of a cell of the plan view.
const CELL_M: f32 = 0.06;
/// \[m\] A figure's surface is this much nearer than its middle.
const HALF_DEPTH_M: f64 = 0.08;

/// A person as one frame shows them.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonDetection {
    /// \[px\] Left, top, right, bottom.
    pub box_px: [f64; 4],
    /// Indices of the pixels that show the upper body, ascending.
    pub pixels: Vec<usize>,
    /// Where they are in `map`.
    pub position_in_map: Point2,
    /// \[m\] Top of the head; `None` if it is outside the image.
    pub head_height_m: Option<f64>,
    /// How they are posed.
    pub posture: Posture,
    /// The colour of the upper clothes.
    pub shirt: Option<Colour>,
    /// \[0, 1\] How much it looks like a person.
    pub probability: f64,
    /// What a model says about them, if one saw them.
    pub look: Option<PersonLook>,
}

/// Finds people.
pub fn find(view: &View, home: &Home) -> Vec<PersonDetection> {
    let furniture = Furniture::near(home, view);
    let mut cells: BTreeMap<(i32, i32), Vec<usize>> = BTreeMap::new();
    for pixel in 0..view.depth_m.len() {
        let Some(point) = view.point(pixel) else {
            continue;
        };
        if point.z < HEAD_HEIGHTS_M.0 || point.z > HEAD_HEIGHTS_M.1 {
            continue;
        }
        let cell = (
            (point.x / CELL_M).floor() as i32,
            (point.y / CELL_M).floor() as i32,
        );
        cells.entry(cell).or_default().push(pixel);
    }
    cells.retain(|&(x, y), pixels| {
        let middle = Point2::new(
            f64::from((x as f32 + 0.5) * CELL_M),
            f64::from((y as f32 + 0.5) * CELL_M),
        );
        pixels.len() >= 3 && !furniture.blocks(&home.map, &middle)
    });
    clusters(cells)
        .into_iter()
        .filter_map(|pixels| judge(view, home, pixels))
        .collect()
}

fn clusters(mut cells: BTreeMap<(i32, i32), Vec<usize>>) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    while let Some((&start, _)) = cells.iter().next() {
        let mut open = vec![start];
        let mut pixels = cells.remove(&start).unwrap_or_default();
        while let Some((x, y)) = open.pop() {
            for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
                if let Some(more) = cells.remove(&(x + dx, y + dy)) {
                    pixels.extend(more);
                    open.push((x + dx, y + dy));
                }
            }
        }
        pixels.sort_unstable();
        found.push(pixels);
    }
    found
}

/// Skin of any tone is a red to yellowish brown of medium colourfulness.
fn is_skin(paint: &Paint) -> bool {
    let hue_deg = paint.b.atan2(paint.a).to_degrees();
    (9.0..44.0).contains(&paint.chroma())
        && (28.0..80.0).contains(&hue_deg)
        && paint.lightness > 12.0
}

fn judge(view: &View, home: &Home, pixels: Vec<usize>) -> Option<PersonDetection> {
    if pixels.len() < 60 {
        return None;
    }
    let camera = view.camera_in_map().cast::<f32>();
    let count = pixels.len() as f32;
    let top = crate::fits::span(pixels.iter().map(|&it| view.points[it].z)).1;
    let head: Vec<usize> = pixels
        .iter()
        .copied()
        .filter(|&it| view.points[it].z > top - 0.24)
        .collect();
    let middle = median_xy(view, &head)?;
    let distance = (middle.0 - camera.x).hypot(middle.1 - camera.y).max(0.1);
    let away = (
        (middle.0 - camera.x) / distance,
        (middle.1 - camera.y) / distance,
    );
    let width_of = |set: &[usize]| {
        let (low, high) = crate::fits::span(set.iter().map(|&it| {
            let point = &view.points[it];
            away.0 * point.y - away.1 * point.x
        }));
        high - low
    };
    let whole_width = width_of(&pixels);
    if !(0.10..0.85).contains(&whole_width) || distance > 4.5 {
        return None;
    }
    let at_top_edge = pixels.iter().filter(|&&it| it < 2 * view.width()).count() as f32;
    let cut_above = at_top_edge > 4.0;
    let skin = head
        .iter()
        .filter(|&&it| is_skin(&Paint::from_lab(view.lab[it])))
        .count();
    let skin_share = skin as f32 / head.len() as f32;
    let head_width = width_of(&head);
    let body: Vec<usize> = (0..view.depth_m.len())
        .filter(|&it| {
            view.point(it).is_some_and(|point| {
                point.z < top - 0.36
                    && point.z > top - 0.72
                    && (point.x - middle.0).hypot(point.y - middle.1) < 0.32
            })
        })
        .collect();
    let body_width = if body.len() > 30 {
        width_of(&body)
    } else {
        0.0
    };
    let shirt = shirt(view, &body);
    let has_skin = skin_share > 0.06;
    let known_shirt = shirt.is_some_and(|it| is_known_shirt(home, &it));
    let mut score: f32 = 0.15;
    score += if skin_share > 0.10 { 0.3 } else { 0.0 };
    score += if known_shirt { 0.2 } else { 0.0 };
    if !cut_above {
        score += if (0.11..0.30).contains(&head_width) {
            0.25
        } else {
            -0.1
        };
        score += if (1.1..2.0).contains(&top) { 0.1 } else { -0.3 };
    }
    score += if (0.26..0.66).contains(&body_width) {
        0.25
    } else {
        -0.1
    };
    score += if body_width > head_width * 1.35 {
        0.1
    } else {
        0.0
    };
    if !has_skin && !known_shirt {
        // Could as well be a screen or a coat.
        score = score.min(0.5);
    }
    let thin = count < 0.05 * (view.width() as f32 / distance).powi(2) * 0.2;
    if score < 0.3 || thin {
        return None;
    }
    let half_depth = HALF_DEPTH_M as f32;
    let position = (
        middle.0 + half_depth * away.0,
        middle.1 + half_depth * away.1,
    );
    let head_height_m = (!cut_above).then_some(f64::from(top));
    let posture = match head_height_m {
        Some(it) if it > 1.47 => Posture::Standing,
        Some(it) if it > 1.0 => Posture::Sitting,
        _ => Posture::Unknown,
    };
    let mut shown = pixels;
    shown.extend(body);
    shown.sort_unstable();
    shown.dedup();
    Some(PersonDetection {
        box_px: crate::detector::bounding_box(view, &shown),
        pixels: shown,
        position_in_map: Point2::new(f64::from(position.0), f64::from(position.1)),
        head_height_m,
        posture,
        shirt,
        probability: f64::from(score.clamp(0.0, 0.98)),
        look: None,
    })
}

fn is_known_shirt(home: &Home, shirt: &Colour) -> bool {
    let paint = Paint::from_lab(shirt.lab);
    home.people
        .iter()
        .filter_map(|it| it.shirt_srgb)
        .any(|it| Paint::from_srgb(it).difference(&paint) < 11.0)
}

fn median_xy(view: &View, pixels: &[usize]) -> Option<(f32, f32)> {
    let median = |axis: usize| {
        let mut values: Vec<f32> = pixels.iter().map(|&it| view.points[it][axis]).collect();
        let middle = values.len() / 2;
        (!values.is_empty()).then(|| *values.select_nth_unstable_by(middle, f32::total_cmp).1)
    };
    Some((median(0)?, median(1)?))
}

fn shirt(view: &View, body: &[usize]) -> Option<Colour> {
    let clothes: Vec<[f32; 3]> = body.iter().map(|&it| view.lab[it]).collect();
    if clothes.len() < 30 {
        return None;
    }
    let step = clothes.len().div_ceil(300);
    let sample: Vec<[f32; 3]> = clothes.into_iter().step_by(step).collect();
    colour::dominant(&sample)
        .first()
        .map(|it| colour::named(it.lab))
}
