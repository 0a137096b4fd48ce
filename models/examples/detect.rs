//! What a detector finds in a picture, to try one's own model and configuration:
//!
//! ```text
//! cargo run --release -p hearth-models --example detect -- detector.yaml photo.jpg "a mug" "a cat"
//! ```
//!
//! `detector.yaml` is a [`DetectorConfig`], as `kind: ssd`; relative paths in it start at the checkout, found as the
//! current folder or `HEARTH_ROOT`.

use hearth_models::detect::{DetectorConfig, build};
use hearth_models::{Models, Picture, SessionOptions, TextTower};
use opencv::core::Mat;
use opencv::imgcodecs::{IMREAD_COLOR, imread};
use opencv::imgproc::{COLOR_BGR2RGB, cvt_color_def};
use opencv::prelude::*;
use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

/// Runs after the first, of which the median is printed.
const RUNS: usize = 11;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [config, picture, phrases @ ..] = arguments.as_slice() else {
        return Err("usage: detect CONFIG.yaml PICTURE [PHRASE…]".into());
    };
    let root = std::env::var_os("HEARTH_ROOT").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let root = root.canonicalize()?;
    let mut config: DetectorConfig = serde_yaml::from_str(&std::fs::read_to_string(config)?)?;
    config.root_at(&root);
    let models = Models::load(&root, SessionOptions::default())?;
    let tower = TextTower::open(&models.runtime, &models.manifest, &models.options).ok();
    let mut detector = build(&config, &models, tower)?;
    detector.set_queries(phrases)?;

    let bgr = imread(picture, IMREAD_COLOR)?;
    let mut rgb = Mat::default();
    cvt_color_def(&bgr, &mut rgb, COLOR_BGR2RGB)?;
    let picture = Picture {
        width: usize::try_from(rgb.cols())?,
        height: usize::try_from(rgb.rows())?,
        rgb: rgb.data_bytes()?,
        depth_m: None,
        focal_px: None,
    };
    for it in detector.detect(&picture)? {
        let box_px = it.box_px.map(|it| it.round());
        let class = it.class.as_deref().unwrap_or("-");
        println!("{:.3} {class} {box_px:?} {:.3?}", it.objectness, it.scores);
    }
    let mut times_ms = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        detector.detect(&picture)?;
        times_ms.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times_ms.sort_by(f64::total_cmp);
    println!("median of {RUNS}: {:.1} ms", times_ms[RUNS / 2]);
    Ok(())
}
