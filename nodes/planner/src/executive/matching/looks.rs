//! Whom a description of people fits.

use super::WRONG_COLOUR;
use crate::ast::Looks;
use crate::phrases;
use hearth_types::{BasicColour, Posture, WorldPerson, match_of};

/// \[0, 1\] Belief in what is measured of a person: posture, colour of the clothes.
const MEASURED: f64 = 0.9;
/// \[0, 1\] Belief in a posture of somebody of whom too little is seen to tell.
const UNSEEN_POSTURE: f64 = 0.3;

/// Whether what is measured as one colour may be called the other.
pub(super) fn may_be(measured: BasicColour, said: BasicColour) -> bool {
    use BasicColour::{Black, Blue, Brown, Green, Grey, Orange, Pink, Purple, Red, White, Yellow};
    const CLOSE: [(BasicColour, BasicColour); 16] = [
        (Red, Orange),
        (Red, Pink),
        (Red, Brown),
        (Red, Purple),
        (Orange, Yellow),
        (Orange, Brown),
        (Yellow, Green),
        (Yellow, Brown),
        (Yellow, White),
        (Blue, Purple),
        (Blue, Black),
        (Purple, Pink),
        (Pink, White),
        (Brown, Black),
        (Black, Grey),
        (Grey, White),
    ];
    measured == said
        || CLOSE.contains(&(measured, said))
        || CLOSE.contains(&(said, measured))
        || (measured, said) == (Blue, Green)
        || (measured, said) == (Green, Blue)
}

/// Whether what is seen of the person can speak against those looks. What somebody does with arms that were never in the picture,
/// nobody can tell.
pub(crate) fn tells(looks: &Looks, person: &WorldPerson) -> bool {
    if looks.gesture.is_some() && person.gesture.is_none() {
        return false;
    }
    let looked_for = |it: &str| match_of(&person.matches, it).is_some();
    let phrases = phrases::of_person(looks);
    phrases.iter().all(|it| looked_for(it))
        || looks
            .posture
            .is_none_or(|_| person.posture != Posture::Unknown)
            && looks.shirt.is_none_or(|_| person.shirt.is_some())
            && looks.trousers.is_none()
            && looks.detail.is_none()
}

/// \[0, 1\] Belief that the person is as described.
pub(crate) fn fit_person(looks: &Looks, person: &WorldPerson) -> f64 {
    let matched = |phrase: &str| match_of(&person.matches, phrase).filter(|it| it.is_finite());
    let mut least: f64 = 1.0;
    if let Some(posture) = looks.posture {
        let by_phrase = phrases::of_posture(posture).and_then(matched);
        least = least.min(match person.posture {
            it if it == posture => MEASURED,
            Posture::Unknown => by_phrase.unwrap_or(UNSEEN_POSTURE),
            _ => by_phrase.unwrap_or(0.0).min(WRONG_COLOUR),
        });
    }
    if let Some(gesture) = looks.gesture {
        let by_phrase = phrases::of_gesture(gesture)
            .and_then(matched)
            .unwrap_or(0.0);
        least = least.min(match person.gesture {
            Some((it, probability)) if gesture.covers(it) => by_phrase.max(probability),
            // Somebody who does something else, as surely as that is known, does not do this.
            Some((_, probability)) => by_phrase.min(1.0 - probability),
            None => by_phrase,
        });
    }
    for (index, phrase) in phrases::of_person(&Looks {
        posture: None,
        gesture: None,
        ..looks.clone()
    })
    .iter()
    .enumerate()
    {
        let by_phrase = matched(phrase).unwrap_or(0.0);
        let measured = person.shirt.map(|it| it.name);
        least = least.min(match (looks.shirt.filter(|_| index == 0), measured) {
            (Some(wanted), Some(it)) if it == wanted => MEASURED,
            (Some(wanted), Some(it)) if !may_be(it, wanted) => by_phrase.min(WRONG_COLOUR),
            _ => by_phrase,
        });
    }
    least.clamp(0.0, 1.0)
}
