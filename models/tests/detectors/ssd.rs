//! SSD MobileNet v2 on real photographs (`fixtures/pictures.py` says whose), against OpenCV's Python module
//! (`fixtures/ssd.py`). Skipped where the model is not there: `./hearth models fetch ssd-mobilenet-v2-coco`.

use crate::common::root;
use crate::pictures::{Image, classes, difference, expected, strings};
use hearth_models::detect::{DetectorConfig, SsdConfig, SsdDetector};
use hearth_models::{BoxDetection, Hash, ImageTextDetector, ModelError, Picture};
use serde::Deserialize;
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

#[derive(Deserialize)]
struct Reference {
    pictures: Vec<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    picture: String,
    scores: Vec<f32>,
    boxes: Vec<[f32; 4]>,
}

fn config() -> SsdConfig {
    let mut config: DetectorConfig = serde_yaml::from_str("kind: ssd").unwrap();
    config.root_at(&root());
    match config {
        DetectorConfig::Ssd(config) => config,
        other => panic!("{other:?}"),
    }
}

/// One after the other: the models take 300 MB each while they load.
static ONE: Mutex<()> = Mutex::new(());

/// What is found, unless the model is not there.
fn find(name: &str, phrases: &[&str]) -> Option<Vec<BoxDetection>> {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    if !config().file.is_file() {
        eprintln!("skipped: ./hearth models fetch ssd-mobilenet-v2-coco");
        return None;
    }
    let mut detector = SsdDetector::open(&config(), None).unwrap();
    detector.set_queries(&strings(phrases)).unwrap();
    Some(detector.detect(&Image::read(name).picture()).unwrap())
}

/// Whether the box covers this point.
fn covers(it: &BoxDetection, x: f32, y: f32) -> bool {
    let [left, top, right, bottom] = it.box_px;
    left < x && x < right && top < y && y < bottom
}

#[test]
fn a_cup_of_coffee_is_found_where_it_stands() {
    let Some(found) = find("coffee.jpg", &["a mug", "a cat", "cup of coffee"]) else {
        return;
    };

    let cup = &found[0];
    assert_eq!(cup.class.as_deref(), Some("cup"));
    assert!(
        cup.scores[0] > 0.9 && cup.scores[1] == 0.0 && cup.scores[2] == cup.scores[0] / 2.0,
        "{cup:?}"
    );
    assert!(covers(cup, 290.0, 120.0), "{cup:?}");
    assert!(cup.box_px[2] - cup.box_px[0] < 300.0, "{cup:?}");
}

#[test]
fn a_cat_is_found() {
    let Some(found) = find("cat.jpg", &["cat", "a dog"]) else {
        return;
    };

    assert_eq!(found[0].class.as_deref(), Some("cat"));
    assert!(found[0].scores[0] > 0.8);
    assert!(found.iter().all(|it| it.scores[1] == 0.0));
}

#[test]
fn a_person_is_found() {
    let Some(found) = find("astronaut.jpg", &["somebody", "woman"]) else {
        return;
    };

    assert_eq!(found[0].class.as_deref(), Some("person"));
    assert!(found[0].scores.iter().all(|it| *it > 0.7));
    assert!(covers(&found[0], 230.0, 120.0), "the face: {:?}", found[0]);
}

/// Python's module is another release of OpenCV with another JPEG decoder.
#[test]
fn it_finds_what_opencvs_python_module_finds() {
    let reference: Reference = expected("ssd.json");
    for answer in &reference.pictures {
        let Some(found) = find(&answer.picture, &[]) else {
            return;
        };

        assert_eq!(
            found.len(),
            answer.scores.len(),
            "{}: {:?}",
            answer.picture,
            classes(&found)
        );
        let image = Image::read(&answer.picture);
        for ((found, score), expected) in found.iter().zip(&answer.scores).zip(&answer.boxes) {
            let cut = image.cut(*expected).unwrap();
            assert!(
                (found.objectness - score).abs() < 0.01,
                "{found:?}: {score}"
            );
            assert!(difference(&found.box_px, &cut) < 1.5, "{found:?}: {cut:?}");
        }
    }
}

#[test]
fn a_damaged_model_or_picture_is_an_error() {
    if !config().file.is_file() {
        return eprintln!("skipped: ./hearth models fetch ssd-mobilenet-v2-coco");
    }
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = TempDir::new().unwrap();
    let (weights, graph) = (
        std::fs::read(config().file).unwrap(),
        std::fs::read(config().graph).unwrap(),
    );
    for (weights, graph) in [
        (&weights[..weights.len() / 2], &graph[..]),
        (&weights[..0], &graph[..]),
        (&weights[..], &graph[..graph.len() / 2]),
        (&weights[..], b"no graph at all"),
        (&graph[..], &graph[..]),
    ] {
        let config = SsdConfig {
            file: folder.path().join("graph.pb"),
            graph: folder.path().join("graph.pbtxt"),
            ..config()
        };
        std::fs::write(&config.file, weights).unwrap();
        std::fs::write(&config.graph, graph).unwrap();
        let error = SsdDetector::open(&config, None).unwrap_err().to_string();
        assert!(error.contains("graph.pb"), "{error}");
    }
    let mut detector = SsdDetector::open(&config(), None).unwrap();
    for (width, height, bytes) in [(0, 0, 0), (4, 4, 47), (usize::MAX, 2, 6)] {
        let rgb = vec![7; bytes];
        let picture = Picture {
            width,
            height,
            rgb: &rgb,
            depth_m: None,
            focal_px: None,
        };
        assert!(matches!(
            detector.detect(&picture),
            Err(ModelError::Input(_))
        ));
    }
    for image in [
        Image::plain(1, 1, 0),
        Image::plain(64, 48, 255),
        Image::plain(1, 900, 9),
    ] {
        assert!(detector.detect(&image.picture()).is_ok());
    }
    let other = SsdConfig {
        sha256: Hash::from_hex(&"0".repeat(64)),
        ..config()
    };
    let error = SsdDetector::open(&other, None).unwrap_err();
    assert!(
        matches!(&error, ModelError::Differs { what, .. } if what == "sha256"),
        "{error}"
    );
}

#[test]
fn a_missing_model_is_an_error_that_says_how_to_get_it() {
    let config = SsdConfig {
        file: "/nowhere/graph.pb".into(),
        ..config()
    };

    let error = SsdDetector::open(&config, None).unwrap_err();

    assert!(matches!(error, ModelError::Read { .. }));
    assert!(
        error.to_string().contains("./hearth models fetch"),
        "{error}"
    );
}
