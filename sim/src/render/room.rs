//! The flat as a backdrop: where one can stand, what hides what, and ever new looks for its furniture.

use super::clearance::clearance;
use super::paint::{PLAIN, plain, repainted, srgb};
use super::solid::{Look, Solid};
use super::stage::Stage;
use crate::noise::Noise;
use crate::sdf::{SdfMaterial, SdfWorld};
use hearth_types::{Home, OccupancyGrid, OrientedRect, Place, Point2, Point3, Vector3};

/// \[m\] Places lower than this do not keep anybody from standing there.
const STEP_OVER_M: f64 = 0.05;

/// A shape of the flat.
struct Piece {
    model: usize,
    solid: Solid,
    material: SdfMaterial,
}

/// The flat without people and things.
pub(super) struct Flat {
    pieces: Vec<Piece>,
    models: Vec<String>,
    /// \[m\] A cell's distance to the nearest occupied one.
    clearance_m: Vec<f64>,
    map: OccupancyGrid,
    home: Home,
}

impl Flat {
    /// Of the static models that are furniture: neither people nor the `left_out`.
    pub fn new(world: &SdfWorld, home: &Home, left_out: &[String]) -> Self {
        let mut pieces = Vec::new();
        let mut models = Vec::new();
        let stays = |name: &String| home.person(name).is_none() && !left_out.contains(name);
        for model in world
            .models
            .iter()
            .filter(|it| it.is_static && stays(&it.name))
        {
            models.push(model.name.clone());
            for link in &model.links {
                for shape in &link.visuals {
                    let map_from_link = model.world_from_model * link.model_from_link;
                    let material = shape.material.unwrap_or(PLAIN);
                    let solid = Solid {
                        geometry: shape.geometry,
                        map_from_solid: map_from_link * shape.link_from_shape,
                        look: plain(&material, srgb(&material)),
                        label: 0,
                    };
                    pieces.push(Piece {
                        model: models.len() - 1,
                        solid,
                        material,
                    });
                }
            }
        }
        Self {
            pieces,
            models,
            clearance_m: clearance(&home.map),
            map: home.map.clone(),
            home: home.clone(),
        }
    }

    /// The flat's shapes as the file has them, but some of them painted anew.
    pub fn dress(&self, stage: &mut Stage, draw: &mut Noise) -> Vec<Solid> {
        let mut known: Vec<(usize, [f64; 4], Look)> = Vec::new();
        let calm = draw.uniform() < 0.15;
        let mut out = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            let colour = piece.material.diffuse;
            let found = known
                .iter()
                .find(|it| it.0 == piece.model && it.1 == colour)
                .map(|it| it.2);
            let look = found.unwrap_or_else(|| {
                let is_wall = self.models[piece.model] == "walls";
                let is_lit = piece.material.emissive > 0.0;
                let keeps = calm || is_lit || colour[3] < 1.0;
                let look = repainted(&piece.material, keeps, is_wall, stage, draw);
                known.push((piece.model, colour, look));
                look
            });
            out.push(Solid {
                look,
                ..piece.solid
            });
        }
        out
    }

    /// Whether a body of this radius can stand there.
    pub fn is_free(&self, at: &Point2, radius_m: f64) -> bool {
        let Some((x, y)) = self.map.cell(at) else {
            return false;
        };
        self.home.room_at(at).is_some()
            && self.clearance_m[y * self.map.width + x] >= radius_m
            && self
                .home
                .places
                .iter()
                .filter(|it| it.height_m > STEP_OVER_M)
                .all(|it| it.footprint.distance_m(at) >= radius_m)
    }

    /// The home's places.
    pub fn places(&self) -> &[Place] {
        &self.home.places
    }

    /// Whether no furniture reaches into an upright box.
    pub fn is_clear_above(&self, rect: &OrientedRect, z: [f64; 2]) -> bool {
        let centre = rect.centre_in_map.point();
        let reach = rect.size_m[0].hypot(rect.size_m[1]) / 2.0;
        self.pieces.iter().all(|piece| {
            let pose = &piece.solid.map_from_solid;
            let half = Vector3::from(piece.solid.geometry.half_extents_m());
            let at = pose.translation.vector;
            if (at.xy() - centre.coords).norm() > half.norm() + reach {
                return true;
            }
            let around = pose.rotation.to_rotation_matrix().matrix().abs() * half;
            if at.z - around.z > z[1] || at.z + around.z < z[0] {
                return true;
            }
            // In the piece's own frame, where an upright box is tight.
            let local = pose.inverse_transform_point(&Point3::new(centre.x, centre.y, at.z));
            let out = [0, 1].map(|axis| (local[axis].abs() - half[axis]).max(0.0));
            let upright = (local.z.abs() - half.z).max(0.0);
            out[0].hypot(out[1]).hypot(upright) >= reach
        })
    }

    /// A spot where a body of this radius can stand.
    pub fn free_spot(&self, radius_m: f64, draw: &mut Noise) -> Option<Point2> {
        let extent = [self.map.width, self.map.height].map(|it| it as f64 * self.map.resolution_m);
        (0..200).find_map(|_| {
            let at = Point2::new(
                self.map.origin_in_map.x + draw.between(0.0, extent[0]),
                self.map.origin_in_map.y + draw.between(0.0, extent[1]),
            );
            self.is_free(&at, radius_m).then_some(at)
        })
    }

    /// Whether no furniture is between two points, but for the last `short_m` before `to`.
    pub fn is_open(&self, from: &Point3, to: &Point3, short_m: f64) -> bool {
        let length = (to - from).norm();
        let until = 1.0 - short_m / length.max(1e-6);
        self.pieces
            .iter()
            .all(|it| !is_crossed(&it.solid, from, to, until))
    }
}

/// Whether the segment from `from` up to the share `until` of its length to `to` meets the box around the solid.
fn is_crossed(solid: &Solid, from: &Point3, to: &Point3, until: f64) -> bool {
    let half = Vector3::from(solid.geometry.half_extents_m());
    let centre = solid.map_from_solid.translation.vector;
    let along = to - from;
    let nearest = ((centre - from.coords).dot(&along) / along.norm_squared()).clamp(0.0, 1.0);
    if (from.coords + along * nearest - centre).norm() > half.norm() {
        return false;
    }
    let start = solid.map_from_solid.inverse_transform_point(from);
    let step = solid.map_from_solid.inverse_transform_vector(&along);
    let (mut enter, mut leave) = (0.0_f64, until);
    for axis in 0..3 {
        if step[axis].abs() < 1e-9 {
            if start[axis].abs() > half[axis] {
                return false;
            }
            continue;
        }
        let a = (-half[axis] - start[axis]) / step[axis];
        let b = (half[axis] - start[axis]) / step[axis];
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    enter < leave
}
