//! Moonshine's `tokenizer.bin`: the pieces that words are made of.
//!
//! The file is one piece after another, each its length (a byte; from 128 on two, the first less 128 being the
//! low part, the second counting 128s) and its bytes. A piece may be part of a character.

use std::collections::HashMap;

/// The pieces, by token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    bytes: Vec<u8>,
    /// Where each piece ends.
    ends: Vec<usize>,
    /// The last token of each piece.
    numbers: HashMap<Vec<u8>, usize>,
}

/// Why a file is no vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    /// It ends within a piece.
    #[error("it ends within piece {piece}, at byte {at}")]
    Truncated {
        /// Which, from 0.
        piece: usize,
        /// Where that piece begins.
        at: usize,
    },
    /// It has another number of pieces than the model has tokens.
    #[error("it has {found} pieces, but the model needs between 4 and {most}")]
    Size {
        /// Pieces that it has.
        found: usize,
        /// Tokens of the model.
        most: usize,
    },
}

/// `<unk>`, `<s>`, `</s>`: none is said.
const SPECIAL: usize = 3;
/// What stands for a space at the beginning of a piece.
const SPACE: &str = "\u{2581}";

impl Vocabulary {
    /// Reads a file's content, for a model that has `most` tokens.
    ///
    /// # Errors
    /// Where and why the content is none.
    pub fn read(content: &[u8], most: usize) -> Result<Self, VocabularyError> {
        let mut vocabulary = Self {
            bytes: Vec::with_capacity(content.len()),
            ends: Vec::new(),
            numbers: HashMap::new(),
        };
        let mut at = 0;
        while at < content.len() {
            let truncated = VocabularyError::Truncated {
                piece: vocabulary.ends.len(),
                at,
            };
            let (length, start) = match (content[at], content.get(at + 1)) {
                (short @ 0..128, _) => (usize::from(short), at + 1),
                (low, Some(high)) => (usize::from(*high) * 128 + usize::from(low - 128), at + 2),
                (_, None) => return Err(truncated),
            };
            let Some(piece) = content.get(start..start + length) else {
                return Err(truncated);
            };
            vocabulary.bytes.extend_from_slice(piece);
            vocabulary.ends.push(vocabulary.bytes.len());
            at = start + length;
        }
        let found = vocabulary.ends.len();
        if found <= SPECIAL || found > most {
            return Err(VocabularyError::Size { found, most });
        }
        for token in SPECIAL..found {
            let piece = vocabulary.piece(token as i64).to_vec();
            // What is a byte too comes first as that; it is never written so.
            vocabulary.numbers.insert(piece, token);
        }
        Ok(vocabulary)
    }

    /// How many pieces there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never: a vocabulary has pieces.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The piece of a token; none for tokens that are not said.
    fn piece(&self, token: i64) -> &[u8] {
        let Ok(index) = usize::try_from(token) else {
            return &[];
        };
        match self.ends.get(index) {
            Some(end) if index >= SPECIAL => &self.bytes[self.ends[index - 1]..*end],
            _ => &[],
        }
    }

    /// Whether two tokens differ in marks and capitals only. A token that is not said is like a mark.
    pub fn sound_alike(&self, a: i64, b: i64) -> bool {
        let bare = |token: i64| -> Vec<u8> {
            let is_said = |it: &&u8| it.is_ascii_alphanumeric() || !it.is_ascii();
            let piece = self.piece(token);
            let piece = piece.strip_prefix(SPACE.as_bytes()).unwrap_or(piece);
            piece
                .iter()
                .filter(is_said)
                .map(u8::to_ascii_lowercase)
                .collect()
        };
        bare(a) == bare(b)
    }

