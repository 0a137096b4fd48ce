//! How words sound, roughly: enough to tell that "read" may be "red" and 小鱼 may be 小余.

use super::pieces::is_cjk;
use pinyin::ToPinyin;

/// The sounds of a text in either language, one letter each. What is not spoken is left out.
pub fn sounds(text: &str) -> Vec<char> {
    sounds_in(text, text.chars().any(is_cjk))
}

/// As [`sounds`], of a part of a text that is Chinese or not: digits are words of its language.
pub(crate) fn sounds_in(text: &str, is_chinese: bool) -> Vec<char> {
    let mut sounds = Vec::new();
    let mut word = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphabetic() {
            word.push(c);
            continue;
        }
        // An apostrophe is not heard.
        if c != '\'' && c != '’' {
            english(&std::mem::take(&mut word), &mut sounds);
        }
        if is_cjk(c) {
            chinese(c, &mut sounds);
        } else if let (true, Some(digit)) = (is_chinese, c.to_digit(10)) {
            // A recogniser that writes 8 heard bā, whatever was meant.
            chinese(DIGITS[digit as usize], &mut sounds);
        } else if c.is_numeric() {
            sounds.push(c);
        }
    }
    english(&word, &mut sounds);
    sounds
}

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Letters that are heard as one sound, the longest first. `i`, `a`, `u` stand for all vowels like them.
const ENGLISH: [(&str, &str); 40] = [
    ("tion", "Sn"),
    ("sion", "Sn"),
    ("tch", "C"),
    ("dge", "j"),
    ("igh", "i"),
    ("sch", "sk"),
    ("ough", "u"),
    ("augh", "a"),
    ("ph", "f"),
    ("sh", "S"),
    ("ch", "C"),
    ("th", "T"),
    ("ck", "k"),
    ("qu", "kw"),
    ("wh", "w"),
    ("gh", ""),
    ("ce", "si"),
    ("ci", "si"),
    ("cy", "si"),
    ("ee", "i"),
    ("ea", "i"),
    ("ie", "i"),
    ("ei", "i"),
    ("ai", "i"),
    ("ay", "i"),
    ("ey", "i"),
    ("oo", "u"),
    ("ou", "u"),
    ("ow", "u"),
    ("oa", "u"),
    ("ew", "u"),
    ("au", "a"),
    ("aw", "a"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("e", "i"),
    ("y", "i"),
    ("o", "a"),
    ("z", "s"),
];

fn english(word: &str, to: &mut Vec<char>) {
    let mut left = word;
    for (silent, heard) in [("kn", "n"), ("wr", "r"), ("ps", "s")] {
        if let Some(rest) = left.strip_prefix(silent) {
            to.extend(heard.chars());
            left = rest;
        }
    }
    let begins = to.len();
    while let Some(first) = left.chars().next() {
        if left == "e" && to.len() > begins + 1 {
            break;
        }
        let rule = ENGLISH.iter().find(|it| left.starts_with(it.0));
        let (taken, heard) = rule.copied().unwrap_or((&left[..first.len_utf8()], ""));
        left = &left[taken.len()..];
        let heard: Vec<char> = match rule {
            Some(_) => heard.chars().collect(),
            None => vec![first],
        };
        for sound in heard {
            if to.len() == begins || to.last() != Some(&sound) {
                to.push(sound);
            }
        }
    }
}

fn chinese(c: char, to: &mut Vec<char>) {
    let Some(syllable) = c.to_pinyin() else {
        to.push(c);
        return;
    };
    // What many speakers do not tell apart.
    let plain = syllable.plain();
    let plain = ["zh", "ch", "sh"]
        .iter()
        .find(|it| plain.starts_with(**it))
        .map_or(plain.to_owned(), |it| plain.replacen(it, &it[..1], 1));
    to.extend(plain.strip_suffix('g').unwrap_or(&plain).chars());
}

/// How far two texts sound apart: 0 for the same, 1 for nothing in common.
pub fn distance(a: &[char], b: &[char]) -> f64 {
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 0.0;
    }
    let mut row: Vec<f64> = vec![0.0];
    for sound in b {
        row.push(row[row.len() - 1] + gap(*sound));
    }
    for x in a {
        let mut diagonal = row[0];
        row[0] += gap(*x);
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + change(*x, *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + gap(*y)).min(diagonal + gap(*x));
        }
    }
    (row[b.len()] / longest as f64).min(1.0)
}

fn is_vowel(sound: char) -> bool {
    matches!(sound, 'a' | 'e' | 'i' | 'o' | 'u' | 'v')
}

/// What a sound more or less counts.
pub(crate) fn gap(sound: char) -> f64 {
    match sound {
        'h' | 'w' => 0.5,
        'r' => 0.7,
        it if is_vowel(it) => 0.6,
        _ => 1.0,
    }
}

/// What one sound in the place of another counts.
pub(crate) fn change(a: char, b: char) -> f64 {
    if a == b {
        return 0.0;
    }
    let pair = if a < b { (a, b) } else { (b, a) };
    let alike = matches!(
        pair,
        ('b', 'p')
            | ('d', 't')
            | ('g', 'k')
            | ('f', 'v')
            | ('T', 's')
            | ('C', 'S')
            | ('C', 'j')
            | ('m', 'n')
            | ('T', 'f')
            | ('l', 'r')
            | ('l', 'n')
            | ('S', 's')
            // Initials of Mandarin that differ in breath or place alone.
            | ('c', 'z')
            | ('c', 's')
            | ('s', 'z')
            | ('j', 'q')
            | ('q', 'x')
            | ('j', 'x')
            | ('c', 'q')
            | ('j', 'z')
            | ('f', 'h')
    );
    if alike || is_vowel(a) && is_vowel(b) {
        0.4
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn apart(a: &str, b: &str) -> f64 {
        distance(&sounds(a), &sounds(b))
    }

    #[test]
    fn what_sounds_alike_is_near_and_what_does_not_is_far() {
        for (a, b) in [
            ("red", "read"),
            ("Ember", "amber"),
            ("sink", "zink"),
            ("小余", "小鱼"),
            ("苹果", "平果"),
            ("知道", "资道"),
            ("请帮5拿", "请帮我拿"),
            ("8书拿来", "把书拿来"),
        ] {
            assert!(apart(a, b) < 0.15, "{a} {b}: {}", apart(a, b));
        }
        for (a, b) in [
            ("apple", "orange"),
            ("kitchen", "bedroom"),
            ("苹果", "可乐"),
            ("Ember", "bring me"),
        ] {
            assert!(apart(a, b) > 0.4, "{a} {b}: {}", apart(a, b));
        }
    }

    proptest! {
        #[test]
        fn is_a_distance(a in ".{0,12}", b in ".{0,12}") {
            let there = apart(&a, &b);
            prop_assert!((0.0..=1.0).contains(&there));
            prop_assert!((there - apart(&b, &a)).abs() < 1e-9);
            prop_assert_eq!(apart(&a, &a), 0.0);
        }
    }
}
