//! The robot's name in the sound itself, and the words beside it.

use super::meant::{called, meant};
use super::{Listener, SHOWN_FROM};
use crate::VoiceError;
use crate::config::Attention;
use crate::recognise::{Hypothesis, NameFit};
use crate::sound::samples;
use crate::speech::Segment;
use crate::understand::Sense;
use crate::wake::Written;

/// \[s\] What was heard before an utterance says how loud the room is in which its name may be.
const BEFORE_SECS: f64 = 2.0;
/// \[s\] Less than this beside the robot's name is no word.
const LEAST_WORD_SECS: f64 = 0.35;

impl Listener {
    /// Where the robot's name may be in a sound, if it must be there and can be heard in the sound itself: not while the robot
    /// speaks.
    pub(super) fn name_in(&mut self, segment: Segment) -> Result<Option<NameFit>, VoiceError> {
        let wants = self.config.attention == Attention::WakeWord
            && segment.from >= self.attentive_until
            && self.echo.is_over(self.ring.end());
        if !wants {
            return Ok(None);
        }
        let from = segment.from.saturating_sub(samples(BEFORE_SECS) as u64);
        let sound = self.ring.between(from, segment.until);
        let before = (segment.from - from) as usize;
        let fit = self.ears.name_in(&sound, before)?;
        // Within the segment.
        Ok(fit.map(|it| NameFit {
            from: it.from.saturating_sub(before),
            until: it.until.saturating_sub(before),
            ..it
        }))
    }

    /// How far behind in the sound the name may be that was made out of it: as what was taken for said, or by any ear.
    pub(super) fn most_behind(&self, best: &Hypothesis) -> f64 {
        let says_name = |it: &Hypothesis| self.wake.says_name(&it.text);
        let written = if says_name(best) || self.ears.all_heard().any(says_name) {
            Written::Itself
        } else {
            Written::Alike
        };
        self.config.wake.most_behind_where(written)
    }

    /// What was said; with the robot's name in front where that was heard in the sound itself, but is not among the words.
    pub(super) fn heard(
        &mut self,
        sound: &[f32],
        early: Option<(Hypothesis, usize)>,
        name: Option<NameFit>,
    ) -> Result<Hypothesis, VoiceError> {
        let (wake, echo, now) = (self.wake.as_ref(), &self.echo, self.ring.end());
        let strip = |text: &str| meant(wake, echo, text, now);
        let (best, _) = self.ears.hear(sound, early, &self.interpreter, &strip)?;
        let most = self.config.wake.most_behind_where(Written::Nowhere);
        // In the middle of long talk anything may sound like it.
        let Some(name) = name.filter(|it| it.behind_after_pause <= most) else {
            return Ok(best);
        };
        if called(wake, echo, &best.text, now).is_some() {
            return Ok(best);
        }
        // What is beside it, heard by itself; nonsense there is the room.
        let behind = sound.get(name.until..).unwrap_or_default();
        let before = sound.get(..name.from).unwrap_or_default();
        let rest = if behind.len() < before.len() {
            before
        } else {
            behind
        };
        let mut rest = if rest.len() < samples(LEAST_WORD_SECS) {
            Hypothesis {
                text: String::new(),
                ..best
            }
        } else {
            self.ears.hear(rest, None, &self.interpreter, &strip)?.0
        };
        let reading = self.interpreter.reading(&rest.text, rest.language);
        if rest.confidence < SHOWN_FROM && reading.meaning.sense != Sense::Whole {
            rest.text.clear();
            rest.confidence = (-name.behind).exp();
        }
        let mut names = self.config.wake.said_in(rest.language);
        rest.text = format!("{}, {}", names.next().unwrap_or_default(), rest.text);
        Ok(rest)
    }
}
