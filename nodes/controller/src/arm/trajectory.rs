//! Motions through time: jerk-limited, all joints in step.

use super::{ArmError, ArmModel, Posture};
use hearth_types::MAX_JOINTS;
use rsruckig::prelude::{
    DataArrayOrVec, InputParameter, Ruckig, RuckigResult, ThrowErrorHandler, Trajectory,
};

/// How fast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// As fast as the joints may, times the configured share.
    Travel,
    /// A part of that.
    Share(f64),
    /// So that the gripper's centre is no faster than this, in m/s.
    Gripper(f64),
}

/// A motion of the arm's joints from rest to rest.
#[derive(Clone, Debug)]
pub struct Motion {
    pieces: Vec<Piece>,
    duration_secs: f64,
}

/// A polyline through the joints' space, run through without a stop.
#[derive(Clone, Debug)]
struct Piece {
    start_secs: f64,
    knots: Vec<Posture>,
    /// Where each knot is on the way.
    way: Vec<f64>,
    profile: Trajectory<1>,
}

/// One unit of way is one rad of the fastest turning joint, or this much of a sliding one.
const SLIDE_WEIGHT: f64 = 5.0;

impl Motion {
    /// Through the postures in a straight line each, stopping at every one.
    ///
    /// # Errors
    /// [`ArmError::Trajectory`] if a posture is not finite.
    pub fn through(arm: &ArmModel, postures: &[Posture], pace: Pace) -> Result<Self, ArmError> {
        let mut pieces = Vec::new();
        let mut start_secs = 0.0;
        for pair in postures.windows(2) {
            if let Some(piece) = Piece::new(arm, pair, pace, start_secs)? {
                start_secs += piece.profile.get_duration();
                pieces.push(piece);
            }
        }
        Ok(Self {
            pieces,
            duration_secs: start_secs,
        })
    }

    /// Along the postures, which lie dense on a smooth way, without stopping between.
    ///
    /// # Errors
    /// [`ArmError::Trajectory`] if a posture is not finite.
    pub fn along(arm: &ArmModel, postures: &[Posture], pace: Pace) -> Result<Self, ArmError> {
        let piece = Piece::new(arm, postures, pace, 0.0)?;
        let duration_secs = piece.as_ref().map_or(0.0, |it| it.profile.get_duration());
        Ok(Self {
            pieces: piece.into_iter().collect(),
            duration_secs,
        })
    }

    /// This motion, then the other.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        for mut piece in other.pieces {
            piece.start_secs += self.duration_secs;
            self.pieces.push(piece);
        }
        self.duration_secs += other.duration_secs;
        self
    }

    /// \[s\]
    pub fn duration_secs(&self) -> f64 {
        self.duration_secs
    }

    /// Positions and velocities `secs` after the start; `None` if nothing moves.
    pub fn sample(&self, secs: f64) -> Option<(Posture, Posture)> {
        let secs = if secs.is_finite() { secs.max(0.0) } else { 0.0 };
        let after = self.pieces.partition_point(|it| it.start_secs <= secs);
        self.pieces
            .get(after.saturating_sub(1))
            .map(|it| it.sample(secs))
    }

    /// Where it ends; `None` if nothing moves.
    pub fn end(&self) -> Option<Posture> {
        self.pieces.last().and_then(|it| it.knots.last()).copied()
    }
}

impl Piece {
    fn new(
        arm: &ArmModel,
        postures: &[Posture],
        pace: Pace,
        start_secs: f64,
    ) -> Result<Option<Self>, ArmError> {
        if postures.iter().flatten().any(|it| !it.is_finite()) {
            let detail = "a posture is not finite".to_owned();
            return Err(ArmError::Trajectory { detail });
        }
        let (mut knots, mut way) = (Vec::new(), Vec::new());
        for posture in postures {
            let Some(last) = knots.last() else {
                knots.push(*posture);
                way.push(0.0);
                continue;
            };
            let length = length(arm, last, posture);
            if length > 1e-6 {
                way.push(way.last().copied().unwrap_or(0.0) + length);
                knots.push(*posture);
            }
        }
        let length = way.last().copied().unwrap_or(0.0);
        if knots.len() < 2 {
            return Ok(None);
        }
        let limits = limits(arm, &knots, &way, pace);
        let profile = rest_to_rest(length, limits)?;
        Ok(Some(Self {
            start_secs,
            knots,
            way,
            profile,
        }))
    }

    fn sample(&self, secs: f64) -> (Posture, Posture) {
        let time = (secs - self.start_secs).min(self.profile.get_duration());
        let mut at = DataArrayOrVec::<f64, 1>::new(None, 0.0);
        let mut speed = DataArrayOrVec::<f64, 1>::new(None, 0.0);
        let mut section = None;
        self.profile.at_time(
            time,
            &mut Some(&mut at),
            &mut Some(&mut speed),
            &mut None,
            &mut None,
            &mut section,
        );
        let after = self
            .way
            .partition_point(|it| *it <= at[0])
            .clamp(1, self.way.len() - 1);
        let (from, to) = (&self.knots[after - 1], &self.knots[after]);
        let span = self.way[after] - self.way[after - 1];
        let share = ((at[0] - self.way[after - 1]) / span).clamp(0.0, 1.0);
        let mut position = [0.0; MAX_JOINTS];
        let mut velocity = [0.0; MAX_JOINTS];
        for joint in 0..MAX_JOINTS {
            let change = to[joint] - from[joint];
            position[joint] = from[joint] + share * change;
            velocity[joint] = speed[0] * change / span;
        }
        (position, velocity)
    }
}

