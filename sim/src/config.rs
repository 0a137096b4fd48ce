//! What can be set about the simulation. All keys have defaults that suit a small indoor robot.

use crate::SimError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How the simulator behaves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SimConfig {
    /// Seed of all noise. Scenes have a seed of their own.
    pub seed: u64,
    /// Whether the camera renders. Off, no frames come: for tests that need no pictures.
    pub camera: bool,
    /// \[s\] From exposure to the frame's arrival.
    pub camera_latency_secs: f64,
    /// Whether simulated time waits for a frame that is not ready when it is due. Lockstep needs
    /// it; in real time a late frame simply comes late.
    pub wait_for_camera: bool,
    /// \[rad\] or \[m\] Joints' positions at the start; others start at the nearest to zero that
    /// their limits allow.
    pub initial_joints: BTreeMap<String, f64>,
    /// \[s\] How long the world settles before time starts.
    pub settle_secs: f64,
    /// Of the camera.
    pub camera_noise: CameraNoise,
    /// Of the lidar.
    pub lidar: LidarNoise,
    /// Of the wheels' odometry.
    pub odometry: OdometryNoise,
    /// Of the IMU.
    pub imu: ImuNoise,
    /// Of the joints.
    pub joints: JointNoise,
    /// How people take things.
    pub people: PeopleConfig,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            seed: 0,
            camera: true,
            camera_latency_secs: 0.06,
            wait_for_camera: true,
            initial_joints: BTreeMap::new(),
            settle_secs: 0.5,
            camera_noise: CameraNoise::default(),
            lidar: LidarNoise::default(),
            odometry: OdometryNoise::default(),
            imu: ImuNoise::default(),
            joints: JointNoise::default(),
            people: PeopleConfig::default(),
        }
    }
}

macro_rules! noise_config {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident = $default:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[$field_doc])* pub $field: f64,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $name {
            fn validate(&self) -> Result<(), SimError> {
                $(if !(0.0..=100.0).contains(&self.$field) {
                    return Err(SimError::Config {
                        key: stringify!($field),
                        value: self.$field,
                        expected: "0 to 100",
                    });
                })*
                Ok(())
            }
        }
    };
}

noise_config! {
    /// Imperfections of the RGB-D camera beyond those in the robot's description.
    CameraNoise {
        /// Standard deviation of the exposure, relative.
        exposure_std = 0.015,
        /// \[m\] Standard deviation of the depth at no distance.
        depth_std_m = 0.001,
        /// \[1/m\] Its growth with the squared distance.
        depth_std_per_m = 0.002,
        /// Chance that a pixel at an edge has no depth.
        edge_dropout = 0.4,
        /// Chance that a pixel on a surface seen at a grazing angle has no depth.
        grazing_dropout = 0.5,
        /// Chance that any pixel has no depth.
        random_dropout = 0.002,
    }
}

noise_config! {
    /// Imperfections of the lidar beyond those in the robot's description.
    LidarNoise {
        /// Chance that a ray returns nothing.
        dropout = 0.002,
    }
}

noise_config! {
    /// Imperfections of the wheels' odometry.
    OdometryNoise {
        /// Standard deviation of the error in the assumed wheel radius, relative; one draw a wheel.
        radius_std = 0.004,
        /// Standard deviation of the error in the assumed wheel separation, relative.
        separation_std = 0.006,
        /// Encoder counts a turn.
        counts_per_turn_thousands = 4.096,
    }
}

noise_config! {
    /// Imperfections of the IMU beyond those in the robot's description.
    ImuNoise {
        /// \[rad/s\] Standard deviation of the gyro's bias; one draw an axis.
        gyro_bias_std_rad_s = 0.001,
    }
}

noise_config! {
    /// Imperfections of the joints' sensors.
    JointNoise {
        /// \[rad\] or \[m\] Standard deviation of a position, for revolute joints.
        position_std_rad = 0.0003,
        /// \[m\] The same for prismatic joints.
        position_std_m = 0.0001,
        /// \[rad/s\] or \[m/s\] Standard deviation of a velocity.
        velocity_std = 0.002,
        /// Standard deviation of an effort, relative to the joint's limit.
        effort_std_of_limit = 0.005,
    }
}

noise_config! {
    /// How people take what is held out to them.
    PeopleConfig {
        /// \[m\] From the torso's axis to a thing within reach.
        reach_m = 0.75,
        /// \[m\] Lowest height at which they take things.
        lowest_m = 0.6,
        /// \[m\] Highest height at which they take things.
        highest_m = 1.3,
        /// \[s\] For how long a thing must be held still before they take it.
        patience_secs = 1.2,
        /// \[m/s\] Slower than this is still.
        still_m_s = 0.06,
        /// \[N\] The most they pull.
        pull_n = 8.0,
        /// \[m\] From the torso's axis to where they hold what they took.
        hold_m = 0.32,
    }
}

impl SimConfig {
    /// Checks ranges.
    ///
    /// # Errors
    /// [`SimError::Config`] names the key.
    pub fn validate(&self) -> Result<(), SimError> {
        let ranged = [
            (
                "camera_latency_secs",
                self.camera_latency_secs,
                0.0,
                0.19,
                "0 to 0.19 s",
            ),
            ("settle_secs", self.settle_secs, 0.0, 10.0, "0 to 10 s"),
        ];
        for (key, value, low, high, expected) in ranged {
            if !(low..=high).contains(&value) {
                return Err(SimError::Config {
                    key,
                    value,
                    expected,
                });
            }
        }
        if let Some(value) = self.initial_joints.values().find(|it| !it.is_finite()) {
            return Err(SimError::Config {
                key: "initial_joints",
                value: *value,
                expected: "finite positions",
            });
        }
        self.camera_noise.validate()?;
        self.lidar.validate()?;
        self.odometry.validate()?;
        self.imu.validate()?;
        self.joints.validate()?;
        self.people.validate()
    }
}
