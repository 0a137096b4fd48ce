//! Collects a Chinese noun phrase.

use super::looks::looks;
use super::noun_phrase::{among, trim_links};
use crate::ast::{PlaceRef, Quantity, Relation};
use crate::language::cursor::{Cursor, MAX_DEPTH};
use crate::language::frame::Phrase;
use crate::language::noun::{Parts, nearest};
use crate::language::sense::{Determiner, Localizer, Noun, Pronoun, Sense};
use crate::phrases::with_parts;

/// Collects the parts of a noun phrase, token by token.
pub(super) struct Builder<'a, 'b> {
    cursor: &'a Cursor<'b>,
    parts: Parts,
    at: usize,
    /// Where the describing words begin.
    content: usize,
    depth: usize,
    /// A spot beside or in a thing: 碗旁边, 碗里.
    near: Option<Relation>,
}

impl<'a, 'b> Builder<'a, 'b> {
    pub fn new(cursor: &'a Cursor<'b>, start: usize, depth: usize) -> Self {
        Self {
            cursor,
            parts: Parts::default(),
            at: start,
            content: start,
            depth,
            near: None,
        }
    }
}

impl Builder<'_, '_> {
    /// Takes one part; false at the end of the phrase.
    pub fn step(&mut self) -> bool {
        if self.near.is_some() {
            return false;
        }
        let cursor = self.cursor;
        let at = self.at;
        if self.parts.is_headless() {
            if self.determiner() {
                self.content = self.at;
                return true;
            }
            if self.describer() || self.dressed() {
                return true;
            }
        }
        if let Some(category) = cursor.wish(at).filter(|_| self.parts.is_headless()) {
            self.parts.nouns.push((Noun::Category(category), false));
            self.at += 1;
            return false;
        }
        if cursor.is_unknown(at) {
            self.parts.unknown = true;
            self.at += 1;
            // 透明的瓶子: what it is said to be is not known.
            let thing = matches!(
                cursor.noun(self.at + 1),
                Some((
                    Noun::Kind(_)
                        | Noun::Item(_)
                        | Noun::OneOf(_)
                        | Noun::Described(_)
                        | Noun::Thing
                        | Noun::Shape(_),
                    _
                ))
            );
            if cursor.has(self.at, &Sense::Linker) && thing {
                self.at += 1;
                return true;
            }
            return !self.attributive();
        }
        let Some((noun, plural)) = cursor.noun(at) else {
            return false;
        };
        // After a noun, a word that may be a verb or a preposition is one.
        let other = cursor.verb(at).is_some() || cursor.role(at).is_some();
        if !self.parts.is_headless() && other {
            return false;
        }
        self.noun(noun, plural)
    }

    fn next_describes(&self, at: usize) -> bool {
        let at = at + usize::from(self.cursor.has(at, &Sense::Linker));
        self.cursor.continues_noun(at)
            || self.cursor.pronoun(at) == Some(Pronoun::It)
            || self.cursor.has(at, &Sense::Measure) && self.cursor.role(at).is_none()
            || self.cursor.has(at, &Sense::Wearing)
            || self.cursor.pose(at).is_some()
            || self.cursor.detail(at).is_some()
            || self.cursor.wish(at).is_some()
    }

    fn determiner(&mut self) -> bool {
        let cursor = self.cursor;
        let at = self.at;
        if let Some(determiner) = cursor.determiner(at) {
            if self.next_describes(at + 1) || self.parts.says_something() {
                self.parts.determiner.get_or_insert(determiner);
                self.at += 1;
                return true;
            }
            return false;
        }
        if let Some(number) = cursor.number(at) {
            if cursor.has(at + 1, &Sense::Measure) || self.next_describes(at + 1) {
                self.parts.number = Some(number);
                self.at += 1;
                self.measure();
                return true;
            }
            return false;
        }
        self.measure()
    }

    /// 个, 瓶; not 碗 and 杯 where they are the noun.
    fn measure(&mut self) -> bool {
        let cursor = self.cursor;
        let at = self.at;
        let counted = self.parts.number.is_some() || self.parts.determiner.is_some();
        let is_measure = cursor.has(at, &Sense::Measure)
            && if cursor.role(at).is_some() {
                // 把
                counted
            } else if cursor.starts_noun(at) && !counted {
                // 杯水
                cursor.starts_noun(at + 1)
            } else if cursor.starts_noun(at) {
                self.next_describes(at + 1) && !cursor.has(at + 1, &Sense::Linker)
            } else {
                counted || self.next_describes(at + 1)
            };
        if is_measure {
            self.parts.measured = true;
            self.at += 1;
            self.at += usize::from(cursor.has(self.at, &Sense::Linker));
        }
        is_measure
    }

