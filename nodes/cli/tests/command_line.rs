//! The command line as a script sees it: help, exit codes, what a run leaves behind, and what is said
//! about files that are wrong.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn hearth_in(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(arguments)
        .env("HEARTH_ROOT", root)
        .output()
        .unwrap()
}

fn hearth(arguments: &[&str]) -> Output {
    hearth_in(&root(), arguments)
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_names_every_command_and_option() {
    for (arguments, named) in [
        (&["--help"][..], &["demo", "parse", "bench", "test"][..]),
        (
            &["demo", "--help"],
            &[
                "--seed",
                "--realtime",
                "--setup",
                "--runs",
                "--budget-secs",
                "report.json",
            ],
        ),
        (&["parse", "--help"], &["--json", "TEXT", "2 if not"]),
        (
            &["bench", "--help"],
            &[
                "tasks",
                "loop",
                "perception",
                "--seeds",
                "--seed-base",
                "--commands",
                "--json",
            ],
        ),
    ] {
        let output = hearth(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        let text = out(&output);
        for name in named {
            assert!(text.contains(name), "{arguments:?} lacks {name}:\n{text}");
        }
        assert!(!text.contains('\\'), "{arguments:?} shows markup:\n{text}");
    }
}

#[test]
fn parse_tells_by_exit_code_whether_it_understood() {
    let output = hearth(&["parse", "--json", "把餐桌上的苹果拿给我"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let answer: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(answer["understood"], true);
    assert!(!answer["plan"].as_array().unwrap().is_empty());

    let output = hearth(&["parse", "--json", "the the of"]);
    assert_eq!(output.status.code(), Some(2));
    let answer: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(answer["understood"], false);
    assert!(!answer["reason"].as_str().unwrap().is_empty());
}

/// Width and height of a PNG file that is whole.
fn png_size(path: &Path) -> [u32; 2] {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n", "{}", path.display());
    assert!(
        bytes.ends_with(b"IEND\xaeB`\x82"),
        "{} is cut",
        path.display()
    );
    [16, 20].map(|at| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()))
}

fn only_run(runs: &Path) -> PathBuf {
    let mut folders = std::fs::read_dir(runs).unwrap();
    let folder = folders.next().unwrap().unwrap().path();
    assert!(folders.next().is_none());
    folder
}

#[test]
fn a_demo_leaves_the_report_and_pictures_and_tells_by_exit_code_that_all_was_done() {
    let runs = TempDir::new().unwrap();
    let folder = runs.path().join("of mine");
    let output = hearth(&[
        "demo",
        "--seed",
        "3",
        "--setup",
        "on(apple, kitchen_table)",
        "--runs",
        folder.to_str().unwrap(),
        "餐桌上有什么？",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    let run = only_run(&folder);
    let text = std::fs::read_to_string(run.join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["seed"], 3);
    let command = &report["commands"][0];
    assert_eq!(command["text"], "餐桌上有什么？");
    assert_eq!(command["language"], "zh");
    assert_eq!(command["understood"], true);
    assert_eq!(command["robot_verdict"], "done");
    assert!(["done", "not_judged"].contains(&command["oracle_verdict"].as_str().unwrap()));
    assert!(command["oracle_checked"].is_array());
    assert!(command["simulated_secs"].as_f64().unwrap() > 1.0);
    for step in command["plan"].as_array().unwrap() {
        assert!(step["skill"].is_string() && step["arguments"].is_object());
    }
    let spoken = command["spoken"].as_array().unwrap();
    assert!(
        spoken
            .iter()
            .any(|it| it.as_str().unwrap().contains("苹果")),
        "{spoken:?}"
    );
    let [width, height] = png_size(&run.join("trace.png"));
    assert!(width >= 300 && height >= 300, "{width} x {height}");
    let frames = command["frames"].as_array().unwrap();
    assert!(!frames.is_empty());
    for frame in frames {
        let [width, height] = png_size(&run.join(frame.as_str().unwrap()));
        assert!(width >= 320 && height >= 240, "{width} x {height}");
    }
    assert!(run.join("hearth.log").metadata().unwrap().len() > 0);
}

#[test]
fn a_demo_that_does_not_get_it_done_exits_with_one() {
    let runs = TempDir::new().unwrap();
    let folder = runs.path().to_str().unwrap();
    let output = hearth(&["demo", "--runs", folder, "climb the stairs"]);
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    let text = std::fs::read_to_string(only_run(runs.path()).join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["commands"][0]["robot_verdict"], "refused");
    assert!(!report["commands"][0]["reason"].as_str().unwrap().is_empty());
}

#[test]
fn a_benchmark_prints_one_json_object_with_the_figures_of_the_contract() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.txt");
    std::fs::write(&file, "climb the stairs\trefused\n").unwrap();
    let file = file.to_str().unwrap();
    let output = hearth(&[
        "bench",
        "tasks",
        "--json",
        "--seeds",
        "1",
        "--commands",
        file,
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let answer: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(answer["suite"], "tasks");
    assert!(answer["machine"]["cores"].as_u64().unwrap() > 0);
    assert!(answer["commit"].is_string());
    assert_eq!(answer["figures"]["cases"], 1.0);
    assert_eq!(answer["figures"]["done_rate"], 1.0);
    assert_eq!(answer["figures"]["false_done_rate"], 0.0);
    for name in ["person_contacts", "hard_contacts", "sim_over_real"] {
        assert!(answer["figures"][name].is_number(), "{name}");
    }
    assert_eq!(answer["cases"].as_array().unwrap().len(), 1);
}

/// Runs the benchmark on these commands; it must say what is wrong before anything runs.
fn complaint_about(commands: &str) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.txt");
    std::fs::write(&file, commands).unwrap();
    let output = hearth(&["bench", "tasks", "--commands", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    let text = err(&output);
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[test]
fn wrong_command_files_are_explained() {
    for (commands, named) in [
        ("# nothing\n\n", &["mine.txt", "no commands"][..]),
        (
            "go home\nsetup: on(apple, desk) bring it",
            &["mine.txt:2", ";"],
        ),
        ("go home\tnear(kitchen)", &["line 1", "near"]),
        ("go home\ngo home\tat(kitchen", &["line 2", "at(kitchen"]),
        (
            "setup: held(apple); go home",
            &["line 1", "on(OBJECT, PLACE)"],
        ),
        ("setup: on(apple, mars); go home", &["line 1", "mars"]),
        ("setup: on(unicorn, desk); go home", &["line 1", "unicorn"]),
    ] {
        let text = complaint_about(commands);
        for name in named {
            assert!(text.contains(name), "{commands:?} lacks {name:?}: {text}");
        }
    }
    let output = hearth(&["bench", "tasks", "--commands", "/nowhere/at/all.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("/nowhere/at/all.txt"));
    let output = hearth(&["bench", "tasks", "--seeds", "0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("--seeds"));
    let output = hearth(&["bench", "juggling"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("tasks"));
    let output = hearth(&["demo", "--setup", "on(apple)", "go home"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("on(apple)"), "{}", err(&output));
}

/// A checkout's files, one of which can be spoilt.
struct Copy(TempDir);

const URDF: &str = "urdf/ember/ember.urdf";
const EMBER: &str = "launch/config/ember.yaml";
const HOME: &str = "launch/config/home.yaml";
const MAP: &str = "launch/config/map.yaml";
const GRID: &str = "launch/config/map.pgm";
const SDF: &str = "sim/worlds/apartment.sdf";
const SCENES: &str = "sim/worlds/scenes.yaml";

impl Copy {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for file in [URDF, EMBER, HOME, MAP, GRID, SDF, SCENES] {
            let to = folder.path().join(file);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(root().join(file), to).unwrap();
        }
        Self(folder)
    }

    /// Replaces the first occurrence of `from`; returns its line, from 1.
    fn spoil(&self, file: &str, from: &str, to: &str) -> usize {
        let path = self.0.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let at = text
            .find(from)
            .unwrap_or_else(|| panic!("{file} has no {from:?}"));
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        text[..at].lines().count() + usize::from(text[..at].ends_with('\n'))
    }

    fn complaint(&self) -> String {
        let runs = self.0.path().join("runs");
        let output = hearth_in(
            self.0.path(),
            &["demo", "--runs", runs.to_str().unwrap(), "climb the stairs"],
        );
        let text = err(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(
            text.starts_with("hearth: "),
            "not an error of ours: {text}{}",
            out(&output)
        );
        assert!(!text.contains("panicked"), "{text}");
        text
    }
}

/// The complaint names the file and the line of `from`, and these words.
#[track_caller]
fn names_the_line(file: &str, from: &str, to: &str, words: &[&str]) {
    let copy = Copy::new();
    let line = copy.spoil(file, from, to);
    let text = copy.complaint();
    let near = (line..=line + 1).any(|it| text.contains(&format!("{file}:{it}")));
    assert!(near, "{file}:{line} is not named: {text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not named: {text}");
    }
}

/// The complaint names the file and these words, such as the key.
#[track_caller]
fn names_the_key(file: &str, from: &str, to: &str, words: &[&str]) {
    let copy = Copy::new();
    copy.spoil(file, from, to);
    let text = copy.complaint();
    for word in words.iter().chain([&file]) {
        assert!(text.contains(word), "{word:?} is not named: {text}");
    }
}

/// The complaint names the file that is not there, and says so once.
#[track_caller]
fn names_the_missing_file(file: &str, from: &str, to: &str) {
    let copy = Copy::new();
    copy.spoil(file, from, to);
    let text = copy.complaint();
    let missing = to.rsplit([' ', '/']).next().unwrap();
    assert!(text.contains(missing), "{missing} is not named: {text}");
    assert_eq!(text.matches("No such file").count(), 1, "{text}");
}

#[test]
fn a_wrong_urdf_is_named_with_its_line() {
    names_the_line(URDF, "</robot>", "</robo>", &[]);
    names_the_line(
        URDF,
        "<mass value=\"20\"/>",
        "<mass value=\"heavy\"/>",
        &["heavy"],
    );
    names_the_line(
        URDF,
        "<mass value=\"20\"/>",
        "<mass value=\"-20\"/>",
        &["-20"],
    );
}

#[test]
fn wrong_parameters_are_named_with_line_key_and_what_would_be_right() {
    names_the_line(
        EMBER,
        "    max_forward_m_s: 0.55",
        "    max_forward_m_s: -0.55",
        &["max_forward_m_s"],
    );
    names_the_line(
        EMBER,
        "    scan_secs: 0.3",
        "    scan_secs: .nan",
        &["scan_secs"],
    );
    names_the_line(
        EMBER,
        "    margin_m: 0.03",
        "    marginn_m: 0.03",
        &["marginn_m"],
    );
    names_the_line(
        EMBER,
        "  period_secs: 0.04",
        "  period_secs: soon",
        &["soon"],
    );
    names_the_line(
        EMBER,
        "  max_range_m: 5.0",
        "  max_range_m: -5.0",
        &["max_range_m"],
    );
    names_the_key(EMBER, "\nsafety:", "\nunsafety:", &["safety"]);
    names_the_key(EMBER, "robot:\n", "robot: [\n", &[]);
    names_the_missing_file(EMBER, "urdf/ember/ember.urdf", "urdf/ember/none.urdf");
}

#[test]
fn a_wrong_home_or_map_is_named() {
    names_the_line(HOME, "    room: bedroom", "    roomm: bedroom", &["roomm"]);
    names_the_key(HOME, "    room: bedroom", "    room: attic", &["attic"]);
    names_the_missing_file(HOME, "map: map.yaml", "map: none.yaml");
    names_the_key(
        MAP,
        "resolution: 0.05",
        "resolution: -0.05",
        &["resolution"],
    );
    names_the_missing_file(MAP, "image: map.pgm", "image: none.pgm");
    let copy = Copy::new();
    let grid = copy.0.path().join(GRID);
    let bytes = std::fs::read(&grid).unwrap();
    std::fs::write(&grid, &bytes[..bytes.len() / 2]).unwrap();
    assert!(copy.complaint().contains("map.pgm"));
}

#[test]
fn a_wrong_world_or_rules_for_scenes_are_named() {
    names_the_line(SDF, "</sdf>", "</sdff>", &[]);
    names_the_line(SDF, "<pose>", "<pose>here ", &["here"]);
    names_the_key(
        SCENES,
        "per_category:",
        "per_categoryy:",
        &["per_categoryy"],
    );
    names_the_key(
        SCENES,
        "  probability: 0.2",
        "  probability: 2.0",
        &["probability"],
    );
}
