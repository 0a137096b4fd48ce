//! English clauses.

use super::cursor::Cursor;
use super::frame::{Arg, Frame, Link, Phrase};
use super::sense::{Ask, Determiner, Pronoun, Role, Sense, Verb};
use crate::ast::{self, ObjectRef, Pattern, PersonRef, Quantity, State};
use crate::phrases::with_parts;
use hearth_types::{BasicColour, Posture};

mod looks;
mod noun_phrase;

use looks::{looks, rest};
use noun_phrase::noun_phrase;

/// The clauses of the utterance.
///
/// # Errors
/// The words that fit nowhere.
pub(super) fn clauses(cursor: &Cursor) -> Result<Vec<Frame>, String> {
    let mut frames = Vec::new();
    let mut at = 0;
    while !cursor.is_end(at) {
        let start = at;
        at = cursor.skip_separators(at);
        let after_then =
            (start..at).any(|i| cursor.has(i, &Sense::Then) || cursor.has(i, &Sense::Period));
        if cursor.is_end(at) {
            break;
        }
        let inherited = frames
            .last()
            .filter(|_| (start..at).any(|i| joins(cursor, i)) && !starts_clause(cursor, at))
            .filter(|_| !is_remark(cursor, at))
            .map(continued)
            .unwrap_or_default();
        let (mut frame, next) = clause(cursor, at, inherited)?;
        frame.after_then = after_then;
        frame.is_remark = is_remark(cursor, at);
        frame.words = cursor.words(at, next);
        if !frame.is_blank() {
            frames.push(frame);
        }
        at = next.max(at + 1);
    }
    Ok(frames)
}

/// "it is urgent"
fn is_remark(cursor: &Cursor, at: usize) -> bool {
    cursor.pronoun(at) == Some(Pronoun::It) && cursor.has(at + 1, &Sense::Be)
}

fn joins(cursor: &Cursor, at: usize) -> bool {
    cursor.has(at, &Sense::And) || cursor.has(at, &Sense::Comma)
}

/// "take the milk from the fridge and the apple from the desk": the verb holds on, and so does
/// who gets it.
fn continued(frame: &Frame) -> Frame {
    let person = |it: &&Arg| matches!(it.phrases.first(), Some(Phrase::Person(_)));
    Frame {
        verb: frame.verb,
        args: frame.args.iter().take(1).filter(person).cloned().collect(),
        ..Frame::default()
    }
}

fn clause(cursor: &Cursor, start: usize, mut frame: Frame) -> Result<(Frame, usize), String> {
    let mut at = start;
    while !cursor.is_end(at) {
        if cursor.has(at, &Sense::Unsupported) && frame.impossible.is_none() {
            return Err(cursor.words(at, at + 1));
        }
        if cursor.is_separator(at) {
            match after_separator(cursor, &mut frame, at) {
                Some(next) => at = next,
                None => break,
            }
            continue;
        }
        if let Some(next) = head(cursor, &mut frame, at) {
            at = next;
            continue;
        }
        if ends_clause(cursor, &frame, at) {
            break;
        }
        if let Some(next) = described(cursor, &mut frame, at) {
            at = next;
            continue;
        }
        if let Some(next) = modifier(cursor, &mut frame, at) {
            at = next;
            continue;
        }
        if let Some(next) = argument(cursor, &mut frame, at) {
            at = next;
            continue;
        }
        if is_ignorable(cursor, &frame, at) {
            frame.back |= cursor.words(at, at + 1) == "back";
            frame.down |= cursor.has(at, &Sense::Down);
            at += 1;
            continue;
        }
        return Err(cursor.words(at, at + 1));
    }
    Ok((frame, at))
}

