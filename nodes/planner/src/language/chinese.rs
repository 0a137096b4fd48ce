//! Chinese: clauses and noun phrases.

use super::cursor::{Cursor, MAX_DEPTH};
use super::frame::{Arg, Frame, Link, Phrase};
use super::noun::{Parts, nearest, within};
use super::sense::{Determiner, Localizer, Noun, Pronoun, Role, Sense, Verb};
use crate::ast::{self, ObjectRef, PersonRef, PlaceRef, Quantity, Relation};

/// The clauses of the utterance.
///
/// # Errors
/// The words that fit nowhere.
pub(super) fn clauses(cursor: &Cursor) -> Result<Vec<Frame>, String> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = 0;
    let mut benefit = false;
    while !cursor.is_end(at) {
        let start = at;
        at = cursor.skip_separators(at);
        let after_then =
            (start..at).any(|i| cursor.has(i, &Sense::Then) || cursor.has(i, &Sense::Period));
        if cursor.is_end(at) {
            break;
        }
        let mut clause = Clause::new(cursor, at);
        clause.run()?;
        let Clause {
            frame, before, end, ..
        } = clause;
        let words = cursor.words(at, end);
        for mut frame in before.into_iter().chain([frame]) {
            if frame.is_blank() {
                continue;
            }
            frame.after_then = after_then;
            frame.words.clone_from(&words);
            // 帮我去厨房拿个苹果: the good of the whole utterance is the speaker's.
            benefit |= frame.benefit;
            frame.benefit = benefit;
            frame.drops_pronouns = true;
            frames.push(frame);
        }
        at = end.max(at + 1);
    }
    Ok(frames)
}

struct Clause<'a, 'b> {
    cursor: &'a Cursor<'b>,
    frame: Frame,
    /// A move that comes before in the same breath: 到厨房 … 拿.
    before: Vec<Frame>,
    end: usize,
}

impl<'a, 'b> Clause<'a, 'b> {
    fn new(cursor: &'a Cursor<'b>, start: usize) -> Self {
        Self {
            cursor,
            frame: Frame::default(),
            before: Vec::new(),
            end: start,
        }
    }

    fn run(&mut self) -> Result<(), String> {
        while !self.cursor.is_end(self.end) {
            let at = self.end;
            if self.cursor.has(at, &Sense::Unsupported) && self.frame.impossible.is_none() {
                return Err(self.cursor.words(at, at + 1));
            }
            if self.cursor.is_separator(at) {
                match self.after_separator(at) {
                    Some(next) => self.end = next,
                    None => break,
                }
                continue;
            }
            if self.frame.order.is_some() || self.frame.stay || self.frame.impossible.is_some() {
                self.end += 1;
                continue;
            }
            if self.frame.courtesy.is_some() {
                break;
            }
            if let Some(next) = self.opening(at).or_else(|| self.question(at)) {
                self.end = next;
                continue;
            }
            if self.begins_after_move(at) {
                break;
            }
            match self.verb(at) {
                Step::Next(next) => {
                    self.end = next;
                    continue;
                }
                Step::EndsClause => break,
                Step::Other => {}
            }
            if let Some(next) = self.argument(at).or_else(|| self.trailing(at)) {
                self.end = next;
                continue;
            }
            return Err(self.cursor.words(at, at + 1));
        }
        self.close();
        Ok(())
    }

    /// 给, 在 and 到 are verbs where there is no other.
    fn close(&mut self) {
        let frame = &mut self.frame;
        if frame.is_headed() {
            return;
        }
        let has_link = |role: Role| frame.args.iter().any(|it| it.link == Link::Role(role));
        if has_link(Role::For) {
            frame.verb = Some(Verb::Give);
        } else if has_link(Role::To) {
            frame.verb = Some(if frame.args.len() > 1 {
                Verb::Put
            } else {
                Verb::Go
            });
        }
    }

    fn after_separator(&mut self, at: usize) -> Option<usize> {
        let cursor = self.cursor;
        let mut next = at;
        while cursor.is_separator(next) {
            next += 1;
        }
        let full_stop = (at..next).any(|i| cursor.has(i, &Sense::Period));
        let joins = (at..next).all(|i| cursor.has(i, &Sense::And));
        if cursor.has(at, &Sense::Or) {
            let (phrase, end) = noun_phrase(cursor, next, 0)?;
            return self.frame.either(&phrase).then_some(end);
        }
        if cursor.is_end(next) || full_stop {
            return None;
        }
        let is_then = (at..next).any(|i| cursor.has(i, &Sense::Then));
        let comma_only = !joins && !is_then;
        if comma_only && self.asks_on(next) {
            return Some(next);
        }
        if !self.frame.is_headed() && !is_then || joins {
            if joins {
                if let Some((phrase, end)) = noun_phrase(cursor, next, 0) {
                    if let Some(arg) = self.frame.args.last_mut() {
                        if !arg.phrases.iter().any(|it| it.is_like(&phrase)) {
                            return None;
                        }
                        arg.phrases.push(phrase);
                        return Some(end);
                    }
                    self.frame.push(Link::Bare, phrase);
                    return Some(end);
                }
            }
            return (!self.frame.is_headed()).then_some(next);
        }
        None
    }

