//! The typed command language: what a sentence means, whatever its language.
//!
//! The parser resolves what one sentence settles by itself: "go to the kitchen and find the milk"
//! gives the milk an `at` of `kitchen`, "there" becomes the place named before. Whatever needs the
//! dialogue or the world ([`Noun::Pronoun`], [`PlaceRef::There`], [`PlaceRef::AnyOf`],
//! [`PersonRef::Pronoun`]) is left to the skills.
//!
//! [`std::fmt::Display`] gives the compact notation that people see; `notation.rs` has it.

use hearth_types::{BasicColour, Language, ShapeCue};
use serde::Serialize;

mod looks;
pub(crate) mod notation;

pub use looks::{Aspect, Gesture, Looks, Pattern, State};

/// A parsed utterance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// The language it was said in.
    pub language: Language,
    /// The commands, in order; never empty.
    pub commands: Vec<Command>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// "go to the kitchen"
    GoTo {
        /// Where to.
        target: PlaceRef,
    },
    /// "go to Anna", "come here" (to the speaker)
    GoToPerson {
        /// To whom.
        person: PersonRef,
    },
    /// "go back" to where the robot was when this utterance's speaker first spoke to it
    GoBack,
    /// "find the milk in the kitchen": drive there, look, point it out
    Find {
        /// The thing.
        what: ObjectRef,
    },
    /// "find Anna", "is anybody in the kitchen?", "who is on the sofa?"
    FindPerson {
        /// Whom, and where ([`PersonRef::Named`], [`PersonRef::Anyone`]).
        person: PersonRef,
    },
    /// "take the cup from the desk"
    Take {
        /// The thing.
        what: ObjectRef,
    },
    /// "bring me the apple", "give the apple to Anna", "get the apple" (to whoever spoke)
    Bring {
        /// The thing.
        what: ObjectRef,
        /// Who gets it.
        to: PersonRef,
    },
    /// "put the apple on the desk", "bring it to the kitchen" (fetching it first if not held)
    Put {
        /// The thing.
        what: ObjectRef,
        /// The place, or a room: then whichever of its surfaces is handy.
        on: PlaceRef,
    },
    /// "tell me what is on the desk", "what do you see?" ([`PlaceRef::Here`])
    Describe {
        /// The place or room.
        place: PlaceRef,
    },
    /// "what is the biggest object on the table?": name the thing that fits
    Identify {
        /// The description.
        what: ObjectRef,
    },
    /// "how many cups are on the desk"
    Count {
        /// What, and where (`at`).
        what: ObjectRef,
    },
    /// "how many people are in the kitchen"
    CountPeople {
        /// [`PersonRef::Anyone`], with where.
        people: PersonRef,
    },
    /// "is there a cup on the sofa?"
    Exists {
        /// What, and where (`at`).
        what: ObjectRef,
    },
    /// "where is the milk"
    Locate {
        /// The thing.
        what: ObjectRef,
    },
    /// "where is Anna"
    LocatePerson {
        /// Whom.
        person: PersonRef,
    },
    /// "what colour is the bowl?"
    Colour {
        /// The things, and where (`at`).
        what: ObjectRef,
    },
    /// "is somebody lying on the floor?"
    ExistsPerson {
        /// [`PersonRef::Anyone`], with what they look like.
        person: PersonRef,
    },
    /// "who is waving?"
    Who {
        /// [`PersonRef::Anyone`], with what they look like.
        person: PersonRef,
    },
    /// "is Anna sitting?"
    CheckPerson {
        /// Whom.
        person: PersonRef,
        /// What is asked of them.
        looks: Looks,
    },
    /// "what is Anna wearing?", "tell me the pose of the person in the kitchen"
    DescribePerson {
        /// Whom.
        person: PersonRef,
        /// What of them.
        aspect: Aspect,
    },
    /// "hello", "thank you": to be answered in kind, nothing to do
    Courtesy {
        /// Which.
        kind: Courtesy,
    },
    /// "stop", "wait", "continue", "cancel"
    Control {
        /// Which.
        order: Control,
    },
    /// Understood as a request, but for something that Ember has no means for.
    Impossible {
        /// Why not.
        why: Impossible,
        /// The request as it was said ("climb the stairs").
        words: String,
    },
}

/// Something polite or curious that asks for a few words only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Courtesy {
    /// "hello"
    Hello,
    /// "thank you"
    Thanks,
    /// "goodbye"
    Bye,
    /// "who are you?", "what can you do?"
    Abilities,
}

