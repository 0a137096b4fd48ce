//! The voice as a node, with the mouth's own sound in its ears: what the robot says is nobody's command, and whoever speaks over
//! it is heard. Real mouth, real models, the real parser.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/room.rs"]
mod room;

use hearth_types::{HowHeard, Language, Message, MouthOrder, Sound, SoundSource};
use room::Room;
use std::sync::Arc;

/// How loud the robot is in its own ears, people being at 1: a loud one, and one at half of that.
const LOUD: [f32; 2] = [1.0, 0.5];
const LONG: &str = "There are three apples, two oranges, a bottle of water and a bowl on the kitchen table, and there is nothing on the desk.";

#[test]
fn nothing_that_the_robot_says_becomes_a_command() {
    for (loudness, late_secs) in [
        (LOUD[0], Some(0.06)),
        (LOUD[1], Some(0.12)),
        (1.0, None),
        (0.3, None),
    ] {
        let mut room = Room::with(loudness, &[Language::En, Language::Zh], late_secs);
        for (text, language) in [
            ("I am going to the kitchen.", Language::En),
            ("Did you mean: bring me the red cup?", Language::En),
            ("Please take the apple. Say stop to stop me.", Language::En),
            (
                "I put the cola on the kitchen table. What else?",
                Language::En,
            ),
            ("我去厨房拿苹果。", Language::Zh),
        ] {
            room.robot_says(text, language);
            room.lets_it_speak();
        }
        assert!(room.said_secs > 8.0, "{}", room.said_secs);
        assert_eq!(
            room.utterances(),
            Vec::<&str>::new(),
            "at {loudness}, {late_secs:?}"
        );
        assert_eq!(room.stops(), 0, "at {loudness}, {late_secs:?}");
        assert!(
            !room.is_hushed(),
            "it interrupts itself at {loudness}, {late_secs:?}"
        );
    }
}

#[test]
fn two_things_to_say_are_said_one_after_the_other() {
    let mut room = Room::new(0.3, &[Language::En]);
    room.robot_says("I have found the apple.", Language::En);
    room.robot_says("I bring it to you.", Language::En);
    room.lets_it_speak();
    room.lets_it_speak();
    let orders = |it: &&Message| matches!(it, Message::Mouth(MouthOrder::Say { .. }));
    assert_eq!(room.sent.iter().filter(orders).count(), 2);
    assert_eq!(room.utterances(), Vec::<&str>::new());
}

#[test]
fn stop_said_over_its_voice_stops_robot_and_mouth() {
    for loudness in [LOUD[0], LOUD[1], 0.0] {
        let mut room = Room::new(loudness, &[Language::En]);
        room.robot_says(LONG, Language::En);
        room.waits(2.0);
        assert!(room.saying.is_some() && room.stops() == 0);
        room.person_says("Stop!");
        room.waits(1.5);
        assert_eq!(room.stops(), 1, "at {loudness}: {:?}", room.sent);
        assert!(room.is_hushed() && room.saying.is_none(), "at {loudness}");
        let first = |fits: fn(&Message) -> bool| room.sent.iter().position(fits);
        let to_gate = first(|it| matches!(it, Message::SpokenStop(_)));
        let to_planner = first(|it| matches!(it, Message::Utterance(_)));
        assert!(to_gate < to_planner, "the gate is told first");
    }
}

#[test]
fn its_name_said_over_its_voice_interrupts_it_and_what_follows_is_a_command() {
    for loudness in [LOUD[0], LOUD[1], 0.0] {
        let mut room = Room::new(loudness, &[Language::En]);
        room.robot_says(LONG, Language::En);
        room.waits(2.0);
        room.person_says("Ember!");
        room.waits(1.2);
        let is_silent = room.is_hushed() && room.saying.is_none();
        assert!(is_silent, "at {loudness}: {:?}", room.sent);
        assert_eq!(room.stops(), 0);
        room.waits(1.0);
        room.person_says("Go to the kitchen.");
        room.waits(1.2);
        let heard = room.utterances().join(" ").to_lowercase();
        assert!(
            heard.contains("go to the kitchen"),
            "at {loudness}: {heard}"
        );
    }
}

#[test]
fn sound_that_ceases_in_the_midst_leaves_no_words_without_an_end() {
    let mut room = Room::new(0.0, &[Language::En]);
    room.person_says("Go to the kitchen.");
    // Whoever sends sound lets go of the button: nothing comes any more, not even silence.
    for _ in 0..25 {
        room.now = room.now.plus_secs(0.1);
        room.tell(&Message::Tick(()));
    }
    // Obeyed, or asked back: whichever, what was heard is no longer only so far.
    let is_whole = |it: &&Message| matches!(it, Message::Heard(it) if it.how != HowHeard::Partial);
    assert_eq!(
        room.sent.iter().filter(is_whole).count(),
        1,
        "{:?}",
        room.sent
    );
}

#[test]
fn garbage_for_sound_is_a_fault_and_the_next_words_are_heard() {
    let mut room = Room::new(0.0, &[Language::En]);
    for (rate_hz, samples) in [
        (0, vec![0.0; 100]),
        (u32::MAX, vec![0.0; 100]),
        (16_000, vec![f32::NAN; 4_000]),
        (44_100, vec![f32::INFINITY; 4_000]),
        (16_000, Vec::new()),
    ] {
        room.now = room.now.plus_secs(0.1);
        room.tell(&Message::Sound(Arc::new(Sound {
            stamp: room.now,
            source: SoundSource::Sent,
            rate_hz,
            samples,
        })));
    }
    let faults = room
        .sent
        .iter()
        .filter(|it| matches!(it, Message::Fault(_)));
    assert!(faults.count() >= 2, "{:?}", room.sent);
    room.waits(0.5);
    room.person_says("Go to the kitchen.");
    room.waits(1.2);
    assert_eq!(room.utterances().len(), 1, "{:?}", room.sent);
}
