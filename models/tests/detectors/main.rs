//! Detectors that others trained, against the implementations they were made for. `fixtures/*.py` made the models and
//! the expected numbers in `../fixtures`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod bad_input;
mod owl;
mod pictures;
mod selection;
mod ssd;
mod yolo;

/// The checkout's models.
fn models() -> hearth_models::Models {
    common::runtime();
    hearth_models::Models::load(&common::root(), hearth_models::SessionOptions::default())
        .expect("the checkout's manifest")
}
