//! Whisper's first part: from sound to what it hears in it, for all that go on from there.

use super::super::{failed, taken};
use super::mel::{HOP, Mel};
use crate::VoiceError;
use hearth_models::{Held, Input, Manifest, Runtime, Session, SessionOptions};
use ndarray::{Array2, Ix3};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The model, as the manifest calls it.
pub const WHISPER_ENCODER: &str = "whisper-base-encoder";

/// With fewer frames the decoder repeats itself.
const LEAST_FRAMES: usize = 1_000;
const MOST_FRAMES: usize = 3_000;
/// Silence that the decoder wants behind the sound.
const TAIL_FRAMES: usize = 300;
/// Frames that become one row.
const FRAMES_A_ROW: usize = 2;

/// The encoder. Clones share it, and the last sound with it: who listens to the same hears it once.
#[derive(Clone)]
pub struct WhisperEncoder(Arc<Mutex<Encoder>>);

struct Encoder {
    session: Session,
    mel: Mel,
    last: Option<(Vec<f32>, Encoded)>,
}

/// What is in a sound.
#[derive(Clone)]
pub(in super::super) struct Encoded {
    /// \[rows, 512\], 20 ms each, as far as there is sound.
    pub rows: Arc<Array2<f32>>,
    pub keys: Held,
    pub values: Held,
}

impl WhisperEncoder {
    /// Opens the model that the manifest names.
    ///
    /// # Errors
    /// A model that is missing or another.
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
    ) -> Result<Self, VoiceError> {
        Ok(Self(Arc::new(Mutex::new(Encoder {
            session: Session::open(runtime, manifest.model(WHISPER_ENCODER)?, options)?,
            mel: Mel::new(),
            last: None,
        }))))
    }

    /// What is in this sound (mono, 16 kHz); what is beyond 30 s is not heard.
    pub(in super::super) fn hear(&self, sound: &[f32]) -> Result<Encoded, VoiceError> {
        let mut encoder: MutexGuard<'_, Encoder> =
            self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((heard, encoded)) = &encoder.last
            && heard == sound
        {
            return Ok(encoded.clone());
        }
        let encoded = encoder.run(sound)?;
        encoder.last = Some((sound.to_vec(), encoded.clone()));
        Ok(encoded)
    }
}

impl Encoder {
    fn run(&mut self, sound: &[f32]) -> Result<Encoded, VoiceError> {
        let rows = sound.len().div_ceil(FRAMES_A_ROW * HOP);
        let frames = (FRAMES_A_ROW * rows + TAIL_FRAMES).clamp(LEAST_FRAMES, MOST_FRAMES);
        let input = self.mel.of(sound, frames);
        let (mut outputs, mut held) = self
            .session
            .run_holding([("mel", Input::Tensor(input.into()))], &["heard"])?;
        let heard = outputs.take::<f32>("heard")?;
        let heard = heard
            .into_dimensionality::<Ix3>()
            .map_err(|it| failed(WHISPER_ENCODER, &it.to_string()))?;
        let heard = heard.index_axis_move(ndarray::Axis(0), 0);
        let rows = rows.min(heard.nrows());
        Ok(Encoded {
            rows: Arc::new(heard.slice(ndarray::s![..rows, ..]).to_owned()),
            keys: taken(WHISPER_ENCODER, &mut held, "cross_keys")?,
            values: taken(WHISPER_ENCODER, &mut held, "cross_values")?,
        })
    }
}
