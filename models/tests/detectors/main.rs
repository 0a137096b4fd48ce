//! Detectors that others trained, against the implementations they were made for. `fixtures/*.py` made the models and
//! the expected numbers in `../fixtures`.

#[path = "../common/mod.rs"]
mod common;

mod bad_input;
mod owl;
mod pictures;
mod selection;
mod ssd;
mod yolo;
