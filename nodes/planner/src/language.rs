//! Text in English or Chinese to a [`Meaning`].
//!
//! `text` cuts the sentence into known words, `english` and `chinese` make clauses of them,
//! `assemble` turns clauses into commands and `context` settles what clauses say about each other.
//! All words are in data files ([`LexiconData`]); names come from the [`Home`].

use crate::ast::{Meaning, ObjectRef};
use hearth_types::{Home, Language};

mod answer;
mod assemble;
mod chinese;
mod context;
mod cursor;
mod data;
mod english;
mod frame;
mod lexicon;
mod not_understood;
mod noun;
mod sense;
mod slips;
mod slots;
mod text;

pub use answer::{Answer, AnswerOption};
pub use assemble::Missing;
pub use data::{LexiconData, LexiconError};
pub use not_understood::{Incomplete, NotUnderstood};

use assemble::Trouble;
use cursor::Cursor;
use frame::{Frame, Link, Phrase};
use sense::{Role, Sense};

/// The longest utterance that is read; nobody says more in one breath.
pub const MAX_CHARS: usize = 2_000;
/// The longest reply that is read as an answer.
const MAX_ANSWER_CHARS: usize = 200;

/// Parses commands and answers. Made once; immutable.
#[derive(Clone, Debug)]
pub struct Parser {
    lexicon: lexicon::Lexicon,
    home: Home,
}

/// What a clause without a verb asks for by the way it is said: "any milk?", 牛奶呢？, "the red
/// cup, please".
fn by_tone(frame: &mut Frame, said: &str, tokens: &[text::Token]) {
    if frame.is_headed() || frame.args.is_empty() {
        return;
    }
    let said = said.trim_end();
    let asked = said.ends_with(['?', '？']);
    let any = frame.words.to_lowercase().starts_with("any");
    if said.trim_end_matches(['?', '？', ' ']).ends_with('呢') {
        frame.ask = Some(sense::Ask::Where);
    } else if asked && any {
        frame.whether = true;
    } else {
        frame.benefit |= tokens
            .iter()
            .any(|it| it.senses.contains(&sense::Sense::Benefit));
    }
}

impl Parser {
    /// A parser for this home's names with these words.
    ///
    /// # Errors
    /// When the words of a language contradict the code that reads them.
    pub fn new(home: &Home, data: &LexiconData) -> Result<Self, LexiconError> {
        Ok(Self {
            lexicon: lexicon::Lexicon::new(home, data),
            home: home.clone(),
        })
    }

    /// What the text asks for. Total and in bounded time for any text.
    ///
    /// # Errors
    /// What was not understood, in the text's language.
    pub fn parse(&self, said: &str, hint: Option<Language>) -> Result<Meaning, NotUnderstood> {
        let language = self.language(said, hint);
        if said
            .split_whitespace()
            .map(|it| it.chars().count() + 1)
            .sum::<usize>()
            > MAX_CHARS
        {
            return Err(NotUnderstood::TooLong { language });
        }
        let tokens = text::tokens(said, &self.lexicon);
        let cursor = Cursor {
            tokens: &tokens,
            home: &self.home,
            looser_places: &self.lexicon.looser_places,
        };
        if tokens.is_empty() {
            return Err(NotUnderstood::Empty { language });
        }
        let mended = slips::mended(&cursor, language);
        let tokens = mended.as_ref().unwrap_or(&tokens);
        let cursor = Cursor { tokens, ..cursor };
        let mut frames = self
            .clauses(&cursor, language)
            .map_err(|words| NotUnderstood::UnknownWords { language, words })?;
        if let [only] = frames.as_mut_slice() {
            by_tone(only, said, tokens);
        }
        self.meaning(frames, language, said)
    }

    /// The command that lacked something, with the answer filled in: "Put it where?" "On the desk."
    ///
    /// # Errors
    /// When the answer does not say what is missing.
    pub fn complete(
        &self,
        incomplete: &Incomplete,
        answer: &str,
    ) -> Result<Meaning, NotUnderstood> {
        let language = self.language(answer, None);
        let unclear = || NotUnderstood::NoRequest {
            language,
            words: answer.trim().to_owned(),
        };
        if answer.chars().count() > MAX_ANSWER_CHARS {
            return Err(NotUnderstood::TooLong { language });
        }
        let phrase = self.phrase(answer, language).ok_or_else(unclear)?;
        let link = match incomplete.missing {
            Missing::Object => Link::Bare,
            Missing::Place | Missing::Goal | Missing::Person => Link::Role(Role::To),
        };
        let mut frames = incomplete.frames.clone();
        let frame = frames.get_mut(incomplete.at).ok_or_else(unclear)?;
        frame.push(link, phrase);
        self.meaning(frames, incomplete.language, answer)
    }

    /// Every word and phrase that means something in this language, the home's names among them, in a fixed order.
    pub fn vocabulary(&self, language: Language) -> Vec<&str> {
        let of = |it: &&str| it.is_ascii() == (language == Language::En);
        let mut all: Vec<&str> = self.lexicon.phrases().filter(of).collect();
        all.sort_unstable();
        all
    }

    /// Whether every word of the text means something.
    pub fn knows_all(&self, text: &str) -> bool {
        let tokens = text::tokens(text, &self.lexicon);
        tokens.iter().all(|it| !it.senses.is_empty())
    }

