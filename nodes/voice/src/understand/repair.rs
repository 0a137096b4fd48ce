//! Names of the home in the place of words that sound like them.

use crate::words::{Names, Piece, join, sounds};
use std::collections::HashMap;

/// Words of a name at most that are taken for one.
const MOST_PIECES: usize = 4;
/// Two sounds are too few to be alike by more than chance.
const LEAST_SOUNDS: usize = 3;

/// The text with the home's names in the place of all stretches that sound the same; none if there are none.
pub(super) fn respelt(text: &str, names: &Names) -> Option<String> {
    let pieces = Piece::cut(text, names);
    let named = with_names(&pieces, names, is_chinese(text));
    (named != pieces).then(|| join(&named))
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

    fn text(text: &str) -> Option<String> {
        respelt(text, &names())
    }

    #[test]
    fn every_name_that_is_written_otherwise_is_found_at_once() {
        // As Whisper wrote them.
        let found = text("把输桌上的瓶果放到电视归上");
        assert_eq!(found.as_deref(), Some("把书桌上的苹果放到电视柜上"));
        assert_eq!(text("城子").as_deref(), Some("橙子"));
        assert_eq!(text("把书桌上的苹果放到电视柜上"), None);
    }

    #[test]
    fn another_sound_is_another_word() {
        assert_eq!(text("香蕉"), None);
        assert_eq!(text(""), None);
    }
}
