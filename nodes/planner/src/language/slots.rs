//! Phrases of a clause sorted into what they are for its verb.

use super::frame::{Frame, Link, Phrase};
use super::noun::within;
use super::sense::{Role, Verb};
use crate::ast::{Noun, ObjectRef, PersonRef, PlaceRef, Relation};
use hearth_types::Home;

/// The phrases by what they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    pub things: Vec<ObjectRef>,
    pub persons: Vec<(Link, PersonRef)>,
    /// Places that say where the action goes.
    pub goals: Vec<PlaceRef>,
    /// Places that were handled like things ("carry the sofa").
    pub handled: Vec<PlaceRef>,
    /// Places that only say where things or people are.
    pub sites: Vec<PlaceRef>,
    pub nowhere: Option<String>,
    /// "from Anna"
    pub from_person: bool,
}

impl Slots {
    /// Whether there is nothing but pronouns in it.
    pub fn places_nothing(&self) -> bool {
        self.things.iter().all(ObjectRef::is_pronoun)
            && self.persons.is_empty()
            && self.goals.is_empty()
            && self.sites.is_empty()
    }
}

/// Sorts the phrases of a clause.
pub(super) fn sort(frame: &Frame, home: &Home) -> Slots {
    let mut sorter = Sorter {
        verb: frame.verb.filter(|_| frame.ask.is_none() && !frame.whether),
        home,
        slots: Slots::default(),
        group: 0,
        last_is_person: false,
        near_goal: false,
    };
    for (i, arg) in frame.args.iter().enumerate() {
        let before = sorter.slots.things.len();
        for phrase in &arg.phrases {
            let dative = sorter.is_dative(frame, i, phrase);
            sorter.phrase(arg.link, phrase, dative);
        }
        if sorter.slots.things.len() > before {
            sorter.group = before;
        }
    }
    sorter.settle_goals();
    // "the green apple, please bring it to me": the thing, then it.
    if matches!(sorter.slots.things.as_slice(), [thing, it] if !thing.is_pronoun() && it.is_pronoun())
    {
        sorter.slots.things.pop();
    }
    sorter.slots
}

struct Sorter<'a> {
    verb: Option<Verb>,
    home: &'a Home,
    slots: Slots,
    /// Where in `things` the latest joined group begins.
    group: usize,
    last_is_person: bool,
    /// The goal is beside a thing: places that follow say where that thing is.
    near_goal: bool,
}

