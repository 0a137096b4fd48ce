//! The compact notation of meanings: `bring(the red cup @ kitchen_table, to: speaker)`.
//!
//! Ids stand for themselves, `#cola` is one catalogue item, `~plate` is known by its word only,
//! `?unicorn` is a word that names nothing here, `desk|side_table` is "one of these".

use super::{
    Aspect, Command, Control, Courtesy, Gesture, Impossible, Looks, Meaning, Noun, ObjectRef,
    Pattern, PersonRef, PlaceRef, Quantity, Relation, State, Superlative,
};
use hearth_types::{BasicColour, Posture, ShapeCue};
use std::fmt::{Display, Formatter, Result};

impl Display for Meaning {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (i, command) in self.commands.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            command.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Command::GoTo { target } => write!(f, "go({target})"),
            Command::GoToPerson { person } => write!(f, "go(to: {person})"),
            Command::GoBack => f.write_str("go_back"),
            Command::Find { what } => write!(f, "find({what})"),
            Command::FindPerson { person } => write!(f, "find_person({person})"),
            Command::Take { what } => write!(f, "take({what})"),
            Command::Bring { what, to } => write!(f, "bring({what}, to: {to})"),
            Command::Put { what, on } => write!(f, "put({what}, on: {on})"),
            Command::Describe { place } => write!(f, "describe({place})"),
            Command::Identify { what } => write!(f, "identify({what})"),
            Command::Count { what } => write!(f, "count({what})"),
            Command::CountPeople { people } => write!(f, "count_people({people})"),
            Command::Exists { what } => write!(f, "exists({what})"),
            Command::Locate { what } => write!(f, "locate({what})"),
            Command::LocatePerson { person } => write!(f, "locate_person({person})"),
            Command::Colour { what } => write!(f, "colour({what})"),
            Command::ExistsPerson { person } => write!(f, "exists_person({person})"),
            Command::Who { person } => write!(f, "who({person})"),
            Command::CheckPerson { person, looks } => write!(f, "check({person}:{looks})"),
            Command::DescribePerson { person, aspect } => write!(f, "{aspect}_of({person})"),
            Command::Courtesy { kind } => kind.fmt(f),
            Command::Control { order } => order.fmt(f),
            Command::Impossible { why, words } => write!(f, "impossible({why}, {words:?})"),
        }
    }
}

impl Display for ObjectRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if let Noun::Pronoun { plural } = self.noun {
            f.write_str(if plural { "them" } else { "it" })?;
        } else {
            write!(f, "{} ", self.quantity)?;
            if let Some(superlative) = self.superlative {
                write!(f, "{superlative} ")?;
            }
            if let Some(state) = self.state {
                write!(f, "{state} ")?;
            }
            if let Some(colour) = self.colour {
                write!(f, "{} ", colour_id(colour))?;
            }
            if let Some(pattern) = self.pattern {
                write!(f, "{pattern} ")?;
            }
            self.noun.fmt(f)?;
            if let Some(detail) = &self.detail {
                write!(f, " {detail:?}")?;
            }
        }
        if let Some((relation, other)) = &self.relation {
            write!(f, " {relation} {other}")?;
        }
        if let Some(at) = &self.at {
            write!(f, " @ {at}")?;
        }
        Ok(())
    }
}

impl Display for Noun {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Noun::Kind(id) | Noun::Category(id) => f.write_str(id),
            Noun::Item(id) => write!(f, "#{id}"),
            Noun::OneOf(nouns) => {
                for (i, noun) in nouns.iter().enumerate() {
                    if i > 0 {
                        f.write_str("|")?;
                    }
                    noun.fmt(f)?;
                }
                Ok(())
            }
            Noun::Shape(shape) => write!(f, "{}-shaped", shape_id(*shape)),
            Noun::Described(word) => write!(f, "~{word}"),
            Noun::Anything => f.write_str("thing"),
            Noun::Pronoun { plural: false } => f.write_str("it"),
            Noun::Pronoun { plural: true } => f.write_str("them"),
            Noun::Unknown(words) => write!(f, "?{words}"),
        }
    }
}

impl Display for Quantity {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Quantity::The => f.write_str("the"),
            Quantity::Any => f.write_str("a"),
            Quantity::Exactly(n) => write!(f, "{n}"),
            Quantity::All => f.write_str("all"),
        }
    }
}

impl Display for Superlative {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Superlative::Biggest => "biggest",
            Superlative::Smallest => "smallest",
            Superlative::Tallest => "tallest",
            Superlative::Shortest => "shortest",
            Superlative::Thinnest => "thinnest",
            Superlative::Nearest => "nearest",
            Superlative::Leftmost => "leftmost",
            Superlative::Rightmost => "rightmost",
        })
    }
}

impl Display for Relation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Relation::NextTo => "next_to",
            Relation::LeftOf => "left_of",
            Relation::RightOf => "right_of",
            Relation::InFrontOf => "in_front_of",
            Relation::Behind => "behind",
            Relation::Inside => "inside",
            Relation::OnTop => "on_top_of",
        })
    }
}

