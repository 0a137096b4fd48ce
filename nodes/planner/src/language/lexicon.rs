//! The compiled lexicon: phrase to senses, over all languages and the home's names.

use super::data::{LexiconData, RawLexicon};
use super::sense::{Noun, Sense};
use crate::ast;
use hearth_types::{BasicColour, Home, Language, Names, ShapeCue};
use std::collections::{HashMap, HashSet};

mod spelling;

use spelling::{is_one_slip, plural};

/// The longest phrase, in words, that is looked up.
pub(super) const MAX_WORDS: usize = 8;
/// The longest Chinese word, in characters, that is looked up.
pub(super) const MAX_CHARS: usize = 12;

#[derive(Clone, Debug)]
pub(super) struct Lexicon {
    phrases: HashMap<String, Vec<Sense>>,
    /// Single Latin words, by which slips of the finger are put right.
    vocabulary: Vec<String>,
    known: HashSet<String>,
    /// Places of a shared name, and those that a looser use of it covers ("table": the desk too).
    pub looser_places: Vec<(Vec<String>, Vec<String>)>,
    pub traditional: HashMap<char, char>,
    /// Contractions and the like, on whole Latin words.
    pub rewrites: HashMap<String, String>,
    /// Chinese strings replaced before words are looked for.
    pub replacements: Vec<(String, String)>,
    pub explanations: HashMap<(Language, String), String>,
    pub verb_words: HashMap<(Language, String), String>,
    pub answers: Vec<(Language, super::data::RawAnswers)>,
    /// What things that are known by their word only are called.
    pub described: HashMap<(Language, String), String>,
    /// How questions begin and end.
    pub question_starts: Vec<String>,
    pub question_ends: Vec<String>,
}

/// Hash maps have no order; the senses of a word must.
fn sorted<K: std::fmt::Debug, V>(map: &HashMap<K, V>) -> Vec<(&K, &V)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| format!("{key:?}"));
    entries
}

