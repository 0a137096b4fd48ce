//! OWLv2 and OWL-ViT against transformers' own processors and models (`fixtures/owl.py` made the numbers, with small
//! models of random weights).

use crate::common::runtime;
use crate::pictures::{Image, difference, expected, fixture, sampled, strings};
use hearth_models::detect::{DetectorConfig, OwlConfig, OwlDetector};
use hearth_models::{BoxDetection, ImageTextDetector, SessionOptions};
use serde::Deserialize;

/// One level of 255 is 0.0146 to 0.0154 once the model's deviation has divided it.
const LEVEL: f32 = 0.0154;

#[derive(Deserialize)]
struct Reference {
    queries: Vec<String>,
    tokens: Tokens,
    pictures: Vec<Answer>,
}

#[derive(Deserialize)]
struct Tokens {
    input_ids: Vec<Vec<i64>>,
    attention_mask: Vec<Vec<i64>>,
}

/// What transformers makes of a picture.
#[derive(Deserialize)]
struct Answer {
    picture: String,
    threshold: f32,
    boxes: Vec<[f32; 4]>,
    scores: Vec<Vec<f32>>,
    objectness: Vec<f32>,
    pixels: Vec<f32>,
}

fn config(variant: &str) -> OwlConfig {
    let yaml = format!(
        "{{kind: owl, variant: {variant}, file: {}, tokenizer: {}, max_overlap: 1.0, min_score: 0.0, image_px: 96}}",
        fixture(&format!("{variant}.onnx")).display(),
        fixture("owl-tokenizer.json").display()
    );
    match serde_yaml::from_str(&yaml).unwrap() {
        DetectorConfig::Owl(config) => config,
        other => panic!("{other:?}"),
    }
}

fn open(config: &OwlConfig) -> OwlDetector {
    OwlDetector::open(config, &runtime(), &SessionOptions::default()).unwrap()
}

#[test]
fn tokens_are_those_of_clips_tokenizer() {
    let reference: Reference = expected("owlv2.json");

    let (ids, mask) = open(&config("owlv2")).tokens(&reference.queries).unwrap();

    let rows = |all: &ndarray::Array2<i64>| -> Vec<Vec<i64>> {
        all.outer_iter().map(|it| it.to_vec()).collect()
    };
    assert_eq!(rows(&ids), reference.tokens.input_ids);
    assert_eq!(rows(&mask), reference.tokens.attention_mask);
}

/// SciPy blurs and interpolates in floating point: all but equal.
#[test]
fn owlv2_sees_the_pixels_that_transformers_makes() {
    pixels_agree("owlv2", 1e-5);
}

/// Pillow rounds to 8 bits twice on the way, from weights in fixed point: a level apart at most, and that seldom.
#[test]
fn owlvit_sees_the_pixels_that_transformers_makes() {
    pixels_agree("owlvit", LEVEL + 1e-5);
}

fn pixels_agree(variant: &str, tolerance: f32) {
    let reference: Reference = expected(&format!("{variant}.json"));
    let detector = open(&config(variant));
    for answer in &reference.pictures {
        let pixels = detector
            .pixels(&Image::read(&answer.picture).picture())
            .unwrap();
        let pixels = sampled(&pixels, 7, 5);
        let worst = difference(&pixels, &answer.pixels);
        let apart = pixels
            .iter()
            .zip(&answer.pixels)
            .filter(|(a, b)| (*a - *b).abs() > 1e-4)
            .count();
        assert!(worst <= tolerance, "{}: {worst}", answer.picture);
        assert!(
            apart * 100 <= pixels.len(),
            "{}: {apart} of {} differ",
            answer.picture,
            pixels.len()
        );
    }
}

#[test]
fn owlv2_finds_what_transformers_finds() {
    detections_agree("owlv2");
}

#[test]
fn owlvit_finds_what_transformers_finds() {
    detections_agree("owlvit");
}

fn detections_agree(variant: &str) {
    let reference: Reference = expected(&format!("{variant}.json"));
    for answer in &reference.pictures {
        let mut detector = open(&OwlConfig {
            min_score: answer.threshold,
            ..config(variant)
        });
        detector.set_queries(&reference.queries).unwrap();

        let found = detector
            .detect(&Image::read(&answer.picture).picture())
            .unwrap();

        // transformers keeps the order of the grid and what lies outside the picture; here the best comes first, and
        // boxes end where the picture does.
        let image = Image::read(&answer.picture);
        let cut = |index: usize| image.cut(answer.boxes[index]);
        let mut order: Vec<usize> = (0..answer.boxes.len()).collect();
        order.retain(|index| cut(*index).is_some());
        assert!(order.len() >= 9, "too few boxes to compare");
        let best = |index: usize| answer.scores[index].iter().copied().fold(0.0, f32::max);
        order.sort_by(|a, b| best(*b).total_cmp(&best(*a)));
        assert_eq!(found.len(), order.len());
        for (found, index) in found.iter().zip(order) {
            let expected = cut(index).unwrap();
            assert!(
                difference(&found.box_px, &expected) < 0.05,
                "{found:?}, {expected:?}"
            );
            assert!(difference(&found.scores, &answer.scores[index]) < 1e-3);
            assert!((found.objectness - answer.objectness[index]).abs() < 1e-3);
        }
    }
}

#[test]
fn of_boxes_on_each_other_the_best_stays() {
    let mut all = open(&config("owlv2"));
    let mut fewer = open(&OwlConfig {
        max_overlap: 0.01,
        ..config("owlv2")
    });
    let image = Image::read("coffee.png");
    let detect = |detector: &mut OwlDetector| -> Vec<BoxDetection> {
        detector.set_queries(&strings(&["a cup"])).unwrap();
        detector.detect(&image.picture()).unwrap()
    };

    let (all, fewer) = (detect(&mut all), detect(&mut fewer));

    assert!(all.len() > 20);
    assert!(fewer.len() < all.len());
    assert_eq!(fewer[0], all[0]);
    assert!(fewer.iter().all(|it| all.contains(it)));
}

#[test]
fn a_calibration_changes_probabilities_but_not_their_order() {
    let mut calibrated = config("owlvit");
    calibrated.calibration.scale = 2.0;
    calibrated.calibration.bias = -1.0;
    let image = Image::read("cat.png");
    let [plain, calibrated] = [config("owlvit"), calibrated].map(|config| {
        let mut detector = open(&config);
        detector.set_queries(&strings(&["a cat"])).unwrap();
        detector.detect(&image.picture()).unwrap()
    });

    for (plain, calibrated) in plain.iter().zip(&calibrated) {
        let logit = (plain.scores[0] / (1.0 - plain.scores[0])).ln();
        let expected = 1.0 / (1.0 + (1.0 - 2.0 * logit).exp());
        assert!((calibrated.scores[0] - expected).abs() < 1e-4);
        assert_eq!(plain.box_px, calibrated.box_px);
    }
}