    /// 请问，…; 告诉我，…: the question comes after the comma.
    fn asks_on(&self, at: usize) -> bool {
        let open = matches!(self.frame.verb, Some(Verb::Tell | Verb::Look | Verb::Count))
            && self.frame.ask.is_none()
            && !self.frame.whether
            && self
                .frame
                .args
                .iter()
                .all(|it| matches!(it.phrases.first(), Some(Phrase::Person(_))));
        open && self.cursor.verb(at).is_none()
    }

    /// Orders, courtesies, denials, what cannot be done.
    fn opening(&mut self, at: usize) -> Option<usize> {
        let cursor = self.cursor;
        if self.frame.is_headed() {
            return None;
        }
        let frame = &mut self.frame;
        if cursor.has(at, &Sense::Stay) {
            frame.stay = true;
            frame.order = cursor.order(at);
            return Some(at + 1);
        }
        if let Some(order) = cursor.order(at) {
            frame.order = Some(order);
            return Some(at + 1);
        }
        if let Some(courtesy) = cursor.courtesy(at) {
            frame.courtesy = Some(courtesy);
            return Some(at + 1);
        }
        if cursor.has(at, &Sense::Benefit) {
            frame.benefit = true;
            return Some(at + 1);
        }
        if let Some(category) = cursor.wish(at).filter(|_| !cursor.has(at, &Sense::Filler)) {
            let noun = ast::Noun::Category(category);
            let object = ObjectRef::new(noun, Quantity::Any, cursor.words(at, at + 1));
            frame.push(Link::Bare, Phrase::Object(object));
            return Some(at + 1);
        }
        if cursor.has(at, &Sense::Not) {
            frame.negated = true;
            return Some(at + 1);
        }
        if let Some(why) = cursor.impossible(at).filter(|_| !cursor.starts_noun(at)) {
            frame.impossible = Some(why);
            return Some(at + 1);
        }
        None
    }

    fn question(&mut self, at: usize) -> Option<usize> {
        let cursor = self.cursor;
        let may_ask = matches!(
            self.frame.verb,
            None | Some(
                Verb::Tell
                    | Verb::Look
                    | Verb::See
                    | Verb::Count
                    | Verb::Find
                    | Verb::Describe
                    | Verb::Want
            )
        );
        if !may_ask {
            // 牛奶放在哪里: where it is, not where to put it.
            if cursor.ask(at) == Some(super::sense::Ask::Where)
                && self.frame.verb == Some(Verb::Put)
            {
                self.frame.verb = None;
                self.frame.ask = Some(super::sense::Ask::Where);
                return Some(at + 1);
            }
            return None;
        }
        if let Some(ask) = cursor.ask(at) {
            // 有什么 asks what; 有几个 how many; a second word adds nothing.
            self.frame.ask.get_or_insert(ask);
            self.frame.whether = false;
            let next = at + 1;
            let counted = cursor.has(next, &Sense::Measure) && !is_last_noun(cursor, next);
            return Some(next + usize::from(counted));
        }
        if cursor.has(at, &Sense::Whether) {
            self.frame.whether = true;
            return Some(at + 1);
        }
        if cursor.has(at, &Sense::Have) {
            if self.frame.ask.is_none() {
                self.frame.whether = true;
            }
            return Some(at + 1);
        }
        if cursor.has(at, &Sense::Be) && cursor.role(at).is_none() {
            return Some(at + 1);
        }
        let asks = cursor.has(at, &Sense::AskParticle)
            && matches!(
                self.frame.verb,
                None | Some(Verb::See | Verb::Tell | Verb::Look)
            );
        if asks {
            self.frame.whether |= self.frame.ask.is_none();
            return Some(at + 1);
        }
        None
    }

