//! What happens with a command, told as stories in a toy flat.

// In tests a surprise may well panic; the lint knows only #[test] functions by itself.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Grip, Toy};
use hearth_types::{StepState, TaskEvent, TaskVerdict};

fn toy() -> Toy {
    Toy::new()
}

fn failed_with(verdict: &TaskVerdict, words: &str) -> bool {
    matches!(verdict, TaskVerdict::Failed { reason } if reason.contains(words))
}

#[test]
fn fetches_an_apple() {
    let mut toy = toy().put("apple", "table");

    assert_eq!(toy.told("bring me the apple"), TaskVerdict::Done);

    assert_eq!(toy.place_of("apple"), None, "the person has it");
    assert_eq!(toy.said.last().unwrap(), "Done, you took the apple.");
    let planned = toy.events.iter().find_map(|it| match it {
        TaskEvent::Planned { steps, .. } => Some(steps.clone()),
        _ => None,
    });
    let skills: Vec<String> = planned.unwrap().into_iter().map(|it| it.skill).collect();
    assert_eq!(skills, ["search", "pick", "hand_over"]);
    let evidence: Vec<_> = toy
        .events
        .iter()
        .filter_map(|it| match it {
            TaskEvent::Step {
                state: StepState::Succeeded(evidence),
                ..
            } => Some(evidence),
            _ => None,
        })
        .collect();
    assert_eq!(evidence.len(), 3);
    assert!(
        evidence[1].text.contains("seen without it"),
        "{:?}",
        evidence[1]
    );
    assert!(evidence[1].frame.is_some());
}

#[test]
fn answers_in_the_language_of_the_command() {
    let mut toy = toy().put("apple", "table");

    assert_eq!(toy.told("给我苹果"), TaskVerdict::Done);

    assert_eq!(toy.said, ["给您。", "苹果已经交给您了。"]);
}

#[test]
fn says_that_it_did_not_find_what_is_not_there() {
    let mut toy = toy();

    let verdict = toy.told("bring me the apple");

    assert!(
        failed_with(&verdict, "did not find the apple"),
        "{verdict:?}"
    );
    assert_eq!(toy.goals("Grasp"), 0);
}

#[test]
fn tries_again_after_a_missed_grasp() {
    let mut toy = toy().put("apple", "table");
    toy.grips = [Grip::Misses, Grip::Misses].into();

    assert_eq!(toy.told("bring me the apple"), TaskVerdict::Done);

    assert_eq!(toy.goals("Grasp"), 3);
}

#[test]
fn an_empty_gripper_is_never_done_whatever_the_motion_says() {
    let mut toy = toy().put("apple", "table");
    toy.grips = [Grip::HoldsNothing; 30].into();

    let verdict = toy.told("bring me the apple");

    assert!(
        failed_with(&verdict, "could not pick up the apple"),
        "{verdict:?}"
    );
    assert_eq!(toy.goals("Offer"), 0);
}

#[test]
fn a_thing_that_still_stands_there_was_not_picked_up() {
    let mut toy = toy().put("apple", "table");
    toy.grips = [Grip::TakesAir; 30].into();

    let verdict = toy.told("bring me the apple");

    assert!(failed_with(&verdict, "could not pick up"), "{verdict:?}");
}

#[test]
fn nobody_takes_it() {
    let mut toy = toy().put("apple", "table");
    toy.takes_offers = false;

    let verdict = toy.told("bring me the apple");

    assert!(failed_with(&verdict, "nobody took it"), "{verdict:?}");
    assert_eq!(toy.goals("Offer"), 2);
}

#[test]
fn puts_a_thing_down_and_sees_it_there() {
    let mut toy = toy().put("apple", "table");

    assert_eq!(toy.told("put the apple on the desk"), TaskVerdict::Done);

    assert_eq!(toy.place_of("apple"), Some("desk"));
    assert_eq!(toy.said.last().unwrap(), "The apple is on the desk now.");
}

#[test]
fn a_full_place_is_told() {
    let mut toy = toy().put("apple", "table");
    toy.full = vec!["desk"];

    let verdict = toy.told("put the apple on the desk");

    assert!(
        failed_with(&verdict, "no free spot on the desk"),
        "{verdict:?}"
    );
    assert!(toy.held.is_some(), "it is still in the gripper");
}

#[test]
fn what_fell_down_is_not_claimed_to_be_placed() {
    let mut toy = toy().put("apple", "table");
    toy.place_falls = true;

    let verdict = toy.told("put the apple on the desk");

    assert!(
        failed_with(&verdict, "do not see it on the desk"),
        "{verdict:?}"
    );
}

#[test]
fn two_commands_with_a_pronoun() {
    let mut toy = toy().put("apple", "table");

    assert_eq!(
        toy.told("take the apple and put it on the shelf"),
        TaskVerdict::Done
    );

    assert_eq!(toy.place_of("apple"), Some("shelf"));
    assert_eq!(toy.goals("Grasp"), 1, "it was in the gripper already");
}

