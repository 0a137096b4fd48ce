//! Words about what the camera sees: phrases to look for, open questions, answers.

use super::Inlets;
use crate::convert::query;
use crate::host::sessions::Sessions;
use crate::qos;
use hearth_types::{Message, Topic};
use r2r::hearth_interfaces::msg as own;
use std::sync::Arc;

impl Inlets {
    /// Subscribes to those that are wanted.
    pub(super) fn words_about_pictures(
        &mut self,
        ros: &mut r2r::Node,
        wants: &dyn Fn(Topic) -> bool,
        sessions: &Arc<Sessions>,
    ) -> r2r::Result<()> {
        if wants(Topic::Queries) {
            self.newest(ros, "queries", qos::latched(), |it, _| {
                query::queries(&it).map(|it| Some(Message::Queries(Arc::new(it))))
            })?;
        }
        if wants(Topic::VisualQuestion) {
            let sessions = Arc::clone(sessions);
            self.each(
                ros,
                "visual_question",
                qos::reliable(),
                move |it: own::VisualQuestion, now| {
                    let question = query::question(&it, now)?;
                    sessions.asked(it.id, it.session);
                    Ok(Some(Message::VisualQuestion(Arc::new(question))))
                },
            )?;
        }
        if wants(Topic::VisualAnswer) {
            let session = sessions.own;
            self.each(
                ros,
                "visual_answer",
                qos::reliable(),
                move |it: own::VisualAnswer, _| {
                    // What an earlier start of this planner had asked is none of its business.
                    if it.session != session {
                        return Ok(None);
                    }
                    query::answer(&it).map(|it| Some(Message::VisualAnswer(Arc::new(it))))
                },
            )?;
        }
        Ok(())
    }
}
