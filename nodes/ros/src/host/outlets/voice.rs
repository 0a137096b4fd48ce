//! What ears and mouth send.

use crate::convert::{audio, hearing, safety, task};
use crate::host::roles::{Role, goes_out};
use crate::qos;
use hearth_types::{Message, Node, Topic};
use r2r::Publisher;
use r2r::audio_common_msgs::msg as sound;
use r2r::hearth_interfaces::msg as own;

/// Publishers of a voice.
pub(super) struct Voice {
    /// Absent where the planner is in the same process.
    utterance: Option<Publisher<own::Utterance>>,
    /// Absent where the gate is in the same process.
    spoken_stop: Option<Publisher<own::EStop>>,
    /// Absent where the planner publishes what is said.
    say: Option<Publisher<own::Say>>,
    heard: Publisher<own::Heard>,
    speech: Publisher<sound::AudioData>,
    speech_info: Publisher<sound::AudioInfo>,
    rate_hz: Option<u32>,
}

impl Voice {
    pub(super) fn create(
        ros: &mut r2r::Node,
        roles: &[Role],
        nodes: &[&dyn Node],
    ) -> r2r::Result<Self> {
        Ok(Self {
            utterance: goes_out(Topic::Utterance, nodes)
                .then(|| ros.create_publisher("utterance", qos::reliable()))
                .transpose()?,
            spoken_stop: goes_out(Topic::SpokenStop, nodes)
                .then(|| ros.create_publisher("spoken_stop", qos::latched()))
                .transpose()?,
            say: (!roles.contains(&Role::Planner))
                .then(|| ros.create_publisher("say", qos::reliable()))
                .transpose()?,
            heard: ros.create_publisher("heard", qos::reliable())?,
            speech: ros.create_publisher("speech", qos::reliable())?,
            speech_info: ros.create_publisher("speech_info", qos::latched())?,
            rate_hz: None,
        })
    }

    pub(super) fn publish(&self, message: &Message) -> r2r::Result<()> {
        match message {
            Message::SpokenStop(it) => self.spoken_stop.as_ref().map_or(Ok(()), |out| {
                out.publish(&safety::e_stop_msg(it, "somebody said so"))
            }),
            Message::Utterance(it) => self
                .utterance
                .as_ref()
                .map_or(Ok(()), |out| out.publish(&task::utterance_msg(it))),
            Message::Say(it) => self
                .say
                .as_ref()
                .map_or(Ok(()), |out| out.publish(&task::say_msg(it))),
            Message::Heard(it) => self.heard.publish(&hearing::heard_msg(it)),
            _ => Ok(()),
        }
    }

    pub(super) fn speech(&mut self, rate_hz: u32, samples: &[f32]) -> r2r::Result<()> {
        if self.rate_hz.replace(rate_hz) != Some(rate_hz) {
            self.speech_info.publish(&audio::info_msg(rate_hz))?;
        }
        self.speech.publish(&audio::sound_msg(samples))
    }
}
