//! A room made of solids, seen by ray casting with the camera's noise: geometry that knows
//! nothing of how perception works.

// Each test file uses a part of it.
#![allow(dead_code)]

use hearth_perception::{Config, Detector, PerceptionError, PerceptionNode};
use hearth_types::{
    BasicColour, CatalogueItem, Detections, Home, Intrinsics, Isometry3, JointStates, Localization,
    Message, Names, Node, OccupancyGrid, Odometry, OrientedRect, Outbox, Place, Point2, Point3,
    Pose2, RgbdFrame, ShapeCue, Side, Stamp, Surface, Vector3, World,
};
use hearth_urdf::RobotModel;
use std::path::Path;
use std::sync::Arc;

pub const TABLE_M: f64 = 0.72;

/// A solid that stands on something.
#[derive(Clone, Debug)]
pub struct Solid {
    pub form: Form,
    /// Centre of its underside in `map`.
    pub foot: Point3,
    pub yaw_rad: f64,
    pub srgb: [u8; 3],
    /// Another colour between these heights.
    pub band: Option<(f64, f64, [u8; 3])>,
}

#[derive(Clone, Copy, Debug)]
pub enum Form {
    Box([f64; 3]),
    Cylinder {
        radius_m: f64,
        height_m: f64,
    },
    Sphere {
        radius_m: f64,
    },
    /// An open bowl or cup: an upright wall around a floor.
    Hollow {
        radius_m: f64,
        height_m: f64,
    },
}

impl Solid {
    pub fn new(form: Form, x: f64, y: f64, srgb: [u8; 3]) -> Self {
        Self {
            form,
            foot: Point3::new(x, y, TABLE_M),
            yaw_rad: 0.0,
            srgb,
            band: None,
        }
    }

    pub fn turned(mut self, yaw_rad: f64) -> Self {
        self.yaw_rad = yaw_rad;
        self
    }

    pub fn banded(mut self, low_m: f64, high_m: f64, srgb: [u8; 3]) -> Self {
        self.band = Some((low_m, high_m, srgb));
        self
    }

    fn colour_at(&self, height_m: f64) -> [u8; 3] {
        match self.band {
            Some((low, high, srgb)) if height_m > low && height_m < high => srgb,
            _ => self.srgb,
        }
    }

    /// Distance along the ray and outward normal of the first hit, in the solid's own frame.
    fn hit(&self, from: &Point3, along: &Vector3) -> Option<(f64, Vector3)> {
        match self.form {
            Form::Box(size) => hit_box(from, along, &size),
            Form::Cylinder { radius_m, height_m } => hit_cylinder(from, along, radius_m, height_m),
            Form::Sphere { radius_m } => {
                let offset = from - Point3::new(0.0, 0.0, radius_m);
                let b = offset.dot(along);
                let root = b * b - offset.norm_squared() + radius_m * radius_m;
                let t = (root >= 0.0)
                    .then(|| -b - root.sqrt())
                    .filter(|it| *it > 0.0)?;
                Some((t, (offset + along * t) / radius_m))
            }
            Form::Hollow { radius_m, height_m } => hit_hollow(from, along, radius_m, height_m),
        }
    }
}

fn hit_box(from: &Point3, along: &Vector3, size: &[f64; 3]) -> Option<(f64, Vector3)> {
    let low = [-size[0] / 2.0, -size[1] / 2.0, 0.0];
    let high = [size[0] / 2.0, size[1] / 2.0, size[2]];
    let (mut enter, mut leave, mut face) = (f64::MIN, f64::MAX, Vector3::z());
    for axis in 0..3 {
        let (a, b) = (
            (low[axis] - from[axis]) / along[axis],
            (high[axis] - from[axis]) / along[axis],
        );
        if a.min(b) > enter {
            enter = a.min(b);
            face = Vector3::zeros();
            face[axis] = -along[axis].signum();
        }
        leave = leave.min(a.max(b));
    }
    (enter < leave && enter > 0.0).then_some((enter, face))
}

