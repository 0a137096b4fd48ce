//! Text to tokens: folding of characters, words by spaces or by longest match.

use super::lexicon::{Lexicon, MAX_CHARS, MAX_WORDS};
use super::sense::Sense;
use hearth_types::Language;
use std::collections::HashMap;

/// One word or phrase of the lexicon, or one that it does not know (no senses).
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// As it was said, in the case it was said.
    pub surface: String,
    pub senses: Vec<Sense>,
    /// Written without spaces.
    pub is_cjk: bool,
}

/// Lower case, Simplified characters, plain width and punctuation, single spaces; the rest
/// (control characters, emoji, …) becomes spaces.
pub(super) fn fold(text: &str, traditional: &HashMap<char, char>) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        let c = fold_char(c, traditional);
        for c in c.to_lowercase() {
            push_collapsed(&mut folded, c);
        }
    }
    folded.trim_end().to_owned()
}

fn push_collapsed(text: &mut String, c: char) {
    if c != ' ' || !(text.is_empty() || text.ends_with(' ')) {
        text.push(c);
    }
}

fn fold_char(c: char, traditional: &HashMap<char, char>) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            let plain = char::from_u32(c as u32 - 0xfee0).unwrap_or(' ');
            fold_char(plain, traditional)
        }
        '’' | '‘' | '`' | '´' => '\'',
        '。' | '!' | '?' | ';' | '…' | '.' | '\n' => '.',
        ',' | ':' => ',',
        '、' => '&',
        '\'' | '&' => c,
        _ if is_cjk(c) => traditional.get(&c).copied().unwrap_or(c),
        _ if c.is_alphanumeric() => c,
        _ => ' ',
    }
}

pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// The language that most of the letters are in.
pub(super) fn language_of(text: &str) -> Language {
    let cjk = text.chars().filter(|&c| is_cjk(c)).count();
    let words = text
        .split(|c: char| !c.is_alphanumeric() || is_cjk(c))
        .filter(|it| !it.is_empty())
        .count();
    // A Chinese character carries about as much as two thirds of a word.
    if cjk * 2 > words * 3 {
        Language::Zh
    } else {
        Language::En
    }
}

/// A stretch of the text that is one unit for the search of phrases.
#[derive(Clone, Debug)]
struct Unit {
    key: String,
    surface: String,
    is_cjk: bool,
}

/// Cuts the text into tokens.
pub(super) fn tokens(text: &str, lexicon: &Lexicon) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut latin: Vec<Unit> = Vec::new();
    for unit in units(text, lexicon) {
        let mark = match unit.key.as_str() {
            "." => Some(Sense::Period),
            "," => Some(Sense::Comma),
            "&" => Some(Sense::And),
            _ => None,
        };
        if mark.is_none() && !unit.is_cjk {
            latin.push(unit);
            continue;
        }
        match_phrases(&latin, lexicon, &mut tokens);
        latin.clear();
        match mark {
            Some(sense) => tokens.push(Token {
                surface: unit.surface,
                senses: vec![sense],
                is_cjk: false,
            }),
            None => segment(&unit.key, lexicon, &mut tokens),
        }
    }
    match_phrases(&latin, lexicon, &mut tokens);
    tokens
}

/// Latin words one by one, Chinese runs whole, marks.
fn units(text: &str, lexicon: &Lexicon) -> Vec<Unit> {
    let mut plain: String = text
        .chars()
        .map(|c| fold_char(c, &lexicon.traditional))
        .collect();
    for (from, to) in &lexicon.replacements {
        if plain.contains(from.as_str()) {
            plain = plain.replace(from.as_str(), to);
        }
    }
    let mut units: Vec<Unit> = Vec::new();
    let mut run = String::new();
    let flush = |run: &mut String, units: &mut Vec<Unit>| {
        if run.is_empty() {
            return;
        }
        if run.chars().next().is_some_and(is_cjk) {
            units.push(Unit {
                key: run.clone(),
                surface: run.clone(),
                is_cjk: true,
            });
        } else {
            push_word(run, lexicon, units);
        }
        run.clear();
    };
    for c in plain.chars() {
        if matches!(c, ' ' | '.' | ',' | '&') {
            flush(&mut run, &mut units);
            // One mark is as good as ten.
            let repeated = units.last().is_some_and(|it| it.key.starts_with(c));
            if c != ' ' && !repeated {
                units.push(Unit {
                    key: c.to_string(),
                    surface: c.to_string(),
                    is_cjk: false,
                });
            }
            continue;
        }
        if run
            .chars()
            .last()
            .is_some_and(|last| is_cjk(last) != is_cjk(c))
        {
            flush(&mut run, &mut units);
        }
        run.push(c);
    }
    flush(&mut run, &mut units);
    units
}

