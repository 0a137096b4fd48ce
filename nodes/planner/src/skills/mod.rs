//! Skills: what the robot can do, each ended by a verdict that its own sensors support.

pub(crate) mod answer;
pub(crate) mod felt;
pub(crate) mod go;
pub(crate) mod hand_over;
pub(crate) mod look;
pub(crate) mod people;
pub(crate) mod pick;
pub(crate) mod place;
pub(crate) mod search;
pub(crate) mod which;
