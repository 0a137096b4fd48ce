//! Colours that survive shading.
//!
//! A surface in shade has all of its linear red, green and blue scaled by one factor. In CIE Lab
//! that scales `a`, `b` and `L + 16` by one factor too (away from black), so `a / (L + 16)` and
//! `b / (L + 16)` belong to the paint, not to the light. [`Paint`] holds these, scaled so that
//! they equal `a` and `b` at mid lightness.

use hearth_types::{BasicColour, Colour};

/// L at which [`Paint`]'s chroma equals Lab's.
const REFERENCE_L: f32 = 60.0;
/// Added to L, so that noise in nearly black pixels does not become colour.
const TOE: f32 = 20.0;

/// Chroma that a paint of red's hue and paler than red does not reach.
const PINK_BELOW: f32 = 60.0;

/// A colour with its lightness taken apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paint {
    /// Green to red, independent of shading.
    pub a: f32,
    /// Blue to yellow, independent of shading.
    pub b: f32,
    /// CIE lightness, which shading changes.
    pub lightness: f32,
}

impl Paint {
    /// From CIE L*a*b*.
    pub fn from_lab(lab: [f32; 3]) -> Self {
        let lightness = lab[0].clamp(0.0, 100.0);
        let scale = (REFERENCE_L + TOE) / (lightness + TOE);
        Self {
            a: lab[1] * scale,
            b: lab[2] * scale,
            lightness,
        }
    }

    /// From 8-bit sRGB.
    pub fn from_srgb(rgb: [u8; 3]) -> Self {
        Self::from_lab(lab_from_srgb(rgb))
    }

    /// Colourfulness, independent of shading.
    pub fn chroma(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// A perceptual difference in which lightness counts little: about 10 is clearly another
    /// paint.
    pub fn difference(&self, other: &Self) -> f32 {
        let (da, db) = (self.a - other.a, self.b - other.b);
        // Between strong colours a given step is less visible.
        let fade = 1.0 + 0.02 * self.chroma().min(other.chroma());
        let dl = 0.25 * (self.lightness - other.lightness);
        ((da * da + db * db) / (fade * fade) + dl * dl).sqrt()
    }
}

/// CIE L*a*b* (D65) of an 8-bit sRGB colour.
pub fn lab_from_srgb(rgb: [u8; 3]) -> [f32; 3] {
    let [r, g, b] = rgb.map(|it| {
        let value = f32::from(it) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    });
    let x = (0.412_46 * r + 0.357_58 * g + 0.180_44 * b) / 0.950_47;
    let y = 0.212_67 * r + 0.715_15 * g + 0.072_18 * b;
    let z = (0.019_33 * r + 0.119_19 * g + 0.950_3 * b) / 1.088_83;
    let [fx, fy, fz] = [x, y, z].map(|it| {
        if it > 0.008_856 {
            it.cbrt()
        } else {
            7.787 * it + 16.0 / 116.0
        }
    });
    [116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)]
}

/// The colour with the word that a person would use for it.
pub fn named(lab: [f32; 3]) -> Colour {
    Colour {
        lab,
        name: basic_name(lab),
    }
}

/// What a person would call the colour, seen under ordinary indoor light.
pub fn basic_name(lab: [f32; 3]) -> BasicColour {
    let paint = Paint::from_lab(lab);
    let lightness = paint.lightness;
    let chroma = paint.chroma();
    let grey_below = if lightness > 70.0 { 9.0 } else { 11.0 };
    if chroma < grey_below {
        return match lightness {
            it if it < 26.0 => BasicColour::Black,
            it if it < 70.0 => BasicColour::Grey,
            _ => BasicColour::White,
        };
    }
    if lightness < 9.0 {
        return BasicColour::Black;
    }
    let hue_deg = paint.b.atan2(paint.a).to_degrees().rem_euclid(360.0);
    match hue_deg {
        it if !(20.0..335.0).contains(&it) => {
            // Strong or not is what stays in the shade: red paints have 75 and more.
            if lightness > 58.0 || chroma < PINK_BELOW && lightness > 28.0 {
                BasicColour::Pink
            } else {
                BasicColour::Red
            }
        }
        it if it < 46.0 => {
            if lightness > 68.0 && chroma < 45.0 {
                BasicColour::Pink
            } else if chroma < 36.0 && lightness < 60.0 {
                BasicColour::Brown
            } else {
                BasicColour::Red
            }
        }
        it if it < 78.0 => {
            if lightness < 47.0 || chroma < 48.0 && lightness < 72.0 {
                BasicColour::Brown
            } else {
                BasicColour::Orange
            }
        }
        it if it < 112.0 => {
            if lightness < 42.0 || chroma < 30.0 && lightness < 68.0 {
                if it > 98.0 {
                    BasicColour::Green
                } else {
                    BasicColour::Brown
                }
            } else if lightness > 85.0 && chroma < 16.0 {
                BasicColour::White
            } else {
                BasicColour::Yellow
            }
        }
        it if it < 200.0 => BasicColour::Green,
        it if it < 309.0 => BasicColour::Blue,
        it if lightness > 66.0 && it > 322.0 => BasicColour::Pink,
        _ => BasicColour::Purple,
    }
}