fn wall_hits(from: &Point3, along: &Vector3, radius_m: f64) -> Option<[f64; 2]> {
    let a = along.x * along.x + along.y * along.y;
    let b = from.x * along.x + from.y * along.y;
    let root = b * b - a * (from.x * from.x + from.y * from.y - radius_m * radius_m);
    (a > 1e-12 && root >= 0.0).then(|| [(-b - root.sqrt()) / a, (-b + root.sqrt()) / a])
}

fn hit_cylinder(
    from: &Point3,
    along: &Vector3,
    radius_m: f64,
    height_m: f64,
) -> Option<(f64, Vector3)> {
    let top = (height_m - from.z) / along.z;
    let on_top = from + along * top;
    if top > 0.0 && on_top.x.hypot(on_top.y) <= radius_m {
        return Some((top, Vector3::z()));
    }
    let t = wall_hits(from, along, radius_m)?[0];
    let at = from + along * t;
    (t > 0.0 && (0.0..=height_m).contains(&at.z))
        .then(|| (t, Vector3::new(at.x, at.y, 0.0) / radius_m))
}

fn hit_hollow(
    from: &Point3,
    along: &Vector3,
    radius_m: f64,
    height_m: f64,
) -> Option<(f64, Vector3)> {
    let wall_m = 0.004;
    let outer = wall_hits(from, along, radius_m)?;
    let at = from + along * outer[0];
    if outer[0] > 0.0 && (0.0..=height_m).contains(&at.z) {
        return Some((outer[0], Vector3::new(at.x, at.y, 0.0) / radius_m));
    }
    let top = (height_m - from.z) / along.z;
    let on_top = from + along * top;
    let distance = on_top.x.hypot(on_top.y);
    if top <= 0.0 || distance > radius_m {
        return None;
    }
    if distance > radius_m - wall_m {
        return Some((top, Vector3::z()));
    }
    let floor = (wall_m - from.z) / along.z;
    let on_floor = from + along * floor;
    if on_floor.x.hypot(on_floor.y) <= radius_m - wall_m {
        return Some((floor, Vector3::z()));
    }
    let t = wall_hits(from, along, radius_m - wall_m)?[1];
    let at = from + along * t;
    Some((t, -Vector3::new(at.x, at.y, 0.0) / radius_m))
}

/// Evenly distributed in [-1, 1], by position: the same noise in every run.
fn noise(seed: u64) -> f64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

pub fn render(solids: &[Solid], map_from_camera: &Isometry3, stamp: Stamp) -> RgbdFrame {
    let (width, height) = (320, 240);
    let intrinsics = Intrinsics {
        fx: 252.0,
        fy: 252.0,
        cx: 159.5,
        cy: 119.5,
    };
    let light = Vector3::new(0.3, -0.2, 1.0).normalize();
    let mut rgb = Vec::new();
    let mut depth_m = Vec::new();
    for v in 0..height {
        for u in 0..width {
            let direction = intrinsics.unproject(f64::from(u), f64::from(v), 1.0).coords;
            let along = map_from_camera.rotation * direction;
            let from = Point3::from(map_from_camera.translation.vector);
            let mut nearest: Option<(f64, Vector3, [u8; 3])> = None;
            for solid in solids {
                let frame =
                    Isometry3::new(solid.foot.coords, Vector3::new(0.0, 0.0, solid.yaw_rad));
                let local_from = frame.inverse_transform_point(&from);
                let local_along = frame.inverse_transform_vector(&along);
                // Depth is along the optical axis, so the direction is not normalised.
                let length = local_along.norm();
                if let Some((t, normal)) = solid.hit(&local_from, &(local_along / length)) {
                    let t = t / length;
                    if nearest.is_none_or(|it| t < it.0) {
                        let z = local_from.z + local_along.z * t;
                        nearest = Some((t, frame.transform_vector(&normal), solid.colour_at(z)));
                    }
                }
            }
            let seed = stamp.as_nanos() ^ ((v * 1000 + u) as u64) << 20;
            match nearest {
                Some((t, normal, colour)) if t < 8.0 => {
                    let shade = 0.55 + 0.4 * normal.dot(&light).max(0.0);
                    for (channel, value) in colour.into_iter().enumerate() {
                        let grain = 3.0 * noise(seed ^ (channel as u64 + 1));
                        rgb.push((f64::from(value) * shade + grain).clamp(0.0, 255.0) as u8);
                    }
                    // The sum of three is nearly Gaussian, with a deviation of 1.
                    let grain: f64 = (4..7).map(|it| noise(seed ^ it)).sum();
                    depth_m.push((t + grain * (0.001 + 0.002 * t * t)) as f32);
                }
                _ => {
                    rgb.extend([120, 120, 120]);
                    depth_m.push(0.0);
                }
            }
        }
    }
    RgbdFrame {
        stamp,
        width: 320,
        height: 240,
        rgb,
        depth_m,
        intrinsics,
    }
}

