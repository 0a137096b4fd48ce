//! English forms.

use std::collections::BTreeMap;

const NUMBERS: [&str; 13] = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

pub(super) fn number(count: usize) -> String {
    match NUMBERS.get(count) {
        Some(_) if count == 0 => "zero".into(),
        Some(word) => (*word).into(),
        None => count.to_string(),
    }
}

pub(super) fn number_of(
    count: usize,
    name: &str,
    plurals: &BTreeMap<String, String>,
    uncountable: &[String],
) -> String {
    let last = name.rsplit(' ').next().unwrap_or(name);
    if count == 1 {
        let stuff = uncountable.iter().any(|it| it == last || it == name);
        let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
        let article = if stuff {
            "some"
        } else if vowel {
            "an"
        } else {
            "a"
        };
        return format!("{article} {name}");
    }
    let word = if count == 0 {
        "no".to_owned()
    } else {
        number(count)
    };
    format!("{word} {}", plural(name, plurals))
}

pub(super) fn plural(name: &str, plurals: &BTreeMap<String, String>) -> String {
    let (head, last) = name.rsplit_once(' ').map_or(("", name), |it| it);
    let many = if last.ends_with('s') && !last.ends_with("ss") {
        last.to_owned()
    } else if let Some(irregular) = plurals.get(last) {
        irregular.clone()
    } else if let Some(stem) = last
        .strip_suffix('y')
        .filter(|it| !it.ends_with(['a', 'e', 'i', 'o', 'u']))
    {
        format!("{stem}ies")
    } else if ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|it| last.ends_with(it))
    {
        format!("{last}es")
    } else {
        format!("{last}s")
    };
    if head.is_empty() {
        many
    } else {
        format!("{head} {many}")
    }
}

pub(super) fn the(name: &str) -> String {
    if name.starts_with("the ") {
        name.to_owned()
    } else {
        format!("the {name}")
    }
}

pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
