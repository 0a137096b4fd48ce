//! What can go wrong.

/// Why a frame was not used, or perception cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PerceptionError {
    /// A value of the configuration's section `perception` is out of range.
    #[error("perception: {0}")]
    Config(#[from] hearth_types::RangeError),
    /// The robot model lacks something that perception needs.
    #[error("robot model: {0}")]
    Robot(String),
    /// The frame's buffers do not match its size, or its camera model makes no sense.
    #[error("camera frame: {0}")]
    Frame(String),
    /// The image+text model failed, or cannot work on what it was given.
    #[error("model: {0}")]
    Model(String),
    /// OpenCV refused.
    #[error("OpenCV: {0}")]
    OpenCv(#[from] opencv::Error),
}