impl Lexicon {
    pub fn new(home: &Home, data: &LexiconData) -> Self {
        let mut it = Self {
            phrases: HashMap::new(),
            vocabulary: Vec::new(),
            known: HashSet::new(),
            looser_places: Vec::new(),
            traditional: data.traditional.clone(),
            rewrites: HashMap::new(),
            replacements: Vec::new(),
            explanations: HashMap::new(),
            verb_words: HashMap::new(),
            answers: Vec::new(),
            described: HashMap::new(),
            question_starts: Vec::new(),
            question_ends: Vec::new(),
        };
        for raw in &data.languages {
            it.add_wording(raw);
        }
        // Names first: among senses of one phrase, the home's come first.
        it.add_home(home, data);
        for raw in &data.languages {
            it.add_language(raw, home);
        }
        for senses in it.phrases.values_mut() {
            merge_shared(senses);
        }
        let words: HashSet<String> = it
            .phrases
            .keys()
            .filter(|key| key.is_ascii())
            .flat_map(|key| key.split(' '))
            .map(str::to_owned)
            .collect();
        it.vocabulary = words.iter().cloned().collect();
        it.vocabulary.sort();
        it.known = words;
        it
    }

    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.phrases.keys().map(String::as_str)
    }

    pub fn senses(&self, phrase: &str) -> Option<&[Sense]> {
        self.phrases.get(phrase).map(Vec::as_slice)
    }

    pub fn knows_word(&self, word: &str) -> bool {
        self.known.contains(word)
    }

    /// The one known word that differs by a single slip, if exactly one does. Short words and
    /// replaced letters in words of up to five letters are left alone: they are other words.
    pub fn correction(&self, word: &str) -> Option<&str> {
        let length = word.chars().count();
        if length < 3 || !word.is_ascii() {
            return None;
        }
        let mut found: Option<&str> = None;
        for candidate in &self.vocabulary {
            if candidate.len() < 3 || !is_one_slip(word, candidate) {
                continue;
            }
            if found.is_some() {
                return None;
            }
            found = Some(candidate);
        }
        found
    }

    fn add(&mut self, phrase: &str, sense: Sense) {
        let key = self.key(phrase);
        if key.is_empty() {
            return;
        }
        let senses = self.phrases.entry(key).or_default();
        if !senses.contains(&sense) {
            senses.push(sense);
        }
    }

    /// How the phrase is looked up: folded, contractions written out.
    pub fn key(&self, phrase: &str) -> String {
        let folded = super::text::fold(phrase, &self.traditional);
        if !folded.is_ascii() {
            return folded;
        }
        let words = folded.split(' ');
        let rewritten = words.map(|it| self.rewrites.get(it).map_or(it, String::as_str));
        // The owner is a word of its own, as in text: "rubik 's cube".
        rewritten
            .flat_map(|it| match it.strip_suffix("'s") {
                Some(owner) => [owner, "'s"],
                None => [it, ""],
            })
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn add_noun(&mut self, names: &Names, noun: &Noun, irregular: &HashMap<String, String>) {
        let en: Vec<String> = names.en.iter().map(|name| self.key(name)).collect();
        let plurals: HashSet<String> = en.iter().map(|it| plural(it, irregular)).collect();
        for name in &en {
            let is_plural = plurals.contains(name) && !matches!(noun, Noun::Person(_));
            self.add(
                name,
                Sense::Noun {
                    noun: noun.clone(),
                    plural: is_plural,
                },
            );
            if !is_plural {
                self.add(
                    &plural(name, irregular),
                    Sense::Noun {
                        noun: noun.clone(),
                        plural: true,
                    },
                );
            }
        }
        // "livingroom"
        for name in en.iter().filter(|it| it.matches(' ').count() == 1) {
            let (noun, plural) = (noun.clone(), plurals.contains(name));
            self.add(&name.replace(' ', ""), Sense::Noun { noun, plural });
        }
        for name in &names.zh {
            self.add(
                name,
                Sense::Noun {
                    noun: noun.clone(),
                    plural: false,
                },
            );
        }
    }

    fn add_home(&mut self, home: &Home, data: &LexiconData) {
        let irregular: HashMap<String, String> = data
            .languages
            .iter()
            .flat_map(|raw| raw.plurals.clone())
            .collect();
        let mut places: HashMap<String, Vec<String>> = HashMap::new();
        let mut shared: HashMap<String, Vec<String>> = HashMap::new();
        for place in &home.places {
            for name in place.names.en.iter().chain(&place.names.zh) {
                let key = self.key(name);
                push_unique(places.entry(key.clone()).or_default(), &place.names.id);
                if let Some((_, head)) = key.rsplit_once(' ') {
                    push_unique(shared.entry(head.to_owned()).or_default(), &place.names.id);
                }
                for (suffix, heads) in data.languages.iter().flat_map(|raw| &raw.heads) {
                    if key.ends_with(suffix.as_str()) {
                        for head in heads {
                            push_unique(shared.entry(head.clone()).or_default(), &place.names.id);
                        }
                    }
                }
            }
        }
        let mut shared: Vec<_> = shared.into_iter().collect();
        shared.sort();
        for (name, ids) in shared {
            // 桌 means what 桌子 means, where the home says what that is.
            let exact = data
                .languages
                .iter()
                .flat_map(|raw| raw.heads.values())
                .filter(|heads| heads.contains(&name))
                .flatten()
                .find_map(|head| places.get(head).cloned());
            let exact = exact.or_else(|| places.get(&name).cloned());
            if let Some(exact) = &exact {
                self.looser_places.push((exact.clone(), ids.clone()));
            }
            places.entry(name).or_insert(exact.unwrap_or(ids));
        }
        for place in &home.places {
            // A place whose first name it is has it for itself ("the lamp").
            let names = [place.names.en.first(), place.names.zh.first()];
            for name in names.into_iter().flatten() {
                places.insert(self.key(name), vec![place.names.id.clone()]);
            }
        }
        let mut places: Vec<_> = places.into_iter().collect();
        places.sort();
        for (name, ids) in places {
            let noun = Noun::Places(ids);
            let is_plural = false;
            if name.is_ascii() {
                self.add(
                    &plural(&name, &irregular),
                    Sense::Noun {
                        noun: noun.clone(),
                        plural: true,
                    },
                );
            }
            self.add(
                &name,
                Sense::Noun {
                    noun,
                    plural: is_plural,
                },
            );
        }
        for room in &home.rooms {
            self.add_noun(&room.names, &Noun::Room(room.names.id.clone()), &irregular);
        }
        for kind in &home.kinds {
            self.add_noun(&kind.names, &Noun::Kind(kind.names.id.clone()), &irregular);
        }
        for category in &home.categories {
            let noun = Noun::Category(category.names.id.clone());
            self.add_noun(&category.names, &noun, &irregular);
        }
        for item in &home.catalogue {
            self.add_noun(&item.names, &Noun::Item(item.names.id.clone()), &irregular);
        }
        for person in &home.people {
            let noun = Noun::Person(person.names.id.clone());
            self.add_noun(&person.names, &noun, &irregular);
        }
    }

    fn add_all(&mut self, words: &[String], sense: &Sense) {
        for word in words {
            self.add(word, sense.clone());
        }
    }

    fn add_nouns(&mut self, words: &[String], noun: &Noun, plural: bool) {
        let noun = noun.clone();
        self.add_all(words, &Sense::Noun { noun, plural });
    }

    fn add_language(&mut self, raw: &RawLexicon, home: &Home) {
        for (key, words) in sorted(&raw.verbs) {
            self.add_all(words, &Sense::Verb(*key));
        }
        for (key, words) in sorted(&raw.wishes) {
            if home.categories.iter().any(|it| it.names.id == *key) {
                self.add_all(words, &Sense::Wish(key.clone()));
            }
        }
        for (key, words) in sorted(&raw.roles) {
            self.add_all(words, &Sense::Role(*key));
        }
        for (key, words) in sorted(&raw.relations) {
            self.add_all(words, &Sense::Relation(*key));
        }
        for (key, words) in sorted(&raw.localizers) {
            self.add_all(words, &Sense::Localizer(*key));
        }
        for (key, words) in sorted(&raw.colours) {
            self.add_all(words, &Sense::Colour(*key));
        }
        for (key, words) in sorted(&raw.superlatives) {
            self.add_all(words, &Sense::Superlative(*key));
        }
        for (key, words) in sorted(&raw.patterns) {
            self.add_all(words, &Sense::Pattern(*key));
        }
        for (key, words) in sorted(&raw.pattern_parts) {
            self.add_pattern_parts(words, *key, raw);
        }
        for (key, words) in sorted(&raw.states) {
            self.add_all(words, &Sense::State(*key));
        }
        for (key, words) in sorted(&raw.poses) {
            self.add_all(words, &Sense::Pose(*key));
        }
        for (key, words) in sorted(&raw.gestures) {
            self.add_all(words, &Sense::Gesture(*key));
        }
        for (key, words) in sorted(&raw.shapes) {
            self.add_nouns(words, &Noun::Shape(*key), false);
        }
        for (key, words) in sorted(&raw.determiners) {
            self.add_all(words, &Sense::Determiner(*key));
        }
        for (key, words) in sorted(&raw.pronouns) {
            self.add_all(words, &Sense::Pronoun(*key));
        }
        for (key, words) in sorted(&raw.numbers) {
            self.add_all(words, &Sense::Number(*key));
        }
        for (key, words) in sorted(&raw.ordinals) {
            self.add_all(words, &Sense::Ordinal(*key));
        }
        for (key, words) in sorted(&raw.questions) {
            self.add_all(words, &Sense::Ask(*key));
        }
        for (key, words) in sorted(&raw.control) {
            self.add_all(words, &Sense::Order(*key));
        }
        for (key, words) in sorted(&raw.courtesy) {
            self.add_all(words, &Sense::Courtesy(*key));
        }
        for (key, words) in sorted(&raw.impossible) {
            self.add_all(words, &Sense::Impossible(*key));
        }
        self.add_nouns(&raw.nouns.thing, &Noun::Thing, false);
        self.add_nouns(&raw.nouns.things, &Noun::Thing, true);
        self.add_nouns(&raw.nouns.person, &Noun::AnyPerson, false);
        self.add_nouns(&raw.nouns.people, &Noun::AnyPerson, true);
        self.add_nouns(&raw.nouns.nobody, &Noun::AnyPerson, false);
        self.add_nouns(&raw.nouns.clothes, &Noun::Clothes, false);
        self.add_nouns(&raw.nouns.trousers, &Noun::Trousers, false);
        for (detail, words) in &raw.details {
            self.add_all(words, &Sense::Detail(detail.clone()));
        }
        for (name, words) in &raw.described {
            self.add_described(name, words, raw);
        }
        for word in &raw.nowhere {
            if self.senses(&self.key(word)).is_none() {
                self.add_nouns(std::slice::from_ref(word), &Noun::Nowhere, false);
            }
        }
        for (words, sense) in [
            (&raw.wearing, Sense::Wearing),
            (&raw.measures, Sense::Measure),
            (&raw.adjectives, Sense::Adjective),
            (&raw.joins.and, Sense::And),
            (&raw.joins.then, Sense::Then),
            (&raw.joins.or, Sense::Or),
            (&raw.unsupported, Sense::Unsupported),
            (&raw.be, Sense::Be),
            (&raw.have, Sense::Have),
            (&raw.whether, Sense::Whether),
            (&raw.ask_particles, Sense::AskParticle),
            (&raw.stay, Sense::Stay),
            (&raw.negation, Sense::Not),
            (&raw.corrections, Sense::Correction),
            (&raw.bears, Sense::Bears),
            (&raw.benefit, Sense::Benefit),
            (&raw.down, Sense::Down),
            (&raw.postures, Sense::Posture),
            (&raw.linkers, Sense::Linker),
            (&raw.fillers, Sense::Filler),
            (&raw.floor, Sense::Floor),
            (&raw.doing, Sense::Doing),
        ] {
            self.add_all(words, &sense);
        }
    }

    /// A single character, as 点, is in many words: it counts behind a colour only, and with that makes one word.
    fn add_pattern_parts(&mut self, words: &[String], pattern: ast::Pattern, raw: &RawLexicon) {
        for word in words {
            let sense = Sense::PatternPart(pattern);
            if word.chars().count() > 1 {
                self.add(word, sense);
                continue;
            }
            for (colour, names) in sorted(&raw.colours) {
                for name in names {
                    let coloured = format!("{name}{word}");
                    self.add(&coloured, Sense::Colour(*colour));
                    self.add(&coloured, sense.clone());
                }
            }
        }
    }

    /// A thing that is known by its word only, where the home gives the word no meaning.
    fn add_described(&mut self, name: &str, words: &[String], raw: &RawLexicon) {
        let language = raw.language.unwrap_or(Language::En);
        for word in words {
            let word = self.key(word);
            let names = |it: &Sense| matches!(it, Sense::Noun { .. });
            if self.senses(&word).is_some_and(|it| it.iter().any(names)) {
                continue;
            }
            self.described
                .entry((language, name.to_owned()))
                .or_insert_with(|| word.clone());
            let (en, zh) = match language {
                Language::En => (vec![word], Vec::new()),
                Language::Zh => (Vec::new(), vec![word]),
            };
            let names = Names {
                id: name.to_owned(),
                en,
                zh,
            };
            self.add_noun(&names, &Noun::Described(name.to_owned()), &raw.plurals);
        }
    }

    fn add_wording(&mut self, raw: &RawLexicon) {
        for (from, to) in &raw.rewrites {
            if from.is_ascii() {
                self.rewrites.insert(from.clone(), to.clone());
            } else {
                self.replacements.push((from.clone(), to.clone()));
            }
        }
        self.replacements.sort();
        let language = raw.language.unwrap_or(Language::En);
        for (key, text) in &raw.explanations {
            self.explanations
                .insert((language, key.clone()), text.clone());
        }
        for (key, text) in &raw.verb_words {
            self.verb_words
                .insert((language, key.clone()), text.clone());
        }
        let open = &raw.open_questions;
        self.question_starts.extend(open.starts.iter().cloned());
        self.question_ends.extend(open.ends.iter().cloned());
        let mut answers = raw.answers.clone();
        for words in answers.all_mut() {
            for word in words {
                *word = self.key(word);
            }
        }
        self.answers.push((language, answers));
    }
}

