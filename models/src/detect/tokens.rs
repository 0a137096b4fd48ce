//! CLIP's tokens, as OWL models take them.

use crate::ModelError;
use ndarray::Array2;
use std::path::{Path, PathBuf};
use tokenizers::{PaddingParams, PaddingStrategy, Tokenizer, TruncationParams};

/// Tokens of a phrase, start and end included; what comes after is cut, what is missing is filled up.
const TOKENS: usize = 16;

/// Characters of a phrase that are looked at: more than 16 tokens by far.
const MAX_CHARS: usize = 1000;

/// What fills up, by OWL's tokenizers.
const PAD: &str = "!";

#[derive(Debug)]
pub(super) struct ClipTokens {
    path: PathBuf,
    tokenizer: Tokenizer,
}

impl ClipTokens {
    /// Reads a `tokenizer.json`.
    pub(super) fn open(path: &Path) -> Result<Self, ModelError> {
        let content = std::fs::read(path).map_err(|source| ModelError::Read {
            path: path.to_owned(),
            hint: String::new(),
            source,
        })?;
        let wrong = |message: String| ModelError::Format {
            path: path.to_owned(),
            message: format!("no tokenizer can be made of it: {message}"),
        };
        let mut tokenizer = Tokenizer::from_bytes(content).map_err(|it| wrong(it.to_string()))?;
        let pad_id = tokenizer.token_to_id(PAD).ok_or_else(|| {
            wrong(format!(
                "it has no token {PAD:?} to fill up with, which CLIP's has"
            ))
        })?;
        tokenizer.with_padding(Some(PaddingParams {
            strategy: PaddingStrategy::Fixed(TOKENS),
            pad_id,
            pad_token: PAD.to_owned(),
            ..PaddingParams::default()
        }));
        let truncation = TruncationParams {
            max_length: TOKENS,
            ..TruncationParams::default()
        };
        tokenizer
            .with_truncation(Some(truncation))
            .map_err(|it| wrong(it.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            tokenizer,
        })
    }

    /// Ids and mask, `[phrases, 16]` each.
    pub(super) fn encode(
        &self,
        phrases: &[String],
    ) -> Result<(Array2<i64>, Array2<i64>), ModelError> {
        let wrong = |message: String| ModelError::Run {
            model: self.path.display().to_string(),
            message,
        };
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for phrase in phrases {
            let phrase: String = phrase.chars().take(MAX_CHARS).collect();
            let encoding = self
                .tokenizer
                .encode_fast(phrase, true)
                .map_err(|it| wrong(it.to_string()))?;
            ids.extend(encoding.get_ids().iter().map(|it| i64::from(*it)));
            mask.extend(
                encoding
                    .get_attention_mask()
                    .iter()
                    .map(|it| i64::from(*it)),
            );
        }
        let array = |all: Vec<i64>| {
            Array2::from_shape_vec((phrases.len(), TOKENS), all).map_err(|it| wrong(it.to_string()))
        };
        Ok((array(ids)?, array(mask)?))
    }
}