/// At a separator: where this clause goes on, or `None` where it ends.
fn after_separator(cursor: &Cursor, frame: &mut Frame, at: usize) -> Option<usize> {
    let next = cursor.skip_separators(at);
    let full_stop = (at..next).any(|i| cursor.has(i, &Sense::Period));
    let then = (at..next).any(|i| cursor.has(i, &Sense::Then));
    if cursor.is_end(next) || full_stop {
        return None;
    }
    if !frame.is_headed() {
        return Some(next);
    }
    if then || frame.order.is_some() || frame.courtesy.is_some() || starts_clause(cursor, next) {
        return None;
    }
    if let Some((phrase, end)) = noun_phrase(cursor, next, 0) {
        if cursor.has(at, &Sense::Or) && frame.either(&phrase) {
            return Some(end);
        }
        let last = frame.args.last_mut()?;
        let joins = last
            .phrases
            .first()
            .is_some_and(|it| it.is_like(&phrase) && !is_speaker(it));
        let refers = matches!(&phrase, Phrase::Object(it) if it.is_pronoun());
        if !joins || refers || followed_by_verb(cursor, end) || cursor.has(at, &Sense::Or) {
            return None;
        }
        last.phrases.push(phrase);
        return Some(end);
    }
    let mut trial = Frame::default();
    let end = argument(cursor, &mut trial, next)?;
    (!followed_by_verb(cursor, end)).then_some(next)
}

fn is_speaker(phrase: &Phrase) -> bool {
    matches!(phrase, Phrase::Person(PersonRef::Speaker))
}

fn followed_by_verb(cursor: &Cursor, at: usize) -> bool {
    let at = cursor.skip_fillers(at);
    cursor.verb(at).is_some() && !cursor.starts_noun(at)
}

/// Whether a clause begins here: a verb, a question, an order.
fn starts_clause(cursor: &Cursor, at: usize) -> bool {
    if cursor.wish(at).is_some() && cursor.verb(at).is_none() {
        return false;
    }
    let starts = cursor.verb(at).is_some()
        || cursor.ask(at).is_some()
        || cursor.order(at).is_some()
        || cursor.impossible(at).is_some()
        || cursor.courtesy(at).is_some()
        || [Sense::Stay, Sense::Whether, Sense::Not, Sense::Be]
            .iter()
            .any(|it| cursor.has(at, it));
    // "and water" is a thing, "and water the plants" is a request.
    let is_noun = cursor.noun(at).is_some() && noun_phrase(cursor, at + 1, 0).is_none();
    starts && !is_noun
}

/// Takes a token that makes the clause what it is.
fn head(cursor: &Cursor, frame: &mut Frame, at: usize) -> Option<usize> {
    if frame.order.is_some() || frame.stay {
        // "wait for me at the door", "stop the task": the rest changes nothing.
        return (!cursor.is_separator(at)).then_some(at + 1);
    }
    // "go check …"
    let only_goes =
        frame.verb == Some(Verb::Go) && frame.args.is_empty() && cursor.noun(at).is_none();
    if let Some(verb) = cursor
        .verb(at)
        .filter(|_| only_goes && cursor.role(at).is_none())
    {
        frame.verb = Some(verb);
        return Some(at + 1);
    }
    if !frame.is_headed()
        && let Some(next) = opening(cursor, frame, at)
    {
        return Some(next);
    }
    if frame.ask.is_none() && !frame.whether && may_ask(frame) {
        if cursor.has(at, &Sense::Whether) {
            frame.whether = true;
            return Some(at + 1);
        }
        // "which is" after a thing only describes it.
        let describes = cursor.has(at, &Sense::Filler) && !frame.args.is_empty();
        if let Some(ask) = cursor.ask(at).filter(|_| !describes) {
            frame.ask_at(ask);
            return Some(at + 1);
        }
    }
    // "what is Anna doing"
    if let Some(Ask::What) = frame.ask
        && cursor.ask(at) == Some(Ask::Activity)
    {
        frame.ask = Some(Ask::Activity);
        return Some(at + 1);
    }
    if frame.ask.is_some() || frame.whether {
        // "what do you see", "how many … can you find": the verb adds nothing.
        let auxiliary = [Sense::Be, Sense::Have, Sense::Whether];
        if auxiliary.iter().any(|it| cursor.has(at, it)) {
            return Some(at + 1);
        }
        let is_plain_verb = matches!(
            cursor.verb(at),
            Some(Verb::See | Verb::Find | Verb::Count | Verb::Look | Verb::Tell)
        ) || frame.ask == Some(Ask::Where) && cursor.verb(at).is_some();
        if is_plain_verb && cursor.noun(at).is_none() {
            frame.verb.get_or_insert(Verb::See);
            return Some(at + 1);
        }
    }
    None
}

