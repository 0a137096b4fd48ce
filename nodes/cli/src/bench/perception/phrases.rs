//! Phrases, and which things they describe: the rules of `models/train/phrases.py`.

use hearth_sim::render::Attributes;
use serde::Deserialize;

/// A phrase as `sim/worlds/vary.py --phrases` writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// As people say it.
    pub text: String,
    /// A thing that shares a value with each of these is described.
    pub constraints: Attributes,
    /// What sort of phrase it is, as `attribute`.
    #[serde(rename = "type")]
    pub sort: String,
    /// Whether it has a word that training never has.
    pub novel: bool,
    /// Whether it describes a thing that shares a value with each of these, nobody can say.
    #[serde(default)]
    pub unsure: Option<Attributes>,
}

/// How a phrase and a thing fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It describes the thing.
    Describes,
    /// Nobody can say.
    Unknown,
    /// It does not describe the thing, but one like it.
    Near,
    /// The two have nothing in common.
    Other,
}

/// The attribute of which named things of the household have a value, and a stranger's do not.
const ITEM: &str = "item";

impl Phrase {
    /// How it fits a thing that is like this.
    pub fn fit(&self, thing: &Attributes) -> Fit {
        let all = |it: &Attributes, but: &str| {
            let mut demands = it.iter().filter(|(key, _)| *key != but);
            demands.all(|demand| is_met(demand, thing))
        };
        if all(&self.constraints, "") {
            return Fit::Describes;
        }
        let doubted = self
            .unsure
            .as_ref()
            .is_some_and(|it| !it.is_empty() && all(it, ""));
        // A stranger's red can may as well be called a cola.
        let stranger = self.constraints.contains_key(ITEM)
            && !thing.contains_key(ITEM)
            && all(&self.constraints, ITEM);
        if doubted || stranger {
            Fit::Unknown
        } else if self.constraints.iter().any(|it| is_met(it, thing)) {
            Fit::Near
        } else {
            Fit::Other
        }
    }

    /// The kind, if it asks for one kind of thing and nothing else, in known words.
    pub fn plain_kind(&self) -> Option<&str> {
        let mut demands = self.constraints.iter();
        match (demands.next(), demands.next()) {
            (Some((key, values)), None) if key == "kind" && !self.novel => {
                match values.as_slice() {
                    [kind] => Some(kind),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether it asks for more than one attribute, in known words.
    pub fn is_compound(&self) -> bool {
        self.constraints.len() > 1 && !self.novel
    }
}

fn is_met((attribute, values): (&String, &Vec<String>), thing: &Attributes) -> bool {
    let has = thing.get(attribute);
    has.is_some_and(|has| values.iter().any(|it| has.contains(it)))
}

#[cfg(test)]
mod tests {
    use super::{Fit, Phrase};
    use hearth_sim::render::Attributes;

    fn phrase(json: &str) -> Phrase {
        serde_json::from_str(json).unwrap()
    }

    fn thing(json: &str) -> Attributes {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_phrase_describes_what_shares_a_value_of_each_attribute() {
        let red_cup = phrase(
            r#"{"text": "a red cup", "constraints": {"kind": ["cup", "glass"], "main_colour": ["red"]},
                "type": "attribute", "novel": false}"#,
        );
        let fit = |json| red_cup.fit(&thing(json));
        assert_eq!(
            fit(r#"{"kind": ["cup"], "main_colour": ["red", "pink"]}"#),
            Fit::Describes
        );
        assert_eq!(
            fit(r#"{"kind": ["glass"], "main_colour": ["blue"]}"#),
            Fit::Near
        );
        assert_eq!(
            fit(r#"{"kind": ["bowl"], "main_colour": ["red"]}"#),
            Fit::Near
        );
        assert_eq!(fit(r#"{"kind": ["bowl"]}"#), Fit::Other);
        assert!(red_cup.is_compound());
        assert_eq!(red_cup.plain_kind(), None);
    }

    #[test]
    fn nobody_can_say_what_it_is_unsure_about() {
        let can = phrase(
            r#"{"text": "that can", "constraints": {"kind": ["can"]}, "unsure": {"kind": ["nuts"]},
                "type": "kind", "novel": false}"#,
        );
        assert_eq!(can.fit(&thing(r#"{"kind": ["can"]}"#)), Fit::Describes);
        assert_eq!(can.fit(&thing(r#"{"kind": ["nuts"]}"#)), Fit::Unknown);
        assert_eq!(can.fit(&thing(r#"{"kind": ["book"]}"#)), Fit::Other);
        assert_eq!(can.plain_kind(), Some("can"));
    }

    #[test]
    fn a_strangers_can_may_be_a_cola() {
        let cola = phrase(
            r#"{"text": "the cola", "constraints": {"kind": ["can"], "item": ["cola"]}, "type": "item", "novel": true}"#,
        );
        let fit = |json| cola.fit(&thing(json));
        assert_eq!(
            fit(r#"{"kind": ["can"], "item": ["cola"]}"#),
            Fit::Describes
        );
        assert_eq!(fit(r#"{"kind": ["can"], "item": ["iced_tea"]}"#), Fit::Near);
        assert_eq!(fit(r#"{"kind": ["can"]}"#), Fit::Unknown);
        assert_eq!(fit(r#"{"kind": ["cup"]}"#), Fit::Other);
        assert!(!cola.is_compound(), "its word is new");
    }
}
