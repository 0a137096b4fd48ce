//! Models that are not what the manifest says, and files that are no models.

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::runtime;
use hearth_models::{Hash, Manifest, Session, SessionOptions};
use tiny::{FACTS, TINY, checkout, open_with};

/// What opening says with one of the facts replaced.
fn complaint(right: &str, wrong: &str) -> String {
    assert!(FACTS.contains(right));
    let facts = FACTS.replace(right, wrong);
    let error = open_with(TINY, &facts, &SessionOptions::default()).expect_err("it differs");
    error.to_string()
}

#[test]
fn names_the_opset_input_or_output_that_differs() {
    let expectations = [
        (
            "opset: 20",
            "opset: 17",
            "has opset 20, the manifest says 17",
        ),
        (
            "x, type: f32",
            "x, type: i64",
            "has an input x f32 [rows, 3], the manifest says x i64 [rows, 3]",
        ),
        (
            "[rows, 3]}]\n",
            "[rows, 4]}]\n",
            "has an input x f32 [rows, 3], the manifest says x f32 [rows, 4]",
        ),
        (
            "[rows, 3]}]\n",
            "[2, 3]}]\n",
            "the manifest says x f32 [2, 3]",
        ),
        (
            "[rows, 3]}]\n",
            "[batch, 3]}]\n",
            "the manifest says x f32 [batch, 3]",
        ),
        (
            "[rows, 3]}]\n",
            "[rows, 3, 1]}]\n",
            "the manifest says x f32 [rows, 3, 1]",
        ),
        (
            "[{name: y",
            "[{name: z",
            "has outputs [y], the manifest says [z]",
        ),
        (
            "3]}]\n",
            "3]}, {name: mask, type: i64, shape: [1]}]\n",
            "has inputs [x], the manifest says [x, mask]",
        ),
    ];
    for (right, wrong, expected) in expectations {
        let said = complaint(right, wrong);
        assert!(
            said.contains(expected) && said.contains("models/tiny.onnx"),
            "{wrong}: {said}"
        );
    }
}

#[test]
fn a_file_that_is_not_the_pinned_one_is_refused_before_it_is_loaded() {
    let root = checkout(TINY, FACTS);
    let file = root.path().join("models/tiny.onnx");
    let open = || {
        let manifest = Manifest::load(root.path()).expect("the manifest");
        let model = manifest.model("tiny").expect("the model");
        assert!(model.is_present() || model.verify_files().is_err());
        Session::open(&runtime(), model, &SessionOptions::default())
            .expect_err("another file")
            .to_string()
    };
    let mut other = TINY.to_vec();
    other[20] ^= 1;
    std::fs::write(&file, other).expect("written");
    let said = open();
    assert!(
        said.contains("has sha256 ") && said.contains(&Hash::of(TINY).to_string()),
        "{said}"
    );

    std::fs::write(&file, &TINY[..50]).expect("written");
    let said = open();
    assert!(
        said.contains(&format!(
            "has size in bytes 50, the manifest says {}",
            TINY.len()
        )),
        "{said}"
    );

    std::fs::remove_file(&file).expect("removed");
    let said = open();
    assert!(
        said.contains("cannot be read") && said.contains("git checkout"),
        "{said}"
    );
}

#[test]
fn a_file_cut_short_or_of_something_else_is_an_error_even_if_it_is_pinned() {
    let mut flipped = TINY.to_vec();
    flipped.iter_mut().for_each(|it| *it = !*it);
    for content in [
        &TINY[..1],
        &TINY[..TINY.len() / 2],
        &TINY[..TINY.len() - 1],
        b"",
        b"<html>",
        &flipped,
    ] {
        let error = open_with(content, FACTS, &SessionOptions::default()).expect_err("no model");
        let said = error.to_string();
        assert!(
            said.contains("models/tiny.onnx: ") && said.len() < 400,
            "{said}"
        );
    }
}