fn may_ask(frame: &Frame) -> bool {
    matches!(
        frame.verb,
        None | Some(
            Verb::Tell
                | Verb::Look
                | Verb::See
                | Verb::Find
                | Verb::Count
                | Verb::Describe
                | Verb::Give
                | Verb::Want
        )
    )
}

/// The first word that matters of a clause.
fn opening(cursor: &Cursor, frame: &mut Frame, at: usize) -> Option<usize> {
    let ends = |at: usize| {
        let next = cursor.skip_fillers(at);
        cursor.is_end(next) || cursor.is_separator(next)
    };
    if let Some(category) = cursor.wish(at)
        && frame.args.is_empty()
        && cursor.tokens[at].surface.contains(' ')
        && is_statement(cursor, at)
    {
        frame.verb = Some(Verb::Want);
        frame.states = true;
        let noun = ast::Noun::Category(category);
        let words = cursor.words(at, at + 1);
        frame.push(
            Link::Bare,
            Phrase::Object(ObjectRef::new(noun, Quantity::Any, words)),
        );
        return Some(at + 1);
    }
    if cursor.has(at, &Sense::Stay) {
        frame.stay = true;
        frame.order = cursor.order(at);
        return Some(at + 1);
    }
    if let Some(order) = cursor.order(at)
        && (cursor.verb(at).is_none() || ends(at + 1))
    {
        frame.order = Some(order);
        return Some(at + 1);
    }
    if let Some(courtesy) = cursor.courtesy(at) {
        frame.courtesy = Some(courtesy);
        return Some(at + 1);
    }
    if cursor.has(at, &Sense::Not) {
        frame.negated = true;
        return Some(at + 1);
    }
    if cursor.has(at, &Sense::Whether) || cursor.has(at, &Sense::Be) {
        frame.whether = true;
        return Some(at + 1);
    }
    // "who is wearing a red shirt": what they wear is read next.
    if cursor.has(at, &Sense::Wearing) && cursor.words(at, at + 1).starts_with("who ") {
        frame.ask = Some(Ask::Who);
        return Some(at);
    }
    if let Some(ask) = cursor.ask(at) {
        frame.ask = Some(ask);
        return Some(at + 1);
    }
    let noun_like = cursor.noun(at).is_some() && !starts_clause(cursor, at);
    if let Some(verb) = cursor.verb(at).filter(|_| !noun_like) {
        frame.down = cursor.has(at, &Sense::Down);
        frame.verb = Some(verb);
        return Some(at + 1);
    }
    if let Some(why) = cursor.impossible(at).filter(|_| !noun_like) {
        frame.impossible = Some(why);
        return Some(rest_of_clause(cursor, at + 1));
    }
    None
}

/// "I am thirsty", against "something to drink".
fn is_statement(cursor: &Cursor, at: usize) -> bool {
    !matches!(cursor.determiner(at), Some(Determiner::Any))
        && cursor.words(at, at + 1).contains(" am ")
        || cursor.words(at, at + 1).contains(" are ")
}

/// Past an impossible request's words, up to where the next clause begins.
fn rest_of_clause(cursor: &Cursor, mut at: usize) -> usize {
    while !cursor.is_end(at) {
        if cursor.is_separator(at) {
            let next = cursor.skip_separators(at);
            if cursor.is_end(next) || starts_clause(cursor, next) || cursor.has(at, &Sense::Period)
            {
                break;
            }
        }
        at += 1;
    }
    at
}