fn names(id: &str) -> Names {
    Names {
        id: id.to_owned(),
        en: vec![id.to_owned()],
        zh: vec![id.to_owned()],
    }
}

fn item(id: &str, srgb: &[[u8; 3]], size_m: [f64; 3], shape: ShapeCue) -> CatalogueItem {
    CatalogueItem {
        names: names(id),
        kind: "thing".to_owned(),
        colours: vec![BasicColour::Red],
        srgb: srgb.to_vec(),
        size_m,
        shape,
    }
}

pub const RED: [u8; 3] = [196, 22, 28];
pub const GREEN: [u8; 3] = [63, 155, 53];
pub const YELLOW: [u8; 3] = [244, 207, 31];
pub const BLUE: [u8; 3] = [31, 87, 184];
pub const WHITE: [u8; 3] = [242, 241, 236];

/// A home with one table whose middle is at (2, 0).
pub fn home() -> Home {
    let area = OrientedRect {
        centre_in_map: Pose2::new(2.0, 0.0, std::f64::consts::PI),
        size_m: [0.7, 1.1],
    };
    let (width, height) = (120, 120);
    Home {
        rooms: Vec::new(),
        places: vec![Place {
            names: names("table"),
            room: "room".to_owned(),
            footprint: OrientedRect {
                size_m: [0.8, 1.2],
                ..area
            },
            height_m: TABLE_M,
            surfaces: vec![Surface {
                height_m: TABLE_M,
                area,
                headroom_m: None,
            }],
            open_sides: vec![Side::Front, Side::Left],
        }],
        categories: Vec::new(),
        kinds: Vec::new(),
        catalogue: vec![
            item(
                "cola",
                &[RED, WHITE],
                [0.066, 0.066, 0.12],
                ShapeCue::Cylinder,
            ),
            item("apple", &[RED], [0.076, 0.076, 0.076], ShapeCue::Sphere),
            item("lime", &[GREEN], [0.06, 0.06, 0.06], ShapeCue::Sphere),
            item("sponge", &[YELLOW], [0.11, 0.07, 0.04], ShapeCue::Box),
            item("packet", &[BLUE, WHITE], [0.12, 0.06, 0.18], ShapeCue::Box),
            item("bowl", &[BLUE], [0.15, 0.15, 0.06], ShapeCue::Bowl),
            item("plate", &[WHITE], [0.2, 0.2, 0.02], ShapeCue::Flat),
        ],
        people: Vec::new(),
        start_in_map: Pose2::default(),
        map: OccupancyGrid {
            resolution_m: 0.05,
            origin_in_map: Point2::new(-2.0, -3.0),
            width,
            height,
            occupied: vec![false; width * height],
        },
    }
}

/// The floor and the table.
pub fn bare() -> Vec<Solid> {
    let solid = |size: [f64; 3], x: f64, z: f64, srgb| Solid {
        form: Form::Box(size),
        foot: Point3::new(x, 0.0, z),
        yaw_rad: 0.0,
        srgb,
        band: None,
    };
    vec![
        solid([12.0, 12.0, 0.1], 0.0, -0.1, [190, 170, 150]),
        solid([0.8, 1.2, 0.04], 2.0, TABLE_M - 0.04, [170, 140, 110]),
    ]
}

pub fn ember() -> RobotModel {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../urdf/ember/ember.urdf");
    let text = std::fs::read_to_string(file).expect("Ember's description");
    RobotModel::parse(&text, "ember.urdf")
        .expect("a valid description")
        .0
}

