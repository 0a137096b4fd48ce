//! What stands around the robot and the arm must not hit, in `base_link`.

use hearth_types::{Home, Isometry3, Place, Point2, Point3, Pose2, Side, Vector3};
use hearth_urdf::Geometry;

/// A solid body.
#[derive(Clone, Debug, PartialEq)]
pub struct Solid {
    base_from_solid: Isometry3,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    /// Half the side lengths.
    Cuboid(Vector3),
    /// Upright: radius and half the height.
    Round(f64, f64),
}

impl Solid {
    /// A box at any angle, by half its side lengths.
    pub fn cuboid(base_from_box: Isometry3, half_m: Vector3) -> Self {
        Self {
            base_from_solid: base_from_box,
            shape: Shape::Cuboid(half_m),
        }
    }

    /// An upright cylinder that stands on `foot`.
    pub fn post(foot: Point3, radius_m: f64, height_m: f64) -> Self {
        let middle = Isometry3::translation(foot.x, foot.y, foot.z + height_m / 2.0);
        Self {
            base_from_solid: middle,
            shape: Shape::Round(radius_m, height_m / 2.0),
        }
    }

    pub(crate) fn of(geometry: &Geometry, base_from_shape: Isometry3) -> Option<Self> {
        let shape = match geometry {
            Geometry::Box { size_m } => Shape::Cuboid(Vector3::from(*size_m) / 2.0),
            Geometry::Cylinder { radius_m, length_m } => Shape::Round(*radius_m, length_m / 2.0),
            Geometry::Capsule { radius_m, length_m } => {
                Shape::Round(*radius_m, length_m / 2.0 + radius_m)
            }
            Geometry::Sphere { radius_m } => Shape::Round(*radius_m, *radius_m),
            Geometry::Mesh { .. } => return None,
        };
        Some(Self {
            base_from_solid: base_from_shape,
            shape,
        })
    }

    /// \[m\] From the point to the surface; negative inside.
    pub fn distance_m(&self, point: &Point3) -> f64 {
        let local = self.base_from_solid.inverse_transform_point(point);
        let beyond = match self.shape {
            Shape::Cuboid(half) => local.coords.abs() - half,
            Shape::Round(radius, half) => {
                Vector3::new(local.x.hypot(local.y) - radius, -1e9, local.z.abs() - half)
            }
        };
        beyond.map(|it| it.max(0.0)).norm() + beyond.max().min(0.0)
    }
}

/// What stands around.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Bodies, in `base_link`.
    pub solids: Vec<Solid>,
    /// Walls and unknown obstacles: upright lines of any height through these points.
    pub uprights: Vec<Point2>,
}

/// \[m\] Furniture further away than this is out of the arm's reach.
const NEAR_M: f64 = 1.1;
/// \[m\]
const BOARD_M: f64 = 0.025;
/// \[m\] How far an upright line reaches around itself.
const UPRIGHT_RADIUS_M: f64 = 0.02;

impl Scene {
    /// The furniture and the walls that the robot was told about, as far as the arm could reach.
    pub fn of_home(home: &Home, base_in_map: &Pose2) -> Self {
        let base_from_map = base_in_map.inverse();
        let mut scene = Self::default();
        for place in &home.places {
            if place.footprint.distance_m(&base_in_map.point()) < NEAR_M {
                scene.add_place(place, &base_from_map);
            }
        }
        scene.add_walls(home, base_in_map);
        scene
    }

    /// Adds a thing that is to be left alone: a box around it.
    pub fn add_object(
        &mut self,
        base_in_map: &Pose2,
        centre_in_map: &Point3,
        yaw_rad: f64,
        size_m: [f64; 3],
    ) {
        let at = Pose2::new(centre_in_map.x, centre_in_map.y, yaw_rad);
        let half = Vector3::from(size_m) / 2.0;
        self.add_box(&base_in_map.inverse(), &at, centre_in_map.z, half);
    }

    fn add_box(&mut self, base_from_map: &Pose2, in_map: &Pose2, z_m: f64, half_m: Vector3) {
        if !(in_map.is_finite() && z_m.is_finite() && half_m.iter().all(|it| it.is_finite())) {
            return;
        }
        let mut pose = base_from_map.compose(in_map).to_isometry3();
        pose.translation.z = z_m;
        self.solids.push(Solid::cuboid(pose, half_m));
    }