/// Whether another clause begins here without "and".
fn ends_clause(cursor: &Cursor, frame: &Frame, at: usize) -> bool {
    if !frame.is_headed() || frame.courtesy.is_some() {
        return frame.courtesy.is_some();
    }
    if cursor.starts_noun(at) || cursor.has(at, &Sense::Filler) {
        return false;
    }
    let strong =
        cursor.verb(at).is_some() && cursor.role(at).is_none() && cursor.relation(at).is_none();
    strong && (!frame.args.is_empty() || frame.verb == Some(Verb::Go))
}

/// Fillers and "back", "left over", a relative "that is", …
fn is_ignorable(cursor: &Cursor, frame: &Frame, at: usize) -> bool {
    cursor.has(at, &Sense::Filler)
        || cursor.has(at, &Sense::Adjective)
        || (frame.is_headed() && (cursor.has(at, &Sense::Be) || cursor.has(at, &Sense::Have)))
        || (frame.is_headed() && cursor.courtesy(at).is_some())
        || cursor.has(at, &Sense::AskParticle)
        || cursor.has(at, &Sense::Linker)
        || (cursor.pronoun(at) == Some(Pronoun::It) && !frame.args.is_empty())
        || matches!(cursor.role(at), Some(Role::With | Role::Of | Role::About | Role::For | Role::At) if frame.is_headed())
        || (cursor.verb(at).is_some() && frame.is_headed() && frame.args.is_empty())
        || cursor.determiner(at) == Some(Determiner::Any)
}

/// "… in the kitchen are wearing red shirts", "who is waving": what tells the people.
fn described(cursor: &Cursor, frame: &mut Frame, at: usize) -> Option<usize> {
    if frame.ask == Some(Ask::What) && cursor.has(at, &Sense::Wearing)
        || frame.ask == Some(Ask::Colour) && cursor.has(at, &Sense::Wearing)
    {
        frame.ask = Some(Ask::Clothes);
        return Some(at + 1);
    }
    let (found, next) = looks(cursor, at)?;
    frame.describe_person(found).then_some(next)
}

/// "on the left" after a thing.
fn modifier(cursor: &Cursor, frame: &mut Frame, at: usize) -> Option<usize> {
    let colour = cursor.colour(at).filter(|_| cursor.noun(at).is_none());
    let asks = frame.ask.is_some() || frame.whether;
    // "is the bottle lying down"
    let lies = asks
        && cursor.pose(at) == Some(Posture::Lying)
        && (cursor.is_end(at + 1) || cursor.is_separator(at + 1));
    let pattern = cursor.pattern(at);
    let state = cursor.state(at).or(lies.then_some(State::Lying));
    // "any snacks left"
    let superlative = cursor
        .superlative(at)
        .filter(|_| !cursor.has(at, &Sense::Filler));
    let quality = colour.is_some() || pattern.is_some() || state.is_some();
    if superlative.is_none() && !quality {
        return None;
    }
    if let Some((_, end)) = noun_phrase(cursor, at, 0)
        && end > at + 1
    {
        return None;
    }
    // "which of the cups on the desk is striped"
    let phrases = frame.args.iter_mut().rev().flat_map(|it| &mut it.phrases);
    let last = phrases
        .into_iter()
        .find(|it| !asks || !matches!(it, Phrase::Place(_)))?;
    match (last, superlative) {
        // "something red", "the mug with stripes"
        (Phrase::Object(object) | Phrase::Unknown { object, .. }, None)
            if !object.is_pronoun() && is_free(object, colour, pattern, state) =>
        {
            object.colour = object.colour.or(colour);
            object.pattern = object.pattern.or(pattern);
            object.state = object.state.or(state);
            Some(at + 1)
        }
        (Phrase::Object(object) | Phrase::Unknown { object, .. }, Some(_))
            if object.superlative.is_none() =>
        {
            object.superlative = superlative;
            object.quantity = Quantity::The;
            Some(at + 1)
        }
        _ => None,
    }
}

