//! Names of the home in the place of words that sound like them.

use crate::words::{Names, Piece, distance, join, sounds};

/// Words of a name at most that are taken for one.
const MOST_PIECES: usize = 4;
/// Texts that are tried at most.
const MOST_TEXTS: usize = 40;

/// The text with one stretch of words replaced by a name, for all names that sound near it; the nearest first, each with
/// how far it sounds from what it replaces \[0, 1\].
pub(super) fn candidates(text: &str, names: &Names, most_apart: f64) -> Vec<(String, f64)> {
    let pieces = Piece::cut(text, names);
    let cjk = text.chars().any(|it| u32::from(it) > 0x2e80);
    let known: Vec<(&str, Vec<char>)> = names
        .all(cjk)
        .into_iter()
        .map(|it| (it, sounds(it)))
        .collect();
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
                // Two sounds are too few to be alike by more than chance.
                let comparable = sound.len().min(said.len()) >= 3;
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
