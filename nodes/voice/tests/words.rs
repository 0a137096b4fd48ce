//! What was meant, out of what was said: fillers, repeats, corrections, numbers, stops; in both languages.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_types::OrientedRect;
use hearth_types::{
    Category, Home, Kind, Language, Names as Called, OccupancyGrid, PersonEntry, Place, Point2,
    Pose2, Room,
};
use hearth_voice::words::{Lexicons, Names, normalise, stop_word};
use proptest::prelude::*;

fn called(id: &str, en: &[&str], zh: &[&str]) -> Called {
    let all = |of: &[&str]| of.iter().map(|it| (*it).to_owned()).collect();
    Called {
        id: id.to_owned(),
        en: all(en),
        zh: all(zh),
    }
}

fn home() -> Home {
    let nowhere = Point2::new(0.0, 0.0);
    let room = |id: &str, en: &str, zh: &str| Room {
        names: called(id, &[en], &[zh]),
        outline_in_map: vec![nowhere; 3],
    };
    let place = |id: &str, en: &str, zh: &str| Place {
        names: called(id, &[en], &[zh]),
        room: "kitchen".to_owned(),
        footprint: OrientedRect {
            centre_in_map: Pose2::new(0.0, 0.0, 0.0),
            size_m: [1.0, 1.0],
        },
        height_m: 1.0,
        surfaces: Vec::new(),
        open_sides: Vec::new(),
    };
    let kind = |id: &str, en: &str, zh: &str| Kind {
        names: called(id, &[en], &[zh]),
        category: "things".to_owned(),
    };
    let person = |id: &str, en: &str, zh: &str| PersonEntry {
        names: called(id, &[en], &[zh]),
        usual_place: None,
        shirt: None,
        shirt_srgb: None,
    };
    Home {
        rooms: vec![
            room("kitchen", "kitchen", "厨房"),
            room("bedroom", "bedroom", "卧室"),
        ],
        places: vec![
            place("table", "kitchen table", "餐桌"),
            place("desk", "desk", "书桌"),
            place("sofa", "sofa", "沙发"),
        ],
        categories: vec![Category {
            names: called("things", &["things"], &["东西"]),
        }],
        kinds: vec![
            kind("apple", "apple", "苹果"),
            kind("orange", "orange", "橙子"),
            kind("cup", "cup", "杯子"),
        ],
        catalogue: Vec::new(),
        people: vec![person("anna", "Anna", "安娜"), person("ben", "Ben", "小本")],
        start_in_map: Pose2::new(0.0, 0.0, 0.0),
        map: OccupancyGrid {
            resolution_m: 1.0,
            origin_in_map: nowhere,
            width: 0,
            height: 0,
            occupied: Vec::new(),
        },
    }
}

fn meant(said: &str, language: Language) -> String {
    let lexicons = Lexicons::embedded().unwrap();
    normalise(said, language, lexicons.of(language), &Names::new(&home()))
}

#[test]
fn english() {
    for (said, expected) in [
        ("Bring me the red apple.", "Bring me the red apple."),
        ("Um, bring me, uh, the apple.", "bring me, the apple."),
        ("Bring me the um red apple", "Bring me the red apple"),
        ("Bring bring me the the apple.", "Bring me the apple."),
        ("Bring me, bring me the apple.", "Bring me the apple."),
        (
            "Bring me the apple, no, the orange.",
            "Bring me the orange.",
        ),
        ("Go to the kitchen, no, the bedroom.", "Go to the bedroom."),
        (
            "Go to the kitchen, I mean to the bedroom.",
            "Go to the bedroom.",
        ),
        (
            "Put the apple on the kitchen table, sorry, on the desk.",
            "Put the apple on the desk.",
        ),
        (
            "Put the apple on the desk, no, the orange.",
            "Put the orange on the desk.",
        ),
        (
            "Bring me the red, no, the blue cup.",
            "Bring me the blue cup.",
        ),
        (
            "Bring me the apple, no, go to the kitchen.",
            "go to the kitchen.",
        ),
        (
            "Give the apple to Anna, I mean Ben.",
            "Give the apple to Ben.",
        ),
        ("Count the twenty five cups", "Count the 25 cups"),
        ("No", "No"),
        ("No, thank you.", "No, thank you."),
        ("Um.", ""),
        ("", ""),
    ] {
        assert_eq!(meant(said, Language::En), expected, "{said}");
    }
}

#[test]
fn chinese() {
    for (said, expected) in [
        ("把苹果拿给我。", "把苹果拿给我。"),
        ("嗯，那个，苹果。", "苹果。"),
        ("嗯……那个……苹果", "苹果"),
        ("把那个苹果拿给我", "把那个苹果拿给我"),
        ("把苹果把苹果拿给我", "把苹果拿给我"),
        ("去厨房，不，卧室。", "去卧室。"),
        ("去厨房，不对，去卧室。", "去卧室。"),
        ("把苹果拿给我，不是，橙子。", "把橙子拿给我。"),
        ("把苹果放到餐桌上，我是说书桌。", "把苹果放到书桌上。"),
        ("不要动", "不要动"),
        ("看看厨房", "看看厨房"),
    ] {
        assert_eq!(meant(said, Language::Zh), expected, "{said}");
    }
}

#[test]
fn stop_is_heard_at_the_beginning_and_at_the_end_and_nowhere_else() {
    let lexicons = Lexicons::embedded().unwrap();
    let stops = |said: &str, language| stop_word(said, lexicons.of(language)).is_some();
    for said in [
        "Stop!",
        "stop",
        "Stop, stop, stop.",
        "No, stop!",
        "Bring me the... stop.",
        "Please stop",
        "Halt!",
        "Don't move!",
        "stop the",
    ] {
        assert!(stops(said, Language::En), "{said}");
    }
    for said in [
        "Do not stop",
        "Don't stop.",
        "Go to the bus stop",
        "Bring me the cup",
        "Stopwatch",
        "",
    ] {
        assert!(!stops(said, Language::En), "{said}");
    }
    // Those from 听 on sound like it; a recogniser wrote them so.
    for said in [
        "停",
        "停！",
        "停下",
        "快停下",
        "别动",
        "停停停",
        "等等，停",
        "听。",
        "婷！",
        "拿可乐。听。",
        "听，请帮我拿可乐",
    ] {
        assert!(stops(said, Language::Zh), "{said}");
    }
    for said in ["去停车场", "别停", "把苹果拿给我", "去客厅", "听我说", ""] {
        assert!(!stops(said, Language::Zh), "{said}");
    }
}

proptest! {
    #[test]
    fn any_text_is_normalised_and_no_letter_is_added(text in "\\PC{0,120}") {
        for language in [Language::En, Language::Zh] {
            let letters = |of: &str| of.chars().filter(|it| it.is_alphanumeric()).count();
            prop_assert!(letters(&meant(&text, language)) <= letters(&text));
        }
    }

    #[test]
    fn any_words_in_any_order_are_normalised(
        words in prop::collection::vec(prop::sample::select(vec![
            "no", "the", "apple", "um", ",", ".", "i mean", "kitchen", "go", "to", "不", "，", "苹果", "是", "那个", "twenty", "five", "sorry", "stop",
        ]), 0..40),
    ) {
        let text = words.join(" ");
        for language in [Language::En, Language::Zh] {
            meant(&text, language);
            stop_word(&text, Lexicons::embedded().unwrap().of(language));
        }
    }
}
