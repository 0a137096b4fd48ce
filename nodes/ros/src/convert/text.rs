//! Strings.

use hearth_types::Language;

/// ROS strings end at a NUL, and r2r does not survive one inside.
pub fn to_ros(text: &str) -> String {
    if text.contains('\0') {
        text.replace('\0', "")
    } else {
        text.to_owned()
    }
}

/// So much of a wrong word \[byte\] tells what is wrong.
pub(crate) const MOST_SHOWN: usize = 64;

/// The text up to so many bytes, ending with a whole character.
pub fn cut(text: &str, most_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(most_bytes)]
}

/// `en`, `zh`, with or without a region; anything else is to be recognised.
pub fn language(text: &str) -> Option<Language> {
    let tag = text.trim().to_ascii_lowercase();
    match tag.split(['-', '_']).next() {
        Some("en") => Some(Language::En),
        Some("zh") => Some(Language::Zh),
        _ => None,
    }
}

/// An id, if there is one.
pub fn optional(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_with_their_regions() {
        assert_eq!(language("zh_CN"), Some(Language::Zh));
        assert_eq!(language(" EN-gb "), Some(Language::En));
        assert_eq!(language("tlh"), None);
        assert_eq!(language(""), None);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("苹果", 4), "苹");
        assert_eq!(cut("苹果", 6), "苹果");
        assert_eq!(cut("ab", 9), "ab");
    }

    #[test]
    fn a_nul_does_not_cut_what_is_said() {
        assert_eq!(to_ros("a\0b"), "ab");
    }
}
