//! English plurals, and slips of the finger.

use std::collections::HashMap;

/// English plural of a phrase's last word.
pub(super) fn plural(phrase: &str, irregular: &HashMap<String, String>) -> String {
    let (before, last) = match phrase.rsplit_once(' ') {
        Some((before, last)) => (format!("{before} "), last),
        None => (String::new(), phrase),
    };
    if let Some(form) = irregular.get(last) {
        return before + form;
    }
    let stem = &last[..last.len() - last.chars().last().map_or(0, char::len_utf8)];
    let after_consonant = stem
        .chars()
        .last()
        .is_some_and(|c| c.is_ascii_alphabetic() && !"aeiou".contains(c));
    let form = if last.ends_with('y') && after_consonant {
        format!("{stem}ies")
    } else if ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| last.ends_with(end))
    {
        format!("{last}es")
    } else {
        format!("{last}s")
    };
    before + &form
}

/// Whether one letter was left out, doubled, swapped with its neighbour or (in longer words)
/// replaced. The first letter is hardly ever wrong.
pub(super) fn is_one_slip(typed: &str, meant: &str) -> bool {
    let (a, b) = (typed.as_bytes(), meant.as_bytes());
    if a.first() != b.first() || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let doubles = same > 0 && a.get(same) == a.get(same - 1) || a.get(same) == a.get(same + 1);
    let (a, b) = (&a[same..], &b[same..]);
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Less => typed.len() > 4 && &b[1..] == a,
        std::cmp::Ordering::Greater => typed.len() > 4 && &a[1..] == b,
        std::cmp::Ordering::Equal if a.is_empty() => false,
        std::cmp::Ordering::Equal => {
            let neighbours = are_mixed_up(a[0], b[0]);
            let may_replace = typed.len() > 4 && doubles || typed.len() > 5 && neighbours;
            let swapped = a.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..];
            swapped || may_replace && a[1..] == b[1..]
        }
    }
}

/// Neighbours on a keyboard, or vowels, which sound alike where they are not stressed.
fn are_mixed_up(typed: u8, meant: u8) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let place = |key: u8| {
        ROWS.iter().enumerate().find_map(|(row, keys)| {
            let column = keys.iter().position(|it| *it == key)?;
            Some((row, column))
        })
    };
    let vowel = |it: u8| b"aeiou".contains(&it);
    let near = match (place(typed), place(meant)) {
        (Some((row, column)), Some((other_row, other_column))) => {
            row.abs_diff(other_row) <= 1 && column.abs_diff(other_column) <= 1
        }
        _ => false,
    };
    near || vowel(typed) && vowel(meant)
}
