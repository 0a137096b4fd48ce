//! `hearth listen`: speech to text to meaning, and on to what the robot does.

mod act;
mod file;
mod parts;

pub use file::{FileReport, listen_to};
pub use parts::{PlannersSense, config, config_of, listener, listener_of, mouth};

use crate::account::print_line;
use crate::robot::Robot;
use hearth_types::Language;
use hearth_voice::listen::{Event, Said};
use hearth_voice::microphone::Microphone;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Arguments of `hearth listen`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
    /// Listens to the microphone instead of files, until it is interrupted.
    #[arg(long, conflicts_with = "files")]
    mic: bool,
    /// Listens for this language only; without, for those of the section `voice`.
    #[arg(long, value_parser = language)]
    language: Option<Language>,
    /// Opens the simulated flat, and the robot carries out what it understands.
    #[arg(long)]
    act: bool,
    /// With --act: which scene.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// With --act: puts things somewhere first: `on(OBJECT, PLACE) …`.
    #[arg(long, default_value = "")]
    setup: String,
    /// With --act: the next file begins so many simulated seconds after the one before, also while the robot moves.
    /// Without, it begins when the robot is done.
    #[arg(long, value_name = "SECS")]
    every: Option<f64>,
    /// With --act: the robot speaks aloud, and the flat runs in real time.
    #[arg(long)]
    speak: bool,
    /// WAV files of any rate.
    #[arg(value_name = "FILE.wav", required_unless_present = "mic")]
    files: Vec<PathBuf>,
}

fn language(text: &str) -> Result<Language, String> {
    match text {
        "en" => Ok(Language::En),
        "zh" => Ok(Language::Zh),
        other => Err(format!("{other:?} is not known; en and zh are")),
    }
}

/// Listens.
///
/// # Errors
/// Configuration or models that do not load, a file that is no sound, no microphone.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let robot = Robot::load()?;
    let mut config = config(&robot)?;
    if let Some(language) = arguments.language {
        config.languages = vec![language];
    }
    if arguments.act {
        return act::run(arguments, &robot, &config);
    }
    if arguments.mic {
        return microphone(&robot, &config);
    }
    let mut reports = Vec::new();
    let mut listener = listener(&robot, &config)?;
    for path in &arguments.files {
        // Files have nothing to do with each other: each is heard from a fresh start.
        listener.reset();
        let report = listen_to(path, &mut listener, &mut |event| {
            if !arguments.json {
                show(event);
            }
        });
        match report {
            Ok(report) => {
                if !arguments.json {
                    print_line(&report.summary());
                }
                reports.push(report.to_json());
            }
            Err(error) if arguments.json && arguments.files.len() > 1 => {
                reports.push(serde_json::json!({
                    "file": path.display().to_string(), "error": format!("{error:#}"), "understood": false,
                }));
            }
            Err(error) => return Err(error),
        }
    }
    let understood = reports.iter().all(|it| it["understood"] == true);
    if arguments.json {
        let all = serde_json::json!({ "understood": understood, "files": reports });
        print_line(&serde_json::to_string_pretty(&all)?);
    }
    Ok(ExitCode::from(if understood { 0 } else { 2 }))
}

fn microphone(robot: &Robot, config: &hearth_voice::Config) -> anyhow::Result<ExitCode> {
    let mut microphone = Microphone::open(config.microphone.as_deref())?;
    let mut listener = listener(robot, config)?;
    print_line(&format!("listening to {}; Ctrl-C ends", microphone.name()));
    loop {
        let sound = microphone.read(Duration::from_millis(200))?;
        listener.push(&sound)?.iter().for_each(show);
    }
}

/// A line an event.
fn show(event: &Event) {
    match event {
        Event::Level(level) if level.is_clipped() => print_line(&format!(
            "          too loud: {:.1} % of the sound is cut off",
            100.0 * level.clipped
        )),
        Event::Level(_) => {}
        Event::Began { at_secs } => print_line(&format!("{at_secs:7.2} s speech")),
        Event::Partial { at_secs, text, .. } => {
            print_line(&format!("{at_secs:7.2} s   … {text}"));
        }
        Event::Stop { at_secs, word } => {
            print_line(&format!(
                "{at_secs:7.2} s STOP ({word}): to the safety gate"
            ));
        }
        Event::Nothing { segment } => print_line(&format!(
            "{:7.2} s nothing said, up to {:.2} s",
            segment.from_secs(),
            segment.until_secs()
        )),
        Event::Said(said) => show_said(said),
    }
}

fn show_said(said: &Said) {
    let it = &said.interpretation;
    let language = it.language.code();
    print_line(&format!(
        "{:7.2} s heard       {} ({language}, {:.0} %)",
        said.segment.until_secs(),
        it.heard,
        100.0 * it.confidence
    ));
    if !said.to_robot {
        print_line(if said.is_echo {
            "          that was the robot itself"
        } else {
            "          not said to the robot"
        });
    }
    if it.understood != it.heard {
        print_line(&format!(
            "          understood  {} ({:?})",
            it.understood, it.how
        ));
    }
    match (&it.meaning.notation, &it.meaning.reason) {
        (Some(notation), _) => print_line(&format!("          means       {notation}")),
        (None, Some(reason)) => print_line(&format!("          not clear   {reason}")),
        (None, None) => {}
    }
    if it.ask {
        print_line("          doubtful: the robot asks first");
    }
}
