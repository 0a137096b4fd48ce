//! What is really so. For tests, benchmarks and reports only: no node may see it.

mod predicate;

pub use crate::contacts::ContactEpisode;
pub use predicate::{ObjectRef, PersonRef, Predicate, PredicateError};