    fn verb(&mut self, at: usize) -> Step {
        let cursor = self.cursor;
        let Some(verb) = cursor.verb(at) else {
            return self.impossible_later(at);
        };
        if self.frame.ask.is_some() || self.frame.whether {
            if verb == Verb::See {
                return Step::Next(at + 1);
            }
            let is_complement = cursor.has(at, &Sense::Filler);
            return if is_complement {
                Step::Other
            } else {
                Step::EndsClause
            };
        }
        // 给 after a verb, 跟着: what comes next decides.
        let is_link = cursor.role(at).is_some() && noun_phrase(cursor, at + 1, 0).is_some();
        if is_link {
            return Step::Other;
        }
        match self.frame.verb {
            None => {
                self.split_off_move(verb);
                self.frame.verb = Some(verb);
                Step::Next(at + 1)
            }
            // 过去, 来 after a verb only say where it is directed.
            Some(known) if cursor.has(at, &Sense::Filler) && !self.begins_anew(known, verb, at) => {
                self.frame.back |= verb == Verb::GoBack;
                Step::Next(at + 1)
            }
            Some(Verb::Want | Verb::Come | Verb::Go | Verb::Look | Verb::Tell)
                if self.only_speaks() =>
            {
                self.frame.verb = Some(verb);
                Step::Next(at + 1)
            }
            Some(Verb::Take) if verb == Verb::Give && self.frame.args.is_empty() => {
                self.frame.verb = Some(verb);
                Step::Next(at + 1)
            }
            Some(_) => Step::EndsClause,
        }
    }

    /// 去厨房 把…: having said where to go, a new thing to do begins.
    fn begins_after_move(&self, at: usize) -> bool {
        let frame = &self.frame;
        let role = self.cursor.role(at);
        let moves = matches!(frame.verb, Some(Verb::Go | Verb::Come | Verb::GoBack));
        let handles = role == Some(Role::Object);
        let holds = frame.args.iter().any(|it| {
            it.link == Link::Role(Role::Object)
                || matches!(it.phrases.first(), Some(Phrase::Object(_)))
        });
        !frame.args.is_empty()
            && (moves && role.is_some_and(|it| it != Role::To)
                || frame.verb.is_some() && handles && holds)
    }

    /// 去 and 来 before a new verb phrase: 拿了苹果去厨房.
    fn begins_anew(&self, known: Verb, verb: Verb, at: usize) -> bool {
        let has_thing = !self.frame.args.is_empty();
        matches!(verb, Verb::Go | Verb::GoBack | Verb::Come)
            && has_thing
            && known != Verb::Go
            && matches!(
                noun_phrase(self.cursor, at + 1, 0),
                Some((Phrase::Place(_) | Phrase::Nowhere(_), _))
            )
    }

    fn only_speaks(&self) -> bool {
        self.frame.args.iter().all(|it| {
            matches!(it.phrases.first(), Some(Phrase::Person(PersonRef::Speaker)))
                || it.link == Link::Role(Role::For)
                || it.link == Link::Role(Role::Object)
        })
    }

    /// 到厨房拿苹果: going there is a command of its own.
    fn split_off_move(&mut self, verb: Verb) {
        if matches!(verb, Verb::Go | Verb::Come | Verb::GoBack) {
            return;
        }
        let goal = self.frame.args.iter().position(|it| {
            it.link == Link::Role(Role::To) && matches!(it.phrases.first(), Some(Phrase::Place(_)))
        });
        if let Some(goal) = goal {
            let arg = self.frame.args.remove(goal);
            self.before.push(Frame {
                verb: Some(Verb::Go),
                args: vec![arg],
                ..Frame::default()
            });
        }
    }

    /// 把杯子洗一下, 去厨房做饭
    fn impossible_later(&mut self, at: usize) -> Step {
        let cursor = self.cursor;
        let found = cursor.impossible(at).filter(|_| !cursor.starts_noun(at));
        match (found, self.frame.verb) {
            (Some(why), None) => {
                self.frame.impossible = Some(why);
                Step::Next(at + 1)
            }
            (Some(why), Some(Verb::Go | Verb::Come | Verb::Want)) if self.only_speaks() => {
                self.frame.verb = None;
                self.frame.impossible = Some(why);
                Step::Next(at + 1)
            }
            (Some(_), Some(_)) if !self.frame.args.is_empty() => Step::EndsClause,
            _ => Step::Other,
        }
    }

    fn argument(&mut self, at: usize) -> Option<usize> {
        let cursor = self.cursor;
        if let Some(role) = cursor.role(at) {
            // 在哪里, 在有…: the role has nothing to hold.
            let from = at + 1;
            if let Some((phrase, end)) = noun_phrase(cursor, from, 0) {
                self.frame.args.push(Arg {
                    link: Link::Role(role),
                    phrases: vec![phrase],
                });
                return Some(end);
            }
        }
        // 放这里, 最大的是…; a superlative after its noun: 哪个水果最大
        if let Some(next) = self.compared(at) {
            return Some(next);
        }
        let (phrase, end) = noun_phrase(cursor, at, 0)?;
        self.frame.push(Link::Bare, phrase);
        Some(end)
    }

