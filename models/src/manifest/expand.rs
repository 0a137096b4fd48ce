//! Names that stand for several: the layers of a decoder have an input each.

use super::{OnnxSpec, TensorSpec};

/// Nobody's network has more layers.
const MOST: u32 = 256;

/// Writes out `past.{0..7}.key` as eight tensors. The key that makes no sense and what is wrong with it, if one does.
pub(super) fn expand(spec: &mut OnnxSpec) -> Option<(String, String)> {
    for (key, list) in [
        ("onnx.inputs", &mut spec.inputs),
        ("onnx.outputs", &mut spec.outputs),
    ] {
        let mut written_out = Vec::with_capacity(list.len());
        for tensor in list.drain(..) {
            match names(&tensor.name) {
                Ok(names) => {
                    let with = |name| TensorSpec {
                        name,
                        ..tensor.clone()
                    };
                    written_out.extend(names.into_iter().map(with));
                }
                Err(problem) => return Some((key.to_owned(), problem)),
            }
        }
        *list = written_out;
    }
    None
}

fn names(name: &str) -> Result<Vec<String>, String> {
    let Some((before, rest)) = name.split_once('{') else {
        return Ok(vec![name.to_owned()]);
    };
    let range = rest.split_once('}').and_then(|(range, after)| {
        let (first, last) = range.split_once("..")?;
        Some((first.parse::<u32>().ok()?, last.parse::<u32>().ok()?, after))
    });
    match range {
        Some((first, last, after)) if first <= last && last < MOST => Ok((first..=last)
            .map(|it| format!("{before}{it}{after}"))
            .collect()),
        _ => Err(format!(
            "has the name {name:?}, but braces must hold a range of layers below {MOST}, as {{0..7}}"
        )),
    }
}