/// Perception with a robot that can be put anywhere.
pub struct Bench {
    pub node: PerceptionNode,
    robot: RobotModel,
    now_millis: u64,
}

impl Bench {
    pub fn new() -> Self {
        Self::in_home(home())
    }

    pub fn in_home(home: Home) -> Self {
        Self::of(|robot| PerceptionNode::new(Arc::new(home), robot, Config::default()))
    }

    pub fn with_detector(home: Home, detector: Box<dyn Detector>) -> Self {
        let (home, config) = (Arc::new(home), Config::default());
        Self::of(|robot| PerceptionNode::with_detector(home, robot, config, detector))
    }

    fn of(node: impl FnOnce(&RobotModel) -> Result<PerceptionNode, PerceptionError>) -> Self {
        let robot = ember();
        Self {
            node: node(&robot).expect("a node"),
            robot,
            now_millis: 1000,
        }
    }

    pub fn positions(&self, tilt_rad: f64) -> Vec<f64> {
        let fold = [
            ("lift_joint", 0.55),
            ("shoulder_joint", -1.134),
            ("elbow_joint", 3.098),
            ("wrist_yaw_joint", -2.395),
            ("head_tilt_joint", tilt_rad),
        ];
        self.robot
            .actuated()
            .iter()
            .map(|joint| {
                let set = fold
                    .iter()
                    .find(|it| it.0 == joint.name)
                    .map_or(0.0, |it| it.1);
                set.clamp(joint.lower, joint.upper)
            })
            .collect()
    }

    /// Tells the node where the robot is: really at `real`, by its own belief off by `error`.
    pub fn stand(&mut self, real: &Pose2, error: &Pose2, tilt_rad: f64) -> Isometry3 {
        self.now_millis += 200;
        let stamp = Stamp::from_millis(self.now_millis);
        let positions = self.positions(tilt_rad);
        let joints = JointStates {
            stamp,
            velocity: vec![0.0; positions.len()],
            effort: vec![0.0; positions.len()],
            position: positions.clone(),
        };
        let inputs = [
            Message::Localization(Localization {
                stamp,
                map_from_odom: real.compose(error),
                position_std_m: 0.02,
                yaw_std_rad: 0.02,
            }),
            Message::Odometry(Odometry {
                stamp,
                odom_from_base: Pose2::default(),
                forward_m_s: 0.0,
                yaw_rate_rad_s: 0.0,
            }),
            Message::JointStates(Arc::new(joints)),
        ];
        for input in inputs {
            self.node.step(stamp, &input, &mut Outbox::new());
        }
        let camera = self
            .robot
            .link_pose("camera_optical_frame", &positions)
            .expect("a camera");
        real.to_isometry3() * camera
    }

    /// Feeds a frame for the time of the last `stand`.
    pub fn show(&mut self, frame: RgbdFrame) -> Vec<Message> {
        let mut out = Outbox::new();
        self.node
            .step(frame.stamp, &Message::Rgbd(Arc::new(frame)), &mut out);
        out.drain().collect()
    }

    /// Looks at the solids `frames` times from a place.
    pub fn look(
        &mut self,
        solids: &[Solid],
        real: &Pose2,
        error: &Pose2,
        frames: usize,
    ) -> (World, Detections) {
        let mut last = (World::default(), None);
        for _ in 0..frames {
            let camera = self.stand(real, error, 0.55);
            let frame = render(solids, &camera, Stamp::from_millis(self.now_millis));
            for message in self.show(frame) {
                match message {
                    Message::World(it) => last.0 = (*it).clone(),
                    Message::Detections(it) => last.1 = Some((*it).clone()),
                    // It lives, up to this very frame.
                    Message::Heartbeat(it) => {
                        assert_eq!(it.stamp.as_nanos(), last.0.stamp.as_nanos())
                    }
                    other => panic!("unexpected {other:?}"),
                }
            }
        }
        (last.0, last.1.expect("detections"))
    }
}

/// Before the table's front.
pub fn front() -> Pose2 {
    Pose2::new(1.05, 0.0, 0.0)
}

/// Beside it.
pub fn side() -> Pose2 {
    Pose2::new(2.0, -1.15, std::f64::consts::FRAC_PI_2)
}
