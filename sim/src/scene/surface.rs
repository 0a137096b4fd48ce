//! Where on a surface a thing can stand.

use super::Scene;
use crate::mjcf::bounds;
use crate::sdf::{Geometry, SdfModel, SdfShape, SdfWorld};
use hearth_types::{Isometry3, Place, Point2, Point3, Side, Surface, Vector3};
use nalgebra::Vector2;
use std::f64::consts::{FRAC_PI_2, PI};

/// \[m\] A surface whose edge is so far behind the footprint's is not open there.
const OPEN_EDGE_M: f64 = 0.10;

/// A place for a thing.
pub(super) struct Spot {
    pub place: String,
    pub map_from_model: Isometry3,
}

/// A circle round a thing that stands upright, whatever its heading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    pub radius_m: f64,
    pub height_m: f64,
}

/// A surface with all that stands on it.
pub(super) struct Table<'a> {
    pub place: &'a Place,
    pub surface: &'a Surface,
    pub world: &'a SdfWorld,
    pub scene: &'a Scene,
}

/// \[m\] Free between a thing and furniture that stands on the surface, such as a lamp.
const FURNITURE_GAP_M: f64 = 0.03;

impl Table<'_> {
    pub fn outline(&self, model: &SdfModel) -> Outline {
        let (low, high) = bounds(model);
        let reach = |x: f64, y: f64| x.hypot(y);
        let (ax, ay) = (low.x.abs().max(high.x), low.y.abs().max(high.y));
        // Within a tenth as long as wide: round, or turned it makes no difference.
        let radius_m = if (ax - ay).abs() < 0.1 * ax.max(ay) && is_round(model) {
            ax.max(ay)
        } else {
            reach(ax, ay)
        };
        Outline {
            radius_m,
            height_m: high.z,
        }
    }

    /// Whether the thing is whole on the surface, and near enough to an edge from which it can be
    /// reached.
    pub fn is_within_edges(&self, local: &Point2, thing: &Outline, edge_m: [f64; 2]) -> bool {
        let [hx, hy] = self.surface.area.size_m.map(|it| it / 2.0);
        let to_edges = [hx - local.x, hx + local.x, hy - local.y, hy + local.y];
        if to_edges.iter().any(|it| *it < thing.radius_m + edge_m[0]) {
            return false;
        }
        let at = self.surface.area.centre_in_map.transform(local);
        self.place.open_sides.iter().any(|side| {
            let (direction, to_footprint) = self.side(*side);
            let half_along = hx * direction.x.abs() + hy * direction.y.abs();
            let centre = self.surface.area.centre_in_map.point();
            let outward = self.outward(*side);
            let edge = (centre.coords).dot(&outward) + half_along;
            // A board set back from the front cannot be reached over what is before it.
            edge > to_footprint - OPEN_EDGE_M && edge - at.coords.dot(&outward) <= edge_m[1]
        })
    }

    /// Outward direction of a side of the footprint, in `map`.
    fn outward(&self, side: Side) -> Vector2<f64> {
        let yaw = self.place.footprint.centre_in_map.yaw_rad
            + match side {
                Side::Front => 0.0,
                Side::Left => FRAC_PI_2,
                Side::Back => PI,
                Side::Right => -FRAC_PI_2,
            };
        Vector2::new(yaw.cos(), yaw.sin())
    }

    /// That direction in the surface's frame, and how far out the footprint reaches along it, in `map`.
    fn side(&self, side: Side) -> (Vector2<f64>, f64) {
        let outward = self.outward(side);
        let (sin, cos) = self.surface.area.centre_in_map.yaw_rad.sin_cos();
        let local = Vector2::new(
            cos * outward.x + sin * outward.y,
            cos * outward.y - sin * outward.x,
        );
        let half = match side {
            Side::Front | Side::Back => self.place.footprint.size_m[0] / 2.0,
            Side::Left | Side::Right => self.place.footprint.size_m[1] / 2.0,
        };
        (
            local,
            self.place
                .footprint
                .centre_in_map
                .point()
                .coords
                .dot(&outward)
                + half,
        )
    }

    pub fn is_clear_of_things(&self, at: &Point2, thing: &Outline, gap_m: f64) -> bool {
        self.scene.objects.iter().all(|other| {
            let pose = other.map_from_model.translation.vector;
            let Some(model) = self.world.model(&other.model) else {
                return true;
            };
            let outline = self.outline(model);
            let above = pose.z > self.surface.height_m + thing.height_m + 0.02;
            let below = pose.z + outline.height_m < self.surface.height_m - 0.02;
            let apart = (pose.xy() - at.coords).norm() - outline.radius_m - thing.radius_m;
            above || below || apart >= gap_m
        })
    }

    /// Whether nothing that belongs to the furniture stands there.
    pub fn is_clear_of_furniture(&self, at: &Point2, thing: &Outline) -> bool {
        let bottom = self.surface.height_m + 0.004;
        let top = self.surface.height_m + thing.height_m;
        let reach = thing.radius_m + FURNITURE_GAP_M;
        solids(self.world, self.scene).all(|it| it.keeps_off(at, [bottom, top], reach))
    }
}

