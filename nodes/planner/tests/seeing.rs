//! Things and people as described, and questions about what the robot sees, in a toy flat.

// In tests a surprise may well panic; the lint knows only #[test] functions by itself.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Seen, Toy};
use hearth_planner::Config;
use hearth_types::BasicColour::{Blue, Green, Purple, Red, White, Yellow};
use hearth_types::*;
use std::sync::Arc;

fn failed_with(verdict: &TaskVerdict, words: &str) -> bool {
    matches!(verdict, TaskVerdict::Failed { reason } if reason.contains(words))
}

fn with_mugs() -> Toy {
    Toy::new().put("blue_cup", "table").put_odd(
        "a striped mug",
        "table",
        White,
        &[("striped cup", 0.9)],
    )
}

#[test]
fn takes_the_striped_one_of_two() {
    for words in ["bring me the striped cup", "把带条纹的杯子拿给我"] {
        let mut toy = with_mugs();

        assert_eq!(toy.told(words), TaskVerdict::Done, "{words}");

        assert_eq!(toy.place_of("a striped mug"), None);
        assert_eq!(toy.place_of("blue_cup"), Some("table"));
    }
}

#[test]
fn both_languages_have_the_same_phrases_looked_for() {
    for (english, chinese, phrase) in [
        // Beside a pattern, what the thing is called without it.
        (
            "find the striped cup",
            "找带条纹的杯子",
            "striped cup, plain cup",
        ),
        (
            "find the cup with the red dots",
            "找带红点的杯子",
            "cup with red dots, spotted cup, plain cup",
        ),
        ("find a red plate", "找一个红色的盘子", "red plate"),
        ("find an empty cup", "找一个空杯子", "empty cup"),
        ("find the purple cup", "找紫色的杯子", "purple cup"),
        (
            "find the cup lying on its side",
            "找倒着的杯子",
            "cup lying on its side",
        ),
        ("find the person waving", "找到挥手的人", "person waving"),
        (
            "find the person wearing a hat",
            "找戴帽子的人",
            "person wearing a hat",
        ),
        (
            "find the man with glasses",
            "找戴眼镜的人",
            "person with glasses",
        ),
        ("who is lying on the floor", "谁躺在地上", "lying person"),
        (
            "find the person in the orange shirt",
            "找到穿橙色衣服的人",
            "person wearing an orange shirt",
        ),
    ] {
        for words in [english, chinese] {
            let mut toy = Toy::new();
            toy.told(words);
            assert_eq!(toy.queries[0].join(", "), phrase, "{words}");
        }
    }
}

#[test]
fn what_was_asked_for_stays_looked_for_while_it_is_spoken_of() {
    let mut toy = with_mugs();

    assert_eq!(toy.told("find the striped cup"), TaskVerdict::Done);
    assert_eq!(toy.told("put it on the desk"), TaskVerdict::Done);

    assert_eq!(toy.place_of("a striped mug"), Some("desk"));
    assert_eq!(toy.queries, [["striped cup", "plain cup"]]);
    assert_eq!(
        toy.said.last().unwrap(),
        "The striped cup is on the desk now."
    );
}

#[test]
fn what_looks_plain_all_the_more_is_not_striped() {
    let plain = [("striped cup", 0.9), ("plain cup", 0.99)];
    let mut toy = with_mugs().put_odd("another", "table", Red, &plain);

    assert_eq!(toy.told("bring me the striped cup"), TaskVerdict::Done);
    assert_eq!(toy.place_of("a striped mug"), None);
    assert_eq!(toy.place_of("another"), Some("table"));
}

#[test]
fn dots_and_a_spotted_cup_are_told_by_both() {
    let dotted = [
        ("cup with red dots", 0.6),
        ("spotted cup", 0.9),
        ("plain cup", 0.4),
    ];
    let red = [
        ("cup with red dots", 0.95),
        ("spotted cup", 0.04),
        ("plain cup", 0.99),
    ];
    let mut toy = Toy::new()
        .put_odd("a dotted cup", "table", White, &dotted)
        .put_odd("a red cup", "desk", Red, &red);

    let verdict = toy.told("bring me the cup with the red dots");
    assert_eq!(verdict, TaskVerdict::Done);
    assert_eq!(toy.place_of("a dotted cup"), None);
    assert_eq!(toy.place_of("a red cup"), Some("desk"));
}

