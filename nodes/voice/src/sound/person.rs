//! Whether a person speaks over the robot: by how much more is left of what is heard than its echo usually leaves.

use std::array::from_fn;

/// Shares by which a block's power enters the means: of some 30 ms, of half a second.
const FAST: f32 = 0.12;
const SLOW: f32 = 0.008;
/// What was loud counts as loud for a while, falling by this a block: its echo comes later, and the room sounds on.
const DECAY: f32 = 0.985;
/// What is usually left is forgotten by this a block: doubled in about three seconds.
const FORGET: f32 = 1.001;
/// A person is there where so many times more than usual is left,
const MORE: f32 = 4.0;
/// and at least this share of the echo,
const LEAST: f32 = 0.05;
/// and it is no mere noise: -60 dBFS, as the power of 16-bit sound.
const NOISE: f32 = 1.0e3;
/// \[blocks\] So long after the last sign of a person they are taken to be there.
const HOLD: u32 = 75;
/// \[blocks\] So long after the robot began to speak its echo may not have come yet.
const DELAY: u32 = 225;
/// By how much a sample the one sound goes over into the other.
const RAMP: f32 = 1.0 / 128.0;

/// Opens for a person.
#[derive(Clone, Debug)]
pub(super) struct PersonGate {
    played: Power,
    echo: Power,
    left: Power,
    /// What the filter usually leaves, as a share of what is played; none until it is known.
    usual: Option<f32>,
    /// \[blocks\] Since the robot began to speak.
    since: u32,
    hold: u32,
    share: f32,
}

/// The power of a sound, high tones raised: what tells "s" from nothing is there.
#[derive(Clone, Copy, Debug, Default)]
struct Power {
    last: f32,
    fast: f32,
    slow: f32,
    /// The loudest of late.
    loud: f32,
}

impl Default for PersonGate {
    fn default() -> Self {
        Self {
            played: Power::default(),
            echo: Power::default(),
            left: Power::default(),
            usual: None,
            since: 0,
            hold: 0,
            share: 0.0,
        }
    }
}

impl Power {
    fn take<const N: usize>(&mut self, block: [f32; N]) {
        let mut power = 0.0;
        for sample in block {
            power += (sample - 0.9 * self.last).powi(2) / N as f32;
            self.last = sample;
        }
        self.fast += FAST * (power - self.fast);
        self.slow += SLOW * (power - self.slow);
        self.loud = self.fast.max(self.loud * DECAY);
    }
}

impl PersonGate {
    /// Takes a block: as it was played, as it was heard, and what is left of that without its echo.
    pub(super) fn look<const N: usize>(
        &mut self,
        played: [f32; N],
        heard: [f32; N],
        left: [f32; N],
    ) {
        self.played.take(played);
        self.echo
            .take(from_fn::<f32, N, _>(|it| heard[it] - left[it]));
        self.left.take(left);
        self.since = if self.played.loud > NOISE {
            self.since.saturating_add(1)
        } else {
            0
        };
        if self.since > DELAY {
            let share = self.left.slow / self.played.slow.max(NOISE);
            let usual = self.usual.map_or(share, |it| it * FORGET);
            self.usual = Some(usual.min(share));
        }
        let is_there = match self.usual {
            Some(usual) => {
                let usual = self.played.loud * usual * MORE;
                let least = usual.max(self.echo.loud * LEAST).max(NOISE);
                self.left.fast > least
            }
            None => self.since == 0 && self.left.fast > NOISE,
        };
        self.hold = if is_there {
            HOLD
        } else {
            self.hold.saturating_sub(1)
        };
    }

    /// Whether it is known what is usually left; or the robot is silent, and nothing needs to be known.
    pub(super) fn knows_room(&self) -> bool {
        self.usual.is_some() || self.since == 0
    }

    /// \[0, 1\] How much of the sound in which a person is unharmed is wanted; asked for once a sample.
    pub(super) fn share(&mut self) -> f32 {
        let step = if self.hold > 0 { RAMP } else { -RAMP };
        self.share = (self.share + step).clamp(0.0, 1.0);
        self.share
    }
}
