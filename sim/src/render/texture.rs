//! Patterns painted onto cube maps. A pattern is a colour for every point of the unit cube, so that it has no seams.

use crate::noise::Noise;

/// Faces of a cube map.
pub(super) const FACES: usize = 6;

/// What is painted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Texture {
    pub pattern: Pattern,
    /// sRGB, 0 to 255.
    pub rgb: [f32; 3],
    pub rgb2: [f32; 3],
    /// Fields along a side.
    pub repeat: f32,
    pub seed: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    Checker,
    /// Along z.
    Gradient,
    Speckle,
    /// Across the axis.
    Stripes(usize),
    /// Long streaks along the axis, boards side by side.
    Wood(usize),
    /// Soft clouds.
    Clouds,
    /// Lines between fields.
    Tiles,
    /// Fine grain, as of cloth.
    Grain,
}

/// A number in [0, 1) for a cell.
fn hash(x: i32, y: i32, z: i32, seed: u32) -> f32 {
    let mut h = seed
        ^ (x as u32).wrapping_mul(0x8da6_b343)
        ^ (y as u32).wrapping_mul(0xd816_3841)
        ^ (z as u32).wrapping_mul(0xcb1a_b31f);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2c1b_3c6d);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297a_2d39);
    h ^= h >> 15;
    (h >> 8) as f32 / (1 << 24) as f32
}

/// Soft noise in [0, 1] with features of size one.
fn soft(p: [f32; 3], seed: u32) -> f32 {
    let base = p.map(|it| it.floor());
    let f = [0, 1, 2].map(|it| {
        let t = p[it] - base[it];
        t * t * (3.0 - 2.0 * t)
    });
    let mut sum = 0.0;
    for corner in 0..8_i32 {
        let bit = [corner & 1, corner >> 1 & 1, corner >> 2 & 1];
        let weight: f32 = (0..3)
            .map(|it| if bit[it] == 1 { f[it] } else { 1.0 - f[it] })
            .product();
        let cell = [0, 1, 2].map(|it| base[it] as i32 + bit[it]);
        sum += weight * hash(cell[0], cell[1], cell[2], seed);
    }
    sum
}

impl Texture {
    /// Share of the second colour at a point of the cube [-1, 1]^3.
    fn share(&self, p: [f32; 3]) -> f32 {
        let n = self.repeat.max(1.0);
        let cell = |axis: usize| ((p[axis] * 0.999 + 1.0) / 2.0 * n).floor() as i32;
        match self.pattern {
            Pattern::Checker => ((cell(0) + cell(1) + cell(2)) & 1) as f32,
            Pattern::Gradient => ((p[2] + 1.0) / 2.0 * n.min(1.0)).clamp(0.0, 1.0),
            Pattern::Speckle => {
                // One dot a cell, somewhere in it.
                let q = p.map(|it| (it + 1.0) / 2.0 * n);
                let c = q.map(|it| it.floor() as i32);
                let centre = [0, 1, 2].map(|axis| {
                    let jitter = hash(c[0], c[1], c[2], self.seed ^ (axis as u32 + 1));
                    c[axis] as f32 + 0.35 + 0.3 * jitter
                });
                let distance: f32 = (0..3).map(|it| (q[it] - centre[it]).powi(2)).sum();
                f32::from(distance.sqrt() < 0.38)
            }
            Pattern::Stripes(axis) => (cell(axis) & 1) as f32,
            Pattern::Wood(axis) => {
                let across = (axis + 1) % 3;
                let board = cell(across);
                let tone = hash(board, 7, 0, self.seed);
                let mut q = p.map(|it| it * 14.0);
                q[axis] = p[axis] * 1.5 + 10.0 * tone;
                let seam = ((p[across] + 1.0) / 2.0 * n).fract();
                let streaks = 0.55 * soft(q, self.seed) + 0.35 * tone;
                if n > 1.5 && !(0.02..0.98).contains(&seam) {
                    1.0
                } else {
                    streaks
                }
            }
            Pattern::Clouds => soft(p.map(|it| (it + 1.0) * n), self.seed),
            Pattern::Tiles => {
                let near_line = (0..3).any(|axis| {
                    let at = ((p[axis] * 0.999 + 1.0) / 2.0 * n).fract();
                    // A face's own axis is constant and would be all line.
                    p[axis].abs() < 0.9999 && !(0.03..0.97).contains(&at)
                });
                if near_line {
                    1.0
                } else {
                    0.2 * hash(cell(0), cell(1), cell(2), self.seed)
                }
            }
            Pattern::Grain => {
                let q = p.map(|it| (it * 60.0).floor() as i32);
                hash(q[0], q[1], q[2], self.seed)
            }
        }
    }

    /// Paints the six faces, in OpenGL's order and orientation.
    pub fn paint(&self, side: usize, bytes: &mut [u8]) {
        for (face, pixels) in bytes.chunks_exact_mut(side * side * 3).enumerate() {
            for (at, pixel) in pixels.chunks_exact_mut(3).enumerate() {
                let s = ((at % side) as f32 + 0.5) / side as f32 * 2.0 - 1.0;
                let t = ((at / side) as f32 + 0.5) / side as f32 * 2.0 - 1.0;
                let p = match face {
                    0 => [1.0, -t, -s],
                    1 => [-1.0, -t, s],
                    2 => [s, 1.0, t],
                    3 => [s, -1.0, -t],
                    4 => [s, -t, 1.0],
                    _ => [-s, -t, -1.0],
                };
                let share = self.share(p);
                for (channel, value) in pixel.iter_mut().enumerate() {
                    let mixed = self.rgb[channel] * (1.0 - share) + self.rgb2[channel] * share;
                    *value = mixed.round().clamp(0.0, 255.0) as u8;
                }
            }
        }
    }
}

/// A pattern for furniture, floors and walls, in colours around `rgb`.
pub(super) fn drawn(rgb: [f32; 3], draw: &mut Noise) -> Texture {
    let pattern = match draw.index(8) {
        0 => Pattern::Checker,
        1 => Pattern::Stripes(draw.index(3)),
        2 | 3 => Pattern::Wood(draw.index(3)),
        4 => Pattern::Clouds,
        5 => Pattern::Tiles,
        6 => Pattern::Gradient,
        _ => Pattern::Grain,
    };
    let bold = draw.uniform() < 0.25;
    let spread = if bold { 110.0 } else { 35.0 };
    let shift = draw.between(-spread, spread);
    let rgb2 = rgb.map(|it| (f64::from(it) + shift + draw.gaussian(spread / 4.0)) as f32);
    Texture {
        pattern,
        rgb,
        rgb2: rgb2.map(|it| it.clamp(0.0, 255.0)),
        repeat: draw.between(2.0, 14.0).floor() as f32,
        seed: draw.bits() as u32,
    }
}
