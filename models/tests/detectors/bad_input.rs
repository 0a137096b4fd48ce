//! Files, pictures and phrases that are not what they should be: errors or empty answers, never a panic.

use crate::models;
use crate::pictures::{Image, fixture, strings};
use hearth_models::detect::{DetectorConfig, build};
use hearth_models::{ImageTextDetector, ModelError, Picture};
use std::path::Path;
use tempfile::TempDir;

fn owl(variant: &str, file: &Path, tokenizer: &Path) -> DetectorConfig {
    let yaml = format!(
        "{{kind: owl, variant: {variant}, file: {}, tokenizer: {}, min_score: 0.0, image_px: 96}}",
        file.display(),
        tokenizer.display()
    );
    serde_yaml::from_str(&yaml).unwrap()
}

fn yolo(file: &Path) -> DetectorConfig {
    serde_yaml::from_str(&format!("{{kind: yolo, file: {}}}", file.display())).unwrap()
}

fn open(config: &DetectorConfig) -> Result<Box<dyn ImageTextDetector>, ModelError> {
    build(config, &models(), None)
}

fn all() -> Vec<Box<dyn ImageTextDetector>> {
    let tokenizer = fixture("owl-tokenizer.json");
    let owls = ["owlv2", "owlvit"].map(|it| owl(it, &fixture(&format!("{it}.onnx")), &tokenizer));
    let yolos = ["v8", "v5", "end2end"].map(|it| yolo(&fixture(&format!("yolo-{it}.onnx"))));
    owls.iter()
        .chain(&yolos)
        .map(|it| open(it).unwrap())
        .collect()
}

#[test]
fn a_model_cut_short_is_an_error_that_names_the_file() {
    let folder = TempDir::new().unwrap();
    let tokenizer = fixture("owl-tokenizer.json");
    for name in ["owlv2.onnx", "yolo-v8.onnx"] {
        let whole = std::fs::read(fixture(name)).unwrap();
        for length in [0, 1, 100, whole.len() / 2, whole.len() - 1] {
            let cut = folder.path().join(name);
            std::fs::write(&cut, &whole[..length]).unwrap();
            let config = if name == "owlv2.onnx" {
                owl("owlv2", &cut, &tokenizer)
            } else {
                yolo(&cut)
            };
            let Err(error) = open(&config) else {
                panic!("{name} of {length} bytes was opened")
            };
            assert!(
                error.to_string().contains(&*cut.to_string_lossy()),
                "{error}"
            );
        }
    }
    let text = std::fs::read_to_string(&tokenizer).unwrap();
    let cut = folder.path().join("tokenizer.json");
    for content in ["", "{}", &text[..text.len() / 2], "\u{0}\u{1}"] {
        std::fs::write(&cut, content).unwrap();
        let error = open(&owl("owlv2", &fixture("owlv2.onnx"), &cut))
            .err()
            .unwrap();
        assert!(error.to_string().contains("tokenizer.json"), "{error}");
    }
}

#[test]
fn a_model_of_another_kind_is_an_error_that_says_what_differs() {
    let tokenizer = fixture("owl-tokenizer.json");

    let error = open(&owl("owlv2", &fixture("yolo-v8.onnx"), &tokenizer))
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("pixel_values") && error.contains("images f32 [1, 3, 96, 96]"),
        "{error}"
    );

    let error = open(&yolo(&fixture("owlv2.onnx")))
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("3 inputs"), "{error}");

    let error = open(&yolo(Path::new("/nowhere/model.onnx")))
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("/nowhere/model.onnx"), "{error}");
}

#[test]
fn other_classes_or_another_hash_than_the_configuration_says_are_errors() {
    let mut config = yolo(&fixture("yolo-v8.onnx"));
    if let DetectorConfig::Yolo(it) = &mut config {
        it.classes = strings(&["just", "three", "names"]);
    }
    let error = open(&config).err().unwrap().to_string();
    assert!(
        error.contains("[1, 9, 144]") && error.contains("3 classes"),
        "{error}"
    );

    let yaml = format!(
        "{{kind: yolo, file: {}, sha256: {}}}",
        fixture("yolo-v8.onnx").display(),
        "0".repeat(64)
    );
    let error = open(&serde_yaml::from_str(&yaml).unwrap()).err().unwrap();
    assert!(
        matches!(&error, ModelError::Differs { what, .. } if what == "sha256"),
        "{error}"
    );
}