#[test]
fn later_commands_are_not_tried_after_a_failure() {
    let mut toy = toy();

    let verdict = toy.told("take the apple and put it on the shelf");

    assert!(failed_with(&verdict, "did not find"), "{verdict:?}");
    assert_eq!(toy.goals("Place"), 0);
}

#[test]
fn asks_which_cup_and_uses_the_answer() {
    let mut toy = toy().put("red_cup", "table").put("blue_cup", "table");

    toy.hear("bring me the cup");
    toy.run_to_question();
    assert_eq!(toy.said, ["Which one: the red cup or the blue cup?"]);
    assert_eq!(
        toy.goals("Grasp"),
        0,
        "nothing is taken before that is settled"
    );
    toy.hear("the blue one");
    toy.run_out();

    assert_eq!(toy.verdicts(), [TaskVerdict::Done]);
    assert_eq!(toy.place_of("blue_cup"), None);
    assert_eq!(toy.place_of("red_cup"), Some("table"));
}

#[test]
fn does_not_ask_which_where_looking_settles_it() {
    let mut toy = toy().put("red_cup", "table");

    assert_eq!(toy.told("bring me the cup"), TaskVerdict::Done);
    assert!(
        toy.said.iter().all(|it| !it.ends_with('?')),
        "{:?}",
        toy.said
    );
}

#[test]
fn takes_whichever_where_the_words_leave_it_open() {
    for words in ["bring me a cup", "给我杯子"] {
        let mut toy = toy().put("red_cup", "table").put("blue_cup", "table");
        assert_eq!(toy.told(words), TaskVerdict::Done, "{words}");
    }
}

#[test]
fn takes_no_two_things_at_once() {
    let mut toy = toy().put("red_cup", "table").put("blue_cup", "table");

    let verdict = toy.told("take two cups");

    assert!(
        matches!(verdict, TaskVerdict::Refused { .. }),
        "{verdict:?}"
    );
}

#[test]
fn a_question_that_nobody_answers_ends_as_asked() {
    let mut toy = toy().put("red_cup", "table").put("blue_cup", "table");

    let verdict = toy.told("bring me the cup");

    let question = "Which one: the red cup or the blue cup?".to_owned();
    assert_eq!(verdict, TaskVerdict::Asked { question });
}

#[test]
fn looks_from_a_second_side_when_unsure() {
    let mut toy = toy().put("apple", "table");
    toy.things[0].sure = [0.35, 0.8];

    assert_eq!(toy.told("bring me the apple"), TaskVerdict::Done);
}

#[test]
fn what_stays_unsure_is_not_passed_off_as_the_thing() {
    let mut toy = toy().put("apple", "table");
    toy.things[0].sure = [0.35, 0.35];

    let verdict = toy.told("bring me the apple");

    assert!(
        failed_with(&verdict, "not sure that it is the apple"),
        "{verdict:?}"
    );
}

