//! Wheel encoders and their odometry, the IMU, and the joints.

use crate::config::{ImuNoise, JointNoise, OdometryNoise};
use crate::noise::{Noise, Stream};
use hearth_types::{Imu, JointStates, Odometry, Pose2, Stamp};

/// What the wheels' driver believes about them, and the dead reckoning that it does.
#[derive(Clone, Debug)]
pub(crate) struct Encoders {
    /// \[m\] As the driver believes: slightly wrong, one value a wheel (left, right).
    radius_m: [f64; 2],
    /// \[m\] As the driver believes.
    separation_m: f64,
    counts_per_rad: f64,
    last_counts: Option<[f64; 2]>,
    last_stamp: Stamp,
    odom_from_base: Pose2,
}

impl Encoders {
    /// For wheels of this radius and separation.
    pub fn new(radius_m: f64, separation_m: f64, seed: u64, noise: &OdometryNoise) -> Self {
        let mut draw = Noise::new(seed, Stream::Odometry, 0);
        let mut wrong =
            |value: f64, std: f64| value * (1.0 + draw.gaussian(std).clamp(-3.0 * std, 3.0 * std));
        Self {
            radius_m: [
                wrong(radius_m, noise.radius_std),
                wrong(radius_m, noise.radius_std),
            ],
            separation_m: wrong(separation_m, noise.separation_std),
            counts_per_rad: noise.counts_per_turn_thousands.max(0.01) * 1000.0
                / std::f64::consts::TAU,
            last_counts: None,
            last_stamp: Stamp::ZERO,
            odom_from_base: Pose2::default(),
        }
    }

    /// \[rad/s\] The wheels' rates (left, right) that the driver sets for a base velocity.
    pub fn wheel_rates_rad_s(&self, forward_m_s: f64, yaw_rate_rad_s: f64) -> [f64; 2] {
        let half = yaw_rate_rad_s * self.separation_m / 2.0;
        [
            (forward_m_s - half) / self.radius_m[0],
            (forward_m_s + half) / self.radius_m[1],
        ]
    }

    /// Reads the wheels' angles (left, right).
    pub fn read(&mut self, stamp: Stamp, angles_rad: [f64; 2]) -> Odometry {
        let counts = angles_rad.map(|it| (it * self.counts_per_rad).floor());
        let last = self.last_counts.replace(counts).unwrap_or(counts);
        let secs = stamp.secs_since(self.last_stamp).max(1e-6);
        self.last_stamp = stamp;
        let left = (counts[0] - last[0]) / self.counts_per_rad * self.radius_m[0];
        let right = (counts[1] - last[1]) / self.counts_per_rad * self.radius_m[1];
        let (forward, turn) = ((left + right) / 2.0, (right - left) / self.separation_m);
        let middle = turn / 2.0;
        self.odom_from_base = self.odom_from_base.compose(&Pose2::new(
            forward * middle.cos(),
            forward * middle.sin(),
            turn,
        ));
        Odometry {
            stamp,
            odom_from_base: self.odom_from_base,
            forward_m_s: forward / secs,
            yaw_rate_rad_s: turn / secs,
        }
    }
}

/// An IMU sample out of true angular velocity and specific force.
pub(crate) fn read_imu(
    stamp: Stamp,
    gyro_rad_s: [f64; 3],
    accel_m_s2: [f64; 3],
    (seed, index): (u64, u64),
    (gyro_std_rad_s, accel_std_m_s2): (f64, f64),
    config: &ImuNoise,
) -> Imu {
    let mut bias = Noise::new(seed, Stream::Imu, u64::MAX);
    let mut noise = Noise::new(seed, Stream::Imu, index);
    Imu {
        stamp,
        angular_velocity_rad_s: gyro_rad_s.map(|it| {
            it + bias.gaussian(config.gyro_bias_std_rad_s) + noise.gaussian(gyro_std_rad_s)
        }),
        linear_acceleration_m_s2: accel_m_s2.map(|it| it + noise.gaussian(accel_std_m_s2)),
    }
}

/// One joint's truth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JointTruth {
    pub position: f64,
    pub velocity: f64,
    pub effort: f64,
    pub max_effort: f64,
    pub is_prismatic: bool,
}

/// A sample of all joints.
pub(crate) fn read_joints(
    stamp: Stamp,
    truth: impl Iterator<Item = JointTruth>,
    (seed, index): (u64, u64),
    config: &JointNoise,
) -> JointStates {
    let mut noise = Noise::new(seed, Stream::Joints, index);
    let mut states = JointStates {
        stamp,
        position: Vec::new(),
        velocity: Vec::new(),
        effort: Vec::new(),
    };
    for joint in truth {
        let std = if joint.is_prismatic {
            config.position_std_m
        } else {
            config.position_std_rad
        };
        // A slider moves in metres: its velocity is about ten times smaller in number.
        let rate_std = config.velocity_std * if joint.is_prismatic { 0.1 } else { 1.0 };
        states.position.push(joint.position + noise.gaussian(std));
        states
            .velocity
            .push(joint.velocity + noise.gaussian(rate_std));
        states
            .effort
            .push(joint.effort + noise.gaussian(config.effort_std_of_limit * joint.max_effort));
    }
    states
}

#[cfg(test)]
mod tests {
    use super::Encoders;
    use crate::config::OdometryNoise;
    use hearth_types::Stamp;

    #[test]
    fn dead_reckoning_of_a_straight_metre_is_nearly_a_metre() {
        let mut encoders = Encoders::new(0.08, 0.34, 1, &OdometryNoise::default());
        encoders.read(Stamp::ZERO, [0.0, 0.0]);
        let mut odometry = encoders.read(Stamp::from_millis(8), [0.0, 0.0]);
        for step in 1..=100 {
            let angle = f64::from(step) * 0.01 / 0.08;
            odometry = encoders.read(Stamp::from_millis(8 * (step as u64 + 1)), [angle, angle]);
        }
        let x_m = odometry.odom_from_base.x_m;
        assert!((x_m - 1.0).abs() < 0.02 && x_m != 1.0, "{x_m} m");
    }
}
