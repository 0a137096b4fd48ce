//! What things and people look like, beyond colour.

use hearth_types::{self as types, BasicColour, Posture};
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

/// What a person does with their arms, as it is said. Left and right are the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Gesture {
    Waving,
    /// Either.
    RaisingArm,
    RaisingLeftArm,
    RaisingRightArm,
    /// To either side.
    Pointing,
    PointingLeft,
    PointingRight,
    None,
}

impl Gesture {
    /// What is seen, in words.
    pub fn seen(gesture: types::Gesture) -> Self {
        match gesture {
            types::Gesture::Waving => Self::Waving,
            types::Gesture::RaisingLeftArm => Self::RaisingLeftArm,
            types::Gesture::RaisingRightArm => Self::RaisingRightArm,
            types::Gesture::PointingLeft => Self::PointingLeft,
            types::Gesture::PointingRight => Self::PointingRight,
            types::Gesture::None => Self::None,
        }
    }

    /// Whether what is seen is called so.
    pub fn covers(self, seen: types::Gesture) -> bool {
        let seen = Self::seen(seen);
        self == seen
            || self == Self::RaisingArm
                && matches!(seen, Self::RaisingLeftArm | Self::RaisingRightArm)
            || self == Self::Pointing && matches!(seen, Self::PointingLeft | Self::PointingRight)
    }
}

/// What a person wears and does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Looks {
    /// "in the red shirt"
    pub shirt: Option<BasicColour>,
    /// "in blue trousers"
    pub trousers: Option<BasicColour>,
    /// "sitting"
    pub posture: Option<Posture>,
    /// "waving"; left and right are the person's own
    pub gesture: Option<Gesture>,
    /// Anything else, in English: "with glasses", "holding a cup".
    pub detail: Option<String>,
}

impl Looks {
    /// Whether nothing was said.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether something was said of what they do, not only of what they wear.
    pub fn acts(&self) -> bool {
        self.posture.is_some() || self.gesture.is_some() || self.detail.is_some()
    }

    /// What either says; this one first.
    pub fn or(self, other: Self) -> Self {
        Self {
            shirt: self.shirt.or(other.shirt),
            trousers: self.trousers.or(other.trousers),
            posture: self.posture.or(other.posture),
            gesture: self.gesture.or(other.gesture),
            detail: self.detail.or(other.detail),
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
    /// "the name of"
    Name,
    /// "the pose of"
    Posture,
    /// "the gesture of"
    Gesture,
}