/// Where several kinds (or else several items) bear one name, the name means any of them.
fn merge_shared(senses: &mut Vec<Sense>) {
    let pick = |kinds: bool| {
        move |it: &Sense| match it {
            Sense::Noun {
                noun: Noun::Kind(id),
                ..
            } if kinds => Some(ast::Noun::Kind(id.clone())),
            Sense::Noun {
                noun: Noun::Item(id),
                ..
            } if !kinds => Some(ast::Noun::Item(id.clone())),
            _ => None,
        }
    };
    let kinds: Vec<ast::Noun> = senses.iter().filter_map(pick(true)).collect();
    let items: Vec<ast::Noun> = senses.iter().filter_map(pick(false)).collect();
    let shared = match (kinds.len(), items.len()) {
        (0, 2..) => items,
        (2.., _) => kinds,
        _ => return,
    };
    let plural = senses
        .iter()
        .any(|it| matches!(it, Sense::Noun { plural: true, .. }));
    senses.insert(
        0,
        Sense::Noun {
            noun: Noun::OneOf(shared),
            plural,
        },
    );
}

fn push_unique(ids: &mut Vec<String>, id: &str) {
    if !ids.iter().any(|it| it == id) {
        ids.push(id.to_owned());
    }
}

/// Whether any sense of the list is a colour of this name.
pub(super) fn colour_of(senses: &[Sense]) -> Option<BasicColour> {
    senses.iter().find_map(|it| match it {
        Sense::Colour(colour) => Some(*colour),
        _ => None,
    })
}

/// The form that a sense of the list names.
pub(super) fn shape_of(senses: &[Sense]) -> Option<ShapeCue> {
    senses.iter().find_map(|it| match it {
        Sense::Noun {
            noun: Noun::Shape(shape),
            ..
        } => Some(*shape),
        _ => None,
    })
}
