//! The text tower: what a phrase means, as a vector.

use crate::ModelError;
use crate::manifest::Manifest;
use crate::options::SessionOptions;
use crate::session::{Runtime, Session};
use lru::LruCache;
use ndarray::Array2;
use std::num::NonZeroUsize;
use tokenizers::{Tokenizer, TruncationParams};

/// The length of an embedding.
pub const EMBEDDING: usize = 384;

/// The model, as the manifest calls it.
pub const TEXT_TOWER: &str = "all-minilm-l6-v2";

/// Tokens that count; what comes after is cut. Commands are shorter.
const MAX_TOKENS: usize = 64;

/// Characters that are looked at: more than 64 tokens of English have by far.
const MAX_CHARS: usize = 4096;

const CACHE: NonZeroUsize = NonZeroUsize::new(1024).expect("not zero");

/// Embeds phrases with all-MiniLM-L6-v2: the mean over the tokens, of length 1, so that the dot product of two
/// embeddings is their cosine.
#[derive(Debug)]
pub struct TextTower {
    session: Session,
    tokenizer: Tokenizer,
    cache: LruCache<String, [f32; EMBEDDING]>,
}

impl TextTower {
    /// Opens the model that the manifest names.
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
    ) -> Result<Self, ModelError> {
        let model = manifest.model(TEXT_TOWER)?;
        let session = Session::open(runtime, model, options)?;
        let file = model.file("tokenizer.json")?;
        let format = |error: tokenizers::Error| ModelError::Format {
            path: file.path.clone(),
            message: format!("no tokenizer can be made of it: {error}"),
        };
        let mut tokenizer = Tokenizer::from_bytes(file.read(&model.hint(file))?).map_err(format)?;
        let truncation = TruncationParams {
            max_length: MAX_TOKENS,
            ..TruncationParams::default()
        };
        tokenizer
            .with_truncation(Some(truncation))
            .map_err(format)?;
        tokenizer.with_padding(None);
        Ok(Self {
            session,
            tokenizer,
            cache: LruCache::new(CACHE),
        })
    }

    /// The embedding of a text. Any text has one; only the first 64 tokens count.
    pub fn embed(&mut self, text: &str) -> Result<[f32; EMBEDDING], ModelError> {
        let end = text
            .char_indices()
            .nth(MAX_CHARS)
            .map_or(text.len(), |(at, _)| at);
        let text = &text[..end];
        if let Some(known) = self.cache.get(text) {
            return Ok(*known);
        }
        let fail = |message: String| ModelError::Run {
            model: TEXT_TOWER.to_owned(),
            message,
        };
        let encoding = self
            .tokenizer
            .encode_fast(text, true)
            .map_err(|it| fail(it.to_string()))?;
        let ids: Vec<i64> = encoding.get_ids().iter().map(|it| i64::from(*it)).collect();
        let mask = Array2::<i64>::ones((1, ids.len()));
        let ids = Array2::from_shape_vec((1, ids.len()), ids).map_err(|it| fail(it.to_string()))?;
        let inputs = [("input_ids", ids.into()), ("attention_mask", mask.into())];
        let found = self.session.run(inputs)?.take::<f32>("embedding")?;
        let embedding: [f32; EMBEDDING] = found
            .as_slice()
            .and_then(|it| it.try_into().ok())
            .filter(|it: &[f32; EMBEDDING]| it.iter().all(|it| it.is_finite()))
            .ok_or_else(|| fail(format!("no {EMBEDDING} finite numbers for {text:?}")))?;
        self.cache.put(text.to_owned(), embedding);
        Ok(embedding)
    }
}
