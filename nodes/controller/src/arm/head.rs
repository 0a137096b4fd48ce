//! The head: looks at points, smoothly.

use super::{ArmModel, Posture};
use hearth_types::{JointStates, JointTarget, Point3, Pose2, Stamp, wrap_angle};
use rsruckig::prelude::{
    DataArrayOrVec, InputParameter, Ruckig, RuckigResult, ThrowErrorHandler, Trajectory,
};
use std::sync::Arc;

/// Whether the head looks where it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gaze {
    /// On its way.
    Moving,
    /// There, and still.
    Settled,
    /// The neck does not turn that far; it is at its limit. The base would have to turn.
    OutOfRange,
}

/// Moves pan and tilt.
#[derive(Debug)]
pub struct Head {
    arm: Arc<ArmModel>,
    goal: Option<[f64; 2]>,
    out_of_range: bool,
    motion: Option<(Stamp, Trajectory<2>)>,
    state: [[f64; 2]; 3],
    still_since: Option<Stamp>,
}

/// \[rad\] Smaller changes of the goal are not worth a new motion.
const WORTHWHILE_RAD: f64 = 0.01;
/// \[rad\]
const SETTLED_RAD: f64 = 0.025;
/// \[s\] Still for so long before a picture counts as sharp.
const SETTLED_SECS: f64 = 0.1;

impl Head {
    /// A head that keeps still until told.
    pub fn new(arm: Arc<ArmModel>) -> Self {
        Self {
            arm,
            goal: None,
            out_of_range: false,
            motion: None,
            state: [[0.0; 2]; 3],
            still_since: None,
        }
    }

    /// Looks at a point from now on. Call it again when the base or the point has moved.
    pub fn look_at(&mut self, point_in_map: &Point3, base_in_map: &Pose2, states: &JointStates) {
        let Some(posture) = self.arm.measured(states) else {
            return;
        };
        let flat = base_in_map.inverse().transform(&point_in_map.xy());
        let point = Point3::new(flat.x, flat.y, point_in_map.z);
        if point.iter().all(|it| it.is_finite()) {
            let wanted = self.arm.gaze(&point, &posture);
            self.turn_to(wanted[0], wanted[1]);
        }
    }

    /// Turns to angles: pan (left positive) and tilt (down positive), as far as the neck goes.
    pub fn turn_to(&mut self, pan_rad: f64, tilt_rad: f64) {
        let wanted = [wrap_angle(pan_rad), wrap_angle(tilt_rad)];
        let joints = [self.arm.pan, self.arm.tilt];
        let goal = [0, 1].map(|it| wanted[it].clamp(joints[it].lower, joints[it].upper));
        self.out_of_range = (0..2).any(|it| (goal[it] - wanted[it]).abs() > 0.05);
        let differs = |old: [f64; 2]| (0..2).any(|it| (old[it] - goal[it]).abs() > WORTHWHILE_RAD);
        if self.goal.is_none_or(differs) {
            self.goal = Some(goal);
            self.motion = None;
            self.still_since = None;
        }
    }

    /// Set points for pan and tilt, by index into the actuated joints; none before it was told.
    pub fn tick(&mut self, now: Stamp, states: &JointStates) -> [(usize, Option<JointTarget>); 2] {
        let joints = [self.arm.pan, self.arm.tilt];
        let nothing = [(joints[0].index, None), (joints[1].index, None)];
        let (Some(goal), Some(posture)) = (self.goal, self.arm.measured(states)) else {
            return nothing;
        };
        let measured = joints.map(|it| posture[it.index]);
        if self.motion.is_none() {
            let far = (0..2).any(|it| (self.state[0][it] - measured[it]).abs() > 0.2);
            if far {
                // The first motion, or the gate held the head: from where it really is.
                self.state = [measured, [0.0; 2], [0.0; 2]];
            }
            self.motion = self.arm.head_motion(&self.state, &goal).map(|it| (now, it));
        }
        let mut arrived = true;
        if let Some((start, motion)) = &self.motion {
            let secs = now.secs_since(*start).max(0.0);
            arrived = secs >= motion.get_duration();
            self.state = sample(motion, secs.min(motion.get_duration()));
        } else {
            self.state = [goal, [0.0; 2], [0.0; 2]];
        }
        let near = (0..2).all(|it| (measured[it] - goal[it]).abs() < SETTLED_RAD);
        let still = arrived && near;
        self.still_since = if still {
            self.still_since.or(Some(now))
        } else {
            None
        };
        [0, 1].map(|it| {
            let target = JointTarget {
                position: self.state[0][it],
                velocity: self.state[1][it],
                max_effort: None,
            };
            (joints[it].index, Some(target))
        })
    }

    /// Whether it looks where it should.
    pub fn gaze(&self, now: Stamp) -> Gaze {
        let settled = self
            .still_since
            .is_some_and(|it| now.secs_since(it) >= SETTLED_SECS);
        match (settled, self.out_of_range) {
            (false, _) => Gaze::Moving,
            (true, true) => Gaze::OutOfRange,
            (true, false) => Gaze::Settled,
        }
    }
}

impl ArmModel {
    /// Pan and tilt (limits aside) that put a point of `base_link` in the middle of the picture.
    pub(crate) fn gaze(&self, point: &Point3, posture: &Posture) -> [f64; 2] {
        let mut posture = *posture;
        posture[self.pan.index] = point.y.atan2(point.x);
        posture[self.tilt.index] = 0.0;
        // The camera sits beside the axes, so the angles follow from where it would be.
        for _ in 0..8 {
            let camera = self.camera_chain.pose(&posture);
            let seen = camera.inverse_transform_point(point);
            posture[self.pan.index] -= seen.x.atan2(seen.z);
            posture[self.tilt.index] += seen.y.atan2(seen.z.hypot(seen.x));
        }
        [
            wrap_angle(posture[self.pan.index]),
            wrap_angle(posture[self.tilt.index]),
        ]
    }

    fn head_motion(&self, state: &[[f64; 2]; 3], goal: &[f64; 2]) -> Option<Trajectory<2>> {
        let mut input = InputParameter::<2>::new(None);
        for (it, joint) in [self.pan, self.tilt].into_iter().enumerate() {
            input.current_position[it] = state[0][it];
            input.current_velocity[it] = state[1][it];
            input.current_acceleration[it] = state[2][it];
            input.target_position[it] = goal[it];
            input.max_velocity[it] = joint.velocity * self.config.speed_share;
            input.max_acceleration[it] = 2.0 * self.config.joint_accel_rad_s2;
            input.max_jerk[it] = 2.0 * self.config.joint_accel_rad_s2 / self.config.jerk_secs;
        }
        let mut motion = Trajectory::new(None);
        let result =
            Ruckig::<2, ThrowErrorHandler>::new(None, 0.008).calculate(&input, &mut motion);
        matches!(result, Ok(RuckigResult::Working | RuckigResult::Finished)).then_some(motion)
    }
}

fn sample(motion: &Trajectory<2>, secs: f64) -> [[f64; 2]; 3] {
    let mut state = [(); 3].map(|()| DataArrayOrVec::<f64, 2>::new(None, 0.0));
    let [position, velocity, acceleration] = &mut state;
    motion.at_time(
        secs,
        &mut Some(position),
        &mut Some(velocity),
        &mut Some(acceleration),
        &mut None,
        &mut None,
    );
    state.map(|it| [it[0], it[1]])
}