    /// The tokens of a text, as the model learnt them (byte pair encoding, Sennrich et al., 2016): from single characters on, the two
    /// neighbours join whose piece comes first in the file. What no piece has is left out.
    pub fn tokens(&self, text: &str) -> Vec<i64> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = format!(" {}", words.join(" ")).replace(' ', SPACE);
        let mut parts: Vec<&[u8]> = text
            .char_indices()
            .map(|(at, it)| &text.as_bytes()[at..at + it.len_utf8()])
            .collect();
        let joined = |at: usize, parts: &[&[u8]]| -> Option<usize> {
            let both = [parts[at], parts[at + 1]].concat();
            self.numbers.get(&both).copied()
        };
        // Where in the text each part begins, to cut two that join out of it.
        let mut begins: Vec<usize> = text.char_indices().map(|it| it.0).collect();
        loop {
            let pairs = 0..parts.len().saturating_sub(1);
            let first = pairs.filter_map(|at| Some((joined(at, &parts)?, at))).min();
            let Some((_, at)) = first else {
                break;
            };
            let end = begins[at] + parts[at].len() + parts[at + 1].len();
            parts[at] = &text.as_bytes()[begins[at]..end];
            parts.remove(at + 1);
            begins.remove(at + 1);
        }
        let single = |it: &[u8]| self.numbers.get(it).map(|it| *it as i64);
        let bytes = |it: &[u8]| -> Vec<i64> {
            let each = it.iter().filter_map(|it| single(&[*it]));
            each.collect()
        };
        parts
            .into_iter()
            .flat_map(|it| single(it).map_or_else(|| bytes(it), |token| vec![token]))
            .collect()
    }

    /// The text of tokens, without spaces around it. Bytes that make no character become U+FFFD.
    pub fn text(&self, tokens: &[i64]) -> String {
        let bytes: Vec<u8> = tokens
            .iter()
            .flat_map(|it| self.piece(*it))
            .copied()
            .collect();
        let text = String::from_utf8_lossy(&bytes).replace(SPACE, " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn write(pieces: &[Vec<u8>]) -> Vec<u8> {
        let mut file = Vec::new();
        for piece in pieces {
            let length = piece.len();
            if length < 128 {
                file.push(length as u8);
            } else {
                file.push((length % 128 + 128) as u8);
                file.push((length / 128) as u8);
            }
            file.extend(piece);
        }
        file
    }

    fn pieces(of: &[&str]) -> Vec<Vec<u8>> {
        let special = ["<unk>", "<s>", "</s>"].into_iter();
        special
            .chain(of.iter().copied())
            .map(|it| it.as_bytes().to_vec())
            .collect()
    }

    #[test]
    fn pieces_become_words() {
        let file = write(&pieces(&["\u{2581}red", "\u{2581}app", "le", "."]));
        let vocabulary = Vocabulary::read(&file, 10).expect("a vocabulary");
        assert_eq!(vocabulary.text(&[1, 3, 4, 5, 6, 2, 99, -1]), "red apple.");
        assert_eq!(vocabulary.text(&[]), "");
        assert!(vocabulary.sound_alike(2, 6));
        assert!(!vocabulary.sound_alike(4, 5));
    }

    #[test]
    fn words_become_the_pieces_that_the_model_learnt() {
        // Whole words from 5 and 9 on; "ppl" is in the file too, behind what its letters belong to.
        let all = [
            "\u{2581}r",
            "ed",
            "\u{2581}red",
            "ap",
            "app",
            "le",
            "apple",
            "ppl",
        ];
        let letters = ["\u{2581}", "r", "e", "d", "a", "p", "l", "."];
        let file = write(&pieces(&[all, letters].concat()));
        let vocabulary = Vocabulary::read(&file, 30).expect("a vocabulary");
        let tokens = vocabulary.tokens("red  apple.");
        assert_eq!(tokens, [5, 11, 9, 18]);
        assert_eq!(vocabulary.text(&tokens), "red apple.");
        assert_eq!(vocabulary.tokens("red?"), [5]);
        assert!(vocabulary.tokens("").iter().all(|it| *it == 11));
    }

    #[test]
    fn a_character_may_be_in_pieces() {
        let mut all = pieces(&[]);
        all.extend("苹".as_bytes().iter().map(|it| vec![*it]));
        let vocabulary = Vocabulary::read(&write(&all), 10).expect("a vocabulary");
        assert_eq!(vocabulary.text(&[3, 4, 5]), "苹");
        assert_eq!(vocabulary.text(&[3, 4]), "\u{fffd}");
    }

    #[test]
    fn what_is_no_vocabulary_is_refused() {
        assert_eq!(
            Vocabulary::read(&[], 10),
            Err(VocabularyError::Size { found: 0, most: 10 })
        );
        let file = write(&pieces(&["\u{2581}red"]));
        let cut = Vocabulary::read(&file[..file.len() - 1], 10);
        assert_eq!(cut, Err(VocabularyError::Truncated { piece: 3, at: 15 }));
        assert_eq!(
            Vocabulary::read(&[200], 10),
            Err(VocabularyError::Truncated { piece: 0, at: 0 })
        );
        assert!(matches!(
            Vocabulary::read(&file, 3),
            Err(VocabularyError::Size { found: 4, most: 3 })
        ));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_and_any_tokens_are_text(
            content in prop::collection::vec(any::<u8>(), 0..2_000),
            tokens in prop::collection::vec(any::<i64>(), 0..20),
        ) {
            if let Ok(vocabulary) = Vocabulary::read(&content, 100_000) {
                let small: Vec<i64> = tokens.iter().map(|it| it.rem_euclid(vocabulary.len() as i64)).collect();
                let text = vocabulary.text(&small);
                prop_assert!(!text.contains(SPACE));
                vocabulary.text(&tokens);
            }
        }

        #[test]
        fn what_was_written_is_read(
            of in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..20),
        ) {
            let mut all = pieces(&[]);
            all.extend(of);
            let vocabulary = Vocabulary::read(&write(&all), 1_000).expect("a vocabulary");
            prop_assert_eq!(vocabulary.len(), all.len());
            for (token, piece) in all.iter().enumerate().skip(SPECIAL) {
                prop_assert_eq!(vocabulary.piece(token as i64), piece.as_slice());
            }
        }
    }
}
