//! Chinese forms.

use std::collections::BTreeMap;

const NUMBERS: [&str; 11] = [
    "零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十",
];

pub(super) fn number(count: usize) -> String {
    NUMBERS
        .get(count)
        .map_or_else(|| count.to_string(), |it| (*it).to_owned())
}

/// With the measure word of the longest ending of `name` that has one.
pub(super) fn number_of(count: usize, name: &str, measures: &BTreeMap<String, String>) -> String {
    let measure = measures
        .iter()
        .filter(|(ending, _)| name.ends_with(ending.as_str()))
        .max_by_key(|(ending, _)| ending.len())
        .map_or("个", |(_, measure)| measure.as_str());
    format!("{}{measure}{name}", number(count))
}
