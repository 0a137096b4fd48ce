//! The robot's name: whether something is said to it.

use crate::words::{Names, Piece, distance, is_cjk, join, sounds};
use hearth_types::Language;
use hearth_types::check::{Checked, RangeError, within};
use serde::Deserialize;

/// What the robot is called.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WakeConfig {
    /// Its names, in whatever language.
    pub names: Vec<String>,
    /// Words that may stand before its name.
    pub greetings: Vec<String>,
    /// \[0, 1\] How far from a name it may sound.
    pub most_apart: f64,
    /// How much less likely than anything else a name may be in the sound itself, by letter or part of a syllable (natural
    /// logarithm), where words that were made out sound like it; see [`Self::most_behind_where`].
    pub most_behind: f64,
}

/// Where a name is among the words that were made out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Nobody made it out.
    Nowhere,
    /// Words are that sound like it: "Amber".
    Alike,
    /// It is.
    Itself,
}

impl Default for WakeConfig {
    fn default() -> Self {
        let all = |of: &[&str]| of.iter().map(|it| (*it).to_owned()).collect();
        Self {
            names: all(&["ember", "小余"]),
            greetings: all(&[
                "hey", "hi", "hello", "ok", "okay", "oh", "嘿", "你好", "喂", "嗨",
            ]),
            most_apart: 0.25,
            most_behind: 0.6,
        }
    }
}

impl WakeConfig {
    /// How far behind a name may be in the sound: the words are a second opinion.
    pub fn most_behind_where(&self, written: Written) -> f64 {
        self.most_behind
            * match written {
                Written::Nowhere => 0.5,
                Written::Alike => 1.0,
                Written::Itself => 2.0,
            }
    }

    /// Its names and the greetings before them that are words of this language.
    pub fn said_in(&self, language: Language) -> impl Iterator<Item = &str> {
        let all = self.names.iter().chain(&self.greetings);
        let of = move |it: &&String| it.chars().any(is_cjk) == (language == Language::Zh);
        all.filter(of).map(String::as_str)
    }
}

impl Checked for WakeConfig {
    fn check(&self) -> Result<(), RangeError> {
        if self.names.iter().all(|it| sounds(it).is_empty()) {
            let found = format!("{:?}", self.names);
            return Err(RangeError::new(
                "names",
                found,
                "one name or more that can be spoken",
            ));
        }
        within("most_apart", self.most_apart, 0.0, 0.6)?;
        within("most_behind", self.most_behind, 0.0, 5.0)
    }
}

/// Whoever notices that the robot is spoken to.
pub trait Wake: Send {
    /// Listens to the stream (mono, 16 kHz); true where the name was just heard in the sound itself.
    fn hear(&mut self, _samples: &[f32]) -> bool {
        false
    }

    /// What is left of the recogniser's words behind the robot's name, if they begin with it.
    fn behind_name(&self, text: &str) -> Option<String>;

    /// Whether the robot's name itself is among the words, and not only what sounds like it.
    fn says_name(&self, text: &str) -> bool;
}

/// Finds the name in the recogniser's first words, by their sound.
pub struct PhoneticWake {
    config: WakeConfig,
    names: Vec<Vec<char>>,
}

/// Pieces that a name may have come out as: "小 余", "em ber".
const MOST_PIECES: usize = 3;

impl PhoneticWake {
    /// For these names.
    pub fn new(config: WakeConfig) -> Self {
        Self {
            names: config.names.iter().map(|it| sounds(it)).collect(),
            config,
        }
    }

    /// Whether these sound like one of its names, at most so far apart.
    fn is_name(&self, pieces: &[Piece], most_apart: f64) -> bool {
        let said = sounds(&join(pieces));
        self.names
            .iter()
            .any(|it| distance(&said, it) <= most_apart)
    }
}

impl Wake for PhoneticWake {
    fn behind_name(&self, text: &str) -> Option<String> {
        let pieces = Piece::cut(text, &Names::default());
        let mut at = 0;
        while let Some(greeting) = self
            .config
            .greetings
            .iter()
            .filter_map(|it| said_at(&pieces, at, it))
            .max()
        {
            at += greeting;
        }
        let rest = &pieces[at.min(pieces.len())..];
        let length = (1..=MOST_PIECES.min(rest.len()))
            .filter(|it| rest[..*it].iter().all(|it| !it.is_mark()))
            .find(|it| self.is_name(&rest[..*it], self.config.most_apart))?;
        let behind = &rest[length..];
        let marks = behind.iter().take_while(|it| it.is_mark()).count();
        Some(join(&behind[marks..]))
    }

    fn says_name(&self, text: &str) -> bool {
        let pieces = Piece::cut(text, &Names::default());
        let is_name = |it: &[Piece]| self.is_name(it, 0.0);
        (1..=MOST_PIECES).any(|length| pieces.windows(length).any(is_name))
    }
}

/// How many pieces say `phrase` from `at` on, a mark behind it included.
fn said_at(pieces: &[Piece], at: usize, phrase: &str) -> Option<usize> {
    let phrase = Piece::cut(phrase, &Names::default());
    let said = pieces.get(at..at + phrase.len())?;
    let same = said
        .iter()
        .map(|it| &it.key)
        .eq(phrase.iter().map(|it| &it.key));
    let mark = pieces.get(at + phrase.len()).is_some_and(Piece::is_mark);
    same.then(|| phrase.len() + usize::from(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn behind(text: &str) -> Option<String> {
        PhoneticWake::new(WakeConfig::default()).behind_name(text)
    }

    #[test]
    fn hears_its_name_also_where_it_is_spelt_otherwise() {
        for (said, left) in [
            ("Ember, bring me the apple.", "bring me the apple."),
            ("Hey Amber bring me the apple", "bring me the apple"),
            ("Ember.", ""),
            ("小余，把苹果拿给我", "把苹果拿给我"),
            ("你好，小鱼，停", "停"),
            ("小雨去厨房", "去厨房"),
        ] {
            assert_eq!(behind(said).as_deref(), Some(left), "{said}");
        }
    }

    #[test]
    fn other_words_are_not_its_name() {
        for said in [
            "Bring me the apple.",
            "I remember that you like apples.",
            "Anna, come here.",
            "把苹果拿给我",
            "小心",
            "",
            "?!",
        ] {
            assert_eq!(behind(said), None, "{said}");
        }
    }

    #[test]
    fn its_name_itself_is_no_other_word() {
        let wake = PhoneticWake::new(WakeConfig::default());
        for said in ["Well, Ember, stop", "ember", "你好小余去厨房", "Em ber!"] {
            assert!(wake.says_name(said), "{said}");
        }
        for said in ["Hey Amber", "Timber.", "remember", "小气", "", "?!"] {
            assert!(!wake.says_name(said), "{said}");
        }
    }

    #[test]
    fn the_more_the_words_say_the_less_the_sound_must() {
        let config = WakeConfig::default();
        let most = [Written::Nowhere, Written::Alike, Written::Itself]
            .map(|it| config.most_behind_where(it));
        assert!(most[0] < most[1] && most[1] < most[2], "{most:?}");
        assert_eq!(most[1], config.most_behind);
    }

    proptest! {
        #[test]
        fn is_total(text in "\\PC{0,60}") {
            behind(&text);
            PhoneticWake::new(WakeConfig::default()).says_name(&text);
        }
    }
}