fn push_word(surface: &str, lexicon: &Lexicon, units: &mut Vec<Unit>) {
    let lower = surface.to_lowercase();
    let key = lower.trim_matches('\'');
    let mut push = |key: &str, surface: &str| {
        if !key.is_empty() {
            units.push(Unit {
                key: key.to_owned(),
                surface: surface.to_owned(),
                is_cjk: false,
            });
        }
    };
    if let Some(rewritten) = lexicon.rewrites.get(key) {
        for word in rewritten.split_whitespace() {
            push(word, word);
        }
    } else if let Some(owner) = key.strip_suffix("'s") {
        push(owner, surface.get(..owner.len()).unwrap_or(owner));
        push("'s", "'s");
    } else if lexicon.knows_word(key) || key.chars().all(|c| c.is_ascii_digit()) {
        push(key, surface);
    } else {
        push(lexicon.correction(key).unwrap_or(key), surface);
    }
}

/// Longest phrases first, from left to right.
fn match_phrases(units: &[Unit], lexicon: &Lexicon, tokens: &mut Vec<Token>) {
    let mut at = 0;
    while at < units.len() {
        let longest = (1..=MAX_WORDS.min(units.len() - at)).rev().find_map(|n| {
            let phrase = join(units[at..at + n].iter().map(|it| it.key.as_str()));
            let senses = lexicon.senses(&phrase).or_else(|| {
                // "bed room"
                let together = phrase.replacen(' ', "", 1);
                let senses = lexicon.senses(&together).filter(|_| n == 2)?;
                let names = |it: &Sense| matches!(it, Sense::Noun { .. });
                senses.iter().any(names).then_some(senses)
            });
            senses.map(|senses| (n, senses.to_vec()))
        });
        let (n, senses) = longest.unwrap_or_else(|| (1, number_senses(&units[at].key)));
        tokens.push(Token {
            surface: join(units[at..at + n].iter().map(|it| it.surface.as_str())),
            senses,
            is_cjk: false,
        });
        at += n;
    }
}

fn number_senses(word: &str) -> Vec<Sense> {
    match word.parse::<u32>() {
        Ok(number) => vec![Sense::Number(number)],
        // "carefully": how something is done changes nothing here.
        Err(_) if word.len() > 4 && word.ends_with("ly") => vec![Sense::Filler],
        Err(_) => Vec::new(),
    }
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// Cuts a Chinese run into words: the fewest unknown characters first, then the fewest words,
/// then the longer words.
fn segment(run: &str, lexicon: &Lexicon, tokens: &mut Vec<Token>) {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
    let count = starts.len();
    let byte = |i: usize| starts.get(i).copied().unwrap_or(run.len());
    // best[i]: cost of the text before character i, and where its last word begins.
    let mut best: Vec<(u32, usize, bool)> = vec![(u32::MAX, 0, false); count + 1];
    best[0] = (0, 0, true);
    for i in 0..count {
        let so_far = best[i].0;
        for n in 1..=MAX_CHARS.min(count - i) {
            let known = lexicon.senses(&run[byte(i)..byte(i + n)]).is_some();
            if !known && n > 1 {
                continue;
            }
            let length = u32::try_from(n).unwrap_or(1);
            let cost = if known {
                1000 - length * length
            } else {
                10_000
            };
            let total = so_far.saturating_add(cost);
            if total < best[i + n].0 {
                best[i + n] = (total, i, known);
            }
        }
    }
    let mut cuts = Vec::new();
    let mut end = count;
    while end > 0 {
        let (_, begin, known) = best[end];
        cuts.push((begin, end, known));
        end = begin;
    }
    cuts.reverse();
    let mut unknown = String::new();
    for (begin, end, known) in cuts {
        let word = &run[byte(begin)..byte(end)];
        if !known {
            unknown.push_str(word);
            continue;
        }
        push_unknown(&mut unknown, tokens);
        tokens.push(Token {
            surface: word.to_owned(),
            senses: lexicon.senses(word).unwrap_or_default().to_vec(),
            is_cjk: true,
        });
    }
    push_unknown(&mut unknown, tokens);
}

fn push_unknown(unknown: &mut String, tokens: &mut Vec<Token>) {
    if !unknown.is_empty() {
        tokens.push(Token {
            surface: std::mem::take(unknown),
            senses: Vec::new(),
            is_cjk: true,
        });
    }
}
