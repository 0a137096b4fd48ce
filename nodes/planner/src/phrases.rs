//! What perception is asked to look for: short English descriptions, the same whatever the
//! language of the command.

use crate::ast::{
    Command, Gesture, Looks, Meaning, Noun, ObjectRef, Pattern, PersonRef, PlaceRef, Relation,
    State, notation::colour_id,
};
use hearth_types::{BasicColour, Home, MOST_PHRASES, Posture, ShapeCue};

/// A thing, as "red striped cup" or "bottle lying on its side". `None` where measured colour and
/// form settle it, and for what has no English name.
pub fn of_thing(home: &Home, what: &ObjectRef) -> Option<String> {
    let looked_at = matches!(what.noun, Noun::Anything | Noun::Shape(_));
    let plain = what.pattern.is_none() && what.state.is_none() && what.detail.is_none();
    if looked_at && plain {
        return None;
    }
    let noun = name(home, &what.noun)?;
    let mut words: Vec<&str> = Vec::new();
    words.extend(match what.state {
        Some(State::Empty) => Some("empty"),
        Some(State::Full) => Some("full"),
        _ => None,
    });
    words.extend(what.colour.map(colour_id));
    // "with red dots" tells the pattern; what else "with" may say is told apart from it, see `told`.
    let pattern = what.pattern.filter(|_| what.detail.is_none());
    words.extend(pattern.map(adjective));
    // A name such as "red cup" says its colour itself.
    words.retain(|word| noun.split(' ').all(|it| it != *word));
    words.push(&noun);
    words.extend(match what.state {
        Some(State::Lying) => Some("lying on its side"),
        Some(State::Upright) => Some("standing upright"),
        _ => None,
    });
    words.extend(what.detail.as_deref());
    Some(words.join(" "))
}

/// The phrases by which a thing is told.
pub(crate) struct Told {
    /// Each of these holds; those within one say the same.
    pub says: Vec<Vec<String>>,
    /// What the thing is called if it is not as described. A model may find that both fit a little: which fits better counts.
    pub otherwise: Option<String>,
}

/// By what a thing is told; `None` where measured colour and form settle it.
pub(crate) fn told(home: &Home, what: &ObjectRef) -> Option<Told> {
    let whole = of_thing(home, what)?;
    let pattern = what.pattern.filter(|it| *it != Pattern::Plain);
    let Some((pattern, noun)) = pattern.zip(name(home, &what.noun)) else {
        return Some(Told {
            says: vec![vec![whole]],
            otherwise: None,
        });
    };
    let patterned = format!("{} {noun}", adjective(pattern));
    let says = match &what.detail {
        Some(detail) if parts(pattern).is_some_and(|it| detail.ends_with(it)) => {
            vec![vec![whole, patterned]]
        }
        Some(_) => vec![vec![whole], vec![patterned]],
        None => vec![vec![whole]],
    };
    Some(Told {
        says,
        otherwise: Some(format!("{} {noun}", adjective(Pattern::Plain))),
    })
}

/// All that perception is asked about a thing.
pub(crate) fn about_thing(home: &Home, what: &ObjectRef) -> Vec<String> {
    told(home, what).map_or_else(Vec::new, |it| {
        it.says.into_iter().flatten().chain(it.otherwise).collect()
    })
}

/// "with red dots": a pattern by its parts and their colours.
pub(crate) fn with_parts(pattern: Pattern, colours: &[BasicColour]) -> Option<String> {
    let colours: Vec<_> = colours.iter().map(|it| colour_id(*it)).collect();
    Some(format!(
        "with {} {}",
        colours.join(" and "),
        parts(pattern)?
    ))
}

fn parts(pattern: Pattern) -> Option<&'static str> {
    match pattern {
        Pattern::Striped => Some("stripes"),
        Pattern::Spotted => Some("dots"),
        Pattern::Checked => Some("checks"),
        Pattern::Plain | Pattern::TwoTone => None,
    }
}

fn adjective(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Plain => "plain",
        Pattern::Striped => "striped",
        Pattern::Spotted => "spotted",
        Pattern::Checked => "checked",
        Pattern::TwoTone => "two-tone",
    }
}

/// The English name.
fn name(home: &Home, noun: &Noun) -> Option<String> {
    let names = names(home, noun);
    match noun {
        Noun::Described(word) => Some(word.clone()),
        Noun::Anything => Some("thing".into()),
        Noun::Shape(ShapeCue::Sphere) => Some("ball".into()),
        Noun::Shape(shape) => Some(crate::ast::notation::shape_id(*shape).into()),
        // Kinds that share the name that was said.
        Noun::OneOf(nouns) => {
            let (first, rest) = nouns.split_first()?;
            let rest: Vec<_> = rest.iter().map(|it| self::names(home, it)).collect();
            self::names(home, first)
                .into_iter()
                .find(|name| rest.iter().all(|it| it.contains(name)))
        }
        _ => names.into_iter().next(),
    }
}

