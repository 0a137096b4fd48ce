//! From probabilities of speech to utterances with a beginning and an end.

use super::FRAME;
use crate::sound::{samples, secs};
use hearth_types::check::{Checked, RangeError, within};
use serde::Deserialize;

/// When speech counts as begun and ended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SegmentConfig {
    /// \[0, 1\] Speech begins at this probability.
    pub begin_from: f64,
    /// \[0, 1\] Below this it pauses.
    pub pause_below: f64,
    /// \[s\] A pause of this length ends an utterance.
    pub pause_secs: f64,
    /// \[s\] The same while what was said calls for more: "put the cup on the".
    pub open_pause_secs: f64,
    /// \[s\] After this little pause the recogniser has a first look, in case it is the end.
    pub dip_secs: f64,
    /// \[s\] Shorter sounds are no speech: a click, a cough.
    pub least_secs: f64,
    /// \[s\] What was heard before speech was noticed belongs to it.
    pub lead_secs: f64,
    /// \[s\] Whoever speaks longer without a pause is cut here.
    pub most_secs: f64,
}

impl Default for SegmentConfig {
    fn default() -> Self {
        Self {
            begin_from: 0.4,
            pause_below: 0.2,
            pause_secs: 0.6,
            open_pause_secs: 1.3,
            dip_secs: 0.16,
            least_secs: 0.1,
            lead_secs: 0.3,
            most_secs: 15.0,
        }
    }
}

impl SegmentConfig {
    /// \[s\] No pause in an utterance is longer.
    pub fn longest_pause_secs(&self) -> f64 {
        self.open_pause_secs.max(self.pause_secs)
    }

    /// \[s\] How much sound the longest utterance needs, with what is before and behind it.
    pub fn kept_secs(&self) -> f64 {
        self.most_secs + self.lead_secs + self.longest_pause_secs()
    }
}

impl Checked for SegmentConfig {
    fn check(&self) -> Result<(), RangeError> {
        within("begin_from", self.begin_from, 0.05, 0.99)?;
        within("pause_below", self.pause_below, 0.01, self.begin_from)?;
        within("pause_secs", self.pause_secs, 0.1, 5.0)?;
        within("open_pause_secs", self.open_pause_secs, 0.1, 5.0)?;
        within("dip_secs", self.dip_secs, 0.03, self.pause_secs)?;
        within("least_secs", self.least_secs, 0.0, 1.0)?;
        within("lead_secs", self.lead_secs, 0.0, 2.0)?;
        within("most_secs", self.most_secs, 2.0, 30.0)
    }
}

/// A stretch of the stream, in samples at 16 kHz from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The first sample, the lead included.
    pub from: u64,
    /// Behind the last sample.
    pub until: u64,
}

impl Segment {
    /// \[s\] How long it is.
    pub fn secs(&self) -> f64 {
        secs(usize::try_from(self.until.saturating_sub(self.from)).unwrap_or(usize::MAX))
    }

    /// \[s\] When it begins, from the stream's beginning.
    pub fn from_secs(&self) -> f64 {
        self.from as f64 / f64::from(crate::sound::RATE_HZ)
    }

    /// \[s\] When it ends, from the stream's beginning.
    pub fn until_secs(&self) -> f64 {
        self.until as f64 / f64::from(crate::sound::RATE_HZ)
    }
}

/// What a frame changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentEvent {
    /// Somebody began to speak.
    Began(Segment),
    /// A short pause: perhaps the end.
    Dipped(Segment),
    /// The pause was none: more speech follows.
    WentOn,
    /// The utterance is over. Its end is where the pause began, with a little of the pause.
    Ended(Segment),
    /// It was too short to be speech.
    Dropped(Segment),
}

#[derive(Clone, Copy, Debug)]
struct Speaking {
    from: u64,
    /// Behind the last frame of speech.
    last_speech: u64,
    /// \[samples\] In frames of speech.
    spoken: usize,
    dipped: bool,
    /// More must follow what was said until this pause.
    open: bool,
}

/// Follows a stream. Pure: the same probabilities give the same utterances.
#[derive(Clone, Debug)]
pub struct Segmenter {
    config: SegmentConfig,
    now: u64,
    /// Nothing before this belongs to the next utterance.
    taken: u64,
    speaking: Option<Speaking>,
}

impl Segmenter {
    /// With these parameters.
    pub fn new(config: SegmentConfig) -> Self {
        Self {
            config,
            now: 0,
            taken: 0,
            speaking: None,
        }
    }

    /// The utterance under way, up to now.
    pub fn current(&self) -> Option<Segment> {
        self.speaking.map(|it| Segment {
            from: it.from,
            until: self.now,
        })
    }

    /// The place behind the last frame.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// What was said until this pause calls for more: a longer pause ends it.
    pub fn keep_open(&mut self) {
        if let Some(it) = &mut self.speaking {
            it.open = it.dipped;
        }
    }

    /// Takes the probability of speech in the next frame. A probability that is no number counts as silence.
    pub fn push(&mut self, probability: f32) -> Option<SegmentEvent> {
        let began = self.now;
        self.now += FRAME as u64;
        let probability = f64::from(probability);
        let Some(mut it) = self.speaking else {
            if probability >= self.config.begin_from {
                let lead = samples(self.config.lead_secs) as u64;
                let from = began.saturating_sub(lead).max(self.taken);
                self.speaking = Some(Speaking {
                    from,
                    last_speech: self.now,
                    spoken: FRAME,
                    dipped: false,
                    open: false,
                });
                let until = self.now;
                return Some(SegmentEvent::Began(Segment { from, until }));
            }
            return None;
        };
        let event = if probability >= self.config.pause_below {
            it.last_speech = self.now;
            it.spoken += FRAME;
            let went_on = std::mem::take(&mut it.dipped);
            it.open = false;
            went_on.then_some(SegmentEvent::WentOn)
        } else {
            self.silent(&mut it)
        };
        self.speaking = Some(it);
        let most = samples(self.config.most_secs) as u64;
        match event {
            Some(SegmentEvent::Ended(_) | SegmentEvent::Dropped(_)) => self.speaking = None,
            _ if self.now - it.from >= most => return self.finish(),
            _ => {}
        }
        event
    }

    fn silent(&mut self, it: &mut Speaking) -> Option<SegmentEvent> {
        let silence = secs(usize::try_from(self.now - it.last_speech).unwrap_or(usize::MAX));
        let pause_secs = if it.open {
            self.config.longest_pause_secs()
        } else {
            self.config.pause_secs
        };
        if silence >= pause_secs {
            return Some(self.over(it));
        }
        if silence >= self.config.dip_secs && !it.dipped && self.is_speech(it) {
            it.dipped = true;
            return Some(SegmentEvent::Dipped(Segment {
                from: it.from,
                until: self.now,
            }));
        }
        None
    }

    fn over(&mut self, it: &Speaking) -> SegmentEvent {
        let tail = samples(self.config.dip_secs) as u64;
        let segment = Segment {
            from: it.from,
            until: (it.last_speech + tail).min(self.now),
        };
        self.taken = segment.until;
        if self.is_speech(it) {
            SegmentEvent::Ended(segment)
        } else {
            SegmentEvent::Dropped(segment)
        }
    }

    fn is_speech(&self, it: &Speaking) -> bool {
        secs(it.spoken) >= self.config.least_secs
    }

    /// The stream is over, or whoever speaks must be cut: the utterance under way ends here.
    pub fn finish(&mut self) -> Option<SegmentEvent> {
        let it = self.speaking.take()?;
        Some(self.over(&it))
    }
}

#[cfg(test)]
mod tests;
