//! `hearth bench perception`: how well the detector finds what words ask for in pictures of scenes that it has never
//! seen, and what it costs.

mod judge;
mod measures;
mod phrases;
mod pictures;
mod report;
mod side_by_side;
mod speed;

pub use speed::measure as measure_speed;

use super::Output;
use super::pace::distribution;
use crate::robot::Robot;
use crate::sim_render::{self, Scenes};
use anyhow::Context;
use hearth_models::{Ground, ImageTextDetector, Manifest, Picture, Runtime, SessionOptions};
use hearth_sim::render::{Labels, Sample, Seen};
use indicatif::{ProgressBar, ProgressStyle};
use judge::{Judge, Thing};
use phrases::Phrase;
use pictures::Pictures;
use std::collections::BTreeMap;
use std::path::Path;

/// Whose forms and words: what training never sees.
const SPLIT: &str = "test";
/// Pictures of a scene.
const VIEWS: usize = 6;
/// \[px\] Things that show fewer pixels do not count.
const FEWEST_PX: usize = 40;
/// Nor do those that show a smaller part of themselves.
const LEAST_SHARE: f64 = 0.30;
/// Pictures over which time is measured.
const TIMED: usize = 40;
/// What figures are called that are measured without depth.
const NO_DEPTH: [(&str, &str); 8] = [
    ("map50", "map50_no_depth"),
    ("recall", "recall_no_depth"),
    ("phrase_top1_hard", "phrase_top1_hard_no_depth"),
    ("gesture_accuracy", "gesture_accuracy_no_depth"),
    ("gestures", "gestures_no_depth"),
    ("postures", "postures_no_depth"),
    ("novel_words_accuracy", "novel_words_accuracy_no_depth"),
    ("ece", "ece_no_depth"),
];

/// How the model is run.
fn options() -> SessionOptions {
    SessionOptions::default()
}

fn open(root: &Path) -> anyhow::Result<Ground> {
    let manifest = Manifest::load(root)?;
    Ok(Ground::open(
        &Runtime::load_default(root)?,
        &manifest,
        &options(),
    )?)
}

pub fn run(robot: &Robot, scenes: u64, seed_base: u64) -> anyhow::Result<Output> {
    let root = robot.root.as_path();
    let text = sim_render::phrases(root, SPLIT)?;
    let phrases: Vec<Phrase> =
        serde_json::from_slice(&text).context("the phrases of sim/worlds/vary.py")?;
    let folder = tempfile::tempdir().context("making a temporary folder")?;
    let bar = ProgressBar::new(scenes * VIEWS as u64).with_style(
        ProgressStyle::with_template("{pos}/{len} {wide_bar} {eta} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.set_message("reading phrases");
    bar.tick();
    let mut judges = [Judge::new(&phrases), Judge::new(&phrases)];
    let mut kept = Pictures::create(folder.path())?;
    {
        let mut detector = open(root)?;
        detector.set_queries(&judge::queries(&phrases))?;
        bar.set_message("rendering, detecting with and without depth");
        let mut renderer = sim_render::renderer(root, None)?;
        let count = usize::try_from(scenes).unwrap_or(usize::MAX);
        let mut source = Scenes::vary(root, SPLIT, seed_base, count)?;
        let every = (count.saturating_mul(VIEWS) / TIMED).max(1);
        let mut number = 0;
        while let Some(scene) = source.next()? {
            for sample in renderer.samples(&scene, VIEWS)? {
                let sample = sample?;
                if number % every == 0 && number / every < TIMED {
                    kept.add(&sample)?;
                }
                look(&mut detector, &mut judges, number as u64, &sample)?;
                number += 1;
                bar.inc(1);
            }
        }
        source.end()?;
    }
    bar.set_message("measuring time and memory");
    let speed = speed::in_own_process(root, &kept.finish(&phrases)?)?;
    bar.set_message("the same in Python");
    let python = side_by_side::run(root, folder.path());
    bar.finish_and_clear();
    if let Err(why) = &python {
        eprintln!("hearth: no comparison with Python: {why}");
    }
    Ok(summary(&phrases, &judges, &speed, &python))
}

/// Has the detector look at a picture, with depth and without.
fn look(
    detector: &mut Ground,
    judges: &mut [Judge; 2],
    number: u64,
    sample: &Sample,
) -> anyhow::Result<()> {
    let things = things(&sample.labels);
    for (judge, depth_m) in judges
        .iter_mut()
        .zip([Some(sample.depth_m.as_slice()), None])
    {
        let picture = Picture {
            width: sample.width,
            height: sample.height,
            rgb: &sample.rgb,
            depth_m,
            focal_px: None,
        };
        judge.add(number, &things, &detector.detect(&picture)?);
    }
    Ok(())
}

fn things(labels: &Labels) -> Vec<Thing<'_>> {
    let thing = |is_person: bool| {
        move |it| {
            let it: &Seen = it;
            Thing {
                box_px: it.box_px.map(|it| it as f32),
                attributes: &it.attributes,
                counts: it.visible_px >= FEWEST_PX && it.visible_share >= LEAST_SHARE,
                is_person,
            }
        }
    };
    let objects = labels.objects.iter().map(thing(false));
    objects
        .chain(labels.people.iter().map(thing(true)))
        .collect()
}

fn summary(
    phrases: &[Phrase],
    [judge, without_depth]: &[Judge; 2],
    speed: &speed::Speed,
    python: &Result<side_by_side::Python, String>,
) -> Output {
    let mut figures = judge.figures();
    let blind = without_depth.figures();
    let blind = NO_DEPTH
        .iter()
        .filter_map(|(name, as_name)| Some((*as_name, *blind.get(name)?)));
    figures.extend(blind);
    figures.extend(speed.figures());
    let mut distributions = BTreeMap::from([
        ("image_ms", distribution(&speed.image_ms)),
        ("network_ms", distribution(&speed.network_ms)),
        ("text_ms", distribution(&speed.text_ms)),
    ]);
    if let Ok(python) = python {
        figures.extend(python.figures());
        distributions.extend([
            ("image_ms_python", distribution(&python.image_ms)),
            (
                "image_ms_python_without_spinning",
                distribution(&python.image_ms_without_spinning),
            ),
            ("network_ms_python", distribution(&python.network_ms)),
        ]);
    }
    let mut cases = vec![speed.case(&options()), side_by_side::case(python)];
    cases.extend(report::cases(judge, phrases));
    Output {
        figures,
        breakdown: judge.counts(),
        distributions,
        cases,
        ..Output::empty("perception")
    }
}
