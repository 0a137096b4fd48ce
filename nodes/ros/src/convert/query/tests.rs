use super::*;
use hearth_types::Language;
use proptest::prelude::*;

const NOW: Stamp = Stamp::from_millis(20_000);

fn of(phrases: &[&str]) -> Queries {
    Queries {
        phrases: phrases.iter().map(|it| (*it).to_owned()).collect(),
    }
}

fn a_question() -> VisualQuestion {
    VisualQuestion {
        id: 3,
        stamp: Stamp::from_millis(19_000),
        text: "桌上有什么？".into(),
        language: Language::Zh,
    }
}

fn an_answer(text: Result<String, String>) -> VisualAnswer {
    VisualAnswer {
        id: 3,
        text,
        server: "qwen2-vl at localhost:8080".into(),
    }
}

#[test]
fn queries_survive_the_way_there_and_back() {
    for sound in [of(&[]), of(&["striped cup"]), of(&["a"; MOST_PHRASES])] {
        assert_eq!(queries(&queries_msg(&sound)), Ok(sound));
    }
}

#[test]
fn what_is_no_phrase_is_refused_and_says_why() {
    let refused = |phrases: &[&str]| {
        let phrases = phrases.iter().map(|it| (*it).to_owned()).collect();
        queries(&msg::Queries { phrases })
            .expect_err("bad")
            .to_string()
    };
    assert_eq!(
        refused(&["a"; 17]),
        "the number of phrases is 17, but it must be at most 16"
    );
    assert_eq!(
        refused(&["cup", &"x".repeat(257)]),
        "a phrase's length is 257 bytes, but it must be at most 256"
    );
    assert_eq!(
        refused(&["cup", " \t"]),
        "a phrase's length is nothing but blanks, but it must be 1 to 256 bytes"
    );
}

#[test]
fn what_is_no_phrase_does_not_leave() {
    let mut odd = of(&["cup", "", &"x".repeat(300), "pl\0ate"]);
    odd.phrases.extend(vec!["bowl".to_owned(); 30]);
    let out = queries_msg(&odd);
    assert_eq!(out.phrases[..3], ["cup", "plate", "bowl"]);
    assert_eq!(queries(&out).expect("sound").phrases.len(), MOST_PHRASES);
}

#[test]
fn a_question_survives_the_way_there_and_back() {
    let message = question_msg(&a_question(), 77);
    assert_eq!((message.session, message.language.as_str()), (77, "zh"));
    assert_eq!(question(&message, NOW), Ok(a_question()));
}

#[test]
fn a_question_in_no_language_or_without_end_is_refused() {
    let mut message = question_msg(&a_question(), 1);
    message.language = "tlh".repeat(99);
    let why = question(&message, NOW).expect_err("bad").to_string();
    assert!(
        why.starts_with("language \"tlhtlh") && why.len() < 100,
        "{why}"
    );
    let mut message = question_msg(&a_question(), 1);
    message.text = "a".repeat(20_001);
    assert!(question(&message, NOW).is_err());
}

#[test]
fn an_answer_survives_the_way_there_and_back() {
    for text in [Ok("Two cups.".to_owned()), Err("no picture".to_owned())] {
        let sound = an_answer(text);
        let message = answer_msg(&sound, 9);
        assert_eq!((message.session, message.success), (9, sound.text.is_ok()));
        assert_eq!(answer(&message), Ok(sound));
    }
}

#[test]
fn endless_answers_are_refused_and_never_leave() {
    let endless = an_answer(Ok("果".repeat(10_000)));
    let out = answer_msg(&endless, 1);
    assert!((19_998..=20_000).contains(&out.text.len()));
    assert!(answer(&out).is_ok());
    let mut long = out.clone();
    long.text.push_str("and so on");
    assert!(answer(&long).is_err());
    let mut long = out;
    long.server = "s".repeat(257);
    assert!(answer(&long).is_err());
}

proptest! {
    #[test]
    fn any_queries_are_taken_as_promised_or_refused(phrases in prop::collection::vec(".{0,300}", 0..20)) {
        let bad = phrases.len() > MOST_PHRASES
            || phrases.iter().any(|it| it.len() > LONGEST_PHRASE || it.trim().is_empty());
        let found = queries(&msg::Queries { phrases: phrases.clone() });
        prop_assert_eq!(found.is_err(), bad);
        if let Ok(found) = found {
            prop_assert_eq!(found.phrases, phrases);
        }
    }

    #[test]
    fn what_leaves_is_always_taken(phrases in prop::collection::vec("\\PC{0,100}|[ \0]*", 0..40), probability: f64) {
        let sound = queries(&queries_msg(&Queries { phrases: phrases.clone() }));
        prop_assert!(sound.is_ok());
        let all: Vec<PhraseMatch> = phrases
            .iter()
            .map(|it| PhraseMatch { phrase: it.as_str().into(), probability })
            .collect();
        prop_assert!(matches(&matches_msg(&all)).is_ok());
    }

    #[test]
    fn any_match_is_a_probability_or_refused(probability: f64) {
        let message = msg::PhraseMatch { phrase: "cup".into(), probability };
        let found = matches(&[message]);
        prop_assert_eq!(found.is_ok(), (0.0..=1.0).contains(&probability));
    }
}
