//! The robot's own voice in its ears.

use crate::sound::samples;
use crate::words::{Names, Piece, distance, join, sounds};

/// \[0, 1\] What sounds nearer than this to a part of what the robot says is the robot.
const OWN: f64 = 0.4;
/// Of few sounds some part is like anything.
const OWN_SHORT: f64 = 0.15;
const SHORT: usize = 8;
/// More of what was said before is not remembered.
const MOST_SOUNDS: usize = 400;
const MOST_TEXT: usize = 2000;

/// What the robot says, or has just said.
#[derive(Clone, Debug, Default)]
pub struct Echo {
    echo: u64,
    says: Vec<char>,
    /// The newest of it, as it is written.
    text: String,
    /// Behind the last sample of it; none while it goes on.
    until: Option<u64>,
}

impl Echo {
    /// The room sounds on for `echo_secs`.
    pub fn new(echo_secs: f64) -> Self {
        Self {
            echo: samples(echo_secs) as u64,
            says: Vec::new(),
            text: String::new(),
            until: Some(0),
        }
    }

    /// The robot begins to say this. What it said just before may still be in the air.
    pub fn speaks(&mut self, text: &str, now: u64) {
        if self.is_over(now) {
            self.says.clear();
            self.text.clear();
        }
        // What was said that long ago is no longer in the air.
        if self.text.len() > MOST_TEXT {
            self.text.clear();
        }
        self.text.push_str(text);
        self.text.push('\n');
        self.says.extend(sounds(text));
        let excess = self.says.len().saturating_sub(MOST_SOUNDS);
        self.says.drain(..excess);
        self.until = None;
    }

    /// What it says, as it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it speaks.
    pub fn is_speaking(&self) -> bool {
        self.until.is_none()
    }

    /// Whether nothing of its voice can be in what is heard now.
    pub fn is_over(&self, now: u64) -> bool {
        let rests = |it| now > it + self.echo + samples(1.0) as u64;
        self.says.is_empty() || self.until.is_some_and(rests)
    }

    /// What is left of these words, heard now, without the robot's own at their beginning.
    pub fn without_own(&self, text: &str, now: u64) -> String {
        if self.is_over(now) {
            return text.to_owned();
        }
        let pieces = Piece::cut(text, &Names::default());
        // A word more is worth taking as long as it is nearer to the robot's words than to anything else.
        let worth = |count: &usize| {
            let heard = sounds(&join(&pieces[..*count]));
            // Few words are like anything.
            if heard.len() < SHORT {
                return 0;
            }
            let apart = self.apart(&heard);
            ((OWN - apart) * heard.len() as f64 * 1e3) as i64
        };
        let best = (1..=pieces.len()).max_by_key(|it| (worth(it), std::cmp::Reverse(*it)));
        let Some(count) = best.filter(|it| worth(it) > 0) else {
            return text.to_owned();
        };
        // The marks behind them are theirs too.
        let marks = pieces[count..].iter().take_while(|it| it.is_mark()).count();
        join(&pieces[count + marks..])
    }

    /// \[0, 1\] How far these sounds are from the nearest part of what the robot says.
    fn apart(&self, heard: &[char]) -> f64 {
        if heard.is_empty() || self.says.is_empty() {
            return 1.0;
        }
        let length = heard.len().min(self.says.len());
        let parts = (0..=self.says.len() - length).map(|from| &self.says[from..from + length]);
        parts.map(|it| distance(heard, it)).fold(1.0, f64::min)
    }

    /// It has stopped.
    pub fn rests(&mut self, now: u64) {
        if self.until.is_none() {
            self.until = Some(now);
        }
    }

    /// Whether these words, heard now, are the robot's own: a part of what it says.
    pub fn is_own(&self, text: &str, now: u64) -> bool {
        let heard = sounds(text);
        let length = heard.len().min(self.says.len());
        let most = if length < SHORT { OWN_SHORT } else { OWN };
        !self.is_over(now) && self.apart(&heard) < most
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
    fn what_is_said_over_it_is_left_when_its_own_words_are_taken_off() {
        let mut echo = Echo::new(0.4);
        echo.speaks("I am going to the kitchen to look for the red apple.", 0);
        for (heard, left) in [
            ("I am going to the kitchen", ""),
            ("I am going to the kitchen. Ember.", "Ember."),
            ("I'm going to the chicken to stop", "stop"),
            (
                "to the kitchen to Ember, go to the office",
                "Ember, go to the office",
            ),
            ("Stop", "Stop"),
            ("Ember, come here", "Ember, come here"),
        ] {
            assert_eq!(echo.without_own(heard, 8_000), left, "{heard}");
        }
        echo.rests(8_000);
        let later = 8_000 + 48_000;
        assert_eq!(echo.without_own("to the kitchen", later), "to the kitchen");
    }

    #[test]
    fn two_sentences_in_a_row_are_both_its_own() {
        let mut echo = Echo::new(0.4);
        echo.speaks("I have found the apple.", 0);
        echo.rests(30_000);
        echo.speaks("I bring it to you.", 31_000);
        assert!(echo.is_own("I have found the apple. I bring it", 40_000));
    }

    #[test]
    fn a_stop_that_the_robot_says_itself_does_not_stop_it() {
        let mut echo = Echo::new(0.4);
        echo.speaks("Say stop to stop me.", 0);
        assert!(echo.is_own("say stop", 100));
    }
}