    /// 带红点的, 有蓝色条纹的
    fn painted(&mut self) -> bool {
        let cursor = self.cursor;
        let bears = cursor.has(self.at, &Sense::Bears);
        let mut at = self.at + usize::from(bears);
        let Some(colour) = cursor.colour(at) else {
            return false;
        };
        // 红点 is one word, 红色条纹 two.
        let together = cursor.pattern_part(at);
        at += 1;
        if together.is_none() {
            at += usize::from(cursor.has(at, &Sense::Linker));
        }
        let part = together.or_else(|| cursor.pattern_part(at).filter(|_| bears));
        at += usize::from(together.is_none());
        let Some(pattern) = part.filter(|_| self.parts.pattern.is_none()) else {
            return false;
        };
        if !self.next_describes(at) && !cursor.has(at, &Sense::Linker) {
            return false;
        }
        self.parts.pattern = Some(pattern);
        self.parts.detail = with_parts(pattern, &[colour]);
        self.at = at;
        self.linker();
        true
    }

    /// 红色的, 最大的, 新鲜的
    fn describer(&mut self) -> bool {
        let cursor = self.cursor;
        let at = self.at;
        if self.painted() {
            return true;
        }
        if let Some(colour) = cursor.colour(at)
            && (cursor.noun(at).is_none() || self.next_describes(at + 1))
        {
            self.parts.colour = Some(colour);
            self.at += 1;
            self.linker();
            return true;
        }
        let describes = self.next_describes(at + 1) || cursor.has(at + 1, &Sense::Linker);
        let (pattern, state) = (cursor.pattern(at), cursor.state(at));
        if (pattern.is_some() || state.is_some()) && describes {
            self.parts.pattern = self.parts.pattern.or(pattern);
            self.parts.state = self.parts.state.or(state);
            self.at += 1;
            self.linker();
            return true;
        }
        if let Some(superlative) = cursor.superlative(at) {
            self.parts.superlative.get_or_insert(superlative);
            self.at += 1;
            self.linker();
            return true;
        }
        if let Some(shape) = cursor.shape(at).filter(|_| self.next_describes(at + 1)) {
            self.parts.shape = Some(shape);
            self.at += 1;
            self.linker();
            return true;
        }
        let adjective = cursor.has(at, &Sense::Adjective)
            && (self.next_describes(at + 1) || cursor.has(at + 1, &Sense::Linker));
        if adjective {
            self.at += 1;
            self.linker();
        }
        adjective
    }

    fn linker(&mut self) {
        self.at += usize::from(self.cursor.has(self.at, &Sense::Linker));
    }

    /// 穿红色衣服的, 挥手的, 躺在地上的: of a person.
    fn dressed(&mut self) -> bool {
        let Some((looks, mut at)) = looks(self.cursor, self.at) else {
            return false;
        };
        let linked = self.cursor.has(at, &Sense::Linker);
        at += usize::from(linked);
        let clothes = looks.shirt.is_some() || looks.trousers.is_some();
        if !linked && !clothes && !self.next_describes(at) {
            return false;
        }
        self.parts.looks = std::mem::take(&mut self.parts.looks).or(looks);
        self.at = at;
        true
    }

    /// Whether 的 and a further noun follow, so that the noun only describes.
    fn attributive(&self) -> bool {
        !self.cursor.is_unknown(self.at) && !self.cursor.starts_noun(self.at)
    }

    /// Takes a noun; what follows says whether it is the head. False at the end.
    fn noun(&mut self, noun: Noun, plural: bool) -> bool {
        match noun {
            Noun::Places(_) | Noun::Room(_) => self.place(noun),
            Noun::Person(_) | Noun::AnyPerson => self.person(noun, plural),
            noun => self.thing(noun, plural),
        }
    }

