//! The same networks over the same pictures in Python's ONNX Runtime (`models/bench_python.py`).

use crate::bench::{python, stats::quantile};
use hearth_models::{IMAGE_TOWER, LOOK_AT_PEOPLE, LOOK_AT_THINGS, Manifest};
use serde::Deserialize;
use std::path::Path;

/// Where `./hearth bench perception` puts ONNX Runtime and NumPy for Python.
const PACKAGES: &str = ".sysroot/python/lib";

/// What was measured.
#[derive(Debug, Deserialize)]
pub struct Python {
    /// \[ms\] From a picture to boxes with scores, each time, with ONNX Runtime's own defaults.
    pub image_ms: Vec<f64>,
    /// \[ms\] The same where threads sleep while they wait, as in Hearth.
    pub image_ms_without_spinning: Vec<f64>,
    /// \[ms\] The networks alone, each time, with the defaults.
    pub network_ms: Vec<f64>,
    versions: serde_json::Value,
    rss_mib: f64,
}

/// Runs the script; the error says why there is nothing to compare with.
pub fn run(root: &Path, pictures: &Path) -> Result<Python, String> {
    let packages = root.join(PACKAGES);
    if !packages.join("onnxruntime").is_dir() {
        return Err(format!(
            "{PACKAGES} has no onnxruntime; `./hearth bench perception` fetches it"
        ));
    }
    let manifest = Manifest::load(root).map_err(|it| it.to_string())?;
    let file = |id: &str| -> Result<_, String> {
        let model = manifest.model(id).map_err(|it| it.to_string())?;
        let first = model.files.first().map(|it| it.path.clone());
        first.ok_or_else(|| format!("the manifest names no file of {id}"))
    };
    let models = [IMAGE_TOWER, LOOK_AT_THINGS, LOOK_AT_PEOPLE].map(file);
    let mut words = models.into_iter().collect::<Result<Vec<_>, _>>()?;
    words.push(pictures.to_owned());
    words.push(super::options().threads.to_string().into());
    python::run(root, "models/bench_python.py", &packages, words)
}

impl Python {
    /// As benchmarks name them.
    pub fn figures(&self) -> impl Iterator<Item = (&'static str, f64)> {
        [
            ("image_ms_p50_python", quantile(&self.image_ms, 0.5)),
            ("network_ms_p50_python", quantile(&self.network_ms, 0.5)),
            ("rss_mib_python", Some(self.rss_mib)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

/// How it was measured, or why it was not.
pub fn case(python: &Result<Python, String>) -> serde_json::Value {
    match python {
        Ok(it) => serde_json::json!({
            "part": "python",
            "versions": it.versions,
            "threads": super::options().threads,
            "image_ms_p50_without_spinning": quantile(&it.image_ms_without_spinning, 0.5),
        }),
        Err(why) => serde_json::json!({"part": "python", "left_out": why}),
    }
}
