//! `nodes/voice/data`: the words that the ears and the mouth know of each language.

use crate::VoiceError;
use crate::recognise::Spoken;
use hearth_types::{Home, Language, Names};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The words of one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// Said while thinking.
    pub fillers: Vec<String>,
    /// Fillers only where there is a pause on both sides.
    #[serde(default)]
    pub loose_fillers: Vec<String>,
    /// Said twice on purpose.
    pub may_repeat: Vec<String>,
    /// What follows takes the place of what was said before.
    pub corrections: Vec<String>,
    /// Words before a name that belong to it.
    pub determiners: Vec<String>,
    /// Words that say where and whither.
    pub relations: Vec<String>,
    /// What a clause that is said anew begins with.
    pub verbs: Vec<String>,
    /// What joins two clauses.
    pub joints: Vec<String>,
    /// Colours, as far as they are said before names.
    pub colours: Vec<String>,
    /// Numbers below twenty.
    pub units: BTreeMap<String, u32>,
    /// Multiples of ten.
    pub tens: BTreeMap<String, u32>,
    /// What stops the robot at once.
    pub stop: Vec<String>,
    /// Behind these it is no order.
    pub not_stop_after: Vec<String>,
    /// What people say to a robot, in the words of no home in particular: a recogniser that can be told expects the likes of it.
    #[serde(default)]
    pub spoken: String,
    /// The same word by word, for a recogniser that has no language of its own: see [`Lexicon::spoken_to`].
    pub sentences: Vec<String>,
    /// The question whether `{text}` was meant.
    pub confirm: String,
    /// The wish to hear it again.
    pub again: String,
}

/// The words of all languages.
#[derive(Clone, Debug)]
pub struct Lexicons {
    en: Lexicon,
    zh: Lexicon,
}

impl Lexicons {
    /// Those that are built in.
    ///
    /// # Errors
    /// A file that does not parse.
    pub fn embedded() -> Result<Self, VoiceError> {
        Ok(Self {
            en: read("en.yaml", include_str!("../../data/en.yaml"))?,
            zh: read("zh.yaml", include_str!("../../data/zh.yaml"))?,
        })
    }

    /// Those of a language.
    pub fn of(&self, language: Language) -> &Lexicon {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }
}

impl Lexicon {
    /// How this language is spoken to the robot in this home, made of `words` and of hesitation, corrections and "stop".
    pub fn spoken_to(&self, home: &Home, language: Language, words: Vec<String>) -> Spoken {
        let mut words = words;
        for more in [
            &self.stop,
            &self.corrections,
            &self.fillers,
            &self.loose_fillers,
        ] {
            words.extend(more.iter().cloned());
        }
        words.sort();
        words.dedup();
        let of = |all: &mut dyn Iterator<Item = &Names>| -> Vec<String> {
            all.flat_map(|it| match language {
                Language::En => it.en.clone(),
                Language::Zh => it.zh.clone(),
            })
            .collect()
        };
        let items = home.catalogue.iter().map(|it| &it.names);
        let kinds = home.kinds.iter().map(|it| &it.names);
        let categories = home.categories.iter().map(|it| &it.names);
        let classes = vec![
            ("thing", of(&mut items.chain(kinds).chain(categories))),
            ("place", of(&mut home.places.iter().map(|it| &it.names))),
            ("room", of(&mut home.rooms.iter().map(|it| &it.names))),
            ("person", of(&mut home.people.iter().map(|it| &it.names))),
            ("colour", self.colours.clone()),
        ];
        Spoken {
            words,
            classes,
            sentences: self.sentences.clone(),
            corrections: self.corrections.clone(),
        }
    }

    /// The likes of what is said in this home, for a recogniser that can be told what to expect: how people speak to a robot, and what
    /// rooms, places, things and people are called.
    pub fn expected(&self, home: &Home, language: Language) -> String {
        let rooms = home.rooms.iter().map(|it| &it.names);
        let places = home.places.iter().map(|it| &it.names);
        let kinds = home.kinds.iter().map(|it| &it.names);
        let people = home.people.iter().map(|it| &it.names);
        let all = rooms.chain(places).chain(kinds).chain(people);
        let (glue, end) = match language {
            Language::En => (", ", "."),
            Language::Zh => ("、", "。"),
        };
        let first = |it: &Names| match language {
            Language::En => it.en.first().cloned(),
            Language::Zh => it.zh.first().cloned(),
        };
        let names: Vec<String> = all.filter_map(first).collect();
        // What stands last is remembered best.
        format!("{}{end}{}", names.join(glue), self.spoken)
    }
}

fn read(file: &'static str, text: &str) -> Result<Lexicon, VoiceError> {
    let lexicon: Lexicon = serde_yaml::from_str(text).map_err(|it| VoiceError::Words {
        file,
        message: it.to_string(),
    })?;
    if lexicon.confirm.contains("{text}") {
        Ok(lexicon)
    } else {
        Err(VoiceError::Words {
            file,
            message: format!(
                "confirm is {:?}, but it must contain {{text}}",
                lexicon.confirm
            ),
        })
    }
}
