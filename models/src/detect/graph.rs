//! Whether a graph that somebody brings is what an adapter needs.

use crate::ModelError;
use crate::manifest::{Dimension, ElementType, TensorSpec};
use std::path::Path;

/// \[px\] Pictures with longer sides are not made.
const MAX_SIDE_PX: u32 = 4096;

pub(super) fn wrong_graph(path: &Path, message: String) -> ModelError {
    ModelError::Format {
        path: path.to_owned(),
        message,
    }
}

/// The input or output called `name`, which must have this type and number of dimensions.
pub(super) fn of_type<'a>(
    all: &'a [TensorSpec],
    name: &str,
    element: ElementType,
    dimensions: usize,
) -> Result<&'a TensorSpec, String> {
    let found = all.iter().find(|it| it.name == name);
    let fits = |it: &&TensorSpec| it.element == element && it.shape.len() == dimensions;
    found.filter(fits).ok_or_else(|| {
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        let element = format!("{element:?}").to_lowercase();
        format!(
            "it has no {name} of type {element} with {dimensions} dimensions, but {}",
            all.join(", ")
        )
    })
}

/// \[px\] Width and height of the pictures of an input `[1, 3, height, width]`; `default_px` where it leaves them open.
pub(super) fn input_side(shape: &[Dimension], default_px: u32) -> Result<(usize, usize), String> {
    let [batch, channels, height, width] = shape else {
        return Err(format!("its input has {} dimensions, not 4", shape.len()));
    };
    let is = |it: &Dimension, wanted: u32| {
        matches!(it, Dimension::Free(_)) || *it == Dimension::Fixed(wanted)
    };
    let side = |it: &Dimension| match it {
        Dimension::Fixed(px) => *px,
        Dimension::Free(_) => default_px,
    };
    let (width, height) = (side(width), side(height));
    if !is(batch, 1)
        || !is(channels, 3)
        || !(1..=MAX_SIDE_PX).contains(&width)
        || !(1..=MAX_SIDE_PX).contains(&height)
    {
        return Err(format!(
            "its input is [{batch}, {channels}, {height}, {width}], but it must be [1, 3, height, width] of at most {MAX_SIDE_PX} px"
        ));
    }
    Ok((width as usize, height as usize))
}
