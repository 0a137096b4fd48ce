//! `hearth listen` on real sound: what is heard, understood, asked and stopped.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_types::Language;
use hearth_voice::MouthConfig;
use hearth_voice::mouth::Mouth;
use hearth_voice::sound::{WavStream, write_wav};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn spoken(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(format!("{name}.wav"));
    let mouth = Mouth::new(MouthConfig::default());
    mouth.say_into(&path, text, Language::En).unwrap();
    path
}

fn listen(arguments: &[&str], files: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hearth"))
        .arg("listen")
        .args(arguments)
        .args(files)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|it| panic!("{it}: {said}"))
}

#[test]
fn a_command_is_heard_and_understood_and_both_are_reported() {
    let folder = TempDir::new().unwrap();
    let file = spoken(&folder, "go", "Go to the kitchen, no, the bedroom.");
    let output = listen(&["--json", "--language", "en"], &[&file]);
    let report = json(&output);
    let said = &report["files"][0]["said"][0];
    assert_eq!(said["notation"], "go(bedroom)", "{report:#}");
    assert!(
        said["heard"].as_str().unwrap().contains("kitchen"),
        "{said:#}"
    );
    assert!(
        !said["understood"].as_str().unwrap().contains("kitchen"),
        "{said:#}"
    );
    // How the words came to it depends on what the recogniser makes of the voice; that it was not as heard must be told.
    assert_ne!(said["how"], "as_heard", "{said:#}");
    assert_eq!(said["language"], "en");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn who_thinks_in_the_middle_of_a_sentence_says_one_command() {
    let folder = TempDir::new().unwrap();
    let halves = ["Put the banana", "on the kitchen table."];
    let mut both = Vec::new();
    for half in halves {
        let file = spoken(&folder, "half", half);
        let said = WavStream::open(&file).unwrap().read_all().unwrap();
        // As the voice leaves it, without the silence around it.
        let loud = |it: &f32| it.abs() > 0.01;
        let from = said.iter().position(loud).unwrap();
        let until = said.iter().rposition(loud).unwrap();
        both.extend(&said[from..=until]);
        both.extend([0.0; 14_400]);
    }
    let file = folder.path().join("both.wav");
    write_wav(&file, &both).unwrap();
    let report = json(&listen(&["--json", "--language", "en"], &[&file]));
    let said = report["files"][0]["said"].as_array().unwrap();
    assert_eq!(said.len(), 1, "{report:#}");
    assert_eq!(said[0]["notation"], "put(the banana, on: kitchen_table)");
}

#[test]
fn stop_is_noticed_before_the_pause_that_ends_it() {
    let folder = TempDir::new().unwrap();
    let file = spoken(&folder, "stop", "Stop!");
    let report = json(&listen(&["--json", "--language", "en"], &[&file]));
    let heard = &report["files"][0];
    let stop = heard["stops"][0]["at_secs"].as_f64().expect("a stop");
    let end = heard["segments"][0][1].as_f64().unwrap();
    assert!(stop <= end + 0.2, "at {stop} s, said until {end} s");
    assert_eq!(heard["said"][0]["stopped"], true);
}

#[test]
fn what_is_no_sound_is_an_error_with_the_files_name() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("empty.wav");
    std::fs::write(&file, "").unwrap();
    let output = listen(&[], &[&file]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("empty.wav") && said.contains("the file is empty"),
        "{said}"
    );
}

#[test]
fn a_spoken_stop_reaches_the_gate_while_the_robot_drives_and_is_released_once_it_stands() {
    let folder = TempDir::new().unwrap();
    let go = spoken(&folder, "go", "Please go to the bedroom.");
    let stop = spoken(&folder, "stop", "Stop!");
    let output = listen(
        &["--act", "--language", "en", "--every", "6"],
        &[&go, &stop],
    );
    let told = String::from_utf8_lossy(&output.stdout);
    let at = |text: &str| {
        told.find(text)
            .unwrap_or_else(|| panic!("no {text:?} in {told}"))
    };
    assert!(at("go(bedroom)") < at("STOP (stop)"), "{told}");
    assert!(at("STOP (stop)") < at("the stop is released"), "{told}");
    assert!(told.contains("1 done, 1 not"), "{told}");
}
