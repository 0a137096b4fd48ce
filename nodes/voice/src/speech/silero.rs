//! Silero VAD: how likely there is speech, for each 32 ms.

use crate::VoiceError;
use hearth_models::{Manifest, Runtime, Session, SessionOptions};
use ndarray::{Array2, ArrayD, IxDyn};

/// The model, as the manifest calls it.
pub const VOICE_ACTIVITY: &str = "silero-vad";

/// Samples that one answer is about.
pub const FRAME: usize = 512;
/// Samples before a frame that the model looks at too.
const CONTEXT: usize = 64;
const STATE: [usize; 3] = [1, 1, 128];

/// The network, with what it remembers of the stream so far.
pub struct Silero {
    session: Session,
    hidden: ArrayD<f32>,
    cell: ArrayD<f32>,
    context: [f32; CONTEXT],
    waiting: Vec<f32>,
}

impl Silero {
    /// Opens the model that the manifest names. It runs on one thread: it is small.
    ///
    /// # Errors
    /// A model that is missing or another.
    pub fn open(runtime: &Runtime, manifest: &Manifest) -> Result<Self, VoiceError> {
        let options = SessionOptions {
            threads: 1,
            ..SessionOptions::default()
        };
        let model = manifest.model(VOICE_ACTIVITY)?;
        Ok(Self {
            session: Session::open(runtime, model, &options)?,
            hidden: ArrayD::zeros(IxDyn(&STATE)),
            cell: ArrayD::zeros(IxDyn(&STATE)),
            context: [0.0; CONTEXT],
            waiting: Vec::new(),
        })
    }

    /// Takes the next samples; the probability of speech \[0, 1\] for each frame that is complete.
    ///
    /// # Errors
    /// A model that fails.
    pub fn push(&mut self, samples: &[f32]) -> Result<Vec<f32>, VoiceError> {
        self.waiting.extend_from_slice(samples);
        let frames = self.waiting.len() / FRAME;
        if frames == 0 {
            return Ok(Vec::new());
        }
        let mut input = Array2::zeros((frames, CONTEXT + FRAME));
        for (mut row, frame) in input.outer_iter_mut().zip(self.waiting.chunks_exact(FRAME)) {
            let known = self.context.iter().chain(frame);
            row.iter_mut().zip(known).for_each(|(to, it)| *to = *it);
            self.context.copy_from_slice(&frame[FRAME - CONTEXT..]);
        }
        self.waiting.drain(..frames * FRAME);
        let mut outputs = self.session.run([
            ("input", input.into()),
            ("h", self.hidden.clone().into()),
            ("c", self.cell.clone().into()),
        ])?;
        self.hidden = outputs.take("hn")?;
        self.cell = outputs.take("cn")?;
        Ok(outputs.take::<f32>("speech_probs")?.into_iter().collect())
    }

    /// Forgets the stream: another begins.
    pub fn reset(&mut self) {
        self.hidden.fill(0.0);
        self.cell.fill(0.0);
        self.context = [0.0; CONTEXT];
        self.waiting.clear();
    }
}