#[test]
fn asks_which_of_two_striped_cups() {
    let mut toy = with_mugs().put_odd("another", "table", Red, &[("striped cup", 0.8)]);

    toy.hear("bring me the striped cup");
    toy.run_to_question();
    assert_eq!(toy.said, ["Which one: the white one or the red one?"]);
    toy.hear("the red one");
    toy.run_out();

    assert_eq!(toy.verdicts(), [TaskVerdict::Done]);
    assert_eq!(toy.place_of("another"), None);
    assert_eq!(toy.place_of("a striped mug"), Some("table"));
}

#[test]
fn without_a_model_it_says_that_it_cannot_tell() {
    for (words, reason) in [
        ("bring me the striped cup", "cannot recognise striped cups"),
        ("把带条纹的杯子拿给我", "认不出带条纹的杯子"),
        (
            "how many empty cups are on the table",
            "cannot recognise empty cups",
        ),
    ] {
        let mut toy = with_mugs();
        toy.has_model = false;

        let verdict = toy.told(words);

        assert!(failed_with(&verdict, reason), "{words}: {verdict:?}");
        assert_eq!(toy.goals("Grasp"), 0);
    }
}

#[test]
fn a_cup_of_a_colour_that_no_known_cup_has() {
    let mut toy = Toy::new().put_odd("mug", "table", Purple, &[("purple cup", 0.9)]);
    assert_eq!(toy.told("bring me the purple cup"), TaskVerdict::Done);

    // The words match, but what is measured is another colour.
    let mut toy = Toy::new().put_odd("mug", "table", Green, &[("purple cup", 0.9)]);
    let verdict = toy.told("bring me the purple cup");
    assert!(matches!(verdict, TaskVerdict::Failed { .. }), "{verdict:?}");
    assert_eq!(toy.goals("Grasp"), 0);
}

#[test]
fn things_that_the_household_does_not_own() {
    let mut toy = Toy::new().put_odd("vase", "table", Blue, &[("vase", 0.9)]);

    assert_eq!(toy.told("把花瓶放到书桌上"), TaskVerdict::Done);

    assert_eq!(toy.place_of("vase"), Some("desk"));
    assert_eq!(toy.said.last().unwrap(), "花瓶放在书桌上了。");
}

#[test]
fn a_word_that_it_does_not_know_is_looked_for_if_the_person_says_so() {
    let tumbler = || {
        let mut toy = Toy::new().put_odd("a tumbler", "table", Blue, &[("tumbler", 0.9)]);
        // It has seen that a model is there.
        toy.told("what is on the table");
        toy.told("where is the apple");
        toy
    };
    let mut toy = tumbler();
    toy.hear("bring me the tumbler");
    toy.run_to_question();
    assert_eq!(
        toy.said.last().unwrap(),
        "I do not know what tumbler is. Shall I look for something like that?"
    );
    toy.hear("yes please");
    toy.run_out();
    assert_eq!(toy.verdicts().last(), Some(&TaskVerdict::Done));
    assert_eq!(toy.place_of("a tumbler"), None);

    let mut toy = tumbler();
    toy.hear("bring me the tumbler");
    toy.run_to_question();
    toy.hear("no");
    toy.run_out();
    let verdict = toy.verdicts().pop().unwrap();
    assert!(
        matches!(verdict, TaskVerdict::Refused { .. }),
        "{verdict:?}"
    );
}

#[test]
fn a_kind_of_cup_that_it_does_not_know_is_looked_for_without_a_question() {
    let mut toy = Toy::new().put_odd("an espresso cup", "table", Blue, &[("espresso cup", 0.9)]);
    assert_eq!(toy.told("bring me the espresso cup"), TaskVerdict::Done);
    assert_eq!(toy.place_of("an espresso cup"), None);

    // Something else is not taken for it.
    let mut toy = Toy::new().put_odd("a box", "table", Blue, &[("espresso cup", 0.3)]);
    let verdict = toy.told("bring me the espresso cup");
    assert!(matches!(verdict, TaskVerdict::Failed { .. }), "{verdict:?}");
    assert_eq!(toy.place_of("a box"), Some("table"));
}

