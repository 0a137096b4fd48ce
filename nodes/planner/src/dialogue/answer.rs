//! What an answer to "which one?" means.

use crate::ast::Noun;
use crate::executive::robot::Robot;
use hearth_types::{BasicColour, CatalogueItem, Language};

/// Words for "any of them" and for positions in the list that was asked about.
const ANY: [&str; 9] = [
    "any",
    "either",
    "whichever",
    "don't care",
    "doesn't matter",
    "随便",
    "都行",
    "都可以",
    "隨便",
];
const ORDINALS: [(&[&str], usize); 3] = [
    (&["first", "第一"], 0),
    (&["second", "第二"], 1),
    (&["third", "第三"], 2),
];

const COLOURS: [BasicColour; 11] = [
    BasicColour::Red,
    BasicColour::Orange,
    BasicColour::Yellow,
    BasicColour::Green,
    BasicColour::Blue,
    BasicColour::Purple,
    BasicColour::Pink,
    BasicColour::Brown,
    BasicColour::Black,
    BasicColour::Grey,
    BasicColour::White,
];

/// Which of the options an answer names; `None` if that is not clear.
pub(crate) fn choose<'a>(
    robot: &Robot,
    answer: &str,
    options: &[&'a CatalogueItem],
) -> Option<&'a CatalogueItem> {
    let answer = answer.to_lowercase();
    if let Some(index) = position(&answer) {
        return options.get(index).copied();
    }
    // The longest name that occurs wins: "green apple" over "apple".
    let longest = |item: &CatalogueItem| {
        item.names
            .en
            .iter()
            .chain(&item.names.zh)
            .filter(|it| !it.is_empty() && answer.contains(it.as_str()))
            .map(|it| it.chars().count())
            .max()
    };
    let best = options.iter().filter_map(|it| longest(it)).max();
    if let Some(best) = best {
        let fitting: Vec<_> = options
            .iter()
            .filter(|it| longest(it) == Some(best))
            .collect();
        if let [one] = fitting[..] {
            return Some(one);
        }
    }
    let mut by_colour = options.iter().filter(|item| {
        COLOURS
            .iter()
            .filter(|it| colour_named(robot, &answer, **it))
            .any(|it| item.colours.first() == Some(it))
    });
    if let (Some(one), None) = (by_colour.next(), by_colour.next()) {
        return Some(one);
    }
    let mut by_kind = options.iter().filter(|item| {
        robot.home.kind(&item.kind).is_some_and(|kind| {
            let mut names = kind.names.en.iter().chain(&kind.names.zh);
            names.any(|it| answer.contains(it.as_str()))
        })
    });
    match (by_kind.next(), by_kind.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// Which place of several an answer names.
pub(crate) fn choose_place<'a>(
    robot: &Robot,
    answer: &str,
    options: &'a [String],
) -> Option<&'a String> {
    let answer = answer.to_lowercase();
    if let Some(index) = position(&answer) {
        return options.get(index);
    }
    let score = |id: &String| {
        let place = robot.home.place(id)?;
        let own = place.names.en.iter().chain(&place.names.zh);
        let room = robot.home.room(&place.room);
        let room = room
            .iter()
            .flat_map(|it| it.names.en.iter().chain(&it.names.zh));
        own.chain(room)
            .filter(|it| !it.is_empty() && answer.contains(it.as_str()))
            .map(|it| it.chars().count())
            .max()
    };
    let best = options.iter().filter_map(score).max()?;
    let mut fitting = options.iter().filter(|it| score(it) == Some(best));
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

fn position(answer: &str) -> Option<usize> {
    if ANY.iter().any(|it| answer.contains(it)) {
        return Some(0);
    }
    ORDINALS
        .iter()
        .find(|(words, _)| words.iter().any(|it| answer.contains(it)))
        .map(|(_, index)| *index)
}

fn colour_named(robot: &Robot, answer: &str, colour: BasicColour) -> bool {
    let en = robot.replies.colour(Language::En, colour);
    let zh = robot.replies.colour(Language::Zh, colour);
    let zh = zh.trim_end_matches('色');
    answer
        .split(|c: char| !c.is_alphanumeric())
        .any(|it| it == en)
        || answer.contains(zh)
}

/// What two options differ in, for a short question: their colours if the nouns are the same.
pub(crate) fn describe_options(robot: &Robot, options: &[&CatalogueItem]) -> Vec<String> {
    let language = robot.language();
    options
        .iter()
        .map(|it| {
            let name = robot.replies.name(language, &it.names);
            robot.replies.the(language, &name)
        })
        .collect()
}

/// Whether a noun is such that naming one item settles it.
pub(crate) fn as_item(item: &CatalogueItem) -> Noun {
    Noun::Item(item.names.id.clone())
}