    fn compared(&mut self, at: usize) -> Option<usize> {
        let superlative = self.cursor.superlative(at)?;
        if self.cursor.continues_noun(at + 1) || self.cursor.has(at + 1, &Sense::Linker) {
            return None;
        }
        let last = self.frame.args.last_mut()?.phrases.last_mut()?;
        match last {
            Phrase::Object(object) if object.superlative.is_none() && self.frame.ask.is_some() => {
                object.superlative = Some(superlative);
                object.quantity = Quantity::The;
                Some(at + 1)
            }
            _ => None,
        }
    }

    /// Particles, complements and such.
    fn trailing(&mut self, at: usize) -> Option<usize> {
        let cursor = self.cursor;
        let is_role = cursor.role(at).is_some();
        let ignorable = [
            Sense::Filler,
            Sense::AskParticle,
            Sense::Linker,
            Sense::Adjective,
            Sense::Measure,
            Sense::Be,
            Sense::Have,
            Sense::Benefit,
        ];
        if cursor.has(at, &Sense::Benefit) {
            self.frame.benefit = true;
        }
        if cursor.determiner(at) == Some(Determiner::All) {
            // 把水果都…: all of what was just mentioned.
            for phrase in self.frame.args.iter_mut().flat_map(|it| &mut it.phrases) {
                if let Phrase::Object(object) = phrase {
                    object.quantity = Quantity::All;
                }
            }
            return Some(at + 1);
        }
        if cursor.determiner(at) == Some(Determiner::Any) {
            return Some(at + 1);
        }
        let known = ignorable.iter().any(|it| cursor.has(at, it));
        let localizer = cursor.localizer(at).is_some();
        (known || is_role || localizer || cursor.courtesy(at).is_some()).then_some(at + 1)
    }
}

enum Step {
    Next(usize),
    EndsClause,
    Other,
}

/// 碗 in 几个碗 is the noun, in 几碗饭 the measure.
fn is_last_noun(cursor: &Cursor, at: usize) -> bool {
    cursor.starts_noun(at) && !cursor.continues_noun(at + 1)
}

/// The noun phrase that starts here, and where it ends.
pub(super) fn noun_phrase(cursor: &Cursor, start: usize, depth: usize) -> Option<(Phrase, usize)> {
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(found) = pronoun(cursor, start) {
        return Some(found);
    }
    if let Some(category) = cursor.wish(start) {
        let noun = ast::Noun::Category(category);
        let words = cursor.words(start, start + 1);
        let object = ObjectRef::new(noun, Quantity::Any, words);
        return Some((Phrase::Object(object), start + 1));
    }
    let mut builder = Builder {
        cursor,
        parts: Parts::default(),
        at: start,
        content: start,
        depth,
        near: None,
    };
    while builder.step() {}
    builder.finish(start)
}

fn pronoun(cursor: &Cursor, at: usize) -> Option<(Phrase, usize)> {
    let pronoun = cursor.pronoun(at)?;
    let determines = cursor.determiner(at).is_some()
        && (cursor.continues_noun(at + 1) || cursor.has(at + 1, &Sense::Measure));
    if determines {
        return None;
    }
    let thing = |plural| {
        let words = cursor.words(at, at + 1);
        let noun = ast::Noun::Pronoun { plural };
        Phrase::Object(ObjectRef::new(noun, Quantity::The, words))
    };
    let mut end = at + 1;
    let phrase = match pronoun {
        Pronoun::It => thing(false),
        Pronoun::Them => thing(true),
        Pronoun::Person => Phrase::Person(PersonRef::Pronoun),
        Pronoun::Speaker => Phrase::Person(PersonRef::Speaker),
        Pronoun::Here => Phrase::Place(PlaceRef::Here),
        Pronoun::There => Phrase::Place(PlaceRef::There),
        Pronoun::Origin => Phrase::Place(PlaceRef::Origin),
    };
    let is_person = matches!(phrase, Phrase::Person(_));
    while is_person && (cursor.localizer(end).is_some() || cursor.has(end, &Sense::Linker)) {
        end += 1;
    }
    Some((phrase, end))
}

struct Builder<'a, 'b> {
    cursor: &'a Cursor<'b>,
    parts: Parts,
    at: usize,
    /// Where the describing words begin.
    content: usize,
    depth: usize,
    /// A spot beside or in a thing: 碗旁边, 碗里.
    near: Option<Relation>,
}

