//! Ears and dialogue as a node: sound in, utterances, stops and orders to the mouth out.

use crate::conversation::{Conversation, fault};
use crate::sound::{RATE_HZ, Resampler, samples};
use crate::{Config, VoiceError};
use hearth_types::{Message, Node, Outbox, Sound, SoundSource, Stamp, Topic};

/// \[s\] How late answers arrive in lockstep: about as long as the models take.
const LATENCY_SECS: f64 = 0.3;
/// \[s\] How often it looks whether sound still comes.
const PERIOD_SECS: f64 = 0.1;
/// \[s\] When no sound has come for longer, there is silence.
const SILENT_SECS: f64 = 0.4;
/// \[s\] The other source is heard when the better one has been silent for longer.
const LOST_SECS: f64 = 2.0;
/// \[s\] Ears that are further behind say so.
const BEHIND_SECS: f64 = 3.0;
/// \[s\] Silence that is made up where sound ceases in the midst of speech, beyond the pause that ends it.
const MORE_SILENCE_SECS: f64 = 1.0;

/// Hears, and speaks for the robot.
pub struct VoiceNode {
    conversation: Conversation,
    stream: Option<Stream>,
    /// \[s\] A pause of this length ends what is said.
    pause_secs: f64,
    /// \[s\] Of silence that was made up since sound came last.
    made_up_secs: f64,
    is_behind: bool,
}

/// Where sound comes from at present.
struct Stream {
    source: SoundSource,
    rate_hz: u32,
    resampler: Resampler,
    last: Stamp,
}

impl VoiceNode {
    /// A node around a conversation.
    pub fn new(config: &Config, conversation: Conversation) -> Self {
        Self {
            conversation,
            stream: None,
            pause_secs: config.speech.pause_secs,
            made_up_secs: 0.0,
            is_behind: false,
        }
    }

    fn sound(&mut self, now: Stamp, sound: &Sound, out: &mut Outbox) -> Result<(), VoiceError> {
        let lost = |it: &Stream| sound.stamp.secs_since(it.last) > LOST_SECS;
        if let Some(stream) = &self.stream
            && sound.source < stream.source
            && !lost(stream)
        {
            return Ok(());
        }
        let behind_secs = now.secs_since(sound.stamp);
        if behind_secs > BEHIND_SECS && !self.is_behind {
            let text = format!(
                "the ears are {behind_secs:.1} s behind: this computer is too slow for what it has to do"
            );
            out.push(fault(now, text));
        }
        self.is_behind = behind_secs > BEHIND_SECS;
        let stream = match self.stream.take() {
            Some(it) if it.source == sound.source && it.rate_hz == sound.rate_hz => it,
            _ => Stream {
                source: sound.source,
                rate_hz: sound.rate_hz,
                resampler: Resampler::new(sound.rate_hz)?,
                last: sound.stamp,
            },
        };
        let stream = self.stream.insert(stream);
        stream.last = sound.stamp;
        // The filter has a memory: one NaN would stay in it.
        let sane: Vec<f32> = sound
            .samples
            .iter()
            .map(|it| if it.is_finite() { *it } else { 0.0 })
            .collect();
        let mut heard = Vec::with_capacity(sane.len());
        stream.resampler.push(&sane, &mut heard)?;
        self.made_up_secs = 0.0;
        self.hear(now, &heard, out)
    }

    /// Whoever sends sound only while somebody speaks must not leave the last words without an end.
    fn silence(&mut self, now: Stamp, out: &mut Outbox) -> Result<(), VoiceError> {
        let Some(stream) = &self.stream else {
            return Ok(());
        };
        let most_secs = self.pause_secs + MORE_SILENCE_SECS;
        if now.secs_since(stream.last) < SILENT_SECS || self.made_up_secs > most_secs {
            return Ok(());
        }
        self.made_up_secs += PERIOD_SECS;
        self.hear(now, &vec![0.0; samples(PERIOD_SECS)], out)
    }

    fn hear(&mut self, now: Stamp, heard: &[f32], out: &mut Outbox) -> Result<(), VoiceError> {
        // By short portions: a stop goes out as soon as it is heard.
        for portion in heard.chunks(RATE_HZ as usize) {
            let brought = self.conversation.hear(now, portion)?;
            brought.messages.into_iter().for_each(|it| out.push(it));
        }
        Ok(())
    }
}

impl Node for VoiceNode {
    fn name(&self) -> &'static str {
        "voice"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[
            Topic::Sound,
            Topic::Button,
            Topic::Say,
            Topic::Task,
            Topic::MouthReport,
            Topic::Played,
        ]
    }

    fn period_secs(&self) -> Option<f64> {
        Some(PERIOD_SECS)
    }

    fn latency_secs(&self) -> f64 {
        LATENCY_SECS
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        let outcome = match input {
            Message::Sound(it) => self.sound(now, it, out),
            Message::Tick(()) => self.silence(now, out),
            other => {
                if let Message::MouthReport(it) = other
                    && let Some(trouble) = &it.trouble
                {
                    out.push(fault(now, trouble.clone()));
                }
                let follows = self.conversation.follow(now, other);
                follows.into_iter().for_each(|it| out.push(it));
                Ok(())
            }
        };
        if let Err(error) = outcome {
            out.push(fault(now, error.to_string()));
        }
    }
}