/// Whether nothing was said yet of what is said now.
fn is_free(
    object: &ObjectRef,
    colour: Option<BasicColour>,
    pattern: Option<Pattern>,
    state: Option<State>,
) -> bool {
    (colour.is_none() || object.colour.is_none())
        && (pattern.is_none() || object.pattern.is_none())
        && (state.is_none() || object.state.is_none())
}

/// A phrase, with its preposition if it has one.
fn argument(cursor: &Cursor, frame: &mut Frame, at: usize) -> Option<usize> {
    let role = cursor.role(at);
    let relation = cursor.relation(at);
    if let Some(next) = detail(cursor, frame, at) {
        return Some(next);
    }
    if role.is_some() || relation.is_some() {
        let from = skip_links(cursor, at + 1);
        if let Some((phrase, end)) = noun_phrase(cursor, from, 0) {
            let is_thing = matches!(phrase, Phrase::Object(_) | Phrase::Unknown { .. });
            let link = match (role, relation) {
                (_, Some(relation)) if is_thing => Link::Relation(relation),
                (Some(role), _) => Link::Role(role),
                (None, Some(relation)) if is_thing => Link::Relation(relation),
                (None, _) => Link::Role(Role::At),
            };
            frame.args.push(Arg {
                link,
                phrases: vec![phrase],
            });
            return Some(end);
        }
    }
    if let Some((phrase, end)) = noun_phrase(cursor, at, 0) {
        frame.push(Link::Bare, phrase);
        return Some(end);
    }
    None
}

/// "the cup with a handle": what the household has no word for is told as it is said.
fn detail(cursor: &Cursor, frame: &mut Frame, at: usize) -> Option<usize> {
    use super::sense::Noun;
    if cursor.role(at) != Some(Role::With) {
        return None;
    }
    if let Some((pattern, words, end)) = painted(cursor, at) {
        let phrase = frame.args.last_mut()?.phrases.last_mut()?;
        let (Phrase::Object(object) | Phrase::Unknown { object, .. }) = phrase else {
            return None;
        };
        if object.is_pronoun() || object.pattern.is_some() || object.detail.is_some() {
            return None;
        }
        object.pattern = Some(pattern);
        object.detail = words;
        return Some(end);
    }
    let (words, end) = rest(cursor, at);
    let foreign = match cursor.noun(end.checked_sub(1)?) {
        Some((Noun::Described(_), _)) => true,
        Some(_) => false,
        None => cursor.is_unknown(end - 1),
    };
    match frame.args.last_mut()?.phrases.last_mut()? {
        Phrase::Object(object)
            if foreign && !object.is_pronoun() && object.detail.is_none() && end > at + 1 =>
        {
            object.detail = Some(words);
            Some(end)
        }
        _ => None,
    }
}

/// "with the red dots": the pattern, its parts where their colour is said, and where that ends.
fn painted(cursor: &Cursor, with: usize) -> Option<(Pattern, Option<String>, usize)> {
    let first = with + 1 + usize::from(cursor.determiner(with + 1).is_some());
    let mut at = first;
    let mut colours = Vec::new();
    while cursor.colour(at).is_some()
        || cursor.has(at, &Sense::Adjective)
        || cursor.superlative(at).is_some()
        || at > first && cursor.has(at, &Sense::And)
    {
        colours.extend(cursor.colour(at));
        at += 1;
    }
    let pattern = cursor.pattern_part(at).or(cursor.pattern(at))?;
    let parts = (!colours.is_empty()).then(|| with_parts(pattern, &colours));
    Some((pattern, parts.flatten(), at + 1))
}

/// "out of the back of": prepositions may pile up.
fn skip_links(cursor: &Cursor, mut at: usize) -> usize {
    while (cursor.role(at).is_some() || cursor.has(at, &Sense::Filler))
        && !cursor.continues_noun(at)
        && cursor.pronoun(at).is_none()
    {
        at += 1;
    }
    at
}
