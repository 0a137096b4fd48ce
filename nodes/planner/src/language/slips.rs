//! "Bring me the apple, no, the orange": what is said last counts.

use super::cursor::Cursor;
use super::sense::{Noun, Pronoun, Role, Sense};
use super::text::Token;
use hearth_types::Language;

/// More slips in one breath are no slips.
const MOST: usize = 4;
/// \[tokens\] A name is described by not more.
const MOST_BEFORE_NAME: usize = 5;

/// What a name names: only the same takes its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Thing,
    Place,
    Person,
}

/// The tokens with each correction in the place of what it corrects; `None` where there is none, or where it is not clear
/// what it corrects.
pub(super) fn mended(cursor: &Cursor, language: Language) -> Option<Vec<Token>> {
    let mut mended: Option<Vec<Token>> = None;
    for _ in 0..MOST {
        let tokens = mended.as_deref().unwrap_or(cursor.tokens);
        let said = Slip {
            cursor: Cursor { tokens, ..*cursor },
            language,
        };
        let Some(tokens) = said.mended() else {
            break;
        };
        mended = Some(tokens);
    }
    mended
}

struct Slip<'a> {
    cursor: Cursor<'a>,
    language: Language,
}

impl<'a> Slip<'a> {
    fn mended(&self) -> Option<Vec<Token>> {
        let Some((at, end)) = self.marker() else {
            return self.without_what_it_is_not();
        };
        let before = self.trimmed(0, at);
        let after = self.without_denied(self.trimmed(end, self.cursor.tokens.len()));
        put_in_place(before, after, self.language)
    }

    /// Where the first words of correction begin and end: with something before and behind them, and behind a pause where
    /// they are ordinary words too.
    fn marker(&self) -> Option<(usize, usize)> {
        let cursor = &self.cursor;
        let is_marker = |at: usize| cursor.has(at, &Sense::Correction);
        (1..cursor.tokens.len())
            .filter(|&at| is_marker(at))
            .find_map(|at| {
                // "no, wait, sorry,"
                let mut end = at;
                while is_marker(end) || is_mark(cursor, end) {
                    end += 1;
                }
                let said = cursor.words(at, end);
                let words = match self.language {
                    Language::En => said.split(' ').count(),
                    Language::Zh => said.chars().count(),
                };
                let paused = is_mark(cursor, at - 1);
                let pauses = is_mark(cursor, end - 1);
                // "I mean" is nothing else.
                let only = cursor.tokens[at].senses.len() == 1;
                // "the pear no the soda"
                let named_anew =
                    || kind(cursor, at - 1).is_some() && cursor.determiner(end).is_some();
                let clear = match self.language {
                    Language::En => paused || only && words > 1 || named_anew(),
                    // 不 and 不是 are in many sentences; between pauses they are "no".
                    Language::Zh => {
                        let denies = cursor.has(at, &Sense::Not);
                        paused && (words > 1 && !denies || pauses)
                    }
                };
                let said_before = (0..at).any(|it| !is_mark(cursor, it));
                let goes_on = [Sense::And, Sense::Then];
                let goes_on = goes_on.iter().any(|it| cursor.has(end, it));
                (clear && said_before && !cursor.is_end(end) && !goes_on).then_some((at, end))
            })
    }

    /// "the apple, not the orange": the apple.
    fn without_what_it_is_not(&self) -> Option<Vec<Token>> {
        let cursor = &self.cursor;
        let count = cursor.tokens.len();
        let at = (2..count)
            .rev()
            .find(|&it| cursor.has(it, &Sense::Not) && is_mark(cursor, it - 1))?;
        let (before, denied) = (self.trimmed(0, at), self.trimmed(at + 1, count));
        let kind = kind(&denied, name(&denied, None)?);
        let says_more = (0..denied.tokens.len())
            .any(|it| is_mark(&denied, it) || denied.verb(it).is_some() && !denied.starts_noun(it));
        (!says_more && name(&before, kind).is_some()).then(|| before.tokens.to_vec())
    }