    fn add_place(&mut self, place: &Place, base_from_map: &Pose2) {
        let footprint = &place.footprint;
        let (half_x, half_y) = (footprint.size_m[0] / 2.0, footprint.size_m[1] / 2.0);
        let lowest = place
            .surfaces
            .first()
            .map_or(place.height_m, |it| it.height_m);
        // Below its lowest surface there is nothing for the arm: taken as solid.
        if lowest > 0.02 {
            let half = Vector3::new(half_x, half_y, lowest / 2.0);
            self.add_box(base_from_map, &footprint.centre_in_map, lowest / 2.0, half);
        }
        for (index, surface) in place.surfaces.iter().enumerate() {
            let half = [surface.area.size_m[0] / 2.0, surface.area.size_m[1] / 2.0];
            let half = Vector3::new(half[0], half[1], BOARD_M / 2.0);
            let at = &surface.area.centre_in_map;
            // A board over another surface is thin; what has none below stands on the floor.
            let lower = &place.surfaces[..index];
            let thickness_m = if lower.iter().any(|it| it.area.contains(&at.point(), 0.0)) {
                BOARD_M
            } else {
                surface.height_m
            };
            let body = Vector3::new(half.x, half.y, thickness_m / 2.0);
            self.add_box(
                base_from_map,
                at,
                surface.height_m - thickness_m / 2.0,
                body,
            );
            if let Some(headroom_m) = surface.headroom_m {
                let z = surface.height_m + headroom_m + BOARD_M / 2.0;
                self.add_box(base_from_map, at, z, half);
            }
        }
        if place.height_m <= lowest + 0.02 {
            return;
        }
        for side in [Side::Front, Side::Back, Side::Left, Side::Right] {
            if !place.open_sides.contains(&side) {
                let (x, y, half_x, half_y) = match side {
                    Side::Front => (half_x, 0.0, 0.01, half_y),
                    Side::Back => (-half_x, 0.0, 0.01, half_y),
                    Side::Left => (0.0, half_y, half_x, 0.01),
                    Side::Right => (0.0, -half_y, half_x, 0.01),
                };
                let at = footprint.centre_in_map.compose(&Pose2::new(x, y, 0.0));
                let half = Vector3::new(half_x, half_y, place.height_m / 2.0);
                self.add_box(base_from_map, &at, place.height_m / 2.0, half);
            }
        }
    }

    /// Occupied cells that belong to no place are walls.
    fn add_walls(&mut self, home: &Home, base_in_map: &Pose2) {
        let map = &home.map;
        if !(map.resolution_m > 0.0 && base_in_map.is_finite()) {
            return;
        }
        let base_from_map = base_in_map.inverse();
        let near = |place: &&Place| place.footprint.distance_m(&base_in_map.point()) < NEAR_M;
        let places: Vec<_> = home.places.iter().filter(near).collect();
        let reach = (NEAR_M / map.resolution_m).ceil().min(1000.0) as i64;
        let x0 = ((base_in_map.x_m - map.origin_in_map.x) / map.resolution_m).floor() as i64;
        let y0 = ((base_in_map.y_m - map.origin_in_map.y) / map.resolution_m).floor() as i64;
        for y in
            (y0.saturating_sub(reach)).max(0)..(y0.saturating_add(reach)).min(map.height as i64)
        {
            for x in
                (x0.saturating_sub(reach)).max(0)..(x0.saturating_add(reach)).min(map.width as i64)
            {
                let (x, y) = (x as usize, y as usize);
                if !map
                    .occupied
                    .get(y * map.width + x)
                    .copied()
                    .unwrap_or(false)
                {
                    continue;
                }
                let at = map.centre_in_map(x, y);
                if !places.iter().any(|it| it.footprint.contains(&at, 0.06)) {
                    self.uprights.push(base_from_map.transform(&at));
                }
            }
        }
    }

    pub(crate) fn bumps(&self, balls: impl Iterator<Item = (Point3, f64)>, margin_m: f64) -> bool {
        for (centre, radius_m) in balls {
            let reach = radius_m + margin_m;
            // The floor.
            if centre.z < reach {
                return true;
            }
            if self.solids.iter().any(|it| it.distance_m(&centre) < reach) {
                return true;
            }
            let reach = (reach + UPRIGHT_RADIUS_M).max(0.0);
            let over_ground = centre.xy();
            if self
                .uprights
                .iter()
                .any(|it| (it - over_ground).norm_squared() < reach * reach)
            {
                return true;
            }
        }
        false
    }
}
