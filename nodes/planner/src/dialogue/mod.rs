//! What was said before, and what a person means by an answer.

pub(crate) mod memory;
pub(crate) mod question;
