//! Word and character error rates.

use hearth_types::Language;

/// Edits and what they are counted against.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Errors {
    /// Insertions, deletions and substitutions.
    pub edits: usize,
    /// Units of what was said.
    pub units: usize,
}

impl Errors {
    /// Of what was heard against what was said.
    pub fn between<T: PartialEq>(said: &[T], heard: &[T]) -> Self {
        Self {
            edits: edits(said, heard),
            units: said.len(),
        }
    }

    /// Adds those of another sentence.
    pub fn add(&mut self, other: Self) {
        self.edits += other.edits;
        self.units += other.units;
    }

    /// Edits a unit; none of nothing.
    pub fn rate(&self) -> Option<f64> {
        (self.units > 0).then(|| self.edits as f64 / self.units as f64)
    }
}

/// What is compared: words of English, characters of Chinese. Without case and marks; numbers as words.
pub fn units(text: &str, language: Language) -> Vec<String> {
    match language {
        Language::En => words(text),
        Language::Zh => text
            .chars()
            .filter(|it| it.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .map(|it| digit(it).unwrap_or(it).to_string())
            .collect(),
    }
}

fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|it| match it {
            '’' | '\'' => '\'',
            it if it.is_alphanumeric() => it,
            _ => ' ',
        })
        .collect();
    plain.split_whitespace().flat_map(in_words).collect()
}

/// A word as it is spoken: `I'd` is two, `10` is `ten`.
fn in_words(word: &str) -> Vec<String> {
    const SMALL: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    if let Some(number) = word.parse::<usize>().ok().and_then(|it| SMALL.get(it)) {
        return vec![(*number).to_owned()];
    }
    for (end, whole) in [
        ("'s", "is"),
        ("'d", "would"),
        ("'ll", "will"),
        ("'m", "am"),
        ("'re", "are"),
    ] {
        if let Some(start) = word.strip_suffix(end).filter(|it| !it.is_empty()) {
            return vec![start.to_owned(), whole.to_owned()];
        }
    }
    vec![word.replace('\'', "")]
}

fn digit(character: char) -> Option<char> {
    let at = "0123456789".find(character)?;
    "零一二三四五六七八九".chars().nth(at)
}

fn edits<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_voice::words::sounds;

    fn rate(said: &str, heard: &str, language: Language) -> f64 {
        let errors = Errors::between(&units(said, language), &units(heard, language));
        errors.rate().unwrap()
    }

    #[test]
    fn words_count_and_neither_case_nor_marks_nor_how_numbers_are_written() {
        assert_eq!(
            rate("bring me 2 cups", "Bring me two cups.", Language::En),
            0.0
        );
        assert_eq!(
            rate("what's on the desk?", "What is on the desk", Language::En),
            0.0
        );
        assert_eq!(
            rate("go to the sink", "Go to the zink!", Language::En),
            0.25
        );
        assert_eq!(rate("go", "go to it", Language::En), 2.0);
        assert_eq!(Errors::default().rate(), None);
    }

    #[test]
    fn characters_count_in_chinese() {
        assert_eq!(rate("去厨房", "去厨房。", Language::Zh), 0.0);
        assert_eq!(rate("去厨房", "去出房", Language::Zh), 1.0 / 3.0);
        assert_eq!(rate("拿2个杯子", "拿二个杯子", Language::Zh), 0.0);
        let (said, heard) = (sounds("去厨房"), sounds("去出房"));
        assert_eq!(Errors::between(&said, &heard).edits, 0);
    }
}
