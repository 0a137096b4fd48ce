//! What the gate must know of the robot, taken from its URDF once.

use crate::config::GateConfig;
use hearth_types::{Isometry3, MAX_JOINTS, Pose2, RobotParams, Vector3};
use hearth_urdf::{Chain, RobotModel};

/// Why no gate can be made for a robot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// The URDF has no such wheel.
    #[error("the URDF has no wheel (continuous joint) named `{name}` with a round shape")]
    NoWheel {
        /// Its name.
        name: String,
    },
    /// The wheels are not beside one another.
    #[error(
        "the left wheel must be at least 0.02 m to the left of the right one, but is {apart_m} m"
    )]
    WheelsNotApart {
        /// \[m\] From the right to the left one.
        apart_m: f64,
    },
    /// The URDF has no such link.
    #[error("the URDF has no link named `{name}`")]
    NoLink {
        /// Its name.
        name: String,
    },
    /// The URDF has no such actuated joint.
    #[error("the URDF has no actuated joint named `{name}`")]
    NoJoint {
        /// Its name.
        name: String,
    },
    /// A joint without sound limits cannot be guarded.
    #[error("the URDF must give joint `{name}` a range, a velocity above zero and an effort")]
    JointUnlimited {
        /// Its name.
        name: String,
    },
    /// More joints than a command can carry.
    #[error("the URDF has {count} actuated joints, but at most {MAX_JOINTS} are supported")]
    TooManyJoints {
        /// How many.
        count: usize,
    },
    /// The lidar's plane is not parallel to the floor.
    #[error("the lidar `{name}` must look level")]
    LidarNotLevel {
        /// Its frame.
        name: String,
    },
}

/// What one joint may do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JointLimits {
    /// \[rad\] or \[m\]
    pub lower: f64,
    /// \[rad\] or \[m\]
    pub upper: f64,
    /// \[rad/s\] or \[m/s\]
    pub velocity: f64,
    /// \[rad/s^2\] or \[m/s^2\]
    pub acceleration: f64,
    /// \[N m\] or \[N\]
    pub effort: f64,
    /// Whether its motion counts as the arm's.
    pub of_arm: bool,
}

/// Limits and geometry.
#[derive(Clone, Debug)]
pub struct RobotLimits {
    /// \[m\] Radius of the round footprint.
    pub radius_m: f64,
    /// \[m/s\] At the rim of the wheels.
    pub rim_speed_m_s: f64,
    /// \[m\] From the base's axis to a wheel.
    pub half_track_m: f64,
    /// The actuated joints', in the URDF's order.
    pub joints: Vec<JointLimits>,
    /// The lidar in `base_link`.
    pub base_from_laser: Pose2,
    /// The IMU in `base_link`.
    pub base_from_imu: Isometry3,
    reach: Vec<Chain>,
}

impl RobotLimits {
    /// Takes what is needed from the URDF.
    ///
    /// # Errors
    /// If the URDF lacks what the parameters name.
    pub fn new(
        model: &RobotModel,
        params: &RobotParams,
        config: &GateConfig,
    ) -> Result<Self, GateError> {
        let (left, left_y_m) = wheel(model, &params.left_wheel_joint)?;
        let (right, right_y_m) = wheel(model, &params.right_wheel_joint)?;
        let apart_m = left_y_m - right_y_m;
        // NaN counts as too little.
        if apart_m.max(0.0) < 0.02 {
            return Err(GateError::WheelsNotApart { apart_m });
        }
        let base_from_laser = fixed_pose(model, &params.laser_link)?;
        let up = base_from_laser.rotation * Vector3::z();
        if up.z.max(0.0) < 0.999 {
            let name = params.laser_link.clone();
            return Err(GateError::LidarNotLevel { name });
        }
        let ahead = base_from_laser.rotation * Vector3::x();
        let at = base_from_laser.translation.vector;
        Ok(Self {
            radius_m: params.radius_m,
            rim_speed_m_s: left.min(right),
            half_track_m: apart_m / 2.0,
            joints: joints(model, config)?,
            base_from_laser: Pose2::new(at.x, at.y, ahead.y.atan2(ahead.x)),
            base_from_imu: fixed_pose(model, &params.imu_link)?,
            reach: reach(model, config)?,
        })
    }

    /// Whether the arm is folded, with these joint positions. Spelled so that NaN counts as out.
    pub fn is_folded(&self, config: &GateConfig, positions: &[f64]) -> bool {
        self.reach.iter().all(|chain| {
            let at = chain.pose(positions).translation.vector;
            at.x.hypot(at.y) <= config.arm.folded_reach_m
        })
    }
}

/// \[m/s\] at the rim, and \[m\] the wheel's y in the base.
fn wheel(model: &RobotModel, name: &str) -> Result<(f64, f64), GateError> {
    let missing = || GateError::NoWheel {
        name: name.to_owned(),
    };
    let wheel = model.wheels().iter().find(|it| it.name == name);
    let wheel = wheel.ok_or_else(missing)?;
    let radius_m = wheel.radius_m.ok_or_else(missing)?;
    let link = &model.links[model.joints[wheel.joint].child].name;
    let y_m = fixed_pose(model, link)?.translation.vector.y;
    Ok((wheel.velocity * radius_m, y_m))
}

fn fixed_pose(model: &RobotModel, link: &str) -> Result<Isometry3, GateError> {
    model
        .link_pose(link, &[])
        .ok_or_else(|| GateError::NoLink { name: link.into() })
}

fn joints(model: &RobotModel, config: &GateConfig) -> Result<Vec<JointLimits>, GateError> {
    let actuated = model.actuated();
    if actuated.len() > MAX_JOINTS {
        let count = actuated.len();
        return Err(GateError::TooManyJoints { count });
    }
    for name in &config.arm.joints {
        if !actuated.iter().any(|it| it.name == *name) {
            return Err(GateError::NoJoint { name: name.clone() });
        }
    }
    for it in actuated {
        let range = it.upper - it.lower;
        if !(range.is_finite() && range >= 0.0 && it.velocity > 0.0 && it.effort >= 0.0) {
            let name = it.name.clone();
            return Err(GateError::JointUnlimited { name });
        }
    }
    let limits = actuated.iter().map(|it| {
        let velocity = it.velocity * config.joints.velocity_share;
        JointLimits {
            lower: it.lower,
            upper: it.upper,
            velocity,
            acceleration: velocity / config.joints.ramp_secs,
            effort: it.effort,
            of_arm: config.arm.joints.contains(&it.name),
        }
    });
    Ok(limits.collect())
}

fn reach(model: &RobotModel, config: &GateConfig) -> Result<Vec<Chain>, GateError> {
    let base = &model.links[model.root()].name;
    let chain = |link: &String| {
        model
            .chain(base, link)
            .map_err(|_| GateError::NoLink { name: link.clone() })
    };
    config.arm.reach_links.iter().map(chain).collect()
}
