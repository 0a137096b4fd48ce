//! Sentences and what they must mean, in the flat of `launch/config`.
//!
//! `sentences/*.tsv`: a sentence, a tab, its meaning in the compact notation, or `!` and why it
//! has none.

use hearth_planner::language::{LexiconData, Parser};
use hearth_types::Language;
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

static PARSER: LazyLock<Parser> = LazyLock::new(|| {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../launch/config/home.yaml");
    let home = hearth_runtime::config::load_home(&file).expect("the flat's file is right");
    let data = LexiconData::embedded().expect("the words are right");
    Parser::new(&home, &data).expect("the words fit the code")
});

fn meaning(text: &str) -> String {
    match PARSER.parse(text, None) {
        Ok(meaning) => meaning.to_string(),
        Err(trouble) => format!("! {trouble}"),
    }
}

fn check(table: &str, language: Language) {
    let mut wrong = Vec::new();
    for line in table
        .lines()
        .filter(|it| !it.starts_with('#') && !it.is_empty())
    {
        let (text, expected) = line.split_once('\t').expect("a tab in each line");
        let got = meaning(text);
        if got != expected {
            wrong.push(format!("{text}\n  expected {expected}\n  got      {got}"));
        }
        let spoken_in = PARSER
            .parse(text, None)
            .map_or_else(|it| it.language(), |it| it.language);
        if spoken_in != language {
            wrong.push(format!("{text}: taken for {spoken_in:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn english_sentences_mean_what_they_say() {
    check(include_str!("sentences/en.tsv"), Language::En);
}

#[test]
fn chinese_sentences_mean_what_they_say() {
    check(include_str!("sentences/zh.tsv"), Language::Zh);
}

#[test]
fn mixed_languages_are_understood() {
    assert_eq!(
        meaning("bring me the 苹果"),
        "bring(the apple, to: speaker)"
    );
    assert_eq!(
        meaning("把 red cup 拿给我"),
        "bring(the #red_cup, to: speaker)"
    );
    assert_eq!(meaning("帮我拿一个apple"), "bring(a apple, to: speaker)");
}

#[test]
fn emoji_and_control_characters_are_passed_over() {
    assert_eq!(
        meaning("🍎 bring me the apple 🙏\u{7}"),
        "bring(the apple, to: speaker)"
    );
    assert_eq!(meaning("\u{0}\u{1}\u{200b}🤖"), "! nothing was said");
    assert_eq!(meaning("   "), "! nothing was said");
}

#[test]
fn ten_thousand_characters_are_refused_with_the_reason() {
    let text = "bring me the apple and ".repeat(450);
    assert_eq!(meaning(&text), "! longer than 2000 characters");
    let trouble = PARSER
        .parse(&"苹".repeat(10_000), None)
        .expect_err("too long");
    assert!(
        PARSER.explain(&trouble).contains("太长"),
        "{}",
        PARSER.explain(&trouble)
    );
}

#[test]
fn what_was_not_understood_is_named_in_the_language_of_the_text() {
    let explain =
        |text: &str| PARSER.explain(&PARSER.parse(text, None).expect_err("not understood"));
    assert!(explain("take the thing between the cups").contains("between"));
    assert!(explain("如果下雨就拿苹果").contains("如果"));
    assert!(explain("go to the kitchen and stay here").contains("stay here"));
    assert_eq!(explain("put the apple"), "Where should I put it?");
    assert_eq!(explain("把苹果放下来放好放"), "要放在哪里？");
}

#[test]
fn an_answer_completes_what_was_missing() {
    use hearth_planner::language::NotUnderstood;
    let complete = |text: &str, answer: &str| match PARSER.parse(text, None) {
        Err(NotUnderstood::Incomplete(it)) => PARSER
            .complete(&it, answer)
            .map_or_else(|it| format!("! {it}"), |it| it.to_string()),
        other => format!("{other:?}"),
    };
    assert_eq!(
        complete("put the apple", "on the desk"),
        "put(the apple, on: desk)"
    );
    assert_eq!(
        complete("put the apple", "the sofa"),
        "put(the apple, on: sofa)"
    );
    assert_eq!(
        complete("bring me", "the red cup please"),
        "bring(the #red_cup, to: speaker)"
    );
    assert_eq!(
        complete("give the apple", "Anna"),
        "bring(the apple, to: anna)"
    );
    assert_eq!(complete("go", "to the kitchen"), "go(kitchen)");
}

#[test]
fn who_has_not_finished_is_told_from_who_has() {
    for open in [
        "put the apple",
        "move the tennis ball from the shelf",
        "move the tittest ball from the shelf",
        "bring me the apple from the",
        "take it to",
        "go to the kitchen and",
        "把苹果",
        "把苹果放到",
        "从餐桌上",
    ] {
        assert!(PARSER.is_open(open, None), "{open}");
    }
    for whole in [
        "bring me the apple",
        "put the apple on the desk",
        "stop",
        "go to the kitchen",
        "把苹果拿给我",
        "yes",
        "the red one",
        "on the desk",
        "what a lovely day",
        "",
    ] {
        assert!(!PARSER.is_open(whole, None), "{whole}");
    }
}

#[test]
fn replies_choose_among_the_options() {
    use hearth_planner::language::{Answer, AnswerOption};
    use hearth_types::BasicColour::{Blue, Red};
    let cup = |colour, en: &str, zh: &str, place: &str| AnswerOption {
        names: vec![en.to_owned(), zh.to_owned()],
        colour: Some(colour),
        id: Some(place.to_owned()),
    };
    let options = [
        cup(Red, "red cup", "红色的杯子", "desk"),
        cup(Blue, "blue cup", "蓝色的杯子", "sofa"),
    ];
    let answer = |reply: &str| PARSER.parse_answer(reply, &options);
    for reply in [
        "the red one",
        "red",
        "Red, please",
        "红色的",
        "紅色的那個",
        "the first one",
        "第一个",
        "the one on the desk",
        "书桌上的那个",
        "red cup",
    ] {
        assert_eq!(answer(reply), Some(Answer::Option(0)), "{reply}");
    }
    for reply in [
        "the blue cup",
        "蓝的",
        "second",
        "the last one",
        "后者",
        "the latter",
        "the one on the couch",
    ] {
        assert_eq!(answer(reply), Some(Answer::Option(1)), "{reply}");
    }
    for reply in [
        "either",
        "any",
        "whichever you like",
        "都行",
        "随便",
        "I don't care",
        "doesn't matter",
    ] {
        assert_eq!(answer(reply), Some(Answer::Whichever), "{reply}");
    }
    for reply in ["yes", "Yes please!", "yeah", "是的", "好", "嗯"] {
        assert_eq!(answer(reply), Some(Answer::Yes), "{reply}");
    }
    for reply in ["no", "No, thanks", "不是", "不用"] {
        assert_eq!(answer(reply), Some(Answer::No), "{reply}");
    }
    assert_eq!(answer("neither"), Some(Answer::Neither));
    assert_eq!(answer(""), None);
    assert!(matches!(
        answer("the one on the left"),
        Some(Answer::Description(_))
    ));
}

#[test]
fn meanings_are_data() {
    let yaml = |text: &str| {
        let meaning = PARSER.parse(text, None).expect("understood");
        serde_yaml::to_string(&meaning).expect("plain data")
    };
    let striped = yaml("bring me the striped cup");
    assert!(striped.contains("pattern: striped"), "{striped}");
    let waving = yaml("find the person in the red shirt waving");
    assert!(waving.contains("gesture: waving"), "{waving}");
    assert!(waving.contains("shirt: red"), "{waving}");
}

#[test]
fn questions_are_known_by_their_form() {
    for text in [
        "is the room messy",
        "Does the sofa look comfortable",
        "it is late?",
        "describe the room in detail",
        "这个房间乱不乱",
        "沙发舒服吗",
        "灯开着呢？",
    ] {
        assert!(PARSER.is_question(text), "{text}");
    }
    for text in [
        "bring me the apple",
        "去厨房",
        "",
        "island in the sun",
        "不要动",
    ] {
        assert!(!PARSER.is_question(text), "{text}");
    }
}

#[test]
fn wrong_words_files_are_named_with_the_key() {
    let wrong =
        LexiconData::from_texts(&[("en.yaml", "language: en\nverbs:\n  fly: [soar]\n")], "");
    let message = wrong.expect_err("fly is no class of verb").to_string();
    assert!(
        message.contains("en.yaml") && message.contains("fly"),
        "{message}"
    );
    let wrong = LexiconData::from_texts(&[("fr.yaml", "verbs: {go: [va]}")], "");
    let message = wrong.expect_err("no language").to_string();
    assert!(
        message.contains("fr.yaml") && message.contains("language"),
        "{message}"
    );
}

/// Words that make the grammar work hardest, in any order.
const SOUP: &[&str] = &[
    "bring",
    "me",
    "the",
    "red",
    "cup",
    "next to",
    "bowl",
    "on",
    "table",
    "and",
    "then",
    "it",
    "is",
    "there",
    "how many",
    "what",
    "where",
    "left",
    "of",
    "a",
    "two",
    "Anna",
    "kitchen",
    "please",
    ",",
    ".",
    "put",
    "to",
    "in",
    "orange",
    "biggest",
    "unicorn",
    "stop",
    "not",
    "or",
    "from",
    "one",
    "'s",
    "把",
    "苹果",
    "放",
    "到",
    "书桌",
    "上",
    "的",
    "旁边",
    "碗",
    "给",
    "我",
    "去",
    "厨房",
    "拿",
    "有",
    "什么",
    "几个",
    "在",
    "哪里",
    "吗",
    "最大",
    "红色",
    "那个",
    "它",
    "然后",
    "不要",
    "杯",
    "一",
    "里",
    "人",
    "穿",
    "了",
    "striped",
    "empty",
    "lying",
    "on its side",
    "floor",
    "who",
    "waving",
    "wearing",
    "shirt",
    "pointing to the left",
    "what colour",
    "doing",
    "person",
    "plate",
    "条纹",
    "空",
    "躺着",
    "地上",
    "谁",
    "在",
    "挥手",
    "什么颜色",
    "做什么",
    "衣服",
    "盘子",
    "举着左手",
];

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,300}") {
        let _ = PARSER.parse(&text, None);
        let _ = PARSER.parse(&text, Some(Language::Zh));
        let _ = PARSER.parse_answer(&text, &[]);
    }

    #[test]
    fn any_words_in_any_order_are_answered(
        words in prop::collection::vec(prop::sample::select(SOUP), 0..60),
        spaced: bool,
    ) {
        let text = words.join(if spaced { " " } else { "" });
        let first = meaning(&text);
        prop_assert_eq!(first, meaning(&text));
        let _ = PARSER.parse_answer(&text, &[]);
        if let Err(trouble) = PARSER.parse(&text, None) {
            prop_assert!(!PARSER.explain(&trouble).is_empty());
        }
    }
}
