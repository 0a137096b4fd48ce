//! Text in pieces: words of English, names and characters of Chinese, and marks between them.

use hearth_types::Home;
use std::collections::HashMap;

/// What a name of the home names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A thing, a kind of things, a category.
    Thing,
    /// A room or a place.
    Where,
    /// A person.
    Person,
}

/// The home's names, in both languages.
#[derive(Clone, Debug, Default)]
pub struct Names {
    kinds: HashMap<String, Kind>,
    most_words: usize,
    most_chars: usize,
}

impl Names {
    /// All names of a home; plurals of English things too.
    pub fn new(home: &Home) -> Self {
        let mut names = Self::default();
        let things = home.catalogue.iter().map(|it| &it.names);
        let kinds = home.kinds.iter().map(|it| &it.names);
        let categories = home.categories.iter().map(|it| &it.names);
        for it in things.chain(kinds).chain(categories) {
            names.add(it, Kind::Thing);
        }
        let rooms = home.rooms.iter().map(|it| &it.names);
        for it in rooms.chain(home.places.iter().map(|it| &it.names)) {
            names.add(it, Kind::Where);
        }
        for it in &home.people {
            names.add(&it.names, Kind::Person);
        }
        names
    }

    fn add(&mut self, names: &hearth_types::Names, kind: Kind) {
        for name in &names.en {
            self.insert(&name.to_lowercase(), kind);
            if kind == Kind::Thing && !name.ends_with('s') {
                self.insert(&format!("{}s", name.to_lowercase()), kind);
            }
        }
        for name in &names.zh {
            self.insert(name, kind);
        }
    }

    fn insert(&mut self, name: &str, kind: Kind) {
        self.most_words = self.most_words.max(name.split(' ').count());
        self.most_chars = self.most_chars.max(name.chars().count());
        self.kinds.entry(name.to_owned()).or_insert(kind);
    }

    /// What a name names.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.kinds.get(name).copied()
    }

    /// All names that are written with (`cjk`) or without Chinese characters, in a fixed order.
    pub fn all(&self, cjk: bool) -> Vec<&str> {
        let mut all: Vec<&str> = self
            .kinds
            .keys()
            .map(String::as_str)
            .filter(|it| it.chars().any(is_cjk) == cjk)
            .collect();
        all.sort_unstable();
        all
    }
}

/// A word, a name, a character or a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// As it was written.
    pub text: String,
    /// In lower case.
    pub key: String,
    /// What it names, if it is a name.
    pub kind: Option<Kind>,
}

impl Piece {
    fn new(text: &str, kind: Option<Kind>) -> Self {
        Self {
            text: text.to_owned(),
            key: text.to_lowercase().replace('’', "'"),
            kind,
        }
    }

    /// Whether it is a comma, a full stop or the like.
    pub fn is_mark(&self) -> bool {
        !self.text.chars().any(char::is_alphanumeric)
    }

    fn is_cjk(&self) -> bool {
        self.text.chars().any(is_cjk)
    }

    /// Cuts a text into pieces; names are one piece, the longest first.
    pub fn cut(text: &str, names: &Names) -> Vec<Self> {
        let raw = raw(text);
        let mut pieces = Vec::with_capacity(raw.len());
        let mut at = 0;
        while at < raw.len() {
            let cjk = raw[at].chars().any(is_cjk);
            let most = if cjk {
                names.most_chars
            } else {
                names.most_words
            };
            let glue = if cjk { "" } else { " " };
            let longest = (1..=most.min(raw.len() - at)).rev().find_map(|count| {
                let text = raw[at..at + count].join(glue);
                let kind = names.kind(&text.to_lowercase())?;
                Some((count, Self::new(&text, Some(kind))))
            });
            let (count, piece) = longest.unwrap_or_else(|| (1, Self::new(raw[at], None)));
            pieces.push(piece);
            at += count;
        }
        pieces
    }
}

pub(crate) fn is_cjk(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff)
}

/// Words, single Chinese characters, single marks. Apostrophes, hyphens, points and commas within a word stay in it.
fn raw(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut word: Option<usize> = None;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    for (index, (at, c)) in chars.iter().copied().enumerate() {
        let next = chars.get(index + 1).map(|it| it.1);
        let last = index.checked_sub(1).map(|it| chars[it].1);
        let between = |test: fn(&char) -> bool| {
            last.as_ref().is_some_and(test) && next.as_ref().is_some_and(test)
        };
        let digit = |it: &char| it.is_ascii_digit();
        let letter = |it: &char| it.is_alphanumeric() && !is_cjk(*it);
        let in_word = match c {
            '\'' | '’' => between(letter),
            '.' | ',' => between(digit),
            c => c.is_alphanumeric() && !is_cjk(c),
        };
        if in_word {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take() {
            pieces.push(&text[start..at]);
        }
        // A hyphen joins two words: that is a space.
        if !c.is_whitespace() && !c.is_control() && c != '-' {
            pieces.push(&text[at..at + c.len_utf8()]);
        }
    }
    if let Some(start) = word {
        pieces.push(&text[start..]);
    }
    pieces
}

/// The text of pieces: spaces between words, none before marks or between Chinese characters.
pub fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut last: Option<&Piece> = None;
    for piece in pieces {
        let apart = last.is_some_and(|it| !(piece.is_mark() || it.is_cjk() && piece.is_cjk()));
        let wide = last.is_some_and(|it| it.is_mark() && piece.is_cjk());
        if apart && !wide {
            text.push(' ');
        }
        text.push_str(&piece.text);
        last = Some(piece);
    }
    text
}