#[test]
fn predictions_that_are_no_numbers_are_left_out() {
    let mut detector = open(&yolo(&fixture("yolo-odd.onnx"))).unwrap();
    detector
        .set_queries(&strings(&["a person", "a cup"]))
        .unwrap();

    let found = detector
        .detect(&Image::plain(96, 96, 90).picture())
        .unwrap();

    let boxes: Vec<_> = found
        .iter()
        .map(|it| (it.class.as_deref(), it.box_px))
        .collect();
    assert_eq!(
        boxes,
        [
            (Some("person"), [30.0, 30.0, 50.0, 50.0]),
            (Some("cup"), [60.0, 60.0, 80.0, 80.0]),
        ]
    );
    assert_eq!(
        found[1].scores,
        [0.0, 0.8],
        "one that is no number counts nothing"
    );
}

#[test]
fn a_shape_that_only_shows_when_the_model_runs_is_an_error_then() {
    let mut config = yolo(&fixture("yolo-odd.onnx"));
    if let DetectorConfig::Yolo(it) = &mut config {
        it.classes = strings(&["one"]);
    }
    let mut detector = open(&config).unwrap();

    let error = detector
        .detect(&Image::plain(96, 96, 90).picture())
        .unwrap_err();

    assert!(error.to_string().contains("[1, 9, 7]"), "{error}");
}

#[test]
fn pictures_of_no_size_or_with_bytes_missing_are_errors() {
    for mut detector in all() {
        detector.set_queries(&strings(&["a cup"])).unwrap();
        for (width, height, bytes) in [
            (0, 0, 0),
            (0, 5, 0),
            (4, 0, 0),
            (4, 4, 47),
            (4, 4, 0),
            (usize::MAX, 2, 6),
        ] {
            let rgb = vec![7; bytes];
            let picture = Picture {
                width,
                height,
                rgb: &rgb,
                depth_m: None,
                focal_px: None,
            };
            let error = detector.detect(&picture).unwrap_err();
            assert!(
                matches!(error, ModelError::Input(_)),
                "{width} x {height}: {error}"
            );
        }
    }
}

#[test]
fn black_white_tiny_and_narrow_pictures_and_depths_of_nan_are_no_problem() {
    for mut detector in all() {
        detector.set_queries(&strings(&["a cup"])).unwrap();
        let nan = vec![f32::NAN; 64 * 48];
        for image in [
            Image::plain(64, 48, 0),
            Image::plain(64, 48, 255),
            Image::plain(1, 1, 9),
            Image::plain(1, 700, 9),
            Image::plain(900, 1, 9),
        ] {
            let mut picture = image.picture();
            picture.depth_m = (picture.width == 64).then_some(nan.as_slice());
            let found = detector.detect(&picture).unwrap();
            assert!(
                found
                    .iter()
                    .flat_map(|it| &it.box_px)
                    .all(|it| it.is_finite())
            );
        }
    }
}

#[test]
fn any_phrases_do_and_none_finds_nothing_by_phrase() {
    let image = Image::read("cat.png");
    let (long, many) = ("striped mug ".repeat(900), vec!["cup".to_owned(); 64]);
    for mut detector in all() {
        for phrases in [
            vec![long.clone()],
            vec!["x".repeat(10_000)],
            strings(&["", " ", "\u{0}", "杯子", "🥤", "<|endoftext|>", "!"]),
            many.clone(),
        ] {
            detector.set_queries(&phrases).unwrap();
            let found = detector.detect(&image.picture()).unwrap();
            assert!(found.iter().all(|it| it.scores.len() == phrases.len()));
            assert!(
                found
                    .iter()
                    .flat_map(|it| &it.scores)
                    .all(|it| (0.0..=1.0).contains(it))
            );
        }
        detector.set_queries(&[]).unwrap();
        let found = detector.detect(&image.picture()).unwrap();
        assert!(
            found
                .iter()
                .all(|it| it.scores.is_empty() && it.class.is_some())
        );
    }
}