    fn place(&mut self, noun: Noun) -> bool {
        let cursor = self.cursor;
        if !self.parts.nouns.is_empty() || self.parts.unknown {
            // A thing followed by a place is two phrases: 苹果 书桌上.
            return false;
        }
        let mut next = self.at + 1;
        let room = match &noun {
            Noun::Room(room) => Some(room.clone()),
            _ => None,
        };
        let place = self.settle(&noun);
        let relation = cursor.relation(next);
        let direction = relation.and_then(|_| cursor.superlative(next));
        while cursor.localizer(next).is_some() || cursor.relation(next).is_some() && room.is_none()
        {
            next += 1;
        }
        let linked = cursor.has(next, &Sense::Linker);
        let after = next + usize::from(linked);
        // 客厅里的安娜
        let whose = linked && matches!(cursor.noun(after), Some((Noun::Person(_), _)));
        let goes_on =
            whose || (linked || room.is_some() || next > self.at + 1) && self.noun_ahead(after);
        if goes_on {
            // 厨房(里)的桌子 narrows the table; 书桌上的苹果 tells where the apple is.
            match (&room, &place) {
                (Some(room), _) if self.place_ahead(after) => self.parts.room = Some(room.clone()),
                _ => self.parts.at = Some(self.narrowed(place)),
            }
            if let Some(direction) =
                direction.filter(|_| !matches!(relation, Some(Relation::NextTo)))
            {
                self.parts.superlative.get_or_insert(direction);
            }
            self.at = after;
            return true;
        }
        // 沙发旁边的桌子
        self.parts.nouns.push((noun, false));
        self.at = next;
        false
    }

    /// 沙发旁边(at)的桌子: the table that is nearest to it.
    fn settle(&self, noun: &Noun) -> PlaceRef {
        match noun {
            Noun::Room(room) => PlaceRef::Room(room.clone()),
            Noun::Places(ids) => crate::language::noun::place_of(ids.clone()),
            _ => PlaceRef::Here,
        }
    }

    fn narrowed(&self, place: PlaceRef) -> PlaceRef {
        let room = self.parts.room.as_deref();
        let narrowed = room.and_then(|room| self.cursor.within(&place, room));
        match (narrowed, self.parts.at.as_ref()) {
            (Some(place), _) => place,
            (None, Some(PlaceRef::Place(other))) => {
                nearest(&place, other, self.cursor.home).unwrap_or(place)
            }
            (None, Some(PlaceRef::Room(room))) => self.cursor.within(&place, room).unwrap_or(place),
            _ => place,
        }
    }

    /// Whether a description goes on here and is not a new phrase.
    fn noun_ahead(&self, at: usize) -> bool {
        let cursor = self.cursor;
        let verb = cursor.verb(at).is_some() && !cursor.starts_noun(at);
        let ends = verb
            || cursor.ask(at).is_some()
            || cursor.has(at, &Sense::Have)
            || cursor.has(at, &Sense::Filler) && !cursor.starts_noun(at)
            || matches!(cursor.noun(at), Some((Noun::Person(_), _)));
        !ends && (self.next_describes(at) || cursor.determiner(at).is_some())
    }

    fn place_ahead(&self, at: usize) -> bool {
        let mut at = at;
        while self.cursor.determiner(at).is_some()
            || self.cursor.has(at, &Sense::Measure)
            || self.cursor.superlative(at).is_some()
            || self.cursor.colour(at).is_some()
            || self.cursor.has(at, &Sense::Linker)
        {
            at += 1;
        }
        matches!(self.cursor.noun(at), Some((Noun::Places(_), _)))
    }

    fn person(&mut self, noun: Noun, plural: bool) -> bool {
        let cursor = self.cursor;
        if !self.parts.nouns.is_empty() {
            return false;
        }
        let mut next = self.at + 1;
        // 安娜的杯子: whose it is changes nothing that can be seen.
        let whose = !matches!(
            cursor.noun(next + 1),
            Some((Noun::Clothes | Noun::Trousers, _))
        );
        if cursor.has(next, &Sense::Linker)
            && whose
            && self.noun_ahead(next + 1)
            && matches!(noun, Noun::Person(_))
        {
            self.at = next + 1;
            return true;
        }
        // 安娜的衣服: what Anna wears.
        let clothes = next + usize::from(cursor.has(next, &Sense::Linker));
        if let Some((Noun::Clothes | Noun::Trousers, _)) = cursor.noun(clothes) {
            next = clothes + 1;
        }
        while cursor.localizer(next).is_some() || cursor.relation(next).is_some() {
            next += 1;
        }
        self.parts.nouns.push((noun, plural));
        self.at = next;
        false
    }

