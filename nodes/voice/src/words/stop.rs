//! "Stop", heard while it is still being said.

use super::data::Lexicon;
use super::normalise::longest;
use super::phonetic::sounds;
use super::pieces::{Names, Piece, is_cjk, join};

/// The words that stop the robot, if the text (also one that is not finished) orders it: at its beginning, or at its end.
/// A stop too many harms nobody; still "the bus stop" and "do not stop" are none.
pub fn stop_word(text: &str, lexicon: &Lexicon) -> Option<String> {
    find(text, lexicon, false)
}

/// The same, wherever it is: for what is heard while the robot itself speaks, whose words surround it.
pub fn stop_word_anywhere(text: &str, lexicon: &Lexicon) -> Option<String> {
    find(text, lexicon, true)
}

fn find(text: &str, lexicon: &Lexicon, anywhere: bool) -> Option<String> {
    let pieces = Piece::cut(text, &Names::default());
    let written = as_written(&pieces, lexicon, anywhere);
    written.or_else(|| as_it_sounds(&pieces, lexicon))
}

/// A Chinese stop that is all that is said between two pauses, however it is written: a recogniser that hears 停 may write 听.
fn as_it_sounds(pieces: &[Piece], lexicon: &Lexicon) -> Option<String> {
    let mut clauses = pieces.split(Piece::is_mark);
    clauses.find_map(|clause| {
        let said = sounds(&join(clause));
        let same = |it: &&String| it.chars().any(is_cjk) && sounds(it) == said;
        lexicon.stop.iter().find(same).cloned()
    })
}

fn as_written(pieces: &[Piece], lexicon: &Lexicon, anywhere: bool) -> Option<String> {
    (0..pieces.len()).find_map(|at| {
        let count = longest(pieces, at, &lexicon.stop)?;
        let (before, rest) = pieces.split_at(at);
        let (order, behind) = rest.split_at(count);
        let is_edge = before.iter().all(Piece::is_mark) || behind.iter().all(Piece::is_mark);
        let again = longest(behind, 0, &lexicon.stop).is_some();
        // A pause before it ("the … stop!") parts it from the word that would make it another.
        let negated = (0..at).any(|from| {
            longest(pieces, from, &lexicon.not_stop_after).is_some_and(|it| from + it == at)
        });
        let words: Vec<&str> = order.iter().map(|it| it.key.as_str()).collect();
        let glue = if words.iter().all(|it| it.is_ascii()) {
            " "
        } else {
            ""
        };
        ((is_edge || again || anywhere) && !negated).then(|| words.join(glue))
    })
}
