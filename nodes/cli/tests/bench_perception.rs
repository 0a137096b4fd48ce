//! `hearth bench perception` as a script sees it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::path::Path;
use std::process::Command;

#[test]
fn one_scene_gives_every_figure_and_says_how_it_was_measured() {
    let output = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(["bench", "perception", "--seeds", "1", "--json"])
        .env(
            "HEARTH_ROOT",
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
        )
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["suite"], "perception");
    for name in [
        "map50",
        "recall",
        "phrase_top1_hard",
        "novel_words_accuracy",
        "map50_no_depth",
    ] {
        let share = answer["figures"][name].as_f64();
        assert!(
            share.is_some_and(|it| (0.0..=1.0).contains(&it)),
            "{name}: {share:?}"
        );
    }
    for name in ["image_ms_p50", "text_ms_p50", "rss_mib"] {
        let cost = answer["figures"][name].as_f64();
        assert!(cost.is_some_and(|it| it > 0.0), "{name}: {cost:?}");
    }
    let cases = answer["cases"].as_array().unwrap();
    let part = |name: &str| cases.iter().find(|it| it["part"] == name).unwrap();
    assert_eq!(part("speed")["threads"], 2);
    // Either there is something to compare with, or the output says why not.
    let compared = answer["figures"]["image_ms_p50_python"].is_number();
    assert_eq!(compared, part("python")["left_out"].is_null());
}