/// One of the colours of a thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColourShare {
    /// Its mean CIE L*a*b*.
    pub lab: [f32; 3],
    /// \[0, 1\] Its share of the visible pixels.
    pub share: f32,
}

/// The colours of a set of pixels, the largest first, at most three.
pub fn dominant(pixels: &[[f32; 3]]) -> Vec<ColourShare> {
    const RADIUS: f32 = 13.0;
    const MOST_SEEDS: usize = 24;
    let paints: Vec<Paint> = pixels.iter().map(|&lab| Paint::from_lab(lab)).collect();
    let mut free = vec![true; pixels.len()];
    let mut shares = Vec::new();
    for _ in 0..3 {
        let left: Vec<usize> = (0..pixels.len()).filter(|&it| free[it]).collect();
        let step = left.len().div_ceil(MOST_SEEDS).max(1);
        let near = |seed: &Paint, free: &[bool]| {
            paints
                .iter()
                .zip(free)
                .filter(|(it, is_free)| **is_free && it.difference(seed) < RADIUS)
                .count()
        };
        let Some((_, seed)) = left
            .iter()
            .step_by(step)
            .map(|&it| (near(&paints[it], &free), it))
            // The first of equals, so that the answer depends on nothing else.
            .max_by_key(|&(count, it)| (count, std::cmp::Reverse(it)))
        else {
            break;
        };
        let seed = paints[seed];
        let mut sum = [0.0_f32; 3];
        let mut count = 0;
        for (index, paint) in paints.iter().enumerate() {
            if free[index] && paint.difference(&seed) < RADIUS {
                free[index] = false;
                count += 1;
                for (total, value) in sum.iter_mut().zip(pixels[index]) {
                    *total += value;
                }
            }
        }
        let share = count as f32 / pixels.len() as f32;
        if count == 0 || share < 0.04 && !shares.is_empty() {
            break;
        }
        shares.push(ColourShare {
            lab: sum.map(|it| it / count as f32),
            share,
        });
    }
    shares.sort_by(|a, b| b.share.total_cmp(&a.share));
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_colours_as_people_do() {
        let cases = [
            ([200, 30, 30], BasicColour::Red),
            ([240, 130, 20], BasicColour::Orange),
            ([240, 215, 40], BasicColour::Yellow),
            ([40, 140, 50], BasicColour::Green),
            ([30, 70, 190], BasicColour::Blue),
            ([120, 180, 230], BasicColour::Blue),
            ([110, 40, 140], BasicColour::Purple),
            ([245, 150, 180], BasicColour::Pink),
            ([110, 65, 30], BasicColour::Brown),
            ([20, 20, 20], BasicColour::Black),
            ([130, 130, 130], BasicColour::Grey),
            ([240, 240, 238], BasicColour::White),
        ];
        for (rgb, name) in cases {
            assert_eq!(basic_name(lab_from_srgb(rgb)), name, "{rgb:?}");
        }
    }

    #[test]
    fn shade_changes_the_lightness_but_not_the_paint() {
        let lit = Paint::from_srgb([220, 60, 50]);
        let shaded = Paint::from_srgb([132, 36, 30]);
        assert!(lit.difference(&shaded) < 9.0);
        assert!(lit.difference(&Paint::from_srgb([60, 60, 220])) > 40.0);
        for factor in [1.0, 0.8, 0.6] {
            let rgb = [220.0, 60.0, 50.0].map(|it: f32| (it * factor) as u8);
            assert_eq!(basic_name(lab_from_srgb(rgb)), BasicColour::Red);
        }
    }

    #[test]
    fn pink_in_the_shade_is_not_red_and_dark_red_is_not_pink() {
        let name =
            |rgb: [f32; 3], light: f32| basic_name(lab_from_srgb(rgb.map(|it| (it * light) as u8)));
        for light in [1.0, 0.8, 0.6, 0.45] {
            for pink in [[245.0, 150.0, 180.0], [224.0, 127.0, 159.0]] {
                assert_eq!(name(pink, light), BasicColour::Pink, "{pink:?} {light}");
            }
            for red in [[200.0, 30.0, 30.0], [130.0, 15.0, 40.0]] {
                assert_eq!(name(red, light), BasicColour::Red, "{red:?} {light}");
            }
        }
    }

    #[test]
    fn the_larger_colour_comes_first() {
        let red = lab_from_srgb([200, 20, 20]);
        let white = lab_from_srgb([230, 230, 230]);
        let pixels: Vec<_> = (0..90)
            .map(|it| if it % 3 == 0 { white } else { red })
            .collect();
        let shares = dominant(&pixels);
        assert_eq!(shares.len(), 2);
        assert_eq!(basic_name(shares[0].lab), BasicColour::Red);
        assert!((shares[0].share - 2.0 / 3.0).abs() < 0.01);
        assert!(dominant(&[]).is_empty());
    }
}