impl Builder<'_, '_> {
    /// Takes one part; false at the end of the phrase.
    fn step(&mut self) -> bool {
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
        if cursor.is_unknown(at) {
            self.parts.unknown = true;
            self.at += 1;
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

    /// 红色的, 最大的, 新鲜的
    fn describer(&mut self) -> bool {
        let cursor = self.cursor;
        let at = self.at;
        if let Some(colour) = cursor.colour(at) {
            if cursor.noun(at).is_none() || self.next_describes(at + 1) {
                self.parts.colour = Some(colour);
                self.at += 1;
                self.linker();
                return true;
            }
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

    /// 穿红色衣服的人
    fn dressed(&mut self) -> bool {
        let cursor = self.cursor;
        if !cursor.has(self.at, &Sense::Wearing) {
            return false;
        }
        let mut at = self.at + 1;
        let Some(colour) = cursor.colour(at) else {
            return false;
        };
        at += 1;
        at += usize::from(cursor.has(at, &Sense::Linker));
        at += usize::from(matches!(cursor.noun(at), Some((Noun::Clothes, _))));
        at += usize::from(cursor.has(at, &Sense::Linker));
        self.parts.shirt = Some(colour);
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
        let goes_on = (linked || room.is_some() || next > self.at + 1) && self.noun_ahead(after);
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
            Noun::Places(ids) => super::noun::place_of(ids.clone()),
            _ => PlaceRef::Here,
        }
    }

    fn narrowed(&self, place: PlaceRef) -> PlaceRef {
        let room = self.parts.room.as_deref();
        let narrowed = room.and_then(|room| within(&place, room, self.cursor.home));
        match (narrowed, self.parts.at.as_ref()) {
            (Some(place), _) => place,
            (None, Some(PlaceRef::Place(other))) => {
                nearest(&place, other, self.cursor.home).unwrap_or(place)
            }
            (None, Some(PlaceRef::Room(room))) => {
                within(&place, room, self.cursor.home).unwrap_or(place)
            }
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
        if cursor.has(next, &Sense::Linker)
            && self.noun_ahead(next + 1)
            && matches!(noun, Noun::Person(_))
        {
            self.at = next + 1;
            return true;
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
        let compound = cursor.is_unknown(next)
            || cursor.verb(next).is_none()
                && matches!(
                    cursor.noun(next),
                    Some((
                        Noun::Kind(_)
                            | Noun::Item(_)
                            | Noun::OneOf(_)
                            | Noun::Category(_)
                            | Noun::Shape(_),
                        _
                    ))
                );
        compound
    }

    /// What was collected so far is the thing beside which the head is.
    fn relate(&mut self, relation: Relation, words_end: usize, after: usize) -> bool {
        let mut parts = std::mem::take(&mut self.parts);
        parts.words = self.cursor.words(self.content, words_end);
        let Some(Phrase::Object(other) | Phrase::Unknown { object: other, .. }) =
            parts.finish(self.cursor.home, Quantity::The)
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

    fn finish(mut self, start: usize) -> Option<(Phrase, usize)> {
        let cursor = self.cursor;
        if self.at == start {
            return None;
        }
        // 红色的那个
        let mut end = self.at;
        if self.parts.is_headless() && self.parts.says_something() {
            if let Some(Pronoun::It | Pronoun::Them) = cursor.pronoun(end) {
                end += 1;
            }
            while end > start && cursor.has(end - 1, &Sense::Linker) && end > self.content + 2 {
                break;
            }
        }
        let near = self.near;
        let words_end = if near.is_some() { end - 1 } else { end };
        self.parts.words = trim_links(&cursor.words(self.content, words_end));
        if let Some((Noun::Places(ids), _)) = self.parts.nouns.last().cloned() {
            let place = super::noun::place_of(ids);
            let place = match &self.parts.room {
                Some(room) => within(&place, room, cursor.home)
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
        let mut phrase = self.parts.finish(cursor.home, bare)?;
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

/// 水果里最大的: the biggest of the fruits, not what is in them.
fn among(object: &mut ObjectRef) {
    let of_category = matches!(
        &object.relation,
        Some((Relation::Inside, other)) if matches!(other.noun, ast::Noun::Category(_))
    );
    if of_category && object.noun == ast::Noun::Anything {
        if let Some((_, other)) = object.relation.take() {
            object.noun = other.noun;
        }
    }
}

fn trim_links(words: &str) -> String {
    words.trim_matches('的').to_owned()
}
