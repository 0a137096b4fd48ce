//! Opening and running a tiny model (`data/tiny.onnx`: y = 2 x), and everything that may be wrong with one.

mod common;

use common::runtime;
use hearth_models::{
    Hash, Manifest, ModelError, Outputs, Runtime, Session, SessionOptions, Tensor,
};
use ndarray::{Array, ArrayD, array};
use std::path::Path;
use std::thread;
use tempfile::TempDir;

const TINY: &[u8] = include_bytes!("data/tiny.onnx");

/// The manifest's facts about the tiny model, as they are right.
const FACTS: &str = "opset: 20
      inputs: [{name: x, type: f32, shape: [rows, 3]}]
      outputs: [{name: y, type: f32, shape: [rows, 3]}]";

/// A checkout whose only model has this file, which the manifest pins, and these facts in the manifest.
fn open_with(content: &[u8], facts: &str, options: &SessionOptions) -> Result<Session, ModelError> {
    let root = checkout(content, facts);
    let manifest = Manifest::load(root.path())?;
    Session::open(&runtime(), manifest.model("tiny")?, options)
}

fn checkout(content: &[u8], facts: &str) -> TempDir {
    let root = TempDir::new().expect("a folder");
    std::fs::create_dir(root.path().join("models")).expect("a folder");
    let manifest = format!(
        "models:
  - id: tiny
    purpose: tests
    source: models/export/tiny.py
    licence: Apache-2.0
    fetch: committed
    cost: nothing
    files:
      - {{path: models/tiny.onnx, bytes: {}, sha256: {}}}
    onnx:
      {facts}
",
        content.len(),
        Hash::of(content)
    );
    std::fs::write(root.path().join("models/manifest.yaml"), manifest).expect("written");
    std::fs::write(root.path().join("models/tiny.onnx"), content).expect("written");
    root
}

fn open() -> Session {
    open_with(TINY, FACTS, &SessionOptions::default()).expect("the model")
}

/// What opening says with one of the facts replaced.
fn complaint(right: &str, wrong: &str) -> String {
    assert!(FACTS.contains(right));
    let facts = FACTS.replace(right, wrong);
    let error = open_with(TINY, &facts, &SessionOptions::default()).expect_err("it differs");
    error.to_string()
}

fn y(outputs: Result<Outputs, ModelError>) -> ArrayD<f32> {
    outputs.expect("it runs").take("y").expect("y")
}

#[test]
fn runs() {
    let mut session = open();
    let x = array![[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let found = y(session.run([("x", x.clone().into())]));
    assert_eq!(found, (x * 2.0).into_dyn());
}

#[test]
fn an_array_that_lies_otherwise_in_memory_is_read_rightly() {
    let x = array![[1.0_f32, 4.0], [2.0, 5.0], [3.0, 6.0]].reversed_axes();
    assert_eq!(
        y(open().run([("x", x.clone().into())])),
        (x * 2.0).into_dyn()
    );
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

#[test]
fn inputs_of_wrong_name_type_or_shape_are_errors_and_the_session_goes_on() {
    let mut session = open();
    let right = array![[1.0_f32, 2.0, 3.0]];
    let wrong: [(&str, Tensor); 4] = [
        ("z", right.clone().into()),
        ("x", array![[1_i64, 2, 3]].into()),
        ("x", array![[1.0_f32, 2.0]].into()),
        ("x", array![1.0_f32, 2.0, 3.0].into()),
    ];
    for (name, tensor) in wrong {
        let error = session.run([(name, tensor)]).expect_err("wrong");
        assert!(error.to_string().starts_with("tiny: "), "{error}");
    }
    session.run([]).expect_err("no input");
    let mut outputs = session.run([("x", right.into())]).expect("still runs");
    outputs.take::<f32>("z").expect_err("no such output");
    outputs.take::<i64>("y").expect_err("of another type");
}

#[test]
fn no_rows_give_no_rows() {
    let nothing = Array::<f32, _>::zeros((0, 3));
    assert_eq!(y(open().run([("x", nothing.into())])).shape(), [0, 3]);
}

#[test]
fn two_threads_run_two_sessions_at_once() {
    let work = |session: Session, factor: f32| {
        let mut session = session;
        move || {
            for round in 0_u8..100 {
                let x =
                    ArrayD::from_elem(vec![usize::from(round) + 1, 3], factor * f32::from(round));
                assert_eq!(y(session.run([("x", x.clone().into())])), x * 2.0);
            }
        }
    };
    let threads = [1.0, -3.0].map(|factor| thread::spawn(work(open(), factor)));
    threads
        .into_iter()
        .for_each(|it| it.join().expect("no panic"));
}

#[test]
fn a_provider_that_is_not_there_is_done_without_and_an_unknown_one_is_an_error() {
    let mut options = SessionOptions {
        providers: vec![
            "tensorrt".into(),
            "cuda".into(),
            "openvino".into(),
            "cpu".into(),
        ],
        ..SessionOptions::default()
    };
    let mut session = open_with(TINY, FACTS, &options).expect("goes on with the CPU");
    y(session.run([("x", array![[1.0_f32, 2.0, 3.0]].into())]));

    options.providers = vec!["gpu".into()];
    let said = open_with(TINY, FACTS, &options)
        .expect_err("unknown")
        .to_string();
    assert!(
        said.starts_with("providers is \"gpu\", but it must be one of cpu, cuda, tensorrt"),
        "{said}"
    );

    options = SessionOptions {
        threads: 0,
        ..SessionOptions::default()
    };
    let said = open_with(TINY, FACTS, &options)
        .expect_err("no threads")
        .to_string();
    assert_eq!(said, "threads is 0, but it must be between 1 and 64");
}

#[test]
fn options_are_read_strictly_and_have_defaults() {
    let options: SessionOptions = serde_yaml::from_str("{threads: 1}").expect("options");
    assert_eq!(
        (options.threads, options.providers),
        (1, vec!["cpu".to_owned()])
    );
    let error = serde_yaml::from_str::<SessionOptions>("{thread: 1}").expect_err("a wrong key");
    assert!(
        error
            .to_string()
            .contains("`thread`, expected `threads` or `providers`"),
        "{error}"
    );
}

#[test]
fn a_library_that_is_missing_or_another_is_an_error() {
    let missing = Runtime::load(Path::new("/nowhere/libonnxruntime.so")).expect_err("missing");
    let said = missing.to_string();
    assert!(
        said.starts_with("/nowhere/libonnxruntime.so: ") || said.contains("has"),
        "{said}"
    );
    let _loaded = runtime();
    let second = Runtime::load(Path::new("/nowhere/libonnxruntime.so")).expect_err("a second one");
    assert!(
        second
            .to_string()
            .contains("libonnxruntime.so.1.28.0 already"),
        "{second}"
    );
}
