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
        return wake.behind_name(text);
    }
    behind_name_anywhere(wake, &echo.without_own(text, now))
}

/// What is said behind the robot's name, wherever that is: in front of it may be what the robot said itself.
pub(super) fn behind_name_anywhere(wake: &dyn Wake, text: &str) -> Option<String> {
    let pieces = Piece::cut(text, &Names::default());
    (0..pieces.len()).find_map(|from| wake.behind_name(&join(&pieces[from..])))
}

/// Without the robot's name in front.
pub(super) fn stripped(wake: &dyn Wake, text: &str) -> String {
    wake.behind_name(text).unwrap_or_else(|| text.to_owned())
}