    /// "not the apple, the orange": what it is not says nothing more.
    fn without_denied(&self, after: Cursor<'a>) -> Cursor<'a> {
        let end = (0..after.tokens.len()).find(|&it| is_mark(&after, it));
        match end.filter(|_| after.has(0, &Sense::Not)) {
            Some(end) => Cursor {
                tokens: &after.tokens[end + 1..],
                ..after
            },
            None => after,
        }
    }

    /// These tokens, without marks at either end.
    fn trimmed(&self, mut start: usize, mut end: usize) -> Cursor<'a> {
        while start < end && is_mark(&self.cursor, start) {
            start += 1;
        }
        while end > start && is_mark(&self.cursor, end - 1) {
            end -= 1;
        }
        Cursor {
            tokens: &self.cursor.tokens[start..end],
            ..self.cursor
        }
    }
}

fn is_mark(cursor: &Cursor, at: usize) -> bool {
    cursor.has(at, &Sense::Comma) || cursor.has(at, &Sense::Period)
}

fn kind(cursor: &Cursor, at: usize) -> Option<Kind> {
    match cursor.noun(at) {
        Some((Noun::Places(_) | Noun::Room(_) | Noun::Nowhere, _)) => Some(Kind::Place),
        Some((Noun::Person(_) | Noun::AnyPerson, _)) => Some(Kind::Person),
        Some((Noun::Clothes | Noun::Trousers, _)) => None,
        Some(_) => Some(Kind::Thing),
        None if cursor.is_unknown(at) => Some(Kind::Thing),
        None => matches!(cursor.pronoun(at), Some(Pronoun::Person | Pronoun::Speaker))
            .then_some(Kind::Person),
    }
}

/// The first name of all, or of a kind.
fn name(cursor: &Cursor, wanted: Option<Kind>) -> Option<usize> {
    (0..cursor.tokens.len()).find(|&at| {
        let found = kind(cursor, at);
        found.is_some() && (wanted.is_none() || found == wanted)
    })
}

/// Whether a request of its own begins here, not only a part of one.
fn starts_clause(cursor: &Cursor, at: usize, language: Language) -> bool {
    let at = cursor.skip_fillers(at);
    let is_verb = |at: usize| cursor.verb(at).is_some() && !cursor.starts_noun(at);
    let has_verb = || (at..cursor.tokens.len()).any(is_verb);
    let begins = match cursor.role(at) {
        // 把橙子拿给我, but not 到床上 or "to Anna".
        Some(role) => language == Language::Zh && role == Role::Object && has_verb(),
        None => is_verb(at),
    };
    begins
        || cursor.ask(at).is_some()
        || cursor.order(at).is_some()
        || cursor.has(at, &Sense::Whether)
}

fn put_in_place(before: Cursor, after: Cursor, language: Language) -> Option<Vec<Token>> {
    if after.tokens.is_empty() {
        return None;
    }
    if starts_clause(&after, 0, language) {
        return Some(in_place_of_clause(&before, &after, language));
    }
    let named = with_name(&before, &after);
    let after = Cursor {
        tokens: named.as_deref().unwrap_or(after.tokens),
        ..after
    };
    let (start, mut end) = same_kind(&before, &after)?;
    // 书桌上，不对，床上: not 床上上.
    let last = after.tokens.len() - 1;
    end += usize::from(after.localizer(last).is_some() && before.localizer(end).is_some());
    let rest = end..before.tokens.len();
    let said_anew = rest.clone().any(|it| {
        let old = kind(&before, it);
        old.is_some() && name(&after, old).is_some()
    });
    let rest = if said_anew { &[] } else { &before.tokens[rest] };
    Some([&before.tokens[..start], after.tokens, rest].concat())
}