impl Sorter<'_> {
    /// "give Bob the apple": an unknown name before the thing is who gets it.
    fn is_dative(&self, frame: &Frame, i: usize, phrase: &Phrase) -> bool {
        let gives = matches!(self.verb, Some(Verb::Give | Verb::Bring | Verb::Fetch));
        let named = match phrase {
            Phrase::Unknown { determined, object } => !determined && object.colour.is_none(),
            // "give them the apple"
            Phrase::Object(object) => object.noun == Noun::Pronoun { plural: true },
            _ => false,
        };
        let bare = |i: usize| frame.args.get(i).is_some_and(|it| it.link == Link::Bare);
        let thing_follows = frame
            .args
            .get(i + 1)
            .is_some_and(|next| matches!(next.phrases.first(), Some(Phrase::Object(_))));
        gives && named && bare(i) && bare(i + 1) && thing_follows
    }

    fn phrase(&mut self, link: Link, phrase: &Phrase, dative: bool) {
        match phrase {
            Phrase::Object(object) if self.names_people(link, object) || dative => {
                self.person(link, &PersonRef::Pronoun);
            }
            Phrase::Object(object) => self.object(link, object),
            Phrase::Place(place) => self.place(link, place),
            Phrase::Person(person) => self.person(link, person),
            Phrase::Nowhere(words) => self.slots.nowhere = Some(words.clone()),
            Phrase::Unknown { object, .. } if dative => {
                self.person(link, &PersonRef::Unknown(object.words.clone()));
            }
            Phrase::Unknown { object, determined } => self.unknown(link, object, *determined),
        }
    }

    /// "to them"
    fn names_people(&self, link: Link, object: &ObjectRef) -> bool {
        object.noun == Noun::Pronoun { plural: true }
            && matches!(link, Link::Role(Role::To | Role::For))
    }

    fn is_put(&self) -> bool {
        self.verb == Some(Verb::Put)
    }

    fn moves(&self) -> bool {
        self.verb.is_some_and(Verb::goes)
    }

    fn carries(&self) -> bool {
        use Verb::{Bring, Fetch, Give, Grasp, Put, Take};
        matches!(self.verb, Some(Take | Grasp | Fetch | Bring | Give | Put))
    }

    fn object(&mut self, link: Link, object: &ObjectRef) {
        let relation = match link {
            Link::Relation(relation) => relation,
            Link::Role(Role::In) => Relation::Inside,
            Link::Role(Role::On) => Relation::OnTop,
            Link::Role(Role::From) => Relation::Inside,
            Link::Role(Role::At) => Relation::NextTo,
            Link::Role(Role::To) if self.is_put() => Relation::Inside,
            Link::Role(Role::To) => Relation::NextTo,
            _ if self.moves() && !object.is_pronoun() && self.slots.goals.is_empty() => {
                // "move the apple to the table" has a thing; "approach the bowl" too, but no goal.
                return self.thing(object);
            }
            _ => return self.thing(object),
        };
        let is_goal = match link {
            Link::Role(Role::From) => false,
            _ if self.is_put() => self.slots.goals.is_empty() && !self.near_goal,
            _ if self.moves() => true,
            Link::Role(Role::To) => true,
            _ => false,
        };
        self.last_is_person = false;
        if is_goal {
            self.near_goal = true;
            self.slots.goals.push(PlaceRef::Near {
                relation,
                what: Box::new(object.clone()),
            });
        } else if let Some(thing) = self.slots.things.last_mut() {
            if thing.relation.is_none() {
                thing.relation = Some((relation, Box::new(object.clone())));
            }
        } else if self.verb.is_none() || self.verb == Some(Verb::Look) {
            // "what is next to the bowl?"
            let mut anything = ObjectRef::new(
                Noun::Anything,
                crate::ast::Quantity::The,
                object.words.clone(),
            );
            anything.relation = Some((relation, Box::new(object.clone())));
            self.thing(&anything);
        } else {
            self.thing(object);
        }
    }

    fn thing(&mut self, object: &ObjectRef) {
        self.last_is_person = false;
        self.slots.things.push(object.clone());
    }

    fn person(&mut self, link: Link, person: &PersonRef) {
        self.last_is_person = true;
        if link == Link::Role(Role::From) {
            self.slots.from_person = true;
        }
        self.slots.persons.push((link, person.clone()));
    }

    fn place(&mut self, link: Link, place: &PlaceRef) {
        let tells_where = matches!(
            link,
            Link::Role(Role::On | Role::In | Role::At | Role::From)
        );
        if self.last_is_person
            && tells_where
            && link != Link::Role(Role::From)
            && let Some((_, person)) = self.slots.persons.last_mut()
            && give_place(person, place)
        {
            return;
        }
        if self.near_goal
            && tells_where
            && let Some(PlaceRef::Near { what, .. }) = self.slots.goals.last_mut()
        {
            what.at.get_or_insert_with(|| place.clone());
            return;
        }
        let goes_there = match link {
            Link::Role(Role::To) => self.carries() || self.moves(),
            Link::Role(Role::From) => false,
            Link::Bare | Link::Role(Role::Object) if self.carries() => {
                let vague = matches!(place, PlaceRef::Here | PlaceRef::There | PlaceRef::Origin);
                if !vague && link == Link::Role(Role::Object)
                    || !vague && self.slots.things.is_empty() && !self.is_put()
                {
                    self.slots.handled.push(place.clone());
                    return;
                }
                true
            }
            _ => self.moves() || self.is_put(),
        };
        if goes_there {
            self.slots.goals.push(place.clone());
        } else {
            self.site(place);
        }
    }

    /// A place where the latest things are.
    fn site(&mut self, place: &PlaceRef) {
        let home = self.home;
        let group = self.group.min(self.slots.things.len());
        let tells = matches!(self.verb, None | Some(Verb::Find | Verb::See));
        for thing in &mut self.slots.things[group..] {
            if tells || !thing.is_pronoun() {
                thing.at = Some(narrow(thing.at.as_ref(), place, home));
            }
        }
        self.slots.sites.push(place.clone());
    }

    fn unknown(&mut self, link: Link, object: &ObjectRef, determined: bool) {
        let words = object.words.clone();
        let looks_like_name = !determined && words.chars().next().is_some_and(char::is_uppercase);
        let as_person = || PersonRef::Unknown(words.clone());
        match link {
            Link::Relation(_) => self.object(link, object),
            Link::Role(Role::On | Role::In | Role::At | Role::From) => {
                self.place(link, &PlaceRef::Unknown(words));
            }
            Link::Role(Role::To) => {
                let person = match self.verb {
                    Some(Verb::Give) => !determined,
                    _ => looks_like_name,
                };
                if person {
                    self.person(link, &as_person());
                } else {
                    self.place(link, &PlaceRef::Unknown(words));
                }
            }
            Link::Role(Role::For) if !matches!(self.verb, Some(Verb::Look | Verb::Find)) => {
                self.person(link, &as_person());
            }
            Link::Bare if self.verb == Some(Verb::Find) && looks_like_name => {
                self.person(link, &as_person());
            }
            _ if self.verb == Some(Verb::Meet) => self.person(link, &as_person()),
            Link::Bare if self.verb == Some(Verb::Move) && determined => self.thing(object),
            Link::Bare if self.moves() => self.place(link, &PlaceRef::Unknown(words)),
            _ => self.thing(object),
        }
    }

    /// Of several goals the last one counts; the others say where things are.
    fn settle_goals(&mut self) {
        // 食品柜里拿包零食: the place came first, without a word for "from".
        if !self.slots.things.is_empty() && self.slots.goals.is_empty() {
            for place in std::mem::take(&mut self.slots.handled) {
                self.slots.sites.push(place);
            }
        }
        // Joined goals ("the kitchen and the bedroom") are all meant.
        if self.is_put() && self.slots.goals.len() > 1 {
            let goal = self.slots.goals.pop();
            for place in std::mem::take(&mut self.slots.goals) {
                match (&place, &goal) {
                    (PlaceRef::Room(room), Some(goal_place)) => {
                        let narrowed = within(goal_place, room, self.home);
                        self.slots.goals.extend(narrowed);
                    }
                    _ => self.site(&place),
                }
            }
            if self.slots.goals.is_empty() {
                self.slots.goals.extend(goal);
            }
        }
        // "from the fridge bring me the milk": the place came before any thing.
        if let Some(site) = self.slots.sites.first().cloned() {
            for thing in &mut self.slots.things {
                if thing.at.is_none() && !thing.is_pronoun() {
                    thing.at = Some(site.clone());
                }
            }
        }
    }
}

/// Both say where it is: the narrower one, as far as they agree.
fn narrow(known: Option<&PlaceRef>, place: &PlaceRef, home: &Home) -> PlaceRef {
    match (known, place) {
        (Some(known), PlaceRef::Room(room)) => {
            within(known, room, home).unwrap_or_else(|| known.clone())
        }
        (Some(PlaceRef::Room(room)), place) => {
            within(place, room, home).unwrap_or_else(|| place.clone())
        }
        (Some(known), _) => known.clone(),
        (None, place) => place.clone(),
    }
}

fn give_place(person: &mut PersonRef, place: &PlaceRef) -> bool {
    match person {
        PersonRef::Named { at, .. } | PersonRef::Anyone { at, .. } if at.is_none() => {
            *at = Some(place.clone());
            true
        }
        _ => false,
    }
}
