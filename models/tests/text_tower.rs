//! The text tower against the model's own implementation.

mod common;

use common::{root, runtime};
use hearth_models::{EMBEDDING, Manifest, SessionOptions, TextTower};
use serde::Deserialize;
use std::thread;

#[derive(Deserialize)]
struct Reference {
    texts: Vec<Known>,
}

/// What the reference makes of `text`, repeated `times` times.
#[derive(Deserialize)]
struct Known {
    text: String,
    times: usize,
    embedding: Vec<f32>,
}

fn tower() -> TextTower {
    let manifest = Manifest::load(&root()).expect("the manifest");
    TextTower::open(&runtime(), &manifest, &SessionOptions::default())
        .unwrap_or_else(|error| panic!("{error}. `./hearth` sets up what the tests need"))
}

fn cosine(a: &[f32; EMBEDDING], b: &[f32; EMBEDDING]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// English, nothing, 10,000 characters, Chinese, emoji, accents and control characters, a word without end.
#[test]
fn embeds_as_the_reference_implementation_does() {
    let reference: Reference =
        serde_json::from_str(include_str!("data/embeddings.json")).expect("the reference");
    let mut tower = tower();
    for known in &reference.texts {
        let text = known.text.repeat(known.times);
        let found = tower.embed(&text).expect("an embedding");
        let worst = found
            .iter()
            .zip(&known.embedding)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(worst < 1e-4, "{:?}: off by {worst}", known.text);
    }
    assert_eq!(reference.texts.len(), 10);
}

#[test]
fn what_means_nearly_the_same_lies_nearer() {
    let mut tower = tower();
    let mut near = |a: &str, b: &str| {
        let (a, b) = (tower.embed(a).expect("a"), tower.embed(b).expect("b"));
        cosine(&a, &b)
    };
    assert!(near("a mug", "a cup of coffee") > near("a mug", "a television") + 0.2);
    assert!(near("someone who is waving", "a person waves") > 0.7);
    assert!(near("couch", "sofa") > near("couch", "lamp") + 0.2);
    assert!((near("a red apple", "A RED APPLE") - 1.0).abs() < 1e-5);
}

#[test]
fn any_text_has_an_embedding_of_length_one_and_only_its_start_counts() {
    let mut tower = tower();
    let million = "cup ".repeat(250_000);
    for text in [
        "",
        " \n\t",
        "\u{0}",
        "\u{202e}مرحبا",
        &"🫖".repeat(10_000),
        &"a".repeat(10_000),
        &million,
    ] {
        let found = tower.embed(text).expect("an embedding");
        assert!((cosine(&found, &found) - 1.0).abs() < 1e-4, "{:.20?}", text);
    }
    let cut = tower
        .embed(&"cup ".repeat(62))
        .expect("62 words and the two ends");
    assert_eq!(tower.embed(&million).expect("an embedding"), cut);
}

#[test]
fn two_threads_with_a_tower_each_find_the_same() {
    let phrases: Vec<String> = (0..40).map(|it| format!("cup number {it}")).collect();
    let embed_all = |phrases: Vec<String>| {
        let mut tower = tower();
        move || {
            phrases
                .iter()
                .map(|it| tower.embed(it).expect("an embedding"))
                .collect::<Vec<_>>()
        }
    };
    let (forward, mut backward) = (phrases.clone(), phrases);
    backward.reverse();
    let (first, second) = (
        thread::spawn(embed_all(forward)),
        thread::spawn(embed_all(backward)),
    );
    let (first, mut second) = (first.join().expect("joins"), second.join().expect("joins"));
    second.reverse();
    assert_eq!(first, second);
}
