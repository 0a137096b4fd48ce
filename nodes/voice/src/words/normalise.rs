//! Fillers, repeats, numbers.

use super::corrections::correct;
use super::data::Lexicon;
use super::pieces::{Names, Piece, join};
use hearth_types::Language;

/// Longer repeats are no slip.
const MOST_REPEATED: usize = 5;
/// More words than anybody says in a breath are left as they are.
const MOST_PIECES: usize = 400;

/// What was meant to be said. Total: any text gives a text; what needs no change stays as it is.
pub fn normalise(text: &str, language: Language, lexicon: &Lexicon, names: &Names) -> String {
    let mut pieces = Piece::cut(text, names);
    if pieces.len() > MOST_PIECES {
        return text.trim().to_owned();
    }
    without_fillers(&mut pieces, lexicon);
    if language == Language::En {
        numbers(&mut pieces, lexicon);
    }
    without_repeats(&mut pieces, language, lexicon);
    let mut pieces = correct(pieces, language, lexicon);
    tidy(&mut pieces);
    join(&pieces)
}

/// Whether the pieces from `at` on say `phrase`; how many pieces that takes. Marks do not count between.
pub(super) fn says(pieces: &[Piece], at: usize, phrase: &str) -> Option<usize> {
    let mut left: &str = phrase;
    let mut index = at;
    while !left.is_empty() {
        let piece = pieces.get(index)?;
        index += 1;
        left = left.strip_prefix(piece.key.as_str())?;
        match left.strip_prefix(' ') {
            Some(rest) => left = rest,
            None if left.is_empty() => {}
            // Chinese goes on without a space; an English word must end here.
            None if piece.key.is_ascii() => return None,
            None => {}
        }
    }
    Some(index - at)
}

/// The longest of `phrases` that the pieces say from `at` on.
pub(super) fn longest(pieces: &[Piece], at: usize, phrases: &[String]) -> Option<usize> {
    phrases.iter().filter_map(|it| says(pieces, at, it)).max()
}

fn is_edge(piece: Option<&Piece>) -> bool {
    piece.is_none_or(Piece::is_mark)
}

fn without_fillers(pieces: &mut Vec<Piece>, lexicon: &Lexicon) {
    let mut at = 0;
    while at < pieces.len() {
        let before = at.checked_sub(1).and_then(|it| pieces.get(it));
        let count = longest(pieces, at, &lexicon.fillers).or_else(|| {
            let count = longest(pieces, at, &lexicon.loose_fillers)?;
            (is_edge(before) && is_edge(pieces.get(at + count))).then_some(count)
        });
        let Some(count) = count else {
            at += 1;
            continue;
        };
        // "Um." alone is all that was said: then nothing was.
        let end = at + count;
        let mark_too = pieces
            .get(end)
            .is_some_and(|it| it.is_mark() && it.text != "?");
        pieces.drain(at..end + usize::from(mark_too && is_edge(before)));
    }
}

/// "twenty five" to "25"; single words of number stay: the planner knows them.
fn numbers(pieces: &mut Vec<Piece>, lexicon: &Lexicon) {
    let mut at = 0;
    while at + 1 < pieces.len() {
        let tens = lexicon.tens.get(&pieces[at].key);
        let units = lexicon.units.get(&pieces[at + 1].key);
        if let (Some(tens), Some(units @ 1..10)) = (tens, units) {
            let number = (tens + units).to_string();
            pieces[at] = Piece {
                text: number.clone(),
                key: number,
                kind: None,
            };
            pieces.remove(at + 1);
        }
        at += 1;
    }
}

fn without_repeats(pieces: &mut Vec<Piece>, language: Language, lexicon: &Lexicon) {
    // Single Chinese characters are doubled in good speech (看看, 慢慢).
    let least = if language == Language::Zh { 2 } else { 1 };
    for length in (1..=MOST_REPEATED).rev() {
        let mut at = 0;
        while at + length < pieces.len() {
            // "the, the": a mark between does not matter.
            let gap = usize::from(pieces[at + length].is_mark());
            let second = at + length + gap;
            let first = &pieces[at..at + length];
            let chars: usize = first.iter().map(|it| it.key.chars().count()).sum();
            let same = pieces.get(second..second + length).is_some_and(|it| {
                it.iter()
                    .map(|it| &it.key)
                    .eq(first.iter().map(|it| &it.key))
            });
            let meant = first.iter().any(Piece::is_mark)
                || first.iter().all(|it| lexicon.may_repeat.contains(&it.key))
                || first
                    .iter()
                    .all(|it| it.key.chars().all(|it| it.is_ascii_digit()));
            if same && !meant && (language == Language::En || chars >= least) {
                pieces.drain(at + length..second + length);
            } else {
                at += 1;
            }
        }
    }
}

/// No marks at the beginning, none twice.
fn tidy(pieces: &mut Vec<Piece>) {
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        match kept.last() {
            None if piece.is_mark() => {}
            // The last mark says how it ends.
            Some(last) if last.is_mark() && piece.is_mark() => {
                kept.pop();
                kept.push(piece);
            }
            _ => kept.push(piece),
        }
    }
    *pieces = kept;
}
