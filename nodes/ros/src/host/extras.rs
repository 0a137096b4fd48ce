//! The picture of what perception found.

use super::Annotate;
use crate::convert::time as stamps;
use hearth_types::Detections;

/// The picture of what perception found, for whoever looks at it.
pub struct Extras {
    pub(super) picture: r2r::PublisherUntyped,
    pub(super) annotate: Annotate,
    pub(super) camera_frame: String,
}

impl Extras {
    /// Publishes it, if anybody looks.
    pub(super) fn publish(&mut self, detections: &Detections) -> r2r::Result<()> {
        if self.picture.get_inter_process_subscription_count()? == 0 {
            return Ok(());
        }
        let Some((width, height, rgb)) = (self.annotate)(detections) else {
            return Ok(());
        };
        let stamp = stamps::to_ros(detections.frame.stamp);
        let bytes = crate::cdr::ImageView {
            sec: stamp.sec,
            nanosec: stamp.nanosec,
            frame: &self.camera_frame,
            height: height as u32,
            width: width as u32,
            encoding: "rgb8",
            is_bigendian: false,
            step: (3 * width) as u32,
            data: &rgb,
        }
        .to_bytes();
        self.picture.publish_raw(&bytes)
    }
}