#[test]
fn counts_and_describes_what_it_sees() {
    let mut toy = toy()
        .put("red_cup", "table")
        .put("blue_cup", "table")
        .put("apple", "table");

    assert_eq!(
        toy.told("how many cups are on the table"),
        TaskVerdict::Done
    );
    assert_eq!(toy.said.last().unwrap(), "There are two cups on the table.");
    assert_eq!(toy.told("餐桌上有几个杯子"), TaskVerdict::Done);
    assert_eq!(toy.said.last().unwrap(), "餐桌上有两个杯子。");
    assert_eq!(toy.told("what is on the table"), TaskVerdict::Done);
    let said = toy.said.last().unwrap();
    for name in ["a red cup", "a blue cup", "an apple"] {
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn says_nothing_is_there_only_of_what_it_could_see() {
    let mut toy = toy();
    toy.blocked = vec!["table"];

    let verdict = toy.told("what is on the table");

    assert!(failed_with(&verdict, "the way is blocked"), "{verdict:?}");
}

#[test]
fn tells_where_a_thing_is() {
    let mut toy = toy().put("apple", "shelf");

    assert_eq!(toy.told("where is the apple"), TaskVerdict::Done);

    assert_eq!(toy.said, ["The apple is on the shelf."]);
}

#[test]
fn goes_to_a_room_and_back() {
    let mut toy = toy();

    assert_eq!(toy.told("go to the kitchen"), TaskVerdict::Done);
    assert!(toy.base.x_m > 3.0);
    assert_eq!(toy.told("go back"), TaskVerdict::Done);
    assert!(toy.base.x_m.abs() < 0.5);
}

#[test]
fn finds_a_person_where_they_usually_are() {
    let mut toy = toy();
    toy.people
        .push(("ben", hearth_types::Point2::new(6.8, 0.5)));

    assert_eq!(toy.told("find ben"), TaskVerdict::Done);

    assert_eq!(toy.said, ["I found Ben in the kitchen."]);
}

#[test]
fn refuses_what_it_cannot_do_and_does_not_move() {
    for (words, reason) in [
        ("climb the stairs", "flat floors"),
        ("bring me the unicorn", "what unicorn is"),
        ("put it on the desk", "which thing"),
    ] {
        let mut toy = toy();
        let verdict = toy.told(words);
        assert!(
            matches!(&verdict, TaskVerdict::Refused { reason: it } if it.contains(reason)),
            "{words}: {verdict:?}"
        );
        assert!(toy.requests.is_empty(), "{words}");
    }
}

#[test]
fn stops_in_the_middle_and_forgets_the_task() {
    let mut toy = toy().put("apple", "table");

    toy.hear("bring me the apple");
    toy.run(3.0);
    toy.hear("stop");
    toy.run_out();

    let verdicts = toy.verdicts();
    assert!(failed_with(&verdicts[0], "told to stop"), "{verdicts:?}");
    assert_eq!(verdicts[1], TaskVerdict::Done);
    assert_eq!(toy.said.last().unwrap(), "I have stopped.");
    let requests = toy.requests.len();
    toy.run(5.0);
    assert_eq!(toy.requests.len(), requests, "nothing moves after that");
}

#[test]
fn waits_and_goes_on() {
    let mut toy = toy().put("apple", "table");

    toy.hear("bring me the apple");
    toy.run(2.5);
    toy.hear("wait");
    toy.run(2.0);
    let requests = toy.requests.len();
    toy.run(1000.0);
    assert_eq!(
        toy.requests.len(),
        requests,
        "it waits, however long that takes"
    );
    toy.hear("continue");
    toy.run_out();

    assert_eq!(
        toy.verdicts(),
        [TaskVerdict::Done, TaskVerdict::Done, TaskVerdict::Done]
    );
}

#[test]
fn continue_without_a_task_is_refused() {
    let verdict = toy().told("continue");

    assert!(
        matches!(verdict, TaskVerdict::Refused { .. }),
        "{verdict:?}"
    );
}

#[test]
fn a_command_while_busy_is_done_after() {
    let mut toy = toy().put("apple", "table");

    toy.hear("put the apple on the desk");
    toy.run(2.0);
    toy.hear("go to the kitchen");
    assert_eq!(toy.said, ["I will do that next."]);
    toy.run_out();

    assert_eq!(toy.verdicts(), [TaskVerdict::Done, TaskVerdict::Done]);
    assert_eq!(toy.place_of("apple"), Some("desk"));
    assert!(toy.base.x_m > 3.0);
}

#[test]
fn too_many_commands_at_once_are_refused() {
    let mut toy = toy().put("apple", "table");

    for _ in 0..6 {
        toy.hear("put the apple on the desk");
    }

    assert!(
        matches!(&toy.verdicts()[..], [TaskVerdict::Refused { .. }]),
        "{:?}",
        toy.verdicts()
    );
}

#[test]
fn asks_for_what_is_missing_and_uses_the_answer() {
    let mut toy = toy().put("apple", "table");

    assert_eq!(toy.told("take the apple"), TaskVerdict::Done);
    toy.hear("put the apple");
    toy.run(1.0);
    assert!(toy.said.last().unwrap().ends_with('?'), "{:?}", toy.said);
    toy.hear("on the desk");
    toy.run_out();

    assert_eq!(toy.verdicts().last(), Some(&TaskVerdict::Done));
    assert_eq!(toy.place_of("apple"), Some("desk"));
}

#[test]
fn another_command_takes_the_place_of_the_answer() {
    let mut toy = toy().put("red_cup", "table").put("blue_cup", "table");

    toy.hear("bring me the cup");
    toy.run_to_question();
    toy.hear("go to the kitchen");
    toy.run_out();

    let verdicts = toy.verdicts();
    assert!(
        matches!(verdicts[0], TaskVerdict::Asked { .. }),
        "{verdicts:?}"
    );
    assert_eq!(verdicts[1], TaskVerdict::Done);
    assert!(toy.base.x_m > 3.0);
}

#[test]
fn nonsense_is_answered_politely() {
    for words in [
        "",
        "   ",
        "🍎🍎",
        "colourless green ideas sleep",
        "呜呜哇哇",
        &"a".repeat(10_000),
    ] {
        let mut toy = toy();
        let verdict = toy.told(words);
        assert!(
            matches!(verdict, TaskVerdict::Refused { .. }),
            "{words:.20}: {verdict:?}"
        );
        assert!(toy.requests.is_empty());
        assert_eq!(toy.said.len(), 1);
    }
}

#[test]
fn picks_up_again_what_it_lost_on_the_way() {
    let mut toy = toy().put("apple", "table");
    toy.drops_once = true;

    assert_eq!(toy.told("bring me the apple"), TaskVerdict::Done);

    assert_eq!(toy.goals("Grasp"), 2);
}
