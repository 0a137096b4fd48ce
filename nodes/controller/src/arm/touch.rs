//! What the arm feels: resistance on its way, a person's pull, a load that is put down.

use super::{ArmModel, Posture};
use hearth_types::{JointStates, MAX_JOINTS, Stamp};

/// Low-passed efforts of all joints.
#[derive(Clone, Debug)]
pub(crate) struct Feel {
    quick: Posture,
    last: Option<Stamp>,
    /// Since when the arm has lagged behind its set point.
    lagging_since: Option<Stamp>,
    pulled_since: Option<Stamp>,
}

/// \[s\] Time constant of the efforts.
const QUICK_SECS: f64 = 0.06;
/// \[s\] Lagging for longer is resistance.
const RESISTED_SECS: f64 = 0.25;
/// Errors from which on the arm lags: \[rad\], and \[m\] for what slides.
const LAG: (f64, f64) = (0.12, 0.035);
/// \[N\] Weaker forces are noise, or the rest of a motion.
const PULL_N: f64 = 2.8;
/// \[s\] Shorter ones are jolts.
const PULLED_SECS: f64 = 0.25;

impl Feel {
    pub(crate) fn new() -> Self {
        Self {
            quick: [0.0; MAX_JOINTS],
            last: None,
            lagging_since: None,
            pulled_since: None,
        }
    }

    /// Takes a measurement; `wanted` is the set point.
    pub(crate) fn tick(
        &mut self,
        arm: &ArmModel,
        now: Stamp,
        states: &JointStates,
        wanted: &Posture,
    ) {
        let secs = self.last.map(|it| now.secs_since(it).clamp(0.0, 0.1));
        let share = secs.map_or(1.0, |it| (it / QUICK_SECS).min(1.0));
        self.last = Some(now);
        for (felt, effort) in self.quick.iter_mut().zip(&states.effort) {
            if effort.is_finite() {
                *felt += (effort - *felt) * share;
            }
        }
        let lags = arm.joints.iter().any(|it| {
            let at = states
                .position
                .get(it.index)
                .copied()
                .unwrap_or(wanted[it.index]);
            (at - wanted[it.index]).abs() > if it.slides { LAG.1 } else { LAG.0 }
        });
        self.lagging_since = if lags {
            self.lagging_since.or(Some(now))
        } else {
            None
        };
    }

    /// Whether the arm is behind its set point now.
    pub(crate) fn lags(&self) -> bool {
        self.lagging_since.is_some()
    }

    /// Whether something has held the arm back.
    pub(crate) fn resisted(&self, now: Stamp) -> bool {
        self.lagging_since
            .is_some_and(|it| now.secs_since(it) > RESISTED_SECS)
    }

    /// The efforts now, to compare later ones with.
    pub(crate) fn efforts(&self) -> Posture {
        self.quick
    }

    /// \[N\] The force at the gripper, over the ground and upwards, that explains best how the
    /// efforts differ from `rest`.
    pub(crate) fn pull_n(&self, arm: &ArmModel, posture: &Posture, rest: &Posture) -> f64 {
        let (_, jacobian) = arm.chain.pose_and_jacobian(posture);
        let linear = jacobian.fixed_rows::<3>(0);
        let change = nalgebra::DVector::from_iterator(
            arm.joints.len(),
            arm.joints
                .iter()
                .map(|it| rest[it.index] - self.quick[it.index]),
        );
        // Least squares of J^T f = change, damped where no joint feels a direction.
        let normal = linear * linear.transpose() + nalgebra::Matrix3::identity() * 0.01;
        let Some(inverse) = normal.try_inverse() else {
            return 0.0;
        };
        (inverse * (linear * change)).norm()
    }

    /// Whether a person has pulled for a while: `force_n` now.
    pub(crate) fn is_pulled(&mut self, now: Stamp, force_n: f64) -> bool {
        let since = (force_n > PULL_N).then(|| self.pulled_since.unwrap_or(now));
        self.pulled_since = since;
        since.is_some_and(|it| now.secs_since(it) > PULLED_SECS)
    }
}
