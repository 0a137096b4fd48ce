//! The robot's parameter file (`launch/config/ember.yaml`): one section a node.

use super::error::{ConfigError, read_text};
use hearth_types::Checked;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// The sections that a parameter file may have.
pub const SECTIONS: [&str; 9] = [
    "robot",
    "safety",
    "controller",
    "perception",
    "models",
    "planner",
    "vision_language",
    "voice",
    "ros",
];

/// A parameter file whose sections are parsed on demand, each by the crate that owns it.
#[derive(Clone, Debug)]
pub struct Params {
    path: PathBuf,
    text: String,
}

impl Params {
    /// Reads the file. Unknown and repeated sections are errors.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::from_text(path, read_text(path)?)
    }

    /// As [`Params::load`], from text; `path` is what errors name.
    pub fn from_text(path: &Path, text: String) -> Result<Self, ConfigError> {
        let params = Self {
            path: path.to_owned(),
            text,
        };
        params.parse::<IgnoredAny>("")?;
        Ok(params)
    }

    /// The section, parsed and checked.
    pub fn section<T: DeserializeOwned + Checked>(&self, name: &str) -> Result<T, ConfigError> {
        self.optional(name)?
            .ok_or_else(|| ConfigError::MissingSection {
                path: self.path.clone(),
                section: name.to_owned(),
            })
    }

    /// As [`Params::section`], for a section that may be left out.
    pub fn optional<T: DeserializeOwned + Checked>(
        &self,
        name: &str,
    ) -> Result<Option<T>, ConfigError> {
        let Some(section) = self.parse::<T>(name)? else {
            return Ok(None);
        };
        section.check().map_err(|range| ConfigError::Range {
            path: self.path.clone(),
            line: line_of_key(&self.text, name, &range.key),
            section: name.to_owned(),
            range: Box::new(range),
        })?;
        Ok(Some(section))
    }

    fn parse<T: DeserializeOwned>(&self, wanted: &str) -> Result<Option<T>, ConfigError> {
        let seed = OneSection {
            wanted,
            kind: PhantomData,
        };
        seed.deserialize(serde_yaml::Deserializer::from_str(&self.text))
            .map_err(|error| ConfigError::yaml(&self.path, &error))
    }
}

/// Parses one section out of the file's text and skips the others. From the text and not from a
/// parsed value, because only then do errors know their line.
struct OneSection<'a, T> {
    wanted: &'a str,
    kind: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for OneSection<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for OneSection<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "a mapping of the sections {}", SECTIONS.join(", "))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        let mut found = None;
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if !SECTIONS.contains(&key.as_str()) {
                return Err(A::Error::unknown_field(&key, &SECTIONS));
            }
            if seen.contains(&key) {
                return Err(A::Error::custom(format!("the section `{key}` is repeated")));
            }
            if key == self.wanted {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            seen.push(key);
        }
        Ok(found)
    }
}

/// The line, from 1, where the section's key stands. Follows indentation, which is enough for block
/// style; `None` where that does not find it.
fn line_of_key(text: &str, section: &str, key: &str) -> Option<usize> {
    let mut wanted = std::iter::once(section).chain(key.split('.'));
    let mut next = wanted.next()?;
    let mut outer_indent: Option<usize> = None;
    for (index, line) in text.lines().enumerate() {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        // Left the mapping that the key must be in.
        if outer_indent.is_some_and(|outer| indent <= outer) {
            return None;
        }
        if content
            .strip_prefix(next)
            .is_some_and(|rest| rest.trim_start().starts_with(':'))
        {
            outer_indent = Some(indent);
            match wanted.next() {
                Some(key) => next = key,
                None => return Some(index + 1),
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::RangeError;
    use hearth_types::check::within;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Speed {
        speed_m_s: f64,
    }

    impl Checked for Speed {
        fn check(&self) -> Result<(), RangeError> {
            within("speed_m_s", self.speed_m_s, 0.0, 1.0)
        }
    }

    fn section(text: &str) -> Result<Speed, ConfigError> {
        Params::from_text(Path::new("ember.yaml"), text.to_owned())?.section("safety")
    }

    fn error(text: &str) -> String {
        section(text).unwrap_err().to_string()
    }

    #[test]
    fn reads_one_section_among_others() {
        let speed = section("planner:\n  any: 1\nsafety:\n  speed_m_s: 1\n").unwrap();
        assert_eq!(speed, Speed { speed_m_s: 1.0 });
    }

    #[test]
    fn names_file_line_and_key() {
        let text = error("# units: SI\nsafety:\n  # fast\n  speed_m_s: 7.5\n");
        assert_eq!(
            text,
            "ember.yaml:4: safety.speed_m_s is 7.5, but it must be between 0 and 1"
        );

        let text = error("safety:\n  sped_m_s: 0.5\n");
        assert!(text.starts_with("ember.yaml:2"), "{text}");
        assert!(text.contains("sped_m_s"), "{text}");

        let text = error("safety:\n  speed_m_s: fast\n");
        assert!(text.starts_with("ember.yaml:2"), "{text}");
        assert!(text.contains("speed_m_s"), "{text}");

        let text = error("safety:\n  speed_m_s: .nan\n");
        assert!(text.contains("between 0 and 1"), "{text}");
    }

    #[test]
    fn refuses_what_is_missing_unknown_repeated_or_no_yaml() {
        assert!(error("planner: {}\n").contains("`safety` is missing"));
        assert!(error("safty:\n  speed_m_s: 1\n").contains("unknown field `safty`"));
        assert!(error("safety:\n  a: 1\nsafety:\n  a: 2\n").contains("repeated"));
        assert!(error("safety: [1, 2\n").starts_with("ember.yaml:"));
        assert!(error("").starts_with("ember.yaml"));
        assert!(error("just words").starts_with("ember.yaml"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Params::load(Path::new("/nowhere/ember.yaml")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/ember.yaml"));
    }
}
