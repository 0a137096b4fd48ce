//! YOLO's exports against ultralytics' own letterbox, suppression and scaling back (`fixtures/yolo.py` made the numbers,
//! with small networks of random weights in the layouts of the exports).

use crate::common::{root, runtime};
use crate::models;
use crate::pictures::{Image, classes, difference, expected, fixture, sampled, strings};
use hearth_models::detect::{DetectorConfig, YoloConfig, YoloDetector, build};
use hearth_models::{ImageTextDetector, Manifest, SessionOptions, TextTower};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    names: Vec<String>,
    pictures: Vec<Answer>,
}

/// What ultralytics makes of a picture.
#[derive(Deserialize)]
struct Answer {
    picture: String,
    boxes: Vec<[f32; 4]>,
    scores: Vec<f32>,
    classes: Vec<String>,
    pixels: Vec<f32>,
}

fn config(layout: &str) -> YoloConfig {
    let file = fixture(&format!("yolo-{layout}.onnx"));
    match serde_yaml::from_str(&format!(
        "{{kind: yolo, file: {}, most: 300}}",
        file.display()
    ))
    .unwrap()
    {
        DetectorConfig::Yolo(config) => config,
        other => panic!("{other:?}"),
    }
}

fn open(layout: &str) -> YoloDetector {
    YoloDetector::open(
        &config(layout),
        &runtime(),
        &SessionOptions::default(),
        None,
    )
    .unwrap()
}

/// Debian's OpenCV and the wheel's round interpolated pixels alike but for a level now and then.
#[test]
fn the_letterbox_is_that_of_ultralytics() {
    let reference: Reference = expected("yolo-v8.json");
    let detector = open("v8");
    for answer in &reference.pictures {
        let pixels = detector
            .pixels(&Image::read(&answer.picture).picture())
            .unwrap();

        let worst = difference(&sampled(&pixels, 7, 5), &answer.pixels);

        assert!(worst <= 1.001 / 255.0, "{}: {worst}", answer.picture);
    }
}

#[test]
fn v8_and_v11_exports_find_what_ultralytics_finds() {
    detections_agree("v8");
}

#[test]
fn v5_exports_find_what_ultralytics_finds() {
    detections_agree("v5");
}

#[test]
fn exports_with_suppression_built_in_find_what_ultralytics_finds() {
    detections_agree("end2end");
}

fn detections_agree(layout: &str) {
    let reference: Reference = expected(&format!("yolo-{layout}.json"));
    let mut detector = open(layout);
    detector.set_queries(&reference.names).unwrap();
    for answer in &reference.pictures {
        let image = Image::read(&answer.picture);
        let found = detector.detect(&image.picture()).unwrap();

        // ultralytics also keeps boxes of no area, those in the grey around the picture.
        let mut order: Vec<usize> = (0..answer.boxes.len()).collect();
        order.retain(|index| image.cut(answer.boxes[*index]).is_some());
        assert!(order.len() >= 9, "too few boxes to compare");
        let expected: Vec<&str> = order.iter().map(|it| &*answer.classes[*it]).collect();
        assert_eq!(classes(&found), expected, "{layout}, {}", answer.picture);
        for (found, index) in found.iter().zip(order) {
            let expected = answer.boxes[index];
            assert!(
                difference(&found.box_px, &expected) < 0.1,
                "{found:?}, {expected:?}"
            );
            assert!((found.objectness - answer.scores[index]).abs() < 2e-3);
            let class = &answer.classes[index];
            let class = reference.names.iter().position(|it| it == class).unwrap();
            assert_eq!(found.scores[class], found.objectness);
        }
    }
}

#[test]
fn phrases_mean_classes_by_name_by_synonym_and_by_the_text_tower() {
    let options = SessionOptions::default();
    let tower = TextTower::open(&runtime(), &Manifest::load(&root()).unwrap(), &options).unwrap();
    let image = Image::read("coffee.png");
    let config = YoloConfig {
        min_score: 0.01,
        ..config("v8")
    };
    let mut detector = YoloDetector::open(&config, &runtime(), &options, Some(tower)).unwrap();
    let phrases = [
        "a cup",
        "striped mugs",
        "kitty",
        "drinking mug",
        "thunderstorm",
    ];
    detector.set_queries(&strings(&phrases)).unwrap();

    let found = detector.detect(&image.picture()).unwrap();

    let [cup, cat] = ["cup", "cat"].map(|name| {
        found
            .iter()
            .find(|it| it.class.as_deref() == Some(name))
            .unwrap()
    });
    assert_eq!(cup.scores[0], cup.objectness);
    assert_eq!(
        cup.scores[1],
        cup.objectness / 2.0,
        "which mug is striped, it cannot say"
    );
    assert!(
        cat.scores[2] > 0.5 * cat.objectness,
        "kitty is near cat: {:?}",
        cat.scores
    );
    assert!(found.iter().all(|it| it.scores[4] == 0.0));
}

#[test]
fn a_name_from_the_configuration_comes_before_the_files() {
    let names = ["one", "two", "three", "four", "five"];
    let config = YoloConfig {
        classes: strings(&names),
        ..config("v8")
    };
    let mut detector = build(&DetectorConfig::Yolo(config), &models(), None).unwrap();

    let found = detector
        .detect(&Image::read("coffee.png").picture())
        .unwrap();

    assert!(classes(&found).iter().all(|it| names.contains(it)));
    assert!(
        found.iter().all(|it| it.scores.is_empty()),
        "nothing was asked for"
    );
}
