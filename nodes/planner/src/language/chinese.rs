//! Chinese clauses.

use super::cursor::Cursor;
use super::frame::{Arg, Frame, Link, Phrase};
use super::sense::{Ask, Determiner, Role, Sense, Verb};
use crate::ast::{self, ObjectRef, PersonRef, Quantity};

mod builder;
mod looks;
mod noun_phrase;

use looks::looks;
use noun_phrase::{is_placed, noun_phrase};

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
            if let Some(next) = self.described(at) {
                self.end = next;
                continue;
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
        if cursor.is_end(next) || full_stop || self.frame.states {
            return None;
        }
        let is_then = (at..next).any(|i| cursor.has(i, &Sense::Then));
        let comma_only = !joins && !is_then;
        if comma_only && self.asks_on(next) {
            return Some(next);
        }
        if !self.frame.is_headed() && !is_then || joins {
            if joins && let Some((phrase, end)) = noun_phrase(cursor, next, 0) {
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

    /// 谁在挥手, 有人躺在地上吗: what is said of people after they were named.
    fn described(&mut self, at: usize) -> Option<usize> {
        let (found, next) = looks(self.cursor, at)?;
        // 谁站着的…: the head is still to come.
        if self.cursor.has(next, &Sense::Linker) && self.cursor.starts_noun(next + 1) {
            return None;
        }
        self.frame.describe_person(found).then_some(next)
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
            let next = cursor.skip_fillers(at + 1);
            frame.states = frame.is_blank() && (cursor.is_end(next) || cursor.is_separator(next));
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
            if cursor.ask(at) == Some(Ask::Where) && self.frame.verb == Some(Verb::Put) {
                self.frame.verb = None;
                self.frame.ask = Some(Ask::Where);
                return Some(at + 1);
            }
            return None;
        }
        if let Some(ask) = cursor.ask(at) {
            // 有什么 asks what; 有几个 how many; a second word adds nothing.
            if self.frame.ask.is_none() {
                self.frame.ask_at(ask);
            }
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
        // 可以把饼干给我吗 is a request.
        let requests = self
            .frame
            .args
            .iter()
            .any(|it| matches!(it.link, Link::Role(Role::For | Role::Object | Role::To)));
        let asks = cursor.has(at, &Sense::AskParticle)
            && !requests
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
        // 拿带红点的杯子, 有几个带红点的杯子: 带 describes.
        let is_open = self.frame.is_headed() || self.frame.ask.is_some() || self.frame.whether;
        if is_open && cursor.has(at, &Sense::Bears) && describes_thing(cursor, at) {
            return Step::Other;
        }
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
        // 告诉我牛奶放在哪里: where it is, not where to put it.
        let held = at + 1 + usize::from(cursor.role(at + 1).is_some());
        if verb == Verb::Put && cursor.ask(held) == Some(Ask::Where) {
            return Step::Next(held);
        }
        match self.frame.verb {
            // 找到就拿给我, 看到的话拿给我
            Some(Verb::Find | Verb::See) if self.frame.args.is_empty() => {
                self.frame.verb = Some(verb);
                Step::Next(at + 1)
            }
            None => {
                self.split_off_move(verb);
                self.frame.verb = Some(verb);
                self.frame.down = cursor.has(at, &Sense::Down);
                Step::Next(at + 1)
            }
            // 过去, 来 after a verb only say where it is directed.
            Some(known) if cursor.has(at, &Sense::Filler) && !self.begins_anew(known, verb, at) => {
                self.frame.back |= verb == Verb::GoBack;
                // 拿苹果来, 拿苹果回来
                if matches!(known, Verb::Take | Verb::Grasp)
                    && matches!(verb, Verb::Come | Verb::GoBack)
                {
                    self.frame.verb = Some(Verb::Fetch);
                }
                Step::Next(at + 1)
            }
            Some(Verb::Want | Verb::Come | Verb::Go | Verb::Look | Verb::Tell)
                if self.only_speaks() =>
            {
                self.frame.verb = Some(verb);
                Step::Next(at + 1)
            }
            Some(Verb::Take | Verb::Grasp) if verb == Verb::Give && self.frame.args.is_empty() => {
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
        let moves = frame.verb.is_some_and(Verb::goes);
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
        verb.goes()
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
        if verb.goes() {
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
                // 在书桌上的苹果: the place is in the phrase already.
                let placed = is_placed(&phrase);
                let link = match role {
                    Role::On if placed => Link::Bare,
                    role => Link::Role(role),
                };
                self.frame.args.push(Arg {
                    link,
                    phrases: vec![phrase],
                });
                return Some(end);
            }
        }
        // 放这里, 最大的是…; a superlative after its noun: 哪个水果最大
        if let Some(next) = self.compared(at).or_else(|| self.predicate(at)) {
            return Some(next);
        }
        let (mut phrase, end) = noun_phrase(cursor, at, 0)?;
        if self.is_indefinite(at)
            && let Phrase::Object(object) = &mut phrase
            && is_bare(object)
        {
            object.quantity = Quantity::Any;
        }
        self.frame.push(Link::Bare, phrase);
        Some(end)
    }

    /// A bare noun after its verb is any of its kind (给我苹果), before it a certain one (把苹果给我).
    fn is_indefinite(&self, at: usize) -> bool {
        let transfers = matches!(
            self.frame.verb,
            Some(Verb::Take | Verb::Fetch | Verb::Bring | Verb::Give | Verb::Want | Verb::Come)
        );
        let benefits = |it: &Arg| it.link == Link::Role(Role::For);
        (transfers || self.frame.args.iter().any(benefits)) && self.cursor.determiner(at).is_none()
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

    /// 是条纹的, 是空的, 是红色的: said of what was named before.
    fn predicate(&mut self, at: usize) -> Option<usize> {
        let cursor = self.cursor;
        let (pattern, state) = (cursor.pattern(at), cursor.state(at));
        let colour = cursor.colour(at).filter(|_| cursor.noun(at).is_none());
        let said = pattern.is_some() || state.is_some() || colour.is_some();
        let mut end = at + 1 + usize::from(cursor.has(at + 1, &Sense::Linker));
        while cursor.has(end, &Sense::AskParticle) || cursor.has(end, &Sense::Filler) {
            end += 1;
        }
        let ends = cursor.is_end(end) || cursor.is_separator(end);
        let asks = self.frame.ask.is_some() || self.frame.whether;
        let is = at > 0 && cursor.has(at - 1, &Sense::Be);
        if !said || !ends || !asks && !is {
            return None;
        }
        match self.frame.args.last_mut()?.phrases.last_mut()? {
            Phrase::Object(object) if !object.is_pronoun() => {
                object.colour = object.colour.or(colour);
                object.pattern = object.pattern.or(pattern);
                object.state = object.state.or(state);
                // The particle is still to be read: it makes a question of it.
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
            Sense::Floor,
        ];
        if cursor.has(at, &Sense::Benefit) {
            self.frame.benefit = true;
        }
        if cursor.determiner(at) == Some(Determiner::All) {
            // 把水果都…: all of what was just mentioned.
            let phrases = self.frame.args.iter_mut().flat_map(|it| &mut it.phrases);
            let mut things: Vec<_> = phrases
                .filter_map(|it| match it {
                    Phrase::Object(object) => Some(object),
                    _ => None,
                })
                .collect();
            // 苹果和梨都…: both, not all there are of each.
            if let [all] = things.as_mut_slice() {
                all.quantity = Quantity::All;
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

/// Whether nothing tells the thing from others of its kind.
fn is_bare(object: &ObjectRef) -> bool {
    object.quantity == Quantity::The
        && object.colour.is_none()
        && object.pattern.is_none()
        && object.state.is_none()
        && object.detail.is_none()
        && object.superlative.is_none()
        && object.relation.is_none()
        && object.at.is_none()
        && matches!(
            object.noun,
            ast::Noun::Kind(_)
                | ast::Noun::Category(_)
                | ast::Noun::OneOf(_)
                | ast::Noun::Described(_)
        )
}

enum Step {
    Next(usize),
    EndsClause,
    Other,
}

/// Whether a description begins here that names a pattern.
fn describes_thing(cursor: &Cursor, at: usize) -> bool {
    let found = noun_phrase(cursor, at, 0);
    matches!(found, Some((Phrase::Object(it), _)) if it.pattern.is_some())
}

/// 碗 in 几个碗 is the noun, in 几碗饭 the measure.
fn is_last_noun(cursor: &Cursor, at: usize) -> bool {
    cursor.starts_noun(at) && !cursor.starts_noun(at + 1) && !cursor.is_unknown(at + 1)
}
