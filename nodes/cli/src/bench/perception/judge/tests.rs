use super::{Judge, Thing, queries};
use crate::bench::perception::phrases::Phrase;
use hearth_models::{BoxDetection, PERSON, THING};
use hearth_sim::render::Attributes;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What `models/train/judge_fixture.py` wrote.
#[derive(Deserialize)]
struct Fixture {
    phrases: Vec<Phrase>,
    pictures: Vec<RawPicture>,
    figures: BTreeMap<String, f64>,
    counts: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
struct RawPicture {
    things: Vec<RawThing>,
    found: Vec<RawFound>,
}

#[derive(Deserialize)]
struct RawThing {
    #[serde(rename = "box")]
    box_px: [f32; 4],
    attributes: Attributes,
    counts: bool,
    is_person: bool,
}

#[derive(Deserialize)]
struct RawFound {
    #[serde(rename = "box")]
    box_px: [f32; 4],
    score: f32,
    is_person: bool,
    p: Vec<f32>,
}

fn detection(it: RawFound) -> BoxDetection {
    BoxDetection {
        box_px: it.box_px,
        objectness: it.score,
        scores: it.p,
        class: Some(if it.is_person { PERSON } else { THING }.to_owned()),
    }
}

#[test]
fn judges_as_the_training_code_does() {
    let fixture: Fixture = serde_json::from_str(include_str!("../fixture.json")).unwrap();
    let mut judge = Judge::new(&fixture.phrases);
    for (number, picture) in (0..).zip(fixture.pictures) {
        let things: Vec<Thing> = picture
            .things
            .iter()
            .map(|it| Thing {
                box_px: it.box_px,
                attributes: &it.attributes,
                counts: it.counts,
                is_person: it.is_person,
            })
            .collect();
        let found: Vec<BoxDetection> = picture.found.into_iter().map(detection).collect();
        judge.add(number, &things, &found);
    }
    let counts = [
        ("compound", judge.compound.len()),
        ("novel", judge.novel.len()),
        ("people", judge.gestures.len()),
        ("pairs", judge.pairs.len()),
    ];
    assert_eq!(
        fixture.counts,
        counts.map(|(name, it)| (name.to_owned(), it)).into()
    );
    let figures = judge.figures();
    assert_eq!(figures.len(), fixture.figures.len());
    for (name, wanted) in fixture.figures {
        let found = figures[name.as_str()];
        assert!(
            (found - wanted).abs() < 1e-4,
            "{name}: {found}, not {wanted}"
        );
    }
}

#[test]
fn a_picture_in_which_nothing_is_found_counts_against_the_detector() {
    let phrases: Vec<Phrase> = serde_json::from_str(
        r#"[{"text": "a red cup", "constraints": {"kind": ["cup"], "main_colour": ["red"]}, "type": "attribute", "novel": false},
            {"text": "a cup", "constraints": {"kind": ["cup"]}, "type": "kind", "novel": false}]"#,
    )
    .unwrap();
    let like = |json| -> Attributes { serde_json::from_str(json).unwrap() };
    let red = like(r#"{"kind": ["cup"], "main_colour": ["red"]}"#);
    let blue = like(r#"{"kind": ["cup"], "main_colour": ["blue"]}"#);
    let cup = |left: f32, attributes| Thing {
        box_px: [left, 0.0, left + 20.0, 20.0],
        attributes,
        counts: true,
        is_person: false,
    };
    let things = [cup(0.0, &red), cup(100.0, &blue)];
    let mut judge = Judge::new(&phrases);
    judge.add(0, &things, &[]);
    let figures = judge.figures();
    for name in ["map50", "recall", "phrase_top1_hard"] {
        assert_eq!(figures.get(name), Some(&0.0), "{name}");
    }
    assert_eq!(figures.get("gesture_accuracy"), None, "nobody was there");

    let scores = |red: f32| [vec![red, 0.9], vec![0.0; queries(&phrases).len() - 2]].concat();
    let found = |left: f32, red| BoxDetection {
        box_px: [left, 0.0, left + 20.0, 20.0],
        objectness: 0.9,
        scores: scores(red),
        class: Some(THING.to_owned()),
    };
    let mut judge = Judge::new(&phrases);
    judge.add(0, &things, &[found(100.0, 0.2), found(0.0, 0.8)]);
    let figures = judge.figures();
    for name in ["map50", "recall", "phrase_top1_hard"] {
        assert_eq!(figures.get(name), Some(&1.0), "{name}");
    }
}
