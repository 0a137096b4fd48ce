//! What the robot says: templates from `data/replies.yaml`, filled with the home's names.

mod chinese;
mod english;

use crate::ast::notation::{colour_id, gesture_id, posture_id};
use crate::ast::{Looks, ObjectRef};
use hearth_types::{BasicColour, Home, Language, Names};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A reply in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    en: String,
    zh: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReplies {
    replies: BTreeMap<String, Template>,
    colours: BTreeMap<String, Template>,
    /// What is said before (and after) a thing's name, by pattern and state.
    qualities: BTreeMap<String, Template>,
    /// What people do, by posture and gesture.
    doings: BTreeMap<String, Template>,
    /// What else is said of people, by its English.
    details: BTreeMap<String, Template>,
    /// Measure words by the last characters of a Chinese name.
    measures: BTreeMap<String, String>,
    /// English plurals that no rule gives.
    plurals: BTreeMap<String, String>,
    /// English names of stuff, which take no "a".
    uncountable: Vec<String>,
    /// English names that are plural already.
    plural_names: Vec<String>,
}

/// All that the robot can say.
#[derive(Clone, Debug)]
pub struct Replies {
    raw: RawReplies,
}

impl Replies {
    /// The replies that come with Hearth.
    ///
    /// # Errors
    /// When the data file is malformed; its text names the key and line.
    pub fn built_in() -> Result<Self, crate::PlannerError> {
        Self::from_yaml(include_str!("../../data/replies.yaml"))
    }

    /// Reads replies from YAML.
    ///
    /// # Errors
    /// When it is malformed; the text names the key and line.
    pub fn from_yaml(yaml: &str) -> Result<Self, crate::PlannerError> {
        let raw = serde_yaml::from_str(yaml).map_err(|it| crate::PlannerError::Replies {
            reason: it.to_string(),
        })?;
        Ok(Self { raw })
    }

    /// The template `key`, filled. A key that is missing stands for itself, so that nothing is
    /// said that nobody wrote.
    pub(crate) fn text(&self, language: Language, key: &str, values: &[(&str, &str)]) -> String {
        let filled = self.part(language, key, values);
        match language {
            Language::En => english::capitalised(&filled),
            Language::Zh => filled,
        }
    }

    /// As [`Self::text`], for a part of a sentence.
    pub(crate) fn part(&self, language: Language, key: &str, values: &[(&str, &str)]) -> String {
        let Some(template) = self.raw.replies.get(key) else {
            return key.to_owned();
        };
        let text = match language {
            Language::En => &template.en,
            Language::Zh => &template.zh,
        };
        let mut rest = text.as_str();
        let mut filled = String::with_capacity(text.len() + 32);
        while let Some(start) = rest.find('{') {
            filled.push_str(&rest[..start]);
            let Some(end) = rest[start..].find('}') else {
                break;
            };
            let name = &rest[start + 1..start + end];
            if let Some((_, value)) = values.iter().find(|(it, _)| *it == name) {
                filled.push_str(value);
            }
            rest = &rest[start + end + 1..];
        }
        filled.push_str(rest);
        filled
    }

    /// The first name.
    pub(crate) fn name(&self, language: Language, names: &Names) -> String {
        let list = match language {
            Language::En => &names.en,
            Language::Zh => &names.zh,
        };
        list.first().unwrap_or(&names.id).clone()
    }

    /// "the red cup", "红色的杯子" → "红色杯子".
    pub(crate) fn the(&self, language: Language, name: &str) -> String {
        match language {
            Language::En => english::the(name),
            Language::Zh => name.to_owned(),
        }
    }

    /// "two red cups", "两个红杯子", "no cups", "0个杯子".
    pub(crate) fn number_of(&self, language: Language, count: usize, name: &str) -> String {
        match language {
            Language::En => {
                english::number_of(count, name, &self.raw.plurals, &self.raw.uncountable)
            }
            Language::Zh => chinese::number_of(count, name, &self.raw.measures),
        }
    }

