//! What things and people look like, beyond colour.

use hearth_types::{BasicColour, Gesture, Posture};
use serde::{Deserialize, Serialize};

/// How a thing is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Pattern {
    Plain,
    Striped,
    Spotted,
    Checked,
    TwoTone,
}

/// The state that a thing is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Hollow, with nothing in it.
    Empty,
    /// Hollow, with something in it.
    Full,
    /// On its side.
    Lying,
    /// As it usually stands.
    Upright,
}

/// What a person wears and does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Looks {
    /// "in the red shirt"
    pub shirt: Option<BasicColour>,
    /// "in blue trousers"
    pub trousers: Option<BasicColour>,
    /// "sitting"
    pub posture: Option<Posture>,
    /// "waving"; left and right are the person's own
    pub gesture: Option<Gesture>,
}

impl Looks {
    /// Whether nothing was said.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether something was said of what they do, not only of what they wear.
    pub fn acts(&self) -> bool {
        self.posture.is_some() || self.gesture.is_some()
    }

    /// What either says; this one first.
    pub fn or(self, other: Self) -> Self {
        Self {
            shirt: self.shirt.or(other.shirt),
            trousers: self.trousers.or(other.trousers),
            posture: self.posture.or(other.posture),
            gesture: self.gesture.or(other.gesture),
        }
    }
}

/// What may be asked of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// "what is she wearing?"
    Clothes,
    /// "what is she doing?"
    Activity,
    /// "the pose of"
    Posture,
    /// "the gesture of"
    Gesture,
}
