//! What of the words that were heard a person said to the robot.

use crate::echo::Echo;
use crate::wake::Wake;
use crate::words::{Names, Piece, join};

/// What a person says by it: without the robot's own words, while it speaks, and without its name.
pub(super) fn meant(wake: &dyn Wake, echo: &Echo, text: &str, now: u64) -> String {
    called(wake, echo, text, now).unwrap_or_else(|| echo.without_own(text, now))
}

/// What a person says behind the robot's name, if they call it by that.
pub(super) fn called(wake: &dyn Wake, echo: &Echo, text: &str, now: u64) -> Option<String> {
    if echo.is_over(now) {
        return wake.behind_name(text).or_else(|| beside_name(wake, text));
    }
    behind_name_anywhere(wake, &echo.without_own(text, now))
}

/// What is said behind the robot's name, wherever that is: in front of it may be what the robot said itself.
pub(super) fn behind_name_anywhere(wake: &dyn Wake, text: &str) -> Option<String> {
    let pieces = Piece::cut(text, &Names::default());
    (0..pieces.len()).find_map(|from| wake.behind_name(&join(&pieces[from..])))
}

/// What is said behind the robot's name, where that stands behind a pause ("never mind. Ember, stop"); or before it, where nothing is
/// behind it ("bring me the apple, Ember").
fn beside_name(wake: &dyn Wake, text: &str) -> Option<String> {
    let pieces = Piece::cut(text, &Names::default());
    let behind_marks = (1..pieces.len()).filter(|it| pieces[it - 1].is_mark());
    behind_marks
        .filter(|from| !pieces[*from].is_mark())
        .find_map(|from| {
            let behind = wake.behind_name(&join(&pieces[from..]))?;
            let is_last = !behind.contains(char::is_alphanumeric);
            Some(if is_last {
                join(&pieces[..from - 1])
            } else {
                behind
            })
        })
}

/// Without the robot's name in front.
pub(super) fn stripped(wake: &dyn Wake, text: &str) -> String {
    wake.behind_name(text).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::beside_name;
    use crate::wake::{PhoneticWake, WakeConfig};

    #[test]
    fn its_name_counts_behind_a_pause_and_at_the_end() {
        let wake = PhoneticWake::new(WakeConfig::default());
        for (said, left) in [
            (
                "That is nice. Ember, go to the kitchen.",
                Some("go to the kitchen."),
            ),
            ("Bring me the apple, Ember.", Some("Bring me the apple")),
            ("Well, hey Ember, stop", Some("stop")),
            ("把苹果拿给我，小余。", Some("把苹果拿给我")),
            ("I remember that. It was in September.", None),
            ("The embers, they are cold.", None),
            ("the ember glows", None),
            (", .", None),
        ] {
            assert_eq!(beside_name(&wake, said).as_deref(), left, "{said}");
        }
    }
}