/// The box round a shape that can be touched.
pub(super) struct Solid {
    pub map_from_shape: Isometry3,
    pub half_m: Vector3,
}

/// All of what does not move and is in the scene, but for the floor.
pub(super) fn solids(world: &SdfWorld, scene: &Scene) -> impl Iterator<Item = Solid> {
    let present = |it: &&SdfModel| it.is_static && !scene.is_absent(&it.name);
    world.models.iter().filter(present).flat_map(move |model| {
        let pose = scene
            .pose_of_static(&model.name)
            .unwrap_or(model.world_from_model);
        solids_of(model, pose)
    })
}

/// What can be touched of a model that stands there.
pub(super) fn solids_of(model: &SdfModel, pose: Isometry3) -> impl Iterator<Item = Solid> {
    model.links.iter().flat_map(move |link| {
        let solid = |it: &&SdfShape| !matches!(it.geometry, Geometry::Plane { .. });
        link.collisions.iter().filter(solid).map(move |it| Solid {
            map_from_shape: pose * link.model_from_link * it.link_from_shape,
            half_m: Vector3::from(it.geometry.half_extents_m()),
        })
    })
}

impl Solid {
    /// Whether it is at least `reach_m` from the point, or wholly below or above the two heights.
    pub fn keeps_off(&self, at: &Point2, [bottom_m, top_m]: [f64; 2], reach_m: f64) -> bool {
        let half_in_map = self
            .map_from_shape
            .rotation
            .to_rotation_matrix()
            .matrix()
            .abs()
            * self.half_m;
        let centre = self.map_from_shape.translation.vector;
        if centre.z - half_in_map.z > top_m || centre.z + half_in_map.z < bottom_m {
            return true;
        }
        if (at.coords - centre.xy()).norm() > reach_m + self.half_m.norm() {
            return true;
        }
        // In the shape's own frame, where an upright box is tight.
        let local = self
            .map_from_shape
            .inverse_transform_point(&Point3::new(at.x, at.y, centre.z));
        let beyond = |value: f64, half: f64| (value.abs() - half).max(0.0);
        let [dx, dy, dz] = [0, 1, 2].map(|it| beyond(local[it], self.half_m[it]));
        dx.hypot(dy).hypot(dz) >= reach_m
    }
}

fn is_round(model: &SdfModel) -> bool {
    use crate::sdf::Geometry::{Capsule, Cylinder, Ellipsoid, Sphere};
    let mut shapes = model.links.iter().flat_map(|it| &it.collisions);
    shapes.any(|it| {
        matches!(
            it.geometry,
            Cylinder { .. } | Sphere { .. } | Capsule { .. } | Ellipsoid { .. }
        )
    })
}
