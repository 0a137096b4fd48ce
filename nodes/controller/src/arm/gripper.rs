//! What the gripper feels.

use super::ArmModel;
use hearth_types::{JointStates, JointTarget, Stamp};

/// The gripper as measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GripperState {
    /// \[m\] Distance between the fingers.
    pub width_m: f64,
    /// \[N\] Positive closes.
    pub effort_n: f64,
    /// \[m/s\] Of the width.
    pub width_rate_m_s: f64,
}

impl GripperState {
    /// As measured; `None` if the joint is missing or not finite.
    pub fn measured(arm: &ArmModel, states: &JointStates) -> Option<Self> {
        let index = arm.gripper.index;
        let position = states
            .position
            .get(index)
            .copied()
            .filter(|it| it.is_finite())?;
        let or_zero = |values: &[f64]| {
            values
                .get(index)
                .copied()
                .filter(|it| it.is_finite())
                .unwrap_or(0.0)
        };
        Some(Self {
            width_m: 2.0 * position,
            effort_n: or_zero(&states.effort),
            width_rate_m_s: 2.0 * or_zero(&states.velocity),
        })
    }
}

/// \[m/s\] Of the width, opening or closing.
const RATE_M_S: f64 = 0.08;
/// \[m/s\] Slower than this counts as still. Above the sensors' noise.
const STILL_M_S: f64 = 0.02;
/// Part of the commanded effort that must be felt.
const FELT_SHARE: f64 = 0.4;

/// Commands the gripper and judges what it feels.
#[derive(Clone, Debug)]
pub(crate) struct Grip {
    /// \[m\] Where the width shall go; zero closes.
    goal_width_m: f64,
    /// \[m\] Set point now.
    width_m: Option<f64>,
    closing: bool,
    /// Since when it has stood still.
    still_since: Option<Stamp>,
    last: Option<Stamp>,
    /// Both low-passed, for the sensors' noise.
    effort_n: f64,
    measured_width_m: f64,
}

/// What the fingers are at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fingers {
    /// On their way.
    Moving,
    /// At the width asked for.
    Open,
    /// Closed on something.
    Holding,
    /// Closed on nothing.
    Empty,
}

impl Grip {
    pub(crate) fn new() -> Self {
        Self {
            goal_width_m: 0.0,
            width_m: None,
            closing: false,
            still_since: None,
            last: None,
            effort_n: 0.0,
            measured_width_m: 0.0,
        }
    }

    pub(crate) fn open(&mut self, width_m: f64) {
        self.goal_width_m = width_m.max(0.0);
        self.closing = false;
        self.still_since = None;
    }

    pub(crate) fn close(&mut self) {
        if !self.closing {
            self.still_since = None;
        }
        self.goal_width_m = 0.0;
        self.closing = true;
    }

    /// Takes a measurement and gives the set point.
    pub(crate) fn tick(&mut self, arm: &ArmModel, now: Stamp, state: &GripperState) -> JointTarget {
        let secs = self
            .last
            .map_or(0.0, |it| now.secs_since(it))
            .clamp(0.0, 0.1);
        self.last = Some(now);
        let share = match self.width_m {
            None => 1.0,
            Some(_) => (secs / 0.05).min(1.0),
        };
        self.effort_n += (state.effort_n - self.effort_n) * share;
        self.measured_width_m += (state.width_m - self.measured_width_m) * share;
        let width = self.width_m.get_or_insert(state.width_m);
        let before = *width;
        let step = RATE_M_S * secs;
        *width += (self.goal_width_m - *width).clamp(-step, step);
        let rate = if secs > 0.0 {
            (*width - before) / secs
        } else {
            0.0
        };
        let still = state.width_rate_m_s.abs() < STILL_M_S && rate == 0.0;
        self.still_since = if still {
            self.still_since.or(Some(now))
        } else {
            None
        };
        let gripper = arm.gripper;
        JointTarget {
            position: (*width / 2.0).clamp(gripper.lower, gripper.upper),
            velocity: rate / 2.0,
            max_effort: Some(arm.config.grip_effort_n.min(gripper.effort)),
        }
    }

    /// What the fingers are at.
    pub(crate) fn fingers(&self, arm: &ArmModel, now: Stamp) -> Fingers {
        let still_secs = self.still_since.map_or(0.0, |it| now.secs_since(it));
        if !self.closing {
            let off = (self.measured_width_m - self.goal_width_m).abs();
            let arrived = off < 0.004 || still_secs > 0.6;
            return if arrived {
                Fingers::Open
            } else {
                Fingers::Moving
            };
        }
        if still_secs < 0.25 {
            return Fingers::Moving;
        }
        if self.is_held(arm) {
            Fingers::Holding
        } else {
            Fingers::Empty
        }
    }

    /// Whether, closing, something keeps the fingers apart now.
    pub(crate) fn is_held(&self, arm: &ArmModel) -> bool {
        self.closing
            && self.measured_width_m > arm.config.empty_width_m
            && self.effort_n > FELT_SHARE * arm.config.grip_effort_n.min(arm.gripper.effort)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arm::tests::ember;

    /// What the fingers are at after closing for a second on something of this width, pressed with this effort.
    fn closed_on(width_m: f64, effort_n: f64) -> Vec<Fingers> {
        let (arm, mut grip) = (ember(), Grip::new());
        grip.close();
        let ticks = (0..250).map(|tick| {
            let now = Stamp::from_nanos(tick * 4_000_000);
            // Some noise, as of an encoder.
            let off_m = 0.0004 * f64::from(tick as u32 % 3) - 0.0004;
            let state = GripperState {
                width_m: width_m + off_m,
                effort_n,
                width_rate_m_s: 0.0,
            };
            grip.tick(&arm, now, &state);
            grip.fingers(&arm, now)
        });
        ticks.skip(200).collect()
    }

    #[test]
    fn a_thin_rim_is_held_and_nothing_is_nothing() {
        for width_m in [0.0045, 0.005, 0.03] {
            assert!(
                closed_on(width_m, 12.0)
                    .iter()
                    .all(|it| *it == Fingers::Holding)
            );
        }
        assert!(
            closed_on(0.0006, 12.0)
                .iter()
                .all(|it| *it == Fingers::Empty)
        );
        assert!(closed_on(0.03, 0.5).iter().all(|it| *it == Fingers::Empty));
    }
}