/// An order about the task itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Brake, forget the task.
    Stop,
    /// Brake, keep the task.
    Wait,
    /// Take the task up again.
    Continue,
    /// Forget the task.
    Cancel,
}

/// Why Ember cannot do something that it understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impossible {
    /// Stairs, outdoors.
    Terrain,
    /// Cooking, washing, opening doors and drawers, pouring, …: manipulation it has no skill for.
    Skill,
    /// Lifting people or furniture.
    Weight,
}

/// A thing, as described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectRef {
    /// What it is called.
    pub noun: Noun,
    /// "red"
    pub colour: Option<BasicColour>,
    /// "striped"
    pub pattern: Option<Pattern>,
    /// "empty"
    pub state: Option<State>,
    /// Anything else, in English: "with a handle".
    pub detail: Option<String>,
    /// "biggest", also "the big one"
    pub superlative: Option<Superlative>,
    /// How many are meant.
    pub quantity: Quantity,
    /// "next to the bowl"
    pub relation: Option<(Relation, Box<ObjectRef>)>,
    /// "on the desk", "from the desk", "in the kitchen"
    pub at: Option<PlaceRef>,
    /// As it was said, for questions and answers ("red cup", "红色的杯子").
    pub words: String,
}

/// The noun of a description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Noun {
    /// The id of a kind in the home ("cup").
    Kind(String),
    /// The id of one catalogue item ("cola", where it has a name of its own).
    Item(String),
    /// The id of a category ("drinks").
    Category(String),
    /// Kinds or items that share the name that was said ("bottle", "box").
    OneOf(Vec<Noun>),
    /// A form, where the home has no kind of that name: "the box", "the round thing".
    Shape(ShapeCue),
    /// Something that people say and the home's files do not know, by its English name ("plate").
    Described(String),
    /// "thing", "object", "one"
    Anything,
    /// "it", "that", "them", "那个": resolved against the dialogue.
    Pronoun {
        /// "them"
        plural: bool,
    },
    /// A word that names nothing in this home.
    Unknown(String),
}

/// How many are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// "the cup": one certain thing; a question is due when several fit.
    The,
    /// "a cup", "any cup": whichever is handy.
    Any,
    /// "two cups"
    Exactly(u32),
    /// "all cups", "cups" in a count
    All,
}

/// A comparison over all that otherwise fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Superlative {
    Biggest,
    Smallest,
    Tallest,
    Shortest,
    Thinnest,
    Nearest,
    Leftmost,
    Rightmost,
}

/// How one thing stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Relation {
    NextTo,
    LeftOf,
    RightOf,
    InFrontOf,
    Behind,
    /// "the apple in the bowl"
    Inside,
    /// "the apple on the plate"
    OnTop,
}

/// A place or a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceRef {
    /// The id of a place.
    Place(String),
    /// Ids of places that share the name that was said ("the table").
    AnyOf(Vec<String>),
    /// The id of a room.
    Room(String),
    /// "next to the bowl", as a spot to put something.
    Near {
        /// On which side.
        relation: Relation,
        /// Of what.
        what: Box<ObjectRef>,
    },
    /// "there", "那里": resolved against the dialogue.
    There,
    /// "here": where the robot was spoken to; in "put it down" where it stands.
    Here,
    /// "back": where the thing was taken from.
    Origin,
    /// A word that names no place of this home.
    Unknown(String),
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonRef {
    /// Whoever spoke.
    Speaker,
    /// A person of the home.
    Named {
        /// Their id.
        id: String,
        /// "Anna in the kitchen"
        at: Option<PlaceRef>,
    },
    /// "somebody", "the person in the kitchen"
    Anyone {
        /// Where.
        at: Option<PlaceRef>,
        /// "in the red shirt", "waving"
        #[serde(flatten)]
        looks: Looks,
    },
    /// "her", "him", "他": resolved against the dialogue.
    Pronoun,
    /// A name that nobody of this home bears.
    Unknown(String),
}

impl ObjectRef {
    /// A bare noun with nothing else said about it.
    pub fn new(noun: Noun, quantity: Quantity, words: impl Into<String>) -> Self {
        Self {
            noun,
            colour: None,
            pattern: None,
            state: None,
            detail: None,
            superlative: None,
            quantity,
            relation: None,
            at: None,
            words: words.into(),
        }
    }

    /// Whether it can only be resolved against what was said before.
    pub fn is_pronoun(&self) -> bool {
        matches!(self.noun, Noun::Pronoun { .. })
    }
}
