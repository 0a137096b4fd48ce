//! How a scene is lit.

use super::solid::{Lamp, LampKind};
use crate::noise::Noise;
use crate::sdf::{LightKind, SdfWorld};
use hearth_types::Point3;
use std::f64::consts::PI;

/// Share of the scenes with the flat's own light.
const AS_DESCRIBED: f64 = 0.15;

/// A scene's lamps; [`lamps_near`] puts them where a picture is taken.
pub(super) fn lamps(world: &SdfWorld, draw: &mut Noise) -> Vec<Lamp> {
    if draw.uniform() < AS_DESCRIBED {
        return described(world);
    }
    let tint = |strength: f64, warmth: f64| {
        [1.0 + 0.18 * warmth, 1.0, 1.0 - 0.22 * warmth].map(|it| (strength * it) as f32)
    };
    let warmth = draw.gaussian(0.45).clamp(-1.0, 1.0);
    let ambient = draw.between(0.25, 0.55);
    let head = draw.between(0.0, 0.3);
    let mut out = vec![Lamp {
        kind: LampKind::Head,
        position: [0.0; 3],
        direction: [0.0, 0.0, -1.0],
        ambient: tint(ambient, warmth),
        diffuse: tint(head, warmth),
        specular: [0.1 * head as f32; 3],
        casts_shadow: false,
    }];
    let count = 1 + draw.index(4);
    let total = (draw.between(0.7, 1.1) - ambient - 0.5 * head).max(0.2);
    let has_shadows = draw.uniform() < 0.4;
    for index in 0..count {
        let share = total * draw.between(0.6, 1.4) / (count as f64).powf(0.8);
        let turn = draw.between(-PI, PI);
        let steep = draw.between(0.5, 1.4);
        let kind = if draw.uniform() < 0.5 {
            LampKind::Directional
        } else {
            LampKind::Spot
        };
        let out_of = [turn.cos() * steep.cos(), turn.sin() * steep.cos()];
        let warmth = (warmth + draw.gaussian(0.4)).clamp(-1.2, 1.2);
        out.push(Lamp {
            kind,
            position: [0.0; 3],
            direction: [-out_of[0] as f32, -out_of[1] as f32, -(steep.sin() as f32)],
            ambient: [0.0; 3],
            diffuse: tint(
                share * if kind == LampKind::Spot { 1.3 } else { 1.0 },
                warmth,
            ),
            specular: [(0.4 * share) as f32; 3],
            casts_shadow: has_shadows && index == 0,
        });
    }
    out
}

/// The lamps shine at `target` from this far.
const LAMP_DISTANCE_M: f32 = 2.2;

/// Puts a scene's lamps so that they light what is around `target`.
pub(super) fn lamps_near(lamps: &[Lamp], target: &Point3) -> Vec<Lamp> {
    lamps
        .iter()
        .map(|lamp| Lamp {
            position: [target.x, target.y, target.z.max(0.4)]
                .map(|it| it as f32)
                .iter()
                .zip(lamp.direction)
                .map(|(at, along)| at - LAMP_DISTANCE_M * along)
                .collect::<Vec<f32>>()
                .try_into()
                .unwrap_or_default(),
            ..*lamp
        })
        .collect()
}

/// The flat's own light, as the simulated camera sees it (`mjcf`).
fn described(world: &SdfWorld) -> Vec<Lamp> {
    let floats = |it: [f64; 3]| it.map(|it| it as f32);
    let head = Lamp {
        kind: LampKind::Head,
        position: [0.0; 3],
        direction: [0.0, 0.0, -1.0],
        ambient: [0.42; 3],
        diffuse: [0.16; 3],
        specular: [0.02; 3],
        casts_shadow: false,
    };
    let others = world
        .lights
        .iter()
        .filter(|it| it.kind == LightKind::Directional)
        .map(|it| Lamp {
            kind: LampKind::Directional,
            direction: floats((it.world_from_light.rotation * it.direction).into()),
            ambient: [0.0; 3],
            diffuse: floats(it.diffuse),
            specular: floats(it.specular),
            ..head
        });
    std::iter::once(head).chain(others).collect()
}
