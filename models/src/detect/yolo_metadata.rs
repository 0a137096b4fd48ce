//! What YOLO's exports say of themselves, written as Python prints it.

use std::collections::BTreeMap;

/// The names of the classes: `{0: 'person', 1: 'cup'}` or a list.
pub(super) fn names_of(text: &str) -> Option<Vec<String>> {
    // Python's notation is YAML's, but for quotes within quotes.
    let text = text.replace("\\'", "''");
    if let Ok(names) = serde_yaml::from_str::<Vec<String>>(&text) {
        return (!names.is_empty()).then_some(names);
    }
    let by_number: BTreeMap<usize, String> = serde_yaml::from_str(&text).ok().or_else(|| {
        let by_text: BTreeMap<String, String> = serde_yaml::from_str(&text).ok()?;
        let numbered = by_text
            .into_iter()
            .map(|(number, name)| Some((number.parse().ok()?, name)));
        numbered.collect()
    })?;
    let consecutive = by_number.keys().copied().eq(0..by_number.len());
    (consecutive && !by_number.is_empty()).then(|| by_number.into_values().collect())
}

/// \[px\] The longer side of `[640, 480]`, or of `640`.
pub(super) fn sides_of(text: &str) -> Option<u32> {
    let sides: Vec<u32> = serde_yaml::from_str(text)
        .or_else(|_| serde_yaml::from_str(text).map(|it: u32| vec![it]))
        .ok()?;
    sides.into_iter().max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_python_prints_them() {
        let names = |text| names_of(text).map(|it| it.join("|"));

        assert_eq!(
            names("{0: 'person', 1: \"chef's hat\"}").as_deref(),
            Some("person|chef's hat")
        );
        assert_eq!(
            names(r#"{0: 'it\'s "odd"'}"#).as_deref(),
            Some("it's \"odd\"")
        );
        assert_eq!(
            names(r#"{"1": "cup", "0": "person"}"#).as_deref(),
            Some("person|cup")
        );
        assert_eq!(names("['a', 'b']").as_deref(), Some("a|b"));
        for text in [
            "",
            "{}",
            "{1: 'a'}",
            "{0: 'a', 2: 'b'}",
            "{0: 'a'",
            "person",
            "[",
            "7",
        ] {
            assert_eq!(names(text), None, "{text}");
        }
    }

    #[test]
    fn sides_are_read_as_python_prints_them() {
        assert_eq!(sides_of("[640, 480]"), Some(640));
        assert_eq!(sides_of("320"), Some(320));
        assert_eq!(sides_of("[640.5]"), None);
        assert_eq!(sides_of("big"), None);
    }
}
