//! What is really so. For tests, benchmarks and reports only: no node may see it.

mod predicate;
mod truth;

pub use crate::contacts::ContactEpisode;
pub use predicate::{ObjectRef, PersonRef, Predicate, PredicateError};
pub use truth::{Judgement, Oracle, matching};
