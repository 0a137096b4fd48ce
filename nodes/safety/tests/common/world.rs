//! The robot's body and what surrounds it.

use super::{RADIUS_M, TICK_SECS};
use hearth_types::{
    ActuatorFrame, Heartbeat, Imu, JointStates, LaserScan, Message, Odometry, Pose2, Stamp, Watched,
};
use std::f64::consts::{PI, TAU};
use std::sync::Arc;

/// A post: everything in these worlds is made of them.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    pub x_m: f64,
    pub y_m: f64,
    pub radius_m: f64,
}

pub struct World {
    pub posts: Vec<Post>,
    pub pose: Pose2,
    pub joints: [f64; 8],
    pub scan_lives: bool,
    pub planner_lives: bool,
    pub perception_lives: bool,
    pub odometry_lives: bool,
    pub joint_states_live: bool,
    pub imu_lives: bool,
    pub lean_rad: f64,
    /// Something right before the lidar, all around.
    pub covered: bool,
    pub noise: u64,
}

impl World {
    pub fn empty(joints: [f64; 8]) -> Self {
        Self {
            posts: Vec::new(),
            pose: Pose2::default(),
            joints,
            scan_lives: true,
            planner_lives: true,
            perception_lives: true,
            odometry_lives: true,
            joint_states_live: true,
            imu_lives: true,
            lean_rad: 0.0,
            covered: false,
            noise: 7,
        }
    }

    /// Moves for one tick as the frame says.
    pub fn obey(&mut self, frame: &ActuatorFrame) {
        let (v, w) = (frame.forward_m_s, frame.yaw_rate_rad_s);
        let heading = self.pose.yaw_rad + w * TICK_SECS / 2.0;
        self.pose = Pose2::new(
            self.pose.x_m + v * TICK_SECS * heading.cos(),
            self.pose.y_m + v * TICK_SECS * heading.sin(),
            self.pose.yaw_rad + w * TICK_SECS,
        );
        for (joint, target) in self.joints.iter_mut().zip(frame.joints) {
            *joint = target.map_or(*joint, |it| it.position);
        }
    }

    /// What the sensors say now.
    pub fn sense(&mut self, now: Stamp, frame: &ActuatorFrame) -> Vec<Message> {
        let every = |millis: u64| now.as_nanos().is_multiple_of(millis * 1_000_000);
        let mut messages = Vec::new();
        if every(8) && self.odometry_lives {
            messages.push(Message::Odometry(Odometry {
                stamp: now,
                odom_from_base: self.pose,
                forward_m_s: frame.forward_m_s,
                yaw_rate_rad_s: frame.yaw_rate_rad_s,
            }));
        }
        if every(8) && self.joint_states_live {
            messages.push(Message::JointStates(Arc::new(JointStates {
                stamp: now,
                position: self.joints.to_vec(),
                velocity: vec![0.0; 8],
                effort: vec![0.0; 8],
            })));
        }
        if every(8) && self.imu_lives {
            let (sin, cos) = self.lean_rad.sin_cos();
            messages.push(Message::Imu(Imu {
                stamp: now,
                angular_velocity_rad_s: [0.0; 3],
                linear_acceleration_m_s2: [9.81 * sin, 0.0, 9.81 * cos],
            }));
        }
        if every(100) && self.scan_lives {
            messages.push(Message::Scan(Arc::new(self.scan(now))));
        }
        if every(40) && self.planner_lives {
            messages.push(heartbeat(now, Watched::Planner));
        }
        if every(200) && self.perception_lives {
            messages.push(heartbeat(now, Watched::Perception));
        }
        messages
    }

    /// 360 rays with 1 cm of noise; nearer than 0.25 m there is nothing; the mast hides the back.
    fn scan(&mut self, stamp: Stamp) -> LaserScan {
        let mut ranges_m = Vec::with_capacity(360);
        for index in 0..360 {
            let angle = -PI + TAU * f64::from(index) / 360.0;
            let mast = angle.abs() > PI - 0.19 || self.covered;
            let true_m = if mast { 0.105 } else { self.ray_m(angle) };
            let range_m = true_m + 0.01 * self.gauss();
            ranges_m.push(if range_m > 10.0 {
                f32::INFINITY
            } else if range_m < 0.25 {
                0.0
            } else {
                range_m as f32
            });
        }
        LaserScan {
            stamp,
            angle_min_rad: -PI,
            angle_increment_rad: TAU / 360.0,
            range_min_m: 0.25,
            range_max_m: 10.0,
            ranges_m,
        }
    }

    fn ray_m(&self, angle_rad: f64) -> f64 {
        let (sin, cos) = (self.pose.yaw_rad + angle_rad).sin_cos();
        let hit = |post: &Post| {
            let (dx, dy) = (post.x_m - self.pose.x_m, post.y_m - self.pose.y_m);
            let (along, aside) = (dx * cos + dy * sin, dx * sin - dy * cos);
            let within = post.radius_m * post.radius_m - aside * aside;
            (along > 0.0 && within > 0.0).then(|| along - within.sqrt())
        };
        self.posts
            .iter()
            .filter_map(hit)
            .fold(f64::INFINITY, f64::min)
    }

    /// Nearly Gaussian, with unit deviation.
    fn gauss(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..12 {
            self.noise = self
                .noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            sum += (self.noise >> 11) as f64 / (1u64 << 53) as f64;
        }
        sum - 6.0
    }

    /// \[m\] From the footprint to the nearest post.
    pub fn gap_m(&self) -> f64 {
        let gap = |it: &Post| {
            (it.x_m - self.pose.x_m).hypot(it.y_m - self.pose.y_m) - it.radius_m - RADIUS_M
        };
        self.posts.iter().map(gap).fold(f64::INFINITY, f64::min)
    }
}

fn heartbeat(stamp: Stamp, node: Watched) -> Message {
    Message::Heartbeat(Heartbeat { stamp, node })
}
