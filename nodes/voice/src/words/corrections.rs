//! "Bring me the apple, no, the orange": what is said last counts.

use super::data::Lexicon;
use super::normalise::longest;
use super::pieces::Piece;
use hearth_types::Language;

/// More slips in one breath are no slips.
const MOST: usize = 4;

/// Puts each correction in the place of what it corrects. Where it is not clear what that is, all stays as it was said.
pub(super) fn correct(mut pieces: Vec<Piece>, language: Language, lexicon: &Lexicon) -> Vec<Piece> {
    for _ in 0..MOST {
        let Some((at, count)) = marker(&pieces, language, lexicon) else {
            break;
        };
        let before: Vec<Piece> = trimmed(&pieces[..at]).to_vec();
        let after: Vec<Piece> = trimmed(&pieces[at + count..]).to_vec();
        let end = pieces.last().filter(|it| it.is_mark()).cloned();
        let Some(mut corrected) = put_in_place(&before, &after, lexicon) else {
            break;
        };
        corrected.extend(end);
        pieces = corrected;
    }
    pieces
}

/// Where the first words of correction stand: not at the beginning, behind a pause where they are ordinary words too,
/// and with something behind them.
fn marker(pieces: &[Piece], language: Language, lexicon: &Lexicon) -> Option<(usize, usize)> {
    (1..pieces.len()).find_map(|at| {
        let count = longest(pieces, at, &lexicon.corrections)?;
        let words: usize = pieces[at..at + count]
            .iter()
            .map(|it| match language {
                Language::En => 1,
                Language::Zh => it.key.chars().count(),
            })
            .sum();
        let paused = pieces[at - 1].is_mark();
        let pauses = pieces.get(at + count).is_some_and(Piece::is_mark);
        let said_before = pieces[..at].iter().any(|it| !it.is_mark());
        let said_after = pieces[at + count..].iter().any(|it| !it.is_mark());
        let clear = match language {
            Language::En => paused || (words > 1 && pauses) || words > 2,
            // 不 is in many words; alone between pauses it is "no".
            Language::Zh => paused && (words > 1 || pauses),
        };
        (clear && said_before && said_after).then_some((at, count))
    })
}

fn trimmed(pieces: &[Piece]) -> &[Piece] {
    let start = pieces.iter().take_while(|it| it.is_mark()).count();
    let end = pieces.iter().rev().take_while(|it| it.is_mark()).count();
    pieces.get(start..pieces.len() - end).unwrap_or(&[])
}

fn put_in_place(before: &[Piece], after: &[Piece], lexicon: &Lexicon) -> Option<Vec<Piece>> {
    let first = after.first()?;
    if lexicon.verbs.contains(&first.key) {
        // A new clause: the one before it falls, those before that stay.
        let joint = before
            .iter()
            .rposition(|it| lexicon.joints.contains(&it.key));
        let kept = joint.map_or(0, |it| it + 1);
        return Some([&before[..kept], after].concat());
    }
    let same_kind = after.iter().find_map(|it| it.kind).and_then(|kind| {
        let name = before.iter().rposition(|it| it.kind == Some(kind))?;
        Some((start_of(before, name, first, lexicon), name + 1))
    });
    let span = same_kind.or_else(|| {
        // "the red, no, the blue cup": from where the same word stood on.
        let at = before.iter().rposition(|it| it.key == first.key)?;
        Some((at, before.len()))
    });
    let (start, end) = span.or_else(|| {
        let colour = |it: &Piece| lexicon.colours.contains(&it.key);
        let at = before.iter().rposition(colour)?;
        colour(first).then_some((at, at + 1))
    })?;
    let rest = &before[end..];
    let said_anew = rest
        .iter()
        .any(|it| it.kind.is_some() && after.iter().any(|new| new.kind == it.kind));
    let rest = if said_anew { &[] } else { rest };
    Some([&before[..start], after, rest].concat())
}

/// Where the name begins with all that belongs to it, as far as the correction says it too.
fn start_of(before: &[Piece], name: usize, first: &Piece, lexicon: &Lexicon) -> usize {
    let relation = |it: &Piece| lexicon.relations.contains(&it.key);
    let determiner = |it: &Piece| lexicon.determiners.contains(&it.key);
    let belongs = |it: &Piece| {
        !it.is_mark() && it.kind.is_none() && !relation(it) && !lexicon.verbs.contains(&it.key)
    };
    let bare = !determiner(first) && !relation(first);
    let mut start = name;
    while let Some(last) = start.checked_sub(1).map(|it| &before[it]) {
        // "the red apple, no, orange" keeps "the".
        let ends = !belongs(last) || name - start >= 4 || (bare && determiner(last));
        if ends
            || ["me", "us", "him", "them", "it", "我", "他", "她", "的"]
                .contains(&last.key.as_str())
        {
            break;
        }
        start -= 1;
        if determiner(last) {
            break;
        }
    }
    if relation(first) && start > 0 && relation(&before[start - 1]) {
        start -= 1;
    }
    start
}
