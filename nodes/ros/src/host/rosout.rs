//! Log lines on `/rosout`, where ROS tools look for them.

use crate::convert::text;
use crate::convert::time;
use crossbeam_channel::{Receiver, Sender, bounded};
use hearth_types::Stamp;
use r2r::rcl_interfaces::msg::Log;
use std::fmt::Write as _;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// More lines than anybody reads wait no longer.
const WAITING: usize = 500;

/// A line on its way.
#[derive(Clone, Debug)]
pub struct Line {
    level: u8,
    text: String,
    file: &'static str,
    line: u32,
}

impl Line {
    /// For ROS.
    pub fn message(&self, node: &str, now: Stamp) -> Log {
        Log {
            stamp: time::to_ros(now),
            level: self.level,
            name: node.to_owned(),
            msg: text::to_ros(&self.text),
            file: self.file.to_owned(),
            function: String::new(),
            line: self.line,
        }
    }
}

/// Hands on what is logged at info or above.
#[derive(Debug)]
pub struct RosoutLayer {
    lines: Sender<Line>,
}

impl RosoutLayer {
    /// The layer, and where its lines come out.
    pub fn new() -> (Self, Receiver<Line>) {
        let (lines, out) = bounded(WAITING);
        (Self { lines }, out)
    }
}

impl<S: Subscriber> Layer<S> for RosoutLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // As in rcl_interfaces/Log.
        let level = match *metadata.level() {
            Level::ERROR => 40,
            Level::WARN => 30,
            Level::INFO => 20,
            _ => return,
        };
        let mut text = Text::default();
        event.record(&mut text);
        // A reader that is too slow loses lines; nobody waits for it.
        let _ = self.lines.try_send(Line {
            level,
            text: text.0,
            file: metadata.file().unwrap_or_default(),
            line: metadata.line().unwrap_or(0),
        });
    }
}

#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let result = if field.name() == "message" {
            write!(self.0, "{value:?}")
        } else {
            write!(self.0, " {}={value:?}", field.name())
        };
        // Writing into a string cannot fail.
        let _ = result;
    }
}