fn names(home: &Home, noun: &Noun) -> Vec<String> {
    let names = match noun {
        Noun::Kind(id) => home.kind(id).map(|it| &it.names),
        Noun::Item(id) => home.item(id).map(|it| &it.names),
        Noun::Category(id) => {
            let mut all = home.categories.iter();
            all.find(|it| it.names.id == *id).map(|it| &it.names)
        }
        _ => None,
    };
    names.map_or_else(Vec::new, |it| it.en.clone())
}

/// What is said of a person, one description each: "sitting person", "person waving".
pub fn of_person(looks: &Looks) -> Vec<String> {
    let each = [
        looks.posture.and_then(of_posture).map(str::to_owned),
        looks.gesture.and_then(of_gesture).map(str::to_owned),
        looks.shirt.map(|it| of_shirt(colour_id(it))),
        looks
            .trousers
            .map(|it| format!("person wearing {} trousers", colour_id(it))),
        looks.detail.as_ref().map(|it| format!("person {it}")),
    ];
    each.into_iter().flatten().collect()
}

pub(crate) fn of_posture(posture: Posture) -> Option<&'static str> {
    match posture {
        Posture::Standing => Some("standing person"),
        Posture::Sitting => Some("sitting person"),
        Posture::Lying => Some("lying person"),
        Posture::Unknown => None,
    }
}

pub(crate) fn of_gesture(gesture: Gesture) -> Option<&'static str> {
    match gesture {
        Gesture::Waving => Some("person waving"),
        Gesture::RaisingArm => Some("person raising an arm"),
        Gesture::RaisingLeftArm => Some("person raising their left arm"),
        Gesture::RaisingRightArm => Some("person raising their right arm"),
        Gesture::Pointing => Some("person pointing to the side"),
        Gesture::PointingLeft => Some("person pointing to the left"),
        Gesture::PointingRight => Some("person pointing to the right"),
        Gesture::None => None,
    }
}

fn of_shirt(colour: &str) -> String {
    let article = if colour.starts_with('o') { "an" } else { "a" };
    format!("person wearing {article} {colour} shirt")
}

/// All that the commands speak of, each once, in order; at most [`MOST_PHRASES`].
pub fn of_meaning(home: &Home, meaning: &Meaning) -> Vec<String> {
    let mut found = Vec::new();
    for command in &meaning.commands {
        let (thing, place, person) = spoken_of(command);
        if let Some(thing) = thing {
            add_thing(home, thing, &mut found);
        }
        if let Some(PlaceRef::Near { what, .. }) = place {
            add_thing(home, what, &mut found);
        }
        if let Some(PersonRef::Anyone { looks, .. }) = person {
            found.extend(of_person(looks));
        }
        if let Command::CheckPerson { looks, .. } = command {
            found.extend(of_person(looks));
        }
    }
    limited(found)
}

/// Each once, and not more than perception looks for.
pub(crate) fn limited(phrases: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for phrase in phrases {
        if kept.len() < MOST_PHRASES && !kept.contains(&phrase) {
            kept.push(phrase);
        }
    }
    kept
}

fn add_thing(home: &Home, what: &ObjectRef, found: &mut Vec<String>) {
    found.extend(about_thing(home, what));
    let relation: Option<&(Relation, Box<ObjectRef>)> = what.relation.as_ref();
    if let Some((_, other)) = relation {
        add_thing(home, other, found);
    }
}

fn spoken_of(command: &Command) -> (Option<&ObjectRef>, Option<&PlaceRef>, Option<&PersonRef>) {
    match command {
        Command::GoTo { target } => (None, Some(target), None),
        Command::GoToPerson { person }
        | Command::FindPerson { person }
        | Command::LocatePerson { person }
        | Command::CountPeople { people: person }
        | Command::ExistsPerson { person }
        | Command::Who { person }
        | Command::CheckPerson { person, .. }
        | Command::DescribePerson { person, .. } => (None, None, Some(person)),
        Command::Find { what }
        | Command::Take { what }
        | Command::Identify { what }
        | Command::Count { what }
        | Command::Exists { what }
        | Command::Locate { what }
        | Command::Colour { what } => (Some(what), None, None),
        Command::Bring { what, to } => (Some(what), None, Some(to)),
        Command::Put { what, on } => (Some(what), Some(on), None),
        Command::GoBack
        | Command::Describe { .. }
        | Command::Courtesy { .. }
        | Command::Control { .. }
        | Command::Impossible { .. } => (None, None, None),
    }
}