    fn thing(&mut self, noun: Noun, plural: bool) -> bool {
        let cursor = self.cursor;
        let next = self.at + 1;
        let relation = cursor.relation(next).or(match cursor.localizer(next) {
            Some(Localizer::In) => Some(Relation::Inside),
            Some(Localizer::On) => Some(Relation::OnTop),
            _ => None,
        });
        if let Some(relation) = relation {
            let mut after = next + 1;
            // 碗的左边, 旁边那个
            let linked = cursor.has(after, &Sense::Linker);
            after += usize::from(linked);
            self.parts.nouns.push((noun, plural));
            if self.noun_ahead(after) {
                return self.relate(relation, next, after);
            }
            self.near = Some(relation);
            self.at = next + 1;
            return false;
        }
        if cursor.has(next, &Sense::Linker) {
            let beside = cursor.relation(next + 1);
            if let Some(relation) = beside {
                let mut after = next + 2;
                after += usize::from(cursor.has(after, &Sense::Linker));
                self.parts.nouns.push((noun, plural));
                if self.noun_ahead(after) {
                    return self.relate(relation, next, after);
                }
                self.near = Some(relation);
                self.at = next + 2;
                return false;
            }
        }
        self.parts.nouns.push((noun, plural));
        self.at = next;

        cursor.is_unknown(next)
            || cursor.verb(next).is_none()
                && matches!(
                    cursor.noun(next),
                    Some((
                        Noun::Kind(_)
                            | Noun::Item(_)
                            | Noun::OneOf(_)
                            | Noun::Category(_)
                            | Noun::Described(_)
                            | Noun::Shape(_),
                        _
                    ))
                )
    }

    /// What was collected so far is the thing beside which the head is.
    fn relate(&mut self, relation: Relation, words_end: usize, after: usize) -> bool {
        let mut parts = std::mem::take(&mut self.parts);
        parts.words = self.cursor.words(self.content, words_end);
        let Some(Phrase::Object(other) | Phrase::Unknown { object: other, .. }) =
            parts.finish(self.cursor, Quantity::The)
        else {
            return false;
        };
        if self.depth >= MAX_DEPTH {
            return false;
        }
        self.depth += 1;
        // 桌上碗旁边的苹果: the place holds for both.
        self.parts.at = other.at.clone();
        self.parts.relation = Some((relation, Box::new(other)));
        self.at = after;
        true
    }

    pub fn finish(mut self, start: usize) -> Option<(Phrase, usize)> {
        let cursor = self.cursor;
        if self.at == start {
            return None;
        }
        // 红色的那个
        let mut end = self.at;
        if self.parts.is_headless()
            && self.parts.says_something()
            && let Some(Pronoun::It | Pronoun::Them) = cursor.pronoun(end)
        {
            end += 1;
        }
        let near = self.near;
        let words_end = if near.is_some() { end - 1 } else { end };
        self.parts.words = trim_links(&cursor.words(self.content, words_end));
        if let Some((Noun::Places(ids), _)) = self.parts.nouns.last().cloned() {
            let place = crate::language::noun::place_of(ids);
            let place = match &self.parts.room {
                Some(room) => cursor
                    .within(&place, room)
                    .unwrap_or_else(|| PlaceRef::Unknown(self.parts.words.clone())),
                None => self.narrowed(place),
            };
            return Some((Phrase::Place(place), end));
        }
        let head = self.parts.nouns.last().map(|(noun, _)| noun.clone());
        let bare = match head {
            Some(Noun::Category(_) | Noun::Thing) => Quantity::Any,
            _ => Quantity::The,
        };
        if self.parts.is_headless()
            && self.parts.determiner == Some(Determiner::Any)
            && self.parts.number.is_none()
            && !self.parts.says_something()
        {
            return None;
        }
        let mut phrase = self.parts.finish(cursor, bare)?;
        if let Phrase::Object(object) = &mut phrase {
            among(object);
        }
        let phrase = match (near, phrase) {
            (Some(relation), Phrase::Object(object)) => Phrase::Place(PlaceRef::Near {
                relation,
                what: Box::new(object),
            }),
            (_, phrase) => phrase,
        };
        Some((phrase, end))
    }
}
