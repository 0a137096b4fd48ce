//! What both grammars make of a clause: a verb or question, and phrases with their roles.

use super::sense::{Ask, Role, Verb};
use crate::ast::{
    Control, Courtesy, Impossible, Looks, Noun, ObjectRef, PersonRef, PlaceRef, Quantity, Relation,
};

/// A noun phrase, typed by its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phrase {
    Object(ObjectRef),
    Place(PlaceRef),
    Person(PersonRef),
    /// A place out of reach for wheels ("upstairs").
    Nowhere(String),
    /// The head names nothing; what it must be depends on its role.
    Unknown {
        /// As an object, with its colours and so on.
        object: ObjectRef,
        /// "the attic" is more of a place than "Bob" is.
        determined: bool,
    },
}

impl Phrase {
    /// Whether the two may be joined by "and".
    pub fn is_like(&self, other: &Self) -> bool {
        use Phrase::{Nowhere, Object, Person, Place, Unknown};
        matches!(
            (self, other),
            (Object(_) | Unknown { .. }, Object(_) | Unknown { .. })
                | (Place(_), Place(_) | Nowhere(_) | Unknown { .. })
                | (Unknown { .. }, Place(_))
                | (Person(_), Person(_))
        )
    }
}

/// What connects a phrase to its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Bare,
    Role(Role),
    Relation(Relation),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arg {
    pub link: Link,
    /// More than one where they are joined ("the apple and the orange").
    pub phrases: Vec<Phrase>,
}

/// A clause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    pub verb: Option<Verb>,
    pub ask: Option<Ask>,
    /// "is there", 有没有
    pub whether: bool,
    pub order: Option<Control>,
    pub stay: bool,
    pub courtesy: Option<Courtesy>,
    pub impossible: Option<Impossible>,
    pub negated: bool,
    /// "I am thirsty"
    pub states: bool,
    /// 帮我, "for me": whoever spoke is to have the good of it.
    pub benefit: bool,
    /// "back", 回: to where the thing or the robot was.
    pub back: bool,
    /// It only says something of what was mentioned before.
    pub is_remark: bool,
    /// Whether an object that is not said is "it", as in Chinese.
    pub drops_pronouns: bool,
    /// "down", 放下
    pub down: bool,
    /// "then" or a full stop came before.
    pub after_then: bool,
    /// What was said of whoever does something, beside the phrase that names them.
    pub looks: Looks,
    pub args: Vec<Arg>,
    pub words: String,
}

impl Frame {
    /// Whether it has what makes a clause.
    pub fn is_headed(&self) -> bool {
        self.verb.is_some()
            || self.ask.is_some()
            || self.whether
            || self.order.is_some()
            || self.stay
            || self.courtesy.is_some()
            || self.impossible.is_some()
    }

    /// Makes it a question. To tell somebody else the answer is a message, which Ember cannot carry.
    pub fn ask_at(&mut self, ask: Ask) {
        let addressee = self.args.first().and_then(|it| it.phrases.first());
        let another = matches!(addressee, Some(Phrase::Person(it)) if *it != PersonRef::Speaker);
        if self.verb == Some(Verb::Tell) && another {
            self.impossible = Some(Impossible::Skill);
        }
        self.ask = Some(ask);
    }

    pub fn push(&mut self, link: Link, phrase: Phrase) {
        self.args.push(Arg {
            link,
            phrases: vec![phrase],
        });
    }

    /// "the apple or the pear": either will do. False if the two cannot be one.
    pub fn either(&mut self, phrase: &Phrase) -> bool {
        let last = self.args.last_mut().and_then(|it| it.phrases.last_mut());
        let (Some(Phrase::Object(first)), Phrase::Object(second)) = (last, phrase) else {
            return false;
        };
        let alike = first.colour == second.colour
            && first.pattern == second.pattern
            && first.state == second.state
            && first.detail == second.detail
            && first.superlative == second.superlative
            && first.relation == second.relation
            && second.at.is_none();
        if !alike || first.is_pronoun() || second.is_pronoun() {
            return false;
        }
        let nouns = [first.noun.clone(), second.noun.clone()];
        let flat = nouns.into_iter().flat_map(|it| match it {
            Noun::OneOf(nouns) => nouns,
            noun => vec![noun],
        });
        first.noun = Noun::OneOf(flat.collect());
        first.quantity = Quantity::Any;
        true
    }

    /// Adds to what was said of the person that was named last; false if there is none.
    pub fn describe_person(&mut self, looks: Looks) -> bool {
        let phrases = self.args.iter_mut().rev().flat_map(|it| &mut it.phrases);
        for phrase in phrases {
            match phrase {
                Phrase::Person(PersonRef::Anyone { looks: known, .. }) => {
                    *known = looks.or(std::mem::take(known));
                    return true;
                }
                Phrase::Person(PersonRef::Named { .. } | PersonRef::Pronoun)
                    if self.verb.is_none() || self.ask.is_some() || self.whether =>
                {
                    self.looks = looks.or(std::mem::take(&mut self.looks));
                    return true;
                }
                Phrase::Place(_) | Phrase::Person(PersonRef::Speaker) => {}
                _ => return false,
            }
        }
        let asks = self.ask == Some(Ask::Who);
        if asks {
            self.looks = looks.or(std::mem::take(&mut self.looks));
        }
        asks
    }

    /// Whether nothing at all was found in it.
    pub fn is_blank(&self) -> bool {
        !self.is_headed() && self.args.is_empty()
    }
}
