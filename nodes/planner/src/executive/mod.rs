//! Carries out meanings: plans of skills, judged by evidence.

pub(crate) mod board;
mod config;
pub(crate) mod matching;
pub(crate) mod plan;
pub(crate) mod robot;
pub(crate) mod run;
pub(crate) mod trouble;
pub(crate) mod usual;

pub use config::Config;
pub use plan::plan_of;
