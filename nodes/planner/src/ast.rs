//! The typed command language: what a sentence means, whatever its language.

use hearth_types::{BasicColour, Language};
use serde::Serialize;

/// A parsed utterance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Meaning {
    /// The language it was said in.
    pub language: Language,
    /// The commands, in order.
    pub commands: Vec<Command>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// "go to the kitchen"
    GoTo { target: PlaceRef },
    /// "go to Anna"
    GoToPerson { person: PersonRef },
    /// "go back" to where the robot was when this utterance's speaker first spoke to it
    GoBack,
    /// "find the milk in the kitchen": drive there, look, point it out
    Find { what: ObjectRef },
    /// "find Anna"
    FindPerson {
        person: PersonRef,
        room: Option<PlaceRef>,
    },
    /// "take the cup from the desk"
    Take { what: ObjectRef },
    /// "bring me the apple", "give the apple to Anna", "get the apple" (to whoever spoke)
    Bring { what: ObjectRef, to: PersonRef },
    /// "put the apple on the desk" (fetching it first if it is not held)
    Put { what: ObjectRef, on: PlaceRef },
    /// "tell me what is on the desk"
    Describe { place: PlaceRef },
    /// "how many cups are on the desk"
    Count { what: ObjectRef },
    /// "where is the milk"
    Locate { what: ObjectRef },
    /// "where is Anna"
    LocatePerson { person: PersonRef },
    /// "stop", "wait", "continue", "cancel"
    Control { order: Control },
    /// Understood as a request, but for something that Ember has no means for.
    Impossible { why: Impossible, words: String },
}

/// An order about the task itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ObjectRef {
    /// What it is called.
    pub noun: Noun,
    /// "red"
    pub colour: Option<BasicColour>,
    /// "biggest"
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Relation {
    NextTo,
    LeftOf,
    RightOf,
    InFrontOf,
    Behind,
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
    /// "there", "那里": resolved against the dialogue.
    There,
    /// "here": where the robot was spoken to.
    Here,
    /// A word that names no place of this home.
    Unknown(String),
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonRef {
    /// Whoever spoke.
    Speaker,
    /// The id of a person of the home.
    Named(String),
    /// "somebody", "the person in the kitchen"
    Anyone {
        /// Where.
        at: Option<PlaceRef>,
        /// "in the red shirt"
        shirt: Option<BasicColour>,
    },
    /// "her", "him", "他": resolved against the dialogue.
    Pronoun,
    /// A name that nobody of this home bears.
    Unknown(String),
}
