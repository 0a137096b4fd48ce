//! What perception is asked to look for.

use super::Robot;
use crate::ast::ObjectRef;
use crate::executive::matching;
use crate::phrases;
use hearth_types::{Stamp, match_of};

impl Robot {
    /// Has perception look for what the words of a command speak of; what was spoken of before stays
    /// looked for as far as there is room. With nothing new, all stays as it is.
    pub(crate) fn look_for(&self, wanted: Vec<String>) {
        self.with(|board| {
            if wanted.iter().all(|it| board.phrases.contains(it)) {
                return;
            }
            let held = board.memory.held.as_ref().map(|it| &it.what);
            let spoken_of = board.memory.thing.as_ref().map(|it| &it.what);
            let known = held.into_iter().chain(spoken_of);
            let known: Vec<String> = known
                .flat_map(|it| phrases::about_thing(&self.home, it))
                .collect();
            board.look_for(wanted.into_iter().chain(known).collect());
        });
    }

    /// As [`Self::look_for`], for what comes up in the middle of a command: the rest of it stays.
    pub(crate) fn look_also_for(&self, wanted: Vec<String>) {
        let others = self.with(|it| it.phrases.clone());
        if wanted.iter().any(|it| !others.contains(it)) {
            let all = wanted.into_iter().chain(others).collect();
            self.with(|board| board.look_for(all));
        }
    }

    /// Whether things were seen `secs` after they began to be looked for, and nothing told of any
    /// whether it is as described: there is no model that could.
    pub(crate) fn is_blind_to(&self, what: &ObjectRef, secs: f64) -> bool {
        let phrase = phrases::of_thing(&self.home, what).filter(|_| matching::needs_model(what));
        let Some(phrase) = phrase else {
            return false;
        };
        self.with(|board| {
            let late = |stamp: Stamp| stamp.secs_since(board.phrases_since) > secs;
            let objects = board.world.objects.iter();
            let mut seen = objects.filter(|it| late(it.last_seen)).peekable();
            seen.peek().is_some() && seen.all(|it| match_of(&it.matches, &phrase).is_none())
        })
    }
}
