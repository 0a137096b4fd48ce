//! What the detector costs, measured in a process that holds nothing else.

use super::pictures::About;
use crate::account::print_line;
use crate::bench::{machine::memory_mib, stats::quantile};
use crate::robot::root;
use anyhow::{Context, bail};
use hearth_models::{
    Ground, IMAGE_TOWER, ImageTextDetector, LIBRARY, LOOK_AT_PEOPLE, LOOK_AT_THINGS, Manifest,
    Picture, Runtime, Session, SessionOptions, TEXT_MAP, TEXT_TOWER,
};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Queries that are set while pictures are timed.
const CACHED: usize = 4;
/// How often each picture is looked at.
const ROUNDS: usize = 3;
/// So many things and people are looked at where the networks alone are timed, as in models/bench_python.py.
const THINGS: usize = 10;
/// See [`THINGS`].
const PEOPLE: usize = 1;
/// Pictures that are looked at before time is taken.
const WARM_UP: usize = 5;

/// What was measured.
#[derive(Debug, Serialize, Deserialize)]
pub struct Speed {
    /// \[ms\] From a picture to boxes with scores, each time.
    pub image_ms: Vec<f64>,
    /// \[ms\] The networks alone, each time.
    pub network_ms: Vec<f64>,
    /// \[ms\] A phrase that is new, each time.
    pub text_ms: Vec<f64>,
    /// \[ms\] Checking and opening the files.
    open_ms: f64,
    /// \[MiB\] Resident before anything was opened.
    start_mib: f64,
    /// \[MiB\] Resident with the models open and at work.
    rss_mib: f64,
    /// \[MiB\] The most that was resident until then.
    peak_mib: f64,
    /// SHA-256 of the image tower.
    sha256: String,
}

/// `hearth bench perception --part speed FOLDER`: measures over the folder's pictures and prints one JSON object.
///
/// # Errors
/// A file that is missing or wrong.
pub fn measure(folder: &Path) -> anyhow::Result<ExitCode> {
    let (root, options) = (root()?, super::options());
    let about = About::read(folder)?;
    let start_mib = memory_mib("VmRSS:")?;
    let began = Instant::now();
    let runtime = Runtime::load_default(&root)?;
    let manifest = Manifest::load(&root)?;
    let mut detector = Ground::open(&runtime, &manifest, &options)?;
    let open_ms = millis(began);
    let mut text_ms = Vec::new();
    for phrase in &about.phrases {
        let began = Instant::now();
        detector.set_queries(std::slice::from_ref(phrase))?;
        text_ms.push(millis(began));
    }
    detector.set_queries(&about.phrases[..about.phrases.len().min(CACHED)])?;
    let image_ms = each_picture(&about, folder, |picture| {
        detector.detect(picture)?;
        Ok(())
    })?;
    let (rss_mib, peak_mib) = (memory_mib("VmRSS:")?, memory_mib("VmHWM:")?);
    drop(detector);
    let network_ms = network_ms(&runtime, &manifest, &options, &about, folder)?;
    print_line(&serde_json::to_string(&Speed {
        image_ms,
        network_ms,
        text_ms,
        open_ms,
        start_mib,
        rss_mib,
        peak_mib,
        sha256: image_tower(&manifest)?,
    })?);
    Ok(ExitCode::SUCCESS)
}

/// \[ms\] The networks alone, with so many boxes to look at in each picture as the Python script has too. What is in
/// them makes no difference to the time.
fn network_ms(
    runtime: &Runtime,
    manifest: &Manifest,
    options: &SessionOptions,
    about: &About,
    folder: &Path,
) -> anyhow::Result<Vec<f64>> {
    let open = |id: &str| Session::open(runtime, manifest.model(id)?, options);
    let mut image = open(IMAGE_TOWER)?;
    let mut looks = [
        (open(LOOK_AT_THINGS)?, THINGS),
        (open(LOOK_AT_PEOPLE)?, PEOPLE),
    ];
    let input = ndarray::Array4::<f32>::from_elem((1, 4, about.height, about.width), 0.5);
    let boxes = ndarray::array![[100.0f32, 100.0, 130.0, 140.0]];
    each_picture(about, folder, |_| {
        image.run([("picture", input.clone().into())])?;
        for (look, count) in &mut looks {
            let at = boxes
                .broadcast((*count, 4))
                .context("as many boxes as are looked at")?;
            look.run([
                ("picture", input.clone().into()),
                ("at", at.to_owned().into()),
            ])?;
        }
        Ok(())
    })
}

/// \[ms\] What `look` takes for each of the pictures, several times.
fn each_picture(
    about: &About,
    folder: &Path,
    mut look: impl FnMut(&Picture) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for round in 0..=ROUNDS {
        let count = if round == 0 { WARM_UP } else { about.count };
        for kept in about.pictures(folder)?.take(count) {
            let kept = kept?;
            let picture = Picture {
                width: about.width,
                height: about.height,
                rgb: &kept.rgb,
                depth_m: Some(&kept.depth_m),
                focal_px: None,
            };
            let began = Instant::now();
            look(&picture)?;
            if round > 0 {
                times.push(millis(began));
            }
        }
    }
    Ok(times)
}

/// Has a process of its own measure, so that neither the simulator nor what it left counts.
pub fn in_own_process(root: &Path, folder: &Path) -> anyhow::Result<Speed> {
    let binary = std::env::current_exe().context("finding this program's own file")?;
    let output = Command::new(binary)
        .args(["bench", "perception", "--part", "speed", "--pictures"])
        .arg(folder)
        .env("HEARTH_ROOT", root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("starting `hearth bench perception --part speed`")?;
    if !output.status.success() {
        bail!("`hearth bench perception --part speed` failed; see above");
    }
    serde_json::from_slice(&output.stdout)
        .context("reading what `hearth bench perception --part speed` printed")
}

impl Speed {
    /// As benchmarks name them.
    pub fn figures(&self) -> impl Iterator<Item = (&'static str, f64)> {
        [
            ("image_ms_p50", quantile(&self.image_ms, 0.5)),
            ("network_ms_p50", quantile(&self.network_ms, 0.5)),
            ("text_ms_p50", quantile(&self.text_ms, 0.5)),
            ("rss_mib", Some(self.peak_mib)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }

    /// How it was measured.
    pub fn case(&self, options: &SessionOptions) -> serde_json::Value {
        serde_json::json!({
            "part": "speed",
            "runtime": runtime_name(),
            "threads": options.threads,
            "providers": options.providers,
            "spinning": false,
            "models": [IMAGE_TOWER, LOOK_AT_THINGS, LOOK_AT_PEOPLE, TEXT_MAP, TEXT_TOWER],
            "sha256": self.sha256,
            "cached_queries": CACHED,
            "open_ms": self.open_ms,
            "rss_mib_at_start": self.start_mib,
            "rss_mib_at_work": self.rss_mib,
            "rss_mib_at_most": self.peak_mib,
        })
    }
}

/// The SHA-256 of the image tower.
fn image_tower(manifest: &Manifest) -> anyhow::Result<String> {
    let model = manifest.model(IMAGE_TOWER)?;
    let file = model
        .files
        .first()
        .context("the manifest names no file of the image tower")?;
    Ok(file.sha256.to_string())
}

/// As `onnxruntime 1.28.0`, or the library that the environment names.
fn runtime_name() -> String {
    match std::env::var("ORT_DYLIB_PATH") {
        Ok(path) if !path.is_empty() => path,
        _ => LIBRARY
            .rsplit_once(".so.")
            .map_or(LIBRARY.to_owned(), |it| format!("onnxruntime {}", it.1)),
    }
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}
