//! A flat world for tests: walls and boxes, a differential drive that drifts, a ray-cast lidar.
#![allow(dead_code)]

pub mod bench;
pub mod trial;

use hearth_types::{
    Home, LaserScan, Names, OccupancyGrid, Odometry, OrientedRect, Place, Point2, Pose2, Room,
    Side, Stamp, Surface, WorldPerson, wrap_angle,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub const RADIUS_M: f64 = 0.22;
pub const STEP_SECS: f64 = 0.008;

/// An upright box on the floor.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub rect: OrientedRect,
    /// Whether the lidar's plane meets it (a table top does not).
    pub at_lidar: bool,
}

pub fn block(x: f64, y: f64, w: f64, h: f64) -> Block {
    Block {
        rect: rect(x, y, 0.0, w, h),
        at_lidar: true,
    }
}

pub fn rect(x: f64, y: f64, yaw: f64, w: f64, h: f64) -> OrientedRect {
    OrientedRect {
        centre_in_map: Pose2::new(x, y, yaw),
        size_m: [w, h],
    }
}

fn names(id: &str) -> Names {
    Names {
        id: id.into(),
        en: vec![id.into()],
        zh: vec![id.into()],
    }
}

/// Two rooms of 4 m x 4 m beside each other, a doorway of 0.8 m between them at y = 2, a table in
/// the right one, a cupboard in the left one. (0, 0) is the outer corner of the left room.
pub fn two_rooms() -> (Home, Vec<Block>) {
    let mut blocks = vec![
        block(4.0, 0.0, 8.4, 0.1),
        block(4.0, 4.0, 8.4, 0.1),
        block(0.0, 2.0, 0.1, 4.1),
        block(8.0, 2.0, 0.1, 4.1),
        block(4.0, 0.8, 0.1, 1.6),
        block(4.0, 3.2, 0.1, 1.6),
        block(0.3, 1.0, 0.5, 1.2),
        // The table's legs.
        block(6.1, 2.7, 0.06, 0.06),
        block(7.1, 2.7, 0.06, 0.06),
        block(6.1, 3.3, 0.06, 0.06),
        block(7.1, 3.3, 0.06, 0.06),
    ];
    let map = rasterise(&blocks, 0.05, -0.5, -0.5, 180, 100);
    let table = rect(6.6, 3.0, -std::f64::consts::FRAC_PI_2, 0.7, 1.1);
    blocks.push(Block {
        rect: table,
        at_lidar: false,
    });
    let home = Home {
        rooms: vec![
            Room {
                names: names("left"),
                outline_in_map: corners(0.0, 0.0, 4.0, 4.0),
            },
            Room {
                names: names("right"),
                outline_in_map: corners(4.0, 0.0, 8.0, 4.0),
            },
        ],
        places: vec![
            place(
                "table",
                "right",
                table,
                0.75,
                vec![Side::Front, Side::Left, Side::Right],
            ),
            place(
                "cupboard",
                "left",
                rect(0.3, 1.0, 0.0, 0.5, 1.2),
                0.8,
                vec![Side::Front],
            ),
        ],
        categories: vec![],
        kinds: vec![],
        catalogue: vec![],
        people: vec![],
        start_in_map: Pose2::new(1.5, 2.5, 0.0),
        map,
    };
    (home, blocks)
}

fn corners(x0: f64, y0: f64, x1: f64, y1: f64) -> Vec<Point2> {
    vec![
        Point2::new(x0, y0),
        Point2::new(x1, y0),
        Point2::new(x1, y1),
        Point2::new(x0, y1),
    ]
}

fn place(id: &str, room: &str, footprint: OrientedRect, height_m: f64, open: Vec<Side>) -> Place {
    Place {
        names: names(id),
        room: room.into(),
        footprint,
        height_m,
        surfaces: vec![Surface {
            height_m,
            area: OrientedRect {
                centre_in_map: footprint.centre_in_map,
                size_m: footprint.size_m.map(|it| it - 0.04),
            },
            headroom_m: None,
        }],
        open_sides: open,
    }
}

pub fn rasterise(
    blocks: &[Block],
    res: f64,
    x0: f64,
    y0: f64,
    w: usize,
    h: usize,
) -> OccupancyGrid {
    let mut map = OccupancyGrid {
        resolution_m: res,
        origin_in_map: Point2::new(x0, y0),
        width: w,
        height: h,
        occupied: vec![false; w * h],
    };
    for y in 0..h {
        for x in 0..w {
            let centre = map.centre_in_map(x, y);
            map.occupied[y * w + x] = blocks
                .iter()
                .any(|it| it.at_lidar && it.rect.contains(&centre, 0.0));
        }
    }
    map
}

/// What stands at the lidar's height according to a map, as blocks, and furniture above it.
pub fn blocks_of(home: &Home) -> Vec<Block> {
    let map = &home.map;
    let mut blocks = Vec::new();
    for y in 0..map.height {
        let mut x = 0;
        while x < map.width {
            let from = x;
            while x < map.width && map.is_occupied(x, y) {
                x += 1;
            }
            if x > from {
                let (a, b) = (map.centre_in_map(from, y), map.centre_in_map(x - 1, y));
                let width = b.x - a.x + map.resolution_m;
                blocks.push(block((a.x + b.x) / 2.0, a.y, width, map.resolution_m));
            }
            x += 1;
        }
    }
    let furniture = home.places.iter().filter(|it| it.height_m > 0.0);
    blocks.extend(furniture.map(|it| Block {
        rect: it.footprint,
        at_lidar: false,
    }));
    blocks
}

