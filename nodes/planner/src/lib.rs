//! Command to meaning to plan to skills with verdicts; dialogue.

pub mod ast;
