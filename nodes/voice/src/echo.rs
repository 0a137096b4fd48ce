//! The robot's own voice in its ears.

use crate::sound::samples;
use crate::words::{distance, sounds};

/// \[0, 1\] What sounds nearer than this to a part of what the robot says is the robot.
const OWN: f64 = 0.4;
/// Of few sounds some part is like anything.
const OWN_SHORT: f64 = 0.15;
const SHORT: usize = 8;

/// What the robot says, or has just said.
#[derive(Clone, Debug, Default)]
pub struct Echo {
    echo: u64,
    says: Vec<char>,
    /// Behind the last sample of it; none while it goes on.
    until: Option<u64>,
}

impl Echo {
    /// The room sounds on for `echo_secs`.
    pub fn new(echo_secs: f64) -> Self {
        Self {
            echo: samples(echo_secs) as u64,
            says: Vec::new(),
            until: Some(0),
        }
    }

    /// The robot begins to say this.
    pub fn speaks(&mut self, text: &str, _now: u64) {
        self.says = sounds(text);
        self.until = None;
    }

    /// It has stopped.
    pub fn rests(&mut self, now: u64) {
        if self.until.is_none() {
            self.until = Some(now);
        }
    }

    /// Whether these words, heard now, are the robot's own: a part of what it says.
    pub fn is_own(&self, text: &str, now: u64) -> bool {
        let over = self
            .until
            .is_some_and(|it| now > it + self.echo + samples(1.0) as u64);
        let heard = sounds(text);
        if over || self.says.is_empty() || heard.is_empty() {
            return false;
        }
        let length = heard.len().min(self.says.len());
        let most = if length < SHORT { OWN_SHORT } else { OWN };
        (0..=self.says.len() - length)
            .any(|from| distance(&heard, &self.says[from..from + length]) < most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hears_itself_while_it_speaks_and_shortly_after() {
        let mut echo = Echo::new(0.4);
        assert!(!echo.is_own("I bring you the apple", 0));
        echo.speaks("I bring you the red apple.", 0);
        assert!(echo.is_own("bring you the red", 8_000));
        assert!(echo.is_own("I bring you the bread apple", 8_000));
        for other in ["Stop!", "Go to the kitchen", "停"] {
            assert!(!echo.is_own(other, 8_000), "{other}");
        }
        echo.rests(32_000);
        assert!(echo.is_own("the red apple", 40_000));
        assert!(!echo.is_own("the red apple", 80_000));
    }

    #[test]
    fn a_stop_that_the_robot_says_itself_does_not_stop_it() {
        let mut echo = Echo::new(0.4);
        echo.speaks("Say stop to stop me.", 0);
        assert!(echo.is_own("say stop", 100));
    }
}
