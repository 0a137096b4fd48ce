//! What the ears heard.

use super::text;
use super::transforms::header;
use hearth_types::{Heard, HowHeard};
use r2r::hearth_interfaces::msg;

/// What was heard, for ROS.
pub fn heard_msg(heard: &Heard) -> msg::Heard {
    msg::Heard {
        header: header(heard.stamp, ""),
        heard: text::to_ros(&heard.heard),
        understood: text::to_ros(&heard.understood),
        how: match heard.how {
            HowHeard::Partial => "partial",
            HowHeard::AsHeard => "as_heard",
            HowHeard::Tidied => "tidied",
            HowHeard::Alternative => "alternative",
            HowHeard::SoundsAlike => "sounds_alike",
        }
        .to_owned(),
        language: heard.language.code().to_owned(),
        meaning: heard
            .meaning
            .as_deref()
            .map(text::to_ros)
            .unwrap_or_default(),
        confidence: heard.confidence as f32,
        to_robot: heard.to_robot,
        is_echo: heard.is_echo,
        stopped: heard.stopped,
        asks: heard.asks,
    }
}
