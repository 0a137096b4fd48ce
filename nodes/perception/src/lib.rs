//! RGB-D frames to one fused 3D [`World`](hearth_types::World) of things, people and surfaces.
//!
//! [`PerceptionNode`] knows where the camera was when a frame was taken ([`pose`]), makes a
//! [`View`] of it ([`view`]), finds the horizontal surfaces of the home's places in it
//! ([`surfaces`]), lets a [`Detector`] find things in it ([`detector`]) and fuses these over time
//! and viewpoints ([`fusion`]). The first detector is geometric: [`segment`] cuts out what rises
//! above a surface, [`measure`] gives it extents and a form, [`naming`] compares it with the
//! household's catalogue. The second ([`model_detector`]) has an image+text model say what these things are, how
//! well any words describe them, and what people do.
//!
//! [`annotate`] draws what was found into the frame, for people.

mod absence;
pub mod annotate;
pub mod colour;
pub mod config;
pub mod coverage;
pub mod detector;
mod error;
mod evidence;
pub mod fits;
pub mod fusion;
pub mod measure;
pub mod model_detector;
pub mod naming;
pub mod node;
pub mod open_questions;
pub mod people;
pub mod person_track;
pub mod phrases;
pub mod pose;
pub mod segment;
pub mod self_filter;
pub mod surfaces;
pub mod tracks;
pub mod view;

pub use config::Config;
pub use detector::{Detector, GeometricDetector, ObjectDetection, PersonLook, Seen};
pub use error::PerceptionError;
pub use model_detector::ModelDetector;
pub use node::PerceptionNode;
pub use open_questions::OpenQuestionsNode;
pub use view::View;