#[test]
fn tells_colours() {
    let mut toy = Toy::new().put("blue_cup", "table");
    assert_eq!(toy.told("what colour is the cup"), TaskVerdict::Done);
    assert_eq!(toy.said, ["The cup is blue."]);

    let mut toy = Toy::new().put("blue_cup", "table").put("red_cup", "table");
    assert_eq!(
        toy.told("what colour are the cups on the table?"),
        TaskVerdict::Done
    );
    let said = toy.said.last().unwrap();
    assert!(
        said.contains("One is") && said.contains("the other is"),
        "{said}"
    );
    assert_eq!(toy.told("餐桌上的杯子是什么颜色的"), TaskVerdict::Done);
    assert!(
        toy.said.last().unwrap().contains("另一个是"),
        "{:?}",
        toy.said
    );
}

#[test]
fn an_answer_names_the_frame_that_it_rests_on() {
    let mut toy = Toy::new().put("blue_cup", "table");

    toy.told("is there a cup on the table");

    let evidence = toy.evidence("answer");
    assert_eq!(evidence.len(), 1, "{evidence:?}");
    assert!(evidence[0].frame.is_some());
    assert!(evidence[0].text.contains("blue_cup"), "{evidence:?}");
}

#[test]
fn which_of_the_cups_is_striped() {
    let mut toy = with_mugs();
    assert_eq!(
        toy.told("which of the cups on the table is striped"),
        TaskVerdict::Done
    );
    assert_eq!(toy.said, ["It is the white striped cup."]);
    assert_eq!(toy.told("餐桌上有几个带条纹的杯子"), TaskVerdict::Done);
    assert_eq!(toy.said.last().unwrap(), "餐桌上有一个带条纹的杯子。");
}

fn person(posture: Posture, gesture: Gesture, shirt: BasicColour) -> Seen {
    Seen {
        posture,
        gesture: Some((gesture, 0.9)),
        shirt: Some(shirt),
    }
}

fn with_people() -> Toy {
    let mut toy = Toy::new();
    toy.people.push(("ben", Point2::new(6.0, 2.0)));
    toy.looks = vec![
        ("anna", person(Posture::Lying, Gesture::Waving, Red)),
        (
            "ben",
            person(Posture::Sitting, Gesture::PointingLeft, Yellow),
        ),
    ];
    toy
}

#[test]
fn answers_who_does_what() {
    for (words, said) in [
        ("who is waving", "Anna is waving in the office."),
        ("谁在挥手", "书房里Anna在挥手。"),
        (
            "is somebody lying on the floor",
            "Yes, Anna is lying in the office.",
        ),
        ("有人躺在地上吗", "有，书房里有安娜躺着。"),
        (
            "is anyone pointing to the left",
            "No, I see nobody pointing to their left here.",
        ),
        ("有没有人坐着", "没有，这里没看到有人坐着。"),
        ("is Anna waving", "Yes, Anna is waving."),
        (
            "is Anna standing",
            "No, as far as I see Anna is not standing.",
        ),
        ("what is Anna doing", "Anna is lying and waving."),
        ("what is Anna wearing", "Anna is wearing a red shirt."),
        (
            "what colour is Anna's shirt",
            "Anna is wearing a red shirt.",
        ),
        ("安娜在做什么", "安娜躺着挥手。"),
        (
            "tell me the pose of the person in the kitchen",
            "Ben is sitting.",
        ),
        (
            "how many people are sitting in the kitchen",
            "There is one person sitting in the kitchen.",
        ),
    ] {
        let said = said.replace("书房里Anna", "书房里安娜");
        let mut toy = with_people();
        // It has seen Anna before.
        toy.told("who is waving");
        assert_eq!(toy.told(words), TaskVerdict::Done, "{words}");
        assert_eq!(toy.said.last().unwrap(), &said, "{words}");
    }
}