fn length(arm: &ArmModel, a: &Posture, b: &Posture) -> f64 {
    let weighted = arm.joints.iter().map(|it| {
        let change = (b[it.index] - a[it.index]).abs();
        if it.slides {
            change * SLIDE_WEIGHT
        } else {
            change
        }
    });
    weighted.fold(0.0, f64::max)
}

/// Velocity, acceleration and jerk along the way that keep every joint within its own.
fn limits(arm: &ArmModel, knots: &[Posture], way: &[f64], pace: Pace) -> [f64; 3] {
    let share = match pace {
        Pace::Share(share) => share.clamp(0.01, 1.0),
        Pace::Travel | Pace::Gripper(_) => 1.0,
    } * arm.config.speed_share;
    let mut least = [f64::INFINITY; 3];
    for (pair, at) in knots.windows(2).zip(way.windows(2)) {
        let span = at[1] - at[0];
        for joint in &arm.joints {
            let slope = (pair[1][joint.index] - pair[0][joint.index]).abs() / span;
            if slope < 1e-9 {
                continue;
            }
            let accel = if joint.slides {
                arm.config.lift_accel_m_s2
            } else {
                arm.config.joint_accel_rad_s2
            } * share;
            let jerk = accel / arm.config.jerk_secs;
            for (least, limit) in least.iter_mut().zip([joint.velocity * share, accel, jerk]) {
                *least = least.min(limit / slope);
            }
        }
        if let Pace::Gripper(speed) = pace {
            let ends = [&pair[0], &pair[1]].map(|it| arm.chain.pose(it).translation.vector);
            let slope = (ends[1] - ends[0]).norm() / span;
            if slope > 1e-9 {
                least[0] = least[0].min(speed.max(0.005) / slope);
            }
        }
    }
    least
}

fn rest_to_rest(length: f64, limits: [f64; 3]) -> Result<Trajectory<1>, ArmError> {
    let failed = |detail: String| ArmError::Trajectory { detail };
    if !(length.is_finite() && limits.iter().all(|it| it.is_finite() && *it > 0.0)) {
        return Err(failed(format!("way {length}, limits {limits:?}")));
    }
    let mut input = InputParameter::<1>::new(None);
    input.target_position[0] = length;
    input.max_velocity[0] = limits[0];
    input.max_acceleration[0] = limits[1];
    input.max_jerk[0] = limits[2];
    let mut profile = Trajectory::new(None);
    let result = Ruckig::<1, ThrowErrorHandler>::new(None, 0.008)
        .calculate(&input, &mut profile)
        .map_err(|it| failed(it.to_string()))?;
    match result {
        RuckigResult::Working | RuckigResult::Finished => Ok(profile),
        other => Err(failed(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Motion, Pace};
    use crate::arm::tests::ember;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn no_joint_leaves_its_limits_on_the_way(
            lift in 0.2..1.1f64,
            shoulder in -1.6..2.1f64,
            elbow in -3.1..3.1f64,
            yaw in -2.6..2.6f64,
            pitch in -0.4..1.6f64,
        ) {
            let arm = ember();
            let start = *arm.stow_posture();
            let mut end = start;
            end[..5].copy_from_slice(&[lift, shoulder, elbow, yaw, pitch]);
            let motion = Motion::through(&arm, &[start, end], Pace::Travel).unwrap();
            let step = 0.008;
            let mut last: Option<([f64; 16], [f64; 16])> = None;
            let mut secs = 0.0;
            while secs < motion.duration_secs() + 0.1 {
                let (position, velocity) = motion.sample(secs).unwrap();
                for joint in &arm.joints {
                    let i = joint.index;
                    prop_assert!(velocity[i].abs() <= joint.velocity + 1e-6);
                    prop_assert!(position[i] >= joint.lower - 1e-6);
                    prop_assert!(position[i] <= joint.upper + 1e-6);
                    if let Some((before, speed)) = last {
                        let accel = (velocity[i] - speed[i]) / step;
                        prop_assert!(accel.abs() < 3.1, "{accel}");
                        prop_assert!((position[i] - before[i]).abs() <= joint.velocity * step + 1e-6);
                    }
                }
                last = Some((position, velocity));
                secs += step;
            }
            let (position, velocity) = last.unwrap();
            for joint in &arm.joints {
                prop_assert!((position[joint.index] - end[joint.index]).abs() < 1e-6);
                prop_assert!(velocity[joint.index].abs() < 1e-6);
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_no_motion() {
        let arm = ember();
        let mut end = *arm.stow_posture();
        end[1] = f64::NAN;
        let motion = Motion::through(&arm, &[*arm.stow_posture(), end], Pace::Travel);
        assert!(motion.is_err() || motion.unwrap().end().is_none());
    }
}
