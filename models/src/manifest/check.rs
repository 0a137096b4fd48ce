//! What may be wrong with an entry that parses.

use super::ModelEntry;
use std::collections::BTreeSet;
use std::path::{Component, Path};

/// The key that makes no sense and what is wrong with it.
pub(super) fn check(model: &ModelEntry) -> Option<(String, String)> {
    let wrong = |key: &str, problem: String| Some((key.to_owned(), problem));
    let kebab = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-' || it == '.';
    if model.id.is_empty() || !model.id.chars().all(kebab) {
        return wrong(
            "id",
            format!("is {:?}, but it must be in kebab-case", model.id),
        );
    }
    let texts = [
        ("purpose", &model.purpose),
        ("source", &model.source),
        ("licence", &model.licence),
        ("cost", &model.cost),
    ];
    if let Some((key, _)) = texts.iter().find(|(_, it)| it.trim().is_empty()) {
        return wrong(key, "is empty".to_owned());
    }
    if model.files.is_empty() {
        return wrong(
            "files",
            "is empty, but it must name the model's file".to_owned(),
        );
    }
    for file in &model.files {
        if let Some(problem) = outside(&file.path) {
            return wrong("path", problem);
        }
    }
    let onnx = model.onnx.as_ref()?;
    if let Some(problem) = onnx.weights.as_deref().and_then(outside) {
        return wrong("onnx.weights", problem);
    }
    let own_format = model.files[0]
        .path
        .extension()
        .is_some_and(|it| it == "ort");
    match onnx.opset {
        Some(0) => return wrong("onnx.opset", "is 0, but it must be 1 or more".to_owned()),
        Some(it) if own_format => {
            let problem = format!("is {it}, but a file in ONNX Runtime's own format says none");
            return wrong("onnx.opset", problem);
        }
        None if !own_format => {
            return wrong("onnx", "lacks the key `opset`".to_owned());
        }
        _ => {}
    }
    for (key, list) in [
        ("onnx.inputs", &onnx.inputs),
        ("onnx.outputs", &onnx.outputs),
    ] {
        let names: BTreeSet<_> = list.iter().map(|it| &it.name).collect();
        if list.is_empty() || names.len() < list.len() {
            return wrong(key, "is empty or names one twice".to_owned());
        }
    }
    None
}

fn outside(path: &Path) -> Option<String> {
    let inside = path
        .components()
        .all(|it| matches!(it, Component::Normal(_)));
    (!inside || path.as_os_str().is_empty()).then(|| {
        format!(
            "is {:?}, but it must be relative to the checkout, without `..`",
            path.display()
        )
    })
}

/// The line (from 1) of the model's `key`, or of its id.
pub(super) fn line_of(text: &str, id: &str, key: &str) -> Option<usize> {
    let key = format!("{}:", key.rsplit('.').next().unwrap_or(key));
    let mut lines = text.lines().enumerate();
    let is_id = |line: &str| {
        let value = line.trim_start_matches([' ', '-']).strip_prefix("id:");
        value.is_some_and(|it| it.trim().trim_matches(['"', '\'']) == id)
    };
    let (start, _) = lines.find(|(_, line)| is_id(line))?;
    let found = lines
        .take_while(|(_, line)| !line.trim_start().starts_with("- id:"))
        .find(|(_, line)| line.contains(&key));
    Some(found.map_or(start, |(index, _)| index) + 1)
}
