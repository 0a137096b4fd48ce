//! One command is taken back, as an action client does; the others stay.

// In tests a surprise may well panic; the lint knows only #[test] functions by itself.
#![allow(clippy::unwrap_used)]

mod common;

use common::Toy;
use hearth_types::TaskVerdict;

fn cancelled(reason: &str) -> Vec<TaskVerdict> {
    let reason = reason.to_owned();
    vec![TaskVerdict::Failed { reason }]
}

#[test]
fn the_running_command_ends_and_the_next_one_goes_on() {
    let mut toy = Toy::new().put("apple", "table");

    toy.hear("bring me the apple");
    toy.run(3.0);
    toy.hear("go to the kitchen");
    let requests = toy.requests.len();
    toy.cancel(1);

    assert_eq!(toy.ends_of(1), cancelled("The task was cancelled."));
    assert_eq!(toy.requests.len(), requests + 1);
    assert_eq!(toy.goals("Stop"), 1, "it brakes before anything else");
    toy.run_out();

    assert_eq!(toy.ends_of(1).len(), 1);
    assert_eq!(toy.ends_of(2), [TaskVerdict::Done]);
    assert!(toy.base.x_m > 3.0, "it went to the kitchen");
    assert_eq!(toy.goals("Offer"), 0, "nobody was given the apple");
    let later = &toy.said[toy.said.len() - 2..];
    assert_eq!(later[0], "I have dropped the task.");
}

#[test]
fn a_command_in_line_is_taken_out_without_a_word() {
    let mut toy = Toy::new().put("apple", "table");

    toy.hear("put the apple on the desk");
    toy.run(2.0);
    toy.hear("去厨房");
    let said = toy.said.len();
    toy.cancel(2);

    assert_eq!(toy.ends_of(2), cancelled("任务取消了。"));
    assert_eq!(toy.goals("Stop"), 0, "the running one is not disturbed");
    assert_eq!(toy.said.len(), said);
    toy.run_out();

    assert_eq!(toy.ends_of(1), [TaskVerdict::Done]);
    assert_eq!(toy.ends_of(2).len(), 1);
    assert_eq!(toy.place_of("apple"), Some("desk"));
    assert!(toy.base.x_m < 3.0, "it did not go to the kitchen");
}

#[test]
fn its_question_is_dropped_with_it() {
    let mut toy = Toy::new().put("red_cup", "table").put("blue_cup", "table");

    toy.hear("bring me the cup");
    toy.run_to_question();
    toy.cancel(1);
    toy.run_out();
    let verdict = toy.told("the blue one");

    assert_eq!(toy.ends_of(1), cancelled("The task was cancelled."));
    assert!(
        matches!(verdict, TaskVerdict::Refused { .. }),
        "nothing was asked any more: {verdict:?}"
    );
    assert_eq!(toy.goals("Grasp"), 0);
}

#[test]
fn a_robot_that_was_told_to_wait_waits_with_the_next_command_too() {
    let mut toy = Toy::new().put("apple", "table");

    toy.hear("bring me the apple");
    toy.run(2.5);
    toy.hear("go to the kitchen");
    toy.hear("wait");
    toy.run(2.0);
    toy.cancel(1);
    let requests = toy.requests.len();
    toy.run(60.0);

    assert_eq!(toy.requests.len(), requests, "nothing moves");
    toy.hear("continue");
    toy.run_out();
    assert_eq!(toy.ends_of(1), cancelled("The task was cancelled."));
    assert_eq!(toy.ends_of(2), [TaskVerdict::Done]);
}

#[test]
fn after_waiting_alone_it_takes_new_commands_at_once() {
    let mut toy = Toy::new().put("apple", "table");

    toy.hear("bring me the apple");
    toy.run(2.5);
    toy.hear("wait");
    toy.run(1.0);
    toy.cancel(1);
    toy.run_out();

    assert_eq!(toy.told("go to the kitchen"), TaskVerdict::Done);
}

#[test]
fn unknown_and_finished_commands_are_left_alone() {
    let mut toy = Toy::new().put("apple", "table");

    assert_eq!(toy.told("go to the kitchen"), TaskVerdict::Done);
    toy.hear("bring me the apple");
    toy.run(1.0);
    for id in [0, 1, 3, u64::MAX] {
        toy.cancel(id);
    }
    toy.run_out();

    assert_eq!(toy.ends_of(1), [TaskVerdict::Done]);
    assert_eq!(toy.ends_of(2), [TaskVerdict::Done]);
    assert_eq!(toy.verdicts().len(), 2);
    assert_eq!(toy.goals("Stop"), 0);
}

#[test]
fn an_order_to_stop_is_not_taken_back() {
    let mut toy = Toy::new().put("apple", "table");

    toy.hear("bring me the apple");
    toy.run(2.0);
    toy.hear("stop");
    toy.cancel(2);
    toy.run_out();

    assert_eq!(toy.ends_of(2), [TaskVerdict::Done]);
    assert_eq!(toy.said.last().unwrap(), "I have stopped.");
}
