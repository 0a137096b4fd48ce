//! From descriptions to slots in the model.

use super::ImuSlot;
use crate::SimError;
use crate::config::SimConfig;
use crate::mjcf::STEP_SECS;
use crate::model::{ActuatedSlot, Built, sensor};
use crate::scene::PlacedPerson;
use crate::sdf::SdfWorld;
use crate::sensors::{Lidar, Shot};
use hearth_types::{Intrinsics, JointTarget, Point3};
use hearth_urdf::{RobotModel, SensorKind};
use mujoco_rs::prelude::{MjData, MjModel};
use std::sync::Arc;

/// Where the person's hand is, if the world's model of them has one.
pub(super) fn hand(world: &SdfWorld, person: &PlacedPerson) -> Option<Point3> {
    let link = world
        .model(&person.model)?
        .links
        .iter()
        .find(|it| it.name == "hand")?;
    let shape = link.visuals.first().or(link.collisions.first())?;
    let at = person.map_from_person.to_isometry3() * link.model_from_link * shape.link_from_shape;
    Some(Point3::from(at.translation.vector))
}

pub(super) fn initial_targets(
    config: &SimConfig,
    robot: &RobotModel,
    built: &Built,
) -> Result<Vec<JointTarget>, SimError> {
    if let Some(unknown) = config
        .initial_joints
        .keys()
        .find(|it| robot.joint_index(it).is_none())
    {
        let names: Vec<&str> = robot.actuated().iter().map(|it| it.name.as_str()).collect();
        return Err(SimError::Robot {
            robot: robot.name.clone(),
            problem: format!("initial_joints names {unknown:?}"),
            expected: format!("its joints are {}", names.join(", ")),
        });
    }
    let target = |joint: &ActuatedSlot| JointTarget {
        position: config
            .initial_joints
            .get(&joint.name)
            .copied()
            .unwrap_or(0.0)
            .clamp(joint.limits[0], joint.limits[1]),
        velocity: 0.0,
        max_effort: None,
    };
    Ok(built.actuated.iter().map(target).collect())
}

pub(super) fn place_joints(
    data: &mut MjData<Arc<MjModel>>,
    built: &Built,
    targets: &[JointTarget],
) {
    for (joint, target) in built.actuated.iter().zip(targets) {
        data.qpos_mut()[joint.slot.qpos] = target.position;
        for (slot, multiplier, offset) in &joint.followers {
            data.qpos_mut()[slot.qpos] = multiplier * target.position + offset;
        }
    }
}

/// Steps between samples at `rate_hz`.
fn period(rate_hz: Option<f64>, default_hz: f64) -> u64 {
    let rate_hz = rate_hz.unwrap_or(default_hz).clamp(0.1, 500.0);
    ((1.0 / (rate_hz * STEP_SECS)).round() as u64).max(1)
}

pub(super) fn shot(
    config: &SimConfig,
    robot: &RobotModel,
    built: &Built,
) -> Result<(Shot, u64), SimError> {
    let pick = |kind: &'_ SensorKind| match kind {
        SensorKind::RgbdCamera(camera) => Some(camera.clone()),
        _ => None,
    };
    let (spec, camera) = sensor(robot, pick, "rgbd_camera")?;
    let focal_px = camera.width as f64 / 2.0 / (camera.horizontal_fov_rad / 2.0).tan();
    let shot = Shot {
        width: camera.width,
        height: camera.height,
        intrinsics: Intrinsics {
            fx: focal_px,
            fy: focal_px,
            cx: (camera.width as f64 - 1.0) / 2.0,
            cy: (camera.height as f64 - 1.0) / 2.0,
        },
        camera_id: built.camera_id(&spec.name)?,
        rgb_std: camera.colour_noise,
        depth_range_m: camera.depth_range_m,
        noise: config.camera_noise.clone(),
        seed: config.seed,
    };
    Ok((shot, period(spec.rate_hz, 5.0)))
}

pub(super) fn lidar(robot: &RobotModel, built: &Built) -> Result<(Lidar, u64), SimError> {
    let pick = |kind: &'_ SensorKind| match kind {
        SensorKind::Lidar(lidar) => Some(lidar.clone()),
        _ => None,
    };
    let (spec, lidar) = sensor(robot, pick, "gpu_lidar")?;
    let made = Lidar {
        body: built.link_body(&spec.frame)?,
        rays: lidar.rays,
        angle_min_rad: lidar.angle_range_rad[0],
        angle_max_rad: lidar.angle_range_rad[1],
        range_min_m: lidar.range_m[0],
        range_max_m: lidar.range_m[1],
        noise_m: lidar.noise_m,
    };
    Ok((made, period(spec.rate_hz, 10.0)))
}

pub(super) fn imu(robot: &RobotModel, built: &Built) -> Result<ImuSlot, SimError> {
    let pick = |kind: &'_ SensorKind| match kind {
        SensorKind::Imu {
            rate_noise_rad_s,
            acceleration_noise_m_s2,
        } => Some((*rate_noise_rad_s, *acceleration_noise_m_s2)),
        _ => None,
    };
    let (spec, noise) = sensor(robot, pick, "imu")?;
    Ok(ImuSlot {
        gyro: built.sensor_address(&format!("{}/gyro", spec.name))?,
        accel: built.sensor_address(&format!("{}/accel", spec.name))?,
        noise,
    })
}