#[test]
fn finds_people_by_what_they_do() {
    let mut toy = with_people();
    assert_eq!(
        toy.told("find the person pointing to the left"),
        TaskVerdict::Done
    );
    assert_eq!(toy.said, ["I found Ben in the kitchen."]);

    let mut toy = with_people().put("apple", "table");
    let words = "bring the apple to the person in the yellow shirt";
    assert_eq!(toy.told(words), TaskVerdict::Done);
    assert_eq!(toy.place_of("apple"), None);
    assert!(toy.base.x_m > 3.0, "Ben is in the kitchen");

    let mut toy = with_people();
    assert_eq!(toy.told("go to the lying person"), TaskVerdict::Done);
    assert!(toy.base.x_m < 3.0, "Anna is in the office");
}

#[test]
fn what_it_has_no_word_for_is_looked_for_as_it_was_said() {
    let mut toy = Toy::new().put("blue_cup", "table").put_odd(
        "mug",
        "table",
        Red,
        &[("cup with a handle", 0.9)],
    );

    assert_eq!(toy.told("take the cup with a handle"), TaskVerdict::Done);

    assert_eq!(toy.place_of("mug"), None);
    assert_eq!(toy.said, ["I have the cup with a handle."]);
}

#[test]
fn says_when_it_cannot_tell_what_people_do() {
    let mut toy = Toy::new();

    let verdict = toy.told("is anyone waving");

    assert!(
        failed_with(&verdict, "cannot tell whether anybody is waving"),
        "{verdict:?}"
    );
}

#[test]
fn whoever_was_only_seen_without_their_arms_is_not_said_not_to_wave() {
    for (words, doubt) in [
        ("is anyone waving", "cannot tell whether Anna is waving"),
        ("谁在挥手", "看不出安娜是不是"),
        (
            "how many people are waving here",
            "cannot tell whether Anna is waving",
        ),
    ] {
        // That it knows gestures shows by Ben, who stands beside her.
        let mut toy = with_people();
        toy.people[1].1 = Point2::new(1.5, 0.5);
        toy.looks[0].1.gesture = None;

        let verdict = toy.told(words);

        assert!(failed_with(&verdict, doubt), "{words}: {verdict:?}");
    }
}

fn with_server() -> Toy {
    Toy::with(Config {
        vision_language_server: true,
        ..Config::default()
    })
}

fn answered(toy: &mut Toy, text: Result<String, String>) {
    let id = toy.questions.last().unwrap().id;
    toy.feed(&Message::VisualAnswer(Arc::new(VisualAnswer {
        id,
        text,
        server: "qwen at localhost:8080".into(),
    })));
    toy.run_out();
}

#[test]
fn open_questions_go_to_the_server_and_its_words_are_told_as_its_own() {
    for words in [
        "does the sofa look comfortable",
        "is the room messy?",
        "is the lamp switched on",
        "describe the room in detail",
        "这个房间乱不乱",
    ] {
        let mut toy = with_server();
        toy.hear(words);
        toy.run(0.2);
        assert_eq!(toy.questions[0].text, words);

        answered(&mut toy, Ok("Rather.".into()));

        assert_eq!(toy.verdicts(), [TaskVerdict::Done], "{words}");
        let said = toy.said.last().unwrap();
        assert!(
            said.contains("qwen at localhost:8080") && said.contains("Rather."),
            "{said}"
        );
        let evidence = toy.evidence("ask_server");
        assert!(evidence[0].frame.is_none(), "words show nothing");
    }
}

#[test]
fn a_server_that_does_not_answer_is_told() {
    let mut toy = with_server();
    let verdict = toy.told("is the room messy?");
    assert!(failed_with(&verdict, "took too long"), "{verdict:?}");

    let mut toy = with_server();
    toy.hear("is the room messy?");
    toy.run(0.2);
    answered(&mut toy, Err("connection refused".into()));
    assert!(failed_with(&toy.verdicts()[0], "connection refused"));
}

#[test]
fn commands_and_nonsense_do_not_go_to_the_server() {
    for words in [
        "bring me the unicorn",
        "colourless green ideas sleep",
        "go to Narnia",
        "is there a cup on the table",
    ] {
        let mut toy = with_server();
        toy.told(words);
        assert!(toy.questions.is_empty(), "{words}");
    }
    // And without a server nothing does.
    let mut toy = Toy::new();
    let verdict = toy.told("这个房间乱不乱");
    assert!(
        matches!(verdict, TaskVerdict::Refused { .. }),
        "{verdict:?}"
    );
    assert!(toy.questions.is_empty());
}