/// The last clause before falls, those before that stay. What the new one leaves out or calls "it" is the old one's.
fn in_place_of_clause(before: &Cursor, after: &Cursor, language: Language) -> Vec<Token> {
    let count = before.tokens.len();
    let joins = |at: usize| {
        let joint =
            is_mark(before, at) || before.has(at, &Sense::And) || before.has(at, &Sense::Then);
        joint && starts_clause(before, at + 1, language)
    };
    let begin = (0..count).rev().find(|&it| joins(it));
    let begin = begin.map_or(0, |it| it + 1);
    let (kept, fallen) = before.tokens.split_at(begin);
    let fallen = Cursor {
        tokens: fallen,
        ..*before
    };
    let Some(thing) = name(&fallen, Some(Kind::Thing)) else {
        return [kept, after.tokens].concat();
    };
    if name(after, Some(Kind::Thing)).is_some() {
        return [kept, after.tokens].concat();
    }
    // "no, put it on the bed"
    let is_it = |it: &usize| matches!(after.pronoun(*it), Some(Pronoun::It | Pronoun::Them));
    if let Some(it) = (0..after.tokens.len()).find(is_it) {
        let start = start_of(&fallen, thing, None);
        let (front, back) = (&after.tokens[..it], &after.tokens[it + 1..]);
        return [kept, front, &fallen.tokens[start..=thing], back].concat();
    }
    // 把苹果放到书桌上，不，放到床上
    let verb = after.verb(after.skip_fillers(0));
    let same =
        (thing + 1..fallen.tokens.len()).find(|&it| verb.is_some() && fallen.verb(it) == verb);
    let stays = same.map_or(0, |it| it);
    [kept, &fallen.tokens[..stays], after.tokens].concat()
}

/// What the first name of the correction takes the place of.
fn same_kind(before: &Cursor, after: &Cursor) -> Option<(usize, usize)> {
    let wanted = kind(after, name(after, None)?);
    let count = before.tokens.len();
    let same = (0..count).rev().find(|&it| kind(before, it) == wanted);
    // "the red, no, the blue cup"
    let name = same.or_else(|| {
        let last = count.checked_sub(1)?;
        let headless = wanted == Some(Kind::Thing) && before.colour(last).is_some();
        headless.then_some(last)
    })?;
    Some((start_of(before, name, Some(after)), name + 1))
}

/// "the red cup, no, the blue one": what is described anew is a cup, too. A name such as "red cup" says more than what it is.
fn with_name(before: &Cursor, after: &Cursor) -> Option<Vec<Token>> {
    let stands_for = |at: &usize| {
        matches!(after.noun(*at), Some((Noun::Thing, _)))
            || matches!(after.pronoun(*at), Some(Pronoun::It | Pronoun::Them))
    };
    let mut end = after.tokens.len();
    while end > 0 && stands_for(&(end - 1)) {
        end -= 1;
    }
    let describes = |at: usize| {
        after.colour(at).is_some()
            || after.superlative(at).is_some()
            || after.pattern(at).is_some()
            || after.number(at).is_some()
    };
    if (0..end).any(|it| kind(after, it).is_some()) || !(0..end).any(describes) {
        return None;
    }
    let is_thing = |it: &usize| kind(before, *it) == Some(Kind::Thing);
    let name = (0..before.tokens.len()).rev().find(is_thing)?;
    let mut token = before.tokens[name].clone();
    for sense in &mut token.senses {
        if let Sense::Noun { noun, .. } = sense
            && let Noun::Item(id) = &*noun
            && let Some(item) = before.home.item(id)
        {
            *noun = Noun::Kind(item.kind.clone());
        }
    }
    Some([&after.tokens[..end], &[token]].concat())
}

/// Where the name begins with all that describes it, as far as the correction says it too.
fn start_of(before: &Cursor, name: usize, after: Option<&Cursor>) -> usize {
    let determined = after.is_none_or(|it| it.determiner(0).is_some() || it.role(0).is_some());
    let placed = after.is_some_and(|it| it.role(0).is_some() || it.relation(0).is_some());
    let mut start = name;
    while start > 0 && name - start < MOST_BEFORE_NAME {
        let last = start - 1;
        let describes = before.colour(last).is_some()
            || before.superlative(last).is_some()
            || before.pattern(last).is_some()
            || before.state(last).is_some()
            || before.shape(last).is_some()
            || before.number(last).is_some()
            || before.has(last, &Sense::Adjective)
            || before.has(last, &Sense::Measure) && before.role(last).is_none()
            || before.has(last, &Sense::Linker) && start < name;
        let is_determiner = before.determiner(last).is_some();
        // "the red apple, no, orange" keeps "the".
        let belongs = describes || is_determiner && determined;
        if !belongs || before.verb(last).is_some() {
            break;
        }
        start = last;
        if is_determiner {
            break;
        }
    }
    let has_link = |at: usize| before.role(at).is_some() || before.relation(at).is_some();
    if placed && start > 0 && has_link(start - 1) {
        start -= 1;
    }
    start
}
