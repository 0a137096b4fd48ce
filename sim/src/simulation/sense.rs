//! When which sensor reports, and what it reads.

use super::Simulation;
use crate::mjcf::STEP_SECS;
use crate::model::ActuatedSlot;
use crate::sensors::{JointTruth, read_imu, read_joints, read_scan, scan_noise};
use hearth_runtime::{Outbox, Plant};
use hearth_types::{Message, Stamp};
use std::sync::Arc;

impl Simulation {
    /// Pushes what sensors report at this step.
    pub(super) fn sense(&mut self, out: &mut Outbox) {
        let now = self.now();
        if self.steps.is_multiple_of(self.periods.body) {
            let index = self.steps / self.periods.body;
            let angles = self.built.wheels.map(|it| self.data.qpos()[it.slot.qpos]);
            out.push(Message::Odometry(self.encoders.read(now, angles)));
            out.push(Message::Imu(self.imu(now, index)));
            out.push(Message::JointStates(Arc::new(
                self.joint_states(now, index),
            )));
            self.track();
        }
        if self.steps.is_multiple_of(self.periods.scan) {
            let mut noise = scan_noise(self.config.seed, self.steps / self.periods.scan);
            let scan = read_scan(
                &mut self.data,
                &self.lidar,
                now,
                &mut noise,
                &self.config.lidar,
            );
            out.push(Message::Scan(Arc::new(scan)));
        }
        self.deliver(out);
        if self.steps.is_multiple_of(self.periods.frame)
            && let Some(camera) = &mut self.camera
        {
            camera.expose(now, self.steps / self.periods.frame, &self.data);
            self.due.push_back(
                self.steps + (self.config.camera_latency_secs / STEP_SECS).round() as u64,
            );
        }
    }

    /// Hands over frames whose time has come.
    fn deliver(&mut self, out: &mut Outbox) {
        let Some(camera) = &self.camera else { return };
        while self.due.front().is_some_and(|due| *due <= self.steps) {
            let frame = if self.config.wait_for_camera {
                camera.wait()
            } else {
                camera.poll()
            };
            match frame {
                Some(frame) => {
                    self.due.pop_front();
                    out.push(Message::Rgbd(Arc::new(frame)));
                }
                // Lost for good when it was waited for; else merely late.
                None if self.config.wait_for_camera => {
                    self.due.pop_front();
                }
                None => return,
            }
        }
    }

    fn track(&mut self) {
        let pose = self.base_pose();
        if let Some(last) = self.path.last() {
            let moved = last.distance_m(&pose);
            if moved > 0.02 {
                self.path_m += moved;
                self.path.push(pose);
            }
        }
    }

    fn imu(&self, now: Stamp, index: u64) -> hearth_types::Imu {
        let three = |at: usize| {
            let values = self.data.sensordata();
            [values[at], values[at + 1], values[at + 2]]
        };
        read_imu(
            now,
            three(self.imu.gyro),
            three(self.imu.accel),
            (self.config.seed, index),
            self.imu.noise,
            &self.config.imu,
        )
    }

    fn joint_states(&self, now: Stamp, index: u64) -> hearth_types::JointStates {
        let truth = self
            .built
            .actuated
            .iter()
            .map(|joint| self.joint_truth(joint));
        read_joints(now, truth, (self.config.seed, index), &self.config.joints)
    }

    fn joint_truth(&self, joint: &ActuatedSlot) -> JointTruth {
        let efforts = self.data.qfrc_actuator();
        let followers: f64 = joint
            .followers
            .iter()
            .map(|(slot, sign, _)| efforts[slot.dof] * sign)
            .sum();
        let effort = efforts[joint.slot.dof] + followers;
        JointTruth {
            position: self.data.qpos()[joint.slot.qpos],
            velocity: self.data.qvel()[joint.slot.dof],
            effort: if joint.is_gripper { -effort } else { effort },
            max_effort: joint.drive.max_effort,
            is_prismatic: joint.is_prismatic,
        }
    }
}
