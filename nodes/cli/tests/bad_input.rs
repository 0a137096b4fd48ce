//! Words that nobody should say to a robot. It answers each, moves for none, and still listens.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Scenario, assert_done, ember, is_chinese};
use hearth::parse::Planned;
use hearth_types::TaskVerdict;

fn meaning(text: &str) -> Option<String> {
    match ember().plan_only(text).unwrap() {
        Planned::Understood { meaning, .. } => Some(meaning),
        Planned::NotUnderstood { .. } => None,
    }
}

fn why_not(text: &str) -> String {
    match ember().plan_only(text).unwrap() {
        Planned::Understood { meaning, .. } => panic!("{text:?} was taken as {meaning}"),
        Planned::NotUnderstood { reason } => reason,
    }
}

#[test]
fn nonsense_gets_an_answer_and_no_motion() {
    let mut story = Scenario::flat().seed(8).begin();
    let start = story.robot();
    let many_words = "bring me the apple and ".repeat(500);
    let nonsense = [
        String::new(),
        " \n\t ".to_owned(),
        "a".repeat(10_000),
        "去".repeat(10_000),
        many_words.chars().take(10_000).collect(),
        "🤖🍎🛋️🏠".to_owned(),
        "\u{0}\u{7f}\u{202e}\u{200d}".to_owned(),
        "), on(apple, desk) & handed(".to_owned(),
        "fly to the ceiling".to_owned(),
        "爬楼梯".to_owned(),
        "take the unicorn to the moon".to_owned(),
    ];
    for text in &nonsense {
        let before = story.said();
        let verdict = story.command(text);
        let start_of = text.chars().take(30).collect::<String>();
        assert!(
            !matches!(verdict, TaskVerdict::Done),
            "{start_of:?} was done"
        );
        let answer = story.said()[before.len()..].to_owned();
        assert!(!answer.trim().is_empty(), "no answer to {start_of:?}");
        let length = answer.chars().count();
        assert!(length < 300, "{length} characters said to {start_of:?}");
    }
    let moved_m = (story.robot() - start).norm();
    assert!(moved_m < 0.02, "moved {moved_m} m; {}", story.account());
    let verdict = story.command("去厨房");
    assert_done(&story, &verdict);
    assert!(story.holds("at(kitchen)"));
    story.nobody_was_hurt();
}

#[test]
fn unknown_things_and_places_are_named_in_the_answer() {
    for (text, named) in [
        ("bring me the unicorn", "unicorn"),
        ("put the apple on the moon base", "moon base"),
        ("go to the swimming pool", "swimming pool"),
        ("把独角兽拿给我", "独角兽"),
        ("去游泳池", "游泳池"),
    ] {
        let reason = match ember().plan_only(text).unwrap() {
            Planned::NotUnderstood { reason } => reason,
            // Understood as a request, and refused by the plan; the refusal is tested as a story.
            Planned::Understood { meaning, .. } => meaning,
        };
        assert!(reason.contains(named), "{text}: {reason}");
    }
}

#[test]
fn contradictions_are_pointed_out() {
    let reason = why_not("go to the kitchen and don't go to the kitchen");
    assert!(
        reason.contains("kitchen") && reason.contains('?'),
        "{reason}"
    );
    assert!(!is_chinese(&reason));
}

#[test]
fn mixed_languages_mean_what_their_words_mean() {
    let mixed = meaning("bring me the 苹果 from the kitchen table").unwrap();
    assert_eq!(
        Some(mixed),
        meaning("bring me the apple from the kitchen table")
    );
    assert_eq!(meaning("去 kitchen"), meaning("go to the kitchen"));
}

#[test]
fn what_is_missing_is_asked_for() {
    assert!(why_not("bring me").contains('?'));
    assert!(is_chinese(&why_not("把苹果放到")));
}