/// The truth.
pub struct ToyWorld {
    pub blocks: Vec<Block>,
    pub base_in_map: Pose2,
    pub odom_from_base: Pose2,
    pub forward_m_s: f64,
    pub yaw_rate_rad_s: f64,
    pub wanted: (f64, f64),
    pub millis: u64,
    /// Systematic errors of the odometry.
    pub slip_forward: f64,
    pub slip_turn: f64,
    pub slip_curve: f64,
    pub smallest_gap_m: f64,
    pub people: Vec<WorldPerson>,
    rng: ChaCha8Rng,
}

impl ToyWorld {
    pub fn new(blocks: Vec<Block>, start: Pose2, seed: u64) -> Self {
        Self {
            blocks,
            base_in_map: start,
            odom_from_base: Pose2::default(),
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
            wanted: (0.0, 0.0),
            millis: 0,
            slip_forward: 1.02,
            slip_turn: 0.97,
            slip_curve: 0.01,
            smallest_gap_m: f64::INFINITY,
            people: vec![],
            rng: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    pub fn now(&self) -> Stamp {
        Stamp::from_millis(self.millis)
    }

    /// Lets 8 ms pass; the motors follow with a lag.
    pub fn step(&mut self) {
        let dt = STEP_SECS;
        let blend = dt / 0.06;
        self.forward_m_s += (self.wanted.0 - self.forward_m_s) * blend;
        self.yaw_rate_rad_s += (self.wanted.1 - self.yaw_rate_rad_s) * blend;
        let (v, w) = (self.forward_m_s, self.yaw_rate_rad_s);
        self.base_in_map = self.base_in_map.compose(&Pose2::new(v * dt, 0.0, w * dt));
        let noise = self.normal();
        let measured = Pose2::new(
            v * dt * self.slip_forward * (1.0 + 0.02 * noise),
            0.0,
            w * dt * self.slip_turn + self.slip_curve * v * dt,
        );
        self.odom_from_base = self.odom_from_base.compose(&measured);
        self.millis += 8;
        let gap = self.gap_m();
        self.smallest_gap_m = self.smallest_gap_m.min(gap);
    }

    pub fn gap_m(&self) -> f64 {
        self.blocks
            .iter()
            .map(|it| it.rect.distance_m(&self.base_in_map.point()) - RADIUS_M)
            .fold(f64::INFINITY, f64::min)
    }

    pub fn odometry(&self) -> Odometry {
        Odometry {
            stamp: self.now(),
            odom_from_base: self.odom_from_base,
            forward_m_s: self.forward_m_s,
            yaw_rate_rad_s: self.yaw_rate_rad_s,
        }
    }

    pub fn scan(&mut self) -> LaserScan {
        let ranges_m = (0..360)
            .map(|i| {
                let angle = -std::f64::consts::PI + f64::from(i).to_radians();
                let noise = self.normal() * 0.01;
                // The mast hides what is behind.
                if angle.abs() > 2.97 {
                    return 0.1;
                }
                match self.cast(self.base_in_map.yaw_rad + angle) {
                    Some(range) if range < 10.0 => (range + noise) as f32,
                    _ => f32::INFINITY,
                }
            })
            .collect();
        LaserScan {
            stamp: self.now(),
            angle_min_rad: -std::f64::consts::PI,
            angle_increment_rad: 1.0_f64.to_radians(),
            range_min_m: 0.25,
            range_max_m: 10.0,
            ranges_m,
        }
    }

    fn cast(&self, heading: f64) -> Option<f64> {
        let origin = self.base_in_map.point();
        self.blocks
            .iter()
            .filter(|it| it.at_lidar)
            .filter_map(|it| hit(&it.rect, &origin, heading))
            .min_by(f64::total_cmp)
    }

    /// Sum of uniform draws, standard deviation 1.
    fn normal(&mut self) -> f64 {
        (0..3).map(|_| self.rng.random_range(-1.0..1.0)).sum()
    }
}

/// Distance along a ray to a rectangle (slabs).
fn hit(rect: &OrientedRect, origin: &Point2, heading: f64) -> Option<f64> {
    let local = rect.local(origin);
    let angle = wrap_angle(heading - rect.centre_in_map.yaw_rad);
    let direction = [angle.cos(), angle.sin()];
    let (mut near, mut far) = (0.0_f64, f64::INFINITY);
    for axis in 0..2 {
        let half = rect.size_m[axis] / 2.0;
        if direction[axis].abs() < 1e-12 {
            if local[axis].abs() > half {
                return None;
            }
            continue;
        }
        let a = (-half - local[axis]) / direction[axis];
        let b = (half - local[axis]) / direction[axis];
        near = near.max(a.min(b));
        far = far.min(a.max(b));
    }
    (near <= far && near > 0.0).then_some(near)
}
