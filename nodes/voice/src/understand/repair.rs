//! Names of the home in the place of words that sound like them.

use crate::words::{Names, Piece, distance, join, sounds};
use std::collections::HashMap;

/// Words of a name at most that are taken for one.
const MOST_PIECES: usize = 4;
/// Two sounds are too few to be alike by more than chance.
const LEAST_SOUNDS: usize = 3;
/// \[0, 1\] How far from what was heard a single short word counts that sounds the same.
const A_WORD: f64 = 0.03;
/// Short words that are taken for others at once, at most.
const MOST_WORDS: usize = 6;
/// Texts that are tried at most.
const MOST_TEXTS: usize = 40;

/// The text as it may have been meant if only its spelling is wrong: all stretches that sound the same as a name are that name; then
/// single characters that sound the same as one of the `short` words are that word, one of them, two or all. Each with how far
/// that is from what was heard \[0, 1\], the nearest first; the text itself is not among them.
pub(super) fn respelt(text: &str, names: &Names, short: &[String]) -> Vec<(String, f64)> {
    let pieces = Piece::cut(text, names);
    let cjk = is_chinese(text);
    let named = with_names(&pieces, names, cjk);
    let mut found = Vec::new();
    if named != pieces {
        found.push((join(&named), 0.0));
    }
    let doubts = doubts(&named, short);
    let pairs = (0..doubts.len()).flat_map(|a| (a..doubts.len()).map(move |b| vec![a, b]));
    let choices = pairs.chain((doubts.len() > 2).then(|| (0..doubts.len()).collect()));
    for mut choice in choices {
        choice.dedup();
        let mut other = named.clone();
        for index in &choice {
            let (at, word) = doubts[*index];
            word.clone_into(&mut other[at].text);
        }
        found.push((join(&other), A_WORD * choice.len() as f64));
    }
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    found.truncate(MOST_TEXTS);
    found
}

/// Names that may take the place of other words, with their sounds. A single character is alike to too many.
fn telling(names: &Names, cjk: bool) -> impl DoubleEndedIterator<Item = (&str, Vec<char>)> {
    let long = move |it: &&str| !cjk || it.chars().count() > 1;
    let all = names.all(cjk).into_iter().filter(long);
    all.map(|it| (it, sounds(it)))
        .filter(|it| it.1.len() >= LEAST_SOUNDS)
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|it| u32::from(it) > 0x2e80)
}

/// Names in the place of what sounds the same, the longest first.
fn with_names(pieces: &[Piece], names: &Names, cjk: bool) -> Vec<Piece> {
    let known: HashMap<Vec<char>, &str> =
        telling(names, cjk).rev().map(|it| (it.1, it.0)).collect();
    let mut spelt = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while at < pieces.len() {
        let most = MOST_PIECES.min(pieces.len() - at);
        let name = (1..=most).rev().find_map(|count| {
            let stretch = &pieces[at..at + count];
            let is_name = count == 1 && stretch[0].kind.is_some();
            if is_name || stretch.iter().any(Piece::is_mark) {
                return None;
            }
            Some((count, *known.get(&sounds(&join(stretch)))?))
        });
        match name {
            Some((count, name)) => {
                spelt.extend(Piece::cut(name, names));
                at += count;
            }
            None => {
                spelt.push(pieces[at].clone());
                at += 1;
            }
        }
    }
    spelt
}

/// Where a single character sounds the same as a short word that is written otherwise, and that word.
fn doubts<'a>(pieces: &[Piece], short: &'a [String]) -> Vec<(usize, &'a str)> {
    let single = |it: &(usize, &Piece)| it.1.kind.is_none() && it.1.text.chars().count() == 1;
    let word_for = |piece: &Piece| {
        let said = sounds(&piece.text);
        let known = short.contains(&piece.text);
        let same = |it: &&String| !said.is_empty() && sounds(it) == said;
        short.iter().find(same).filter(|_| !known)
    };
    pieces
        .iter()
        .enumerate()
        .filter(single)
        .filter_map(|(at, piece)| Some((at, word_for(piece)?.as_str())))
        .take(MOST_WORDS)
        .collect()
}

/// The text with one stretch of words replaced by a name, for all names that sound near it (and all that sound the same as a name
/// are that name); the nearest first, each with
/// how far it sounds from what it replaces \[0, 1\].
pub(super) fn candidates(text: &str, names: &Names, most_apart: f64) -> Vec<(String, f64)> {
    let cjk = is_chinese(text);
    let pieces = with_names(&Piece::cut(text, names), names, cjk);
    let known: Vec<(&str, Vec<char>)> = telling(names, cjk).collect();
    let mut found: Vec<(String, f64)> = Vec::new();
    for from in 0..pieces.len() {
        for until in from + 1..=pieces.len().min(from + MOST_PIECES) {
            let stretch = &pieces[from..until];
            let is_name = stretch.len() == 1 && stretch[0].kind.is_some();
            if is_name || stretch.iter().any(Piece::is_mark) {
                continue;
            }
            let said = sounds(&join(stretch));
            for (name, sound) in &known {
                let comparable = said.len() >= LEAST_SOUNDS;
                let apart = distance(&said, sound);
                if comparable && apart <= most_apart {
                    let before = join(&pieces[..from]);
                    let after = join(&pieces[until..]);
                    let glue = if cjk { "" } else { " " };
                    let text = [before.as_str(), name, after.as_str()].join(glue);
                    found.push((text.trim().to_owned(), apart));
                }
            }
        }
    }
    found.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(MOST_TEXTS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::Home;

    fn names() -> Names {
        let called = |zh: &[&str]| hearth_types::Names {
            id: zh[0].to_owned(),
            en: Vec::new(),
            zh: zh.iter().map(|it| (*it).to_owned()).collect(),
        };
        let kind = |zh: &[&str]| hearth_types::Kind {
            names: called(zh),
            category: String::new(),
        };
        let nowhere = hearth_types::Pose2::new(0.0, 0.0, 0.0);
        Names::new(&Home {
            rooms: Vec::new(),
            places: Vec::new(),
            categories: Vec::new(),
            kinds: ["苹果", "书桌", "电视柜", "橙子", "瓶"]
                .map(|it| kind(&[it]))
                .into(),
            catalogue: Vec::new(),
            people: Vec::new(),
            start_in_map: nowhere,
            map: hearth_types::OccupancyGrid {
                resolution_m: 1.0,
                origin_in_map: hearth_types::Point2::new(0.0, 0.0),
                width: 0,
                height: 0,
                occupied: Vec::new(),
            },
        })
    }

    fn texts(text: &str) -> Vec<String> {
        let short = ["把", "拿", "放"].map(str::to_owned);
        respelt(text, &names(), &short)
            .into_iter()
            .map(|it| it.0)
            .collect()
    }

    #[test]
    fn every_name_that_is_written_otherwise_is_found_at_once() {
        // As Whisper wrote them.
        assert_eq!(
            texts("把输桌上的瓶果放到电视归上")[0],
            "把书桌上的苹果放到电视柜上"
        );
        assert_eq!(texts("城子"), ["橙子"]);
        assert!(texts("把书桌上的苹果放到电视柜上").is_empty());
    }

    #[test]
    fn short_words_that_sound_the_same_are_tried_behind() {
        let found = texts("吧城子那给我");
        assert_eq!(found[0], "吧橙子那给我");
        assert!(found.iter().any(|it| it == "把橙子拿给我"), "{found:?}");
    }

    #[test]
    fn another_sound_is_another_word() {
        assert!(texts("香蕉").is_empty());
        assert!(texts("").is_empty());
    }
}
