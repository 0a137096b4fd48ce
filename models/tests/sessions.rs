//! Running a tiny model, how it is run, and the library that runs it.

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use common::runtime;
use hearth_models::{ModelError, Outputs, Runtime, Session, SessionOptions, Tensor};
use ndarray::{Array, ArrayD, array};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use tiny::{FACTS, TINY, open_with};
use tracing_subscriber::fmt::MakeWriter;

fn open() -> Session {
    open_with(TINY, FACTS, &SessionOptions::default()).expect("the model")
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
fn a_provider_that_is_not_there_is_done_without_and_the_log_says_so() {
    let options = SessionOptions {
        providers: ["tensorrt", "cuda", "cpu", "openvino"]
            .map(String::from)
            .into(),
        ..SessionOptions::default()
    };
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let mut session = tracing::subscriber::with_default(subscriber, || {
        open_with(TINY, FACTS, &options).expect("goes on with the CPU")
    });
    y(session.run([("x", array![[1.0_f32, 2.0, 3.0]].into())]));
    let said = log.text();
    assert!(
        said.contains("WARN") && said.contains("execution provider cuda: "),
        "{said}"
    );
    assert!(
        said.contains("tensorrt") && !said.contains("openvino"),
        "after cpu comes nothing: {said}"
    );
}

#[test]
fn an_unknown_provider_or_no_threads_are_errors_that_say_what_would_be_right() {
    let complaint = |options: SessionOptions| {
        open_with(TINY, FACTS, &options)
            .expect_err("wrong")
            .to_string()
    };
    let said = complaint(SessionOptions {
        providers: vec!["gpu".into()],
        ..SessionOptions::default()
    });
    assert!(
        said.starts_with("providers is \"gpu\", but it must be one of cpu, cuda, tensorrt"),
        "{said}"
    );
    let said = complaint(SessionOptions {
        providers: Vec::new(),
        ..SessionOptions::default()
    });
    assert_eq!(
        said,
        "providers is empty, but it must be one name or more, as `cpu`"
    );
    let said = complaint(SessionOptions {
        threads: 0,
        ..SessionOptions::default()
    });
    assert_eq!(said, "threads is 0, but it must be between 1 and 64");
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
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
