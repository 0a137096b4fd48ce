//! What the speller writes: English letter by letter, Mandarin by the initials and finals of pinyin, without tones. The list, and what
//! becomes of a text, are those of models/spell/units.py.

use crate::words::is_cjk;
use hearth_types::Language;
use pinyin::ToPinyin;

/// What stands between two units.
pub(super) const NOTHING: usize = 0;
/// Between two words of English.
pub(super) const SPACE: usize = 1;
const LETTERS: usize = 26;
const INITIALS: [&str; 21] = [
    "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r",
    "z", "c", "s",
];
const FINALS: [&str; 36] = [
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "i", "ia", "ie",
    "iao", "iu", "ian", "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un",
    "uang", "ueng", "v", "ve", "van", "vn",
];
const FIRST_INITIAL: usize = SPACE + 1 + LETTERS;
const FIRST_FINAL: usize = FIRST_INITIAL + INITIALS.len();
/// How many there are.
pub(super) const UNITS: usize = FIRST_FINAL + FINALS.len();

/// The language that a unit is of.
pub(super) fn language(unit: usize) -> Option<Language> {
    match unit {
        NOTHING => None,
        it if it < FIRST_INITIAL => Some(Language::En),
        _ => Some(Language::Zh),
    }
}

/// The units of a text; none if it holds what has none (a digit), or nothing.
pub(super) fn units(text: &str) -> Option<Vec<usize>> {
    let is_chinese = text.chars().any(is_cjk);
    let mut units = Vec::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\'' | '’' => {}
            'a'..='z' if !is_chinese => units.push(SPACE + 1 + (c as usize - 'a' as usize)),
            _ if is_cjk(c) => syllable(reading(c)?, &mut units)?,
            _ if c.is_alphanumeric() => return None,
            _ if !is_chinese && units.last().is_some_and(|it| *it != SPACE) => units.push(SPACE),
            _ => {}
        }
    }
    if units.last() == Some(&SPACE) {
        units.pop();
    }
    (!units.is_empty()).then_some(units)
}

/// How a character is mostly read, where several ways are in use and its first is not what is said in a home (番茄, 长沙发).
fn reading(c: char) -> Option<&'static str> {
    Some(match c {
        '茄' => "qie",
        '长' => "chang",
        _ => c.to_pinyin()?.plain(),
    })
}

/// `guo` to `g`, `uo`; y and w are no initials: `you` is `iu`, `yu` is `v`.
fn syllable(pinyin: &str, units: &mut Vec<usize>) -> Option<()> {
    let pinyin = pinyin.replace('ü', "v");
    let written = |glide: &str, vowel: char| {
        let rest = pinyin.strip_prefix(glide)?;
        Some(match rest {
            "ou" if glide == "y" => "iu".to_owned(),
            "ei" if glide == "w" => "ui".to_owned(),
            "en" if glide == "w" => "un".to_owned(),
            _ if glide == "y" && rest.starts_with('u') => format!("v{}", &rest[1..]),
            _ if rest.starts_with(vowel) => rest.to_owned(),
            _ => format!("{vowel}{rest}"),
        })
    };
    let plain = written("y", 'i')
        .or_else(|| written("w", 'u'))
        .unwrap_or(pinyin);
    let longest = |it: &(usize, &&str)| plain.starts_with(*it.1).then_some(it.1.len());
    let initial = INITIALS.iter().enumerate().max_by_key(longest);
    let (initial, left) = match initial.and_then(|it| Some((it.0, plain.strip_prefix(*it.1)?))) {
        Some((initial, left)) => (Some(initial), left),
        None => (None, plain.as_str()),
    };
    let palatal = initial.is_some_and(|it| ["j", "q", "x"].contains(&INITIALS[it]));
    let end = match left.strip_prefix('u') {
        Some(rest) if palatal => format!("v{rest}"),
        _ if left == "ue" => "ve".to_owned(),
        _ => left.to_owned(),
    };
    let end = FINALS.iter().position(|it| *it == end)?;
    units.extend(initial.map(|it| FIRST_INITIAL + it));
    units.push(FIRST_FINAL + end);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spelt(text: &str) -> String {
        let name = |unit: &usize| match *unit {
            SPACE => " ".to_owned(),
            it if it < FIRST_INITIAL => char::from(b'a' + (it - SPACE - 1) as u8).to_string(),
            it if it < FIRST_FINAL => format!("{}-", INITIALS[it - FIRST_INITIAL]),
            it => format!("{} ", FINALS[it - FIRST_FINAL]),
        };
        units(text).map_or("?".to_owned(), |it| it.iter().map(name).collect())
    }

    #[test]
    fn texts_are_spelt() {
        for (text, wanted) in [
            (
                "Bring me the red cup, please!",
                "bring me the red cup please",
            ),
            ("I'd like a T-shirt", "id like a t shirt"),
            ("把苹果拿给我", "b-a p-ing g-uo n-a g-ei uo "),
            ("小余", "x-iao v "),
            ("去月有文", "q-v ve iu un "),
            ("女军学安二为", "n-v j-vn x-ve an er ui "),
            ("温水五一样用", "un sh-ui u i iang iong "),
            ("2 cups", "?"),
            ("?!", "?"),
        ] {
            assert_eq!(spelt(text), wanted, "{text}");
        }
    }

    #[test]
    fn every_unit_is_of_a_language() {
        let english = (0..UNITS).filter(|it| language(*it) == Some(Language::En));
        let chinese = (0..UNITS).filter(|it| language(*it) == Some(Language::Zh));
        assert_eq!((english.count(), chinese.count()), (27, 57));
    }

    proptest! {
        #[test]
        fn is_total(text in "\\PC{0,40}") {
            prop_assert!(units(&text).is_none_or(|it| it.iter().all(|it| (1..UNITS).contains(it))));
        }
    }
}
