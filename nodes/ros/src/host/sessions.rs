//! Starts of planner and controller: what one asked for is not the next one's business.

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

/// More questions than wait for an answer at a time.
const MOST_QUESTIONS: usize = 32;

/// Which starts of planner and controller talk to each other.
#[derive(Debug)]
pub struct Sessions {
    /// This process's.
    pub own: u64,
    /// The planner's whose request the controller is at; 0 before the first.
    pub planner: AtomicU64,
    /// The controller's that was heard last; 0 before the first.
    pub controller: AtomicU64,
    /// What the gate said last, as its number in `SafetyStatus`; `u64::MAX` before the first.
    pub gate: AtomicU64,
    /// The request that was abandoned: its report is a failure; `u64::MAX` if none was.
    pub abandoned: AtomicU64,
    /// Open questions that wait for this process's answer: their number and the planner's session, the oldest first.
    questions: Mutex<VecDeque<(u64, u64)>>,
}

impl Sessions {
    /// A new one, unlike any before.
    pub fn start() -> Arc<Self> {
        let own = super::time::system().as_nanos() ^ (u64::from(std::process::id()) << 48);
        Arc::new(Self {
            own: own.max(1),
            planner: AtomicU64::new(0),
            controller: AtomicU64::new(0),
            gate: AtomicU64::new(u64::MAX),
            abandoned: AtomicU64::new(u64::MAX),
            questions: Mutex::default(),
        })
    }

    /// A planner of this session asks something that is answered here.
    pub fn asked(&self, question: u64, session: u64) {
        let mut waiting = self
            .questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST_QUESTIONS {
            waiting.pop_front();
        }
        waiting.push_back((question, session));
    }

    /// The session of the planner that asked the question that is answered now; this process's if the question did
    /// not come from outside.
    pub fn asker(&self, question: u64) -> u64 {
        let mut waiting = self
            .questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let at = waiting.iter().position(|it| it.0 == question);
        at.and_then(|at| waiting.remove(at))
            .map_or(self.own, |it| it.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_go_to_the_planner_that_asked() {
        let sessions = Sessions::start();
        for (question, session) in [(1, 70), (2, 70), (1, 80)] {
            sessions.asked(question, session);
        }
        assert_eq!(sessions.asker(1), 70);
        assert_eq!(sessions.asker(1), 80);
        assert_eq!(sessions.asker(2), 70);
        assert_eq!(sessions.asker(2), sessions.own);
    }

    #[test]
    fn questions_that_nobody_answers_do_not_pile_up() {
        let sessions = Sessions::start();
        for question in 0..1000 {
            sessions.asked(question, 70);
        }
        assert_eq!(sessions.asker(0), sessions.own);
        assert_eq!(sessions.asker(999), 70);
    }
}
