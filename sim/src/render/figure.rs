//! The forms of things and people, and the room they take.

use super::spec::PartSpec;
use crate::sdf::Geometry;
use hearth_types::{Isometry3, OrientedRect, Point2, Point3, Pose2, Vector3};

/// What is drawn of a thing or person, with its bounds.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    /// In the thing's frame; one a [`PartSpec`].
    pub parts: Vec<(Geometry, Isometry3)>,
    pub low: Vector3,
    pub high: Vector3,
}

impl Figure {
    /// `None` if a part's size does not fit its shape.
    pub fn new(parts: &[PartSpec]) -> Option<Self> {
        let parts: Vec<_> = parts
            .iter()
            .map(|it| Some((it.geometry()?, it.thing_from_part())))
            .collect::<Option<_>>()?;
        let mut low = Vector3::repeat(f64::MAX);
        let mut high = Vector3::repeat(f64::MIN);
        for (geometry, pose) in &parts {
            let half = Vector3::from(geometry.half_extents_m());
            let reach = pose.rotation.to_rotation_matrix().matrix().abs() * half;
            low = low.inf(&(pose.translation.vector - reach));
            high = high.sup(&(pose.translation.vector + reach));
        }
        (low.x <= high.x).then_some(Self { parts, low, high })
    }

    pub fn centre(&self) -> Point3 {
        Point3::from((self.low + self.high) / 2.0)
    }
}

/// An upright box that is occupied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub rect: OrientedRect,
    pub z: [f64; 2],
}

impl Taken {
    pub fn of(figure: &Figure, at: Pose2, z: f64) -> Self {
        let middle = figure.centre();
        let size = figure.high - figure.low;
        let centre = at.transform(&Point2::new(middle.x, middle.y));
        Self {
            rect: OrientedRect {
                centre_in_map: Pose2::new(centre.x, centre.y, at.yaw_rad),
                size_m: [size.x, size.y],
            },
            z: [z + figure.low.z, z + figure.high.z],
        }
    }

    pub fn meets(&self, other: &Self, gap_m: f64) -> bool {
        self.z[0] < other.z[1]
            && other.z[0] < self.z[1]
            && !is_apart(&self.rect, &other.rect, gap_m)
            && !is_apart(&other.rect, &self.rect, gap_m)
    }
}

/// Whether one of the first rectangle's sides separates the two.
fn is_apart(a: &OrientedRect, b: &OrientedRect, gap_m: f64) -> bool {
    let corners = b.corners_in_map().map(|it| a.local(&it));
    (0..2).any(|axis| {
        let half = a.size_m[axis] / 2.0 + gap_m;
        corners.iter().all(|it| it[axis] > half) || corners.iter().all(|it| it[axis] < -half)
    })
}

#[cfg(test)]
mod tests {
    use super::{OrientedRect, Pose2, Taken};

    fn taken(x: f64, yaw: f64, z: f64) -> Taken {
        Taken {
            rect: OrientedRect {
                centre_in_map: Pose2::new(x, 0.0, yaw),
                size_m: [0.2, 0.1],
            },
            z: [z, z + 0.1],
        }
    }

    #[test]
    fn boxes_meet_if_they_overlap_in_the_plane_and_in_height() {
        let one = taken(0.0, 0.0, 0.0);
        assert!(one.meets(&taken(0.15, 0.0, 0.0), 0.0));
        assert!(!one.meets(&taken(0.15, 0.0, 0.2), 0.0), "above it");
        assert!(!one.meets(&taken(0.21, 0.0, 0.0), 0.0));
        assert!(
            one.meets(&taken(0.21, 0.0, 0.0), 0.02),
            "nearer than the gap"
        );
        assert!(!one.meets(&taken(0.16, 1.57, 0.0), 0.0), "turned away");
    }
}