    /// Whether whoever says this is likely to go on: it lacks something ("put the cup"), says with what but not
    /// yet what to do (把苹果), or ends on a word that leads to another ("take it to the").
    pub fn is_open(&self, said: &str, hint: Option<Language>) -> bool {
        let tokens = text::tokens(said, &self.lexicon);
        let last = tokens.iter().rfind(|it| {
            let ignored = |it: &Sense| matches!(it, Sense::Comma | Sense::Period);
            !it.senses.iter().any(ignored)
        });
        let Some(last) = last else { return false };
        let leads_on = |it: &Sense| {
            matches!(
                it,
                Sense::Role(_) | Sense::Relation(_) | Sense::Determiner(_) | Sense::And | Sense::Or
            )
        };
        if !last.senses.is_empty() && last.senses.iter().all(leads_on) {
            return true;
        }
        match self.parse(said, hint) {
            Err(NotUnderstood::Incomplete(_)) => true,
            Err(NotUnderstood::NoRequest { .. }) => {
                let leads = |it: &Sense| matches!(it, Sense::Role(Role::Object | Role::From));
                tokens.iter().any(|it| it.senses.iter().any(leads))
            }
            _ => false,
        }
    }

    /// The thing that a bare description means ("the red one"), whatever else is around it.
    pub fn parse_object(&self, text: &str) -> Option<ObjectRef> {
        match self.phrase(text, self.language(text, None))? {
            Phrase::Object(object) | Phrase::Unknown { object, .. } => Some(object),
            _ => None,
        }
    }

    /// What a thing that is known by its word only is called; its English name says which.
    pub(crate) fn described(&self, language: Language, name: &str) -> Option<&str> {
        let key = (language, name.to_owned());
        self.lexicon.described.get(&key).map(String::as_str)
    }

    /// Whether the text is a question by its form, whatever it means.
    pub fn is_question(&self, said: &str) -> bool {
        let said = said.trim();
        let folded = text::fold(said, &self.lexicon.traditional);
        let plain = folded.trim_end_matches(['.', ' ']);
        let opens = |it: &String| {
            plain
                .strip_prefix(it.as_str())
                .is_some_and(|rest| !it.is_ascii() || rest.starts_with([' ', '\'']))
        };
        // 乱不乱, 是不是
        let letters: Vec<char> = plain.chars().collect();
        let either_or = letters
            .windows(3)
            .any(|it| it[0] == it[2] && it[1] == '不' && text::is_cjk(it[0]));
        said.ends_with(['?', '？'])
            || either_or
            || self.lexicon.question_starts.iter().any(opens)
            || self
                .lexicon
                .question_ends
                .iter()
                .any(|it| plain.ends_with(it))
    }

    /// What to say about it, in the language of the text.
    pub fn explain(&self, trouble: &NotUnderstood) -> String {
        not_understood::explain(&self.lexicon, trouble)
    }

    fn language(&self, said: &str, hint: Option<Language>) -> Language {
        let has_cjk = said.chars().any(text::is_cjk);
        match hint {
            // A hint that the script contradicts is wrong.
            Some(Language::Zh) if !has_cjk => Language::En,
            Some(Language::En) if text::language_of(said) == Language::Zh => Language::Zh,
            Some(language) => language,
            None => text::language_of(said),
        }
    }

    fn clauses(&self, cursor: &Cursor, language: Language) -> Result<Vec<Frame>, String> {
        match language {
            Language::En => english::clauses(cursor),
            Language::Zh => chinese::clauses(cursor),
        }
    }

    /// The first phrase in a short answer.
    fn phrase(&self, text: &str, language: Language) -> Option<Phrase> {
        let tokens = text::tokens(text, &self.lexicon);
        let cursor = Cursor {
            tokens: &tokens,
            home: &self.home,
            looser_places: &self.lexicon.looser_places,
        };
        let frames = self.clauses(&cursor, language).ok()?;
        let frame = frames.first()?;
        frame.args.first()?;
        let slots = slots::sort(frame, &self.home);
        if let Some(thing) = slots.things.into_iter().next() {
            let is_unknown = matches!(thing.noun, crate::ast::Noun::Unknown(_));
            return Some(if is_unknown {
                Phrase::Unknown {
                    object: thing,
                    determined: true,
                }
            } else {
                Phrase::Object(thing)
            });
        }
        frame.args.first()?.phrases.first().cloned()
    }

    fn meaning(
        &self,
        frames: Vec<Frame>,
        language: Language,
        said: &str,
    ) -> Result<Meaning, NotUnderstood> {
        let mut drafts: Vec<assemble::Draft> = Vec::new();
        let mut words = Vec::new();
        let mut has_thing = false;
        for (at, frame) in frames.iter().enumerate() {
            match assemble::commands(frame, &self.home, has_thing, !drafts.is_empty()) {
                Ok(commands) => {
                    words.extend(commands.iter().map(|_| frame.words.clone()));
                    drafts.extend(commands);
                }
                Err(Trouble::NoRequest) => {
                    return Err(NotUnderstood::NoRequest {
                        language,
                        words: frame.words.clone(),
                    });
                }
                Err(Trouble::Missing(missing)) => {
                    return Err(NotUnderstood::Incomplete(Box::new(Incomplete {
                        language,
                        missing,
                        frames,
                        at,
                    })));
                }
            }
            has_thing |= !slots::sort(frame, &self.home).things.is_empty();
        }
        if let Some(context::Conflict(first, second)) = context::conflict(&drafts) {
            return Err(NotUnderstood::Contradiction {
                language,
                first: words[first].clone(),
                second: words[second].clone(),
            });
        }
        let cursor = Cursor {
            tokens: &[],
            home: &self.home,
            looser_places: &self.lexicon.looser_places,
        };
        let commands = context::weave(drafts, &cursor);
        if commands.is_empty() {
            return Err(NotUnderstood::NoRequest {
                language,
                words: said.trim().chars().take(80).collect(),
            });
        }
        Ok(Meaning { language, commands })
    }
}
