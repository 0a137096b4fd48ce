//! What a word of the lexicon may stand for.

use crate::ast::{Control, Courtesy, Gesture, Impossible, Pattern, Relation, State, Superlative};
use hearth_types::{BasicColour, Posture, ShapeCue};
use serde::Deserialize;

/// Classes of verbs that make the same command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verb {
    Go,
    /// Go; or, with a thing, put it elsewhere.
    Move,
    Come,
    GoBack,
    Find,
    Meet,
    Take,
    /// Take, and nothing more.
    Grasp,
    /// Take, and bring to whoever spoke unless somebody else is named.
    Fetch,
    Bring,
    Give,
    Put,
    Look,
    Tell,
    Count,
    Describe,
    Want,
    See,
}

impl Verb {
    /// Whether it is the robot that goes somewhere.
    pub fn goes(self) -> bool {
        matches!(self, Self::Go | Self::Move | Self::Come | Self::GoBack)
    }
}

/// What a preposition (or 把, 给, …) says of the phrase that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    To,
    For,
    From,
    On,
    In,
    At,
    Of,
    With,
    About,
    /// 把: what follows is what is handled.
    Object,
}

/// 上, 里, 那里: what a word after a noun makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Localizer {
    On,
    In,
    At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Determiner {
    The,
    Any,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Pronoun {
    It,
    Them,
    Person,
    Speaker,
    Here,
    There,
    Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ask {
    What,
    Which,
    Where,
    HowMany,
    Who,
    /// "what colour"
    Colour,
    /// "what … wearing", 穿什么
    Clothes,
    /// "the name of"
    Name,
    /// "doing"
    Activity,
    /// "the pose of"
    Posture,
    /// "the gesture of"
    Gesture,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    /// Places that bear the name; more than one where it is shared.
    Places(Vec<String>),
    Room(String),
    Kind(String),
    Category(String),
    Item(String),
    /// Kinds or items that share the name.
    OneOf(Vec<crate::ast::Noun>),
    Person(String),
    Shape(ShapeCue),
    AnyPerson,
    Thing,
    /// Known by its word only; its English name.
    Described(String),
    Clothes,
    Trousers,
    /// A place that no home has and no wheels reach.
    Nowhere,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    Verb(Verb),
    /// "something to drink": the category's id.
    Wish(String),
    Role(Role),
    Relation(Relation),
    Localizer(Localizer),
    Colour(BasicColour),
    Superlative(Superlative),
    Pattern(Pattern),
    /// "dots": what is on a thing with this pattern
    PatternPart(Pattern),
    /// 带, before such parts
    Bears,
    State(State),
    /// "sitting", said of people
    Pose(Posture),
    Gesture(Gesture),
    /// "wearing a hat": anything else that is said of people, in English.
    Detail(String),
    /// "holding": what follows is said of the person.
    Doing,
    /// "floor", where people lie
    Floor,
    Determiner(Determiner),
    Pronoun(Pronoun),
    Noun {
        noun: Noun,
        plural: bool,
    },
    Wearing,
    Number(u32),
    Ordinal(i32),
    Measure,
    Adjective,
    And,
    Then,
    Or,
    Comma,
    Period,
    Ask(Ask),
    AskParticle,
    Be,
    Have,
    Whether,
    Order(Control),
    Stay,
    Courtesy(Courtesy),
    Impossible(Impossible),
    Not,
    /// "no, I mean": what follows takes the place of what was said.
    Correction,
    /// Changes the sense in a way that is not followed.
    Unsupported,
    Benefit,
    /// 坐, before 在…的
    Posture,
    Linker,
    /// "down": where the robot stands will do.
    Down,
    Filler,
}
