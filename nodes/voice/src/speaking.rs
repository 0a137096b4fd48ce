//! What the robot says, one thing after the other.

use hearth_types::{MouthOrder, MouthReport, Say};
use std::collections::VecDeque;
use std::sync::Arc;

/// More than this does not wait to be said: the oldest is left out.
const MOST_WAITING: usize = 8;
/// So many of the last things to say are known again.
const MOST_KNOWN: usize = 16;

/// What is being said, and what waits. Pure; whoever owns it carries the orders to the mouth.
#[derive(Clone, Debug, Default)]
pub struct Speaking {
    waiting: VecDeque<Arc<Say>>,
    /// The order under way.
    current: Option<u64>,
    orders: u64,
    known: VecDeque<Arc<Say>>,
}

impl Speaking {
    /// Whether something is being said.
    pub fn is_under_way(&self) -> bool {
        self.current.is_some()
    }

    /// Something is to be said. The same thing, of the same instant, is said once, however many ways it came.
    pub fn say(&mut self, say: &Arc<Say>) -> Option<MouthOrder> {
        if self.known.contains(say) {
            return None;
        }
        if self.known.len() == MOST_KNOWN {
            self.known.pop_front();
        }
        self.known.push_back(Arc::clone(say));
        if say.text.trim().is_empty() {
            return None;
        }
        if self.waiting.len() == MOST_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(Arc::clone(say));
        self.next()
    }

    /// The mouth has ended; what is to be said next.
    pub fn ended(&mut self, report: &MouthReport) -> Option<MouthOrder> {
        // An older one was interrupted, which is known.
        if self.current != Some(report.id) {
            return None;
        }
        self.current = None;
        self.next()
    }

    /// Somebody interrupts: what was being said ends, and what waited is not said.
    pub fn interrupt(&mut self) -> Option<MouthOrder> {
        self.waiting.clear();
        self.current.take().map(|_| MouthOrder::Hush)
    }

    fn next(&mut self) -> Option<MouthOrder> {
        if self.current.is_some() {
            return None;
        }
        let say = self.waiting.pop_front()?;
        self.orders += 1;
        self.current = Some(self.orders);
        Some(MouthOrder::Say {
            id: self.orders,
            text: say.text.clone(),
            language: say.language,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::{Language, Stamp};

    fn say(millis: u64, text: &str) -> Arc<Say> {
        Arc::new(Say {
            stamp: Stamp::from_millis(millis),
            text: text.to_owned(),
            language: Language::En,
        })
    }

    fn text(order: Option<MouthOrder>) -> Option<String> {
        match order? {
            MouthOrder::Say { text, .. } => Some(text),
            MouthOrder::Hush => Some("(hush)".to_owned()),
        }
    }

    fn ended(id: u64) -> MouthReport {
        MouthReport { id, trouble: None }
    }

    #[test]
    fn one_thing_is_said_after_the_other_and_each_once() {
        let mut speaking = Speaking::default();
        assert_eq!(text(speaking.say(&say(1, "one"))).as_deref(), Some("one"));
        assert_eq!(speaking.say(&say(2, "two")), None);
        assert_eq!(
            speaking.say(&say(1, "one")),
            None,
            "it came another way too"
        );
        assert_eq!(text(speaking.ended(&ended(1))).as_deref(), Some("two"));
        assert_eq!(speaking.ended(&ended(2)), None);
        assert!(!speaking.is_under_way());
        // The same words at another time are another thing.
        assert_eq!(text(speaking.say(&say(9, "one"))).as_deref(), Some("one"));
    }

    #[test]
    fn an_interruption_ends_what_is_said_and_what_waits() {
        let mut speaking = Speaking::default();
        speaking.say(&say(1, "one"));
        speaking.say(&say(2, "two"));
        assert_eq!(text(speaking.interrupt()).as_deref(), Some("(hush)"));
        assert_eq!(speaking.interrupt(), None, "there is silence already");
        speaking.say(&say(3, "three"));
        assert_eq!(
            speaking.ended(&ended(1)),
            None,
            "that was the interrupted one"
        );
        assert!(speaking.is_under_way());
    }
}
