//! What was said before, and what a person means by an answer.

pub(crate) mod answer;
pub(crate) mod memory;
