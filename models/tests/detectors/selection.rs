//! Which detector it is, a configuration file says.

use crate::common::root;
use crate::models;
use crate::pictures::{Image, fixture, strings};
use hearth_models::detect::{DetectorConfig, build};

fn parse(yaml: &str) -> Result<DetectorConfig, String> {
    serde_yaml::from_str(yaml).map_err(|it| it.to_string())
}

#[test]
fn another_detector_is_another_line_of_yaml() {
    let owl = format!(
        "kind: owl\nvariant: owlv2\nfile: {}\ntokenizer: {}\nmin_score: 0.0\nimage_px: 96",
        fixture("owlv2.onnx").display(),
        fixture("owl-tokenizer.json").display()
    );
    let yolo = format!("kind: yolo\nfile: {}", fixture("yolo-v8.onnx").display());
    let image = Image::read("coffee.png");
    for yaml in [owl, yolo] {
        let config = parse(&yaml).unwrap();
        let mut detector = build(&config, &models(), None).unwrap();
        detector.set_queries(&strings(&["a cup", "a cat"])).unwrap();

        let found = detector.detect(&image.picture()).unwrap();

        assert!(!found.is_empty(), "{yaml}");
        let probability = |it: &f32| (0.0..=1.0).contains(it);
        assert!(
            found
                .iter()
                .all(|it| it.scores.len() == 2 && it.scores.iter().all(probability)),
            "{yaml}"
        );
        assert!(found.iter().all(|it| probability(&it.objectness)), "{yaml}");
    }
}

#[test]
fn a_wrong_key_or_value_is_named() {
    for (yaml, named) in [
        ("{kind: owl3, file: a}", "owl3"),
        ("{kind: yolo}", "file"),
        ("{kind: yolo, file: a, colour: red}", "colour"),
        (
            "{kind: owl, file: a, tokenizer: b, variant: owlv3}",
            "owlv3",
        ),
        ("{kind: ssd, min_score: high}", "high"),
        (
            "{kind: yolo, file: a, sha256: abc}",
            "64 hexadecimal digits",
        ),
    ] {
        let error = parse(yaml).unwrap_err();
        assert!(error.contains(named), "{yaml}: {error}");
    }
    for (yaml, named) in [
        (
            "{kind: ssd, min_score: 1.5}",
            "min_score is 1.5, but it must be between 0 and 1",
        ),
        (
            "{kind: yolo, file: a, most: 0}",
            "most is 0, but it must be 1 or more",
        ),
        ("{kind: ssd, image_px: 5}", "image_px is 5"),
        (
            "{kind: owl, variant: owlvit, file: a, tokenizer: b, prompt: photo}",
            "prompt is photo",
        ),
        (
            "{kind: owl, variant: owlvit, file: a, tokenizer: b, calibration: {scale: .nan}}",
            "calibration.scale is NaN",
        ),
    ] {
        let config = parse(yaml).unwrap();
        let error = build(&config, &models(), None).err().unwrap();
        assert!(error.to_string().contains(named), "{yaml}: {error}");
    }
}

#[test]
fn relative_paths_start_at_the_checkout() {
    let mut config = parse("{kind: yolo, file: models/tests/fixtures/yolo-v5.onnx}").unwrap();

    config.root_at(&root());

    assert!(build(&config, &models(), None).is_ok());
}
