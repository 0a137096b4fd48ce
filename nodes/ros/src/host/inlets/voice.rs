//! What the ears and the mouth want from outside: sound, what the robot is to say, what it is at.

use super::Inlets;
use crate::convert::{audio, task};
use crate::qos;
use hearth_types::{Message, Stamp, Topic};
use r2r::audio_common_msgs::msg as sound;
use r2r::hearth_interfaces::msg as own;
use r2r::std_msgs::msg::Bool;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

impl Inlets {
    /// Subscribes to what is wanted.
    pub(super) fn voice(
        &mut self,
        ros: &mut r2r::Node,
        wants: &dyn Fn(Topic) -> bool,
    ) -> r2r::Result<()> {
        if wants(Topic::Sound) {
            self.sound(ros)?;
        }
        if wants(Topic::Button) {
            self.each(ros, "push_to_talk", qos::reliable(), |it: Bool, _| {
                Ok(Some(Message::Button(it.data)))
            })?;
        }
        if wants(Topic::Say) {
            self.each(ros, "say", qos::reliable(), |it: own::Say, now| {
                let mut say = task::say(&it)?;
                if say.stamp == Stamp::ZERO {
                    say.stamp = now;
                }
                Ok(Some(Message::Say(Arc::new(say))))
            })?;
        }
        if wants(Topic::Task) {
            self.each(
                ros,
                "task_events",
                qos::reliable(),
                |it: own::TaskEvent, _| {
                    task::event(&it).map(|it| Some(Message::Task(Arc::new(it))))
                },
            )?;
        }
        Ok(())
    }

    /// Samples, and beside them how they are written: from latching publishers and from others. A format that is wrong
    /// leaves the stream without one: noise would be heard in it.
    fn sound(&mut self, ros: &mut r2r::Node) -> r2r::Result<()> {
        let format = Rc::new(RefCell::new(Some(audio::Format::default())));
        for profile in [qos::reliable(), qos::latched()] {
            let known = Rc::clone(&format);
            self.each(
                ros,
                "audio_info",
                profile,
                move |it: sound::AudioInfo, _| {
                    let found = audio::format(&it);
                    *known.borrow_mut() = found.as_ref().ok().cloned();
                    found.map(|_| None)
                },
            )?;
        }
        self.each(
            ros,
            "audio",
            qos::sensor().keep_last(50),
            move |it: sound::AudioData, now| {
                let known = format.borrow();
                let Some(format) = known.as_ref() else {
                    return Ok(None);
                };
                audio::sound(&it, format, now).map(|it| Some(Message::Sound(Arc::new(it))))
            },
        )
    }
}