    /// "is", or "are" for names such as "chips". Chinese has neither.
    pub(crate) fn is(&self, name: &str) -> &'static str {
        let last = name.rsplit(' ').next().unwrap_or(name);
        let plural = self.raw.plural_names.iter().any(|it| it == last);
        if plural { "are" } else { "is" }
    }

    /// "it is", or "they are" for names such as "the chips".
    pub(crate) fn it_is(&self, name: &str) -> &'static str {
        if self.is(name) == "are" {
            "they are"
        } else {
            "it is"
        }
    }

    /// "cups"; stuff and Chinese have one form.
    pub(crate) fn several(&self, language: Language, name: &str) -> String {
        let last = name.rsplit(' ').next().unwrap_or(name);
        let stuff = |it: &String| it == last || it == name;
        match language {
            Language::En if !self.raw.uncountable.iter().any(stuff) => {
                english::plural(name, &self.raw.plurals)
            }
            _ => name.to_owned(),
        }
    }

    /// The number alone.
    pub(crate) fn number(&self, language: Language, count: usize) -> String {
        match language {
            Language::En => english::number(count),
            Language::Zh => chinese::number(count),
        }
    }

    /// "a, b and c", "a、b和c".
    pub(crate) fn list(&self, language: Language, parts: &[String], word: &str) -> String {
        let (comma, last) = match (language, word) {
            (Language::En, "or") => (", ", " or "),
            (Language::En, _) => (", ", " and "),
            (Language::Zh, "or") => ("、", "还是"),
            (Language::Zh, _) => ("、", "和"),
        };
        match parts {
            [] => String::new(),
            [one] => one.clone(),
            [head @ .., tail] => format!("{}{last}{tail}", head.join(comma)),
        }
    }

    /// "red", "红色".
    pub(crate) fn colour(&self, language: Language, colour: BasicColour) -> String {
        let id = colour_id(colour);
        word(&self.raw.colours, language, id)
    }

    /// "sitting, waving and wearing a red shirt", "坐着挥手".
    pub(crate) fn doing(&self, language: Language, looks: &Looks) -> String {
        let raw = &self.raw.doings;
        let worn = |key: &str, colour: Option<BasicColour>| {
            let colour = self.colour(language, colour?);
            let vowel = colour.starts_with(['a', 'e', 'i', 'o', 'u']);
            let article = if vowel { "an" } else { "a" };
            Some(self.part(language, key, &[("colour", &colour), ("a", article)]))
        };
        let parts: Vec<String> = [
            looks.posture.map(|it| word(raw, language, posture_id(it))),
            looks.gesture.map(|it| word(raw, language, gesture_id(it))),
            worn("wearing_shirt", looks.shirt),
            worn("wearing_trousers", looks.trousers),
            looks
                .detail
                .as_ref()
                .map(|it| word(&self.raw.details, language, it)),
        ]
        .into_iter()
        .flatten()
        .collect();
        match language {
            Language::En => self.list(language, &parts, "and"),
            Language::Zh => parts.concat(),
        }
    }

    /// "the person waving", "挥手的人".
    pub(crate) fn person_like(&self, language: Language, looks: &Looks) -> String {
        let doing = self.doing(language, looks);
        self.part(language, "person_like", &[("doing", &doing)])
    }

    /// The person's own words for a thing, or the home's name where they used a pronoun.
    /// `described` is the name of what is known by its word only.
    pub(crate) fn thing(
        &self,
        language: Language,
        home: &Home,
        what: &ObjectRef,
        described: Option<&str>,
    ) -> String {
        use crate::ast::Noun;
        let names = match &what.noun {
            Noun::Kind(id) => home.kind(id).map(|it| &it.names),
            Noun::Item(id) => home.item(id).map(|it| &it.names),
            Noun::Category(id) => home
                .categories
                .iter()
                .find(|it| it.names.id == *id)
                .map(|it| &it.names),
            Noun::Unknown(word) => return word.clone(),
            _ => None,
        };
        let noun = match names {
            Some(names) => self.name(language, names),
            None => match (&what.noun, described) {
                (_, Some(name)) => name.to_owned(),
                (Noun::Described(word), None) => word.clone(),
                _ => self.text_raw(language, "thing"),
            },
        };
        let colour = what.colour.filter(|_| !matches!(what.noun, Noun::Item(_)));
        let coloured = match (colour, language) {
            (Some(colour), Language::En) => format!("{} {noun}", self.colour(language, colour)),
            (Some(colour), Language::Zh) => format!("{}的{noun}", self.colour(language, colour)),
            (None, _) => noun,
        };
        let pattern = what.pattern.map(|it| it.to_string());
        let state = what.state.map(|it| it.to_string());
        [pattern, state]
            .iter()
            .flatten()
            .fold(coloured, |thing, quality| {
                let template = word(&self.raw.qualities, language, quality);
                template.replace("{thing}", &thing)
            })
            + &what
                .detail
                .as_ref()
                .map_or_else(String::new, |it| format!(" {it}"))
    }

    fn text_raw(&self, language: Language, key: &str) -> String {
        match (self.raw.replies.get(key), language) {
            (Some(it), Language::En) => it.en.clone(),
            (Some(it), Language::Zh) => it.zh.clone(),
            (None, _) => key.to_owned(),
        }
    }
}

/// The word of that key; the key where there is none.
fn word(words: &BTreeMap<String, Template>, language: Language, key: &str) -> String {
    match (words.get(key), language) {
        (Some(it), Language::En) => it.en.clone(),
        (Some(it), Language::Zh) => it.zh.clone(),
        (None, _) => key.to_owned(),
    }
}

/// A proper name, as written.
pub(crate) fn proper(name: &str) -> String {
    english::capitalised(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_templates_and_counts_in_both_languages() {
        let replies = Replies::built_in().unwrap();
        let en = |n, name: &str| replies.number_of(Language::En, n, name);
        let zh = |n, name: &str| replies.number_of(Language::Zh, n, name);

        assert_eq!(en(1, "apple"), "an apple");
        assert_eq!(en(2, "red cup"), "two red cups");
        assert_eq!(en(3, "knife"), "three knives");
        assert_eq!(en(0, "dish"), "no dishes");
        assert_eq!(zh(2, "苹果"), "两个苹果");
        assert_eq!(zh(1, "可乐"), "一罐可乐");
        assert_eq!(zh(0, "杯子"), "零个杯子");
        let parts = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(replies.list(Language::En, &parts, "or"), "a, b or c");
        assert_eq!(replies.list(Language::Zh, &parts, "and"), "a、b和c");
    }

    #[test]
    fn a_malformed_file_is_named_with_its_line() {
        let error = Replies::from_yaml("replies:\n  x: 3\n").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
