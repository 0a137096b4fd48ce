//! What a person would try first: each story ends with the oracle's truth and the robot's verdict.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Scenario, assert_done, assert_failed, assert_refused, is_chinese};
use hearth_types::TaskVerdict;

#[test]
fn fetches_and_then_answers_about_what_it_saw() {
    let mut story = Scenario::flat()
        .seed(3)
        .put("apple", "kitchen_table")
        .put("milk", "kitchen_table")
        .begin();
    let verdict = story.command("bring me the red apple");
    assert_done(&story, &verdict);
    assert!(story.holds("handed(apple, me)"), "{}", story.account());
    // It has been at the table; the milk that it saw there is still known.
    let verdict = story.command("牛奶在哪里？");
    assert_done(&story, &verdict);
    assert!(story.last_said().contains("餐桌"), "{}", story.last_said());
    assert!(story.holds("on(milk, kitchen_table)"));
    story.nobody_was_hurt();
}

#[test]
fn puts_it_somewhere_that_was_named_by_a_pronoun_in_chinese() {
    let mut story = Scenario::flat().seed(11).put("cola", "side_tables").begin();
    let verdict = story.command("拿起边桌上的可乐");
    assert_done(&story, &verdict);
    assert!(story.holds("held(cola)"), "{}", story.account());
    let verdict = story.command("把它放到电视柜上");
    assert_done(&story, &verdict);
    assert!(story.holds("on(cola, tv_stand)"), "{}", story.account());
    assert!(is_chinese(&story.last_said()));
    story.nobody_was_hurt();
}

#[test]
fn asks_which_one_and_uses_the_answer() {
    let mut story = Scenario::flat()
        .seed(5)
        .put("red_cup", "kitchen_table")
        .put("blue_cup", "kitchen_table")
        .begin();
    story.say("bring me the cup from the kitchen table");
    let question = story.question();
    assert!(
        question.contains("red") && question.contains("blue") && question.contains('?'),
        "{question}"
    );
    let verdict = story.command("the blue one");
    assert_done(&story, &verdict);
    assert!(
        story.holds("handed(blue_cup, me) & unmoved(red_cup)"),
        "{}",
        story.account()
    );
    story.nobody_was_hurt();
}

#[test]
fn goes_where_it_is_told_and_says_so() {
    let mut story = Scenario::flat().seed(2).begin();
    let verdict = story.command("go to the kitchen");
    assert_done(&story, &verdict);
    assert!(story.holds("at(kitchen)"), "{}", story.account());
    assert!(!is_chinese(&story.last_said()) && !story.last_said().is_empty());
    let verdict = story.command("回到客廳去");
    assert_done(&story, &verdict);
    assert!(story.holds("at(living_room)"), "{}", story.account());
    assert!(is_chinese(&story.last_said()), "{}", story.last_said());
    story.nobody_was_hurt();
}

#[test]
fn refuses_what_it_cannot_do_with_the_reason_and_stays_where_it_is() {
    let mut story = Scenario::flat().seed(4).begin();
    let start = story.robot();
    for (command, reason_has) in [
        ("climb the stairs", "floor"),
        ("bring me the unicorn", "unicorn"),
        ("go to the moon base", "moon base"),
        ("爬楼梯", "地"),
        ("把独角兽拿给我", "独角兽"),
    ] {
        let verdict = story.command(command);
        let reason = assert_refused(&story, &verdict);
        assert!(reason.contains(reason_has), "{command}: {reason}");
        assert_eq!(is_chinese(&reason), is_chinese(command), "{reason}");
    }
    assert!((story.robot() - start).norm() < 0.02);
}

#[test]
fn says_what_is_missing_instead_of_making_something_up() {
    let mut story = Scenario::flat().seed(6).put("pear", "desk").begin();
    let verdict = story.command("把书桌上的所有东西告诉我");
    assert_done(&story, &verdict);
    assert!(story.last_said().contains('梨'), "{}", story.last_said());
    // No cola was put there, and a look is what shows it.
    let verdict = story.command("bring me the tennis ball from the desk");
    if story.holds("on(tennis_ball, desk)") {
        panic!("seed 6 has a tennis ball on the desk; choose another seed");
    }
    let reason = assert_failed(&story, &verdict);
    assert!(reason.contains("tennis ball"), "{reason}");
    assert!(story.holds("unmoved(pear)"));
    assert!(!matches!(verdict, TaskVerdict::Done));
    story.nobody_was_hurt();
}