impl Display for PlaceRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            PlaceRef::Place(id) | PlaceRef::Room(id) => f.write_str(id),
            PlaceRef::AnyOf(ids) => f.write_str(&ids.join("|")),
            PlaceRef::Near { relation, what } => write!(f, "{relation} {what}"),
            PlaceRef::There => f.write_str("there"),
            PlaceRef::Here => f.write_str("here"),
            PlaceRef::Origin => f.write_str("origin"),
            PlaceRef::Unknown(words) => write!(f, "?{words}"),
        }
    }
}

impl Display for PersonRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            PersonRef::Speaker => f.write_str("speaker"),
            PersonRef::Named { id, at: None } => f.write_str(id),
            PersonRef::Named { id, at: Some(at) } => write!(f, "{id} @ {at}"),
            PersonRef::Anyone { at, looks } => {
                write!(f, "anyone{looks}")?;
                at.as_ref().map_or(Ok(()), |at| write!(f, " @ {at}"))
            }
            PersonRef::Pronoun => f.write_str("that_person"),
            PersonRef::Unknown(words) => write!(f, "?{words}"),
        }
    }
}

impl Display for Looks {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if let Some(posture) = self.posture {
            write!(f, " {}", posture_id(posture))?;
        }
        if let Some(gesture) = self.gesture {
            write!(f, " {}", gesture_id(gesture))?;
        }
        if let Some(shirt) = self.shirt {
            write!(f, " in {}", colour_id(shirt))?;
        }
        if let Some(trousers) = self.trousers {
            write!(f, " in {} trousers", colour_id(trousers))?;
        }
        if let Some(detail) = &self.detail {
            write!(f, " {detail:?}")?;
        }
        Ok(())
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Pattern::Plain => "plain",
            Pattern::Striped => "striped",
            Pattern::Spotted => "spotted",
            Pattern::Checked => "checked",
            Pattern::TwoTone => "two_tone",
        })
    }
}

impl Display for State {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            State::Empty => "empty",
            State::Full => "full",
            State::Lying => "lying",
            State::Upright => "upright",
        })
    }
}

impl Display for Aspect {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Aspect::Clothes => "clothes",
            Aspect::Activity => "activity",
            Aspect::Name => "name",
            Aspect::Posture => "posture",
            Aspect::Gesture => "gesture",
        })
    }
}

impl Display for Courtesy {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Courtesy::Hello => "hello",
            Courtesy::Thanks => "thanks",
            Courtesy::Bye => "bye",
            Courtesy::Abilities => "abilities",
        })
    }
}

impl Display for Control {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Control::Stop => "stop",
            Control::Wait => "wait",
            Control::Continue => "continue",
            Control::Cancel => "cancel",
        })
    }
}

impl Display for Impossible {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Impossible::Terrain => "terrain",
            Impossible::Skill => "skill",
            Impossible::Weight => "weight",
        })
    }
}

/// The colour's identifier, as the data files write it.
pub(crate) fn colour_id(colour: BasicColour) -> &'static str {
    match colour {
        BasicColour::Red => "red",
        BasicColour::Orange => "orange",
        BasicColour::Yellow => "yellow",
        BasicColour::Green => "green",
        BasicColour::Blue => "blue",
        BasicColour::Purple => "purple",
        BasicColour::Pink => "pink",
        BasicColour::Brown => "brown",
        BasicColour::Black => "black",
        BasicColour::Grey => "grey",
        BasicColour::White => "white",
    }
}

/// The form's identifier, as the data files write it.
pub(crate) fn shape_id(shape: ShapeCue) -> &'static str {
    match shape {
        ShapeCue::Box => "box",
        ShapeCue::Cylinder => "cylinder",
        ShapeCue::Sphere => "sphere",
        ShapeCue::Bowl => "bowl",
        ShapeCue::Cup => "cup",
        ShapeCue::Flat => "flat",
        ShapeCue::Elongated => "elongated",
        ShapeCue::Irregular => "irregular",
    }
}

/// The posture's identifier, as the data files write it.
pub(crate) fn posture_id(posture: Posture) -> &'static str {
    match posture {
        Posture::Standing => "standing",
        Posture::Sitting => "sitting",
        Posture::Lying => "lying",
        Posture::Unknown => "unknown",
    }
}

/// The gesture's identifier, as the data files write it.
pub(crate) fn gesture_id(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Waving => "waving",
        Gesture::RaisingArm => "raising_arm",
        Gesture::RaisingLeftArm => "raising_left_arm",
        Gesture::RaisingRightArm => "raising_right_arm",
        Gesture::Pointing => "pointing",
        Gesture::PointingLeft => "pointing_left",
        Gesture::PointingRight => "pointing_right",
        Gesture::None => "none",
    }
}
