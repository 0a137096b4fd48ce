//! `hearth sim render`: a folder of labelled pictures of ever new scenes in the flat.

use crate::robot::root;
use anyhow::{Context, bail};
use hearth_runtime::config::load_home;
use hearth_sim::render::{Folder, RenderOptions, Renderer, SceneSpec};
use hearth_sim::scene::SceneRules;
use hearth_sim::sdf::SdfWorld;
use hearth_urdf::RobotModel;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, Stdio};

/// What can be done with the simulated flat.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Renders labelled pictures of varied scenes: DIR/images, DIR/depth, DIR/labels.jsonl, DIR/phrases.json, DIR/about.json.
    ///
    /// The same arguments give the same bytes. Boxes are left, top, right, bottom in pixels, where pixel (0, 0) reaches
    /// from 0 to 1; `visible_share` counts what is outside the picture as hidden.
    Render(Arguments),
}

/// `hearth sim render`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Whose forms, words and looks: what is learnt from, tuned with, or measured on.
    #[arg(long, value_enum, default_value = "train")]
    split: Split,
    /// Seed of the first scene; the others follow it.
    #[arg(long, default_value_t = 0)]
    seed_base: u64,
    /// Scenes.
    #[arg(long, default_value_t = 10)]
    count: usize,
    /// Pictures of a scene.
    #[arg(long, default_value_t = 6)]
    views: usize,
    /// Share of the pictures that are taken of people; the others are of things.
    #[arg(long, default_value_t = 0.3)]
    people: f64,
    /// The folder to write.
    #[arg(long)]
    out: PathBuf,
    /// Scenes from this file (one JSON object a line) instead of sim/worlds/vary.py; no phrases.json then.
    #[arg(long)]
    scenes: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Split {
    Train,
    Val,
    Test,
}

impl Split {
    fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Val => "val",
            Self::Test => "test",
        }
    }
}

/// Carries the command out.
///
/// # Errors
/// A file that is missing or wrong, a scene that cannot be read, no renderer.
pub fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let Command::Render(arguments) = command;
    let root = root()?;
    let mut renderer = renderer(&root, Some(arguments.people))?;
    let mut source = Scenes::open(&root, arguments)?;
    let mut folder = Folder::create(&arguments.out)?;
    let bar = ProgressBar::new((arguments.count * arguments.views) as u64);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {pos}/{len} pictures, {per_sec}, {eta} left",
    )?);
    for _ in 0..arguments.count {
        let Some(scene) = source.next()? else {
            break;
        };
        for sample in renderer.samples(&scene, arguments.views)? {
            folder.add(&sample?)?;
            bar.inc(1);
        }
    }
    bar.finish();
    source.end()?;
    let pictures = folder.finish()?;
    if arguments.scenes.is_none() {
        let words = phrases(&root, arguments.split.name())?;
        write(&arguments.out.join("phrases.json"), &words)?;
    }
    let about = serde_json::json!({
        "command": std::env::args().collect::<Vec<_>>(),
        "split": arguments.split.name(),
        "seed_base": arguments.seed_base,
        "scenes": arguments.count,
        "views": arguments.views,
        "pictures": pictures,
        "hearth": env!("CARGO_PKG_VERSION"),
    });
    write(
        &arguments.out.join("about.json"),
        format!("{about:#}\n").as_bytes(),
    )?;
    println!("{pictures} pictures in {}", arguments.out.display());
    Ok(ExitCode::SUCCESS)
}

/// The renderer of the flat through the robot's camera; `people_share` of the pictures are taken of people.
///
/// # Errors
/// A file that is missing or wrong, or no EGL.
pub fn renderer(root: &Path, people_share: Option<f64>) -> anyhow::Result<Renderer> {
    let urdf = root.join("urdf/ember/ember.urdf");
    let text =
        std::fs::read_to_string(&urdf).with_context(|| format!("reading {}", urdf.display()))?;
    let (robot, _) = RobotModel::parse(&text, &urdf.display().to_string())?;
    let world = SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf"))?;
    let home = load_home(&root.join("launch/config/home.yaml"))?;
    let rules = SceneRules::from_file(&root.join("sim/worlds/scenes.yaml"))?;
    let mut options = RenderOptions::of_robot(&robot)?;
    options.people_share = people_share.unwrap_or(options.people_share);
    Ok(Renderer::new(options, &world, &home, &rules)?)
}

/// The phrases of a split, as JSON.
///
/// # Errors
/// A script that is missing or fails.
pub(crate) fn phrases(root: &Path, split: &str) -> anyhow::Result<Vec<u8>> {
    let words = vary(root, &["--phrases", "--split", split])?
        .stderr(Stdio::inherit())
        .output()
        .context("running python3 sim/worlds/vary.py")?;
    if !words.status.success() {
        bail!("python3 sim/worlds/vary.py --phrases failed; see above");
    }
    Ok(words.stdout)
}

fn vary(root: &Path, words: &[&str]) -> anyhow::Result<std::process::Command> {
    let script = root.join("sim/worlds/vary.py");
    if !script.is_file() {
        bail!("{} is missing; give scenes with --scenes", script.display());
    }
    let mut command = std::process::Command::new("python3");
    command.arg(script).args(words).stdin(Stdio::null());
    Ok(command)
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(file, bytes).with_context(|| format!("writing {}", file.display()))
}

/// Where scenes come from, a line each.
pub(crate) struct Scenes {
    name: String,
    line: usize,
    lines: Box<dyn BufRead>,
    child: Option<Child>,
}

impl Scenes {
    fn open(root: &Path, arguments: &Arguments) -> anyhow::Result<Self> {
        if let Some(file) = &arguments.scenes {
            let opened =
                std::fs::File::open(file).with_context(|| format!("opening {}", file.display()))?;
            return Ok(Self {
                name: file.display().to_string(),
                line: 0,
                lines: Box::new(BufReader::new(opened)),
                child: None,
            });
        }
        let split = arguments.split.name();
        Self::vary(root, split, arguments.seed_base, arguments.count)
    }

    /// From sim/worlds/vary.py.
    ///
    /// # Errors
    /// A script that is missing, no Python.
    pub(crate) fn vary(
        root: &Path,
        split: &str,
        seed_base: u64,
        count: usize,
    ) -> anyhow::Result<Self> {
        let (base, count) = (seed_base.to_string(), count.to_string());
        let words = ["--split", split, "--seed-base", &base, "--count", &count];
        let mut child = vary(root, &words)?
            .stdout(Stdio::piped())
            .spawn()
            .context("starting python3 sim/worlds/vary.py")?;
        let out = child
            .stdout
            .take()
            .context("python3 sim/worlds/vary.py has no output")?;
        Ok(Self {
            name: "sim/worlds/vary.py".to_owned(),
            line: 0,
            lines: Box::new(BufReader::new(out)),
            child: Some(child),
        })
    }

    /// The next scene.
    ///
    /// # Errors
    /// A line that is no scene.
    pub(crate) fn next(&mut self) -> anyhow::Result<Option<SceneSpec>> {
        self.line += 1;
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let scene = SceneSpec::from_json(&line)
            .with_context(|| format!("{}, line {}", self.name, self.line))?;
        Ok(Some(scene))
    }

    /// Ends the script.
    ///
    /// # Errors
    /// If it failed.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        // Without its reader, a script that has more to say ends too.
        drop(self.lines);
        if let Some(mut child) = self.child {
            let status = child.wait()?;
            if !status.success() {
                bail!("{} failed: {status}; see above", self.name);
            }
        }
        Ok(())
    }
}
